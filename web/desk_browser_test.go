package web_test

import (
	"fmt"
	"testing"

	"dure/dev/browser"
	"dure/staff"
)

// TestDeskFitsPhonesAndScreens opens each page of the desk as people do, and looks whether anything lies outside it.
func TestDeskFitsPhonesAndScreens(t *testing.T) {
	w := newDeskWorld(t)
	token, err := staff.Invite(t.Context(), w.db, "operator", "hazel@example.org", "Hazel Quince", longTable, staff.Treasurer)
	if err != nil {
		t.Fatal(err)
	}
	p := browser.New(t)
	p.Size(390, 844)
	if got := p.Open(w.site.URL + "/desk/login/" + token); got != 200 {
		t.Fatalf("the link's page = %d, want 200", got)
	}
	if got := p.Follow("main button"); got != 200 {
		t.Fatalf("the desk after the button = %d, want 200", got)
	}
	for _, width := range []int{320, 390, 1280} {
		p.Size(width, 900)
		for _, page := range deskPages(w) {
			if got := p.Open(w.site.URL + page.path); got != 200 {
				t.Errorf("%s = %d, want 200", page.path, got)
				continue
			}
			if wide := browser.Eval[int](p, "document.documentElement.scrollWidth"); wide > width {
				t.Errorf("%s is %d wide in a window of %d", page.path, wide, width)
			}
			small := browser.Eval[int](p, `[...document.querySelectorAll('.btn, .tabs a, input, select, textarea')].filter(e => e.type !== 'hidden' && e.type !== 'radio' && e.getBoundingClientRect().height < 24 && e.offsetParent).length`)
			if small > 0 {
				t.Errorf("%s at %d has %d targets lower than 24 pixels", page.path, width, small)
			}
			p.Shot(fmt.Sprintf("desk-%s-%d", page.name, width))
		}
	}
	p.As(browser.Look{Width: 320, Height: 640, LargeText: true})
	for _, page := range deskPages(w) {
		p.Open(w.site.URL + page.path)
		for _, flaw := range p.Flaws() {
			t.Errorf("%s at 320 with large text: %v", page.path, flaw)
		}
	}
}
