package rules_test

import (
	"fmt"
	"maps"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"dure/civil"
	"dure/compliance/rules"
	"dure/money"
)

// chance makes gifts of every shape under every pack, sensible and not.
type chance struct{ *rand.Rand }

func pick[T any](c chance, list ...T) T { return list[c.IntN(len(list))] }

func (c chance) day() civil.Day { return civil.MustParse("2019-06-01").Add(c.IntN(4000)) }

func (c chance) cents() money.Cents {
	return pick(c, money.Cents(c.Int64N(700_000)), 5000_00, 3500_00, 1, 100_00, math.MaxInt64, 0)
}

func (c chance) gift(law *rules.Law) rules.Gift {
	packs := law.Packs()
	p := pick(c, packs...)
	g := rules.Gift{
		Giver:  pick(c, "individual", "candidate", "partnership", "llc", "group", "tribe", "pac", "candidate-committee", "party-state", "party-national", "corporation", "union", "national-bank", "super-pac", "committee", "martian"),
		To:     pick(c, "pac", "candidate", "candidate", "candidate", "party-state", "party-national", "party-national-account", "super-pac", "hybrid-other", "moon"),
		Regime: p.Pack, Recipient: pick(c, "R", "Q"), Candidate: pick(c, "A", "B"), Election: pick(c, "P", "G", "G", ""), ElectionKind: pick(c, "P", "G", "R", "S", "C", ""),
		ElectionDay: pick(c, c.day(), civil.Day{}), CycleEnds: pick(c, c.day(), civil.Day{}), Cents: c.cents(), Made: c.day(),
		Instrument: pick(c, "card", "check", "cash", ""), Anonymous: c.IntN(10) == 0, NetDebts: c.cents(), HasNetDebts: c.IntN(2) == 0,
		Facts: map[string]bool{}, Office: "nothing",
	}
	if len(p.Offices) > 0 && c.IntN(8) > 0 {
		g.Office = pick(c, p.Offices...).Code
	}
	for _, q := range packs {
		for _, f := range q.Facts {
			if c.IntN(3) == 0 {
				g.Facts[f.Name] = c.IntN(2) == 0
			}
		}
	}
	for range c.IntN(6) {
		g.Given = append(g.Given, c.given())
	}
	return g
}

func (c chance) given() rules.Given {
	return rules.Given{
		To: pick(c, "pac", "candidate", "candidate", ""), Recipient: pick(c, "R", "Q"), Candidate: pick(c, "A", "B"), Election: pick(c, "P", "G", ""), CycleEnds: pick(c, c.day(), civil.Day{}),
		Cents: c.cents() - pick(c, money.Cents(0), 0, 400_00), Made: c.day(), Promised: c.IntN(2) == 0, Instrument: pick(c, "card", "cash", ""),
	}
}

var days = cmpopts.EquateComparable(civil.Day{})

// room is the most that passes by itself; without limit it is past every sum.
func room(d rules.Decision) money.Cents {
	if d.Unlimited {
		return math.MaxInt64
	}
	return d.Room
}

func times(n int, f func(c chance)) {
	for seed := range uint64(n) {
		f(chance{rand.New(rand.NewPCG(seed, 4))})
	}
}

func TestSameGiftGetsTheSameAnswerAndStaysAsItWas(t *testing.T) {
	t.Parallel()
	law := rules.Carried()
	times(2000, func(c chance) {
		g := c.gift(law)
		before := clone(g)
		first, second := law.Decide(g), law.Decide(g)
		if diff := cmp.Diff(first, second, days); diff != "" {
			t.Fatalf("Decide(%+v) twice differs:\n%s", g, diff)
		}
		if diff := cmp.Diff(before, g, days); diff != "" {
			t.Fatalf("Decide changed the gift:\n%s", diff)
		}
	})
}

func clone(g rules.Gift) rules.Gift {
	g.Given, g.Facts = slices.Clone(g.Given), maps.Clone(g.Facts)
	return g
}

// TestMoreGivenNeverGivesMoreRoom adds to what was given, and asks for less.
func TestMoreGivenNeverGivesMoreRoom(t *testing.T) {
	t.Parallel()
	law := signedLaw()
	grave := map[rules.Verdict]int{rules.Allow: 0, rules.AllowUpTo: 1, rules.Hold: 2, rules.Refuse: 3}
	times(4000, func(c chance) {
		g := c.gift(law)
		first := law.Decide(g)
		more := clone(g)
		more.Given = append(more.Given, c.given())
		if d := law.Decide(more); room(d) > room(first) || grave[d.Verdict] < grave[first.Verdict] {
			t.Fatalf("%+v\nis %s up to %v; with one more given %s up to %v", more, first.Verdict, first.Room, d.Verdict, d.Room)
		}
		less := clone(g)
		less.Cents = money.Cents(c.Int64N(int64(max(g.Cents, 1)))) + 1
		if d := law.Decide(less); less.Cents <= g.Cents && (grave[d.Verdict] > grave[first.Verdict] || room(d) != room(first)) {
			t.Fatalf("%+v\nis %s up to %v; for %v it is %s up to %v", g, first.Verdict, first.Room, less.Cents, d.Verdict, d.Room)
		}
	})
}

// TestNothingKnownOpensNothing compares what is answered with a fact unknown and with each answer to it.
func TestNothingKnownOpensNothing(t *testing.T) {
	t.Parallel()
	law := signedLaw()
	byFact := map[string]string{}
	for _, p := range law.Packs() {
		for _, f := range p.Facts {
			byFact[f.Name] = f.Unknown
		}
	}
	times(4000, func(c chance) {
		g := c.gift(law)
		for name := range g.Facts {
			if byFact[name] == "no" {
				continue
			}
			unknown := clone(g)
			delete(unknown.Facts, name)
			u := law.Decide(unknown)
			for _, is := range []bool{true, false} {
				known := clone(g)
				known.Facts[name] = is
				if k := law.Decide(known); room(u) > room(k) {
					t.Fatalf("%+v\nwith %s unknown has room for %v, and for %v when it is %v", g, name, room(u), room(k), is)
				}
			}
		}
	})
}

func TestGiftIsAllowedExactlyUpToItsRoom(t *testing.T) {
	t.Parallel()
	law := signedLaw()
	times(4000, func(c chance) {
		g := c.gift(law)
		g.Cents = max(g.Cents, 1)
		d := law.Decide(g)
		if (d.Verdict == rules.Allow) != (d.Unlimited || g.Cents <= d.Room) {
			t.Fatalf("%+v\nis %s up to %v", g, d.Verdict, d.Room)
		}
		if d.Verdict == rules.Allow || d.Verdict == rules.AllowUpTo {
			own := slices.ContainsFunc(d.Asked, func(a rules.Asked) bool { return a.Pack == g.Regime && limitOf(law, a) })
			if !own {
				t.Fatalf("%+v\nis %s and no limit of its pack was asked: %+v", g, d.Verdict, d.Asked)
			}
		}
		if !slices.ContainsFunc(d.Asked, func(a rules.Asked) bool { return a.ID == d.Rule && a.Says == d.Verdict }) {
			t.Fatalf("%+v\nis %s by %s, which does not say so: %+v", g, d.Verdict, d.Rule, d.Asked)
		}
		smallest := money.Cents(math.MaxInt64)
		for _, a := range d.Asked {
			if !a.Unlimited {
				smallest = min(smallest, a.Room)
			}
			if a.Settled > a.Known || a.Room < 0 {
				t.Fatalf("asked %+v", a)
			}
		}
		if smallest != room(d) {
			t.Fatalf("%+v\nhas room for %v, and the smallest of its rules for %v", g, room(d), smallest)
		}
	})
}

func limitOf(law *rules.Law, a rules.Asked) bool {
	p, _ := law.Pack(a.Pack)
	return p != nil && slices.ContainsFunc(p.Limits, func(l rules.Limit) bool { return l.ID == a.ID && l.Sum != rules.Prohibited && l.Sum != rules.Unknown })
}

// TestEveryRowThatFitsIsAsked compares with a search that knows nothing of tables: on gifts whose facts are all known.
func TestEveryRowThatFitsIsAsked(t *testing.T) {
	t.Parallel()
	law := signedLaw()
	times(3000, func(c chance) {
		g := c.gift(law)
		p, _ := law.Pack(g.Regime)
		for _, q := range law.Packs() {
			for _, f := range q.Facts {
				if _, known := g.Facts[f.Name]; !known {
					g.Facts[f.Name] = false
				}
			}
		}
		d := law.Decide(g)
		for _, l := range p.Limits {
			fits := has(l.Who, g.Giver) && has(l.To, g.To) && !g.Made.Before(l.From) && (l.Until.IsZero() || !g.Made.After(l.Until)) && l.By == "made"
			for name, is := range l.When {
				fits = fits && g.Facts[name] == is
			}
			if len(l.Offices) > 0 || len(l.Elections) > 0 || !fits {
				continue
			}
			if !slices.ContainsFunc(d.Asked, func(a rules.Asked) bool { return a.ID == l.ID && a.Pack == p.Pack }) {
				t.Fatalf("%+v\nis judged without %s: %+v", g, l.ID, d.Asked)
			}
		}
	})
}

func has(list rules.Words, word string) bool {
	return slices.Contains(list, word) || slices.Contains(list, "any")
}

// signedLaw is the carried law with every pack signed.
func signedLaw() *rules.Law {
	law := rules.Carried()
	for _, p := range law.Packs() {
		ref, _ := law.Ref(p.Pack)
		law = law.With(ref)
	}
	return law
}

func FuzzLoad(f *testing.F) {
	for name, b := range rules.CarriedFiles() {
		if len(b) < 20_000 {
			f.Add(b, name == rules.CalendarsFile)
		}
	}
	f.Add([]byte(read(f, "us.yaml")), false)
	f.Add([]byte(read(f, "us-xx.yaml")), false)
	f.Add([]byte(read(f, "calendars.yaml")), true)
	f.Add([]byte("pack: &a us\nname: *a"), false)
	f.Add([]byte("<<: {a: b}"), false)
	f.Fuzz(func(t *testing.T, b []byte, calendars bool) {
		name := "x.yaml"
		if calendars {
			name = rules.CalendarsFile
		}
		files := map[string][]byte{name: b}
		law, err := rules.Load(files)
		if err != nil {
			if law != nil {
				t.Fatal("a law with faults is handed out")
			}
			return
		}
		again, err := rules.Load(files)
		if err != nil || len(again.Packs()) != len(law.Packs()) {
			t.Fatalf("the same bytes load once and then not: %v", err)
		}
		for _, p := range law.Packs() {
			for n := range 20 {
				g := chance{rand.New(rand.NewPCG(uint64(n), 1))}.gift(law)
				if d := law.Decide(g); d.Verdict == rules.Allow && len(d.Asked) == 0 {
					t.Fatalf("pack %s allows what no rule was asked about: %+v", p.Pack, g)
				}
			}
		}
		_ = fmt.Sprint(law.Prove())
	})
}
