package donations_test

import (
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net/http"
	"testing"
	"time"

	"dure/dev/house"
	"dure/dev/stripesim"
	"dure/donations"
	"dure/money"
	"dure/webhooks"
)

// history is a random one: what givers, a treasurer, Stripe's dashboard and banks do, in any order.
type history struct {
	*house.House
	t     *testing.T
	rng   *rand.Rand
	gifts []donations.Gift
	open  []string // disputes
	paid  []string // payouts
	n     int
}

// step does one thing; what can't be done now is refused, and nothing happened.
func (w *history) step() {
	any := func() donations.Gift { return w.Gift(w.gifts[w.rng.IntN(len(w.gifts))].ID) }
	of := w.Sim.AccountID(account)
	switch n := w.rng.IntN(20); {
	case n < 8 || len(w.gifts) == 0:
		w.n++
		g, err := w.Give(w.Pledge([]string{house.ToCommittee, house.ToCandidate}[w.rng.IntN(2)], money.Cents(500+w.rng.IntN(9000)),
			house.By(fmt.Sprintf("Giver%c%c", 'a'+w.n/26, 'a'+w.n%26))))
		if err != nil { // Stripe failed: the gift waits
			return
		}
		w.gifts = append(w.gifts, g)
		for _, card := range [][]string{{house.Good}, {house.Good}, {house.Good}, {"5105105105105100"}, {"4000000000000002", house.Good}, {"4000000000000002"}, {}}[w.rng.IntN(7)] {
			w.Pay(g, card)
		}
	case n < 10:
		_, _ = w.Sim.Refund(stripesim.RefundOrder{Charge: any().Charge, Amount: int64(w.rng.IntN(3) * 100), Fail: w.rng.IntN(3) == 0})
	case n < 12:
		if id, err := w.Sim.Dispute(stripesim.DisputeOrder{Charge: any().Charge, Inquiry: w.rng.IntN(4) == 0}); err == nil {
			w.open = append(w.open, id)
		}
	case n < 14 && len(w.open) > 0:
		_, _ = w.Sim.Dispute(stripesim.DisputeOrder{Dispute: w.open[w.rng.IntN(len(w.open))], Outcome: []string{"won", "lost"}[w.rng.IntN(2)]})
	case n < 15:
		if id, err := w.Sim.Payout(stripesim.PayoutOrder{Account: of, Manual: true, Amount: int64(1 + w.rng.IntN(3000)), Fail: w.rng.IntN(4) == 0, DaysLate: w.rng.IntN(3)}); err == nil {
			w.paid = append(w.paid, id)
		}
	case n < 16 && len(w.paid) > 0:
		_, _ = w.Sim.Payout(stripesim.PayoutOrder{Payout: w.paid[w.rng.IntN(len(w.paid))], Fail: true})
	case n < 17:
		g := any()
		_ = donations.Refund(w.t.Context(), w.DB, w.Sim.Now(), "Rowan Whitfield", house.Committee, g.ID, 100)
	case n < 18:
		_ = donations.Decide(w.t.Context(), w.DB, w.Sim.Now(), "Rowan Whitfield", house.Committee, any().ID, w.rng.IntN(2) == 0, "they showed a passport")
	default:
		w.Advance(time.Duration(w.rng.IntN(30*60)) * time.Minute)
	}
}

// work applies what came and makes some of the calls that are owed; what fails stays.
func (w *history) work() {
	ctx, cancel := context.WithTimeout(w.t.Context(), 30*time.Second)
	defer cancel()
	_ = w.Sim.Settle(ctx)
	for range w.rng.IntN(4) {
		if _, err := webhooks.Sweep(ctx, w.DB, w.Sim.Now()); err != nil {
			w.t.Fatal(err)
		}
		if _, err := w.Accounts.Sweep(ctx, w.Sim.Now(), 32); err != nil {
			w.t.Fatal(err)
		}
	}
}

// TestAnyHistoryIsReconciled plays random histories while half the events are dropped and Stripe fails. Whatever happened, one
// reconcile finds a name for every difference, both balances part by the named items alone, and each of Stripe's charges is in one state.
func TestAnyHistoryIsReconciled(t *testing.T) {
	t.Parallel()
	for _, seed := range []uint64{1, 2, rand.Uint64()} {
		t.Run(fmt.Sprint("seed ", seed), func(t *testing.T) {
			t.Parallel()
			w := &history{House: house.New(t), t: t, rng: rand.New(rand.NewPCG(seed, 5))}
			if err := w.Sim.SetFaults(stripesim.Faults{Drop: 0.5, Duplicate: 0.2, Shuffle: true, FailAPI: 0.05, Seed: seed}); err != nil {
				t.Fatal(err)
			}
			for i := range 60 {
				w.step()
				w.work()
				if i%20 == 19 {
					w.reconciled()
				}
			}
			w.reconciled()
			proved(t, w.House)
		})
	}
}

func (w *history) reconciled() {
	w.t.Helper()
	for range 3 { // what was learned may owe a call, whose answer is learned in its turn
		reconciled(w.t, w.House, donations.Asking{Hear: hearing(w.House)})
		w.Quiet()
	}
	r := reconciled(w.t, w.House, donations.Asking{Hear: hearing(w.House)})
	addsUp(w.t, r)
	for _, u := range r.Unexplained {
		w.t.Errorf("unexplained: %s %v, gift %s, books %v, Stripe %v: %s", u.What, u.IDs, u.Gift, u.Books, u.Stripe, u.Do)
	}
	counted := 0
	for _, c := range r.Charges {
		if c.State == "nobody's" {
			w.t.Errorf("%d charges are nobody's", c.Count)
		}
		counted += c.Count
	}
	if there := w.charges(); counted != there {
		w.t.Errorf("%d charges have a state, Stripe has %d: %+v", counted, there, r.Charges)
	}
}

// charges counts those that the simulator has.
func (w *history) charges() int {
	w.t.Helper()
	res, err := http.Get(w.SimURL + "/_sim/state")
	if err != nil {
		w.t.Fatal(err)
	}
	defer res.Body.Close()
	var state struct{ Accounts []struct{ Charges []any } }
	if err := json.NewDecoder(res.Body).Decode(&state); err != nil {
		w.t.Fatal(err)
	}
	n := 0
	for _, a := range state.Accounts {
		n += len(a.Charges)
	}
	return n
}
