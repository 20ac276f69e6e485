package compliance_test

import (
	"context"
	"testing"
	"time"

	"github.com/jmoiron/sqlx"

	"dure/civil"
	"dure/compliance"
	"dure/registry"
)

// What a person discovered and what the law says of the giver's kind are about the same money: one refund settles both.
func TestTwoReasonsAgainstTheSameMoneyAreSettledByOneRefund(t *testing.T) {
	t.Parallel()
	h := newLawHouse(t)
	id := h.got(gift{to: river, by: person(1), cents: 50_00, on: "2026-03-01", change: byCheck})
	h.in(func(ctx context.Context, tx *sqlx.Tx) error {
		if _, err := compliance.Discover(ctx, tx, river, id, "another's money", civil.MustParse("2026-03-10")); err != nil {
			return err
		}
		_, err := compliance.CorrectKind(ctx, tx, compliance.KindCorrection{
			Committee: river, Receipt: id, Kind: registry.Corporation, On: civil.MustParse("2026-03-12"), Evidence: "the check's print",
		})
		return err
	})
	h.refund(river, id, "0001", 20_00, "2026-03-15", "")
	same(t, "after a part", []string{"unlawful source 50.00 left 30.00 due 2026-04-09", "unlawful source 50.00 left 30.00 due 2026-04-11"}, h.cases(river, id))
	h.refund(river, id, "0002", 30_00, "2026-03-16", "")
	same(t, "after the rest", []string{"unlawful source 50.00 due 2026-04-09 closed", "unlawful source 50.00 due 2026-04-11 closed"}, h.cases(river, id))
	h.fail(river, "0002", "2026-03-20")
	same(t, "the rest came back", []string{"unlawful source 50.00 left 30.00 due 2026-04-09", "unlawful source 50.00 left 30.00 due 2026-04-11"}, h.cases(river, id))
	h.disgorge(river, id, 30_00)
	same(t, "and went to the Treasury", []string{"unlawful source 50.00 due 2026-04-09 closed", "unlawful source 50.00 due 2026-04-11 closed"}, h.cases(river, id))
	h.proofs(river)
}

// fail lets a refund come back on a day.
func (h *lawHouse) fail(committee registry.CommitteeID, id, on string) {
	h.t.Helper()
	h.in(func(ctx context.Context, tx *sqlx.Tx) error {
		return compliance.FailRefund(ctx, tx, committee, "re_"+id, civil.MustParse(on), civil.MustParse(on).Midnight().Add(12*time.Hour))
	})
}

// A bank that takes the whole charge after a part was refunded has taken that part as well: where that refund then does not arrive,
// nothing is here again, and nothing counts.
func TestRefundThatFailsAfterTheWholeWasLostBringsNothingBack(t *testing.T) {
	t.Parallel()
	h := newLawHouse(t)
	before := h.got(gift{to: campaign, by: person(1), cents: 3000_00, on: "2026-02-01", change: byCard})
	id := h.got(gift{to: campaign, by: person(1), cents: 1000_00, on: "2026-03-01", change: byCard})
	same(t, "over", []string{"excessive 500.00 for P due 2026-04-30"}, h.cases(campaign, id))
	h.refund(campaign, id, "0001", 600_00, "2026-03-05", "")
	same(t, "a part back", []string{"excessive 500.00 for P due 2026-04-30 closed"}, h.cases(campaign, id))
	h.lose(campaign, id, "dp_1", 1000_00)
	same(t, "it counts", []string{}, h.counts(id))
	h.fail(campaign, "0001", "2026-05-04")
	same(t, "it counts, as nothing of it is here", []string{}, h.counts(id))
	same(t, "nothing is to be cured", []string{"excessive 500.00 for P due 2026-04-30 closed"}, h.cases(campaign, id))
	if known := h.known(campaign, person(1)); known != 3000_00 {
		t.Errorf("known of the giver: %v, want the $3,000.00 of %s", known, before)
	}
	h.proofs(campaign)
}

// The same of a check of two: what came back is nobody's.
func TestRefundOfASharedCheckThatFailsAfterTheWholeWasLost(t *testing.T) {
	t.Parallel()
	h := newLawHouse(t)
	id := h.got(gift{to: river, by: person(1), cents: 100_00, on: "2026-03-01", change: byCheck})
	h.in(func(ctx context.Context, tx *sqlx.Tx) error {
		return compliance.AttributeEqually(ctx, tx, river, id, civil.MustParse("2026-03-02"), []registry.Contributor{person(2)})
	})
	h.refund(river, id, "0001", 70_00, "2026-03-05", "")
	h.lose(river, id, "dp_1", 100_00)
	h.fail(river, "0001", "2026-05-04")
	for n := range 2 {
		if known := h.known(river, person(n+1)); known != 0 {
			t.Errorf("known of giver %d: %v, want nothing", n+1, known)
		}
	}
	h.proofs(river)
}
