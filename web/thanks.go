package web

import (
	"cmp"
	"context"
	"crypto/subtle"
	"database/sql"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/go-chi/chi/v5"

	"dure/civil"
	"dure/compliance"
	"dure/donations"
	"dure/i18n"
	"dure/money"
	"dure/registry"
)

// thanksPage tells a giver how their gift stands; once it is settled, it is the receipt.
type thanksPage struct {
	Page
	progress
	Badge, BadgeClass string
	When              string
	Heading           greeting
	Text              string
	Ask               string // what the giver of a held gift is asked for
	GoTo, GoText      string // the one thing to do, if there is any
	Receipt           bool
	Gift              donations.Gift
	Recipient         string // the line of the receipt: whom, with the FEC id, for which election
	Paid              string // the line of the total: charged once, card ending
	Statement         string
	Public            string
	Deductible        string
	English           []string // of Public and Deductible, where the page is in another language
	Left              string
	Back              *moneyBack // of a gift whose money came
}

// Cents is the sum of the gift.
func (p thanksPage) Cents() money.Cents { return p.Gift.Cents }

func thanksAddress(publicURL string, g donations.Gift) string {
	return fmt.Sprintf("%s/thanks/%s?key=%s", publicURL, g.ID, url.QueryEscape(g.ThanksKey))
}

// inOwn has the address of a gift's page ask for a language. English is what is read without asking.
func inOwn(address string, lang i18n.Language) string {
	if lang == "" || lang == i18n.English {
		return address
	}
	return withLanguage(address, lang)
}

// thanks shows a gift to whoever has its key.
func (s *Server) thanks(w http.ResponseWriter, r *http.Request) error {
	id := donations.GiftID(chi.URLParam(r, "gift"))
	if !id.Valid() {
		return sql.ErrNoRows
	}
	g, err := donations.Find(r.Context(), s.DB, id)
	switch {
	case err != nil && unreachable(err) && !left(r):
		s.logFault(r, err)
		page := errorPageOf(r, http.StatusServiceUnavailable, "error.503.thanks.heading", "error.503.thanks.text")
		page.Refresh = 30
		s.showError(w, r, page)
		return nil
	case err != nil:
		return err
	}
	if subtle.ConstantTimeCompare([]byte(g.ThanksKey), []byte(r.URL.Query().Get("key"))) != 1 {
		return sql.ErrNoRows
	}
	k, err := s.shelf.find(r.Context(), g.Drive)
	if err != nil {
		return err
	}
	p, err := s.thanksOf(r, languageOf(r, g.Language, k.appeal.Languages), k.appeal, g)
	if err != nil {
		return err
	}
	p.lookAgain(r.URL.Query())
	w.Header().Set("Cache-Control", "no-store")
	return s.answer(w, r, http.StatusOK, "thanks", p)
}

// thanksOf is a gift's page as it is now.
func (s *Server) thanksOf(r *http.Request, lang i18n.Language, a appeal, g donations.Gift) (thanksPage, error) {
	p := thanksPageOf(lang, a, g, r.URL.Query().Get("done") != "", s.Now())
	if err := s.askForProof(r.Context(), a, g, &p); err != nil || !p.Receipt {
		return p, err
	}
	if err := s.roomLeft(r.Context(), a, g, &p); err != nil {
		return p, err
	}
	return p, s.moneyBackOf(r.Context(), a, g, &p)
}

// roomLeft tells the giver what they may still give, where the page may tell sums. A gift was made on the day of its charge, which may be the day, or
// the year, after that of the form.
func (s *Server) roomLeft(ctx context.Context, a appeal, g donations.Gift, p *thanksPage) error {
	if tells, err := donations.TellsSums(ctx, s.DB, g); err != nil || !tells {
		return err
	}
	made := g.MadeOn
	if g.ChargedAt.Valid {
		made = civil.In(g.ChargedAt.Time, a.Committee.Location())
	}
	room, _, err := compliance.Screen(ctx, s.DB, compliance.Proposal{
		Committee: g.Committee, Person: g.Person, Kind: registry.Individual,
		Candidate: g.Candidate, Election: g.Election, Made: made,
	})
	if err != nil {
		return err
	}
	p.Left = p.T("thanks.room."+room.Limit.Per, "left", room.Left.Short(), "limit", room.Limit.Cents.Short(), "year", fmt.Sprint(made.Year()))
	return nil
}

// Seconds after which a page asks again how the gift stands.
const (
	soon  = 4
	later = 15
)

// mostLooks is how often in a row a page looks again by itself. Then its reader does: whoever reads slowly, or hears the page
// read, is not brought back to its top without end (WCAG 2.2, 2.2.1).
const mostLooks = 20

// lookAgain counts in the page's address how often it has looked by itself.
func (p *thanksPage) lookAgain(asked url.Values) {
	if p.Refresh == 0 {
		return
	}
	looks, _ := strconv.Atoi(asked.Get("looks"))
	asked.Del("looks")
	if looks >= mostLooks {
		p.Refresh = 0
		if p.GoTo == "" {
			p.GoTo, p.GoText = "?"+asked.Encode(), p.T("error.retry")
		}
		return
	}
	asked.Set("looks", strconv.Itoa(looks+1))
	p.Next = "?" + asked.Encode()
}

// thanksPageOf says how a gift stands; done tells that its giver comes from the end of the card page.
func thanksPageOf(lang i18n.Language, a appeal, g donations.Gift, done bool, now time.Time) thanksPage {
	p := thanksPage{Page: pageOf(lang, a.Committee), progress: progressOf(lang, a), Gift: g}
	p.offer(a.Languages)
	p.Menu, p.Asks = true, "key="+url.QueryEscape(g.ThanksKey)
	if a.Drive.AuthorizedBy != "" {
		p.authorized(a.Drive.AuthorizedBy)
	}
	amount, zone := g.Cents.Short(), a.Committee.Location()
	say := func(key, class string) {
		p.Badge, p.BadgeClass = p.T(key+".badge"), class
		p.Heading = p.naming(greeted(p.Lang, g), key+".heading", "amount", amount, "committee", a.Committee.Name)
		p.Text = p.T(key+".text", "amount", amount, "committee", a.Committee.Name)
	}
	switch state := g.State; {
	case state == donations.Settled:
		say("thanks.settled", "ok")
		p.receipt(a, zone)
	case done && (state == donations.Pledged || state == donations.Open):
		say("thanks.done", "")
		p.Refresh = soon
	case state == donations.Authorised, state == donations.CaptureOwed:
		say("thanks.authorised", "")
		p.Refresh = soon
	case state == donations.Held:
		say("thanks.held", "look")
		p.Refresh = later
		if g.ReleaseBy.Valid {
			p.Text += p.T("thanks.held.until", "day", civil.In(g.ReleaseBy.Time, zone))
		}
	case state == donations.Pledged:
		say("thanks.pledged", "")
		p.Refresh = soon
	case state == donations.Open:
		say("thanks.open", "")
		p.Refresh = soon
		if g.SessionURL != "" && (!g.SessionExpiresAt.Valid || now.Before(g.SessionExpiresAt.Time)) {
			p.GoTo, p.GoText = g.SessionURL, p.T("thanks.open.go", "amount", amount)
		}
	case state == donations.Expired:
		say("thanks.expired", "")
		p.again(a)
	default: // on its way back, or back already
		say("thanks.released", "")
		p.again(a)
	}
	p.Title, p.About = p.Heading.Whole, p.Text
	return p
}

// greeted is the name by which a giver is greeted: the one in their own script, else the given name, and before it the family
// name where the language has it so.
func greeted(lang i18n.Language, g donations.Gift) string {
	if g.NameOwn == "" && lang.FamilyFirst() {
		return inOrder(lang, g.GivenName, g.FamilyName)
	}
	return cmp.Or(g.NameOwn, g.GivenName)
}

// inOrder writes a whole name as the language has it.
func inOrder(lang i18n.Language, given, family string) string {
	if lang.FamilyFirst() {
		given, family = family, given
	}
	return strings.TrimSpace(given + " " + family)
}

// again leads back to the drive, where it takes gifts.
func (p *thanksPage) again(a appeal) {
	if a.Open {
		p.GoTo, p.GoText = p.To(p.Address), p.T("thanks.again")
	}
}

func (p *thanksPage) receipt(a appeal, zone *time.Location) {
	g := p.Gift
	p.Receipt = true
	p.When = p.T("thanks.when", "day", civil.In(g.ChargedAt.Time, zone), "time", clockTime(g.ChargedAt.Time, zone))
	p.Recipient = p.T("thanks.to-committee", "recipient", a.Committee.Name, "id", a.Committee.FECID)
	public, about := "public.committee", []any{"committee", a.Committee.Name}
	if a.Earmarked() {
		p.Recipient = p.T("thanks.to-candidate", "recipient", a.Candidate.CommitteeName, "id", a.Candidate.CommitteeFECID,
			"election", electionName(p.Lang, a.Election), "committee", a.Committee.Name)
		public, about = "public.earmarked", append(about, "recipient", a.Candidate.CommitteeName)
		p.Text = p.T("thanks.settled.forward", "recipient", a.Candidate.CommitteeName, "committee", a.Committee.Name,
			"day", a.Forward.Due(civil.In(g.ChargedAt.Time, zone)))
	}
	p.Paid = p.T("thanks.charged")
	if g.Card.Last4 != "" {
		p.Paid = p.T("thanks.charged-card", "last4", g.Card.Last4)
	}
	p.Statement = p.T("thanks.statement", "committee", a.Committee.Name, "gift", string(g.ID))
	p.Public, p.Deductible = i18n.Legal(p.Lang, public).With(about...), i18n.Legal(p.Lang, "not-deductible").With(about...)
	p.English = p.Control(i18n.Legal(i18n.English, public).With(about...), i18n.Legal(i18n.English, "not-deductible").With(about...))
}
