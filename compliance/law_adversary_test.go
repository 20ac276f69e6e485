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
