package compliance

import (
	"context"
	"fmt"
	"time"

	"github.com/jmoiron/sqlx"

	"dure/civil"
	"dure/registry"
)

// MoveElection gives an election another day, as registry.MoveElection does, and lets the open cases whose clock began with its
// day run from the new one: money for a general election in which a candidate does not stand (11 CFR 102.9(e)(3)). What else
// follows is told by FollowsMove: most is asked of the election's day whenever it is asked, and the rest is for a person.
func MoveElection(ctx context.Context, tx *sqlx.Tx, id registry.ElectionID, to civil.Day, reason string, now time.Time) error {
	was, err := registry.FindElection(ctx, tx, id)
	if err != nil {
		return err
	}
	if err := registry.MoveElection(ctx, tx, id, to, reason); err != nil {
		return err
	}
	clocks, err := movedClocks(ctx, tx, was, to)
	if err != nil {
		return err
	}
	for _, c := range clocks {
		const set = `update cases set started_on = $3, due_on = $4 where committee = $1 and id = $2`
		if _, err := tx.ExecContext(ctx, set, c.Committee, c.Case, c.Starts, c.Due); err != nil {
			return fmt.Errorf("move the clock of case %s: %w", c.Case, err)
		}
		committee, err := registry.FindCommittee(ctx, tx, c.Committee, time.Time{})
		if err != nil {
			return err
		}
		err = act(ctx, tx, CaseAct{
			Committee: c.Committee, Case: c.Case, Kind: "note", On: civil.In(now, committee.Location()),
			Text: fmt.Sprintf("The %s is held on %v: due on %v, no longer on %v", was.Name(), to, c.Due, c.WasDue),
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// movedClock is an open case whose clock begins on another day when an election moves.
type movedClock struct {
	Committee  registry.CommitteeID
	Case       string    `db:"id"`
	ReceivedOn civil.Day `db:"received_on"`
	Started    civil.Day `db:"started_on"`
	WasDue     civil.Day `db:"due_on"`
	Starts     civil.Day `db:"-"`
	Due        civil.Day `db:"-"`
}

// movedClocks lists the open cases whose clock changes when e moves: those of candidates who lost, or left, in it what was given
// for the general election. They run from the vote, or from the receipt where that came after it.
func movedClocks(ctx context.Context, q sqlx.QueryerContext, e registry.Election, to civil.Day) ([]movedClock, error) {
	if !e.Nominates() {
		return nil, nil
	}
	const list = `
		select c.committee, c.id, c.received_on, coalesce(c.started_on, c.received_on) as started_on, c.due_on
		from cases c
		join elections g on g.id = c.election
		join elections e on e.id = $1 and (e.jurisdiction, e.office, e.state, e.district, e.year, e.kind = 'S')
		                                  = (g.jurisdiction, g.office, g.state, g.district, g.year, g.kind = 'S')
		where c.kind = 'general lost' and c.state = 'open' and c.clock = 'general-lost'
		  and (select o.outcome
		       from election_outcomes o
		       where o.election = e.id and o.candidate = (
		               select candidate from committee_versions v where v.committee = c.committee order by v.recorded_at desc, v.id desc limit 1)
		       order by o.recorded_at desc, o.id desc
		       limit 1) in ('lost', 'withdrew')
		order by c.committee, c.id`
	var all, out []movedClock
	if err := sqlx.SelectContext(ctx, q, &all, list, e.ID); err != nil {
		return nil, fmt.Errorf("the clocks that began with the %s: %w", e.Name(), err)
	}
	for _, c := range all {
		c.Starts = later(to, c.ReceivedOn)
		c.Due = clockOf("general lost", false, c.Starts).Due(c.Starts)
		if c.Starts != c.Started || c.Due != c.WasDue {
			out = append(out, c)
		}
	}
	return out, nil
}

// FollowsMove tells what follows where an election is held on another day: the clocks that MoveElection moves, and what is left to a
// person, each by its committee and id. It is asked before the election moves.
func FollowsMove(ctx context.Context, q sqlx.QueryerContext, e registry.Election, to civil.Day) ([]string, error) {
	clocks, err := movedClocks(ctx, q, e, to)
	if err != nil {
		return nil, err
	}
	var out []string
	for _, c := range clocks {
		out = append(out, fmt.Sprintf("Case %s of %s is due on %v, no longer on %v.", c.Case, c.Committee, c.Due, c.WasDue))
	}
	for _, ask := range []struct {
		query string
		args  []any
		says  string
	}{
		{
			pastNoMore,
			[]any{e.ID, to},
			"Case %[2]s of %[1]s speaks of a gift after the vote, made on %[3]v: it is before it now. Close the case at the desk.",
		},
		{
			crossed,
			[]any{e.ID, earlier(e.HeldOn, to), later(e.HeldOn, to)},
			"Receipt %[2]s of %[1]s was made on %[3]v, between the two days: look for which election it counts, and whether it may stay.",
		},
		{
			tooEarly,
			[]any{e.ID, to},
			"The net debts of %[2]s, attested as of %[3]v, are from before the vote, and count no longer: the campaign attests them anew.",
		},
		{
			promised,
			[]any{e.ID},
			"The gift %[2]s through %[1]s, made on %[3]v, is under way: it is held against the day that the election has when its card is authorised.",
		},
	} {
		var rows []struct {
			Committee, ID string
			Day           civil.Day
		}
		if err := sqlx.SelectContext(ctx, q, &rows, ask.query, ask.args...); err != nil {
			return nil, fmt.Errorf("what follows where the %s moves: %w", e.Name(), err)
		}
		for _, r := range rows {
			out = append(out, fmt.Sprintf(ask.says, r.Committee, r.ID, r.Day))
		}
	}
	return out, nil
}

const (
	pastNoMore = `
		select c.committee, c.id, r.made_on as day
		from cases c
		join receipts r on r.committee = c.committee and r.id = c.receipt
		where c.election = $1 and c.state = 'open' and c.kind in ('past election', 'past debts') and r.made_on <= $2
		order by c.committee, c.id`
	crossed = `
		select r.committee, r.id, r.made_on as day
		from receipts r
		where r.made_on > $2 and r.made_on <= $3
		  and exists (
			select
			from elections e
			join elections o on (o.jurisdiction, o.office, o.state, o.district, o.year) = (e.jurisdiction, e.office, e.state, e.district, e.year)
			where e.id = $1
			  and (o.id = r.election
			       or exists (select from designations d where d.committee = r.committee and d.receipt = r.id and d.election = o.id)))
		order by r.committee, r.made_on, r.id`
	tooEarly = `
		select '' as committee, candidate as id, as_of as day
		from (
			select distinct on (candidate) candidate, as_of
			from net_debts
			where election = $1
			order by candidate, as_of desc, recorded_at desc, id desc) n
		where as_of <= $2
		order by candidate`
	promised = `
		select v.committee, v.gift as id, v.made_on as day
		from reservations v
		where v.election = $1 and v.ended_at is null
		order by v.committee, v.made_on, v.gift`
)

func earlier(a, b civil.Day) civil.Day {
	if a.Before(b) {
		return a
	}
	return b
}
