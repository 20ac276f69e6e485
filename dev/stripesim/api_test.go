package stripesim_test

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"dure/dev/stripesim"
	"dure/dev/stripesim/stripespec"

	"github.com/stripe/stripe-go/v79"
)

func asStripe(err error, into **stripe.Error) bool { return errors.As(err, into) }

// TestRequestsAreThoseThatStripeTakes sends what the other tests send to stripe-mock with a strict document: the
// simulator and its callers can't agree on a wrong shape.
func TestRequestsAreThoseThatStripeTakes(t *testing.T) {
	t.Parallel()
	api := apiClient(stripespec.Start(t), secretKey)
	session := gift(2500, "manual")
	session.ExpiresAt = stripe.Int64(1_800_000_000)
	session.AddExpand("payment_intent.latest_charge")
	intent := &stripe.PaymentIntentParams{}
	intent.AddExpand("latest_charge.balance_transaction")
	created := &stripe.RangeQueryParams{GreaterThanOrEqual: 1}
	paging := stripe.ListParams{Limit: stripe.Int64(3), StartingAfter: stripe.String("x_1"), Single: true}
	charge := &stripe.ChargeParams{}
	charge.AddExpand("balance_transaction")
	charge.AddExpand("refunds")
	refund, payout := &stripe.RefundParams{}, &stripe.PayoutParams{}
	refund.AddExpand("failure_balance_transaction")
	payout.AddExpand("balance_transaction.source")
	for name, call := range map[string]func() error{
		"make a session":   func() error { _, err := api.CheckoutSessions.New(session); return err },
		"read a session":   func() error { _, err := api.CheckoutSessions.Get("cs_test_1", nil); return err },
		"expire a session": func() error { _, err := api.CheckoutSessions.Expire("cs_test_1", nil); return err },
		"read an intent":   func() error { _, err := api.PaymentIntents.Get("pi_1", intent); return err },
		"capture": func() error {
			_, err := api.PaymentIntents.Capture("pi_1", &stripe.PaymentIntentCaptureParams{AmountToCapture: stripe.Int64(600)})
			return err
		},
		"cancel": func() error {
			_, err := api.PaymentIntents.Cancel("pi_1", &stripe.PaymentIntentCancelParams{CancellationReason: stripe.String("requested_by_customer")})
			return err
		},
		"read a charge":      func() error { _, err := api.Charges.Get("ch_1", charge); return err },
		"read a transaction": func() error { _, err := api.BalanceTransactions.Get("txn_1", nil); return err },
		"read the balance":   func() error { _, err := api.Balance.Get(nil); return err },
		"read an event":      func() error { _, err := api.Events.Get("evt_1", nil); return err },
		"read a card":        func() error { _, err := api.PaymentMethods.Get("pm_1", nil); return err },
		"sessions of an intent": func() error {
			return api.CheckoutSessions.List(&stripe.CheckoutSessionListParams{ListParams: paging, PaymentIntent: stripe.String("pi_1")}).Err()
		},
		"list intents": func() error {
			return api.PaymentIntents.List(&stripe.PaymentIntentListParams{ListParams: paging, CreatedRange: created}).Err()
		},
		"list charges": func() error {
			return api.Charges.List(&stripe.ChargeListParams{ListParams: paging, PaymentIntent: stripe.String("pi_1"), CreatedRange: created}).Err()
		},
		"list transactions": func() error {
			return api.BalanceTransactions.List(&stripe.BalanceTransactionListParams{ListParams: paging, Source: stripe.String("ch_1"), Type: stripe.String("charge"), CreatedRange: created}).Err()
		},
		"list events": func() error {
			return api.Events.List(&stripe.EventListParams{ListParams: paging, CreatedRange: created, DeliverySuccess: stripe.Bool(false), Types: stripe.StringSlice([]string{"charge.captured", "charge.updated"})}).Err()
		},
		"make an endpoint": func() error {
			_, err := api.WebhookEndpoints.New(&stripe.WebhookEndpointParams{URL: stripe.String("https://dure.example/webhooks/stripe"), EnabledEvents: stripe.StringSlice([]string{"charge.refunded"}), APIVersion: stripe.String("2024-06-20")})
			return err
		},
		"refund": func() error {
			_, err := api.Refunds.New(&stripe.RefundParams{
				PaymentIntent: stripe.String("pi_1"), Amount: stripe.Int64(700), Reason: stripe.String("requested_by_customer"), Metadata: map[string]string{"gift": "g_1"},
			})
			return err
		},
		"read a refund": func() error { _, err := api.Refunds.Get("re_1", refund); return err },
		"mark a refund": func() error {
			_, err := api.Refunds.Update("re_1", &stripe.RefundParams{Metadata: map[string]string{"gift": "g_2"}})
			return err
		},
		"list refunds": func() error {
			return api.Refunds.List(&stripe.RefundListParams{ListParams: paging, Charge: stripe.String("ch_1"), PaymentIntent: stripe.String("pi_1"), CreatedRange: created}).Err()
		},
		"read a dispute": func() error { _, err := api.Disputes.Get("dp_1", nil); return err },
		"send evidence": func() error {
			_, err := api.Disputes.Update("dp_1", &stripe.DisputeParams{
				Evidence: &stripe.DisputeEvidenceParams{CustomerName: stripe.String("Testa Fictional"), UncategorizedText: stripe.String("winning_evidence")},
				Submit:   stripe.Bool(false), Metadata: map[string]string{"gift": "g_1"},
			})
			return err
		},
		"accept a dispute": func() error { _, err := api.Disputes.Close("dp_1", nil); return err },
		"list disputes": func() error {
			return api.Disputes.List(&stripe.DisputeListParams{ListParams: paging, Charge: stripe.String("ch_1"), PaymentIntent: stripe.String("pi_1"), CreatedRange: created}).Err()
		},
		"read a payout": func() error { _, err := api.Payouts.Get("po_1", payout); return err },
		"mark a payout": func() error {
			_, err := api.Payouts.Update("po_1", &stripe.PayoutParams{Metadata: map[string]string{"period": "M3"}})
			return err
		},
		"list payouts": func() error {
			return api.Payouts.List(&stripe.PayoutListParams{ListParams: paging, Status: stripe.String("paid"), CreatedRange: created}).Err()
		},
		"transactions of a payout": func() error {
			return api.BalanceTransactions.List(&stripe.BalanceTransactionListParams{ListParams: paging, Payout: stripe.String("po_1"), CreatedRange: created}).Err()
		},
		"drop an endpoint": func() error { _, err := api.WebhookEndpoints.Del("we_1", nil); return err },
	} {
		if err := call(); err != nil {
			t.Errorf("Stripe would not take: %s: %v", name, err)
		}
	}
}

// post sends a form as any client would.
func (h *harness) post(path, form string, header map[string]string) (*http.Response, string) {
	h.t.Helper()
	r, err := http.NewRequestWithContext(h.t.Context(), http.MethodPost, h.url+path, strings.NewReader(form))
	if err != nil {
		h.t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.SetBasicAuth(secretKey, "")
	for name, text := range header {
		r.Header.Set(name, text)
	}
	answer, err := (&http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}).Do(r)
	if err != nil {
		h.t.Fatal(err)
	}
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	if err != nil {
		h.t.Fatal(err)
	}
	return answer, string(body)
}

func sessionForm(change ...string) string {
	form := url.Values{
		"mode": {"payment"}, "success_url": {"https://dure.example/thanks"}, "line_items[0][quantity]": {"1"},
		"line_items[0][price_data][currency]": {"usd"}, "line_items[0][price_data][unit_amount]": {"2500"},
		"line_items[0][price_data][product_data][name]": {"Gift"},
	}
	for i := 0; i < len(change); i += 2 {
		form.Del(change[i])
		if change[i+1] != "-" {
			form.Set(change[i], change[i+1])
		}
	}
	return form.Encode()
}

func TestBadParametersAreRefusedByName(t *testing.T) {
	t.Parallel()
	h := start(t, stripesim.Options{})
	long := strings.Repeat("x", 501)
	for _, c := range []struct{ name, value, code, param string }{
		{"bogus", "1", "parameter_unknown", "bogus"},
		{"payment_intent_data[bogus]", "1", "parameter_unknown", "payment_intent_data[bogus]"},
		{"line_items[0][price_data][product_data][bogus]", "1", "parameter_unknown", "line_items[0][price_data][product_data][bogus]"},
		{"mode", "-", "parameter_missing", "mode"},
		{"line_items[0][price_data][currency]", "-", "parameter_missing", "line_items[0][price_data][currency]"},
		{"line_items[0][price_data][unit_amount]", "25.00", "parameter_invalid_integer", "line_items[0][price_data][unit_amount]"},
		{"line_items[0][price_data][unit_amount]", "-2500", "parameter_invalid_integer", "line_items[0][price_data][unit_amount]"},
		{"line_items[0][price_data][unit_amount]", "49", "amount_too_small", ""},
		{"locale", "hi", "", "locale"},
		{"mode", "gift", "", "mode"},
		{"success_url", "thanks", "url_invalid", "success_url"},
		{"customer_email", "testa", "email_invalid", "customer_email"},
		{"cancel_url", "", "parameter_invalid_empty", "cancel_url"},
		{"metadata[gift]", long, "", "metadata[gift]"},
		{"expires_at", "1", "", "expires_at"},
		{"discounts[0][coupon]", "c", "", "discounts"},
	} {
		answer, body := h.post("/v1/checkout/sessions", sessionForm(c.name, c.value), nil)
		var got struct{ Error stripe.Error }
		decode(t, body, &got)
		if answer.StatusCode != 400 || string(got.Error.Code) != c.code || got.Error.Param != c.param || got.Error.Type != "invalid_request_error" || got.Error.Msg == "" {
			t.Errorf("%s=%.20s: %d %s, want 400 with code %q and param %q", c.name, c.value, answer.StatusCode, body, c.code, c.param)
		}
	}
	many := []string{}
	for i := range 51 {
		many = append(many, fmt.Sprintf("metadata[k%d]", i), "v")
	}
	if answer, body := h.post("/v1/checkout/sessions", sessionForm(many...), nil); answer.StatusCode != 400 || !strings.Contains(body, "50 metadata") {
		t.Errorf("51 pairs of metadata: %d %s, want 400", answer.StatusCode, body)
	}
	if answer, body := h.post("/v1/checkout/sessions", sessionForm(), nil); answer.StatusCode != 200 || answer.Header.Get("Stripe-Version") != "2024-06-20" || answer.Header.Get("Request-Id") == "" {
		t.Errorf("a good session: %d %v %s", answer.StatusCode, answer.Header, body)
	}
}

func TestDoorIsClosedToOthers(t *testing.T) {
	t.Parallel()
	h := start(t, stripesim.Options{})
	for _, c := range []struct {
		header map[string]string
		want   int
	}{
		{map[string]string{"Authorization": ""}, 401},
		{map[string]string{"Authorization": "Bearer sk_live_1234"}, 401},
		{map[string]string{"Authorization": "Bearer sk_test_other"}, 200},
		{map[string]string{"Stripe-Version": "2024-09-30.acacia"}, 400},
		{map[string]string{"Stripe-Version": "2024-06-20"}, 200},
	} {
		if answer, body := h.post("/v1/checkout/sessions", sessionForm(), c.header); answer.StatusCode != c.want {
			t.Errorf("with %v: %d %s, want %d", c.header, answer.StatusCode, body, c.want)
		}
	}
	if answer, body := h.post("/v1/customers", "", nil); answer.StatusCode != 404 || !strings.Contains(body, "Unrecognized request URL (POST: /v1/customers)") {
		t.Errorf("an address that is not there: %d %s", answer.StatusCode, body)
	}
}

func TestAccountsKnowNothingOfEachOther(t *testing.T) {
	t.Parallel()
	h := start(t, stripesim.Options{})
	out := h.pay(h.open(1000, "manual").ID, visa)
	other := apiClient(h.url, "sk_test_fictionalparty")
	var missing *stripe.Error
	if _, err := other.PaymentIntents.Get(out.PaymentIntent, nil); !asStripe(err, &missing) || missing.HTTPStatusCode != 404 || missing.Code != stripe.ErrorCodeResourceMissing {
		t.Errorf("another account reads the PaymentIntent: %v, want resource_missing", err)
	}
	if list := other.Events.List(nil); list.Next() {
		t.Errorf("another account sees %v", list.Event())
	}
}

func TestListsArePagedFromTheNewest(t *testing.T) {
	t.Parallel()
	h := start(t, stripesim.Options{})
	var want []string
	for range 7 {
		want = append([]string{h.pay(h.open(1000, "manual").ID, visa).Charge}, want...)
	}
	var got []string
	p := &stripe.ChargeListParams{}
	p.Limit = stripe.Int64(3)
	list := h.api.Charges.List(p)
	for list.Next() {
		got = append(got, list.Charge().ID)
	}
	if list.Err() != nil || strings.Join(got, " ") != strings.Join(want, " ") {
		t.Errorf("charges three a page = %v, %v, want %v", got, list.Err(), want)
	}
	back := &stripe.ChargeListParams{}
	back.EndingBefore, back.Limit, back.Single = stripe.String(want[5]), stripe.Int64(2), true
	page := h.api.Charges.List(back).ChargeList()
	if len(page.Data) != 2 || page.Data[0].ID != want[3] || page.Data[1].ID != want[4] || !page.HasMore {
		t.Errorf("the two before %s = %v", want[5], page.Data)
	}
	types := h.events(&stripe.EventListParams{Types: stripe.StringSlice([]string{"charge.succeeded", "checkout.session.completed"})})
	if len(types) != 14 {
		t.Errorf("events of two types = %d, want 14", len(types))
	}
	none := h.events(&stripe.EventListParams{CreatedRange: &stripe.RangeQueryParams{GreaterThan: h.Now().Unix()}})
	if len(none) != 0 {
		t.Errorf("events of the future = %d", len(none))
	}
	for query, want := range map[string]string{"limit=101": "limit", "limit=0": "limit", "bogus=1": "bogus", "expand[]=data.status": "expand"} {
		r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, h.url+"/v1/charges?"+query, nil)
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("Authorization", "Bearer "+secretKey)
		answer, err := http.DefaultClient.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		body, _ := io.ReadAll(answer.Body)
		answer.Body.Close()
		if answer.StatusCode != 400 || !strings.Contains(string(body), `"param": "`+want+`"`) {
			t.Errorf("GET /v1/charges?%s = %d %s", query, answer.StatusCode, body)
		}
	}
}
