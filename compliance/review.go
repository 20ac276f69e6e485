package compliance

import (
	"context"
	"fmt"
	"time"

	"github.com/jmoiron/sqlx"

	"dure/civil"
	"dure/money"
	"dure/pg"
	"dure/registry"
)

// review looks at money that came and opens a case where it passes a limit, with the clock of its cure. Earmarked money
// over the candidate's limit is settled before it would have to be forwarded.
func review(ctx context.Context, tx *sqlx.Tx, r Receipt) error {
	switch r.Line {
	case "11(a)", "11(b)", "11(c)":
	default:
		return nil // transfers between affiliates, offsets and refunds received have no limit (11 CFR 102.6, 110.3(c))
	}
	var kind string
	if err := tx.GetContext(ctx, &kind, `select kind from persons where id = $1`, r.Contributor.Person); err != nil {
		return fmt.Errorf("review %s: %w", r.ID, err)
	}
	room, _, err := Screen(ctx, tx, Proposal{
		Committee: r.Committee, Gift: r.Gift, Person: r.Contributor.Person, Kind: kind,
		Candidate: r.Candidate, Election: r.Election, Made: r.MadeOn,
	})
	if err != nil {
		return err
	}
	excess := min(room.Settled-room.Limit.Cents, r.Cents)
	if excess <= 0 || room.Limit.ID == "" {
		return nil
	}
	clock := law().Clock("cure-excess", r.ReceivedOn)
	if r.Candidate != "" {
		clock = law().Clock("return-earmark-excess", r.ReceivedOn)
	}
	const open = `
		insert into cases (committee, id, kind, receipt, person, rule, limit_cents, excess_cents, received_on, due_on)
		values ($1, $2, 'excessive', $3, $4, $5, $6, $7, $8, $9)`
	_, err = tx.ExecContext(ctx, open, r.Committee, pg.NewID('K'), r.ID, r.Contributor.Person,
		room.Limit.ID, room.Limit.Cents, excess, r.ReceivedOn, clock.Due(r.ReceivedOn))
	if err != nil {
		return fmt.Errorf("open a case for %s: %w", r.ID, err)
	}
	return nil
}

// Case is something that a person must settle by a day.
type Case struct {
	ID         string
	Kind       string // excessive
	Receipt    string
	Person     registry.PersonID
	Giver      string
	Rule       string
	Limit      money.Cents `db:"limit_cents"`
	Excess     money.Cents `db:"excess_cents"`
	Cents      money.Cents // of the receipt
	Candidate  registry.CandidateID
	OpenedAt   time.Time `db:"opened_at"`
	ReceivedOn civil.Day `db:"received_on"`
	DueOn      civil.Day `db:"due_on"`
	State      string
	Note       string
	Due        Due `db:"-"`
}

// Cases lists the open cases of a committee as they stand today, the one due first at the head.
func Cases(ctx context.Context, q sqlx.QueryerContext, committee registry.CommitteeID, today civil.Day) ([]Case, error) {
	const list = `
		select c.id, c.kind, c.receipt, c.person, c.rule, c.limit_cents, c.excess_cents, r.cents, coalesce(r.candidate, '') as candidate,
		       c.opened_at, c.received_on, c.due_on, c.state, c.note,
		       (select case when organization <> '' then organization else first_name || ' ' || last_name end
		        from contributor_versions v
		        where v.committee = c.committee and v.person = r.person
		        order by recorded_at desc limit 1) as giver
		from cases c
		join receipts r on r.committee = c.committee and r.id = c.receipt
		where c.committee = $1 and c.state = 'open'
		order by c.due_on, c.id`
	var out []Case
	if err := sqlx.SelectContext(ctx, q, &out, list, committee); err != nil {
		return nil, says(committee, "list the cases", err)
	}
	for i := range out {
		clock := law().Clock("cure-excess", out[i].ReceivedOn)
		if out[i].Candidate != "" && out[i].Kind == "excessive" {
			clock = law().Clock("return-earmark-excess", out[i].ReceivedOn)
		}
		out[i].Due = dueSince(clock, out[i].ReceivedOn, today)
	}
	return out, nil
}
