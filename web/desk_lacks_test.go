package web_test

import (
	"context"
	"net/url"
	"testing"

	"github.com/jmoiron/sqlx"

	"dure/compliance"
	"dure/dev/browser"
	"dure/letters"
	"dure/registry"
	"dure/staff"
)

// silentGiver is a check of somebody who said nothing of their work, by way of an email or of none.
func (w *deskWorld) silentGiver(id, email string) {
	w.t.Helper()
	w.at("05-12 12:00", "seed", func(ctx context.Context, tx *sqlx.Tx) error {
		c := registry.Contributor{
			Entity: "IND", First: "Tansy", Last: "Merriweather" + id, Street: "8 Placeholder Lane", City: "Exampleton", State: "VA", Zip: "22903", Country: "US", Email: email,
		}
		var err error
		if c.Person, err = registry.AddPerson(ctx, tx, c); err != nil {
			return err
		}
		return compliance.Receive(ctx, tx, compliance.Receipt{
			Committee: longTable, ID: "RSILENT" + id, Contributor: c, Line: "11(a)", Instrument: "check", Cents: 30000,
			MadeOn: day("05-12"), ReceivedOn: day("05-12"), HappenedAt: day("05-12").Midnight(),
		})
	})
}

// The treasurer sees who left something out, prints the letter for whom no email is known, and says that it was mailed.
func TestTheDeskAsksWhoLeftSomethingOut(t *testing.T) {
	t.Parallel()
	w := newDeskWorld(t)
	b := w.treasurer()
	if a := b.get("/desk/long-table/lacks"); !a.says("Nobody is to be asked.") || !a.says("No letter was written yet.") {
		t.Errorf("with nothing missing:\n%s", a.body)
	}
	w.silentGiver("ONE", "")
	w.silentGiver("TWO", "tansy@example.org")
	if n, err := letters.AskForMissing(t.Context(), w.db, deskNow, "https://give.example.org"); err != nil || n != 2 {
		t.Fatalf("AskForMissing = %d, %v", n, err)
	}
	if a := b.get("/desk/long-table"); !a.says("Ask Tansy MerriweatherONE for employer and occupation, and of 1 gift more") {
		t.Errorf("Today does not tell:\n%s", a.body)
	}
	a := b.get("/desk/long-table/lacks")
	for _, want := range []string{"Tansy MerriweatherONE", "to print and mail", "goes out by e-mail", "28 days left"} {
		if !a.says(want) {
			t.Errorf("the page lacks %q:\n%s", want, a.body)
		}
	}
	var id string
	if err := w.db.Get(&id, `select id from letters where sent_by = 'letter'`); err != nil {
		t.Fatal(err)
	}
	page := "/desk/long-table/letters/" + id
	if a := b.get(page); !a.says("Name of employer: ____") || !a.says("Federal law requires us to use our best efforts") {
		t.Errorf("the letter:\n%s", a.body)
	}
	for _, c := range []struct{ day, says string }{
		{"", "Write the day on which it was mailed."},
		{"2026-05-15", "Friday 15 May 2026 lies ahead."},
		{"2026-05-13", "The letter was written on Thursday 14 May 2026."},
	} {
		if a := b.post(page+"/mailed", url.Values{"mailed_on": {c.day}}); a.status != 422 || !a.says(c.says) {
			t.Errorf("mailed on %q: %d, want it to say %q", c.day, a.status, c.says)
		}
	}
	if a := b.post(page+"/mailed", url.Values{"mailed_on": {"2026-05-14"}}); !a.says("Recorded: Tansy MerriweatherONE was asked by letter on Thursday 14 May 2026.") || !a.says("Asked, and no answer yet") {
		t.Errorf("mailed: %d\n%s", a.status, a.body)
	}
	if n := w.count(`select count(*) from efforts where receipt = 'RSILENTONE' and sent_by = 'letter'`); n != 1 {
		t.Errorf("%d efforts, want one", n)
	}
	if a := b.post(page+"/mailed", url.Values{"mailed_on": {"2026-05-14"}}); a.status != 422 || !a.says("in the mail already") {
		t.Errorf("mailed twice: %d", a.status)
	}
	viewer := w.invited("ash@example.org", "Ash Vole", longTable, staff.Viewer)
	if a := viewer.post(page+"/mailed", url.Values{"mailed_on": {"2026-05-14"}}); a.status != 403 {
		t.Errorf("a viewer records a letter: %d", a.status)
	}
}

// The page of an answer and of the letters, as people see them.
func TestLettersAreSeen(t *testing.T) {
	w := newDeskWorld(t)
	w.silentGiver("ONE", "")
	w.silentGiver("TWO", "tansy@example.org")
	if _, err := letters.AskForMissing(t.Context(), w.db, deskNow, w.site.URL); err != nil {
		t.Fatal(err)
	}
	var plain string
	if err := w.db.Get(&plain, `select plain from letters where sent_by = 'email'`); err != nil {
		t.Fatal(err)
	}
	p := browser.New(t)
	for _, width := range []int{320, 1280} {
		p.Size(width, 900)
		if got := p.Open(answerIn(plain)); got != 200 {
			t.Fatalf("the page of the answer = %d", got)
		}
		p.Shot("answer-" + map[int]string{320: "320", 1280: "1280"}[width])
	}
	token, err := staff.Invite(t.Context(), w.db, "operator", "hazel@example.org", "Hazel Quince", longTable, staff.Treasurer)
	if err != nil {
		t.Fatal(err)
	}
	p.Open(w.site.URL + "/desk/login/" + token)
	p.Follow("main button")
	for _, width := range []int{390, 1280} {
		p.Size(width, 900)
		if got := p.Open(w.site.URL + "/desk/long-table/lacks"); got != 200 {
			t.Fatalf("the page of who left something out = %d", got)
		}
		if wide := browser.Eval[int](p, "document.documentElement.scrollWidth"); wide > width {
			t.Errorf("the page is %d wide in a window of %d", wide, width)
		}
		p.Shot("lacks-" + map[int]string{390: "390", 1280: "1280"}[width])
	}
	var id string
	if err := w.db.Get(&id, `select id from letters where sent_by = 'letter'`); err != nil {
		t.Fatal(err)
	}
	p.Open(w.site.URL + "/desk/long-table/letters/" + id)
	p.Shot("letter-1280")
}
