package stripesim

import (
	"fmt"
	"maps"
)

// evidence has the texts and files that answer a dispute.
var evidence = fields{
	"access_activity_log": short(20_000), "billing_address": short(0), "cancellation_policy": {kind: notYet},
	"cancellation_policy_disclosure": short(20_000), "cancellation_rebuttal": short(20_000), "customer_communication": {kind: notYet},
	"customer_email_address": short(0), "customer_name": short(0), "customer_purchase_ip": short(0), "customer_signature": {kind: notYet},
	"duplicate_charge_documentation": {kind: notYet}, "duplicate_charge_explanation": short(20_000), "duplicate_charge_id": short(0),
	"product_description": short(20_000), "receipt": {kind: notYet}, "refund_policy": {kind: notYet}, "refund_policy_disclosure": short(20_000),
	"refund_refusal_explanation": short(20_000), "service_date": short(0), "service_documentation": {kind: notYet}, "shipping_address": short(0),
	"shipping_carrier": short(0), "shipping_date": short(0), "shipping_documentation": {kind: notYet}, "shipping_tracking_number": short(0),
	"uncategorized_file": {kind: notYet}, "uncategorized_text": short(20_000),
}

var (
	updateDispute = fields{
		"evidence": group(evidence), "submit": {kind: boolean}, "metadata": {kind: pairs}, "expand": listOf(short(0)),
	}
	listDisputes = listed(fields{"created": created, "charge": short(0), "payment_intent": short(0)})
)

// decisive are the texts (uncategorized_text) that Stripe publishes for tests, with what they bring.
var decisive = map[string]string{
	"winning_evidence": disputeWon, "losing_evidence": disputeLost, "escalate_inquiry_evidence": disputeRaised,
}

func (s *Sim) foundDispute(c *call) (*dispute, *apiError) {
	if d := c.a.Disputes.find(c.path("id")); d != nil {
		return d, nil
	}
	return nil, missing("dispute", "dispute", c.path("id"))
}

func (s *Sim) readDispute(c *call) (any, *apiError) { return found(s.foundDispute(c)) }

func (s *Sim) listDisputes(c *call) (any, *apiError) {
	return page(c, "dispute", &c.a.Disputes, func(d *dispute) int64 { return d.Created }, func(d *dispute) bool {
		return c.params.matches("charge", d.Charge) && c.params.matches("payment_intent", d.PaymentIntent)
	})
}

// updateDispute takes evidence, and gives it to the bank unless submit=false.
func (s *Sim) updateDispute(c *call) (any, *apiError) {
	d, problem := s.foundDispute(c)
	if problem != nil {
		return nil, problem
	}
	given := c.params.at("evidence")
	submits := c.params.str("submit") == "true" || c.params.str("submit") == "" && given != nil
	if given != nil || submits {
		d.lapse(c.now)
		switch {
		case d.Status != disputeOpen && d.Status != inquiryOpen:
			return nil, invalid("", "", fmt.Sprintf("This dispute has a status of %s: its evidence can no longer be changed.", d.Status))
		case d.EvidenceDetails.PastDue:
			return nil, invalid("", "", "The time to respond to this dispute has passed.")
		}
	}
	before := map[string]any{}
	if old := c.params.amend(d.Metadata); old != nil {
		before["metadata"] = old
	}
	if given != nil {
		before["evidence"] = maps.Clone(d.Evidence)
		for name, text := range given.fields {
			d.Evidence[name] = &text.text
		}
		d.EvidenceDetails.HasEvidence = true
	}
	if !submits {
		if len(before) > 0 {
			s.emit(c.moment, "charge.dispute.updated", d, before)
		}
		return d, nil
	}
	s.review(c.moment, d)
	outcome := decisive[value(d.Evidence["uncategorized_text"])]
	if outcome != "" && (outcome != disputeRaised || d.inquiry()) {
		at := c.now.Add(s.options.SettleAfter)
		d.Kept = disputeKept{Outcome: outcome, OutcomeAt: at.UnixNano()}
		s.plan(entry{at: at, what: dueVerdict, account: c.a.ID, id: d.ID, soon: true})
	}
	return d, nil
}

// closeDispute accepts the dispute: it is lost.
func (s *Sim) closeDispute(c *call) (any, *apiError) {
	d, problem := s.foundDispute(c)
	if problem != nil {
		return nil, problem
	}
	if d.Status != disputeOpen && d.Status != inquiryOpen {
		return nil, invalid("", "", fmt.Sprintf("This dispute has a status of %s: only one that needs a response can be closed.", d.Status))
	}
	if problem := s.decide(c.moment, d, disputeLost); problem != nil {
		return nil, problem
	}
	return d, nil
}

// verdict is what the evidence brings, unless the dispute was closed before.
func (s *Sim) verdict(m moment, d *dispute) {
	if d.Kept.Outcome != "" && !d.closed() {
		s.decide(m, d, d.Kept.Outcome)
	}
}
