package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"github.com/jmoiron/sqlx"

	"dure/donations"
	"dure/letters"
	"dure/registry"
	"dure/webhooks"
)

// sweeper applies the events that Stripe sent and makes the calls that are owed, woken by new work and by the clock.
type sweeper struct {
	db       *sqlx.DB
	accounts *donations.Accounts
	now      func() time.Time
	log      *slog.Logger
	told     *metrics
	site     string        // where people reach it
	post     *letters.Post // nil without a mail server: letters wait
	woken    chan struct{}
}

// wake tells that there is something to do.
func (s *sweeper) wake() { nudge(s.woken) }

func nudge(c chan struct{}) {
	select {
	case c <- struct{}{}:
	default: // somebody did already
	}
}

const (
	sweepEvery  = 500 * time.Millisecond // for what other processes stored
	lookEvery   = 10 * time.Second       // for held gifts whose time is over, and card pages that fell silent
	mostPatient = 10 * time.Second       // between tries while nothing succeeds
	callsAtOnce = 16
	fetchEvery  = 10 * time.Minute // asks Stripe for events that never came
	fetchSince  = 2 * time.Hour    // as far back; dure events fetch goes further
	lacksEvery  = time.Hour        // looks for givers who left something out
)

// So long one batch may take. What is cut off is rolled back and done again: a database that is silent holds nothing up for
// longer than that.
const (
	batchWithin = 20 * time.Second
	callsWithin = time.Minute     // Stripe has half of it
	talkWithin  = 5 * time.Minute // with Stripe page by page, with the mail server letter by letter; or over a year of gifts
)

// fetch asks Stripe, for each committee that has an account, for what it told and we never heard.
func (s *sweeper) fetch(work context.Context) (int, error) {
	committees, err := registry.Committees(work, s.db)
	if err != nil {
		return 0, err
	}
	found := 0
	var failed []error
	for _, c := range committees {
		n, err := webhooks.Fetch(work, s.db, s.accounts, c.ID, s.now().Add(-fetchSince))
		found += n
		if !errors.Is(err, donations.ErrNoAccount) {
			failed = append(failed, err)
		}
	}
	if found > 0 {
		s.wake()
		s.log.Warn("events never came, and were fetched", "events", found)
	}
	return found, errors.Join(failed...)
}

// run sweeps until stopping ends, and returns when the batches under way are done. They run under work, which ends later:
// what is begun is finished, not rolled back.
func (s *sweeper) run(stopping, work context.Context) {
	calls := make(chan struct{}, 1)
	var loops sync.WaitGroup
	type c = context.Context
	events := loop{"events", s.woken, sweepEvery, batchWithin, func(ctx c) (int, error) {
		n, err := webhooks.Sweep(ctx, s.db, s.now())
		if n > 0 {
			nudge(calls)
		}
		return n, err
	}}
	receipts, post := letters.NewReceipts(s.db, s.site), make(chan struct{}, 1)
	for _, l := range []loop{
		events, events, // while one batch waits for the disk, the next is read and judged
		{"calls", calls, sweepEvery, callsWithin, func(ctx c) (int, error) { return s.accounts.Sweep(ctx, s.now(), callsAtOnce) }},
		{"held", nil, lookEvery, batchWithin, func(ctx c) (int, error) { return donations.ReleaseOverdue(ctx, s.db, s.now()) }},
		{"silent", nil, lookEvery, batchWithin, func(ctx c) (int, error) { return donations.AskAboutSilent(ctx, s.db, s.now()) }},
		{"stuck", nil, lookEvery, batchWithin, func(ctx c) (int, error) { return donations.AskAboutStuck(ctx, s.db, s.now()) }},
		{"fees", nil, lookEvery, batchWithin, func(ctx c) (int, error) { return donations.AskForFees(ctx, s.db, s.now()) }},
		{"missed", nil, fetchEvery, talkWithin, s.fetch},
		{"reconcile", nil, reconcileLook, reconcileWithin, func(ctx c) (int, error) { return s.reconcile(stopping, ctx) }},
		{"efforts", nil, lacksEvery, talkWithin, func(ctx c) (int, error) { return letters.AskForMissing(ctx, s.db, s.now(), s.site) }},
		{"held letters", nil, lookEvery, batchWithin, func(ctx c) (int, error) { return letters.TellOfHeld(ctx, s.db, s.now(), s.site) }},
		{"proofs", nil, lookEvery, batchWithin, func(ctx c) (int, error) { return donations.DestroyProofs(ctx, s.db, s.now()) }},
		{"receipts", nil, lookEvery, talkWithin, s.mailed(func(ctx c) (int, error) {
			n, err := receipts.Write(ctx, s.now())
			if n > 0 {
				nudge(post)
			}
			return n, err
		})},
		{"money back letters", nil, lookEvery, talkWithin, s.mailed(func(ctx c) (int, error) { return letters.TellOfBack(ctx, s.db, s.now(), s.site) })},
		{"post", post, lookEvery, talkWithin, s.mailed(s.send)},
	} {
		loops.Go(func() { s.repeat(stopping, work, l) })
	}
	loops.Wait()
}

// mailed is work that is there for a mail server alone: without one no receipts begin, and none are owed on the day that one comes.
func (s *sweeper) mailed(work func(context.Context) (int, error)) func(context.Context) (int, error) {
	return func(ctx context.Context) (int, error) {
		if s.post == nil {
			return 0, nil
		}
		return work(ctx)
	}
}

// send sends letters round by round, while some go out.
func (s *sweeper) send(ctx context.Context) (int, error) {
	sent := 0
	for {
		n, err := s.post.Send(ctx, s.db, s.now())
		if sent += n; n == 0 || err != nil {
			return sent, err
		}
	}
}

// loop is one kind of work that is done again and again.
type loop struct {
	work  string // as metrics and log name it
	woken <-chan struct{}
	every time.Duration
	limit time.Duration                          // of one batch
	batch func(ctx context.Context) (int, error) // gives how many it did
}

// once does one batch within its limit.
func (l loop) once(work context.Context) (int, error) {
	ctx, cancel := context.WithTimeout(work, l.limit)
	defer cancel()
	n, err := l.batch(ctx)
	if err == nil && ctx.Err() != nil {
		err = fmt.Errorf("cut off after %v", l.limit)
	}
	return n, err
}

// repeat does a loop's work: at once again while there is some, later and later while it fails.
func (s *sweeper) repeat(stopping, work context.Context, l loop) {
	for failed := 0; stopping.Err() == nil; {
		n, err := l.once(work)
		if work.Err() != nil {
			return // cut off: what was not done is there still
		}
		s.told.swept(l.work, n, err)
		pause := l.every
		switch {
		case err != nil:
			s.log.Error("sweep", "work", l.work, "error", err)
			failed++
			pause = min(sweepEvery<<min(failed, 12), max(l.every, mostPatient))
		case n > 0 && l.every == sweepEvery:
			failed = 0
			continue
		default:
			failed = 0
		}
		select {
		case <-stopping.Done():
		case <-l.woken:
		case <-time.After(pause):
		}
	}
}
