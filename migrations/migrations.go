// Package migrations carries the schema of the database as numbered SQL, forward only, and brings a database to it.
package migrations

import (
	"context"
	"database/sql"
	"embed"
	"errors"
	"fmt"

	"github.com/pressly/goose/v3"
	"github.com/pressly/goose/v3/lock"
)

// FS holds the migrations, and guard.sql, which sets rights and triggers by the class of each table.
//
//go:embed *.sql
var FS embed.FS

// Why a program does not serve from a database.
var (
	ErrBehind = errors.New("the schema of the database is behind this program: run dure migrate")
	ErrAhead  = errors.New("the schema of the database is ahead of this program: run the newer dure")
)

func provider(db *sql.DB) (*goose.Provider, error) {
	locker, err := lock.NewPostgresSessionLocker()
	if err != nil {
		return nil, err
	}
	return goose.NewProvider(goose.DialectPostgres, db, FS,
		goose.WithSessionLocker(locker), goose.WithExcludeNames([]string{"guard.sql"}))
}

// Up brings the schema to this program's version and sets the rights of the role dure_serve, which must exist. It
// returns how many migrations it applied. db belongs to the owner of the schema.
func Up(ctx context.Context, db *sql.DB) (int, error) {
	p, err := provider(db)
	if err != nil {
		return 0, fmt.Errorf("migrate: %w", err)
	}
	done, err := p.Up(ctx)
	if err != nil {
		return len(done), fmt.Errorf("migrate: %w", err)
	}
	guard, err := FS.ReadFile("guard.sql")
	if err != nil {
		return len(done), err
	}
	if _, err := db.ExecContext(ctx, string(guard)); err != nil {
		return len(done), fmt.Errorf("set rights: %w", err)
	}
	return len(done), nil
}

// Check tells whether the schema is this program's: nil, ErrBehind or ErrAhead.
func Check(ctx context.Context, db *sql.DB) error {
	p, err := provider(db)
	if err != nil {
		return err
	}
	sources := p.ListSources()
	newest := sources[len(sources)-1].Version
	var exists bool
	if err := db.QueryRowContext(ctx, `select to_regclass('goose_db_version') is not null`).Scan(&exists); err != nil {
		return fmt.Errorf("read the version of the schema: %w", err)
	}
	if !exists {
		return ErrBehind
	}
	var at int64
	if err := db.QueryRowContext(ctx, `select coalesce(max(version_id), 0) from goose_db_version where is_applied`).Scan(&at); err != nil {
		return fmt.Errorf("read the version of the schema: %w", err)
	}
	switch {
	case at < newest:
		return ErrBehind
	case at > newest:
		return ErrAhead
	}
	return nil
}
