package compliance_test

import (
	"context"
	"testing"
	"time"

	"github.com/jmoiron/sqlx"

	"dure/civil"
	"dure/compliance"
	"dure/money"
	"dure/registry"
)

// known is what counts already for a person who gives to a committee.
func (h *lawHouse) known(to registry.CommitteeID, by registry.Contributor) money.Cents {
	h.t.Helper()
	room, _, err := compliance.Screen(h.t.Context(), h.db, compliance.Proposal{
		Committee: to, Person: h.person(by), Kind: registry.Individual, Made: civil.MustParse("2026-05-01"),
	})
	if err != nil {
		h.t.Fatal(err)
	}
	return room.Known
}

// refund gives money of a receipt back, whose it is where a person is named.
func (h *lawHouse) refund(from registry.CommitteeID, receipt, id string, cents money.Cents, on string, whose registry.PersonID) {
	h.t.Helper()
	h.in(func(ctx context.Context, tx *sqlx.Tx) error {
		return compliance.RecordRefund(ctx, tx, compliance.Refund{
			Committee: from, ID: "X-" + id, Receipt: receipt, Cents: cents, RefundedOn: civil.MustParse(on),
			HappenedAt: time.Date(2026, 4, 1, 12, 0, 0, 0, time.UTC), StripeRefund: "re_" + id, Person: whose,
		})
	})
}

// lose loses a dispute about a receipt.
func (h *lawHouse) lose(committee registry.CommitteeID, receipt, id string, cents money.Cents) {
	h.t.Helper()
	h.in(func(ctx context.Context, tx *sqlx.Tx) error {
		at := time.Date(2026, 3, 6, 12, 0, 0, 0, time.UTC)
		err := compliance.OpenDispute(ctx, tx, compliance.Dispute{
			Committee: committee, ID: id, Receipt: receipt, Cents: cents, OpenedOn: civil.MustParse("2026-03-06"), HappenedAt: at,
		})
		if err != nil {
			return err
		}
		return compliance.EndDispute(ctx, tx, committee, id, "lost", civil.MustParse("2026-03-20"), at.AddDate(0, 0, 14))
	})
}

func byCard(r *compliance.Receipt)  { r.Instrument = "card" }
func byCheck(r *compliance.Receipt) { r.Instrument = "check" }

func TestRefundAndThenALostDisputeCountNoMoreThanTheReceipt(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name  string
		to    registry.CommitteeID
		cents money.Cents
		limit money.Cents
		earn  registry.CandidateID
	}{
		{name: "a committee's account", to: river, cents: 5000_00, limit: 5000_00},
		{name: "a candidate's own committee", to: campaign, cents: 3500_00, limit: 3500_00},
		{name: "earmarked", to: river, cents: 3500_00, limit: 3500_00, earn: robin},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			h := newLawHouse(t)
			id := h.got(gift{to: c.to, by: person(1), cents: c.cents, on: "2026-03-01", change: func(r *compliance.Receipt) {
				byCard(r)
				if c.earn != "" {
					r.Candidate, r.Election = c.earn, "P"
				}
			}})
			h.refund(c.to, id, "0001", 1000_00, "2026-03-05", "")
			h.lose(c.to, id, "dp_1", c.cents)
			left, err := compliance.Refundable(t.Context(), h.db, c.to, id)
			if left != 0 || err != nil {
				t.Errorf("Refundable = %v, %v, want nothing", left, err)
			}
			room, _, err := compliance.Screen(t.Context(), h.db, compliance.Proposal{
				Committee: c.to, Candidate: c.earn, Person: h.person(person(1)), Kind: registry.Individual, Made: civil.MustParse("2026-05-01"),
			})
			if err != nil || room.Settled != 0 || room.Left != c.limit {
				t.Errorf("settled %v, room %v, %v; want nothing and %v", room.Settled, room.Left, err, c.limit)
			}
			unspendable, err := compliance.Unspendable(t.Context(), h.db, c.to, civil.MustParse("2026-05-01"))
			if err != nil || unspendable < 0 {
				t.Errorf("Unspendable = %v, %v, want no less than nothing", unspendable, err)
			}
		})
	}
}

// left gives what is left of the cases of an excess of each person, closed ones too.
func (h *lawHouse) left(committee registry.CommitteeID, receipt string, of registry.Contributor) (cents money.Cents, open bool) {
	h.t.Helper()
	all, err := compliance.CasesOf(h.t.Context(), h.db, committee, receipt, civil.MustParse("2026-06-01"))
	if err != nil {
		h.t.Fatal(err)
	}
	for _, c := range all {
		if c.Person == h.person(of) && c.Kind == "excessive" {
			cents, open = cents+c.Left, open || c.State == "open"
		}
	}
	return cents, open
}

// TestMoneyOfAJointCheckSettlesOnesCaseAfterTheOthers: a check of 14,000 to a PAC by two counts 7,000 for each, 2,000 over.
func TestMoneyOfAJointCheckSettlesOnesCaseAfterTheOthers(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name          string
		gone          money.Cents
		disgorged     bool
		ofOther       bool // the refund names the other
		first, second money.Cents
		knownFirst    money.Cents
		knownSecond   money.Cents
	}{
		{name: "a refund is the contributor's", gone: 2000_00, first: 0, second: 2000_00, knownFirst: 5000_00, knownSecond: 7000_00},
		{name: "a refund that names the other", gone: 2000_00, ofOther: true, first: 2000_00, second: 0, knownFirst: 7000_00, knownSecond: 5000_00},
		{name: "more than is the contributor's", gone: 8000_00, first: 0, second: 1000_00, knownFirst: 0, knownSecond: 6000_00},
		{name: "more than is the other's", gone: 8000_00, ofOther: true, first: 1000_00, second: 0, knownFirst: 6000_00, knownSecond: 0},
		{name: "all", gone: 14000_00},
		{name: "to the Treasury", gone: 2000_00, disgorged: true, first: 0, second: 2000_00, knownFirst: 7000_00, knownSecond: 7000_00},
		{name: "both to the Treasury", gone: 4000_00, disgorged: true, knownFirst: 7000_00, knownSecond: 7000_00},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			h := newLawHouse(t)
			id := h.got(gift{to: river, by: person(1), cents: 14000_00, on: "2026-03-01", change: byCheck})
			h.in(func(ctx context.Context, tx *sqlx.Tx) error {
				return compliance.AttributeEqually(ctx, tx, river, id, civil.MustParse("2026-03-02"), []registry.Contributor{person(2)})
			})
			if c.disgorged {
				h.disgorge(river, id, c.gone)
			} else {
				var whose registry.PersonID
				if c.ofOther {
					whose = h.person(person(2))
				}
				h.refund(river, id, "0001", c.gone, "2026-04-01", whose)
			}
			first, openFirst := h.left(river, id, person(1))
			second, openSecond := h.left(river, id, person(2))
			if c.disgorged { // which of the two is settled first is not the law's
				first, second, openFirst, openSecond = min(first, second), max(first, second), openFirst && openSecond, openFirst || openSecond
			}
			if first != c.first || second != c.second || openFirst != (c.first > 0) || openSecond != (c.second > 0) {
				t.Errorf("left %v (open %v) and %v (open %v), want %v and %v", first, openFirst, second, openSecond, c.first, c.second)
			}
			if got := h.known(river, person(1)); got != c.knownFirst {
				t.Errorf("for the contributor %v counts, want %v", got, c.knownFirst)
			}
			if got := h.known(river, person(2)); got != c.knownSecond {
				t.Errorf("for the other %v counts, want %v", got, c.knownSecond)
			}
			h.proofs(river)
		})
	}
}

// disgorge pays money of a receipt to the Treasury.
func (h *lawHouse) disgorge(committee registry.CommitteeID, receipt string, cents money.Cents) {
	h.t.Helper()
	h.in(func(ctx context.Context, tx *sqlx.Tx) error {
		return compliance.Disgorge(ctx, tx, compliance.Disgorgement{
			Committee: committee, Receipt: receipt, Cents: cents, PaidOn: civil.MustParse("2026-04-01"),
			HappenedAt: time.Date(2026, 4, 1, 12, 0, 0, 0, time.UTC), Method: "check 1", Reason: "The givers can't be reached",
		})
	})
}

// TestPartnersCaseFallsAsFarAsTheirShare: of a partnership's 2,000 a half counts for a partner who gave 4,500 before: 500 over.
func TestPartnersCaseFallsAsFarAsTheirShare(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name      string
		gone      money.Cents
		named     bool
		disgorged bool
		left      money.Cents
		known     money.Cents
	}{
		{name: "a quarter goes back", gone: 500_00, left: 250_00, known: 5250_00},
		{name: "a quarter goes back in the partner's name", gone: 500_00, named: true, left: 250_00, known: 5250_00},
		{name: "a cent short of the cure", gone: 999_98, left: 1, known: 5000_01},
		{name: "the cure", gone: 1000_00, left: 0, known: 5000_00},
		{name: "a quarter to the Treasury", gone: 500_00, disgorged: true, left: 250_00, known: 5500_00},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			h := newLawHouse(t)
			firm, ann, dot := bodyOf(registry.Partnership, "SAMPLE PARTNERSHIP"), person(1), person(2)
			h.got(gift{to: river, by: dot, cents: 4500_00, on: "2026-02-01"})
			id := h.got(gift{to: river, by: firm, cents: 2000_00, on: "2026-03-01", change: byCard})
			h.in(func(ctx context.Context, tx *sqlx.Tx) error {
				return compliance.AttributePartners(ctx, tx, river, id, civil.MustParse("2026-03-02"), []compliance.Share{
					{Contributor: ann, Cents: 1000_00}, {Contributor: dot, Cents: 1000_00},
				})
			})
			switch {
			case c.disgorged:
				h.disgorge(river, id, c.gone)
			case c.named:
				h.refund(river, id, "0001", c.gone, "2026-04-01", h.person(dot))
			default:
				h.refund(river, id, "0001", c.gone, "2026-04-01", "")
			}
			left, open := h.left(river, id, dot)
			if left != c.left || open != (c.left > 0) {
				t.Errorf("left %v, open %v, want %v", left, open, c.left)
			}
			if got := h.known(river, dot); got != c.known {
				t.Errorf("for the partner %v counts, want %v", got, c.known)
			}
			h.proofs(river)
		})
	}
}

// TestCheckOfTwoElectionsIsSharedInEach: 4,000 to a primary that was full, of which 2,000 count for the general since, leaves
// 2,000 too much in the primary; shared by two, 1,000 of it stay with the contributor.
func TestCheckOfTwoElectionsIsSharedInEach(t *testing.T) {
	t.Parallel()
	h := newLawHouse(t)
	h.got(gift{to: campaign, by: person(1), cents: 3500_00, on: "2026-02-01"})
	h.got(gift{to: campaign, by: person(2), cents: 3000_00, on: "2026-02-01", change: for_("P")})
	id := h.got(gift{to: campaign, by: person(1), cents: 4000_00, on: "2026-03-01", change: byCheck})
	h.in(func(ctx context.Context, tx *sqlx.Tx) error {
		return compliance.Redesignate(ctx, tx, compliance.Redesignation{
			Committee: campaign, Receipt: id, From: "P", To: "G", Cents: 2000_00, On: civil.MustParse("2026-03-02"), Evidence: "letter 7",
		})
	})
	same(t, "cases before", []string{"excessive 4000.00 left 2000.00 for P due 2026-04-30"}, h.cases(campaign, id))
	h.in(func(ctx context.Context, tx *sqlx.Tx) error {
		return compliance.AttributeEqually(ctx, tx, campaign, id, civil.MustParse("2026-03-02"), []registry.Contributor{person(2)})
	})
	same(t, "cases after", []string{"excessive 4000.00 left 1000.00 for P due 2026-04-30", "excessive 500.00 for P due 2026-04-30"}, sorted(h.cases(campaign, id)))
	room, _, err := compliance.Screen(t.Context(), h.db, compliance.Proposal{
		Committee: campaign, Election: "P", Person: h.person(person(1)), Kind: registry.Individual, Made: civil.MustParse("2026-05-01"),
	})
	if err != nil || room.Settled != 4500_00 {
		t.Errorf("in the primary %v counts for the contributor, %v; want 4,500", room.Settled, err)
	}
	h.proofs(campaign)
}

func TestMoneyThatWentToTheTreasuryIsNotCountedElsewhere(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name      string
		disgorged money.Cents
		moved     money.Cents
		refuse    string
	}{
		{name: "all of it went", disgorged: 4000_00, moved: 1, refuse: "cents"},
		{name: "more than is left", disgorged: 3700_00, moved: 300_01, refuse: "cents"},
		{name: "what is left", disgorged: 3700_00, moved: 300_00},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			h := newLawHouse(t)
			on := civil.MustParse("2026-04-02")
			for n, move := range []func(ctx context.Context, tx *sqlx.Tx, receipt string) error{
				func(ctx context.Context, tx *sqlx.Tx, receipt string) error {
					return compliance.Redesignate(ctx, tx, compliance.Redesignation{
						Committee: campaign, Receipt: receipt, From: "P", To: "G", Cents: c.moved, On: on, Evidence: "letter 7",
					})
				},
				func(ctx context.Context, tx *sqlx.Tx, receipt string) error {
					return compliance.Reattribute(ctx, tx, compliance.Reattribution{
						Committee: campaign, Receipt: receipt, To: person(9), Cents: c.moved, On: on, SignedByFrom: true, SignedByTo: true, Evidence: "letter 8",
					})
				},
			} {
				id := h.got(gift{to: campaign, by: person(n + 1), cents: 4000_00, on: "2026-03-01"})
				h.disgorge(campaign, id, c.disgorged)
				counted := h.counts(id)
				got := h.refusal(func(ctx context.Context, tx *sqlx.Tx) error { return move(ctx, tx, id) })
				if got != c.refuse {
					t.Errorf("move %d is refused for %q, want %q", n, got, c.refuse)
				}
				if c.refuse != "" {
					same(t, "what counts after a refusal", counted, h.counts(id))
				}
			}
		})
	}
}

// close closes the first open case of a receipt by hand; it gives the fields that refuse it.
func (h *lawHouse) close(committee registry.CommitteeID, receipt, on string) string {
	h.t.Helper()
	all, err := compliance.CasesOf(h.t.Context(), h.db, committee, receipt, civil.MustParse(on))
	if err != nil || len(all) == 0 {
		h.t.Fatalf("cases of %s: %d, %v", receipt, len(all), err)
	}
	return h.refusal(func(ctx context.Context, tx *sqlx.Tx) error {
		return compliance.ActOn(ctx, tx, compliance.CaseAct{Committee: committee, Case: all[0].ID, Kind: "closed", On: civil.MustParse(on), Text: "Settled otherwise"})
	})
}

func TestExcessCaseIsClosedByHandOnceNothingIsOver(t *testing.T) {
	t.Parallel()
	h := newLawHouse(t)
	one := h.got(gift{to: river, by: person(1), cents: 5000_00, on: "2026-03-01", change: byCard})
	two := h.got(gift{to: river, by: person(1), cents: 500_00, on: "2026-03-02", change: byCard})
	h.refund(river, one, "0001", 499_99, "2026-03-05", "")
	if got := h.close(river, two, "2026-03-10"); got != "kind" {
		t.Errorf("a cent over: the case is refused for %q, want kind", got)
	}
	h.lose(river, one, "dp_1", 5000_00)
	if got := h.close(river, two, "2026-03-21"); got != "" {
		t.Errorf("nothing is over: the case is refused for %q", got)
	}
	same(t, "cases", []string{"excessive 500.00 due 2026-05-01 closed"}, h.cases(river, two))
	// the limit is watched as before: what passes it later has a case of its own
	three := h.got(gift{to: river, by: person(1), cents: 5000_00, on: "2026-04-01", change: byCard})
	same(t, "cases of the next gift", []string{"excessive 500.00 due 2026-05-31"}, h.cases(river, three))
}

func TestCaseOfAForwardedEarmarkIsClosedByHand(t *testing.T) {
	t.Parallel()
	h := newLawHouse(t)
	id := h.got(gift{to: river, by: person(1), cents: 4000_00, on: "2026-03-01", change: func(r *compliance.Receipt) {
		r.Candidate, r.Election, r.Instrument = robin, "P", "card"
	}})
	if got := h.close(river, id, "2026-03-06"); got != "kind" {
		t.Errorf("while it is held the case is refused for %q, want kind", got)
	}
	h.in(func(ctx context.Context, tx *sqlx.Tx) error {
		return compliance.Forward(ctx, tx, compliance.Forwarded{
			Committee: river, ID: "F-0001", Candidate: robin, SentOn: civil.MustParse("2026-03-05"),
			HappenedAt: time.Date(2026, 3, 5, 12, 0, 0, 0, time.UTC), Method: "ACH", Receipts: []string{id},
		})
	})
	if got := h.close(river, id, "2026-03-06"); got != "" {
		t.Errorf("after it was forwarded the case is refused for %q", got)
	}
	all, err := compliance.CasesOf(t.Context(), h.db, river, id, civil.MustParse("2026-03-07"))
	if err != nil || len(all) != 1 || all[0].State != "closed" {
		t.Errorf("CasesOf = %+v, %v, want one that is closed", all, err)
	}
	// the excess is told once: the next gift has its own alone
	next := h.got(gift{to: river, by: person(1), cents: 10_00, on: "2026-03-08", change: func(r *compliance.Receipt) {
		r.Candidate, r.Election, r.Instrument = robin, "P", "card"
	}})
	if got := h.cases(river, next); len(got) != 1 {
		t.Errorf("cases of the next gift: %v, want its own", got)
	}
	if got := h.cases(river, id); len(got) != 1 {
		t.Errorf("cases of the forwarded gift: %v, want the closed one alone", got)
	}
}

func TestCandidateWhoIsNominatedAfterAllKeepsTheGeneralsMoney(t *testing.T) {
	t.Parallel()
	h := newLawHouse(t)
	id := h.got(gift{to: campaign, by: person(1), cents: 1000_00, on: "2026-08-01", change: for_("G")})
	result := func(o string) {
		h.in(func(ctx context.Context, tx *sqlx.Tx) error {
			_, err := compliance.RecordOutcome(ctx, tx, registry.Outcome{Candidate: robin, Election: "P", Outcome: o, On: civil.MustParse("2026-09-02"), Evidence: "The count"})
			return err
		})
	}
	open := func() (n int) {
		t.Helper()
		all, err := compliance.Cases(t.Context(), h.db, campaign, civil.MustParse("2026-09-05"))
		if err != nil {
			t.Fatal(err)
		}
		return len(all)
	}
	result("lost")
	if open() != 1 {
		t.Fatalf("a candidate who lost has %d open cases, want 1: %v", open(), h.cases(campaign, id))
	}
	if got := h.close(campaign, id, "2026-09-05"); got != "kind" {
		t.Errorf("the case is closed by hand: refused for %q, want kind", got)
	}
	result(registry.Nominated)
	if open() != 0 {
		t.Errorf("a candidate who is nominated has %d open cases: %v", open(), h.cases(campaign, id))
	}
	result("lost")
	if open() != 1 {
		t.Errorf("a candidate who lost after the recount has %d open cases, want 1", open())
	}
}

func TestRefundThatFailsOpensNoCaseThatProofSettled(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name  string
		proof bool
		again bool // a second doubt is open when the refund fails
		gone  money.Cents
		want  []string
	}{
		{name: "half settled", gone: 40_00, want: []string{"doubtful source 100.00 due 2026-03-31"}},
		{name: "settled by money", gone: 100_00, want: []string{"doubtful source 100.00 due 2026-03-31"}},
		{name: "settled by proof", gone: 40_00, proof: true, want: []string{"doubtful source 100.00 due 2026-03-31 closed"}},
		{name: "settled by proof and doubted again", gone: 40_00, proof: true, again: true, want: []string{
			"doubtful source 100.00 due 2026-03-31 closed", "doubtful source 60.00 left 100.00 due 2026-03-31",
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			h := newLawHouse(t)
			id := h.got(gift{to: river, by: person(1), cents: 100_00, on: "2026-03-01", change: byCard})
			doubt := func() (k string) {
				h.in(func(ctx context.Context, tx *sqlx.Tx) (err error) {
					k, err = compliance.Doubt(ctx, tx, river, id, "A card of another country", civil.MustParse("2026-03-02"))
					return err
				})
				return k
			}
			k := doubt()
			h.refund(river, id, "0001", c.gone, "2026-03-03", "")
			if c.proof {
				h.in(func(ctx context.Context, tx *sqlx.Tx) error {
					return compliance.ActOn(ctx, tx, compliance.CaseAct{Committee: river, Case: k, Kind: "proof", On: civil.MustParse("2026-03-05"), Text: "The passport was seen"})
				})
			}
			if c.again {
				doubt()
			}
			h.in(func(ctx context.Context, tx *sqlx.Tx) error {
				return compliance.FailRefund(ctx, tx, river, "re_0001", civil.MustParse("2026-03-20"), time.Date(2026, 3, 20, 12, 0, 0, 0, time.UTC))
			})
			same(t, "cases", sorted(c.want), sorted(h.cases(river, id)))
			h.proofs(river)
		})
	}
}
