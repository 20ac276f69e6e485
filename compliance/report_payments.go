package compliance

import (
	"context"
	"database/sql"
	"fmt"

	"github.com/lib/pq"

	"dure/civil"
	"dure/compliance/fec"
	"dure/money"
	"dure/registry"
)

// The category codes of the FEC's instructions for Schedule B that Dure gives by itself.
const (
	categoryAdministrative = "001"
	categoryRefund         = "010" // of contributions
	categoryContribution   = "011" // political contributions
)

// paid is one payment as a row of Schedule B is made of.
type paid struct {
	id       string
	cents    money.Cents
	paidOn   civil.Day
	purpose  string
	category string
	payee    registry.Payee
}

// payments gives the rows of a line on which payees stand: 21(b), 22 and 29. Each transfer of line 22 has one; of 21(b) and 29 those by
// which the payee's year passes the threshold, and all after. What the card processor kept is one payment a day.
func (b *build) payments(ctx context.Context, line fec.Line, limit int, put func(fec.Row) error) error {
	kind := paymentKinds[line]
	const list = `
		with given as (
			select id, line, payee, cents, paid_on, happened_at, purpose, category
			from disbursements
			where committee = $1 and recorded_at <= $2 and paid_on between $3 and $4 and line = any($5)
			union all
			select 'FEE-' || to_char(posted_on, 'YYYYMMDD'), '21(b)', $10, sum(cents)::bigint, posted_on, max(happened_at), 'Processor fees', $11
			from processor_fees
			where committee = $1 and recorded_at <= $2 and posted_on between $3 and $4 and '21(b)' = any($5)
			group by posted_on
			having sum(cents) > 0),
		running as (
			select id, line, payee, cents, paid_on, happened_at, purpose, category,
			       sum(cents) over (partition by payee order by paid_on, happened_at, id collate "C" rows unbounded preceding) as aggregate
			from given)
		select r.id, r.cents, r.paid_on, r.purpose, r.category, r.payee,
		       p.entity, p.name, p.last_name, p.first_name, p.fec_id, p.street, p.street_2, p.city, p.state, p.zip
		from running r
		left join payees p on p.committee = $1 and p.id = r.payee
		where r.line = $6 and r.paid_on >= $7 and r.aggregate > $8
		order by r.paid_on, r.happened_at, r.id collate "C"
		limit $9`
	over := b.payeeOver
	if kind.always {
		over = 0
	}
	rows, err := b.tx.QueryContext(ctx, list, b.committee.ID, b.cutoff, b.january, b.period.Through, pq.Array(kind.group),
		line, b.period.From, over, most(limit), registry.Processor, categoryAdministrative)
	if err != nil {
		return fmt.Errorf("list the payments of line %s: %w", line, err)
	}
	defer rows.Close()
	for rows.Next() {
		var r paid
		var entity, name, last, first, fecID, street, street2, city, state, zip sql.NullString
		err := rows.Scan(&r.id, &r.cents, &r.paidOn, &r.purpose, &r.category, &r.payee.ID,
			&entity, &name, &last, &first, &fecID, &street, &street2, &city, &state, &zip)
		if err != nil {
			return fmt.Errorf("read a payment of line %s: %w", line, err)
		}
		if !entity.Valid {
			return &Refusal{Findings: []Finding{{
				Field: "payee",
				Text:  fmt.Sprintf("The fees of %s have a row, and nobody is entered who keeps them: name the card processor with dure committee processor (payee %s)", r.paidOn, registry.Processor),
				Cite:  "52 U.S.C. 30104(b)(5)(A)",
			}}}
		}
		r.payee = registry.Payee{
			ID: r.payee.ID, Entity: entity.String, Name: name.String, Last: last.String, First: first.String, FECID: fecID.String,
			Street: street.String, Street2: street2.String, City: city.String, State: state.String, Zip: zip.String,
		}
		row := b.scheduleB(line, r)
		row.TransactionType = kind.is
		if err := put(row); err != nil {
			return err
		}
	}
	if err := rows.Err(); err != nil {
		return fmt.Errorf("list the payments of line %s: %w", line, err)
	}
	return nil
}

// paymentKinds tells what the rows of a line are, whether each is itemized at any amount, and with which lines it shares the payee's
// year, as the FEC's own software adds them up.
//
// 52 U.S.C. 30104(b)(5)(A), (6)(B)(v): operating expenditures and other disbursements over $200 to one person in the year; (6)(B)(i) and
// (ii): contributions and transfers to committees at any amount.
var paymentKinds = map[fec.Line]struct {
	is     fec.TransactionType
	always bool
	group  []string
}{
	fec.Line21B: {fec.OperatingExpenditure, false, []string{"21(b)", "29"}},
	fec.Line22:  {fec.TransferToAffiliates, true, []string{"22"}},
	fec.Line29:  {fec.OtherDisbursement, false, []string{"21(b)", "29"}},
}

// scheduleB is a row of a payment to a payee.
func (b *build) scheduleB(line fec.Line, r paid) *fec.ScheduleB {
	p := r.payee
	row := &fec.ScheduleB{
		Form: fec.FormOf(line), CommitteeID: b.committee.FECID, ID: r.id, Entity: entityOf(p.Entity),
		Address:  fec.Address{Street1: p.Street, Street2: p.Street2, City: p.City, State: p.State, Zip: p.Zip},
		Date:     r.paidOn,
		Amount:   r.cents,
		Purpose:  r.purpose,
		Category: r.category,
	}
	if row.Entity == fec.Individual {
		row.Payee = fec.Name{Last: p.Last, First: p.First}
		return row
	}
	row.Organization = p.Name
	if line == fec.Line22 {
		row.BeneficiaryCommitteeID, row.BeneficiaryCommittee = p.FECID, p.Name
	}
	return row
}

// candidateMoney gives the rows SB23: the committee's own contributions to candidates, and the forwards whose receipt is in another
// report. A forward whose receipt is in this file stands under it instead.
func (b *build) candidateMoney(ctx context.Context, _ fec.Line, limit int, put func(fec.Row) error) error {
	const list = `
		with sent as (
			select id, null as receipt, candidate, election, cents, paid_on as day, happened_at, method, purpose, category
			from disbursements
			where committee = $1 and recorded_at <= $2 and paid_on between $3 and $4 and line = '23'
			union all
			select i.id, r.id, f.candidate, r.election, i.cents, f.sent_on, f.happened_at, f.method, '', ''
			from forwards f
			join forward_items i on i.committee = f.committee and i.forward = f.id
			join receipts r on r.committee = i.committee and r.id = i.receipt
			where f.committee = $1 and f.recorded_at <= $2 and f.sent_on between $3 and $4
			  and r.received_on not between $3 and $4)
		select s.id, s.receipt, s.candidate, s.election, s.cents, s.day, s.method, s.purpose, s.category,
		       r.received_on, coalesce(v.first_name, ''), coalesce(v.last_name, ''), coalesce(v.organization, '')
		from sent s
		left join (receipts r ` + knownAs + `) on r.committee = $1 and r.id = s.receipt
		order by s.day, s.happened_at, s.id collate "C"
		limit $5`
	rows, err := b.tx.QueryContext(ctx, list, b.committee.ID, b.cutoff, b.period.From, b.period.Through, most(limit))
	if err != nil {
		return fmt.Errorf("list the money to candidates: %w", err)
	}
	defer rows.Close()
	for rows.Next() {
		var r received
		var receipt sql.NullString
		var purpose, category string
		err := rows.Scan(&r.item, &receipt, &r.candidate, &r.election, &r.sent, &r.sentOn, &r.method, &purpose, &category,
			&r.receivedOn, &r.giver.First, &r.giver.Last, &r.giver.Organization)
		if err != nil {
			return fmt.Errorf("read a payment to a candidate: %w", err)
		}
		var row *fec.ScheduleB
		if receipt.Valid {
			row = b.forward(r)
			row.MemoText = b.directedBy(r.item.String, fmt.Sprintf("Receipt in report %s, transaction %s; forwarded by this committee's %s",
				b.reportOf(r.receivedOn), receipt.String, r.method.String))
		} else {
			row = b.toCandidate(r)
			row.TransactionType, row.Purpose = fec.ContributionToCandidate, "Contribution"
			if purpose != "" {
				row.Purpose = purpose
			}
			if category != "" {
				row.Category = category
			}
		}
		if err := put(row); err != nil {
			return err
		}
	}
	if err := rows.Err(); err != nil {
		return fmt.Errorf("list the money to candidates: %w", err)
	}
	return nil
}

// forward is the row SB23 of an earmarked receipt that was sent on: "whether the contribution was forwarded by the conduit's check" or
// otherwise is told too (11 CFR 110.6(c)(1)(iv)).
func (b *build) forward(r received) *fec.ScheduleB {
	row := b.toCandidate(r)
	row.TransactionType = fec.EarmarkOutDeposited
	row.Purpose = "Earmarked from " + r.giver.Name()
	row.MemoText = b.directedBy(r.item.String, "Forwarded by this committee's "+r.method.String)
	return row
}

// toCandidate is a row SB23 as all have it.
func (b *build) toCandidate(r received) *fec.ScheduleB {
	c := b.candidates[r.candidate]
	return &fec.ScheduleB{
		Form: fec.FormOf(fec.Line23), CommitteeID: b.committee.FECID, ID: r.item.String,
		Entity: fec.Committee, Organization: c.CommitteeName,
		Address:                fec.Address{Street1: c.Street, Street2: c.Street2, City: c.City, State: c.CommitteeState, Zip: c.Zip},
		Election:               b.elections[r.election].Code(),
		Date:                   r.sentOn,
		Amount:                 r.sent,
		Category:               categoryContribution,
		BeneficiaryCommitteeID: c.CommitteeFECID, BeneficiaryCommittee: c.CommitteeName,
		BeneficiaryCandidate: fec.Candidate{
			ID: string(c.ID), Name: fec.Name{Last: c.Last, First: c.First}, Office: c.Office, State: c.State, District: c.District,
		},
	}
}
