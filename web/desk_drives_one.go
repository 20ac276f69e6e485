package web

import (
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/go-chi/chi/v5"
	"github.com/jmoiron/sqlx"

	"dure/compliance"
	"dure/compliance/rules"
	"dure/donations"
	"dure/i18n"
	"dure/money"
	"dure/pg"
	"dure/registry"
	"dure/staff"
)

// drivePage is one drive: its address, how it stands, what lacks before people can give, what it says, and what was done.
type drivePage struct {
	deskFrame
	Drive     donations.Drive
	Stands    driveStands
	For       string // whom its gifts are for
	Address   string
	Now       string // what a visitor meets today
	Coming    string // what may come without another form
	Brought   donations.Brought
	Needs     []driveNeed
	Languages []driveLanguage
	Story     []storyLine
	Form      *form
}

// driveNeed is one thing that gifts need, and whether it is there.
type driveNeed struct {
	What, Word, Mark, Text string
	Command                string // with which the operator enters it
	Href, Act              string
}

// Paragraphs are those of the drive's first story.
func (p drivePage) Paragraphs() []string { return paragraphs(p.Drive.Story) }

// Amounts are the sums that its page offers.
func (p drivePage) Amounts() string {
	var out []string
	for _, a := range p.Drive.Amounts {
		out = append(out, money.Cents(a).Short())
	}
	return strings.Join(out, ", ")
}

// Closes tells whether it can be closed: it takes gifts, or would on a day ahead.
func (p drivePage) Closes() bool {
	on := p.Drive.On(p.Today)
	return on == donations.Taking || on == donations.Ahead
}

// Reopens tells whether a person closed it.
func (p drivePage) Reopens() bool { return p.Drive.On(p.Today) == donations.Closed }

// GiftsHref is the list of its gifts.
func (p drivePage) GiftsHref() string {
	return p.At("gifts") + "?" + url.Values{"drive": {p.Drive.Slug}}.Encode()
}

func (d *Desk) drive(w http.ResponseWriter, r *http.Request, v visit) error {
	page, err := d.drivePageOf(r, v, newForm(url.Values{}))
	if err != nil {
		return err
	}
	return d.show(w, r, http.StatusOK, "drive", page)
}

func (d *Desk) drivePageOf(r *http.Request, v visit, f *form) (drivePage, error) {
	ctx := r.Context()
	one, err := d.driveOf(ctx, v, chi.URLParam(r, "drive"))
	if err != nil {
		return drivePage{}, err
	}
	frame, err := d.frameOf(r, v, "Drives", one.Title)
	if err != nil {
		return drivePage{}, err
	}
	page := drivePage{deskFrame: frame, Drive: one, Stands: standsOf(one, v.Today), Address: d.giveAddress(one.Slug), For: v.Committee.Name, Form: f}
	if one.Candidate != "" {
		candidate, err := registry.FindCandidate(ctx, d.DB, one.Candidate, time.Time{})
		if err != nil {
			return page, err
		}
		election, err := registry.FindElection(ctx, d.DB, one.Election)
		if err != nil {
			return page, err
		}
		page.For = candidate.CommitteeName + ", for " + candidate.Name() + " in the " + election.Name()
	}
	brought, err := donations.DrivesBrought(ctx, d.DB, v.Committee.ID, one.Slug)
	if err != nil {
		return page, err
	}
	for _, b := range brought {
		page.Brought = b
	}
	texts, err := donations.DriveTexts(ctx, d.DB, v.Committee.ID, one.Slug)
	if err != nil {
		return page, err
	}
	for _, t := range texts {
		if t.Language == i18n.English { // which givers read instead of the first text
			page.Drive.Title, page.Drive.Story = t.Title, t.Story
		}
	}
	shown, err := compliance.Published(ctx, d.DB, v.Committee, v.Today)
	if err != nil {
		return page, err
	}
	page.Languages = driveLanguages(one.Slug, texts, shown)
	ready, err := d.Accounts.Readiness(ctx, one)
	if err != nil {
		return page, err
	}
	page.Needs = driveNeeds(v, ready, page.Languages)
	page.Now = meets(one, ready, v)
	coming, err := donations.ComingBy(ctx, d.DB, v.Committee.ID, one.Slug)
	if err != nil {
		return page, err
	}
	page.Coming = coming.Words(v.Now, v.Committee.Location())
	page.Story, err = d.driveStory(ctx, v, one.Slug)
	return page, err
}

// meets says what whoever opens the drive's page meets today.
func meets(one donations.Drive, ready donations.Readiness, v visit) string {
	switch one.On(v.Today) {
	case donations.Ahead:
		return "Until " + one.OpensOn.Spoken() + " its page says when it begins, and takes no gift."
	case donations.Over, donations.Closed:
		return "Its page says that it takes no more gifts. The address stays its own."
	}
	if !ready.Takes() {
		return "Its page is there, but no gift can be taken yet: see what lacks."
	}
	return "Its page takes gifts."
}

// driveNeeds tells what a drive needs before people can give, and where each thing is seen to.
func driveNeeds(v visit, ready donations.Readiness, languages []driveLanguage) []driveNeed {
	stripe := driveNeed{What: "Card payments", Word: "ready", Mark: "ok", Text: "The Stripe keys are here, and live: real money moves."}
	switch {
	case !ready.Keys:
		stripe = driveNeed{What: stripe.What, Word: "lacks", Mark: "look", Text: "The committee has no Stripe keys. The operator enters them.", Command: "dure committee stripe"}
	case !ready.Told:
		stripe = driveNeed{What: stripe.What, Word: "lacks", Mark: "look", Text: "The secret of Stripe’s webhook is not here: what Stripe tells of gifts can’t be believed. The operator enters it.", Command: "dure committee stripe"}
	case !ready.Live:
		stripe.Text = "The Stripe keys are here. They are test keys: no money moves."
	}
	law := driveNeed{What: "Rules answered for", Word: "ready", Mark: "ok", Text: "A treasurer has signed the rules that decide on its gifts."}
	if len(ready.Unsigned) > 0 {
		law.Word, law.Mark, law.Text = "lacks", "look", "With live keys no gift is taken before a treasurer has signed: "+packNames(ready.Unsigned)+"."
		if !ready.Live {
			law.Word, law.Mark = "later", ""
		}
	}
	if v.can(staff.SeeBooks) {
		law.Href, law.Act = v.at("law"), "The law"
	}
	processor := driveNeed{What: "Processor named", Word: "ready", Mark: "ok", Text: "Reports can name who keeps the fees of cards."}
	if !ready.Processor {
		processor.Word, processor.Mark, processor.Command = "lacks", "look", "dure committee processor"
		processor.Text = "Gifts come without it, but a report must name who kept the fees. The operator enters it."
	}
	return []driveNeed{stripe, law, processor, textsNeed(v, languages)}
}

func packNames(packs []string) string {
	var out []string
	for _, id := range packs {
		name := id
		if p, ok := rules.Carried().Pack(id); ok {
			name = p.Name
		}
		out = append(out, name)
	}
	return strings.Join(out, ", ")
}

// textsNeed tells in which languages the texts that the law wants are approved.
func textsNeed(v visit, languages []driveLanguage) driveNeed {
	var shown, not []string
	for _, l := range languages {
		if l.Shown {
			shown = append(shown, l.Language.InEnglish())
		} else {
			not = append(not, l.Language.InEnglish())
		}
	}
	n := driveNeed{
		What: "Required texts", Word: "ready", Mark: "ok", Href: v.at("languages"), Act: "Languages",
		Text: "They are approved in every language.",
	}
	if len(not) > 0 {
		n.Word, n.Mark = "in "+plural(len(shown), "language"), ""
		n.Text = fmt.Sprintf("The page can be had in %s. Before a treasurer has approved the required texts it is not shown in %s.", strings.Join(shown, "; "), strings.Join(not, "; "))
	}
	return n
}

// closeDrive ends a drive at once. Of one that is closed already nothing changes.
func (d *Desk) closeDrive(w http.ResponseWriter, r *http.Request, v visit) error {
	return d.setDrive(w, r, v, "Closed. Its page says so within seconds, and a form that is sent from now on is refused.", func(tx *sqlx.Tx, slug string) error {
		return donations.CloseDrive(r.Context(), tx, v.Committee.ID, slug)
	})
}

// reopenDrive lets a drive that was closed take gifts again.
func (d *Desk) reopenDrive(w http.ResponseWriter, r *http.Request, v visit) error {
	return d.setDrive(w, r, v, "Open again, within its days.", func(tx *sqlx.Tx, slug string) error {
		return donations.ReopenDrive(r.Context(), tx, v.Committee.ID, slug, v.Today)
	})
}

func (d *Desk) setDrive(w http.ResponseWriter, r *http.Request, v visit, said string, set func(tx *sqlx.Tx, slug string) error) error {
	slug := chi.URLParam(r, "drive")
	err := pg.InTx(r.Context(), d.DB, v.Member.ID.Actor(), []string{string(v.Committee.ID)}, func(tx *sqlx.Tx) error { return set(tx, slug) })
	refusal := (*compliance.Refusal)(nil)
	switch {
	case errors.As(err, &refusal):
		f := entered(r)
		for _, x := range refusal.Findings {
			f.refuse("", findingText(x)) // the page has no field for it
		}
		page, err := d.drivePageOf(r, v, f)
		if err != nil {
			return err
		}
		return d.show(w, r, http.StatusUnprocessableEntity, "drive", page)
	case err != nil:
		return err
	}
	return d.done(w, r, v.at("drives", slug), said)
}

// languageWords is a language as the desk writes it: Korean (한국어).
func languageWords(l i18n.Language) string {
	if l.Name() == l.InEnglish() {
		return l.InEnglish()
	}
	return l.InEnglish() + " (" + l.Name() + ")"
}
