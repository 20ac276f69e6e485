package scenarios

import (
	"context"
	"errors"
	"fmt"

	"dure/civil"
	"dure/compliance/rules"
	"dure/money"
)

// independent is an independent expenditure that is distributed: the law is asked whether a notice of it is owed.
type independent struct {
	named
	By     string    `word:"by" need:"yes" help:"who spends"`
	About  string    `word:"about" need:"yes" help:"the office sought, and in which election: what is spent about one adds up in a calendar year"`
	Amount dollars   `word:"amount" need:"yes" help:"how much"`
	Shown  civil.Day `word:"on" need:"yes" help:"the day on which it is distributed"`
	Vote   civil.Day `word:"vote" need:"yes" help:"election day"`
}

func (*independent) timeless() {}

func (s *independent) run(_ context.Context, w *world, d *done) error {
	at := fmt.Sprintf("%s, %s, %v, %d", s.By, s.About, s.Vote, s.Shown.Year())
	if w.unreported == nil {
		w.unreported = map[string]money.Cents{}
	}
	w.unreported[at] += money.Cents(s.Amount)
	t, due, owed := rules.Federal().IndependentNotice(s.Shown, s.Vote, w.unreported[at])
	d.answer.yes = &owed
	d.decision = told(t.Row, fmt.Sprintf("%s %s: %s are in no notice yet", t.Test, t.Cents, w.unreported[at]))
	if owed {
		d.answer.day, d.answer.why = due, t.ID
		w.unreported[at] = 0 // all of it stands in this notice
	}
	return nil
}

// joint is a gift to the representative of a joint fundraiser, shared by its formula.
type joint struct {
	named
	Amount  dollars       `word:"amount" need:"yes" help:"how much"`
	Between []participant `word:"between" need:"yes" help:"the participants"`
}

// participant takes part in a joint fundraiser.
type participant struct {
	Name   string `word:"name" need:"yes" help:"of the participant"`
	Weight number `word:"weight" help:"its part of the formula, such as 60 of 60 and 40; none where it takes designated money alone"`
	Room   most   `word:"room" need:"yes" help:"what the giver may still give it"`
	Named  sum    `word:"designated" help:"what of the gift the giver designated for it"`
}

func (*joint) timeless() {}

func (s *joint) run(_ context.Context, _ *world, d *done) error {
	var whom []rules.Participant
	var designated money.Cents
	for _, p := range s.Between {
		if p.Weight.N < 0 || p.Named.Cents < 0 || !p.Room.Unlimited && p.Room.Cents < 0 {
			return fmt.Errorf("of %s something is below zero", p.Name)
		}
		designated += p.Named.Cents
		whom = append(whom, rules.Participant{
			Name: p.Name, Weight: int64(p.Weight.N), Room: p.Room.Cents, Unlimited: p.Room.Unlimited, Named: p.Named.Cents,
		})
	}
	if designated > money.Cents(s.Amount) {
		return errors.New("more is designated than was given")
	}
	d.answer.shares, d.answer.left = rules.Allocate(money.Cents(s.Amount), whom)
	return nil
}

// allocatedIs is what of a joint gift goes where.
type allocatedIs struct {
	aboutStep
	To   string `word:"to" help:"the participant"`
	Is   sum    `word:"is" help:"its share"`
	Over sum    `word:"over" help:"what of its designated money is over the room, until the giver writes otherwise"`
	Left sum    `word:"left" help:"what nobody may take: it goes back to the giver"`
}

func (e *allocatedIs) check(_ context.Context, w *world, under *done) (outcome, error) {
	d, err := w.about(e.Of, under)
	if err != nil {
		return outcome{}, err
	}
	if d.answer.shares == nil {
		return outcome{}, fmt.Errorf("%s shared nothing", d.said())
	}
	if (e.To == "") != (!e.Is.Set && !e.Over.Set) || e.To == "" && !e.Left.Set {
		return outcome{}, errors.New("say to whom and how much, or what is left")
	}
	var s said
	s.sum("left", e.Left, d.answer.left)
	if e.To == "" {
		return s.outcome(nil), nil
	}
	for _, a := range d.answer.shares {
		if a.Name == e.To {
			s.sum("is", e.Is, a.Cents)
			s.sum("over", e.Over, a.Over)
			return s.outcome(nil), nil
		}
	}
	return outcome{}, fmt.Errorf("%q takes no part", e.To)
}
