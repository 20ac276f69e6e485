// Package donations carries a person's wish to settled money: the pledge on a drive's page, the card's authorisation, the
// judgement before capture, the receipt. Each step is a fact learned from Stripe or a decision of a person; each is taken
// once, whatever the order in which it comes.
package donations

import (
	"context"
	"fmt"
	"time"

	"github.com/jmoiron/sqlx"
	"github.com/lib/pq"

	"dure/civil"
	"dure/compliance"
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
	ElectionDay  civil.Day     `db:"election_day"`
}

// OpenOn tells whether the drive takes gifts on a day. One for an election ends with the election's day: later gifts
// could only pay its debts (11 CFR 110.1(b)(3)(i)).
func (d Drive) OpenOn(day civil.Day) bool {
	return d.State == "open" && !day.Before(d.OpensOn) &&
		(d.ClosesOn.IsZero() || !day.After(d.ClosesOn)) &&
		(d.ElectionDay.IsZero() || !day.After(d.ElectionDay))
}

const driveColumns = `
	d.committee, d.slug, d.title, d.story, coalesce(d.candidate, '') as candidate, coalesce(d.election, '') as election,
	coalesce(d.goal_cents, 0) as goal, d.amounts, d.opens_on, d.closes_on, d.authorized_by, d.state, e.held_on as election_day`

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

// AddDrive publishes a drive. A *compliance.Refusal says why one for a candidate can't be: the candidate can't stand in the
// election, or the law there knows no conduit, is not carried, or nobody signed it.
func AddDrive(ctx context.Context, tx *sqlx.Tx, d Drive) error {
	if d.Candidate != "" {
		candidate, err := registry.FindCandidate(ctx, tx, d.Candidate, time.Time{})
		if err != nil {
			return err
		}
		election, err := registry.FindElection(ctx, tx, d.Election)
		if err != nil {
			return err
		}
		if !election.For(candidate) {
			return &compliance.Refusal{Findings: []compliance.Finding{{Field: "election", Text: candidate.Name() + " can’t stand in the " + election.Name()}}}
		}
		if err := compliance.MayEarmark(ctx, tx, d.Committee, candidate.Jurisdiction); err != nil {
			return err
		}
	}
	const address = `insert into drive_addresses (slug, committee) values ($1, $2)`
	if _, err := tx.ExecContext(ctx, address, d.Slug, d.Committee); err != nil {
		return fmt.Errorf("add drive %q: %w", d.Slug, err)
	}
	const insert = `
		insert into drives (committee, slug, title, story, candidate, election, goal_cents, amounts, opens_on, closes_on, authorized_by)
		values ($1, $2, $3, $4, nullif($5, ''), nullif($6, ''), nullif($7, 0), $8, $9, $10, $11)`
	_, err := tx.ExecContext(ctx, insert, d.Committee, d.Slug, d.Title, d.Story, d.Candidate, d.Election, d.Goal, d.Amounts,
		d.OpensOn, d.ClosesOn, d.AuthorizedBy)
	if err != nil {
		return fmt.Errorf("add drive %q: %w", d.Slug, err)
	}
	return nil
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
