package stripesim

import (
	"fmt"
	"slices"
	"time"
)

var (
	listIntents   = listed(fields{"created": created, "customer": {kind: notYet}})
	intentRead    = fields{"expand": listOf(short(0)), "client_secret": short(0)}
	captureIntent = fields{
		"amount_to_capture": {kind: integer, least: 1}, "metadata": {kind: pairs}, "expand": listOf(short(0)),
		"final_capture": {kind: boolean}, "statement_descriptor": short(22), "statement_descriptor_suffix": short(22),
		"application_fee_amount": {kind: notYet}, "transfer_data": {kind: notYet},
	}
	cancelIntent = fields{
		"cancellation_reason": oneOf("abandoned", "duplicate", "fraudulent", "requested_by_customer"), "expand": listOf(short(0)),
	}
	listCharges = listed(fields{
		"created": created, "payment_intent": short(0), "customer": {kind: notYet}, "transfer_group": {kind: notYet},
	})
	listTransactions = listed(fields{
		"created": created, "source": short(0), "type": short(0), "currency": short(3), "payout": short(0),
	})
)

func (s *Sim) foundIntent(c *call) (*paymentIntent, *apiError) {
	if p := c.a.Intents.find(c.path("id")); p != nil {
		return p, nil
	}
	return nil, missing("payment_intent", "intent", c.path("id"))
}

func (s *Sim) readIntent(c *call) (any, *apiError) { return found(s.foundIntent(c)) }

func (s *Sim) listIntents(c *call) (any, *apiError) {
	return page(c, "payment_intent", &c.a.Intents, func(p *paymentIntent) int64 { return p.Created }, func(*paymentIntent) bool { return true })
}

func (s *Sim) captureIntent(c *call) (any, *apiError) {
	p, problem := s.foundIntent(c)
	if problem != nil {
		return nil, problem
	}
	if p.Status != intentCapturable {
		return nil, unexpectedState(s.plain(p), fmt.Sprintf("This PaymentIntent could not be captured because it has a status of %s. Only a PaymentIntent with one of the following statuses may be captured: requires_capture.", p.Status))
	}
	amount := c.params.num(p.AmountCapturable, "amount_to_capture")
	if amount > p.AmountCapturable {
		return nil, invalid("amount_too_large", "amount_to_capture", fmt.Sprintf("The amount_to_capture (%d) is more than the amount_capturable (%d).", amount, p.AmountCapturable))
	}
	if c.params.str("final_capture") == "false" {
		return nil, invalid("", "final_capture", "This payment does not support more than one capture.")
	}
	for key, text := range c.params.metadata("metadata") {
		p.Metadata[key] = text
	}
	s.capture(c.moment, p, amount)
	return p, nil
}

// cancelable are the states from which a PaymentIntent can be cancelled, as Stripe names them.
const cancelable = "requires_payment_method, requires_capture, requires_confirmation, requires_action, processing"

func (s *Sim) cancelIntentCall(c *call) (any, *apiError) {
	p, problem := s.foundIntent(c)
	if problem != nil {
		return nil, problem
	}
	switch p.Status {
	case intentCapturable:
		s.release(c.moment, p, c.params.str("cancellation_reason"))
		return p, nil
	case intentUnpaid, intentChallenged:
		return nil, invalid("", "", "You cannot cancel PaymentIntents created by Checkout. To cancel this PaymentIntent, expire the Checkout Session ("+p.Kept.Session+") instead.")
	}
	return nil, unexpectedState(s.plain(p), fmt.Sprintf("You cannot cancel this PaymentIntent because it has a status of %s. Only a PaymentIntent with one of the following statuses may be canceled: %s.", p.Status, cancelable))
}

func (s *Sim) readMethod(c *call) (any, *apiError) {
	if m := c.a.Methods.find(c.path("id")); m != nil {
		return m, nil
	}
	return nil, missing("PaymentMethod", "payment_method", c.path("id"))
}

func (s *Sim) readCharge(c *call) (any, *apiError) {
	if o := c.a.Charges.find(c.path("id")); o != nil {
		return o, nil
	}
	return nil, missing("charge", "charge", c.path("id"))
}

func (s *Sim) listCharges(c *call) (any, *apiError) {
	return page(c, "charge", &c.a.Charges, func(o *charge) int64 { return o.Created }, func(o *charge) bool {
		return c.params.matches("payment_intent", o.PaymentIntent)
	})
}

func (s *Sim) readTransaction(c *call) (any, *apiError) {
	if t := c.a.Transactions.find(c.path("id")); t != nil {
		return t, nil
	}
	return nil, missing("balance_transaction", "id", c.path("id"))
}

func (s *Sim) listTransactions(c *call) (any, *apiError) {
	if id := c.params.maybe("payout"); id != nil {
		if problem := c.a.reconcilable(*id); problem != nil {
			return nil, problem
		}
	}
	return page(c, "balance_transaction", &c.a.Transactions, func(t *balanceTransaction) int64 { return t.Created }, func(t *balanceTransaction) bool {
		return c.params.matches("payout", t.Kept.Payout) && c.params.matches("source", t.Source) && c.params.matches("type", t.Type) && c.params.matches("currency", t.Currency)
	})
}

// balance is the account's money at Stripe.
type balance struct {
	Object    string          `json:"object"`
	Available []balanceAmount `json:"available"`
	Livemode  bool            `json:"livemode"`
	Pending   []balanceAmount `json:"pending"`
}

type balanceAmount struct {
	Amount      int64            `json:"amount"`
	Currency    string           `json:"currency"`
	SourceTypes map[string]int64 `json:"source_types"`
}

func (s *Sim) readBalance(c *call) (any, *apiError) {
	sums := map[bool]int64{}
	for _, t := range c.a.Transactions.list {
		sums[!time.Unix(t.AvailableOn, 0).After(c.now)] += t.Net
	}
	amount := func(cents int64) []balanceAmount {
		return []balanceAmount{{Amount: cents, Currency: "usd", SourceTypes: map[string]int64{"card": cents}}}
	}
	return balance{Object: "balance", Available: amount(sums[true]), Pending: amount(sums[false])}, nil
}

// eventLife is how long Stripe shows an event.
const eventLife = 30 * 24 * time.Hour

var listEvents = listed(fields{
	"created": created, "type": short(0), "types": listOf(short(0)), "delivery_success": {kind: boolean},
})

func (s *Sim) readEvent(c *call) (any, *apiError) {
	e := c.a.Events.find(c.path("id"))
	if e == nil || c.now.Sub(time.Unix(e.Created, 0)) > eventLife {
		return nil, missing("event", "id", c.path("id"))
	}
	return e, nil
}

func (s *Sim) listEvents(c *call) (any, *apiError) {
	types := c.params.texts("types")
	if c.params.maybe("type") != nil {
		if types != nil {
			return nil, invalid("", "types", "You may pass either type or types, not both.")
		}
		types = []string{c.params.str("type")}
	}
	if len(types) > 20 {
		return nil, invalid("", "types", "You may pass at most 20 types.")
	}
	oldest := c.now.Add(-eventLife).Unix()
	delivered := c.params.str("delivery_success")
	return page(c, "event", &c.a.Events, func(e *event) int64 { return e.Created }, func(e *event) bool {
		return e.Created >= oldest && (types == nil || slices.ContainsFunc(types, e.is)) &&
			(delivered == "" || delivered == fmt.Sprint(e.PendingWebhooks == 0))
	})
}

var createEndpoint = fields{
	"url":            required(shape{kind: address_}),
	"enabled_events": required(listOf(short(0))),
	"api_version":    short(0),
	"description":    short(0),
	"metadata":       {kind: pairs},
	"expand":         listOf(short(0)),
	"connect":        {kind: notYet},
}

func (s *Sim) createEndpoint(c *call) (any, *apiError) {
	p := c.params
	if version := p.maybe("api_version"); version != nil && *version != APIVersion {
		return nil, invalid("", "api_version", "The simulator makes events of version "+APIVersion+" only.")
	}
	if len(p.texts("enabled_events")) == 0 {
		return nil, invalid("parameter_missing", "enabled_events", "Missing required param: enabled_events.")
	}
	secret := s.ids.make("whsec_")
	version := APIVersion
	e := &endpoint{
		ID: s.ids.make("we_1"), Object: "webhook_endpoint", APIVersion: &version, Created: c.now.Unix(), Description: p.maybe("description"),
		EnabledEvents: p.texts("enabled_events"), Metadata: p.metadata("metadata"), Status: "enabled", URL: p.str("url"),
		Kept: endpointKept{Secret: secret},
	}
	c.a.Endpoints.add(e)
	shown := *e // the secret is told once
	shown.Secret = secret
	return &shown, nil
}

func (s *Sim) readEndpoint(c *call) (any, *apiError) {
	if e := c.a.Endpoints.find(c.path("id")); e != nil && !e.Kept.Deleted {
		return e, nil
	}
	return nil, missing("webhook endpoint", "id", c.path("id"))
}

func (s *Sim) listEndpoints(c *call) (any, *apiError) {
	return page(c, "webhook endpoint", &c.a.Endpoints, func(e *endpoint) int64 { return e.Created }, func(e *endpoint) bool { return !e.Kept.Deleted })
}

func (s *Sim) deleteEndpoint(c *call) (any, *apiError) {
	e := c.a.Endpoints.find(c.path("id"))
	if e == nil || e.Kept.Deleted {
		return nil, missing("webhook endpoint", "id", c.path("id"))
	}
	e.Kept.Deleted = true
	s.moved()
	return map[string]any{"id": e.ID, "object": "webhook_endpoint", "deleted": true}, nil
}
