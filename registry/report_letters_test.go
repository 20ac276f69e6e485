package registry_test

import (
	"context"
	"testing"

	"github.com/jmoiron/sqlx"

	"dure/compliance/fec"
	"dure/dev/pgtest"
	"dure/pg"
	"dure/registry"
)

// What a report can write of a name may be entered, and nothing else.
func TestNamesAreThoseThatReportsCanWrite(t *testing.T) {
	t.Parallel()
	db := pgtest.New(t)
	candidate := registry.Candidate{
		ID: "H6HI00011", Office: "H", State: "HI", District: "02", CommitteeFECID: "C00999602", CommitteeName: "FRIENDS OF A SAMPLE",
		Street: "PO Box 9", City: "Hilo", CommitteeState: "HI", Zip: "96720",
	}
	for _, name := range []string{
		"Sample", "Nuñez-Đặng", "Kaʻahumanu", "O’Sample", "Sample & Daughters", "Łąka", "Straße", "“Sam” Sample", "Sample–Placeholder", "Sample №", "김", "Пример",
		"Sample ☃", "Sample 🪡", "Sam\u202eple", "دره", "Σample", "Sample\u3000Robin", "Samp。le", "٣",
	} {
		candidate.Last = name
		got := fieldsOf(pg.InTx(t.Context(), db, "test", nil, func(tx *sqlx.Tx) error { return add(t.Context(), tx, candidate) }))
		want := ""
		if _, left := fec.ASCII(name); len(left) > 0 {
			want = "last_name"
		}
		if got != want {
			t.Errorf("the name %q is refused at %q, want %q", name, got, want)
		}
	}
}

// add enters a candidate, or amends one who is there.
func add(ctx context.Context, tx *sqlx.Tx, c registry.Candidate) error {
	if _, err := tx.ExecContext(ctx, `insert into candidates (id) values ($1) on conflict do nothing`, c.ID); err != nil {
		return err
	}
	return registry.AmendCandidate(ctx, tx, c)
}

func TestACandidateOfOneNameHasNoBlankBeforeIt(t *testing.T) {
	t.Parallel()
	if got := (registry.Candidate{Last: "Sample"}).Name(); got != "Sample" {
		t.Errorf("the name is %q, want %q", got, "Sample")
	}
}
