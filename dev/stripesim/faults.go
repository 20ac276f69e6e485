package stripesim

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"time"
)

// Faults say how badly the simulator delivers and answers. The zero Faults deliver each event once, soon and in order
// of their making, though several at a time.
type Faults struct {
	Duplicate  float64 `json:"duplicate"`    // share of events that are delivered twice
	Shuffle    bool    `json:"shuffle"`      // deliveries wait a drawn time, so that they overtake one another
	DelayMS    int     `json:"delay_ms"`     // every delivery waits at least this long
	Drop       float64 `json:"drop"`         // share of events that are never delivered; only GET /v1/events knows them
	FailAPI    float64 `json:"fail_api"`     // share of API calls that answer 500, half before the work, half after it
	APIDelayMS int     `json:"api_delay_ms"` // every API call waits this long before it does its work
	Seed       uint64  `json:"seed"`         // the same seed draws the same faults; zero goes on drawing
}

// shuffleWindow is within what time shuffled deliveries overtake one another.
const shuffleWindow = 400 * time.Millisecond

func (f Faults) check() error {
	var wrong []error
	for name, p := range map[string]float64{"duplicate": f.Duplicate, "drop": f.Drop, "fail_api": f.FailAPI} {
		if p < 0 || p > 1 {
			wrong = append(wrong, fmt.Errorf("%s is a share between 0 and 1, not %v", name, p))
		}
	}
	for name, n := range map[string]int{"delay_ms": f.DelayMS, "api_delay_ms": f.APIDelayMS} {
		if n < 0 || n > 600_000 {
			wrong = append(wrong, fmt.Errorf("%s is between 0 and 600000, not %d", name, n))
		}
	}
	return errors.Join(wrong...)
}

// SetFaults replaces the faults; the error names every value that can't be.
func (s *Sim) SetFaults(f Faults) error {
	if err := f.check(); err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.faults = f
	if f.Seed != 0 {
		s.dice = rand.New(rand.NewPCG(f.Seed, 0))
	}
	s.moved()
	return nil
}

// apiFault draws how one API call fails.
func (s *Sim) apiFault() (before, after bool, wait time.Duration) {
	s.mu.Lock()
	defer s.mu.Unlock()
	wait = time.Duration(s.faults.APIDelayMS) * time.Millisecond
	if s.faults.FailAPI > 0 && s.dice.Float64() < s.faults.FailAPI {
		before = s.dice.IntN(2) == 0
		after = !before
	}
	return before, after, wait
}

// deliveryFault draws how one delivery goes wrong. The lock is held.
func (s *Sim) deliveryFault() (drop, twice bool, wait time.Duration) {
	wait = time.Duration(s.faults.DelayMS) * time.Millisecond
	drop = s.faults.Drop > 0 && s.dice.Float64() < s.faults.Drop
	twice = s.faults.Duplicate > 0 && s.dice.Float64() < s.faults.Duplicate
	if s.faults.Shuffle {
		wait += time.Duration(s.dice.Int64N(int64(shuffleWindow)))
	}
	return drop, twice, wait
}
