package compliance

import (
	"context"
	"fmt"
	"time"

	"github.com/jmoiron/sqlx"

	"dure/civil"
	"dure/ledger"
	"dure/money"
	"dure/pg"
	"dure/registry"
)

// Dispute is money that a cardholder's bank took back until it is decided whose it is.
type Dispute struct {
	Committee  registry.CommitteeID
	ID         string // Stripe's
	Receipt    string
	Cents      money.Cents
	OpenedOn   civil.Day
	HappenedAt time.Time
}

// OpenDispute books that the funds were withdrawn: still cash, not spendable. One that is booked already stays as it is.
func OpenDispute(ctx context.Context, tx *sqlx.Tx, d Dispute) error {
	b, err := findBack(ctx, tx, d.Committee, d.Receipt)
	if err != nil {
		return err
	}
	const insert = `
		insert into disputes (committee, id, receipt, cents, opened_on, happened_at, forwarded)
		values ($1, $2, $3, $4, $5, $6, $7)
		on conflict on constraint disputes_pk do nothing`
	if fresh, err := once(ctx, tx, insert, d.Committee, d.ID, d.Receipt, d.Cents, d.OpenedOn, d.HappenedAt, b.Forwarded); err != nil {
		return fmt.Errorf("open dispute %s: %w", d.ID, err)
	} else if !fresh {
		return nil
	}
	return ledger.Post(ctx, tx, ledger.Entry{
		Committee: d.Committee, Source: "dispute:" + d.ID, PostedOn: d.OpenedOn, Text: "Dispute " + d.ID,
		Lines: []ledger.Line{{Account: ledger.InDispute, Cents: d.Cents}, {Account: ledger.Stripe, Cents: -d.Cents}},
	})
}

// EndDispute books how a dispute was decided. Won, the money is back with the processor and nothing is reported. Lost, it is a
// negative receipt on the original line, dated that day; the giver's room comes back. The giver is locked.
func EndDispute(ctx context.Context, tx *sqlx.Tx, committee registry.CommitteeID, dispute, outcome string, on civil.Day, at time.Time) error {
	return endDispute(ctx, tx, committee, dispute, outcome, 0, on, at)
}

// LoseDispute is EndDispute of a dispute that was lost, and of which the bank gave a part back: the one that had been refunded before.
// The rest alone is lost.
func LoseDispute(ctx context.Context, tx *sqlx.Tx, committee registry.CommitteeID, dispute string, returned money.Cents, on civil.Day, at time.Time) error {
	return endDispute(ctx, tx, committee, dispute, "lost", returned, on, at)
}

func endDispute(ctx context.Context, tx *sqlx.Tx, committee registry.CommitteeID, dispute, outcome string, given money.Cents, on civil.Day, at time.Time) error {
	var d struct {
		Receipt   string
		Cents     money.Cents
		Forwarded bool
	}
	const find = `select receipt, cents, forwarded from disputes where committee = $1 and id = $2`
	if err := tx.GetContext(ctx, &d, find, committee, dispute); err != nil {
		return fmt.Errorf("find dispute %s: %w", dispute, err)
	}
	b, err := findBack(ctx, tx, committee, d.Receipt)
	if err != nil {
		return err
	}
	const insert = `
		insert into dispute_ends (committee, dispute, id, outcome, returned_cents, ended_on, happened_at)
		values ($1, $2, $3, $4, $5, $6, $7)
		on conflict on constraint dispute_ends_pk do nothing`
	if fresh, err := once(ctx, tx, insert, committee, dispute, pg.NewID('L'), outcome, given, on, at); err != nil {
		return fmt.Errorf("end dispute %s: %w", dispute, err)
	} else if !fresh {
		return nil
	}
	lost := d.Cents - given
	lines := []ledger.Line{{Account: ledger.Stripe, Cents: d.Cents}}
	if outcome == "lost" {
		back := ledger.Line{Account: receiptAccounts[b.Line], Cents: lost, Feeds: b.Line}
		if b.Candidate != "" {
			back.Feeds = "11(a)(i)"
			if !b.Forwarded {
				back.Account = ledger.Held
			}
		}
		if lines[0].Cents = given; given == 0 {
			lines = nil
		}
		lines = append(lines, back)
	}
	err = ledger.Post(ctx, tx, ledger.Entry{
		Committee: committee, Source: "dispute-" + outcome + ":" + dispute, PostedOn: on, Text: "Dispute " + dispute + " " + outcome,
		Lines: append(lines, ledger.Line{Account: ledger.InDispute, Cents: -d.Cents}),
	})
	if err != nil || outcome == "won" {
		return err
	}
	if b.Counted {
		err := returned(ctx, tx, gave{
			committee: committee, receipt: d.Receipt, contributor: b.Person, cents: lost, on: on, ref: "dispute:" + dispute,
		})
		if err != nil {
			return err
		}
	}
	if b.Candidate == "" || !b.Forwarded {
		return nil
	}
	return openBackCase(ctx, tx, committee, d.Receipt, b, lost, on, "dispute:"+dispute)
}

// Disputed tells whether the giver's bank has taken a receipt back, or some of it, and has not given it back again.
func Disputed(ctx context.Context, q sqlx.QueryerContext, committee registry.CommitteeID, receipt string) (bool, error) {
	const find = `
		select exists (
			select
			from disputes d
			where d.committee = $1 and d.receipt = $2
			  and not exists (select from dispute_ends e where e.committee = d.committee and e.dispute = d.id and e.outcome = 'won'))`
	var disputed bool
	if err := sqlx.GetContext(ctx, q, &disputed, find, committee, receipt); err != nil {
		return false, fmt.Errorf("look for disputes of %s: %w", receipt, err)
	}
	return disputed, nil
}

// Payout is money that the card processor sent to the bank.
type Payout struct {
	Committee  registry.CommitteeID
	ID         string      // Stripe's
	Cents      money.Cents // below zero where the processor drew from the bank
	PaidOn     civil.Day
	HappenedAt time.Time
}

// RecordPayout books a payout; one that is booked already stays as it is. No line of the report is fed.
func RecordPayout(ctx context.Context, tx *sqlx.Tx, p Payout) error {
	const insert = `
		insert into payouts (committee, id, cents, paid_on, happened_at)
		values ($1, $2, $3, $4, $5)
		on conflict on constraint payouts_pk do nothing`
	if fresh, err := once(ctx, tx, insert, p.Committee, p.ID, p.Cents, p.PaidOn, p.HappenedAt); err != nil {
		return fmt.Errorf("record payout %s: %w", p.ID, err)
	} else if !fresh {
		return nil
	}
	return ledger.Post(ctx, tx, ledger.Entry{
		Committee: p.Committee, Source: "payout:" + p.ID, PostedOn: p.PaidOn, Text: "Payout " + p.ID,
		Lines: []ledger.Line{{Account: ledger.Bank, Cents: p.Cents}, {Account: ledger.Stripe, Cents: -p.Cents}},
	})
}

// FailPayout books that the bank sent a payout back.
func FailPayout(ctx context.Context, tx *sqlx.Tx, committee registry.CommitteeID, id string, on civil.Day, at time.Time) error {
	var cents money.Cents
	if err := tx.GetContext(ctx, &cents, `select cents from payouts where committee = $1 and id = $2`, committee, id); err != nil {
		return fmt.Errorf("find payout %s: %w", id, err)
	}
	const insert = `
		insert into payout_failures (committee, payout, failed_on, happened_at)
		values ($1, $2, $3, $4)
		on conflict on constraint payout_failures_pk do nothing`
	if fresh, err := once(ctx, tx, insert, committee, id, on, at); err != nil {
		return fmt.Errorf("record that payout %s failed: %w", id, err)
	} else if !fresh {
		return nil
	}
	return ledger.Post(ctx, tx, ledger.Entry{
		Committee: committee, Source: "payout-failed:" + id, PostedOn: on, Text: "Payout " + id + " failed",
		Lines: []ledger.Line{{Account: ledger.Stripe, Cents: cents}, {Account: ledger.Bank, Cents: -cents}},
	})
}
