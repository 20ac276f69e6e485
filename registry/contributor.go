package registry

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/jmoiron/sqlx"
	"github.com/lib/pq"

	"dure/pg"
)

// Contributor is what a committee knows of a person who gives to it.
type Contributor struct {
	Person       PersonID
	Entity       string // IND, or COM, ORG, PAC, PTY, CCM for bodies
	Last         string `db:"last_name"`
	First        string `db:"first_name"`
	Organization string
	FECID        string `db:"fec_id"`
	NameOwn      string `db:"name_own"` // the name in its own script, for pages and letters
	Street       string
	Street2      string `db:"street_2"`
	City         string
	State        string
	Zip          string
	Country      string
	Employer     string
	Occupation   string
	Email        string
	Kind         string `db:"-"` // how limits see the giver, such as Partnership, where the entity does not tell; asked of a new person only
}

// Name is the contributor's name as people say it.
func (c Contributor) Name() string {
	if c.Organization != "" {
		return c.Organization
	}
	return strings.TrimSpace(c.First + " " + c.Last)
}

const contributorColumns = `
	person, entity, last_name, first_name, organization, fec_id, name_own,
	street, street_2, city, state, zip, country, employer, occupation, email`

// FindContributor gives what the committee knew of a person at asOf; the zero time asks for now.
func FindContributor(ctx context.Context, q sqlx.QueryerContext, committee CommitteeID, person PersonID, asOf time.Time) (Contributor, error) {
	const find = `
		select ` + contributorColumns + `
		from contributor_versions
		where committee = $1 and person = $2 and recorded_at <= $3
		order by recorded_at desc, id desc
		limit 1`
	var c Contributor
	if err := sqlx.GetContext(ctx, q, &c, find, committee, person, latest(asOf)); err != nil {
		return c, fmt.Errorf("find contributor %s of %s: %w", person, committee, err)
	}
	return c, nil
}

// Know records what contributors told the committee: a new version where something differs from the last. An employer
// or occupation, an email or a name in its own script that is not told this time is kept from before (11 CFR
// 104.7(b)(3): the committee reports what it already holds).
func Know(ctx context.Context, tx *sqlx.Tx, committee CommitteeID, told ...Contributor) error {
	last, err := lastKnown(ctx, tx, committee, told)
	if err != nil {
		return err
	}
	var news []Contributor
	for _, c := range told {
		c.Kind = "" // of the person, not of what the committee knows of them
		before, known := last[c.Person]
		if known {
			keep(&c.Employer, before.Employer)
			keep(&c.Occupation, before.Occupation)
			keep(&c.Email, before.Email)
			keep(&c.NameOwn, before.NameOwn)
		}
		if c == before {
			continue
		}
		if slices.ContainsFunc(news, func(n Contributor) bool { return n.Person == c.Person }) {
			if err := addVersions(ctx, tx, committee, news); err != nil { // a moment before the next
				return err
			}
			news = nil
		}
		news, last[c.Person] = append(news, c), c
	}
	return addVersions(ctx, tx, committee, news)
}

// lastKnown gives what the committee knows now of those of the contributors whom it knows.
func lastKnown(ctx context.Context, q sqlx.QueryerContext, committee CommitteeID, contributors []Contributor) (map[PersonID]Contributor, error) {
	persons := make([]string, len(contributors))
	for i, c := range contributors {
		persons[i] = string(c.Person)
	}
	const find = `
		select ` + contributorColumns + `
		from (select distinct unnest($2::text[]) as giver) asked
		cross join lateral (
			select ` + contributorColumns + `
			from contributor_versions
			where committee = $1 and person = giver
			order by recorded_at desc, id desc
			limit 1) v`
	var rows []Contributor
	if err := sqlx.SelectContext(ctx, q, &rows, find, committee, pq.Array(persons)); err != nil {
		return nil, fmt.Errorf("find what %s knows of contributors: %w", committee, err)
	}
	out := make(map[PersonID]Contributor, len(rows))
	for _, c := range rows {
		out[c.Person] = c
	}
	return out, nil
}

func addVersions(ctx context.Context, tx *sqlx.Tx, committee CommitteeID, versions []Contributor) error {
	if len(versions) == 0 {
		return nil
	}
	columns := make([][]string, 16)
	for _, c := range versions {
		for i, v := range []string{
			string(c.Person), c.Entity, c.Last, c.First, c.Organization, c.FECID, c.NameOwn,
			c.Street, c.Street2, c.City, c.State, c.Zip, c.Country, c.Employer, c.Occupation, c.Email,
		} {
			columns[i] = append(columns[i], v)
		}
	}
	args := []any{committee}
	for _, c := range columns {
		args = append(args, pq.Array(c))
	}
	const contributors = `insert into contributors (committee, person) select $1, unnest($2::text[]) on conflict do nothing`
	if _, err := tx.ExecContext(ctx, contributors, committee, args[1]); err != nil {
		return fmt.Errorf("know contributors of %s: %w", committee, err)
	}
	const insert = `
		insert into contributor_versions (committee, ` + contributorColumns + `)
		select $1, v.*
		from unnest($2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[], $9::text[],
			$10::text[], $11::text[], $12::text[], $13::text[], $14::text[], $15::text[], $16::text[], $17::text[]) v`
	if _, err := tx.ExecContext(ctx, insert, args...); err != nil {
		return fmt.Errorf("know contributors of %s: %w", committee, err)
	}
	return nil
}

func keep(field *string, before string) {
	if *field == "" {
		*field = before
	}
}

// Payee is whom a committee pays: a vendor, the card processor, another committee.
type Payee struct {
	ID      string
	Entity  string // ORG, IND, COM, PAC or PTY
	Name    string // of a body
	Last    string `db:"last_name"`
	First   string `db:"first_name"`
	FECID   string `db:"fec_id"`
	Street  string
	Street2 string `db:"street_2"`
	City    string
	State   string
	Zip     string
}

// Processor is the id of the payee who keeps the card fees; each committee that takes cards has one.
const Processor = "PROCESSOR"

// Said is the payee's name as people say it.
func (p Payee) Said() string {
	if p.Name != "" {
		return p.Name
	}
	return strings.TrimSpace(p.First + " " + p.Last)
}

// AddPayee brings a payee into a committee's books and gives its id, a new one where p has none.
func AddPayee(ctx context.Context, tx *sqlx.Tx, committee CommitteeID, p Payee) (string, error) {
	if p.ID == "" {
		p.ID = pg.NewID('V')
	}
	const insert = `
		insert into payees (committee, id, entity, name, last_name, first_name, fec_id, street, street_2, city, state, zip)
		values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)`
	_, err := tx.ExecContext(ctx, insert, committee, p.ID, p.Entity, p.Name, p.Last, p.First, p.FECID, p.Street, p.Street2, p.City, p.State, p.Zip)
	if err != nil {
		return "", fmt.Errorf("add payee %s: %w", p.Said(), err)
	}
	return p.ID, nil
}

// Payees lists a committee's payees by name.
func Payees(ctx context.Context, q sqlx.QueryerContext, committee CommitteeID) ([]Payee, error) {
	const list = `
		select id, entity, name, last_name, first_name, fec_id, street, street_2, city, state, zip
		from payees
		where committee = $1
		order by name, last_name, first_name, id`
	var out []Payee
	if err := sqlx.SelectContext(ctx, q, &out, list, committee); err != nil {
		return nil, fmt.Errorf("list payees: %w", err)
	}
	return out, nil
}

// FindPayee gives one payee of a committee.
func FindPayee(ctx context.Context, q sqlx.QueryerContext, committee CommitteeID, id string) (Payee, error) {
	const find = `
		select id, entity, name, last_name, first_name, fec_id, street, street_2, city, state, zip
		from payees
		where committee = $1 and id = $2`
	var p Payee
	if err := sqlx.GetContext(ctx, q, &p, find, committee, id); err != nil {
		return p, fmt.Errorf("find payee %s: %w", id, err)
	}
	return p, nil
}
