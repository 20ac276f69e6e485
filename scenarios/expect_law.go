package scenarios

import (
	"context"
	"fmt"

	"dure/civil"
)

// aboutStep speaks of a step that is no gift.
type aboutStep struct {
	Of string `word:"of" ref:"step" help:"the step that it speaks of; the one it stands under, or the last, where it is not said"`
}

func (a aboutStep) about() string { return a.Of }

// dueIs is the day that a deadline or an independent step found.
type dueIs struct {
	aboutStep
	Is civil.Day `word:"is" need:"yes" short:"yes" help:"the day"`
}

func (e *dueIs) check(_ context.Context, w *world, under *done) (outcome, error) {
	d, err := w.about(e.Of, under)
	if err != nil {
		return outcome{}, err
	}
	if d.answer.day.IsZero() {
		return outcome{}, fmt.Errorf("%s asked for no day", d.said())
	}
	var s said
	s.day("due", e.Is, d.answer.day)
	return s.outcome(d.decision.said), nil
}

// fineIs is what a fine step came to.
type fineIs struct {
	aboutStep
	Is sum `word:"is" need:"yes" short:"yes" help:"the fine"`
}

func (e *fineIs) check(_ context.Context, w *world, under *done) (outcome, error) {
	d, err := w.about(e.Of, under)
	if err != nil {
		return outcome{}, err
	}
	if d.answer.fine == nil {
		return outcome{}, fmt.Errorf("%s asked for no fine", d.said())
	}
	var s said
	s.sum("fine", e.Is, *d.answer.fine)
	return s.outcome(d.decision.said), nil
}

// filedIs is how a filed step came out.
type filedIs struct {
	aboutStep
	Is string `word:"is" need:"yes" short:"yes" help:"in time, late by 1 day, late by N days, or not filed"`
}

func (e *filedIs) check(_ context.Context, w *world, under *done) (outcome, error) {
	d, err := w.about(e.Of, under)
	if err != nil {
		return outcome{}, err
	}
	if d.answer.filed == "" {
		return outcome{}, fmt.Errorf("%s filed nothing", d.said())
	}
	var s said
	s.text("filed", e.Is, d.answer.filed)
	return s.outcome(d.decision.said), nil
}

// answerIs is what the law answered to a yes or no.
type answerIs struct {
	aboutStep
	Is  answer `word:"is" need:"yes" short:"yes" help:"the answer"`
	Why string `word:"why" help:"of e-filing: year, years-after, quarter or half; of an independent expenditure: independent-48h or independent-24h"`
}

func (e *answerIs) check(_ context.Context, w *world, under *done) (outcome, error) {
	d, err := w.about(e.Of, under)
	if err != nil {
		return outcome{}, err
	}
	if d.answer.yes == nil {
		return outcome{}, fmt.Errorf("%s asked for no yes or no", d.said())
	}
	var s said
	s.yes("answer", e.Is, *d.answer.yes)
	s.text("why", e.Why, d.answer.why)
	var rules []Said
	if d.decision != nil {
		rules = d.decision.said
	}
	return s.outcome(rules), nil
}
