package scenarios

import (
	"context"
	"fmt"

	"github.com/jmoiron/sqlx"
)

// Wrong is an expectation that did not come true.
type Wrong struct {
	File     string `json:"file"`
	Line     int    `json:"line"`
	Word     string `json:"word"`
	Expected string `json:"expected"`
	Got      string `json:"got"`
	Said     []Said `json:"said"` // which rule said what
}

// Outcome is how one scenario ended: right when nothing is wrong and nothing is at fault.
type Outcome struct {
	File     string   `json:"file"`
	Line     int      `json:"line"`
	Scenario string   `json:"scenario"`
	Cites    []string `json:"cites"`
	Expected int      `json:"expectations"`
	Wrong    []Wrong  `json:"wrong"`
	Faults   []Fault  `json:"faults"`
}

// Right tells whether all came as expected.
func (o Outcome) Right() bool { return len(o.Wrong) == 0 && len(o.Faults) == 0 }

// outcome is what an expectation expected, what it found, and which rule said what about it.
type outcome struct {
	expected, got string
	said          []Said
}

// Try plays a scenario in a fresh database. An error is ours or the server's; what the scenario got wrong is in the outcome.
func (s *Scratch) Try(ctx context.Context, sc *Scenario) (Outcome, error) {
	out := Outcome{
		File: sc.File, Line: sc.Line, Scenario: sc.Name, Cites: sc.Cites, Expected: sc.expectations(),
		Wrong: []Wrong{}, Faults: []Fault{},
	}
	if out.Cites == nil {
		out.Cites = []string{}
	}
	err := s.with(ctx, func(db *sqlx.DB) error {
		p := &play{Outcome: &out, world: newWorld(db)}
		return p.all(ctx, sc)
	})
	return out, err
}

// play is a scenario being played.
type play struct {
	*Outcome
	world *world
}

func (p *play) fault(line int, err error) {
	p.Faults = append(p.Faults, Fault{p.File, line, err.Error()})
}

// all plays the steps and then what is expected. The first step that can't be done ends it, since what follows stands on it.
func (p *play) all(ctx context.Context, sc *Scenario) error {
	for i, st := range sc.steps {
		d := &done{word: st.word, line: st.line, name: nameOf(st.step)}
		d.expected = asksOf(st.expect, d.name, true) || asksOf(sc.expected, d.name, i == len(sc.steps)-1)
		for _, later := range sc.steps[i+1:] {
			d.expected = d.expected || asksOf(later.expect, d.name, false)
		}
		if err := p.step(ctx, st, d); err != nil {
			if ctx.Err() != nil {
				return ctx.Err()
			}
			p.fault(st.line, fmt.Errorf("%s can't be done: %w", st.word, err))
			return nil
		}
		if d.refused != nil && !d.expected {
			p.Wrong = append(p.Wrong, Wrong{
				File: p.File, Line: st.line, Word: st.word, Expected: "it happens", Got: "it is refused", Said: d.decision.said,
			})
			return nil
		}
		if err := p.expect(ctx, st.expect, d); err != nil {
			return err
		}
	}
	return p.expect(ctx, sc.expected, nil)
}

func (p *play) step(ctx context.Context, st *stepped, d *done) error {
	w := p.world
	if !w.now.IsZero() {
		if err := w.moveTo(ctx, w.now); err != nil {
			return err
		}
	}
	if err := w.finish(d, st.step.run(ctx, w, d)); err != nil {
		return err
	}
	if d.name != "" {
		w.done[d.name] = d
	}
	w.last = d
	return nil
}

func (p *play) expect(ctx context.Context, list []*awaited, under *done) error {
	for _, a := range list {
		found, err := a.what.check(ctx, p.world, under)
		switch {
		case err != nil && ctx.Err() != nil:
			return ctx.Err()
		case err != nil:
			p.fault(a.line, fmt.Errorf("%s can't be asked: %w", a.word, err))
		case found.expected == "":
			p.fault(a.line, fmt.Errorf("%s says nothing that could be wrong", a.word))
		case found.expected != found.got:
			if found.said == nil {
				found.said = p.saidOf(a, under)
			}
			p.Wrong = append(p.Wrong, Wrong{File: p.File, Line: a.line, Word: a.word, Expected: found.expected, Got: found.got, Said: found.said})
		}
	}
	return nil
}

// saidOf gives what the rules said of the step that an expectation speaks of.
func (p *play) saidOf(a *awaited, under *done) []Said {
	out := []Said{}
	name := ""
	if o, ok := a.what.(interface{ about() string }); ok {
		name = o.about()
	}
	d, err := p.world.about(name, under)
	if err != nil || d.decision == nil {
		return out
	}
	return append(out, d.decision.said...)
}

// asksOf tells whether expectations ask what the law, or its verb, said of a step, so that a refusal is no surprise. unnamed
// tells that those which name no step speak of it.
func asksOf(list []*awaited, name string, unnamed bool) bool {
	for _, a := range list {
		var of string
		switch e := a.what.(type) {
		case *decisionIs:
			of = e.Of
		case *refusedIs:
			of = e.Of
		default:
			continue
		}
		if of == "" && unnamed || of != "" && of == name {
			return true
		}
	}
	return false
}

// named steps can be spoken of later.
type named struct {
	As string `word:"as" names:"step" help:"its name, for later steps and expectations"`
}

func (n named) name() string { return n.As }

func nameOf(s step) string {
	if n, ok := s.(interface{ name() string }); ok {
		return n.name()
	}
	return ""
}
