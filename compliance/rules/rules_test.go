package rules_test

import (
	"strings"
	"testing"

	"dure/civil"
	"dure/compliance/rules"
	"dure/money"
)

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

func TestPackWithFaultsIsRefusedWithAllOfThem(t *testing.T) {
	_, err := rules.Decode([]byte(`
pack: x
name: X
limits:
  - {id: a, who: [individual], to: pac, cents: 100, per: calendar-year, cite: some law, from: 2020-01-01, status: published}
  - {id: b, who: [individual], to: pac, cents: 200, per: calendar-year, cite: some law, from: 2021-01-01, status: guessed}
  - {id: c, who: [], to: pac, cents: 0, per: moon, cite: "", from: 2021-01-01, until: 2020-01-01, status: draft}
`))
	if err == nil {
		t.Fatal("a pack full of faults is read without a word")
	}
	for _, want := range []string{`"a" from 2020-01-01 and "b" from 2021-01-01 of pack x overlap`, `unknown status "guessed"`, `"c" of pack x is not whole`, `"c" of pack x ends before it begins`} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("the error does not say %q:\n%v", want, err)
		}
	}
	if _, err := rules.Decode([]byte("pack: x\nname: X\nlimit: []\n")); err == nil {
		t.Error("an unknown word in a pack is read without a word")
	}
	if _, err := rules.Decode([]byte("pack: x\nname: X\nclocks:\n  - {id: a, days: 1, alarm: 1, cite: c, from: 2026-02-30, status: draft}\n")); err == nil {
		t.Error("a day of no calendar is read without a word")
	}
}
