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

// knownAs joins to receipts r what the committee knew of the contributor at the cut-off $2.
const knownAs = `
	join contributor_versions v on v.committee = r.committee and v.person = r.person and v.recorded_at <= $2 and ` + isLast

// knownOfFew joins the same to rows that are few: one by one, so that a server that knows nothing of the tables yet doesn't cross them.
const knownOfFew = `
	join lateral (
		select *
		from contributor_versions
		where committee = $1 and person = few.person and recorded_at <= $2
		order by recorded_at desc, id desc
		limit 1) v on true`

// isLast tells that no later version, known by the cut-off $2, has replaced v.
const isLast = `
	not exists (
		select from contributor_versions n
		where n.committee = v.committee and n.person = v.person and n.recorded_at <= $2 and (n.recorded_at, n.id) > (v.recorded_at, v.id))`

const knownColumns = `
	v.entity, v.last_name, v.first_name, v.organization, v.fec_id,
	v.street, v.street_2, v.city, v.state, v.zip, v.country, v.employer, v.occupation`

// knownText is knownColumns in one text, with knownEnd between them: of a row the driver takes one text in a third of the time of thirteen.
const (
	knownText = `concat_ws(E'\x1f',` + knownColumns + `)`
	knownEnd  = "\x1f"
)

// received is one receipt as a row of Schedule A is made of.
type received struct {
	id         string
	day        civil.Day
	cents      money.Cents    // below zero where a receipt was lost
	receipt    sql.NullString // the receipt's id, in a row of what became of it
	receivedOn civil.Day      // of a row that is not the receipt's own
	purpose    string
	aggregate  sql.NullInt64
	candidate  registry.CandidateID
	election   registry.ElectionID
	giver      registry.Contributor
	// Of an earmarked receipt that was forwarded.
	item   sql.NullString
	sent   money.Cents
	sentOn civil.Day
	method sql.NullString
	// Of a receipt in kind: the id and the category of its expenditure.
	inKind, category sql.NullString
}

// knownFields are where knownColumns go.
func (r *received) knownFields() []any {
	g := &r.giver
	return []any{
		&g.Entity, &g.Last, &g.First, &g.Organization, &g.FECID,
		&g.Street, &g.Street2, &g.City, &g.State, &g.Zip, &g.Country, &g.Employer, &g.Occupation,
	}
}

// know reads knownText.
func (r *received) know(known string) error {
	fields := r.knownFields()
	for i, field := range fields {
		value, rest, more := strings.Cut(known, knownEnd)
		if more == (i == len(fields)-1) {
			return &Refusal{Findings: []Finding{{
				Field: "contributor",
				Text:  fmt.Sprintf("What is known of the contributor of transaction %s has a control character in it: enter it anew", r.id),
			}}}
		}
		*field.(*string), known = value, rest
	}
	return nil
}

// individualReceipts gives the rows SA11AI: contributions that the running total itemizes, every earmarked one, and what was lost of either;
// each with the row directly under it that is its other half: the row SB23 of its forward when that is in the same file, the row SB21B
// of goods given. Before the rows, first takes the sums of those that the running total itemizes: one pass over the year gives both.
func (b *build) individualReceipts(ctx context.Context, limit int, first func(itemized sums) error, put func(fec.Row) error) error {
	const list = runningYear + `,
		total as (
			select coalesce(sum(cents) filter (where day < $7), 0)::bigint as to_period,
			       coalesce(sum(cents) filter (where day >= $7), 0)::bigint as period
			from itemized),
		written as (
			select id, receipt, day, happened_at, received_on, cents, person, aggregate, null as candidate, null as election, null as purpose
			from itemized
			where day >= $7
			union all
			select r.id, null, r.received_on, r.happened_at, r.received_on, r.cents, r.person, null, r.candidate, r.election, r.purpose
			from receipts r
			where r.committee = $1 and r.recorded_at <= $2 and r.received_on between $7 and $4 and r.candidate is not null
			  and not exists (select from undone u where u.receipt = r.id)
			union all
			select id, receipt, ended_on, happened_at, received_on, -cents, person, null, candidate, null, null
			from lost
			where candidate is not null and ended_on >= $7),
		told as (
			select w.id, w.day, w.happened_at, w.cents, w.receipt, w.received_on, coalesce(w.purpose, p.purpose, '') as purpose, w.aggregate,
			       w.candidate, w.election, i.id as item, i.cents as sent, f.sent_on, f.method, k.id as in_kind, k.category,
			       ` + knownText + ` as known
			from written w
			join contributor_versions v on v.committee = $1 and v.person = w.person and v.recorded_at <= $2 and ` + isLast + `
			left join receipts p on w.receipt is null and w.candidate is null and p.committee = $1 and p.id = w.id and p.purpose <> ''
			left join in_kinds k on w.receipt is null and k.committee = $1 and k.receipt = w.id
			left join (
				forward_items i
				join forwards f on f.committee = i.committee and f.id = i.forward and f.recorded_at <= $2
			) on w.receipt is null and i.committee = $1 and i.receipt = w.id)
		select total.to_period, total.period,
		       coalesce(told.id, ''), told.day, coalesce(told.cents, 0), told.receipt, case when told.receipt is not null then told.received_on end,
		       coalesce(told.purpose, ''), told.aggregate,
		       coalesce(told.candidate, ''), coalesce(told.election, ''), told.item, coalesce(told.sent, 0), told.sent_on, told.method,
		       told.in_kind, told.category, coalesce(told.known, '')
		from total
		left join told on true
		order by told.day, told.happened_at, told.id collate "C"
		limit $8`
	rows, err := b.tx.QueryContext(ctx, list, append(b.year(), b.period.From, most(limit))...)
	if err != nil {
		return fmt.Errorf("list the contributions of individuals: %w", err)
	}
	defer rows.Close()
	var r received
	var itemized sums
	var known string
	into := []any{
		&itemized.ToPeriod, &itemized.Period,
		&r.id, &r.day, &r.cents, &r.receipt, &r.receivedOn, &r.purpose, &r.aggregate, &r.candidate, &r.election,
		&r.item, &r.sent, &r.sentOn, &r.method, &r.inKind, &r.category, &known,
	}
	for opened := false; rows.Next(); opened = true {
		if err := rows.Scan(into...); err != nil {
			return fmt.Errorf("read a contribution: %w", err)
		}
		if !opened {
			if err := first(itemized); err != nil {
				return err
			}
		}
		if r.id == "" {
			break // there are sums, and no rows
		}
		if err := r.know(known); err != nil {
			return err
		}
		row := b.contribution(r)
		if err := put(row); err != nil {
			return err
		}
		if child := b.otherHalf(r); child != nil {
			child.BackReferenceID, child.BackReferenceForm = row.ID, row.Form
			if err := put(child); err != nil {
				return err
			}
		}
		if err := b.putBeside(row, put); err != nil {
			return err
		}
	}
	if err := rows.Err(); err != nil {
		return fmt.Errorf("list the contributions of individuals: %w", err)
	}
	return nil
}

// otherHalf is what stands under the row of a receipt: its forward within the period, or the expenditure of goods given; or nothing.
func (b *build) otherHalf(r received) *fec.ScheduleB {
	switch {
	case r.inKind.Valid:
		return b.used(r)
	case r.item.Valid && b.period.Holds(r.sentOn):
		return b.forward(r)
	}
	return nil
}

// contribution is the row SA11AI of a receipt, or of what was lost of it.
func (b *build) contribution(r received) *fec.ScheduleA {
	if r.receipt.Valid {
		return b.lost(r)
	}
	row := b.scheduleA(fec.Line11AI, r)
	if r.candidate == "" {
		row.TransactionType = fec.IndividualReceipt
		switch {
		case r.inKind.Valid:
			row.TransactionType = fec.InKindReceipt
		case row.Organization != "":
			row.TransactionType = fec.UnregisteredReceipt
		}
		b.standsBeside(row)
		b.askedFor(row)
		return row
	}
	b.earmarkedFor(row, r.candidate)
	if r.item.Valid && r.sentOn.After(b.period.Through) {
		row.MemoText = fmt.Sprintf("Forwarded %s; line 23 of report %s, transaction %s", r.sentOn, b.reportOf(r.sentOn), r.item.String)
	}
	// "for each earmarked contribution in excess of $200, the contributor's occupation and the name of ... employer": the same.
	if row.Amount > b.contributorOver {
		b.askedFor(row)
	}
	return row
}

// earmarkedFor writes for whom a receipt is. 11 CFR 110.6(c)(1)(iv): a conduit reports each earmarked contribution, by whom, and for whom.
func (b *build) earmarkedFor(row *fec.ScheduleA, candidate registry.CandidateID) {
	recipient := b.candidates[candidate]
	row.TransactionType = fec.EarmarkDeposited
	row.Purpose = "Earmarked for " + recipient.CommitteeName
	row.DonorCommitteeID, row.DonorCommittee = recipient.CommitteeFECID, recipient.CommitteeName
}

// askedFor writes of an individual's missing employer or occupation that it was asked for (11 CFR 104.7(b)).
func (b *build) askedFor(row *fec.ScheduleA) {
	const missing = "Information Requested"
	if row.Entity != fec.Individual {
		return
	}
	if row.Employer == "" {
		row.Employer = missing
	}
	if row.Occupation == "" {
		row.Occupation = missing
	}
}

// bodyReceipts gives the rows of a line on which, as a rule, committees and vendors stand: 11(b), 11(c), 12, 15, 16 and 17.
func (b *build) bodyReceipts(ctx context.Context, line fec.Line, limit int, put func(fec.Row) error) error {
	kind := bodyKinds[line]
	const list = sameGiver + `
		givers as (
			select distinct coalesce(s.root, r.person) as giver
			from receipts r
			left join same s on s.person = r.person
			where r.committee = $1 and r.recorded_at <= $2 and r.received_on between $7 and $4 and r.line = $6 and r.candidate is null),
		members as (
			select giver as person, giver from givers
			union
			select s.person, g.giver
			from same s
			join givers g on g.giver = s.root),
		running as (
			select r.id, r.line, r.received_on,
			       sum(r.cents) over (partition by m.giver order by r.received_on, r.happened_at, r.id collate "C" rows unbounded preceding)::bigint as aggregate
			from members m
			join receipts r on r.person = m.person and r.committee = $1
			where r.recorded_at <= $2 and r.received_on between $3 and $4 and r.line = any($5) and r.candidate is null)
		select r.id, r.cents, r.received_on, r.purpose, w.aggregate,
		       ` + knownColumns + `
		from running w
		join receipts r on r.committee = $1 and r.id = w.id
		` + knownAs + `
		where w.line = $6 and w.received_on >= $7 and w.aggregate > $8
		order by r.received_on, r.happened_at, r.id collate "C"
		limit $9`
	over := b.contributorOver
	if kind.always {
		over = 0
	}
	rows, err := b.tx.QueryContext(ctx, list, b.committee.ID, b.cutoff, b.january, b.period.Through,
		pq.Array(kind.group), line, b.period.From, over, most(limit))
	if err != nil {
		return fmt.Errorf("list the receipts of line %s: %w", line, err)
	}
	defer rows.Close()
	for rows.Next() {
		var r received
		err := rows.Scan(append([]any{&r.id, &r.cents, &r.day, &r.purpose, &r.aggregate}, r.knownFields()...)...)
		if err != nil {
			return fmt.Errorf("read a receipt of line %s: %w", line, err)
		}
		row := b.scheduleA(line, r)
		row.TransactionType = kind.is
		if line == fec.Line17 {
			b.askedFor(row)
		}
		if err := put(row); err != nil {
			return err
		}
	}
	if err := rows.Err(); err != nil {
		return fmt.Errorf("list the receipts of line %s: %w", line, err)
	}
	return nil
}

// bodyKinds tells what the rows of a line are, whether each is itemized at any amount, and with which lines it shares the giver's year,
// as the FEC's own software adds them up.
//
// 52 U.S.C. 30104(b)(3)(B) to (D): contributions and transfers from political committees at any amount; (F) and (G): offsets,
// dividends and other receipts over $200 in the year. Refunds of contributions made: 11 CFR 104.3(a)(4)(v).
var bodyKinds = map[fec.Line]struct {
	is     fec.TransactionType
	always bool
	group  []string
}{
	fec.Line11B: {fec.PartyReceipt, true, contributed},
	fec.Line11C: {fec.PACReceipt, true, contributed},
	fec.Line12:  {fec.Transfer, true, contributed},
	fec.Line15:  {fec.OffsetToOperating, false, []string{"15"}},
	fec.Line16:  {fec.RefundFromCommittee, true, []string{"16"}},
	fec.Line17:  {fec.OtherReceipt, false, []string{"17"}},
}

var contributed = []string{"11(a)", "11(b)", "11(c)", "12"}

// scheduleA is a row of a receipt as all lines have it.
func (b *build) scheduleA(line fec.Line, r received) *fec.ScheduleA {
	row := &fec.ScheduleA{
		Form: fec.FormOf(line), CommitteeID: b.committee.FECID, ID: r.id, Entity: entityOf(r.giver.Entity),
		Address:    addressOf(r.giver),
		Date:       r.day,
		Amount:     r.cents,
		Purpose:    r.purpose,
		Employer:   r.giver.Employer,
		Occupation: r.giver.Occupation,
	}
	if r.aggregate.Valid {
		aggregate := money.Cents(r.aggregate.Int64)
		row.Aggregate = &aggregate
	}
	if row.Entity == fec.Individual {
		row.Contributor = fec.Name{Last: r.giver.Last, First: r.giver.First}
		return row
	}
	row.Organization = r.giver.Organization
	row.Employer, row.Occupation = "", ""
	if row.Entity == fec.Committee && r.giver.FECID != "" {
		row.DonorCommitteeID, row.DonorCommittee = r.giver.FECID, r.giver.Organization
	}
	return row
}

// entityOf gives the entity type that the FEC's schemas take: IND, ORG or COM.
func entityOf(entity string) string {
	switch entity {
	case "IND", "CAN":
		return fec.Individual
	case "ORG":
		return fec.Organization
	}
	return fec.Committee
}

// addressOf gives the address of a contributor; one abroad has the state ZZ.
func addressOf(g registry.Contributor) fec.Address {
	a := fec.Address{Street1: g.Street, Street2: g.Street2, City: g.City, State: g.State, Zip: g.Zip}
	if g.Country != "" && g.Country != "US" {
		a.State = "ZZ"
		if strings.Trim(a.Zip, "0123456789- ") != "" {
			a.Zip = "" // the column holds digits alone
		}
	}
	return a
}

// most is the argument of a limit of rows.
func most(limit int) any {
	if limit == all {
		return nil
	}
	return limit
}
