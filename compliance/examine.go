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

// Proof is one thing that must be the same, asked in two ways: sums of cents, or how many there are.
type Proof struct {
	What  string
	Facts money.Cents // from receipts, disbursements and the like
	Books money.Cents // from the ledger
	Count bool        // Facts and Books are numbers of things, not sums
}

// Holds tells whether both ways agree.
func (p Proof) Holds() bool { return p.Facts == p.Books }

// Examine proves a committee's books on one snapshot: that facts and ledger say the same of each summary line, of the money
// held and on hand, and that cash is what came less what went.
func Examine(ctx context.Context, db *sqlx.DB, committee registry.CommitteeID) ([]Proof, error) {
	var out []Proof
	err := pg.Snapshot(ctx, db, string(committee), time.Time{}, func(tx *sqlx.Tx, cutoff time.Time) error {
		first, last := civil.Of(1900, 1, 1), civil.Of(9000, 1, 1)
		balances, err := ledger.Balances(ctx, tx, committee, last, cutoff)
		if err != nil {
			return err
		}
		fed, err := ledger.Fed(ctx, tx, committee, first, last, cutoff)
		if err != nil {
			return err
		}
		facts, err := factSums(ctx, tx, committee)
		if err != nil {
			return err
		}
		var received, spent money.Cents
		for _, line := range []string{"11(a)", "11(a)(i)", "11(b)", "11(c)", "12", "15", "16", "17"} {
			what := "line " + line + " receipts"
			if line == "11(a)(i)" {
				what = "earmarked receipts"
			}
			out = append(out, Proof{What: what, Facts: facts[line], Books: fed[line]})
			received += facts[line]
		}
		for _, line := range []string{"21(b)", "22", "23", "28(a)", "28(b)", "28(c)", "29"} {
			out = append(out, Proof{What: "line " + line + " disbursements", Facts: facts[line], Books: fed[line]})
			spent += facts[line]
		}
		out = append(out,
			Proof{What: "held for candidates", Facts: facts["held"], Books: -balances[ledger.Held]},
			Proof{What: "in dispute", Facts: facts["in dispute"], Books: balances[ledger.InDispute]},
			Proof{What: "checks on hand", Facts: facts["on hand"], Books: balances[ledger.Undeposited]},
			Proof{What: "cash: opening + receipts - disbursements", Facts: facts["opening"] + received - spent, Books: ledger.Cash(balances)},
			Proof{What: "entries that do not balance", Books: facts["unbalanced"], Count: true},
			Proof{What: "card gifts settled, and their receipts", Facts: facts["settled gifts"], Books: facts["card receipts"], Count: true},
			Proof{What: "room reserved for gifts under way", Facts: facts["under way"], Books: facts["reserved"]},
		)
		return nil
	})
	if err != nil {
		return nil, says(committee, "examine the books", err)
	}
	return out, nil
}

// factSums asks the tables of facts, beside the ledger.
func factSums(ctx context.Context, tx *sqlx.Tx, committee registry.CommitteeID) (map[string]money.Cents, error) {
	const sums = `
		select what, sum(cents)::bigint as cents
		from (
			select case when candidate is not null then '11(a)(i)' else line end as what, cents
			from receipts where committee = $1
			union all
			select case when r.candidate is not null then '11(a)(i)' else r.line end, e.returned_cents - d.cents
			from dispute_ends e
			join disputes d on d.committee = e.committee and d.id = e.dispute
			join receipts r on r.committee = d.committee and r.id = d.receipt
			where e.committee = $1 and e.outcome = 'lost') came
		group by what
		union all
		select line, sum(cents)::bigint
		from (
			select line, cents from disbursements where committee = $1
			union all
			select '21(b)', cents from processor_fees where committee = $1
			union all
			select '23', cents from forwards where committee = $1
			union all
			select '21(b)', r.cents
			from in_kinds k
			join receipts r on r.committee = k.committee and r.id = k.receipt
			where k.committee = $1
			union all
			select line, cents from refunds where committee = $1
			union all
			select b.line, -b.cents
			from refund_failures f
			join refunds b on b.committee = f.committee and b.id = f.refund
			where f.committee = $1) paid
		group by line
		union all
		select 'opening', coalesce(sum(cents), 0)::bigint from openings where committee = $1
		union all
		select 'held', coalesce(sum(cents), 0)::bigint
		from (
			select cents from receipts where committee = $1 and candidate is not null
			union all
			select -cents from forward_items where committee = $1
			union all
			select -b.cents
			from refunds b
			join receipts r on r.committee = b.committee and r.id = b.receipt
			where b.committee = $1 and r.candidate is not null and not b.forwarded
			  and not exists (select from refund_failures f where f.committee = b.committee and f.refund = b.id)
			union all
			select e.returned_cents - d.cents
			from dispute_ends e
			join disputes d on d.committee = e.committee and d.id = e.dispute
			join receipts r on r.committee = d.committee and r.id = d.receipt
			where e.committee = $1 and e.outcome = 'lost' and r.candidate is not null and not d.forwarded) moved
		union all
		select 'in dispute', coalesce(sum(cents), 0)::bigint
		from disputes d
		where committee = $1
		  and not exists (select from dispute_ends e where e.committee = d.committee and e.dispute = d.id)
		union all
		select 'on hand', coalesce(sum(cents), 0)::bigint
		from receipts r
		where committee = $1 and instrument in ('check', 'cash')
		  and not exists (select from deposit_items d where d.committee = r.committee and d.receipt = r.id)
		union all
		select 'unbalanced', count(*)
		from (select from ledger_lines where committee = $1 group by entry having sum(cents) <> 0) entries
		union all
		select 'settled gifts', count(*) from gifts where committee = $1 and state = 'settled'
		union all
		select 'card receipts', count(*) from receipts where committee = $1 and gift is not null
		union all
		select 'under way', coalesce(sum(cents), 0)::bigint
		from gifts where committee = $1 and state not in ('settled', 'released', 'lapsed', 'expired')
		union all
		select 'reserved', coalesce(sum(cents), 0)::bigint from reservations where committee = $1 and ended_at is null`
	var rows []struct {
		What  string
		Cents money.Cents
	}
	if err := tx.SelectContext(ctx, &rows, sums, committee); err != nil {
		return nil, fmt.Errorf("sum the facts: %w", err)
	}
	out := map[string]money.Cents{}
	for _, r := range rows {
		out[r.What] = r.Cents
	}
	return out, nil
}
