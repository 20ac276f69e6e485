package compliance

// sameGiver gives, for each row of persons that was joined to another by the cut-off $2, the row that stands for both. Nobody has two, so
// that the limit leaves none out: it is there for the planner, which thinks of ten times as many.
const sameGiver = `
	with recursive up(person, root) as (
		select person, same_as from person_joins where recorded_at <= $2
		union
		select up.person, j.same_as
		from up
		join person_joins j on j.person = up.root and j.recorded_at <= $2),
	same as (
		select person, root from up
		where not exists (select from person_joins j where j.person = up.root and j.recorded_at <= $2)
		limit (select count(*) from person_joins)),`

// runningYear gives the contributions of the year on line 11(a) that have a row, with the giver's running total at each. Earmarked
// contributions are in nobody's total (11 CFR 110.6(a): they are contributions to the candidate).
//
// Most givers are one row of persons to whom nothing came back: their totals run through the index receipts_of_givers, in its order. Those
// who were joined with others, and those of whom a dispute was lost, are apart: their contributions are looked up and sorted.
//
// A contribution that was lost in a dispute lowers the total from that day on, unless it was of an earlier year, and has a row if it had one
// when it came; refunds lower no total.
// $1 committee, $2 cut-off, $3 1 January, $4 last day of the period, $5 threshold, $6 the first day of each period.
const runningYear = sameGiver + undone + `
	lost as materialized (
		select e.id, d.receipt, d.cents - e.returned_cents as cents, e.ended_on, e.happened_at, r.line, r.received_on, r.candidate, r.person, coalesce(s.root, r.person) as giver
		from dispute_ends e
		join disputes d on d.committee = e.committee and d.id = e.dispute
		join receipts r on r.committee = d.committee and r.id = d.receipt
		left join same s on s.person = r.person
		where e.committee = $1 and e.outcome = 'lost' and e.recorded_at <= $2 and e.ended_on between $3 and $4
		  and not exists (select from undone u where u.receipt = d.receipt)),
	back as (
		select distinct giver
		from lost
		where candidate is null),` + hadRow + `,
	apart as materialized (
		select person, root as giver from same
		union
		select root, root from same
		union
		select person, giver from lost
		union
		select r.person, coalesce(s.root, r.person)
		from undone u
		join receipts r on r.committee = $1 and r.id = u.receipt
		left join same s on s.person = r.person),
	together as (
		select id, receipt, line, day, happened_at, received_on, cents, person,
		       sum(counts) over (partition by giver order by day, happened_at, id collate "C" rows unbounded preceding)::bigint as aggregate
		from (
			select r.id, null as receipt, r.line, r.received_on as day, r.happened_at, r.received_on, r.cents, r.cents as counts, r.person, a.giver
			from apart a
			cross join lateral (
				select id, line, received_on, happened_at, cents, person
				from receipts
				where committee = $1 and person = a.person and recorded_at <= $2 and received_on between $3 and $4
				  and line in ('11(a)', '11(b)', '11(c)', '12') and candidate is null
				offset 0) r
			where not exists (select from undone u where u.receipt = r.id)
			union all
			select id, receipt, line, ended_on, happened_at, received_on, -cents, case when received_on < $3 then 0 else -cents end, person, giver
			from lost
			where line in ('11(a)', '11(b)', '11(c)', '12') and candidate is null) given),
	alone as (
		select id, line, received_on, happened_at, cents, person,
		       sum(cents) over (partition by person order by received_on, happened_at, id collate "C" rows unbounded preceding)::bigint as aggregate
		from receipts
		where committee = $1 and recorded_at <= $2 and received_on between $3 and $4
		  and line in ('11(a)', '11(b)', '11(c)', '12') and candidate is null),
	itemized as materialized (
		select id, null as receipt, received_on as day, happened_at, received_on, cents, person, aggregate
		from alone
		where line = '11(a)' and aggregate > $5::bigint and not exists (select from apart a where a.person = alone.person)
		union all
		select id, receipt, day, happened_at, received_on, cents, person, aggregate
		from together
		where line = '11(a)' and (receipt is null and aggregate > $5::bigint or receipt in (select id from had_row)))`

// year is the arguments of runningYear.
func (b *build) year() []any {
	return []any{b.committee.ID, b.cutoff, b.january, b.period.Through, int64(b.contributorOver), b.edges()}
}
