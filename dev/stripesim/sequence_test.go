package stripesim_test

import (
	"slices"
	"testing"
	"time"

	"dure/dev/stripesim"
	"dure/dev/stripesim/stripespec"

	"github.com/google/go-cmp/cmp"
	"github.com/stripe/stripe-go/v79"
)

const visa = "4242424242424242"

func TestManualCaptureIsAuthorisedThenTaken(t *testing.T) {
	t.Parallel()
	h := start(t, stripesim.Options{})
	c := h.open(2500, "manual")
	if c.PaymentIntent != nil || c.Status != "open" || c.PaymentStatus != "unpaid" {
		t.Errorf("a new session has intent %v, status %s, payment %s; want none, open, unpaid", c.PaymentIntent, c.Status, c.PaymentStatus)
	}
	out := h.pay(c.ID, visa)
	if want := "https://dure.example/thanks/g_1?key=k&session=" + c.ID; out.Result != stripesim.Paid || out.Redirect != want {
		t.Fatalf("Pay = %+v, want paid and sent to %s", out, want)
	}
	want := []string{"payment_intent.created", "charge.succeeded", "payment_intent.amount_capturable_updated", "checkout.session.completed"}
	if diff := cmp.Diff(want, h.types()); diff != "" {
		t.Errorf("events of an authorisation (-want +got):\n%s", diff)
	}
	var done stripe.CheckoutSession
	if h.last("checkout.session.completed", &done); done.PaymentStatus != "unpaid" || done.Status != "complete" || done.PaymentIntent.ID != out.PaymentIntent {
		t.Errorf("checkout.session.completed says %s, %s, %v; want unpaid, complete, %s", done.PaymentStatus, done.Status, done.PaymentIntent, out.PaymentIntent)
	}
	p := h.intent(out.PaymentIntent)
	ch := p.LatestCharge
	if p.Status != "requires_capture" || p.AmountCapturable != 2500 || ch.Captured || !ch.Paid || ch.BalanceTransaction != nil {
		t.Errorf("authorised: status %s, capturable %d, captured %v, paid %v, transaction %v", p.Status, p.AmountCapturable, ch.Captured, ch.Paid, ch.BalanceTransaction)
	}
	if got, want := ch.PaymentMethodDetails.Card.CaptureBefore, ch.Created+7*86400; got != want {
		t.Errorf("capture_before = %d, want %d", got, want)
	}
	if diff := cmp.Diff(map[string]string{"gift": "g_1", "where": "intent"}, ch.Metadata); diff != "" {
		t.Errorf("the charge's metadata is not the PaymentIntent's (-want +got):\n%s", diff)
	}

	if _, err := h.Advance(48 * time.Hour); err != nil {
		t.Fatal(err)
	}
	captured := h.Now().Unix()
	if p, err := h.api.PaymentIntents.Capture(p.ID, nil); err != nil || p.Status != "succeeded" || p.AmountReceived != 2500 {
		t.Fatalf("Capture = %+v, %v", p, err)
	}
	want = append(want, "charge.captured", "payment_intent.succeeded", "charge.updated")
	if diff := cmp.Diff(want, h.types()); diff != "" {
		t.Errorf("events after the capture (-want +got):\n%s", diff)
	}
	var before, after stripe.Charge
	h.last("charge.captured", &before)
	h.last("charge.updated", &after)
	if before.BalanceTransaction != nil || after.BalanceTransaction == nil {
		t.Errorf("balance transaction in charge.captured %v, in charge.updated %v; want none, one", before.BalanceTransaction, after.BalanceTransaction)
	}
	txn := h.intent(p.ID).LatestCharge.BalanceTransaction
	if txn == nil || txn.Amount != 2500 || txn.Fee != 103 || txn.Net != 2397 || txn.Created < captured || txn.Created > captured+5 || txn.Status != "pending" {
		t.Errorf("balance transaction = %+v, want 2500 - 103 = 2397, pending, made at the capture (%d)", txn, captured)
	}
	if c, err := h.api.CheckoutSessions.Get(c.ID, nil); err != nil || c.PaymentStatus != "paid" {
		t.Errorf("the session after the capture = %v, %v; want paid", c.PaymentStatus, err)
	}
	if ch.Created > captured-2*86400+5 {
		t.Errorf("the charge was made at %d, want the authorisation, two days before %d", ch.Created, captured)
	}
}

func TestFeeIsHalfACentUp(t *testing.T) {
	t.Parallel()
	h := start(t, stripesim.Options{})
	for cents, want := range map[int64]int64{50: 31, 500: 45, 1000: 59, 2500: 103, 5000: 175, 500_000: 14_530} {
		c := h.open(cents, "automatic")
		h.pay(c.ID, visa)
		h.arrived()
		txn := h.intent(h.pay(c.ID, visa).PaymentIntent).LatestCharge.BalanceTransaction
		if txn == nil || txn.Fee != want || txn.Net != cents-want {
			t.Errorf("fee of %d cents = %+v, want %d", cents, txn, want)
		}
	}
	b, err := h.api.Balance.Get(nil)
	if err != nil || b.Pending[0].Amount != 509_050-14_943 {
		t.Errorf("pending balance = %+v, %v, want %d", b.Pending, err, 509_050-14_943)
	}
	if _, err := h.Advance(49 * time.Hour); err != nil {
		t.Fatal(err)
	}
	if b, err := h.api.Balance.Get(nil); err != nil || b.Available[0].Amount != 509_050-14_943 || b.Pending[0].Amount != 0 {
		t.Errorf("balance two days later = %+v, %v", b, err)
	}
}

func TestAutomaticCapturePaysAtOnce(t *testing.T) {
	t.Parallel()
	h := start(t, stripesim.Options{})
	c := h.open(1000, "automatic_async")
	h.pay(c.ID, visa)
	want := []string{"payment_intent.created", "charge.succeeded", "payment_intent.succeeded", "checkout.session.completed", "charge.updated"}
	if diff := cmp.Diff(want, h.types()); diff != "" {
		t.Errorf("events (-want +got):\n%s", diff)
	}
	var ch stripe.Charge
	if h.last("charge.succeeded", &ch); !ch.Captured || ch.BalanceTransaction != nil {
		t.Errorf("charge.succeeded: captured %v, balance transaction %v; want captured, none yet", ch.Captured, ch.BalanceTransaction)
	}
	var done stripe.CheckoutSession
	if h.last("checkout.session.completed", &done); done.PaymentStatus != "paid" {
		t.Errorf("payment_status = %s, want paid", done.PaymentStatus)
	}
}

func TestDeclineLeavesTheSessionOpenForAnotherCard(t *testing.T) {
	t.Parallel()
	h := start(t, stripesim.Options{})
	c := h.open(1000, "manual")
	first := h.pay(c.ID, "4000000000009995")
	if first.Result != stripesim.Declined || first.Message != "Your card has insufficient funds." {
		t.Fatalf("Pay = %+v, want declined", first)
	}
	want := []string{"payment_intent.created", "charge.failed", "payment_intent.payment_failed"}
	if diff := cmp.Diff(want, h.types()); diff != "" {
		t.Errorf("events of a decline (-want +got):\n%s", diff)
	}
	p := h.intent(first.PaymentIntent)
	if e := p.LastPaymentError; p.Status != "requires_payment_method" || e == nil || e.Code != "card_declined" || e.DeclineCode != "insufficient_funds" || e.PaymentMethod == nil {
		t.Errorf("after a decline: %s, %+v", p.Status, e)
	}
	if ch := p.LatestCharge; ch.Status != "failed" || ch.Paid || ch.FailureCode != "card_declined" || ch.Outcome.Type != "issuer_declined" {
		t.Errorf("the failed charge = %+v", ch)
	}
	second := h.pay(c.ID, visa)
	if second.Result != stripesim.Paid || second.PaymentIntent != first.PaymentIntent || second.Charge == first.Charge {
		t.Errorf("the second try = %+v, want paid on %s with a new charge", second, first.PaymentIntent)
	}
	charges := h.api.Charges.List(&stripe.ChargeListParams{PaymentIntent: &first.PaymentIntent})
	var ids []string
	for charges.Next() {
		ids = append(ids, charges.Charge().ID)
	}
	if diff := cmp.Diff([]string{second.Charge, first.Charge}, ids); diff != "" {
		t.Errorf("charges of the PaymentIntent (-want +got):\n%s", diff)
	}
}

func TestReleaseOfAnAuthorisationIsNamedARefundAndMovesNothing(t *testing.T) {
	t.Parallel()
	h := start(t, stripesim.Options{})
	out := h.pay(h.open(1000, "manual").ID, visa)
	p, err := h.api.PaymentIntents.Cancel(out.PaymentIntent, &stripe.PaymentIntentCancelParams{CancellationReason: stripe.String("requested_by_customer")})
	if err != nil || p.Status != "canceled" || p.CancellationReason != "requested_by_customer" || p.AmountCapturable != 0 {
		t.Fatalf("Cancel = %+v, %v", p, err)
	}
	if got, want := h.types()[4:], []string{"charge.refunded", "payment_intent.canceled"}; !slices.Equal(got, want) {
		t.Errorf("events of a release = %v, want %v", got, want)
	}
	var ch stripe.Charge
	if h.last("charge.refunded", &ch); ch.Captured || ch.AmountCaptured != 0 || ch.AmountRefunded != 1000 || !ch.Refunded || ch.BalanceTransaction != nil {
		t.Errorf("the released charge = %+v", ch)
	}
	for _, verb := range []func() error{
		func() error { _, err := h.api.PaymentIntents.Capture(p.ID, nil); return err },
		func() error { _, err := h.api.PaymentIntents.Cancel(p.ID, nil); return err },
	} {
		var refused *stripe.Error
		if err := verb(); !asStripe(err, &refused) || refused.Code != stripe.ErrorCodePaymentIntentUnexpectedState || refused.PaymentIntent == nil {
			t.Errorf("a verb on a canceled PaymentIntent = %v, want payment_intent_unexpected_state", err)
		}
	}
}

func TestAuthorisationLapsesWhenTheClockPassesCaptureBefore(t *testing.T) {
	t.Parallel()
	h := start(t, stripesim.Options{})
	out := h.pay(h.open(1000, "manual").ID, visa)
	until := h.intent(out.PaymentIntent).LatestCharge.PaymentMethodDetails.Card.CaptureBefore
	if _, err := h.Advance(7*24*time.Hour - time.Minute); err != nil {
		t.Fatal(err)
	}
	if p := h.intent(out.PaymentIntent); p.Status != "requires_capture" {
		t.Errorf("a minute before capture_before: %s, want requires_capture", p.Status)
	}
	if _, err := h.Advance(24 * time.Hour); err != nil {
		t.Fatal(err)
	}
	if got, want := h.types()[4:], []string{"charge.expired", "payment_intent.canceled"}; !slices.Equal(got, want) {
		t.Errorf("events of a lapse = %v, want %v", got, want)
	}
	p := h.intent(out.PaymentIntent)
	if p.Status != "canceled" || p.CancellationReason != "automatic" || p.CanceledAt != until {
		t.Errorf("after the lapse: %s, %s, at %d; want canceled, automatic, at %d", p.Status, p.CancellationReason, p.CanceledAt, until)
	}
}

func TestSessionExpiresByItselfAndByOrder(t *testing.T) {
	t.Parallel()
	h := start(t, stripesim.Options{})
	abandoned, ended := h.open(1000, "manual"), h.open(1000, "manual")
	h.pay(abandoned.ID, "4000000000000002")
	if c, err := h.api.CheckoutSessions.Expire(ended.ID, nil); err != nil || c.Status != "expired" || c.URL != "" {
		t.Fatalf("Expire = %+v, %v", c, err)
	}
	if _, err := h.api.CheckoutSessions.Expire(ended.ID, nil); err == nil {
		t.Error("an expired session was expired again")
	}
	if _, err := h.Advance(36 * time.Minute); err != nil {
		t.Fatal(err)
	}
	want := []string{"payment_intent.created", "charge.failed", "payment_intent.payment_failed", "checkout.session.expired", "payment_intent.canceled", "checkout.session.expired"}
	if diff := cmp.Diff(want, h.types()); diff != "" {
		t.Errorf("events (-want +got):\n%s", diff)
	}
	var c stripe.CheckoutSession
	if h.last("checkout.session.expired", &c); c.ID != abandoned.ID || c.Status != "expired" {
		t.Errorf("the expired session = %s %s, want %s", c.ID, c.Status, abandoned.ID)
	}
	if out := h.pay(abandoned.ID, visa); out.Result != stripesim.Over {
		t.Errorf("Pay on an expired session = %+v, want %s", out, stripesim.Over)
	}
}

func TestCardThatAsksItsHolder(t *testing.T) {
	t.Parallel()
	h := start(t, stripesim.Options{})
	c := h.open(1000, "manual")
	out := h.pay(c.ID, "4000002500003155")
	if p := h.intent(out.PaymentIntent); out.Result != stripesim.Challenge || p.Status != "requires_action" || p.NextAction == nil {
		t.Fatalf("Pay = %+v, want a challenge; the PaymentIntent is %s", out, p.Status)
	}
	if out, err := h.Authenticate(c.ID, false); err != nil || out.Result != stripesim.Declined {
		t.Errorf("Authenticate(no) = %+v, %v, want declined", out, err)
	}
	if e := h.intent(out.PaymentIntent).LastPaymentError; e == nil || e.Code != stripe.ErrorCodePaymentIntentAuthenticationFailure {
		t.Errorf("last_payment_error = %+v", e)
	}
	h.pay(c.ID, "4000002500003155")
	if out, err := h.Authenticate(c.ID, true); err != nil || out.Result != stripesim.Paid {
		t.Errorf("Authenticate(yes) = %+v, %v, want paid", out, err)
	}
	if three := h.intent(out.PaymentIntent).LatestCharge.PaymentMethodDetails.Card.ThreeDSecure; three == nil || three.Result != "authenticated" {
		t.Errorf("three_d_secure = %+v, want authenticated", three)
	}
}

// TestEveryObjectIsOneOfStripes walks every path on which an object comes to be or changes, and holds all that the
// simulator shows and tells against Stripe's schemas.
func TestEveryObjectIsOneOfStripes(t *testing.T) {
	t.Parallel()
	h := start(t, stripesim.Options{})
	schemas := map[string]string{"checkout": "checkout.session", "payment_intent": "payment_intent", "charge": "charge"}
	for _, number := range stripesim.TestCardNumbers() {
		c := h.open(1000, "manual")
		conforms(t, "checkout.session", c.LastResponse)
		out := h.pay(c.ID, number)
		if out.Result == stripesim.Challenge {
			conforms(t, "payment_intent", h.intent(out.PaymentIntent).LastResponse)
			if _, err := h.Authenticate(c.ID, true); err != nil {
				t.Fatal(err)
			}
		}
		conforms(t, "payment_intent", h.intent(out.PaymentIntent).LastResponse)
	}
	released, partly, lapsing := h.pay(h.open(1000, "manual").ID, visa), h.pay(h.open(1000, "manual").ID, visa), h.pay(h.open(1000, "manual").ID, visa)
	h.pay(h.open(1000, "automatic").ID, visa)
	if _, err := h.api.PaymentIntents.Cancel(released.PaymentIntent, nil); err != nil {
		t.Fatal(err)
	}
	if _, err := h.api.PaymentIntents.Capture(partly.PaymentIntent, &stripe.PaymentIntentCaptureParams{AmountToCapture: stripe.Int64(600)}); err != nil {
		t.Fatal(err)
	}
	h.arrived()
	full := &stripe.CheckoutSessionParams{}
	full.AddExpand("line_items")
	full.AddExpand("payment_intent.latest_charge.balance_transaction")
	list := h.api.CheckoutSessions.List(&stripe.CheckoutSessionListParams{PaymentIntent: &partly.PaymentIntent})
	if !list.Next() {
		t.Fatalf("no session of %s: %v", partly.PaymentIntent, list.Err())
	}
	c, err := h.api.CheckoutSessions.Get(list.CheckoutSession().ID, full)
	if err != nil || c.LineItems == nil || c.PaymentIntent.LatestCharge.BalanceTransaction.Net != 600-47 {
		t.Fatalf("an expanded session = %+v, %v", c, err)
	}
	conforms(t, "checkout.session", c.LastResponse)
	txn, err := h.api.BalanceTransactions.Get(c.PaymentIntent.LatestCharge.BalanceTransaction.ID, nil)
	if err != nil {
		t.Fatal(err)
	}
	conforms(t, "balance_transaction", txn.LastResponse)
	b, err := h.api.Balance.Get(nil)
	if err != nil {
		t.Fatal(err)
	}
	conforms(t, "balance", b.LastResponse)
	e, err := h.api.WebhookEndpoints.New(&stripe.WebhookEndpointParams{
		URL: stripe.String(h.mail.url + "/second"), EnabledEvents: stripe.StringSlice([]string{"charge.refunded"}), APIVersion: stripe.String("2024-06-20"),
	})
	if err != nil || e.Secret == "" {
		t.Fatalf("make an endpoint = %+v, %v", e, err)
	}
	conforms(t, "webhook_endpoint", e.LastResponse)
	if e, err := h.api.WebhookEndpoints.Get(e.ID, nil); err != nil || e.Secret != "" {
		t.Errorf("an endpoint read again = %+v, %v; want its secret not told", e, err)
	}
	m, err := h.api.PaymentMethods.Get(h.intent(lapsing.PaymentIntent).PaymentMethod.ID, nil)
	if err != nil {
		t.Fatal(err)
	}
	conforms(t, "payment_method", m.LastResponse)
	if _, err := h.api.WebhookEndpoints.Del(e.ID, nil); err != nil {
		t.Fatal(err)
	}
	if _, err := h.Advance(8 * 24 * time.Hour); err != nil {
		t.Fatal(err)
	}
	h.arrived()

	seen := map[string]bool{}
	h.mail.mu.Lock()
	defer h.mail.mu.Unlock()
	for i, e := range h.mail.events {
		stripespec.Validate(t, "event", h.mail.raw[i])
		for start, schema := range schemas {
			if len(e.Type) > len(start) && string(e.Type[:len(start)+1]) == start+"." {
				stripespec.Validate(t, schema, e.Data.Raw)
				seen[string(e.Type)] = true
			}
		}
	}
	for _, kind := range []string{
		"payment_intent.created", "payment_intent.requires_action", "payment_intent.amount_capturable_updated", "payment_intent.payment_failed",
		"payment_intent.succeeded", "payment_intent.canceled", "charge.succeeded", "charge.failed", "charge.captured", "charge.updated",
		"charge.refunded", "charge.expired", "checkout.session.completed", "checkout.session.expired",
	} {
		if !seen[kind] {
			t.Errorf("no %s was held against its schema", kind)
		}
	}
}
