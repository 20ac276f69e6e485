package scenarios

import (
	"context"
	"errors"
	"fmt"

	"github.com/jmoiron/sqlx"

	"dure/civil"
	"dure/compliance"
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
	}
	if g.For != "" {
		d.proposal.Candidate, d.proposal.Election = w.candidates[g.For].ID, w.elections[g.Election].ID
	}
	return nil
}

// receipt is the gift as money that came.
func (g *gift) receipt(w *world, d *done, on civil.Day) compliance.Receipt {
	return compliance.Receipt{
		Committee: d.committee, ID: pg.NewID('R'), Contributor: d.donor.contributor, Line: d.donor.line(),
		Cents: money.Cents(g.Amount), MadeOn: on, ReceivedOn: on, HappenedAt: w.happened(on),
		Candidate: d.proposal.Candidate, Election: d.proposal.Election, Recipient: w.candidates[g.For].CommitteeName,
	}
}

// come asks the law about money that came, and receives it whatever the law says: facts are never vetoed.
func (w *world) come(ctx context.Context, d *done, r compliance.Receipt, receive func(tx *sqlx.Tx) error) error {
	err := w.within(ctx, []registry.CommitteeID{r.Committee}, func(tx *sqlx.Tx) error {
		if err := registry.Lock(ctx, tx, r.Contributor.Person); err != nil {
			return err
		}
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

// check is a check that came.
type check struct {
	gift
	Number string    `word:"number" help:"of the check"`
	Made   civil.Day `word:"made" help:"the day of the postmark; the day it came where it is not said"`
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
	return w.come(ctx, d, r, func(tx *sqlx.Tx) error { return compliance.Receive(ctx, tx, r) })
}

// cash is bank notes that came.
type cash struct{ gift }

func (s *cash) run(ctx context.Context, w *world, d *done) error { return s.by(ctx, w, d, "cash") }

// wire is a transfer to the bank.
type wire struct{ gift }

func (s *wire) run(ctx context.Context, w *world, d *done) error { return s.by(ctx, w, d, "transfer") }

// by receives a gift that an instrument brought.
func (g *gift) by(ctx context.Context, w *world, d *done, instrument string) error {
	on, err := g.begin(ctx, w, d)
	if err != nil {
		return err
	}
	r := g.receipt(w, d, on)
	r.Instrument = instrument
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
