package compliance

import (
	"context"
	"time"

	"github.com/jmoiron/sqlx"

	"dure/civil"
	"dure/ledger"
	"dure/money"
	"dure/registry"
)

// UnspendableOn is the money of a candidate's own committee on a day that it may not spend on an election: what Unspendable
// counts, and what givers gave for a later one (11 CFR 102.9(e)(2)). One receipt counts no more than what is here of it.
func UnspendableOn(ctx context.Context, q sqlx.QueryerContext, committee registry.CommitteeID, election registry.ElectionID, on civil.Day) (money.Cents, error) {
	balances, err := ledger.Balances(ctx, q, committee, on, time.Time{})
	if err != nil {
		return 0, err
	}
	const sum = `
		select coalesce(sum(greatest(0, least(x.doubt + x.later, x.here))), 0)::bigint
		from (
			select r.cents - ` + gone + ` - coalesce((
						select sum(d.cents) from disgorgements d where d.committee = r.committee and d.receipt = r.id), 0) as here,
			       coalesce((
						select sum(greatest(0, c.excess_cents - coalesce((
							select sum(a.cents) from case_acts a where a.committee = c.committee and a.case_id = c.id), 0)))
						from cases c
						where c.committee = r.committee and c.receipt = r.id and c.state = 'open'
						  and c.kind not in ('paid back after forwarding', 'missing instruction')), 0) as doubt,
			       coalesce((
						select sum(d.cents)
						from designations d
						join elections e on e.id = d.election
						where d.committee = r.committee and d.receipt = r.id
						  and e.held_on > (select held_on from elections where id = $2)), 0) as later
			from receipts r
			where r.committee = $1 and r.received_on <= $3 and r.candidate is null and r.instrument <> 'in-kind') x`
	var cents money.Cents
	if err := sqlx.GetContext(ctx, q, &cents, sum, committee, election, on); err != nil {
		return 0, says(committee, "sum what is for later elections", err)
	}
	return max(0, -balances[ledger.Held]) + cents, nil
}
