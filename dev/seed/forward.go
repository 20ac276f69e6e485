package seed

import (
	"context"
	"fmt"
	"time"

	"github.com/jmoiron/sqlx"

	"dure/compliance"
	"dure/pg"
	"dure/registry"
)

// sowForwards sends earmarked gifts on each Tuesday: all that came through the Sunday before, by candidate. Nothing waits
// longer than eight days, and what came since the last Tuesday is still due.
func (s *sower) sowForwards(ctx context.Context, _ *plan) error {
	number := 5000 // forwards have a check book of their own
	held, err := compliance.ForwardsDue(ctx, s.db, longTable, s.last)
	if err != nil {
		return err
	}
	for on := s.opened; !on.After(s.last); on = on.Add(1) {
		if on.Weekday() != time.Tuesday {
			continue
		}
		ready := map[registry.CandidateID][]string{}
		for len(held) > 0 && held[0].ReceivedOn.Before(on.Add(-1)) { // the first to come is at the head
			ready[held[0].Candidate] = append(ready[held[0].Candidate], held[0].Receipt)
			held = held[1:]
		}
		for i, c := range candidates {
			if len(ready[c.ID]) == 0 {
				continue
			}
			method := "ACH"
			if c.ID == brightwater {
				number++
				method = fmt.Sprintf("check %d", number)
			}
			if err := s.forward(ctx, s.moment(on, 14, 10*i), compliance.Forwarded{
				Committee: longTable, ID: pg.NewID('F'), Candidate: c.ID, SentOn: on, Method: method, Receipts: ready[c.ID],
			}); err != nil {
				return fmt.Errorf("forward on %v: %w", on, err)
			}
		}
	}
	return nil
}

func (s *sower) forward(ctx context.Context, at time.Time, f compliance.Forwarded) error {
	f.HappenedAt = at
	return s.learned(ctx, at.Add(20*time.Minute), s.actor, longTable, func(ctx context.Context, tx *sqlx.Tx) error {
		return compliance.Forward(ctx, tx, f)
	})
}
