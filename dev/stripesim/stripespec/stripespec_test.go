package stripespec_test

import (
	"net/http"
	"strings"
	"testing"

	"dure/dev/stripesim/stripespec"
)

func TestOracleRefusesWhatStripeDoesNotTake(t *testing.T) {
	t.Parallel()
	url := stripespec.Start(t)
	base := "mode=payment&success_url=https%3A%2F%2Fa.example&line_items[0][price_data][currency]=usd" +
		"&line_items[0][price_data][product_data][name]=Gift&line_items[0][price_data][unit_amount]=2500&line_items[0][quantity]=1"
	for _, c := range []struct {
		name, form string
		want       int
	}{
		{"a good session", base, 200},
		{"an unknown parameter", base + "&bogus=1", 400},
		{"an unknown nested parameter", base + "&payment_intent_data[bogus]=1", 400},
		{"a language that Checkout has not", base + "&locale=hi", 400},
		{"a price without its currency", strings.Replace(base, "&line_items[0][price_data][currency]=usd", "", 1), 400},
	} {
		r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, url+"/v1/checkout/sessions", strings.NewReader(c.form))
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		r.Header.Set("Authorization", "Bearer sk_test_oracle")
		answer, err := http.DefaultClient.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		answer.Body.Close()
		if answer.StatusCode != c.want {
			t.Errorf("POST with %s = %d, want %d", c.name, answer.StatusCode, c.want)
		}
	}
}

func TestCheckRefusesWhatIsNoObjectOfStripes(t *testing.T) {
	t.Parallel()
	const fee = `{"amount":103,"application":null,"currency":"usd","description":null,"type":"stripe_fee"`
	for _, c := range []struct {
		name, body string
		good       bool
	}{
		{"a fee", fee + `}`, true},
		{"a fee with a property that Stripe has not", fee + `,"bogus":1}`, false},
		{"a fee of null", strings.Replace(fee, "103", "null", 1) + `}`, false},
		{"a fee without a type", strings.Replace(fee, `,"type":"stripe_fee"`, "", 1) + `}`, false},
	} {
		if err := stripespec.Check("fee", []byte(c.body)); (err == nil) != c.good {
			t.Errorf("Check(%s) = %v, want good: %v", c.name, err, c.good)
		}
	}
}
