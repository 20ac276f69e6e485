package stripesim

import (
	"errors"
	"strings"
	"time"
)

// The outcomes of an attempt to pay.
const (
	Paid      = "paid"      // the session is complete: captured, or authorised where capture is manual
	Declined  = "declined"  // the card was refused; the session stays open and one may try again
	Challenge = "challenge" // the card's holder must confirm first: Authenticate
	Refused   = "refused"   // the form has problems; nothing was tried
	Over      = "over"      // the session was expired before
)

// Outcome is what came of an attempt to pay on a Checkout Session.
type Outcome struct {
	Result        string   // Paid, Declined, Challenge, Refused or Over
	Redirect      string   // where the payer goes next, when Paid
	Message       string   // what the page says, when Declined
	Problems      Problems // what is wrong with the form, when Refused
	PaymentIntent string   // pi_..., once there is one
	Charge        string   // ch_..., of the last attempt that made one
}

// ErrNoSession means that no account has a Checkout Session of this id.
var ErrNoSession = errors.New("there is no such Checkout Session")

// Pay does what the Checkout page does with a filled form. On a completed session it changes nothing and is Paid.
func (s *Sim) Pay(sessionID string, card Card) (Outcome, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	m, c, out := s.arrive(sessionID)
	if c == nil {
		return out, ErrNoSession
	}
	if out.Result != "" {
		return out, nil
	}
	form, problems := card.read(m.now)
	if len(problems) > 0 {
		return Outcome{Result: Refused, Problems: problems}, nil
	}
	defer s.moved()
	if form.by.Email == nil {
		form.by.Email = c.CustomerEmail
	}
	p := m.a.Intents.find(value(c.PaymentIntent))
	if p == nil {
		p = s.openIntent(m, c)
	}
	method := s.newMethod(m, form)
	if testCards[form.number].Asks {
		return s.challenge(m, c, p, method), nil
	}
	return s.confirm(m, c, p, method), nil
}

// Authenticate answers the question that a card's bank puts to its holder (3-D Secure): yes pays, no is a decline.
// Where nothing is asked it changes nothing and tells how things stand.
func (s *Sim) Authenticate(sessionID string, yes bool) (Outcome, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	m, c, out := s.arrive(sessionID)
	if c == nil {
		return out, ErrNoSession
	}
	if out.Result != "" {
		return out, nil
	}
	p := m.a.Intents.find(value(c.PaymentIntent))
	if p == nil || p.Status != intentChallenged {
		return Outcome{Result: Refused, Problems: Problems{}}, nil
	}
	defer s.moved()
	method := m.a.Methods.find(p.Kept.Trying)
	p.Kept.Trying, p.NextAction = "", nil
	if yes {
		return s.confirm(m, c, p, method), nil
	}
	return s.fail(m, c, p, &apiError{
		Type: "invalid_request_error", Code: "payment_intent_authentication_failure", DocURL: docs + "payment-intent-authentication-failure",
		Message: "The provided PaymentMethod has failed authentication. You can provide payment_method_data or a new PaymentMethod to attempt to fulfill this PaymentIntent again.",
	}, method), nil
}

// arrive finds a session and says what a payer meets there, if it is not open any more. The lock is held.
func (s *Sim) arrive(sessionID string) (moment, *session, Outcome) {
	now := s.now()
	s.runDue(now)
	a, c := s.sessionOf(sessionID)
	if c == nil {
		return moment{}, nil, Outcome{}
	}
	m := moment{a: a, now: now, request: s.ids.make("req_")}
	switch c.Status {
	case sessionComplete:
		p := a.Intents.find(value(c.PaymentIntent))
		return m, c, Outcome{Result: Paid, Redirect: c.success(), PaymentIntent: p.ID, Charge: value(p.LatestCharge)}
	case sessionExpired:
		return m, c, Outcome{Result: Over}
	}
	return m, c, Outcome{}
}

// newMethod keeps the card of a form.
func (s *Sim) newMethod(m moment, form read) *paymentMethod {
	card := testCards[form.number]
	method := &paymentMethod{
		ID: s.ids.make("pm_1"), Object: "payment_method", AllowRedisplay: "limited", BillingDetails: form.by, Created: m.now.Unix(),
		Metadata: map[string]string{}, Type: "card", Kept: methodKept{Number: form.number},
		Card: methodCard{
			Brand: card.Brand, Country: card.Country, DisplayBrand: displayBrand(card.Brand), ExpMonth: form.month, ExpYear: form.year,
			Fingerprint: fingerprint(m.a, form), Funding: card.Funding, Last4: form.number[len(form.number)-4:],
			Networks: networks{Available: []string{card.Brand}}, ThreeDSecureUsage: supported{true},
			Checks: checks{
				CVC:        checked(card.Checks.CVC, true),
				PostalCode: checked(card.Checks.Zip, form.by.Address.PostalCode != nil),
				Line1:      checked(card.Checks.Line1, form.by.Address.Line1 != nil),
			},
		},
	}
	m.a.Methods.add(method)
	return method
}

// fingerprint is by what an account knows a card again. A published number stands for many people's cards: it is another card for
// each e-mail address, unless the number is that of the card which all share.
func fingerprint(a *account, form read) string {
	card := a.ID + " " + form.number
	if !testCards[form.number].Shared {
		card += " " + strings.ToLower(value(form.by.Email))
	}
	return scramble("fingerprint "+card, 16)
}

func displayBrand(brand string) string {
	if brand == "amex" {
		return "american_express"
	}
	return brand
}

// checked is the result of a check: what the test card is published to give, else pass where there was something to check.
func checked(published string, was bool) *string {
	if published == "" && was {
		published = "pass"
	}
	return given(published)
}

func (s *Sim) challenge(m moment, c *session, p *paymentIntent, method *paymentMethod) Outcome {
	p.Status, p.PaymentMethod, p.LastPaymentError = intentChallenged, &method.ID, nil
	p.Kept.Trying = method.ID
	p.NextAction = &nextAction{Type: "redirect_to_url", Redirect: redirectToURL{ReturnURL: c.SuccessURL, URL: value(c.URL)}}
	s.emit(m, "payment_intent.requires_action", p, nil)
	return Outcome{Result: Challenge, PaymentIntent: p.ID}
}

// confirm charges a card: the bank says yes or no.
func (s *Sim) confirm(m moment, c *session, p *paymentIntent, method *paymentMethod) Outcome {
	card := testCards[method.Kept.Number]
	charge := s.newCharge(m, p, method)
	if card.Asks {
		charge.PaymentMethodDetails.Card.ThreeDSecure = &threeDSecure{
			AuthenticationFlow: "challenge", ElectronicCommerceIndicator: "05", Result: "authenticated", TransactionID: scramble(charge.ID, 36), Version: "2.2.0",
		}
	}
	if card.Decline != nil {
		return s.declineCharge(m, c, p, method, charge, card.Decline)
	}
	charge.Paid, charge.Status = true, "succeeded"
	p.PaymentMethod, p.LastPaymentError = &method.ID, nil
	amount := charge.Amount
	charge.PaymentMethodDetails.Card.AmountAuthorized = &amount
	if p.CaptureMethod == "manual" {
		until := m.now.Add(captureWindow).Truncate(time.Second)
		charge.PaymentMethodDetails.Card.CaptureBefore = until.Unix()
		p.Status, p.AmountCapturable = intentCapturable, p.Amount
		s.emit(m, "charge.succeeded", charge, nil)
		s.emit(m, "payment_intent.amount_capturable_updated", p, nil)
		s.plan(entry{at: until, what: dueLapse, account: m.a.ID, id: p.ID})
	} else {
		charge.Captured, charge.AmountCaptured, charge.Kept.CapturedAt = true, charge.Amount, m.now.Unix()
		p.Status, p.AmountReceived = intentSucceeded, p.Amount
		s.emit(m, "charge.succeeded", charge, nil)
		s.emit(m, "payment_intent.succeeded", p, nil)
		s.plan(entry{at: m.now.Add(s.options.SettleAfter), what: dueSettlement, account: m.a.ID, id: charge.ID, soon: true})
		s.planDispute(m.a, charge)
	}
	s.completeSession(m, c, p, method.BillingDetails)
	return Outcome{Result: Paid, Redirect: c.success(), PaymentIntent: p.ID, Charge: charge.ID}
}

func (s *Sim) declineCharge(m moment, c *session, p *paymentIntent, method *paymentMethod, charge *charge, d *decline) Outcome {
	charge.Status, charge.FailureCode, charge.FailureMessage = "failed", &d.Code, &d.Message
	charge.Outcome = outcome{
		NetworkStatus: "declined_by_network", Reason: &d.Reason, RiskLevel: "normal", RiskScore: 32,
		SellerMessage: "The bank returned the decline code `" + d.DeclineCode + "`.", Type: "issuer_declined",
	}
	if d.Blocked {
		charge.Outcome = outcome{
			NetworkStatus: "not_sent_to_network", Reason: &d.Reason, RiskLevel: "highest", RiskScore: 90,
			SellerMessage: "Stripe blocked this payment as too risky.", Type: "blocked",
		}
	}
	s.emit(m, "charge.failed", charge, nil)
	return s.fail(m, c, p, &apiError{
		Type: "card_error", Code: d.Code, DeclineCode: d.DeclineCode, DocURL: docs + d.Code, Message: d.Message, Charge: charge.ID,
	}, method)
}

// fail notes a failed attempt on the PaymentIntent, which waits for another card.
func (s *Sim) fail(m moment, c *session, p *paymentIntent, why *apiError, method *paymentMethod) Outcome {
	why.PaymentMethod = s.plain(method)
	p.Status, p.PaymentMethod, p.LastPaymentError = intentUnpaid, nil, why
	s.emit(m, "payment_intent.payment_failed", p, nil)
	return Outcome{Result: Declined, Message: why.Message, PaymentIntent: p.ID, Charge: value(p.LatestCharge)}
}
