package main

import (
	"cmp"
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"time"

	"github.com/jmoiron/sqlx"

	"dure/registry"
)

// printJSON prints one JSON document.
func printJSON(v any) error {
	e := json.NewEncoder(os.Stdout)
	e.SetIndent("", "  ")
	return e.Encode(v)
}

// commandLine is the actor of what a command does.
func commandLine() string {
	return "command line, " + cmp.Or(os.Getenv("SUDO_USER"), os.Getenv("USER"), "unknown user")
}

// findCommittee finds a committee by its word, or says which there are.
func findCommittee(ctx context.Context, q sqlx.QueryerContext, slug string) (registry.Committee, error) {
	c, err := registry.FindCommittee(ctx, q, registry.CommitteeID(slug), time.Time{})
	if errors.Is(err, sql.ErrNoRows) {
		return c, fmt.Errorf("there is no committee %q here: dure committee list shows those there are", slug)
	}
	return c, err
}

// committee opens the database and finds a committee in it. Whoever gets the database closes it.
func (s *settings) committee(ctx context.Context, slug string) (*sqlx.DB, registry.Committee, error) {
	db, err := s.database(ctx)
	if err != nil {
		return nil, registry.Committee{}, err
	}
	c, err := findCommittee(ctx, db, slug)
	if err != nil {
		db.Close()
		return nil, c, err
	}
	return db, c, nil
}
