package bench

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"sync/atomic"
)

// acknowledge measures events acknowledged per second: signed, new, and committed before the 200. They are of a kind that
// changes nothing, so that what goes on beside it is one mark for each, and not the settling of gifts.
func (m *machine) acknowledge(ctx context.Context, clients int) ([]Row, error) {
	b, err := m.books(ctx, m.base())
	if err != nil {
		return nil, err
	}
	row := Row{Path: fmt.Sprintf("webhook acknowledged, %d clients", clients), Reference: "ack.pgb", Unit: "events/s", Goal: 0.5}
	ours := func(ctx context.Context, run int) (float64, error) {
		return m.acknowledgeRun(ctx, b, clients, fmt.Sprintf("evt_ack_%d_%d_", clients, run))
	}
	theirs := func(ctx context.Context, _ int) (float64, error) {
		_, tps, err := m.bench(ctx, b, "ack.pgb", clients, nil)
		return tps, err
	}
	row, err = m.pairs(ctx, row, rates, ours, theirs)
	row.Note = "the events change nothing (balance.available, of the same length); dure marks each as applied in the background meanwhile"
	return some(row, err)
}

func (m *machine) acknowledgeRun(ctx context.Context, b *books, clients int, events string) (rate float64, err error) {
	s, err := m.serve(ctx, b)
	if err != nil {
		return 0, err
	}
	defer func() { err = errors.Join(err, s.stop()) }()
	var taken atomic.Int64
	done, err := m.load(ctx, s.address, clients, func() []byte {
		return post(s.address, m.changesNothing(events+strconv.FormatInt(taken.Add(1), 10)))
	})
	if err != nil {
		return 0, errors.Join(err, errors.New(s.said()))
	}
	stored, err := count(ctx, b.owner, `select count(*) from events where committee = $1 and id like $2`, committee, events+"%")
	if err == nil && stored != done.n {
		err = fmt.Errorf("%d events were acknowledged, and %d are stored", done.n, stored)
	}
	if err == nil {
		err = m.drained(ctx, b)
	}
	return float64(done.n) / done.within.Seconds(), err
}
