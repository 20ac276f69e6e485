package rules

import (
	"math"
	"slices"

	"dure/civil"
	"dure/money"
)

// Gift is what the engine is told of a gift. Nothing else decides.
type Gift struct {
	Giver        string          // kind: individual, candidate (own funds to the own campaign), partnership, llc (how it is taxed is not said), group (unregistered, permissible), tribe, pac, candidate-committee, party-state, party-national, corporation, union, national-bank or super-pac
	To           string          // kind: pac, candidate, party-state, party-national, party-national-account, super-pac or hybrid-other
	Regime       string          // the pack under whose law the recipient's account stands, such as us or us-ny
	Recipient    string          // key of the recipient's group of affiliated committees
	Office       string          // of a candidate: its code or its class in the pack, such as H, S and P
	Candidate    string          // whom it is for
	Election     string          // for which it counts
	ElectionKind string          `yaml:"election-kind"` // primary, general, runoff, special, convention … or the FEC's letter
	ElectionDay  civil.Day       `yaml:"election-day"`
	CycleEnds    civil.Day       `yaml:"cycle-ends"` // the last day of the office's election cycle
	Cents        money.Cents     // none asks for the room alone
	Made         civil.Day       // when the giver let go of it
	Instrument   string          // card, check, transfer, cash, cashiers-check or in-kind
	Anonymous    bool            // nobody knows the giver
	Facts        map[string]bool // by the names that the packs declare; absent is unknown
	NetDebts     money.Cents     `yaml:"net-debts"` // of an election that is over, as attested, less what came for them since
	HasNetDebts  bool            `yaml:"has-net-debts"`
	Given        []Given         // by the giver and all who share the giver's limits
}

// Given is what came from the giver before, or is promised; what went back is already taken off. An entry of nothing or
// less never makes room.
type Given struct {
	To, Recipient, Candidate, Election string
	CycleEnds                          civil.Day `yaml:"cycle-ends"` // unknown counts towards every cycle
	Cents                              money.Cents
	Made                               civil.Day
	Promised                           bool // under way, not settled
	Instrument                         string
}

// counted tells which of what was given counts towards a row: those that pass are summed.
type counted struct {
	row         *Limit
	gift        *Gift
	from, until civil.Day // of a row that counts by days
}

func (r *Limit) counting(g *Gift) counted {
	c := counted{row: r, gift: g}
	switch r.Per {
	case "calendar-year":
		year := g.Made.Year()
		c.from, c.until = civil.Of(year, 1, 1), civil.Of(year, 12, 31)
	case "span":
		c.from, c.until = r.Span.around(g.Made)
	}
	return c
}

// around gives the first and the last day of the period that holds a day.
func (s Span) around(day civil.Day) (from, until civil.Day) {
	first, month, date := s.First.Date()
	n := (day.Year() - first) / s.Years
	for ; civil.Of(first+n*s.Years, month, date).After(day); n-- {
	}
	for ; !civil.Of(first+(n+1)*s.Years, month, date).After(day); n++ {
	}
	return civil.Of(first+n*s.Years, month, date), civil.Of(first+(n+1)*s.Years, month, date).Add(-1)
}

func (c counted) takes(h *Given) bool {
	r, g := c.row, c.gift
	if len(r.Instrument) > 0 && !slices.Contains(r.Instrument, h.Instrument) {
		return false
	}
	switch r.Scope {
	case "recipient":
		if h.Recipient != g.Recipient || h.To != "" && h.To != g.To {
			return false
		}
	case "candidate":
		if h.Candidate != g.Candidate {
			return false
		}
	}
	switch r.Per {
	case "calendar-year", "span":
		return !h.Made.Before(c.from) && !h.Made.After(c.until)
	case "election":
		return h.Election == g.Election
	case "cycle":
		return h.CycleEnds.IsZero() || g.CycleEnds.IsZero() || h.CycleEnds == g.CycleEnds
	default: // gift: each stands by itself
		return false
	}
}

// sum gives what was given and promised towards the row, and the part of it that is settled.
func (c counted) sum() (known, settled money.Cents) {
	if c.row.Per == "gift" {
		return 0, 0
	}
	for i := range c.gift.Given {
		h := &c.gift.Given[i]
		if h.Cents <= 0 || !c.takes(h) {
			continue
		}
		known = plus(known, h.Cents)
		if !h.Promised {
			settled = plus(settled, h.Cents)
		}
	}
	return known, settled
}

// plus adds sums that are not negative, and stays at the largest one where they would pass it.
func plus(a, b money.Cents) money.Cents {
	if a > math.MaxInt64-b {
		return math.MaxInt64
	}
	return a + b
}
