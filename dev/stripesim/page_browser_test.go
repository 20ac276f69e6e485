package stripesim_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"testing"

	"dure/dev/browser"
	"dure/dev/stripesim"
	"dure/i18n"

	"github.com/stripe/stripe-go/v79"
)

// The card page in each of its states and languages: axe-core finds nothing, and nothing is cut off, on a phone and on a desk.
func TestCardPageIsForEveryone(t *testing.T) {
	t.Parallel()
	h := start(t, stripesim.Options{Merchants: map[string]string{secretKey: "Fictional PAC"}})
	var pages []string // as they were answered, to be looked at by their number
	shown := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var n int
		fmt.Sscanf(r.URL.Path, "/%d", &n)
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		fmt.Fprint(w, pages[n])
	}))
	defer shown.Close()
	p := browser.New(t)
	locales := map[i18n.Language]string{"ko": "ko", "ja": "ja", "vi": "vi", "tl": "fil", "zh-Hans": "zh", "zh-Hant": "zh-TW"}
	for n, lang := range i18n.Known() {
		open := func() string {
			c := h.open(2500, "manual", func(p *stripe.CheckoutSessionParams) {
				if locale, ok := locales[lang]; ok {
					p.Locale = stripe.String(locale)
					return
				}
				p.Metadata = map[string]string{"dure_language": string(lang)}
			})
			return "/c/pay/" + c.ID
		}
		asked, over := open(), open()
		for s, state := range []struct {
			name   string
			status int
			page   func() (*http.Response, string)
		}{
			{"form", 200, func() (*http.Response, string) { return h.get(open()) }},
			{"wrong", 422, func() (*http.Response, string) {
				return h.post(open(), filled("card_number", "4242 4242 4242 4241", "exp", "01/20", "cvc", "12", "name", "", "zip", ""), nil)
			}},
			{"declined", 402, func() (*http.Response, string) {
				return h.post(open(), filled("card_number", "4000000000000002"), nil)
			}},
			{"challenge", 200, func() (*http.Response, string) {
				h.post(asked, filled("card_number", "4000002500003155"), nil)
				return h.get(asked)
			}},
			{"expired", 410, func() (*http.Response, string) {
				if _, err := h.api.CheckoutSessions.Expire(over[len("/c/pay/"):], nil); err != nil {
					t.Fatal(err)
				}
				return h.get(over)
			}},
		} {
			answer, page := state.page()
			if answer.StatusCode != state.status {
				t.Errorf("%s in %s: status %d, want %d", state.name, lang, answer.StatusCode, state.status)
			}
			pages = append(pages, page)
			look := browser.Look{Width: []int{320, 1280}[(n+s)%2], Height: 800, LargeText: s == 0 && n%3 == 0}
			p.As(look)
			p.Open(fmt.Sprintf("%s/%d", shown.URL, len(pages)-1))
			if got := browser.Eval[string](p, `document.documentElement.lang + " " + getComputedStyle(document.documentElement).direction`); got != string(lang)+" "+lang.Dir() {
				t.Errorf("%s: the page is in %s, want %s", state.name, got, lang)
			}
			for _, v := range p.Axe() {
				t.Errorf("%s in %s at %s: %v", state.name, lang, look, v)
			}
			for _, f := range p.Flaws() {
				t.Errorf("%s in %s at %s: %v", state.name, lang, look, f)
			}
			if look.Width == 320 {
				p.Shot("card-" + state.name + "-" + string(lang))
			}
		}
	}
	p.As(browser.Look{Width: 390})
	p.Open(h.url + "/")
	for _, v := range p.Axe() {
		t.Errorf("the simulator's own page: %v", v)
	}
}
