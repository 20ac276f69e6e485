package web_test

import (
	"fmt"
	"testing"

	"dure/dev/browser"
	"dure/dev/house"
)

// The pages that a giver abroad walks through fit a phone and a desk, and what can be tapped is high enough.
func TestPagesOfAGiverAbroadFit(t *testing.T) {
	w := newAbroad(t, nil)
	g := w.gives("Juniper")
	p := browser.New(t)
	for _, width := range []int{320, 1280} {
		p.Size(width, 800)
		fits := func(what string) {
			t.Helper()
			if wide := browser.Eval[int](p, "document.documentElement.scrollWidth"); wide > width {
				t.Errorf("%s is %d wide in a window of %d", what, wide, width)
			}
			low := browser.Eval[int](p, `[...document.querySelectorAll('.btn, .tile, input[type=text], input[type=file], summary')].filter(e => e.offsetParent && e.getBoundingClientRect().height < 44).length`)
			if low > 0 {
				t.Errorf("%s has %d targets lower than 44 pixels", what, low)
			}
			p.Shot(fmt.Sprintf("abroad-%s-%d", what, width))
		}
		p.Open(w.site.URL + "/give/" + house.ToCommittee)
		p.Click("fieldset:nth-of-type(2) details summary")
		fits("give")
		p.Open(w.site.URL + "/thanks/" + string(g.ID) + "?key=" + g.ThanksKey)
		fits("thanks")
		if got := p.Follow(".btn"); got != 200 {
			t.Fatalf("the page that takes copies = %d", got)
		}
		fits("proof")
		if got := p.Follow("button"); got != 422 {
			t.Errorf("an empty form = %d, want 422", got)
		}
		fits("proof-mend")
	}
}
