package compliance_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/jmoiron/sqlx"

	"dure/civil"
	"dure/compliance"
	"dure/compliance/fec"
	"dure/dev/fectest"
	"dure/money"
	"dure/pg"
)

func TestFeesCountForWhomTheyAreWorked(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		by                            compliance.FeeFor
		gift, fee, recipient, conduit money.Cents
	}{
		{compliance.FeeOfCommittee, 2300_00, 57_50, 2357_50, 0},
		{compliance.FeeOfGiver, 2300_00, 57_50, 2300_00, 0},
		{compliance.FeeOfConduit, 100_00, 5_00, 95_00, 5_00},
	} {
		recipient, conduit := compliance.WithFee(c.gift, c.fee, c.by)
		if recipient != c.recipient || conduit != c.conduit {
			t.Errorf("WithFee(%v, %v, %s) = %v, %v, want %v, %v", c.gift, c.fee, c.by, recipient, conduit, c.recipient, c.conduit)
		}
	}
}

func TestFeeThatComesBackIsOnLine15(t *testing.T) {
	t.Parallel()
	b := newReportBooks(t, fictionalPAC(compliance.Monthly), 1000_00)
	back := func(id string, cents money.Cents) func(ctx context.Context, tx *sqlx.Tx, at time.Time, on civil.Day) error {
		return func(ctx context.Context, tx *sqlx.Tx, at time.Time, on civil.Day) error {
			return compliance.ReturnFee(ctx, tx, compliance.FeeReturn{Committee: b.committee, ID: id, Cents: cents, PostedOn: on, HappenedAt: at})
		}
	}
	err := pg.InTx(t.Context(), b.owner, "test", []string{string(b.committee)}, func(tx *sqlx.Tx) error {
		return back("txn_0", 15_00)(t.Context(), tx, time.Now(), civil.MustParse("2026-02-10"))
	})
	if err == nil || !strings.Contains(err.Error(), "dure committee processor") {
		t.Errorf("a fee that came back from nobody: %v, want what to do", err)
	}
	b.payees()
	b.later("2026-02-10T15:00:00Z", back("txn_1", 200_00))
	b.later("2026-02-11T15:00:00Z", back("txn_1", 200_00)) // told again
	b.later("2026-02-12T15:00:00Z", back("txn_2", 15_00))
	got := b.build("2026-M3", "")
	rows := got.rows()
	if len(rows) != 1 || !strings.HasPrefix(rows[0], "SA15 FEEBACK-") || !strings.Contains(rows[0], "20260212 15.00 of 215.00") {
		t.Errorf("rows %q, want the one that passes $200 in the year, on line 15", rows)
	}
	if got.Summary.A[fec.Line15] != 215_00 || got.Summary.A[fec.Line8] != 1215_00 {
		t.Errorf("line 15 = %s, line 8 = %s, want $215.00 and $1,215.00", got.Summary.A[fec.Line15], got.Summary.A[fec.Line8])
	}
	checkSchemas(t, fectest.Open(t), got)
}
