package stripesim

import (
	"fmt"
	"time"
)

// balanceTransaction is a movement of the account's balance at Stripe.
type balanceTransaction struct {
	ID                string   `json:"id"`
	Object            string   `json:"object"`
	Amount            int64    `json:"amount"`
	AvailableOn       int64    `json:"available_on"`
	Created           int64    `json:"created"`
	Currency          string   `json:"currency"`
	Description       *string  `json:"description"`
	ExchangeRate      *float64 `json:"exchange_rate"`
	Fee               int64    `json:"fee"`
	FeeDetails        []fee    `json:"fee_details"`
	Net               int64    `json:"net"`
	ReportingCategory string   `json:"reporting_category"`
	Source            string   `json:"source"`
	Status            string   `json:"status"`
	Type              string   `json:"type"`

	Kept transactionKept `json:"_kept"`
}

// transactionKept is what only the simulator knows of a movement: the payout that took the money along, and whence it came.
type transactionKept struct {
	Payout string `json:"payout,omitempty"`
	Past   bool   `json:"past,omitempty"` // it was imported
}

type fee struct {
	Amount      int64   `json:"amount"`
	Application *string `json:"application"`
	Currency    string  `json:"currency"`
	Description string  `json:"description"`
	Type        string  `json:"type"`
}

func (t *balanceTransaction) id() string { return t.ID }

// ripen makes a movement available once its day has come.
func (t *balanceTransaction) ripen(now time.Time) {
	if t.AvailableOn <= now.Unix() {
		t.Status = "available"
	}
}

// feeOf is Stripe's fee for a card charge in the United States: 2.9 % and 30 cents, half a cent up.
func feeOf(amount int64) int64 { return (amount*29+500)/1000 + 30 }

// disputeFee is what Stripe takes for a chargeback; whether it comes back when the dispute is won hangs on the country and the day.
const disputeFee = 1500

// available is when charged money can be paid out: two days later.
const available = 2 * 24 * time.Hour

// movement is what is new about a balance transaction; book does the rest.
type movement struct {
	kind, category string // type and reporting_category
	source         string
	amount         int64 // above zero: into the balance
	fee            int64
	feeText        string
	at, available  int64
	text           *string
}

// book adds a movement to the account's balance. The lock is held.
func (s *Sim) book(a *account, v movement) *balanceTransaction {
	t := &balanceTransaction{
		ID: s.ids.make("txn_3"), Object: "balance_transaction", Amount: v.amount, Currency: "usd", Created: v.at, AvailableOn: v.available,
		Description: v.text, Fee: v.fee, FeeDetails: []fee{}, Net: v.amount - v.fee, ReportingCategory: v.category, Source: v.source,
		Status: "pending", Type: v.kind,
	}
	if v.fee != 0 {
		t.FeeDetails = append(t.FeeDetails, fee{Amount: v.fee, Currency: "usd", Description: v.feeText, Type: "stripe_fee"})
	}
	t.ripen(time.Unix(v.at, 0))
	a.Transactions.add(t)
	return t
}

// settleCharge brings a captured charge its balance transaction, dated at the capture, and says so in charge.updated.
func (s *Sim) settleCharge(m moment, c *charge) {
	when := c.Kept.CapturedAt + int64(available/time.Second)
	if testCards[m.a.Methods.find(c.PaymentMethod).Kept.Number].AtOnce {
		when = c.Kept.CapturedAt
	}
	t := s.book(m.a, movement{
		kind: "charge", category: "charge", source: c.ID, amount: c.AmountCaptured, fee: feeOf(c.AmountCaptured),
		feeText: "Stripe processing fees", at: c.Kept.CapturedAt, available: when, text: c.Description,
	})
	c.BalanceTransaction = &t.ID
	s.emit(m, "charge.updated", c, map[string]any{"balance_transaction": nil})
}

// settled gives the balance transaction of a captured charge, and brings it where it has not come yet: money can't go
// back, or be withdrawn, before it is there.
func (s *Sim) settled(m moment, c *charge) *balanceTransaction {
	if c.BalanceTransaction == nil {
		s.settleCharge(moment{a: m.a, now: m.now}, c)
	}
	return m.a.Transactions.find(*c.BalanceTransaction)
}

// dollars writes cents as Stripe's messages do: $12.50.
func dollars(cents int64) string { return fmt.Sprintf("$%d.%02d", cents/100, cents%100) }
