package stripesim_test

import (
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"dure/dev/stripesim"

	"github.com/stripe/stripe-go/v79"
)

func (h *harness) get(path string) (*http.Response, string) {
	h.t.Helper()
	r, err := http.NewRequestWithContext(h.t.Context(), http.MethodGet, h.url+path, nil)
	if err != nil {
		h.t.Fatal(err)
	}
	answer, err := http.DefaultTransport.RoundTrip(r)
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

func filled(change ...string) string {
	form := url.Values{"card_number": {"4242 4242 4242 4242"}, "exp": {"12 / 45"}, "cvc": {"123"}, "name": {"Testa Donor"}, "zip": {"20002"}}
	for i := 0; i < len(change); i += 2 {
		form.Set(change[i], change[i+1])
	}
	return form.Encode()
}

func TestPageTakesACardWithoutScript(t *testing.T) {
	t.Parallel()
	h := start(t, stripesim.Options{Merchants: map[string]string{secretKey: "Fictional PAC & Friends"}})
	c := h.open(123_450, "manual")
	path := strings.TrimPrefix(c.URL, h.url)
	answer, page := h.get(path)
	for _, want := range []string{
		"Fictional PAC &amp; Friends", "$1,234.50", "Gift to the Fictional PAC", "Test mode", `href="https://dure.example/give/spring"`,
		`name="card_number"`, `name="exp"`, `name="cvc"`, `name="name"`, `name="zip"`, "Contributions are not tax deductible.", "Donate",
	} {
		if answer.StatusCode != 200 || !strings.Contains(page, want) {
			t.Errorf("GET %s = %d without %q", path, answer.StatusCode, want)
		}
	}
	if strings.Contains(page, "<script") {
		t.Error("the page has a script")
	}

	answer, page = h.post(path, filled("card_number", "4242 4242 4242 4241", "exp", "01/20", "cvc", "12", "zip", ""), nil)
	if answer.StatusCode != 422 || strings.Count(page, `aria-invalid="true"`) != 4 || !strings.Contains(page, `value="4242 4242 4242 4241"`) || !strings.Contains(page, `value="Testa Donor"`) {
		t.Errorf("a wrong form = %d, want 422 with four marked fields and what was typed:\n%s", answer.StatusCode, page)
	}
	if answer, page = h.post(path, filled("card_number", "4111 1111 1111 1111"), nil); answer.StatusCode != 422 || !strings.Contains(page, "non test card") {
		t.Errorf("a number that is no test card = %d, want 422", answer.StatusCode)
	}
	if got := h.types(); len(got) != 0 {
		t.Errorf("events before any attempt = %v", got)
	}
	if answer, page = h.post(path, filled("card_number", "4000000000000002"), nil); answer.StatusCode != 402 || !strings.Contains(page, "Your card was declined.") {
		t.Errorf("a declined card = %d, want 402 with the reason", answer.StatusCode)
	}
	want := "https://dure.example/thanks/g_1?key=k&session=" + c.ID
	for range 2 { // the second is a reload: nothing happens twice
		if answer, _ = h.post(path, filled(), nil); answer.StatusCode != 303 || answer.Header.Get("Location") != want {
			t.Errorf("a good card = %d to %s, want 303 to %s", answer.StatusCode, answer.Header.Get("Location"), want)
		}
	}
	if answer, _ = h.get(path); answer.StatusCode != 303 || answer.Header.Get("Location") != want {
		t.Errorf("a paid page = %d to %s, want 303 to %s", answer.StatusCode, answer.Header.Get("Location"), want)
	}
	if got := len(h.types()); got != 6 {
		t.Errorf("events = %d, want 6: created, failed, payment_failed, succeeded, capturable, completed", got)
	}
	var ch stripe.Charge
	h.last("charge.succeeded", &ch)
	if b := ch.BillingDetails; b.Name != "Testa Donor" || b.Address.PostalCode != "20002" || b.Address.Country != "US" || b.Email != "testa@example.org" {
		t.Errorf("billing details = %+v", b)
	}
}

func TestPageAsksTheHolder(t *testing.T) {
	t.Parallel()
	h := start(t, stripesim.Options{})
	c := h.open(1000, "manual")
	path := strings.TrimPrefix(c.URL, h.url)
	if answer, _ := h.post(path, filled("card_number", "4000002500003155"), nil); answer.StatusCode != 303 || answer.Header.Get("Location") != path {
		t.Fatalf("a card that asks = %d to %s, want 303 to %s", answer.StatusCode, answer.Header.Get("Location"), path)
	}
	if _, page := h.get(path); !strings.Contains(page, ">Complete<") || !strings.Contains(page, ">Fail<") {
		t.Errorf("the bank's page has no Complete and Fail:\n%s", page)
	}
	if answer, page := h.post(path+"/authenticate", "answer=fail", nil); answer.StatusCode != 402 || !strings.Contains(page, "failed authentication") {
		t.Errorf("Fail = %d, want 402", answer.StatusCode)
	}
	h.post(path, filled("card_number", "4000002500003155"), nil)
	if answer, _ := h.post(path+"/authenticate", "answer=complete", nil); answer.StatusCode != 303 {
		t.Errorf("Complete = %d, want 303", answer.StatusCode)
	}
}

func TestPageOfAnEndedSession(t *testing.T) {
	t.Parallel()
	h := start(t, stripesim.Options{})
	c := h.open(1000, "manual")
	if _, err := h.api.CheckoutSessions.Expire(c.ID, nil); err != nil {
		t.Fatal(err)
	}
	if answer, page := h.get("/c/pay/" + c.ID); answer.StatusCode != 410 || !strings.Contains(page, "has expired") || !strings.Contains(page, "https://dure.example/give/spring") {
		t.Errorf("an expired page = %d\n%s", answer.StatusCode, page)
	}
	if answer, _ := h.post("/c/pay/"+c.ID, filled(), nil); answer.StatusCode != 410 {
		t.Errorf("paying on an expired page = %d, want 410", answer.StatusCode)
	}
	if answer, _ := h.get("/c/pay/cs_test_none"); answer.StatusCode != 404 {
		t.Errorf("a page that is not there = %d, want 404", answer.StatusCode)
	}
}

func TestPublishedCardsHaveTheirPublishedOutcomes(t *testing.T) {
	t.Parallel()
	h := start(t, stripesim.Options{})
	for _, c := range []struct{ number, brand, country, funding, checks, decline string }{
		{"4242424242424242", "visa", "US", "credit", "/pass/pass", ""},
		{"4000056655665556", "visa", "US", "debit", "/pass/pass", ""},
		{"5555555555554444", "mastercard", "US", "credit", "/pass/pass", ""},
		{"5105105105105100", "mastercard", "US", "prepaid", "/pass/pass", ""},
		{"378282246310005", "amex", "US", "credit", "/pass/pass", ""},
		{"4000001240000000", "visa", "CA", "credit", "/pass/pass", ""},
		{"4000008260000000", "visa", "GB", "credit", "/pass/pass", ""},
		{"4000003920000003", "visa", "JP", "credit", "/pass/pass", ""},
		{"4000000000000101", "visa", "US", "credit", "/pass/fail", ""},
		{"4000000000000010", "visa", "US", "credit", "fail/fail/pass", ""},
		{"4000000000000028", "visa", "US", "credit", "fail/pass/pass", ""},
		{"4000000000000036", "visa", "US", "credit", "/fail/pass", ""},
		{"4000000000000044", "visa", "US", "credit", "unavailable/unavailable/pass", ""},
		{"4000000000000002", "visa", "US", "credit", "/pass/pass", "card_declined/generic_decline"},
		{"4000000000009995", "visa", "US", "credit", "/pass/pass", "card_declined/insufficient_funds"},
		{"4000000000009987", "visa", "US", "credit", "/pass/pass", "card_declined/lost_card"},
		{"4000000000009979", "visa", "US", "credit", "/pass/pass", "card_declined/stolen_card"},
		{"4000000000000069", "visa", "US", "credit", "/pass/pass", "expired_card/expired_card"},
		{"4000000000000127", "visa", "US", "credit", "/pass/fail", "incorrect_cvc/incorrect_cvc"},
		{"4000000000000119", "visa", "US", "credit", "/pass/pass", "processing_error/processing_error"},
		{"4100000000000019", "visa", "US", "credit", "/pass/pass", "card_declined/fraudulent"},
	} {
		p := h.intent(h.pay(h.open(1000, "manual").ID, c.number).PaymentIntent)
		card := p.LatestCharge.PaymentMethodDetails.Card
		checks := string(card.Checks.AddressLine1Check) + "/" + string(card.Checks.AddressPostalCodeCheck) + "/" + string(card.Checks.CVCCheck)
		got := []string{string(card.Brand), card.Country, string(card.Funding), checks, card.Last4}
		want := []string{c.brand, c.country, c.funding, c.checks, c.number[len(c.number)-4:]}
		if strings.Join(got, " ") != strings.Join(want, " ") {
			t.Errorf("card %s = %v, want %v", c.number, got, want)
		}
		decline := ""
		if e := p.LastPaymentError; e != nil {
			decline = string(e.Code) + "/" + string(e.DeclineCode)
		}
		if decline != c.decline || (decline == "") != (p.Status == "requires_capture") {
			t.Errorf("card %s: %s, declined as %q, want %q", c.number, p.Status, decline, c.decline)
		}
	}
}

func TestFingerprintKnowsACardAgainWithinAnAccount(t *testing.T) {
	t.Parallel()
	h := start(t, stripesim.Options{})
	print := func(number string) string {
		return h.intent(h.pay(h.open(1000, "manual").ID, number).PaymentIntent).LatestCharge.PaymentMethodDetails.Card.Fingerprint
	}
	if one, again, other := print(visa), print(visa), print("4000056655665556"); one != again || one == other || len(one) != 16 {
		t.Errorf("fingerprints: %s and %s of one card, %s of another", one, again, other)
	}
}

func TestEveryKnownNumberIsACardNumber(t *testing.T) {
	t.Parallel()
	h := start(t, stripesim.Options{})
	for _, number := range stripesim.TestCardNumbers() {
		if out := h.pay(h.open(1000, "manual").ID, number); out.Result == stripesim.Refused {
			t.Errorf("card %s is refused by the form: %v", number, out.Problems)
		}
	}
}
