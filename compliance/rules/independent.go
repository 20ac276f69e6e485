package rules

import (
	"dure/civil"
	"dure/money"
)

// IndependentNotice tells whether independent expenditures owe a notice of 48 or of 24 hours (Form 24), by which day, and by which
// rule. unreported is what was spent for or against a candidate in the election, in the calendar year, up to and with the day on which
// it was distributed, and stands in no notice yet: each further sum is a notice again (52 U.S.C. 30104(g); 11 CFR 104.4). In the last
// day before the vote none is owed: the regular report tells it.
func (p *Pack) IndependentNotice(distributed, vote civil.Day, unreported money.Cents) (t Threshold, due civil.Day, owed bool) {
	left := vote.Sub(distributed)
	late := p.Threshold("independent-24h", distributed)
	id := "independent-48h"
	if left < late.Days {
		id = "independent-24h"
	}
	t = p.Threshold(id, distributed)
	clock := p.Clock(id, distributed)
	if left <= clock.Days && id == "independent-24h" || left < 0 || !t.Reached(unreported) {
		return t, civil.Day{}, false
	}
	return t, clock.Due(distributed), true
}
