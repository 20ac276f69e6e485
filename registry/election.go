package registry

import (
	"context"
	"fmt"

	"github.com/jmoiron/sqlx"

	"dure/civil"
)

// Election is a vote with a limit of its own (11 CFR 100.2).
type Election struct {
	ID       ElectionID
	Office   string // H, S or P
	State    string
	District string
	Kind     string // P primary, G general, R runoff, S special, C convention
	Year     int
	HeldOn   civil.Day `db:"held_on"`
}

// Code is the election as filings write it: P2026.
func (e Election) Code() string { return fmt.Sprintf("%s%d", e.Kind, e.Year) }

// Name is the election as people say it: primary of 2 June 2026.
func (e Election) Name() string {
	kind := map[string]string{"P": "primary", "G": "general election", "R": "runoff", "S": "special election", "C": "convention"}[e.Kind]
	return kind + " of " + e.HeldOn.Midnight().Format("2 January 2006")
}

// For tells whether the candidate can stand in the election: same office, state and district.
func (e Election) For(c Candidate) bool {
	return e.Office == c.Office && e.State == c.State && e.District == c.District
}

// FindElection gives an election by its id.
func FindElection(ctx context.Context, q sqlx.QueryerContext, id ElectionID) (Election, error) {
	const find = `select id, office, state, district, kind, year, held_on from elections where id = $1`
	var e Election
	if err := sqlx.GetContext(ctx, q, &e, find, id); err != nil {
		return e, fmt.Errorf("find election %s: %w", id, err)
	}
	return e, nil
}

// Elections lists the elections, the latest first.
func Elections(ctx context.Context, q sqlx.QueryerContext) ([]Election, error) {
	const list = `
		select id, office, state, district, kind, year, held_on
		from elections
		order by held_on desc, office, state, district`
	var out []Election
	if err := sqlx.SelectContext(ctx, q, &out, list); err != nil {
		return nil, fmt.Errorf("list elections: %w", err)
	}
	return out, nil
}

// AddElection brings an election into the installation.
func AddElection(ctx context.Context, tx *sqlx.Tx, e Election) error {
	const insert = `
		insert into elections (id, office, state, district, kind, year, held_on)
		values (:id, :office, :state, :district, :kind, :year, :held_on)`
	if _, err := tx.NamedExecContext(ctx, insert, e); err != nil {
		return fmt.Errorf("add election %s: %w", e.ID, err)
	}
	return nil
}
