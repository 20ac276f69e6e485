package stripesim_test

import (
	"slices"
	"testing"
	"time"

	"dure/dev/stripesim"

	"github.com/google/go-cmp/cmp"
	"github.com/stripe/stripe-go/v79"
)

func (h *harness) disputeNow(id string) *stripe.Dispute {
	h.t.Helper()
	d, err := h.api.Disputes.Get(id, nil)
	if err != nil {
		h.t.Fatalf("read %s: %v", id, err)
	}
	conforms(h.t, "dispute", d.LastResponse)
	return d
}

// disputed gives the one dispute of a charge.
func (h *harness) disputed(charge string) *stripe.Dispute {
	h.t.Helper()
	list := h.api.Disputes.List(&stripe.DisputeListParams{Charge: &charge})
	if !list.Next() {
		h.t.Fatalf("there is no dispute of %s: %v", charge, list.Err())
	}
	found := list.Dispute()
	if list.Next() {
		h.t.Fatalf("%s has more than one dispute", charge)
	}
	return h.disputeNow(found.ID)
}

func TestDisputeTakesTheMoneyAndAFee(t *testing.T) {
	t.Parallel()
	h := start(t, stripesim.Options{})
	out := h.captured(2500, visa)
	n, before := len(h.types()), h.worth()
	var d stripe.Dispute
	h.order("/_sim/dispute", `{"payment_intent": "`+out.PaymentIntent+`", "reason": "product_not_received"}`, &d)
	if diff := cmp.Diff([]string{"charge.dispute.created", "charge.dispute.funds_withdrawn"}, h.since(n)); diff != "" {
		t.Errorf("events of a dispute (-want +got):\n%s", diff)
	}
	got := h.disputed(out.Charge)
	if got.Status != "needs_response" || got.Amount != 2500 || got.Reason != "product_not_received" || got.Charge.ID != out.Charge || got.PaymentIntent.ID != out.PaymentIntent || got.IsChargeRefundable || got.EvidenceDetails.DueBy == 0 {
		t.Errorf("the dispute = %+v", got)
	}
	var created, withdrawn stripe.Dispute
	h.last("charge.dispute.created", &created)
	h.last("charge.dispute.funds_withdrawn", &withdrawn)
	if len(created.BalanceTransactions) != 0 || len(withdrawn.BalanceTransactions) != 1 {
		t.Fatalf("transactions told: %d at first, %d once withdrawn; want 0, 1", len(created.BalanceTransactions), len(withdrawn.BalanceTransactions))
	}
	txn := h.transaction(withdrawn.BalanceTransactions[0].ID)
	if txn.Type != "adjustment" || txn.ReportingCategory != "dispute" || txn.Amount != -2500 || txn.Fee != 1500 || txn.Net != -4000 || txn.Source.ID != d.ID || txn.Status != "available" {
		t.Errorf("the withdrawal = %+v", txn)
	}
	if h.worth() != before-4000 || !h.charge(out.Charge).Disputed {
		t.Errorf("after the withdrawal the account is worth %d, was %d; disputed %v", h.worth(), before, h.charge(out.Charge).Disputed)
	}
	if r := h.requestOf("charge.dispute.created"); r.ID != "" {
		t.Errorf("a bank's dispute has the request %+v", r)
	}
	var refused *stripe.Error
	if _, err := h.api.Refunds.New(&stripe.RefundParams{Charge: &out.Charge}); !asStripe(err, &refused) || refused.Code != stripe.ErrorCodeChargeDisputed {
		t.Errorf("a refund of a disputed charge = %v, want charge_disputed", err)
	}
	h.refused("/_sim/dispute", `{"charge": "`+out.Charge+`"}`, 400, "disputed already")
	h.told("charge.dispute.created", "charge.dispute.funds_withdrawn")
}

func TestDisputeEnds(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, outcome, status string
		inquiry               string
		events                []string
		worth                 int64 // what it costs in all
		refundable            bool
	}{
		{"won", "won", "won", "false", []string{"charge.dispute.updated", "charge.dispute.closed", "charge.dispute.funds_reinstated"}, -1500, true},
		{"lost", "lost", "lost", "false", []string{"charge.dispute.closed"}, -4000, false},
		{"an inquiry that ends", "won", "warning_closed", "true", []string{"charge.dispute.closed"}, 0, true},
		{"an inquiry that is lost", "lost", "warning_closed", "true", []string{"charge.dispute.closed"}, 0, true},
	} {
		h := start(t, stripesim.Options{})
		out := h.captured(2500, visa)
		before := h.worth()
		var d stripe.Dispute
		h.order("/_sim/dispute", `{"charge": "`+out.Charge+`", "inquiry": `+c.inquiry+`}`, &d)
		if _, err := h.Advance(24 * time.Hour); err != nil {
			t.Fatal(err)
		}
		n := len(h.types())
		h.order("/_sim/dispute", `{"dispute": "`+d.ID+`", "outcome": "`+c.outcome+`"}`, &d)
		if diff := cmp.Diff(c.events, h.since(n)); diff != "" {
			t.Errorf("events of a dispute %s (-want +got):\n%s", c.name, diff)
		}
		got := h.disputeNow(d.ID)
		if string(got.Status) != c.status || h.worth()-before != c.worth || got.IsChargeRefundable != c.refundable {
			t.Errorf("a dispute %s is %s, costs %d, refundable %v; want %s, %d, %v", c.name, got.Status, h.worth()-before, got.IsChargeRefundable, c.status, c.worth, c.refundable)
		}
		var closed stripe.Dispute
		if h.last("charge.dispute.closed", &closed); string(closed.Status) != c.status {
			t.Errorf("charge.dispute.closed of a dispute %s tells %s", c.name, closed.Status)
		}
		if c.outcome == "won" && c.status == "won" {
			var back stripe.Dispute
			h.last("charge.dispute.funds_reinstated", &back)
			txn := h.transaction(back.BalanceTransactions[1].ID)
			if len(back.BalanceTransactions) != 2 || len(closed.BalanceTransactions) != 1 || txn.Type != "adjustment" || txn.Amount != 2500 || txn.Fee != 0 || txn.Source.ID != d.ID {
				t.Errorf("the reinstatement = %+v", txn)
			}
		}
		_, err := h.api.Refunds.New(&stripe.RefundParams{Charge: &out.Charge})
		if (err == nil) != c.refundable {
			t.Errorf("a refund after a dispute %s = %v, want it possible: %v", c.name, err, c.refundable)
		}
		h.refused("/_sim/dispute", `{"dispute": "`+d.ID+`", "outcome": "lost"}`, 400, "closed already")
		h.told(c.events...)
	}
}

func TestInquiryBecomesAChargeback(t *testing.T) {
	t.Parallel()
	h := start(t, stripesim.Options{})
	out := h.captured(2500, "4000000000001976")
	d := h.disputed(out.Charge)
	if d.Status != "warning_needs_response" || len(d.BalanceTransactions) != 0 || !d.IsChargeRefundable || d.PaymentMethodDetails.Card.CaseType != "inquiry" {
		t.Errorf("the inquiry = %+v", d)
	}
	n := len(h.types())
	if _, err := h.Dispute(stripesim.DisputeOrder{Dispute: d.ID, Outcome: "escalated"}); err != nil {
		t.Fatal(err)
	}
	if got, want := h.since(n), []string{"charge.dispute.updated", "charge.dispute.funds_withdrawn"}; !slices.Equal(got, want) {
		t.Errorf("events of an escalation = %v, want %v", got, want)
	}
	if d = h.disputeNow(d.ID); d.Status != "needs_response" || len(d.BalanceTransactions) != 1 || d.IsChargeRefundable || d.PaymentMethodDetails.Card.CaseType != "chargeback" {
		t.Errorf("the escalated inquiry = %+v", d)
	}
	h.told("charge.dispute.updated")
}

func TestDisputingCardsDispute(t *testing.T) {
	t.Parallel()
	h := start(t, stripesim.Options{})
	for number, want := range map[string]string{"4000000000000259": "fraudulent", "4000000000002685": "product_not_received"} {
		out := h.captured(1000, number)
		if d := h.disputed(out.Charge); string(d.Reason) != want || d.Status != "needs_response" || len(d.BalanceTransactions) != 1 {
			t.Errorf("the dispute of %s = %+v", number, d)
		}
		automatic := h.pay(h.open(1000, "automatic").ID, number)
		h.arrived()
		h.disputed(automatic.Charge)
		held := h.pay(h.open(1000, "manual").ID, number)
		h.arrived()
		if h.charge(held.Charge).Disputed {
			t.Errorf("%s disputes an authorisation", number)
		}
	}
}

func TestRefundedChargeIsNotDisputedByItsCard(t *testing.T) {
	t.Parallel()
	h := start(t, stripesim.Options{SettleAfter: time.Hour})
	out := h.pay(h.open(1000, "automatic").ID, "4000000000000259")
	h.refundCall(&stripe.RefundParams{Charge: &out.Charge})
	h.arrived()
	if c := h.charge(out.Charge); c.Disputed || c.BalanceTransaction == nil {
		t.Errorf("a charge refunded before its dispute: disputed %v, transaction %v", c.Disputed, c.BalanceTransaction)
	}
	h.refused("/_sim/dispute", `{"charge": "`+out.Charge+`"}`, 400, "refunded in full")
	part := h.pay(h.open(1000, "automatic").ID, "4000000000000259")
	h.refundCall(&stripe.RefundParams{Charge: &part.Charge, Amount: stripe.Int64(400)})
	h.arrived()
	if d := h.disputed(part.Charge); d.Amount != 600 {
		t.Errorf("the dispute of a charge refunded in part is about %d, want the other 600", d.Amount)
	}
}

func TestEvidenceIsStagedSubmittedAndDecided(t *testing.T) {
	t.Parallel()
	h := start(t, stripesim.Options{})
	for text, want := range map[string]string{"winning_evidence": "won", "losing_evidence": "lost", "The donor wrote to us.": "under_review"} {
		out := h.captured(1000, visa)
		id, err := h.Dispute(stripesim.DisputeOrder{Charge: out.Charge, Amount: 600})
		if err != nil {
			t.Fatal(err)
		}
		n := len(h.types())
		staged, err := h.api.Disputes.Update(id, &stripe.DisputeParams{
			Evidence: &stripe.DisputeEvidenceParams{CustomerName: stripe.String("Testa Fictional")}, Submit: stripe.Bool(false), Metadata: map[string]string{"gift": "g_1"},
		})
		if err != nil || staged.Status != "needs_response" || staged.Evidence.CustomerName != "Testa Fictional" || !staged.EvidenceDetails.HasEvidence || staged.EvidenceDetails.SubmissionCount != 0 {
			t.Fatalf("staged evidence = %+v, %v", staged, err)
		}
		conforms(t, "dispute", staged.LastResponse)
		sent, err := h.api.Disputes.Update(id, &stripe.DisputeParams{Evidence: &stripe.DisputeEvidenceParams{UncategorizedText: &text}})
		if err != nil || sent.Status != "under_review" || sent.EvidenceDetails.SubmissionCount != 1 || sent.Evidence.CustomerName != "Testa Fictional" {
			t.Fatalf("submitted evidence = %+v, %v", sent, err)
		}
		if got := h.since(n)[:2]; !slices.Equal(got, []string{"charge.dispute.updated", "charge.dispute.updated"}) {
			t.Errorf("events of evidence = %v", got)
		}
		if d := h.disputeNow(id); string(d.Status) != want || d.Amount != 600 {
			t.Errorf("after %q the dispute is %s, want %s", text, d.Status, want)
		}
		if _, err := h.api.Disputes.Update(id, &stripe.DisputeParams{Evidence: &stripe.DisputeEvidenceParams{CustomerName: stripe.String("x")}}); err == nil {
			t.Error("evidence was changed after it was submitted")
		}
	}
	h.told("charge.dispute.updated", "charge.dispute.closed")
}

func TestDisputeIsAcceptedAndItsDayPasses(t *testing.T) {
	t.Parallel()
	h := start(t, stripesim.Options{})
	first, second := h.captured(1000, visa), h.captured(1000, visa)
	accepted, err := h.Dispute(stripesim.DisputeOrder{Charge: first.Charge})
	if err != nil {
		t.Fatal(err)
	}
	silent, err := h.Dispute(stripesim.DisputeOrder{Charge: second.Charge})
	if err != nil {
		t.Fatal(err)
	}
	d, err := h.api.Disputes.Close(accepted, nil)
	if err != nil || d.Status != "lost" {
		t.Errorf("Close = %+v, %v", d, err)
	}
	if _, err := h.api.Disputes.Close(accepted, nil); err == nil {
		t.Error("a lost dispute was closed again")
	}
	if _, err := h.Advance(11 * 24 * time.Hour); err != nil {
		t.Fatal(err)
	}
	if d := h.disputeNow(silent); d.Status != "needs_response" || !d.EvidenceDetails.PastDue {
		t.Errorf("a dispute that nobody answered = %s, past due %v", d.Status, d.EvidenceDetails.PastDue)
	}
	if _, err := h.api.Disputes.Update(silent, &stripe.DisputeParams{Evidence: &stripe.DisputeEvidenceParams{CustomerName: stripe.String("x")}}); err == nil {
		t.Error("evidence was taken after its day")
	}
}

func TestDisputeThatCantBeIsRefused(t *testing.T) {
	t.Parallel()
	h := start(t, stripesim.Options{})
	out, held := h.captured(1000, visa), h.pay(h.open(1000, "manual").ID, visa)
	for _, c := range []struct {
		body, text string
		status     int
	}{
		{`{"charge": "` + held.Charge + `"}`, "not captured", 400},
		{`{"charge": "` + out.Charge + `", "amount": 1001}`, "between 1 and", 400},
		{`{"charge": "` + out.Charge + `", "amount": -1}`, "between 1 and", 400},
		{`{"charge": "` + out.Charge + `", "reason": "regret"}`, "regret", 400},
		{`{"charge": "` + out.Charge + `", "outcome": "drawn"}`, "won, lost or escalated", 400},
		{`{"charge": "` + out.Charge + `", "outcome": "escalated"}`, "Only an inquiry", 400},
		{`{"dispute": "dp_1none", "outcome": "won"}`, "No such dispute", 404},
		{`{"dispute": "dp_1none", "outcome": "won", "weeks": 1}`, "weeks", 400},
	} {
		h.refused("/_sim/dispute", c.body, c.status, c.text)
	}
	if h.charge(out.Charge).Disputed {
		t.Error("a refused order disputed the charge")
	}
	id, err := h.Dispute(stripesim.DisputeOrder{Charge: out.Charge, Outcome: "won"})
	if err != nil || h.disputeNow(id).Status != "won" {
		t.Errorf("a dispute opened and won at once: %v", err)
	}
	h.refused("/_sim/dispute", `{"dispute": "`+id+`"}`, 400, "only end, or escalate")
}
