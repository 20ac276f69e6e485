package fec

import (
	"fmt"
	"strconv"
	"strings"
)

// figures is a summary as read, with the amounts that could not be.
type figures struct {
	Summary
	unreadable map[int]bool // by position
}

func (f *figures) read(r Record) {
	f.Summary, f.unreadable = NewSummary(0), map[int]bool{}
	f.Year, _ = strconv.Atoi(r.Get("L6a_year_for_above_ytd"))
	for i, col := range columnsF3X {
		if col.Line == "" || r.At(i+1) == "" {
			continue
		}
		cents, ok := parseAmount(r.At(i + 1))
		if !ok {
			f.unreadable[i+1] = true
			continue
		}
		f.Of(col.Sum)[col.Line] = cents
	}
}

// readable tells whether every amount that a formula takes could be read.
func (f *figures) readable(x Formula, sum Sum) bool {
	for _, l := range append(append([]Line{x.Line}, x.Plus...), x.Minus...) {
		if f.unreadable[PositionOf(l, sum)] {
			return false
		}
	}
	return true
}

// formulas checks every formula of the summary in both columns.
func (c *checker) formulas() {
	for _, x := range formulas {
		for _, sum := range []Sum{ThisPeriod, YearToDate} {
			if x.Sum != "" && x.Sum != sum || !c.figures.readable(x, sum) {
				continue
			}
			amounts := c.figures.Of(sum)
			if has, want := amounts[x.Line], x.of(amounts); has != want {
				c.say(PositionOf(x.Line, sum), "formula", Error, has.Plain(), fmt.Sprintf("column %s: %s, which is %s", sum, x, want.Plain()))
			}
		}
	}
	c.yearAgainstPeriod()
	c.termination()
	c.otherSchedules()
}

// termination checks that a committee that ends has nothing left (52 U.S.C. 30103(d)(1), 11 CFR 102.3).
func (c *checker) termination() {
	if c.file.Form != "F3XT" {
		return
	}
	for _, l := range []Line{Line8, Line9, Line10} {
		if cents := c.figures.A[l]; cents != 0 {
			c.say(PositionOf(l, ThisPeriod), "termination", Warning, cents.Plain(), "line "+string(l)+" is not zero, and the committee ends with this report")
		}
	}
}

// supported tells on which schedules the lines stand that Schedules A and B don't feed.
var supported = []struct {
	line    Line
	records []string // what their first columns begin with
}{
	{Line9, []string{"SC/9", "SD9"}},
	{Line10, []string{"SC/10", "SD10"}},
	{Line18A, []string{"H3"}},
	{Line18B, []string{"H5"}},
	{Line21AI, []string{"H4"}},
	{Line21AII, []string{"H4"}},
	{Line24, []string{"SE"}},
	{Line25, []string{"SF"}},
	{Line30AI, []string{"H6"}},
	{Line30AII, []string{"H6"}},
}

// otherSchedules checks that an amount which another schedule explains comes with that schedule. Small ones may have none.
func (c *checker) otherSchedules() {
	for _, s := range supported {
		cents, there := c.figures.A[s.line], false
		for form := range c.file.Records {
			for _, prefix := range s.records {
				there = there || strings.HasPrefix(form, prefix)
			}
		}
		if cents != 0 && !there {
			c.say(PositionOf(s.line, ThisPeriod), "schedule", Warning, cents.Plain(),
				fmt.Sprintf("line %s: the file has no record %s that explains it", s.line, strings.Join(s.records, " or ")))
		}
	}
}

// yearAgainstPeriod checks what columns A and B have to do with one another. Corrections of earlier periods may explain a difference.
func (c *checker) yearAgainstPeriod() {
	if len(c.figures.unreadable) > 0 {
		return
	}
	a, b := c.figures.A, c.figures.B
	position := PositionOf(Line8, YearToDate)
	if a[Line8] != b[Line8] {
		c.say(position, "cash", Warning, b[Line8].Plain(), fmt.Sprintf("cash at the close is %s in column A", a[Line8].Plain()))
	}
	if a[Line8] < 0 {
		c.say(PositionOf(Line8, ThisPeriod), "cash", Warning, a[Line8].Plain(), "cash at the close is below zero")
	}
	from := c.file.From
	if from.IsZero() || from.Year() != c.file.Through.Year() || from.String()[5:] != "01-01" {
		return
	}
	if a[Line6B] != b[Line6A] {
		c.say(PositionOf(Line6A, YearToDate), "cash", Warning, b[Line6A].Plain(), fmt.Sprintf("the period begins on 1 January with %s in line 6(b)", a[Line6B].Plain()))
	}
	for _, l := range lines {
		if l.line == Line6D || l.line == Line8 || PositionOf(l.line, ThisPeriod) == 0 || PositionOf(l.line, YearToDate) == 0 {
			continue
		}
		if a[l.line] != b[l.line] {
			c.say(PositionOf(l.line, YearToDate), "year-to-date", Warning, b[l.line].Plain(),
				fmt.Sprintf("line %s: the period begins on 1 January, and column A is %s", l.line, a[l.line].Plain()))
		}
	}
}

// sumsAgainstRows compares the itemized rows, without those of memo code, with the lines of the summary.
func (c *checker) sumsAgainstRows() {
	for _, f := range feeds {
		position := PositionOf(f.line, ThisPeriod)
		if c.figures.unreadable[position] {
			continue
		}
		has, rows := c.figures.A[f.line], c.sums[f.form]
		switch {
		case f.always && has != rows:
			c.say(position, "itemized", Error, has.Plain(), fmt.Sprintf("line %s: the rows %s without memo code come to %s", f.line, f.form, rows.Plain()))
		case !f.always && rows > has:
			severity := Error
			if f.line == Line11AII || f.line == Line28A {
				severity = Warning // contributions that were lost, and refunds that failed, lower the line without a row where none had one
			}
			c.say(position, "itemized", severity, has.Plain(), fmt.Sprintf("line %s: the rows %s without memo code come to %s, which is more", f.line, f.form, rows.Plain()))
		}
	}
}
