package stripesim

import (
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"
)

// doors are the controls by which people and tests bring about what a merchant's own calls can't, or what somebody does on
// Stripe's dashboard: their events carry no request and no idempotency key.
var doors = []string{"/_sim/advance", "/_sim/faults", "/_sim/refund", "/_sim/dispute", "/_sim/payout", "/_sim/history"}

// RefundOrder is a refund as it is made on Stripe's dashboard, or what becomes of one that was made.
type RefundOrder struct {
	Charge        string `json:"charge"`         // ch_..., or
	PaymentIntent string `json:"payment_intent"` // pi_..., whose charge it is
	Amount        int64  `json:"amount"`         // cents; zero is all that is left
	Refund        string `json:"refund"`         // re_..., one that was made; only with Fail
	Fail          bool   `json:"fail"`           // a new refund succeeds and then fails within moments; one that was made fails now
}

// DisputeOrder is what a bank does about a charge, or about a dispute that it opened before.
type DisputeOrder struct {
	Charge        string `json:"charge"`         // ch_..., or
	PaymentIntent string `json:"payment_intent"` // pi_..., whose charge it is
	Amount        int64  `json:"amount"`         // cents; zero is all that was not refunded
	Reason        string `json:"reason"`         // Stripe's word; empty is fraudulent
	Inquiry       bool   `json:"inquiry"`        // the bank only asks; no money moves
	Dispute       string `json:"dispute"`        // dp_..., one that was opened; only with Outcome
	Outcome       string `json:"outcome"`        // won, lost, escalated (an inquiry becomes a chargeback); empty leaves it open
	FeeBack       bool   `json:"fee_back"`       // of one that is won: Stripe gives its fee back with the money
	Returned      int64  `json:"returned"`       // of one that is lost: the part that was refunded before, in cents, which the bank gives back
}

// PayoutOrder is a payout, or what becomes of one that was made.
type PayoutOrder struct {
	Account  string `json:"account"`   // acct_...; may be empty where there is but one account
	Amount   int64  `json:"amount"`    // cents; zero is the whole available balance
	Manual   bool   `json:"manual"`    // of any sum, and not to be reconciled
	DaysLate int    `json:"days_late"` // it arrives so many days of the shared clock later; zero is within moments
	Payout   string `json:"payout"`    // po_..., one that was made; only with Fail
	Fail     bool   `json:"fail"`      // a new payout fails instead of arriving; one that was made, arrived or not, fails now
}

// Refund gives money back as somebody on Stripe's dashboard does, or fails a refund; it gives the refund's id (re_...).
// The error is what Stripe would say.
func (s *Sim) Refund(o RefundOrder) (id string, err error) { return order(s, (*Sim).orderRefund, o) }

// Dispute opens a dispute about a charge, or ends one; it gives the dispute's id (dp_...).
func (s *Sim) Dispute(o DisputeOrder) (id string, err error) { return order(s, (*Sim).orderDispute, o) }

// Payout pays the available balance out, or fails a payout; it gives the payout's id (po_...).
func (s *Sim) Payout(o PayoutOrder) (id string, err error) { return order(s, (*Sim).orderPayout, o) }

// orderer carries an order out, under the lock, and gives the object that it was about, with its account.
type orderer[O any] func(*Sim, O) (*account, object, *apiError)

func order[O any](s *Sim, carry orderer[O], o O) (string, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.runDue(s.now())
	_, made, problem := carry(s, o)
	if problem != nil {
		return "", errors.New(problem.Message)
	}
	s.moved()
	return made.id(), nil
}

// door makes a control of an order: the object is answered as the API shows it, a refusal as {"error": text}.
func door[O any](s *Sim, carry orderer[O]) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		var o O
		if !readJSON(w, r, &o, small) {
			return
		}
		s.mu.Lock()
		s.runDue(s.now())
		_, made, problem := carry(s, o)
		var shown tree
		if problem == nil {
			shown = s.plain(made)
			s.moved()
		}
		s.mu.Unlock()
		if problem != nil {
			answerJSON(w, problem.Status, map[string]string{"error": problem.Message})
			return
		}
		answerJSON(w, http.StatusOK, shown)
	}
}

func (s *Sim) orderRefund(o RefundOrder) (*account, object, *apiError) {
	if o.Refund != "" {
		a, r := holder(s, o.Refund, func(a *account) *shelf[*refund] { return &a.Refunds })
		switch {
		case a == nil:
			return nil, nil, missing("refund", "refund", o.Refund)
		case o != RefundOrder{Refund: o.Refund, Fail: true}:
			return nil, nil, invalid("", "refund", "A refund that was made can only fail: {\"refund\": ..., \"fail\": true}.")
		case r.Status == refundFailed:
			return nil, nil, invalid("", "refund", fmt.Sprintf("Refund %s has failed already.", r.ID))
		}
		s.failRefund(moment{a: a, now: s.now()}, r)
		return a, r, nil
	}
	a, c, problem := s.chargeOf(o.Charge, o.PaymentIntent)
	if problem != nil {
		return nil, nil, problem
	}
	if o.Amount < 0 {
		return nil, nil, invalid("parameter_invalid_integer", "amount", fmt.Sprintf("Invalid integer: %d: a refund is of 1 cent or more.", o.Amount))
	}
	next := testCards[a.Methods.find(c.PaymentMethod).Kept.Number].Refunds
	if o.Fail {
		next = refundFailed
	}
	r, problem := s.refund(moment{a: a, now: s.now()}, c, o.Amount, next, nil, map[string]string{})
	return a, r, problem
}

func (s *Sim) orderDispute(o DisputeOrder) (*account, object, *apiError) {
	switch o.Outcome {
	case "", disputeWon, disputeLost, disputeRaised:
	default:
		return nil, nil, invalid("", "outcome", "The outcome of a dispute is won, lost or escalated; an empty one leaves it open.")
	}
	if o.Dispute != "" {
		a, d := holder(s, o.Dispute, func(a *account) *shelf[*dispute] { return &a.Disputes })
		switch {
		case a == nil:
			return nil, nil, missing("dispute", "dispute", o.Dispute)
		case o.Outcome == "" || o != DisputeOrder{Dispute: o.Dispute, Outcome: o.Outcome, FeeBack: o.FeeBack, Returned: o.Returned}:
			return nil, nil, invalid("", "dispute", "A dispute that was opened can only end, or escalate: {\"dispute\": ..., \"outcome\": ...}.")
		}
		if problem := d.returnable(o); problem != nil {
			return nil, nil, problem
		}
		d.Kept.FeeBack, d.Kept.Returned = o.FeeBack, o.Returned
		return a, d, s.decide(moment{a: a, now: s.now()}, d, o.Outcome)
	}
	if o.Reason == "" {
		o.Reason = "fraudulent"
	}
	switch {
	case reasonCodes[o.Reason] == "":
		return nil, nil, invalid("", "reason", "A card's bank does not dispute for the reason "+o.Reason+".")
	case o.Outcome == disputeRaised && !o.Inquiry:
		return nil, nil, invalid("", "outcome", "Only an inquiry can escalate.")
	}
	a, c, problem := s.chargeOf(o.Charge, o.PaymentIntent)
	if problem != nil {
		return nil, nil, problem
	}
	m := moment{a: a, now: s.now()}
	d, problem := s.dispute(m, c, o.Amount, o.Reason, o.Inquiry)
	if problem == nil && o.Outcome != "" {
		d.Kept.FeeBack = o.FeeBack
		problem = s.decide(m, d, o.Outcome)
	}
	return a, d, problem
}

func (s *Sim) orderPayout(o PayoutOrder) (*account, object, *apiError) {
	if o.Payout != "" {
		a, p := holder(s, o.Payout, func(a *account) *shelf[*payout] { return &a.Payouts })
		switch {
		case a == nil:
			return nil, nil, missing("payout", "payout", o.Payout)
		case o != PayoutOrder{Payout: o.Payout, Fail: true}:
			return nil, nil, invalid("", "payout", "A payout that was made can only fail: {\"payout\": ..., \"fail\": true}.")
		case p.Status == payoutFailed:
			return nil, nil, invalid("", "payout", fmt.Sprintf("Payout %s has failed already.", p.ID))
		}
		m := moment{a: a, now: s.now()}
		if p.Kept.Fails = true; p.Status == payoutTransit {
			s.land(m, p)
		} else {
			s.failPayout(m, p)
		}
		return a, p, nil
	}
	if o.DaysLate < 0 || o.DaysLate > 365 {
		return nil, nil, invalid("", "days_late", fmt.Sprintf("A payout is between 0 and 365 days late, not %d.", o.DaysLate))
	}
	a, problem := s.named(o.Account)
	if problem != nil {
		return nil, nil, problem
	}
	p, problem := s.payout(moment{a: a, now: s.now()}, o.Amount, o.Manual, o.Fail, time.Duration(o.DaysLate)*24*time.Hour)
	return a, p, problem
}

// named gives the account of an id, which may be empty where there is but one. The lock is held.
func (s *Sim) named(id string) (*account, *apiError) {
	if id == "" && len(s.accounts) == 1 {
		return s.sorted()[0], nil
	}
	if a := s.accounts[id]; a != nil {
		return a, nil
	}
	return nil, invalid("", "account", "Name the account: "+strings.Join(s.accountIDs(), ", ")+".")
}

// chargeOf finds the charge that an order is about, in whatever account it is. The lock is held.
func (s *Sim) chargeOf(chargeID, intentID string) (*account, *charge, *apiError) {
	var refusal *apiError
	for _, a := range s.sorted() {
		c, problem := chargeToReturn(a, chargeID, intentID)
		if problem == nil {
			return a, c, nil
		}
		if refusal == nil || problem.Code != "resource_missing" {
			refusal = problem
		}
	}
	if refusal == nil {
		refusal = missing("charge", "charge", chargeID+intentID)
	}
	return nil, nil, refusal
}

// holder finds an object by its id, in whatever account it is, or gives nil. The lock is held.
func holder[T object](s *Sim, id string, where func(*account) *shelf[T]) (*account, T) {
	for _, a := range s.accounts {
		if kept := where(a); kept.has(id) {
			return a, kept.find(id)
		}
	}
	var none T
	return nil, none
}

func (s *Sim) accountIDs() []string {
	var out []string
	for _, a := range s.sorted() {
		out = append(out, a.ID)
	}
	return out
}
