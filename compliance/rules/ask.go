package rules

import (
	"fmt"

	"dure/civil"
)

// Limit gives the limit that binds a kind of giver of no special standing towards a kind of recipient on the day a gift is
// made, for pages that show the sum. Where the pack has none, the caller holds the gift: silence of the rules is never
// leave. To judge a gift, ask Law.Decide.
func (p *Pack) Limit(who, to string, made civil.Day) (Limit, bool) {
	for _, l := range p.Limits {
		if l.Cents > 0 && takes(l.To, to) && l.on(made) && takes(l.Who, giverKind(who)) && len(l.Offices) == 0 && plain(l.When) {
			return l, true
		}
	}
	return Limit{}, false
}

// plain tells whether a row asks for nothing out of the ordinary.
func plain(when map[string]bool) bool {
	for _, want := range when {
		if want {
			return false
		}
	}
	return true
}

// Threshold gives the sum of that id that holds on a day. It panics when the pack has none: the program asks only for
// rows that it carries.
func (p *Pack) Threshold(id string, on civil.Day) Threshold {
	for _, t := range p.Thresholds {
		if t.ID == id && t.on(on) {
			return t
		}
	}
	panic(fmt.Sprintf("rule pack %s has no threshold %q on %v", p.Pack, id, on))
}

// Clock gives the clock of that id that holds for what happened on a day. It panics when the pack has none, as
// Threshold does.
func (p *Pack) Clock(id string, on civil.Day) Clock {
	for _, c := range p.Clocks {
		if c.ID == id && c.on(on) {
			return c
		}
	}
	panic(fmt.Sprintf("rule pack %s has no clock %q on %v", p.Pack, id, on))
}

// Report gives the days of a kind of report, such as monthly, by the last day of its period or the day of its vote. It panics when
// the pack has none, as Threshold does.
func (p *Pack) Report(id string, on civil.Day) ReportDays {
	for _, d := range p.Reports {
		if d.ID == id && d.on(on) {
			return d
		}
	}
	panic(fmt.Sprintf("rule pack %s has no report %q on %v", p.Pack, id, on))
}

// Notice gives the text of that id that the law asks for on a day. It panics when the pack has none, as Threshold does.
func (p *Pack) Notice(id string, on civil.Day) Notice {
	for _, n := range p.Notices {
		if n.ID == id && n.on(on) {
			return n
		}
	}
	panic(fmt.Sprintf("rule pack %s has no notice %q on %v", p.Pack, id, on))
}

// Attested lists what a giver must affirm on a day, in the order of the pack.
func (p *Pack) Attested(on civil.Day) []Attestation {
	var out []Attestation
	for _, a := range p.Attestations {
		if a.on(on) && a.Need == "always" {
			out = append(out, a)
		}
	}
	return out
}

// Signals lists what about a card or a giver makes a gift wait, or sends it back, on a day, in the order of the pack.
func (p *Pack) Signals(on civil.Day) []Signal {
	var out []Signal
	for _, s := range p.SignalRows {
		if s.on(on) {
			out = append(out, s)
		}
	}
	return out
}

// Fields lists what a kind of filer must know of a giver, and from which sum on.
func (p *Pack) Fields(filer string, on civil.Day) []Field {
	var out []Field
	for _, f := range p.FieldRows {
		if f.on(on) && takes(f.Who, filer) {
			out = append(out, f)
		}
	}
	return out
}

// Conduit gives what the law says of forwarding others' gifts on a day. Where the pack is silent the policy is unknown.
func (p *Pack) Conduit(on civil.Day) Conduit {
	for _, c := range p.Conduits {
		if c.on(on) {
			return c
		}
	}
	return Conduit{Policy: Unknown, Counts: Unknown}
}

// Qualification gives the tests of a standing on a day. It panics when the pack has none, as Threshold does.
func (p *Pack) Qualification(id string, on civil.Day) Qualification {
	for _, s := range p.Standings {
		if s.ID == id && s.on(on) {
			return s
		}
	}
	panic(fmt.Sprintf("rule pack %s has no standing %q on %v", p.Pack, id, on))
}
