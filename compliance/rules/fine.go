package rules

import (
	"dure/civil"
	"dure/money"
)

// Fines is one published table of administrative fines (11 CFR 111.43): for penalties assessed from a day on.
type Fines struct {
	Row              `yaml:",inline"`
	PriorPercent     int       `yaml:"prior-percent"`      // more for each earlier violation
	LateDays         int       `yaml:"late-days"`          // a report is late until so many days after it was due; then it counts as not filed
	DaysBeforeBallot int       `yaml:"days-before-ballot"` // an election sensitive one is late only when filed more than so many days before the vote
	Brackets         []Bracket // by activity, the lowest first; the last has no upper end
}

// Bracket is what reports of up to some activity cost. All sums are cents.
type Bracket struct {
	Under           money.Cents // activity below it; 0 in the last
	Late            money.Cents
	PerDay          money.Cents `yaml:"per-day"`
	Sensitive       money.Cents
	SensitivePerDay money.Cents `yaml:"sensitive-per-day"`
	NotFiled        money.Cents `yaml:"not-filed"`
	NotFiledVote    money.Cents `yaml:"not-filed-sensitive"`
}

// FineCase is a report that came late or not at all.
type FineCase struct {
	AssessedOn civil.Day   // picks the table
	Activity   money.Cents // receipts and disbursements of the report together
	Sensitive  bool        // before an election: pre-election reports, and in even years the third quarter's and October's
	DaysLate   int
	NotFiled   bool
	Prior      int // violations before
}

// Fine computes the administrative fine by the table in force when it is assessed, rounded down to whole dollars:
// (base + per day × days) × (1 + share × prior violations), or for a report not filed its amount times the same. In the
// lowest bracket, without a prior violation, it is no more than the report's activity. The row is the table that was used;
// none is known before the first.
func (p *Pack) Fine(c FineCase) (money.Cents, Row, bool) {
	for i := range p.Fines {
		if f := &p.Fines[i]; f.on(c.AssessedOn) {
			return f.fine(c), f.Row, true
		}
	}
	return 0, Row{}, false
}

func (f *Fines) fine(c FineCase) money.Cents {
	at := len(f.Brackets) - 1
	for i, b := range f.Brackets {
		if b.Under > 0 && c.Activity < b.Under {
			at = i
			break
		}
	}
	b, late := f.Brackets[at], money.Cents(c.DaysLate)
	var base money.Cents
	switch {
	case c.NotFiled && c.Sensitive:
		base = b.NotFiledVote
	case c.NotFiled:
		base = b.NotFiled
	case c.DaysLate <= 0:
		return 0
	case c.Sensitive:
		base = b.Sensitive + b.SensitivePerDay*late
	default:
		base = b.Late + b.PerDay*late
	}
	fine := base * money.Cents(100+f.PriorPercent*c.Prior) / 100
	if at == 0 && c.Prior == 0 {
		fine = min(fine, c.Activity)
	}
	return fine / 100 * 100
}

// NotFiled tells whether a report that came on a day counts as not filed: too long after it was due or, where an election
// hangs on it, too close to the vote.
func (f *Fines) NotFiled(due, filed, vote civil.Day, sensitive bool) bool {
	if sensitive && !vote.IsZero() {
		return filed.After(due) && vote.Sub(filed) <= f.DaysBeforeBallot
	}
	return filed.Sub(due) > f.LateDays
}

// FinesOn gives the table for penalties assessed on a day.
func (p *Pack) FinesOn(on civil.Day) (*Fines, bool) {
	for i := range p.Fines {
		if f := &p.Fines[i]; f.on(on) {
			return f, true
		}
	}
	return nil, false
}
