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

// KindNow is SQL for the kind of the person whose row is p: the one that was found last, or else the one of the row.
const KindNow = `coalesce((select k.kind from person_kinds k where k.person = p.id order by k.recorded_at desc, k.id desc limit 1), p.kind)`

// Correctable lists the kinds between which a giver may be corrected: those whose gifts stand on line 11(a). A committee is
// known by its FEC id, and stays one.
var Correctable = []string{Individual, Partnership, LLC, CorporateLLC, Tribe, Organization, Corporation, Union, NationalBank}

// Kinds tells how limits see persons.
func Kinds(ctx context.Context, q sqlx.QueryerContext, persons ...PersonID) (map[PersonID]string, error) {
	const list = `select p.id, ` + KindNow + ` as kind from persons p where p.id = any($1)`
	var rows []struct {
		ID   PersonID
		Kind string
	}
	if err := sqlx.SelectContext(ctx, q, &rows, list, pq.Array(persons)); err != nil {
		return nil, fmt.Errorf("find the kinds of persons: %w", err)
	}
	out := make(map[PersonID]string, len(rows))
	for _, r := range rows {
		out[r.ID] = r.Kind
	}
	return out, nil
}

// CorrectKind records of which kind a giver was found to be on a day, of all rows that are one with them. What was thought
// before stays in the record. A *Refused tells which fields can't stand.
func CorrectKind(ctx context.Context, tx *sqlx.Tx, person PersonID, kind string, on civil.Day, evidence string) error {
	all, err := Same(ctx, tx, person)
	if err != nil {
		return err
	}
	was, err := Kinds(ctx, tx, all...)
	if err != nil {
		return err
	}
	var faults []Fault
	switch {
	case !slices.Contains(Correctable, kind):
		faults = append(faults, Fault{"kind", fmt.Sprintf("%q is no kind that a giver is corrected to; there are %s", kind, strings.Join(Correctable, ", "))})
	case !slices.Contains(Correctable, was[person]):
		faults = append(faults, Fault{"kind", "A committee is known by its FEC id, and stays one"})
	case was[person] == kind:
		faults = append(faults, Fault{"kind", "This is what the giver is known as already"})
	}
	if on.IsZero() {
		faults = append(faults, Fault{"on", "Write the day on which it was found"})
	}
	if strings.TrimSpace(evidence) == "" {
		faults = append(faults, Fault{"evidence", "Write how it is known"})
	}
	if err := refused(faults); err != nil {
		return fmt.Errorf("correct a kind: %w", err)
	}
	const insert = `
		insert into person_kinds (person, kind, on_day, evidence)
		select person, $2, $3, $4 from unnest($1::text[]) person`
	if _, err := tx.ExecContext(ctx, insert, pq.Array(all), kind, on, evidence); err != nil {
		return fmt.Errorf("correct a kind: %w", err)
	}
	return nil
}
