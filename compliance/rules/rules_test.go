package rules_test

import (
	"testing"

	"dure/civil"
	"dure/compliance/rules"
	"dure/money"
)

func TestCarriedLawLoadsAndProvesItself(t *testing.T) {
	l, err := rules.Load(rules.CarriedFiles())
	if err != nil {
		t.Fatalf("the carried packs have faults:\n%v", err)
	}
	if err := l.Prove(); err != nil {
		t.Error(err)
	}
}

func TestLimitToCandidateFollowsTheCycle(t *testing.T) {
	for _, c := range []struct {
		made   string
		want   money.Cents
		status string
	}{
		{"2020-11-04", 2900_00, "published"},
		{"2022-11-08", 2900_00, "published"},
		{"2022-11-09", 3300_00, "published"},
		{"2024-11-05", 3300_00, "published"},
		{"2024-11-06", 3500_00, "published"},
		{"2026-11-03", 3500_00, "published"},
		{"2026-11-04", 3500_00, "provisional"},
	} {
		l, ok := rules.Federal().Limit("individual", "candidate", civil.MustParse(c.made))
		if !ok || l.Cents != c.want || l.Status != c.status {
			t.Errorf("limit of an individual to a candidate on %s = %v %s, want %v %s", c.made, l.Cents, l.Status, c.want, c.status)
		}
	}
	if l, ok := rules.Federal().Limit("individual", "candidate", civil.MustParse("2020-11-03")); ok {
		t.Errorf("before its first row the pack answers %v, want silence", l)
	}
	if l, ok := rules.Federal().Limit("martian", "pac", civil.MustParse("2026-01-01")); ok {
		t.Errorf("for an unknown giver the pack answers %v, want silence", l)
	}
}

func TestClocksCountCalendarDays(t *testing.T) {
	day := civil.MustParse("2026-02-26")
	for id, want := range map[string]string{"forward-earmark": "2026-03-08", "deposit": "2026-03-08", "cure-excess": "2026-04-27"} {
		if got := rules.Federal().Clock(id, day).Due(day).String(); got != want {
			t.Errorf("clock %s from %v is due %s, want %s", id, day, got, want)
		}
	}
}
