package rules

import (
	"cmp"
	"maps"
	"slices"
)

// cell is one field of the matrix of a regime.
type cell struct{ regime, giver, to string }

// entry is a row as it stands in a cell.
type entry struct {
	row  *Limit
	pack *Pack
	own  bool // of the regime's pack itself; otherwise of one above it
	side bool // of an instrument, or of a sum over everybody: it narrows and never answers alone
	last bool // no later row of the id follows
	when []want
}

// want is a fact as a row needs it.
type want struct {
	name    string
	is      bool
	unknown string
}

// wants reads what a row of a pack needs, in the order of the names.
func (l *Law) wants(p *Pack, when map[string]bool) []want {
	if len(when) == 0 {
		return nil
	}
	out := make([]want, 0, len(when))
	for _, name := range slices.Sorted(maps.Keys(when)) {
		out = append(out, want{name, when[name], l.fact(p, name).Unknown})
	}
	return out
}

// fact finds what a pack, or one above it, says of a fact.
func (l *Law) fact(p *Pack, name string) Fact {
	for _, q := range l.chain(p.Pack) {
		for _, f := range q.Facts {
			if f.Name == name {
				return f
			}
		}
	}
	return Fact{}
}

// tabulate lays the rows out by cell, so that a decision looks at those alone that may fit.
func (l *Law) tabulate() {
	l.table = map[cell][]entry{}
	for _, p := range l.order {
		for _, q := range l.chain(p.Pack) {
			for i := range q.Limits {
				l.enter(p, q, &q.Limits[i], false)
			}
			for i := range q.Instruments {
				l.enter(p, q, &q.Instruments[i], true)
			}
		}
	}
}

func (l *Law) enter(regime, p *Pack, r *Limit, side bool) {
	if regime != p && r.Reach != "below" {
		return
	}
	e := entry{row: r, pack: p, own: regime == p, side: side || r.overall(), last: p.last(r), when: l.wants(p, r.When)}
	for _, giver := range append(givers, "") { // rows of any reach the kinds that the grammar does not know as well
		for _, to := range append(recipients, "") {
			if takes(r.Who, giver) && takes(r.To, to) {
				c := cell{regime.Pack, giver, to}
				l.table[c] = append(l.table[c], e)
			}
		}
	}
}

// last tells whether no later row of the same id follows.
func (p *Pack) last(r *Limit) bool {
	for _, rows := range [][]Limit{p.Limits, p.Instruments} {
		for i := range rows {
			if rows[i].ID == r.ID && cmp.Compare(rows[i].From.Sub(r.From), 0) > 0 {
				return false
			}
		}
	}
	return true
}

// narrows tells whether the gift is of the office, the kind of election and the instrument that the row speaks of.
func (e *entry) narrows(g *Gift) bool {
	r := e.row
	if len(r.Instrument) > 0 && !slices.Contains(r.Instrument, g.Instrument) && (!g.Anonymous || !slices.Contains(r.Instrument, "anonymous")) {
		return false
	}
	if g.To != "candidate" {
		return len(r.Offices) == 0 || slices.Contains(r.To, g.To)
	}
	return (len(r.Offices) == 0 || slices.Contains(r.Offices, e.pack.class(g.Office))) && among(r.Elections, g.ElectionKind)
}

// inForce tells whether the row speaks on the day of the gift, and whether it does so only because nothing follows it.
func (e *entry) inForce(g *Gift) (lapsed, fits bool) {
	day := e.row.day(g)
	switch {
	case day.IsZero():
		return false, e.row.By != "made"
	case day.Before(e.row.From):
		return false, false
	case e.row.Until.IsZero() || !day.After(e.row.Until):
		return false, true
	default:
		return true, e.last && e.row.Gap != "ends"
	}
}
