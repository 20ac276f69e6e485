package main

import (
	"fmt"
	"strings"
	"testing"

	"dure/dev/browser"
	"dure/i18n"
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
