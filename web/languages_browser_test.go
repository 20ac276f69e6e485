package web_test

import (
	"testing"

	"dure/dev/browser"
	"dure/i18n"
)

// Pages in every language fit a small phone: nothing is wider than it, and what is to be tapped is high enough.
func TestPagesInEveryLanguageFitAPhone(t *testing.T) {
	s := newSite(t, nil)
	publish(t, s.DB, i18n.Known()[1:]...)
	p := browser.New(t)
	p.Size(320, 700)
	fits := func(what string, l i18n.Language) {
		t.Helper()
		if wide := browser.Eval[int](p, "document.documentElement.scrollWidth"); wide > 320 {
			t.Errorf("%s in %s is %d wide in a window of 320", what, l, wide)
		}
		low := browser.Eval[int](p, `[...document.querySelectorAll('.btn, .tile, .box, input[type=text], input[type=email], select, summary')].filter(e => e.offsetParent && e.getBoundingClientRect().height < 44).length`)
		if low > 0 {
			t.Errorf("%s in %s has %d targets lower than 44 pixels", what, l, low)
		}
		p.Shot("lang-" + string(l) + "-" + what)
	}
	// Of a form that came back the menu sends all that was written; Enter sends it as the button at its end does.
	p.Open(s.URL + "/give/walk-together?lang=ko")
	p.Follow("button.big")
	p.Fill("city", "Exampleton")
	p.Click(".langs summary")
	if got := p.Follow(`.langs button[value="ur"]`); got != 422 || browser.Eval[string](p, "document.documentElement.lang+' '+document.getElementById('city').value") != "ur Exampleton" {
		t.Errorf("the menu of a form that came back: %d, or it lost what was written", got)
	}
	p.Click(".langs summary")
	browser.Eval[bool](p, `(document.body.id = 'before', document.getElementById('city').focus(), true)`)
	p.Press("\r")
	p.Wait("body:not(#before)")
	if got := browser.Eval[string](p, "document.documentElement.lang"); got != "ur" {
		t.Errorf("Enter turns the page into %q, want ur", got)
	}
	for _, l := range i18n.Known() {
		if got := p.Open(s.URL + "/?lang=" + string(l)); got != 200 {
			t.Fatalf("the list of drives in %s = %d", l, got)
		}
		fits("home", l)
		p.Open(s.URL + "/give/porch-light?lang=" + string(l))
		browser.Eval[bool](p, `[...document.querySelectorAll('details:not(.langs)')].forEach(d => d.open = true) || true`)
		fits("give", l)
		p.Open(s.URL + "/give/walk-together?lang=" + string(l))
		if got := p.Follow("button.big"); got != 422 {
			t.Errorf("an empty form in %s = %d, want 422", l, got)
		}
		fits("mend", l)
	}
}
