package web_test

import (
	"net/url"
	"testing"

	"dure/compliance/rules"
	"dure/dev/browser"
	"dure/staff"
)

// A treasurer reads every rule with its citation, on any day, and signs the edition that was read.
func TestTheLawIsReadAndSigned(t *testing.T) {
	t.Parallel()
	w := newDeskWorld(t)
	b := w.treasurer()
	if a := b.get("/desk/long-table/law"); a.status != 200 || !a.says("United States, federal office") || !a.says("in force") {
		t.Errorf("the law: %d\n%s", a.status, a.body)
	}
	page := "/desk/long-table/law/us"
	a := b.get(page)
	for _, want := range []string{
		"$3,500.00 for each election", "52 U.S.C. 30116(a)(1)(A), (c); 11 CFR 110.1(b)(1), 110.17", "since 6 Nov 2024 until 3 Nov 2026",
		"30 days from the receipt", "may not give", "no limit", "the giver affirms to be 18 or older (attest.adult)", "more than $200.00 in a calendar year",
	} {
		if !a.says(want) {
			t.Errorf("the rules lack %q", want)
		}
	}
	if a.says("$3,300.00 for each election") {
		t.Error("the page of today shows a limit that is over")
	}
	if a := b.get(page + "?on=2020-12-31"); !a.says("These rules begin on Friday 1 January 2021: of Thursday 31 December 2020 they hold a part of the law at most.") {
		t.Error("of a day before the pack the page does not say that it begins later")
	}
	if a := b.get(page + "?on=2021-01-01"); a.says("These rules begin on") || !a.says("closes 20 days after the vote, due 30 days after it") {
		t.Error("of the pack's first day the page says that it begins later, or lacks the calendar of reports")
	}
	if a := b.get(page + "?on=2024-10-01"); !a.says("$3,300.00 for each election") || a.says("$3,500.00 for each election") {
		t.Error("the page of 1 October 2024 does not show the limit of that day")
	}
	if a := b.get("/desk/long-table/law/us-zz"); a.status != 404 {
		t.Errorf("a pack that is not there: %d", a.status)
	}

	us, _ := rules.Carried().Pack("us")
	good := url.Values{"hash": {us.Hash}, "read": {"yes"}, "note": {"Treasurer, against the FEC's chart"}}
	for _, c := range []struct{ field, value, says string }{
		{"read", "", "Tick that you have read every rule below."},
		{"note", " ", "Write who read the rules and against what"},
		{"hash", "ffff", "The rules have changed since this page was opened."},
	} {
		form := url.Values{"hash": good["hash"], "read": good["read"], "note": good["note"]}
		form.Set(c.field, c.value)
		if a := b.post(page+"/signature", form); a.status != 422 || !a.says(c.says) {
			t.Errorf("%s = %q: %d, want it to say %q", c.field, c.value, a.status, c.says)
		}
	}
	if a := b.post(page+"/signature", good); !a.says("Signed. These rules decide for LONG TABLE PAC from now on.") || !a.says("in force, signed") || !a.says("Signed by Hazel Quince on 14 May 2026") {
		t.Errorf("signed: %d\n%s", a.status, a.body)
	}
	viewer := w.invited("ash@example.org", "Ash Vole", longTable, staff.Viewer)
	if a := viewer.post(page+"/signature", good); a.status != 403 {
		t.Errorf("a viewer signs: %d", a.status)
	}
	if n := w.count(`select count(*) from pack_signatures`); n != 1 {
		t.Errorf("%d signatures, want one", n)
	}
}

// The law fits phones and screens.
func TestTheLawIsSeen(t *testing.T) {
	w := newDeskWorld(t)
	token, err := staff.Invite(t.Context(), w.db, "operator", "hazel@example.org", "Hazel Quince", longTable, staff.Treasurer)
	if err != nil {
		t.Fatal(err)
	}
	p := browser.New(t)
	p.Open(w.site.URL + "/desk/login/" + token)
	p.Follow("main button")
	for _, width := range []int{320, 1280} {
		p.Size(width, 900)
		for name, path := range map[string]string{"law": "/law", "pack": "/law/us"} {
			if got := p.Open(w.site.URL + "/desk/long-table" + path); got != 200 {
				t.Fatalf("%s = %d", path, got)
			}
			if wide := browser.Eval[int](p, "document.documentElement.scrollWidth"); wide > width {
				t.Errorf("%s is %d wide in a window of %d", path, wide, width)
			}
			p.Shot(name + "-" + map[int]string{320: "320", 1280: "1280"}[width])
		}
	}
}
