package main

import (
	"context"
	"fmt"

	"dure/migrations"
)

type migrateCmd struct{}

// Help shows how the command is used.
func (migrateCmd) Help() string {
	return `Reads DURE_ADMIN_DATABASE_URL. The role dure_serve, as which the program serves, must exist.

  DURE_ADMIN_DATABASE_URL=postgres://dure_owner@localhost/dure dure migrate`
}

// Run brings the schema to this program's version.
func (migrateCmd) Run(ctx context.Context, s *settings) error {
	db, err := s.admin(ctx)
	if err != nil {
		return err
	}
	defer db.Close()
	n, err := migrations.Up(ctx, db.DB)
	if err != nil {
		return err
	}
	fmt.Printf("%d migrations applied; the schema is current\n", n)
	return nil
}
