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

func TestRefundSettlesCasesAndComesBackWhereItFails(t *testing.T) {
	t.Parallel()
	h := newLawHouse(t)
	refund := func(to registry.CommitteeID, receipt, id string, cents money.Cents, on string) {
		t.Helper()
		h.in(func(ctx context.Context, tx *sqlx.Tx) error {
			return compliance.RecordRefund(ctx, tx, compliance.Refund{
				Committee: to, ID: "X-" + id, Receipt: receipt, Cents: cents, RefundedOn: civil.MustParse(on), HappenedAt: time.Date(2026, 4, 1, 12, 0, 0, 0, time.UTC), StripeRefund: "re_" + id,
			})
		})
	}
	card := func(r *compliance.Receipt) { r.Instrument = "card" }
	id := h.got(gift{to: campaign, by: person(1), cents: 4000_00, on: "2026-03-01", change: card}) // S21 with 500
	same(t, "over", []string{"excessive 500.00 for P due 2026-04-30"}, h.cases(campaign, id))
	refund(campaign, id, "0001", 200_00, "2026-04-01")
	same(t, "a part back", []string{"excessive 500.00 left 300.00 for P due 2026-04-30"}, h.cases(campaign, id))
	refund(campaign, id, "0002", 300_00, "2026-04-30")
	same(t, "the rest back", []string{"excessive 500.00 for P due 2026-04-30 closed"}, h.cases(campaign, id))
	same(t, "it counts", []string{"P 3500.00 default"}, h.counts(id))
	h.in(func(ctx context.Context, tx *sqlx.Tx) error {
		return compliance.FailRefund(ctx, tx, campaign, "re_0002", civil.MustParse("2026-05-04"), time.Date(2026, 5, 4, 12, 0, 0, 0, time.UTC))
	})
	same(t, "the bank sent it back", []string{"excessive 500.00 left 300.00 for P due 2026-04-30"}, h.cases(campaign, id))
	same(t, "it counts again", []string{"P 3800.00 default"}, h.counts(id))

	for _, c := range []struct {
		by   registry.Contributor
		line string
	}{
		{person(2), "28(a)"},
		{bodyOf(registry.Partnership, "SAMPLE PARTNERS"), "28(a)"},
		{body("PTY", "C00999406", "SAMPLE PARTY"), "28(b)"},
		{body("PAC", "C00999401", "OTHER SAMPLE PAC"), "28(c)"},
		{body("CCM", "C00999404", "OTHER SAMPLE FOR CONGRESS"), "28(c)"},
	} {
		r := h.got(gift{to: river, by: c.by, cents: 90_00, on: "2026-03-01", change: card})
		refund(river, r, "B"+r[2:], 40_00, "2026-04-02")
		var line string
		const fed = `select l.feeds from ledger_entries e join ledger_lines l on l.committee = e.committee and l.entry = e.id where e.source = $1 and l.feeds <> ''`
		if err := h.db.GetContext(t.Context(), &line, fed, "refund:X-B"+r[2:]); err != nil || line != c.line {
			t.Errorf("a refund to %s feeds %s, %v, want %s", c.by.Name(), line, err, c.line)
		}
	}
	h.proofs(campaign, river)
}

func TestEachPaybackAfterForwardingHasItsCase(t *testing.T) {
	t.Parallel()
	h := newLawHouse(t)
	id := h.got(gift{to: river, by: person(1), cents: 200_00, on: "2026-03-01", change: func(r *compliance.Receipt) {
		r.Candidate, r.Election, r.Recipient, r.Instrument = robin, "P", "ROBIN SAMPLE FOR CONGRESS", "card"
	}})
	h.in(func(ctx context.Context, tx *sqlx.Tx) error {
		return compliance.Forward(ctx, tx, compliance.Forwarded{
			Committee: river, ID: "F-01", Candidate: robin, SentOn: civil.MustParse("2026-03-05"), HappenedAt: time.Date(2026, 3, 5, 12, 0, 0, 0, time.UTC), Method: "check 9", Receipts: []string{id},
		})
	})
	for _, n := range []string{"1", "2"} {
		h.in(func(ctx context.Context, tx *sqlx.Tx) error {
			return compliance.RecordRefund(ctx, tx, compliance.Refund{
				Committee: river, ID: "X-00" + n, Receipt: id, Cents: 50_00, RefundedOn: civil.MustParse("2026-04-0" + n), HappenedAt: time.Date(2026, 4, 1, 12, 0, 0, 0, time.UTC), StripeRefund: "re_" + n,
			})
		})
	}
	same(t, "cases", []string{"paid back after forwarding 50.00 due 2026-05-31", "paid back after forwarding 50.00 due 2026-06-01"}, h.cases(river, id))

	// What the campaign then enters as come through this conduit counts once.
	through := func(r *compliance.Receipt) { r.ThroughCommittee, r.ThroughReceipt, r.Election = river, id, "P" }
	entered := h.got(gift{to: campaign, by: person(1), cents: 200_00, on: "2026-03-01", received: "2026-03-08", change: through})
	same(t, "it counts for", []string{"P 200.00 contributor"}, h.counts(entered))
	room, _, err := compliance.Screen(t.Context(), h.db, compliance.Proposal{Committee: campaign, Person: h.person(person(1)), Kind: registry.Individual, Election: "P", Made: civil.MustParse("2026-05-01")})
	if err != nil || room.Known != 100_00 {
		t.Errorf("known to be given for the primary = %s, %v, want $100.00: 200 through the conduit, less 100 paid back", room.Known, err)
	}
	got := h.refusal(func(ctx context.Context, tx *sqlx.Tx) error {
		_, err := h.receive(ctx, tx, gift{to: campaign, by: person(1), cents: 200_00, on: "2026-03-01", change: func(r *compliance.Receipt) { through(r); r.ThroughReceipt = "R-9999" }})
		return err
	})
	if got != "through" {
		t.Errorf("a receipt through no such gift is refused for %q, want through", got)
	}
}

func TestGeneralElectionMoneyOfACandidateWhoLostIsCuredInTime(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name   string
		debts  money.Cents
		on     string // sixty days after the primary is 31 October
		refuse string
	}{
		{"to the primary's debts, on the last day", 3500_00, "2026-10-31", ""},
		{"to the primary's debts, a day late", 3500_00, "2026-11-01", "on"},
		{"more than the primary's debts", 3499_99, "2026-10-31", "cents"},
	} {
		h := newLawHouse(t)
		id := h.got(gift{to: campaign, by: person(1), cents: 3500_00, on: "2026-03-01", change: for_("G")})
		h.in(func(ctx context.Context, tx *sqlx.Tx) error {
			_, err := compliance.RecordOutcome(ctx, tx, registry.Outcome{Candidate: robin, Election: "P", Outcome: registry.Lost, On: civil.MustParse("2026-09-01")})
			if err != nil {
				return err
			}
			return compliance.AttestNetDebts(ctx, tx, compliance.NetDebts{Candidate: robin, Election: "P", AsOf: civil.MustParse("2026-09-05"), Parts: compliance.DebtParts{Unpaid: c.debts}, Evidence: "memo"})
		})
		back := compliance.Redesignation{Committee: campaign, Receipt: id, From: "G", To: "P", Cents: 3500_00, On: civil.MustParse(c.on), Evidence: "letter 4"}
		if got := h.refusal(func(ctx context.Context, tx *sqlx.Tx) error { return compliance.Redesignate(ctx, tx, back) }); got != c.refuse {
			t.Errorf("%s: Redesignate is refused for %q, want %q", c.name, got, c.refuse)
		}
	}
	h := newLawHouse(t)
	id := h.got(gift{to: campaign, by: person(1), cents: 3500_00, on: "2026-03-01", change: for_("G")})
	h.in(func(ctx context.Context, tx *sqlx.Tx) error {
		_, err := compliance.RecordOutcome(ctx, tx, registry.Outcome{Candidate: robin, Election: "P", Outcome: registry.Withdrew, On: civil.MustParse("2026-09-01")})
		return err
	})
	h.in(func(ctx context.Context, tx *sqlx.Tx) error {
		return compliance.RecordRefund(ctx, tx, compliance.Refund{Committee: campaign, ID: "X-0001", Receipt: id, Cents: 3500_00, RefundedOn: civil.MustParse("2026-11-05"), HappenedAt: time.Date(2026, 11, 5, 12, 0, 0, 0, time.UTC)})
	})
	same(t, "after a refund, late as it is", []string{"general lost 3500.00 for G due 2026-10-31 closed"}, h.cases(campaign, id))
	all, err := compliance.CasesOf(t.Context(), h.db, campaign, id, civil.MustParse("2026-11-05"))
	if err != nil {
		t.Fatal(err)
	}
	acts, err := compliance.CaseActs(t.Context(), h.db, campaign, all[0].ID)
	if err != nil || len(acts) != 2 || acts[0].Text != "After the day on which it was due, 2026-10-31" {
		t.Errorf("acts of a late refund = %+v, %v, want one that says it is late", acts, err)
	}
	h.proofs(campaign)
}
