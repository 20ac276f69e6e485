package pg_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/jmoiron/sqlx"
	"github.com/lib/pq"

	"dure/dev/pgtest"
	"dure/pg"
)

const (
	plus  = `select $1::int + 1`
	sleep = `select pg_sleep($1::float8)`
)

// alone opens a test database through a pool of one connection.
func alone(t *testing.T) *sqlx.DB {
	t.Helper()
	db := pgtest.New(t)
	db.SetMaxOpenConns(1)
	return db
}

// keep has the one connection of db keep plus.
func keep(t *testing.T, db *sqlx.DB) {
	t.Helper()
	for i := range 3 {
		var n int
		if err := db.GetContext(pg.Kept(t.Context()), &n, plus, i); err != nil || n != i+1 {
			t.Fatalf("%d + 1 is %d: %v", i, n, err)
		}
	}
}

// prepared counts what the one connection of db keeps.
func prepared(t *testing.T, db *sqlx.DB) (n int) {
	t.Helper()
	if err := db.GetContext(t.Context(), &n, `select count(*) from pg_prepared_statements`); err != nil {
		t.Fatal(err)
	}
	return n
}

func TestStatementsThatAreDoneAgainAreKept(t *testing.T) {
	t.Parallel()
	ask := func(ctx context.Context, q sqlx.QueryerContext) error {
		var n int
		return sqlx.GetContext(ctx, q, &n, plus, 1)
	}
	for _, row := range []struct {
		name string
		do   func(ctx context.Context, db *sqlx.DB) error
		want int // after three times
	}{
		{"nobody says so", func(ctx context.Context, db *sqlx.DB) error { return ask(ctx, db) }, 0},
		{"it is said", func(ctx context.Context, db *sqlx.DB) error { return ask(pg.Kept(ctx), db) }, 1},
		{"without arguments", func(ctx context.Context, db *sqlx.DB) error {
			_, err := db.ExecContext(pg.Kept(ctx), `select 1`)
			return err
		}, 0},
		{"in a transaction that writes", func(ctx context.Context, db *sqlx.DB) error {
			return pg.InTx(ctx, db, "test", nil, func(tx *sqlx.Tx) error { return ask(ctx, tx) })
		}, 2}, // with that which enters the transaction
		{"in one that breaks", func(ctx context.Context, db *sqlx.DB) error {
			err := pg.InTx(ctx, db, "test", nil, func(tx *sqlx.Tx) error {
				_, err := tx.ExecContext(ctx, `select 1 / $1::int`, 0)
				return err
			})
			if e := (*pq.Error)(nil); !errors.As(err, &e) || e.Code != "22012" {
				return fmt.Errorf("no division by zero: %w", err)
			}
			return nil
		}, 2},
		{"in a snapshot", func(ctx context.Context, db *sqlx.DB) error {
			return pg.Snapshot(ctx, db, "lantern-street", time.Time{}, func(tx *sqlx.Tx, _ time.Time) error { return ask(ctx, tx) })
		}, 1}, // that which chooses the cut-off
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			db := alone(t)
			for range 3 {
				if err := row.do(t.Context(), db); err != nil {
					t.Fatal(err)
				}
			}
			if got := prepared(t, db); got != row.want {
				t.Errorf("%d statements are kept, want %d", got, row.want)
			}
		})
	}
}

func TestAConnectionKeepsABoundedNumberOfStatements(t *testing.T) {
	t.Parallel()
	db := alone(t)
	ctx := pg.Kept(t.Context())
	for range 2 {
		for i := range 400 {
			var n int
			if err := db.GetContext(ctx, &n, fmt.Sprintf(`select $1::int + %d`, i), 1); err != nil || n != i+1 {
				t.Fatalf("1 + %d is %d: %v", i, n, err)
			}
		}
	}
	if got := prepared(t, db); got != 256 {
		t.Errorf("%d statements are kept, want 256", got)
	}
}

func TestAKeptStatementEndsWithItsContext(t *testing.T) {
	t.Parallel()
	db := alone(t)
	for range 2 {
		if _, err := db.ExecContext(pg.Kept(t.Context()), sleep, 0); err != nil {
			t.Fatal(err)
		}
	}
	var before, after int
	if err := db.GetContext(t.Context(), &before, `select pg_backend_pid()`); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(pg.Kept(t.Context()), 100*time.Millisecond)
	defer cancel()
	if _, err := db.ExecContext(ctx, sleep, 30); err == nil {
		t.Error("a statement outlives its context")
	}
	if err := db.GetContext(t.Context(), &after, `select pg_backend_pid()`); err != nil || after == before {
		t.Errorf("the connection on which a statement was stopped is used again: %v", err)
	}
	const running = `select count(*) from pg_stat_activity where pid = $1`
	for range 50 {
		var n int
		if err := db.GetContext(t.Context(), &n, running, before); err != nil {
			t.Fatal(err)
		}
		if n == 0 {
			return
		}
		time.Sleep(100 * time.Millisecond)
	}
	t.Error("five seconds later the server still works on it")
}

func TestNothingIsAskedWhileRowsAreOpen(t *testing.T) {
	t.Parallel()
	db := alone(t)
	keep(t, db)
	tx, err := db.BeginTxx(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	defer tx.Rollback()
	for _, open := range []struct {
		query string
		args  []any
	}{{plus, []any{1}}, {`select 2`, nil}} {
		rows, err := tx.QueryContext(t.Context(), open.query, open.args...)
		if err != nil || !rows.Next() {
			t.Fatalf("%s: %v", open.query, err)
		}
		var n int
		if err := tx.GetContext(t.Context(), &n, plus, 5); err == nil {
			t.Errorf("while the rows of %q are open, another question gives %d", open.query, n)
		}
		if err := rows.Scan(&n); err != nil || n != 2 {
			t.Errorf("%s gives %d: %v", open.query, n, err)
		}
		if err := rows.Close(); err != nil {
			t.Error(err)
		}
		if err := tx.GetContext(t.Context(), &n, plus, 5); err != nil || n != 6 {
			t.Errorf("after the rows are closed, 5 + 1 is %d: %v", n, err)
		}
	}
}

// A process that lives through a migration finds its kept statements refused. It forgets them, and nobody notices.
func TestKeptStatementsSurviveAChangeOfTheSchema(t *testing.T) {
	t.Parallel()
	db := pgtest.New(t)
	owner, err := pg.Open(t.Context(), pgtest.URLs(t, db).Admin)
	if err != nil {
		t.Fatal(err)
	}
	defer owner.Close()
	change := func(statement string) {
		t.Helper()
		if _, err := owner.ExecContext(t.Context(), statement); err != nil {
			t.Fatal(err)
		}
	}
	const find = `select n from things where id = $1`
	ask := func(ctx context.Context, q sqlx.QueryerContext) (n int, err error) {
		err = sqlx.GetContext(ctx, q, &n, find, 1)
		return n, err
	}
	change(`create table things (id int, n int); insert into things values (1, 7); grant select on things to public`)
	for _, way := range []struct {
		name string
		do   func() (int, error)
	}{
		{"in a transaction", func() (n int, err error) {
			err = pg.InTx(t.Context(), db, "test", nil, func(tx *sqlx.Tx) error {
				n, err = ask(t.Context(), tx)
				return err
			})
			return n, err
		}},
		{"by itself", func() (int, error) { return ask(pg.Kept(t.Context()), db) }},
	} {
		change(`alter table things alter column n type int`)
		var wg sync.WaitGroup
		for range 8 { // so that several connections keep it
			wg.Go(func() {
				for range 20 {
					if n, err := way.do(); n != 7 || err != nil {
						t.Errorf("%s: %d, %v", way.name, n, err)
					}
				}
			})
		}
		wg.Wait()
		change(`alter table things alter column n type bigint`)
		for range 20 {
			if n, err := way.do(); n != 7 || err != nil {
				t.Fatalf("%s, after the schema changed: %d, %v, want 7", way.name, n, err)
			}
		}
	}
}

func TestAStatementThatTheServerForgotIsPreparedAnew(t *testing.T) {
	t.Parallel()
	db := alone(t)
	for range 2 {
		keep(t, db)
		if _, err := db.ExecContext(t.Context(), `deallocate all`); err != nil {
			t.Fatal(err)
		}
	}
	keep(t, db)
	if got := prepared(t, db); got != 1 {
		t.Errorf("%d statements are kept, want 1", got)
	}
}
