package rules

import (
	"fmt"
	"strings"

	"dure/civil"
	"dure/money"
)

// Figure is what a row says in short: its sum, or its days, and over what it is counted; empty where the row has none.
type Figure struct {
	Sum string // $3,500.00; unlimited, prohibited or unknown; over $200.00; 10 days
	Per string // election, calendar-year …; what a clock starts with; what a report counts from
}

// figures gives the figure of each row that has one.
func (p *Pack) figures() map[*Row]Figure {
	out := map[*Row]Figure{}
	for _, list := range [][]Limit{p.Limits, p.Instruments} {
		for i := range list {
			l := &list[i]
			sum := l.Sum
			if sum == "" {
				sum = l.Cents.String()
			}
			per := l.Per
			if l.Per == "span" {
				per = fmt.Sprintf("%d years", l.Span.Years)
			}
			out[&l.Row] = Figure{sum, per}
		}
	}
	for i := range p.Thresholds {
		t := &p.Thresholds[i]
		out[&t.Row] = Figure{from(t.Test, t.Cents), t.Per}
	}
	for i := range p.FieldRows {
		if f := &p.FieldRows[i]; f.Test != "always" {
			out[&f.Row] = Figure{from(f.Test, f.Cents), f.Per}
		}
	}
	for i := range p.Clocks {
		c := &p.Clocks[i]
		out[&c.Row] = Figure{days(c.Days), "from " + c.Starts}
	}
	for i := range p.Windows {
		if w := &p.Windows[i]; w.Election != "" {
			out[&w.Row] = Figure{fmt.Sprintf("%d to %d days", -w.Before, w.After), "from " + w.Election}
		}
	}
	for i := range p.Past {
		w := &p.Past[i]
		out[&w.Row] = Figure{w.Allow, "election"}
	}
	for i := range p.Reports {
		d := &p.Reports[i]
		sum := "due " + days(d.Due)
		if d.Closes > 0 {
			sum = fmt.Sprintf("closes %s, due %s", days(d.Closes), days(d.Due))
		}
		out[&d.Row] = Figure{sum, d.Counts}
	}
	for i := range p.SignalRows {
		if s := &p.SignalRows[i]; s.Count > 0 {
			out[&s.Row] = Figure{fmt.Sprintf("%d in %s", s.Count, days(s.Days)), s.Action}
		}
	}
	for i := range p.EFiling {
		e := &p.EFiling[i]
		out[&e.Row] = Figure{from("over", e.Cents), "calendar-year"}
	}
	return out
}

func from(test string, cents money.Cents) string {
	return strings.ReplaceAll(test, "-", " ") + " " + cents.String()
}

func days(n int) string {
	if n == 1 {
		return "1 day"
	}
	return fmt.Sprintf("%d days", n)
}

// Since is the first day from which the pack answers whole: the last day on which a part of the matrix that it promises begins, or
// the first day of its limits where it promises none.
func (p *Pack) Since() civil.Day {
	var since civil.Day
	for _, c := range p.Covers {
		if c.Since.After(since) {
			since = c.Since
		}
	}
	if len(p.Covers) > 0 {
		return since
	}
	for _, l := range p.Limits {
		if since.IsZero() || l.From.Before(since) {
			since = l.From
		}
	}
	return since
}
