// Package seed sows the sandbox: a fictional committee and its affiliate with their books of last year and this, some
// five thousand gifts by fictional people, and what lies on the desk today. It never ships.
//
// History goes through the verbs that serve, with both times set: when it happened, and when it was learned. All days
// hang on one today; the same today gives the same people, sums and days.
package seed

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"time"

	"github.com/jmoiron/sqlx"

	"dure/civil"
	"dure/compliance/rules"
	"dure/money"
	"dure/pg"
	"dure/registry"
	"dure/staff"
)

// Options are what Sow needs to know.
type Options struct {
	AdminURL   string    // the database as the owner of the schema, who alone may say when something was learned
	Today      civil.Day // nothing that is sown happened on it or later
	Now        time.Time // a moment of today
	SecretsKey string    // 64 hexadecimal characters; seals the affiliate's Stripe keys
	PublicURL  string    // of the site, for the addresses to which card pages lead back
	Affiliate  StripeKeys
	Gifts      int       // about how many; 5,000 when zero
	Progress   io.Writer // told what is being sown; none when nil
}

// StripeKeys are one Stripe account's.
type StripeKeys struct{ Secret, Webhook string }

// Result tells what was sown.
type Result struct {
	Committee          registry.CommitteeID // the installation's first, which the environment's Stripe keys serve
	Affiliate          registry.CommitteeID
	PACDrive           string // the address of an open drive to the committee itself
	CandidateDrive     string // of one that is earmarked, for an election ahead
	CandidateRoomCents money.Cents
	StaffEmail         string // of the treasurer of both committees
}

// ErrHalf tells that an earlier Sow was broken off. Facts can't be taken back: the database must begin anew.
var ErrHalf = errors.New("the database holds a part of the seed, since sowing was broken off: begin anew with an empty one (make run RESET=1)")

// Sow fills a migrated database that has no committee yet. Where the seed is there already it gives the same result, and only
// approves texts that the program says otherwise since; ErrHalf tells that only a part of it is there.
func Sow(ctx context.Context, o Options) (Result, error) {
	if o.Progress == nil {
		o.Progress = io.Discard
	}
	db, err := open(ctx, o.AdminURL)
	if err != nil {
		return Result{}, err
	}
	defer db.Close()
	limit, ok := rules.Federal().Limit(registry.Individual, "candidate", o.Today)
	if !ok {
		return Result{}, fmt.Errorf("sow: no limit to a candidate is known on %v", o.Today)
	}
	result := Result{
		Committee: longTable, Affiliate: midwest, PACDrive: pacDrive, CandidateDrive: candidateDrive,
		CandidateRoomCents: limit.Cents, StaffEmail: treasurerEmail,
	}
	sown, err := isSown(ctx, db)
	switch {
	case err != nil:
		return result, err
	case sown:
		return result, approveNow(ctx, db, o.Today)
	}
	s, err := newSower(db, o)
	if err != nil {
		return Result{}, err
	}
	if err := s.sow(ctx); err != nil {
		return Result{}, fmt.Errorf("sow: %w", err)
	}
	return result, nil
}

// isSown tells whether the whole seed is there. The treasurer's role for the affiliate is the last thing to be sown.
func isSown(ctx context.Context, db *sqlx.DB) (bool, error) {
	committees, err := registry.Committees(ctx, db)
	if err != nil || len(committees) == 0 {
		return false, err
	}
	members, err := staff.List(ctx, db)
	if err != nil {
		return false, err
	}
	whole := slices.ContainsFunc(members, func(m staff.Listed) bool { return m.Email == treasurerEmail && m.Committee == midwest })
	if !whole {
		return false, ErrHalf
	}
	return true, nil
}

// sower is one sowing.
type sower struct {
	db     *sqlx.DB
	o      Options
	opened civil.Day // the 1 January from which the books run
	last   civil.Day // the last day on which anything happened
	zone   *time.Location
	actor  string // the treasurer, once there
	checks int    // number of the check that was written last
}

// evening is the hour of the last day, in the committee's zone, after which nothing happens: the next morning has
// begun nowhere in the United States.
const evening = 18

func newSower(db *sqlx.DB, o Options) (*sower, error) {
	s := &sower{db: db, o: o, opened: civil.Of(o.Today.Year()-1, time.January, 1), last: o.Today.Add(-1), zone: lanterns.Location(), checks: 1000}
	if end := s.moment(s.last, evening, 30); o.Now.Before(end) {
		return nil, fmt.Errorf("sow: now is %v, which is before %v, the evening before today", o.Now, end)
	}
	return s, nil
}

func (s *sower) sow(ctx context.Context) error {
	p := newPlan(s.opened, s.o.Today, cmp.Or(s.o.Gifts, manyGifts))
	for _, step := range []struct {
		what string
		sow  func(context.Context, *plan) error
	}{
		{"committees and candidates", s.sowCommittees},
		{fmt.Sprintf("%d gifts of %d people since %v", len(p.gifts), p.people, s.opened), s.sowGifts},
		{"what the desk entered", s.sowDesk},
		{"forwards", s.sowForwards},
	} {
		fmt.Fprintln(s.o.Progress, step.what)
		if err := step.sow(ctx, p); err != nil {
			return err
		}
	}
	return s.finish(ctx)
}

// moment is a time of a day in the committee's zone.
func (s *sower) moment(d civil.Day, hour, minute int) time.Time {
	return clock(d, s.zone, hour, minute, 0)
}

func clock(d civil.Day, zone *time.Location, hour, minute, second int) time.Time {
	y, m, n := d.Date()
	return time.Date(y, m, n, hour, minute, second, 0, zone).UTC()
}

// learned runs f in a transaction whose facts were learned at a moment. It begins only while ctx lasts, and then runs to
// its end: to watch for the end of ctx costs more than many a statement.
func (s *sower) learned(ctx context.Context, at time.Time, actor string, committee registry.CommitteeID, f func(ctx context.Context, tx *sqlx.Tx) error) error {
	if err := context.Cause(ctx); err != nil {
		return err
	}
	ctx = pg.WithRecordedAt(context.WithoutCancel(ctx), at)
	return pg.InTx(ctx, s.db, actor, []string{string(committee)}, func(tx *sqlx.Tx) error { return f(ctx, tx) })
}
