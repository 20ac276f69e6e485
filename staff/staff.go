// Package staff knows who works at the desk: members, what they may do for each committee, their passwords and the
// links that sign in once.
//
// Links and sessions live by the real clock of the database, not by the installation's, which a sandbox moves.
package staff

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/mail"
	"strings"

	"github.com/jmoiron/sqlx"

	"dure/pg"
	"dure/registry"
)

// ID is the id of a member.
type ID string

// Actor is the name under which the member acts in transactions and stands in the audit.
func (id ID) Actor() string { return "staff:" + string(id) }

// Member is a person who works at the desk, for one committee or several.
type Member struct {
	ID           ID
	Email        string
	Name         string
	PasswordHash string `db:"password_hash"` // empty until one is set
}

// Find gives a member; sql.ErrNoRows when there is none.
func Find(ctx context.Context, q sqlx.QueryerContext, id ID) (Member, error) {
	const find = `select id, email, name, password_hash from staff where id = $1`
	var m Member
	if err := sqlx.GetContext(ctx, q, &m, find, id); err != nil {
		return m, fmt.Errorf("find member %s: %w", id, err)
	}
	return m, nil
}

func findByEmail(ctx context.Context, q sqlx.QueryerContext, email string) (Member, error) {
	const find = `select id, email, name, password_hash from staff where email = $1`
	var m Member
	err := sqlx.GetContext(ctx, q, &m, find, email)
	return m, err
}

// Listed is a member with one role; a member of several committees is listed several times.
type Listed struct {
	Member
	Committee registry.CommitteeID
	Role      Role
}

// List gives every member with every role, by committee and name.
func List(ctx context.Context, q sqlx.QueryerContext) ([]Listed, error) {
	const list = `
		select s.id, s.email, s.name, s.password_hash, r.committee, r.role
		from staff s
		join staff_roles r on r.staff = s.id
		order by r.committee, s.name, r.role`
	var out []Listed
	if err := sqlx.SelectContext(ctx, q, &out, list); err != nil {
		return nil, fmt.Errorf("list staff: %w", err)
	}
	return out, nil
}

// Why an invitation is refused.
var (
	ErrEmail     = errors.New("write an e-mail address, such as name@example.org")
	ErrName      = errors.New("write the person's name")
	ErrRole      = errors.New("a role is treasurer, organizer or viewer")
	ErrCommittee = errors.New("there is no such committee")
)

// Invite makes email a member with a role for the committee, unless they are that already, and gives the token of a
// new link that signs them in once. All that is wrong with the input is joined into one error.
func Invite(ctx context.Context, db *sqlx.DB, actor, email, name string, committee registry.CommitteeID, role Role) (token string, err error) {
	email, name = address(email), strings.TrimSpace(name)
	var wrong []error
	if a, err := mail.ParseAddress(email); err != nil || a.Address != email || len(email) > emailMost {
		wrong = append(wrong, ErrEmail)
	}
	if name == "" {
		wrong = append(wrong, ErrName)
	}
	if !role.known() {
		wrong = append(wrong, ErrRole)
	}
	if _, err := registry.FindCommittee(ctx, db, committee, latest); errors.Is(err, sql.ErrNoRows) {
		wrong = append(wrong, ErrCommittee)
	} else if err != nil {
		return "", fmt.Errorf("invite %s: %w", email, err)
	}
	if len(wrong) > 0 {
		return "", errors.Join(wrong...)
	}
	err = pg.InTx(ctx, db, actor, []string{string(committee)}, func(tx *sqlx.Tx) error {
		const ensure = `
			insert into staff (id, email, name)
			values ($1, $2, $3)
			on conflict (email) do nothing`
		if _, err := tx.ExecContext(ctx, ensure, pg.NewID('S'), email, name); err != nil {
			return fmt.Errorf("invite %s: %w", email, err)
		}
		m, err := findByEmail(ctx, tx, email)
		if err != nil {
			return fmt.Errorf("invite %s: %w", email, err)
		}
		const give = `
			insert into staff_roles (committee, staff, role)
			values ($1, $2, $3)
			on conflict do nothing`
		if _, err := tx.ExecContext(ctx, give, committee, m.ID, role); err != nil {
			return fmt.Errorf("invite %s: %w", email, err)
		}
		token, err = addLink(ctx, tx, m.ID)
		return err
	})
	return token, err
}

// address is an e-mail address as the table holds it.
func address(email string) string { return strings.ToLower(strings.TrimSpace(email)) }
