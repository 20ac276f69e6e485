package webhooks_test

import (
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"dure/compliance"
	"dure/dev/house"
	"dure/dev/stripesim"
	"dure/donations"
	"dure/registry"
	"dure/webhooks"
)

func event(id, kind, version, object string) string {
	return fmt.Sprintf(`{"id":%q,"object":"event","type":%q,"api_version":%q,"created":1790000000,"livemode":false,"data":{"object":%s}}`, id, kind, version, object)
}

const version = "2024-06-20"

func TestDoorTakesOnlyWhatStripeSignedNow(t *testing.T) {
	t.Parallel()
	h := house.New(t)
	now := h.Sim.Now()
	good := event("evt_1", "payout.paid", version, `{"id":"po_1","object":"payout"}`)
	for _, c := range []struct {
		name, body, signature string
		committee             string
		want                  int
	}{
		{"signed now", good, house.Sign(good, now), "lantern-street", 200},
		{"the same again", good, house.Sign(good, now.Add(time.Second)), "lantern-street", 200},
		{"signed 290 s ago", good, house.Sign(good, now.Add(-290*time.Second)), "lantern-street", 200},
		{"signed 310 s ago", good, house.Sign(good, now.Add(-310*time.Second)), "lantern-street", 400},
		{"signed 290 s ahead", good, house.Sign(good, now.Add(290*time.Second)), "lantern-street", 200},
		{"signed 310 s ahead", good, house.Sign(good, now.Add(310*time.Second)), "lantern-street", 400},
		{"not signed", good, "", "lantern-street", 400},
		{"signature of another body", good, house.Sign(good+" ", now), "lantern-street", 400},
		{"another committee's secret", good, house.Sign(good, now), "harbor-lights", 400},
		{"a committee that is not here", good, house.Sign(good, now), "nobody", 404},
		{"nonsense for a signature", good, "t=now,v1=zz", "lantern-street", 400},
		{"cut off", good[:80], house.Sign(good[:80], now), "lantern-street", 400},
		{"no JSON", "hello", house.Sign("hello", now), "lantern-street", 400},
		{"an id that is no id", strings.Replace(good, "evt_1", `evt\u0000`, 1), house.Sign(strings.Replace(good, "evt_1", `evt\u0000`, 1), now), "lantern-street", 400},
		{"empty", "", house.Sign("", now), "lantern-street", 400},
	} {
		got, err := h.Post(registry.CommitteeID(c.committee), c.body, c.signature)
		if err != nil || got != c.want {
			t.Errorf("%s: %d, %v, want %d", c.name, got, err, c.want)
		}
	}
	if n := h.Count(`select count(*) from events`); n != 1 {
		t.Errorf("%d events are stored, want the one", n)
	}
}

func TestBodyOfTenMegabytesIsRefusedAndNotRead(t *testing.T) {
	t.Parallel()
	h := house.New(t)
	body := event("evt_big", "payout.paid", version, `{"id":"po_1","x":"`+strings.Repeat("x", 10<<20)+`"}`)
	if got, err := h.Post("lantern-street", body, house.Sign(body, h.Sim.Now())); err == nil && got != http.StatusRequestEntityTooLarge {
		t.Errorf("a body of 10 MB: %d, want 413", got)
	}
	edge := event("evt_edge", "payout.paid", version, `{"id":"po_1","x":""}`)
	edge = strings.Replace(edge, `"x":""`, `"x":"`+strings.Repeat("x", 512<<10-len(edge))+`"`, 1)
	if got, err := h.Post("lantern-street", edge, house.Sign(edge, h.Sim.Now())); err != nil || got != 200 {
		t.Errorf("a body of exactly 512 KiB: %d, %v, want 200", got, err)
	}
}

func TestTruncatedRequestStoresNothing(t *testing.T) {
	t.Parallel()
	h := house.New(t)
	body := event("evt_cut", "payout.paid", version, `{"id":"po_1"}`)
	address := strings.TrimPrefix(h.Hooks, "http://")
	host, path, _ := strings.Cut(address, "/")
	conn, err := net.Dial("tcp", host)
	if err != nil {
		t.Fatal(err)
	}
	fmt.Fprintf(conn, "POST /%s HTTP/1.1\r\nHost: %s\r\nStripe-Signature: %s\r\nContent-Length: %d\r\n\r\n%s", path, host, house.Sign(body, h.Sim.Now()), len(body)+100, body)
	conn.(*net.TCPConn).CloseWrite()
	answer, _ := io.ReadAll(conn)
	conn.Close()
	if strings.HasPrefix(string(answer), "HTTP/1.1 200") {
		t.Errorf("half a request is answered %.40q", answer)
	}
	if n := h.Count(`select count(*) from events`); n != 0 {
		t.Errorf("half a request stored %d events", n)
	}
}

func TestForeignEventsAreKeptAndShown(t *testing.T) {
	t.Parallel()
	h := house.New(t)
	send := func(body string) {
		t.Helper()
		if got, err := h.Post("lantern-street", body, house.Sign(body, h.Sim.Now())); err != nil || got != 200 {
			t.Fatalf("%d, %v for %s", got, err, body)
		}
	}
	charge := `{"id":"ch_x","object":"charge","amount":100,"created":1790000000,"paid":true,"captured":true,"payment_intent":"pi_other","metadata":%s}`
	send(event("evt_old", "charge.captured", "2020-08-27", fmt.Sprintf(charge, `{}`)))
	send(event("evt_newer", "charge.captured", "2025-03-31.basil", fmt.Sprintf(charge, `{}`)))
	send(event("evt_customer", "customer.created", version, `{"id":"cus_1","object":"customer"}`))
	send(event("evt_nobody", "charge.captured", version, fmt.Sprintf(charge, `{}`)))
	send(event("evt_elsewhere", "charge.captured", version, fmt.Sprintf(charge, `{"dure_gift":"GAAAAAAAAAAAAAAA"}`)))
	send(event("evt_refund", "charge.refunded", version, fmt.Sprintf(charge, `{}`)))
	send(event("evt_odd", "charge.captured", version, `[1]`))
	h.Quiet()
	list := func() map[string]string {
		events, err := webhooks.List(t.Context(), h.DB, house.Committee, "", 100)
		if err != nil {
			t.Fatal(err)
		}
		out := map[string]string{}
		for _, e := range events {
			out[e.ID] = e.State + ": " + e.Reason
		}
		return out
	}
	got := list()
	for id, want := range map[string]string{
		"evt_old":       `set aside: it is of API version "2020-08-27"; this program reads 2024-06-20`,
		"evt_newer":     `set aside: it is of API version "2025-03-31.basil"; this program reads 2024-06-20`,
		"evt_customer":  "set aside: this program does not act on customer.created",
		"evt_nobody":    "waiting: its gift is not known yet",
		"evt_elsewhere": "waiting: its gift is not known yet",
		"evt_refund":    "waiting: its gift is not known yet",
	} {
		if got[id] != want {
			t.Errorf("%s is %q, want %q", id, got[id], want)
		}
	}
	if !strings.HasPrefix(got["evt_odd"], "set aside: its charge can't be read") {
		t.Errorf("an event that can't be read is %q, want it set aside with the reason", got["evt_odd"])
	}
	h.Advance(2 * time.Hour)
	h.Quiet()
	if got := list(); got["evt_nobody"] != "set aside: it belongs to no gift here" {
		t.Errorf("after an hour an event of nobody is %q", got["evt_nobody"])
	}
	e, err := webhooks.Show(t.Context(), h.DB, house.Committee, "evt_customer")
	if err != nil || !json.Valid(e.Payload) || !strings.Contains(string(e.Payload), "cus_1") {
		t.Errorf("Show gives %q, %v", e.Payload, err)
	}
}

func TestOneBadEventDoesNotHoldTheOthers(t *testing.T) {
	t.Parallel()
	h := house.New(t)
	g := h.MustGive(h.Pledge(house.ToCommittee, 2500))
	// a charge that claims to be of this gift, with another sum, signed all the same
	lie := event("evt_a_lie", "charge.captured", version,
		fmt.Sprintf(`{"id":"ch_lie","object":"charge","amount":999,"currency":"usd","created":1790000000,"paid":true,"captured":true,"payment_intent":"pi_lie","metadata":{"dure_gift":%q}}`, g.ID))
	other := h.MustGive(h.Pledge(house.ToCommittee, 2500, house.By("Bram")))
	if got, err := h.Post("lantern-street", lie, house.Sign(lie, h.Sim.Now())); err != nil || got != 200 {
		t.Fatal(got, err)
	}
	h.Pay(other, house.Good)
	h.Quiet()
	if s := h.Gift(other.ID).State; s != donations.Settled {
		t.Errorf("the gift beside a bad event is %s, want settled", s)
	}
	if s := h.Gift(g.ID); s.State != donations.Open || s.Charge != "" || s.PaymentIntent != "" {
		t.Errorf("the gift of the bad event is %s with charge %q by %q, want it untouched", s.State, s.Charge, s.PaymentIntent)
	}
	events, err := webhooks.List(t.Context(), h.DB, house.Committee, "waiting", 10)
	if err != nil || len(events) != 1 || !strings.Contains(events[0].Reason, "$9.99") {
		t.Errorf("waiting events: %+v, %v, want the bad one with its reason", events, err)
	}
}

func TestManySweepersApplyEachEventOnce(t *testing.T) {
	t.Parallel()
	h := house.New(t)
	const n = 60
	for i := range n {
		h.Pay(h.MustGive(h.Pledge(house.ToCommittee, 1000, house.By(fmt.Sprintf("Donor%c%c", 'a'+i/26, 'a'+i%26)))), house.Good)
	}
	var wg sync.WaitGroup
	for range 6 {
		wg.Go(func() {
			for range 60 {
				if _, err := webhooks.Sweep(t.Context(), h.DB, h.Sim.Now()); err != nil {
					t.Errorf("Sweep = %v", err)
				}
				if _, err := h.Accounts.Sweep(t.Context(), h.Sim.Now(), 8); err != nil {
					t.Errorf("calls: %v", err)
				}
				time.Sleep(10 * time.Millisecond)
			}
		})
	}
	wg.Wait()
	h.Quiet()
	if got := h.Count(`select count(*) from receipts`); got != n {
		t.Errorf("%d receipts of %d gifts", got, n)
	}
	proofs, err := compliance.Examine(t.Context(), h.DB, house.Committee)
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range proofs {
		if !p.Holds() {
			t.Errorf("%s: facts %v, books %v", p.What, p.Facts, p.Books)
		}
	}
}

func TestReplayChangesNothingTwice(t *testing.T) {
	t.Parallel()
	h := house.New(t)
	h.Pay(h.MustGive(h.Pledge(house.ToCommittee, 2500)), house.Good)
	h.Quiet()
	before := h.Count(`select count(*) from ledger_lines`)
	events, err := webhooks.List(t.Context(), h.DB, house.Committee, "", 100)
	if err != nil {
		t.Fatal(err)
	}
	var ids []string
	for _, e := range events {
		ids = append(ids, e.ID)
	}
	n, err := webhooks.Replay(t.Context(), h.DB, "test", house.Committee, append(ids, "evt_none"), h.Sim.Now())
	if err != nil || n != len(ids) {
		t.Fatalf("Replay = %d, %v, want %d", n, err, len(ids))
	}
	h.Quiet()
	if after := h.Count(`select count(*) from ledger_lines`); after != before || h.Count(`select count(*) from receipts`) != 1 {
		t.Errorf("after the replay the books have %d lines, want %d", after, before)
	}
	if n := h.Count(`select count(*) from events where state <> 'applied'`); n != 0 {
		t.Errorf("%d events are not applied", n)
	}
}

func TestPoisonStopsNobody(t *testing.T) {
	t.Parallel()
	h := house.New(t)
	for id, object := range map[string]string{
		"evt_nul":    `{"id":"pi_x","object":"payment_intent","metadata":{"dure_gift":"a\u0000b"}}`,
		"evt_intent": `{"id":"pi_\u0000","object":"payment_intent","metadata":{}}`,
		"evt_long":   `{"id":"pi_x","object":"payment_intent","metadata":{"dure_gift":"` + strings.Repeat("G", 10000) + `"}}`,
	} {
		body := event(id, "payment_intent.created", version, object)
		if got, err := h.Post("lantern-street", body, house.Sign(body, h.Sim.Now())); err != nil || got != 200 {
			t.Fatal(got, err)
		}
	}
	g := h.MustGive(h.Pledge(house.ToCommittee, 2500))
	h.Pay(g, house.Good)
	h.Quiet()
	if s := h.Gift(g.ID).State; s != donations.Settled {
		t.Errorf("beside poisoned events a gift is %s, want settled", s)
	}
	huge := strings.Replace(event("evt_huge", "payout.paid", version, `{"id":"po_1"}`), "1790000000", "99999999999999999", 1)
	if got, err := h.Post("lantern-street", huge, house.Sign(huge, h.Sim.Now())); err != nil || got != 400 {
		t.Errorf("an event of the far future: %d, %v, want 400", got, err)
	}
}

func TestEventsThatNeverCameAreFetched(t *testing.T) {
	t.Parallel()
	h := house.New(t)
	if err := h.Sim.SetFaults(stripesim.Faults{Drop: 1}); err != nil {
		t.Fatal(err)
	}
	began := h.Sim.Now().Add(-time.Minute)
	const n = 25 // more events than a page of Stripe's list holds
	for i := range n {
		h.Pay(h.MustGive(h.Pledge(house.ToCommittee, 1000, house.By(fmt.Sprintf("Donor%c", 'a'+i)))), house.Good)
	}
	for try := 0; try < 6; try++ {
		h.Quiet()
		if _, err := webhooks.Fetch(t.Context(), h.DB, h.Accounts, house.Committee, began); err != nil {
			t.Fatal(err)
		}
	}
	h.Quiet()
	if got := h.Count(`select count(*) from gifts where state = 'settled'`); got != n {
		t.Errorf("with every event dropped %d of %d gifts settled by fetching", got, n)
	}
	if got := h.Count(`select count(*) from processor_fees`); got != n {
		t.Errorf("%d of %d fees are booked", got, n)
	}
	if again, err := webhooks.Fetch(t.Context(), h.DB, h.Accounts, house.Committee, began); err != nil || again != 0 {
		t.Errorf("fetching once more finds %d, %v, want nothing new", again, err)
	}
}
