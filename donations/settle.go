package donations

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/jmoiron/sqlx"
	"github.com/stripe/stripe-go/v79"

	"dure/civil"
	"dure/compliance"
	"dure/money"
	"dure/registry"
)

// Session is what a Checkout Session tells.
type Session struct {
	ID, URL       string
	Status        string // open, complete or expired
	ExpiresAt     time.Time
	PaymentIntent string
}

func sessionOf(s *stripe.CheckoutSession) Session {
	out := Session{ID: s.ID, URL: s.URL, Status: string(s.Status)}
	if s.ExpiresAt != 0 {
		out.ExpiresAt = time.Unix(s.ExpiresAt, 0).UTC()
	}
	if s.PaymentIntent != nil {
		out.PaymentIntent = s.PaymentIntent.ID
	}
	return out
}

// SessionOf reads a Checkout Session that an event carries.
func SessionOf(s *stripe.CheckoutSession) Session { return sessionOf(s) }

// Payment is what one of Stripe's objects tells of a gift's payment. Its zero parts are not told.
type Payment struct {
	Intent         string
	Capturable     bool // authorised, and not captured yet
	Captured       bool
	Canceled       bool
	ByItself       bool   // canceled since the bank's leave ran out
	Declined       string // why a bank refused, and which charge
	DeclinedCharge string
	Charge         string // the successful one
	ChargedAt      time.Time
	Cents          money.Cents // authorised
	Taken          money.Cents // captured
	CaptureBefore  time.Time
	Card           Card
	Transaction    string // the balance transaction, once it is there
}

// PaymentOf reads a PaymentIntent; the charge's part is there when the charge was expanded.
func PaymentOf(p *stripe.PaymentIntent) Payment {
	out := Payment{Intent: p.ID}
	switch p.Status {
	case stripe.PaymentIntentStatusRequiresCapture:
		out.Capturable = true
	case stripe.PaymentIntentStatusSucceeded:
		out.Captured, out.Taken = true, money.Cents(p.AmountReceived)
	case stripe.PaymentIntentStatusCanceled:
		out.Canceled = true
		out.ByItself = p.CancellationReason == stripe.PaymentIntentCancellationReasonAutomatic
	}
	if c := p.LatestCharge; c != nil && c.Created != 0 && c.Paid {
		of := ChargeOf(c)
		out.Charge, out.ChargedAt, out.Cents = of.Charge, of.ChargedAt, of.Cents
		out.CaptureBefore, out.Card, out.Transaction = of.CaptureBefore, of.Card, of.Transaction
	}
	return out
}

// ChargeOf reads a charge.
func ChargeOf(c *stripe.Charge) Payment {
	var out Payment
	if c.PaymentIntent != nil {
		out.Intent = c.PaymentIntent.ID
	}
	if !c.Paid {
		out.DeclinedCharge, out.Declined = c.ID, c.FailureCode
		if c.Outcome != nil && c.Outcome.Reason != "" {
			out.Declined = c.Outcome.Reason
		}
		return out
	}
	out.Charge, out.ChargedAt, out.Cents = c.ID, time.Unix(c.Created, 0).UTC(), money.Cents(c.Amount)
	out.Captured, out.Taken = c.Captured, money.Cents(c.AmountCaptured)
	out.Capturable = !c.Captured && !c.Refunded
	if c.BalanceTransaction != nil {
		out.Transaction = c.BalanceTransaction.ID
	}
	if c.BillingDetails != nil {
		out.Card.Holder = c.BillingDetails.Name
	}
	if d := c.PaymentMethodDetails; d != nil && d.Card != nil {
		card := d.Card
		out.Card.Brand, out.Card.Last4, out.Card.Country = string(card.Brand), card.Last4, card.Country
		out.Card.Funding, out.Card.Fingerprint, out.Card.Description = string(card.Funding), card.Fingerprint, card.Description
		if card.Checks != nil {
			out.Card.CVC, out.Card.Line1, out.Card.Zip = string(card.Checks.CVCCheck), string(card.Checks.AddressLine1Check), string(card.Checks.AddressPostalCodeCheck)
		}
		if card.Wallet != nil {
			out.Card.Wallet = string(card.Wallet.Type)
		}
		if card.CaptureBefore != 0 {
			out.CaptureBefore = time.Unix(card.CaptureBefore, 0).UTC()
		}
	}
	return out
}

// LearnSession takes what a Checkout Session tells of its gift, whatever came before.
func LearnSession(ctx context.Context, tx *sqlx.Tx, now time.Time, committee registry.CommitteeID, gift GiftID, s Session) error {
	b, err := Hold(ctx, tx, now, committee, gift)
	if err != nil {
		return err
	}
	if err := b.LearnSession(ctx, tx, gift, s); err != nil {
		return err
	}
	return b.Keep(ctx, tx)
}

// Learn takes what a payment tells of its gift. It takes each fact once, in any order: what is known already changes
// nothing, and what comes too early waits in the gift until the rest is known.
func Learn(ctx context.Context, tx *sqlx.Tx, now time.Time, committee registry.CommitteeID, gift GiftID, p Payment) error {
	b, err := Hold(ctx, tx, now, committee, gift)
	if err != nil {
		return err
	}
	if err := b.Learn(ctx, tx, gift, p); err != nil {
		return err
	}
	return b.Keep(ctx, tx)
}

// LearnSession takes a session's facts, as the function of that name does, for a gift that is held.
func (b *Batch) LearnSession(ctx context.Context, tx *sqlx.Tx, gift GiftID, s Session) error {
	g, err := b.gift(gift)
	if err != nil {
		return err
	}
	b.changed = append(b.changed, g)
	if g.Session == "" {
		g.Session, g.SessionURL, g.SessionExpiresAt = s.ID, s.URL, at(s.ExpiresAt)
	}
	if s.PaymentIntent != "" && g.PaymentIntent == "" {
		g.PaymentIntent = s.PaymentIntent
	}
	if g.State == Pledged {
		g.State = Open
	}
	// An unseen page, whose answer was lost and which was asked for again, may end while the giver is on the other.
	if s.Status == string(stripe.CheckoutSessionStatusExpired) && s.ID == g.Session && g.State == Open {
		return end(ctx, tx, g, Expired, b.now)
	}
	return nil
}

// Learn takes a payment's facts, as the function of that name does, for a gift that is held.
func (b *Batch) Learn(ctx context.Context, tx *sqlx.Tx, gift GiftID, p Payment) error {
	g, err := b.gift(gift)
	if err != nil {
		return err
	}
	if p.Capturable && !g.State.Ended() { // the judgement sums what the tables hold
		if err := b.Keep(ctx, tx); err != nil {
			return err
		}
	}
	b.changed = append(b.changed, g)
	if g.PaymentIntent == "" {
		g.PaymentIntent = p.Intent
	}
	if p.Intent != "" && p.Intent != g.PaymentIntent {
		return fmt.Errorf("gift %s is paid by %s, not by %s", g.ID, g.PaymentIntent, p.Intent)
	}
	if p.DeclinedCharge != "" && !slices.Contains(g.Declined, p.DeclinedCharge) {
		g.Declined = append(g.Declined, p.DeclinedCharge)
		g.LastDecline = p.Declined
	}
	if p.Charge != "" && g.Charge == "" {
		if p.Cents != g.Cents {
			return fmt.Errorf("charge %s is of %v, gift %s of %v", p.Charge, p.Cents, g.ID, g.Cents)
		}
		g.Charge, g.ChargedAt, g.CaptureBefore, g.Card = p.Charge, at(p.ChargedAt), at(p.CaptureBefore), p.Card
	}
	switch {
	case g.State == Settled:
	case p.Captured:
		if g.Charge == "" { // the day of the receipt is the charge's: ask for it
			return oweRead(ctx, tx, *g, "captured", b.now)
		}
		// Even a gift that had ended otherwise settles when its money came after all.
		g.State, g.SettledAt, g.EndedAt = Settled, at(b.now), at(b.now)
		b.settled = append(b.settled, settlement{g, cmp.Or(p.Taken, g.Cents)})
	case g.State.Ended():
	case p.Canceled:
		to := Lapsed
		switch {
		case g.Charge == "" && !g.Capturable:
			to = Expired // nothing was ever authorised
		case g.State == ReleaseOwed || !p.ByItself:
			to = Released
		}
		if err := end(ctx, tx, g, to, b.now); err != nil {
			return err
		}
	case p.Capturable && (g.State == CaptureOwed || g.State == ReleaseOwed):
		if err := oweAgain(ctx, tx, *g, b.now); err != nil {
			return err
		}
	case p.Capturable && (g.State == Pledged || g.State == Open || g.State == Authorised):
		g.Capturable, g.State = true, Authorised
		if g.Charge == "" { // the judgement needs the card: the charge's own event mostly brings it at once
			return oweRead(ctx, tx, *g, "authorised", b.now.Add(chargeGrace))
		}
		if err := judge(ctx, tx, g, b.now); err != nil {
			return err
		}
	}
	if p.Transaction != "" && g.State == Settled {
		b.calls = append(b.calls, feeCall(*g, p.Transaction, b.now))
	}
	return nil
}

// chargeGrace is how long an authorisation waits for the event of its charge before Stripe is asked for it.
const chargeGrace = 15 * time.Second

// end closes a gift that brought no money and gives its room back.
func end(ctx context.Context, tx *sqlx.Tx, g *Gift, to State, now time.Time) error {
	g.State, g.EndedAt = to, at(now)
	return compliance.EndReservations(ctx, tx, string(g.Committee), string(to), now, string(g.ID))
}

// learnFee books what the processor kept, on the day of its balance transaction in the committee's zone.
func learnFee(ctx context.Context, tx *sqlx.Tx, c Owed, b *stripe.BalanceTransaction) error {
	committee, err := registry.FindCommittee(ctx, tx, c.Committee, time.Time{})
	if err != nil {
		return err
	}
	g, err := FindOf(ctx, tx, c.Committee, c.Gift)
	if err != nil {
		return err
	}
	created := time.Unix(b.Created, 0).UTC()
	return compliance.RecordFee(ctx, tx, compliance.Fee{
		Committee: c.Committee, ID: b.ID, Charge: g.Charge, Cents: money.Cents(b.Fee),
		PostedOn: civil.In(created, committee.Location()), HappenedAt: created,
	})
}
