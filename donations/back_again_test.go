package donations_test

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"dure/dev/house"
	"dure/dev/stripesim"
	"dure/donations"
	"dure/ledger"
	"dure/money"
)

// failingRefunds stands before the simulator and fails as Stripe can where a refund is asked for; all else passes through.
type failingRefunds struct {
	after   bool // the first try under the first key does the work before it fails
	stored  bool // the failure is stored under the key, and replayed to each repeat
	deaf    int  // how many lists of refunds are refused before one is answered
	refusal int  // the status of these refusals

	mu     sync.Mutex
	failed string   // the key under which the failure came
	bodies []string // of the refunds asked for
	keys   []string
	lists  int
}

func (f *failingRefunds) before(t *testing.T, h *house.House) *donations.Accounts {
	t.Helper()
	target, err := url.Parse(h.SimURL)
	if err != nil {
		t.Fatal(err)
	}
	sim := httputil.NewSingleHostReverseProxy(target)
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		f.mu.Lock()
		defer f.mu.Unlock()
		if r.URL.Path != "/v1/refunds" {
			sim.ServeHTTP(w, r)
			return
		}
		fail := func(status int) {
			w.Header().Set("Content-Type", "application/json")
			w.WriteHeader(status)
			io.WriteString(w, `{"error":{"type":"api_error","message":"An unknown error occurred"}}`)
		}
		if r.Method == http.MethodGet {
			if f.lists++; f.lists <= f.deaf {
				fail(f.refusal)
				return
			}
			sim.ServeHTTP(w, r)
			return
		}
		body, err := io.ReadAll(r.Body)
		if err != nil {
			t.Error(err)
		}
		r.Body = io.NopCloser(strings.NewReader(string(body)))
		key := r.Header.Get("Idempotency-Key")
		first := len(f.keys) == 0
		f.bodies, f.keys = append(f.bodies, string(body)), append(f.keys, key)
		switch {
		case first:
			f.failed = key
			if f.after {
				sim.ServeHTTP(httptest.NewRecorder(), r)
			}
			fail(500)
		case key == f.failed && f.stored:
			w.Header().Set("Idempotent-Replayed", "true")
			fail(500)
		default:
			sim.ServeHTTP(w, r)
		}
	}))
	t.Cleanup(srv.Close)
	a, err := donations.NewAccounts(h.DB, donations.Keys{SecretKey: "sk_test_lanternstreet", WebhookSecret: "whsec_lanternstreet", APIBase: srv.URL})
	if err != nil {
		t.Fatal(err)
	}
	return a
}

// refundsThere gives the sums of the refunds that Stripe has of a charge.
func refundsThere(t *testing.T, h *house.House, charge string) []money.Cents {
	t.Helper()
	body, err := h.Accounts.Get(context.WithoutCancel(t.Context()), house.Committee, "/v1/refunds", "limit=100&charge="+charge)
	if err != nil {
		t.Fatal(err)
	}
	var list struct {
		Data []struct{ Amount money.Cents }
	}
	if err := json.Unmarshal(body, &list); err != nil {
		t.Fatal(err)
	}
	sums := make([]money.Cents, len(list.Data))
	for i, r := range list.Data {
		sums[i] = r.Amount
	}
	return sums
}

func TestRefundDecidedOnceIsMadeOnceHoweverStripeFails(t *testing.T) {
	t.Parallel()
	cases := map[string]struct {
		stripe    *failingRefunds
		wait      time.Duration // between tries
		asks      int           // for a refund
		underKeys int
	}{
		"stored after the work":                   {&failingRefunds{after: true, stored: true}, time.Minute, 1, 1},
		"stored before the work":                  {&failingRefunds{stored: true}, time.Minute, 3, 2},
		"after the work, not stored":              {&failingRefunds{after: true}, time.Minute, 1, 1},
		"before the work, not stored":             {&failingRefunds{}, time.Minute, 2, 1},
		"after the work, and the key forgotten":   {&failingRefunds{after: true}, 25 * time.Hour, 1, 1},
		"stored after the work, and not to list":  {&failingRefunds{after: true, stored: true, deaf: 7, refusal: 500}, time.Minute, 1, 1},
		"stored before the work, and not to list": {&failingRefunds{stored: true, deaf: 7, refusal: 500}, time.Minute, 3, 2},
		"stored after the work, lists refused":    {&failingRefunds{after: true, stored: true, deaf: 2, refusal: 400}, time.Minute, 1, 1},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := house.New(t)
			g := settled(t, h, house.ToCommittee, 10000, "Bram")
			// a refund of the same sum that a person decided before is another
			refund(t, h, g, 3000)
			h.Quiet()
			a := c.stripe.before(t, h)
			refund(t, h, g, 3000)
			for range 8 {
				if _, err := a.Sweep(t.Context(), h.Sim.Now(), 16); err != nil {
					t.Fatal(err)
				}
				h.Advance(c.wait)
			}
			if n := h.Count(`select count(*) from owed_calls where verb = 'refund' and state = 'done'`); n != 2 {
				t.Errorf("%d calls for a refund are done, want both", n)
			}
			h.Quiet()
			if got := refundsThere(t, h, g.Charge); !slices.Equal(got, []money.Cents{3000, 3000}) {
				t.Errorf("Stripe has refunds of %v, want $30.00 for each decision", got)
			}
			if got := balance(t, h, ledger.RefundsIndividuals); got != 6000 {
				t.Errorf("refunds in the books are %v, want $60.00", got)
			}
			if len(c.stripe.keys) != c.asks || len(slices.Compact(slices.Clone(c.stripe.keys))) != c.underKeys {
				t.Errorf("Stripe was asked under the keys %q, want %d times under %d", c.stripe.keys, c.asks, c.underKeys)
			}
			if len(slices.Compact(slices.Clone(c.stripe.bodies))) != 1 {
				t.Errorf("repeats are not the same bytes: %q", c.stripe.bodies)
			}
			if c.stripe.lists <= c.stripe.deaf {
				t.Errorf("refunds were listed %d times, %d of them refused", c.stripe.lists, c.stripe.deaf)
			}
			proved(t, h)
		})
	}
}

// refund decides a refund.
func refund(t *testing.T, h *house.House, g donations.Gift, cents money.Cents) {
	t.Helper()
	err := donations.Refund(t.Context(), h.DB, h.Sim.Now(), "Rowan Whitfield", house.Committee, g.ID, cents)
	if err != nil {
		t.Fatal(err)
	}
}

func TestRefundIsFoundAmongMoreThanAPage(t *testing.T) {
	t.Parallel()
	h := house.New(t)
	g := settled(t, h, house.ToCommittee, 10000, "Calla")
	if err := h.Sim.SetFaults(dropAll); err != nil { // no event tells of a refund
		t.Fatal(err)
	}
	stripe := &failingRefunds{after: true, stored: true}
	a := stripe.before(t, h)
	refund(t, h, g, 5000)
	sweep := func() {
		t.Helper()
		if _, err := a.Sweep(t.Context(), h.Sim.Now(), 16); err != nil {
			t.Fatal(err)
		}
		h.Advance(time.Minute)
	}
	sweep()
	dashboard := func() {
		t.Helper()
		if _, err := h.Sim.Refund(stripesim.RefundOrder{Charge: g.Charge, Amount: 10}); err != nil {
			t.Fatal(err)
		}
	}
	for range 101 { // newer, so that the first page does not hold ours
		dashboard()
	}
	sweep()
	if got := balance(t, h, ledger.RefundsIndividuals); got != 5000 || stripe.lists != 2 || len(stripe.keys) != 1 {
		t.Errorf("the books hold %v of refunds after %d pages and %d asks, want $50.00 after two pages and one ask", got, stripe.lists, len(stripe.keys))
	}
	// once an event tells of the charge, all that went back is found
	if err := h.Sim.SetFaults(stripesim.Faults{}); err != nil {
		t.Fatal(err)
	}
	dashboard()
	h.Quiet()
	h.Advance(time.Minute)
	h.Quiet()
	if got := balance(t, h, ledger.RefundsIndividuals); got != 6020 {
		t.Errorf("the books hold %v of refunds, want $60.20", got)
	}
	proved(t, h)
}
