package donations

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"github.com/stripe/stripe-go/v79"

	"dure/money"
	"dure/registry"
)

// part is one kind of movement that both sides know.
type part string

const (
	partCharge       part = "charge"
	partFee          part = "fee"
	partRefund       part = "refund"
	partRefundFailed part = "refund failed"
	partDispute      part = "dispute"
	partDisputeWon   part = "dispute won"
	partPayout       part = "payout"
	partPayoutFailed part = "payout failed"
	partOther        part = "other" // the id is that of a balance transaction, or the source of an entry of the books
)

// key names a movement on both sides: the part, and Stripe's id of what moved (of a fee: of its balance transaction).
type key struct {
	part part
	id   string
}

// movement is one change of an account's balance, as Stripe tells of it, its fee apart.
type movement struct {
	key
	transaction string
	cents, fee  money.Cents
	at          time.Time
	charge      string // the charge that it belongs to, its PaymentIntent, and the gift that our metadata on it names
	intent      string
	gift        GiftID
	whole       money.Cents // of a charge: what it is of, captured or not
	status      string      // of a dispute or a payout, as it is now
	kind        string      // Stripe's type, and its own words
}

// charged is a charge as Stripe lists it, whether money moved or not.
type charged struct {
	id, intent     string
	gift           GiftID // as our metadata on it names
	cents, taken   money.Cents
	paid, captured bool
	gone           bool   // it was let go, or lapsed
	transaction    string // empty until the money is in the balance
	at             time.Time
}

// statement is what Stripe says of an account: its balance, what moved it, and the charges of the last weeks.
type statement struct {
	balance  money.Cents
	foreign  map[string]money.Cents // balances in other currencies
	since    time.Time              // from then on all movements are there; the zero time: all there are
	moves    map[string]movement    // by balance transaction
	charges  map[string]charged
	disputes map[string]string // the status of those that were asked about
}

// Stripe's most, and how often a question that failed is asked again.
const (
	pageOfAnything = 100
	askTries       = 5
)

// chargesSince is how far back all charges are listed, captured or not: longer than any card's authorisation lasts.
const chargesSince = 35 * 24 * time.Hour

// overlap is how much earlier than asked Stripe is listed: what the books date on the day of the authorisation may have
// moved as much later.
const overlap = 15 * 24 * time.Hour

// ask asks a committee's account for one thing, again where the answer may pass by itself. It holds no transaction open.
func ask[T any](ctx context.Context, a *Accounts, committee registry.CommitteeID, path string, query url.Values, into *T) error {
	for try := 0; ; try++ {
		body, err := a.Get(ctx, committee, path, query.Encode())
		if err == nil {
			if err = json.Unmarshal(body, into); err == nil {
				return nil
			}
		}
		if try == askTries-1 || !passing(err) || errors.Is(err, ErrNoAccount) || ctx.Err() != nil || unauthorized(err) {
			return fmt.Errorf("ask Stripe for %s of %s: %w", path, committee, err)
		}
		select {
		case <-ctx.Done():
		case <-time.After(200 * time.Millisecond << try):
		}
	}
}

func unauthorized(err error) bool {
	var e *stripe.Error
	return errors.As(err, &e) && (e.HTTPStatusCode == http.StatusUnauthorized || e.HTTPStatusCode == http.StatusForbidden)
}

// unknownThere tells whether Stripe has answered that there is no such object.
func unknownThere(err error) bool {
	var e *stripe.Error
	return errors.As(err, &e) && e.HTTPStatusCode == http.StatusNotFound
}

// each lists all of a kind, page by page.
func each[T any](ctx context.Context, a *Accounts, committee registry.CommitteeID, path string, query url.Values, take func(T) (id string)) error {
	query.Set("limit", strconv.Itoa(pageOfAnything))
	for {
		var page struct {
			Data []T
			More bool `json:"has_more"`
		}
		if err := ask(ctx, a, committee, path, query, &page); err != nil {
			return err
		}
		last := ""
		for _, o := range page.Data {
			last = take(o)
		}
		if !page.More || last == "" {
			return nil
		}
		query.Set("starting_after", last)
	}
}

// from is a list's filter by time; the zero time filters nothing.
func from(since time.Time) url.Values {
	query := url.Values{}
	if !since.IsZero() {
		query.Set("created[gte]", strconv.FormatInt(since.Unix(), 10))
	}
	return query
}

// errMoving tells that Stripe's balance moved each time while it was being read.
var errMoving = errors.New("the balance at Stripe moves while it is being read: reconcile again when fewer people give")

// stillTries is how often the last movements are listed again until the balance stands still around them.
const stillTries = 10

// statement reads an account. The balance that it tells is that after exactly the movements that it lists: it was the same
// before and after the last of them were listed.
func (a *Accounts) statement(ctx context.Context, committee registry.CommitteeID, since, now time.Time) (statement, error) {
	s := statement{since: since, moves: map[string]movement{}, charges: map[string]charged{}, disputes: map[string]string{}}
	if err := a.readBalance(ctx, committee, &s); err != nil {
		return s, err
	}
	first := since
	if !since.IsZero() {
		first = since.Add(-overlap)
	}
	if err := a.listMoves(ctx, committee, first, &s); err != nil {
		return s, err
	}
	recent := now.Add(-chargesSince)
	if since.After(recent) {
		recent = since
	}
	err := each(ctx, a, committee, "/v1/charges", from(recent.Add(-overlap)), func(c *stripe.Charge) string {
		of := chargedOf(c)
		s.charges[of.id] = of
		return c.ID
	})
	if err != nil {
		return s, err
	}
	for range stillTries {
		before := s.balance
		if err := a.readBalance(ctx, committee, &s); err != nil {
			return s, err
		}
		if s.balance == before {
			return s, nil
		}
		if err := a.listMoves(ctx, committee, now.Add(-time.Hour), &s); err != nil {
			return s, err
		}
	}
	return s, errMoving
}

func (a *Accounts) readBalance(ctx context.Context, committee registry.CommitteeID, s *statement) error {
	var b stripe.Balance
	if err := ask(ctx, a, committee, "/v1/balance", url.Values{}, &b); err != nil {
		return err
	}
	s.balance, s.foreign = 0, map[string]money.Cents{}
	for _, amounts := range [][]*stripe.Amount{b.Available, b.Pending} {
		for _, amount := range amounts {
			if amount.Currency == stripe.CurrencyUSD {
				s.balance += money.Cents(amount.Amount)
			} else if amount.Amount != 0 {
				s.foreign[string(amount.Currency)] += money.Cents(amount.Amount)
			}
		}
	}
	return nil
}

func (a *Accounts) listMoves(ctx context.Context, committee registry.CommitteeID, since time.Time, s *statement) error {
	query := from(since)
	query.Set("currency", string(stripe.CurrencyUSD))
	query.Set("expand[0]", "data.source")
	return each(ctx, a, committee, "/v1/balance_transactions", query, func(b *stripe.BalanceTransaction) string {
		s.moves[b.ID] = movementOf(b)
		return b.ID
	})
}

// movementOf reads a balance transaction whose source was expanded.
func movementOf(b *stripe.BalanceTransaction) movement {
	m := movement{
		key: key{partOther, b.ID}, transaction: b.ID, cents: money.Cents(b.Amount), fee: money.Cents(b.Fee),
		at: time.Unix(b.Created, 0).UTC(), kind: string(b.Type),
	}
	if b.Description != "" {
		m.kind += ", " + b.Description
	}
	back := b.Amount > 0
	switch source := b.Source; {
	case source == nil:
	case source.Charge != nil && (b.Type == stripe.BalanceTransactionTypeCharge || b.Type == stripe.BalanceTransactionTypePayment):
		c := chargedOf(source.Charge)
		m.key, m.charge, m.intent, m.gift, m.whole = key{partCharge, c.id}, c.id, c.intent, c.gift, c.cents
	case source.Refund != nil:
		r := source.Refund
		m.key = key{partRefund, r.ID}
		if back {
			m.part = partRefundFailed
		}
		m.charge, m.intent = belongsTo(r.Charge, r.PaymentIntent)
	case source.Dispute != nil:
		d := source.Dispute
		m.key, m.status = key{partDispute, d.ID}, string(d.Status)
		if back {
			m.part = partDisputeWon
		}
		m.charge, m.intent = belongsTo(d.Charge, d.PaymentIntent)
	case source.Payout != nil:
		p := source.Payout
		m.key, m.status = key{partPayout, p.ID}, string(p.Status)
		if b.Type != stripe.BalanceTransactionTypePayout { // payout_failure, payout_cancel
			m.part = partPayoutFailed
		}
	}
	return m
}

func belongsTo(c *stripe.Charge, p *stripe.PaymentIntent) (charge, intent string) {
	if c != nil {
		charge = c.ID
	}
	if p != nil {
		intent = p.ID
	}
	return charge, intent
}

func chargedOf(c *stripe.Charge) charged {
	out := charged{
		id: c.ID, cents: money.Cents(c.Amount), taken: money.Cents(c.AmountCaptured), paid: c.Paid, captured: c.Captured,
		gone: !c.Captured && c.Refunded, at: time.Unix(c.Created, 0).UTC(),
	}
	if id := GiftID(c.Metadata["dure_gift"]); id.Valid() {
		out.gift = id
	}
	if c.PaymentIntent != nil {
		out.intent = c.PaymentIntent.ID
	}
	if c.BalanceTransaction != nil {
		out.transaction = c.BalanceTransaction.ID
	}
	return out
}

// look asks Stripe for one thing that the books know and its lists did not show, and adds what it tells to the statement: an
// old one may have moved before the lists begin. What Stripe does not know adds nothing.
func (a *Accounts) look(ctx context.Context, committee registry.CommitteeID, k key, s *statement) error {
	transactions, err := a.transactionsOf(ctx, committee, k, s)
	for _, id := range transactions {
		if _, known := s.moves[id]; known || id == "" {
			continue
		}
		var b stripe.BalanceTransaction
		if err = ask(ctx, a, committee, "/v1/balance_transactions/"+id, url.Values{"expand[0]": {"source"}}, &b); err != nil {
			break
		}
		s.moves[b.ID] = movementOf(&b)
	}
	if unknownThere(err) {
		return nil
	}
	return err
}

func (a *Accounts) transactionsOf(ctx context.Context, committee registry.CommitteeID, k key, s *statement) ([]string, error) {
	var of []*stripe.BalanceTransaction
	var err error
	switch k.part {
	case partFee:
		return []string{k.id}, nil
	case partCharge:
		var c stripe.Charge
		err = ask(ctx, a, committee, "/v1/charges/"+k.id, url.Values{}, &c)
		if err == nil {
			s.charges[c.ID] = chargedOf(&c)
		}
		of = append(of, c.BalanceTransaction)
	case partRefund, partRefundFailed:
		var r stripe.Refund
		err = ask(ctx, a, committee, "/v1/refunds/"+k.id, url.Values{}, &r)
		of = append(of, r.BalanceTransaction, r.FailureBalanceTransaction)
	case partDispute, partDisputeWon:
		var d stripe.Dispute
		err = ask(ctx, a, committee, "/v1/disputes/"+k.id, url.Values{}, &d)
		if err == nil {
			s.disputes[d.ID] = string(d.Status)
		}
		of = d.BalanceTransactions
	case partPayout, partPayoutFailed:
		var p stripe.Payout
		err = ask(ctx, a, committee, "/v1/payouts/"+k.id, url.Values{}, &p)
		of = append(of, p.BalanceTransaction, p.FailureBalanceTransaction)
	}
	var ids []string
	for _, b := range of {
		if b != nil {
			ids = append(ids, b.ID)
		}
	}
	return ids, err
}
