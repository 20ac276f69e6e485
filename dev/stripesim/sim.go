// Package stripesim stands in for Stripe in the sandbox and in tests: a server that speaks Stripe's API at version
// 2024-06-20, hosts the Checkout page, keeps its objects, moves cards' money as Stripe does, and delivers signed events,
// as badly as it is asked to. It never ships.
//
// Every secret key (sk_test_...) is an account of its own with its own objects and webhook endpoints.
// All state lies behind one lock; a request is one moment under that lock. Deliveries run in the background.
package stripesim

import (
	"fmt"
	"io"
	"log/slog"
	"math/rand/v2"
	"net/http"
	"sync"
	"time"
)

// APIVersion is the version of Stripe's API that the simulator speaks, on requests and in events.
const APIVersion = "2024-06-20"

// Options say how a simulator starts; the zero Options are good for a test.
type Options struct {
	Seed        uint64                           // the same Seed gives the same ids and the same faults; zero draws one
	StatePath   string                           // a JSON file that keeps the state between starts; empty keeps nothing
	URL         string                           // where people reach the Checkout page; empty takes the host of the request that makes the session
	Merchants   map[string]string                // secret key → the name that the Checkout page shows
	OnAdvance   func(offset time.Duration) error // told of the clock's new offset before the simulator's own clock moves; an error stops the move
	SettleAfter time.Duration                    // from capture to the balance transaction and charge.updated; zero is 300 ms, by the shared clock
	Backoff     []time.Duration                  // waits before the second, third, ... delivery of an event, by the real clock; then it is given up
	Workers     int                              // deliveries at once; zero is 8
	Log         *slog.Logger                     // nil is silent
}

// Sim is one simulated Stripe. Make it with New and end it with Close.
type Sim struct {
	options Options
	log     *slog.Logger
	routes  http.Handler
	client  *http.Client
	started time.Time

	advancing sync.Mutex // held while the clock is moved, hook and all

	mu       sync.Mutex // guards everything below
	offset   time.Duration
	ids      ids
	dice     *rand.Rand
	faults   Faults
	accounts map[string]*account
	agenda   agenda
	settling int // entries of the agenda that come soon
	queue    queue
	flying   int           // deliveries on their way
	ranks    uint64        // deliveries queued so far
	flushing int           // callers of Settle who wait
	changed  chan struct{} // closed and replaced whenever something moved
	edits    uint64        // counts changes of the state, so that the keeper knows when to save

	wakeAgenda, wakeQueue chan struct{}
	done                  chan struct{}
	closing               sync.Once
	background            sync.WaitGroup
}

// New starts a simulator, with the state of Options.StatePath if that file is there.
func New(o Options) (*Sim, error) {
	if o.SettleAfter == 0 {
		o.SettleAfter = 300 * time.Millisecond
	}
	if o.Backoff == nil {
		o.Backoff = defaultBackoff
	}
	if o.Workers == 0 {
		o.Workers = 8
	}
	if o.Log == nil {
		o.Log = slog.New(slog.NewTextHandler(io.Discard, nil))
	}
	seed := o.Seed
	if seed == 0 {
		seed = rand.Uint64()
	}
	s := &Sim{
		options:    o,
		log:        o.Log,
		started:    time.Now(),
		ids:        ids{Seed: seed},
		dice:       rand.New(rand.NewPCG(seed, 0)),
		accounts:   map[string]*account{},
		changed:    make(chan struct{}),
		wakeAgenda: make(chan struct{}, 1),
		wakeQueue:  make(chan struct{}, 1),
		done:       make(chan struct{}),
		client: &http.Client{
			Timeout:       30 * time.Second,
			Transport:     &http.Transport{MaxIdleConnsPerHost: o.Workers},
			CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		},
	}
	if err := s.load(); err != nil {
		return nil, fmt.Errorf("start the Stripe simulator: %w", err)
	}
	s.routes = s.router()
	for _, run := range []func(){s.keepAgenda, s.deliver, s.keepState} {
		s.background.Go(run)
	}
	return s, nil
}

// Close stops deliveries and the clock's work, waits for them, and saves the state if a path was given.
func (s *Sim) Close() error {
	s.closing.Do(func() { close(s.done) })
	s.background.Wait()
	s.client.CloseIdleConnections()
	return s.save()
}

// ServeHTTP answers the API under /v1, the Checkout page under /c/pay, the controls under /_sim and the index at /.
func (s *Sim) ServeHTTP(w http.ResponseWriter, r *http.Request) { s.routes.ServeHTTP(w, r) }

// Handler is the simulator as an http.Handler.
func (s *Sim) Handler() http.Handler { return s }

// moved tells waiters and the keeper that the state changed. The lock is held.
func (s *Sim) moved() {
	s.edits++
	s.stirred()
}

// stirred tells waiters to look again. The lock is held.
func (s *Sim) stirred() {
	close(s.changed)
	s.changed = make(chan struct{})
}

func wake(c chan struct{}) {
	select {
	case c <- struct{}{}:
	default:
	}
}
