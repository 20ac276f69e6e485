package rules

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"dure/civil"
)

// matrix refuses cells that the pack promises to answer and leaves empty on some day, whatever the facts.
func (c *checker) matrix() {
	for i := range c.pack.Covers {
		v := &c.pack.Covers[i]
		known := len(c.list)
		for _, w := range v.Who {
			if !slices.Contains(givers, w) {
				c.add("pack %s, covers: unknown giver %q", c.pack.Pack, w)
			}
		}
		for _, w := range v.To {
			if !slices.Contains(recipients, w) {
				c.add("pack %s, covers: unknown recipient %q", c.pack.Pack, w)
			}
		}
		for _, w := range v.Elections {
			if !slices.Contains(ballots, w) {
				c.add("pack %s, covers: unknown kind of election %q", c.pack.Pack, w)
			}
		}
		if v.Since.IsZero() || len(v.Who) == 0 || len(v.To) == 0 {
			c.add("pack %s, covers: it does not say whom it covers, or since when", c.pack.Pack)
		}
		if len(c.list) > known {
			continue
		}
		for _, who := range v.Who {
			for _, to := range v.To {
				c.cells(v, who, to)
			}
		}
	}
}

// cells looks at one giver and one recipient, for every class of office and kind of election.
func (c *checker) cells(v *Cover, who, to string) {
	var rows []*Limit
	for i := range c.pack.Limits {
		if r := &c.pack.Limits[i]; takes(r.Who, who) && takes(r.To, to) && !r.overall() {
			rows = append(rows, r)
		}
	}
	classes, kinds := []string{""}, []string{""}
	if to == "candidate" {
		if kinds = v.Elections; len(kinds) == 0 {
			kinds = ballots
		}
		if len(c.pack.Offices) > 0 {
			classes = c.pack.classes()
		}
	}
	for _, class := range classes {
		for _, day := range turns(rows, v.Since) {
			for _, kind := range kinds {
				if facts, empty := c.empty(rows, class, kind, day); empty {
					c.add("pack %s, cell %s to %s%s: no row answers from %v on%s", c.pack.Pack, who, to,
						suffix(" for ", class)+suffix(" in a ", kind), day, facts)
					break
				}
			}
		}
	}
}

func suffix(before, word string) string {
	if word == "" {
		return ""
	}
	return before + word
}

// turns lists the days on which something changes for the rows, from a day on.
func turns(rows []*Limit, since civil.Day) []civil.Day {
	days := []civil.Day{since}
	for _, r := range rows {
		for _, d := range []civil.Day{r.From, r.Until} {
			if d == r.Until && !d.IsZero() {
				d = d.Add(1)
			}
			if d.After(since) && !slices.Contains(days, d) {
				days = append(days, d)
			}
		}
	}
	slices.SortFunc(days, func(a, b civil.Day) int { return a.Sub(b) })
	return days
}

// empty tries the facts that the rows of a cell speak of every way, and tells one that finds no row.
func (c *checker) empty(rows []*Limit, class, kind string, day civil.Day) (facts string, empty bool) {
	var fit []*Limit
	names := map[string]bool{}
	for _, r := range rows {
		e := entry{row: r, last: c.pack.last(r)}
		g := Gift{Made: day, CycleEnds: day, ElectionDay: day}
		if _, in := e.inForce(&g); in && (class == "" || among(r.Offices, class)) && among(r.Elections, kind) {
			fit = append(fit, r)
			for name := range r.When {
				names[name] = true
			}
		}
	}
	order := slices.Sorted(maps.Keys(names))
	if len(order) > 10 {
		return " (it hangs on more facts than can be tried)", true
	}
	for n := range uint(1) << len(order) {
		is := map[string]bool{}
		for i, name := range order {
			is[name] = n&(1<<i) != 0
		}
		if !slices.ContainsFunc(fit, func(r *Limit) bool { return within(r.When, is) }) {
			return spoken(order, is), true
		}
	}
	return "", false
}

func spoken(order []string, is map[string]bool) string {
	if len(order) == 0 {
		return ""
	}
	said := make([]string, len(order))
	for i, name := range order {
		said[i] = fmt.Sprintf("%s is %v", name, is[name])
	}
	return " when " + strings.Join(said, " and ")
}
