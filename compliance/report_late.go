package compliance

import (
	"context"
	"fmt"

	"dure/civil"
	"dure/compliance/fec"
)

// answered gives a memo row SA11AI for each contribution of an earlier report whose giver was asked for what was missing and
// told it in this period, after that report was due. Memo rows are in no sum.
//
// 11 CFR 104.7(b)(4): what is learned after the report was filed is told in memo entries with the next report, or by amending the
// earlier one, for the two-year cycle that runs. We: with the next report. The contribution keeps its day.
func (b *build) answered(ctx context.Context, limit int, put func(fec.Row) error) error {
	const list = sameGiver + `
		told as (
			select distinct on (a.person) a.id, a.person, a.answered_on
			from answers a
			where a.committee = $1 and a.recorded_at <= $2 and a.answered_on between $3 and $4
			order by a.person, a.answered_on desc, a.recorded_at desc)
		select t.id, r.id, r.cents, r.received_on, t.answered_on,
		       (select sum(o.cents)::bigint
		        from receipts o
		        left join same s on s.person = o.person
		        where o.committee = $1 and o.recorded_at <= $2 and o.candidate is null and o.line in ('11(a)', '11(b)', '11(c)', '12')
		          and extract(year from o.received_on) = extract(year from r.received_on)
		          and (o.received_on, o.happened_at, o.id collate "C") <= (r.received_on, r.happened_at, r.id collate "C")
		          and coalesce(s.root, o.person) = coalesce(g.root, r.person)),
		       ` + knownColumns + `
		from told t
		join receipts r on r.committee = $1 and r.person = t.person and r.recorded_at <= $2 and r.received_on between $5 and $3::date - 1
		 and r.candidate is null and r.line = '11(a)'
		 and exists (select from efforts e where e.committee = $1 and e.receipt = r.id and e.recorded_at <= $2 and e.asked_on <= t.answered_on)
		join contributor_versions v on v.committee = $1 and v.person = r.person and v.recorded_at <= $2 and ` + isLast + `
		left join same g on g.person = r.person
		order by r.received_on, r.id
		limit $6`
	cycle := civil.Of(b.period.From.Year()-1+b.period.From.Year()%2, 1, 1) // 1 January of the odd year
	rows, err := b.tx.QueryContext(ctx, list, b.committee.ID, b.cutoff, b.period.From, b.period.Through, cycle, most(limit))
	if err != nil {
		return fmt.Errorf("list the late answers: %w", err)
	}
	defer rows.Close()
	for n := 1; rows.Next(); n++ {
		var r received
		var on civil.Day
		if err := rows.Scan(append([]any{&r.id, &r.receipt, &r.cents, &r.day, &on, &r.aggregate}, r.knownFields()...)...); err != nil {
			return fmt.Errorf("read a late answer: %w", err)
		}
		was := PeriodOf(b.committee.Filer, r.day, b.active[r.day.Year()])
		if !on.After(was.Due) {
			continue // the report of the receipt had it in its row
		}
		r.id = fmt.Sprintf("%s-%d", r.id, n)
		row := b.scheduleA(fec.Line11AI, r)
		row.TransactionType, row.Memo = fec.IndividualReceipt, true
		row.MemoText = cut(fmt.Sprintf("Told on %s, of transaction %s in report %s", on, r.receipt.String, b.reportOf(r.day)), 100)
		if err := put(row); err != nil {
			return err
		}
	}
	if err := rows.Err(); err != nil {
		return fmt.Errorf("list the late answers: %w", err)
	}
	return nil
}
