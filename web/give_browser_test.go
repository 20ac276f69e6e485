package web_test

import (
	"fmt"
	"strings"
	"testing"

	"dure/dev/browser"
)

// A person gives with a phone: the empty form comes back and leads to what is to be mended, the button says what it will
// do, the card page opens, and its end leads to the page of thanks. No page is wider than the phone.
func TestPersonGivesWithAPhone(t *testing.T) {
	s := newSite(t, nil)
	p := browser.New(t)
	p.Size(320, 700)
	fits := func(what string) {
		t.Helper()
		if wide := browser.Eval[int](p, "document.documentElement.scrollWidth"); wide > 320 {
			t.Errorf("%s is %d wide in a window of 320", what, wide)
		}
		low := browser.Eval[int](p, `[...document.querySelectorAll('.btn, .tile, .box, input[type=text], input[type=email], select, summary')].filter(e => e.offsetParent && e.getBoundingClientRect().height < 44).length`)
		if low > 0 {
			t.Errorf("%s has %d targets lower than 44 pixels", what, low)
		}
		p.Shot("donor-" + strings.ReplaceAll(what, " ", "-"))
	}
	p.Open(s.URL + "/")
	fits("the list of drives")
	if got := p.Follow(".drives a[href='/give/porch-light']"); got != 200 {
		t.Fatalf("the drive's page = %d", got)
	}
	fits("the drive's page")
	if said := p.Text("button"); said != "Continue to the card page" {
		t.Errorf("without a choice the button says %q", said)
	}
	if got := p.Follow("button"); got != 422 {
		t.Errorf("an empty form = %d, want 422", got)
	}
	fits("the page with what is to be mended")
	if id := browser.Eval[string](p, "document.activeElement.id"); id != "errors" {
		t.Errorf("the focus is on %q, want the list of what is to be mended", id)
	}
	p.Choose("amount", "25.00")
	if said := p.Text("button"); said != "Give $25 once" {
		t.Errorf("with $25 chosen the button says %q", said)
	}
	for name, value := range map[string]string{
		"given_name": "Marigold", "family_name": "Quillfeather", "name_own": "미나", "street": "40 Placeholder Lane",
		"city": "Exampleton", "state": "VA", "zip": "22999", "email": "marigold@example.org",
	} {
		p.Fill(name, value)
	}
	p.Choose("work", "retired")
	if shown := browser.Eval[bool](p, "document.getElementById('employer').offsetParent !== null"); shown {
		t.Error("the retired are still asked for an employer")
	}
	p.Check("attest_own")
	if got := p.Follow("button"); got != 200 || !strings.HasPrefix(p.Address(), s.Stripe.URL) {
		t.Fatalf("the whole form = %d at %s, want the card page", got, p.Address())
	}
	for name, value := range map[string]string{
		"card_number": "4242424242424242", "exp": fmt.Sprintf("12/%02d", (noon.Year()+2)%100), "cvc": "123", "name": "Marigold Quillfeather", "zip": "22999",
	} {
		p.Fill(name, value)
	}
	if got := p.Follow("button"); got != 200 || !strings.HasPrefix(p.Address(), s.URL+"/thanks/") {
		t.Fatalf("after the card page: %d at %s", got, p.Address())
	}
	if said := p.Text("h1"); !strings.Contains(said, "미나") {
		t.Errorf("the page of thanks greets with %q, want the name in the giver's own script", said)
	}
	fits("the page of thanks")
}
