package compliance_test

import (
	"context"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/jmoiron/sqlx"

	"dure/civil"
	"dure/compliance"
	"dure/compliance/fec"
	"dure/dev/fectest"
	"dure/registry"
)

// A giver left out employer and occupation, was asked, and told it when the report was filed: the next report says so in a memo
// row. One who told it before the report was due stands in that report's row.
func TestLateAnswerIsAMemoRowOfTheNextReport(t *testing.T) {
	t.Parallel()
	b := newReportBooks(t, fictionalPAC(compliance.Monthly), 1000_00)
	silent := func(first string) registry.Contributor {
		c := giver(first, "Alpha")
		c.Employer, c.Occupation = "", ""
		return c
	}
	b.gave("2026-02-03T15:00:00Z", compliance.Receipt{ID: "A-01", Contributor: silent("Ann"), Instrument: "check", Cents: 300_00})
	b.gave("2026-02-04T15:00:00Z", compliance.Receipt{ID: "A-02", Contributor: silent("Bo"), Instrument: "check", Cents: 400_00})
	asked := func(receipt string) {
		b.later("2026-02-10T15:00:00Z", func(ctx context.Context, tx *sqlx.Tx, at time.Time, on civil.Day) error {
			return compliance.RecordEffort(ctx, tx, compliance.Effort{Committee: b.committee, Receipt: receipt, Missing: []string{"employer", "occupation"}, SentBy: "email", AskedOn: on, HappenedAt: at})
		})
	}
	answers := func(when, receipt, letter string) {
		b.later(when, func(ctx context.Context, tx *sqlx.Tx, at time.Time, on civil.Day) error {
			var person registry.PersonID
			if err := tx.GetContext(ctx, &person, `select person from receipts where committee = $1 and id = $2`, b.committee, receipt); err != nil {
				return err
			}
			const written = `
				insert into letters (committee, id, kind, person, receipts, missing, sent_by, language, sender, sender_name, addressee, addressee_name,
					subject, plain, answer_digest, state, sent_at, due_at, written_at)
				values ($1, $2, 'effort', $3, array[$4], '{employer,occupation}', 'email', 'en', 's@example.org', 'S', 'a@example.org', 'A', 'S', 'P', '\x00', 'sent', $5, $5, $5)`
			if _, err := tx.ExecContext(ctx, written, b.committee, letter, person, receipt, at); err != nil {
				return err
			}
			c, err := registry.FindContributor(ctx, tx, b.committee, person, time.Time{})
			if err != nil {
				return err
			}
			c.Employer, c.Occupation = "Sample Mill", "Weaver"
			told, err := compliance.RecordAnswer(ctx, tx, compliance.Answer{Committee: b.committee, Letter: letter, Giver: c, AnsweredOn: on, HappenedAt: at})
			if err == nil && len(told) != 2 {
				t.Errorf("told %v", told)
			}
			return err
		})
	}
	asked("A-01")
	asked("A-02")
	answers("2026-03-20T15:00:00Z", "A-02", "LAAAAAAAAAAAAAAA") // on the very day on which M3 is due
	answers("2026-03-21T15:00:00Z", "A-01", "LBBBBBBBBBBBBBBB")

	if got := b.build("2026-M3", "2026-03-20T20:00:00Z"); true {
		var work []string
		for _, r := range got.records[2:] {
			work = append(work, r.Get("contributor_first_name")+" "+r.Get("contributor_employer"))
		}
		if diff := cmp.Diff([]string{"Ann Information Requested", "Bo Sample Mill"}, work); diff != "" {
			t.Errorf("the report of the receipts as it is filed (-want +got):\n%s", diff)
		}
	}
	got := b.build("2026-M4", "")
	type memo struct{ name, amount, aggregate, day, memo, employer, text string }
	var memos []memo
	for _, r := range got.records[2:] {
		memos = append(memos, memo{
			r.Get("contributor_first_name"), r.Get("contribution_amount"), r.Get("contribution_aggregate"), r.Get("contribution_date"), r.Get("memo_code"),
			r.Get("contributor_employer"), r.Get("memo_text_description"),
		})
	}
	want := []memo{{"Ann", "300.00", "300.00", "20260203", "X", "Sample Mill", "Told on 2026-03-21, of transaction A-01 in report M3"}}
	if diff := cmp.Diff(want, memos, cmp.AllowUnexported(memo{})); diff != "" {
		t.Errorf("memo rows (-want +got):\n%s", diff)
	}
	if got.Summary.A[fec.Line11AIII] != 0 || got.Summary.A[fec.Line8] != 1700_00 {
		t.Errorf("the sums hold memo rows: 11(a)(iii) %s, 8 %s", got.Summary.A[fec.Line11AIII], got.Summary.A[fec.Line8])
	}
	checkSchemas(t, fectest.Open(t), got)
	if later := b.build("2026-M5", "").rows(); len(later) != 0 {
		t.Errorf("the report after it tells it again: %v", later)
	}
}
