package stripesim_test

import (
	"encoding/json"
	"html"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"dure/dev/stripesim"
	"dure/i18n"

	"github.com/google/go-cmp/cmp"
	"github.com/stripe/stripe-go/v79"
)

// catalogs reads the sentences of the page by language, and by what they are in English.
func catalogs(t *testing.T) map[i18n.Language]map[string]string {
	t.Helper()
	out := map[i18n.Language]map[string]string{}
	for _, l := range i18n.Known() {
		if l == i18n.English {
			continue
		}
		body, err := os.ReadFile(filepath.Join("texts", string(l)+".json"))
		if err != nil {
			t.Fatal(err)
		}
		var page map[string]string
		if err := json.Unmarshal(body, &page); err != nil {
			t.Fatalf("%s: %v", l, err)
		}
		out[l] = page
	}
	return out
}

func TestEverySentenceOfThePageIsInEveryLanguage(t *testing.T) {
	t.Parallel()
	all := catalogs(t)
	page, err := os.ReadFile("templates/checkout.html")
	if err != nil {
		t.Fatal(err)
	}
	named := regexp.MustCompile(`\.T "([^"]+)"`).FindAllStringSubmatch(string(page), -1)
	if len(named) < 25 {
		t.Fatalf("the page names %d sentences", len(named))
	}
	values := regexp.MustCompile(`\{\w+\}`)
	for l, own := range all {
		for _, m := range named {
			if own[m[1]] == "" {
				t.Errorf("%s has nothing for %q", l, m[1])
			}
		}
		if len(own) != len(all["ko"]) {
			t.Errorf("%s has %d sentences, and Korean %d", l, len(own), len(all["ko"]))
		}
		for english, s := range own {
			if _, ok := all["ko"][english]; !ok {
				t.Errorf("%s has a sentence that Korean has not: %q", l, english)
			}
			if diff := cmp.Diff(values.FindAllString(english, -1), values.FindAllString(s, -1), cmp.Transformer("set", set)); diff != "" {
				t.Errorf("%s: the values of %q (-English +own):\n%s", l, english, diff)
			}
		}
	}
}

func set(s []string) map[string]bool {
	out := map[string]bool{}
	for _, x := range s {
		out[x] = true
	}
	return out
}

// A payer reads the page, what is wrong and why a card is refused in their language; the API says it in English.
func TestPageSpeaksThePayersLanguage(t *testing.T) {
	t.Parallel()
	h := start(t, stripesim.Options{Merchants: map[string]string{secretKey: "Fictional PAC"}})
	all := catalogs(t)
	locales := map[i18n.Language]string{"ko": "ko", "ja": "ja", "vi": "vi", "tl": "fil", "zh-Hans": "zh", "zh-Hant": "zh-TW"}
	for _, l := range i18n.Known() {
		locale, ok := locales[l]
		if !ok {
			locale = "en"
		}
		c := h.open(1000, "manual", func(p *stripe.CheckoutSessionParams) {
			p.Locale = stripe.String(locale)
			if !ok && l != i18n.English {
				p.Metadata = map[string]string{"dure_language": string(l)}
			}
		})
		path := "/c/pay/" + c.ID
		say := func(english string) string {
			if l == i18n.English {
				return english
			}
			if all[l][english] == "" {
				t.Errorf("%s has nothing for %q", l, english)
			}
			return all[l][english]
		}
		has := func(what, page, english string) {
			t.Helper()
			if !strings.Contains(html.UnescapeString(page), say(english)) {
				t.Errorf("%s, %s: no %q", l, what, say(english))
			}
		}
		_, page := h.get(path)
		if !strings.Contains(page, `<html lang="`+string(l)+`" dir="`+l.Dir()+`">`) {
			t.Errorf("%s: the page is in another language: %.120s", l, page)
		}
		has("the page", page, "Card number")
		for _, wrong := range []struct{ field, value, english string }{
			{"card_number", "", "Write the card's number."},
			{"card_number", "1234", "This is not a card number. Check its digits."},
			{"card_number", "4111111111111111", "Your card was declined. Your request was in test mode, but used a non test card. For a list of valid test cards, see the simulator's index."},
			{"exp", "13", "Write the month and year of expiry, such as 09 / 30."},
			{"exp", "01/20", "The card has expired."},
			{"exp", "01/2099", "The year of expiry is too far away."},
			{"cvc", "12", "Write the security code: 3 digits."},
			{"name", "", "Write the name on the card."},
			{"country", "XX", "Choose a country."},
			{"zip", "", "Write the ZIP code of the card's bill."},
			{"zip", strings.Repeat("1", 21), "The ZIP code is too long."},
			{"email", "nobody", "This is not an email address."},
		} {
			answer, page := h.post(path, filled(wrong.field, wrong.value), nil)
			if answer.StatusCode != 422 {
				t.Errorf("%s: %s %q = %d, want 422", l, wrong.field, wrong.value, answer.StatusCode)
			}
			if wrong.field != "email" { // it is not asked for here, and its line is not shown
				has(wrong.field, page, wrong.english)
			}
			has(wrong.field, page, "Please mend the marked fields. Nothing was charged.")
		}
		_, page = h.post(path, filled("card_number", "378282246310005", "cvc", "123"), nil)
		has("an American Express", page, "Write the security code: 4 digits.")
		for number, english := range map[string]string{
			"4000000000000002": "Your card was declined.",
			"4000000000009995": "Your card has insufficient funds.",
			"4000000000000069": "Your card has expired.",
			"4000000000000127": "Your card's security code is incorrect.",
			"4000000000000119": "An error occurred while processing your card. Try again in a little bit.",
			"4000000000006975": "Your card was declined for making repeated attempts too frequently or exceeding its amount limit.",
		} {
			answer, page := h.post(path, filled("card_number", number), nil)
			if answer.StatusCode != 402 {
				t.Errorf("%s: card %s = %d, want 402", l, number, answer.StatusCode)
			}
			has(number, page, english)
			var p stripe.PaymentIntent
			if h.last("payment_intent.payment_failed", &p); p.LastPaymentError == nil || p.LastPaymentError.Msg != english {
				t.Errorf("%s: the API says of card %s: %+v, want %q", l, number, p.LastPaymentError, english)
			}
		}
		h.post(path, filled("card_number", "4000002500003155"), nil)
		_, page = h.get(path)
		has("the bank's question", page, "Your bank asks you to confirm")
		_, page = h.post(path+"/authenticate", url.Values{"answer": {"fail"}}.Encode(), nil)
		has("the bank's no", page, "The provided PaymentMethod has failed authentication. You can provide payment_method_data or a new PaymentMethod to attempt to fulfill this PaymentIntent again.")
	}
}
