package stripesim

import (
	"fmt"
	"time"
)

// The states of a payout that occur here.
const (
	payoutPending = "pending"
	payoutTransit = "in_transit"
	payoutPaid    = "paid"
	payoutFailed  = "failed"
)

// The states of a payout's reconciliation: which movements of the balance it took along.
const (
	reconciling  = "in_progress"
	reconciled   = "completed"
	unreconciled = "not_applicable" // a payout of a sum that a person named
)

// payout is a Payout in Stripe's shape.
type payout struct {
	ID                        string            `json:"id"`
	Object                    string            `json:"object"`
	Amount                    int64             `json:"amount"`
	ApplicationFee            *string           `json:"application_fee"`
	ApplicationFeeAmount      *int64            `json:"application_fee_amount"`
	ArrivalDate               int64             `json:"arrival_date"`
	Automatic                 bool              `json:"automatic"`
	BalanceTransaction        *string           `json:"balance_transaction"`
	Created                   int64             `json:"created"`
	Currency                  string            `json:"currency"`
	Description               *string           `json:"description"`
	Destination               string            `json:"destination"`
	FailureBalanceTransaction *string           `json:"failure_balance_transaction"`
	FailureCode               *string           `json:"failure_code"`
	FailureMessage            *string           `json:"failure_message"`
	Livemode                  bool              `json:"livemode"`
	Metadata                  map[string]string `json:"metadata"`
	Method                    string            `json:"method"`
	OriginalPayout            *string           `json:"original_payout"`
	ReconciliationStatus      string            `json:"reconciliation_status"`
	ReversedBy                *string           `json:"reversed_by"`
	SourceType                string            `json:"source_type"`
	StatementDescriptor       *string           `json:"statement_descriptor"`
	Status                    string            `json:"status"`
	Type                      string            `json:"type"`

	Kept payoutKept `json:"_kept"`
}

// payoutKept is when the bank takes a payout, or sends it back.
type payoutKept struct {
	ArrivesAt int64 `json:"arrives_at_ns"`
	Soon      bool  `json:"soon,omitempty"` // it is not late
	Fails     bool  `json:"fails,omitempty"`
}

func (p *payout) id() string { return p.ID }

// ready gives the movements that can be paid out and were not, the oldest first, with their sum.
func (a *account) ready(now time.Time) (members []*balanceTransaction, sum int64) {
	for _, t := range a.Transactions.list {
		if t.Kept.Payout == "" && t.AvailableOn <= now.Unix() {
			members = append(members, t)
			sum += t.Net
		}
	}
	return members, sum
}

// upTo cuts movements, the oldest first, where their sum is an amount; ok tells whether there is such a place.
func upTo(members []*balanceTransaction, amount int64) (head []*balanceTransaction, ok bool) {
	sum := int64(0)
	for i, t := range members {
		if sum += t.Net; sum == amount {
			return members[:i+1], true
		}
	}
	return nil, false
}

// payout sends available money to the account's bank. An automatic payout takes movements of the balance along whose sum it
// is: all that are available, or, where an amount is given, the oldest that make it up. A manual one is of any sum, and
// takes none along.
func (s *Sim) payout(m moment, amount int64, manual, fails bool, late time.Duration) (*payout, *apiError) {
	members, sum := m.a.ready(m.now)
	switch {
	case amount < 0:
		return nil, invalid("parameter_invalid_integer", "amount", fmt.Sprintf("Invalid integer: %d: a payout is of 1 cent or more.", amount))
	case amount == 0:
		amount = sum
	}
	if sum < amount || amount <= 0 {
		return nil, invalid("balance_insufficient", "amount", fmt.Sprintf("The available balance is %d cents; there is no payout of %d.", sum, amount))
	}
	if !manual && amount != sum {
		head, ok := upTo(members, amount)
		if !ok {
			return nil, invalid("", "amount", fmt.Sprintf("No automatic payout is of %d cents: the oldest available transactions do not add up to it. A manual one can be.", amount))
		}
		members = head
	}
	arrives := m.now.Add(s.options.SettleAfter + late)
	p := &payout{
		ID: s.ids.make("po_1"), Object: "payout", Amount: amount, ArrivalDate: arrives.Truncate(24 * time.Hour).Unix(), Automatic: !manual,
		Created: m.now.Unix(), Currency: "usd", Description: new("STRIPE PAYOUT"), Destination: "ba_1" + scramble("bank "+m.a.ID, 23),
		Metadata: map[string]string{}, Method: "standard", ReconciliationStatus: reconciling, SourceType: "card", Status: payoutPending,
		Type: "bank_account", Kept: payoutKept{ArrivesAt: arrives.UnixNano(), Soon: late == 0, Fails: fails},
	}
	t := s.book(m.a, movement{
		kind: "payout", category: "payout", source: p.ID, amount: -amount, at: p.Created, available: p.Created, text: p.Description,
	})
	p.BalanceTransaction = &t.ID
	if manual {
		p.ReconciliationStatus, p.Description = unreconciled, nil
	} else {
		for _, t := range append(members, t) {
			t.Kept.Payout = p.ID
		}
	}
	m.a.Payouts.add(p)
	s.emit(m, "payout.created", p, nil)
	p.Status = payoutTransit
	s.emit(m, "payout.updated", p, map[string]any{"status": payoutPending})
	s.resumePayout(m.a, p)
	return p, nil
}

// land is the bank's taking a payout, or sending it back at once.
func (s *Sim) land(m moment, p *payout) {
	if p.Status != payoutTransit {
		return
	}
	if p.Kept.Fails {
		s.failPayout(m, p)
	} else {
		p.Status = payoutPaid
		s.emit(m, "payout.paid", p, map[string]any{"status": payoutTransit})
	}
	if p.Automatic {
		p.ReconciliationStatus = reconciled
		s.emit(m, "payout.reconciliation_completed", p, map[string]any{"reconciliation_status": reconciling})
	}
}

// failPayout is the bank's sending a payout back: its money returns to the balance, and the next payout takes it along.
func (s *Sim) failPayout(m moment, p *payout) {
	before := map[string]any{"status": p.Status, "failure_balance_transaction": nil, "failure_code": nil, "failure_message": nil}
	t := s.book(m.a, movement{
		kind: "payout_failure", category: "payout_reversal", source: p.ID, amount: p.Amount, at: m.now.Unix(), available: m.now.Unix(),
		text: new("Payout failure refund"),
	})
	p.Status, p.FailureBalanceTransaction = payoutFailed, &t.ID
	p.FailureCode, p.FailureMessage = new("account_closed"), new("The bank account has been closed.")
	s.emit(m, "payout.failed", p, before)
}

// resumePayout puts the arrival of a payout on the agenda.
func (s *Sim) resumePayout(a *account, p *payout) {
	if p.Status == payoutTransit {
		s.plan(entry{at: time.Unix(0, p.Kept.ArrivesAt).UTC(), what: dueArrival, account: a.ID, id: p.ID, soon: p.Kept.Soon})
	}
}
