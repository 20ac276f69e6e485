package rules

import (
	"maps"
	"regexp"
	"slices"
	"strings"

	"dure/money"
)

// duties checks every section but the limits.
func (c *checker) duties() {
	p := c.pack
	for i := range p.Windows {
		c.window(&p.Windows[i])
	}
	for i := range p.Past {
		w := &p.Past[i]
		c.words(&w.Row, "recipient", w.To, recipients, true)
		c.words(&w.Row, "kind of election", w.Elections, ballots, false)
		c.oneOf(&w.Row, "word for what is allowed", w.Allow, "net-debts", "nothing")
		if len(w.To) == 0 || w.Days < 0 || w.Days > longest {
			c.at(&w.Row, "it does not say to whom, or its %d days are no time", w.Days)
		}
	}
	for i := range p.Thresholds {
		t := &p.Thresholds[i]
		c.duty(&t.Row, t.Cents, t.Per, t.Test)
		if t.Days < 0 || t.Days > longest {
			c.at(&t.Row, "its %d days are no time", t.Days)
		}
	}
	for i := range p.Clocks {
		k := &p.Clocks[i]
		c.oneOf(&k.Row, "start", k.Starts, "receipt", "treasurer", "discovery", "vote", "status", "change", "duty")
		if k.Days <= 0 || k.Days > longest || k.Alarm <= 0 || k.Alarm > k.Days {
			c.at(&k.Row, "its %d days and the alarm on day %d are no clock", k.Days, k.Alarm)
		}
	}
	for i := range p.Attestations {
		c.oneOf(&p.Attestations[i].Row, "need", p.Attestations[i].Need, "always", "participant", "offered")
	}
	for i := range p.SignalRows {
		s := &p.SignalRows[i]
		c.oneOf(&s.Row, "action", s.Action, "hold", "release", "note")
		if s.Signal == "" || s.Count < 0 || s.Days < 0 {
			c.at(&s.Row, "it is not whole")
		}
	}
	for i := range p.FieldRows {
		f := &p.FieldRows[i]
		c.oneOf(&f.Row, "test", f.Test, "over", "at-least", "always")
		if len(f.Who) == 0 || len(f.Fields) == 0 || (f.Test == "always") != (f.Cents == 0 && f.Per == "") {
			c.at(&f.Row, "it is not whole")
		}
		if f.Test != "always" {
			c.duty(&f.Row, f.Cents, f.Per, f.Test)
		}
	}
	for i := range p.Conduits {
		k := &p.Conduits[i]
		c.oneOf(&k.Row, "policy", k.Policy, "reported", "individuals-only", "prohibited", Unknown)
		c.oneOf(&k.Row, "count", k.Counts, "control", "always", "never", Unknown)
		if k.Forward != "" && !slices.ContainsFunc(p.Clocks, func(x Clock) bool { return x.ID == k.Forward }) {
			c.at(&k.Row, "the pack has no clock %q", k.Forward)
		}
		if k.Policy == "reported" && k.Conf == "low" {
			c.at(&k.Row, "nothing is let through by a row of low confidence")
		}
	}
	for i := range p.Registration {
		if g := &p.Registration[i]; g.Who == "" || g.Before == "" || g.Cents < 0 || g.Cents > hugest {
			c.at(&g.Row, "it is not whole")
		}
	}
	for i := range p.Attribution {
		if a := &p.Attribution[i]; a.Case == "" || a.Rule == "" {
			c.at(&a.Row, "it is not whole")
		}
	}
	for i := range p.Standings {
		if s := &p.Standings[i]; s.Months < 0 || s.Contributors < 0 || s.Candidates < 0 || s.Months+s.Contributors+s.Candidates == 0 {
			c.at(&s.Row, "it is not whole")
		}
	}
	for i := range p.Notices {
		c.notice(&p.Notices[i])
	}
	c.texts()
	c.reports()
}

func (c *checker) oneOf(r *Row, what, word string, known ...string) {
	if !slices.Contains(known, word) {
		c.at(r, "unknown %s %q", what, word)
	}
}

func (c *checker) duty(r *Row, cents money.Cents, per, test string) {
	if cents <= 0 || cents > hugest {
		c.at(r, "its sum of %d cents is nothing, less, or beyond every law", int64(cents))
	}
	c.oneOf(r, "span", per, "calendar-year", "election", "cycle", "span", "gift", "report")
	c.oneOf(r, "test", test, "over", "at-least")
}

func (c *checker) window(w *Window) {
	r := &w.Row
	c.words(r, "recipient", w.To, recipients, true)
	c.words(r, "class of office", w.Offices, c.pack.classes(), false)
	c.words(r, "kind of election", w.Elections, ballots, false)
	c.when(r, w.When)
	c.oneOf(r, "effect", w.Effect, "refuse", "hold")
	if len(w.To) == 0 || min(w.Before, w.After) < 0 || max(w.Before, w.After) > longest {
		c.at(r, "it does not say whom it binds, or its %d days before and %d after are no time", w.Before, w.After)
	}
	switch {
	case (w.Calendar == "") == (w.Election == ""):
		c.at(r, "a window lies on a calendar or about an election, one of the two")
	case w.Calendar != "" && len(c.law.calendars[w.Calendar]) == 0:
		c.at(r, "there is no calendar %q", w.Calendar)
	case w.Election != "":
		c.words(r, "kind of election", []string{w.Election}, ballots, false)
	}
	if w.Effect == "refuse" && w.Conf == "low" {
		c.at(r, "nothing is enforced by a row of low confidence: it may hold")
	}
}

var named = regexp.MustCompile(`\{([a-z_]+)\}`)

func (c *checker) notice(n *Notice) {
	var uses []string
	for _, m := range named.FindAllStringSubmatch(n.Text, -1) {
		if !slices.Contains(uses, m[1]) {
			uses = append(uses, m[1])
		}
	}
	if n.Text == "" || !slices.Equal(slices.Sorted(slices.Values(uses)), slices.Sorted(slices.Values(n.Uses))) {
		c.at(&n.Row, "its text is empty, or names %q where it says %q", uses, []string(n.Uses))
	}
}

// reportIDs are the rows of a calendar of reports: one that has some has all, each by what it counts from.
var reportIDs = map[string]string{
	"monthly": "period", "quarterly": "period", "mid-year": "period", "year-end": "period", "pre-general": "before-vote", "post-general": "after-vote",
}

// reports checks the calendar of reports.
func (c *checker) reports() {
	there := map[string]bool{}
	for i := range c.pack.Reports {
		d := &c.pack.Reports[i]
		there[d.ID] = true
		followed := slices.ContainsFunc(c.pack.Reports, func(o ReportDays) bool { return o.ID == d.ID && o.From.After(d.From) })
		if !d.Until.IsZero() && !followed {
			c.at(&d.Row, "it ends on %v with no row after it", d.Until)
		}
		counts, known := reportIDs[d.ID]
		switch {
		case !known:
			c.at(&d.Row, "there is no report %q: there are %s", d.ID, strings.Join(slices.Sorted(maps.Keys(reportIDs)), ", "))
		case d.Counts != counts:
			c.at(&d.Row, "it counts from %q, and this report from %q", d.Counts, counts)
		case d.Due <= 0 || d.Due > longest || (counts == "period") != (d.Closes == 0) || d.Closes < 0:
			c.at(&d.Row, "its close on day %d and its due day %d are no days", d.Closes, d.Due)
		case counts == "before-vote" && d.Due >= d.Closes, counts == "after-vote" && d.Due <= d.Closes:
			c.at(&d.Row, "it is due on day %d, before it closes on day %d", d.Due, d.Closes)
		}
	}
	for _, id := range slices.Sorted(maps.Keys(reportIDs)) {
		if len(there) > 0 && !there[id] {
			c.add("pack %s: its calendar of reports has no row %q", c.pack.Pack, id)
		}
	}
}

// tables checks the fines and the test of electronic filing.
func (c *checker) tables() {
	for i := range c.pack.EFiling {
		e := &c.pack.EFiling[i]
		if e.Cents <= 0 || e.Quarter <= 0 || e.Half < e.Quarter || e.Cents < e.Half || e.Years < 0 {
			c.at(&e.Row, "its sums do not rise from the quarter to the half to the year")
		}
	}
	for i := range c.pack.Fines {
		f := &c.pack.Fines[i]
		if f.PriorPercent < 0 || f.LateDays <= 0 || f.DaysBeforeBallot <= 0 || len(f.Brackets) == 0 {
			c.at(&f.Row, "it is not whole")
		}
		for j, b := range f.Brackets {
			if (b.Under == 0) != (j == len(f.Brackets)-1) || j > 0 && b.Under != 0 && b.Under <= f.Brackets[j-1].Under {
				c.at(&f.Row, "bracket %d: activities do not rise to a last one without an end", j+1)
			}
			if min(b.Late, b.PerDay, b.Sensitive, b.SensitivePerDay, b.NotFiled, b.NotFiledVote) <= 0 {
				c.at(&f.Row, "bracket %d: a sum is not more than nothing", j+1)
			}
		}
	}
}

func (c *checker) tests() {
	for _, t := range c.pack.Tests {
		if !slices.Contains([]Verdict{Allow, AllowUpTo, Refuse, Hold}, t.Expect.Verdict) || t.Name == "" {
			c.add("pack %s, test %q: it has no name, or the unknown verdict %q", c.pack.Pack, t.Name, t.Expect.Verdict)
		}
	}
}

func (l *Law) checkCalendars(f *faults) {
	for _, name := range slices.Sorted(maps.Keys(l.calendars)) {
		for i, s := range l.calendars[name] {
			if s.From.IsZero() || !s.Until.IsZero() && s.Until.Before(s.From) {
				f.add("calendar %s: day %d ends before it begins, or never begins", name, i+1)
			}
			if s.Status != "published" && s.Status != "expected" || s.Status == "published" && s.Source == "" {
				f.add("calendar %s from %v: unknown status %q, or published without a source", name, s.From, s.Status)
			}
			if i > 0 {
				if before := l.calendars[name][i-1]; before.Until.IsZero() || !before.Until.Before(s.From) {
					f.add("calendar %s from %v: it overlaps the days before it", name, s.From)
				}
			}
		}
	}
}
