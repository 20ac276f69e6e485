package web

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strconv"

	"github.com/go-chi/chi/v5"
	"github.com/jmoiron/sqlx"

	"dure/civil"
	"dure/compliance"
	"dure/donations"
	"dure/money"
)

// giftBack is what went back of a gift whose money came, and what still can.
type giftBack struct {
	Rows []backRow
	Made int         // calls for a refund so far: the form sends them along, and one sent twice is seen by them
	Left money.Cents // what no refund has or awaits
	Why  string      // why nothing can be given back, or empty
}

// backRow is a refund or a dispute.
type backRow struct {
	What, State string
	Day, Ended  civil.Day
	Cents       money.Cents
}

// Stands tells in words how it ended, or that it has not.
func (b backRow) Stands() string {
	switch b.State {
	case "asked":
		return "Stripe is being asked"
	case "failed":
		return "failed on " + short(b.Ended) + ": the bank did not take it"
	case "won":
		return "won on " + short(b.Ended) + ": the money is here again"
	case "lost":
		return "lost on " + short(b.Ended) + ": the money is gone"
	}
	return b.State
}

// backOf tells what went back of a gift.
func (d *Desk) backOf(ctx context.Context, v visit, receipt giftReceipt) (*giftBack, error) {
	const list = `
		select 'Refund' as what, case when f.refund is null then 'given back' else 'failed' end as state,
		       b.refunded_on as day, f.failed_on as ended, b.cents
		from refunds b
		left join refund_failures f on f.committee = b.committee and f.refund = b.id
		where b.committee = $1 and b.receipt = $2
		union all
		select 'Dispute', coalesce(e.outcome, 'open'), d.opened_on, e.ended_on, d.cents - coalesce(e.returned_cents, 0)
		from disputes d
		left join dispute_ends e on e.committee = d.committee and e.dispute = d.id
		where d.committee = $1 and d.receipt = $2
		union all
		select 'Refund', 'asked', (made_at at time zone $3)::date, null, substring(body from 'amount=([0-9]+)')::bigint
		from owed_calls
		where committee = $1 and gift = $2 and verb = 'refund' and state = 'owed'
		order by day, what, state`
	var b giftBack
	if err := d.DB.SelectContext(ctx, &b.Rows, list, v.Committee.ID, receipt.ID, v.Committee.Zone); err != nil {
		return nil, fmt.Errorf("list what went back of %s: %w", receipt.ID, err)
	}
	var err error
	if b.Left, err = compliance.Refundable(ctx, d.DB, v.Committee.ID, receipt.ID); err != nil {
		return nil, err
	}
	if b.Made, err = refundsAsked(ctx, d.DB, v, donations.GiftID(receipt.ID)); err != nil {
		return nil, err
	}
	disputed := false
	for _, row := range b.Rows {
		if row.State == "open" || row.State == "lost" {
			disputed = true
		}
	}
	if receipt.Method != nil {
		if b.Left, err = donations.HeldYet(ctx, d.DB, v.Committee.ID, receipt.ID); err != nil {
			return nil, err
		}
	}
	switch {
	case receipt.Method != nil && b.Left == 0:
		b.Why = "It was forwarded to the candidate’s committee: the giver asks them. 11 CFR 110.6(b)(2)(iii)."
	case disputed:
		b.Why = "The giver’s bank has taken it back by a dispute: a refund would pay twice."
	case b.Left <= 0:
		b.Why = "All of it went back, or is on its way."
	}
	return &b, nil
}

// refundsAsked counts the calls for a refund of a gift that were ever made.
func refundsAsked(ctx context.Context, q sqlx.QueryerContext, v visit, gift donations.GiftID) (int, error) {
	var made int
	const count = `select count(*) from owed_calls where committee = $1 and gift = $2 and verb = 'refund'`
	if err := sqlx.GetContext(ctx, q, &made, count, v.Committee.ID, gift); err != nil {
		return 0, fmt.Errorf("count the refunds of %s: %w", gift, err)
	}
	return made, nil
}

// giveBack gives a gift back, whole or in part: Stripe is asked, and the books follow its answer. The same form sent twice
// is one refund.
func (d *Desk) giveBack(w http.ResponseWriter, r *http.Request, v visit) error {
	ctx, id, f := r.Context(), donations.GiftID(chi.URLParam(r, "gift")), entered(r)
	cents := f.cents("amount")
	if !f.ok() {
		return d.notGivenBack(w, r, v, f)
	}
	sent, err := d.askRefund(ctx, v, id, f.Value("made"), cents)
	var refusal *compliance.Refusal
	switch {
	case errors.As(err, &refusal):
		f.found(refusal)
		return d.notGivenBack(w, r, v, f)
	case err != nil:
		return err
	case !sent:
		return d.done(w, r, v.at("gifts", string(id)), "It was sent already, or another refund was asked for meanwhile. Nothing is given back twice: look at what went back.")
	}
	return d.done(w, r, v.at("gifts", string(id)), usd(cents)+" goes back to the giver. Stripe is being asked.")
}

// askRefund asks for a refund unless the gift has other refunds than those that the form knew of. Forms that come at once
// take turns: the lock is the gift's, and of the desk alone.
func (d *Desk) askRefund(ctx context.Context, v visit, gift donations.GiftID, known string, cents money.Cents) (sent bool, err error) {
	tx, err := d.DB.BeginTxx(ctx, nil)
	if err != nil {
		return false, fmt.Errorf("begin: %w", err)
	}
	defer tx.Rollback()
	var free bool
	const turn = `select pg_try_advisory_xact_lock(hashtextextended($1, 0))`
	if err := tx.GetContext(ctx, &free, turn, "refund "+string(v.Committee.ID)+" "+string(gift)); err != nil {
		return false, fmt.Errorf("take the turn to refund %s: %w", gift, err)
	}
	made, err := refundsAsked(ctx, tx, v, gift)
	if err != nil || !free || known != strconv.Itoa(made) {
		return false, err
	}
	return true, donations.Refund(ctx, d.DB, v.Now, v.Member.ID.Actor(), v.Committee.ID, gift, cents)
}

// notGivenBack shows a gift with what is wrong with a refund on it; of one that can't be given back the next page tells.
func (d *Desk) notGivenBack(w http.ResponseWriter, r *http.Request, v visit, f *form) error {
	page, err := d.giftPageOf(r, v, f)
	if err != nil {
		return err
	}
	if page.Back == nil || page.Back.Why != "" {
		said := "Nothing was changed."
		for _, wrong := range f.Wrong {
			said += " " + wrong.Text
		}
		return d.done(w, r, v.at("gifts", page.GiftID), said)
	}
	return d.show(w, r, http.StatusUnprocessableEntity, "gift", page)
}
