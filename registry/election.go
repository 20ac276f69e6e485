package registry

import (
	"cmp"
	"context"
	"database/sql"
	"fmt"
	"slices"
	"time"

	"github.com/jmoiron/sqlx"

	"dure/civil"
)

// Election is a vote with a limit of its own (11 CFR 100.2).
type Election struct {
	ID           ElectionID
	Office       string // H, S or P of federal office; else as the jurisdiction's rule pack calls it
	State        string
	District     string
	Kind         string // P primary, G general, R runoff, S special, C convention
	Stage        string // of a special election or a runoff: primary, general or runoff; empty: general of a special, primary of a runoff
	Year         int
	HeldOn       civil.Day `db:"held_on"`
	Jurisdiction string    // us for federal office, which an empty one means
}

// Code is the election as filings write it: P2026.
func (e Election) Code() string { return fmt.Sprintf("%s%d", e.Kind, e.Year) }

// Name is the election as people say it: primary of 2 June 2026.
func (e Election) Name() string {
	kind := map[string]string{"P": "primary", "G": "general election", "R": "runoff", "S": "special election", "C": "convention"}[e.Kind]
	if e.Kind == "S" && e.Stage != "" && e.Stage != "general" {
		kind = "special " + e.Stage
	}
	return kind + " of " + e.HeldOn.Midnight().Format("2 January 2006")
}

// For tells whether the candidate can stand in the election: same jurisdiction, office, state and district.
func (e Election) For(c Candidate) bool {
	return cmp.Or(e.Jurisdiction, "us") == cmp.Or(c.Jurisdiction, "us") &&
		e.Office == c.Office && e.State == c.State && e.District == c.District
}

// Nominates tells whether the election decides who stands in a later one: a primary, a convention with that authority, a
// special primary, or the runoff of any of these.
func (e Election) Nominates() bool {
	switch e.Kind {
	case "P", "C":
		return true
	case "R":
		return e.Stage != "general"
	case "S":
		return e.Stage == "primary"
	}
	return false
}

// special tells whether the election fills a seat out of turn.
func (e Election) special() bool { return e.Kind == "S" }

const electionColumns = `id, office, state, district, kind, stage, year, held_on, jurisdiction`

// FindElection gives an election by its id.
func FindElection(ctx context.Context, q sqlx.QueryerContext, id ElectionID) (Election, error) {
	const find = `select ` + electionColumns + ` from elections where id = $1`
	var e Election
	if err := sqlx.GetContext(ctx, q, &e, find, id); err != nil {
		return e, fmt.Errorf("find election %s: %w", id, err)
	}
	return e, nil
}

// Elections lists the elections, the latest first.
func Elections(ctx context.Context, q sqlx.QueryerContext) ([]Election, error) {
	const list = `
		select ` + electionColumns + `
		from elections
		order by held_on desc, jurisdiction, office, state, district`
	var out []Election
	if err := sqlx.SelectContext(ctx, q, &out, list); err != nil {
		return nil, fmt.Errorf("list elections: %w", err)
	}
	return out, nil
}

// electionsOf lists the elections of a seat, the first to be held first; of one day the special before the regular.
func electionsOf(ctx context.Context, q sqlx.QueryerContext, seat Election) ([]Election, error) {
	const list = `
		select ` + electionColumns + `
		from elections
		where jurisdiction = $1 and office = $2 and state = $3 and district = $4
		order by held_on, kind <> 'S', id`
	var out []Election
	err := sqlx.SelectContext(ctx, q, &out, list, cmp.Or(seat.Jurisdiction, "us"), seat.Office, seat.State, seat.District)
	if err != nil {
		return nil, fmt.Errorf("list the elections of a seat: %w", err)
	}
	return out, nil
}

// NextElections gives the elections for which a gift to a candidate made on a day counts where the giver names none: the
// next that the candidate stands in, several where they are held on one day, the special one first (11 CFR
// 110.1(b)(2)(ii); FEC AO 2010-17). sql.ErrNoRows tells that there is none ahead.
func NextElections(ctx context.Context, q sqlx.QueryerContext, candidate CandidateID, on civil.Day) ([]Election, error) {
	c, err := FindCandidate(ctx, q, candidate, time.Time{})
	if err != nil {
		return nil, err
	}
	seat, err := electionsOf(ctx, q, Election{Jurisdiction: c.Jurisdiction, Office: c.Office, State: c.State, District: c.District})
	if err != nil {
		return nil, err
	}
	outcomes, err := Outcomes(ctx, q, candidate)
	if err != nil {
		return nil, err
	}
	out := nextOf(seat, outcomes, on)
	if len(out) == 0 {
		return nil, fmt.Errorf("next election of candidate %s on %v: %w", candidate, on, sql.ErrNoRows)
	}
	return out, nil
}

// nextOf gives those elections of a seat, the first to be held first, that are next on a day for a candidate of these outcomes.
func nextOf(seat []Election, outcomes []Outcome, on civil.Day) []Election {
	var out []Election
	for _, e := range seat {
		if e.HeldOn.Before(on) || out != nil && e.HeldOn.After(out[0].HeldOn) || !standsIn(e, seat, outcomes, on) {
			continue
		}
		out = append(out, e)
	}
	return out
}

// NextOfEach gives what NextElections gives, of candidates all at once; who has no election ahead is not among it.
func NextOfEach(ctx context.Context, q sqlx.QueryerContext, candidates []Candidate, on civil.Day) (map[CandidateID][]Election, error) {
	const list = `
		select ` + electionColumns + `
		from elections
		order by held_on, kind <> 'S', id`
	var all []Election
	if err := sqlx.SelectContext(ctx, q, &all, list); err != nil {
		return nil, fmt.Errorf("list the elections of every seat: %w", err)
	}
	type seat struct{ jurisdiction, office, state, district string }
	seats := map[seat][]Election{}
	for _, e := range all {
		s := seat{e.Jurisdiction, e.Office, e.State, e.District}
		seats[s] = append(seats[s], e)
	}
	outcomes, err := outcomesOfAll(ctx, q)
	if err != nil {
		return nil, err
	}
	out := map[CandidateID][]Election{}
	for _, c := range candidates {
		s := seat{cmp.Or(c.Jurisdiction, federal), c.Office, c.State, c.District}
		if next := nextOf(seats[s], outcomes[c.ID], on); len(next) > 0 {
			out[c.ID] = next
		}
	}
	return out, nil
}

// NextElection gives the first of NextElections.
func NextElection(ctx context.Context, q sqlx.QueryerContext, candidate CandidateID, on civil.Day) (Election, error) {
	next, err := NextElections(ctx, q, candidate, on)
	if err != nil {
		return Election{}, err
	}
	return next[0], nil
}

// StandsIn tells whether, as known on a day, a candidate stands in an election.
func StandsIn(ctx context.Context, q sqlx.QueryerContext, c Candidate, e Election, on civil.Day) (bool, error) {
	outcomes, err := Outcomes(ctx, q, c.ID)
	if err != nil || len(outcomes) == 0 {
		return true, err
	}
	seat, err := electionsOf(ctx, q, e)
	return standsIn(e, seat, outcomes, on), err
}

// standsIn tells whether, as known on a day, a candidate stands in an election: not after losing or leaving an earlier one
// of the same race, and not in a runoff of a primary that they won.
func standsIn(e Election, seat []Election, outcomes []Outcome, on civil.Day) bool {
	for _, o := range outcomes {
		i := slices.IndexFunc(seat, func(s Election) bool { return s.ID == o.Election })
		if i < 0 || o.On.After(on) {
			continue
		}
		was := seat[i]
		if was.Year != e.Year || was.special() != e.special() || !was.HeldOn.Before(e.HeldOn) {
			continue
		}
		if o.Outcome != Nominated || e.Kind == "R" && e.Nominates() {
			return false
		}
	}
	return true
}

// GeneralAfter gives the election for which a nominating one nominates: the general election of the same seat and year, or
// the special general after a special primary. sql.ErrNoRows tells that it is not entered.
func GeneralAfter(ctx context.Context, q sqlx.QueryerContext, e Election) (Election, error) {
	return beside(ctx, q, e, func(o Election) bool {
		return o.HeldOn.After(e.HeldOn) && (o.Kind == "G" || o.special() && !o.Nominates() && o.Stage != "runoff")
	})
}

// PrimaryBefore gives the election that nominates for a general one: of several, such as a primary and its runoff, the last.
// sql.ErrNoRows tells that it is not entered.
func PrimaryBefore(ctx context.Context, q sqlx.QueryerContext, e Election) (Election, error) {
	return beside(ctx, q, e, func(o Election) bool { return o.HeldOn.Before(e.HeldOn) && o.Nominates() })
}

// beside gives the last election of the race of e that fits.
func beside(ctx context.Context, q sqlx.QueryerContext, e Election, fits func(o Election) bool) (Election, error) {
	seat, err := electionsOf(ctx, q, e)
	if err != nil {
		return Election{}, err
	}
	for _, o := range slices.Backward(seat) {
		if o.Year == e.Year && o.special() == e.special() && fits(o) {
			return o, nil
		}
	}
	return Election{}, fmt.Errorf("the other election of the race of %s: %w", e.ID, sql.ErrNoRows)
}
