package registry

import (
	"context"
	"fmt"
	"slices"

	"github.com/jmoiron/sqlx"

	"dure/civil"
)

// How a candidate comes out of an election that nominates.
const (
	Nominated = "nominated"
	Lost      = "lost"
	Withdrew  = "withdrew"
)

// Outcome is how a candidate came out of an election.
type Outcome struct {
	Candidate CandidateID
	Election  ElectionID
	Outcome   string    // Nominated, Lost or Withdrew
	On        civil.Day `db:"on_day"` // from which the candidate is, or is no more, in the race
	Evidence  string
}

// RecordOutcome records how a candidate came out of an election; the last one recorded stands. A *Refused tells which
// fields can't stand.
func RecordOutcome(ctx context.Context, tx *sqlx.Tx, o Outcome) error {
	var faults []Fault
	if !slices.Contains([]string{Nominated, Lost, Withdrew}, o.Outcome) {
		faults = append(faults, Fault{"outcome", fmt.Sprintf("%q is no outcome", o.Outcome)})
	}
	if o.On.IsZero() {
		faults = append(faults, Fault{"on", "An outcome needs its day"})
	}
	var candidate, election, stands bool
	const there = `
		select exists (select from candidates where id = $1), exists (select from elections where id = $2),
		       exists (select from elections e
		               join lateral (select office, state, district, jurisdiction from candidate_versions where candidate = $1
		                             order by recorded_at desc, id desc limit 1) c
		                 on c.office = e.office and c.state = e.state and c.district = e.district and c.jurisdiction = e.jurisdiction
		               where e.id = $2)`
	if err := tx.QueryRowxContext(ctx, there, o.Candidate, o.Election).Scan(&candidate, &election, &stands); err != nil {
		return fmt.Errorf("record an outcome: %w", err)
	}
	switch {
	case !candidate:
		faults = append(faults, Fault{"candidate", fmt.Sprintf("There is no candidate %q", o.Candidate)})
	case !election:
		faults = append(faults, Fault{"election", fmt.Sprintf("There is no election %q", o.Election)})
	case !stands:
		faults = append(faults, Fault{"election", "It is for another seat than the candidate's"})
	}
	if err := refused(faults); err != nil {
		return fmt.Errorf("record an outcome: %w", err)
	}
	e, err := FindElection(ctx, tx, o.Election)
	if err != nil {
		return err
	}
	if err := aloneWith(ctx, tx, e); err != nil { // its day does not move before what follows from the outcome is written
		return err
	}
	const insert = `
		insert into election_outcomes (candidate, election, outcome, on_day, evidence)
		values (:candidate, :election, :outcome, :on_day, :evidence)`
	if _, err := tx.NamedExecContext(ctx, insert, o); err != nil {
		return fmt.Errorf("record an outcome: %w", err)
	}
	return nil
}

// Outcomes lists how a candidate came out of elections, one for each, as known now.
func Outcomes(ctx context.Context, q sqlx.QueryerContext, candidate CandidateID) ([]Outcome, error) {
	const list = `
		select distinct on (election) candidate, election, outcome, on_day, evidence
		from election_outcomes
		where candidate = $1
		order by election, recorded_at desc, id desc`
	var out []Outcome
	if err := sqlx.SelectContext(ctx, q, &out, list, candidate); err != nil {
		return nil, fmt.Errorf("outcomes of candidate %s: %w", candidate, err)
	}
	return out, nil
}

// outcomesOfAll lists what Outcomes lists, of every candidate.
func outcomesOfAll(ctx context.Context, q sqlx.QueryerContext) (map[CandidateID][]Outcome, error) {
	const list = `
		select distinct on (candidate, election) candidate, election, outcome, on_day, evidence
		from election_outcomes
		order by candidate, election, recorded_at desc, id desc`
	var all []Outcome
	if err := sqlx.SelectContext(ctx, q, &all, list); err != nil {
		return nil, fmt.Errorf("outcomes of all candidates: %w", err)
	}
	out := map[CandidateID][]Outcome{}
	for _, o := range all {
		out[o.Candidate] = append(out[o.Candidate], o)
	}
	return out, nil
}
