package registry

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/jmoiron/sqlx"
	"github.com/lib/pq"

	"dure/civil"
)

// Committee is what Form 1 says of a committee of this installation, as of some moment.
type Committee struct {
	ID              CommitteeID
	FECID           string `db:"fec_id"`
	Name            string
	Kind            string // nonconnected, ssf, super-pac, hybrid, party-state, party-national or authorised
	Multicandidate  bool   // 11 CFR 100.5(e)(3)
	Filer           string // monthly or quarterly (11 CFR 104.5(c))
	Zone            string // of the receipt day, such as America/New_York
	Street          string
	Street2         string `db:"street_2"`
	City            string
	State           string
	Zip             string
	TreasurerLast   string `db:"treasurer_last"`
	TreasurerFirst  string `db:"treasurer_first"`
	TreasurerMiddle string `db:"treasurer_middle"`
	TreasurerPrefix string `db:"treasurer_prefix"`
	TreasurerSuffix string `db:"treasurer_suffix"`
	Web             string
	Email           string
	Candidate       CandidateID // whose authorised committee it is (52 U.S.C. 30101(6)); empty for the others
	Registered      civil.Day   `db:"registered_on"` // with the FEC; no day where nobody entered it
	Regime          string      // the rule pack under whose law it stands; us where it is empty
}

// Kinds of committees.
const (
	Nonconnected  = "nonconnected"
	SSF           = "ssf"       // the separate segregated fund of a corporation or union
	SuperPAC      = "super-pac" // independent expenditures only
	Hybrid        = "hybrid"    // with a non-contribution account beside
	StateParty    = "party-state"
	NationalParty = "party-national"
	Authorised    = "authorised" // a candidate's
)

var committeeKinds = []string{Nonconnected, SSF, SuperPAC, Hybrid, StateParty, NationalParty, Authorised}

// Location is the zone in which the committee's days run. A zone that this system does not know is a bug of the row:
// Location panics, and AddCommittee lets none in.
func (c Committee) Location() *time.Location {
	zone, err := time.LoadLocation(c.Zone)
	if err != nil {
		panic(fmt.Sprintf("committee %s: %v", c.ID, err))
	}
	return zone
}

const committeeColumns = `
	committee as id, fec_id, name, kind, multicandidate, filer, zone, street, street_2, city, state, zip,
	treasurer_last, treasurer_first, treasurer_middle, treasurer_prefix, treasurer_suffix, web, email,
	coalesce(candidate, '') as candidate, registered_on, regime`

// FindCommittee gives a committee as it was known at asOf; the zero time asks for now.
func FindCommittee(ctx context.Context, q sqlx.QueryerContext, id CommitteeID, asOf time.Time) (Committee, error) {
	const find = `
		select ` + committeeColumns + `
		from committee_versions
		where committee = $1 and recorded_at <= $2
		order by recorded_at desc, committee_versions.id desc
		limit 1`
	var c Committee
	if err := sqlx.GetContext(ctx, q, &c, find, id, latest(asOf)); err != nil {
		return c, fmt.Errorf("find committee %s: %w", id, err)
	}
	return c, nil
}

// Committees lists the committees of the installation, the first to join it first.
func Committees(ctx context.Context, q sqlx.QueryerContext) ([]Committee, error) {
	const list = `
		select distinct on (c.recorded_at, c.id) ` + committeeColumns + `
		from committees c
		join committee_versions v on v.committee = c.id
		order by c.recorded_at, c.id, v.recorded_at desc, v.id desc`
	var out []Committee
	if err := sqlx.SelectContext(ctx, q, &out, list); err != nil {
		return nil, fmt.Errorf("list committees: %w", err)
	}
	return out, nil
}

// AddCommittee brings a committee into the installation. A *Refused tells which fields can't stand, a committee that is there
// already among them.
func AddCommittee(ctx context.Context, tx *sqlx.Tx, c Committee) error {
	c.Regime = cmp.Or(c.Regime, federal)
	there, err := committeeThere(ctx, tx, c.ID)
	if err != nil {
		return err
	}
	var faults []Fault
	if there {
		faults = append(faults, Fault{"id", fmt.Sprintf("There is a committee %s already", c.ID)})
	}
	beside, err := c.faultsHere(ctx, tx)
	if err != nil {
		return err
	}
	if err := refused(slices.Concat(faults, c.faults(), beside)); err != nil {
		return fmt.Errorf("add committee %s: %w", c.ID, err)
	}
	if _, err := tx.ExecContext(ctx, `insert into committees (id) values ($1)`, c.ID); err != nil {
		return fmt.Errorf("add committee %s: %w", c.ID, err)
	}
	return writeCommittee(ctx, tx, c)
}

// AmendCommittee records that a committee's registration is now c. A *Refused tells which fields can't stand, a committee that
// is not there among them.
func AmendCommittee(ctx context.Context, tx *sqlx.Tx, c Committee) error {
	c.Regime = cmp.Or(c.Regime, federal)
	there, err := committeeThere(ctx, tx, c.ID)
	if err != nil {
		return err
	}
	var faults []Fault
	if !there {
		faults = append(faults, Fault{"id", fmt.Sprintf("There is no committee %q", c.ID)})
	}
	beside, err := c.faultsHere(ctx, tx)
	if err != nil {
		return err
	}
	if err := refused(slices.Concat(faults, c.faults(), beside)); err != nil {
		return fmt.Errorf("amend committee %s: %w", c.ID, err)
	}
	return writeCommittee(ctx, tx, c)
}

func writeCommittee(ctx context.Context, tx *sqlx.Tx, c Committee) error {
	const insert = `
		insert into committee_versions (
			committee, fec_id, name, kind, multicandidate, filer, zone, street, street_2, city, state, zip,
			treasurer_last, treasurer_first, treasurer_middle, treasurer_prefix, treasurer_suffix, web, email, candidate, registered_on, regime)
		values (
			:id, :fec_id, :name, :kind, :multicandidate, :filer, :zone, :street, :street_2, :city, :state, :zip,
			:treasurer_last, :treasurer_first, :treasurer_middle, :treasurer_prefix, :treasurer_suffix, :web, :email,
			nullif(:candidate, ''), :registered_on, :regime)`
	if _, err := tx.NamedExecContext(ctx, insert, c); err != nil {
		return fmt.Errorf("write committee %s: %w", c.ID, err)
	}
	return nil
}

// CommitteesOf lists the authorised committees of a candidate in this installation, as known now.
func CommitteesOf(ctx context.Context, q sqlx.QueryerContext, candidate CandidateID) ([]CommitteeID, error) {
	of, err := CommitteesOfEach(ctx, q, candidate)
	return of[candidate], err
}

// CommitteesOfEach lists the authorised committees of each of some candidates; one without any is not in the map.
func CommitteesOfEach(ctx context.Context, q sqlx.QueryerContext, candidates ...CandidateID) (map[CandidateID][]CommitteeID, error) {
	const list = `
		select candidate, committee
		from (
			select distinct on (committee) committee, candidate
			from committee_versions
			where committee in (select committee from committee_versions where candidate = any($1))
			order by committee, recorded_at desc, id desc) known
		where candidate = any($1)
		order by committee`
	var rows []struct {
		Candidate CandidateID
		Committee CommitteeID
	}
	if err := sqlx.SelectContext(ctx, q, &rows, list, pq.Array(candidates)); err != nil {
		return nil, fmt.Errorf("committees of candidates: %w", err)
	}
	out := map[CandidateID][]CommitteeID{}
	for _, r := range rows {
		out[r.Candidate] = append(out[r.Candidate], r.Committee)
	}
	return out, nil
}

// Affiliate records that a committee belongs to a group of affiliated committees from a day on (11 CFR 110.3(a)); the
// reason, such as counsel's opinion, is kept with a new group.
func Affiliate(ctx context.Context, tx *sqlx.Tx, group, reason string, committee CommitteeID, on civil.Day) error {
	const ensure = `insert into affiliation_groups (id, reason) values ($1, $2) on conflict do nothing`
	if _, err := tx.ExecContext(ctx, ensure, group, reason); err != nil {
		return fmt.Errorf("affiliate %s: %w", committee, err)
	}
	const join = `insert into affiliations (group_id, committee, on_day, member) values ($1, $2, $3, true)`
	if _, err := tx.ExecContext(ctx, join, group, committee, on); err != nil {
		return fmt.Errorf("affiliate %s: %w", committee, err)
	}
	return nil
}

// Disaffiliate records that a committee is of the group no more from a day on.
func Disaffiliate(ctx context.Context, tx *sqlx.Tx, group string, committee CommitteeID, on civil.Day) error {
	const leave = `insert into affiliations (group_id, committee, on_day, member) values ($1, $2, $3, false)`
	if _, err := tx.ExecContext(ctx, leave, group, committee, on); err != nil {
		return fmt.Errorf("disaffiliate %s: %w", committee, err)
	}
	return nil
}

// Affiliates gives the committees that share limits with committee on a day, itself always among them.
func Affiliates(ctx context.Context, q sqlx.QueryerContext, committee CommitteeID, on civil.Day) ([]CommitteeID, error) {
	const list = `
		with standing as (
			select distinct on (group_id, committee) group_id, committee, member
			from affiliations
			where on_day <= $2
			order by group_id, committee, on_day desc)
		select s.committee
		from standing s
		join standing mine on mine.group_id = s.group_id and mine.committee = $1 and mine.member
		where s.member
		union
		select $1
		order by 1`
	var out []CommitteeID
	if err := sqlx.SelectContext(ctx, q, &out, list, committee, on); err != nil {
		return nil, fmt.Errorf("affiliates of %s: %w", committee, err)
	}
	return out, nil
}
