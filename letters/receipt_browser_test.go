package letters_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode"

	"dure/dev/browser"
	"dure/dev/house"
	"dure/dev/mailsink"
	"dure/dev/stripesim"
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

// givers are as many as there are languages.
var givers = []string{"Ada", "Bram", "Cleo", "Dara", "Edda", "Finn", "Gita", "Hugo", "Iris", "Juno", "Kato"}

// Every other letter about a gift is readable too, in every language; and in Urdu no figure and no Latin letter is drawn by the face
// of Nastaliq.
func TestEveryLetterIsReadableInEveryLanguage(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	ctx := t.Context()
	pages := map[string]map[i18n.Language]string{}
	keep := func(kind string, lang i18n.Language, wrote int, m mailsink.Message) {
		t.Helper()
		if wrote != 1 {
			t.Fatalf("%s in %s: %d letters, want one", kind, lang, wrote)
		}
		if pages[kind] == nil {
			pages[kind] = map[i18n.Language]string{}
		}
		pages[kind][lang] = m.HTML
	}
	for n, lang := range i18n.Languages() {
		in := func(p *donations.Pledge) { p.Language, p.Employer, p.Occupation = string(lang), "", "" }
		given := func() donations.Gift {
			g := o.settled(house.ToCommittee, 2500, house.By(givers[n]), in)
			keep("receipt", lang, o.work(), o.last())
			return g
		}
		g := given()
		if _, err := donations.AskBack(ctx, o.DB, o.Sim.Now(), house.Committee, g.ID, "I changed my mind", string(lang)); err != nil {
			t.Fatal(err)
		}
		if err := donations.DeclineRequest(ctx, o.DB, o.Sim.Now(), "staff:test", house.Committee, g.ID, "It was spent on 12 stamps.\n12 ٹکٹ"); err != nil {
			t.Fatal(err)
		}
		keep("declined", lang, o.work(), o.last())
		if err := donations.Refund(ctx, o.DB, o.Sim.Now(), "staff:test", house.Committee, g.ID, 1000); err != nil {
			t.Fatal(err)
		}
		o.Quiet()
		keep("refunded", lang, o.work(), o.last())
		g = given()
		if _, err := o.Sim.Dispute(stripesim.DisputeOrder{Charge: g.Charge, Outcome: "lost"}); err != nil {
			t.Fatal(err)
		}
		o.Quiet()
		keep("disputed", lang, o.work(), o.last())
		held := o.MustGive(o.Pledge(house.ToCommittee, 2500, house.By(givers[n]), in))
		o.Pay(held, "4000000000000101")
		o.Quiet()
		keep("held", lang, o.work(), o.last())
		o.give(30000, house.By(givers[n]), in)
		o.work()
	}
	o.Advance(48 * time.Hour)
	before := len(o.sink.Messages())
	if wrote, _ := o.write(); wrote < len(givers) {
		t.Fatalf("%d givers are asked, want %d", wrote, len(givers))
	}
	for _, m := range o.sink.Messages()[before:] {
		for n, lang := range i18n.Languages() {
			if m.To[0] == strings.ToLower(givers[n])+"@example.org" && answerLink.MatchString(m.Text) {
				keep("asked", lang, 1, m)
			}
		}
	}
	mail := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		fmt.Fprint(w, pages[r.URL.Query().Get("kind")][i18n.Language(r.URL.Query().Get("lang"))])
	}))
	defer mail.Close()
	p := browser.New(t)
	for k, kind := range []string{"receipt", "declined", "refunded", "disputed", "held", "asked"} {
		for n, lang := range i18n.Languages() {
			if pages[kind][lang] == "" {
				t.Errorf("no letter %s in %s", kind, lang)
				continue
			}
			look := browser.Look{Width: 320, Height: 800, Dark: (k+n)%2 == 0}
			p.As(look)
			p.Open(mail.URL + "/?kind=" + kind + "&lang=" + string(lang))
			for _, v := range p.Axe() {
				if !slices.Contains(ofPages, v.Rule) {
					t.Errorf("%s in %s, dark %t: %v", kind, lang, look.Dark, v)
				}
			}
			for _, f := range p.Flaws() {
				t.Errorf("%s in %s, dark %t: %v", kind, lang, look.Dark, f)
			}
			p.As(browser.Look{Width: 673, Height: 980, Print: true, Dark: look.Dark})
			if got := browser.Eval[string](p, `[".sheet", "body"].map(s => getComputedStyle(document.querySelector(s)).backgroundColor).join(" ") + " " + getComputedStyle(document.querySelector(".sheet")).color`); got != "rgb(255, 255, 255) rgb(255, 255, 255) rgb(0, 0, 0)" {
				t.Errorf("%s in %s on paper is %s, want black on white", kind, lang, got)
			}
			if browser.Eval[bool](p, `[...document.querySelectorAll(".btn")].some(e => e.checkVisibility())`) {
				t.Errorf("%s in %s has a button on paper", kind, lang)
			}
			if lang != "ur" {
				continue
			}
			p.As(look)
			p.Shot("letter-" + kind + "-ur-320")
			for _, l := range p.Letterings() {
				own := strings.ContainsFunc(l.Text, func(r rune) bool { return unicode.Is(unicode.Arabic, r) })
				latin := strings.ContainsFunc(l.Text, func(r rune) bool { return r <= unicode.MaxASCII && (unicode.IsLetter(r) || unicode.IsDigit(r)) })
				for family := range l.Fonts {
					if latin && (own || strings.Contains(family, "Nastaliq")) {
						t.Errorf("%s in Urdu: %q is drawn by %s", kind, l.Text, family)
					}
				}
			}
		}
	}
}
