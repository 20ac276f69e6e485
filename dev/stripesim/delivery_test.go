package stripesim_test

import (
	"fmt"
	"net/http"
	"slices"
	"sync"
	"testing"
	"time"

	"dure/dev/stripesim"

	"github.com/google/go-cmp/cmp"
	"github.com/stripe/stripe-go/v79"
	"github.com/stripe/stripe-go/v79/webhook"
)

func TestDeliveriesAreSignedNow(t *testing.T) {
	t.Parallel()
	payload, at := []byte(`{"id":"evt_1"}`), time.Now()
	for _, c := range []struct {
		name   string
		header string
		good   bool
	}{
		{"now", stripesim.Sign(whsec, at, payload), true},
		{"six minutes ago", stripesim.Sign(whsec, at.Add(-6*time.Minute), payload), false},
		{"with another secret", stripesim.Sign("whsec_other", at, payload), false},
		{"of another payload", stripesim.Sign(whsec, at, []byte(`{}`)), false},
	} {
		if err := webhook.ValidatePayload(payload, c.header, whsec); (err == nil) != c.good {
			t.Errorf("ValidatePayload of a signature %s = %v, want good: %v", c.name, err, c.good)
		}
	}
}

func TestFailedDeliveryIsRepeatedWithAFreshSignature(t *testing.T) {
	t.Parallel()
	h := start(t, stripesim.Options{Backoff: []time.Duration{time.Second, time.Second, time.Second}})
	h.mail.answer = func(n int) int {
		switch n {
		case 1:
			return http.StatusInternalServerError
		case 2:
			return http.StatusFound // a redirect is a failure as well
		}
		return http.StatusOK
	}
	c := h.open(1000, "manual")
	if _, err := h.api.CheckoutSessions.Expire(c.ID, nil); err != nil {
		t.Fatal(err)
	}
	if got := h.arrived(); len(got) != 3 {
		t.Fatalf("deliveries = %v, want three of one event", got)
	}
	e := h.events(nil)
	if len(e) != 1 || e[0].PendingWebhooks != 0 {
		t.Errorf("the event after its delivery = %+v, want no pending webhooks", e[0])
	}
	if h.mail.events[0].PendingWebhooks != 1 || h.mail.events[0].Request.ID == "" {
		t.Errorf("the event on delivery: %d pending, request %+v; want 1, and a request", h.mail.events[0].PendingWebhooks, h.mail.events[0].Request)
	}
}

func TestUndeliverableEventIsGivenUpAndFoundByItsFailure(t *testing.T) {
	t.Parallel()
	h := start(t, stripesim.Options{Backoff: []time.Duration{time.Second, time.Second}})
	h.mail.answer = func(int) int { return http.StatusServiceUnavailable }
	if _, err := h.api.CheckoutSessions.Expire(h.open(1000, "manual").ID, nil); err != nil {
		t.Fatal(err)
	}
	if got := h.arrived(); len(got) != 3 {
		t.Errorf("attempts = %d, want 3", len(got))
	}
	if failed := h.events(&stripe.EventListParams{DeliverySuccess: stripe.Bool(false)}); len(failed) != 1 {
		t.Errorf("events with delivery_success=false = %d, want 1", len(failed))
	}
	if good := h.events(&stripe.EventListParams{DeliverySuccess: stripe.Bool(true)}); len(good) != 0 {
		t.Errorf("events with delivery_success=true = %d, want 0", len(good))
	}
}

func TestRetriesComeByThemselves(t *testing.T) {
	t.Parallel()
	h := start(t, stripesim.Options{Backoff: []time.Duration{10 * time.Millisecond}})
	again := make(chan struct{})
	h.mail.answer = func(n int) int {
		if n == 2 {
			close(again)
			return http.StatusOK
		}
		return http.StatusInternalServerError
	}
	if _, err := h.api.CheckoutSessions.Expire(h.open(1000, "manual").ID, nil); err != nil {
		t.Fatal(err)
	}
	select {
	case <-again:
	case <-time.After(20 * time.Second):
		t.Error("a failed delivery was not repeated within 20 s")
	}
}

func TestFaultsDoubleDropAndShuffle(t *testing.T) {
	t.Parallel()
	const seed, sessions = 41, 30
	t.Logf("seed %d", seed)
	h := start(t, stripesim.Options{Workers: 1})
	if err := h.SetFaults(stripesim.Faults{Duplicate: 0.3, Drop: 0.2, Shuffle: true, Seed: seed}); err != nil {
		t.Fatal(err)
	}
	for range sessions {
		h.pay(h.open(1000, "manual").ID, visa)
	}
	h.arrived()
	var order []string
	times := map[string]int{}
	for _, e := range h.mail.events {
		if times[e.ID]++; times[e.ID] == 1 {
			order = append(order, e.ID)
		}
	}
	var made []string
	dropped, doubled, inOrder := 0, 0, 0
	all := h.events(nil)
	slices.Reverse(all)
	for _, e := range all {
		switch times[e.ID] {
		case 0:
			dropped++
			if e.PendingWebhooks != 1 {
				t.Errorf("a dropped event has %d pending webhooks, want 1", e.PendingWebhooks)
			}
			continue
		case 2:
			doubled++
		}
		made = append(made, e.ID)
	}
	for i := range made {
		if made[i] == order[i] {
			inOrder++
		}
	}
	t.Logf("%d events: %d dropped, %d doubled, %d of %d in their place", len(all), dropped, doubled, inOrder, len(made))
	if dropped < 10 || dropped > 40 || doubled < 15 || doubled > 50 || inOrder > len(made)/2 {
		t.Errorf("of %d events %d dropped, %d doubled, %d in their place; want about a fifth, a quarter, few", len(all), dropped, doubled, inOrder)
	}
	if got := h.events(&stripe.EventListParams{DeliverySuccess: stripe.Bool(false)}); len(got) != dropped {
		t.Errorf("delivery_success=false gives %d events, want the %d dropped", len(got), dropped)
	}
}

func TestEndpointThatMovedGetsWhatItIsOwed(t *testing.T) {
	t.Parallel()
	h := start(t, stripesim.Options{})
	before := h.AddEndpoint(secretKey, "http://127.0.0.1:1/nobody", whsec)
	if _, err := h.api.CheckoutSessions.Expire(h.open(1000, "manual").ID, nil); err != nil {
		t.Fatal(err)
	}
	if after := h.AddEndpoint(secretKey, h.mail.url, whsec); after != before {
		t.Errorf("the moved endpoint is %s, was %s", after, before)
	}
	if got := h.arrived(); len(got) != 1 {
		t.Errorf("events at the new place = %v, want one", got)
	}
}

// TestManyPayAtOnce has payers, captures, releases, readers and doubled submits meet on one simulator.
func TestManyPayAtOnce(t *testing.T) {
	t.Parallel()
	h := start(t, stripesim.Options{})
	if err := h.SetFaults(stripesim.Faults{Duplicate: 0.1, Shuffle: true, Seed: 5}); err != nil {
		t.Fatal(err)
	}
	const payers = 24
	var crowd sync.WaitGroup
	wrong := make(chan error, 4*payers)
	for i := range payers {
		crowd.Go(func() {
			p := gift(1000+int64(i), "manual")
			c, err := h.api.CheckoutSessions.New(p)
			if err != nil {
				wrong <- err
				return
			}
			var submits sync.WaitGroup
			outs := make([]stripesim.Outcome, 2)
			for j := range outs {
				submits.Go(func() { outs[j], _ = h.Pay(c.ID, stripesim.TestCard(visa)) })
			}
			submits.Wait()
			if outs[0].Result != stripesim.Paid || outs[0].Charge == "" || !cmp.Equal(outs[0], outs[1]) {
				wrong <- fmt.Errorf("two submits at once: %+v and %+v, want one payment", outs[0], outs[1])
			}
			if i%2 == 0 {
				_, err = h.api.PaymentIntents.Capture(outs[0].PaymentIntent, nil)
			} else {
				_, err = h.api.PaymentIntents.Cancel(outs[0].PaymentIntent, nil)
			}
			if err != nil {
				wrong <- err
			}
			list := h.api.Charges.List(&stripe.ChargeListParams{PaymentIntent: &outs[0].PaymentIntent})
			if !list.Next() || list.Next() {
				wrong <- fmt.Errorf("%s has not exactly one charge: %v", outs[0].PaymentIntent, list.Err())
			}
		})
	}
	crowd.Wait()
	close(wrong)
	for err := range wrong {
		t.Error(err)
	}
	seen := map[string]bool{}
	h.arrived()
	for _, e := range h.mail.events {
		seen[e.ID] = true
	}
	if want := payers/2*(4+3) + payers/2*(4+2); len(seen) != want {
		t.Errorf("events that came = %d, want %d", len(seen), want)
	}
	var net int64
	list := h.api.BalanceTransactions.List(nil)
	for list.Next() {
		net += list.BalanceTransaction().Net
	}
	b, err := h.api.Balance.Get(nil)
	if err != nil || b.Pending[0].Amount != net || net == 0 {
		t.Errorf("pending balance = %v, %v, want the transactions' %d", b, err, net)
	}
}
