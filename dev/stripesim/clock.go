package stripesim

import (
	"container/heap"
	"context"
	"errors"
	"fmt"
	"slices"
	"time"
)

// ErrBackwards is the refusal to move the clock back by Advance.
var ErrBackwards = errors.New("the clock only moves forward")

// Now is the shared clock: the real time plus the offset, in UTC.
func (s *Sim) Now() time.Time {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.now()
}

func (s *Sim) now() time.Time { return time.Now().Add(s.offset).UTC() }

// Offset is how far the shared clock stands from the real one.
func (s *Sim) Offset() time.Duration {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.offset
}

// SetOffset sets how far the shared clock stands from the real one, and does what is due by then: sessions expire,
// authorisations lapse, captured charges get their balance transactions. It does not call Options.OnAdvance.
// A seed may set the clock back before it makes its first object; afterwards the clock should only go forward.
func (s *Sim) SetOffset(offset time.Duration) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.offset = offset
	s.runDue(s.now())
	s.moved()
	wake(s.wakeAgenda)
}

// Advance moves the shared clock forward, Options.OnAdvance first, and gives the new offset.
func (s *Sim) Advance(by time.Duration) (time.Duration, error) {
	if by < 0 {
		return 0, ErrBackwards
	}
	s.advancing.Lock()
	defer s.advancing.Unlock()
	offset := s.Offset() + by
	if s.options.OnAdvance != nil {
		if err := s.options.OnAdvance(offset); err != nil {
			return 0, fmt.Errorf("move the clock: %w", err)
		}
	}
	s.SetOffset(offset)
	return offset, nil
}

// What the agenda holds.
const (
	dueExpiry     = "expire session"
	dueLapse      = "lapse authorisation"
	dueSettlement = "settle charge"
	dueRefund     = "turn refund"
	dueDispute    = "dispute charge"
	dueVerdict    = "decide dispute"
	dueArrival    = "land payout"
)

// entry is something that happens by itself at a moment of the shared clock, unless it no longer applies by then.
type entry struct {
	at      time.Time
	what    string
	account string
	id      string
	soon    bool // it comes within moments, and whoever settles does not wait for it
}

// agenda is a heap of entries, the earliest first.
type agenda []entry

func (g agenda) Len() int           { return len(g) }
func (g agenda) Less(i, j int) bool { return g[i].at.Before(g[j].at) }
func (g agenda) Swap(i, j int)      { g[i], g[j] = g[j], g[i] }
func (g *agenda) Push(e any)        { *g = append(*g, e.(entry)) }
func (g *agenda) Pop() any {
	last := (*g)[len(*g)-1]
	*g = (*g)[:len(*g)-1]
	return last
}

// plan puts an entry on the agenda. The lock is held.
func (s *Sim) plan(e entry) {
	heap.Push(&s.agenda, e)
	if e.soon {
		s.settling++
	}
	wake(s.wakeAgenda)
}

// runDue does everything that is due by now, each at its own moment, in order. The lock is held.
func (s *Sim) runDue(now time.Time) {
	for len(s.agenda) > 0 && !s.agenda[0].at.After(now) {
		s.run(heap.Pop(&s.agenda).(entry))
	}
}

func (s *Sim) run(e entry) {
	a := s.accounts[e.account]
	m := moment{a: a, now: e.at}
	if e.soon {
		s.settling--
	}
	switch e.what {
	case dueExpiry:
		if c := a.Sessions.find(e.id); c.Status == sessionOpen {
			s.expireSession(m, c)
		}
	case dueLapse:
		if p := a.Intents.find(e.id); p.Status == intentCapturable {
			s.lapse(m, p)
		}
	case dueSettlement:
		if c := a.Charges.find(e.id); c.BalanceTransaction == nil {
			s.settleCharge(m, c)
		}
	case dueRefund:
		s.turnRefund(m, a.Refunds.find(e.id))
	case dueDispute:
		s.disputeByCard(m, a.Charges.find(e.id))
	case dueVerdict:
		s.verdict(m, a.Disputes.find(e.id))
	case dueArrival:
		s.land(m, a.Payouts.find(e.id))
	}
}

// settleEarly brings now what comes within moments: a captured charge's settlement, what a test card or evidence is known
// to bring, the arrival of a payout that is not late. The lock is held.
func (s *Sim) settleEarly() {
	if s.settling == 0 {
		return
	}
	now := s.now()
	kept := s.agenda[:0]
	var early []entry
	for _, e := range s.agenda {
		if e.soon {
			early = append(early, e)
		} else {
			kept = append(kept, e)
		}
	}
	s.agenda = kept
	heap.Init(&s.agenda)
	slices.SortStableFunc(early, func(a, b entry) int { return a.at.Compare(b.at) })
	for _, e := range early {
		if e.at.After(now) {
			e.at = now
		}
		s.run(e)
	}
	s.moved()
}

// keepAgenda does what is due as time passes by itself.
func (s *Sim) keepAgenda() {
	for {
		s.mu.Lock()
		if s.flushing > 0 {
			s.settleEarly()
		}
		before := len(s.agenda)
		s.runDue(s.now())
		if len(s.agenda) != before {
			s.moved()
		}
		wait := time.Hour
		if len(s.agenda) > 0 {
			wait = min(wait, s.agenda[0].at.Sub(s.now()))
		}
		s.mu.Unlock()

		timer := time.NewTimer(max(wait, time.Millisecond))
		select {
		case <-timer.C:
		case <-s.wakeAgenda:
			timer.Stop()
		case <-s.done:
			timer.Stop()
			return
		}
	}
}

// Settle brings every captured charge its balance transaction, and whatever else comes within moments (a failing refund's
// failure, a disputing card's dispute, decisive evidence's verdict, the arrival of a payout that is not late), and waits until every delivery is done or given up,
// without waiting for delays, shuffling or backoff. What a receiver does after it has answered is not waited for:
// let it work, then Settle again. It returns the context's error if that comes first.
func (s *Sim) Settle(ctx context.Context) error {
	s.mu.Lock()
	s.flushing++
	s.mu.Unlock()
	defer func() {
		s.mu.Lock()
		s.flushing--
		s.mu.Unlock()
	}()
	for {
		s.mu.Lock()
		s.runDue(s.now())
		s.settleEarly()
		idle := s.flying == 0 && len(s.queue) == 0 && s.settling == 0
		changed := s.changed
		s.mu.Unlock()
		if idle {
			return nil
		}
		wake(s.wakeQueue)
		select {
		case <-changed:
		case <-ctx.Done():
			return fmt.Errorf("wait for deliveries: %w", ctx.Err())
		}
	}
}
