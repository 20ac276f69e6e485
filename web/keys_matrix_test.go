package web_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/chromedp/chromedp/kb"

	"dure/dev/browser"
	"dure/i18n"
)

// The tab key stops at whatever can be used, in the order of the page, and each stop is seen.
func TestTheTabKeyReachesEverything(t *testing.T) {
	site, donor := donorScenes(t)
	st := newStage(t, site, append(slices.Clone(donor), deskScenes(t)...))
	p := browser.New(t)
	for _, c := range []struct {
		scene string
		lang  i18n.Language
		width int
	}{
		{"give-earmarked", "en", 1280},
		{"give-errors", "ur", 320},
		{"give-room", "ko", 390},
		{"answer-errors", "km", 390},
		{"proof-errors", "ja", 1280},
		{"thanks-settled", "hi", 390},
		{"home", "bn", 320},
		{"desk-sign-in", "en", 390},
		{"desk-receipt-errors", "en", 1280},
		{"desk-today", "en", 390},
	} {
		p.As(browser.Look{Width: c.width})
		p.Open(fmt.Sprintf("%s/%s/%s", st.URL, c.scene, c.lang))
		want := p.Stops()
		var got []int
		for _, s := range p.Tabs() {
			got = append(got, s.Order)
			if !s.Seen {
				t.Errorf("%s in %s at %d: the focus on %s is not seen", c.scene, c.lang, c.width, s.Element)
			}
		}
		if len(got) < 3 || !slices.Equal(got, want) {
			t.Errorf("%s in %s at %d: the tab key stops at %v, want %v", c.scene, c.lang, c.width, got, want)
		}
	}
}

// A person gives with the keyboard alone: Enter on the unfinished form leads to what is to be mended, and from there to the
// field; at the end it leads to the card page.
func TestPersonGivesWithTheKeyboardAlone(t *testing.T) {
	s := newSite(t, nil)
	p := browser.New(t)
	p.Open(s.URL + "/give/porch-light")
	to := func(element string) {
		t.Helper()
		for range 80 {
			if p.Focus().Element == element {
				return
			}
			p.Press(kb.Tab)
		}
		t.Fatalf("80 tabs do not lead to %s", element)
	}
	to("input[name=email]")
	p.Press("marigold@example.org")
	p.Press(kb.Enter)
	p.Wait("#errors")
	p.AwaitAutofocus()
	if got := p.Focus().Element; got != "div#errors" {
		t.Fatalf("after an unfinished form the focus is on %s, want what is to be mended", got)
	}
	p.Press(kb.Tab)
	p.Press(kb.Enter)
	if got := p.Address(); !strings.HasSuffix(got, "#amount") {
		t.Errorf("the first thing to mend leads to %s, want the amount", got)
	}
	to("input[name=amount]")
	p.Press(" ")
	for _, step := range []struct{ field, value string }{
		{"input[name=given_name]", "Marigold"},
		{"input[name=family_name]", "Quillfeather"},
		{"input[name=street]", "40 Placeholder Lane"},
		{"input[name=city]", "Exampleton"},
		{"select[name=state]", "Virginia"},
		{"input[name=zip]", "22999"},
		{"input[name=work]", kb.ArrowDown + kb.ArrowDown}, // retired
		{"input[name=attest_own]", " "},
	} {
		to(step.field)
		p.Press(step.value)
	}
	to("button")
	p.Press(kb.Enter)
	p.Wait("input[name=card_number]")
	if got := p.Address(); !strings.HasPrefix(got, s.Stripe.URL) {
		t.Errorf("the whole form leads to %s, want the card page", got)
	}
}
