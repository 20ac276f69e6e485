package stripesim

import (
	"encoding/json"
	"strings"
)

// event is an Event in Stripe's shape: what an object was when something happened to it.
type event struct {
	ID              string        `json:"id"`
	Object          string        `json:"object"`
	APIVersion      string        `json:"api_version"`
	Created         int64         `json:"created"`
	Data            eventData     `json:"data"`
	Livemode        bool          `json:"livemode"`
	PendingWebhooks int           `json:"pending_webhooks"`
	Request         *eventRequest `json:"request"`
	Type            string        `json:"type"`
}

type eventData struct {
	Object             json.RawMessage `json:"object"`
	PreviousAttributes map[string]any  `json:"previous_attributes,omitempty"`
}

type eventRequest struct {
	ID             *string `json:"id"`
	IdempotencyKey *string `json:"idempotency_key"`
}

func (e *event) id() string { return e.ID }

// is says whether the event is of a type, which may end in a star.
func (e *event) is(wanted string) bool {
	if start, star := strings.CutSuffix(wanted, "*"); star {
		return strings.HasPrefix(e.Type, start)
	}
	return e.Type == wanted
}

// endpoint is a webhook endpoint in Stripe's shape.
type endpoint struct {
	ID            string            `json:"id"`
	Object        string            `json:"object"`
	APIVersion    *string           `json:"api_version"`
	Application   *string           `json:"application"`
	Created       int64             `json:"created"`
	Description   *string           `json:"description"`
	EnabledEvents []string          `json:"enabled_events"`
	Livemode      bool              `json:"livemode"`
	Metadata      map[string]string `json:"metadata"`
	Secret        string            `json:"secret,omitempty"` // only in the answer that made it
	Status        string            `json:"status"`
	URL           string            `json:"url"`

	Kept endpointKept `json:"_kept"`
}

// endpointKept is what Stripe does not show again: the signing secret, and that an endpoint was deleted.
type endpointKept struct {
	Secret  string `json:"secret"`
	Deleted bool   `json:"deleted,omitempty"`
}

func (e *endpoint) id() string { return e.ID }

// AddEndpoint has the events of a secret key's account delivered to a URL, signed with a secret, and gives the
// endpoint's id. An endpoint with the same secret or the same URL is the same endpoint, which may have moved:
// deliveries that were still owed to it go to the new URL.
func (s *Sim) AddEndpoint(secretKey, url, secret string) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	a := s.account(secretKey)
	s.moved()
	for _, e := range a.Endpoints.list {
		if e.Kept.Secret == secret || e.URL == url {
			e.URL, e.Kept = url, endpointKept{Secret: secret}
			return e.ID
		}
	}
	version := APIVersion
	e := &endpoint{
		ID: s.ids.make("we_1"), Object: "webhook_endpoint", APIVersion: &version, Created: s.now().Unix(), EnabledEvents: []string{"*"},
		Metadata: map[string]string{}, Status: "enabled", URL: url, Kept: endpointKept{Secret: secret},
	}
	a.Endpoints.add(e)
	return e.ID
}

// emit records an event about an object as it stands now, and owes it to every endpoint that wants it. The lock is held.
func (s *Sim) emit(m moment, kind string, about object, previous map[string]any) {
	snapshot, err := json.Marshal(s.plain(about))
	if err != nil {
		panic(err) // our own types hold nothing that JSON can't
	}
	prefix := "evt_1"
	if strings.HasPrefix(kind, "charge.") || strings.HasPrefix(kind, "payment_intent.") {
		prefix = "evt_3"
	}
	e := &event{
		ID: s.ids.make(prefix), Object: "event", APIVersion: APIVersion, Created: m.now.Unix(), Type: kind,
		Data: eventData{Object: snapshot, PreviousAttributes: previous}, Request: &eventRequest{},
	}
	if m.request != "" {
		e.Request.ID = &m.request
	}
	if m.key != "" {
		e.Request.IdempotencyKey = &m.key
	}
	m.a.Events.add(e)
	for _, to := range m.a.Endpoints.list {
		if !to.Kept.Deleted && to.wants(e) {
			e.PendingWebhooks++
			s.owe(m.a, e, to)
		}
	}
}

func (e *endpoint) wants(what *event) bool {
	for _, kind := range e.EnabledEvents {
		if what.is(kind) {
			return true
		}
	}
	return false
}
