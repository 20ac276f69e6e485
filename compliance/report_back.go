package compliance

import (
	"context"
	"database/sql"
	"fmt"
	"strings"

	"github.com/lib/pq"

	"dure/civil"
	"dure/compliance/fec"
	"dure/money"
	"dure/registry"
)

// undone gives the receipts that were lost whole in disputes within the report's period in which they came, and of which nothing was
// sent on: of these there is nothing to report, neither a row nor a part of anybody's year. It follows sameGiver.
// $1 committee, $2 cut-off, $4 last day of the period, $6 the first day of each period.
const undone = `
	undone as materialized (
		select d.receipt
		from dispute_ends e
		join disputes d on d.committee = e.committee and d.id = e.dispute
		join receipts r on r.committee = d.committee and r.id = d.receipt
		where e.committee = $1 and e.outcome = 'lost' and e.recorded_at <= $2 and e.ended_on <= $4
		  and width_bucket(r.received_on, $6::date[]) = width_bucket(e.ended_on, $6::date[])
		  and not exists (
			select from forward_items i
			where i.committee = r.committee and i.receipt = r.id and i.recorded_at <= $2)
		group by d.receipt, r.cents
		having sum(d.cents - e.returned_cents) = r.cents),`

// hadRow gives the contributions that the running total of their own year itemized, of those givers of whom something is in the relation
// back: what comes back of a contribution has a row if the contribution had one. It follows undone and back.
// $1 committee, $2 cut-off, $4 last day of the period, $5 threshold.
const hadRow = `
	members as (
		select giver as person, giver from back
		union
		select s.person, b.giver
		from same s
		join back b on b.giver = s.root),
	theirs as (
		select r.id, m.giver, r.received_on, r.happened_at, r.cents
		from members m
		join receipts r on r.person = m.person and r.committee = $1
		where r.recorded_at <= $2 and r.received_on <= $4 and r.candidate is null and r.line in ('11(a)', '11(b)', '11(c)', '12')
		  and not exists (select from undone u where u.receipt = r.id)),
	their_years as (
		select id, giver, received_on as day, happened_at, cents, extract(year from received_on) as year
		from theirs
		union all
		select e.id, t.giver, e.ended_on, e.happened_at, e.returned_cents - d.cents, extract(year from t.received_on)
		from theirs t
		join disputes d on d.committee = $1 and d.receipt = t.id
		join dispute_ends e on e.committee = d.committee and e.dispute = d.id and e.outcome = 'lost'
		where e.recorded_at <= $2 and e.ended_on <= $4),
	had_row as materialized (
		select id
		from (
			select id, sum(cents) over (partition by giver, year order by day, happened_at, id collate "C" rows unbounded preceding) as aggregate
			from their_years) y
		where aggregate > $5)`

// edges lists the first day of each period from the opening of the books to the end of this report's year.
func (b *build) edges() any {
	var out []string
	for year := b.opening.OnDay.Year(); year <= b.january.Year(); year++ {
		for _, p := range Periods(b.committee.Filer, year, b.active[year]) {
			out = append(out, p.From.String())
		}
	}
	return pq.Array(out)
}

// lost is the row of a contribution that a cardholder's bank took back: it "never became good funds", a negative entry on the line of the
// receipt, dated the day on which the dispute was lost. The giver's year falls by it, unless the gift was of an earlier year.
func (b *build) lost(r received) *fec.ScheduleA {
	row := b.scheduleA(fec.Line11AI, r)
	elsewhere := ""
	if !b.period.Holds(r.receivedOn) {
		elsewhere = fmt.Sprintf("Receipt in report %s, transaction %s", b.reportOf(r.receivedOn), r.receipt.String)
	}
	if r.candidate == "" {
		row.TransactionType = fec.ReturnReceipt
		row.Purpose = "Card dispute lost; contribution received " + r.receivedOn.String()
		row.MemoText = elsewhere
		b.askedFor(row)
		return row
	}
	// An earmarked receipt has no aggregate, which a returned one must have: it is the same receipt below zero.
	b.earmarkedFor(row, r.candidate)
	row.MemoText = "Card dispute lost; received " + r.receivedOn.String()
	if elsewhere != "" {
		row.MemoText += "; " + strings.ToLower(elsewhere[:1]) + elsewhere[1:]
	}
	return row
}

// refundKinds tells what the rows of refunds are, by their line, and what they are where the bank sent them back.
var refundKinds = map[fec.Line][2]fec.TransactionType{
	fec.Line28A: {fec.RefundToIndividual, fec.RefundToIndividualVoid},
	fec.Line28B: {fec.RefundToParty, fec.RefundToPartyVoid},
	fec.Line28C: {fec.RefundToPAC, fec.RefundToPACVoid},
}

// refunds gives the rows of refunds of a line, SB28A, SB28B or SB28C: what went back of contributions that had a row, and, below zero, what of it the bank sent back in a later
// period. A refund that failed within its period is none.
//
// 11 CFR 104.3(b)(3)(v) and (vi): refunds of contributions that were itemized, whatever the amount.
func (b *build) refunds(ctx context.Context, line fec.Line, limit int, put func(fec.Row) error) error {
	const list = sameGiver + undone + `
		moved as (
			select b.id, b.receipt, b.cents, b.refunded_on as day, b.happened_at, null as failed, null::date as refunded_on
			from refunds b
			where b.committee = $1 and b.line = $8 and b.recorded_at <= $2 and b.refunded_on between $3 and $4
			  and not exists (
				select from refund_failures f
				where f.committee = b.committee and f.refund = b.id and f.recorded_at <= $2 and f.failed_on <= $4)
			union all
			select 'V-' || b.id, b.receipt, -b.cents, f.failed_on, f.happened_at, b.id, b.refunded_on
			from refund_failures f
			join refunds b on b.committee = f.committee and b.id = f.refund
			where f.committee = $1 and b.line = $8 and f.recorded_at <= $2 and f.failed_on between $3 and $4 and b.refunded_on < $3),
		back as (
			select distinct coalesce(s.root, r.person) as giver
			from moved m
			join receipts r on r.committee = $1 and r.id = m.receipt
			left join same s on s.person = r.person),` + hadRow + `
		select m.id, m.cents, m.day, m.receipt, m.failed, m.refunded_on, r.received_on,
		       ` + knownColumns + `
		from moved m
		join receipts r on r.committee = $1 and r.id = m.receipt
		` + knownAs + `
		where r.candidate is not null or r.line <> '11(a)' or r.id in (select id from had_row)
		order by m.day, m.happened_at, m.id collate "C"
		limit $7`
	rows, err := b.tx.QueryContext(ctx, list, b.committee.ID, b.cutoff, b.period.From, b.period.Through, b.contributorOver, b.edges(), most(limit), line)
	if err != nil {
		return fmt.Errorf("list the refunds: %w", err)
	}
	defer rows.Close()
	for rows.Next() {
		var r received
		var failed sql.NullString
		var refundedOn civil.Day
		err := rows.Scan(append([]any{&r.id, &r.cents, &r.day, &r.receipt, &failed, &refundedOn, &r.receivedOn}, r.knownFields()...)...)
		if err != nil {
			return fmt.Errorf("read a refund: %w", err)
		}
		row := b.backTo(r.giver, line, r.id, r.day, r.cents)
		kinds := refundKinds[line]
		if line != fec.Line28A {
			row.Entity, row.BeneficiaryCommitteeID, row.BeneficiaryCommittee = fec.Committee, r.giver.FECID, r.giver.Organization
		}
		row.Category = categoryRefund
		if failed.Valid {
			row.TransactionType = kinds[1]
			row.Purpose = "Refund failed; contribution received " + r.receivedOn.String()
			row.MemoText = fmt.Sprintf("Refund in report %s, transaction %s", b.reportOf(refundedOn), failed.String)
		} else {
			row.TransactionType = kinds[0]
			row.Purpose = "Refund of contribution received " + r.receivedOn.String()
			if !b.period.Holds(r.receivedOn) {
				row.MemoText = fmt.Sprintf("Receipt in report %s, transaction %s", b.reportOf(r.receivedOn), r.receipt.String)
			}
		}
		if err := put(row); err != nil {
			return err
		}
	}
	if err := rows.Err(); err != nil {
		return fmt.Errorf("list the refunds: %w", err)
	}
	return nil
}

// used is the row SB21B of goods that were given: an expenditure equal to the receipt, to the same person (11 CFR 104.13(a)).
func (b *build) used(r received) *fec.ScheduleB {
	row := b.backTo(r.giver, fec.Line21B, r.inKind.String, r.day, r.cents)
	row.TransactionType, row.Purpose, row.Category = fec.InKindOut, r.purpose, r.category.String
	return row
}

// backTo is a row of Schedule B whose payee is a contributor.
func (b *build) backTo(g registry.Contributor, line fec.Line, id string, on civil.Day, cents money.Cents) *fec.ScheduleB {
	row := &fec.ScheduleB{
		Form: fec.FormOf(line), CommitteeID: b.committee.FECID, ID: id, Entity: entityOf(g.Entity),
		Address: addressOf(g), Date: on, Amount: cents,
	}
	if row.Entity == fec.Individual {
		row.Payee = fec.Name{Last: g.Last, First: g.First}
	} else {
		row.Organization = g.Organization
	}
	return row
}
