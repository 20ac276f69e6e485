package stripesim_test

import (
	"encoding/json"
	"strings"

	"dure/dev/stripesim"
	"dure/dev/stripesim/stripespec"

	"github.com/stripe/stripe-go/v79"
)

// captured pays a session and captures it, and gives its charge once all of that is told.
func (h *harness) captured(cents int64, number string) stripesim.Outcome {
	h.t.Helper()
	out := h.pay(h.open(cents, "manual").ID, number)
	if _, err := h.api.PaymentIntents.Capture(out.PaymentIntent, nil); err != nil {
		h.t.Fatalf("capture: %v", err)
	}
	h.arrived()
	return out
}

// since gives the types of the events that were made after the first n, once all is settled.
func (h *harness) since(n int) []string { h.t.Helper(); return h.types()[n:] }

func (h *harness) charge(id string) *stripe.Charge {
	h.t.Helper()
	c, err := h.api.Charges.Get(id, nil)
	if err != nil {
		h.t.Fatalf("read %s: %v", id, err)
	}
	conforms(h.t, "charge", c.LastResponse)
	return c
}

func (h *harness) transaction(id string) *stripe.BalanceTransaction {
	h.t.Helper()
	txn, err := h.api.BalanceTransactions.Get(id, nil)
	if err != nil {
		h.t.Fatalf("read %s: %v", id, err)
	}
	conforms(h.t, "balance_transaction", txn.LastResponse)
	return txn
}

// transactions gives the ids of the transactions that a list tells, the newest first.
func (h *harness) transactions(p *stripe.BalanceTransactionListParams) (all []*stripe.BalanceTransaction) {
	h.t.Helper()
	list := h.api.BalanceTransactions.List(p)
	for list.Next() {
		all = append(all, list.BalanceTransaction())
	}
	if err := list.Err(); err != nil {
		h.t.Fatalf("list transactions: %v", err)
	}
	return all
}

// order sends an order to a door and reads the object that it answers.
func (h *harness) order(path, body string, into any) {
	h.t.Helper()
	answer, got := h.post(path, body, nil)
	if answer.StatusCode != 200 {
		h.t.Fatalf("POST %s %s = %d %s", path, body, answer.StatusCode, got)
	}
	decode(h.t, got, into)
}

// refused says that an order must be refused with a text.
func (h *harness) refused(path, body string, status int, text string) {
	h.t.Helper()
	if answer, got := h.post(path, body, nil); answer.StatusCode != status || !strings.Contains(got, text) {
		h.t.Errorf("POST %s %s = %d %s, want %d with %q", path, body, answer.StatusCode, got, status, text)
	}
}

// balances holds the balance against the transactions: whatever happened, it is their sum.
func (h *harness) balances() (available int64) {
	h.t.Helper()
	var sum int64
	for _, txn := range h.transactions(nil) {
		if sum += txn.Net; txn.Net != txn.Amount-txn.Fee {
			h.t.Errorf("%s: net %d, amount %d, fee %d", txn.ID, txn.Net, txn.Amount, txn.Fee)
		}
	}
	b, err := h.api.Balance.Get(nil)
	if err != nil {
		h.t.Fatal(err)
	}
	if got := b.Available[0].Amount + b.Pending[0].Amount; got != sum {
		h.t.Errorf("the balance is %d, its transactions make %d", got, sum)
	}
	return b.Available[0].Amount
}

// schemaOf is the kind of object that an event of a type is about.
func schemaOf(kind string) string {
	switch {
	case strings.HasPrefix(kind, "charge.dispute."):
		return "dispute"
	case strings.HasPrefix(kind, "charge.refund."):
		return "refund"
	case strings.HasPrefix(kind, "checkout."):
		return "checkout.session"
	}
	return strings.Split(kind, ".")[0]
}

// told holds all that was delivered against Stripe's schemas, and wants each of the types among it.
func (h *harness) told(types ...string) {
	h.t.Helper()
	h.arrived()
	h.mail.mu.Lock()
	defer h.mail.mu.Unlock()
	seen := map[string]bool{}
	for i, e := range h.mail.events {
		stripespec.Validate(h.t, "event", h.mail.raw[i])
		stripespec.Validate(h.t, schemaOf(string(e.Type)), e.Data.Raw)
		seen[string(e.Type)] = true
	}
	for _, kind := range types {
		if !seen[kind] {
			h.t.Errorf("no %s was delivered", kind)
		}
	}
}

// requestOf gives the request of the last event of a type.
func (h *harness) requestOf(kind string) *stripe.EventRequest {
	h.t.Helper()
	events := h.events(&stripe.EventListParams{Type: stripe.String(kind)})
	if len(events) == 0 {
		h.t.Fatalf("there is no event %s", kind)
	}
	return events[0].Request
}

// before gives what the last event of a type says things were.
func (h *harness) before(kind string) string {
	h.t.Helper()
	events := h.events(&stripe.EventListParams{Type: stripe.String(kind)})
	if len(events) == 0 {
		h.t.Fatalf("there is no event %s", kind)
	}
	body, err := json.Marshal(events[0].Data.PreviousAttributes)
	if err != nil {
		h.t.Fatal(err)
	}
	return string(body)
}
