package compliance_test

import (
	"context"
	"flag"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/jmoiron/sqlx"

	"dure/civil"
	"dure/compliance"
	"dure/money"
	"dure/registry"
)

var (
	interleavings = flag.Int("interleavings", 300, "how many gifts, refunds, disputes, joins and affiliations the test of limits plays; 10000 is the full run")
	seed          = flag.Uint64("interleavings-seed", 7, "of the test of limits; 0 takes one from the clock")
)

// The limits by which the oracle counts, written down beside the law's data.
const (
	toCommittee = money.Cents(5000_00)
	toCandidate = money.Cents(3500_00)
)

// played is a gift as the oracle remembers it.
type played struct {
	committee registry.CommitteeID
	id        string
	giver     int
	made, on  civil.Day
	cents     money.Cents
	gone      money.Cents
	earmark   registry.ElectionID
	election  registry.ElectionID                 // for which it counted when it came
	counts    map[registry.ElectionID]money.Cents // at the campaign
	over      money.Cents                         // all that was ever found to be over
	left      map[registry.ElectionID]money.Cents // of it, that is still to be cured
}

// share is what of a gift counts for an election, or in the year where none is named.
func (g *played) share(election registry.ElectionID) money.Cents {
	switch {
	case g.counts != nil:
		return g.counts[election]
	case g.earmark == election:
		return g.cents - g.gone
	}
	return 0
}

func (g *played) totalLeft() money.Cents {
	var sum money.Cents
	for _, c := range g.left {
		sum += c
	}
	return sum
}

// oracle plays the law of limits in plain Go.
type oracle struct {
	gifts   []*played
	root    []int // of each giver
	members map[registry.CommitteeID][]membership
}

type membership struct {
	on     civil.Day
	member bool
}

func (o *oracle) together(a, b registry.CommitteeID, on civil.Day) bool {
	return a == b || o.member(a, on) && o.member(b, on)
}

func (o *oracle) member(c registry.CommitteeID, on civil.Day) bool {
	is := false
	for _, m := range o.members[c] {
		if !m.on.After(on) {
			is = m.member
		}
	}
	return is
}

// with lists the gifts that count under one limit with a gift, the last made first, itself among them.
func (o *oracle) with(g *played, election registry.ElectionID) []*played {
	var out []*played
	for _, h := range slices.Backward(o.gifts) {
		if o.root[h.giver] != o.root[g.giver] {
			continue
		}
		if election == "" && (h.earmark != "" || h.counts != nil || h.made.Year() != g.made.Year() || !o.together(g.committee, h.committee, g.made)) {
			continue
		}
		if h.share(election) > 0 {
			out = append(out, h)
		}
	}
	slices.SortStableFunc(out, func(a, b *played) int {
		if a.made != b.made {
			return b.made.Sub(a.made)
		}
		return b.on.Sub(a.on)
	})
	return out
}

func (o *oracle) sum(g *played, election registry.ElectionID) money.Cents {
	var sum money.Cents
	for _, h := range o.with(g, election) {
		sum += h.share(election)
	}
	return sum
}

func limitOf(election registry.ElectionID) money.Cents {
	if election == "" {
		return toCommittee
	}
	return toCandidate
}

// take counts a gift that came: what of it is over, and what of earlier ones is that nobody could know before.
func (o *oracle) take(g *played) {
	o.gifts = append(o.gifts, g)
	over := o.sum(g, g.election) - limitOf(g.election)
	if own := min(over, g.cents); own > 0 {
		g.over, g.left[g.election] = own, own
	}
	if over > g.cents {
		o.spill(g, g.election)
	}
}

// spill makes the last gifts excessive as far as no case tells of it yet.
func (o *oracle) spill(g *played, election registry.ElectionID) {
	all := o.with(g, election)
	if i := slices.Index(all, g); i > 0 {
		all = slices.Insert(slices.Delete(all, i, i+1), 0, g)
	}
	over := o.sum(g, election) - limitOf(election)
	for _, h := range all {
		over -= h.left[election]
	}
	for _, h := range all {
		if cents := min(over, h.share(election)-h.left[election]); cents > 0 {
			over -= cents
			h.over += cents
			h.left[election] += cents
		}
	}
}

// joined finds what is over since a committee shares its limit from a day on, of those who gave to it and to another in the year:
// the gifts since that day are looked at, the last first. It gives these.
func (o *oracle) joined(c registry.CommitteeID, on civil.Day) []*played {
	both := func(g *played) bool {
		sides := map[bool]bool{}
		for _, h := range o.gifts {
			if h.earmark == "" && h.counts == nil && o.root[h.giver] == o.root[g.giver] {
				sides[h.committee == c] = true
			}
		}
		return len(sides) == 2
	}
	var since []*played
	for _, g := range o.gifts {
		if g.earmark == "" && g.counts == nil && !g.made.Before(on) && both(g) {
			since = append(since, g)
		}
	}
	slices.SortStableFunc(since, func(a, b *played) int {
		if a.made != b.made {
			return a.made.Sub(b.made)
		}
		return a.on.Sub(b.on)
	})
	for i, g := range slices.Backward(since) {
		last := !slices.ContainsFunc(since[i+1:], func(h *played) bool { return h.made == g.made && o.root[h.giver] == o.root[g.giver] })
		if last {
			o.spill(g, "")
		}
	}
	return since
}

// parts is what was taken off a gift: what counted, and what was to be cured, by election.
type parts struct {
	counted, cured map[registry.ElectionID]money.Cents
}

// back takes a sum off a gift: at the campaign off the election that has an open case, then off the earliest.
func (g *played) back(cents money.Cents) parts {
	g.gone += cents
	p := parts{map[registry.ElectionID]money.Cents{}, map[registry.ElectionID]money.Cents{}}
	take := func(e registry.ElectionID, cents money.Cents) {
		p.cured[e] = min(cents, g.left[e])
		g.left[e] -= p.cured[e]
	}
	if g.counts == nil {
		take(g.election, cents)
		return p
	}
	order := []registry.ElectionID{"P", "G"}
	if g.left["G"] > 0 && g.left["P"] == 0 {
		slices.Reverse(order)
	}
	for _, e := range order {
		n := min(cents, g.counts[e])
		cents -= n
		g.counts[e] -= n
		p.counted[e] = n
		take(e, n)
	}
	return p
}

// again undoes back.
func (o *oracle) again(g *played, cents money.Cents, p parts) {
	g.gone -= cents
	for e, c := range p.counted {
		g.counts[e] += c
	}
	for e, c := range p.cured {
		g.left[e] += c
	}
	for _, e := range []registry.ElectionID{"", "P", "G"} {
		if g.share(e) > 0 {
			o.spill(g, e)
		}
	}
}

// TestNoLimitIsPassedWithoutItsCase plays gifts, refunds that stand or fail, disputes, redesignations, givers found to be one and
// committees that join and part, in random order, against an oracle: each gift that passes a limit has its case with the
// right sum, no other has one, and each case stands as what was done about it says.
func TestNoLimitIsPassedWithoutItsCase(t *testing.T) {
	t.Parallel()
	if *seed == 0 {
		*seed = uint64(time.Now().UnixNano())
	}
	t.Logf("play it again: go test ./compliance -run %s -interleavings %d -interleavings-seed %d", t.Name(), *interleavings, *seed)
	rnd := rand.New(rand.NewPCG(*seed, 4))
	h := newLawHouse(t)
	o := &oracle{members: map[registry.CommitteeID][]membership{}}
	for _, c := range []registry.CommitteeID{river, brook} {
		o.members[c] = []membership{{civil.MustParse("2025-01-01"), true}}
	}
	humans := 6 + *interleavings/30 // each with two addresses that nobody connects at first
	for n := range 2 * humans {
		o.root = append(o.root, n)
	}
	faces := func(n int) registry.Contributor {
		c := giver("Face", fmt.Sprintf("Human%d", n/2))
		c.Email = fmt.Sprintf("h%d.%d@example.org", n/2, n%2)
		c.Street = fmt.Sprintf("%d Elm St", n+1)
		return c
	}
	today, last := civil.MustParse("2026-01-02"), civil.MustParse("2026-10-20")
	var refunds []func()
	played0 := map[string]int{}
	for n := range *interleavings {
		if want := n * last.Sub(civil.MustParse("2026-01-02")) / *interleavings; today.Sub(civil.MustParse("2026-01-02")) < want {
			today = civil.MustParse("2026-01-02").Add(want)
		}
		switch what := rnd.IntN(100); {
		case what < 62 || len(o.gifts) == 0:
			played0["gifts"]++
			g := &played{giver: rnd.IntN(2 * humans), on: today, made: today.Add(-rnd.IntN(3)), cents: money.Cents(1 + rnd.IntN(1900_00)), left: map[registry.ElectionID]money.Cents{}}
			g.committee = []registry.CommitteeID{river, brook, campaign}[rnd.IntN(3)]
			in := gift{to: g.committee, by: faces(g.giver), cents: g.cents, on: g.made.String(), received: g.on.String()}
			switch {
			case g.committee == campaign:
				next := registry.ElectionID("P")
				if g.made.After(civil.MustParse("2026-09-01")) {
					next = "G"
				}
				g.election = next
				if rnd.IntN(3) == 0 {
					g.election = "G"
					in.change = for_("G")
				}
				g.counts = map[registry.ElectionID]money.Cents{g.election: g.cents}
			case rnd.IntN(4) == 0:
				g.earmark, g.election = "G", "G"
				in.change = func(r *compliance.Receipt) { r.Candidate, r.Election = robin, "G" }
			}
			g.id = h.got(in)
			o.take(g)
			h.agrees(o.with(g, g.election)...)
		case what < 84:
			g := o.gifts[rnd.IntN(len(o.gifts))]
			left := g.cents - g.gone
			if left == 0 {
				continue
			}
			cents := 1 + money.Cents(rnd.Int64N(int64(left)))
			if rnd.IntN(2) == 0 && g.left[g.election] > 0 {
				cents = min(left, g.left[g.election])
			}
			h.next++
			id := fmt.Sprintf("%05d", h.next)
			if rnd.IntN(5) == 0 {
				played0["disputes lost"]++
				h.in(func(ctx context.Context, tx *sqlx.Tx) error {
					d := compliance.Dispute{Committee: g.committee, ID: "dp_" + id, Receipt: g.id, Cents: cents, OpenedOn: today, HappenedAt: today.Midnight()}
					if err := compliance.OpenDispute(ctx, tx, d); err != nil {
						return err
					}
					return compliance.EndDispute(ctx, tx, g.committee, d.ID, "lost", today, today.Midnight())
				})
				g.back(cents)
				h.agrees(g)
				continue
			}
			played0["refunds"]++
			h.in(func(ctx context.Context, tx *sqlx.Tx) error {
				return compliance.RecordRefund(ctx, tx, compliance.Refund{
					Committee: g.committee, ID: "X-" + id, Receipt: g.id, Cents: cents, RefundedOn: today, HappenedAt: today.Midnight(), StripeRefund: "re_" + id,
				})
			})
			took := g.back(cents)
			h.agrees(g)
			refunds = append(refunds, func() {
				h.in(func(ctx context.Context, tx *sqlx.Tx) error {
					return compliance.FailRefund(ctx, tx, g.committee, "re_"+id, today, today.Midnight())
				})
				o.again(g, cents, took)
				h.agrees(o.with(g, g.election)...)
			})
		case what < 88 && len(refunds) > 0:
			played0["refunds that failed"]++
			i := rnd.IntN(len(refunds))
			refunds[i]()
			refunds = slices.Delete(refunds, i, i+1)
		case what < 93:
			g := o.gifts[rnd.IntN(len(o.gifts))]
			if g.left["P"] == 0 || g.counts == nil {
				continue
			}
			played0["redesignations"]++
			m := compliance.Redesignation{Committee: campaign, Receipt: g.id, From: "P", To: "G", Cents: g.left["P"], On: today, Evidence: "letter"}
			fits := o.sum(g, "G")+m.Cents <= toCandidate && !today.After(g.on.Add(60)) && m.Cents <= g.counts["P"]
			got := h.refusal(func(ctx context.Context, tx *sqlx.Tx) error { return compliance.Redesignate(ctx, tx, m) })
			if (got == "") != fits {
				t.Fatalf("step %d: Redesignate(%+v) is refused for %q; that it fits is %v", n, m, got, fits)
			}
			if fits {
				g.counts["P"] -= m.Cents
				g.counts["G"] += m.Cents
				g.left["P"] = 0
			}
			h.agrees(g)
		case what < 96:
			played0["joins"]++
			k := rnd.IntN(humans) * 2
			c := faces(k)
			c.Street = faces(k + 1).Street // the email of one and the address of the other
			h.person(c)
			o.root[k+1] = o.root[k]
		default:
			c := []registry.CommitteeID{river, brook}[rnd.IntN(2)]
			was := o.members[c][len(o.members[c])-1]
			if was.on == today {
				continue
			}
			if was.member {
				played0["partings"]++
				h.in(func(ctx context.Context, tx *sqlx.Tx) error { return registry.Disaffiliate(ctx, tx, "water", c, today) })
				o.members[c] = append(o.members[c], membership{today, false})
				break
			}
			played0["affiliations"]++
			on := today.Add(-rnd.IntN(today.Sub(was.on))) // entered on its day, or late
			h.in(func(ctx context.Context, tx *sqlx.Tx) error {
				_, err := compliance.Affiliate(ctx, tx, compliance.Affiliation{Group: "water", Committee: c, On: on, Found: today})
				return err
			})
			o.members[c] = append(o.members[c], membership{on, true})
			h.agrees(o.joined(c, on)...)
		}
		if t.Failed() {
			t.Fatalf("they part at step %d of seed %d", n, *seed)
		}
	}
	over := 0
	for _, g := range o.gifts {
		h.agrees(g)
		if g.over > 0 {
			over++
		}
	}
	h.proofs(river, brook, campaign)
	t.Logf("%v; %d gifts were over", played0, over)
	if *interleavings >= 300 && over < 10 {
		t.Errorf("only %d gifts were over: the test plays nothing", over)
	}
}

// agrees holds the cases of gifts against the oracle.
func (h *lawHouse) agrees(gifts ...*played) {
	h.t.Helper()
	for _, g := range gifts {
		cases, err := compliance.CasesOf(h.t.Context(), h.db, g.committee, g.id, g.on)
		if err != nil {
			h.t.Fatal(err)
		}
		var over, left money.Cents
		for _, c := range cases {
			over += c.Excess
			if (c.State == "open") != (c.Left > 0) {
				h.t.Errorf("case %s of %s is %s, with %s left", c.ID, g.id, c.State, c.Left)
			}
			left += c.Left
		}
		if over != g.over || left != g.totalLeft() {
			h.t.Errorf("%s of giver %d, %s: cases of %s, %s left; want %s, %s left", g.id, g.giver, g.cents, over, left, g.over, g.totalLeft())
		}
	}
}
