package rules

import (
	"slices"

	"dure/civil"
)

// conflicts refuses rows of the pack that can't stand beside each other.
func (c *checker) conflicts() {
	for _, rows := range [][]Limit{c.pack.Limits, c.pack.Instruments} {
		for i := range rows {
			for j := range rows[:i] {
				if a, b := &rows[j], &rows[i]; a.ID != b.ID && a.meets(b) {
					c.conflict(a, b)
				}
			}
		}
	}
}

func (c *checker) conflict(a, b *Limit) {
	from := laterOf(a.From, b.From)
	switch {
	case a.Sum == Prohibited && b.Sum != "" && b.Sum != Unlimited, b.Sum == Prohibited && a.Sum != "" && a.Sum != Unlimited: // neither opens anything
	case a.Sum == Prohibited && within(a.When, b.When):
		c.at(&b.Row, "it allows what %q prohibits from %v on", a.ID, from)
	case b.Sum == Prohibited && within(b.When, a.When):
		c.at(&a.Row, "it allows what %q prohibits from %v on", b.ID, from)
	case a.Sum == Prohibited || b.Sum == Prohibited:
	case a.Sum == Unknown && narrower(a, b) || b.Sum == Unknown && narrower(b, a):
	case a.Sum == "" && b.Sum == "" && (a.Per != b.Per || a.Scope != b.Scope):
	case a.Sum != "" && b.overall() || b.Sum != "" && a.overall(): // what may go to each, and a sum over all of them
	default:
		c.at(&b.Row, "it overlaps %q from %v on: both speak of the same gift", a.ID, from)
	}
}

func (r *Limit) overall() bool { return r.Sum == "" && r.Scope == "everybody" }

// narrower tells whether a asks for a fact that b leaves open: it speaks of some of b's cases alone.
func narrower(a, b *Limit) bool { return !within(a.When, b.When) }

// parents refuses rows that open what a pack above prohibits, or pass its sum.
func (c *checker) parents() {
	for _, above := range c.law.chain(c.pack.Pack)[1:] {
		for i := range above.Limits {
			p := &above.Limits[i]
			if p.Reach != "below" {
				continue
			}
			for j := range c.pack.Limits {
				r := &c.pack.Limits[j]
				switch {
				case !p.meets(r) || !within(p.When, r.When):
				case p.Sum == Prohibited && r.Sum != Prohibited && r.Sum != Unknown:
					c.at(&r.Row, "it opens what %q of pack %s prohibits from %v on", p.ID, above.Pack, laterOf(p.From, r.From))
				case p.Sum == "" && r.Sum == "" && p.Per == r.Per && p.Scope == r.Scope && r.Cents > p.Cents:
					c.at(&r.Row, "its sum is over that of %q of pack %s, which binds as well from %v on", p.ID, above.Pack, laterOf(p.From, r.From))
				}
			}
		}
	}
}

// meets tells whether two rows can both fit one gift. Rows that different days pick may do so whatever their own days.
func (r *Limit) meets(o *Limit) bool {
	return (r.By != o.By || r.overlaps(&o.Row)) && crosses(r.Who, o.Who) && crosses(r.To, o.To) &&
		(len(r.Offices) == 0 || len(o.Offices) == 0 || crosses(r.Offices, o.Offices)) &&
		(len(r.Elections) == 0 || len(o.Elections) == 0 || crosses(r.Elections, o.Elections)) &&
		(len(r.Instrument) == 0) == (len(o.Instrument) == 0) && (len(r.Instrument) == 0 || crosses(r.Instrument, o.Instrument)) && agree(r.When, o.When)
}

func (r *Row) overlaps(o *Row) bool {
	return (o.Until.IsZero() || !r.From.After(o.Until)) && (r.Until.IsZero() || !o.From.After(r.Until))
}

func crosses(a, b []string) bool {
	return slices.Contains(a, "any") || slices.ContainsFunc(b, func(w string) bool { return takes(a, w) || w == "any" })
}

// agree tells whether facts can be as both rows need them.
func agree(a, b map[string]bool) bool {
	for name, is := range a {
		if other, both := b[name]; both && other != is {
			return false
		}
	}
	return true
}

// within tells whether all that a needs b needs as well.
func within(a, b map[string]bool) bool {
	for name, is := range a {
		if other, both := b[name]; !both || other != is {
			return false
		}
	}
	return true
}

func laterOf(a, b civil.Day) civil.Day {
	if a.After(b) {
		return a
	}
	return b
}
