package main

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/jmoiron/sqlx"

	"dure/civil"
	"dure/compliance"
	"dure/pg"
	"dure/registry"
)

type committeeAffiliateCmd struct {
	Committee string `required:"" placeholder:"SLUG" help:"The committee that joins."`
	Group     string `required:"" placeholder:"NAME" help:"The group of affiliated committees; a new one begins with its first."`
	On        string `required:"" placeholder:"DAY" help:"The first day on which they are one."`
	Reason    string `placeholder:"TEXT" help:"Why, such as counsel's opinion; needed for a new group."`
}

// Help shows how the command is used.
func (committeeAffiliateCmd) Help() string {
	return `Affiliated committees share their limits (11 CFR 110.3(a)). Where the first day is over, all who gave to both since are looked at,
and what is over the joint limit opens cases at once.

  dure committee affiliate --committee long-table --group long-table --on 2026-03-01 --reason "one founder; counsel's opinion of 2 March"
  dure committee affiliate --committee long-table-midwest --group long-table --on 2026-03-01`
}

// Run records the affiliation.
func (c committeeAffiliateCmd) Run(ctx context.Context, s *settings) error {
	on, err := civil.Parse(c.On)
	if err != nil {
		return fmt.Errorf("--on: %w", err)
	}
	db, committee, err := s.committee(ctx, c.Committee)
	if err != nil {
		return err
	}
	defer db.Close()
	all, err := registry.Committees(ctx, db)
	if err != nil {
		return err
	}
	var ids []string
	for _, other := range all {
		ids = append(ids, string(other.ID))
	}
	opened := 0
	err = pg.InTx(ctx, db, commandLine(), ids, func(tx *sqlx.Tx) error {
		var known bool
		if err := tx.GetContext(ctx, &known, `select exists (select from affiliation_groups where id = $1)`, c.Group); err != nil {
			return fmt.Errorf("find group %s: %w", c.Group, err)
		}
		if !known && strings.TrimSpace(c.Reason) == "" {
			return errors.New("--reason: a new group needs the reason for which its committees are one")
		}
		var now time.Time
		if err := tx.GetContext(ctx, &now, `select recorded_now()`); err != nil {
			return fmt.Errorf("ask for the day: %w", err)
		}
		opened, err = compliance.Affiliate(ctx, tx, compliance.Affiliation{
			Group: c.Group, Reason: c.Reason, Committee: committee.ID, On: on, Found: civil.In(now, committee.Location()),
		})
		return err
	})
	switch {
	case pg.Violates(err, "affiliations_pk"):
		return fmt.Errorf("what %s is in group %s from %v on was recorded before", committee.ID, c.Group, on)
	case err != nil:
		return err
	}
	fmt.Printf("%s is of the group %s from %v on. Cases that opened: %d.\n", committee.ID, c.Group, on, opened)
	return nil
}
