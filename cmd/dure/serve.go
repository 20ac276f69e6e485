package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"os"
	"sync"
	"time"
	_ "time/tzdata" // receipt days need the committees' zones, also where the machine has none

	"github.com/jmoiron/sqlx"

	"dure/donations"
	"dure/migrations"
	"dure/staff"
	"dure/web"
	"dure/webhooks"
)

type serveCmd struct {
	Verbose bool `help:"Log every page that is looked at, too."`
}

// Help lists the settings.
func (serveCmd) Help() string {
	return `All settings come from the environment:

` + settingsHelp() + `
  DATABASE_URL=postgres://dure_serve@localhost/dure?sslmode=disable DURE_PUBLIC_URL=https://give.example.org dure serve`
}

// Run serves until it is told to stop.
func (c serveCmd) Run(ctx context.Context, s *settings) error {
	level := slog.LevelInfo
	if c.Verbose {
		level = slog.LevelDebug
	}
	log := slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: level}))
	l, err := new(net.ListenConfig).Listen(ctx, "tcp", s.Addr)
	if err != nil {
		return err
	}
	log.Info("listening", "address", l.Addr().String(), "public", s.publicURL())
	return serve(ctx, s, l, log)
}

// serve runs the site on a listener, and the sweeps beside it, until ctx ends; then it lets the requests under way
// finish. It refuses a database whose schema is behind or ahead of this program.
func serve(ctx context.Context, s *settings, l net.Listener, log *slog.Logger) error {
	defer l.Close()
	db, err := s.database(ctx)
	if err != nil {
		return err
	}
	defer db.Close()
	if err := migrations.Check(ctx, db.DB); err != nil {
		return err
	}
	now, err := s.clock()
	if err != nil {
		return err
	}
	accounts, err := s.accounts(db)
	if err != nil {
		return err
	}
	sweeps := &sweeper{db: db, accounts: accounts, now: now, log: log, woken: make(chan struct{}, 1)}
	site, err := web.New(web.Settings{
		DB: db, Accounts: accounts, Now: now, PublicURL: s.publicURL(), CardOrigin: s.cardOrigin(), GivePerMinute: s.GivePerMinute, Log: log,
	})
	if err != nil {
		return err
	}
	desk := &web.Desk{
		DB: db, Accounts: accounts, Now: now, Log: log,
		Sessions: web.NewSessions(db, s.secure()), Door: staff.NewDoor(nil),
	}
	stripe := &webhooks.Door{DB: db, Accounts: accounts, Now: now, Log: log, Wake: sweeps.wake}
	routes, err := site.Routes(desk, stripe, func(ctx context.Context) error { return ready(ctx, db) })
	if err != nil {
		return err
	}
	server := &http.Server{
		Handler: routes, ReadHeaderTimeout: 10 * time.Second, ReadTimeout: 60 * time.Second, IdleTimeout: 2 * time.Minute,
		ErrorLog: slog.NewLogLogger(log.Handler(), slog.LevelWarn),
	}
	running, stop := context.WithCancel(ctx)
	var loops sync.WaitGroup
	loops.Go(func() { sweeps.run(running) })
	defer loops.Wait()
	defer stop()
	stopped := make(chan error, 1)
	go func() {
		<-running.Done()
		last, cancel := context.WithTimeout(context.WithoutCancel(ctx), 20*time.Second)
		defer cancel()
		stopped <- server.Shutdown(last)
	}()
	if err := server.Serve(l); !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	log.Info("stopping")
	return <-stopped
}

// ready tells whether the site can take gifts: the database answers, and its schema is this program's.
func ready(ctx context.Context, db *sqlx.DB) error {
	ctx, cancel := context.WithTimeout(ctx, 2*time.Second)
	defer cancel()
	if err := migrations.Check(ctx, db.DB); err != nil {
		return fmt.Errorf("not ready: %w", err)
	}
	return nil
}

// sweeper applies the events that Stripe sent and makes the calls that are owed, woken by new work and by the clock.
type sweeper struct {
	db       *sqlx.DB
	accounts *donations.Accounts
	now      func() time.Time
	log      *slog.Logger
	woken    chan struct{}
}

// wake tells that there is something to do.
func (s *sweeper) wake() {
	select {
	case s.woken <- struct{}{}:
	default: // somebody woke it already
	}
}

const (
	sweepEvery  = 500 * time.Millisecond // for what other processes stored
	lookEvery   = 10 * time.Second       // for held gifts whose time is over, and card pages that fell silent
	callsAtOnce = 16
)

func (s *sweeper) run(ctx context.Context) {
	var loops sync.WaitGroup
	calls := make(chan struct{}, 1)
	loops.Go(func() {
		s.loop(ctx, s.woken, "apply events", func() (int, error) {
			n, err := webhooks.Sweep(ctx, s.db, s.now())
			if n > 0 {
				select {
				case calls <- struct{}{}:
				default:
				}
			}
			return n, err
		})
	})
	loops.Go(func() {
		s.loop(ctx, calls, "make owed calls", func() (int, error) { return s.accounts.Sweep(ctx, s.now(), callsAtOnce) })
	})
	loops.Go(func() { s.look(ctx) })
	loops.Wait()
}

// loop does work until there is none, then waits to be woken.
func (s *sweeper) loop(ctx context.Context, woken <-chan struct{}, what string, work func() (int, error)) {
	pause := time.NewTicker(sweepEvery)
	defer pause.Stop()
	for ctx.Err() == nil {
		n, err := work()
		if err != nil && ctx.Err() == nil {
			s.log.Error("sweep", "doing", what, "error", err)
		}
		if n > 0 && err == nil {
			continue
		}
		select {
		case <-ctx.Done():
		case <-woken:
		case <-pause.C:
		}
	}
}

func (s *sweeper) look(ctx context.Context) {
	pause := time.NewTicker(lookEvery)
	defer pause.Stop()
	for {
		if _, err := donations.ReleaseOverdue(ctx, s.db, s.now()); err != nil && ctx.Err() == nil {
			s.log.Error("sweep", "doing", "let go of held gifts", "error", err)
		}
		if _, err := donations.AskAboutSilent(ctx, s.db, s.now()); err != nil && ctx.Err() == nil {
			s.log.Error("sweep", "doing", "ask about silent card pages", "error", err)
		}
		select {
		case <-ctx.Done():
			return
		case <-pause.C:
		}
	}
}
