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
		out.Card.Funding, out.Card.Fingerprint = string(card.Funding), card.Fingerprint
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
	g, err := hold(ctx, tx, committee, gift)
	if err != nil {
		return err
	}
	if g.Session == "" {
		g.Session, g.SessionURL, g.SessionExpiresAt = s.ID, s.URL, at(s.ExpiresAt)
	}
	if s.PaymentIntent != "" && g.PaymentIntent == "" {
		g.PaymentIntent = s.PaymentIntent
	}
	if g.State == Pledged {
		g.State = Open
	}
	if s.Status == string(stripe.CheckoutSessionStatusExpired) && g.State == Open {
		return end(ctx, tx, &g, Expired, now)
	}
	return save(ctx, tx, g)
}

// Learn takes what a payment tells of its gift. It takes each fact once, in any order: what is known already changes
// nothing, and what comes too early waits in the gift until the rest is known.
func Learn(ctx context.Context, tx *sqlx.Tx, now time.Time, committee registry.CommitteeID, gift GiftID, p Payment) error {
	g, err := hold(ctx, tx, committee, gift)
	if err != nil {
		return err
	}
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
			if err := oweRead(ctx, tx, g, "captured", now); err != nil {
				return err
			}
			break
		}
		if err := settle(ctx, tx, &g, cmp.Or(p.Taken, g.Cents), now); err != nil {
			return err
		}
	case g.State.Ended():
	case p.Canceled:
		to := Lapsed
		switch {
		case g.Charge == "" && !g.Capturable:
			to = Expired // nothing was ever authorised
		case g.State == ReleaseOwed || !p.ByItself:
			to = Released
		}
		if err := end(ctx, tx, &g, to, now); err != nil {
			return err
		}
	case p.Capturable && (g.State == CaptureOwed || g.State == ReleaseOwed):
		if err := oweAgain(ctx, tx, g, now); err != nil {
			return err
		}
	case p.Capturable && (g.State == Pledged || g.State == Open || g.State == Authorised):
		g.Capturable, g.State = true, Authorised
		if g.Charge == "" { // the judgement needs the card: the charge's own event mostly brings it at once
			if err := oweRead(ctx, tx, g, "authorised", now.Add(chargeGrace)); err != nil {
				return err
			}
			break
		}
		if err := judge(ctx, tx, &g, now); err != nil {
			return err
		}
	}
	if p.Transaction != "" && g.State == Settled {
		if err := oweFee(ctx, tx, g, p.Transaction, now); err != nil {
			return err
		}
	}
	return save(ctx, tx, g)
}

// chargeGrace is how long an authorisation waits for the event of its charge before Stripe is asked for it.
const chargeGrace = 15 * time.Second

// settle turns a captured gift into a receipt of what came: dated on the day of the authorisation in the committee's zone
// (11 CFR 102.8(a), 110.1(b)(6)), in the books, its reservation ended by it. The giver is locked. Only now that money came
// does the form's evidence name the giver for good. Even a gift that had ended otherwise settles when its money came
// after all.
func settle(ctx context.Context, tx *sqlx.Tx, g *Gift, cents money.Cents, now time.Time) error {
	giver := g.contributor()
	person, err := registry.Identify(ctx, tx, giver)
	if err != nil {
		return err
	}
	if person != g.Person {
		if err := registry.Lock(ctx, tx, person); err != nil {
			return err
		}
		g.Person, giver.Person = person, person
	}
	committee, err := registry.FindCommittee(ctx, tx, g.Committee, time.Time{})
	if err != nil {
		return err
	}
	day := civil.In(g.ChargedAt.Time, committee.Location())
	recipient := ""
	if g.Candidate != "" {
		candidate, err := registry.FindCandidate(ctx, tx, g.Candidate, time.Time{})
		if err != nil {
			return err
		}
		recipient = candidate.CommitteeName
	}
	g.State, g.SettledAt, g.EndedAt = Settled, at(now), at(now)
	if err := compliance.EndReservation(ctx, tx, string(g.Committee), string(g.ID), string(Settled), now); err != nil {
		return err
	}
	return compliance.Receive(ctx, tx, compliance.Receipt{
		Committee: g.Committee, ID: string(g.ID), Gift: string(g.ID),
		Contributor: giver,
		Line:        "11(a)", Instrument: "card", Cents: cents, MadeOn: day, ReceivedOn: day, HappenedAt: g.ChargedAt.Time,
		Candidate: g.Candidate, Election: g.Election, Recipient: recipient,
	})
}

// end closes a gift that brought no money and gives its room back.
func end(ctx context.Context, tx *sqlx.Tx, g *Gift, to State, now time.Time) error {
	g.State, g.EndedAt = to, at(now)
	if err := compliance.EndReservation(ctx, tx, string(g.Committee), string(g.ID), string(to), now); err != nil {
		return err
	}
	return save(ctx, tx, *g)
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
