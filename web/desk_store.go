package web

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"github.com/alexedwards/scs/postgresstore"
	"github.com/jmoiron/sqlx"
)

// sessionStore keeps sessions as postgresstore does, which also sweeps the old ones out, but asks the database under the
// request's context: one that is silent is given up.
type sessionStore struct {
	*postgresstore.PostgresStore
	db *sqlx.DB
}

// sessionWithin is how long the database has to find or keep a session.
const sessionWithin = 5 * time.Second

// FindCtx gives what a session holds; found is false when it is not there or over.
func (s sessionStore) FindCtx(ctx context.Context, token string) (held []byte, found bool, err error) {
	ctx, cancel := context.WithTimeout(ctx, sessionWithin)
	defer cancel()
	const find = `select data from sessions where token = $1 and expiry > current_timestamp`
	err = s.db.GetContext(ctx, &held, find, token)
	switch {
	case errors.Is(err, sql.ErrNoRows):
		return nil, false, nil
	case err != nil:
		return nil, false, fmt.Errorf("find a session: %w", err)
	}
	return held, true, nil
}

// CommitCtx keeps what a session holds until it ends.
func (s sessionStore) CommitCtx(ctx context.Context, token string, held []byte, expiry time.Time) error {
	ctx, cancel := context.WithTimeout(ctx, sessionWithin)
	defer cancel()
	const upsert = `
		insert into sessions (token, data, expiry)
		values ($1, $2, $3)
		on conflict (token) do update set data = excluded.data, expiry = excluded.expiry`
	if _, err := s.db.ExecContext(ctx, upsert, token, held, expiry); err != nil {
		return fmt.Errorf("keep a session: %w", err)
	}
	return nil
}

// DeleteCtx ends a session.
func (s sessionStore) DeleteCtx(ctx context.Context, token string) error {
	ctx, cancel := context.WithTimeout(ctx, sessionWithin)
	defer cancel()
	const remove = `delete from sessions where token = $1`
	if _, err := s.db.ExecContext(ctx, remove, token); err != nil {
		return fmt.Errorf("end a session: %w", err)
	}
	return nil
}
