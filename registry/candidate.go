package registry

import (
	"cmp"
	"context"
	"fmt"
	"regexp"
	"strings"
	"time"

	"github.com/jmoiron/sqlx"
)

// Candidate is a person who stands for federal office, with the authorised committee that takes money for them.
type Candidate struct {
	ID       CandidateID
	Last     string `db:"last_name"`
	First    string `db:"first_name"`
	Office   string // H, S or P of federal office; else as the jurisdiction's rule pack calls it
	State    string
	District string
	// The authorised committee.
	CommitteeFECID string `db:"committee_fec_id"`
	CommitteeName  string `db:"committee_name"`
	Street         string
	Street2        string `db:"street_2"`
	City           string
	CommitteeState string `db:"committee_state"`
	Zip            string
	Jurisdiction   string // us for federal office, which an empty one means
}

// Name is the candidate's name as people say it.
func (c Candidate) Name() string { return strings.TrimSpace(c.First + " " + c.Last) }

const candidateColumns = `
	candidate as id, last_name, first_name, office, state, district,
	committee_fec_id, committee_name, street, street_2, city, committee_state, zip, jurisdiction`

// FindCandidate gives a candidate as known at asOf; the zero time asks for now.
func FindCandidate(ctx context.Context, q sqlx.QueryerContext, id CandidateID, asOf time.Time) (Candidate, error) {
	const find = `
		select ` + candidateColumns + `
		from candidate_versions
		where candidate = $1 and recorded_at <= $2
		order by recorded_at desc, candidate_versions.id desc
		limit 1`
	var c Candidate
	if err := sqlx.GetContext(ctx, q, &c, find, id, latest(asOf)); err != nil {
		return c, fmt.Errorf("find candidate %s: %w", id, err)
	}
	return c, nil
}

// Candidates lists the candidates by name, each as known now.
func Candidates(ctx context.Context, q sqlx.QueryerContext) ([]Candidate, error) {
	const list = `
		select * from (
			select distinct on (candidate) ` + candidateColumns + `
			from candidate_versions
			order by candidate, recorded_at desc, candidate_versions.id desc) known
		order by last_name, first_name, id`
	var out []Candidate
	if err := sqlx.SelectContext(ctx, q, &out, list); err != nil {
		return nil, fmt.Errorf("list candidates: %w", err)
	}
	return out, nil
}

var (
	federalCandidate = regexp.MustCompile(`^([HS][0-9][A-Z]{2}[0-9]{5}|P[0-9]{8})$`)
	federalCommittee = regexp.MustCompile(`^C[0-9]{8}$`)
	otherCandidate   = regexp.MustCompile(`^[A-Z0-9][A-Z0-9-]{1,39}$`) // candidates_id_shape
)

// faults tells which fields of a candidate can't stand. Other jurisdictions have offices and ids of their own.
func (c Candidate) faults() []Fault {
	var out []Fault
	fault := func(field, format string, args ...any) { out = append(out, Fault{field, fmt.Sprintf(format, args...)}) }
	if strings.TrimSpace(c.Last) == "" {
		fault("last_name", "A candidate has a family name")
	}
	out = append(out, seatFaults(c.Jurisdiction, c.Office, c.State, c.District)...)
	if c.Jurisdiction == federal {
		switch {
		case !federalCandidate.MatchString(string(c.ID)):
			fault("id", "%q is no FEC ID of a candidate, such as H6VA99001, S6VA00101 or P60000001", c.ID)
		case len(out) == 0 && string(c.ID[0]) != c.Office:
			fault("office", "The FEC ID %s is of the office %c, and this is %s: a candidate for another office has another id", c.ID, c.ID[0], c.Office)
		}
		if !federalCommittee.MatchString(c.CommitteeFECID) {
			fault("committee_fec_id", "%q is no FEC ID of a committee: C and eight digits, such as C00999511", c.CommitteeFECID)
		}
	} else if !otherCandidate.MatchString(string(c.ID)) {
		fault("id", "%q is no id of a candidate: two to forty capital letters, digits and hyphens", c.ID)
	}
	if strings.TrimSpace(c.CommitteeName) == "" {
		fault("committee_name", "Write the name of the committee that takes money for the candidate")
	}
	out = append(out, addressFaults(c.Street, c.City, "committee_state", c.CommitteeState, c.Zip)...)
	return append(out, scriptFaults(
		"last_name", c.Last, "first_name", c.First, "committee_name", c.CommitteeName, "street", c.Street, "street_2", c.Street2, "city", c.City)...)
}

// AddCandidate brings a candidate into the installation. A *Refused tells which fields can't stand, a candidate who is there
// already among them.
func AddCandidate(ctx context.Context, tx *sqlx.Tx, c Candidate) error {
	c.Jurisdiction = cmp.Or(c.Jurisdiction, federal)
	there, err := candidateThere(ctx, tx, c.ID)
	if err != nil {
		return err
	}
	faults := c.faults()
	if there {
		faults = append(faults, Fault{"id", fmt.Sprintf("There is a candidate %s already", c.ID)})
	}
	if err := refused(faults); err != nil {
		return fmt.Errorf("add candidate %s: %w", c.ID, err)
	}
	if _, err := tx.ExecContext(ctx, `insert into candidates (id) values ($1)`, c.ID); err != nil {
		return fmt.Errorf("add candidate %s: %w", c.ID, err)
	}
	return writeCandidate(ctx, tx, c)
}

// AmendCandidate records that a candidate's registration is now c. A *Refused tells which fields can't stand, a candidate who
// is not there among them.
func AmendCandidate(ctx context.Context, tx *sqlx.Tx, c Candidate) error {
	c.Jurisdiction = cmp.Or(c.Jurisdiction, federal)
	there, err := candidateThere(ctx, tx, c.ID)
	if err != nil {
		return err
	}
	faults := c.faults()
	if !there {
		faults = append(faults, Fault{"id", fmt.Sprintf("There is no candidate %q", c.ID)})
	}
	if err := refused(faults); err != nil {
		return fmt.Errorf("amend candidate %s: %w", c.ID, err)
	}
	return writeCandidate(ctx, tx, c)
}

func candidateThere(ctx context.Context, q sqlx.QueryerContext, id CandidateID) (bool, error) {
	var there bool
	if err := sqlx.GetContext(ctx, q, &there, `select exists (select from candidates where id = $1)`, id); err != nil {
		return false, fmt.Errorf("look for candidate %s: %w", id, err)
	}
	return there, nil
}

func writeCandidate(ctx context.Context, tx *sqlx.Tx, c Candidate) error {
	const insert = `
		insert into candidate_versions (
			candidate, last_name, first_name, office, state, district,
			committee_fec_id, committee_name, street, street_2, city, committee_state, zip, jurisdiction)
		values (
			:id, :last_name, :first_name, :office, :state, :district,
			:committee_fec_id, :committee_name, :street, :street_2, :city, :committee_state, :zip, :jurisdiction)`
	if _, err := tx.NamedExecContext(ctx, insert, c); err != nil {
		return fmt.Errorf("write candidate %s: %w", c.ID, err)
	}
	return nil
}
