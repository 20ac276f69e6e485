package donations_test

import (
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/jmoiron/sqlx"

	"dure/dev/house"
	"dure/dev/stripesim/stripespec"
	"dure/donations"
)

// TestOwedCallsAreOfStripesShape sends every kind of call that Dure owes, byte for byte as it is stored, to Stripe's
// own description of its API made strict: what the simulator takes, Stripe takes too.
func TestOwedCallsAreOfStripesShape(t *testing.T) {
	t.Parallel()
	h := house.New(t)
	oracle := stripespec.Start(t)
	all := func(language string) func(p *donations.Pledge) {
		return func(p *donations.Pledge) { p.Language = language; p.NameOwn = "아다" }
	}
	for _, language := range []string{"en", "ko", "zh-Hans", "zh-Hant", "vi", "tl", "hi", "bn", "ur", "ja", "km"} {
		h.MustGive(h.Pledge(house.ToCandidate, 1000, all(language), house.By("Speaks-"+language)))
	}
	captured := h.MustGive(h.Pledge(house.ToCommittee, 1000, house.By("Captured")))
	h.Pay(captured, house.Good)
	released := h.MustGive(h.Pledge(house.ToCommittee, 1000, house.By("Released")))
	h.Pay(released, "4000001240000000")
	h.Quiet()
	if err := donations.Decide(t.Context(), h.DB, h.Sim.Now(), "Rowan Whitfield", house.Committee, released.ID, false, "No proof came"); err != nil {
		t.Fatal(err)
	}
	changed := h.Pledge(house.ToCommittee, 1000, house.By("Changes"))
	h.MustGive(changed)
	changed.Cents = 2000
	h.MustGive(changed)
	h.Advance(40 * 60e9)
	if _, err := donations.AskAboutSilent(t.Context(), h.DB, h.Sim.Now()); err != nil {
		t.Fatal(err)
	}
	h.Quiet()

	var calls []struct{ Verb, Method, Path, Body string }
	if err := sqlx.Select(h.DB, &calls, `select verb, method, path, body from owed_calls order by verb`); err != nil {
		t.Fatal(err)
	}
	seen := map[string]int{}
	var opened string
	for _, c := range calls {
		if seen[c.Verb]++; c.Verb == "open" {
			opened = c.Body
		}
		if status, said := ask(t, oracle, c.Method, c.Path, c.Body); status != http.StatusOK {
			t.Errorf("%s %s %s: Stripe's description answers %d: %s", c.Method, c.Path, c.Body, status, said)
		}
	}
	for _, verb := range []string{"open", "expire", "capture", "release", "read", "fee"} {
		if seen[verb] == 0 {
			t.Errorf("the story owed no call to %s", verb)
		}
	}
	// the oracle is strict: it refuses what it does not know, also deep inside
	if status, _ := ask(t, oracle, http.MethodPost, "/v1/checkout/sessions", opened+"&payment_intent_data[bogus]=1"); status == http.StatusOK {
		t.Error("the oracle takes a parameter that Stripe does not have")
	}
}

func ask(t *testing.T, oracle, method, path, body string) (int, string) {
	t.Helper()
	address := oracle + path
	if method == http.MethodGet && body != "" {
		address += "?" + body
		body = ""
	}
	req, err := http.NewRequestWithContext(t.Context(), method, address, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Authorization", "Bearer sk_test_123")
	if method == http.MethodPost {
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	said, _ := io.ReadAll(res.Body)
	return res.StatusCode, string(said)
}
