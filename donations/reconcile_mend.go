package donations

import (
	"context"
	"net/url"
	"slices"
	"sync"
	"time"

	"github.com/jmoiron/sqlx"
	"github.com/stripe/stripe-go/v79"

	"dure/pg"
	"dure/registry"
)

// mendsAtOnce is how many of a committee's facts are asked for at a time.
const mendsAtOnce = 8

// mend asks Stripe for each thing that the books need, and hands the answer to the verb that takes it as an event would:
// charges first, as what comes back waits for them. It tells what was learned, and what each try brought.
func (a *Accounts) mend(ctx context.Context, now func() time.Time, c registry.Committee, needs []need) ([]Mended, map[key]error) {
	var order []need
	for _, p := range []part{partIntent, partCharge, partRefund, partDispute, partPayout} {
		for _, n := range needs {
			if n.part == p && !slices.ContainsFunc(order, func(o need) bool { return o.part == p && o.id == n.id }) {
				order = append(order, n)
			}
		}
	}
	var mu sync.Mutex
	tried, counts := map[key]error{}, map[part]int{}
	for len(order) > 0 {
		together := order[:1]
		for len(together) < min(mendsAtOnce, len(order)) && order[len(together)].part == order[0].part {
			together = order[:len(together)+1]
		}
		order = order[len(together):]
		var asked sync.WaitGroup
		for _, n := range together {
			asked.Go(func() {
				err := a.mendOne(ctx, now(), c, n)
				mu.Lock()
				defer mu.Unlock()
				if tried[n.key()] = err; err == nil {
					counts[n.part]++
				}
			})
		}
		asked.Wait()
	}
	var mended []Mended
	for _, m := range []struct {
		part part
		what string
	}{
		{partIntent, "payments"}, {partCharge, "charges and fees"}, {partRefund, "refunds"}, {partDispute, "disputes"}, {partPayout, "payouts"},
	} {
		if counts[m.part] > 0 {
			mended = append(mended, Mended{m.what, counts[m.part]})
		}
	}
	return mended, tried
}

// mendOne learns one fact from Stripe's object. The answer is there before the transaction begins.
func (a *Accounts) mendOne(ctx context.Context, now time.Time, c registry.Committee, n need) error {
	var learn func(tx *sqlx.Tx) error
	var err error
	switch n.part {
	case partIntent:
		var p stripe.PaymentIntent
		err = ask(ctx, a, c.ID, "/v1/payment_intents/"+n.id, url.Values{"expand[0]": {"latest_charge.balance_transaction"}}, &p)
		learn = func(tx *sqlx.Tx) error {
			return learnPayment(ctx, tx, now, c.ID, n.gift, PaymentOf(&p), p.LatestCharge)
		}
	case partCharge:
		var ch stripe.Charge
		err = ask(ctx, a, c.ID, "/v1/charges/"+n.id, url.Values{"expand[0]": {"balance_transaction"}}, &ch)
		learn = func(tx *sqlx.Tx) error { return learnPayment(ctx, tx, now, c.ID, n.gift, ChargeOf(&ch), &ch) }
	case partRefund:
		var r stripe.Refund
		err = ask(ctx, a, c.ID, "/v1/refunds/"+n.id, url.Values{"expand[0]": {"failure_balance_transaction"}}, &r)
		learn = func(tx *sqlx.Tx) error {
			return LearnRefund(ctx, tx, movedAt(r.FailureBalanceTransaction, now), c.ID, n.gift, &r)
		}
	case partDispute:
		var d stripe.Dispute
		err = ask(ctx, a, c.ID, "/v1/disputes/"+n.id, url.Values{}, &d)
		learn = func(tx *sqlx.Tx) error { return learnDispute(ctx, tx, now, c.ID, n.gift, &d, true) }
	case partPayout:
		var p stripe.Payout
		err = ask(ctx, a, c.ID, "/v1/payouts/"+n.id, url.Values{"expand[0]": {"failure_balance_transaction"}}, &p)
		learn = func(tx *sqlx.Tx) error {
			return LearnPayout(ctx, tx, movedAt(p.FailureBalanceTransaction, arrival(&p, c, now)), c.ID, &p)
		}
	}
	if err != nil {
		return err
	}
	return pg.InTx(ctx, a.db, "reconcile", []string{string(c.ID)}, learn)
}

// learnPayment learns a payment, and its fee at once where the charge tells its balance transaction.
func learnPayment(ctx context.Context, tx *sqlx.Tx, now time.Time, committee registry.CommitteeID, gift GiftID, p Payment, charge *stripe.Charge) error {
	var fee *stripe.BalanceTransaction
	if charge != nil && charge.BalanceTransaction != nil && charge.BalanceTransaction.Created != 0 {
		fee, p.Transaction = charge.BalanceTransaction, "" // told in full: nothing is left to ask
	}
	if err := Learn(ctx, tx, now, committee, gift, p); err != nil || fee == nil {
		return err
	}
	return learnFee(ctx, tx, Owed{Committee: committee, Gift: gift}, fee)
}

// movedAt is when a balance transaction was made, or another moment where there is none.
func movedAt(b *stripe.BalanceTransaction, otherwise time.Time) time.Time {
	if b == nil || b.Created == 0 {
		return otherwise
	}
	return time.Unix(b.Created, 0).UTC()
}

// arrival is the day on which a payout reached the bank, as the payout tells it: a day, not a moment. It is noon of that day
// in the committee's zone, and never later than now.
func arrival(p *stripe.Payout, c registry.Committee, now time.Time) time.Time {
	y, m, d := time.Unix(p.ArrivalDate, 0).UTC().Date()
	if noon := time.Date(y, m, d, 12, 0, 0, 0, c.Location()); noon.Before(now) {
		return noon.UTC()
	}
	return now
}
