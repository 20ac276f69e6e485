package stripesim_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"testing"
	"time"

	"dure/dev/stripesim"

	"github.com/stripe/stripe-go/v79"
)

// pastPayments are captured payments of a dollar and more, one each hour until yesterday; the last was let go.
func pastPayments(now time.Time, n int) []stripesim.Past {
	var out []stripesim.Past
	first := now.Add(-time.Duration(n)*time.Hour - 24*time.Hour).Unix()
	for i := range int64(n) {
		p := stripesim.Past{
			Charge: fmt.Sprintf("ch_past_%05d", i), PaymentIntent: fmt.Sprintf("pi_past_%05d", i), Transaction: fmt.Sprintf("txn_past_%05d", i),
			Amount: 100 + i, Fee: 33, Authorised: first + i*3600, Captured: first + i*3600 + 2, Country: "US", Funding: "credit",
			Metadata: map[string]string{"gift": fmt.Sprint(i)},
		}
		if i == int64(n)-1 {
			p.Transaction, p.Captured, p.Fee = "", 0, 0
		}
		out = append(out, p)
	}
	return out
}

func TestHistoryIsListedRefundedDisputedAndPaidOut(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "stripe.json")
	sim, err := stripesim.New(stripesim.Options{Seed: 31, StatePath: path})
	if err != nil {
		t.Fatal(err)
	}
	const n = 250
	past := pastPayments(sim.Now(), n)
	if added, err := sim.Import(secretKey, past[:200]); err != nil || added != 200 {
		t.Fatalf("Import = %d, %v", added, err)
	}
	if added, err := sim.Import(secretKey, past); err != nil || added != n-200 {
		t.Fatalf("Import of more = %d, %v, want what is new", added, err)
	}
	if _, err := sim.Refund(stripesim.RefundOrder{Charge: "ch_past_00007", Amount: 7}); err != nil {
		t.Fatal(err)
	}
	if _, err := sim.Refund(stripesim.RefundOrder{Charge: "ch_past_00249"}); err == nil {
		t.Error("what was let go is refunded")
	}
	if _, err := sim.Dispute(stripesim.DisputeOrder{Charge: "ch_past_00009"}); err != nil {
		t.Fatal(err)
	}
	paid, err := sim.Payout(stripesim.PayoutOrder{Amount: 67 + 68})
	if err != nil {
		t.Fatal(err)
	}
	if err := sim.Close(); err != nil {
		t.Fatal(err)
	}

	h := start(t, stripesim.Options{Seed: 31, StatePath: path}) // all is there after a restart
	var ids []string
	charges := h.api.Charges.List(&stripe.ChargeListParams{ListParams: stripe.ListParams{Limit: stripe.Int64(100)}})
	for charges.Next() {
		ids = append(ids, charges.Charge().ID)
	}
	if len(ids) != n || ids[0] != "ch_past_00249" || ids[n-1] != "ch_past_00000" {
		t.Errorf("%d charges are listed, the newest %s, the oldest %s", len(ids), ids[0], ids[len(ids)-1])
	}
	p := h.intent("pi_past_00007")
	c := p.LatestCharge
	conforms(t, "payment_intent", p.LastResponse)
	if p.AmountReceived != 107 || c.ID != "ch_past_00007" || c.AmountRefunded != 7 || !c.Captured || c.Metadata["gift"] != "7" ||
		c.BalanceTransaction.ID != "txn_past_00007" || c.BalanceTransaction.Net != 107-33 {
		t.Errorf("a payment of the past: %+v, %+v", p, c)
	}
	got, err := h.api.Charges.Get("ch_past_00009", nil)
	if err != nil || !got.Disputed {
		t.Errorf("the disputed charge: %+v, %v", got, err)
	}
	conforms(t, "charge", got.LastResponse)
	if p := h.intent("pi_past_00249"); p.Status != stripe.PaymentIntentStatusCanceled || p.LatestCharge.Captured || !p.LatestCharge.Refunded {
		t.Errorf("what was let go: %s, %+v", p.Status, p.LatestCharge)
	}
	h.arrived() // the payout, and what it took along
	members := h.api.BalanceTransactions.List(&stripe.BalanceTransactionListParams{Payout: stripe.String(paid), Type: stripe.String("charge")})
	h.arrived()
	of := 0
	for members.Next() {
		of++
	}
	if of != 2 {
		t.Errorf("the payout took %d charges along, want the two oldest; %v", of, members.Err())
	}
	balance, err := h.api.Balance.Get(nil)
	if err != nil {
		t.Fatal(err)
	}
	want := int64(-7 - 109 - 1500 - 67 - 68)
	for _, p := range past[:n-1] {
		want += p.Amount - p.Fee
	}
	if got := balance.Available[0].Amount + balance.Pending[0].Amount; got != want {
		t.Errorf("the balance is %d, want %d", got, want)
	}
	if events := h.events(&stripe.EventListParams{}); len(events) > 12 {
		t.Errorf("%d events, the history makes none", len(events))
	}
}

func TestHistoryOfFiveThousandIsQuickAndSmall(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "stripe.json")
	sim, err := stripesim.New(stripesim.Options{Seed: 31, StatePath: path})
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(sim)
	defer server.Close()
	began := time.Now()
	body, err := json.Marshal(stripesim.PastOrder{Account: sim.AccountID(secretKey), Payments: pastPayments(sim.Now(), 5000)})
	if err != nil {
		t.Fatal(err)
	}
	res, err := http.Post(server.URL+"/_sim/history", "application/json", bytes.NewReader(body))
	if err != nil || res.StatusCode != http.StatusOK {
		t.Fatalf("POST /_sim/history: %v, %v", res, err)
	}
	res.Body.Close()
	if took := time.Since(began); took > 5*time.Second {
		t.Errorf("5,000 payments took %v", took)
	}
	if err := sim.Close(); err != nil {
		t.Fatal(err)
	}
	if kept, err := os.Stat(path); err != nil || kept.Size() > 3<<20 {
		t.Errorf("their state has %v bytes, %v, want at most 3 MiB", kept.Size(), err)
	}
}

func TestHistoryThatCanNotBeIsRefusedWhole(t *testing.T) {
	t.Parallel()
	h := start(t, stripesim.Options{})
	for what, change := range map[string]func(p *stripesim.Past){
		"no charge":                      func(p *stripesim.Past) { p.Charge = "" },
		"no amount":                      func(p *stripesim.Past) { p.Amount = 0 },
		"a fee below zero":               func(p *stripesim.Past) { p.Fee = -1 },
		"it is to come":                  func(p *stripesim.Past) { p.Authorised = h.Now().Add(time.Hour).Unix() },
		"captured without a transaction": func(p *stripesim.Past) { p.Transaction = "" },
		"a transaction without capture":  func(p *stripesim.Past) { p.Captured = 0 },
	} {
		past := pastPayments(h.Now(), 3)
		change(&past[1])
		if added, err := h.Import(secretKey, past); err == nil || added != 0 {
			t.Errorf("%s: Import = %d, %v", what, added, err)
		}
	}
	list := h.api.Charges.List(&stripe.ChargeListParams{})
	if list.Next() {
		t.Errorf("there is a charge: %s", list.Charge().ID)
	}
}
