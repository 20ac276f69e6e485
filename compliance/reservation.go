package compliance

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/jmoiron/sqlx"
	"github.com/lib/pq"

	"dure/civil"
	"dure/registry"
)

// Reserve takes the room of a screened proposal for its gift, in the transaction in which the person is locked.
func Reserve(ctx context.Context, tx *sqlx.Tx, p Proposal) error {
	const insert = `
		insert into reservations (committee, gift, person, candidate, election, cents, made_on, evidence, account)
		values ($1, $2, $3, nullif($4, ''), nullif($5, ''), $6, $7, $8, $9)`
	_, err := tx.ExecContext(ctx, insert, p.Committee, p.Gift, p.Person, p.Candidate, p.Election, p.Cents, p.Made, pq.ByteaArray(p.Evidence), p.Account)
	if err != nil {
		return fmt.Errorf("reserve room for gift %s: %w", p.Gift, err)
	}
	return nil
}

// MoveReservation dates a reservation on the day of the authorisation, by which the limits count (11 CFR 110.1(b)(6)): a form of 31
// December may be paid on 1 January. The person is locked.
func MoveReservation(ctx context.Context, tx *sqlx.Tx, committee, gift string, made civil.Day) error {
	const move = `
		update reservations
		set made_on = $3
		where committee = $1 and gift = $2 and ended_at is null and made_on <> $3`
	if _, err := tx.ExecContext(ctx, move, committee, gift, made); err != nil {
		return fmt.Errorf("date the reservation of gift %s: %w", gift, err)
	}
	return nil
}

// UnderWay tells who has gifts under way that were made with any of this evidence, and whether one of them with all of it.
func UnderWay(ctx context.Context, q sqlx.QueryerContext, evidence [][]byte) (persons []registry.PersonID, whole bool, err error) {
	const find = `
		select person, bool_or(evidence @> $1) as whole
		from reservations
		where ended_at is null and evidence && $1
		group by person
		order by min(recorded_at), person`
	var rows []struct {
		Person registry.PersonID
		Whole  bool
	}
	if err := sqlx.SelectContext(ctx, q, &rows, find, pq.ByteaArray(evidence)); err != nil {
		return nil, false, fmt.Errorf("find gifts under way: %w", err)
	}
	for _, r := range rows {
		persons, whole = append(persons, r.Person), whole || r.Whole
	}
	return persons, whole, nil
}

// EndReservations gives the room of gifts back, or turns it into receipts, by the fact that ended them: settled, released,
// lapsed or expired. A reservation that has ended stays as it is.
func EndReservations(ctx context.Context, tx *sqlx.Tx, committee, by string, now time.Time, gifts ...string) error {
	const end = `
		update reservations
		set ended_by = $3, ended_at = $4
		where committee = $1 and gift = any($2) and ended_at is null`
	if _, err := tx.ExecContext(ctx, end, committee, pq.Array(gifts), by, now); err != nil {
		return fmt.Errorf("end the reservations of gifts %s: %w", strings.Join(gifts, ", "), err)
	}
	return nil
}
