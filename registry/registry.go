// Package registry knows who there is: persons (in the sense of 52 U.S.C. 30101(11), humans and bodies alike),
// contributors, committees and their affiliations, candidates, elections and payees.
//
// What may change over time is kept as versions, so that a report reads what was known at its cut-off.
package registry

import (
	"strings"
	"time"
)

// Ids of the rows that stand above or beside the committees.
type (
	CommitteeID string // the word in a committee's addresses, such as lantern-street
	PersonID    string
	CandidateID string // the candidate's FEC id, such as H6NY27991
	ElectionID  string
)

// Fault is one field of an entry that can't stand.
type Fault struct {
	Field string
	Text  string
}

// Refused tells which fields of an entry can't stand, all at once. Nothing of it was written.
type Refused struct{ Faults []Fault }

// Error lists the faults.
func (r *Refused) Error() string {
	var said []string
	for _, f := range r.Faults {
		said = append(said, f.Field+": "+f.Text)
	}
	return "refused: " + strings.Join(said, "; ")
}

// refused gives a Refused of the faults, or nil for none.
func refused(faults []Fault) error {
	if len(faults) == 0 {
		return nil
	}
	return &Refused{faults}
}

// latest stands for the cut-off of those who ask what is known now.
func latest(asOf time.Time) time.Time {
	if asOf.IsZero() {
		return time.Date(9999, 1, 1, 0, 0, 0, 0, time.UTC)
	}
	return asOf
}
