package rules

import (
	"dure/civil"
	"dure/money"
)

// EFiling is when reports must be filed electronically (11 CFR 104.18): over a sum in a calendar year, or expected to be.
type EFiling struct {
	Row     `yaml:",inline"`
	Cents   money.Cents // strictly over it, of contributions or of expenditures
	Quarter money.Cents // without a history: over it in the first quarter is expected to pass the year's sum
	Half    money.Cents // the same in the first half
	Years   int         // after the year in which the sum is passed the duty goes on for so many
}

// EFileCase is a committee's year so far.
type EFileCase struct {
	On            civil.Day
	Contributions money.Cents // received since 1 January
	Expenditures  money.Cents // made since 1 January
	LastOver      int         // the last year before this one in which it passed the sum; 0 for none
	History       bool        // it has an earlier year to judge by
}

// MustEFile tells whether reports must be filed electronically, and why: year, years-after, quarter or half.
func (p *Pack) MustEFile(c EFileCase) (why string, must bool) {
	for _, e := range p.EFiling {
		if !e.on(c.On) {
			continue
		}
		year, month, _ := c.On.Date()
		most := max(c.Contributions, c.Expenditures)
		switch {
		case most > e.Cents:
			return "year", true
		case c.LastOver > 0 && year-c.LastOver <= e.Years:
			return "years-after", true
		case !c.History && month <= 3 && most > e.Quarter:
			return "quarter", true
		case !c.History && month <= 6 && most > e.Half:
			return "half", true
		}
	}
	return "", false
}
