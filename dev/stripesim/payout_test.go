package stripesim_test

import (
	"strings"
	"testing"
	"time"

	"dure/dev/stripesim"

	"github.com/google/go-cmp/cmp"
	"github.com/stripe/stripe-go/v79"
)

func (h *harness) payoutNow(id string) *stripe.Payout {
	h.t.Helper()
	p, err := h.api.Payouts.Get(id, nil)
	if err != nil {
		h.t.Fatalf("read %s: %v", id, err)
	}
	conforms(h.t, "payout", p.LastResponse)
	return p
}

// reconciles holds a payout against its members: their net is its amount. It gives their types, the newest first.
func (h *harness) reconciles(id string) (types []string) {
	h.t.Helper()
	p, sum := h.payoutNow(id), int64(0)
	if p.ReconciliationStatus != "completed" {
		h.t.Errorf("%s is %s, reconciliation %s", id, p.Status, p.ReconciliationStatus)
	}
	paging := &stripe.BalanceTransactionListParams{Payout: &id}
	paging.Limit = stripe.Int64(2)
	own := 0
	for _, txn := range h.transactions(paging) {
		if txn.ID == p.BalanceTransaction.ID {
			if own++; txn.Type != "payout" || txn.Net != -p.Amount || txn.Fee != 0 || txn.Source.ID != id {
				h.t.Errorf("the payout's own transaction = %+v", txn)
			}
			continue
		}
		sum += txn.Net
		types = append(types, string(txn.Type))
	}
	if sum != p.Amount || own != 1 {
		h.t.Errorf("%s is of %d; its members make %d, its own transaction was listed %d times", id, p.Amount, sum, own)
	}
	return types
}

func TestPayoutTakesWhatIsAvailable(t *testing.T) {
	t.Parallel()
	h := start(t, stripesim.Options{})
	h.refused("/_sim/payout", `{}`, 400, "available balance is 0")
	first, second := h.captured(2500, visa), h.captured(1000, visa)
	h.refundCall(&stripe.RefundParams{Charge: &second.Charge, Amount: stripe.Int64(400)})
	h.refused("/_sim/payout", `{}`, 400, "available balance is 0")
	if _, err := h.Advance(3 * 24 * time.Hour); err != nil {
		t.Fatal(err)
	}
	disputed, err := h.Dispute(stripesim.DisputeOrder{Charge: first.Charge, Amount: 100})
	if err != nil {
		t.Fatal(err)
	}
	late := h.captured(700, visa)
	want := int64(2500-103) + (1000 - 59) - 400 - 1600
	if got := h.balances(); got != want {
		t.Errorf("the available balance = %d, want %d without the gift of today (%s)", got, want, late.Charge)
	}
	n := len(h.types())
	var p stripe.Payout
	h.order("/_sim/payout", `{}`, &p)
	events := []string{"payout.created", "payout.updated", "payout.paid", "payout.reconciliation_completed"}
	if diff := cmp.Diff(events, h.since(n)); diff != "" {
		t.Errorf("events of a payout (-want +got):\n%s", diff)
	}
	if got := h.payoutNow(p.ID); got.Amount != want || got.Status != "paid" || !got.Automatic || got.BalanceTransaction == nil || got.Destination == nil {
		t.Errorf("the payout = %+v", got)
	}
	if diff := cmp.Diff([]string{"adjustment", "refund", "charge", "charge"}, h.reconciles(p.ID)); diff != "" {
		t.Errorf("its members (-want +got):\n%s", diff)
	}
	if got := h.balances(); got != 0 {
		t.Errorf("the available balance after the payout = %d, want nothing", got)
	}
	var told stripe.Payout
	for kind, want := range map[string][2]string{
		"payout.created": {"pending", "in_progress"}, "payout.updated": {"in_transit", "in_progress"}, "payout.paid": {"paid", "in_progress"},
		"payout.reconciliation_completed": {"paid", "completed"},
	} {
		if h.last(kind, &told); string(told.Status) != want[0] || string(told.ReconciliationStatus) != want[1] {
			t.Errorf("%s tells %s, %s; want %v", kind, told.Status, told.ReconciliationStatus, want)
		}
	}
	for _, c := range []struct {
		p    *stripe.BalanceTransactionListParams
		want int
	}{
		{&stripe.BalanceTransactionListParams{Type: stripe.String("charge")}, 3},
		{&stripe.BalanceTransactionListParams{Type: stripe.String("adjustment")}, 1},
		{&stripe.BalanceTransactionListParams{Source: &disputed}, 1},
		{&stripe.BalanceTransactionListParams{Payout: &p.ID, Type: stripe.String("charge")}, 2},
		{&stripe.BalanceTransactionListParams{CreatedRange: &stripe.RangeQueryParams{GreaterThanOrEqual: h.Now().Add(-24 * time.Hour).Unix()}}, 3},
		{&stripe.BalanceTransactionListParams{CreatedRange: &stripe.RangeQueryParams{LesserThan: h.Now().Add(-24 * time.Hour).Unix()}}, 3},
	} {
		if got := h.transactions(c.p); len(got) != c.want {
			t.Errorf("transactions by %+v = %d, want %d", c.p, len(got), c.want)
		}
	}
	h.told(events...)
}

func TestPaidPayoutFailsLaterAndTheNextTakesItsMoney(t *testing.T) {
	t.Parallel()
	h := start(t, stripesim.Options{})
	h.captured(1000, "4000000000000077")
	id, err := h.Payout(stripesim.PayoutOrder{})
	if err != nil {
		t.Fatal(err)
	}
	n := len(h.types()) // settles: it is paid
	var p stripe.Payout
	h.order("/_sim/payout", `{"payout": "`+id+`", "fail": true}`, &p)
	if diff := cmp.Diff([]string{"payout.failed"}, h.since(n)); diff != "" {
		t.Errorf("events of a paid payout's failure (-want +got):\n%s", diff)
	}
	var told stripe.Payout
	if h.last("payout.failed", &told); told.Status != "failed" || told.FailureCode == "" || told.FailureBalanceTransaction == nil || !strings.Contains(h.before("payout.failed"), `"status":"paid"`) {
		t.Errorf("payout.failed tells %+v, before %s", told, h.before("payout.failed"))
	}
	if txn := h.transaction(told.FailureBalanceTransaction.ID); txn.Type != "payout_failure" || txn.Net != 941 || txn.Source.ID != id {
		t.Errorf("the failure's transaction = %+v", txn)
	}
	if got := h.balances(); got != 941 {
		t.Errorf("the available balance after the failure = %d, want 941", got)
	}
	h.refused("/_sim/payout", `{"payout": "`+id+`", "fail": true}`, 400, "failed already")
	h.reconciles(id)
	next, err := h.Payout(stripesim.PayoutOrder{Amount: 941})
	if err != nil {
		t.Fatal(err)
	}
	h.arrived()
	if diff := cmp.Diff([]string{"payout_failure"}, h.reconciles(next)); diff != "" {
		t.Errorf("members of the next payout (-want +got):\n%s", diff)
	}
	h.told("payout.failed")
}

func TestPayoutThatFailsIsNeverPaid(t *testing.T) {
	t.Parallel()
	h := start(t, stripesim.Options{})
	h.captured(1000, "4000000000000077")
	n := len(h.types())
	if _, err := h.Payout(stripesim.PayoutOrder{Fail: true}); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"payout.created", "payout.updated", "payout.failed", "payout.reconciliation_completed"}, h.since(n)); diff != "" {
		t.Errorf("events of a failing payout (-want +got):\n%s", diff)
	}
	if got := h.balances(); got != 941 {
		t.Errorf("the available balance = %d, want 941", got)
	}
}

func TestLatePayoutIsReconciledWhenItArrives(t *testing.T) {
	t.Parallel()
	h := start(t, stripesim.Options{})
	h.captured(1000, "4000000000000077")
	id, err := h.Payout(stripesim.PayoutOrder{DaysLate: 2})
	if err != nil {
		t.Fatal(err)
	}
	h.arrived()
	if p := h.payoutNow(id); p.Status != "in_transit" || p.ReconciliationStatus != "in_progress" || h.balances() != 0 {
		t.Errorf("a late payout = %+v", p)
	}
	var refused *stripe.Error
	if err := h.api.BalanceTransactions.List(&stripe.BalanceTransactionListParams{Payout: &id}).Err(); !asStripe(err, &refused) || refused.Code != stripe.ErrorCodePayoutReconciliationNotReady {
		t.Errorf("its members before it arrives = %v, want payout_reconciliation_not_ready", err)
	}
	if _, err := h.Advance(49 * time.Hour); err != nil {
		t.Fatal(err)
	}
	h.arrived()
	if p := h.payoutNow(id); p.Status != "paid" {
		t.Errorf("two days later it is %s", p.Status)
	}
	h.reconciles(id)
}

func TestPayoutOfASum(t *testing.T) {
	t.Parallel()
	h := start(t, stripesim.Options{})
	for range 3 {
		h.captured(1000, "4000000000000077")
	}
	h.refused("/_sim/payout", `{"amount": 1000}`, 400, "oldest available transactions")
	h.refused("/_sim/payout", `{"amount": 5000}`, 400, "available balance is 2823")
	h.refused("/_sim/payout", `{"amount": -1}`, 400, "Invalid integer")
	h.refused("/_sim/payout", `{"days_late": -1}`, 400, "days late")
	h.refused("/_sim/payout", `{"payout": "po_1none", "fail": true}`, 404, "No such payout")
	h.refused("/_sim/payout", `{"account": "acct_none"}`, 400, h.AccountID(secretKey))
	two, err := h.Payout(stripesim.PayoutOrder{Amount: 2 * 941, Account: h.AccountID(secretKey)})
	if err != nil {
		t.Fatal(err)
	}
	n := len(h.types())
	manual, err := h.Payout(stripesim.PayoutOrder{Amount: 500, Manual: true})
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"payout.created", "payout.updated", "payout.paid"}, h.since(n)); diff != "" {
		t.Errorf("events of a manual payout (-want +got):\n%s", diff)
	}
	if p := h.payoutNow(manual); p.Automatic || p.ReconciliationStatus != "not_applicable" {
		t.Errorf("a manual payout = %+v", p)
	}
	for id, status := range map[string]int{manual: 400, "po_1none": 404} {
		var refused *stripe.Error
		if err := h.api.BalanceTransactions.List(&stripe.BalanceTransactionListParams{Payout: &id}).Err(); !asStripe(err, &refused) || refused.HTTPStatusCode != status {
			t.Errorf("members of %s = %v, want %d", id, err, status)
		}
	}
	rest, err := h.Payout(stripesim.PayoutOrder{})
	if err != nil {
		t.Fatal(err)
	}
	h.arrived()
	if p := h.payoutNow(rest); p.Amount != 441 || h.balances() != 0 {
		t.Errorf("the payout of the rest = %d, want 441", p.Amount)
	}
	h.reconciles(two)
	if diff := cmp.Diff([]string{"payout", "charge"}, h.reconciles(rest)); diff != "" {
		t.Errorf("members of the rest (-want +got):\n%s", diff)
	}
	list := h.api.Payouts.List(&stripe.PayoutListParams{Status: stripe.String("paid"), CreatedRange: &stripe.RangeQueryParams{GreaterThanOrEqual: 1}})
	var ids []string
	for list.Next() {
		ids = append(ids, list.Payout().ID)
	}
	if diff := cmp.Diff([]string{rest, manual, two}, ids); diff != "" || list.Err() != nil {
		t.Errorf("payouts (-want +got):\n%s%v", diff, list.Err())
	}
	p, err := h.api.Payouts.Update(two, &stripe.PayoutParams{Metadata: map[string]string{"period": "M3"}})
	if err != nil || p.Metadata["period"] != "M3" || h.before("payout.updated") != `{"metadata":{"period":null}}` {
		t.Errorf("a payout marked = %+v, %v", p, err)
	}
	full := &stripe.PayoutParams{}
	full.AddExpand("balance_transaction.source")
	if p, err = h.api.Payouts.Get(two, full); err != nil || p.BalanceTransaction.Source.Payout.ID != two {
		t.Fatalf("an expanded payout = %+v, %v", p, err)
	}
	conforms(t, "payout", p.LastResponse)
}
