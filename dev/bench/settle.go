package bench

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	"github.com/jmoiron/sqlx"

	"dure/pg"
)

// settle measures gifts settled per second: charge.captured by HTTP, verified, stored, applied and committed, the draining included.
func (m *machine) settle(ctx context.Context, clients int) ([]Row, error) {
	b, err := m.books(ctx, m.base())
	if err != nil {
		return nil, err
	}
	row := Row{Path: fmt.Sprintf("gift settled from webhook, %d clients", clients), Reference: "ingest.pgb", Unit: "gifts/s", Goal: 0.7}
	var posting []float64
	ours := func(ctx context.Context, run int) (float64, error) {
		posted, took, err := m.settleRun(ctx, b, clients, fmt.Sprintf("evt_%d_%d_", clients, run))
		posting = append(posting, float64(posted.n)/posted.within.Seconds())
		return float64(posted.n) / took.Seconds(), err
	}
	theirs := func(ctx context.Context, _ int) (float64, error) { return m.ingest(ctx, b, clients) }
	row, err = m.pairs(ctx, row, rates, ours, theirs)
	if err != nil {
		return nil, err
	}
	row.Note = fmt.Sprintf("events were acknowledged at %.0f a second while gifts settled; the clock ran until the last was settled", median(posting))
	return []Row{row}, nil
}

// posted is what a load of clients did.
type posted struct {
	n      int64
	within time.Duration
}

// load lets clients send what next gives, each as soon as the last was answered, until the time is over or next gives nothing.
func (m *machine) load(ctx context.Context, address string, clients int, next func() []byte) (posted, error) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	lines := make([]*client, clients)
	for i := range lines {
		c, err := dial(ctx, address)
		if err != nil {
			return posted{}, err
		}
		defer c.close()
		lines[i] = c
	}
	var n atomic.Int64
	failed := make([]error, clients)
	began := time.Now()
	until := began.Add(m.o.Load)
	var all sync.WaitGroup
	for i, c := range lines {
		all.Go(func() {
			for time.Now().Before(until) && ctx.Err() == nil {
				request := next()
				if request == nil {
					return
				}
				status, body, err := c.do(request)
				if err == nil && status != http.StatusOK {
					err = fmt.Errorf("status %d: %s", status, tail(string(body)))
				}
				if err != nil {
					failed[i] = err
					cancel()
					return
				}
				n.Add(1)
			}
		})
	}
	all.Wait()
	done := posted{n.Load(), time.Since(began)}
	return done, errors.Join(append(failed, context.Cause(ctx))...)
}

// settleRun starts dure serve, posts the events of gifts that are under way, waits until all are settled, and counts that the work was done.
func (m *machine) settleRun(ctx context.Context, b *books, clients int, events string) (_ posted, took time.Duration, err error) {
	stock, err := b.underWay(ctx, m.pool())
	if err != nil {
		return posted{}, 0, err
	}
	before, err := b.tally(ctx)
	if err != nil {
		return posted{}, 0, err
	}
	s, err := m.serve(ctx, b)
	if err != nil {
		return posted{}, 0, err
	}
	defer func() {
		if err = errors.Join(err, s.stop()); err == nil {
			err = b.answerFees(ctx)
		}
	}()
	var taken atomic.Int64
	began := time.Now()
	done, err := m.load(ctx, s.address, clients, func() []byte {
		i := int(taken.Add(1)) - 1
		if i >= len(stock) {
			return nil
		}
		return post(s.address, m.captured(events+strconv.Itoa(i), stock[i]))
	})
	if err != nil {
		return done, 0, errors.Join(err, errors.New(s.said()))
	}
	if int(taken.Load()) > len(stock) {
		return done, 0, fmt.Errorf("the stock of %d gifts under way is spent", len(stock))
	}
	if err := m.drained(ctx, b); err != nil {
		return done, 0, errors.Join(err, errors.New(s.said()))
	}
	took = time.Since(began)
	after, err := b.tally(ctx)
	if err != nil {
		return done, took, err
	}
	if got := after.less(before); got != (tally{done.n, done.n, done.n, done.n, 0, 0, 0}) {
		return done, took, fmt.Errorf("%d events were posted; the tables gained %+v: no equal work", done.n, got)
	}
	return done, took, nil
}

// underWay puts gifts of the stock on their way until there are so many whose capture is owed, and gives these in no order.
func (b *books) underWay(ctx context.Context, n int) ([]payment, error) {
	var stock []payment
	err := pg.InTx(ctx, b.owner, "bench", []string{string(committee)}, func(tx *sqlx.Tx) error {
		const promote = `
			update gifts
			set state = 'capture owed'
			where committee = $1 and id in (
				select id
				from gifts
				where committee = $1 and state = 'pledged'
				limit greatest(0, $2 - (select count(*) from gifts where committee = $1 and state = 'capture owed')))`
		if _, err := tx.ExecContext(ctx, promote, committee, n); err != nil {
			return err
		}
		const list = `
			select id, payment_intent as intent, charge, cents, extract(epoch from charged_at)::bigint as at
			from gifts
			where committee = $1 and state = 'capture owed'
			order by md5(id)`
		stock = nil
		return tx.SelectContext(ctx, &stock, list, committee)
	})
	if err != nil {
		return nil, fmt.Errorf("put gifts on their way: %w", err)
	}
	_, err = b.owner.ExecContext(ctx, `vacuum (analyze) gifts`)
	return stock, err
}

// drained waits until no event waits.
func (m *machine) drained(ctx context.Context, b *books) error {
	ctx, cancel := context.WithTimeout(ctx, 2*time.Minute+10*m.o.Load)
	defer cancel()
	for {
		var waiting bool
		if err := b.owner.GetContext(ctx, &waiting, `select exists (select from events where state = 'waiting')`); err != nil {
			return fmt.Errorf("wait for events to be applied: %w", err)
		}
		if !waiting {
			return nil
		}
		time.Sleep(20 * time.Millisecond)
	}
}

// tally counts what settling must leave: one of each, and nothing out of balance or left over.
type tally struct {
	Applied, Settled, Receipts, Entries int64
	Unbalanced, Waiting, Aside          int64
}

func (t tally) less(b tally) tally {
	return tally{
		t.Applied - b.Applied, t.Settled - b.Settled, t.Receipts - b.Receipts, t.Entries - b.Entries,
		t.Unbalanced - b.Unbalanced, t.Waiting - b.Waiting, t.Aside - b.Aside,
	}
}

func (b *books) tally(ctx context.Context) (tally, error) {
	const sums = `
		select (select count(*) from events where type = 'charge.captured' and state = 'applied') as applied,
		       (select count(*) from gifts where committee = $1 and state = 'settled') as settled,
		       (select count(*) from receipts where committee = $1) as receipts,
		       (select count(*) from ledger_entries where committee = $1 and source like 'receipt:%') as entries,
		       (select coalesce(abs(sum(cents)), 0)::bigint from ledger_lines where committee = $1) as unbalanced,
		       (select count(*) from events where state = 'waiting') as waiting,
		       (select count(*) from events where state = 'set aside') as aside`
	var t tally
	if err := b.owner.GetContext(ctx, &t, sums, committee); err != nil {
		return t, fmt.Errorf("count what settled: %w", err)
	}
	return t, nil
}

// answerFees answers what dure still owes Stripe of fees, so that no run begins with the calls that another left.
func (b *books) answerFees(ctx context.Context) error {
	return pg.InTx(ctx, b.owner, "bench", []string{string(committee)}, func(tx *sqlx.Tx) error {
		const know = `
			insert into processor_fees (committee, id, charge, cents, posted_on, happened_at)
			select g.committee, 'txn_of_' || g.charge, g.charge, 0, g.made_on, g.charged_at
			from owed_calls c
			join gifts g on g.committee = c.committee and g.id = c.gift
			where c.verb = 'fee' and c.state = 'owed'
			on conflict do nothing`
		if _, err := tx.ExecContext(ctx, know); err != nil {
			return fmt.Errorf("answer the calls for fees: %w", err)
		}
		const done = `update owed_calls set state = 'done', done_at = now() where verb = 'fee' and state = 'owed'`
		if _, err := tx.ExecContext(ctx, done); err != nil {
			return fmt.Errorf("answer the calls for fees: %w", err)
		}
		return nil
	})
}
