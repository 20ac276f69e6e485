package compliance

import (
	"context"
	"fmt"

	"dure/compliance/fec"
)

// reattributed gives a pair of memo rows SA11AI for each reattribution of the period: the original contributor's, below zero, and
// that of whoever it counts for now, with the day of the receipt that they are of. Memo rows are in no sum. The running total of each
// falls by what was lost in disputes, as everywhere.
//
// "The reattribution is reported as memo entries on the next report": FEC, Remedying an excessive contribution; 11 CFR
// 104.8(d)(2)-(4). We: a joint check that is shared equally is told in the same way.
func (b *build) reattributed(ctx context.Context, limit int, put func(fec.Row) error) error {
	const list = sameGiver + undone + `
		moved as materialized (
			select a.id, a.receipt, a.person, a.cents, a.source, a.on_day, a.recorded_at
			from attributions a
			join receipts r on r.committee = a.committee and r.id = a.receipt
			where a.committee = $1 and a.recorded_at <= $2 and a.on_day between $3 and $4 and a.source in ('reattributed', 'presumptive', 'equal')
			  and r.candidate is null and r.line = '11(a)')
		select few.id, few.receipt, few.cents, few.source, few.on_day, r.received_on,
		       (select coalesce(sum(y.cents), 0)::bigint
		        from (
					select o.cents
					from receipts o
					left join same s on s.person = o.person
					where o.committee = $1 and o.recorded_at <= $2 and o.candidate is null and o.line in ('11(a)', '11(b)', '11(c)', '12')
					  and extract(year from o.received_on) = extract(year from r.received_on) and o.received_on <= few.on_day
					  and coalesce(s.root, o.person) = coalesce(g.root, few.person)
					  and not exists (select from undone u where u.receipt = o.id)
					union all
					select e.returned_cents - d.cents
					from dispute_ends e
					join disputes d on d.committee = e.committee and d.id = e.dispute
					join receipts o on o.committee = d.committee and o.id = d.receipt
					left join same s on s.person = o.person
					where e.committee = $1 and e.outcome = 'lost' and e.recorded_at <= $2 and e.ended_on <= few.on_day
					  and o.candidate is null and o.line in ('11(a)', '11(b)', '11(c)', '12')
					  and extract(year from o.received_on) = extract(year from r.received_on)
					  and extract(year from e.ended_on) = extract(year from r.received_on)
					  and coalesce(s.root, o.person) = coalesce(g.root, few.person)
					  and not exists (select from undone u where u.receipt = o.id)
					union all
					select x.cents
					from attributions x
					join receipts o on o.committee = x.committee and o.id = x.receipt
					left join same s on s.person = x.person
					where x.committee = $1 and x.recorded_at <= $2 and o.candidate is null and x.source <> 'partners' and x.on_day <= few.on_day
					  and (x.source <> 'returned' or x.evidence like 'dispute:%') -- refunds lower no total
					  and not exists (select from undone u where u.receipt = o.id)
					  and extract(year from o.received_on) = extract(year from r.received_on)
					  and coalesce(s.root, x.person) = coalesce(g.root, few.person)) y),
		       ` + knownColumns + `
		from moved few
		join receipts r on r.committee = $1 and r.id = few.receipt
		` + knownOfFew + `
		left join same g on g.person = few.person
		order by few.on_day, few.receipt, few.recorded_at, few.cents, few.id
		limit $5`
	rows, err := b.tx.QueryContext(ctx, list, b.committee.ID, b.cutoff, b.period.From, b.period.Through, most(limit), b.edges())
	if err != nil {
		return fmt.Errorf("list the reattributions: %w", err)
	}
	defer rows.Close()
	for rows.Next() {
		var r received
		var source string
		err := rows.Scan(append([]any{&r.id, &r.receipt, &r.cents, &source, &r.day, &r.receivedOn, &r.aggregate}, r.knownFields()...)...)
		if err != nil {
			return fmt.Errorf("read a reattribution: %w", err)
		}
		row := b.scheduleA(fec.Line11AI, r)
		row.TransactionType, row.Memo = fec.IndividualReceipt, true
		row.Purpose = "Reattribution: see memo text"
		where := ""
		if !b.period.Holds(r.receivedOn) {
			where = " in report " + b.reportOf(r.receivedOn)
		}
		word := map[string]string{"presumptive": "Presumptive reattribution", "equal": "Joint check, equal shares"}[source]
		if word == "" {
			word = "Reattribution"
		}
		row.MemoText = cut(fmt.Sprintf("%s of transaction %s%s, received %s", word, r.receipt.String, where, r.receivedOn), 100)
		b.askedFor(row)
		if err := put(row); err != nil {
			return err
		}
	}
	if err := rows.Err(); err != nil {
		return fmt.Errorf("list the reattributions: %w", err)
	}
	return nil
}
