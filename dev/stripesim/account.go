package stripesim

import (
	"encoding/json"
	"net/url"
	"time"
)

// object is anything with an id of Stripe's.
type object interface{ id() string }

// shelf keeps objects in the order in which they were made, and finds them by id.
type shelf[T object] struct {
	list  []T
	place map[string]int
}

func (s *shelf[T]) add(o T) {
	if s.place == nil {
		s.place = map[string]int{}
	}
	s.place[o.id()] = len(s.list)
	s.list = append(s.list, o)
}

// find gives the object, or the zero T (a nil pointer) where there is none.
func (s *shelf[T]) find(id string) (none T) {
	if i, ok := s.place[id]; ok {
		return s.list[i]
	}
	return none
}

func (s *shelf[T]) has(id string) bool {
	_, there := s.place[id]
	return there
}

func (s shelf[T]) MarshalJSON() ([]byte, error) {
	list := make([]T, 0, len(s.list))
	for _, o := range s.list {
		if past, ok := any(o).(sparse); !ok || !past.recalled() {
			list = append(list, o)
		}
	}
	return json.Marshal(list)
}

func (s *shelf[T]) UnmarshalJSON(b []byte) error {
	var list []T
	if err := json.Unmarshal(b, &list); err != nil {
		return err
	}
	*s = shelf[T]{}
	for _, o := range list {
		s.add(o)
	}
	return nil
}

// account is everything that belongs to one secret key.
type account struct {
	ID           string                     `json:"id"`
	Merchant     string                     `json:"merchant"`
	Sessions     shelf[*session]            `json:"checkout_sessions"`
	Intents      shelf[*paymentIntent]      `json:"payment_intents"`
	Methods      shelf[*paymentMethod]      `json:"payment_methods"`
	Charges      shelf[*charge]             `json:"charges"`
	Refunds      shelf[*refund]             `json:"refunds"`
	Disputes     shelf[*dispute]            `json:"disputes"`
	Payouts      shelf[*payout]             `json:"payouts"`
	Transactions shelf[*balanceTransaction] `json:"balance_transactions"`
	Events       shelf[*event]              `json:"events"`
	Endpoints    shelf[*endpoint]           `json:"webhook_endpoints"`
	Deliveries   shelf[*delivery]           `json:"deliveries"`
	Replies      map[string]*reply          `json:"idempotent_replies"`
	Past         []Past                     `json:"past,omitempty"` // what was imported, from which its objects are made anew
}

// moment is one act in an account: when it happens, and which request caused it (none for what happens by itself).
type moment struct {
	a       *account
	now     time.Time
	request string
	key     string
}

// account gives the account of a secret key, and opens it at the first use. The lock is held.
func (s *Sim) account(key string) *account {
	id := "acct_1" + scramble("account "+key, 15)
	a := s.accounts[id]
	if a == nil {
		a = &account{ID: id, Merchant: "Test merchant", Replies: map[string]*reply{}}
		s.accounts[id] = a
	}
	if name := s.options.Merchants[key]; name != "" {
		a.Merchant = name
	}
	return a
}

// sessionOf finds a Checkout Session in whatever account it is. The lock is held.
func (s *Sim) sessionOf(id string) (*account, *session) {
	for _, a := range s.accounts {
		if c := a.Sessions.find(id); c != nil {
			return a, c
		}
	}
	return nil, nil
}

// AccountID gives the id (acct_...) under which the objects of a secret key are kept and shown.
func (s *Sim) AccountID(secretKey string) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.account(secretKey).ID
}

// absolute says whether a text is an http or https address with a host.
func absolute(text string) bool {
	u, err := url.Parse(text)
	return err == nil && (u.Scheme == "http" || u.Scheme == "https") && u.Host != ""
}
