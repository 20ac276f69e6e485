// Package rules holds the law as dated data: limits, thresholds, clocks and attestations, each with its citation and the
// days on which it holds. The code that asks holds no number of its own.
package rules

import (
	"bytes"
	"crypto/sha256"
	_ "embed"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"sync"

	"github.com/goccy/go-yaml"

	"dure/civil"
	"dure/money"
)

// Row is what every rule carries.
type Row struct {
	ID     string
	Cite   string
	From   civil.Day
	Until  civil.Day `yaml:"until"` // the last day; none where the rule holds on
	Status string    // published, provisional (the last sum known, until the next is published) or draft
}

func (r Row) on(day civil.Day) bool {
	return !day.Before(r.From) && (r.Until.IsZero() || !day.After(r.Until))
}

// Limit is the most that one kind of giver may give one kind of recipient in a span.
type Limit struct {
	Row   `yaml:",inline"`
	Who   []string
	To    string // pac or candidate
	Cents money.Cents
	Per   string // calendar-year or election
}

// Threshold is a sum above which a duty begins; exactly the sum is not above it.
type Threshold struct {
	Row   `yaml:",inline"`
	Cents money.Cents
	Per   string
}

// Clock is a number of days in which something is due, and the day of it on which to be loud.
type Clock struct {
	Row   `yaml:",inline"`
	Days  int
	Alarm int
}

// Attestation is something that a giver affirms before giving.
type Attestation struct {
	Row `yaml:",inline"`
}

// Pack is the rules of one jurisdiction.
type Pack struct {
	Pack         string
	Name         string
	Limits       []Limit
	Thresholds   []Threshold
	Clocks       []Clock
	Attestations []Attestation
	Hash         string `yaml:"-"` // of the bytes that it was read from
}

//go:embed us.yaml
var us []byte

// Federal gives the rules for federal office that this program carries.
var Federal = sync.OnceValue(func() *Pack {
	p, err := Decode(us)
	if err != nil {
		panic(err) // the program's own file: the tests read it
	}
	return p
})

// Decode reads a pack strictly: an unknown word, a missing citation, and rows that overlap are refused, all at once.
func Decode(b []byte) (*Pack, error) {
	var p Pack
	if err := yaml.NewDecoder(bytes.NewReader(b), yaml.Strict()).Decode(&p); err != nil {
		return nil, fmt.Errorf("read a rule pack: %w", err)
	}
	sum := sha256.Sum256(b)
	p.Hash = hex.EncodeToString(sum[:])
	return &p, p.faults()
}

func (p *Pack) faults() error {
	var faults []error
	check := func(r Row, also ...bool) {
		if r.ID == "" || r.Cite == "" || r.From.IsZero() || slices.Contains(also, false) {
			faults = append(faults, fmt.Errorf("rule %q of pack %s is not whole", r.ID, p.Pack))
		}
		if !slices.Contains([]string{"published", "provisional", "draft"}, r.Status) {
			faults = append(faults, fmt.Errorf("rule %q of pack %s has the unknown status %q", r.ID, p.Pack, r.Status))
		}
		if !r.Until.IsZero() && r.Until.Before(r.From) {
			faults = append(faults, fmt.Errorf("rule %q of pack %s ends before it begins", r.ID, p.Pack))
		}
	}
	for i, l := range p.Limits {
		check(l.Row, len(l.Who) > 0, l.To != "", l.Cents > 0, l.Per == "calendar-year" || l.Per == "election")
		for _, m := range p.Limits[:i] {
			if l.To == m.To && meet(l.Row, m.Row) && slices.ContainsFunc(l.Who, func(w string) bool { return slices.Contains(m.Who, w) }) {
				faults = append(faults, fmt.Errorf("limits %q from %v and %q from %v of pack %s overlap", m.ID, m.From, l.ID, l.From, p.Pack))
			}
		}
	}
	for _, t := range p.Thresholds {
		check(t.Row, t.Cents > 0, t.Per == "calendar-year")
	}
	for _, c := range p.Clocks {
		check(c.Row, c.Days > 0, c.Alarm > 0, c.Alarm <= c.Days)
	}
	for _, a := range p.Attestations {
		check(a.Row)
	}
	return errors.Join(faults...)
}

func meet(a, b Row) bool {
	return (b.Until.IsZero() || !a.From.After(b.Until)) && (a.Until.IsZero() || !b.From.After(a.Until))
}

// Limit gives the limit that binds a kind of giver towards a kind of recipient on the day a gift is made. Where the pack
// has none, the caller holds the gift: silence of the rules is never leave.
func (p *Pack) Limit(who, to string, made civil.Day) (Limit, bool) {
	for _, l := range p.Limits {
		if l.To == to && l.on(made) && slices.Contains(l.Who, who) {
			return l, true
		}
	}
	return Limit{}, false
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

// Due gives the day on which a clock that starts on a day runs out.
func (c Clock) Due(start civil.Day) civil.Day { return start.Add(c.Days) }

// Attested lists what a giver must affirm on a day, in the order of the pack.
func (p *Pack) Attested(on civil.Day) []Attestation {
	var out []Attestation
	for _, a := range p.Attestations {
		if a.on(on) {
			out = append(out, a)
		}
	}
	return out
}
