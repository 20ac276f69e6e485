package web_test

import (
	"bytes"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"dure/compliance"
	"dure/compliance/fec"
	"dure/dev/house"
	"dure/ledger"
	"dure/staff"
)

// aGiftInKind is the form of goods with nothing to mend.
func aGiftInKind(b *caller) url.Values {
	return url.Values{
		"id": {b.get("/desk/long-table/receipts/in-kind").hidden("id")}, "goods": {"Event catering"}, "amount": {"250"}, "received_on": {"2026-04-12"},
		"valuation": {"The caterer’s list price of April, 25 plates"}, "category": {"007"}, "first": {"Marguerite"}, "last": {"Dummy"},
		"street": {"8 Sample Court"}, "city": {"Exampleton"}, "state": {"VA"}, "zip": {"22903"}, "employer": {""}, "occupation": {""},
	}
}

func TestAGiftInKindIsReadWholeAndRecordedOnce(t *testing.T) {
	t.Parallel()
	w := newDeskWorld(t)
	b := w.treasurer()
	const page = "/desk/long-table/receipts/in-kind"
	form := aGiftInKind(b)
	for _, c := range []struct{ field, value, says string }{
		{"goods", "", "Write what was given."},
		{"goods", "음식", "Reports are written in Latin letters."},
		{"goods", strings.Repeat("x", 92), "At most 91 characters fit in a report; this has 92."},
		{"valuation", "", "Write how you found what it is worth"},
		{"amount", "", "Write the amount in dollars."},
		{"received_on", "2026-05-15", "Friday 15 May 2026 lies ahead."},
		{"received_on", "2025-12-31", "The books begin on 1 January 2026."},
		{"category", "013", "Choose a category of the list."},
		{"first", "", "Write the given name."},
		{"last", "李", "Reports are written in Latin letters."},
		{"zip", "2290", "Write five digits for the ZIP code"},
	} {
		a := b.post(page, but(form, map[string]string{c.field: c.value}))
		if a.status != http.StatusUnprocessableEntity || !a.says(c.says) || !strings.Contains(a.body, `href="#`+c.field+`"`) || !strings.Contains(a.body, `value="8 Sample Court"`) {
			t.Errorf("%s %q = %d, want 422, %q beside it, and what was entered", c.field, c.value, a.status, c.says)
		}
	}
	if a := b.post(page, but(form, map[string]string{"id": "DAAAAAAAAAAAAAAA"})); a.status != http.StatusUnprocessableEntity || !a.says("This form was not ours.") {
		t.Errorf("a form of another kind = %d, want 422", a.status)
	}
	if n := w.count(`select count(*) from receipts where instrument = 'in-kind'`); n != 0 {
		t.Fatalf("refused forms recorded %d receipts, want none", n)
	}
	for _, want := range []string{"Recorded: $250.00 of Marguerite Dummy in kind, received Sunday 12 April 2026: Event catering.", "This gift was recorded before."} {
		if a := b.post(page, form); a.status != http.StatusOK || a.path != "/desk/long-table/receipts" || !a.says(want) {
			t.Errorf("the gift = %d at %s, want 200 and %q", a.status, a.path, want)
		}
	}
	if a := b.get("/desk/long-table/receipts"); !a.says("in kind $250.00") || a.says("3 checks") {
		t.Error("the list of receipts does not have it in kind, or has it among the checks on hand")
	}
	balances, err := ledger.Balances(t.Context(), w.db, longTable, day("05-14"), time.Time{})
	if err != nil || balances[ledger.InKindUsed] != 250_00 || ledger.Cash(balances) != 19_245_35 {
		t.Errorf("used in kind %v, cash %v, %v, want $250.00, and cash as before", balances[ledger.InKindUsed], ledger.Cash(balances), err)
	}
	if a := b.get("/desk/long-table/reports/2026-M5"); !a.says("In-Kind: Event catering") || !a.says("It adds up.") {
		t.Error("the report does not have the goods, or does not add up")
	}
	over := but(form, map[string]string{"id": b.get(page).hidden("id"), "first": "Barnaby", "last": "Template", "street": "40 Placeholder Lane", "received_on": "2026-05-13"})
	if a := b.post(page, over); a.status != http.StatusOK || !a.says("It passes a limit: a case is open for it.") {
		t.Errorf("goods of one who gave to the limit = %d, want a case", a.status)
	}
	viewer := w.invited("vera@example.org", "Vera Viewer", longTable, staff.Viewer)
	if a := viewer.post(page, form); a.status != http.StatusForbidden {
		t.Errorf("a viewer's gift in kind = %d, want 403", a.status)
	}
}

func TestATextIsToldInTheReportOnce(t *testing.T) {
	t.Parallel()
	w := newDeskWorld(t)
	b := w.treasurer()
	const page = "/desk/long-table/reports/2026-M5"
	first := b.get(page)
	if !first.says("Nothing yet.") || !strings.Contains(first.body, `<option value="RCHECK1">Template, Barnaby, 20 Apr, 5,200.00</option>`) {
		t.Error("the report does not offer its rows to tell something of")
	}
	whole := url.Values{"id": {first.hidden("id")}, "about": {""}, "text": {"The committee moved\r\nits office in April."}}
	for _, c := range []struct{ field, value, says string }{
		{"text", "", "Write what the report is to tell."},
		{"text", "이사", "Reports are written in Latin letters."},
		{"text", "a\x00b", "This has characters that can’t be seen or read."},
		{"text", strings.Repeat("x", 4001), "At most 4000 characters fit in a report; this has 4001."},
		{"about", "RNOWHERE", "Choose a transaction of the rows below"},
		{"about", "R\x00", "Choose a transaction of the rows below"},
	} {
		a := b.post(page+"/texts", but(whole, map[string]string{c.field: c.value}))
		if a.status != http.StatusUnprocessableEntity || !a.says(c.says) || !strings.Contains(a.body, `href="#`+c.field+`"`) {
			t.Errorf("%s %.20q = %d, want 422 and %q beside it", c.field, c.value, a.status, c.says)
		}
	}
	if n := w.count(`select count(*) from report_texts`); n != 0 {
		t.Fatalf("refused forms recorded %d texts, want none", n)
	}
	for _, want := range []string{"The report tells it.", "This text was recorded before."} {
		if a := b.post(page+"/texts", whole); a.status != http.StatusOK || a.path != page || !a.says(want) || !a.says("The committee moved its office in April. about the whole report") {
			t.Errorf("the text = %d at %s, want 200, %q, and the text without a line break", a.status, a.path, want)
		}
	}
	row := url.Values{"id": {b.get(page).hidden("id")}, "about": {" rcheck1 "}, "text": {"The giver was asked to reattribute it."}}
	if a := b.post(page+"/texts", row); a.status != http.StatusOK || !a.says("The report tells it.") || !a.says("The giver was asked to reattribute it. about RCHECK1") {
		t.Errorf("a text about a row = %d, want it shown", a.status)
	}
	away := url.Values{"id": {b.get(page).hidden("id")}, "about": {"RCHECK3"}, "text": {"This came later."}}
	if a := b.post(page+"/texts", away); a.status != http.StatusOK || !a.says("Recorded, but RCHECK3 has no row in this report as it stands") {
		t.Errorf("a text about another report's row = %d, want to hear that the file leaves it out", a.status)
	}
	if n := w.count(`select count(*) from report_texts where period = '2026-M5' and actor like 'staff:%'`); n != 3 {
		t.Errorf("%d texts stand, want 3", n)
	}
	var file bytes.Buffer
	if _, err := compliance.BuildReport(t.Context(), w.db, longTable, "2026-M5", time.Time{}, &file); err != nil {
		t.Fatal(err)
	}
	if got := file.String(); strings.Count(got, "The committee moved its office in April.") != 1 || strings.Count(got, "reattribute") != 1 || strings.Contains(got, "This came later.") {
		t.Error("the file does not have the text on the whole and that on the row once each, or has one about no row of it")
	}
	findings, _, err := fec.Check(&file)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range findings {
		if f.Severity == fec.Error {
			t.Errorf("the file: %v", f)
		}
	}
	if a := b.post("/desk/long-table/reports/2026-M11/texts", whole); a.status != http.StatusUnprocessableEntity || !a.says("No report 2026-M11") {
		t.Errorf("a text in no report = %d, want 422", a.status)
	}
	viewer := w.invited("vera@example.org", "Vera Viewer", longTable, staff.Viewer)
	if a := viewer.post(page+"/texts", whole); a.status != http.StatusForbidden {
		t.Errorf("a viewer's text = %d, want 403", a.status)
	}
	if a := viewer.get(page); !a.says("The committee moved its office in April.") || strings.Contains(a.body, "/texts") {
		t.Error("a viewer does not see the texts, or sees the form")
	}
}

func TestThatAGiverWasAskedIsRecordedOnce(t *testing.T) {
	t.Parallel()
	w := newDeskWorld(t)
	b := w.treasurer()
	check := but(aCheck(b), map[string]string{"occupation": "Librarian"})
	receipt := check.Get("id")
	if a := b.post("/desk/long-table/receipts/new", check); a.status != http.StatusOK || !a.says("employer or occupation missing") {
		t.Fatalf("a check of one who left out their employer = %d, want the list to tell of it", a.status)
	}
	page := "/desk/long-table/receipts/" + receipt + "/asked"
	a := b.get(page)
	if !a.says("Missing: employer.") || !a.says("The giver was not asked yet.") || !a.says("The employer") || a.says("The occupation") {
		t.Error("the form does not ask of what is missing, and of nothing else")
	}
	form := url.Values{"missing": {"employer"}, "sent_by": {"letter"}, "asked_on": {"2026-05-14"}}
	for _, c := range []struct{ field, value, says string }{
		{"missing", "", "Tick what you asked for."},
		{"missing", "occupation", "Tick what is missing, and nothing else."},
		{"missing", "birthday", "Tick what is missing, and nothing else."},
		{"sent_by", "pigeon", "Choose how you asked."},
		{"asked_on", "", "Write the day on which you asked."},
		{"asked_on", "2026-05-15", "Friday 15 May 2026 lies ahead."},
		{"asked_on", "2026-05-12", "The gift came on Wednesday 13 May 2026: only what is asked after it counts."},
	} {
		a := b.post(page, but(form, map[string]string{c.field: c.value}))
		if a.status != http.StatusUnprocessableEntity || !a.says(c.says) || !strings.Contains(a.body, `href="#`+c.field+`"`) {
			t.Errorf("%s %q = %d, want 422 and %q beside it", c.field, c.value, a.status, c.says)
		}
	}
	if n := w.count(`select count(*) from efforts`); n != 0 {
		t.Fatalf("refused forms recorded %d efforts, want none", n)
	}
	for _, want := range []string{"Recorded: Marguerite Dummy was asked for employer on Thursday 14 May 2026.", "This was recorded before."} {
		if a := b.post(page, form); a.status != http.StatusOK || a.path != "/desk/long-table/receipts" || !a.says(want) || !a.says("employer or occupation missing , asked 14 May 2026") {
			t.Errorf("the effort = %d at %s, want 200 and %q", a.status, a.path, want)
		}
	}
	if n := w.count(`select count(*) from efforts where receipt = $1 and missing = '{employer}' and sent_by = 'letter'`, receipt); n != 1 {
		t.Errorf("the form sent twice made %d efforts, want 1", n)
	}
	if a := b.get(page); !a.says("Asked on Thursday 14 May 2026 by letter: employer") {
		t.Error("the page does not tell that the giver was asked")
	}

	// of one who told all nothing is asked
	whole := "/desk/long-table/receipts/" + w.giftOf("Haneul") + "/asked"
	for _, a := range []answer{b.get(whole), b.post(whole, form)} {
		if a.status != http.StatusOK || a.path != "/desk/long-table/receipts" || !a.says("Nothing is missing of who gave this.") {
			t.Errorf("to ask one who told all = %d at %s, want to hear that nothing is missing", a.status, a.path)
		}
	}
	if a := b.get("/desk/long-table/gifts/" + w.giftOf("Haneul")); a.says("What the giver left out") {
		t.Error("the page of a whole gift tells that something is missing")
	}
	if a := b.get("/desk/long-table/receipts/RNOWHERE/asked"); a.status != http.StatusNotFound {
		t.Errorf("to ask about no receipt = %d, want 404", a.status)
	}
	viewer := w.invited("vera@example.org", "Vera Viewer", longTable, staff.Viewer)
	if a := viewer.post(page, form); a.status != http.StatusForbidden {
		t.Errorf("a viewer's effort = %d, want 403", a.status)
	}
}

func TestAGiftTellsWhatItsGiverLeftOut(t *testing.T) {
	t.Parallel()
	h, _, b := houseDesk(t)
	p := h.Pledge(house.ToCommittee, 50_00, house.By("Olive"))
	p.Employer, p.Occupation = "", ""
	g := h.MustGive(p)
	h.Pay(g, house.Good)
	h.Quiet()
	page := houseGifts + string(g.ID)
	asked := "/desk/" + string(house.Committee) + "/receipts/" + string(g.ID) + "/asked"
	if a := b.get(page); !a.says("Missing: employer, occupation.") || !a.says("The giver was not asked yet.") || !strings.Contains(a.body, `href="`+asked+`"`) {
		t.Error("the gift's page does not tell what its giver left out, with the way to record that they were asked")
	}
	form := url.Values{"missing": {"occupation", "employer"}, "sent_by": {"phone"}, "asked_on": {h.Today().String()}}
	for _, want := range []string{"was asked for employer and occupation on", "This was recorded before."} {
		a := b.post(asked, form)
		if a.status != http.StatusOK || a.path != page || !a.says(want) || !a.says("by phone call: employer, occupation") {
			t.Errorf("the effort = %d at %s, want %q on the gift's page, and the effort there", a.status, a.path, want)
		}
	}
	if n := h.Count(`select count(*) from efforts`); n != 1 {
		t.Errorf("the form sent twice made %d efforts, want 1", n)
	}
}
