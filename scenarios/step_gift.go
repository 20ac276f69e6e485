package scenarios

import (
	"context"
	"errors"
	"fmt"

	"github.com/jmoiron/sqlx"

	"dure/civil"
	"dure/compliance"
	"dure/compliance/rules"
	"dure/money"
	"dure/pg"
	"dure/registry"
)

// gift is what all gifts say.
type gift struct {
	As       string  `word:"as" names:"gift" help:"its name, for later steps and expectations"`
	From     string  `word:"from" need:"yes" ref:"donor" help:"the giver"`
	To       string  `word:"to" need:"yes" ref:"committee" help:"the committee that gets it, or through which it goes"`
	Amount   dollars `word:"amount" need:"yes" help:"how much"`
	For      string  `word:"for" ref:"candidate" help:"of an earmarked gift: for whom it is"`
	Election string  `word:"election" ref:"election" help:"which election it is for: of an earmarked gift, or as the giver of an authorised committee designated it"`
	Account  string  `word:"account" one:"non-contribution|convention|headquarters|recount" help:"of a hybrid, or of a national party: the account that it is for"`
	onDay
}

func (g *gift) name() string { return g.As }

// begin fills what a gift's step has done so far, and gives its day.
func (g *gift) begin(ctx context.Context, w *world, d *done) (civil.Day, error) {
	on, err := w.day(ctx, g.On)
	if err != nil {
		return on, err
	}
	err = g.propose(w, d)
	d.proposal.Made = on
	return on, err
}

// propose fills what the law is asked of a gift, its day left out.
func (g *gift) propose(w *world, d *done) error {
	if g.For != "" && g.Election == "" {
		return errors.New("an earmarked gift says for which election it is")
	}
	d.committee, d.donor = w.committees[g.To].ID, w.donors[g.From]
	d.proposal = compliance.Proposal{
		Committee: d.committee, Person: d.donor.contributor.Person, Kind: d.donor.kind(), Cents: money.Cents(g.Amount),
		Candidate: w.candidates[g.For].ID, Election: w.elections[g.Election].ID, Account: g.Account,
	}
	if g.Election != "" && g.For == "" && w.committees[g.To].Kind != registry.Authorised {
		return errors.New("a gift to this committee is for no election")
	}
	return nil
}

// receipt is the gift as money that came.
func (g *gift) receipt(w *world, d *done, on civil.Day) compliance.Receipt {
	line := d.donor.line()
	if g.Account != "" {
		line = "17"
	}
	return compliance.Receipt{
		Committee: d.committee, ID: pg.NewID('R'), Contributor: d.donor.contributor, Line: line,
		Cents: money.Cents(g.Amount), MadeOn: on, ReceivedOn: on, HappenedAt: w.happened(on),
		Candidate: d.proposal.Candidate, Election: d.proposal.Election, Recipient: w.candidates[g.For].CommitteeName,
		Account: g.Account, Evidence: "the gift's own paper, on file",
	}
}

// come asks the law about money that came, and receives it whatever the law says: facts are never vetoed.
func (w *world) come(ctx context.Context, d *done, r compliance.Receipt, receive func(tx *sqlx.Tx) error) error {
	err := w.within(ctx, []registry.CommitteeID{r.Committee}, func(tx *sqlx.Tx) error {
		d.proposal.Instrument, d.proposal.Anonymous = r.Instrument, r.Anonymous
		if err := w.ask(ctx, tx, d); err != nil {
			return err
		}
		return receive(tx)
	})
	if err == nil {
		d.receipt = r.ID
	}
	return err
}

// ask asks the law about a step's proposal, and keeps what it said.
func (w *world) ask(ctx context.Context, tx *sqlx.Tx, d *done) error {
	if err := registry.Lock(ctx, tx, d.proposal.Person); err != nil {
		return err
	}
	room, findings, err := compliance.Screen(ctx, tx, d.proposal)
	if err != nil {
		return err
	}
	d.decision = decided(room, findings)
	return nil
}

// ask is a question about a gift that nobody makes.
type ask struct{ gift }

func (s *ask) run(ctx context.Context, w *world, d *done) error {
	if _, err := s.begin(ctx, w, d); err != nil {
		return err
	}
	return w.within(ctx, []registry.CommitteeID{d.committee}, func(tx *sqlx.Tx) error { return w.ask(ctx, tx, d) })
}

// recurring is an instalment of a standing consent.
type recurring struct {
	gift
	Taken answer `word:"taken" help:"yes: the card is charged whatever the law says; otherwise nothing comes"`
}

func (s *recurring) run(ctx context.Context, w *world, d *done) error {
	on, err := s.begin(ctx, w, d)
	if err != nil {
		return err
	}
	if !s.Taken.Yes {
		return w.within(ctx, []registry.CommitteeID{d.committee}, func(tx *sqlx.Tx) error { return w.ask(ctx, tx, d) })
	}
	r := s.receipt(w, d, on)
	r.Instrument = "card"
	return w.come(ctx, d, r, func(tx *sqlx.Tx) error { return compliance.Receive(ctx, tx, r) })
}

// vendor is a card gift that came by a page of somebody else, who takes a fee for it.
type vendor struct {
	gift
	Fee     dollars `word:"fee" help:"what the giver pays for it, beside the gift or out of it"`
	Share   share   `word:"fee-share" help:"or which share of the gift it is, such as 5 %"`
	Serving string  `word:"serving" need:"yes" one:"committee|giver|conduit" help:"whom the vendor serves; a conduit keeps the fee out of the gift"`
}

func (s *vendor) run(ctx context.Context, w *world, d *done) error {
	fee := money.Cents(s.Fee)
	if (fee == 0) == (s.Share.In == 0) {
		return errors.New("say the fee, or which share of the gift it is")
	}
	if fee == 0 {
		fee = money.Cents(s.Amount) * money.Cents(s.Share.Of) / money.Cents(s.Share.In)
	}
	recipient, conduit := compliance.WithFee(money.Cents(s.Amount), fee, compliance.FeeFor(s.Serving))
	if recipient <= 0 || conduit > 0 && s.For == "" {
		return errors.New("a conduit keeps a part of an earmarked gift, not the whole")
	}
	s.Amount = dollars(recipient)
	on, err := s.begin(ctx, w, d)
	if err != nil {
		return err
	}
	r := s.receipt(w, d, on)
	r.Instrument = "card"
	return w.come(ctx, d, r, func(tx *sqlx.Tx) error {
		if err := compliance.Receive(ctx, tx, r); err != nil || conduit == 0 {
			return err
		}
		kept := r
		kept.ID, kept.Cents, kept.Candidate, kept.Election, kept.Recipient = pg.NewID('R'), conduit, "", "", ""
		return compliance.Receive(ctx, tx, kept)
	})
}

// check is a check that came.
type check struct {
	gift
	Number string    `word:"number" help:"of the check"`
	Made   civil.Day `word:"made" help:"the day of the postmark; the day it came where it is not said"`
	Named  []string  `word:"named" ref:"donor" help:"others whose names the check shows"`
	Signed []string  `word:"signed" ref:"donor" help:"of these, who signed it too: it is a joint gift, in equal shares where split says no others"`
	Return civil.Day `word:"returned" help:"the day on which it went back undeposited, within the days of a deposit: it was never received, and no report has it"`
	Split  []part    `word:"split" help:"how a joint or a partnership's gift is shared out, as its signers or the partnership wrote"`
}

func (s *check) run(ctx context.Context, w *world, d *done) error {
	on, err := s.begin(ctx, w, d)
	if err != nil {
		return err
	}
	r := s.receipt(w, d, on)
	r.Instrument, r.InstrumentNumber = "check", or(s.Number, fmt.Sprint(1000+w.next()))
	if !s.Made.IsZero() {
		r.MadeOn, d.proposal.Made = s.Made, s.Made
	}
	if !s.Return.IsZero() {
		return s.undeposited(ctx, w, d, r)
	}
	for _, name := range append(s.Named, s.Signed...) {
		r.Joint = append(r.Joint, w.donors[name].contributor.Person)
	}
	return w.come(ctx, d, r, func(tx *sqlx.Tx) error {
		if err := compliance.Receive(ctx, tx, r); err != nil {
			return err
		}
		switch {
		case len(s.Split) > 0:
			d.receipt = r.ID
			return w.share(ctx, tx, d, on, s.Split)
		case len(s.Signed) > 0:
			return compliance.AttributeEqually(ctx, tx, d.committee, r.ID, on, w.contributors(s.Signed))
		}
		return nil
	})
}

// undeposited is a check that goes back within the ten days of 11 CFR 103.3(a): neither its receipt nor its return is
// recorded. One that was kept longer is received, and is given back by a refund.
func (s *check) undeposited(ctx context.Context, w *world, d *done, r compliance.Receipt) error {
	clock := rules.Federal().Clock("deposit", r.ReceivedOn)
	due := clock.Due(r.ReceivedOn)
	if s.Return.After(due) || s.Return.Before(r.ReceivedOn) {
		return &compliance.Refusal{Findings: []compliance.Finding{{
			Rule: clock.ID, Field: "returned", Text: fmt.Sprintf("It goes back undeposited from %v to %v, or is given back by a refund", r.ReceivedOn, due), Cite: clock.Cite,
		}}}
	}
	if _, err := w.day(ctx, s.Return); err != nil {
		return err
	}
	return w.within(ctx, []registry.CommitteeID{d.committee}, func(tx *sqlx.Tx) error { return w.ask(ctx, tx, d) })
}

func (w *world) contributors(names []string) []registry.Contributor {
	var out []registry.Contributor
	for _, name := range names {
		out = append(out, w.donors[name].contributor)
	}
	return out
}

// cash is bank notes that came.
type cash struct {
	gift
	Anonymous answer `word:"anonymous" help:"yes: nobody knows the giver; from names a donor who stands for nobody"`
}

func (s *cash) run(ctx context.Context, w *world, d *done) error {
	on, err := s.begin(ctx, w, d)
	if err != nil {
		return err
	}
	r := s.receipt(w, d, on)
	r.Instrument, r.Anonymous = "cash", s.Anonymous.Yes
	return w.come(ctx, d, r, func(tx *sqlx.Tx) error { return compliance.Receive(ctx, tx, r) })
}

// wire is a transfer to the bank.
type wire struct{ gift }

func (s *wire) run(ctx context.Context, w *world, d *done) error {
	on, err := s.begin(ctx, w, d)
	if err != nil {
		return err
	}
	r := s.receipt(w, d, on)
	r.Instrument = "transfer"
	return w.come(ctx, d, r, func(tx *sqlx.Tx) error { return compliance.Receive(ctx, tx, r) })
}

// inKind is goods or services that were given.
type inKind struct {
	gift
	Goods     string `word:"goods" need:"yes" help:"what they are"`
	Valuation string `word:"valuation" help:"how the sum was found; the usual price where it is not said"`
}

func (s *inKind) run(ctx context.Context, w *world, d *done) error {
	on, err := s.begin(ctx, w, d)
	if err != nil {
		return err
	}
	k := compliance.InKind{Receipt: s.receipt(w, d, on), Goods: s.Goods, Valuation: or(s.Valuation, "the usual price"), Category: "003"}
	return w.come(ctx, d, k.Receipt, func(tx *sqlx.Tx) error { return compliance.ReceiveInKind(ctx, tx, k) })
}
