// Package pg is the one place for connections, transactions and the names of refused constraints.
package pg

import (
	"context"
	"crypto/rand"
	"database/sql"
	"encoding/base32"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/jmoiron/sqlx"
	"github.com/lib/pq"
)

// Connections is the size of the pool; database/sql keeps as many idle, since opening one costs more than a gift.
const Connections = 16

// Open connects to the database at url and pings it. A connection is made within five seconds unless url says
// connect_timeout; whatever is done on it ends within a second of its context, also where the server is silent.
//
// Parameters travel with their statement in one round trip, bytes as they are: a driver.Valuer gives bytes for bytea alone,
// and text for all else.
func Open(ctx context.Context, url string) (*sqlx.DB, error) {
	config, err := pq.NewConfig(url)
	if err != nil {
		return nil, fmt.Errorf("read the database's address: %w", err)
	}
	config.BinaryParameters = true // not a word of the address: psql and pg_dump, which read it too, refuse it
	connector, err := newConnector(config)
	if err != nil {
		return nil, fmt.Errorf("read the database's address: %w", err)
	}
	db := sqlx.NewDb(sql.OpenDB(connector), "postgres")
	db.SetMaxOpenConns(Connections)
	db.SetMaxIdleConns(Connections)
	if err := db.PingContext(ctx); err != nil {
		db.Close()
		return nil, fmt.Errorf("reach the database: %w", err)
	}
	return db, nil
}

// lockSpace keeps the advisory locks of committees apart from those of others.
const lockSpace = 0xd03e

// installation is the key of the lock of what the committees share; it sorts before any committee's.
const installation = ""

type recordedAt struct{}

// WithRecordedAt makes the transactions of ctx write t as the moment at which their facts were learned. The database
// honours it for the owner of the schema alone: the seed writes history so.
func WithRecordedAt(ctx context.Context, t time.Time) context.Context {
	return context.WithValue(ctx, recordedAt{}, t)
}

// InTx runs f in a transaction in which actor acts on the committees. It takes each committee's lock shared, in order,
// before any other lock, and the installation's before them, so that choosing a report's cut-off can wait for all who
// write, also to the tables that committees share. READ COMMITTED: lock what you
// sum for in a statement of its own, then sum.
//
// A transaction that the database ends for a deadlock, for a lock that others hold too long, or because the schema has just changed, is
// run again; f must set all that it hands out anew.
func InTx(ctx context.Context, db *sqlx.DB, actor string, committees []string, f func(tx *sqlx.Tx) error) error {
	for attempt := 1; ; attempt++ {
		err := inTx(ctx, db, actor, committees, f)
		if attempt == 5 || !blocked(err) && !outdated(err) {
			return err
		}
	}
}

// Alone keeps a transaction of InTx alone with committees of its own until it ends: it waits for all who act on them, and who comes
// later waits for it. It is for what changes how others must judge, such as a joint limit, and is called before rows are locked.
func Alone(ctx context.Context, tx *sqlx.Tx, committees ...string) error {
	for _, id := range slices.Compact(slices.Sorted(slices.Values(committees))) {
		if _, err := tx.ExecContext(ctx, `select pg_advisory_xact_lock($1, hashtext($2))`, lockSpace, id); err != nil {
			return fmt.Errorf("wait for others at %s: %w", id, err)
		}
	}
	return nil
}

// blocked tells whether a transaction was ended because of the locks of others: in a deadlock, or after lockWithin.
func blocked(err error) bool {
	var e *pq.Error
	return errors.As(err, &e) && (e.Code == "40P01" || e.Code == "55P03")
}

// lockWithin is how long a transaction of InTx waits for a lock. Transactions whose client is gone without a word would else wait for
// each other in turn, each with what it holds, and be ended one after the other, ten seconds for each (see watched).
const lockWithin = "8s"

func inTx(ctx context.Context, db *sqlx.DB, actor string, committees []string, f func(tx *sqlx.Tx) error) error {
	tx, err := db.BeginTxx(ctx, nil)
	if err != nil {
		return fmt.Errorf("begin: %w", err)
	}
	defer tx.Rollback()
	told := ""
	if t, ok := ctx.Value(recordedAt{}).(time.Time); ok {
		told = t.UTC().Format(time.RFC3339Nano)
	}
	locks := slices.Compact(slices.Sorted(slices.Values(append([]string{installation}, committees...))))
	const enter = `
		select set_config('dure.actor', $1, true), set_config('dure.recorded_at', $2, true), set_config('lock_timeout', $5, true),
		       (select count(pg_advisory_xact_lock_shared($3, hashtext(id))) from unnest($4::text[]) id)`
	if _, err := tx.ExecContext(ctx, enter, actor, told, lockSpace, pq.Array(locks), lockWithin); err != nil {
		return fmt.Errorf("enter the transaction: %w", err)
	}
	if err := f(tx); err != nil {
		return err
	}
	if err := tx.Commit(); err != nil {
		return fmt.Errorf("commit: %w", err)
	}
	return nil
}

// Snapshot runs f on one unmoving view of the database in which everything that committee learned by the cut-off is
// there, and gives f that cut-off: asOf, or this moment by the database's clock when asOf is zero. It waits for the
// writers under way, so that none can slip behind the cut-off. f reads only, and what it asks may be as large as the books.
func Snapshot(ctx context.Context, db *sqlx.DB, committee string, asOf time.Time, f func(tx *sqlx.Tx, cutoff time.Time) error) error {
	cutoff, err := chooseCutoff(ctx, db, committee)
	if err != nil {
		return err
	}
	if !asOf.IsZero() && asOf.Before(cutoff) {
		cutoff = asOf
	}
	tx, err := db.BeginTxx(ctx, &sql.TxOptions{Isolation: sql.LevelRepeatableRead, ReadOnly: true})
	if err != nil {
		return fmt.Errorf("begin a snapshot: %w", err)
	}
	defer tx.Rollback()
	if _, err := tx.ExecContext(ctx, large); err != nil {
		return fmt.Errorf("begin a snapshot: %w", err)
	}
	return f(tx, cutoff)
}

// large readies a transaction for questions about whole books: more memory for each sort and join, and no compiling of the question,
// which takes longer than it saves. A reader may think as long as it likes between two questions: nobody waits for what it holds.
const large = `
	select set_config('jit', 'off', true),
	       set_config('idle_in_transaction_session_timeout', '0', true),
	       set_config('work_mem', greatest(pg_size_bytes(current_setting('work_mem')), pg_size_bytes('64MB')) / 1024 || 'kB', true)`

// Beside gives a second transaction on the snapshot of tx, so that two questions can be asked at once, and the function that ends it. It
// is nil where no connection is free: who holds one must not wait for another.
func Beside(ctx context.Context, db *sqlx.DB, tx *sqlx.Tx) (beside *sqlx.Tx, end func(), err error) {
	const patience = 250 * time.Millisecond
	waiting, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	conn, err := db.Connx(waiting)
	if err != nil && waiting.Err() != nil && ctx.Err() == nil {
		return nil, func() {}, nil
	}
	if err != nil {
		return nil, nil, fmt.Errorf("begin beside a snapshot: %w", err)
	}
	defer func() {
		if err != nil {
			conn.Close()
		}
	}()
	var snapshot string
	if err := tx.GetContext(ctx, &snapshot, `select pg_export_snapshot()`); err != nil {
		return nil, nil, fmt.Errorf("begin beside a snapshot: %w", err)
	}
	beside, err = conn.BeginTxx(ctx, &sql.TxOptions{Isolation: sql.LevelRepeatableRead, ReadOnly: true})
	if err != nil {
		return nil, nil, fmt.Errorf("begin beside a snapshot: %w", err)
	}
	// the statement takes no argument
	for _, enter := range []string{`set transaction snapshot ` + pq.QuoteLiteral(snapshot), large} {
		if _, err := beside.ExecContext(ctx, enter); err != nil {
			beside.Rollback()
			return nil, nil, fmt.Errorf("begin beside a snapshot: %w", err)
		}
	}
	return beside, func() { beside.Rollback(); conn.Close() }, nil
}

// chooseCutoff takes the installation's and the committee's locks exclusively for a moment and reads the database's clock
// under them.
func chooseCutoff(ctx context.Context, db *sqlx.DB, committee string) (time.Time, error) {
	tx, err := db.BeginTxx(ctx, nil)
	if err != nil {
		return time.Time{}, fmt.Errorf("choose a cut-off: %w", err)
	}
	defer tx.Rollback()
	for _, key := range []string{installation, committee} {
		if _, err := tx.ExecContext(ctx, `select pg_advisory_xact_lock($1, hashtext($2))`, lockSpace, key); err != nil {
			return time.Time{}, fmt.Errorf("choose a cut-off: %w", err)
		}
	}
	var now time.Time
	if err := tx.GetContext(ctx, &now, `select recorded_now()`); err != nil {
		return time.Time{}, fmt.Errorf("choose a cut-off: %w", err)
	}
	return now.UTC(), tx.Commit()
}

// Violates tells whether err is the database's refusal by the constraint of that name.
func Violates(err error, constraint string) bool {
	var e *pq.Error
	return errors.As(err, &e) && e.Constraint == constraint
}

// NewID makes the id of a new row: a letter for its kind and fifteen random letters and digits. It is fit to be a
// transaction id in a filing (upper case, at most 20 characters) and too long to meet its like.
func NewID(kind byte) string {
	b := make([]byte, 10)
	rand.Read(b)
	return string(kind) + base32.StdEncoding.EncodeToString(b)[:15]
}
