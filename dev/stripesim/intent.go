package stripesim

import (
	"maps"
	"time"
)

// The states of a PaymentIntent that occur here.
const (
	intentUnpaid     = "requires_payment_method"
	intentChallenged = "requires_action"
	intentCapturable = "requires_capture"
	intentSucceeded  = "succeeded"
	intentCanceled   = "canceled"
)

// paymentIntent is a PaymentIntent in Stripe's shape.
type paymentIntent struct {
	ID                         string            `json:"id"`
	Object                     string            `json:"object"`
	Amount                     int64             `json:"amount"`
	AmountCapturable           int64             `json:"amount_capturable"`
	AmountDetails              amountDetails     `json:"amount_details"`
	AmountReceived             int64             `json:"amount_received"`
	Application                *string           `json:"application"`
	ApplicationFeeAmount       *int64            `json:"application_fee_amount"`
	AutomaticPaymentMethods    *struct{}         `json:"automatic_payment_methods"`
	CanceledAt                 *int64            `json:"canceled_at"`
	CancellationReason         *string           `json:"cancellation_reason"`
	CaptureMethod              string            `json:"capture_method"`
	ClientSecret               string            `json:"client_secret"`
	ConfirmationMethod         string            `json:"confirmation_method"`
	Created                    int64             `json:"created"`
	Currency                   string            `json:"currency"`
	Customer                   *string           `json:"customer"`
	Description                *string           `json:"description"`
	Invoice                    *string           `json:"invoice"`
	LastPaymentError           *apiError         `json:"last_payment_error"`
	LatestCharge               *string           `json:"latest_charge"`
	Livemode                   bool              `json:"livemode"`
	Metadata                   map[string]string `json:"metadata"`
	NextAction                 *nextAction       `json:"next_action"`
	OnBehalfOf                 *string           `json:"on_behalf_of"`
	PaymentMethod              *string           `json:"payment_method"`
	PaymentMethodConfiguration *struct{}         `json:"payment_method_configuration_details"`
	PaymentMethodOptions       intentOptions     `json:"payment_method_options"`
	PaymentMethodTypes         []string          `json:"payment_method_types"`
	Processing                 *struct{}         `json:"processing"`
	ReceiptEmail               *string           `json:"receipt_email"`
	Review                     *string           `json:"review"`
	SetupFutureUsage           *string           `json:"setup_future_usage"`
	Shipping                   *struct{}         `json:"shipping"`
	StatementDescriptor        *string           `json:"statement_descriptor"`
	StatementDescriptorSuffix  *string           `json:"statement_descriptor_suffix"`
	Status                     string            `json:"status"`
	TransferData               *struct{}         `json:"transfer_data"`
	TransferGroup              *string           `json:"transfer_group"`

	Kept intentKept `json:"_kept"`
}

// intentKept is what only the simulator knows of a PaymentIntent.
type intentKept struct {
	Session string `json:"session"`          // the Checkout Session that made it
	Trying  string `json:"trying,omitempty"` // the payment method whose holder is being asked to confirm
	Past    bool   `json:"past,omitempty"`   // it was imported
}

type (
	amountDetails struct {
		Tip struct{} `json:"tip"`
	}
	intentOptions struct {
		Card intentCardOptions `json:"card"`
	}
	intentCardOptions struct {
		Installments   *struct{} `json:"installments"`
		MandateOptions *struct{} `json:"mandate_options"`
		Network        *string   `json:"network"`
		ThreeDSecure   string    `json:"request_three_d_secure"`
	}
	nextAction struct {
		Type     string        `json:"type"`
		Redirect redirectToURL `json:"redirect_to_url"`
	}
	redirectToURL struct {
		ReturnURL *string `json:"return_url"`
		URL       string  `json:"url"`
	}
)

func (p *paymentIntent) id() string { return p.ID }

// openIntent makes the PaymentIntent of a session, at the first attempt to pay.
func (s *Sim) openIntent(m moment, c *session) *paymentIntent {
	id := s.ids.make("pi_3")
	p := &paymentIntent{
		ID: id, Object: "payment_intent", Amount: c.AmountTotal, Currency: c.Currency, Created: m.now.Unix(),
		CaptureMethod: c.Kept.CaptureMethod, ConfirmationMethod: "automatic", ClientSecret: id + "_" + s.ids.make("secret_"),
		Description: c.Kept.Description, Metadata: maps.Clone(c.Kept.Metadata),
		StatementDescriptor: c.Kept.Descriptor, StatementDescriptorSuffix: c.Kept.Suffix,
		PaymentMethodOptions: intentOptions{Card: intentCardOptions{ThreeDSecure: "automatic"}},
		PaymentMethodTypes:   c.PaymentMethodTypes, Status: intentUnpaid,
		Kept: intentKept{Session: c.ID},
	}
	m.a.Intents.add(p)
	c.PaymentIntent = &p.ID
	s.emit(m, "payment_intent.created", p, nil)
	return p
}

// capture takes the money of an authorised PaymentIntent: all of it, or a part, whereupon the rest is let go.
func (s *Sim) capture(m moment, p *paymentIntent, amount int64) {
	c := m.a.Charges.find(value(p.LatestCharge))
	c.Captured, c.AmountCaptured, c.AmountRefunded = true, amount, c.Amount-amount
	c.Kept.CapturedAt = m.now.Unix()
	p.Status, p.AmountReceived, p.AmountCapturable = intentSucceeded, amount, 0
	if paid := m.a.Sessions.find(p.Kept.Session); paid != nil {
		paid.PaymentStatus = "paid"
	}
	s.plan(entry{at: m.now.Add(s.options.SettleAfter), what: dueSettlement, account: m.a.ID, id: c.ID, soon: true})
	s.planDispute(m.a, c)
	s.emit(m, "charge.captured", c, nil)
	s.emit(m, "payment_intent.succeeded", p, nil)
}

// release lets go of an authorisation that was not captured: no money has moved, yet Stripe calls the charge refunded.
func (s *Sim) release(m moment, p *paymentIntent, reason string) {
	c := m.a.Charges.find(value(p.LatestCharge))
	c.Refunded, c.AmountRefunded = true, c.Amount
	s.emit(m, "charge.refunded", c, map[string]any{"amount_refunded": 0, "refunded": false})
	s.cancelIntent(m, p, reason)
}

// lapse is what happens when capture_before passes.
func (s *Sim) lapse(m moment, p *paymentIntent) {
	c := m.a.Charges.find(value(p.LatestCharge))
	c.Refunded, c.AmountRefunded = true, c.Amount
	s.emit(m, "charge.expired", c, nil)
	s.cancelIntent(m, p, "automatic")
}

func (s *Sim) cancelIntent(m moment, p *paymentIntent, reason string) {
	at := m.now.Unix()
	p.Status, p.CanceledAt, p.AmountCapturable, p.NextAction = intentCanceled, &at, 0, nil
	p.Kept.Trying = ""
	if reason != "" {
		p.CancellationReason = &reason
	}
	s.emit(m, "payment_intent.canceled", p, nil)
}

// captureWindow is how long a card's authorisation stands.
const captureWindow = 7 * 24 * time.Hour
