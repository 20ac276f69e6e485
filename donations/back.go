package donations

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/jmoiron/sqlx"
	"github.com/stripe/stripe-go/v79"
	"github.com/stripe/stripe-go/v79/form"

	"dure/civil"
	"dure/compliance"
	"dure/money"
	"dure/pg"
	"dure/registry"
)

// ErrTooEarly tells that a fact came before the one that it speaks of: it waits.
var ErrTooEarly = errors.New("what it speaks of is not known yet")

// receiptOf gives a gift whose money came, under the giver's lock, and its committee.
func receiptOf(ctx context.Context, tx *sqlx.Tx, committee registry.CommitteeID, gift GiftID) (Gift, registry.Committee, error) {
	g, err := hold(ctx, tx, committee, gift)
	if err != nil {
		return Gift{}, registry.Committee{}, err
	}
	if g.State != Settled {
		return Gift{}, registry.Committee{}, ErrTooEarly
	}
	c, err := registry.FindCommittee(ctx, tx, committee, time.Time{})
	return g, c, err
}

// LearnRefund takes what a refund tells: booked once its money moved, on its day in the committee's zone; taken back when the
// bank did not take it.
func LearnRefund(ctx context.Context, tx *sqlx.Tx, at time.Time, committee registry.CommitteeID, gift GiftID, r *stripe.Refund) error {
	g, c, err := receiptOf(ctx, tx, committee, gift)
	if err != nil {
		return err
	}
	if r.BalanceTransaction == nil && r.Status != stripe.RefundStatusSucceeded {
		return nil // nothing has moved: a later event tells
	}
	made := time.Unix(r.Created, 0).UTC()
	err = compliance.RecordRefund(ctx, tx, compliance.Refund{
		Committee: committee, Receipt: string(g.ID), Cents: money.Cents(r.Amount), StripeRefund: r.ID,
		RefundedOn: civil.In(made, c.Location()), HappenedAt: made,
	})
	if err != nil || r.Status != stripe.RefundStatusFailed && r.Status != stripe.RefundStatusCanceled {
		return err
	}
	return compliance.FailRefund(ctx, tx, committee, r.ID, civil.In(at, c.Location()), at)
}

// LearnRefunded takes what a charge tells of money that went back: where less is booked than it says, Stripe is asked for its
// refunds.
func LearnRefunded(ctx context.Context, tx *sqlx.Tx, now time.Time, committee registry.CommitteeID, gift GiftID, refunded money.Cents) error {
	g, _, err := receiptOf(ctx, tx, committee, gift)
	if err != nil {
		return err
	}
	var booked struct {
		Stands money.Cents
		Made   int
	}
	const sum = `
		select coalesce(sum(b.cents) filter (where f.refund is null), 0)::bigint as stands, count(*) as made
		from refunds b
		left join refund_failures f on f.committee = b.committee and f.refund = b.id
		where b.committee = $1 and b.receipt = $2 and b.stripe_refund is not null`
	if err := tx.GetContext(ctx, &booked, sum, committee, g.ID); err != nil {
		return fmt.Errorf("sum the refunds of %s: %w", g.ID, err)
	}
	if booked.Stands >= refunded {
		return nil
	}
	return owe(ctx, tx, Owed{
		Committee: committee, Gift: g.ID, Verb: verbRead, Method: http.MethodGet, Path: refundsPath, Body: "charge=" + g.Charge + "&limit=100&expand[0]=data.failure_balance_transaction",
		IdempotencyKey: fmt.Sprintf("%s:refunds:%d:%d", g.ID, booked.Made, refunded), DueAt: now.Add(chargeGrace), // the refund's own event mostly comes at once
	})
}

const refundsPath = "/v1/refunds"

// lookWithin is how long Stripe has to list refunds: with the call that may follow, and what is kept of it, less than claimFor.
const lookWithin = 10 * time.Second

// refund makes a refund, or finds it: what an earlier try may have made is looked for first. Stripe takes one call as often as
// it comes under one key, but forgets a key after a day, and where it has stored a failure the key is another (see fail). A
// call whose refund can't be looked for waits, and is never given up.
func (a *Accounts) refund(ctx context.Context, c Owed) (*stripe.Refund, error) {
	if c.Attempts > 1 {
		made, err := a.refundMade(ctx, c)
		if made != nil || err != nil {
			return made, err
		}
	}
	var r stripe.Refund
	err := a.call(ctx, c, &r)
	return &r, err
}

// refundMade gives the refund that a call has made: that of its payment with its sum and its metadata, in which the call is
// numbered. There is none where both results are nil.
func (a *Accounts) refundMade(ctx context.Context, c Owed) (*stripe.Refund, error) {
	sent, err := url.ParseQuery(c.Body)
	if err != nil {
		return nil, fmt.Errorf("read the body of call %s: %w", c.ID, err)
	}
	look := c
	look.Body = url.Values{"payment_intent": {sent.Get("payment_intent")}}.Encode()
	list, err := a.refundsOf(ctx, look)
	if err != nil {
		return nil, fmt.Errorf("look whether the refund was made: %v", err) // not wrapped: a refusal to list is none of the refund
	}
	for _, r := range list {
		if sameRefund(sent, r) {
			return r, nil
		}
	}
	return nil, nil
}

// sameRefund tells whether a refund is the one that a form asked for.
func sameRefund(sent url.Values, r *stripe.Refund) bool {
	if sent.Get("amount") != strconv.FormatInt(r.Amount, 10) {
		return false
	}
	for field := range sent {
		if name, ok := strings.CutPrefix(field, "metadata["); ok && r.Metadata[strings.TrimSuffix(name, "]")] != sent.Get(field) {
			return false
		}
	}
	return true
}

// refundsOf lists all refunds that a question's body asks for.
func (a *Accounts) refundsOf(ctx context.Context, c Owed) ([]*stripe.Refund, error) {
	query, err := url.ParseQuery(c.Body)
	if err != nil {
		return nil, fmt.Errorf("read the body of call %s: %w", c.ID, err)
	}
	ctx, cancel := context.WithTimeout(ctx, lookWithin)
	defer cancel()
	var list []*stripe.Refund
	err = each(ctx, a, c.Committee, refundsPath, query, func(r *stripe.Refund) string {
		list = append(list, r)
		return r.ID
	})
	return list, err
}

// LearnDispute takes what a dispute tells, at the moment of its event: the funds withdrawn with the processor's fee, the
// loss, the funds reinstated, with the fee where it comes back. An inquiry moves no money and is nothing here. A bank that took the
// whole charge though a part had been refunded gives that part back with the loss, which the event of the loss need not show: Stripe
// is asked for the dispute.
func LearnDispute(ctx context.Context, tx *sqlx.Tx, at time.Time, committee registry.CommitteeID, gift GiftID, d *stripe.Dispute) error {
	return learnDispute(ctx, tx, at, committee, gift, d, false)
}

// learnDispute is LearnDispute of an event, or of what Stripe answers when it is asked.
func learnDispute(ctx context.Context, tx *sqlx.Tx, at time.Time, committee registry.CommitteeID, gift GiftID, d *stripe.Dispute, asked bool) error {
	g, c, err := receiptOf(ctx, tx, committee, gift)
	if err != nil {
		return err
	}
	day := func(t time.Time) civil.Day { return civil.In(t, c.Location()) }
	taken, given := movements(d)
	lost := d.Status == stripe.DisputeStatusLost && taken > given
	for _, b := range d.BalanceTransactions {
		moved := time.Unix(b.Created, 0).UTC()
		switch {
		case b.Amount < 0:
			err = compliance.OpenDispute(ctx, tx, compliance.Dispute{
				Committee: committee, ID: d.ID, Receipt: string(g.ID), Cents: money.Cents(-b.Amount), OpenedOn: day(moved), HappenedAt: moved,
			})
			if err == nil && b.Fee > 0 {
				err = compliance.RecordFee(ctx, tx, compliance.Fee{
					Committee: committee, ID: b.ID, Charge: g.Charge, Cents: money.Cents(b.Fee), PostedOn: day(moved), HappenedAt: moved, Dispute: true,
				})
			}
		case b.Amount > 0:
			if at = moved; !lost {
				err = compliance.EndDispute(ctx, tx, committee, d.ID, "won", day(moved), moved)
			}
			if err == nil && b.Fee < 0 {
				err = compliance.ReturnFee(ctx, tx, compliance.FeeReturn{
					Committee: committee, ID: b.ID, Cents: money.Cents(-b.Fee), PostedOn: day(moved), HappenedAt: moved,
				})
			}
		}
		if err != nil {
			return err
		}
	}
	if !lost {
		return nil
	}
	if given == 0 && !asked {
		here, err := compliance.Here(ctx, tx, committee, string(g.ID))
		if err != nil {
			return err
		}
		due := at
		if taken > here { // a part that was refunded is about to come back
			due = at.Add(chargeGrace)
		}
		return owe(ctx, tx, Owed{
			Committee: committee, Gift: g.ID, Verb: verbRead, Method: http.MethodGet, Path: disputesPath + d.ID,
			IdempotencyKey: fmt.Sprintf("%s:read:%s@%d", g.ID, d.ID, at.Unix()), DueAt: due,
		})
	}
	return compliance.LoseDispute(ctx, tx, committee, d.ID, given, day(at), at)
}

const disputesPath = "/v1/disputes/"

// heardAt is the moment of the event that made a call about a dispute: the loss is dated by it, however late Stripe answers. It is told
// behind the key, as a question has no use for one at Stripe.
func heardAt(c Owed, otherwise time.Time) time.Time {
	_, said, _ := strings.Cut(c.IdempotencyKey, "@")
	if unix, err := strconv.ParseInt(said, 10, 64); err == nil {
		return time.Unix(unix, 0).UTC()
	}
	return otherwise
}

// movements sums what a dispute took, and what of it was given back.
func movements(d *stripe.Dispute) (taken, given money.Cents) {
	for _, b := range d.BalanceTransactions {
		if b.Amount < 0 {
			taken -= money.Cents(b.Amount)
		} else {
			given += money.Cents(b.Amount)
		}
	}
	return taken, given
}

// LearnPayout takes what a payout tells, at the moment of its event: that it reached the bank, or that the bank sent it back.
func LearnPayout(ctx context.Context, tx *sqlx.Tx, at time.Time, committee registry.CommitteeID, p *stripe.Payout) error {
	c, err := registry.FindCommittee(ctx, tx, committee, time.Time{})
	if err != nil {
		return err
	}
	on := civil.In(at, c.Location())
	switch p.Status {
	case stripe.PayoutStatusPaid:
		return compliance.RecordPayout(ctx, tx, compliance.Payout{
			Committee: committee, ID: p.ID, Cents: money.Cents(p.Amount), PaidOn: on, HappenedAt: at,
		})
	case stripe.PayoutStatusFailed:
		err := compliance.FailPayout(ctx, tx, committee, p.ID, on, at)
		if errors.Is(err, sql.ErrNoRows) {
			return nil // it never reached the bank, and was not booked
		}
		return err
	}
	return nil
}

// HeldYet is what of a forwarded gift may go back to its giver: what came back after the rest was forwarded, and is not on its way
// already.
func HeldYet(ctx context.Context, q sqlx.QueryerContext, committee registry.CommitteeID, receipt string) (money.Cents, error) {
	held, err := compliance.EarmarksLeft(ctx, q, committee, receipt)
	if err != nil || len(held) == 0 {
		return 0, err
	}
	here, err := compliance.Here(ctx, q, committee, receipt)
	if err != nil {
		return 0, err
	}
	left, err := compliance.Refundable(ctx, q, committee, receipt)
	return max(0, held[0].Cents-(here-left)), err
}

// Refund is a person's decision to give a card gift back, whole or in part: the call to Stripe is owed, and the books follow
// its answer. A *compliance.Refusal says why it can't be.
func Refund(ctx context.Context, db *sqlx.DB, now time.Time, actor string, committee registry.CommitteeID, gift GiftID, cents money.Cents) error {
	return pg.InTx(ctx, db, actor, []string{string(committee)}, func(tx *sqlx.Tx) error {
		g, err := hold(ctx, tx, committee, gift)
		if err != nil {
			return err
		}
		refuse := func(field, text, cite string) error {
			return &compliance.Refusal{Findings: []compliance.Finding{{Field: field, Text: text, Cite: cite}}}
		}
		if g.State != Settled {
			return refuse("", "Nothing was charged: there is nothing to give back", "")
		}
		left, err := compliance.Refundable(ctx, tx, committee, string(gift))
		if err != nil {
			return err
		}
		var made int
		const calls = `select count(*) from owed_calls where committee = $1 and gift = $2 and verb = 'refund'`
		if err := tx.GetContext(ctx, &made, calls, committee, gift); err != nil {
			return fmt.Errorf("count the refunds of %s: %w", gift, err)
		}
		var forwarded bool
		const sent = `select exists (select from forward_items where committee = $1 and receipt = $2)`
		if err := tx.GetContext(ctx, &forwarded, sent, committee, gift); err != nil {
			return fmt.Errorf("look where the money is: %w", err)
		}
		if forwarded { // of which nothing is here, unless some of it came back late
			if left, err = HeldYet(ctx, tx, committee, string(gift)); err != nil {
				return err
			}
		}
		disputed, err := compliance.Disputed(ctx, tx, committee, string(gift))
		if err != nil {
			return err
		}
		switch {
		case forwarded && left == 0:
			return refuse("", "It was forwarded to the candidate's committee: the giver asks them", "11 CFR 110.6(b)(2)(iii)")
		case disputed:
			return refuse("", "The giver's bank has taken it back by a dispute: a refund would pay twice", "")
		case cents <= 0 || cents > left:
			return refuse("amount", fmt.Sprintf("At most %v of it is still here", left), "")
		}
		id, values := pg.NewID('C'), &form.Values{}
		form.AppendTo(values, &stripe.RefundParams{
			PaymentIntent: stripe.String(g.PaymentIntent), Amount: stripe.Int64(int64(cents)),
			Reason:   stripe.String(string(stripe.RefundReasonRequestedByCustomer)),
			Metadata: map[string]string{"dure_gift": string(g.ID), "dure_committee": string(committee), "dure_call": id},
		})
		return owe(ctx, tx, Owed{
			Committee: committee, ID: id, Gift: gift, Verb: verbRefund, Method: http.MethodPost, Path: refundsPath, Body: values.Encode(),
			IdempotencyKey: fmt.Sprintf("%s:refund:%d", gift, made+1), DueAt: now,
		})
	})
}
