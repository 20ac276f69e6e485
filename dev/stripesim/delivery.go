package stripesim

import (
	"bytes"
	"container/heap"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"time"
)

// The states of a delivery.
const (
	deliveryOwed    = "owed"
	deliveryDone    = "done"
	deliveryGivenUp = "given up"
	deliveryDropped = "dropped"
)

// delivery is one event on its way to one endpoint, through as many attempts as it takes.
type delivery struct {
	ID       string    `json:"id"`
	Event    string    `json:"event"`
	Type     string    `json:"type"`
	Endpoint string    `json:"endpoint"`
	State    string    `json:"state"`
	Again    bool      `json:"again,omitempty"` // the second copy of an event that is delivered twice
	Attempts []attempt `json:"attempts"`
}

// attempt is one try to deliver.
type attempt struct {
	At     time.Time `json:"at"`               // by the shared clock
	Status int       `json:"status,omitempty"` // of the receiver's answer
	Error  string    `json:"error,omitempty"`  // why there was no answer
}

func (d *delivery) id() string { return d.ID }

// defaultBackoff is Stripe's three days, compressed to about eight minutes.
var defaultBackoff = []time.Duration{
	250 * time.Millisecond, 500 * time.Millisecond, time.Second, 2 * time.Second, 4 * time.Second, 8 * time.Second, 15 * time.Second,
	30 * time.Second, time.Minute, time.Minute, time.Minute, time.Minute, time.Minute, time.Minute,
}

// owed is a delivery that waits for its moment, by the real clock.
type owed struct {
	due  time.Time
	rank uint64 // order of making, among equals
	a    *account
	d    *delivery
}

// queue is a heap of owed deliveries, the earliest first.
type queue []owed

func (q queue) Len() int { return len(q) }
func (q queue) Less(i, j int) bool {
	if q[i].due.Equal(q[j].due) {
		return q[i].rank < q[j].rank
	}
	return q[i].due.Before(q[j].due)
}
func (q queue) Swap(i, j int) { q[i], q[j] = q[j], q[i] }
func (q *queue) Push(o any)   { *q = append(*q, o.(owed)) }
func (q *queue) Pop() any {
	last := (*q)[len(*q)-1]
	*q = (*q)[:len(*q)-1]
	return last
}

// owe puts an event on its way to an endpoint, with the faults that were asked for. The lock is held.
func (s *Sim) owe(a *account, e *event, to *endpoint) {
	drop, twice, wait := s.deliveryFault()
	d := &delivery{ID: s.ids.make("dlv_"), Event: e.ID, Type: e.Type, Endpoint: to.ID, State: deliveryOwed, Attempts: []attempt{}}
	a.Deliveries.add(d)
	if drop {
		d.State = deliveryDropped
		return
	}
	s.enqueue(a, d, wait)
	if twice {
		copied := &delivery{ID: s.ids.make("dlv_"), Event: e.ID, Type: e.Type, Endpoint: to.ID, State: deliveryOwed, Again: true, Attempts: []attempt{}}
		a.Deliveries.add(copied)
		s.enqueue(a, copied, wait+time.Duration(s.dice.Int64N(int64(shuffleWindow))))
	}
}

func (s *Sim) enqueue(a *account, d *delivery, wait time.Duration) {
	s.ranks++
	heap.Push(&s.queue, owed{due: time.Now().Add(wait), rank: s.ranks, a: a, d: d})
	wake(s.wakeQueue)
}

// deliver sends what is owed as it falls due, at most Options.Workers at once.
func (s *Sim) deliver() {
	room := make(chan struct{}, s.options.Workers)
	for {
		next, wait := s.nextOwed()
		if next == nil {
			timer := time.NewTimer(wait)
			select {
			case <-timer.C:
			case <-s.wakeQueue:
				timer.Stop()
			case <-s.done:
				timer.Stop()
				return
			}
			continue
		}
		select {
		case room <- struct{}{}:
		case <-s.done:
			return // it stays owed, and goes out after the next start
		}
		s.background.Go(func() {
			defer func() { <-room }()
			s.send(next.a, next.d)
		})
	}
}

// nextOwed takes the delivery that is due, or says how long there is none. While someone settles, the first is always due.
func (s *Sim) nextOwed() (*owed, time.Duration) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.queue) == 0 {
		return nil, time.Hour
	}
	if wait := time.Until(s.queue[0].due); wait > 0 && s.flushing == 0 {
		return nil, wait
	}
	next := heap.Pop(&s.queue).(owed)
	s.flying++
	return &next, 0
}

// send makes one attempt, and puts the delivery back if it fails and is not given up.
func (s *Sim) send(a *account, d *delivery) {
	s.mu.Lock()
	e, to := a.Events.find(d.Event), a.Endpoints.find(d.Endpoint)
	at, url, secret, gone := s.now(), to.URL, to.Kept.Secret, to.Kept.Deleted
	payload, err := json.Marshal(e)
	s.mu.Unlock()
	if err != nil {
		panic(err) // an event of ours is plain data
	}
	result := attempt{At: at}
	if gone {
		result.Error = "the endpoint was deleted"
	} else {
		result.Status, err = s.post(url, secret, at, pretty(payload))
		if err != nil {
			result.Error = err.Error()
		}
	}

	s.mu.Lock()
	defer s.mu.Unlock()
	s.flying--
	d.Attempts = append(d.Attempts, result)
	switch {
	case result.Status >= 200 && result.Status < 300:
		d.State = deliveryDone
		if !d.Again {
			e.PendingWebhooks--
		}
	case gone || len(d.Attempts) > len(s.options.Backoff):
		d.State = deliveryGivenUp
		s.log.Warn("a delivery was given up", "event", d.Event, "type", d.Type, "url", url, "status", result.Status, "error", result.Error)
	default:
		wait := s.options.Backoff[len(d.Attempts)-1]
		if s.flushing > 0 {
			wait = min(wait, 20*time.Millisecond)
			time.AfterFunc(wait, func() { s.requeue(a, d) })
			s.flying++ // it is still on its way for those who wait
			s.moved()
			return
		}
		s.enqueue(a, d, wait)
	}
	s.moved()
}

// requeue puts a failed delivery back after the short wait that there is while someone settles.
func (s *Sim) requeue(a *account, d *delivery) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.flying--
	s.enqueue(a, d, 0)
	s.stirred()
}

// post sends a signed payload and gives the status of the answer.
func (s *Sim) post(url, secret string, at time.Time, payload []byte) (int, error) {
	r, err := http.NewRequest(http.MethodPost, url, bytes.NewReader(payload))
	if err != nil {
		return 0, err
	}
	r.Header.Set("Content-Type", "application/json; charset=utf-8")
	r.Header.Set("User-Agent", "Stripe/1.0 (+https://stripe.com/docs/webhooks)")
	r.Header.Set("Stripe-Signature", Sign(secret, at, payload))
	answer, err := s.client.Do(r)
	if err != nil {
		return 0, err
	}
	defer answer.Body.Close()
	io.Copy(io.Discard, io.LimitReader(answer.Body, 64<<10))
	return answer.StatusCode, nil
}

// Sign gives the Stripe-Signature header of a payload at a moment: t=...,v1=....
func Sign(secret string, at time.Time, payload []byte) string {
	mac := hmac.New(sha256.New, []byte(secret))
	fmt.Fprintf(mac, "%d.", at.Unix())
	mac.Write(payload)
	return fmt.Sprintf("t=%d,v1=%s", at.Unix(), hex.EncodeToString(mac.Sum(nil)))
}
