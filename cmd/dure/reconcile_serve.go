package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"dure/donations"
	"dure/registry"
)

// How often dure serve holds the books against Stripe. Each time the balance proves all that ever moved; what moved lately is
// compared one by one, far back once a night.
const (
	reconcileLook   = time.Minute        // asks the database whether it is time: another process may have done it
	reconcileEvery  = time.Hour          //
	reconcileNear   = 3 * 24 * time.Hour // as far back each hour
	reconcileFar    = comparedSince      // and each night
	reconcileNight  = 3                  // o'clock in the committee's zone
	reconcileWithin = 30 * time.Minute   // all committees together
)

// reconcile holds the books of each committee against Stripe when it is time, and tells how many facts were mended. It is cut
// off by stopping: it may take long, and what it has not done the next start does.
func (s *sweeper) reconcile(stopping, ctx context.Context) (int, error) {
	ctx, cut := context.WithCancel(ctx)
	defer cut()
	defer context.AfterFunc(stopping, cut)()
	committees, err := registry.Committees(ctx, s.db)
	if err != nil {
		return 0, err
	}
	mended := 0
	var failed []error
	for _, c := range committees {
		n, err := s.reconcileOne(ctx, c)
		mended += n
		failed = append(failed, err)
	}
	if stopping.Err() != nil {
		return mended, nil
	}
	return mended, errors.Join(failed...)
}

func (s *sweeper) reconcileOne(ctx context.Context, c registry.Committee) (int, error) {
	if has, err := s.accounts.HasAccount(ctx, c.ID); err != nil || !has {
		return 0, err
	}
	now := s.now()
	last, err := donations.LastReconciled(ctx, s.db, c.ID, 0)
	if err != nil || now.Sub(last) < reconcileEvery {
		return 0, err
	}
	far, err := donations.LastReconciled(ctx, s.db, c.ID, reconcileFar-24*time.Hour)
	if err != nil {
		return 0, err
	}
	span := reconcileNear
	if far.Before(lastNight(now, c.Location())) {
		span = reconcileFar
	}
	r := reconciler{db: s.db, accounts: s.accounts, now: s.now}
	found, err := r.one(ctx, "sweep", c.ID, donations.Asking{Since: now.Add(-span)})
	if err != nil {
		return 0, err
	}
	if n := found.MendedCount(); n > 0 {
		s.log.Warn("reconcile: the books lacked what Stripe knew, and were mended", "committee", c.ID, "facts", n)
	}
	if !found.Explained() {
		s.log.Error("reconcile: books and Stripe part: run dure reconcile", "committee", c.ID,
			"unexplained", len(found.Unexplained), "cents", fmt.Sprint(int64(found.UnexplainedCents())))
	}
	return found.MendedCount(), nil
}

// lastNight is the last moment at which it was three in the morning in a zone.
func lastNight(now time.Time, zone *time.Location) time.Time {
	y, m, d := now.In(zone).Date()
	night := time.Date(y, m, d, reconcileNight, 0, 0, 0, zone)
	if night.After(now) {
		night = time.Date(y, m, d-1, reconcileNight, 0, 0, 0, zone)
	}
	return night
}
