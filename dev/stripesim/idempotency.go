package stripesim

import (
	"encoding/json"
	"fmt"
	"time"
)

// reply is what was answered under an idempotency key.
type reply struct {
	Sum    string          `json:"sum"` // of the request
	Path   string          `json:"path"`
	Status int             `json:"status"` // 0 while the request is at work
	Body   json.RawMessage `json:"body,omitempty"`
	At     int64           `json:"at"`
	ID     string          `json:"request"`
}

// keyLife is how long an idempotency key is remembered, by the shared clock.
const keyLife = 24 * time.Hour

// claim takes an idempotency key for a request, or gives the reply that is stored under it.
func (s *Sim) claim(c *call) (*reply, *apiError) {
	s.mu.Lock()
	defer s.mu.Unlock()
	now := s.now()
	stored := c.a.Replies[c.key]
	if stored == nil || now.Sub(time.Unix(stored.At, 0)) > keyLife {
		c.a.Replies[c.key] = &reply{Sum: c.sum, Path: c.r.URL.Path, At: now.Unix(), ID: c.request}
		return nil, nil
	}
	refusal := &apiError{Status: 400, Type: "idempotency_error"}
	switch {
	case stored.Path != c.r.URL.Path:
		refusal.Message = fmt.Sprintf("Keys for idempotent requests can only be used for the same endpoint they were first used for ('%s'). Try using a key other than '%s' if you meant to execute a different request.", stored.Path, c.key)
	case stored.Sum != c.sum:
		refusal.Message = fmt.Sprintf("Keys for idempotent requests can only be used with the same parameters they were first used with. Try using a key other than '%s' if you meant to execute a different request.", c.key)
	case stored.Status == 0:
		refusal.Status, refusal.Code = 409, "idempotency_key_in_use"
		refusal.Message = fmt.Sprintf("There is currently another in-progress request using this Idempotent Key (that probably means you submitted twice, and the other request is still going through): %s. Please try again later.", c.key)
	default:
		return stored, nil
	}
	return nil, refusal
}

// forsake gives a key back where no reply was stored under it: the work never began.
func (s *Sim) forsake(c *call) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if stored := c.a.Replies[c.key]; stored != nil && stored.Status == 0 && stored.ID == c.request {
		delete(c.a.Replies, c.key)
	}
}

// forget drops the keys that are past their life. The lock is held.
func (a *account) forget(now time.Time) {
	for key, stored := range a.Replies {
		if now.Sub(time.Unix(stored.At, 0)) > keyLife {
			delete(a.Replies, key)
		}
	}
}
