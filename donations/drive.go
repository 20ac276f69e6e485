// Package donations carries a person's wish to settled money: the pledge on a drive's page, the card's authorisation, the
// judgement before capture, the receipt. Each step is a fact learned from Stripe or a decision of a person; each is taken
// once, whatever the order in which it comes.
package donations

import (
	"context"
	"fmt"

	"github.com/jmoiron/sqlx"
	"github.com/lib/pq"

	"dure/civil"
	"dure/money"
	"dure/registry"
)

// Drive is a donation page: to a committee itself or, with a candidate, earmarked through it.
type Drive struct {
	Committee    registry.CommitteeID
	Slug         string
	Title        string
	Story        string
	Candidate    registry.CandidateID
	Election     registry.ElectionID
	Goal         money.Cents   // zero for none
	Amounts      pq.Int64Array // cents that the page offers
	OpensOn      civil.Day     `db:"opens_on"`
	ClosesOn     civil.Day     `db:"closes_on"`
	AuthorizedBy string        `db:"authorized_by"` // the candidate's committee, where it approved the page (11 CFR 110.11(b)(2))
	State        string        // open or closed
	Form         string        // of the desk's form that opened it, so that one sent twice opens one drive; empty for others
	ElectionDay  civil.Day     `db:"election_day"`
}

// Standing is how a drive stands on a day.
type Standing string

// How a drive stands.
const (
	Taking Standing = "open"   // it takes gifts
	Ahead  Standing = "begins" // its first day lies ahead
	Over   Standing = "ended"  // its last day, or that of its election, is past
	Closed Standing = "closed" // a person closed it
)

// On tells how the drive stands on a day. One for an election ends with the election's day: later gifts could only pay its
// debts (11 CFR 110.1(b)(3)(i)).
func (d Drive) On(day civil.Day) Standing {
	last := d.LastDay()
	switch {
	case d.State != "open":
		return Closed
	case !last.IsZero() && day.After(last):
		return Over
	case day.Before(d.OpensOn):
		return Ahead
	}
	return Taking
}

// LastDay is the last on which the drive takes gifts: its own, or that of its election where that is earlier; the zero Day
// where it has none.
func (d Drive) LastDay() civil.Day {
	if d.ClosesOn.IsZero() || !d.ElectionDay.IsZero() && d.ElectionDay.Before(d.ClosesOn) {
		return d.ElectionDay
	}
	return d.ClosesOn
}

// OpenOn tells whether the drive takes gifts on a day.
func (d Drive) OpenOn(day civil.Day) bool { return d.On(day) == Taking }

const driveColumns = `
	d.committee, d.slug, d.title, d.story, coalesce(d.candidate, '') as candidate, coalesce(d.election, '') as election,
	coalesce(d.goal_cents, 0) as goal, d.amounts, d.opens_on, d.closes_on, d.authorized_by, d.state,
	coalesce(d.form, '') as form, e.held_on as election_day`

// FindDrive gives the drive at an address.
func FindDrive(ctx context.Context, q sqlx.QueryerContext, slug string) (Drive, error) {
	const find = `
		select ` + driveColumns + `
		from drive_addresses a
		join drives d on d.committee = a.committee and d.slug = a.slug
		left join elections e on e.id = d.election
		where a.slug = $1`
	var d Drive
	if err := sqlx.GetContext(ctx, q, &d, find, slug); err != nil {
		return d, fmt.Errorf("find drive %q: %w", slug, err)
	}
	return d, nil
}

// OpenDrives lists the drives that take gifts today.
func OpenDrives(ctx context.Context, q sqlx.QueryerContext, today civil.Day) ([]Drive, error) {
	const list = `
		select ` + driveColumns + `
		from drives d
		left join elections e on e.id = d.election
		where d.state = 'open'
		order by d.opens_on desc, d.slug`
	var all, out []Drive
	if err := sqlx.SelectContext(ctx, q, &all, list); err != nil {
		return nil, fmt.Errorf("list drives: %w", err)
	}
	for _, d := range all {
		if d.OpenOn(today) {
			out = append(out, d)
		}
	}
	return out, nil
}

// Drives lists all drives of a committee, the newest first.
func Drives(ctx context.Context, q sqlx.QueryerContext, committee registry.CommitteeID) ([]Drive, error) {
	const list = `
		select ` + driveColumns + `
		from drives d
		left join elections e on e.id = d.election
		where d.committee = $1
		order by d.opens_on desc, d.slug`
	var out []Drive
	if err := sqlx.SelectContext(ctx, q, &out, list, committee); err != nil {
		return nil, fmt.Errorf("list drives of %s: %w", committee, err)
	}
	return out, nil
}

// Total is what a drive brought so far: settled money and how many people gave it.
type Total struct {
	Cents  money.Cents
	People int
}

// DriveTotal sums a drive's settled gifts.
func DriveTotal(ctx context.Context, q sqlx.QueryerContext, d Drive) (Total, error) {
	const sum = `
		select coalesce(sum(cents), 0)::bigint as cents, count(distinct person) as people
		from gifts
		where committee = $1 and drive = $2 and state = 'settled'`
	var t Total
	if err := sqlx.GetContext(ctx, q, &t, sum, d.Committee, d.Slug); err != nil {
		return t, fmt.Errorf("total of drive %q: %w", d.Slug, err)
	}
	return t, nil
}

// Brought is what one of a committee's drives brought so far: its settled gifts.
type Brought struct {
	Drive string
	Cents money.Cents
	Gifts int
}

// DrivesBrought sums the settled gifts of a committee's drives, each that brought any; of one drive alone where its address is
// given.
func DrivesBrought(ctx context.Context, q sqlx.QueryerContext, committee registry.CommitteeID, drive string) ([]Brought, error) {
	const sum = `
		select drive, sum(cents)::bigint as cents, count(*) as gifts
		from gifts
		where committee = $1 and state = 'settled' and ($2 = '' or drive = $2)
		group by drive
		order by drive`
	var out []Brought
	if err := sqlx.SelectContext(ctx, q, &out, sum, committee, drive); err != nil {
		return nil, fmt.Errorf("sum what the drives of %s brought: %w", committee, err)
	}
	return out, nil
}
