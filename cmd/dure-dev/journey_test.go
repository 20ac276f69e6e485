package main

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"dure/dev/browser"
	"dure/i18n"
	"dure/pg"
)

// ownNames are a giver's name as each language writes it.
var ownNames = map[i18n.Language]string{
	"en": "Marigold Quillfeather", "ko": "김마리", "zh-Hans": "陈美兰", "zh-Hant": "陳美蘭", "vi": "Nguyễn Thị Ánh", "tl": "Maria Halimbawa",
	"hi": "मारी उदाहरण", "bn": "মারি উদাহরণ", "ur": "ماری مثال", "ja": "見本 真理", "km": "សុខ ម៉ារី",
}

// writes fills in a form in the browser.
func writes(p *browser.Page, fields map[string]string) {
	p.Choose("amount", fields["amount"]) // shows the line for a sum of one's own
	for name, value := range fields {
		if name != "every" && name != "amount" {
			p.Fill(name, value)
		}
	}
	p.Check("attest_own")
}

// pays fills in the card page and gives where it leads.
func pays(t *testing.T, a address, p *browser.Page, holder string) string {
	t.Helper()
	if !strings.HasPrefix(p.Address(), a.StripeSimulator) {
		t.Fatalf("after the form the browser is at %s: %s", p.Address(), p.Text("main"))
	}
	for field, value := range cardOf(holder) {
		p.Fill(field, value)
	}
	p.Follow("form.panel button")
	thanks := p.Address()
	if !strings.HasPrefix(thanks, a.Site+"/thanks/") {
		t.Fatalf("after the card the browser is at %s", thanks)
	}
	return thanks
}

// inEveryLanguage walks from the drive's page to the receipt by mail in each language, with a phone and without JavaScript.
func inEveryLanguage(t *testing.T, a address) {
	p := browser.New(t)
	v := newVisitor(t)
	reads := func(what string, lang i18n.Language) {
		t.Helper()
		if got := browser.Eval[string](p, "document.documentElement.lang"); got != string(lang) {
			t.Errorf("%s in %s is in %s, at %s", what, lang, got, p.Address())
		}
	}
	sum := func(i int) string { return fmt.Sprintf("%d.%02d", 12+i, 31+i) }
	thanks := map[i18n.Language]string{}
	for i, lang := range i18n.Known() {
		p.As(browser.Look{Width: 390, Height: 844, NoScript: true, Lang: "en"})
		if got := p.Open(a.Drives.PAC + "?lang=" + string(lang)); got != 200 {
			t.Fatalf("the drive's page in %s = %d", lang, got)
		}
		reads("the drive's page", lang)
		fields := giver("Traveler", strings.ReplaceAll("Tongue"+string(lang), "-", ""))
		fields["email"] = strings.ToLower(string(lang)) + "@example.org"
		fields["street"] = fmt.Sprintf("%d Sample Terrace", 7+i)
		fields["amount_other"], fields["name_own"] = sum(i), ownNames[lang]
		writes(p, fields)
		p.Follow("form button.big")
		thanks[lang] = pays(t, a, p, "Traveler Tongue")
		reads("the page after the card", lang)
	}
	for i, lang := range i18n.Known() {
		waitFor(t, "the receipt in "+string(lang), func() bool {
			p.Open(thanks[lang])
			return strings.Contains(p.Text("main"), "$"+sum(i)) && browser.Eval[bool](p, "!!document.querySelector('table.ledger .sum')")
		})
		reads("the receipt", lang)
		if said := p.Text("h1"); !strings.Contains(said, ownNames[lang]) {
			t.Errorf("the receipt in %s greets with %q, want %s", lang, said, ownNames[lang])
		}
		letter := ""
		waitFor(t, "the receipt by mail in "+string(lang), func() bool {
			inbox := v.open(a.Mail + "/?lang=" + string(lang))
			for li := range find(inbox.Root, "li") {
				row := sight{Root: li}.words()
				for link := range find(li, "a") {
					if strings.Contains(row, strings.ToLower(string(lang))+"@example.org") && strings.HasPrefix(attr(link, "href"), "/mail/") {
						path, _, _ := strings.Cut(attr(link, "href"), "?")
						letter = a.Mail + path
					}
				}
			}
			return letter != ""
		})
		plain, html := v.open(letter).words(), v.open(letter+"/html")
		for page := range find(html.Root, "html") {
			if attr(page, "lang") != string(lang) || attr(page, "dir") != lang.Dir() {
				t.Errorf("the letter in %s is marked as %s, %s", lang, attr(page, "lang"), attr(page, "dir"))
			}
		}
		for what, words := range map[string]string{"text": plain, "HTML": html.words()} {
			if !strings.Contains(words, "$"+sum(i)) || !strings.Contains(words, ownNames[lang]) {
				t.Errorf("the letter in %s, as %s, lacks the sum or the name:\n%s", lang, what, words)
			}
		}
	}
}

// whileStripeFails gives with a Stripe that fails, then with one that takes ten seconds: the pages say so, and what was written
// survives that, an error, the same form once more, and the way back.
func whileStripeFails(t *testing.T, a address) {
	p := browser.New(t)
	p.As(browser.Look{Width: 390, Height: 844})
	fields := giver("Patience", "Slowline")
	fields["amount_other"] = "17.03"
	kept := func(when string) {
		t.Helper()
		for name, value := range fields {
			if name == "every" || name == "amount" {
				continue
			}
			if got := browser.Eval[string](p, fmt.Sprintf("document.querySelector('[name=%s]').value", name)); got != value {
				t.Errorf("%s, %s is %q, want %q", when, name, got, value)
			}
		}
		if !browser.Eval[bool](p, `document.querySelector("[name=amount][value=other]").checked`) {
			t.Errorf("%s, the amount is no longer chosen", when)
		}
	}

	p.Open(a.Drives.PAC)
	right := fields["zip"]
	fields["zip"] = "12"
	writes(p, fields)
	if got := p.Follow("form button.big"); got != 422 {
		t.Fatalf("a wrong ZIP = %d", got)
	}
	kept("after an error")
	if got := p.Follow("form button.big"); got != 422 { // what a reload sends, too
		t.Fatalf("a wrong ZIP, sent once more = %d", got)
	}
	kept("after the same form came once more")
	p.Open(a.Drives.PAC)
	writes(p, fields)
	p.Follow("form button.big")
	browser.Eval[bool](p, "history.back(), true")
	waitFor(t, "the way back", func() bool {
		form, err := chromedp.Run(p.Context(), chromedp.Evaluate[bool](`document.readyState === "complete" && !document.querySelector("#errors") && !!document.querySelector("[name=zip]")`))
		return err == nil && form
	})
	kept("after an error and the way back")
	fields["zip"] = right
	p.Open(a.Drives.PAC)
	writes(p, fields)

	a.faults(t, `{"fail_api": 1}`)
	if got := p.Follow("form button.big"); got != 503 {
		t.Errorf("while Stripe fails the form = %d, want 503", got)
	}
	if said := p.Text("#errors"); !strings.Contains(said, "Nothing was charged") {
		t.Errorf("while Stripe fails the page says %q", said)
	}
	kept("while Stripe fails")
	p.Shot("journey-stripe-fails")

	a.faults(t, `{}`)
	p.Follow("form button.big")
	received := func(thanks, sum string) {
		t.Helper()
		waitFor(t, "the receipt of "+sum, func() bool {
			p.Open(thanks)
			return strings.Contains(p.Text("main"), sum) && browser.Eval[bool](p, "!!document.querySelector('table.ledger .sum')")
		})
	}
	received(pays(t, a, p, "Patience Slowline"), "$17.03")

	fields["amount_other"] = "18.04"
	p.Open(a.Drives.PAC)
	writes(p, fields)
	a.faults(t, `{"api_delay_ms": 10000}`)
	began := time.Now()
	p.Follow("form button.big")
	if took := time.Since(began); took < 9*time.Second {
		t.Errorf("a Stripe that takes ten seconds answers after %v", took)
	}
	if !strings.HasPrefix(p.Address(), a.StripeSimulator) { // given up, and said so
		kept("while Stripe is slow")
		if said := p.Text("#errors"); !strings.Contains(said, "Nothing was charged") {
			t.Errorf("while Stripe is slow the page says %q", said)
		}
		a.faults(t, `{}`)
		p.Follow("form button.big")
	}
	a.faults(t, `{}`)
	received(pays(t, a, p, "Patience Slowline"), "$18.04")
	db, err := pg.Open(t.Context(), a.DatabaseURL)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	var given []string
	if err := db.SelectContext(t.Context(), &given, `select state from gifts where email = 'patience@example.org' order by state`); err != nil {
		t.Fatal(err)
	}
	settled := 0
	for _, state := range given {
		if state == "settled" {
			settled++
		}
	}
	if settled != 2 {
		t.Errorf("the gifts of one giver are %v, want two settled", given)
	}
}

// faults sets how badly the simulator answers.
func (a address) faults(t *testing.T, faults string) {
	t.Helper()
	if !json.Valid([]byte(faults)) {
		t.Fatalf("faults %s", faults)
	}
	res, err := http.Post(a.StripeSimulator+"/_sim/faults", "application/json", strings.NewReader(faults))
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	if res.StatusCode != http.StatusOK {
		t.Fatalf("POST /_sim/faults = %d", res.StatusCode)
	}
}
