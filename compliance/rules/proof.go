package rules

import (
	"errors"
	"fmt"

	"dure/money"
)

// Test is a case that a pack brings along to prove itself: a gift, and what the pack must say of it.
type Test struct {
	Name     string
	Gift     Gift
	Given    []Given // shorthand for the gift's
	Unsigned bool    // asked of the pack as a draft that nobody signed
	Expect   Expect
}

// Expect is the answer that a test asks for; what it leaves out is not compared.
type Expect struct {
	Verdict   Verdict
	Room      *money.Cents
	Unlimited bool
	Rule      string
}

// Prove runs every pack's own tests and joins all that fail.
func (l *Law) Prove() error {
	var faults []error
	for _, p := range l.order {
		for _, t := range p.Tests {
			if err := l.prove(p, t); err != nil {
				faults = append(faults, fmt.Errorf("pack %s, test %q: %w", p.Pack, t.Name, err))
			}
		}
	}
	return errors.Join(faults...)
}

func (l *Law) prove(p *Pack, t Test) error {
	law := l
	if !t.Unsigned {
		for _, q := range l.order {
			law = law.With(PackRef{Pack: q.Pack, Hash: q.Hash})
		}
	}
	g := t.Gift
	if g.Regime == "" {
		g.Regime = p.Pack
	}
	g.Given = append(g.Given[:len(g.Given):len(g.Given)], t.Given...)
	d, want := law.Decide(g), t.Expect
	switch {
	case d.Verdict != want.Verdict:
	case want.Rule != "" && d.Rule != want.Rule:
	case want.Room != nil && (d.Unlimited || d.Room != *want.Room):
	case want.Unlimited != d.Unlimited && (want.Unlimited || want.Room != nil):
	default:
		return nil
	}
	return fmt.Errorf("the answer is %s by %s, room %v, unlimited %v; asked: %+v", d.Verdict, d.Rule, d.Room, d.Unlimited, d.Asked)
}
