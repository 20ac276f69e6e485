package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"os"
	"runtime/debug"
	"time"
	_ "time/tzdata" // receipt days need the committees' zones, also where the machine has none

	"dure/letters"
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
	log := newLog(os.Stderr, c.Verbose)
	l, err := new(net.ListenConfig).Listen(ctx, "tcp", s.Addr)
	if err != nil {
		return err
	}
	log.Info("listening", "address", l.Addr().String(), "public", s.publicURL())
	return serve(ctx, s, l, log)
}

// serve runs the site on a listener, and the sweeps beside it, until ctx ends; then it stops in order (finish). It refuses
// a database whose schema is behind or ahead of this program.
func serve(ctx context.Context, s *settings, l net.Listener, log *slog.Logger) error {
	defer l.Close()
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(gcPercent)
	}
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
	var post *letters.Post
	if s.SMTPURL != "" {
		if post, err = letters.NewPost(s.SMTPURL, s.publicURL()); err != nil {
			return fmt.Errorf("DURE_SMTP_URL: %w", err)
		}
	}
	told := newMetrics(db, log)
	sweeps := &sweeper{db: db, accounts: accounts, now: now, log: log, told: told, site: s.publicURL(), post: post, woken: make(chan struct{}, 1)}
	site, err := web.New(web.Settings{
		DB: db, Accounts: accounts, Now: now, PublicURL: s.publicURL(), CardOrigin: s.cardOrigin(), GivePerMinute: s.GivePerMinute, TrustedProxies: s.TrustedProxies, Log: log,
		Metrics: told.handler(s.MetricsToken), Served: told.served, Refused: told.refused,
	})
	if err != nil {
		return err
	}
	desk := &web.Desk{
		DB: db, Accounts: accounts, Now: now, PublicURL: s.publicURL(), Log: log,
		Sessions: web.NewSessions(db, s.secure()), Door: staff.NewDoor(nil), TrustedProxies: s.TrustedProxies,
	}
	stopping, stop := context.WithCancel(ctx)
	defer stop()
	stripe := &webhooks.Door{DB: db, Accounts: accounts, Now: now, Log: log, Wake: sweeps.wake}
	ready := newReadiness(stopping, db, log)
	routes, err := site.Routes(desk, stripe, ready.check)
	if err != nil {
		return err
	}
	server := &http.Server{
		Handler: routes, ReadHeaderTimeout: 10 * time.Second, ReadTimeout: 60 * time.Second, IdleTimeout: 2 * time.Minute,
		ErrorLog: slog.NewLogLogger(log.Handler(), slog.LevelWarn),
	}
	work, cut := context.WithCancel(context.WithoutCancel(ctx))
	defer cut()
	swept := make(chan struct{})
	go func() {
		defer close(swept)
		sweeps.run(stopping, work)
	}()
	ended := make(chan error, 1)
	go func() { ended <- server.Serve(l) }()
	select {
	case <-stopping.Done():
	case err = <-ended: // the listener broke
		stop()
	}
	return errors.Join(err, finish(server, swept, cut, log))
}

// gcPercent lets the heap, which is some ten megabytes between collections, grow fivefold before the next: a busy site
// spends its time on gifts instead. GOGC prevails.
const gcPercent = 400

// Times of an orderly stop, which together stay below twenty seconds.
const (
	finishWithin = 15 * time.Second // for the requests and batches under way
	cutWithin    = 3 * time.Second  // for batches that are then cut off to be rolled back
)

// finish stops accepting, waits for the requests and batches under way, and cuts off those that take too long; the error
// says so. What is cut off is not lost: gifts, events and owed calls wait in the database for the next start.
func finish(server *http.Server, swept <-chan struct{}, cut func(), log *slog.Logger) error {
	log.Info("stopping", "within", finishWithin+cutWithin)
	ctx, cancel := context.WithTimeout(context.Background(), finishWithin)
	defer cancel()
	var errs []error
	if err := server.Shutdown(ctx); err != nil {
		errs = append(errs, errors.New("stopping: requests under way were cut off"), server.Close())
	}
	select {
	case <-swept:
	case <-ctx.Done():
		cut()
		errs = append(errs, errors.New("stopping: a batch under way was cut off"))
		select {
		case <-swept:
		case <-time.After(cutWithin):
		}
	}
	if len(errs) == 0 {
		log.Info("stopped")
	}
	return errors.Join(errs...)
}
