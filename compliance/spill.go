package compliance

import (
	"context"
	"fmt"
	"slices"

	"github.com/jmoiron/sqlx"
	"github.com/lib/pq"

	"dure/civil"
	"dure/money"
	"dure/registry"
)

// counting is a receipt of a giver that counts under one limit, and what of it is in cases of an excess.
type counting struct {
	Committee  registry.CommitteeID
	ID         string
	Person     registry.PersonID // the giver's row that the receipt, or its attribution, names
	Earmarked  bool
	ReceivedOn civil.Day `db:"received_on"`
	Share      money.Cents
	Open       money.Cents // left in open cases
	Accounted  money.Cents // in cases, open or closed, of which the money is still here
}

// spill opens cases for what of an excess no case tells of yet: a giver who is found to be one with another, or a refund that
// did not arrive, may bring gifts over the limit that were within it when they came. over is what is settled above the limit
// now, found the day on which that came to light: the days of these cases run from it. Excessive is the receipt itself, then the
// last gifts.
func (s reviewed) spill(ctx context.Context, tx *sqlx.Tx, t target, a asking, over money.Cents, found civil.Day, ref string) error {
	if over <= 0 {
		return nil
	}
	receipts, err := s.countingTogether(ctx, tx, t)
	if err != nil {
		return err
	}
	for _, r := range receipts {
		over -= r.Accounted
	}
	itself := func(r counting) bool { return r.Committee == s.Committee && r.ID == s.receipt }
	slices.SortStableFunc(receipts, func(a, b counting) int {
		switch {
		case itself(a) && !itself(b):
			return -1
		case itself(b) && !itself(a):
			return 1
		}
		return 0
	})
	for _, r := range receipts {
		cents := min(over, r.Share-r.Open)
		if cents <= 0 {
			continue
		}
		over -= cents
		started := later(found, r.ReceivedOn)
		_, err := openCase(ctx, tx, caseOpening{
			committee: r.Committee, kind: "excessive", receipt: r.ID, person: r.Person, rule: a.id, limit: a.limit, excess: cents,
			receivedOn: r.ReceivedOn, started: started, clock: clockOf("excessive", r.Earmarked, started), election: t.election.ID, ref: ref,
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// countingTogether lists the receipts of a giver that count under the limit of one of them, the last made first.
func (s reviewed) countingTogether(ctx context.Context, tx *sqlx.Tx, t target) ([]counting, error) {
	persons, err := registry.Same(ctx, tx, s.Person)
	if err != nil {
		return nil, err
	}
	const inCases = `
		       case when r.person = any($1) then r.person
		            else (select min(a.person) from attributions a where a.committee = r.committee and a.receipt = r.id and a.person = any($1)) end as person,
		       coalesce((
					select sum(greatest(0, c.excess_cents - coalesce((
						select sum(a.cents) from case_acts a where a.committee = c.committee and a.case_id = c.id), 0)))
					from cases c
					where c.committee = r.committee and c.receipt = r.id and c.kind = 'excessive' and c.state = 'open' and c.person = any($1)
					  and coalesce(c.election, '') = $2), 0)::bigint as open,
		       coalesce((
					select sum(greatest(0, c.excess_cents - coalesce((
						select sum(a.cents) from case_acts a
						where a.committee = c.committee and a.case_id = c.id and a.kind <> 'disgorgement'), 0)))
					from cases c
					where c.committee = r.committee and c.receipt = r.id and c.kind = 'excessive' and c.person = any($1)
					  and coalesce(c.election, '') = $2), 0)::bigint as accounted`
	const toCommittee = `
		select r.committee, r.id, false as earmarked, r.received_on,
		       (case when r.person = any($1) then r.cents - ` + gone + ` else 0 end
		        + coalesce((select sum(a.cents) from attributions a where a.committee = r.committee and a.receipt = r.id and a.person = any($1)), 0))::bigint as share,` + inCases + `
		from receipts r
		where (r.person = any($1) or exists (select from attributions a where a.committee = r.committee and a.receipt = r.id and a.person = any($1)))
		  and r.committee = any($3) and r.made_on between $4 and $5 and r.candidate is null and r.account = $6
		  and (r.line in ('11(a)', '11(b)', '11(c)') or r.account <> '')
		order by r.made_on desc, r.received_on desc, r.recorded_at desc, r.id desc`
	const toCandidate = `
		select r.committee, r.id, r.candidate is not null as earmarked, r.received_on,
		       (case when r.person <> all($1) then 0
		             when r.candidate is not null then r.cents - ` + gone + `
		             else coalesce((select sum(d.cents) from designations d where d.committee = r.committee and d.receipt = r.id and d.election = $2), 0) end
		        + coalesce((
					select sum(a.cents) from attributions a
					where a.committee = r.committee and a.receipt = r.id and a.person = any($1) and (r.candidate is not null or a.election = $2)), 0))::bigint as share,` + inCases + `
		from receipts r
		where (r.person = any($1) or exists (select from attributions a where a.committee = r.committee and a.receipt = r.id and a.person = any($1)))
		  and r.through_receipt is null
		  and (r.candidate = $3 and r.election = $2
		       or r.committee = any($4) and exists (select from designations d where d.committee = r.committee and d.receipt = r.id and d.election = $2))
		order by r.made_on desc, r.received_on desc, r.recorded_at desc, r.id desc`
	var out []counting
	if t.candidate.ID == "" {
		group, err := sharing(ctx, tx, s.Proposal, t)
		if err != nil {
			return nil, err
		}
		from, through := year(s.Made)
		err = tx.SelectContext(ctx, &out, toCommittee, pq.Array(persons), "", pq.Array(group), from, through, s.Account)
		if err != nil {
			return nil, fmt.Errorf("what counts with %s: %w", s.receipt, err)
		}
		return out, nil
	}
	committees, err := registry.CommitteesOf(ctx, tx, t.candidate.ID)
	if err != nil {
		return nil, err
	}
	err = tx.SelectContext(ctx, &out, toCandidate, pq.Array(persons), t.election.ID, t.candidate.ID, pq.Array(committees))
	if err != nil {
		return nil, fmt.Errorf("what counts with %s: %w", s.receipt, err)
	}
	return out, nil
}

// countsAgain opens the case of money that did not go back after all, where others took its room meanwhile.
func countsAgain(ctx context.Context, tx *sqlx.Tx, committee registry.CommitteeID, receipt string, on civil.Day, ref string) error {
	r, err := findStanding(ctx, tx, committee, receipt)
	if err != nil {
		return err
	}
	return r.lookAtLimits(ctx, tx, r.Person, on, ref)
}

// lookAtLimits opens cases for what a person is over under the limits that a receipt is under now.
func (r standing) lookAtLimits(ctx context.Context, tx *sqlx.Tx, person registry.PersonID, on civil.Day, ref string) error {
	if r.Account == "" && r.Line != "11(a)" && r.Line != "11(b)" && r.Line != "11(c)" {
		return nil
	}
	t, err := targetOf(ctx, tx, Proposal{Committee: r.Committee, Candidate: r.Candidate, Made: r.MadeOn, Account: r.Account})
	if err != nil {
		return err
	}
	elections := []registry.ElectionID{""}
	if t.candidate.ID != "" {
		if elections, err = electionsOf(ctx, tx, r); err != nil {
			return err
		}
	}
	for _, id := range elections {
		var e registry.Election
		if id != "" {
			if e, err = registry.FindElection(ctx, tx, id); err != nil {
				return err
			}
		}
		over, a, err := r.over(ctx, tx, t, e, person)
		if err != nil {
			return err
		}
		s := reviewed{Proposal: r.proposal(person, ""), receivedOn: r.ReceivedOn}
		s.receipt, t.election = r.ID, e
		if err := s.spill(ctx, tx, t, a, over, on, ref); err != nil {
			return err
		}
	}
	return nil
}
