package compliance

import (
	"context"
	"fmt"
	"maps"
	"slices"

	"github.com/jmoiron/sqlx"

	"dure/civil"
	"dure/pg"
	"dure/registry"
)

// Affiliation says that a committee belongs to a group of affiliated committees, which share their limits (11 CFR 110.3(a)).
type Affiliation struct {
	Group     string
	Reason    string // such as counsel's opinion; kept with a new group
	Committee registry.CommitteeID
	On        civil.Day // the first day
	Found     civil.Day // the day on which it is entered
}

// Affiliate records an affiliation and, where its first day is over, looks at those who gave to the committee and to one that
// shares its limit since: what of their gifts is over the joint limit opens cases at once, whose days run from the day on which it was
// found. It tells how many cases opened. It waits for gifts under way at the group, and those that come meanwhile wait for it. The
// givers are locked here, and the caller's transaction is of all committees that share the limit.
func Affiliate(ctx context.Context, tx *sqlx.Tx, a Affiliation) (opened int, err error) {
	if err := registry.Affiliate(ctx, tx, a.Group, a.Reason, a.Committee, a.On); err != nil {
		return 0, err
	}
	if a.Found.Before(a.On) {
		return 0, nil
	}
	var group []string // what is under way at them was judged without the joint limit
	const members = `select distinct committee from affiliations where group_id = $1 order by committee`
	if err := tx.SelectContext(ctx, &group, members, a.Group); err != nil {
		return 0, says(a.Committee, "list its group", err)
	}
	if err := pg.Alone(ctx, tx, group...); err != nil {
		return 0, err
	}
	receipts, err := sharedSince(ctx, tx, a.Committee, a.On)
	if err != nil || len(receipts) == 0 {
		return 0, err
	}
	persons := map[registry.PersonID]bool{}
	for _, r := range receipts {
		persons[r.Person] = true
	}
	all := slices.Sorted(maps.Keys(persons))
	if err := registry.Lock(ctx, tx, all...); err != nil {
		return 0, err
	}
	if all, err = registry.Same(ctx, tx, all...); err != nil {
		return 0, err
	}
	before, err := openOf(ctx, tx, all)
	if err != nil {
		return 0, err
	}
	for _, at := range receipts {
		r, err := findStanding(ctx, tx, at.Committee, at.Receipt)
		if err != nil {
			return 0, err
		}
		if err := r.reviewShared(ctx, tx, at.Person, a); err != nil {
			return 0, fmt.Errorf("look again at %s: %w", r.ID, err)
		}
	}
	after, err := openOf(ctx, tx, all)
	if err != nil {
		return 0, err
	}
	for id := range after {
		if _, was := before[id]; !was {
			opened++
		}
	}
	return opened, nil
}

// sharedReceipt is the last that came from a giver of what was made on a day.
type sharedReceipt struct {
	Committee registry.CommitteeID
	Receipt   string
	Person    registry.PersonID // for whom it counts
}

// sharedSince lists what was given since a day to a committee, and to those that ever were of a group with it, by those who gave
// both to it and to another of them in a year: of each giver's and each day's the last, the last day first. Money for candidates shares no limit of the
// committees'.
func sharedSince(ctx context.Context, q sqlx.QueryerContext, committee registry.CommitteeID, since civil.Day) ([]sharedReceipt, error) {
	const list = `
		with recursive members as (
			select distinct o.committee
			from affiliations mine
			join affiliations o on o.group_id = mine.group_id
			where mine.committee = $1),
		came as (
			select r.committee, r.id, r.person, r.made_on, r.account, r.received_on, r.recorded_at
			from receipts r
			where r.committee in (select committee from members) and r.made_on >= date_trunc('year', $2::date) and r.candidate is null
			  and (r.line in ('11(a)', '11(b)', '11(c)') or r.account <> '')
			union all
			select r.committee, r.id, a.person, r.made_on, r.account, r.received_on, r.recorded_at
			from attributions a
			join receipts r on r.committee = a.committee and r.id = a.receipt
			where r.committee in (select committee from members) and r.made_on >= date_trunc('year', $2::date) and r.candidate is null and a.person <> r.person
			group by r.committee, r.id, a.person
			having sum(a.cents) > 0),
		up(person, root) as (
			select distinct person, person from came
			union
			select up.person, j.same_as from up join person_joins j on j.person = up.root),
		giver as (
			select person, root from up where not exists (select from person_joins j where j.person = up.root)),
		both_sides as (
			select g.root, came.account, extract(year from came.made_on) as year
			from came
			join giver g on g.person = came.person
			group by 1, 2, 3
			having bool_or(came.committee = $1) and bool_or(came.committee <> $1))
		select distinct on (came.made_on, came.account, g.root) came.committee, came.id as receipt, came.person
		from came
		join giver g on g.person = came.person
		join both_sides b on b.root = g.root and b.account = came.account and b.year = extract(year from came.made_on)
		where came.made_on >= $2
		order by came.made_on desc, came.account, g.root, came.received_on desc, came.recorded_at desc, came.id desc`
	var out []sharedReceipt
	if err := sqlx.SelectContext(ctx, q, &out, list, committee, since); err != nil {
		return nil, says(committee, "list who gave to its affiliates too", err)
	}
	return out, nil
}

// reviewShared opens cases for what a giver is over the limit that a receipt is under now.
func (r standing) reviewShared(ctx context.Context, tx *sqlx.Tx, person registry.PersonID, a Affiliation) error {
	t, err := targetOf(ctx, tx, Proposal{Committee: r.Committee, Made: r.MadeOn, Account: r.Account})
	if err != nil || t.candidate.ID != "" { // what came to a candidate's own committee counts for the candidate
		return err
	}
	over, rule, err := r.over(ctx, tx, t, registry.Election{}, person)
	if err != nil {
		return err
	}
	s := reviewed{Proposal: r.proposal(person, ""), receivedOn: r.ReceivedOn}
	s.receipt = r.ID
	// each entry, and each receipt that is looked at, may find more of the same one: a case that is open is another's
	ref := fmt.Sprintf("affiliation:%s:%s:%v:%s", a.Group, a.Committee, a.On, r.ID)
	return s.spill(ctx, tx, t, rule, over, a.Found, ref)
}
