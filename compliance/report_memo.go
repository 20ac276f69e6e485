package compliance

import (
	"context"
	"fmt"
	"time"

	"dure/civil"
	"dure/compliance/fec"
	"dure/money"
	"dure/registry"
)

// beside is what a report tells of a receipt beside its own row: memo rows, which are in no sum.
type beside struct {
	partnership bool
	conduit     string // the name of the committee through which it came
	memos       []*fec.ScheduleA
}

// tellBeside reads what is to be told beside the receipts of the period: the partners of a partnership, and the conduit of what
// came through one. Both are few.
func (b *build) tellBeside(ctx context.Context) error {
	b.beside, b.directed = map[string]beside{}, map[string]bool{}
	if err := b.partners(ctx); err != nil {
		return err
	}
	if err := b.conduits(ctx); err != nil {
		return err
	}
	const list = `
		select i.id
		from forwards f
		join forward_items i on i.committee = f.committee and i.forward = f.id
		where f.committee = $1 and f.recorded_at <= $2 and f.directed and f.sent_on between $3 and $4`
	var items []string
	if err := b.tx.SelectContext(ctx, &items, list, b.committee.ID, b.cutoff, b.period.From, b.period.Through); err != nil {
		return fmt.Errorf("list the forwards that the committee directed: %w", err)
	}
	for _, id := range items {
		b.directed[id] = true
	}
	return nil
}

// partners writes a memo row for each partner whose share counts for them (11 CFR 110.1(e)) and whose year is over the
// threshold with it.
func (b *build) partners(ctx context.Context) error {
	const list = sameGiver + `
		shares as materialized (
			select id, receipt, person, cents, recorded_at
			from attributions
			where committee = $1 and recorded_at <= $2 and source = 'partners'),
		counted as (
			select r.id, coalesce(s.root, r.person) as giver, r.received_on, r.cents
			from receipts r
			left join same s on s.person = r.person
			where r.committee = $1 and r.recorded_at <= $2 and r.received_on between $3 and $4 and r.candidate is null
			  and r.line in ('11(a)', '11(b)', '11(c)', '12')
			  and r.person in (select person from attributions where committee = $1 and source = 'partners')
			union all
			select r.id, coalesce(s.root, a.person), r.received_on, a.cents
			from shares a
			join receipts r on r.committee = $1 and r.id = a.receipt
			left join same s on s.person = a.person
			where r.received_on between $3 and $4)
		select few.id, few.receipt, few.cents, r.received_on,
		       (select coalesce(sum(c.cents), 0)::bigint
		        from counted c
		        where c.giver = coalesce(s.root, few.person) and (c.received_on, c.id) <= (r.received_on, r.id)),
		       ` + knownColumns + `
		from shares few
		join receipts r on r.committee = $1 and r.id = few.receipt
		` + knownOfFew + `
		left join same s on s.person = few.person
		where r.candidate is null and r.received_on between $5 and $4
		order by few.receipt, few.recorded_at, few.id`
	rows, err := b.tx.QueryContext(ctx, list, b.committee.ID, b.cutoff, b.january, b.period.Through, b.period.From)
	if err != nil {
		return fmt.Errorf("list the partners: %w", err)
	}
	defer rows.Close()
	for rows.Next() {
		var r received
		var receipt string
		err := rows.Scan(append([]any{&r.id, &receipt, &r.cents, &r.day, &r.aggregate}, r.knownFields()...)...)
		if err != nil {
			return fmt.Errorf("read a partner: %w", err)
		}
		of := b.beside[receipt]
		of.partnership = true
		if money.Cents(r.aggregate.Int64) > b.contributorOver {
			row := b.scheduleA(fec.Line11AI, r)
			row.TransactionType, row.Purpose, row.Memo = fec.PartnershipAttribution, "Partnership Attribution", true
			b.askedFor(row)
			of.memos = append(of.memos, row)
		}
		b.beside[receipt] = of
	}
	if err := rows.Err(); err != nil {
		return fmt.Errorf("list the partners: %w", err)
	}
	return nil
}

// conduits writes a memo row of the conduit for each receipt that came through one: who it was, the day on which its payment
// arrived, and what that does to its own limit (11 CFR 110.6(c)(2), (d)).
func (b *build) conduits(ctx context.Context) error {
	const list = `
		select r.id, r.through_receipt, r.cents, r.happened_at, f.directed,
		       sum(r.cents) over (partition by r.through_committee order by r.happened_at, r.id collate "C" rows unbounded preceding)::bigint,
		       r.received_on >= $5, v.name, v.fec_id, v.street, v.street_2, v.city, v.state, v.zip
		from receipts r
		join committee_versions v on v.committee = r.through_committee and v.recorded_at <= $2 and not exists (
			select from committee_versions n
			where n.committee = v.committee and n.recorded_at <= $2 and (n.recorded_at, n.id) > (v.recorded_at, v.id))
		left join forward_items i on i.committee = r.through_committee and i.receipt = r.through_receipt
		left join forwards f on f.committee = i.committee and f.id = i.forward
		where r.committee = $1 and r.recorded_at <= $2 and r.received_on between $3 and $4
		order by r.happened_at, r.id collate "C"`
	rows, err := b.tx.QueryContext(ctx, list, b.committee.ID, b.cutoff, b.january, b.period.Through, b.period.From)
	if err != nil {
		return fmt.Errorf("list the conduits: %w", err)
	}
	defer rows.Close()
	for rows.Next() {
		var r received
		var receipt string
		var arrived time.Time
		var directed *bool
		var within bool
		var c registry.Committee
		err := rows.Scan(&receipt, &r.id, &r.cents, &arrived, &directed, &r.aggregate, &within,
			&c.Name, &c.FECID, &c.Street, &c.Street2, &c.City, &c.State, &c.Zip)
		if err != nil {
			return fmt.Errorf("read a conduit: %w", err)
		}
		if !within {
			continue
		}
		r.day, r.id = civil.In(arrived, b.committee.Location()), "Q"+receipt[1:] // no other row's id begins so
		r.giver = registry.Contributor{
			Entity: "PAC", Organization: c.Name, FECID: c.FECID, Street: c.Street, Street2: c.Street2, City: c.City, State: c.State, Zip: c.Zip, Country: "US",
		}
		row := b.scheduleA(fec.Line11AI, r)
		row.TransactionType, row.Purpose, row.Memo = fec.EarmarkMemo, "Total earmarked through conduit", true
		row.MemoText = "Conduit's limit not affected"
		if directed != nil && *directed {
			row.MemoText = attributedToBoth
		}
		b.beside[receipt] = beside{conduit: c.Name, memos: []*fec.ScheduleA{row}}
	}
	if err := rows.Err(); err != nil {
		return fmt.Errorf("list the conduits: %w", err)
	}
	return nil
}

// attributedToBoth is told of a gift whose recipient the conduit chose: "the entire amount" counts for the contributor and for
// the conduit, and both reports say so (11 CFR 110.6(d)(2)).
const attributedToBoth = "Entire amount attributed to contributor and to conduit"

// standsBeside makes of a receipt's row what it is beside its memo rows.
func (b *build) standsBeside(row *fec.ScheduleA) {
	switch of := b.beside[row.ID]; {
	case of.conduit != "":
		row.TransactionType, row.Purpose = fec.EarmarkReceipt, cut("Earmarked through "+of.conduit, 100)
	case of.partnership && len(of.memos) > 0:
		row.TransactionType, row.Purpose = fec.PartnershipReceipt, "See Partnership Attribution(s) below"
	case of.partnership:
		row.TransactionType, row.Purpose = fec.PartnershipReceipt, "Partnership attributions do not meet itemization threshold"
	}
}

// putBeside gives the memo rows that stand under a receipt's row.
func (b *build) putBeside(row *fec.ScheduleA, put func(fec.Row) error) error {
	for _, memo := range b.beside[row.ID].memos {
		memo.BackReferenceID, memo.BackReferenceForm = row.ID, row.Form
		if err := put(memo); err != nil {
			return err
		}
	}
	return nil
}

// directedBy adds to the text of a forward that the committee chose the recipient.
func (b *build) directedBy(item, text string) string {
	if !b.directed[item] {
		return text
	}
	return cut(attributedToBoth+"; "+text, 100)
}
