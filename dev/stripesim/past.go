package stripesim

import (
	"errors"
	"fmt"
	"net/http"
	"time"
)

// Past is a card payment from before the simulator's first start, as somebody's books have it. No event tells of it.
type Past struct {
	Charge        string            `json:"charge"` // ch_...
	PaymentIntent string            `json:"payment_intent"`
	Transaction   string            `json:"balance_transaction,omitempty"` // txn_...; empty where nothing was captured
	Amount        int64             `json:"amount"`                        // cents
	Fee           int64             `json:"fee,omitempty"`
	Authorised    int64             `json:"created"`
	Captured      int64             `json:"captured_at,omitempty"` // zero: it was let go
	Country       string            `json:"country"`               // of the card
	Funding       string            `json:"funding"`
	Metadata      map[string]string `json:"metadata"`
}

// PastOrder is what POST /_sim/history takes.
type PastOrder struct {
	Account  string `json:"account"` // acct_...; may be empty where there is but one account
	Payments []Past `json:"payments"`
}

// mostPast is the largest body of POST /_sim/history.
const mostPast = 256 << 20

// Import gives the account of a secret key a history, in the order of time; what it has already stays as it is. It tells how
// many payments were new. From then on they are payments like others: they are listed, refunded, disputed and paid out.
func (s *Sim) Import(secretKey string, payments []Past) (added int, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.remember(s.account(secretKey), payments)
}

// importHistory is the door for what Import does.
func (s *Sim) importHistory(w http.ResponseWriter, r *http.Request) {
	var o PastOrder
	if !readJSON(w, r, &o, mostPast) {
		return
	}
	s.mu.Lock()
	a, problem := s.named(o.Account)
	added, err := 0, error(nil)
	if problem != nil {
		err = errors.New(problem.Message)
	} else {
		added, err = s.remember(a, o.Payments)
	}
	s.mu.Unlock()
	if err != nil {
		answerJSON(w, http.StatusBadRequest, map[string]string{"error": err.Error()})
		return
	}
	answerJSON(w, http.StatusOK, map[string]int{"added": added})
}

// remember adds payments to an account's history. The lock is held.
func (s *Sim) remember(a *account, payments []Past) (added int, err error) {
	now := s.now().Unix()
	for _, p := range payments {
		switch {
		case p.Charge == "" || p.PaymentIntent == "" || p.Amount <= 0 || p.Fee < 0 || p.Authorised <= 0 || p.Authorised > now || p.Captured > now:
			return 0, fmt.Errorf("payment %q has no ids, no amount, or a time to come", p.Charge)
		case (p.Captured == 0) != (p.Transaction == ""):
			return 0, fmt.Errorf("payment %q is captured by a balance transaction, or is neither", p.Charge)
		}
	}
	for _, p := range payments {
		if !a.Charges.has(p.Charge) {
			a.Past = append(a.Past, p)
			added++
		}
	}
	if added > 0 {
		a.recall()
		s.moved()
	}
	return added, nil
}

// recall puts the history where the account's other objects are, before them. What changed since stays as it is.
func (a *account) recall() {
	if len(a.Past) == 0 {
		return
	}
	method := a.pastMethod()
	var charges []*charge
	var intents []*paymentIntent
	var moved []*balanceTransaction
	for _, p := range a.Past {
		intent, c, t := p.objects(method)
		intents, charges = append(intents, intent), append(charges, c)
		if t != nil {
			moved = append(moved, t)
		}
	}
	a.Intents.before(intents)
	a.Charges.before(charges)
	a.Transactions.before(moved)
}

// before puts objects at the head of the shelf; of one that is there already the one that is there.
func (s *shelf[T]) before(head []T) {
	at := make(map[string]bool, len(head))
	list := make([]T, 0, len(head)+len(s.list))
	for _, o := range head {
		at[o.id()] = true
		if s.has(o.id()) {
			o = s.find(o.id())
		}
		list = append(list, o)
	}
	for _, o := range s.list {
		if !at[o.id()] {
			list = append(list, o)
		}
	}
	*s = shelf[T]{place: make(map[string]int, len(list))}
	for _, o := range list {
		s.add(o)
	}
}

// sparse is an object that need not be saved while nothing changed it: the account's history makes it anew.
type sparse interface{ recalled() bool }

func (p *paymentIntent) recalled() bool { return p.Kept.Past } // nothing changes one whose payment is over

func (c *charge) recalled() bool {
	return c.Kept.Past && !c.Disputed && c.AmountRefunded == c.Amount-c.AmountCaptured
}

func (t *balanceTransaction) recalled() bool { return t.Kept.Past && t.Kept.Payout == "" }

// pastMethod is the one card by which an account's history was paid.
func (a *account) pastMethod() *paymentMethod {
	id := "pm_1" + scramble("past "+a.ID, 23)
	if !a.Methods.has(id) {
		const number = "4242424242424242"
		pass, card := "pass", testCards[number]
		a.Methods.add(&paymentMethod{
			ID: id, Object: "payment_method", AllowRedisplay: "limited", Metadata: map[string]string{}, Type: "card", Created: a.Past[0].Authorised,
			Kept: methodKept{Number: number},
			Card: methodCard{
				Brand: card.Brand, Country: card.Country, DisplayBrand: displayBrand(card.Brand), ExpMonth: 12, ExpYear: 2040,
				Fingerprint: scramble("past "+a.ID, 16), Funding: card.Funding, Last4: number[len(number)-4:],
				Networks: networks{Available: []string{card.Brand}}, ThreeDSecureUsage: supported{true},
				Checks: checks{CVC: &pass, PostalCode: &pass, Line1: &pass},
			},
		})
	}
	return a.Methods.find(id)
}

// objects are what Stripe keeps of a payment.
func (p Past) objects(method *paymentMethod) (*paymentIntent, *charge, *balanceTransaction) {
	intent := &paymentIntent{
		ID: p.PaymentIntent, Object: "payment_intent", Amount: p.Amount, Currency: "usd", Created: p.Authorised, CaptureMethod: "manual",
		ConfirmationMethod: "automatic", ClientSecret: p.PaymentIntent + "_secret_" + scramble(p.PaymentIntent, 25), Metadata: p.Metadata,
		PaymentMethod: &method.ID, PaymentMethodOptions: intentOptions{Card: intentCardOptions{ThreeDSecure: "automatic"}},
		PaymentMethodTypes: []string{"card"}, Kept: intentKept{Past: true},
	}
	c := shapeCharge(intent, method)
	c.ID, c.Created, c.Metadata, c.CalculatedDescriptor = p.Charge, p.Authorised, p.Metadata, "PAST PAYMENT"
	intent.LatestCharge = &c.ID
	c.Paid, c.Status = true, "succeeded"
	card := &c.PaymentMethodDetails.Card
	card.Country, card.Funding = p.Country, p.Funding
	card.AmountAuthorized, card.CaptureBefore = &c.Amount, p.Authorised+int64(captureWindow/time.Second)
	c.Kept = chargeKept{CapturedAt: p.Captured, Past: true}
	if p.Captured == 0 {
		c.Refunded, c.AmountRefunded = true, c.Amount
		intent.Status, intent.CanceledAt = intentCanceled, &p.Authorised
		return intent, c, nil
	}
	c.Captured, c.AmountCaptured = true, p.Amount
	intent.Status, intent.AmountReceived = intentSucceeded, p.Amount
	t := &balanceTransaction{
		ID: p.Transaction, Object: "balance_transaction", Amount: p.Amount, Currency: "usd", Created: p.Captured,
		AvailableOn: p.Captured + int64(available/time.Second), Fee: p.Fee, FeeDetails: []fee{}, Net: p.Amount - p.Fee,
		ReportingCategory: "charge", Source: c.ID, Status: "pending", Type: "charge", Kept: transactionKept{Past: true},
	}
	if p.Fee != 0 {
		t.FeeDetails = append(t.FeeDetails, fee{Amount: p.Fee, Currency: "usd", Description: "Stripe processing fees", Type: "stripe_fee"})
	}
	c.BalanceTransaction = &t.ID
	return intent, c, t
}
