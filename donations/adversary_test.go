package donations_test

import (
	"errors"
	"testing"
	"time"

	"github.com/jmoiron/sqlx"

	"dure/compliance"
	"dure/dev/house"
	"dure/dev/stripesim"
	"dure/money"
	"dure/pg"
)

// atTheDesk does something for the first committee, and gives what it was refused for.
func atTheDesk(t *testing.T, h *house.House, f func(tx *sqlx.Tx) error) *compliance.Refusal {
	t.Helper()
	err := pg.InTx(t.Context(), h.DB, "Rowan Whitfield", []string{string(house.Committee)}, f)
	var no *compliance.Refusal
	if err != nil && !errors.As(err, &no) {
		t.Fatal(err)
	}
	return no
}

// A refund that is decided, and that Stripe has not answered, is the giver's: nobody else gets that money meanwhile.
func TestWhatStripeIsAskedToGiveBackGoesNowhereElse(t *testing.T) {
	t.Parallel()
	h := house.New(t)
	earmarked := settled(t, h, house.ToCandidate, 10000, "Dorian")
	own := settled(t, h, house.ToCommittee, 10000, "Esme")
	if err := h.Sim.SetFaults(stripesim.Faults{FailAPI: 1}); err != nil {
		t.Fatal(err)
	}
	refund(t, h, earmarked, 4000)
	refund(t, h, own, 4000)
	if _, err := h.Accounts.Sweep(t.Context(), h.Sim.Now(), 16); err != nil {
		t.Fatal(err)
	}
	forward := func(tx *sqlx.Tx) error {
		return compliance.Forward(t.Context(), tx, compliance.Forwarded{
			Committee: house.Committee, ID: pg.NewID('F'), Candidate: house.Candidate, SentOn: h.Today(), HappenedAt: h.Sim.Now(), Method: "ACH",
			Receipts: []string{string(earmarked.ID)},
		})
	}
	back := func(cents money.Cents) func(tx *sqlx.Tx) error {
		return func(tx *sqlx.Tx) error {
			return compliance.GiveBack(t.Context(), tx, compliance.Refund{Committee: house.Committee, Receipt: string(own.ID), Cents: cents, RefundedOn: h.Today(), HappenedAt: h.Sim.Now()})
		}
	}
	disgorge := func(cents money.Cents) func(tx *sqlx.Tx) error {
		return func(tx *sqlx.Tx) error {
			return compliance.Disgorge(t.Context(), tx, compliance.Disgorgement{
				Committee: house.Committee, Receipt: string(own.ID), Cents: cents, PaidOn: h.Today(), HappenedAt: h.Sim.Now(), Method: "check 7", Reason: "the giver is unknown",
			})
		}
	}
	if no := atTheDesk(t, h, forward); no == nil || no.Findings[0].Field != "receipts" {
		t.Errorf("what is on its way back is forwarded: %v", no)
	}
	if no := atTheDesk(t, h, back(6001)); no == nil || no.Findings[0].Room != 6000 {
		t.Errorf("what is on its way back goes back by check as well: %v", no)
	}
	if no := atTheDesk(t, h, disgorge(6001)); no == nil || no.Findings[0].Room != 6000 {
		t.Errorf("what is on its way back goes to the Treasury: %v", no)
	}
	if no := atTheDesk(t, h, back(1000)); no != nil {
		t.Errorf("a part of the rest is not given back by check: %v", no)
	}
	if no := atTheDesk(t, h, disgorge(5000)); no != nil {
		t.Errorf("the rest does not go to the Treasury: %v", no)
	}
	if err := h.Sim.SetFaults(stripesim.Faults{}); err != nil {
		t.Fatal(err)
	}
	h.Advance(20 * time.Minute)
	h.Quiet()
	if no := atTheDesk(t, h, forward); no != nil {
		t.Errorf("the rest is not forwarded once the refund is booked: %v", no)
	}
	var sent money.Cents
	if err := h.DB.Get(&sent, `select cents from forward_items`); err != nil || sent != 6000 {
		t.Errorf("%v was forwarded, %v; want $60.00", sent, err)
	}
	proved(t, h)
}

// What a bank has taken in a dispute is not given back by check as well.
func TestWhatIsDisputedIsNotGivenBackByCheck(t *testing.T) {
	t.Parallel()
	h := house.New(t)
	g := settled(t, h, house.ToCommittee, 10000, "Fenn")
	ordered(t, h, h.Sim.Dispute, stripesim.DisputeOrder{Charge: g.Charge})
	no := atTheDesk(t, h, func(tx *sqlx.Tx) error {
		return compliance.GiveBack(t.Context(), tx, compliance.Refund{Committee: house.Committee, Receipt: string(g.ID), Cents: 10000, RefundedOn: h.Today(), HappenedAt: h.Sim.Now()})
	})
	if no == nil {
		t.Error("a disputed gift is given back by check")
	}
	proved(t, h)
}
