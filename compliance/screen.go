package compliance

import (
	"context"
	"fmt"

	"github.com/jmoiron/sqlx"
	"github.com/lib/pq"

	"dure/civil"
	"dure/compliance/rules"
	"dure/money"
	"dure/registry"
)

// Proposal is a gift that somebody means to make, before any charge.
type Proposal struct {
	Committee registry.CommitteeID // to it, or through it to the candidate
	Gift      string               // its own reservation does not count against it; empty when there is none
	Person    registry.PersonID    // locked by the caller
	Others    []registry.PersonID  // whom the form's evidence names beside, locked too: what they gave counts as well
	Evidence  [][]byte             // of the form, kept with its reservation
	Kind      string               // of the person, such as registry.Individual
	Cents     money.Cents
	Candidate registry.CandidateID // empty for a gift to the committee
	Election  registry.ElectionID
	Made      civil.Day
}

// Room is what one giver may still give one recipient.
type Room struct {
	Limit   rules.Limit
	Known   money.Cents // given and promised already, as far as this installation knows
	Left    money.Cents // never below zero
	Settled money.Cents // the part of Known that is money received
}

// Screen asks the law about a proposal. The caller has locked the person (registry.Lock), so that no other gift of
// theirs can be judged at the same time, here or at an affiliated committee. Findings refuse the gift; the room is
// given in both cases.
func Screen(ctx context.Context, q sqlx.QueryerContext, p Proposal) (Room, []Finding, error) {
	to := "pac"
	if p.Candidate != "" {
		to = "candidate"
	}
	limit, ok := law().Limit(p.Kind, to, p.Made)
	if !ok {
		return Room{}, []Finding{{Rule: "no-rule", Field: "amount", Text: "refused.no_rule"}}, nil
	}
	room := Room{Limit: limit}
	var promised money.Cents
	var err error
	if p.Candidate == "" {
		room.Settled, promised, err = toCommittee(ctx, q, p)
	} else {
		room.Settled, promised, err = toCandidate(ctx, q, p)
	}
	if err != nil {
		return Room{}, nil, fmt.Errorf("screen a gift to %s: %w", p.Committee, err)
	}
	room.Known = room.Settled + promised
	room.Left = max(0, limit.Cents-room.Known)
	if p.Cents <= room.Left {
		return room, nil, nil
	}
	return room, []Finding{{
		Rule: limit.ID, Field: "amount", Text: "refused." + limit.Per, Cite: limit.Cite,
		Limit: limit.Cents, Known: room.Known, Room: room.Left,
	}}, nil
}

// gone is what of receipt r went back to the giver: refunds that the bank took, and disputes that were lost. It leaves room
// again in the year, or the election, in which the receipt took it.
const gone = `(
				(select coalesce(sum(b.cents), 0)
				 from refunds b
				 where b.committee = r.committee and b.receipt = r.id
				   and not exists (select from refund_failures f where f.committee = b.committee and f.refund = b.id))
				+ (select coalesce(sum(d.cents), 0)
				   from disputes d
				   join dispute_ends e on e.committee = d.committee and e.dispute = d.id and e.outcome = 'lost'
				   where d.committee = r.committee and d.receipt = r.id))`

// toCommittee sums what the person gave in the calendar year to the committee and all who are affiliated with it (11 CFR
// 110.3(a)), by the day the gift was made, and what of theirs is under way. Earmarked gifts are not among it: they count
// towards the candidate (52 U.S.C. 30116(a)(8)).
func toCommittee(ctx context.Context, q sqlx.QueryerContext, p Proposal) (settled, promised money.Cents, err error) {
	persons, err := registry.Same(ctx, q, append(p.Others, p.Person)...)
	if err != nil {
		return 0, 0, err
	}
	group, err := registry.Affiliates(ctx, q, p.Committee, p.Made)
	if err != nil {
		return 0, 0, err
	}
	from, through := year(p.Made)
	const sum = `
		select
			(select coalesce(sum(r.cents - ` + gone + `), 0)::bigint
			 from receipts r
			 where r.person = any($1) and r.committee = any($2) and r.made_on between $3 and $4
			   and r.candidate is null and r.line in ('11(a)', '11(b)', '11(c)')),
			(select coalesce(sum(cents), 0)::bigint
			 from reservations
			 where person = any($1) and ended_at is null and committee = any($2) and made_on between $3 and $4
			   and candidate is null and (committee, gift) <> ($5, $6))`
	err = q.QueryRowxContext(ctx, sum, pq.Array(persons), pq.Array(group), from, through, p.Committee, p.Gift).Scan(&settled, &promised)
	return settled, promised, err
}

// toCandidate sums what the person gave and promised to the candidate for the election, through whichever committee of
// this installation.
func toCandidate(ctx context.Context, q sqlx.QueryerContext, p Proposal) (settled, promised money.Cents, err error) {
	persons, err := registry.Same(ctx, q, append(p.Others, p.Person)...)
	if err != nil {
		return 0, 0, err
	}
	const sum = `
		select
			(select coalesce(sum(r.cents - ` + gone + `), 0)::bigint
			 from receipts r
			 where r.person = any($1) and r.candidate = $2 and r.election = $3),
			(select coalesce(sum(cents), 0)::bigint
			 from reservations
			 where person = any($1) and ended_at is null and candidate = $2 and election = $3
			   and (committee, gift) <> ($4, $5))`
	err = q.QueryRowxContext(ctx, sum, pq.Array(persons), p.Candidate, p.Election, p.Committee, p.Gift).Scan(&settled, &promised)
	return settled, promised, err
}
