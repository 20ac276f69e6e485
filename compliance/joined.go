package compliance

import (
	"context"
	"fmt"

	"github.com/jmoiron/sqlx"
	"github.com/lib/pq"

	"dure/civil"
	"dure/registry"
)

// shown is a giver whose evidence may have shown that they are one with another: by which receipt, and when.
type shown struct {
	person  registry.PersonID
	receipt string
	on      civil.Day
}

// lookAtJoined opens cases for what givers are over who are found to be one in this transaction, under each of their limits and not that
// alone of the receipt that shows it. The days run from the day on which it shows. The givers, whose rows are given, are locked.
func lookAtJoined(ctx context.Context, tx *sqlx.Tx, givers map[registry.PersonID][]registry.PersonID, all ...shown) error {
	seen := map[registry.PersonID]bool{}
	for _, s := range all {
		rows := givers[s.person]
		if len(rows) == 1 || seen[rows[0]] {
			continue
		}
		seen[rows[0]] = true
		var fresh bool
		const joined = `
			select exists (
				select
				from person_joins
				where (person = any($1) or same_as = any($1)) and xmin = pg_current_xact_id()::xid)`
		if err := tx.GetContext(ctx, &fresh, joined, pq.Array(rows)); err != nil {
			return fmt.Errorf("look who was found to be one: %w", err)
		}
		if !fresh {
			continue
		}
		if err := lookAtEachLimit(ctx, tx, rows, s); err != nil {
			return err
		}
	}
	return nil
}

// lookAtEachLimit looks at the last of what came from a giver under each limit.
func lookAtEachLimit(ctx context.Context, tx *sqlx.Tx, rows []registry.PersonID, s shown) error {
	const list = `
		with came as (
			select committee, id as receipt, person from receipts where person = any($1)
			union
			select committee, receipt, person from attributions where person = any($1))
		select distinct on (r.committee, r.account, r.candidate, coalesce(r.election, d.election), extract(year from r.made_on))
		       r.committee, r.id as receipt, came.person
		from came
		join receipts r on r.committee = came.committee and r.id = came.receipt
		left join designations d on d.committee = r.committee and d.receipt = r.id
		where r.through_receipt is null and (r.line in ('11(a)', '11(b)', '11(c)') or r.account <> '')
		order by r.committee, r.account, r.candidate, coalesce(r.election, d.election), extract(year from r.made_on),
		         r.made_on desc, r.received_on desc, r.recorded_at desc, r.id desc, came.person`
	var last []sharedReceipt
	if err := tx.SelectContext(ctx, &last, list, pq.Array(rows)); err != nil {
		return fmt.Errorf("list what came from %s: %w", rows[0], err)
	}
	for _, at := range last {
		r, err := findStanding(ctx, tx, at.Committee, at.Receipt)
		if err != nil {
			return err
		}
		if err := r.lookAtLimits(ctx, tx, at.Person, s.on, "joined:"+s.receipt+":"+r.ID); err != nil {
			return fmt.Errorf("look again at %s: %w", r.ID, err)
		}
	}
	return nil
}
