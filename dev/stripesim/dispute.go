package stripesim

import (
	"fmt"
	"slices"
	"time"
)

// The states of a dispute. Those of an inquiry, in which a bank only asks and moves no money, begin with warning.
const (
	disputeOpen    = "needs_response"
	disputeRead    = "under_review"
	disputeWon     = "won"
	disputeLost    = "lost"
	inquiryOpen    = "warning_needs_response"
	inquiryRead    = "warning_under_review"
	inquiryClosed  = "warning_closed"
	disputeRaised  = "escalated" // no state of Stripe's, but an outcome: the inquiry becomes a chargeback
	chargebackCase = "chargeback"
	inquiryCase    = "inquiry"
)

// timeToRespond is how long a merchant has to answer a dispute, to the end of that day.
const timeToRespond = 9 * 24 * time.Hour

// dispute is a Dispute in Stripe's shape.
type dispute struct {
	ID                   string                `json:"id"`
	Object               string                `json:"object"`
	Amount               int64                 `json:"amount"`
	BalanceTransactions  []*balanceTransaction `json:"balance_transactions"`
	Charge               string                `json:"charge"`
	Created              int64                 `json:"created"`
	Currency             string                `json:"currency"`
	Evidence             map[string]*string    `json:"evidence"`
	EvidenceDetails      evidenceDetails       `json:"evidence_details"`
	IsChargeRefundable   bool                  `json:"is_charge_refundable"`
	Livemode             bool                  `json:"livemode"`
	Metadata             map[string]string     `json:"metadata"`
	PaymentIntent        string                `json:"payment_intent"`
	PaymentMethodDetails disputeDetails        `json:"payment_method_details"`
	Reason               string                `json:"reason"`
	Status               string                `json:"status"`

	Kept disputeKept `json:"_kept"`
}

// disputeKept is what the evidence will bring, and when: an outcome, or nothing.
type disputeKept struct {
	Outcome   string `json:"outcome,omitempty"`
	OutcomeAt int64  `json:"outcome_at_ns,omitempty"`
	FeeBack   bool   `json:"fee_back,omitempty"`
	Returned  int64  `json:"returned,omitempty"`
}

type (
	evidenceDetails struct {
		DueBy           int64 `json:"due_by"`
		HasEvidence     bool  `json:"has_evidence"`
		PastDue         bool  `json:"past_due"`
		SubmissionCount int   `json:"submission_count"`
	}
	disputeDetails struct {
		Card disputeCard `json:"card"`
		Type string      `json:"type"`
	}
	disputeCard struct {
		Brand             string `json:"brand"`
		CaseType          string `json:"case_type"`
		NetworkReasonCode string `json:"network_reason_code"`
	}
)

func (d *dispute) id() string { return d.ID }

// closed says whether nothing more can come of the dispute.
func (d *dispute) closed() bool {
	return d.Status == disputeWon || d.Status == disputeLost || d.Status == inquiryClosed
}

// inquiry says whether the bank only asks.
func (d *dispute) inquiry() bool { return d.PaymentMethodDetails.Card.CaseType == inquiryCase }

// lapse notes that the time to respond has passed. It decides nothing: a bank's verdict comes by the door, or by the evidence.
func (d *dispute) lapse(now time.Time) {
	d.EvidenceDetails.PastDue = (d.Status == disputeOpen || d.Status == inquiryOpen) && now.Unix() > d.EvidenceDetails.DueBy
}

// reasonCodes are Visa's codes for the reasons that Stripe gives.
var reasonCodes = map[string]string{
	"credit_not_processed": "13.7", "duplicate": "12.6", "fraudulent": "10.4", "general": "10.4", "product_not_received": "13.1",
	"product_unacceptable": "13.3", "subscription_canceled": "13.2", "unrecognized": "10.4",
}

// chargedBack says whether a bank holds, or has kept, the money of a charge.
func (a *account) chargedBack(c *charge) bool {
	return slices.ContainsFunc(a.Disputes.list, func(d *dispute) bool {
		return d.Charge == c.ID && !d.inquiry() && d.Status != disputeWon
	})
}

// disputable says why an amount of a charge can't be disputed, or nothing.
func (s *Sim) disputable(a *account, c *charge, amount int64) *apiError {
	switch {
	case !c.Captured:
		return invalid("", "charge", fmt.Sprintf("Charge %s was not captured; there is nothing to dispute.", c.ID))
	case c.unrefunded() == 0:
		return invalid("charge_already_refunded", "charge", fmt.Sprintf("Charge %s was refunded in full; a bank does not take such a dispute.", c.ID))
	case slices.ContainsFunc(a.Disputes.list, func(d *dispute) bool { return d.Charge == c.ID && (!d.closed() || d.Status == disputeLost) }):
		return invalid("charge_disputed", "charge", fmt.Sprintf("Charge %s is disputed already.", c.ID))
	case amount < 0 || amount > c.AmountCaptured:
		return invalid("", "amount", fmt.Sprintf("The disputed amount (%d) is between 1 and the captured amount (%d).", amount, c.AmountCaptured))
	}
	return nil
}

// dispute opens a dispute about an amount of a charge, of all that was not refunded where the amount is zero.
func (s *Sim) dispute(m moment, c *charge, amount int64, reason string, inquiry bool) (*dispute, *apiError) {
	if problem := s.disputable(m.a, c, amount); problem != nil {
		return nil, problem
	}
	if amount == 0 {
		amount = c.unrefunded()
	}
	s.settled(m, c)
	due := m.now.Add(timeToRespond).Truncate(24 * time.Hour).Add(24*time.Hour - time.Second)
	d := &dispute{
		ID: s.ids.make("dp_1"), Object: "dispute", Amount: amount, BalanceTransactions: []*balanceTransaction{}, Charge: c.ID,
		Created: m.now.Unix(), Currency: c.Currency, Evidence: map[string]*string{}, EvidenceDetails: evidenceDetails{DueBy: due.Unix()},
		Metadata: map[string]string{}, PaymentIntent: c.PaymentIntent, Reason: reason, Status: disputeOpen,
		PaymentMethodDetails: disputeDetails{Type: "card", Card: disputeCard{
			Brand: c.PaymentMethodDetails.Card.Brand, CaseType: chargebackCase, NetworkReasonCode: reasonCodes[reason],
		}},
	}
	for name := range evidence {
		d.Evidence[name] = nil
	}
	if inquiry {
		d.Status, d.PaymentMethodDetails.Card.CaseType, d.IsChargeRefundable = inquiryOpen, inquiryCase, true
	}
	c.Disputed = true
	m.a.Disputes.add(d)
	s.emit(m, "charge.dispute.created", d, nil)
	if !inquiry {
		s.withdraw(m, d)
	}
	return d, nil
}

// withdraw is the bank's taking the disputed money, and Stripe its fee.
func (s *Sim) withdraw(m moment, d *dispute) {
	d.BalanceTransactions = append(d.BalanceTransactions, s.book(m.a, movement{
		kind: "adjustment", category: "dispute", source: d.ID, amount: -d.Amount, fee: disputeFee, feeText: "Dispute fee",
		at: m.now.Unix(), available: m.now.Unix(), text: new("Chargeback withdrawal for " + d.Charge),
	}))
	s.emit(m, "charge.dispute.funds_withdrawn", d, map[string]any{"balance_transactions": []any{}})
}

// reinstate is the bank's giving the disputed money back; Stripe keeps its fee, or gives it back too.
func (s *Sim) reinstate(m moment, d *dispute, cents int64, feeBack bool) {
	var back int64
	if feeBack {
		back = -disputeFee
	}
	d.BalanceTransactions = append(d.BalanceTransactions, s.book(m.a, movement{
		kind: "adjustment", category: "dispute_reversal", source: d.ID, amount: cents, fee: back, feeText: "Dispute fee reversal",
		at: m.now.Unix(), available: m.now.Unix(), text: new("Chargeback reversal for " + d.Charge),
	}))
	s.emit(m, "charge.dispute.funds_reinstated", d, nil)
}

// review is the submission of evidence: the bank reads it.
func (s *Sim) review(m moment, d *dispute) {
	before := map[string]any{"status": d.Status}
	if d.Status = disputeRead; d.inquiry() {
		d.Status = inquiryRead
	}
	d.EvidenceDetails.HasEvidence = true
	d.EvidenceDetails.SubmissionCount++
	s.emit(m, "charge.dispute.updated", d, before)
}

// decide ends a dispute: won, lost, or escalated from an inquiry to a chargeback. An inquiry moves no money, and closes
// whichever way it ends. Only a dispute that was answered is won, so that one that was not is answered first.
func (s *Sim) decide(m moment, d *dispute, outcome string) *apiError {
	switch {
	case d.closed():
		return invalid("", "dispute", fmt.Sprintf("Dispute %s is closed already (%s).", d.ID, d.Status))
	case outcome == disputeRaised && !d.inquiry():
		return invalid("", "outcome", fmt.Sprintf("Dispute %s is no inquiry, and can't escalate.", d.ID))
	}
	feeBack, returned := d.Kept.FeeBack, d.Kept.Returned
	d.Kept = disputeKept{}
	if outcome == disputeRaised {
		before := map[string]any{"status": d.Status}
		d.Status, d.PaymentMethodDetails.Card.CaseType, d.IsChargeRefundable = disputeOpen, chargebackCase, false
		s.emit(m, "charge.dispute.updated", d, before)
		s.withdraw(m, d)
		return nil
	}
	if outcome == disputeWon && d.Status == disputeOpen {
		s.review(m, d)
	}
	before := map[string]any{"status": d.Status}
	if d.Status = outcome; d.inquiry() {
		d.Status = inquiryClosed
	}
	if d.Status == disputeWon {
		d.IsChargeRefundable = true
	}
	s.emit(m, "charge.dispute.closed", d, before)
	switch {
	case d.Status == disputeWon:
		s.reinstate(m, d, d.Amount, feeBack)
	case d.Status == disputeLost && returned > 0:
		s.reinstate(m, d, returned, false)
	}
	return nil
}

// returnable says why a dispute can't give back what an order has it give back, or nothing.
func (d *dispute) returnable(o DisputeOrder) *apiError {
	if o.Returned < 0 || o.Returned >= d.Amount || o.Returned > 0 && o.Outcome != disputeLost {
		return invalid("", "returned", "A part of a dispute is given back where it is lost, and less than all.")
	}
	return nil
}

// planDispute has the bank dispute a charge soon after its capture, where its card is one that does.
func (s *Sim) planDispute(a *account, c *charge) {
	if card := testCards[a.Methods.find(c.PaymentMethod).Kept.Number]; card.Disputes != "" && c.Captured && !c.Disputed {
		at := time.Unix(c.Kept.CapturedAt, 0).UTC().Add(s.options.SettleAfter)
		s.plan(entry{at: at, what: dueDispute, account: a.ID, id: c.ID, soon: true})
	}
}

// disputeByCard is what a disputing test card does, unless the charge was refunded in full or disputed before.
func (s *Sim) disputeByCard(m moment, c *charge) {
	if card := testCards[m.a.Methods.find(c.PaymentMethod).Kept.Number]; !c.Disputed && s.disputable(m.a, c, 0) == nil {
		s.dispute(m, c, 0, card.Disputes, card.Inquires)
	}
}

// resumeDispute puts the outcome that evidence is to bring back on the agenda.
func (s *Sim) resumeDispute(a *account, d *dispute) {
	if d.Kept.Outcome != "" {
		s.plan(entry{at: time.Unix(0, d.Kept.OutcomeAt).UTC(), what: dueVerdict, account: a.ID, id: d.ID, soon: true})
	}
}
