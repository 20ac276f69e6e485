package compliance_test

import (
	"context"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/jmoiron/sqlx"

	"dure/civil"
	"dure/compliance"
	"dure/money"
	"dure/registry"
)

// same tells of a difference between what stands and what is wanted.
func same(t *testing.T, what string, want, got []string) {
	t.Helper()
	if want == nil {
		want = []string{}
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("%s (-want +got):\n%s", what, diff)
	}
}

func TestRedesignationIsHeldAgainstEveryCondition(t *testing.T) {
	t.Parallel()
	// The gift: 1,600 undesignated on 1 March by somebody who gave 2,000 to the primary before: 100 over.
	signed := compliance.Redesignation{Committee: campaign, From: "P", To: "G", Cents: 100_00, On: civil.MustParse("2026-04-30"), Evidence: "letter 7"}
	presumed := signed
	presumed.Presumptive, presumed.NotifiedOn = true, civil.MustParse("2026-04-30")
	big := body("PAC", "C00999402", "BIG SAMPLE PAC")
	for _, c := range []struct {
		name   string
		by     registry.Contributor
		first  money.Cents // to the primary
		second gift
		also   []gift
		m      compliance.Redesignation
		change func(m *compliance.Redesignation)
		refuse string // the fields that are refused; empty: it stands
	}{
		{name: "signed on the sixtieth day", m: signed},
		{name: "signed a day late", m: signed, change: func(m *compliance.Redesignation) { m.On = m.On.Add(1) }, refuse: "on"},
		{name: "signed before it came", m: signed, change: func(m *compliance.Redesignation) { m.On = civil.MustParse("2026-02-28") }, refuse: "on"},
		{name: "without the writing", m: signed, change: func(m *compliance.Redesignation) { m.Evidence = "" }, refuse: "evidence"},
		{name: "more than is there", m: signed, change: func(m *compliance.Redesignation) { m.Cents = 1600_01 }, refuse: "cents"},
		{name: "nothing", m: signed, change: func(m *compliance.Redesignation) { m.Cents = 0 }, refuse: "cents"},
		{name: "less than nothing", m: signed, change: func(m *compliance.Redesignation) { m.Cents = -1 }, refuse: "cents"},
		{name: "as much as there can be", m: signed, change: func(m *compliance.Redesignation) { m.Cents = 1<<63 - 1 }, refuse: "cents cents"},
		{name: "to where it is", m: signed, change: func(m *compliance.Redesignation) { m.To = "P" }, refuse: "to cents"},
		{name: "to nowhere", m: signed, change: func(m *compliance.Redesignation) { m.To = "X" }, refuse: "to"},
		{name: "from nowhere to nowhere", m: signed, change: func(m *compliance.Redesignation) { m.From, m.To = "Y", "X" }, refuse: "from to"},
		{name: "to a general that is full", m: signed, also: []gift{{to: campaign, cents: 3400_01, on: "2026-03-02", change: for_("G")}}, refuse: "cents"},
		{name: "to a general with just the room", m: signed, also: []gift{{to: campaign, cents: 3400_00, on: "2026-03-02", change: for_("G")}}},
		{name: "presumed, told on the sixtieth day (S02)", m: presumed},
		{name: "presumed, told a day late", m: presumed, change: func(m *compliance.Redesignation) { m.NotifiedOn = m.NotifiedOn.Add(1) }, refuse: "notified_on"},
		{name: "presumed, nobody told", m: presumed, change: func(m *compliance.Redesignation) { m.NotifiedOn = civil.Day{} }, refuse: "notified_on"},
		{name: "presumed, a cent more than the excess", m: presumed, change: func(m *compliance.Redesignation) { m.Cents++ }, refuse: "cents"},
		{name: "presumed, and the giver had named the primary", m: presumed, second: gift{change: for_("P")}, refuse: "presumptive"},
		{name: "presumed of a multicandidate committee (S03)", m: presumed, by: big, first: 5000_00, second: gift{cents: 1000_00}, refuse: "presumptive"},
		{name: "signed by a multicandidate committee", m: signed, by: big, first: 5000_00, second: gift{cents: 100_00}},
		{name: "presumed, made the day before the primary", m: presumed, second: gift{on: "2026-08-31"}, change: func(m *compliance.Redesignation) {
			m.On, m.NotifiedOn = civil.MustParse("2026-10-30"), civil.MustParse("2026-10-30")
		}},
		{name: "presumed, made on the day of the primary", m: presumed, second: gift{on: "2026-09-01"}, change: func(m *compliance.Redesignation) {
			m.On, m.NotifiedOn = civil.MustParse("2026-10-30"), civil.MustParse("2026-10-30")
		}, refuse: "presumptive"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			h := newLawHouse(t)
			by := c.by
			if by.Entity == "" {
				by = person(1)
			}
			who := h.person(by)
			if by.Entity == "PAC" {
				h.in(func(ctx context.Context, tx *sqlx.Tx) error {
					return registry.SetStatus(ctx, tx, registry.Status{Person: who, Status: registry.IsMulticandidate, From: civil.MustParse("2020-01-01"), Evidence: "Form 1M"})
				})
			}
			first := c.first
			if first == 0 {
				first = 2000_00
			}
			h.got(gift{to: campaign, by: by, cents: first, on: "2026-02-01", change: for_("P")})
			second := c.second
			second.to, second.by = campaign, by
			if second.cents == 0 {
				second.cents = 1600_00
			}
			if second.on == "" {
				second.on = "2026-03-01"
			}
			id := h.got(second)
			for _, g := range c.also {
				g.by = by
				h.got(g)
			}
			m := c.m
			m.Receipt = id
			if c.change != nil {
				c.change(&m)
			}
			counted, stood := h.counts(id), h.cases(campaign, id)
			got := h.refusal(func(ctx context.Context, tx *sqlx.Tx) error { return compliance.Redesignate(ctx, tx, m) })
			if got != c.refuse {
				t.Errorf("Redesignate is refused for %q, want %q", got, c.refuse)
			}
			if c.refuse != "" {
				same(t, "what counts after a refusal", counted, h.counts(id))
				same(t, "cases after a refusal", stood, h.cases(campaign, id))
				return
			}
			if after := h.cases(campaign, id); len(after) != 1 || after[0][len(after[0])-6:] != "closed" {
				t.Errorf("cases after it stands: %v, want one that is closed", after)
			}
			if after := h.counts(id); len(after) != map[bool]int{true: 1, false: 2}[second.cents == m.Cents] {
				t.Errorf("it counts for %v", after)
			}
			h.proofs(campaign)
		})
	}
}

func TestPresumptionBackToThePrimaryNeedsItsDebts(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name   string
		debts  money.Cents
		on     string
		refuse string
	}{
		{"debts that take it", 500_00, "2026-09-10", ""},
		{"debts a cent short", 499_99, "2026-09-10", "cents"},
		{"no debts", 0, "2026-09-10", "cents"},
		{"made before the primary", 500_00, "2026-08-01", "presumptive"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			h := newLawHouse(t)
			change := func(r *compliance.Receipt) {}
			if c.on < "2026-09-01" {
				change = for_("G")
			}
			id := h.got(gift{to: campaign, by: person(1), cents: 4000_00, on: c.on, change: change})
			if c.debts > 0 {
				h.in(func(ctx context.Context, tx *sqlx.Tx) error {
					return compliance.AttestNetDebts(ctx, tx, compliance.NetDebts{Candidate: robin, Election: "P", AsOf: civil.MustParse("2026-09-12"), Parts: compliance.DebtParts{Unpaid: c.debts}, Evidence: "memo"})
				})
			}
			m := compliance.Redesignation{
				Committee: campaign, Receipt: id, From: "G", To: "P", Cents: 500_00, On: civil.MustParse("2026-09-20"), Presumptive: true,
				NotifiedOn: civil.MustParse("2026-09-20"), Evidence: "notice 3",
			}
			got := h.refusal(func(ctx context.Context, tx *sqlx.Tx) error { return compliance.Redesignate(ctx, tx, m) })
			if c.on < "2026-09-01" {
				got = got[len(got)-len("presumptive"):] // the giver's own word stands against it as well
			}
			if got != c.refuse {
				t.Errorf("Redesignate is refused for %q, want %q", got, c.refuse)
			}
			left, attested, err := compliance.NetDebtsLeft(t.Context(), h.db, robin, "P", civil.MustParse("2026-09-30"))
			if want := c.debts; c.refuse == "" && (err != nil || !attested || left != want-500_00) {
				t.Errorf("NetDebtsLeft after it = %s, %v, %v, want none: what was moved there paid them", left, attested, err)
			}
		})
	}
}

func TestNetDebtsAreThoseOfTheRule(t *testing.T) {
	t.Parallel()
	n := compliance.NetDebts{Parts: compliance.DebtParts{ // S07: of 18,000 on hand 5,000 are for the general
		Unpaid: 40_000_00, CostOfRaising: 2000_00, WindDown: 3000_00, CashForElection: 13_000_00, OwedToCampaign: 1000_00,
	}}
	if got := n.Cents(); got != 31_000_00 {
		t.Errorf("net debts = %s, want $31,000.00", got)
	}
	n.Parts.CashForElection = 50_000_00
	if got := n.Cents(); got != 0 {
		t.Errorf("net debts of a campaign with cash = %s, want none", got)
	}
	h := newLawHouse(t)
	bad := compliance.NetDebts{Candidate: robin, Election: "P", AsOf: civil.MustParse("2026-09-01"), Parts: compliance.DebtParts{Unpaid: -1, CashForElection: 1<<63 - 1}}
	if got := h.refusal(func(ctx context.Context, tx *sqlx.Tx) error { return compliance.AttestNetDebts(ctx, tx, bad) }); got != "unpaid cash evidence as_of" {
		t.Errorf("wrong net debts are refused for %q", got)
	}
	bad = compliance.NetDebts{Candidate: "H6ZZ00000", Election: "P", AsOf: civil.MustParse("2026-12-01"), Evidence: "memo"}
	if got := h.refusal(func(ctx context.Context, tx *sqlx.Tx) error { return compliance.AttestNetDebts(ctx, tx, bad) }); got != "candidate" {
		t.Errorf("net debts of nobody are refused for %q", got)
	}
}

func TestReattributionIsHeldAgainstEveryCondition(t *testing.T) {
	t.Parallel()
	// The gift: 5,400 on 1 March, 400 over the year's limit.
	signed := compliance.Reattribution{To: person(2), Cents: 400_00, On: civil.MustParse("2026-04-30"), SignedByFrom: true, SignedByTo: true, Evidence: "letter 8"}
	presumed := compliance.Reattribution{To: person(2), Cents: 400_00, On: civil.MustParse("2026-04-30"), Presumptive: true, NotifiedOn: civil.MustParse("2026-04-30"), Evidence: "notice 2"}
	for _, c := range []struct {
		name   string
		joint  bool // the other's name is on the check
		gave   money.Cents
		m      compliance.Reattribution
		change func(m *compliance.Reattribution)
		refuse string
		want   string // the case then
	}{
		{name: "signed by each on the sixtieth day", m: signed, want: "excessive 400.00 due 2026-04-30 closed"},
		{name: "a part of it", m: signed, change: func(m *compliance.Reattribution) { m.Cents = 150_00 }, want: "excessive 400.00 left 250.00 due 2026-04-30"},
		{name: "a day late", m: signed, change: func(m *compliance.Reattribution) { m.On = m.On.Add(1) }, refuse: "on"},
		{name: "one signature", m: signed, change: func(m *compliance.Reattribution) { m.SignedByTo = false }, refuse: "signed"},
		{name: "no writing", m: signed, change: func(m *compliance.Reattribution) { m.Evidence = "" }, refuse: "evidence"},
		{name: "more than it is of", m: signed, change: func(m *compliance.Reattribution) { m.Cents = 5400_01 }, refuse: "cents cents"},
		{name: "less than nothing", m: signed, change: func(m *compliance.Reattribution) { m.Cents = -1 }, refuse: "cents"},
		{name: "to one with just the room", m: signed, gave: 4600_00, want: "excessive 400.00 due 2026-04-30 closed"},
		{name: "to one without the room", m: signed, gave: 4600_01, refuse: "cents"},
		{name: "to the giver", m: signed, change: func(m *compliance.Reattribution) { m.To = person(1) }, refuse: "to"},
		{name: "to a corporation", m: signed, change: func(m *compliance.Reattribution) {
			m.To = bodyOf(registry.Corporation, "SAMPLE CORP")
			m.To.Entity = "ORG"
		}, refuse: "cents"},
		{name: "to nobody", m: signed, change: func(m *compliance.Reattribution) { m.To = registry.Contributor{} }, refuse: "to"},
		{name: "presumed, the name on the check", joint: true, m: presumed, want: "excessive 400.00 due 2026-04-30 closed"},
		{name: "presumed, no name on the check", m: presumed, refuse: "presumptive"},
		{name: "presumed, told late", joint: true, m: presumed, change: func(m *compliance.Reattribution) { m.NotifiedOn = m.NotifiedOn.Add(1) }, refuse: "notified_on"},
		{name: "presumed, a cent more than the excess", joint: true, m: presumed, change: func(m *compliance.Reattribution) { m.Cents++ }, refuse: "cents"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			h := newLawHouse(t)
			other := h.person(person(2))
			if c.gave > 0 {
				h.got(gift{to: river, by: person(2), cents: c.gave, on: "2026-02-01"})
			}
			id := h.got(gift{to: river, by: person(1), cents: 5400_00, on: "2026-03-01", change: func(r *compliance.Receipt) {
				r.Instrument = "check"
				if c.joint {
					r.Joint = []registry.PersonID{other}
				}
			}})
			m := c.m
			m.Committee, m.Receipt = river, id
			if c.change != nil {
				c.change(&m)
			}
			got := h.refusal(func(ctx context.Context, tx *sqlx.Tx) error { return compliance.Reattribute(ctx, tx, m) })
			if got != c.refuse {
				t.Errorf("Reattribute is refused for %q, want %q", got, c.refuse)
			}
			if c.refuse != "" {
				same(t, "cases after a refusal", []string{"excessive 400.00 due 2026-04-30"}, h.cases(river, id))
				return
			}
			same(t, "cases", []string{c.want}, h.cases(river, id))
			// What moved counts for the other from now on, and for the giver no more.
			for _, who := range []struct {
				person registry.PersonID
				want   money.Cents
			}{{other, c.gave + m.Cents}, {h.person(person(1)), 5400_00 - m.Cents}} {
				room, _, err := compliance.Screen(t.Context(), h.db, compliance.Proposal{Committee: river, Person: who.person, Kind: registry.Individual, Made: civil.MustParse("2026-05-01")})
				if err != nil || room.Known != who.want {
					t.Errorf("known to be given by %s = %s, %v, want %s", who.person, room.Known, err, who.want)
				}
			}
			h.proofs(river)
		})
	}
}

func TestPartnershipsGiftCountsForItAndForItsPartners(t *testing.T) {
	t.Parallel()
	h := newLawHouse(t)
	firm := bodyOf(registry.Partnership, "FIRST LADIES PARTNERSHIP")
	abigail, dolley := giver("Abigail", "Adams"), giver("Dolley", "Madison")
	h.got(gift{to: river, by: dolley, cents: 4500_00, on: "2026-02-01"})
	id := h.got(gift{to: river, by: firm, cents: 2000_00, on: "2026-03-01"})
	share := func(shares ...compliance.Share) func(ctx context.Context, tx *sqlx.Tx) error {
		return func(ctx context.Context, tx *sqlx.Tx) error {
			return compliance.AttributePartners(ctx, tx, river, id, civil.MustParse("2026-03-02"), shares)
		}
	}
	for _, c := range []struct {
		shares []compliance.Share
		refuse string
	}{
		{nil, "shares"},
		{[]compliance.Share{{Contributor: abigail, Cents: 0}, {Contributor: dolley, Cents: -1}}, "shares[0] shares[1]"},
		{[]compliance.Share{{Contributor: abigail, Cents: 999_99}, {Contributor: dolley, Cents: 1000_00}}, "shares"},
		{[]compliance.Share{{Contributor: abigail, Cents: 1000_00}, {Contributor: abigail, Cents: 1000_00}}, "shares[1]"},
		{[]compliance.Share{{Contributor: abigail, Cents: 1000_00}, {Contributor: bodyOf(registry.Corporation, "SAMPLE CORP"), Cents: 1000_00}}, "shares[1]"},
		{[]compliance.Share{{Contributor: registry.Contributor{Last: "Nowhere"}, Cents: 1000_00}, {Contributor: dolley, Cents: 1000_00}}, "shares[0]"},
	} {
		if got := h.refusal(share(c.shares...)); got != c.refuse {
			t.Errorf("shares %v are refused for %q, want %q", c.shares, got, c.refuse)
		}
	}
	h.in(share(compliance.Share{Contributor: abigail, Cents: 1000_00}, compliance.Share{Contributor: dolley, Cents: 1000_00})) // S16
	for _, c := range []struct {
		by   registry.Contributor
		kind string
		want money.Cents
	}{{firm, registry.Partnership, 2000_00}, {abigail, registry.Individual, 1000_00}, {dolley, registry.Individual, 5500_00}} {
		room, _, err := compliance.Screen(t.Context(), h.db, compliance.Proposal{Committee: river, Person: h.person(c.by), Kind: c.kind, Made: civil.MustParse("2026-05-01")})
		if err != nil || room.Known != c.want {
			t.Errorf("known to be given by %s = %s, %v, want %s", c.by.Name(), room.Known, err, c.want)
		}
	}
	same(t, "the case of the partner who is over", []string{"excessive 500.00 due 2026-04-30"}, h.cases(river, id))
	if got := h.refusal(share(compliance.Share{Contributor: abigail, Cents: 2000_00})); got != "receipt" {
		t.Errorf("a second attribution is refused for %q, want receipt", got)
	}
	h.proofs(river)
}

func TestJointCheckIsSharedEqually(t *testing.T) {
	t.Parallel()
	h := newLawHouse(t)
	id := h.got(gift{to: campaign, by: person(1), cents: 7000_01, on: "2026-03-01", change: func(r *compliance.Receipt) { r.Instrument = "check" }})
	same(t, "cases before", []string{"excessive 3500.01 for P due 2026-04-30"}, h.cases(campaign, id))
	h.in(func(ctx context.Context, tx *sqlx.Tx) error {
		return compliance.AttributeEqually(ctx, tx, campaign, id, civil.MustParse("2026-03-02"), []registry.Contributor{person(2)})
	})
	same(t, "cases after", []string{"excessive 3500.01 left 0.01 for P due 2026-04-30"}, h.cases(campaign, id))
	shared, err := compliance.Attributions(t.Context(), h.db, campaign, id)
	if err != nil || len(shared) != 1 || shared[0].Cents != 3500_00 || shared[0].Election != "P" {
		t.Errorf("Attributions = %+v, %v, want half of it for the other in the primary", shared, err)
	}
	card := h.got(gift{to: campaign, by: person(3), cents: 10_00, on: "2026-03-01", change: func(r *compliance.Receipt) { r.Instrument = "card" }})
	got := h.refusal(func(ctx context.Context, tx *sqlx.Tx) error {
		return compliance.AttributeEqually(ctx, tx, campaign, card, civil.MustParse("2026-02-01"), nil)
	})
	if got != "receipt others on" {
		t.Errorf("a card's gift is shared out: refused for %q", got)
	}
	h.proofs(campaign)
}
