package compliance

import (
	"cmp"
	"context"
	"math"
	"slices"
	"strconv"
	"time"

	"github.com/jmoiron/sqlx"
	"github.com/lib/pq"

	"dure/civil"
	"dure/compliance/rules"
	"dure/money"
	"dure/registry"
)

// NearLimit is a giver who is over a limit, or within a tenth of it.
type NearLimit struct {
	Person    registry.PersonID
	Giver     string
	Rule      rules.Row // the limit's
	Per       string    // calendar-year, election, cycle, …
	Limit     money.Cents
	Known     money.Cents // given and promised
	Promised  money.Cents // the part of it that is under way
	Room      money.Cents
	Candidate string // name of whom an earmark, or a campaign's gift, is for
	Election  string // name of which
	Account   string
	Case      string               // the open case about it, the one due first; empty where none is open here or at an affiliate
	CaseAt    registry.CommitteeID // whose it is: an affiliate's, where the last gift went there
	DueOn     civil.Day            // of the case
	On        civil.Day            // the day of which it speaks

	election registry.ElectionID
}

// Year is the calendar year of the day on which it was asked.
func (n NearLimit) Year() string { return strconv.Itoa(n.On.Year()) }

// Over is by how much the limit is passed.
func (n NearLimit) Over() money.Cents { return max(0, n.Known-n.Limit) }

// nearTenths is from how many tenths of a limit a giver is near it.
const nearTenths = 9

// nearAtOnce is of how many givers the law is asked at a time.
const nearAtOnce = 500

// nearGiver is what of a giver may count under a limit, before the law is asked.
type nearGiver struct {
	Person    registry.PersonID
	Account   string
	Candidate registry.CandidateID
	Election  registry.ElectionID
	Cash      bool
}

// aim is what givers of one question to the law have in common: the account, or the candidate and the election.
func (g nearGiver) aim() [3]string {
	return [3]string{g.Account, string(g.Candidate), string(g.Election)}
}

// NearLimits lists who gave to a committee, or through it, and is over a limit on a day or within a tenth of it, by limit, the
// furthest over first: the limits of the day's calendar year, and of elections that are ahead or were held in the sixty days
// before. What counts under a limit is what Screen counts: affiliates and conduits here, what is promised, persons who are one.
func NearLimits(ctx context.Context, q sqlx.QueryerContext, committee registry.CommitteeID, on civil.Day) ([]NearLimit, error) {
	c, err := registry.FindCommittee(ctx, q, committee, time.Time{})
	if err != nil {
		return nil, err
	}
	group, err := registry.Affiliates(ctx, q, committee, on)
	if err != nil {
		return nil, err
	}
	givers, err := nearGivers(ctx, q, c, group, on)
	if err != nil {
		return nil, err
	}
	var out []NearLimit
	for len(givers) > 0 {
		n := 1
		for n < min(len(givers), nearAtOnce) && givers[n].aim() == givers[0].aim() {
			n++
		}
		near, err := nearOf(ctx, q, c, givers[:n], on)
		if err != nil {
			return nil, says(committee, "ask how near a limit its givers are", err)
		}
		out, givers = append(out, near...), givers[n:]
	}
	if err := tellWho(ctx, q, committee, group, out); err != nil {
		return nil, err
	}
	slices.SortStableFunc(out, func(a, b NearLimit) int {
		return cmp.Or(
			cmp.Compare(a.Rule.ID, b.Rule.ID), cmp.Compare(a.Candidate, b.Candidate), cmp.Compare(a.Election, b.Election), cmp.Compare(a.Account, b.Account),
			cmp.Compare(b.Known-b.Limit, a.Known-a.Limit), cmp.Compare(a.Giver, b.Giver), cmp.Compare(a.Person, b.Person))
	})
	return out, nil
}

// nearOf asks the law about givers of one aim, and keeps the limits that they are near.
func nearOf(ctx context.Context, q sqlx.QueryerContext, c registry.Committee, givers []nearGiver, on civil.Day) ([]NearLimit, error) {
	persons := make([]registry.PersonID, len(givers))
	for i, g := range givers {
		persons[i] = g.Person
	}
	kinds, err := registry.Kinds(ctx, q, persons...)
	if err != nil {
		return nil, err
	}
	proposals := make([]Proposal, len(givers))
	for i, g := range givers {
		proposals[i] = Proposal{
			Committee: c.ID, Person: g.Person, Kind: kinds[g.Person], Candidate: g.Candidate, Election: g.Election, Made: on, Account: g.Account,
		}
		if g.Cash {
			proposals[i].Instrument = "cash"
		}
	}
	t, err := targetOf(ctx, q, proposals[0])
	if err != nil {
		return nil, unknown(t, err)
	}
	for i := range proposals {
		proposals[i].candidate = t.candidate.ID
	}
	gifts, err := giftsOf(ctx, q, proposals, slices.Repeat([]target{t}, len(proposals)))
	if err != nil {
		return nil, err
	}
	l, err := lawOf(ctx, q, c.ID, t.regime)
	if err != nil {
		return nil, err
	}
	var out []NearLimit
	for i, g := range gifts {
		for _, a := range l.Decide(g).Asked {
			row, ok := limitRow(a)
			if !ok || a.Unlimited || a.Limit <= 0 || a.Known*10 < a.Limit*nearTenths {
				continue
			}
			n := NearLimit{
				Person: persons[i], Rule: row.Row, Per: row.Per, Limit: a.Limit, Known: a.Known, Promised: a.Known - a.Settled, Room: max(0, a.Limit-a.Known),
				Account: givers[i].Account, On: on, election: t.election.ID,
			}
			if t.candidate.ID != "" {
				n.Candidate, n.Election = t.candidate.Name(), t.election.Name()
			}
			out = append(out, n)
		}
	}
	return out, nil
}

// limitRow gives the row of a limit that was asked; a prohibition, or a past election, is none.
func limitRow(a rules.Asked) (rules.Limit, bool) {
	pack, ok := rules.Carried().Pack(a.Pack)
	if !ok {
		return rules.Limit{}, false
	}
	all := slices.Concat(pack.Limits, pack.Instruments)
	i := slices.IndexFunc(all, func(l rules.Limit) bool { return l.ID == a.ID && l.Cents == a.Limit })
	if i < 0 {
		return rules.Limit{}, false
	}
	return all[i], true
}

// tellWho adds to each the giver's name and the open case about the limit, of the committee or its affiliates: another's are not told.
func tellWho(ctx context.Context, q sqlx.QueryerContext, committee registry.CommitteeID, group []registry.CommitteeID, near []NearLimit) error {
	persons := make([]registry.PersonID, len(near))
	for i, n := range near {
		persons[i] = n.Person
	}
	givers, err := registry.Givers(ctx, q, persons...)
	if err != nil {
		return err
	}
	var of pq.Int64Array // a row for each person who is one with the giver of near
	var same, rule, election, account pq.StringArray
	for i, n := range near {
		for _, person := range givers[n.Person] {
			of, same = append(of, int64(i)), append(same, string(person))
			rule, election, account = append(rule, n.Rule.ID), append(election, string(n.election)), append(account, n.Account)
		}
	}
	const names = `
		select distinct on (a.n) a.n, case when v.organization <> '' then v.organization else v.first_name || ' ' || v.last_name end as giver
		from unnest($1::bigint[], $2::text[]) a(n, person)
		join contributor_versions v on v.committee = $3 and v.person = a.person
		order by a.n, v.recorded_at desc, v.id desc`
	var named []struct {
		N     int
		Giver string
	}
	if err := sqlx.SelectContext(ctx, q, &named, names, of, same, committee); err != nil {
		return says(committee, "name givers", err)
	}
	for _, r := range named { // of whom only a gift is under way nothing is known yet
		near[r.N].Giver = r.Giver
	}
	const cases = `
		select distinct on (a.n) a.n, c.id, c.committee, c.due_on
		from unnest($1::bigint[], $2::text[], $3::text[], $4::text[], $5::text[]) a(n, person, rule, election, account)
		join cases c on c.person = a.person and c.rule = a.rule and coalesce(c.election, '') = a.election
		join receipts r on r.committee = c.committee and r.id = c.receipt and r.account = a.account
		where c.state = 'open' and c.committee = any($7)
		order by a.n, c.committee <> $6, c.due_on, c.id`
	var open []struct {
		N         int
		ID        string
		Committee registry.CommitteeID
		DueOn     civil.Day `db:"due_on"`
	}
	if err := sqlx.SelectContext(ctx, q, &open, cases, of, same, rule, election, account, committee, pq.Array(group)); err != nil {
		return says(committee, "list the open cases of givers", err)
	}
	for _, r := range open {
		near[r.N].Case, near[r.N].CaseAt, near[r.N].DueOn = r.ID, r.Committee, r.DueOn
	}
	return nil
}

// nearGivers lists whose sums reach nine tenths of the lowest limit under which they may stand: the law is asked about these alone.
func nearGivers(ctx context.Context, q sqlx.QueryerContext, c registry.Committee, group []registry.CommitteeID, on civil.Day) ([]nearGiver, error) {
	if c.Kind == registry.Authorised {
		group = nil // what comes to it is for its candidate
	}
	from, through := year(on)
	toCommittee, toCash := lowest(c.Regime, on, func(l rules.Limit) bool { return !slices.Equal(l.To, rules.Words{"candidate"}) })
	var jurisdictions pq.StringArray
	var sums, cash pq.Int64Array
	for _, p := range rules.Carried().Packs() {
		least, leastCash := lowest(p.Pack, on, func(l rules.Limit) bool { return slices.Contains(l.To, "candidate") || slices.Contains(l.To, "any") })
		jurisdictions, sums, cash = append(jurisdictions, p.Pack), append(sums, int64(least)), append(cash, int64(leastCash))
	}
	const list = `
		with recursive up(person, root) as (
			select person, same_as from person_joins
			union
			select up.person, j.same_as from up join person_joins j on j.person = up.root),
		roots as (
			select person, root from up where not exists (select from person_joins j where j.person = up.root)),
		campaigns as (
			select distinct on (committee) committee, candidate
			from committee_versions
			order by committee, recorded_at desc, id desc),
		lowest as (
			select * from unnest($6::text[], $7::bigint[], $8::bigint[]) l(jurisdiction, least, least_cash)),
		came as (
			select r.committee, r.person, r.account, '' as candidate, '' as election, r.cents, r.instrument = 'cash' as cash, $9::bigint as least, $10::bigint as least_cash
			from receipts r
			where r.committee = any($2) and r.made_on between $3 and $4 and r.candidate is null and (r.line in ('11(a)', '11(b)', '11(c)') or r.account <> '')
			union all
			select r.committee, a.person, r.account, '', '', a.cents, false, $9, $10
			from attributions a
			join receipts r on r.committee = a.committee and r.id = a.receipt
			where r.committee = any($2) and r.made_on between $3 and $4 and r.candidate is null
			union all
			select v.committee, v.person, v.account, '', '', v.cents, false, $9, $10
			from reservations v
			where v.committee = any($2) and v.made_on between $3 and $4 and v.candidate is null and v.ended_at is null
			union all
			select r.committee, r.person, '', r.candidate, r.election, r.cents, r.instrument = 'cash', l.least, l.least_cash
			from receipts r
			join elections e on e.id = r.election
			join lowest l on l.jurisdiction = e.jurisdiction
			where r.candidate is not null and e.held_on >= $5
			union all
			select v.committee, v.person, '', v.candidate, v.election, v.cents, false, l.least, l.least_cash
			from reservations v
			join elections e on e.id = v.election
			join lowest l on l.jurisdiction = e.jurisdiction
			where v.candidate is not null and v.ended_at is null and e.held_on >= $5
			union all
			select a.committee, a.person, '', coalesce(r.candidate, v.candidate), coalesce(r.election, a.election), a.cents, false, l.least, l.least_cash
			from attributions a
			join receipts r on r.committee = a.committee and r.id = a.receipt
			join campaigns v on v.committee = a.committee
			join elections e on e.id = coalesce(r.election, a.election)
			join lowest l on l.jurisdiction = e.jurisdiction
			where e.held_on >= $5
			union all
			select d.committee, r.person, '', v.candidate, d.election, d.cents, r.instrument = 'cash', l.least, l.least_cash
			from designations d
			join receipts r on r.committee = d.committee and r.id = d.receipt and r.through_receipt is null
			join campaigns v on v.committee = d.committee
			join elections e on e.id = d.election
			join lowest l on l.jurisdiction = e.jurisdiction
			where e.held_on >= $5),
		summed as (
			select coalesce(roots.root, came.person) as person, account, candidate, election,
			       sum(cents) as cents, coalesce(sum(cents) filter (where cash), 0) as cash, max(least) as least, max(least_cash) as least_cash,
			       bool_or(committee = $1) as here
			from came
			left join roots on roots.person = came.person
			where came.person is not null
			group by 1, 2, 3, 4)
		select person, account, candidate, election, cash >= least_cash as cash
		from summed
		where here and (cents >= least or cash >= least_cash)
		order by candidate, election, account, person`
	var out []nearGiver
	err := sqlx.SelectContext(ctx, q, &out, list, c.ID, pq.Array(group), from, through, on.Add(-60), jurisdictions, sums, cash, toCommittee, toCash)
	if err != nil {
		return nil, says(c.ID, "list who is near a limit", err)
	}
	return out, nil
}

// lowest gives nine tenths of the lowest sum that a pack and those above it set on a day to recipients of a kind, of all money and of
// cash; the largest number where none is set.
func lowest(pack string, on civil.Day, fits func(rules.Limit) bool) (all, cash money.Cents) {
	all, cash = math.MaxInt64, math.MaxInt64
	for _, p := range rules.Carried().Above(pack) {
		for i, rows := range [][]rules.Limit{p.Limits, p.Instruments} {
			least := []*money.Cents{&all, &cash}[i]
			for _, l := range rows {
				if l.Cents > 0 && fits(l) && !on.Before(l.From) && (l.Until.IsZero() || !on.After(l.Until) || l.Gap != "ends") {
					*least = min(*least, l.Cents*nearTenths/10)
				}
			}
		}
	}
	return all, cash
}
