package registry

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/jmoiron/sqlx"

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

// Know records what a contributor told the committee: a new version where something differs from the last. An employer
// or occupation, an email or a name in its own script that is not told this time is kept from before (11 CFR
// 104.7(b)(3): the committee reports what it already holds).
func Know(ctx context.Context, tx *sqlx.Tx, committee CommitteeID, c Contributor) error {
	c.Kind = "" // of the person, not of what the committee knows of them
	last, err := FindContributor(ctx, tx, committee, c.Person, time.Time{})
	switch {
	case errors.Is(err, sql.ErrNoRows):
		const insert = `insert into contributors (committee, person) values ($1, $2) on conflict do nothing`
		if _, err := tx.ExecContext(ctx, insert, committee, c.Person); err != nil {
			return fmt.Errorf("know contributor %s: %w", c.Person, err)
		}
	case err != nil:
		return err
	default:
		keep(&c.Employer, last.Employer)
		keep(&c.Occupation, last.Occupation)
		keep(&c.Email, last.Email)
		keep(&c.NameOwn, last.NameOwn)
		if c == last {
			return nil
		}
	}
	const insert = `
		insert into contributor_versions (
			committee, person, entity, last_name, first_name, organization, fec_id, name_own,
			street, street_2, city, state, zip, country, employer, occupation, email)
		values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)`
	_, err = tx.ExecContext(ctx, insert,
		committee, c.Person, c.Entity, c.Last, c.First, c.Organization, c.FECID, c.NameOwn,
		c.Street, c.Street2, c.City, c.State, c.Zip, c.Country, c.Employer, c.Occupation, c.Email)
	if err != nil {
		return fmt.Errorf("know contributor %s: %w", c.Person, err)
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
