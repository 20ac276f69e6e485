package donations

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/jmoiron/sqlx"

	"dure/money"
	"dure/pg"
	"dure/registry"
)

// What a named item is: a difference, or money that is none yet, which needs nobody.
const (
	Clearing             = "captured, and not in Stripe's balance yet"
	PayoutOnItsWay       = "payout on its way to the bank"
	PayoutNeverArrived   = "payout that the bank never took: gone and back"
	EventToCome          = "within the last hour, and not booked yet"
	NotCaptured          = "authorised, not captured yet: not money"
	HeldForPerson        = "held for a person: not money"
	BeingReleased        = "being let go: not money"
	StrangeAuthorisation = "authorised for no gift here: it lapses by itself"
)

// Reconciliation is how a committee's books stood against its Stripe account at a moment. All differences are books less
// Stripe; sums that leave the balance are below zero.
type Reconciliation struct {
	Committee     registry.CommitteeID
	At            time.Time // the cut-off of the books
	Since         time.Time // from when movements were compared one by one; the zero time: all of them
	Books, Stripe money.Cents
	Rows          []Row
	Charges       []ChargeSum // Stripe's charges since then, each in one state of our gifts
	Named         []Named
	Unexplained   []Unexplained
	Mended        []Mended
	rest          money.Cents
}

// Row is what both sides sum one kind of movement to.
type Row struct {
	What          string
	Books, Stripe money.Cents
}

// Difference is books less Stripe.
func (r Row) Difference() money.Cents { return r.Books - r.Stripe }

// ChargeSum is how many of Stripe's charges stand in a state of our gifts, and what they are of.
type ChargeSum struct {
	State string // of the gift; or declined, or nobody's
	Count int
	Cents money.Cents
}

// Named is a kind of item that explains itself: how many there are, what they are of, and by how much they part the books
// from Stripe.
type Named struct {
	Kind              string
	Count             int
	Cents, Difference money.Cents
	IDs               []string // Stripe's
}

// Unexplained is a difference that a person must look at.
type Unexplained struct {
	What, Do      string
	IDs           []string // Stripe's; the first is what it is about
	Gift          GiftID   // empty where none is known
	Books, Stripe money.Cents
	At            time.Time
}

// Difference is books less Stripe.
func (u Unexplained) Difference() money.Cents { return u.Books - u.Stripe }

// Mended is how many facts of a kind Stripe told when it was asked.
type Mended struct {
	What  string
	Count int
}

// Explained tells whether every difference has a name.
func (r Reconciliation) Explained() bool { return len(r.Unexplained) == 0 }

// UnexplainedCents sums the unexplained differences, each without its sign.
func (r Reconciliation) UnexplainedCents() money.Cents {
	var sum money.Cents
	for _, u := range r.Unexplained {
		sum += max(u.Difference(), -u.Difference())
	}
	return sum
}

// MendedCount is how many facts were learned by asking.
func (r Reconciliation) MendedCount() int {
	n := 0
	for _, m := range r.Mended {
		n += m.Count
	}
	return n
}

// Asking says how to reconcile.
type Asking struct {
	Since  time.Time // movements from then on are compared one by one, all before by the balance; the zero time compares all
	Exact  bool      // Since is not moved back where the balance shows a difference from before
	DryRun bool      // nothing is mended
	// Hear asks for the events that never came since a moment, and applies them: they know when things happened. It may be nil.
	Hear func(ctx context.Context, since time.Time) (found int, err error)
}

// Reconcile holds a committee's books against its Stripe account, to the cent, and books what Stripe knows and the books do
// not: first by the events that never came, then by Stripe's objects themselves. ErrNoAccount where there is none.
//
// The books are read as of a moment before Stripe is asked, so that whatever they have Stripe must have too. No
// transaction is open while Stripe is asked.
func (a *Accounts) Reconcile(ctx context.Context, now func() time.Time, committee registry.CommitteeID, how Asking) (Reconciliation, error) {
	c, err := registry.FindCommittee(ctx, a.db, committee, time.Time{})
	if err != nil {
		return Reconciliation{}, err
	}
	r, needs, err := a.holdAgainst(ctx, now, c, how, nil)
	if err != nil || how.DryRun || len(needs) == 0 {
		return r, err
	}
	var mended []Mended
	if how.Hear != nil {
		found, err := how.Hear(ctx, earliest(needs).Add(-time.Hour))
		if err != nil {
			return r, err
		}
		if found > 0 {
			mended = append(mended, Mended{"events that never came", found})
		}
		if r, needs, err = a.holdAgainst(ctx, now, c, how, nil); err != nil {
			return r, err
		}
	}
	if len(needs) > 0 {
		done, tried := a.mend(ctx, now, c, needs)
		mended = append(mended, done...)
		if r, _, err = a.holdAgainst(ctx, now, c, how, tried); err != nil {
			return r, err
		}
	}
	r.Mended = mended
	return r, nil
}

// wider are the spans that are compared one after the other while the balance shows a difference from before.
var wider = []time.Duration{chargesSince, 400 * 24 * time.Hour}

// holdAgainst compares once. Where the balance shows a difference from before, it looks further back, in the end at all.
func (a *Accounts) holdAgainst(ctx context.Context, now func() time.Time, c registry.Committee, how Asking, tried map[key]error) (Reconciliation, []need, error) {
	since := how.Since
	for {
		r, needs, err := a.holdSince(ctx, now, c, since, tried)
		if err != nil || r.rest == 0 || how.Exact || since.IsZero() {
			r.Committee = c.ID
			return r, needs, err
		}
		back := now().Sub(since)
		since = time.Time{}
		for _, span := range wider {
			if span > back+24*time.Hour {
				since = now().Add(-span)
				break
			}
		}
	}
}

// mostLooks is how many things that Stripe's lists do not show it is asked for one by one: more are missing where the account
// is another.
const mostLooks = 200

func (a *Accounts) holdSince(ctx context.Context, now func() time.Time, c registry.Committee, since time.Time, tried map[key]error) (Reconciliation, []need, error) {
	fail := func(err error) (Reconciliation, []need, error) {
		return Reconciliation{}, nil, fmt.Errorf("reconcile %s: %w", c.ID, err)
	}
	cutoff, err := cutoffOf(ctx, a.db, c.ID)
	if err != nil {
		return fail(err)
	}
	s, err := a.statement(ctx, c.ID, since, now())
	if err != nil {
		return fail(err)
	}
	v, err := viewOf(ctx, a.db, c, cutoff, s)
	if err != nil {
		return fail(err)
	}
	if missing := v.unseen(s); len(missing) > 0 && len(missing) <= mostLooks {
		for _, k := range missing {
			if err := a.look(ctx, c.ID, k, &s); err != nil {
				return fail(err)
			}
		}
		if v, err = viewOf(ctx, a.db, c, cutoff, s); err != nil {
			return fail(err)
		}
	}
	r, needs := compare(v, s, now(), tried)
	return r, needs, nil
}

func earliest(needs []need) time.Time {
	return slices.MinFunc(needs, func(a, b need) int { return a.at.Compare(b.at) }).at
}

func sortedKeys[K ~string, V any](m map[K]V) []K { return slices.Sorted(maps.Keys(m)) }

// KeepReconciliation keeps how books and Stripe stood.
func KeepReconciliation(ctx context.Context, db *sqlx.DB, actor string, r Reconciliation) error {
	named := 0
	for _, n := range r.Named {
		named += n.Count
	}
	return pg.InTx(ctx, db, actor, []string{string(r.Committee)}, func(tx *sqlx.Tx) error {
		const insert = `
			insert into reconciliations (committee, since_at, books_cents, stripe_cents, named, unexplained, unexplained_cents, mended)
			values ($1, $2, $3, $4, $5, $6, $7, $8)`
		_, err := tx.ExecContext(ctx, insert, r.Committee, at(r.Since), r.Books, r.Stripe, named, len(r.Unexplained), r.UnexplainedCents(), r.MendedCount())
		if err != nil {
			return fmt.Errorf("keep the reconciliation of %s: %w", r.Committee, err)
		}
		return nil
	})
}

// LastReconciled tells when a committee's books were held against Stripe last, by comparing movements from as long before as a
// span or longer; the zero time where they never were.
func LastReconciled(ctx context.Context, q sqlx.QueryerContext, committee registry.CommitteeID, span time.Duration) (time.Time, error) {
	var last []time.Time
	const find = `
		select recorded_at
		from reconciliations
		where committee = $1 and (since_at is null or since_at <= recorded_at - $2 * interval '1 second')
		order by recorded_at desc
		limit 1`
	if err := sqlx.SelectContext(ctx, q, &last, find, committee, span.Seconds()); err != nil {
		return time.Time{}, fmt.Errorf("find the last reconciliation of %s: %w", committee, err)
	}
	if len(last) == 0 {
		return time.Time{}, nil
	}
	return last[0], nil
}

// HasAccount tells whether a committee has a Stripe account here.
func (a *Accounts) HasAccount(ctx context.Context, committee registry.CommitteeID) (bool, error) {
	_, err := a.of(ctx, committee)
	if errors.Is(err, ErrNoAccount) {
		return false, nil
	}
	return err == nil, err
}
