package web_test

import (
	"bytes"
	"maps"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"dure/compliance"
	"dure/compliance/fec"
	"dure/ledger"
)

// but gives fields with some of them changed; an empty value takes a field away.
func but(fields url.Values, change map[string]string) url.Values {
	out := maps.Clone(fields)
	for name, value := range change {
		out[name] = []string{value}
		if value == "" {
			delete(out, name)
		}
	}
	return out
}

func TestTodayHasWhatIsDueByClock(t *testing.T) {
	t.Parallel()
	w := newDeskWorld(t)
	a := w.treasurer().get("/desk/long-table")
	at := 0
	for _, want := range []string{
		"Five things are due. Two of them press.",
		"1 day left Forward $505.00 to MINA SEO FOR CONGRESS",
		"2 days left Deposit 2 checks, $750.00",
		"4 days left Decide on 2 gifts that are held",
		"6 days left May monthly report, 2026-M5",
		"36 days left Settle $200.00 over the limit",
	} {
		words := strings.Join(strings.Fields(tags.ReplaceAllString(a.body, " ")), " ")
		next := strings.Index(words, want)
		if next < at {
			t.Errorf("today says %q at %d, want it after %d", want, next, at)
		}
		at = next
	}
	for _, want := range []string{
		"In the bank $17,740.35", "At Stripe $755.00", "Cash on hand $19,245.35", "Held for candidates −$505.00", "Free to spend $18,540.35",
		"11 CFR 103.3(a)", "1 event from Stripe could not be applied",
	} {
		if !a.says(want) {
			t.Errorf("today does not say %q", want)
		}
	}
}

func TestGiftsAreSiftedAndPaged(t *testing.T) {
	t.Parallel()
	w := newDeskWorld(t)
	b := w.treasurer()
	a := b.get("/desk/long-table/gifts?state=settled&drive=mina-seo")
	if n := strings.Count(a.body, `<th scope="row">`); n != 3 || !a.says("박하늘 (Haneul Park)") {
		t.Errorf("charged gifts of one drive: %d rows, want 3, with Haneul Park's", n)
	}
	if a := b.get("/desk/long-table/gifts?after=" + w.giftOf("Olive")); !a.says("Teodoro Inkwell") || a.says("Rowan Sample") {
		t.Error("the gifts after one of 2 May have others than that of 8 April")
	}
	if a := b.get("/desk/long-table/gifts?state=lapsed"); !a.says("No gift is like that.") {
		t.Error("no gift lapsed, and the page does not say so")
	}
}

func TestAGiftTellsItsWholeStory(t *testing.T) {
	t.Parallel()
	w := newDeskWorld(t)
	a := w.treasurer().get("/desk/long-table/gifts/" + w.giftOf("Haneul"))
	for _, want := range []string{
		"$80.00 from 박하늘 (Haneul Park)", "The form came. 5 May 2026, 11:02 a.m. · the giver", "Charged. 5 May 2026, 11:05 a.m. · Stripe",
		"Earmarked for MINA SEO FOR CONGRESS, primary of 16 June 2026", "visa ending in 4242", "I affirm us-person.", "11(a)(i), earmarked",
		"Report 2026-M6", "Forwarded not yet", "Gift of Haneul Park, earmarked for MINA SEO FOR CONGRESS", "Make the card page",
	} {
		if !a.says(want) {
			t.Errorf("the gift's page does not say %q", want)
		}
	}
	if strings.Contains(a.body, "<textarea") {
		t.Error("a charged gift can be decided on")
	}
}

func TestAHeldGiftIsDecidedOnceWithANote(t *testing.T) {
	t.Parallel()
	w := newDeskWorld(t)
	b := w.treasurer()
	gift := "/desk/long-table/gifts/" + w.giftOf("Juniper")
	a := b.post(gift+"/decision", url.Values{"decision": {"capture"}, "note": {"  "}})
	if a.status != http.StatusUnprocessableEntity || !a.says("Write what you saw and why you decide so") {
		t.Errorf("a decision without a note = %d, want 422", a.status)
	}
	a = b.post(gift+"/decision", url.Values{"note": {"Saw the passport."}})
	if a.status != http.StatusUnprocessableEntity || !strings.Contains(a.body, "Saw the passport.") {
		t.Errorf("a note without a decision = %d, want 422, and the note still there", a.status)
	}
	for _, want := range []string{"Decided: the gift is charged.", "Nothing was changed. This gift is no longer held: it is capture owed."} {
		a = b.post(gift+"/decision", url.Values{"decision": {"capture"}, "note": {"Saw the passport."}})
		if a.status != http.StatusOK || !a.says(want) {
			t.Errorf("the decision = %d, want 200 and %q", a.status, want)
		}
	}
	if !a.says("Being charged. “Saw the passport.”") || !a.says("· Hazel Quince") {
		t.Error("the gift's story does not have the decision, the note and who decided")
	}
	if n := w.count(`select count(*) from owed_calls where verb = 'capture' and gift = $1`, w.giftOf("Juniper")); n != 1 {
		t.Errorf("the decision sent twice owes %d captures, want 1", n)
	}
	if a := b.get("/desk/long-table/held"); a.says("Juniper") || !a.says("Sorrel Mockingham") {
		t.Error("the held gifts are not all but the one decided")
	}
}

func TestAForwardIsRecordedOnce(t *testing.T) {
	t.Parallel()
	w := newDeskWorld(t)
	b := w.treasurer()
	const page = "/desk/long-table/forwards"
	fields := url.Values{
		"id": {b.get(page).hidden("id")}, "candidate": {string(seo)}, "receipts": {w.giftOf("Rowan"), w.giftOf("Haneul")},
		"sent_on": {"2026-05-14"}, "method": {"check 1041"},
	}
	for _, c := range []struct {
		name   string
		change map[string]string
		says   string
	}{
		{"no means", map[string]string{"method": ""}, "Write by what means"},
		{"no gift", map[string]string{"receipts": ""}, "Tick the gifts that were sent on."},
		{"a day ahead", map[string]string{"sent_on": "2026-05-15"}, "Friday 15 May 2026 lies ahead."},
		{"before a gift came", map[string]string{"sent_on": "2026-05-04"}, "came on 2026-05-05, after this day."},
		{"another's gift", map[string]string{"receipts": w.giftOf("Teodoro")}, "This gift is not held for this candidate"},
		{"a made-up form", map[string]string{"id": "DROP TABLE"}, "This form was not ours."},
	} {
		a := b.post(page, but(fields, c.change))
		if a.status != http.StatusUnprocessableEntity || !a.says(c.says) {
			t.Errorf("%s: %d, want 422 and %q", c.name, a.status, c.says)
		}
	}
	if n := w.count(`select count(*) from forwards`); n != 0 {
		t.Fatalf("refused forms recorded %d forwards, want none", n)
	}
	for _, want := range []string{"2 gifts recorded as sent on Thursday 14 May 2026 by check 1041.", "This forward was recorded before."} {
		if a := b.post(page, fields); a.status != http.StatusOK || a.path != page || !a.says(want) {
			t.Errorf("the forward = %d at %s, want 200 and %q", a.status, a.path, want)
		}
	}
	if n := w.count(`select count(*) from forward_items`); n != 2 {
		t.Errorf("the form sent twice made %d lines of a filing, want 2", n)
	}
	a := b.get("/desk/long-table")
	if !a.says("Held for candidates −$25.00") || !a.says("In the bank $17,260.35") || !a.says("Forward $25.00 to MINA SEO FOR CONGRESS") {
		t.Error("after the forward today does not have $25.00 left to forward")
	}
	if a := b.get("/desk/long-table/gifts/" + w.giftOf("Rowan")); !a.says("Forwarded 14 May 2026 by check 1041") {
		t.Error("the gift does not tell that it was forwarded")
	}
}

func TestAReceiptIsReadWholeAndRecordedOnce(t *testing.T) {
	t.Parallel()
	w := newDeskWorld(t)
	b := w.treasurer()
	const page = "/desk/long-table/receipts/new"
	fields := url.Values{
		"id": {b.get(page).hidden("id")}, "amount": {"75"}, "instrument": {"check"}, "number": {"1188"}, "received_on": {"2026-05-13"},
		"made_on": {"2026-05-11"}, "line": {"11(a)"}, "who": {"person"}, "first": {"Marguerite"}, "last": {"Dummy"}, "street": {"8 Sample Court"},
		"city": {"Exampleton"}, "state": {"va"}, "zip": {"22903-1234"}, "employer": {""}, "occupation": {""},
	}
	empty := b.post(page, url.Values{"id": {fields.Get("id")}, "who": {"person"}})
	for _, want := range []string{
		"Write the amount in dollars.", "Choose how it came.", "Write the day it was received.", "Write the day the giver let go of it.",
		"Choose the line of the report.", "Write the given name.", "Write the family name.", "Write the street and number.", "Write the city.",
		"Write the two letters of the state", "Write five digits for the ZIP code",
	} {
		if empty.status != http.StatusUnprocessableEntity || !empty.says(want) {
			t.Errorf("an empty form = %d, want 422 and %q", empty.status, want)
		}
	}
	for _, c := range []struct {
		name   string
		change map[string]string
		says   string
	}{
		{"made after it came", map[string]string{"made_on": "2026-05-14"}, "A gift is made before it is received"},
		{"a person on a committee's line", map[string]string{"line": "11(c)"}, "Line 11(c) takes committees."},
		{"a company on a person's line", map[string]string{"who": "body", "organization": "Exampleton Mills Inc"}, "Choose what it is."},
		{"a committee without its id", map[string]string{"who": "body", "organization": "Tidewater PAC", "line": "11(c)"}, "Write the committee’s FEC id"},
		{"an offset without a purpose", map[string]string{"line": "15"}, "Write what it is for"},
		{"a check without a number", map[string]string{"number": ""}, "Write the number of the check."},
		{"cents that are none", map[string]string{"amount": "75.123"}, "Write dollars and cents"},
		{"a name that fits no report", map[string]string{"last": strings.Repeat("x", 31)}, "At most 30 characters fit in a report; this has 31."},
	} {
		a := b.post(page, but(fields, c.change))
		if a.status != http.StatusUnprocessableEntity || !a.says(c.says) || !strings.Contains(a.body, `value="8 Sample Court"`) {
			t.Errorf("%s: %d, want 422, %q, and what was entered", c.name, a.status, c.says)
		}
	}
	before := w.count(`select count(*) from receipts`)
	for _, want := range []string{"Recorded: $75.00 of Marguerite Dummy, received Wednesday 13 May 2026, line 11(a).", "This receipt was recorded before."} {
		if a := b.post(page, fields); a.status != http.StatusOK || !a.says(want) {
			t.Errorf("the receipt = %d, want 200 and %q", a.status, want)
		}
	}
	if n := w.count(`select count(*) from receipts`) - before; n != 1 {
		t.Errorf("the form sent twice made %d receipts, want 1", n)
	}
	if zip := w.count(`select count(*) from contributor_versions where last_name = 'Dummy' and zip = '229031234' and state = 'VA'`); zip != 1 {
		t.Error("state and ZIP code are not kept as reports have them")
	}
	a := b.post(page, but(fields, map[string]string{
		"id": b.get(page).hidden("id"), "who": "body", "organization": "TIDEWATER NEIGHBORS PAC", "fec_id": "c00999106", "line": "11(c)", "amount": "5,100.00",
	}))
	if a.status != http.StatusOK || !a.says("It passes a limit: a case is open for it.") {
		t.Errorf("a committee's $5,100.00 = %d, want it recorded and a case opened", a.status)
	}
	if a := b.get("/desk/long-table/cases"); !a.says("$100.00 over the limit, from TIDEWATER NEIGHBORS PAC") {
		t.Error("the new case is not on the list")
	}
}

func TestADepositIsRecordedOnce(t *testing.T) {
	t.Parallel()
	w := newDeskWorld(t)
	b := w.treasurer()
	fields := url.Values{"id": {b.get("/desk/long-table/receipts").hidden("id")}, "receipts": {"RCHECK2", "RCHECK3"}, "deposited_on": {"2026-05-14"}}
	for change, want := range map[string]string{"receipts": "Tick the checks that went to the bank.", "deposited_on": "Write the day of the deposit."} {
		if a := b.post("/desk/long-table/deposits", but(fields, map[string]string{change: ""})); a.status != http.StatusUnprocessableEntity || !a.says(want) {
			t.Errorf("without %s: %d, want 422 and %q", change, a.status, want)
		}
	}
	for _, want := range []string{"2 checks recorded as deposited on Thursday 14 May 2026.", "This deposit was recorded before."} {
		if a := b.post("/desk/long-table/deposits", fields); a.status != http.StatusOK || !a.says(want) {
			t.Errorf("the deposit = %d, want 200 and %q", a.status, want)
		}
	}
	if a := b.get("/desk/long-table/receipts"); !a.says("No check is on hand.") || !a.says("deposited 14 May 2026") {
		t.Error("after the deposit a check is still on hand")
	}
	balances, err := ledger.Balances(t.Context(), w.db, longTable, day("05-14"), time.Time{})
	if err != nil || balances[ledger.Bank] != 18_490_35 || balances[ledger.Undeposited] != 0 {
		t.Errorf("bank %v, undeposited %v, %v, want $18,490.35 and nothing", balances[ledger.Bank], balances[ledger.Undeposited], err)
	}
}

func TestAPaymentIsRecordedOnce(t *testing.T) {
	t.Parallel()
	w := newDeskWorld(t)
	b := w.treasurer()
	const page = "/desk/long-table/disbursements/new"
	fields := url.Values{
		"id": {b.get(page).hidden("id")}, "amount": {"90.00"}, "paid_on": {"2026-05-10"}, "method": {"ACH"}, "line": {"21(b)"}, "purpose": {"Web hosting"},
		"category": {"001"}, "payee": {"new"}, "payee_is": {"ORG"}, "name": {"EXAMPLE HOSTING LLC"}, "street": {"1 Rack Row"}, "city": {"Exampleton"},
		"state": {"VA"}, "zip": {"22903"},
	}
	for _, c := range []struct {
		name   string
		change map[string]string
		says   string
	}{
		{"nobody paid", map[string]string{"payee": ""}, "Choose whom you paid."},
		{"the processor", map[string]string{"payee": "PROCESSOR"}, "Choose whom you paid."},
		{"no purpose", map[string]string{"purpose": ""}, "Write what it was for."},
		{"a company on line 22", map[string]string{"line": "22"}, "Line 22 pays political committees."},
		{"no candidate on line 23", map[string]string{"line": "23"}, "Choose the candidate."},
		{"a new payee without a street", map[string]string{"street": ""}, "Write the street and number."},
	} {
		a := b.post(page, but(fields, c.change))
		if a.status != http.StatusUnprocessableEntity || !a.says(c.says) || !strings.Contains(a.body, `value="90.00"`) {
			t.Errorf("%s: %d, want 422, %q, and what was entered", c.name, a.status, c.says)
		}
	}
	for _, want := range []string{"Recorded: $90.00 paid on Sunday 10 May 2026, line 21(b).", "This payment was recorded before."} {
		if a := b.post(page, fields); a.status != http.StatusOK || !a.says(want) {
			t.Errorf("the payment = %d, want 200 and %q", a.status, want)
		}
	}
	if n := w.count(`select count(*) from payees where name = 'EXAMPLE HOSTING LLC'`); n != 1 {
		t.Errorf("the form sent twice made %d payees, want 1", n)
	}
	a := b.post(page, but(fields, map[string]string{
		"id": b.get(page).hidden("id"), "line": "23", "candidate": string(seo), "election": string(vaPrimary), "amount": "1000", "purpose": "Contribution",
	}))
	if a.status != http.StatusOK || !a.says("MINA SEO FOR CONGRESS") || !a.says("$1,000.00") {
		t.Errorf("a contribution = %d, want it on the list, to the candidate's committee", a.status)
	}
}

func TestBooksBalanceOnAnyDay(t *testing.T) {
	t.Parallel()
	w := newDeskWorld(t)
	b := w.treasurer()
	if a := b.get("/desk/long-table/books"); !a.says("Total $19,585.35 $19,585.35") || !a.says("Line 8 of the report $19,245.35") {
		t.Error("the trial balance of today is not $19,585.35 on both sides, with cash of $19,245.35")
	}
	if a := b.get("/desk/long-table/books?through=2026-04-30"); !a.says("Line 8 of the report $17,990.35") {
		t.Error("cash on 30 April is not $17,990.35")
	}
	if a := b.get("/desk/long-table/books?through=yesterday"); !a.says("Write the day as year-month-day") {
		t.Error("a day that is none is not refused in words")
	}
}

func TestTheDownloadIsTheReportOfTheCutOffShown(t *testing.T) {
	t.Parallel()
	w := newDeskWorld(t)
	b := w.treasurer()
	shown := b.get("/desk/long-table/reports/2026-M5")
	_, link, _ := strings.Cut(shown.body, `<a class="btn" href="`)
	link, _, _ = strings.Cut(link, `"`)
	link = strings.ReplaceAll(link, "&amp;", "&")
	address, err := url.Parse(link)
	if err != nil {
		t.Fatal(err)
	}
	asOf, err := time.Parse(time.RFC3339Nano, address.Query().Get("as_of"))
	if err != nil {
		t.Fatalf("the page's download is %q, want a cut-off in it: %v", link, err)
	}
	if !shown.says("It adds up.") || !shown.says("Template, Barnaby") || !shown.says("8 Cash on hand at close of reporting period 17,990.35 17,990.35") {
		t.Error("the preview does not show that it adds up, the row of the check, and line 8")
	}
	if a := b.post("/desk/long-table/deposits", url.Values{"id": {"BAAAAAAAAAAAAAAA"}, "receipts": {"RCHECK3"}, "deposited_on": {"2026-05-14"}}); a.status != 200 {
		t.Fatalf("a later fact: %d", a.status)
	}
	file := b.get(link)
	var want bytes.Buffer
	if _, err := compliance.BuildReport(t.Context(), w.db, longTable, "2026-M5", asOf, &want); err != nil {
		t.Fatal(err)
	}
	if file.status != http.StatusOK || file.body != want.String() {
		t.Errorf("the download = %d, %d bytes, want 200 and the %d bytes of the report as of the cut-off shown", file.status, len(file.body), want.Len())
	}
	if got := file.header.Get("Content-Disposition"); got != `attachment; filename="C00999103-2026-M5.fec"` {
		t.Errorf("Content-Disposition = %s", got)
	}
	findings, _, err := fec.Check(strings.NewReader(file.body))
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range findings {
		if f.Severity == fec.Error {
			t.Errorf("the file: %v", f)
		}
	}
	for path, want := range map[string]string{
		"2026-M11":     "a monthly filer has no report 2026-M11",
		"2025-M5":      "can't be built: the books run from 2026-01-01",
		"2025-M5.fec":  "can't be built: the books run from 2026-01-01",
		"nonsense.fec": "is no report",
	} {
		if a := b.get("/desk/long-table/reports/" + path); a.status != http.StatusUnprocessableEntity || !strings.Contains(strings.ToLower(a.body), strings.ToLower(strings.ReplaceAll(want, "'", "&#39;"))) {
			t.Errorf("report %s = %d, want 422 and %q", path, a.status, want)
		}
	}
	if a := b.get("/desk/long-table/reports/2026-M5?as_of=tomorrow"); !a.says("Write a moment such as") {
		t.Error("a cut-off that is none is not refused in words")
	}
	if a := b.get("/desk/long-table/reports/2026-M5?as_of=2026-04-10T00:00:00Z"); a.says("Template, Barnaby") || !a.says("The period is not over") {
		t.Error("as known on 10 April the report has a check of 20 April, or does not tell that the period was not over")
	}
}

func TestAnEventSetAsideIsShownAndAppliedAgain(t *testing.T) {
	t.Parallel()
	w := newDeskWorld(t)
	b := w.treasurer()
	a := b.get("/desk/long-table/events/evt_aside")
	if !strings.Contains(a.body, "&lt;b&gt;&amp;") || strings.Contains(a.body, "<b>&") {
		t.Error("what Stripe sent is not shown as it is, but as part of the page")
	}
	if a := b.post("/desk/long-table/events/evt_aside/replay", nil); a.status != http.StatusOK || !a.says("It waits to be applied again.") {
		t.Errorf("replay = %d, want 200", a.status)
	}
	if n := w.count(`select count(*) from events where state = 'waiting' and id = 'evt_aside'`); n != 1 {
		t.Error("the event does not wait after its replay")
	}
	if a := b.post("/desk/long-table/events/evt_nowhere/replay", nil); a.status != http.StatusNotFound {
		t.Errorf("replay of no event = %d, want 404", a.status)
	}
}
