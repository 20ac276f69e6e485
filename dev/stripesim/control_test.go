package stripesim_test

import (
	"errors"
	"net/http/httptest"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"dure/dev/stripesim"

	"github.com/google/go-cmp/cmp"
	"github.com/stripe/stripe-go/v79"
)

func TestClockIsMovedForAllAtOnce(t *testing.T) {
	t.Parallel()
	var told []time.Duration
	var refusal error
	h := start(t, stripesim.Options{OnAdvance: func(offset time.Duration) error {
		told = append(told, offset)
		return refusal
	}})
	if answer, body := h.post("/_sim/advance", `{"days": 2, "seconds": 30}`, nil); answer.StatusCode != 200 || !strings.Contains(body, `"offset_ns": 172830000000000`) {
		t.Errorf("advance = %d %s", answer.StatusCode, body)
	}
	refusal = errors.New("the database is away")
	if answer, body := h.post("/_sim/advance", `{"days": 1}`, nil); answer.StatusCode != 500 || !strings.Contains(body, "the database is away") {
		t.Errorf("advance with a failing hook = %d %s, want 500", answer.StatusCode, body)
	}
	const want = 48*time.Hour + 30*time.Second
	if diff := cmp.Diff([]time.Duration{want, want + 24*time.Hour}, told); diff != "" || h.Offset() != want {
		t.Errorf("the hook was told %v, the offset is %v", told, h.Offset())
	}
	for _, body := range []string{`{"days": -1}`, `{"weeks": 1}`, `days=1`, `{"days": 1e12}`} {
		if answer, _ := h.post("/_sim/advance", body, nil); answer.StatusCode != 400 {
			t.Errorf("advance by %s = %d, want 400", body, answer.StatusCode)
		}
	}
	var clock struct {
		Now    time.Time
		Offset int64 `json:"offset_ns"`
	}
	_, body := h.get("/_sim/clock")
	decode(t, body, &clock)
	if off := time.Until(clock.Now) - want; off > time.Second || off < -time.Minute || clock.Offset != int64(want) {
		t.Errorf("the clock = %+v, want now and %v", clock, want)
	}
}

func TestFaultsAreReadStrictly(t *testing.T) {
	t.Parallel()
	h := start(t, stripesim.Options{})
	for body, want := range map[string]int{
		`{"duplicate": 0.1, "shuffle": true, "delay_ms": 5, "drop": 0.01, "fail_api": 0, "seed": 7}`: 200,
		`{"duplicate": 1.5}`: 400, `{"delay_ms": -1}`: 400, `{"lose": 1}`: 400, `{}`: 200, `{} {}`: 400,
	} {
		if answer, got := h.post("/_sim/faults", body, nil); answer.StatusCode != want {
			t.Errorf("faults %s = %d %s, want %d", body, answer.StatusCode, got, want)
		}
	}
}

func TestIndexAndStateTellWhatIsThere(t *testing.T) {
	t.Parallel()
	h := start(t, stripesim.Options{})
	if answer, page := h.get("/"); answer.StatusCode != 200 || !strings.Contains(page, "4000000000009995") || !strings.Contains(page, "/_sim/dispute") {
		t.Errorf("the index of an unused simulator = %d\n%s", answer.StatusCode, page)
	}
	out := h.pay(h.open(1000, "automatic").ID, visa)
	h.arrived()
	if _, page := h.get("/"); !strings.Contains(page, "charge.updated") || !strings.Contains(page, "$10.00") || !strings.Contains(page, h.mail.url) {
		t.Errorf("the index shows no session, delivery or endpoint:\n%s", page)
	}
	var state struct {
		Doors    []string
		Accounts []struct {
			ID         string
			Charges    []struct{ ID string }
			Deliveries []struct{ State string }
		}
	}
	_, body := h.get("/_sim/state")
	decode(t, body, &state)
	if !slices.Contains(state.Doors, "/_sim/payout") || len(state.Accounts) != 1 || state.Accounts[0].ID != h.AccountID(secretKey) || state.Accounts[0].Charges[0].ID != out.Charge || len(state.Accounts[0].Deliveries) != 5 {
		t.Errorf("the state = %+v", state)
	}
	for _, secret := range []string{secretKey, whsec, "_kept"} {
		if strings.Contains(body, secret) {
			t.Errorf("the state tells %q", secret)
		}
	}
	for _, path := range state.Doors {
		if answer, body := h.post(path, `{"bogus": 1}`, nil); answer.StatusCode != 400 || !strings.Contains(body, "bogus") {
			t.Errorf("POST %s of what it does not know = %d %s, want 400", path, answer.StatusCode, body)
		}
	}
}

func TestStateOutlivesARestart(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "sim", "state.json")
	first, err := stripesim.New(stripesim.Options{Seed: 11, StatePath: path, SettleAfter: time.Hour})
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(first)
	api := apiClient(server.URL, secretKey)
	first.AddEndpoint(secretKey, "http://127.0.0.1:1/nobody", whsec)
	var outs []stripesim.Outcome
	var open string
	for range 3 {
		c, err := api.CheckoutSessions.New(gift(1000, "manual"))
		if err != nil {
			t.Fatal(err)
		}
		if open = c.ID; len(outs) == 2 {
			break
		}
		out, err := first.Pay(c.ID, stripesim.TestCard(visa))
		if err != nil {
			t.Fatal(err)
		}
		outs = append(outs, out)
	}
	capture := &stripe.PaymentIntentCaptureParams{}
	capture.SetIdempotencyKey("g_1-capture")
	if _, err := api.PaymentIntents.Capture(outs[0].PaymentIntent, capture); err != nil {
		t.Fatal(err)
	}
	if _, err := first.Advance(time.Minute); err != nil {
		t.Fatal(err)
	}
	server.Close()
	if err := first.Close(); err != nil {
		t.Fatal(err)
	}

	h := start(t, stripesim.Options{Seed: 11, StatePath: path})
	if h.Offset() != time.Minute {
		t.Errorf("the offset after the restart = %v, want a minute", h.Offset())
	}
	if got := len(h.arrived()); got != 4+4+3 {
		t.Errorf("events owed from before the restart that came = %d, want 11", got)
	}
	again, err := h.api.PaymentIntents.Capture(outs[0].PaymentIntent, capture)
	if err != nil || again.LastResponse.Header.Get("Idempotent-Replayed") != "true" {
		t.Errorf("the capture repeated after the restart = %v, want its stored answer", err)
	}
	if txn := h.intent(outs[0].PaymentIntent).LatestCharge.BalanceTransaction; txn == nil {
		t.Error("the captured charge has no balance transaction after the restart")
	}
	if _, err := h.Advance(8 * 24 * time.Hour); err != nil {
		t.Fatal(err)
	}
	if p := h.intent(outs[1].PaymentIntent); p.Status != "canceled" {
		t.Errorf("the authorisation from before the restart is %s after eight days, want canceled", p.Status)
	}
	if c, err := h.api.CheckoutSessions.Get(open, nil); err != nil || c.Status != "expired" {
		t.Errorf("the session from before the restart = %v, %v, want expired", c, err)
	}
	c := h.open(1000, "manual")
	if c.ID == open {
		t.Errorf("the restarted simulator made the id %s again", c.ID)
	}
}

func TestSameSeedMakesTheSameIDs(t *testing.T) {
	t.Parallel()
	first, second := start(t, stripesim.Options{Seed: 9}), start(t, stripesim.Options{Seed: 9})
	if one, two := first.open(1000, "manual"), second.open(1000, "manual"); one.ID != two.ID || len(one.ID) != 66 {
		t.Errorf("ids from one seed: %s and %s", one.ID, two.ID)
	}
}

func TestSeedWritesHistory(t *testing.T) {
	t.Parallel()
	h := start(t, stripesim.Options{})
	h.SetOffset(-90 * 24 * time.Hour)
	out := h.pay(h.open(1000, "manual").ID, visa)
	if _, err := h.api.PaymentIntents.Capture(out.PaymentIntent, nil); err != nil {
		t.Fatal(err)
	}
	h.SetOffset(0)
	h.arrived()
	past := time.Now().Add(-89 * 24 * time.Hour).Unix()
	ch := h.intent(out.PaymentIntent).LatestCharge
	if ch.Created > past || ch.BalanceTransaction.Created > past || ch.BalanceTransaction.Status != "available" {
		t.Errorf("a charge made in a past of 90 days = created %d, %+v", ch.Created, ch.BalanceTransaction)
	}
	if got := h.events(nil); len(got) != 0 {
		t.Errorf("events of 90 days ago that are still shown = %d, want none after 30 days", len(got))
	}
}
