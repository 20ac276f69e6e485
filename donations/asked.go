package donations

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"github.com/jmoiron/sqlx"

	"dure/civil"
	"dure/compliance"
	"dure/money"
	"dure/pg"
	"dure/registry"
)

// Request is a giver's wish to have a gift back, which a person at the committee answers: by a refund made since then, or by
// words.
type Request struct {
	Committee  registry.CommitteeID
	Gift       GiftID
	Number     int // of the gift's requests, from 1
	Reason     string
	Language   string
	AskedAt    time.Time    `db:"asked_at"`
	DeclinedAt sql.NullTime `db:"declined_at"`
	Words      string       // to the giver, where it was declined
	Open       bool         // nobody has answered it
}

// requests of gifts; a refund that is owed or came since a request was made answers it.
const requests = `
	select r.committee, r.gift, r.number, r.reason, r.language, r.asked_at, d.declined_at, coalesce(d.words, '') as words,
	       d.gift is null
	       and not exists (select from refunds b where b.committee = r.committee and b.receipt = r.gift and b.recorded_at >= r.recorded_at)
	       and not exists (select from owed_calls c
	                       where c.committee = r.committee and c.gift = r.gift and c.verb = 'refund' and c.state <> 'given up' and c.made_at >= r.recorded_at)
	       as open
	from refund_requests r
	left join refund_declines d on d.committee = r.committee and d.gift = r.gift and d.number = r.number`

// OpenRequests lists a committee's requests that nobody has answered, the oldest first.
func OpenRequests(ctx context.Context, q sqlx.QueryerContext, committee registry.CommitteeID) ([]Request, error) {
	const list = `
		select committee, gift, number, reason, language, asked_at, declined_at, words, open
		from (` + requests + ` where r.committee = $1) asked
		where open
		order by asked_at, gift`
	var out []Request
	if err := sqlx.SelectContext(ctx, q, &out, list, committee); err != nil {
		return nil, fmt.Errorf("list the requests to %s: %w", committee, err)
	}
	return out, nil
}

// Returned is money of a gift that went back.
type Returned struct {
	Cents  money.Cents
	On     civil.Day
	Failed bool // the bank did not take it
}

// Back is what became, or may become, of a settled gift's money on its way back.
type Back struct {
	Returned    []Returned
	UnderWay    money.Cents // Stripe is being asked
	Left        money.Cents // what no refund has or awaits
	ForwardedOn civil.Day   // to the candidate's committee; zero where it was not
	Disputed    bool        // the bank took it back, or is deciding
	Last        *Request    // the giver's last request, if there was any
}

// MayAsk tells whether the giver may ask for it back now.
func (b Back) MayAsk() bool {
	return b.Left > 0 && b.ForwardedOn.IsZero() && !b.Disputed && (b.Last == nil || !b.Last.Open)
}

// FindBack gives what became of a settled gift's money.
func FindBack(ctx context.Context, q sqlx.QueryerContext, g Gift) (Back, error) {
	var b Back
	var err error
	if b.Left, err = compliance.Refundable(ctx, q, g.Committee, string(g.ID)); err != nil && !errors.Is(err, sql.ErrNoRows) {
		return b, err // without a receipt there is nothing to go back
	}
	const stands = `
		select (select coalesce(sum(substring(body from 'amount=([0-9]+)')::bigint), 0)::bigint
		        from owed_calls where committee = $1 and gift = $2 and verb = 'refund' and state = 'owed'),
		       (select f.sent_on from forward_items i join forwards f on f.committee = i.committee and f.id = i.forward
		        where i.committee = $1 and i.receipt = $2),
		       exists (select from disputes d where d.committee = $1 and d.receipt = $2
		               and not exists (select from dispute_ends e where e.committee = d.committee and e.dispute = d.id and e.outcome = 'won'))`
	if err := q.QueryRowxContext(ctx, stands, g.Committee, g.ID).Scan(&b.UnderWay, &b.ForwardedOn, &b.Disputed); err != nil {
		return b, fmt.Errorf("look where the money of %s is: %w", g.ID, err)
	}
	const went = `
		select b.cents, b.refunded_on as "on", f.refund is not null as failed
		from refunds b
		left join refund_failures f on f.committee = b.committee and f.refund = b.id
		where b.committee = $1 and b.receipt = $2
		order by b.happened_at, b.id`
	if err := sqlx.SelectContext(ctx, q, &b.Returned, went, g.Committee, g.ID); err != nil {
		return b, fmt.Errorf("list what went back of %s: %w", g.ID, err)
	}
	var last []Request
	const newest = requests + ` where r.committee = $1 and r.gift = $2 order by r.number desc limit 1`
	if err := sqlx.SelectContext(ctx, q, &last, newest, g.Committee, g.ID); err != nil {
		return b, fmt.Errorf("find the request of %s: %w", g.ID, err)
	}
	if len(last) > 0 {
		b.Last = &last[0]
	}
	return b, nil
}

// AskBack takes a giver's request to have a gift back, with why where they said so. A gift has one open request: whoever asks
// while there is one, or where nothing can be asked for, asked for nothing new, and is told so by asked.
func AskBack(ctx context.Context, db *sqlx.DB, now time.Time, committee registry.CommitteeID, gift GiftID, reason, language string) (asked bool, err error) {
	err = pg.InTx(ctx, db, "donor", []string{string(committee)}, func(tx *sqlx.Tx) error {
		asked = false
		g, err := hold(ctx, tx, committee, gift)
		if err != nil || g.State != Settled {
			return err
		}
		b, err := FindBack(ctx, tx, g)
		if err != nil || !b.MayAsk() {
			return err
		}
		number := 1
		if b.Last != nil {
			number = b.Last.Number + 1
		}
		const ask = `insert into refund_requests (committee, gift, number, reason, language, asked_at) values ($1, $2, $3, $4, $5, $6)`
		if _, err := tx.ExecContext(ctx, ask, committee, gift, number, reason, language, now); err != nil {
			return fmt.Errorf("ask for %s back: %w", gift, err)
		}
		asked = true
		return nil
	})
	return asked, err
}

// DeclineRequest answers a gift's open request with words to the giver; no money moves. A *compliance.Refusal says that there is
// none any more.
func DeclineRequest(ctx context.Context, db *sqlx.DB, now time.Time, actor string, committee registry.CommitteeID, gift GiftID, words string) error {
	return pg.InTx(ctx, db, actor, []string{string(committee)}, func(tx *sqlx.Tx) error {
		g, err := hold(ctx, tx, committee, gift)
		if err != nil {
			return err
		}
		b, err := FindBack(ctx, tx, g)
		if err != nil {
			return err
		}
		if b.Last == nil || !b.Last.Open {
			return &compliance.Refusal{Findings: []compliance.Finding{{Text: "The request was answered meanwhile"}}}
		}
		const decline = `insert into refund_declines (committee, gift, number, words, declined_at) values ($1, $2, $3, $4, $5)`
		if _, err := tx.ExecContext(ctx, decline, committee, gift, b.Last.Number, words, now); err != nil {
			return fmt.Errorf("decline the request of %s: %w", gift, err)
		}
		return nil
	})
}
