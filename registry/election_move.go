package registry

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/jmoiron/sqlx"
	"github.com/lib/pq"

	"dure/civil"
	"dure/pg"
)

// Move is that an election is held on another day than was known.
type Move struct {
	Election   ElectionID
	From       civil.Day `db:"from_day"`
	To         civil.Day `db:"to_day"`
	Reason     string
	Actor      string
	RecordedAt time.Time `db:"recorded_at"`
}

// Moves lists the moves of elections, the last recorded first.
func Moves(ctx context.Context, q sqlx.QueryerContext, elections ...ElectionID) ([]Move, error) {
	const list = `
		select election, from_day, to_day, reason, actor, recorded_at
		from election_moves
		where election = any($1)
		order by recorded_at desc, id desc`
	var out []Move
	if err := sqlx.SelectContext(ctx, q, &out, list, pq.Array(elections)); err != nil {
		return nil, fmt.Errorf("list the moves of elections: %w", err)
	}
	return out, nil
}

// MoveElection gives an election another day, for a reason that stays in the record beside the day that it had. Its id, seat, kind and
// year stay: it is the same vote with the same limit. A *Refused tells all that can't stand: no day or the same, no reason,
// another year, a place in its race that it can't have, a day after its outcome; sql.ErrNoRows tells that there is no such election.
func MoveElection(ctx context.Context, tx *sqlx.Tx, id ElectionID, to civil.Day, reason string) error {
	e, err := FindElection(ctx, tx, id)
	if err != nil {
		return err
	}
	if err := aloneWith(ctx, tx, e); err != nil {
		return err
	}
	if e, err = FindElection(ctx, tx, id); err != nil { // its day may have moved while others were waited for
		return err
	}
	seat, err := electionsOf(ctx, tx, e)
	if err != nil {
		return err
	}
	faults := e.moveFaults(seat, to)
	decided, err := decidedBefore(ctx, tx, id, to)
	if err != nil {
		return err
	}
	faults = append(faults, decided...)
	reason = strings.TrimSpace(reason)
	if reason == "" {
		faults = append(faults, Fault{"reason", "Write why its day moves: who postponed it, or what was written wrong"})
	}
	if err := refused(faults); err != nil {
		return fmt.Errorf("move election %s: %w", id, err)
	}
	const insert = `
		insert into election_moves (election, from_day, to_day, reason)
		values ($1, $2, $3, $4)`
	if _, err := tx.ExecContext(ctx, insert, id, e.HeldOn, to, reason); err != nil {
		return fmt.Errorf("move election %s: %w", id, err)
	}
	return nil
}

// aloneWith waits until nobody else enters or moves an election of the seat of e, or records how one went, and keeps it so.
func aloneWith(ctx context.Context, tx *sqlx.Tx, e Election) error {
	return pg.Alone(ctx, tx, fmt.Sprintf("elections of %s %s %s %s", cmp.Or(e.Jurisdiction, federal), e.Office, e.State, e.District))
}

// moveFaults tells why an election can't be held on a day, among the others of its seat.
func (e Election) moveFaults(seat []Election, to civil.Day) []Fault {
	switch {
	case to.IsZero():
		return []Fault{{"held_on", "An election needs its day"}}
	case to == e.HeldOn:
		return []Fault{{"held_on", fmt.Sprintf("It is held on %v already", to)}}
	}
	var out []Fault
	if !e.mayBeIn(to.Year()) {
		out = append(out, Fault{"held_on", fmt.Sprintf("%v is in another year: a %s of another year is another election, with a limit of its own. Enter it under another id", to, e.KindWord())})
	}
	for _, other := range seat {
		switch same := other.Year == e.Year && other.special() == e.special(); {
		case other.ID == e.ID:
		case other.HeldOn == to && other.Kind == e.Kind && other.Stage == e.Stage:
			out = append(out, Fault{"held_on", fmt.Sprintf("The %s stands already, as %s", other.Name(), other.ID)})
		case same && other.round() < e.round() && !to.After(other.HeldOn):
			out = append(out, Fault{"held_on", fmt.Sprintf("The %s comes before it: move that first, if it moves too", other.Name())})
		case same && other.round() > e.round() && !to.Before(other.HeldOn):
			out = append(out, Fault{"held_on", fmt.Sprintf("The %s comes after it: move that first, if it moves too", other.Name())})
		}
	}
	return out
}

// mayBeIn tells whether the election can be held in a calendar year: its own, the one in which it is held now, and where it
// follows another vote or fills a seat out of turn the next one too. A cycle ends with the general election of its year (11
// CFR 100.3(b)): a primary after that would nominate for nothing, while a runoff of it may well come in January.
func (e Election) mayBeIn(year int) bool {
	return year == e.Year || year == e.HeldOn.Year() || (e.Kind == "R" || e.Kind == "S") && year == e.Year+1
}

// round is the place of an election in its race: those that nominate, their runoff, the general one, its runoff.
func (e Election) round() int {
	switch {
	case e.Kind == "R" && e.Nominates():
		return 2
	case e.Nominates():
		return 1
	case e.Kind == "R", e.Stage == "runoff":
		return 4
	}
	return 3
}

// decidedBefore tells of candidates who won or lost an election before a day: it was held by then.
func decidedBefore(ctx context.Context, q sqlx.QueryerContext, id ElectionID, to civil.Day) ([]Fault, error) {
	if to.IsZero() {
		return nil, nil
	}
	const list = `
		select distinct on (candidate) candidate, election, outcome, on_day, evidence
		from election_outcomes
		where election = $1
		order by candidate, recorded_at desc, id desc`
	var stand []Outcome
	if err := sqlx.SelectContext(ctx, q, &stand, list, id); err != nil {
		return nil, fmt.Errorf("outcomes of election %s: %w", id, err)
	}
	stand = slices.DeleteFunc(stand, func(o Outcome) bool { return o.Outcome == Withdrew || !o.On.Before(to) })
	var out []Fault
	for _, o := range stand {
		out = append(out, Fault{"held_on", fmt.Sprintf("That %s was %s in it is recorded of %v, before this day: correct that at the desk first, under Cases", o.Candidate, o.Outcome, o.On)})
	}
	return out, nil
}
