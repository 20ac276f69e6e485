package main_test

import (
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"dure/civil"
)

// heldOn reads the day of a form of an election.
func heldOn(t *testing.T, form string) civil.Day {
	t.Helper()
	found := regexp.MustCompile(`(?m)^held_on: (.*)$`).FindStringSubmatch(form)
	if found == nil {
		t.Fatalf("the form has no day:\n%s", form)
	}
	return civil.MustParse(found[1])
}

// tuesday gives the first Tuesday in June of the next even year: a week to either side is in the same year.
func (f *founder) tuesday() civil.Day {
	year := f.today().Year() + 1
	day := civil.Of(year+year%2, time.June, 1)
	for day.Weekday() != time.Tuesday {
		day = day.Add(1)
	}
	return day
}

// A primary is postponed by a week: the form is printed, changed, tried and sent, and drives and forms know the new day.
func TestAPostponedPrimaryIsMovedByCommands(t *testing.T) {
	t.Parallel()
	f := newFounder(t)
	day := f.tuesday()
	to := day.Add(7)
	f.must(f.must("", "committee", "form", "--example"), "committee", "enter", "-")
	f.must(f.must("", "candidate", "form", "--example"), "candidate", "enter", "-")
	f.must(f.fill(f.must("", "election", "form", "--example"), "held_on: "+day.String(), fmt.Sprintf("year: %d", day.Year())), "election", "enter", "-")
	drive := f.fill(f.must("", "drive", "form", "--example"), "opens_on: "+f.today().String(), "candidate: H6VA99001", "election: va99-primary")
	f.must(drive, "drive", "enter", "-")
	f.must(f.fill(drive, "slug: a-week-before", "closes_on: "+day.Add(-7).String()), "drive", "enter", "-")

	known := f.must("", "election", "form", "va99-primary")
	if heldOn(t, known) != day || !strings.Contains(known, "\nreason:\n") {
		t.Fatalf("the form of what is known:\n%s", known)
	}
	moved := f.fill(known, "held_on: "+to.String(), `reason: "Postponed: order 26-7 of the board"`)
	want := []string{
		fmt.Sprintf("held_on: was %q, is %q", day, to),
		`reason: was "", is "Postponed: order 26-7 of the board"`,
		fmt.Sprintf("Drive a-week-before of maple-street ends on %v all the same: that is its own last day.", day.Add(-7)),
		fmt.Sprintf("Drive porch-light of maple-street takes gifts through %v, no longer through %v.", to, day),
	}
	said := func(out string) []string { return strings.Split(strings.TrimSpace(out), "\n") }
	if got := said(f.must(moved, "election", "amend", "--dry-run", "-")); !slices.Equal(got, append(slices.Clone(want), "The election va99-primary can be amended. Nothing was written.")) {
		t.Errorf("amend --dry-run says %q", got)
	}
	if got := f.must("", "election", "form", "va99-primary"); got != known {
		t.Errorf("after a dry run the form is another:\n%s", got)
	}
	if got := said(f.must(moved, "election", "amend", "-")); !slices.Equal(got, append(want, "The election va99-primary is amended.")) {
		t.Errorf("amend says %q", got)
	}
	if out := f.must(moved, "election", "amend", "-"); !strings.Contains(out, "is already so.") {
		t.Errorf("amend again says %q", out)
	}
	if got := f.must("", "election", "form", "va99-primary"); got != moved {
		t.Errorf("what is known now is not what was sent:\n%s", got)
	}
	var drives []struct {
		Drive   string
		LastDay string `json:"last_day"`
	}
	if err := json.Unmarshal([]byte(f.must("", "drive", "list", "--committee", "maple-street", "--json")), &drives); err != nil {
		t.Fatal(err)
	}
	last := map[string]string{}
	for _, d := range drives {
		last[d.Drive] = d.LastDay
	}
	if last["porch-light"] != to.String() || last["a-week-before"] != day.Add(-7).String() {
		t.Errorf("the drives end on %v, want that for the election on %v", last, to)
	}
	var told struct {
		Outcome string
		Changes []struct{ Field, Was, Is string }
		Follows []string
	}
	back := f.fill(moved, "held_on: "+day.String(), "reason: The order was stayed")
	if err := json.Unmarshal([]byte(f.must(back, "election", "amend", "--json", "-")), &told); err != nil || told.Outcome != "amended" || len(told.Changes) != 2 || len(told.Follows) != 2 {
		t.Errorf("amend --json = %+v, %v, want two changes, and two drives that follow", told, err)
	}
	var moves []string
	if err := f.db.SelectContext(t.Context(), &moves, `select reason || ' by ' || actor from election_moves order by recorded_at`); err != nil || len(moves) != 2 ||
		!strings.HasPrefix(moves[0], "Postponed: order 26-7 of the board by command line, ") || !strings.HasPrefix(moves[1], "The order was stayed by command line, ") {
		t.Errorf("the moves are %q, %v", moves, err)
	}
}

// An amendment that is more than a move, or less, says all that is wrong with it, and nothing is written.
func TestAnAmendmentOfAnElectionIsOfItsDayAlone(t *testing.T) {
	t.Parallel()
	f := newFounder(t)
	day := f.tuesday()
	blank := f.must("", "election", "form", "--example")
	primary := f.fill(blank, "held_on: "+day.String(), fmt.Sprintf("year: %d", day.Year()))
	if out, _, exit := f.run(f.fill(primary, "reason: x"), "election", "enter", "-"); exit != 1 || !strings.Contains(out, "reason: it is asked when the day of an election moves") {
		t.Errorf("enter with a reason = %d: %s", exit, out)
	}
	f.must(primary, "election", "enter", "-")
	f.must(f.fill(primary, "id: va99-general", "kind: general", "held_on: "+day.Add(140).String()), "election", "enter", "-")
	known := f.fill(f.must("", "election", "form", "va99-primary"), "reason: Postponed")
	f.must(f.fill(known, "held_on: "+day.Add(7).String()), "election", "amend", "-")
	day = day.Add(7)
	known = f.must("", "election", "form", "va99-primary")
	for _, c := range []struct {
		what, form string
		says       []string
	}{
		{"another seat, kind, year and no reason", f.fill(known, "district: 98", "kind: convention", fmt.Sprintf("year: %d", day.Year()-1), "held_on: "+day.Add(-7).String(), "reason:"), []string{
			`district: it is "99", and stays so; "98" is another election, to be entered`, `kind: it is "primary", and stays so`, "year: it is of", "reason: Write why its day moves",
		}},
		{"the old reason", f.fill(known, "held_on: "+day.Add(-7).String()), []string{"reason: this is why it moved the last time"}},
		{"a reason without a day", f.fill(known, "reason: Something else"), []string{fmt.Sprintf("held_on: It is held on %v already", day)}},
		{"the wrong weekday", f.fill(known, "held_on: "+day.Add(1).String(), "reason: x"), []string{"weekday: "}},
		{"no day", f.fill(known, "held_on:", "reason: x"), []string{"held_on: An election needs its day"}},
		{"behind the general", f.fill(known, "held_on: "+day.Add(140).String(), "reason: x"), []string{"held_on: The general election of", "comes after it: move that first"}},
		{"the next year", f.fill(known, "held_on: "+day.Add(364).String(), "reason: x"), []string{"is in another year", "comes after it"}},
		{"no such day", f.fill(known, fmt.Sprintf("held_on: %d-02-30", day.Year()), "reason: x"), []string{"held_on: "}},
	} {
		out, wrong, exit := f.run(c.form, "election", "amend", "-")
		for _, want := range c.says {
			if exit != 1 || wrong != "" || !strings.Contains(out, want) {
				t.Errorf("%s: exit status %d, want 1 and %q:\n%s%s", c.what, exit, want, out, wrong)
			}
		}
	}
	// a runoff may be held in January: its year stays, and is said
	f.must(f.fill(primary, "id: va99-runoff", "kind: general-runoff", fmt.Sprintf("held_on: %d-12-12", day.Year()), "weekday: "+civil.Of(day.Year(), time.December, 12).Weekday().String()), "election", "enter", "-")
	january := civil.Of(day.Year()+1, time.January, 9)
	late := f.fill(f.must("", "election", "form", "va99-runoff"), "held_on: "+january.String(), "weekday: "+january.Weekday().String(), "reason: The count took long")
	if out, _, exit := f.run(late, "election", "amend", "-"); exit != 1 || !strings.Contains(out, fmt.Sprintf("year: it is of %d, and stays so", day.Year())) {
		t.Errorf("a runoff that moves into January without its year = %d: %s", exit, out)
	}
	f.must(f.fill(late, fmt.Sprintf("year: %d", day.Year())), "election", "amend", "-")
	if out := f.must("", "election", "form", "va99-runoff"); !strings.Contains(out, fmt.Sprintf("\nyear: %d\n", day.Year())) || heldOn(t, out) != january {
		t.Errorf("the runoff in January is known as:\n%s", out)
	}
	var moves int
	if err := f.db.GetContext(t.Context(), &moves, `select count(*) from election_moves`); err != nil || moves != 2 {
		t.Errorf("after the refusals there are %d moves, %v, want the two that were told", moves, err)
	}
}
