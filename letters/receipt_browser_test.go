package letters_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"testing"

	"dure/dev/browser"
	"dure/dev/house"
	"dure/donations"
	"dure/i18n"
)

// What axe-core asks of a page as a whole: the mail program around a letter has that.
var ofPages = []string{"region", "landmark-one-main", "page-has-heading-one"}

// Receipts are met on phones, light and dark, in every script: nothing is cut off or wider than the window, and whoever can't see
// them can read them.
func TestReceiptsAreReadableOnPhones(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	pages := map[i18n.Language]string{}
	for _, lang := range i18n.Languages() {
		o.settled(house.ToCandidate, 2500, house.By("Bram"), func(p *donations.Pledge) { p.Language = string(lang) })
		o.work()
		pages[lang] = o.last().HTML
	}
	mail := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		fmt.Fprint(w, pages[i18n.Language(r.URL.Query().Get("lang"))])
	}))
	defer mail.Close()
	p := browser.New(t)
	for n, lang := range i18n.Languages() {
		// each language in two of the four looks; all of them together meet each width light and dark
		for _, look := range []browser.Look{{Width: 320, Height: 800, Dark: n%2 == 0}, {Width: 390, Height: 844, Dark: n%2 == 1}} {
			p.As(look)
			p.Open(mail.URL + "/?lang=" + string(lang))
			if look.Width == 390 {
				p.Shot("receipt-mail-" + string(lang) + "-390")
			}
			for _, v := range p.Axe() {
				if !slices.Contains(ofPages, v.Rule) {
					t.Errorf("%s at %d pixels, dark %t: %v", lang, look.Width, look.Dark, v)
				}
			}
			for _, f := range p.Flaws() {
				t.Errorf("%s at %d pixels, dark %t: %v", lang, look.Width, look.Dark, f)
			}
		}
	}
}
