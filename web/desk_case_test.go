package web_test

import (
	"context"
	"net/url"
	"testing"

	"github.com/jmoiron/sqlx"

	"dure/compliance"
	"dure/dev/browser"
	"dure/staff"
)

// noted is the form of something done by hand about a case, as the page shows it now.
func noted(a answer, step, text string) url.Values {
	return url.Values{"seen": {a.hidden("seen")}, "step": {step}, "on": {"2026-05-14"}, "text": {text}, "to": {""}}
}

// aCase gives the page of the world's one case: a check of 5,200.00 is 200.00 over the limit of the year.
func (w *deskWorld) aCase() (id, page string) {
	w.t.Helper()
	if err := w.db.GetContext(w.t.Context(), &id, `select id from cases where kind = 'excessive'`); err != nil {
		w.t.Fatal(err)
	}
	return id, "/desk/long-table/cases/" + id
}

func TestACaseIsSettledByWhatIsDoneAboutIt(t *testing.T) {
	t.Parallel()
	w := newDeskWorld(t)
	b := w.treasurer()
	id, page := w.aCase()
	for _, note := range []string{"Wrote to him.", "He asks for a part of it."} {
		if a := b.post(page+"/act", noted(b.get(page), "note", note)); !a.says("Recorded.") || !a.says("Note. "+note) {
			t.Errorf("the note %q = %d, want it kept and shown", note, a.status)
		}
	}
	assign := noted(b.get(page), "assigned", "")
	assign.Set("to", "Hazel Quince")
	if a := b.post(page+"/act", assign); !a.says("Hazel Quince settles it.") {
		t.Errorf("assigned: %d\n%s", a.status, a.body)
	}
	if a := b.get(page); !a.says("36 days left of 60") || !a.says("limit-person-pac") || !a.says("limit $5,000.00") || !a.says("left $0.00") {
		t.Error("the case does not tell its clock, and why: the rule, its sum and what is left")
	}
	if a := b.post(page+"/act", noted(b.get(page), "closed", "Enough")); a.status != 422 {
		t.Errorf("a case with 200.00 left is closed by hand: %d", a.status)
	}

	// A part is reattributed to the spouse who gave it too: both signatures are asked for.
	form := url.Values{
		"seen": {b.get(page + "/reattribute").hidden("seen")}, "first": {"Olive"}, "last": {"Tanager"}, "street": {"40 Placeholder Lane"}, "city": {"Exampleton"},
		"state": {"VA"}, "zip": {"22903"}, "amount": {"120"}, "on": {"2026-05-13"}, "evidence": {"Folder 7"}, "signed": {"from"},
	}
	if a := b.post(page+"/reattribute", form); a.status != 422 || !a.says("11 CFR 110.1(k)") {
		t.Errorf("a reattribution that one of two signed: %d\n%s", a.status, a.body)
	}
	if n := w.count(`select count(*) from attributions`); n != 0 {
		t.Fatal("a refused reattribution was stored")
	}
	form["signed"] = []string{"from", "to"}
	if a := b.post(page+"/reattribute", form); !a.says("Recorded: $120.00 of it counts for Olive Tanager.") || !a.says("Left to settle $80.00") {
		t.Errorf("the reattribution: %d\n%s", a.status, a.body)
	}
	if a := b.post(page+"/reattribute", form); a.status != 422 || !a.says("Something was done about this case since the page was opened.") {
		t.Errorf("the same form twice: %d", a.status)
	}

	// The rest goes back by check, and nothing is left.
	refund := url.Values{"seen": {b.get(page + "/refund").hidden("seen")}, "amount": {"9000"}, "on": {"2026-05-14"}}
	if a := b.post(page+"/refund", refund); a.status != 422 || !a.says("can still go back") {
		t.Errorf("a refund of more than came: %d\n%s", a.status, a.body)
	}
	refund.Set("amount", "80")
	if a := b.post(page+"/refund", refund); !a.says("Recorded: $80.00 went back to") || !a.says("closed") || !a.says("Left to settle $0.00") {
		t.Errorf("the refund: %d\n%s", a.status, a.body)
	}
	if a := b.get("/desk/long-table/cases"); a.says(id) {
		t.Error("a settled case is still listed")
	}
	if a := b.post(page+"/act", noted(b.get(page), "note", "More")); a.status != 422 || !a.says("This case is closed") {
		t.Errorf("a note on a closed case: %d", a.status)
	}
	viewer := w.invited("ash@example.org", "Ash Vole", longTable, staff.Viewer)
	if a := viewer.post(page+"/refund", refund); a.status != 403 {
		t.Errorf("a viewer gives money back: %d", a.status)
	}
	if a := b.get(page + "/nonsense"); a.status != 404 {
		t.Errorf("an act that is none: %d", a.status)
	}
}

func TestADoubtIsSettledByProofOrByTheTreasury(t *testing.T) {
	t.Parallel()
	w := newDeskWorld(t)
	b := w.treasurer()
	open := func(receipt string, f func(ctx context.Context, tx *sqlx.Tx) (string, error)) string {
		var id string
		w.at("05-13 10:00", "staff:test", func(ctx context.Context, tx *sqlx.Tx) (err error) {
			id, err = f(ctx, tx)
			return err
		})
		return "/desk/long-table/cases/" + id
	}
	w.check("05-11", "RDOUBT1", "Wren Alder", 50000)
	w.check("05-11", "RDOUBT2", "Moss Rowan", 60000)
	doubt := open("RDOUBT1", func(ctx context.Context, tx *sqlx.Tx) (string, error) {
		return compliance.Doubt(ctx, tx, longTable, "RDOUBT1", "The check is drawn on a bank abroad", day("05-13"))
	})
	if a := b.get(doubt); !a.says("30 days after it was received") || !a.says("Due Wednesday 10 June 2026") {
		t.Errorf("the doubt:\n%s", a.body)
	}
	if a := b.post(doubt+"/act", noted(b.get(doubt), "proof", "")); a.status != 422 || !a.says("Write what proof came") {
		t.Errorf("a proof without a word: %d", a.status)
	}
	if a := b.post(doubt+"/act", noted(b.get(doubt), "proof", "Copy of a U.S. passport, seen 14 May")); !a.says("closed") {
		t.Errorf("the proof: %d\n%s", a.status, a.body)
	}
	found := open("RDOUBT2", func(ctx context.Context, tx *sqlx.Tx) (string, error) {
		return compliance.Discover(ctx, tx, longTable, "RDOUBT2", "He told us that he is no citizen", day("05-13"))
	})
	pay := url.Values{"seen": {b.get(found + "/disgorge").hidden("seen")}, "amount": {"600"}, "on": {"2026-05-14"}, "method": {"check 1042"}, "reason": {"He can't be found"}}
	if a := b.post(found+"/disgorge", pay); !a.says("Recorded: $600.00 was paid to the U.S. Treasury.") || !a.says("closed") {
		t.Errorf("the payment to the Treasury: %d\n%s", a.status, a.body)
	}
	if n := w.count(`select count(*) from ledger_lines where feeds = '29'`); n != 1 {
		t.Error("the books do not show the payment")
	}
}

// The pages of a case, as people see them.
func TestCasesAreSeen(t *testing.T) {
	w := newDeskWorld(t)
	_, page := w.aCase()
	token, err := staff.Invite(t.Context(), w.db, "operator", "hazel@example.org", "Hazel Quince", longTable, staff.Treasurer)
	if err != nil {
		t.Fatal(err)
	}
	p := browser.New(t)
	p.Open(w.site.URL + "/desk/login/" + token)
	p.Follow("main button")
	for _, width := range []int{390, 1280} {
		p.Size(width, 900)
		for name, path := range map[string]string{"a-case": page, "reattribute": page + "/reattribute"} {
			if got := p.Open(w.site.URL + path); got != 200 {
				t.Fatalf("%s = %d", path, got)
			}
			if wide := browser.Eval[int](p, "document.documentElement.scrollWidth"); wide > width {
				t.Errorf("%s is %d wide in a window of %d", path, wide, width)
			}
			p.Shot(name + "-" + map[int]string{390: "390", 1280: "1280"}[width])
		}
	}
}
