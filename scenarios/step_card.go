package scenarios

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/jmoiron/sqlx"

	"dure/compliance"
	"dure/compliance/rules"
	"dure/donations"
	"dure/money"
	"dure/registry"
)

// card is a gift on a donation page, from the form to the books, with the card processor's answers told here.
type card struct {
	gift
	Without   []string `word:"without" help:"the attestations that were not ticked, by their rules' ids"`
	Country   string   `word:"country" help:"of the address on the form; the donor's where it is not said"`
	CardLand  string   `word:"card-country" help:"of the bank that issued the card; US where it is not said"`
	Funding   string   `word:"funding" one:"credit|debit|prepaid|unknown" help:"of the card; credit where it is not said"`
	Brand     string   `word:"brand" help:"of the card; visa where it is not said"`
	Product   string   `word:"product" help:"what kind of card the processor calls it, such as Visa Business"`
	CVC       string   `word:"cvc" one:"pass|fail|unavailable|unchecked" help:"what the bank said of the code; pass where it is not said"`
	ZIP       string   `word:"zip-check" one:"pass|fail|unavailable|unchecked" help:"what the bank said of the ZIP; pass where it is not said"`
	Line1     string   `word:"street-check" one:"pass|fail|unavailable|unchecked" help:"what the bank said of the street; pass where it is not said"`
	Holder    string   `word:"holder" help:"the name on the card; the donor's where it is not said"`
	Number    string   `word:"card" help:"a name for the card, so that gifts of one card are known as such; one of the donor's own where it is not said"`
	Captured  moment   `word:"captured" help:"when the money was taken; at once where it is not said"`
	Fee       dollars  `word:"processor-fee" help:"what the processor kept"`
	Abandoned answer   `word:"abandoned" help:"yes: the card page is never finished"`
}

func (s *card) run(ctx context.Context, w *world, d *done) error {
	on, err := s.begin(ctx, w, d)
	if err != nil {
		return err
	}
	if d.donor.contributor.Entity != "IND" {
		return errors.New("a page takes gifts of human beings alone")
	}
	err = w.within(ctx, []registry.CommitteeID{d.committee}, func(tx *sqlx.Tx) error { return w.ask(ctx, tx, d) })
	if err != nil {
		return err
	}
	id := donations.NewGiftID()
	d.gift = string(id)
	err = w.within(ctx, []registry.CommitteeID{d.committee}, func(tx *sqlx.Tx) error {
		drive, err := w.drive(ctx, tx, s)
		if err != nil {
			return err
		}
		_, err = donations.Take(ctx, tx, drive, id, s.pledge(d, drive), w.now, "https://dure.example.org")
		return err
	})
	if refused := (*compliance.Refusal)(nil); errors.As(err, &refused) {
		d.gift = ""
		refused = d.whole(refused)
	}
	if err != nil || s.Abandoned.Yes {
		return err
	}
	if err := s.authorise(ctx, w, d, w.happened(on)); err != nil {
		return err
	}
	return w.capture(ctx, d, s.Captured.Time, money.Cents(s.Fee))
}

// whole keeps of a page's refusal what the law had not said already: an attestation that is missing, a page that is closed.
func (d *done) whole(r *compliance.Refusal) *compliance.Refusal {
	if d.decision.says == "allow" {
		said := d.decision.said
		d.decision = refusal(r)
		d.decision.said = append(d.decision.said, said...)
	}
	return r
}

// drive gives the page of a committee, or of a candidate's election through it; it is made with the first gift.
func (w *world) drive(ctx context.Context, tx *sqlx.Tx, s *card) (donations.Drive, error) {
	c := w.committees[s.To]
	slug := fmt.Sprintf("%s-%s-%s", c.ID, w.candidates[s.For].ID, w.elections[s.Election].ID)
	slug = fmt.Sprintf("page-%x", slug)[:min(55, len("page-")+2*len(slug))]
	all, err := donations.Drives(ctx, tx, c.ID)
	if err != nil {
		return donations.Drive{}, err
	}
	if at := slices.IndexFunc(all, func(d donations.Drive) bool { return d.Slug == slug }); at >= 0 {
		return all[at], nil
	}
	drive := donations.Drive{
		Committee: c.ID, Slug: slug, Title: "Gifts to " + c.Name, Amounts: []int64{1000, 2500}, OpensOn: w.today().Add(-1000),
		Candidate: w.candidates[s.For].ID,
	}
	if s.For != "" {
		drive.Election = w.elections[s.Election].ID
	}
	if err := donations.AddDrive(ctx, tx, drive); err != nil {
		return drive, err
	}
	return donations.FindDrive(ctx, tx, slug)
}

// pledge is the donation form.
func (s *card) pledge(d *done, drive donations.Drive) donations.Pledge {
	c := d.donor.contributor
	p := donations.Pledge{
		Drive: drive.Slug, Token: donations.GiftID(d.gift), Cents: money.Cents(s.Amount),
		GivenName: c.First, FamilyName: c.Last, Street: c.Street, City: c.City, Region: c.State, Zip: c.Zip,
		Country: or(s.Country, c.Country), Email: c.Email, Employer: c.Employer, Occupation: c.Occupation, Language: "en",
	}
	for _, a := range rules.Federal().Attested(d.proposal.Made) {
		if !slices.Contains(s.Without, a.ID) {
			p.Attested = append(p.Attested, donations.Attestation{TextID: a.ID, Version: "1", Language: "en", Text: a.Cite})
		}
	}
	return p
}

// leave is how long a card's authorisation lasts.
const leave = 7 * 24 * time.Hour

// authorise tells of the card page and of the bank's leave.
func (s *card) authorise(ctx context.Context, w *world, d *done, at time.Time) error {
	intent := "pi_" + d.gift
	session := donations.Session{ID: "cs_" + d.gift, URL: "https://checkout.example.org", Status: "complete", ExpiresAt: at.Add(time.Hour), PaymentIntent: intent}
	err := w.within(ctx, []registry.CommitteeID{d.committee}, func(tx *sqlx.Tx) error {
		return donations.LearnSession(ctx, tx, w.now, d.committee, donations.GiftID(d.gift), session)
	})
	if err != nil {
		return err
	}
	return w.learn(ctx, d, donations.Payment{
		Intent: intent, Capturable: true, Charge: "ch_" + d.gift, ChargedAt: at, Cents: money.Cents(s.Amount), CaptureBefore: at.Add(leave),
		Card: donations.Card{
			Brand: or(s.Brand, "visa"), Last4: "4242", Country: or(s.CardLand, "US"), Funding: or(s.Funding, "credit"),
			Fingerprint: or(s.Number, "card of "+s.From), CVC: or(s.CVC, "pass"), Line1: or(s.Line1, "pass"), Zip: or(s.ZIP, "pass"),
			Description: s.Product, Holder: or(s.Holder, d.donor.contributor.Name()),
		},
	})
}

func (w *world) learn(ctx context.Context, d *done, p donations.Payment) error {
	return w.within(ctx, []registry.CommitteeID{d.committee}, func(tx *sqlx.Tx) error {
		return donations.Learn(ctx, tx, w.now, d.committee, donations.GiftID(d.gift), p)
	})
}

// capture tells that the money was taken, where the judgement owes that.
func (w *world) capture(ctx context.Context, d *done, at time.Time, fee money.Cents) error {
	g, err := donations.FindOf(ctx, w.db, d.committee, donations.GiftID(d.gift))
	if err != nil {
		return err
	}
	if g.State != donations.CaptureOwed && g.State != donations.ReleaseOwed {
		return nil // held, for a person
	}
	if at.After(w.now) {
		if err := w.moveTo(ctx, at); err != nil {
			return err
		}
	}
	if g.State == donations.ReleaseOwed {
		return w.learn(ctx, d, donations.Payment{Intent: g.PaymentIntent, Canceled: true})
	}
	if err := w.learn(ctx, d, donations.Payment{Intent: g.PaymentIntent, Captured: true, Taken: g.Cents}); err != nil {
		return err
	}
	d.receipt = d.gift
	if fee == 0 {
		return nil
	}
	return w.within(ctx, []registry.CommitteeID{d.committee}, func(tx *sqlx.Tx) error {
		return compliance.RecordFee(ctx, tx, compliance.Fee{
			Committee: d.committee, ID: "txn_" + d.gift, Charge: "ch_" + d.gift, Cents: fee, PostedOn: w.today(), HappenedAt: w.now,
		})
	})
}

// decide is a person's decision on a held gift.
type decide struct {
	Gift    string `word:"gift" need:"yes" ref:"gift" help:"the held card gift"`
	Capture answer `word:"capture" need:"yes" help:"yes: the money is taken; no: it is let go"`
	Note    string `word:"note" help:"why; Passport seen by a person where it is not said"`
}

func (s *decide) run(ctx context.Context, w *world, d *done) error {
	g := w.done[s.Gift]
	if g.gift == "" {
		return fmt.Errorf("%s is no card gift that is under way", g.said())
	}
	err := donations.Decide(ctx, w.db, w.now, "Rowan Whitfield", g.committee, donations.GiftID(g.gift), s.Capture.Yes, or(s.Note, "Passport seen by a person"))
	if err != nil {
		return err
	}
	d.committee, d.donor, d.proposal = g.committee, g.donor, g.proposal
	return w.capture(ctx, g, w.now, 0)
}
