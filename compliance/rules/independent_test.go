package rules_test

import (
	"testing"

	"dure/civil"
	"dure/compliance/rules"
	"dure/money"
)

// The general election of 2026 is on 3 November: the FEC's window of 24 hours is 15 October to 1 November.
func TestIndependentExpendituresOweTheirNotice(t *testing.T) {
	t.Parallel()
	vote := civil.MustParse("2026-11-03")
	for _, c := range []struct {
		on    string
		cents money.Cents
		rule  string
		due   string
	}{
		{"2026-09-01", 999999, "", ""},
		{"2026-09-01", 1000000, "independent-48h", "2026-09-03"},
		{"2026-10-14", 999999, "", ""},
		{"2026-10-14", 1000000, "independent-48h", "2026-10-16"},
		{"2026-10-15", 99999, "", ""},
		{"2026-10-15", 100000, "independent-24h", "2026-10-16"},
		{"2026-11-01", 100000, "independent-24h", "2026-11-02"},
		{"2026-11-02", 100000, "", ""},
		{"2026-11-03", 5000000, "", ""},
		{"2026-11-04", 5000000, "", ""},
	} {
		got, due, owed := rules.Federal().IndependentNotice(civil.MustParse(c.on), vote, c.cents)
		if owed != (c.rule != "") || owed && (got.ID != c.rule || due.String() != c.due) {
			t.Errorf("%v on %s: %s by %v, owed %v; want %q by %q", c.cents, c.on, got.ID, due, owed, c.rule, c.due)
		}
	}
}
