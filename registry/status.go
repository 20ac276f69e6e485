package registry

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/jmoiron/sqlx"
	"github.com/lib/pq"

	"dure/civil"
)

// What may be known of a giver, on which the law hangs.
const (
	IsMulticandidate    = "multicandidate"     // a PAC with the limits of 52 U.S.C. 30116(a)(2)
	IsContractor        = "contractor"         // 52 U.S.C. 30119
	IsForeignNational   = "foreign-national"   // 52 U.S.C. 30121
	IsMinor             = "minor"              // 11 CFR 110.19
	IsCitizen           = "citizen"            //
	IsPermanentResident = "permanent-resident" // 52 U.S.C. 30121(b)(2)
)

var statuses = []string{IsMulticandidate, IsContractor, IsForeignNational, IsMinor, IsCitizen, IsPermanentResident}

// Status is something that is known of a giver from a day on.
type Status struct {
	Person   PersonID
	Status   string
	From     civil.Day `db:"from_day"`
	Until    civil.Day `db:"until_day"` // the last day; none while it holds on
	Evidence string
}

// SetStatus records what is known of a giver; a later record of the same first day stands for the earlier, and so ends a
// status. A *Refused tells which fields can't stand.
func SetStatus(ctx context.Context, tx *sqlx.Tx, s Status) error {
	var faults []Fault
	if !slices.Contains(statuses, s.Status) {
		faults = append(faults, Fault{"status", fmt.Sprintf("%q is no status; there are %s", s.Status, strings.Join(statuses, ", "))})
	}
	if s.From.IsZero() {
		faults = append(faults, Fault{"from", "A status needs the day from which it holds"})
	}
	if !s.Until.IsZero() && s.Until.Before(s.From) {
		faults = append(faults, Fault{"until", "It ends before it begins"})
	}
	if strings.TrimSpace(s.Evidence) == "" {
		faults = append(faults, Fault{"evidence", "Write how it is known"})
	}
	var there bool
	if err := tx.GetContext(ctx, &there, `select exists (select from persons where id = $1)`, s.Person); err != nil {
		return fmt.Errorf("set a status: %w", err)
	}
	if !there {
		faults = append(faults, Fault{"person", fmt.Sprintf("There is no person %q", s.Person)})
	}
	if err := refused(faults); err != nil {
		return fmt.Errorf("set a status: %w", err)
	}
	const insert = `
		insert into person_statuses (person, status, from_day, until_day, evidence)
		values (:person, :status, :from_day, :until_day, :evidence)`
	if _, err := tx.NamedExecContext(ctx, insert, s); err != nil {
		return fmt.Errorf("set a status: %w", err)
	}
	return nil
}

// Statuses tells what is known of a giver on a day, of all rows that are one with them. What is not known is not in the
// map; a citizen or permanent resident is known to be no foreign national.
func Statuses(ctx context.Context, q sqlx.QueryerContext, person PersonID, on civil.Day) (map[string]bool, error) {
	all, err := Same(ctx, q, person)
	if err != nil {
		return nil, err
	}
	return StatusesOf(ctx, q, all, on)
}

// StatusesOf is Statuses of persons who are one giver, already found by Same.
func StatusesOf(ctx context.Context, q sqlx.QueryerContext, persons []PersonID, on civil.Day) (map[string]bool, error) {
	each, err := StatusesOfEach(ctx, q, [][]PersonID{persons}, on)
	if err != nil {
		return nil, err
	}
	return each[0], nil
}

// StatusesOfEach is StatusesOf for several givers.
func StatusesOfEach(ctx context.Context, q sqlx.QueryerContext, givers [][]PersonID, on civil.Day) ([]map[string]bool, error) {
	const list = `
		select person, status
		from (
			select distinct on (person, status, from_day) person, status, until_day
			from person_statuses
			where person = any($1) and from_day <= $2
			order by person, status, from_day, recorded_at desc, id desc) stands
		where until_day is null or until_day >= $2`
	var rows []struct {
		Person PersonID
		Status string
	}
	if err := sqlx.SelectContext(ctx, q, &rows, list, pq.Array(slices.Concat(givers...)), on); err != nil {
		return nil, fmt.Errorf("statuses of givers: %w", err)
	}
	out := make([]map[string]bool, len(givers))
	for i, persons := range givers {
		out[i] = map[string]bool{}
		for _, r := range rows {
			if slices.Contains(persons, r.Person) {
				out[i][r.Status] = true
			}
		}
		if (out[i][IsCitizen] || out[i][IsPermanentResident]) && !out[i][IsForeignNational] {
			out[i][IsForeignNational] = false
		}
	}
	return out, nil
}
