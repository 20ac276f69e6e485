package web_test

import (
	"context"
	"fmt"
	"html"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/jmoiron/sqlx"

	"dure/compliance"
	"dure/donations"
	"dure/ledger"
	"dure/staff"
	"dure/web"
)

// aCheck is a receipt's form with nothing to mend.
func aCheck(b *caller) url.Values {
	return url.Values{
		"id": {b.get("/desk/long-table/receipts/new").hidden("id")}, "amount": {"75"}, "instrument": {"check"}, "number": {"1188"},
		"received_on": {"2026-05-13"}, "made_on": {"2026-05-11"}, "line": {"11(a)"}, "who": {"person"}, "first": {"Marguerite"}, "last": {"Dummy"},
		"street": {"8 Sample Court"}, "city": {"Exampleton"}, "state": {"VA"}, "zip": {"22903"}, "employer": {""}, "occupation": {""},
	}
}

// aPayment is a payment's form with nothing to mend.
func aPayment(b *caller) url.Values {
	return url.Values{
		"id": {b.get("/desk/long-table/disbursements/new").hidden("id")}, "amount": {"90.00"}, "paid_on": {"2026-05-10"}, "method": {"ACH"},
		"line": {"21(b)"}, "purpose": {"Web hosting"}, "category": {"001"}, "payee": {"new"}, "payee_is": {"ORG"}, "name": {"EXAMPLE HOSTING LLC"},
		"street": {"1 Rack Row"}, "city": {"Exampleton"}, "state": {"VA"}, "zip": {"22903"},
	}
}

// What a report can't hold, the desk does not take: one such name would keep the whole report from being built.
func TestTextThatNoReportCanHoldIsRefusedBesideItsField(t *testing.T) {
	t.Parallel()
	w := newDeskWorld(t)
	b := w.treasurer()
	const (
		receipt = "/desk/long-table/receipts/new"
		payment = "/desk/long-table/disbursements/new"
		latin   = "Reports are written in Latin letters. This can’t have: "
		hidden  = "This has characters that can’t be seen or read."
	)
	check, paid := aCheck(b), aPayment(b)
	person := map[string]string{"payee_is": "IND", "name": "Sample", "first": "Ada"}
	for _, c := range []struct {
		page, field, value, says string
		also                     map[string]string
	}{
		{receipt, "first", "明", latin + "明", nil},
		{receipt, "last", "李🎁李", latin + "李🎁", nil},
		{receipt, "last", "Du\x00mmy", hidden, nil},
		{receipt, "first", "\xff\xfe", hidden, nil},
		{receipt, "first", "\u202eetireugraM", hidden, nil},
		{receipt, "first", "\u0301", "Write this with letters or digits.", nil},
		{receipt, "last", "—", "Write this with letters or digits.", nil},
		{receipt, "last", strings.Repeat("ß", 16), "At most 30 characters fit in a report; this has 32.", nil},
		{receipt, "street", "8 Sample\x07 Court", hidden, nil},
		{receipt, "city", "서울", latin + "서울", nil},
		{receipt, "employer", "도서관", latin + "도서관", nil},
		{receipt, "occupation", "Libra\u200brian", hidden, nil},
		{receipt, "number", "\x00", hidden, nil},
		{receipt, "organization", "Friends ☕", latin + "☕", map[string]string{"who": "body", "line": "15", "purpose": "Refund"}},
		{receipt, "purpose", "环", latin + "环", map[string]string{"who": "body", "organization": "X", "line": "15"}},
		{payment, "method", "ACH\x00", hidden, nil},
		{payment, "purpose", "Café ☕", latin + "☕", nil},
		{payment, "name", "Café ☕", latin + "☕", nil},
		{payment, "street", "1 Rack \u2066Row", hidden, nil},
		{payment, "first", "에이다", latin + "에이다", person},
		{payment, "payee", "\x00", "Choose whom you paid.", nil},
		{payment, "category", "\x00", "Choose a category of the list.", nil},
	} {
		form := check
		keeps := `value="8 Sample Court"`
		if c.page == payment {
			form, keeps = paid, `value="90.00"`
		}
		if c.field == "street" {
			keeps = `value="Exampleton"`
		}
		a := b.post(c.page, but(but(form, c.also), map[string]string{c.field: c.value}))
		if a.status != http.StatusUnprocessableEntity || !a.says(c.says) || !strings.Contains(a.body, `href="#`+c.field+`"`) || !strings.Contains(a.body, keeps) {
			t.Errorf("%s %q = %d, want 422, %q beside it, and what was entered", c.field, c.value, a.status, c.says)
		}
	}
	if n := w.count(`select count(*) from receipts where id like 'R_______________'`) + w.count(`select count(*) from disbursements where method = 'ACH'`); n != 0 {
		t.Errorf("refused forms recorded %d facts, want none", n)
	}
	if a := b.post(receipt, but(check, map[string]string{"first": "Zoë", "last": "O’Peña"})); a.status != http.StatusOK || !a.says("Zoë O’Peña") {
		t.Errorf("a name with accents = %d, want it recorded as it is written", a.status)
	}
}

func TestNoteThatCantBeKeptIsRefusedBesideItsField(t *testing.T) {
	t.Parallel()
	w := newDeskWorld(t)
	b := w.treasurer()
	var kase string
	if err := w.db.GetContext(t.Context(), &kase, `select id from cases`); err != nil {
		t.Fatal(err)
	}
	for _, page := range []string{"/desk/long-table/cases/" + kase + "/act", "/desk/long-table/gifts/" + w.giftOf("Juniper") + "/decision"} {
		for _, note := range []string{"She \x00 called.", "She \xff called.", "She \u202e called."} {
			a := b.post(page, url.Values{"note": {note}, "text": {note}, "step": {"note"}, "on": {"2026-05-14"}, "seen": {"0"}, "decision": {"release"}})
			if a.status != http.StatusUnprocessableEntity || !a.says("This has characters that can’t be seen or read.") || !strings.Contains(a.body, " called.") {
				t.Errorf("POST %s with %q = %d, want 422 and the note still there", page, note, a.status)
			}
		}
	}
	said := url.Values{"text": {"She called:\r\n\t“내일” 👩‍🌾"}, "step": {"note"}, "on": {"2026-05-14"}, "seen": {"0"}}
	if a := b.post("/desk/long-table/cases/"+kase+"/act", said); a.status != http.StatusOK {
		t.Errorf("a note of two lines in two scripts = %d, want it kept", a.status)
	}
}

func TestAddressesOfBytesThatAreNoTextAreNotThere(t *testing.T) {
	t.Parallel()
	w := newDeskWorld(t)
	b := w.treasurer()
	for path, want := range map[string]int{
		"/desk/long-table/gifts?state=%00":         200,
		"/desk/long-table/gifts?drive=%ff":         200,
		"/desk/long-table/gifts?after=%00":         200,
		"/desk/long-table/disbursements?after=%00": 200,
		"/desk/long-table/books?before=%00":        200,
		"/desk/sign-in?next=/desk/%00":             200,
		"/desk/long-table/gifts/%00":               404,
		"/desk/long-table/gifts/%ff":               404,
		"/desk/long-table/cases/%00":               404,
		"/desk/long-table/events/%00":              404,
		"/desk/long-table/reports/%00":             404,
		"/desk/%00":                                404,
		"/desk/login/%00":                          404,
		"/give/%00":                                404,
		"/thanks/%00":                              404,
		"/thanks/%00?key=%00":                      404,
		"/give/long-table?amount=%00&ref=%00":      200,
		"/give/long-table?lang=%00":                200,
	} {
		if a := b.get(path); a.status != want {
			t.Errorf("GET %s = %d, want %d", path, a.status, want)
		}
	}
	for path, fields := range map[string]url.Values{
		"/desk/long-table/forwards":          {"id": {"\x00"}, "candidate": {"\x00"}, "receipts": {"\x00"}, "sent_on": {"\x00"}, "method": {"ACH"}},
		"/desk/long-table/deposits":          {"id": {"BAAAAAAAAAAAAAAA"}, "receipts": {"\x00"}, "deposited_on": {"2026-05-14"}},
		"/desk/long-table/receipts/new":      {"id": {"\x00"}},
		"/desk/long-table/disbursements/new": {"id": {"\x00"}, "line": {"23"}, "candidate": {"\x00"}, "election": {"\x00"}},
		"/desk/sign-in":                      {"email": {"hazel\x00@example.org"}, "password": {"\x00"}, "next": {"/desk/\x00"}},
	} {
		if a := b.post(path, fields); a.status != http.StatusUnprocessableEntity {
			t.Errorf("POST %s with NULs = %d, want 422", path, a.status)
		}
	}
	if a := b.post("/desk/long-table/gifts/%00/decision", url.Values{"decision": {"release"}, "note": {"x"}}); a.status != http.StatusNotFound {
		t.Errorf("a decision on no gift = %d, want 404", a.status)
	}
}

// A forward for a candidate of whom nothing is held has no form of theirs on the page to stand beside.
func TestAForwardForNobodyIsRefusedInWords(t *testing.T) {
	t.Parallel()
	w := newDeskWorld(t)
	b := w.treasurer()
	a := b.post("/desk/long-table/forwards", url.Values{
		"id": {"FAAAAAAAAAAAAAAA"}, "candidate": {"H0XX00000"}, "receipts": {w.giftOf("Rowan")}, "sent_on": {"2026-05-14"}, "method": {"ACH"},
	})
	if a.status != http.StatusUnprocessableEntity || !a.says("One thing to mend") {
		t.Errorf("a forward for a candidate who is unknown = %d, want 422 and why", a.status)
	}
}

func TestLine22PaysCommitteesOfTheListToo(t *testing.T) {
	t.Parallel()
	w := newDeskWorld(t)
	b := w.treasurer()
	a := b.post("/desk/long-table/disbursements/new", but(aPayment(b), map[string]string{"line": "22", "payee": "VPRINTER"}))
	if a.status != http.StatusUnprocessableEntity || !strings.Contains(a.body, `id="payee-err"`) || !a.says("Line 22 pays political committees, and no FEC id is known of this payee.") {
		t.Errorf("a transfer to a printer = %d, want it refused beside the payee", a.status)
	}
}

func TestLine12TellsWhoseTransfersBelongThere(t *testing.T) {
	t.Parallel()
	w := newDeskWorld(t)
	if a := w.treasurer().get("/desk/long-table/receipts/new"); !a.says("Line 12 is for transfers from affiliated committees alone") || !a.says("belongs on 11(c)") {
		t.Error("the form does not tell whose transfers line 12 takes")
	}
}

func TestAReportThatWaitsForAnEntryTellsWhich(t *testing.T) {
	t.Parallel()
	w := newDeskWorld(t)
	w.at("04-30 12:00", "seed", func(ctx context.Context, tx *sqlx.Tx) error {
		if err := compliance.OpenBooks(ctx, tx, porchLight, day("01-01"), 100_00); err != nil {
			return err
		}
		return compliance.RecordFee(ctx, tx, compliance.Fee{
			Committee: porchLight, ID: "txn_sample", Charge: "ch_sample", Cents: 250_00, PostedOn: day("04-30"), HappenedAt: day("04-30").Midnight(),
		})
	})
	b := w.invited("basil@example.org", "Basil Lamp", porchLight, staff.Treasurer)
	for _, path := range []string{"2026-M5", "2026-M5.fec"} {
		a := b.get("/desk/porch-light/reports/" + path)
		if a.status != http.StatusConflict || !a.says("PROCESSOR") || !a.says("52 U.S.C. 30104(b)(5)(A)") {
			t.Errorf("report %s = %d, want 409 and that the processor must be entered", path, a.status)
		}
	}
}

func TestACallThatWasGivenUpShowsOnToday(t *testing.T) {
	t.Parallel()
	w := newDeskWorld(t)
	b := w.treasurer()
	if a := b.get("/desk/long-table"); a.says("given up") {
		t.Error("today tells of calls given up, and there is none")
	}
	giveUp := func(given string, ago time.Duration) {
		w.at("05-14 09:00", "sweep", func(ctx context.Context, tx *sqlx.Tx) error {
			const insert = `
				insert into owed_calls (committee, id, gift, verb, method, path, body, idempotency_key, state, due_at, last_error, done_at)
				values ($1, $2, $2, 'capture', 'POST', '/v1/x', '', $2, 'given up', $3, 'refused', $3)`
			_, err := tx.ExecContext(ctx, insert, longTable, w.giftOf(given), deskNow.Add(-ago))
			return err
		})
	}
	giveUp("Juniper", time.Hour)     // held
	giveUp("Sorrel", 8*24*time.Hour) // held, but long ago
	giveUp("Olive", time.Hour)       // ended
	a := b.get("/desk/long-table")
	if !a.says("1 call to Stripe was given up") || !strings.Contains(a.body, `href="/desk/long-table/gifts/`+w.giftOf("Juniper")+`">Juniper Placeholder</a>`) {
		t.Error("today does not tell of the one gift whose call was given up, with a link to it")
	}
}

func TestARefusedDecisionTellsWhy(t *testing.T) {
	t.Parallel()
	w := newDeskWorld(t)
	b := w.treasurer()
	gift := "/desk/long-table/gifts/" + w.giftOf("Juniper")
	w.check("05-13", "RCHECK9", "Juniper Placeholder", 4900_00)
	a := b.post(gift+"/decision", url.Values{"decision": {"capture"}, "note": {"Saw the passport."}})
	if a.status != http.StatusUnprocessableEntity || a.says("decided before") || !strings.Contains(a.body, "Saw the passport.") || !a.says("limit") {
		t.Errorf("charging a gift that passes the limit = %d, want 422, why, and the note still there", a.status)
	}
	if a := b.post(gift+"/decision", url.Values{"decision": {"release"}, "note": {"Over the limit."}}); !a.says("the gift is let go") {
		t.Error("the gift can't be let go after the refusal")
	}
	a = b.post(gift+"/decision", url.Values{"decision": {"capture"}, "note": {"Again."}})
	if a.status != http.StatusOK || !a.says("Nothing was changed. This gift is no longer held") {
		t.Errorf("a second decision = %d, want 200 and that nothing was changed", a.status)
	}
}

func TestAGiftHeldAfterTheVoteSaysSo(t *testing.T) {
	words := web.ReasonTexts(donations.Gift{State: donations.Held, HeldFor: []string{donations.HeldTooLate}})
	if !strings.Contains(words, "after the election") || !strings.Contains(words, "110.1(b)(3)(i)") {
		t.Errorf("the reason reads %q", words)
	}
}

func TestDaysBeforeTheBooksAreRefusedBesideTheField(t *testing.T) {
	t.Parallel()
	w := newDeskWorld(t)
	b := w.treasurer()
	const begin = "The books begin on 1 January 2026."
	check, paid := aCheck(b), aPayment(b)
	for _, c := range []struct {
		page, field string
		form        url.Values
	}{
		{"/desk/long-table/receipts/new", "received_on", but(check, map[string]string{"made_on": "2025-12-30"})},
		{"/desk/long-table/disbursements/new", "paid_on", paid},
		{"/desk/long-table/deposits", "deposited_on", url.Values{"id": {"BAAAAAAAAAAAAAAA"}, "receipts": {"RCHECK2"}}},
		{"/desk/long-table/forwards", "sent_on", url.Values{"id": {"FAAAAAAAAAAAAAAA"}, "candidate": {string(seo)}, "receipts": {w.giftOf("Rowan")}, "method": {"ACH"}}},
	} {
		a := b.post(c.page, but(c.form, map[string]string{c.field: "2025-12-31"}))
		if a.status != http.StatusUnprocessableEntity || !a.says(begin) || !strings.Contains(a.body, `id="`+c.field+`-err"`) {
			t.Errorf("%s on the day before the books = %d, want 422 and %q beside it", c.field, a.status, begin)
		}
	}
	if a := b.post("/desk/long-table/receipts/new", but(check, map[string]string{"made_on": "2025-12-30", "received_on": "2026-01-02"})); a.status != http.StatusOK {
		t.Errorf("a check of December that came in January = %d, want it recorded", a.status)
	}
}

// Entries of one moment are as many pages as it takes, each once.
func TestOlderEntriesGoOnBehindTheLastOne(t *testing.T) {
	t.Parallel()
	w := newDeskWorld(t)
	b := w.treasurer()
	const more = 95
	w.at("05-14 09:00", "seed", func(ctx context.Context, tx *sqlx.Tx) error {
		for i := range more {
			err := ledger.Post(ctx, tx, ledger.Entry{
				Committee: longTable, Source: fmt.Sprint("sample:", i), PostedOn: day("05-14"), Text: fmt.Sprintf("Interest no. %d.", i),
				Lines: []ledger.Line{{Account: ledger.Bank, Cents: 1}, {Account: ledger.OtherReceipts, Cents: -1, Feeds: "17"}},
			})
			if err != nil {
				return err
			}
		}
		return nil
	})
	seen, pages := map[string]int{}, 0
	interest := regexp.MustCompile(`Interest no\. \d+\.`)
	older := regexp.MustCompile(`href="([^"]*)">Older entries`)
	for path := "/desk/long-table/books"; path != "" && pages < 9; pages++ {
		a := b.get(path)
		for _, text := range interest.FindAllString(a.body, -1) {
			seen[text]++
		}
		path = ""
		if m := older.FindStringSubmatch(a.body); m != nil {
			path = html.UnescapeString(m[1])
		}
	}
	if len(seen) != more {
		t.Errorf("%d pages show %d of %d entries of one moment", pages, len(seen), more)
	}
	for text, n := range seen {
		if n != 1 {
			t.Errorf("%q is shown %d times", text, n)
		}
	}
	if a := b.get("/desk/long-table/books?before=2026-05-14T13:00:00Z+nonsense"); a.status != http.StatusOK || !a.says("Interest no.") {
		t.Errorf("a cursor that is none = %d, want the newest entries", a.status)
	}
}
