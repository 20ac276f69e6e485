package stripesim

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"time"
)

// kept is the file of Options.StatePath.
type kept struct {
	Format   int                 `json:"format"` // 1
	IDs      ids                 `json:"ids"`
	Offset   time.Duration       `json:"offset_ns"`
	Faults   Faults              `json:"faults"`
	Accounts map[string]*account `json:"accounts"`
}

// load reads the state of an earlier start and puts back on the agenda and in the queue what was open then.
func (s *Sim) load() error {
	if s.options.StatePath == "" {
		return nil
	}
	body, err := os.ReadFile(s.options.StatePath)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	var k kept
	if err := json.Unmarshal(body, &k); err != nil {
		return fmt.Errorf("read %s: %w", s.options.StatePath, err)
	}
	if k.Format != 1 {
		return fmt.Errorf("read %s: format %d is not known", s.options.StatePath, k.Format)
	}
	s.ids, s.offset, s.faults = k.IDs, k.Offset, k.Faults
	s.dice = rand.New(rand.NewPCG(k.IDs.Seed, k.IDs.Next))
	if k.Accounts != nil {
		s.accounts = k.Accounts
	}
	for _, a := range s.accounts {
		a.recall()
	}
	for _, a := range s.sorted() {
		s.resume(a)
	}
	return nil
}

func (s *Sim) resume(a *account) {
	if a.Replies == nil {
		a.Replies = map[string]*reply{}
	}
	for key, r := range a.Replies {
		if r.Status == 0 { // it was at work when the last state was saved, and was not finished
			delete(a.Replies, key)
		}
	}
	for _, c := range a.Sessions.list {
		if c.Status == sessionOpen {
			s.plan(entry{at: c.expiry(), what: dueExpiry, account: a.ID, id: c.ID})
		}
	}
	for _, p := range a.Intents.list {
		if p.Status == intentCapturable {
			until := a.Charges.find(value(p.LatestCharge)).PaymentMethodDetails.Card.CaptureBefore
			s.plan(entry{at: time.Unix(until, 0).UTC(), what: dueLapse, account: a.ID, id: p.ID})
		}
	}
	for _, c := range a.Charges.list {
		if c.Captured && c.BalanceTransaction == nil {
			s.plan(entry{at: time.Unix(c.Kept.CapturedAt, 0).UTC().Add(s.options.SettleAfter), what: dueSettlement, account: a.ID, id: c.ID, soon: true})
		}
		s.planDispute(a, c)
	}
	for _, r := range a.Refunds.list {
		s.resumeRefund(a, r)
	}
	for _, d := range a.Disputes.list {
		s.resumeDispute(a, d)
	}
	for _, p := range a.Payouts.list {
		s.resumePayout(a, p)
	}
	for _, d := range a.Deliveries.list {
		if d.State == deliveryOwed {
			s.enqueue(a, d, 0)
		}
	}
}

// save writes the state to a new file and puts it in the place of the old one.
func (s *Sim) save() error {
	if s.options.StatePath == "" {
		return nil
	}
	s.mu.Lock()
	now := s.now()
	for _, a := range s.accounts {
		a.forget(now)
	}
	body, err := json.Marshal(kept{Format: 1, IDs: s.ids, Offset: s.offset, Faults: s.faults, Accounts: s.accounts})
	s.mu.Unlock()
	if err != nil {
		return fmt.Errorf("save the Stripe simulator's state: %w", err)
	}
	fresh := s.options.StatePath + ".new"
	if err := os.MkdirAll(filepath.Dir(fresh), 0o700); err != nil {
		return fmt.Errorf("save the Stripe simulator's state: %w", err)
	}
	if err := os.WriteFile(fresh, body, 0o600); err != nil {
		return fmt.Errorf("save the Stripe simulator's state: %w", err)
	}
	if err := os.Rename(fresh, s.options.StatePath); err != nil {
		return fmt.Errorf("save the Stripe simulator's state: %w", err)
	}
	return nil
}

// keepState saves after changes, soon, but never for more than a tenth of the time.
func (s *Sim) keepState() {
	if s.options.StatePath == "" {
		return
	}
	pause, saved := time.Second, uint64(0)
	for {
		select {
		case <-time.After(pause):
		case <-s.done:
			return
		}
		s.mu.Lock()
		edits := s.edits
		s.mu.Unlock()
		if edits == saved {
			continue
		}
		start := time.Now()
		if err := s.save(); err != nil {
			s.log.Error("the simulator's state is not saved", "error", err)
		}
		saved = edits
		pause = max(time.Second, 10*time.Since(start))
	}
}
