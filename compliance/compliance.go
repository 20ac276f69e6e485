// Package compliance is what the law says of money: who may give how much (Screen), what came and went and what must be
// told of it (Receive, Disburse, Forward, the reports), and by when something must be done (clocks and cases).
//
// Facts are never vetoed here: Screen is asked before a charge and may refuse; once money came, Receive records it and
// Review opens a case where it passes a limit.
package compliance

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/jmoiron/sqlx"

	"dure/civil"
	"dure/compliance/rules"
	"dure/money"
	"dure/registry"
)

// Finding is one reason why something is refused or must be looked at, for a person who can act on it.
type Finding struct {
	Rule  string // the rule's id, such as limit-person-pac
	Field string // the field of the form that it speaks of; empty for the whole
	Text  string // key of the sentence in the catalog, or the sentence itself on the desk
	Cite  string
	Limit money.Cents // of a limit: the most, what is known to be given, what is left
	Known money.Cents
	Room  money.Cents
	// Private findings were made about money of somebody whom the form names by name and address alone: whoever wrote it
	// must not learn sums from it. Limit, Known and Room are zero.
	Private bool
}

// Refusal is an error on which the person in front of the page can act.
type Refusal struct{ Findings []Finding }

// Error lists what was found.
func (r *Refusal) Error() string {
	var said []string
	for _, f := range r.Findings {
		said = append(said, strings.TrimPrefix(f.Field+": "+f.Text, ": "))
	}
	return "refused: " + strings.Join(said, "; ")
}

// refuse gives a Refusal of the findings, or nil for none.
func refuse(findings []Finding) error {
	if len(findings) == 0 {
		return nil
	}
	return &Refusal{findings}
}

// law is the pack in force.
func law() *rules.Pack { return rules.Federal() }

// year gives the first and the last day of the calendar year of a day.
func year(d civil.Day) (civil.Day, civil.Day) {
	return civil.Of(d.Year(), time.January, 1), civil.Of(d.Year(), time.December, 31)
}

// dueSince writes a clock for the desk: what is due when, and how long that is from today.
func dueSince(c rules.Clock, start, today civil.Day) Due {
	due := c.Due(start)
	return Due{On: due, DaysLeft: due.Sub(today), Days: c.Days, Alarm: !today.Before(start.Add(c.Alarm)), Cite: c.Cite}
}

// Due is how a clock stands on a day.
type Due struct {
	On       civil.Day
	DaysLeft int // below zero when it ran out
	Days     int // of the whole clock
	Alarm    bool
	Cite     string
}

// once runs an insert that does nothing where the fact stands already, and tells whether it was new.
func once(ctx context.Context, tx *sqlx.Tx, insert string, args ...any) (bool, error) {
	done, err := tx.ExecContext(ctx, insert, args...)
	if err != nil {
		return false, err
	}
	n, err := done.RowsAffected()
	return n > 0, err
}

func says(committee registry.CommitteeID, what string, err error) error {
	return fmt.Errorf("%s of %s: %w", what, committee, err)
}
