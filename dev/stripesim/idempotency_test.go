package stripesim_test

import (
	"encoding/json"
	"strings"
	"sync"
	"testing"
	"time"

	"dure/dev/stripesim"
)

func decode(t *testing.T, body string, into any) {
	t.Helper()
	if err := json.Unmarshal([]byte(body), into); err != nil {
		t.Fatalf("read %s: %v", body, err)
	}
}

func TestSameKeyIsTheSameAnswer(t *testing.T) {
	t.Parallel()
	h := start(t, stripesim.Options{})
	key := map[string]string{"Idempotency-Key": "g_1-create"}
	first, one := h.post("/v1/checkout/sessions", sessionForm(), key)
	second, two := h.post("/v1/checkout/sessions", sessionForm(), key)
	if one != two || first.Header.Get("Idempotent-Replayed") != "" || second.Header.Get("Idempotent-Replayed") != "true" {
		t.Errorf("the same key twice: %v then %v, same body: %v", first.Header, second.Header, one == two)
	}
	if second.Header.Get("Original-Request") != first.Header.Get("Request-Id") {
		t.Errorf("Original-Request = %s, want %s", second.Header.Get("Original-Request"), first.Header.Get("Request-Id"))
	}
	if answer, body := h.post("/v1/checkout/sessions", sessionForm("line_items[0][quantity]", "2"), key); answer.StatusCode != 400 || !strings.Contains(body, "idempotency_error") {
		t.Errorf("other parameters under the key: %d %s, want 400 idempotency_error", answer.StatusCode, body)
	}
	if answer, body := h.post("/v1/checkout/sessions/cs_test_1/expire", "", key); answer.StatusCode != 400 || !strings.Contains(body, "same endpoint") {
		t.Errorf("another endpoint under the key: %d %s, want 400", answer.StatusCode, body)
	}
	if _, err := h.Advance(25 * time.Hour); err != nil {
		t.Fatal(err)
	}
	if _, three := h.post("/v1/checkout/sessions", sessionForm(), key); three == one {
		t.Error("the key was still known after 25 hours")
	}
}

func TestRefusedParametersDoNotUseTheKeyUp(t *testing.T) {
	t.Parallel()
	h := start(t, stripesim.Options{})
	key := map[string]string{"Idempotency-Key": "g_2-create"}
	if answer, _ := h.post("/v1/checkout/sessions", sessionForm("mode", "-"), key); answer.StatusCode != 400 {
		t.Errorf("a session without a mode: %d, want 400", answer.StatusCode)
	}
	if answer, body := h.post("/v1/checkout/sessions", sessionForm(), key); answer.StatusCode != 200 {
		t.Errorf("the mended request under the key: %d %s, want 200", answer.StatusCode, body)
	}
}

func TestKeyInFlightIsAConflict(t *testing.T) {
	t.Parallel()
	h := start(t, stripesim.Options{})
	if err := h.SetFaults(stripesim.Faults{APIDelayMS: 400}); err != nil {
		t.Fatal(err)
	}
	key := map[string]string{"Idempotency-Key": "g_3-create"}
	var first, second int
	var both sync.WaitGroup
	both.Go(func() { answer, _ := h.post("/v1/checkout/sessions", sessionForm(), key); first = answer.StatusCode })
	time.Sleep(100 * time.Millisecond)
	both.Go(func() { answer, _ := h.post("/v1/checkout/sessions", sessionForm(), key); second = answer.StatusCode })
	both.Wait()
	if first != 200 || second != 409 {
		t.Errorf("two at once under one key = %d and %d, want 200 and 409", first, second)
	}
}

func TestFailureAfterTheWorkIsFoundAgainUnderItsKey(t *testing.T) {
	t.Parallel()
	h := start(t, stripesim.Options{})
	if err := h.SetFaults(stripesim.Faults{FailAPI: 1, Seed: 3}); err != nil {
		t.Fatal(err)
	}
	for i := range 20 {
		key := map[string]string{"Idempotency-Key": "g_4-create-" + string(rune('a'+i))}
		if answer, body := h.post("/v1/checkout/sessions", sessionForm(), key); answer.StatusCode != 500 || !strings.Contains(body, "api_error") {
			t.Fatalf("a failing call = %d %s, want 500", answer.StatusCode, body)
		}
	}
	if err := h.SetFaults(stripesim.Faults{}); err != nil {
		t.Fatal(err)
	}
	made, replayed := map[string]bool{}, 0
	for i := range 20 {
		key := map[string]string{"Idempotency-Key": "g_4-create-" + string(rune('a'+i))}
		answer, body := h.post("/v1/checkout/sessions", sessionForm(), key)
		if answer.StatusCode != 200 {
			t.Fatalf("the repeated call = %d %s, want 200", answer.StatusCode, body)
		}
		if answer.Header.Get("Idempotent-Replayed") == "true" {
			replayed++
		}
		var c struct{ ID string }
		decode(t, body, &c)
		made[c.ID] = true
	}
	all := h.api.CheckoutSessions.List(nil)
	n := 0
	for all.Next() {
		n++
	}
	if len(made) != 20 || n != 20 || replayed == 0 || replayed == 20 {
		t.Errorf("20 calls that failed and were repeated made %d sessions (%d known), %d of them found again; want 20, 20, and some", len(made), n, replayed)
	}
}
