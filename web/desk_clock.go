package web

import (
	"fmt"
	"time"

	"dure/civil"
)

// clock is how long there is: a large number, and ten cells that fill.
type clock struct {
	Figure int
	Words  string
	Of     int // days of the whole clock
	Cells  []cell
}

type cell struct {
	X    string
	Full bool
}

// clockOf draws a clock of so many days with so many left, below zero when it ran out.
func clockOf(left, of int) clock {
	c := clock{Figure: left, Words: "days left", Of: of}
	switch {
	case left == 1:
		c.Words = "day left"
	case left == 0:
		c.Words = "days left: today"
	case left == -1:
		c.Figure, c.Words = 1, "day late"
	case left < 0:
		c.Figure, c.Words = -left, "days late"
	}
	full := 10
	if of > 0 && left > 0 {
		full = min(10, max(0, (of-left)*10/of))
	}
	for i := range 10 {
		c.Cells = append(c.Cells, cell{X: fmt.Sprintf("%d.7", i*10), Full: i < full})
	}
	return c
}

// leftWords tells the days left in a table: 3 days left, due today, 2 days late.
func leftWords(left int) string {
	switch {
	case left < 0:
		return plural(-left, "day") + " late"
	case left == 0:
		return "due today"
	}
	return plural(left, "day") + " left"
}

// untilWords tells how long there is until a moment, in hours when it is near.
func untilWords(now, until time.Time, zone *time.Location) string {
	if left := until.Sub(now); left < 24*time.Hour {
		return plural(max(0, int(left.Hours())), "hour") + " left"
	}
	return leftWords(civil.In(until, zone).Sub(civil.In(now, zone)))
}

// inWords writes a number out up to ten, as sentences have them.
func inWords(n int) string {
	words := []string{"No", "One", "Two", "Three", "Four", "Five", "Six", "Seven", "Eight", "Nine", "Ten"}
	if n < len(words) {
		return words[n]
	}
	return fmt.Sprint(n)
}
