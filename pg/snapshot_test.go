package pg_test

import (
	"testing"
	"time"

	"github.com/jmoiron/sqlx"

	"dure/dev/pgtest"
	"dure/pg"
)

func committees(t *testing.T, q sqlx.Queryer) (n int) {
	t.Helper()
	if err := sqlx.Get(q, &n, `select count(*) from committees`); err != nil {
		t.Fatal(err)
	}
	return n
}

func TestBesideASnapshotIsTheSameView(t *testing.T) {
	t.Parallel()
	db := pgtest.New(t)
	err := pg.Snapshot(t.Context(), db, "lantern-street", time.Time{}, func(tx *sqlx.Tx, _ time.Time) error {
		if _, err := db.ExecContext(t.Context(), `insert into committees (id) values ('lantern-street')`); err != nil {
			t.Fatal(err)
		}
		beside, end, err := pg.Beside(t.Context(), db, tx)
		if err != nil || beside == nil {
			t.Fatalf("Beside = %v, %v", beside, err)
		}
		defer end()
		if first, second, now := committees(t, tx), committees(t, beside), committees(t, db); first != 0 || second != 0 || now != 1 {
			t.Errorf("the snapshot has %d committees, the transaction beside it %d, and the database %d, want 0, 0 and 1", first, second, now)
		}
		if _, err := beside.Exec(`insert into committees (id) values ('harbor-lights')`); err == nil {
			t.Error("the transaction beside a snapshot writes")
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if n := db.Stats().InUse; n != 0 {
		t.Errorf("%d connections are in use after it, want none", n)
	}
}

func TestBesideDoesNotWaitForAConnectionWhileItHoldsOne(t *testing.T) {
	t.Parallel()
	db := pgtest.New(t)
	db.SetMaxOpenConns(1)
	err := pg.Snapshot(t.Context(), db, "lantern-street", time.Time{}, func(tx *sqlx.Tx, _ time.Time) error {
		beside, end, err := pg.Beside(t.Context(), db, tx)
		if err != nil || beside != nil {
			t.Fatalf("Beside without a free connection = %v, %v, want none and no error", beside, err)
		}
		end()
		if n := committees(t, tx); n != 0 {
			t.Errorf("the snapshot has %d committees", n)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}
