package civil_test

import (
	"testing"
	"time"

	"dure/civil"
)

func TestDayIsThatOfTheZone(t *testing.T) {
	zone, err := time.LoadLocation("America/New_York")
	if err != nil {
		t.Fatal(err)
	}
	for clock, want := range map[string]string{
		"2026-03-01T04:50:00Z": "2026-02-28", // standard time: midnight is 05:00 UTC
		"2026-04-01T03:55:00Z": "2026-03-31", // daylight time: midnight is 04:00 UTC
		"2026-04-01T04:00:00Z": "2026-04-01",
		"1969-12-31T23:00:00Z": "1969-12-31",
	} {
		at, _ := time.Parse(time.RFC3339, clock)
		if got := civil.In(at, zone).String(); got != want {
			t.Errorf("In(%s, New York) = %s, want %s", clock, got, want)
		}
	}
}

func TestDaysOfNoCalendarAreRefused(t *testing.T) {
	for _, s := range []string{"2026-02-29", "2026-13-01", "2026-1-1", "20260101", "", "soon"} {
		if d, err := civil.Parse(s); err == nil {
			t.Errorf("Parse(%q) = %v, want an error", s, d)
		}
	}
}

func TestDaysCountAndCompare(t *testing.T) {
	d := civil.MustParse("2026-02-26")
	if got := d.Add(10).String(); got != "2026-03-08" {
		t.Errorf("ten days after %v = %s, want 2026-03-08", d, got)
	}
	if n := d.Add(10).Sub(d); n != 10 {
		t.Errorf("days between = %d, want 10", n)
	}
	if old := civil.Of(1899, time.March, 1); !old.Before(d) || old.String() != "1899-03-01" || old.Year() != 1899 {
		t.Errorf("1 March 1899 reads as %v", old)
	}
	if d.Compact() != "20260226" || d.Spoken() != "Thursday 26 February 2026" {
		t.Errorf("%v is written %s and %s", d, d.Compact(), d.Spoken())
	}
	if (civil.Day{}).String() != "" || !(civil.Day{}).IsZero() || civil.MustParse("1970-01-01").IsZero() {
		t.Error("the zero Day is no day, and 1 January 1970 is one")
	}
}

func TestCompactIsTheDaysDigits(t *testing.T) {
	t.Parallel()
	for d := civil.Of(1, 1, 1); d.Year() < 12_000; d = d.Add(97) {
		if got, want := d.Compact(), d.Midnight().Format("20060102"); got != want {
			t.Fatalf("%v is written %s, want %s", d, got, want)
		}
	}
}
