package web

import (
	"bytes"
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/go-chi/chi/v5"
	"github.com/lib/pq"

	"dure/civil"
	"dure/compliance"
	"dure/donations"
	"dure/i18n"
	"dure/ledger"
	"dure/letters"
	"dure/registry"
	"dure/staff"
)

// word is a name and what stands beside it.
type word struct{ Name, Text string }

type giftPage struct {
	deskFrame
	Gift                       donations.Gift
	GiftID                     string
	Name                       string
	StateName, Mark, StateText string
	Decision                   bool // it waits for a person
	Reasons                    []heldReason
	NeedsProof                 bool       // a copy of the passport or green card is asked for
	Proof                      *proofView // the copy, once it came
	ReleaseText                string
	Form                       *form
	Story                      []storyLine
	Wrote                      []word
	Attested                   []attested
	Card                       []word
	Calls                      []callRow
	Events                     []eventRow
	Receipt                    *giftReceipt
	Entry                      []entryView
	Back                       *giftBack          // of one whose money came
	Request                    *donations.Request // of one that its giver asked to have back, and nobody has answered
	Letters                    letterRows
	Asked                      *askedFor // of one whose giver left something out
	Why                        []askedRule
}

type callRow struct {
	Verb, State string
	Attempts    int
	LastError   string    `db:"last_error"`
	MadeAt      time.Time `db:"made_at"`
}

// callWords say what a call to Stripe asks for.
var callWords = map[string]string{
	"open": "Make the card page", "expire": "End the card page", "capture": "Charge the card",
	"release": "Let the money go", "read": "Ask how it stands", "fee": "Ask what the fee was",
	"refund": "Give money back",
}

// giftReceipt is where a gift stands in the reports.
type giftReceipt struct {
	ID         string
	ReceivedOn civil.Day `db:"received_on"`
	Line       string
	Candidate  *registry.CandidateID
	SentOn     civil.Day `db:"sent_on"`
	Method     *string
	LineText   string `db:"-"`
	Period     string `db:"-"`
	Forward    string `db:"-"`
}

func (d *Desk) gift(w http.ResponseWriter, r *http.Request, v visit) error {
	page, err := d.giftPageOf(r, v, newForm(url.Values{}))
	if err != nil {
		return err
	}
	return d.show(w, r, http.StatusOK, "gift", page)
}

// decide charges a held gift or lets it go. A decision that was made already stays, and one that the law does not allow is
// not made: the page says why.
func (d *Desk) decide(w http.ResponseWriter, r *http.Request, v visit) error {
	id := donations.GiftID(chi.URLParam(r, "gift"))
	f := entered(r)
	decision := f.Value("decision")
	note := f.note("note", 2000)
	if decision != "capture" && decision != "release" {
		f.refuse("decision", "Choose to charge the gift or to let it go.")
	}
	if note == "" {
		f.refuse("note", "Write what you saw and why you decide so: the record must show it.")
	}
	if !f.ok() {
		return d.undecided(w, r, v, f)
	}
	err := donations.Decide(r.Context(), d.DB, v.Now, v.Member.ID.Actor(), v.Committee.ID, id, decision == "capture", note)
	var refusal *compliance.Refusal
	switch {
	case errors.As(err, &refusal):
		f.found(refusal)
		return d.undecided(w, r, v, f)
	case err != nil:
		return err
	case decision == "capture":
		return d.done(w, r, v.at("gifts", string(id)), "Decided: the gift is charged. Stripe is being asked.")
	}
	return d.done(w, r, v.at("gifts", string(id)), "Decided: the gift is let go, and nothing is charged. Stripe is being asked.")
}

// undecided shows a gift with what is wrong with a decision on it; of a gift that is held no more the next page tells.
func (d *Desk) undecided(w http.ResponseWriter, r *http.Request, v visit, f *form) error {
	page, err := d.giftPageOf(r, v, f)
	if err != nil {
		return err
	}
	if page.Gift.State != donations.Held {
		said := "Nothing was changed."
		for _, wrong := range f.Wrong {
			said += " " + wrong.Text
		}
		return d.done(w, r, v.at("gifts", page.GiftID), said)
	}
	return d.show(w, r, http.StatusUnprocessableEntity, "gift", page)
}

func (d *Desk) giftPageOf(r *http.Request, v visit, f *form) (giftPage, error) {
	ctx := r.Context()
	g, err := donations.FindOf(ctx, d.DB, v.Committee.ID, donations.GiftID(chi.URLParam(r, "gift")))
	if err != nil {
		return giftPage{}, err
	}
	name := who(g.GivenName, g.FamilyName, g.NameOwn)
	frame, err := d.frameOf(r, v, "Gifts", "Gift of "+name)
	if err != nil {
		return giftPage{}, err
	}
	zone := v.Committee.Location()
	page := giftPage{deskFrame: frame, Gift: g, GiftID: string(g.ID), Name: name, StateText: stateText(g.State), Form: f, Card: cardWords(g)}
	page.StateName, page.Mark = stateWords(g.State)
	if g.State == donations.Held {
		page.Decision, page.Reasons, page.NeedsProof = true, reasonsOf(g), donations.NeedsProof(g)
		page.ReleaseText = fmt.Sprintf("Without a decision it is let go by itself on %s, and nothing is charged: %s.", moment(g.ReleaseBy.Time, zone), untilWords(v.Now, g.ReleaseBy.Time, zone))
	}
	if page.Proof, err = d.proofOf(ctx, v, g.ID); err != nil {
		return page, err
	}
	if page.Why, err = d.whyOfGift(ctx, v, g); err != nil {
		return page, err
	}
	if page.Story, err = d.storyOf(ctx, v, g); err != nil {
		return page, err
	}
	if page.Wrote, err = d.wroteOf(ctx, v, g); err != nil {
		return page, err
	}
	if page.Attested, err = d.affirmedOf(ctx, g); err != nil {
		return page, err
	}
	const calls = `
		select verb, state, attempts, last_error, made_at
		from owed_calls
		where committee = $1 and gift = $2
		order by made_at, id`
	if err := d.DB.SelectContext(ctx, &page.Calls, calls, g.Committee, g.ID); err != nil {
		return page, fmt.Errorf("calls of %s: %w", g.ID, err)
	}
	for i, c := range page.Calls {
		page.Calls[i].Verb = orElse(callWords[c.Verb], c.Verb)
	}
	if page.Events, err = d.eventsOf(ctx, g); err != nil {
		return page, err
	}
	page.Letters.Frame = frame
	if page.Letters.Rows, err = letters.About(ctx, d.DB, g.Committee, string(g.ID)); err != nil {
		return page, err
	}
	if page.Receipt, err = d.receiptOf(ctx, v, g); err != nil || page.Receipt == nil {
		return page, err
	}
	back, err := donations.FindBack(ctx, d.DB, g)
	if err != nil {
		return page, err
	}
	if back.Last != nil && back.Last.Open {
		page.Request = back.Last
	}
	if page.Back, err = d.backOf(ctx, v, *page.Receipt); err != nil {
		return page, err
	}
	if !f.entered.Has("made") {
		f.entered.Set("made", strconv.Itoa(page.Back.Made))
		f.entered.Set("amount", page.Back.Left.Plain())
	}
	if page.Asked, err = d.askedOf(ctx, v, page.Receipt.ID); err != nil {
		return page, err
	}
	entry, err := ledger.EntryOf(ctx, d.DB, g.Committee, "receipt:"+string(g.ID))
	if err != nil {
		return page, err
	}
	page.Entry, err = d.entryViews(ctx, v, entry)
	return page, err
}

// wroteOf lists what the giver wrote on the form.
func (d *Desk) wroteOf(ctx context.Context, v visit, g donations.Gift) ([]word, error) {
	out := []word{{"Name", g.Name()}}
	add := func(name, text string) {
		if text != "" {
			out = append(out, word{name, text})
		}
	}
	add("In their own script", g.NameOwn)
	add("Address", fmt.Sprintf("%s, %s, %s %s", g.Street, g.City, g.Region, g.Zip))
	if g.Country != "US" {
		add("Country", countryName(g.Country))
	}
	add("E-mail", g.Email)
	add("Employer", orElse(g.Employer, "not told"))
	add("Occupation", orElse(g.Occupation, "not told"))
	drive, err := donations.FindDrive(ctx, d.DB, g.Drive)
	if err != nil {
		return nil, err
	}
	add("Drive", drive.Title)
	if g.Candidate != "" {
		candidate, err := registry.FindCandidate(ctx, d.DB, g.Candidate, time.Time{})
		if err != nil {
			return nil, err
		}
		election, err := registry.FindElection(ctx, d.DB, g.Election)
		if err != nil {
			return nil, err
		}
		add("Earmarked for", candidate.CommitteeName+", "+election.Name())
		if g.ShareEmail {
			add("E-mail", "may be shared with the candidate")
		}
	}
	add("Language", languageWords(i18n.Language(g.Language)))
	add("Link", g.Ref)
	add("Form sent", moment(g.PledgedAt, v.Committee.Location()))
	return out, nil
}

func cardWords(g donations.Gift) []word {
	if g.Charge == "" {
		return nil
	}
	c := g.Card
	check := func(s string) string {
		switch s {
		case "pass":
			return "agrees"
		case "fail":
			return "does not agree"
		case "":
			return "not asked"
		}
		return s
	}
	out := []word{
		{"Card", strings.TrimSpace(c.Brand + " ending in " + c.Last4)},
		{"Issued in", countryName(c.Country)},
		{"Funding", c.Funding},
		{"Code", check(c.CVC)},
		{"Street", check(c.Line1)},
		{"ZIP code", check(c.Zip)},
	}
	if c.Holder != "" {
		out = append(out, word{"Name on card", c.Holder})
	}
	if c.Wallet != "" {
		out = append(out, word{"Wallet", c.Wallet})
	}
	return append(out, word{"Charge", g.Charge})
}

// receiptOf gives the gift's receipt with the report that covers it, or nil when no money came.
func (d *Desk) receiptOf(ctx context.Context, v visit, g donations.Gift) (*giftReceipt, error) {
	const find = `
		select r.id, r.received_on, r.line, r.candidate, f.sent_on, f.method
		from receipts r
		left join forward_items i on i.committee = r.committee and i.receipt = r.id
		left join forwards f on f.committee = i.committee and f.id = i.forward
		where r.committee = $1 and r.gift = $2`
	var out giftReceipt
	err := d.DB.GetContext(ctx, &out, find, g.Committee, g.ID)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("receipt of %s: %w", g.ID, err)
	}
	out.LineText = "11(a)(i) or (ii), by the giver’s year"
	if out.Candidate != nil {
		out.LineText = "11(a)(i), earmarked"
		out.Forward = "not yet"
		if out.Method != nil {
			out.Forward = short(out.SentOn) + " by " + *out.Method
		}
	}
	list, err := compliance.ReportList(ctx, d.DB, v.Committee.ID, out.ReceivedOn.Year(), v.Now)
	if err != nil {
		return nil, err
	}
	for _, p := range list {
		if p.Holds(out.ReceivedOn) {
			out.Period = p.Name
		}
	}
	return &out, nil
}

// storyLine is one change of the gift: what, when, and who did it.
type storyLine struct{ Text, When, By string }

// storyOf reads the gift's audit: each change of its row that a person should know of.
func (d *Desk) storyOf(ctx context.Context, v visit, g donations.Gift) ([]storyLine, error) {
	// Ended gifts hardly change, and the audit is read by time: a week after the end is looked through, no more.
	const read = `
		select at, actor, coalesce(old, '{}') as old, new
		from audit
		where committee = $1 and table_name = 'gifts' and new ->> 'id' = $2
		  and at between $3::timestamptz - interval '1 minute' and coalesce($4::timestamptz + interval '7 days', 'infinity')
		order by at, id`
	var rows []struct {
		At       time.Time
		Actor    string
		Old, New json.RawMessage
	}
	if err := d.DB.SelectContext(ctx, &rows, read, g.Committee, g.ID, g.PledgedAt, g.EndedAt); err != nil {
		return nil, fmt.Errorf("story of %s: %w", g.ID, err)
	}
	var out []storyLine
	names := map[string]string{}
	for _, row := range rows {
		var was, is giftMoment
		if err := errors.Join(json.Unmarshal(row.Old, &was), json.Unmarshal(row.New, &is)); err != nil {
			return nil, fmt.Errorf("story of %s: %w", g.ID, err)
		}
		said := is.since(was)
		if said == "" {
			continue
		}
		by, err := d.actorName(ctx, names, row.Actor)
		if err != nil {
			return nil, err
		}
		out = append(out, storyLine{said, moment(row.At, v.Committee.Location()), by})
	}
	return out, nil
}

// giftMoment is what the story needs of a gift's row as the audit has it.
type giftMoment struct {
	State        donations.State
	Declined     []string
	LastDecline  string   `json:"last_decline"`
	HeldFor      []string `json:"held_for"`
	DecisionNote string   `json:"decision_note"`
}

// since tells what changed, or nothing where no person needs to know.
func (is giftMoment) since(was giftMoment) string {
	var said []string
	if len(is.Declined) > len(was.Declined) {
		said = append(said, "The bank declined the card: "+orElse(is.LastDecline, "no reason told")+".")
	}
	if is.State != was.State {
		name, _ := stateWords(is.State)
		switch is.State {
		case donations.Held:
			name += ": " + strings.Join(is.HeldFor, ", ")
		case donations.Pledged:
			name = "The form came"
		}
		said = append(said, name+".")
	}
	if is.DecisionNote != was.DecisionNote {
		said = append(said, "“"+is.DecisionNote+"”")
	}
	return strings.Join(said, " ")
}

// actorWords are those who act without being members.
var actorWords = map[string]string{"donor": "the giver", "stripe": "Stripe", "sweep": "by itself"}

// actorName tells who acts under a name of the audit; names remembers whom it has looked up.
func (d *Desk) actorName(ctx context.Context, names map[string]string, actor string) (string, error) {
	if name, ok := names[actor]; ok {
		return name, nil
	}
	name := orElse(actorWords[actor], actor)
	if id, ok := strings.CutPrefix(actor, "staff:"); ok {
		m, err := staff.Find(ctx, d.DB, staff.ID(id))
		if err != nil && !errors.Is(err, sql.ErrNoRows) {
			return "", err
		}
		name = orElse(m.Name, actor)
	}
	names[actor] = name
	return name, nil
}

// eventsOf lists what Stripe told of the gift's session, payment and charge.
func (d *Desk) eventsOf(ctx context.Context, g donations.Gift) ([]eventRow, error) {
	const list = `
		select id, type, state, reason, attempts, created_at
		from events
		where committee = $1 and object = any($2) and object <> '' and received_at >= $3::timestamptz - interval '1 minute'
		order by created_at, id
		limit 100`
	var out []eventRow
	objects := pq.Array([]string{g.Session, g.PaymentIntent, g.Charge})
	if err := d.DB.SelectContext(ctx, &out, list, g.Committee, objects, g.PledgedAt); err != nil {
		return nil, fmt.Errorf("events of %s: %w", g.ID, err)
	}
	return out, nil
}

type heldPage struct {
	deskFrame
	Gifts []heldGift
}

type heldGift struct {
	dueItem
	donations.Gift
	Why       []heldReason
	Name      string
	Drive     string
	ReleaseBy string
	ID        string
}

func (d *Desk) held(w http.ResponseWriter, r *http.Request, v visit) error {
	frame, err := d.frameOf(r, v, "Held", "Held gifts")
	if err != nil {
		return err
	}
	page := heldPage{deskFrame: frame}
	gifts, err := donations.HeldGifts(r.Context(), d.DB, v.Committee.ID)
	if err != nil {
		return err
	}
	for _, g := range gifts {
		drive, err := donations.FindDrive(r.Context(), d.DB, g.Drive)
		if err != nil {
			return err
		}
		page.Gifts = append(page.Gifts, heldGift{
			dueItem: heldClock(v, g), Gift: g, ID: string(g.ID), Why: reasonsOf(g), Name: who(g.GivenName, g.FamilyName, g.NameOwn),
			Drive: drive.Title, ReleaseBy: moment(g.ReleaseBy.Time, v.Committee.Location()),
		})
	}
	return d.show(w, r, http.StatusOK, "held", page)
}

// indented sets JSON out for reading; what is no JSON stays as it is.
func indented(raw []byte) string {
	var out bytes.Buffer
	if err := json.Indent(&out, raw, "", "  "); err != nil {
		return string(raw)
	}
	return out.String()
}
