package stripesim

import (
	"fmt"
	"slices"
	"time"
)

// The states of a refund that occur here.
const (
	refundPending   = "pending"
	refundSucceeded = "succeeded"
	refundFailed    = "failed"
)

// refund is a Refund in Stripe's shape.
type refund struct {
	ID                        string            `json:"id"`
	Object                    string            `json:"object"`
	Amount                    int64             `json:"amount"`
	BalanceTransaction        *string           `json:"balance_transaction"`
	Charge                    string            `json:"charge"`
	Created                   int64             `json:"created"`
	Currency                  string            `json:"currency"`
	DestinationDetails        destination       `json:"destination_details"`
	FailureBalanceTransaction *string           `json:"failure_balance_transaction,omitempty"`
	FailureReason             *string           `json:"failure_reason,omitempty"`
	Metadata                  map[string]string `json:"metadata"`
	PaymentIntent             string            `json:"payment_intent"`
	Reason                    *string           `json:"reason"`
	ReceiptNumber             *string           `json:"receipt_number"`
	SourceTransferReversal    *string           `json:"source_transfer_reversal"`
	Status                    string            `json:"status"`
	TransferReversal          *string           `json:"transfer_reversal"`

	Kept refundKept `json:"_kept"`
}

// refundKept is what will come of a refund, and when: a state, or nothing more.
type refundKept struct {
	Next   string `json:"next,omitempty"`
	NextAt int64  `json:"next_at_ns,omitempty"`
}

type (
	destination struct {
		Card destinationCard `json:"card"`
		Type string          `json:"type"`
	}
	destinationCard struct {
		ReferenceStatus string `json:"reference_status"`
		ReferenceType   string `json:"reference_type"`
		Type            string `json:"type"`
	}
)

func (r *refund) id() string { return r.ID }

// refundable says why an amount of a charge can't be given back, or nothing. A zero amount is all that is left.
func (s *Sim) refundable(a *account, c *charge, amount int64) *apiError {
	intent := a.Intents.find(c.PaymentIntent)
	switch {
	case !c.Paid:
		return invalid("charge_not_refundable", "charge", fmt.Sprintf("Charge %s cannot be refunded because it failed.", c.ID))
	case !c.Captured && intent.Status == intentCapturable:
		return invalid("charge_not_refundable", "charge", fmt.Sprintf("Charge %s has not been captured. To let its authorization go, cancel its PaymentIntent (%s) instead.", c.ID, intent.ID))
	case a.chargedBack(c):
		return invalid("charge_disputed", "", fmt.Sprintf("Charge %s has been charged back; cannot issue a refund.", c.ID))
	case c.Refunded || c.unrefunded() == 0:
		return invalid("charge_already_refunded", "", fmt.Sprintf("Charge %s has already been refunded.", c.ID))
	case amount > c.Amount:
		return invalid("", "amount", fmt.Sprintf("Refund amount (%s) is greater than charge amount (%s)", dollars(amount), dollars(c.Amount)))
	case amount > c.unrefunded():
		return invalid("", "amount", fmt.Sprintf("Refund amount (%s) is greater than unrefunded amount on charge (%s)", dollars(amount), dollars(c.unrefunded())))
	}
	return nil
}

// refund gives an amount of a captured charge back, all that is left where the amount is zero. Next is what will come of
// it by itself: failed, succeeded (after pending), or nothing.
func (s *Sim) refund(m moment, c *charge, amount int64, next string, reason *string, metadata map[string]string) (*refund, *apiError) {
	if problem := s.refundable(m.a, c, amount); problem != nil {
		return nil, problem
	}
	if amount == 0 {
		amount = c.unrefunded()
	}
	taken := s.settled(m, c)
	r := &refund{
		ID: s.ids.make("re_3"), Object: "refund", Amount: amount, Charge: c.ID, Created: m.now.Unix(), Currency: c.Currency,
		DestinationDetails: destination{Type: "card", Card: destinationCard{
			ReferenceStatus: "pending", ReferenceType: "acquirer_reference_number", Type: "refund",
		}},
		Metadata: metadata, PaymentIntent: c.PaymentIntent, Reason: reason, Status: refundSucceeded,
	}
	if next == refundSucceeded {
		r.Status = refundPending
	}
	t := s.book(m.a, movement{
		kind: "refund", category: "refund", source: r.ID, amount: -amount, at: r.Created,
		available: max(r.Created, taken.AvailableOn), text: refundText(c),
	})
	r.BalanceTransaction = &t.ID
	before := map[string]any{"amount_refunded": c.AmountRefunded}
	if c.AmountRefunded += amount; c.unrefunded() == 0 {
		c.Refunded, before["refunded"] = true, false
	}
	m.a.Refunds.add(r)
	s.emit(m, "refund.created", r, nil)
	s.emit(m, "charge.refunded", c, before)
	if next != "" {
		at := m.now.Add(s.options.SettleAfter)
		r.Kept = refundKept{Next: next, NextAt: at.UnixNano()}
		s.plan(entry{at: at, what: dueRefund, account: m.a.ID, id: r.ID, soon: true})
	}
	return r, nil
}

// refundText describes a refund's balance transaction.
func refundText(c *charge) *string {
	text := "REFUND FOR CHARGE"
	if c.Description != nil {
		text += " (" + *c.Description + ")"
	}
	return &text
}

// turnRefund brings about what was to come of a refund.
func (s *Sim) turnRefund(m moment, r *refund) {
	next := r.Kept.Next
	r.Kept = refundKept{}
	switch {
	case next == refundFailed && r.Status != refundFailed:
		s.failRefund(m, r)
	case next == refundSucceeded && r.Status == refundPending:
		r.Status = refundSucceeded
		s.emitRefund(m, r, map[string]any{"status": refundPending})
	}
}

// failRefund is the bank's sending a refund back: its money returns to the balance, and the charge counts it no more.
func (s *Sim) failRefund(m moment, r *refund) {
	c := m.a.Charges.find(r.Charge)
	t := s.book(m.a, movement{
		kind: "refund_failure", category: "refund_failure", source: r.ID, amount: r.Amount, at: m.now.Unix(),
		available: max(m.now.Unix(), m.a.Transactions.find(*r.BalanceTransaction).AvailableOn), text: new("REFUND FAILURE FOR CHARGE"),
	})
	before := map[string]any{"status": r.Status}
	r.Status, r.FailureReason, r.FailureBalanceTransaction = refundFailed, new("expired_or_canceled_card"), &t.ID
	r.Kept = refundKept{}
	c.AmountRefunded -= r.Amount
	c.Refunded = false
	s.emitRefund(m, r, before)
}

// emitRefund tells of a refund's change by both of the names that Stripe has for it.
func (s *Sim) emitRefund(m moment, r *refund, before map[string]any) {
	s.emit(m, "charge.refund.updated", r, before)
	s.emit(m, "refund.updated", r, before)
}

// resumeRefund puts what is still to come of a refund back on the agenda.
func (s *Sim) resumeRefund(a *account, r *refund) {
	if r.Kept.Next != "" {
		s.plan(entry{at: time.Unix(0, r.Kept.NextAt).UTC(), what: dueRefund, account: a.ID, id: r.ID, soon: true})
	}
}

// refundsOf gives the refunds of a charge as its property refunds shows them, the newest first.
func (a *account) refundsOf(chargeID string) listing {
	out := listing{Object: "list", URL: "/v1/charges/" + chargeID + "/refunds", Data: []any{}}
	for _, r := range slices.Backward(a.Refunds.list) {
		if r.Charge != chargeID {
			continue
		}
		if len(out.Data) == 10 {
			out.HasMore = true
			break
		}
		out.Data = append(out.Data, r)
	}
	return out
}
