package main

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"time"

	"github.com/jmoiron/sqlx"

	"dure/migrations"
)

// Why the site can't take gifts now, besides a schema that is not this program's. They are shown to whoever asks.
var (
	errStopping    = errors.New("stopping")
	errUnreachable = errors.New("the database can't be reached")
)

// readyWithin is how long the database has to answer.
const readyWithin = 2 * time.Second

// readiness tells whether the site can take gifts now, and logs each time that this changes.
type readiness struct {
	db       *sqlx.DB
	stopping context.Context // its end begins the stop
	log      *slog.Logger

	asking slot

	mu   sync.Mutex
	last error // what was told last
}

func newReadiness(stopping context.Context, db *sqlx.DB, log *slog.Logger) *readiness {
	return &readiness{db: db, stopping: stopping, log: log, asking: newSlot()}
}

// check gives the reason why the site can't take gifts now, or nil when it can.
func (r *readiness) check(ctx context.Context) error {
	reason, cause := r.ask(ctx)
	if ctx.Err() != nil {
		return ctx.Err() // whoever asked has left
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if reason != r.last {
		switch {
		case reason == nil:
			r.log.Info("ready")
		case cause == nil:
			r.log.Warn("not ready", "reason", reason)
		default:
			r.log.Warn("not ready", "reason", reason, "error", cause)
		}
		r.last = reason
	}
	return reason
}

func (r *readiness) ask(ctx context.Context) (reason, cause error) {
	err := r.asking.within(ctx, readyWithin, func(ctx context.Context) error { return migrations.Check(ctx, r.db.DB) })
	switch {
	case r.stopping.Err() != nil:
		return errStopping, nil
	case errors.Is(err, migrations.ErrBehind):
		return migrations.ErrBehind, nil
	case errors.Is(err, migrations.ErrAhead):
		return migrations.ErrAhead, nil
	case err != nil:
		return errUnreachable, err
	}
	return nil, nil
}

// slot lets one question to the database be under way.
type slot chan struct{}

func newSlot() slot { return make(slot, 1) }

// within gives f so long to answer, and then stops waiting: the driver does not always end when it should, as while a
// server takes a connection and is silent. An f that overstays keeps the slot, so that questions never pile up.
func (s slot) within(ctx context.Context, limit time.Duration, f func(ctx context.Context) error) error {
	ctx, cancel := context.WithTimeout(ctx, limit)
	select {
	case s <- struct{}{}:
	case <-ctx.Done():
		cancel()
		return ctx.Err()
	}
	answer := make(chan error, 1)
	go func() {
		defer cancel()
		defer func() { <-s }()
		answer <- f(ctx)
	}()
	select {
	case err := <-answer:
		return err
	case <-ctx.Done():
		return ctx.Err()
	}
}
