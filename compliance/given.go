package compliance

import (
	"cmp"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/jmoiron/sqlx"
	"github.com/lib/pq"

	"dure/civil"
	"dure/compliance/rules"
	"dure/money"
	"dure/registry"
)

// target is whom a gift is for, as the law sees it: a committee's account, or a candidate and an election.
type target struct {
	to        string // the law's word for the kind of recipient
	regime    string
	committee registry.Committee
	candidate registry.Candidate  // zero for a gift to the committee itself
	election  registry.Election   // zero where none is named and none is ahead
	several   []registry.Election // where the giver named none and several on one day are next
	own       bool                // the committee is the candidate's own
}

// targetOf finds whom a gift to, or through, a committee is for. A gift to an authorised committee is for its candidate, and
// where the giver names no election for the next one that the candidate stands in (11 CFR 110.1(b)(2)(ii)).
func targetOf(ctx context.Context, q sqlx.QueryerContext, p Proposal) (target, error) {
	c, err := registry.FindCommittee(ctx, q, p.Committee, time.Time{})
	if err != nil {
		return target{}, err
	}
	t := target{committee: c, regime: c.Regime, to: accountKind(c.Kind, p.Account), own: c.Kind == registry.Authorised}
	candidate := p.Candidate
	if t.own && candidate == "" {
		candidate = c.Candidate
	}
	if candidate == "" {
		return t, nil
	}
	t.own = t.own && candidate == c.Candidate
	t.to = "candidate"
	if t.candidate, err = registry.FindCandidate(ctx, q, candidate, time.Time{}); err != nil {
		return t, err
	}
	t.regime = t.candidate.Jurisdiction
	if p.Election != "" {
		t.election, err = registry.FindElection(ctx, q, p.Election)
		return t, err
	}
	next, err := registry.NextElections(ctx, q, candidate, p.Made)
	switch {
	case errors.Is(err, sql.ErrNoRows):
		return t, nil
	case err != nil:
		return t, err
	}
	t.election = next[0]
	if len(next) > 1 {
		t.several = next
	}
	return t, nil
}

// accountKind gives the law's word for an account of a committee.
func accountKind(kind, account string) string {
	switch {
	case account == "non-contribution":
		return "hybrid-other"
	case account != "":
		return "party-national-account"
	case kind == registry.Authorised:
		return "candidate"
	case kind == registry.SuperPAC, kind == registry.StateParty, kind == registry.NationalParty:
		return kind
	}
	return "pac" // a nonconnected committee, an SSF, the contribution account of a hybrid
}

// ballot is the law's word for a kind of election.
func ballot(e registry.Election) string {
	switch {
	case e.Kind == "S" && e.Stage != "":
		return "special-" + e.Stage
	case e.Kind == "R" && e.Stage == "general":
		return "general-runoff"
	}
	return e.Kind
}

// cycleEnds is the day of the general election of a year, with which an office's cycle ends: "the Tuesday next after the
// 1st Monday in November" (2 U.S.C. 7).
func cycleEnds(e registry.Election) civil.Day {
	if e.Year == 0 {
		return civil.Day{}
	}
	first := civil.Of(e.Year, time.November, 1)
	monday := (8 - int(first.Weekday())) % 7
	return first.Add(monday + 1)
}

// outOfRace is the fact, and the rule, that a candidate will not be in the election that a gift is for.
const outOfRace = "out-of-race"

// giftOf writes a proposal as the engine is told of it, with what the giver gave before.
func giftOf(ctx context.Context, q sqlx.QueryerContext, p Proposal, t target) (rules.Gift, error) {
	gifts, err := giftsOf(ctx, q, []Proposal{p}, []target{t})
	if err != nil {
		return rules.Gift{}, err
	}
	return gifts[0], nil
}

// giftsOf writes proposals as the engine is told of them, each with its target: all to or through one account of one committee,
// and made on one day.
func giftsOf(ctx context.Context, q sqlx.QueryerContext, proposals []Proposal, targets []target) ([]rules.Gift, error) {
	persons, err := personsOf(ctx, q, proposals)
	if err != nil {
		return nil, err
	}
	facts, err := registry.StatusesOfEach(ctx, q, persons, proposals[0].Made)
	if err != nil {
		return nil, err
	}
	gifts := make([]rules.Gift, len(proposals))
	var kept, passedOn asked
	for i, p := range proposals {
		t := targets[i]
		gifts[i] = rules.Gift{
			Giver: p.Kind, To: t.to, Regime: t.regime, Recipient: string(p.Committee),
			Cents: p.Cents, Made: p.Made, Instrument: p.Instrument, Anonymous: p.Anonymous, Facts: facts[i],
		}
		if t.candidate.ID == "" {
			kept.add(i, p, t, persons[i])
		} else {
			passedOn.add(i, p, t, persons[i])
		}
	}
	given, err := givenToCommittee(ctx, q, kept)
	if err != nil {
		return nil, err
	}
	for i, g := range given {
		gifts[kept.of[i]].Given = g
	}
	given, err = givenToCandidates(ctx, q, passedOn)
	if err != nil {
		return nil, err
	}
	for i, g := range given {
		gifts[passedOn.of[i]].Given = g
	}
	return gifts, tellElections(ctx, q, gifts, passedOn)
}

// asked are proposals of which it is asked what their givers gave before, each with its target and the persons that count.
type asked struct {
	of        []int // their places among all
	proposals []Proposal
	targets   []target
	persons   [][]registry.PersonID
}

func (a *asked) add(of int, p Proposal, t target, persons []registry.PersonID) {
	a.of, a.proposals, a.targets, a.persons = append(a.of, of), append(a.proposals, p), append(a.targets, t), append(a.persons, persons)
}

// rows are the proposals as columns of a table, a row for each person of each: its place, the person, the gift and the
// receipt that do not count.
func (a asked) rows() (of pq.Int64Array, persons, gifts, receipts pq.StringArray) {
	for i, p := range a.proposals {
		for _, person := range a.persons[i] {
			of, persons, gifts, receipts = append(of, int64(i)), append(persons, string(person)), append(gifts, p.Gift), append(receipts, p.receipt)
		}
	}
	return of, persons, gifts, receipts
}

// tellElections tells of gifts for candidates the election for which each is, whether its candidate stands in it, and after it
// what its debts leave.
func tellElections(ctx context.Context, q sqlx.QueryerContext, gifts []rules.Gift, a asked) error {
	type aim struct {
		candidate registry.CandidateID
		election  registry.ElectionID
	}
	type debt struct {
		aim
		on civil.Day
	}
	stands, whole := map[aim]bool{}, map[debt]*rules.Gift{} // whole are debts from which no receipt is left out: they are the same for all who ask
	for i, p := range a.proposals {
		g, t := &gifts[a.of[i]], a.targets[i]
		g.Candidate, g.Office = string(t.candidate.ID), t.candidate.Office
		if t.election.ID == "" {
			continue
		}
		at := aim{t.candidate.ID, t.election.ID}
		if _, known := stands[at]; !known {
			var err error
			if stands[at], err = registry.StandsIn(ctx, q, t.candidate, t.election, p.Made); err != nil {
				return err
			}
		}
		g.Election, g.ElectionKind, g.ElectionDay, g.CycleEnds = string(t.election.ID), ballot(t.election), t.election.HeldOn, cycleEnds(t.election)
		g.Facts[outOfRace] = !stands[at]
		if !p.Made.After(t.election.HeldOn) {
			continue
		}
		var after []string
		for _, other := range a.proposals[i:] {
			if other.receipt != "" {
				after = append(after, other.receipt)
			}
		}
		owed := debt{at, later(p.Made, p.moved)}
		if same := whole[owed]; same != nil && len(after) == 0 {
			g.NetDebts, g.HasNetDebts = same.NetDebts, same.HasNetDebts
			continue
		}
		var err error
		g.NetDebts, g.HasNetDebts, err = netDebtsLeft(ctx, q, t.candidate.ID, t.election.ID, owed.on, p.Committee, after...)
		if err != nil {
			return err
		}
		if len(after) == 0 {
			whole[owed] = g
		}
	}
	return nil
}

// personsOf lists, for each proposal, all rows of persons whose gifts count with it.
func personsOf(ctx context.Context, q sqlx.QueryerContext, proposals []Proposal) ([][]registry.PersonID, error) {
	var all []registry.PersonID
	for _, p := range proposals {
		all = append(append(all, p.Others...), p.Person)
	}
	givers, err := registry.Givers(ctx, q, all...)
	if err != nil {
		return nil, err
	}
	out := make([][]registry.PersonID, len(proposals))
	for i, p := range proposals {
		out[i] = slices.Clone(givers[p.Person])
		for _, other := range p.Others {
			out[i] = append(out[i], givers[other]...)
		}
		slices.Sort(out[i])
		out[i] = slices.Compact(out[i])
	}
	return out, nil
}

// gone is what of receipt r went back to the giver: refunds that the bank took, and disputes that were lost. It leaves room
// again in the year, or the election, in which the receipt took it. It is never more than the receipt: a bank takes back the
// whole charge in a dispute though a part of it was refunded before.
const gone = `least(r.cents,
				(select coalesce(sum(b.cents), 0)
				 from refunds b
				 where b.committee = r.committee and b.receipt = r.id
				   and not exists (select from refund_failures f where f.committee = b.committee and f.refund = b.id))
				+ (select coalesce(sum(d.cents - e.returned_cents), 0)
				   from disputes d
				   join dispute_ends e on e.committee = d.committee and e.dispute = d.id and e.outcome = 'lost'
				   where d.committee = r.committee and d.receipt = r.id))`

// cash is how money came, as far as history needs it.
const cash = `case when instrument = 'cash' then 'cash' else '' end`

// givenToCommittee sums what the persons gave in the calendar year of a gift to the committee's account and those of all who
// are affiliated with it (11 CFR 110.3(a)), by the day the gift was made, and what of theirs is under way. Earmarked
// gifts are not among it: they count towards the candidate (52 U.S.C. 30116(a)(8)).
//
// The proposals are to one account of one committee, and made on one day.
func givenToCommittee(ctx context.Context, q sqlx.QueryerContext, a asked) ([][]rules.Given, error) {
	if len(a.proposals) == 0 {
		return nil, nil
	}
	p, t := a.proposals[0], a.targets[0]
	group, err := sharing(ctx, q, p, t)
	if err != nil {
		return nil, err
	}
	of, givers, gifts, receipts := a.rows()
	from, through := year(p.Made)
	const sum = `
		with asked as (
			select n, person, gift, receipt
			from unnest($1::bigint[], $2::text[], $3::text[], $4::text[]) a(n, person, gift, receipt))
		select n, promised, ` + cash + ` as instrument, sum(cents)::bigint as cents
		from (
			select asked.n, false as promised, r.instrument, r.cents - ` + gone + ` as cents
			from asked
			join receipts r on r.person = asked.person
			where r.committee = any($5) and r.made_on between $6 and $7 and r.candidate is null
			  and (r.line in ('11(a)', '11(b)', '11(c)') or r.account <> '') and r.account = $8 and (r.committee, r.id) <> ($9, asked.receipt)
			union all
			select asked.n, false, r.instrument,
			       case when a.source = 'partners' then ceil(a.cents::numeric * (r.cents - ` + gone + `) / r.cents) else a.cents end
			from asked
			join attributions a on a.person = asked.person
			join receipts r on r.committee = a.committee and r.id = a.receipt
			where a.committee = any($5) and r.made_on between $6 and $7 and r.candidate is null
			  and r.account = $8 and (r.committee, r.id) <> ($9, asked.receipt)
			union all
			select asked.n, true, '', v.cents
			from asked
			join reservations v on v.person = asked.person
			where v.ended_at is null and v.committee = any($5) and v.made_on between $6 and $7
			  and v.candidate is null and v.account = $8 and (v.committee, v.gift) <> ($9, asked.gift)) came
		group by 1, 2, 3`
	var rows []struct {
		N          int
		Promised   bool
		Instrument string
		Cents      money.Cents
	}
	err = sqlx.SelectContext(ctx, q, &rows, sum, of, givers, gifts, receipts, pq.Array(group), from, through, p.Account, p.Committee)
	if err != nil {
		return nil, fmt.Errorf("sum what was given: %w", err)
	}
	out := make([][]rules.Given, len(a.proposals))
	for _, r := range rows {
		out[r.N] = append(out[r.N], rules.Given{
			To: t.to, Recipient: string(p.Committee), Cents: r.Cents, Made: p.Made, Promised: r.Promised, Instrument: r.Instrument,
		})
	}
	return out, nil
}

// sharing lists the committees that share a limit with the one that a gift is for: the affiliates whose account is of the same kind.
func sharing(ctx context.Context, q sqlx.QueryerContext, p Proposal, t target) ([]registry.CommitteeID, error) {
	group, err := registry.Affiliates(ctx, q, p.Committee, p.Made)
	if err != nil || len(group) == 1 {
		return group, err
	}
	var out []registry.CommitteeID
	for _, id := range group {
		if id != p.Committee {
			c, err := registry.FindCommittee(ctx, q, id, time.Time{})
			if err != nil {
				return nil, err
			}
			if accountKind(c.Kind, p.Account) != t.to {
				continue
			}
		}
		out = append(out, id)
	}
	return out, nil
}

// givenToCandidates sums what the persons of each proposal gave and promised to its candidate, election by election: earmarked
// through whichever committee of this installation, and to the candidate's own committees. What came to these through a
// conduit of this installation counts once, there.
func givenToCandidates(ctx context.Context, q sqlx.QueryerContext, a asked) ([][]rules.Given, error) {
	if len(a.proposals) == 0 {
		return nil, nil
	}
	of, persons, gifts, receipts := a.rows()
	candidates := make([]registry.CandidateID, len(of))
	for i, n := range of {
		candidates[i] = a.candidate(int(n))
	}
	known, err := registry.CommitteesOfEach(ctx, q, candidates...)
	if err != nil {
		return nil, err
	}
	const who = `
		with asked as (
			select n, person, candidate, gift, receipt
			from unnest($1::bigint[], $2::text[], $3::text[], $4::text[], $5::text[]) a(n, person, candidate, gift, receipt))`
	const through = `
			select asked.n, false as promised, r.instrument, r.election, r.made_on, r.cents - ` + gone + ` as cents
			from asked
			join receipts r on r.person = asked.person and r.candidate = asked.candidate
			where (r.committee, r.id) <> ($6, asked.receipt)
			union all
			select asked.n, false, r.instrument, r.election, r.made_on,
			       case when a.source = 'partners' then ceil(a.cents::numeric * (r.cents - ` + gone + `) / r.cents) else a.cents end
			from asked
			join attributions a on a.person = asked.person
			join receipts r on r.committee = a.committee and r.id = a.receipt
			where r.candidate = asked.candidate and (r.committee, r.id) <> ($6, asked.receipt)
			union all
			select asked.n, true, '', v.election, v.made_on, v.cents
			from asked
			join reservations v on v.person = asked.person
			where v.ended_at is null and v.candidate = asked.candidate and (v.committee, v.gift) <> ($6, asked.gift)`
	const own = `
			union all
			select asked.n, false, r.instrument, d.election, r.made_on, d.cents
			from asked
			join committees_of k on k.candidate = asked.candidate
			join receipts r on r.person = asked.person and r.committee = k.committee
			join designations d on d.committee = r.committee and d.receipt = r.id
			where r.through_receipt is null and (r.committee, r.id) <> ($6, asked.receipt)
			union all
			select asked.n, false, r.instrument, a.election, r.made_on, a.cents
			from asked
			join committees_of k on k.candidate = asked.candidate
			join attributions a on a.person = asked.person and a.committee = k.committee
			join receipts r on r.committee = a.committee and r.id = a.receipt
			where r.candidate is null and a.source <> 'partners'
			  and r.through_receipt is null and (r.committee, r.id) <> ($6, asked.receipt)
			union all
			select asked.n, false, r.instrument, d.election, r.made_on, ceil(a.cents::numeric * d.cents / r.cents)
			from asked
			join committees_of k on k.candidate = asked.candidate
			join attributions a on a.person = asked.person and a.committee = k.committee
			join receipts r on r.committee = a.committee and r.id = a.receipt
			join lateral (
				select election, sum(cents) as cents
				from designations
				where committee = r.committee and receipt = r.id
				group by election) d on true
			where r.candidate is null and a.source = 'partners'
			  and r.through_receipt is null and (r.committee, r.id) <> ($6, asked.receipt)`
	const whose = `,
		committees_of as (
			select candidate, committee
			from unnest($7::text[], $8::text[]) k(candidate, committee))`
	const sum = `
		select g.n, promised, ` + cash + ` as instrument, g.election, e.year, max(g.made_on) as made, sum(g.cents)::bigint as cents
		from (`
	const grouped = `) g
		join elections e on e.id = g.election
		group by 1, 2, 3, 4, 5, extract(year from g.made_on)`
	query, args := who+sum+through+grouped, []any{of, persons, pq.Array(candidates), gifts, receipts, a.proposals[0].Committee}
	if len(known) > 0 {
		var of, committees pq.StringArray
		for candidate, own := range known {
			for _, c := range own {
				of, committees = append(of, string(candidate)), append(committees, string(c))
			}
		}
		query, args = who+whose+sum+through+own+grouped, append(args, of, committees)
	}
	var rows []struct {
		N          int
		Promised   bool
		Instrument string
		Election   string
		Year       int
		Made       civil.Day
		Cents      money.Cents
	}
	if err := sqlx.SelectContext(ctx, q, &rows, query, args...); err != nil {
		return nil, fmt.Errorf("sum what was given: %w", err)
	}
	out := make([][]rules.Given, len(a.proposals))
	for _, r := range rows {
		out[r.N] = append(out[r.N], rules.Given{
			To: "candidate", Recipient: string(a.proposals[r.N].Committee), Candidate: string(a.candidate(r.N)), Election: r.Election,
			CycleEnds: cycleEnds(registry.Election{Year: r.Year}), Cents: r.Cents, Made: r.Made, Promised: r.Promised, Instrument: r.Instrument,
		})
	}
	return out, nil
}

// candidate is for whom a proposal is.
func (a asked) candidate(i int) registry.CandidateID {
	return cmp.Or(a.proposals[i].Candidate, a.proposals[i].candidate)
}
