package rules

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"maps"
	"path"
	"slices"
)

// CalendarsFile is the name of the file that holds the days of sessions; each other file is a pack.
const CalendarsFile = "calendars.yaml"

// Load reads packs, by file name, that stand together. It is strict: an unknown word, a row without its citation, a gap or
// an overlap of days, rows that contradict each other, an empty cell of the matrix that a pack promises, and packs that
// disagree are refused. The error joins every fault, each naming the pack, the row and the days.
func Load(files map[string][]byte) (*Law, error) {
	l := &Law{packs: map[string]*Pack{}, calendars: map[string][]Sitting{}}
	f := &faults{}
	unread := false
	for _, name := range slices.Sorted(maps.Keys(files)) {
		if path.Base(name) == CalendarsFile {
			for _, err := range decode(files[name], &l.calendars) {
				f.add("%s: %w", name, err)
			}
			continue
		}
		p := &Pack{}
		if errs := decode(files[name], p); len(errs) > 0 {
			for _, err := range errs {
				f.add("%s: %w", name, err)
			}
			unread = true
			continue
		}
		sum := sha256.Sum256(files[name])
		p.Hash = hex.EncodeToString(sum[:])
		p.settle()
		if _, twice := l.packs[p.Pack]; twice {
			f.add("%s: pack %s is there twice: two files that speak for one jurisdiction", name, p.Pack)
			continue
		}
		l.packs[p.Pack] = p
	}
	l.arrange(f, unread)
	l.checkCalendars(f)
	for _, p := range l.order {
		if p.Parent == "" || l.packs[p.Parent] != nil {
			l.check(p, f)
		}
	}
	if len(f.list) > 0 {
		return nil, errors.Join(f.list...)
	}
	l.tabulate()
	return l, nil
}

// settle writes out what a pack may leave unsaid.
func (p *Pack) settle() {
	for _, rows := range [][]Limit{p.Limits, p.Instruments} {
		for i := range rows {
			r := &rows[i]
			r.By, r.Reach = cmp.Or(r.By, "made"), cmp.Or(r.Reach, "own")
		}
	}
	for i := range p.Attestations {
		p.Attestations[i].Need = cmp.Or(p.Attestations[i].Need, "always")
	}
	for i := range p.Thresholds {
		p.Thresholds[i].Test = cmp.Or(p.Thresholds[i].Test, "over")
	}
	for i := range p.FieldRows {
		p.FieldRows[i].Test = cmp.Or(p.FieldRows[i].Test, "over")
	}
	for r := range p.rows() {
		if r.Cite == "" && len(r.Source) > 0 {
			r.Cite = p.Sources[r.Source[0]].Title
		}
	}
}

// arrange puts parents before their children, and refuses parents that are not there and circles.
func (l *Law) arrange(f *faults, unread bool) {
	ids := slices.Sorted(maps.Keys(l.packs))
	for _, id := range ids {
		p := l.packs[id]
		switch {
		case p.Parent == "":
		case l.packs[p.Parent] == nil && unread: // it may be the file that can't be read, and that is told
		case l.packs[p.Parent] == nil:
			f.add("pack %s: its parent %s is not among the files", id, p.Parent)
		case l.circles(p):
			f.add("pack %s: it is its own parent", id)
			p.Parent = ""
		}
	}
	for depth := 1; len(l.order) < len(ids) && depth <= len(ids); depth++ {
		for _, id := range ids {
			if len(l.chain(id)) == depth {
				l.order = append(l.order, l.packs[id])
			}
		}
	}
}

func (l *Law) circles(p *Pack) bool {
	at := p
	for range len(l.packs) {
		if at = l.packs[at.Parent]; at == nil {
			return false
		}
	}
	return true
}

// faults gathers what is wrong.
type faults struct{ list []error }

func (f *faults) add(format string, args ...any) {
	f.list = append(f.list, fmt.Errorf(format, args...))
}
