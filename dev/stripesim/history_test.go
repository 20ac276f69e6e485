package stripesim_test

import (
	"fmt"
	"math/rand/v2"
	"net/http/httptest"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"dure/dev/stripesim"

	"github.com/stripe/stripe-go/v79"
)

// TestMoneyIsConserved lets refunds, failures, disputes, verdicts, payouts and days follow one another by chance. Whatever
// happened: the balance is the sum of its transactions, each payout the sum of its members, no transaction is paid out
// twice, no charge gives back more than it took, and every object is one of Stripe's.
func TestMoneyIsConserved(t *testing.T) {
	t.Parallel()
	for seed := range uint64(4) {
		t.Logf("seed %d", seed)
		h := start(t, stripesim.Options{})
		dice := rand.New(rand.NewPCG(seed, 3))
		cards := []string{visa, "4000000000000077", "4000000000000259", "4000000000001976", "4000000000005126", "4000000000007726"}
		var charges, refunds, disputes, payouts []string
		pick := func(ids []string) string {
			if len(ids) == 0 {
				return "none"
			}
			return ids[dice.IntN(len(ids))]
		}
		done := map[string]int{}
		for range 60 {
			kind, id, err := "", "", error(nil)
			switch n := dice.IntN(10); {
			case n < 3:
				kind, id = "gift", h.pay(h.open(500+dice.Int64N(5000), "automatic").ID, pick(cards)).Charge
				charges = append(charges, id)
			case n < 5:
				kind = "refund"
				if id, err = h.Refund(stripesim.RefundOrder{Charge: pick(charges), Amount: dice.Int64N(3) * 300, Fail: dice.IntN(4) == 0}); err == nil {
					refunds = append(refunds, id)
				}
			case n < 6:
				kind = "dispute"
				if id, err = h.Dispute(stripesim.DisputeOrder{Charge: pick(charges), Inquiry: dice.IntN(3) == 0}); err == nil {
					disputes = append(disputes, id)
				}
			case n < 7:
				kind = "verdict"
				_, err = h.Dispute(stripesim.DisputeOrder{Dispute: pick(disputes), Outcome: []string{"won", "lost", "escalated"}[dice.IntN(3)]})
			case n < 8:
				kind = "failure"
				if dice.IntN(2) == 0 {
					_, err = h.Refund(stripesim.RefundOrder{Refund: pick(refunds), Fail: true})
				} else {
					_, err = h.Payout(stripesim.PayoutOrder{Payout: pick(payouts), Fail: true})
				}
			case n < 9:
				kind = "payout"
				if id, err = h.Payout(stripesim.PayoutOrder{Fail: dice.IntN(5) == 0, DaysLate: dice.IntN(2)}); err == nil {
					payouts = append(payouts, id)
				}
			default:
				kind = "days"
				_, err = h.Advance(time.Duration(1+dice.IntN(3)) * 24 * time.Hour)
			}
			if err == nil {
				done[kind]++
			}
		}
		if _, err := h.Advance(48 * time.Hour); err != nil {
			t.Fatal(err)
		}
		h.told()
		t.Logf("what was done: %v", done)
		h.balances()
		owner := map[string]string{}
		for _, id := range payouts {
			h.reconciles(id)
			for _, txn := range h.transactions(&stripe.BalanceTransactionListParams{Payout: &id}) {
				if owner[txn.ID] != "" {
					t.Errorf("%s was paid out by %s and by %s", txn.ID, owner[txn.ID], id)
				}
				owner[txn.ID] = id
			}
		}
		for _, id := range charges {
			c, back := h.charge(id), int64(0)
			list := h.api.Refunds.List(&stripe.RefundListParams{Charge: &id})
			for list.Next() {
				if r := list.Refund(); r.Status != "failed" {
					back += r.Amount
				}
			}
			if list.Err() != nil || back != c.AmountRefunded || back > c.Amount || c.Refunded != (back == c.Amount) {
				t.Errorf("%s of %d: its refunds make %d, it tells %d, whole %v (%v)", id, c.Amount, back, c.AmountRefunded, c.Refunded, list.Err())
			}
		}
		if done["refund"] == 0 || done["payout"] == 0 || done["dispute"] == 0 {
			t.Errorf("seed %d tried too little: %v", seed, done)
		}
	}
}

// TestRefundsAndADisputeMeetOnOneCharge has many refunds and a bank's dispute race for the same money.
func TestRefundsAndADisputeMeetOnOneCharge(t *testing.T) {
	t.Parallel()
	for round := range 8 {
		h := start(t, stripesim.Options{Seed: uint64(100 + round)})
		out := h.captured(1000, visa)
		var crowd sync.WaitGroup
		var mu sync.Mutex
		var refunded int64
		wrong := map[string]int{}
		dispute := ""
		for i := range 12 {
			crowd.Go(func() {
				if i == round {
					id, err := h.Dispute(stripesim.DisputeOrder{Charge: out.Charge})
					mu.Lock()
					defer mu.Unlock()
					if dispute = id; err != nil {
						wrong[err.Error()]++
					}
					return
				}
				p := &stripe.RefundParams{Charge: &out.Charge, Amount: stripe.Int64(300)}
				p.SetIdempotencyKey(fmt.Sprintf("g_1-refund-%d", i/2)) // two at once under each key
				r, err := h.api.Refunds.New(p)
				mu.Lock()
				defer mu.Unlock()
				var refused *stripe.Error
				switch {
				case err == nil && r.Amount == 300:
					refunded++
				case asStripe(err, &refused) && (refused.Code == stripe.ErrorCodeChargeDisputed || refused.HTTPStatusCode == 409 || refused.Param == "amount"):
				default:
					wrong[fmt.Sprint(err)]++
				}
			})
		}
		crowd.Wait()
		if len(wrong) != 0 || dispute == "" {
			t.Errorf("round %d: %v; the dispute is %q", round, wrong, dispute)
			continue
		}
		c, d := h.charge(out.Charge), h.disputeNow(dispute)
		if c.AmountRefunded%300 != 0 || c.AmountRefunded > 900 || d.Amount != 1000-c.AmountRefunded || !c.Disputed {
			t.Errorf("round %d: %d refunded and %d disputed of 1000", round, c.AmountRefunded, d.Amount)
		}
		if want := int64(1000-59) - c.AmountRefunded - d.Amount - 1500; h.worth() != want {
			t.Errorf("round %d: the account is worth %d, want %d", round, h.worth(), want)
		}
		h.told("charge.dispute.funds_withdrawn")
	}
}

func TestReturnsOutliveARestart(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "state.json")
	first, err := stripesim.New(stripesim.Options{Seed: 21, StatePath: path, SettleAfter: time.Hour})
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(first)
	api := apiClient(server.URL, secretKey)
	first.AddEndpoint(secretKey, "http://127.0.0.1:1/nobody", whsec)
	pay := func(number string) string {
		c, err := api.CheckoutSessions.New(gift(1000, "automatic"))
		if err != nil {
			t.Fatal(err)
		}
		out, err := first.Pay(c.ID, stripesim.TestCard(number))
		if err != nil {
			t.Fatal(err)
		}
		return out.Charge
	}
	atOnce, failing, disputing, answered := pay("4000000000000077"), pay("4000000000005126"), pay("4000000000000259"), pay(visa)
	key := &stripe.RefundParams{Charge: &failing}
	key.SetIdempotencyKey("g_1-refund")
	refund, err := api.Refunds.New(key)
	if err != nil {
		t.Fatal(err)
	}
	part, err := first.Refund(stripesim.RefundOrder{Charge: atOnce, Amount: 300})
	if err != nil {
		t.Fatal(err)
	}
	won, err := first.Dispute(stripesim.DisputeOrder{Charge: answered})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := api.Disputes.Update(won, &stripe.DisputeParams{Evidence: &stripe.DisputeEvidenceParams{UncategorizedText: stripe.String("winning_evidence")}}); err != nil {
		t.Fatal(err)
	}
	// What the dispute took is more than what is there: no payout before more comes in.
	for range 3 {
		if _, err := first.Refund(stripesim.RefundOrder{Charge: pay("4000000000000077"), Amount: 50}); err != nil {
			t.Fatal(err)
		}
	}
	late, err := first.Payout(stripesim.PayoutOrder{DaysLate: 3})
	if err != nil {
		t.Fatal(err)
	}
	server.Close()
	if err := first.Close(); err != nil {
		t.Fatal(err)
	}

	h := start(t, stripesim.Options{Seed: 21, StatePath: path})
	again, err := h.api.Refunds.New(key)
	if err != nil || again.ID != refund.ID || again.LastResponse.Header.Get("Idempotent-Replayed") != "true" {
		t.Errorf("the refund repeated after the restart = %v, %v, want its stored answer", again, err)
	}
	if p := h.payoutNow(late); p.Status != "in_transit" {
		t.Errorf("the late payout after the restart is %s", p.Status)
	}
	h.arrived()
	if r, err := h.api.Refunds.Get(refund.ID, nil); err != nil || r.Status != "failed" || h.charge(failing).AmountRefunded != 0 {
		t.Errorf("the refund that was to fail = %+v, %v", r, err)
	}
	if d := h.disputed(disputing); d.Status != "needs_response" {
		t.Errorf("the dispute that was to come = %+v", d)
	}
	if d := h.disputeNow(won); d.Status != "won" || len(d.BalanceTransactions) != 2 {
		t.Errorf("the dispute that was answered = %+v", d)
	}
	if h.charge(atOnce).AmountRefunded != 300 {
		t.Errorf("the charge of %s lost it", part)
	}
	if _, err := h.Advance(4 * 24 * time.Hour); err != nil {
		t.Fatal(err)
	}
	h.arrived()
	if p := h.payoutNow(late); p.Status != "paid" {
		t.Errorf("the late payout four days later is %s", p.Status)
	}
	h.reconciles(late)
	h.balances()
	h.told("refund.updated", "charge.dispute.closed", "charge.dispute.funds_reinstated", "payout.paid", "payout.reconciliation_completed")
}

// TestWhatWasToComeGivesWayToWhatCame has the doors forestall what a card, evidence or a late payout was to bring.
func TestWhatWasToComeGivesWayToWhatCame(t *testing.T) {
	t.Parallel()
	h := start(t, stripesim.Options{SettleAfter: time.Hour})
	pending, asked := h.pay(h.open(1000, "automatic").ID, "4000000000007726"), h.pay(h.open(1000, "automatic").ID, visa)
	h.pay(h.open(1000, "automatic").ID, "4000000000000077")
	h.arrived()

	refund := h.refundCall(&stripe.RefundParams{Charge: &pending.Charge})
	if _, err := h.Refund(stripesim.RefundOrder{Refund: refund.ID, Fail: true}); err != nil {
		t.Fatal(err)
	}
	inquiry, err := h.Dispute(stripesim.DisputeOrder{Charge: asked.Charge, Amount: 500, Inquiry: true})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := h.api.Disputes.Update(inquiry, &stripe.DisputeParams{Evidence: &stripe.DisputeEvidenceParams{UncategorizedText: stripe.String("losing_evidence")}}); err != nil {
		t.Fatal(err)
	}
	late, err := h.Payout(stripesim.PayoutOrder{DaysLate: 2})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := h.Payout(stripesim.PayoutOrder{Payout: late, Fail: true}); err != nil {
		t.Fatal(err)
	}
	if _, err := h.Dispute(stripesim.DisputeOrder{Dispute: inquiry, Outcome: "escalated"}); err != nil {
		t.Fatal(err)
	}
	h.arrived()
	n := len(h.types())
	if _, err := h.Advance(3 * 24 * time.Hour); err != nil {
		t.Fatal(err)
	}
	if got := h.since(n); len(got) != 0 {
		t.Errorf("events that came all the same: %v", got)
	}
	r, err := h.api.Refunds.Get(refund.ID, nil)
	if err != nil || r.Status != "failed" {
		t.Errorf("the pending refund that failed is %+v, %v", r, err)
	}
	if d := h.disputeNow(inquiry); d.Status != "needs_response" {
		t.Errorf("the inquiry that escalated is %s", d.Status)
	}
	if p := h.payoutNow(late); p.Status != "failed" {
		t.Errorf("the late payout that failed is %s", p.Status)
	}
	h.reconciles(late)
	failed := 0
	for _, kind := range h.types() {
		if kind == "payout.failed" || kind == "refund.updated" {
			failed++
		}
	}
	if failed != 2 {
		t.Errorf("failures told %d times, want once each", failed)
	}
	h.balances()
}
