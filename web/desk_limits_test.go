package web_test

import (
	"context"
	"encoding/csv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/jmoiron/sqlx"

	"dure/compliance"
	"dure/staff"
)

func TestWhoIsOverALimitIsListedAndPrinted(t *testing.T) {
	t.Parallel()
	w := newDeskWorld(t)
	b := w.treasurer()
	w.check("05-13", "RNEAR1", "=Wren Alder", 4500_00)
	w.check("05-13", "RNEAR2", "Moss Rowan", 4499_99)
	if a := b.get("/desk/long-table/cases"); !strings.Contains(a.body, `href="/desk/long-table/limits"`) || !strings.Contains(a.body, `href="/desk/long-table/watch"`) {
		t.Error("the cases do not lead to the lists")
	}
	a := b.get("/desk/long-table/limits")
	for _, says := range []string{"$5,000.00 to the committee, in 2026", "1 giver over", "Barnaby Template $200.00 over case due 19 Jun 2026 $5,200.00 $0.00 left", "=Wren Alder no case here $4,500.00 $500.00 left"} {
		if !a.says(says) {
			t.Errorf("the list does not say %q:\n%s", says, a.body)
		}
	}
	if a.says("Moss Rowan") {
		t.Error("a giver a cent below nine tenths is listed")
	}
	table := b.get("/desk/long-table/limits.csv")
	rows, err := csv.NewReader(strings.NewReader(table.body)).ReadAll()
	if err != nil || !strings.HasPrefix(table.header.Get("Content-Type"), "text/csv") || !strings.Contains(table.header.Get("Content-Disposition"), "over-the-limit-long-table-2026-05-14.csv") {
		t.Fatalf("the table: %v, %v", err, table.header)
	}
	var got []string
	for _, r := range rows[1:] {
		got = append(got, strings.Join([]string{r[0], r[2], r[5], r[6], r[7], r[8], r[9], r[12]}, " "))
	}
	want := []string{
		"Barnaby Template limit-person-pac 5000.00 5200.00 0.00 0.00 200.00 2026-06-19",
		"'=Wren Alder limit-person-pac 5000.00 4500.00 0.00 500.00 0.00 ", // no spreadsheet takes the name for a formula
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("the table (-want +got):\n%s", d)
	}
	decider := w.invited("ash@example.org", "Ash Vole", longTable, staff.Organizer)
	if a := decider.get("/desk/long-table/limits.csv"); a.status != 403 {
		t.Errorf("who may not see the books has the table: %d", a.status)
	}
}

func TestWhatIsToBeLookedAtIsListed(t *testing.T) {
	t.Parallel()
	w := newDeskWorld(t)
	b := w.treasurer()
	if a := b.get("/desk/long-table/watch"); !a.says("Nothing is to be looked at") {
		t.Errorf("of a committee in order the page says\n%s", a.body)
	}
	w.at("05-13 12:00", "seed", func(ctx context.Context, tx *sqlx.Tx) error {
		return compliance.Disburse(ctx, tx, compliance.Disbursement{
			Committee: longTable, ID: "DPRINTER2", Payee: "VPRINTER", Line: "21(b)", Cents: 18_800_00, PaidOn: day("05-13"),
			HappenedAt: day("05-13").Midnight(), Method: "check 1041", Purpose: "Printing of mailers", Category: "006",
		})
	})
	if a := b.get("/desk/long-table/watch"); !a.says("Money was spent that is not the committee’s own") || !a.says("11 CFR 103.3(b)(4)") {
		t.Errorf("of a committee that spent what it holds the page says\n%s", a.body)
	}
	if a := b.get("/desk/long-table/cases"); !a.says("What should be looked at 1") {
		t.Error("the cases do not tell of it")
	}
}
