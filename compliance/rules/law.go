package rules

import (
	"embed"
	"maps"
	"path"
	"slices"
	"sync"

	"dure/civil"
)

// Law is packs that stand together: checked one by one and against each other.
type Law struct {
	packs     map[string]*Pack
	order     []*Pack
	table     map[cell][]entry
	calendars map[string][]Sitting
	signed    map[string]string // pack to the hash that was signed
}

// PackRef names an edition of a pack, so that a decision can be asked again years later.
type PackRef struct {
	Pack    string
	Version civil.Day
	Hash    string
	Signed  bool // whether its refusals refuse; otherwise they hold
}

// Sitting is a stretch of days of a named calendar, such as a session of a legislature.
type Sitting struct {
	Event  string
	From   civil.Day
	Until  civil.Day // none while its end is not known: the window stays open
	Status string    // published, or expected: a window on it holds and never refuses
	Source string
	Note   string
}

//go:embed packs/*.yaml
var carried embed.FS

// Carried gives the law that this program carries.
var Carried = sync.OnceValue(func() *Law {
	l, err := Load(CarriedFiles())
	if err != nil {
		panic(err) // the program's own files: the tests read them
	}
	return l
})

// CarriedFiles gives the packs that this program carries as they are written, by file name.
func CarriedFiles() map[string][]byte {
	files := map[string][]byte{}
	entries, err := carried.ReadDir("packs")
	if err != nil {
		panic(err)
	}
	for _, e := range entries {
		b, err := carried.ReadFile(path.Join("packs", e.Name()))
		if err != nil {
			panic(err)
		}
		files[e.Name()] = b
	}
	return files
}

// Federal gives the rules for federal office that this program carries.
func Federal() *Pack { return Carried().packs["us"] }

// Pack gives the pack of that id.
func (l *Law) Pack(id string) (*Pack, bool) {
	p, ok := l.packs[id]
	return p, ok
}

// Packs lists the packs, parents before their children and otherwise by id.
func (l *Law) Packs() []*Pack { return slices.Clone(l.order) }

// Sittings lists the days of a named calendar.
func (l *Law) Sittings(calendar string) []Sitting { return slices.Clone(l.calendars[calendar]) }

// With gives the same law with draft packs in force that somebody answers for. A signature counts for the bytes that
// were signed alone: after a change of the pack it advises again.
func (l *Law) With(signed ...PackRef) *Law {
	out := *l
	out.signed = maps.Clone(l.signed)
	if out.signed == nil {
		out.signed = map[string]string{}
	}
	for _, s := range signed {
		out.signed[s.Pack] = s.Hash
	}
	return &out
}

// Ref names the edition of a pack that stands in this law, and whether its refusals refuse.
func (l *Law) Ref(id string) (PackRef, bool) {
	p, ok := l.packs[id]
	if !ok {
		return PackRef{}, false
	}
	return PackRef{Pack: p.Pack, Version: p.Version, Hash: p.Hash, Signed: l.inForce(p)}, true
}

func (l *Law) inForce(p *Pack) bool {
	return p.Status == "published" || p.Hash != "" && l.signed[p.Pack] == p.Hash
}

// chain lists a pack and those above it, the nearest first.
func (l *Law) chain(id string) []*Pack {
	var out []*Pack
	for p := l.packs[id]; p != nil && !slices.Contains(out, p); p = l.packs[p.Parent] {
		out = append(out, p)
	}
	return out
}

// Above gives the pack of an id and those above it, the highest last; none where it is not carried.
func (l *Law) Above(id string) []*Pack { return l.chain(id) }
