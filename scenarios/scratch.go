package scenarios

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"net/url"
	"strings"
	"time"

	"github.com/jmoiron/sqlx"

	"dure/migrations"
	"dure/pg"
)

// Scratch makes databases for scenarios on a server, and drops them: a template with the current schema, and a copy of it
// for each scenario. No other database is touched.
type Scratch struct {
	admin    *sqlx.DB
	address  *url.URL
	template string
}

// dropping is how long the server has to drop what was made, also after a cancelled run.
const dropping = 20 * time.Second

// NewScratch makes the template on the server of an owner's address, such as DURE_ADMIN_DATABASE_URL. The role must be
// allowed to make databases, and the role dure_serve must be there.
func NewScratch(ctx context.Context, address string) (*Scratch, error) {
	at, err := url.Parse(address)
	if err != nil || at.Host == "" && at.RawQuery == "" {
		return nil, errors.New("read the admin database's address: write it as postgres://dure_owner@localhost/dure")
	}
	s := &Scratch{address: at, template: "dure_try_" + strings.ToLower(rand.Text()[:12])}
	if s.admin, err = pg.Open(ctx, address); err != nil {
		return nil, err
	}
	if _, err := s.admin.ExecContext(ctx, "create database "+s.template); err != nil {
		return nil, errors.Join(fmt.Errorf("make a scratch database: %w", err), s.admin.Close())
	}
	if err := s.migrate(ctx); err != nil {
		return nil, errors.Join(err, s.Close())
	}
	return s, nil
}

func (s *Scratch) migrate(ctx context.Context) error {
	db, err := pg.Open(ctx, s.of(s.template))
	if err != nil {
		return err
	}
	_, err = migrations.Up(ctx, db.DB)
	return errors.Join(err, db.Close())
}

// of is the address of a database of the server.
func (s *Scratch) of(database string) string {
	at := *s.address
	at.Path = "/" + database
	return at.String()
}

// with runs f on a fresh database, and drops it however f ends.
func (s *Scratch) with(ctx context.Context, f func(db *sqlx.DB) error) (err error) {
	name := s.template + "_" + strings.ToLower(rand.Text()[:8])
	if _, err := s.admin.ExecContext(ctx, "create database "+name+" template "+s.template+" strategy file_copy"); err != nil {
		err = fmt.Errorf("make a scratch database: %w", err)
		return errors.Join(err, s.drop(ctx, name)) // a cancelled statement may have made it after all
	}
	defer func() { err = errors.Join(err, s.drop(ctx, name)) }()
	db, err := pg.Open(ctx, s.of(name))
	if err != nil {
		return err
	}
	defer db.Close()
	return f(db)
}

func (s *Scratch) drop(ctx context.Context, name string) error {
	ctx, stop := context.WithTimeout(context.WithoutCancel(ctx), dropping)
	defer stop()
	if _, err := s.admin.ExecContext(ctx, "drop database if exists "+name+" with (force)"); err != nil {
		return fmt.Errorf("drop the scratch database %s: %w", name, err)
	}
	return nil
}

// Close drops the template, and leaves the server as it was.
func (s *Scratch) Close() error {
	return errors.Join(s.drop(context.Background(), s.template), s.admin.Close())
}
