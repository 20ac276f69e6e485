package compliance

import (
	"context"
	"fmt"
	"time"

	"github.com/jmoiron/sqlx"
)

// Reserve takes the room of a screened proposal for its gift, in the transaction in which the person is locked.
func Reserve(ctx context.Context, tx *sqlx.Tx, p Proposal) error {
	const insert = `
		insert into reservations (committee, gift, person, candidate, election, cents, made_on)
		values ($1, $2, $3, nullif($4, ''), nullif($5, ''), $6, $7)`
	if _, err := tx.ExecContext(ctx, insert, p.Committee, p.Gift, p.Person, p.Candidate, p.Election, p.Cents, p.Made); err != nil {
		return fmt.Errorf("reserve room for gift %s: %w", p.Gift, err)
	}
	return nil
}

// EndReservation gives the room of a gift back, or turns it into a receipt, by the fact that ended it: settled, released,
// lapsed or expired. A reservation that has ended stays as it is.
func EndReservation(ctx context.Context, tx *sqlx.Tx, committee, gift, by string, now time.Time) error {
	const end = `
		update reservations
		set ended_by = $3, ended_at = $4
		where committee = $1 and gift = $2 and ended_at is null`
	if _, err := tx.ExecContext(ctx, end, committee, gift, by, now); err != nil {
		return fmt.Errorf("end the reservation of gift %s: %w", gift, err)
	}
	return nil
}
