package stripesim

import "fmt"

var (
	createRefund = fields{
		"amount": {kind: integer, least: 1}, "charge": short(0), "payment_intent": short(0), "metadata": {kind: pairs}, "expand": listOf(short(0)),
		"reason":   oneOf("duplicate", "fraudulent", "requested_by_customer"),
		"currency": {kind: notYet}, "customer": {kind: notYet}, "instructions_email": {kind: notYet}, "origin": {kind: notYet},
		"refund_application_fee": {kind: notYet}, "reverse_transfer": {kind: notYet},
	}
	updateRefund = fields{"metadata": {kind: pairs}, "expand": listOf(short(0))}
	listRefunds  = listed(fields{"created": created, "charge": short(0), "payment_intent": short(0)})
)

func (s *Sim) createRefund(c *call) (any, *apiError) {
	o, problem := chargeToReturn(c.a, c.params.str("charge"), c.params.str("payment_intent"))
	if problem != nil {
		return nil, problem
	}
	next := testCards[c.a.Methods.find(o.PaymentMethod).Kept.Number].Refunds
	return found(s.refund(c.moment, o, c.params.num(0, "amount"), next, c.params.maybe("reason"), c.params.metadata("metadata")))
}

// chargeToReturn finds the charge that a refund or a dispute is about, by its own id or by its PaymentIntent's.
func chargeToReturn(a *account, chargeID, intentID string) (*charge, *apiError) {
	switch {
	case chargeID != "" && intentID != "":
		return nil, invalid("", "", "You may only specify one of these parameters: charge, payment_intent.")
	case chargeID != "":
		if o := a.Charges.find(chargeID); o != nil {
			return o, nil
		}
		return nil, missing("charge", "charge", chargeID)
	case intentID != "":
		p := a.Intents.find(intentID)
		if p == nil {
			return nil, missing("payment_intent", "payment_intent", intentID)
		}
		if o := a.Charges.find(value(p.LatestCharge)); o != nil && o.Captured {
			return o, nil
		}
		return nil, unexpectedState(nil, fmt.Sprintf("This PaymentIntent (%s) does not have a successful charge to refund.", p.ID))
	}
	return nil, invalid("parameter_missing", "", "One of the following params should be provided for this request: payment_intent or charge.")
}

func (s *Sim) foundRefund(c *call) (*refund, *apiError) {
	if r := c.a.Refunds.find(c.path("id")); r != nil {
		return r, nil
	}
	return nil, missing("refund", "id", c.path("id"))
}

func (s *Sim) readRefund(c *call) (any, *apiError) { return found(s.foundRefund(c)) }

func (s *Sim) listRefunds(c *call) (any, *apiError) {
	return page(c, "refund", &c.a.Refunds, func(r *refund) int64 { return r.Created }, func(r *refund) bool {
		return c.params.matches("charge", r.Charge) && c.params.matches("payment_intent", r.PaymentIntent)
	})
}

func (s *Sim) updateRefund(c *call) (any, *apiError) {
	r, problem := s.foundRefund(c)
	if problem != nil {
		return nil, problem
	}
	if before := c.params.amend(r.Metadata); before != nil {
		s.emitRefund(c.moment, r, map[string]any{"metadata": before})
	}
	return r, nil
}

// cancelRefund answers that a card's refund can't be called back: only one that waits for its customer can.
func (s *Sim) cancelRefund(c *call) (any, *apiError) {
	r, problem := s.foundRefund(c)
	if problem != nil {
		return nil, problem
	}
	return nil, invalid("", "", fmt.Sprintf("Refund %s has a status of %s. Only a refund with a status of requires_action can be canceled.", r.ID, r.Status))
}
