package compliance_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/jmoiron/sqlx"

	"dure/compliance"
	"dure/compliance/fec"
	"dure/registry"
)

func TestReportsThatCannotBeBuiltSayWhy(t *testing.T) {
	t.Parallel()
	b := newReportBooks(t, fictionalPAC(compliance.Monthly), 0)
	unopened := fictionalPAC(compliance.Monthly)
	unopened.ID, unopened.FECID = "unopened", "C00999299"
	b.at("2026-01-01T12:00:00Z", func(ctx context.Context, tx *sqlx.Tx) error { return registry.AddCommittee(ctx, tx, unopened) })
	for _, tt := range []struct {
		committee registry.CommitteeID
		period    string
		says      string
	}{
		{b.committee, "2026-M11", "2026-M10, 2026-12G, 2026-30G"},
		{b.committee, "2025-YE", "the books run from 2026-01-01"},
		{"unopened", "2026-M2", "dure committee opening"},
		{"nobody", "2026-M2", "find committee nobody"},
	} {
		var out bytes.Buffer
		_, err := compliance.BuildReport(t.Context(), b.db, tt.committee, tt.period, time.Time{}, &out)
		if err == nil || !strings.Contains(err.Error(), tt.says) || out.Len() > 0 {
			t.Errorf("BuildReport(%s, %s) = %v and %d bytes, want an error that says %q", tt.committee, tt.period, err, out.Len(), tt.says)
		}
	}
	// A period that is not over is built for reading.
	if r := b.build("2027-YE", "2027-12-20T12:00:00Z"); r.Ended {
		t.Error("a report built within its period says that the period has ended")
	}
}

func TestNameInAnotherScriptIsRefusedByRow(t *testing.T) {
	t.Parallel()
	b := newReportBooks(t, fictionalPAC(compliance.Monthly), 0)
	b.gave("2026-01-10T15:00:00Z", compliance.Receipt{ID: "A-01", Contributor: giver("영희", "Kim"), Cents: 500_00})
	_, err := compliance.BuildReport(t.Context(), b.db, b.committee, "2026-M2", time.Time{}, io.Discard)
	var refused *fec.Refusal
	if !errors.As(err, &refused) || !strings.Contains(err.Error(), "contributor_first_name") {
		t.Errorf("BuildReport = %v, want a *fec.Refusal that names the column", err)
	}
}

func TestFeesWithoutAProcessorSayWhatToEnter(t *testing.T) {
	t.Parallel()
	b := newReportBooks(t, fictionalPAC(compliance.Monthly), 1000_00)
	b.fee("2026-01-10T15:00:00Z", "txn1", 200_01)
	_, err := compliance.BuildReport(t.Context(), b.db, b.committee, "2026-M2", time.Time{}, io.Discard)
	var refused *compliance.Refusal
	if !errors.As(err, &refused) || !strings.Contains(err.Error(), registry.Processor) {
		t.Errorf("BuildReport = %v, want a *Refusal that names the payee to enter", err)
	}
	p, err := compliance.PreviewReport(t.Context(), b.db, b.committee, "2026-M2", time.Time{}, 0)
	if err != nil || len(p.Sections) > 0 || p.Summary.A[fec.Line21B] != 200_01 {
		t.Errorf("a preview without rows = %v, 21(b) %s, %v, want the summary alone", p.Sections, p.Summary.A[fec.Line21B], err)
	}
}

func TestGiverAbroadHasTheStateZZ(t *testing.T) {
	t.Parallel()
	b := newReportBooks(t, fictionalPAC(compliance.Monthly), 0)
	abroad := giver("Ann", "Alpha")
	abroad.City, abroad.State, abroad.Zip, abroad.Country = "Toronto", "ON", "K1A 0B6", "CA"
	b.gave("2026-01-10T15:00:00Z", compliance.Receipt{ID: "A-01", Contributor: abroad, Cents: 500_00})
	rec := b.build("2026-M2", "").records[2]
	if rec.Get("contributor_state") != "ZZ" || rec.Get("contributor_zip") != "" {
		t.Errorf("state and ZIP of a giver abroad = %q, %q, want ZZ and none", rec.Get("contributor_state"), rec.Get("contributor_zip"))
	}
}

func TestControlCharacterInWhatIsKnownIsRefused(t *testing.T) {
	t.Parallel()
	b := newReportBooks(t, fictionalPAC(compliance.Monthly), 0)
	broken := giver("Ann", "Alpha")
	broken.Employer = "Sample\x1fMill"
	b.gave("2026-01-10T15:00:00Z", compliance.Receipt{ID: "A-01", Contributor: broken, Cents: 500_00})
	_, err := compliance.BuildReport(t.Context(), b.db, b.committee, "2026-M2", time.Time{}, io.Discard)
	var refused *compliance.Refusal
	if !errors.As(err, &refused) || !strings.Contains(err.Error(), "A-01") {
		t.Errorf("BuildReport = %v, want a *Refusal that names the transaction", err)
	}
}

func TestReportIsTheSameOnOneConnection(t *testing.T) {
	t.Parallel()
	b := newReportBooks(t, fictionalPAC(compliance.Monthly), 100_00)
	b.gave("2026-01-10T15:00:00Z", compliance.Receipt{ID: "A-01", Contributor: giver("Ann", "Alpha"), Cents: 500_00})
	want := b.build("2026-M2", "2026-03-01T12:00:00Z")
	b.db.SetMaxOpenConns(1)
	if got := b.build("2026-M2", "2026-03-01T12:00:00Z"); !bytes.Equal(got.bytes, want.bytes) {
		t.Errorf("the file is\n%s\nand with connections to spare\n%s", got.bytes, want.bytes)
	}
}
