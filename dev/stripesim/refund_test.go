package stripesim_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"dure/dev/stripesim"

	"github.com/google/go-cmp/cmp"
	"github.com/stripe/stripe-go/v79"
)

func (h *harness) refundCall(p *stripe.RefundParams) *stripe.Refund {
	h.t.Helper()
	r, err := h.api.Refunds.New(p)
	if err != nil {
		h.t.Fatalf("refund %+v: %v", p, err)
	}
	conforms(h.t, "refund", r.LastResponse)
	return r
}

func TestRefundsInPartsAddUp(t *testing.T) {
	t.Parallel()
	h := start(t, stripesim.Options{})
	out := h.captured(2500, visa)
	n := len(h.types())
	first := h.refundCall(&stripe.RefundParams{
		PaymentIntent: &out.PaymentIntent, Amount: stripe.Int64(700), Reason: stripe.String("requested_by_customer"), Metadata: map[string]string{"gift": "g_1"},
	})
	if first.Status != "succeeded" || first.Charge.ID != out.Charge || first.Reason != "requested_by_customer" || first.Metadata["gift"] != "g_1" || first.FailureBalanceTransaction != nil {
		t.Errorf("a refund of a part = %+v", first)
	}
	txn := h.transaction(first.BalanceTransaction.ID)
	if txn.Type != "refund" || txn.Amount != -700 || txn.Fee != 0 || txn.Net != -700 || txn.Source.ID != first.ID || txn.ReportingCategory != "refund" {
		t.Errorf("its transaction = %+v", txn)
	}
	if c := h.charge(out.Charge); c.AmountRefunded != 700 || c.Refunded {
		t.Errorf("the charge after a part: %d refunded, whole %v", c.AmountRefunded, c.Refunded)
	}
	var told stripe.Charge
	if h.last("charge.refunded", &told); told.AmountRefunded != 700 || told.Refunds != nil || h.before("charge.refunded") != `{"amount_refunded":0}` {
		t.Errorf("charge.refunded of a part tells %d, refunds %v, before %s", told.AmountRefunded, told.Refunds, h.before("charge.refunded"))
	}
	second := h.refundCall(&stripe.RefundParams{Charge: &out.Charge})
	if second.Amount != 1800 {
		t.Errorf("the refund of the rest = %d, want 1800", second.Amount)
	}
	if h.last("charge.refunded", &told); told.AmountRefunded != 2500 || !told.Refunded || h.before("charge.refunded") != `{"amount_refunded":700,"refunded":false}` {
		t.Errorf("charge.refunded of the rest tells %d, whole %v, before %s", told.AmountRefunded, told.Refunded, h.before("charge.refunded"))
	}
	if diff := cmp.Diff([]string{"refund.created", "charge.refunded", "refund.created", "charge.refunded"}, h.since(n)); diff != "" {
		t.Errorf("events of two refunds (-want +got):\n%s", diff)
	}
	if r := h.requestOf("refund.created"); r.ID == "" || r.IdempotencyKey == "" {
		t.Errorf("the event of a refund by the API has the request %+v", r)
	}
	full := &stripe.ChargeParams{}
	full.AddExpand("refunds")
	if c, err := h.api.Charges.Get(out.Charge, full); err != nil || len(c.Refunds.Data) != 2 || c.Refunds.Data[0].ID != second.ID {
		t.Errorf("the charge with its refunds = %+v, %v", c, err)
	}
	if p := h.intent(out.PaymentIntent); p.Status != "succeeded" || p.AmountReceived != 2500 {
		t.Errorf("the PaymentIntent of a refunded charge = %s, %d received", p.Status, p.AmountReceived)
	}
	h.balances()
	h.told("refund.created", "charge.refunded")
}

func TestRefundThatCantBeIsRefused(t *testing.T) {
	t.Parallel()
	h := start(t, stripesim.Options{})
	whole, part, held := h.captured(1000, visa), h.captured(1000, visa), h.pay(h.open(1000, "manual").ID, visa)
	failed := h.pay(h.open(1000, "manual").ID, "4000000000000002")
	h.refundCall(&stripe.RefundParams{Charge: &whole.Charge})
	h.refundCall(&stripe.RefundParams{Charge: &part.Charge, Amount: stripe.Int64(400)})
	n := len(h.types())
	for _, c := range []struct {
		name, form, code, param, message string
		status                           int
	}{
		{"the same twice", "charge=" + whole.Charge, "charge_already_refunded", "", "Charge " + whole.Charge + " has already been refunded.", 400},
		{"more than is left", "amount=601&charge=" + part.Charge, "", "amount", "Refund amount ($6.01) is greater than unrefunded amount on charge ($6.00)", 400},
		{"more than was paid", "amount=100050&charge=" + part.Charge, "", "amount", "Refund amount ($1000.50) is greater than charge amount ($10.00)", 400},
		{"nothing", "amount=0&charge=" + part.Charge, "parameter_invalid_integer", "amount", "", 400},
		{"an authorisation", "charge=" + held.Charge, "charge_not_refundable", "charge", "", 400},
		{"an authorisation's intent", "payment_intent=" + held.PaymentIntent, "payment_intent_unexpected_state", "", "", 400},
		{"a declined charge", "charge=" + failed.Charge, "charge_not_refundable", "charge", "", 400},
		{"neither", "amount=5", "parameter_missing", "", "", 400},
		{"both", "charge=" + part.Charge + "&payment_intent=" + part.PaymentIntent, "", "", "", 400},
		{"an unknown charge", "charge=ch_3none", "resource_missing", "charge", "", 404},
		{"a reason that Stripe has not", "reason=regret&charge=" + part.Charge, "", "reason", "", 400},
		{"an unknown parameter", "bogus=1&charge=" + part.Charge, "parameter_unknown", "bogus", "", 400},
	} {
		answer, body := h.post("/v1/refunds", c.form, nil)
		var got struct{ Error stripe.Error }
		decode(t, body, &got)
		if answer.StatusCode != c.status || string(got.Error.Code) != c.code || got.Error.Param != c.param || c.message != "" && got.Error.Msg != c.message {
			t.Errorf("refund of %s = %d %s", c.name, answer.StatusCode, body)
		}
	}
	if got := h.since(n); len(got) != 0 {
		t.Errorf("refused refunds made the events %v", got)
	}
}

func TestFailingRefundGivesTheMoneyBack(t *testing.T) {
	t.Parallel()
	h := start(t, stripesim.Options{})
	out := h.captured(1000, "4000000000005126")
	n, before := len(h.types()), h.worth()
	r := h.refundCall(&stripe.RefundParams{Charge: &out.Charge})
	if r.Status != "succeeded" {
		t.Errorf("a refund that will fail is %s at first, want succeeded", r.Status)
	}
	if diff := cmp.Diff([]string{"refund.created", "charge.refunded", "charge.refund.updated", "refund.updated"}, h.since(n)); diff != "" {
		t.Errorf("events of a failing refund (-want +got):\n%s", diff)
	}
	for _, kind := range []string{"charge.refund.updated", "refund.updated"} {
		var told stripe.Refund
		if h.last(kind, &told); told.ID != r.ID || told.Status != "failed" || told.FailureReason == "" || told.FailureBalanceTransaction == nil || told.BalanceTransaction == nil {
			t.Errorf("%s tells %+v", kind, told)
		}
		if got := h.before(kind); got != `{"status":"succeeded"}` {
			t.Errorf("%s: before %s", kind, got)
		}
	}
	failed, err := h.api.Refunds.Get(r.ID, nil)
	if err != nil {
		t.Fatal(err)
	}
	conforms(t, "refund", failed.LastResponse)
	if txn := h.transaction(failed.FailureBalanceTransaction.ID); txn.Type != "refund_failure" || txn.Net != 1000 || txn.Source.ID != r.ID || txn.AvailableOn != h.transaction(failed.BalanceTransaction.ID).AvailableOn {
		t.Errorf("the failure's transaction = %+v", txn)
	}
	if c := h.charge(out.Charge); c.AmountRefunded != 0 || c.Refunded {
		t.Errorf("the charge after the failure: %d refunded, whole %v", c.AmountRefunded, c.Refunded)
	}
	if after := h.worth(); after != before {
		t.Errorf("the balance after a refund that failed is %d, was %d", after, before)
	}
	h.told("refund.updated", "charge.refund.updated")
}

func TestPendingRefundSucceedsLater(t *testing.T) {
	t.Parallel()
	h := start(t, stripesim.Options{SettleAfter: time.Hour})
	out := h.captured(1000, "4000000000007726")
	if r := h.refundCall(&stripe.RefundParams{Charge: &out.Charge}); r.Status != "pending" {
		t.Errorf("a pending refund is %s", r.Status)
	}
	var told stripe.Refund
	h.arrived()
	if h.last("refund.updated", &told); told.Status != "succeeded" || h.before("refund.updated") != `{"status":"pending"}` {
		t.Errorf("a pending refund became %s", told.Status)
	}
}

func TestRefundOnTheDashboard(t *testing.T) {
	t.Parallel()
	h := start(t, stripesim.Options{})
	out := h.captured(1000, visa)
	var r stripe.Refund
	h.order("/_sim/refund", `{"payment_intent": "`+out.PaymentIntent+`", "amount": 300}`, &r)
	if r.Amount != 300 || r.Charge.ID != out.Charge {
		t.Errorf("a refund by the door = %+v", r)
	}
	for _, kind := range []string{"refund.created", "charge.refunded"} {
		if got := h.requestOf(kind); got.ID != "" || got.IdempotencyKey != "" {
			t.Errorf("%s of the dashboard has the request %+v, want none", kind, got)
		}
	}
	h.order("/_sim/refund", `{"refund": "`+r.ID+`", "fail": true}`, &r)
	if r.Status != "failed" || h.charge(out.Charge).AmountRefunded != 0 {
		t.Errorf("a refund failed by the door = %+v", r)
	}
	for _, path := range []string{"/", "/_sim/state"} {
		if _, page := h.get(path); !strings.Contains(page, r.ID) {
			t.Errorf("GET %s does not tell of %s", path, r.ID)
		}
	}
	n := len(h.types())
	h.order("/_sim/refund", `{"charge": "`+out.Charge+`", "fail": true}`, &r)
	if r.Status != "succeeded" || !slices.Equal(h.since(n), []string{"refund.created", "charge.refunded", "charge.refund.updated", "refund.updated"}) {
		t.Errorf("a refund by the door that fails = %s, %v", r.Status, h.since(n))
	}
	h.refused("/_sim/refund", `{"refund": "`+r.ID+`", "fail": true}`, 400, "failed already")
	h.refused("/_sim/refund", `{"refund": "`+r.ID+`", "fail": true, "amount": 5}`, 400, "can only fail")
	h.refused("/_sim/refund", `{"refund": "re_3none", "fail": true}`, 404, "No such refund")
	h.refused("/_sim/refund", `{"charge": "ch_3none"}`, 404, "No such charge")
	h.refused("/_sim/refund", `{"charge": "`+out.Charge+`", "amount": -5}`, 400, "Invalid integer")
	h.refused("/_sim/refund", `{"charge": "`+out.Charge+`", "amount": 1001}`, 400, "greater than charge amount")
	h.refused("/_sim/refund", `{}`, 400, "payment_intent or charge")
	if _, err := h.Refund(stripesim.RefundOrder{Charge: out.Charge}); err != nil {
		t.Errorf("Refund = %v", err)
	}
	if _, err := h.Refund(stripesim.RefundOrder{Charge: out.Charge}); err == nil || err.Error() != "Charge "+out.Charge+" has already been refunded." {
		t.Errorf("Refund of a refunded charge = %v", err)
	}
	h.balances()
}

func TestRefundsAreListedAndMarked(t *testing.T) {
	t.Parallel()
	h := start(t, stripesim.Options{})
	one, two := h.captured(1000, visa), h.captured(1000, visa)
	var want []string
	for _, out := range []stripesim.Outcome{one, one, two} {
		want = append([]string{h.refundCall(&stripe.RefundParams{Charge: &out.Charge, Amount: stripe.Int64(100)}).ID}, want...)
	}
	ids := func(p *stripe.RefundListParams) (ids []string) {
		list := h.api.Refunds.List(p)
		for list.Next() {
			ids = append(ids, list.Refund().ID)
		}
		if err := list.Err(); err != nil {
			t.Errorf("list refunds: %v", err)
		}
		return ids
	}
	for name, c := range map[string]struct {
		p    *stripe.RefundListParams
		want []string
	}{
		"all":                 {&stripe.RefundListParams{}, want},
		"of a charge":         {&stripe.RefundListParams{Charge: &one.Charge}, want[1:]},
		"of a payment intent": {&stripe.RefundListParams{PaymentIntent: &two.PaymentIntent}, want[:1]},
	} {
		if diff := cmp.Diff(c.want, ids(c.p)); diff != "" {
			t.Errorf("refunds %s (-want +got):\n%s", name, diff)
		}
	}
	r, err := h.api.Refunds.Update(want[0], &stripe.RefundParams{Metadata: map[string]string{"gift": "g_2"}})
	if err != nil || r.Metadata["gift"] != "g_2" || h.before("refund.updated") != `{"metadata":{"gift":null}}` {
		t.Errorf("a refund marked = %+v, %v, before %s", r, err, h.before("refund.updated"))
	}
	n := len(h.types())
	if _, err = h.api.Refunds.Update(want[0], &stripe.RefundParams{Metadata: map[string]string{"gift": "g_2"}}); err != nil || len(h.since(n)) != 0 {
		t.Errorf("marking it the same again: %v, %v", err, h.since(n))
	}
	if _, err := h.api.Refunds.Cancel(want[0], nil); err == nil {
		t.Error("a card's refund was canceled")
	}
	full := &stripe.RefundParams{}
	for _, name := range []string{"charge.balance_transaction", "payment_intent", "balance_transaction.source"} {
		full.AddExpand(name)
	}
	if r, err = h.api.Refunds.Get(want[0], full); err != nil || r.BalanceTransaction.Source.Refund.ID != r.ID || r.Charge.BalanceTransaction.Net == 0 {
		t.Fatalf("an expanded refund = %+v, %v", r, err)
	}
	conforms(t, "refund", r.LastResponse)
}

func TestRefundUnderAKeyIsMadeOnce(t *testing.T) {
	t.Parallel()
	h := start(t, stripesim.Options{})
	out := h.captured(1000, visa)
	if err := h.SetFaults(stripesim.Faults{FailAPI: 1, Seed: 12}); err != nil {
		t.Fatal(err)
	}
	p := &stripe.RefundParams{Charge: &out.Charge, Amount: stripe.Int64(300)}
	p.SetIdempotencyKey("g_1-refund")
	made, failures := map[string]bool{}, 0
	for range 20 {
		if r, err := h.api.Refunds.New(p); err == nil {
			made[r.ID] = true
		} else {
			failures++
		}
	}
	if err := h.SetFaults(stripesim.Faults{}); err != nil {
		t.Fatal(err)
	}
	if c := h.charge(out.Charge); len(made) != 1 || failures == 0 || c.AmountRefunded != 300 {
		t.Errorf("a refund asked for 20 times under one key, %d of them failing: %d refunds, %d cents", failures, len(made), c.AmountRefunded)
	}
	p.Amount = stripe.Int64(400)
	var refused *stripe.Error
	if _, err := h.api.Refunds.New(p); !asStripe(err, &refused) || refused.Type != stripe.ErrorTypeIdempotency {
		t.Errorf("another amount under the key = %v, want idempotency_error", err)
	}
}

// worth holds the balance against its transactions and gives the whole of it.
func (h *harness) worth() (sum int64) {
	h.t.Helper()
	h.balances()
	for _, txn := range h.transactions(nil) {
		sum += txn.Net
	}
	return sum
}
