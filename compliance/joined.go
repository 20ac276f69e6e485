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
		if err := shareKnowledge(ctx, tx, rows, s.on); err != nil {
			return err
		}
		if err := lookAtEachLimit(ctx, tx, rows, s); err != nil {
			return err
		}
	}
	return nil
}

// shareKnowledge makes what was found of one of the rows of a giver, their kind or a status, known of all, and looks again at what came from them.
func shareKnowledge(ctx context.Context, tx *sqlx.Tx, rows []registry.PersonID, found civil.Day) error {
	var learned []struct{ Kind, Evidence string }
	const last = `select kind, evidence from person_kinds where person = any($1) order by recorded_at desc, id desc limit 1`
	if err := tx.SelectContext(ctx, &learned, last, pq.Array(rows)); err != nil {
		return fmt.Errorf("what is known of %s: %w", rows[0], err)
	}
	var statuses bool
	const hasStatus = `select exists (select from person_statuses where person = any($1))`
	if err := tx.GetContext(ctx, &statuses, hasStatus, pq.Array(rows)); err != nil {
		return fmt.Errorf("what is known of %s: %w", rows[0], err)
	}
	if len(learned) == 0 && !statuses {
		return nil
	}
	for _, l := range learned {
		kinds, err := registry.Kinds(ctx, tx, rows...)
		if err != nil {
			return err
		}
		for _, row := range rows {
			if kinds[row] == l.Kind {
				continue
			}
			if err := registry.CorrectKind(ctx, tx, row, l.Kind, found, "One giver with another, of whom it was found: "+l.Evidence); err != nil {
				return err
			}
			break // it is recorded of all rows
		}
	}
	_, err := standing{Person: rows[0]}.lookAgain(ctx, tx, found, "joined:they are one with another")
	return err
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
