package compliance_test

import (
	"context"
	"errors"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/jmoiron/sqlx"

	"dure/civil"
	"dure/compliance"
	"dure/compliance/fec"
	"dure/dev/fectest"
	"dure/money"
	"dure/registry"
)

func TestRefundsStandOnTheLineOfWhoeverGave(t *testing.T) {
	t.Parallel()
	b := newReportBooks(t, fictionalPAC(compliance.Monthly), 1000_00)
	for _, g := range []struct {
		id, line string
		by       registry.Contributor
	}{
		{"IND1", "11(a)", giver("Ann", "Alpha")},
		{"PTY1", "11(b)", body("PTY", "C00999204", "SAMPLE PARTY")},
		{"PAC1", "11(c)", body("PAC", "C00999205", "OTHER SAMPLE PAC")},
		{"CCM1", "11(c)", body("CCM", "C00999206", "OTHER SAMPLE FOR CONGRESS")},
	} {
		b.gave("2026-02-03T15:00:00Z", compliance.Receipt{ID: g.id, Line: g.line, Contributor: g.by, Cents: 300_00})
		b.refunded("2026-02-10T15:00:00Z", "X-"+g.id, g.id, 50_00)
	}
	got := b.build("2026-M3", "")
	var back []string
	for _, r := range got.rows() {
		if r[:4] == "SB28" {
			back = append(back, r)
		}
	}
	same(t, "rows of refunds", []string{
		"SB28A X-IND1 20260210 50.00 Alpha: Refund of contribution received 2026-02-03",
		"SB28B X-PTY1 20260210 50.00 SAMPLE PARTY: Refund of contribution received 2026-02-03",
		"SB28C X-CCM1 20260210 50.00 OTHER SAMPLE FOR CONGRESS: Refund of contribution received 2026-02-03",
		"SB28C X-PAC1 20260210 50.00 OTHER SAMPLE PAC: Refund of contribution received 2026-02-03",
	}, back)
	for line, want := range map[fec.Line]money.Cents{fec.Line28A: 50_00, fec.Line28B: 50_00, fec.Line28C: 100_00, fec.Line28D: 200_00, fec.Line8: 2000_00} {
		if got.Summary.A[line] != want {
			t.Errorf("line %s = %s, want %s", line, got.Summary.A[line], want)
		}
	}
	b.refundFailed("2026-03-05T15:00:00Z", "X-PAC1")
	next := b.build("2026-M4", "")
	same(t, "rows of March", []string{"SB28C V-X-PAC1 20260305 -50.00 OTHER SAMPLE PAC: Refund failed; contribution received 2026-02-03"}, next.rows())
	schemas := fectest.Open(t)
	checkSchemas(t, schemas, got)
	checkSchemas(t, schemas, next)
}

func TestDisgorgementIsAPaymentToTheTreasury(t *testing.T) {
	t.Parallel()
	b := newReportBooks(t, fictionalPAC(compliance.Monthly), 1000_00)
	b.gave("2026-02-03T15:00:00Z", compliance.Receipt{ID: "A-01", Contributor: giver("Ann", "Alpha"), Cents: 300_00})
	b.later("2026-02-20T15:00:00Z", func(ctx context.Context, tx *sqlx.Tx, at time.Time, on civil.Day) error {
		return compliance.Disgorge(ctx, tx, compliance.Disgorgement{
			Committee: b.committee, ID: "D-GIVE-UP", Receipt: "A-01", Cents: 300_00, PaidOn: on, HappenedAt: at, Method: "check 7", Reason: "the giver may not give",
		})
	})
	got := b.build("2026-M3", "")
	same(t, "rows", []string{"SA11AI A-01 20260203 300.00 of 300.00 Alpha", "SB29 D-GIVE-UP 20260220 300.00 U.S. TREASURY: Disgorgement of contribution of 2026-02-03 from Ann Alpha"}, got.rows())
	if got.Summary.A[fec.Line29] != 300_00 || got.Summary.A[fec.Line8] != 1000_00 {
		t.Errorf("line 29 = %s, line 8 = %s, want $300.00 and $1,000.00", got.Summary.A[fec.Line29], got.Summary.A[fec.Line8])
	}
	checkSchemas(t, fectest.Open(t), got)
}

func TestReattributionIsAPairOfMemoRows(t *testing.T) {
	t.Parallel()
	b := newReportBooks(t, fictionalPAC(compliance.Monthly), 1000_00)
	b.gave("2026-02-03T15:00:00Z", compliance.Receipt{ID: "A-01", Contributor: giver("Ann", "Alpha"), Instrument: "check", Cents: 5400_00})
	b.later("2026-03-10T15:00:00Z", func(ctx context.Context, tx *sqlx.Tx, at time.Time, on civil.Day) error {
		return compliance.Reattribute(ctx, tx, compliance.Reattribution{
			Committee: b.committee, Receipt: "A-01", To: giver("Bo", "Alpha"), Cents: 400_00, On: on, SignedByFrom: true, SignedByTo: true, Evidence: "letter",
		})
	})
	if got := b.build("2026-M3", "").rows(); len(got) != 1 {
		t.Errorf("rows of the report before it: %v", got)
	}
	got := b.build("2026-M4", "")
	type memo struct{ name, amount, aggregate, day, memo, text string }
	var memos []memo
	for _, r := range got.records[2:] {
		memos = append(memos, memo{
			r.Get("contributor_first_name"), r.Get("contribution_amount"), r.Get("contribution_aggregate"), r.Get("contribution_date"), r.Get("memo_code"), r.Get("memo_text_description"),
		})
	}
	const text = "Reattribution of transaction A-01 in report M3, received 2026-02-03"
	want := []memo{{"Ann", "-400.00", "5000.00", "20260310", "X", text}, {"Bo", "400.00", "400.00", "20260310", "X", text}}
	if diff := cmp.Diff(want, memos, cmp.AllowUnexported(memo{})); diff != "" {
		t.Errorf("memo rows (-want +got):\n%s", diff)
	}
	if got.Summary.A[fec.Line11AIII] != 0 || got.Summary.A[fec.Line8] != 6400_00 {
		t.Errorf("the sums hold memo rows: 11(a)(iii) %s, 8 %s", got.Summary.A[fec.Line11AIII], got.Summary.A[fec.Line8])
	}
}

// The running total that a memo row tells falls by what was lost in a dispute, as that of every other row, and not by a refund.
func TestReattributionTellsTheRunningTotalOfTheYear(t *testing.T) {
	t.Parallel()
	b := newReportBooks(t, fictionalPAC(compliance.Monthly), 1000_00)
	ann, bo := giver("Ann", "Alpha"), giver("Bo", "Alpha")
	b.gave("2026-01-05T15:00:00Z", compliance.Receipt{ID: "A-00", Contributor: ann, Instrument: "card", Cents: 300_00})
	b.disputed("2026-01-20T15:00:00Z", "dp_1", "A-00", 300_00, "2026-02-01T15:00:00Z", "lost")
	b.gave("2026-01-06T15:00:00Z", compliance.Receipt{ID: "B-00", Contributor: bo, Instrument: "card", Cents: 250_00})
	b.disputed("2026-01-20T15:00:00Z", "dp_2", "B-00", 250_00, "2026-01-25T15:00:00Z", "lost") // within its period
	b.gave("2026-02-02T15:00:00Z", compliance.Receipt{ID: "A-S1", Contributor: ann, Instrument: "check", Cents: 40_00})
	b.later("2026-02-02T16:00:00Z", func(ctx context.Context, tx *sqlx.Tx, _ time.Time, on civil.Day) error {
		return compliance.AttributeEqually(ctx, tx, b.committee, "A-S1", on, []registry.Contributor{bo})
	})
	b.refunded("2026-02-02T17:00:00Z", "X-S1", "A-S1", 40_00) // what counted for Bo as well
	b.gave("2026-02-03T15:00:00Z", compliance.Receipt{ID: "A-01", Contributor: ann, Instrument: "check", Cents: 5400_00})
	b.later("2026-03-10T15:00:00Z", func(ctx context.Context, tx *sqlx.Tx, at time.Time, on civil.Day) error {
		return compliance.Reattribute(ctx, tx, compliance.Reattribution{
			Committee: b.committee, Receipt: "A-01", To: bo, Cents: 400_00, On: on, SignedByFrom: true, SignedByTo: true, Evidence: "letter",
		})
	})
	var totals []string
	for _, r := range b.build("2026-M4", "").records[2:] {
		totals = append(totals, r.Get("contributor_first_name")+" "+r.Get("contribution_aggregate"))
	}
	same(t, "running totals", []string{"Ann 5020.00", "Bo 420.00"}, totals)
}

func TestCandidatesCommitteeFilesAnotherForm(t *testing.T) {
	t.Parallel()
	h := newLawHouse(t)
	_, err := compliance.BuildReport(t.Context(), h.db, campaign, "2026-M3", time.Time{}, io.Discard)
	var refused *compliance.Refusal
	if !errors.As(err, &refused) || !strings.Contains(refused.Findings[0].Text, "CAMPAIGN COMMITTEE") || !strings.Contains(refused.Findings[0].Text, "Form 3") {
		t.Errorf("BuildReport of a candidate's committee = %v, want a refusal that names it and Form 3", err)
	}
}
