package registry_test

import (
	"database/sql"
	"errors"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/jmoiron/sqlx"

	"dure/civil"
	"dure/dev/pgtest"
	"dure/pg"
	"dure/registry"
)

// acts runs f as an operator.
func acts(t *testing.T, db *sqlx.DB, f func(tx *sqlx.Tx) error) error {
	t.Helper()
	return pg.InTx(t.Context(), db, "operator", nil, f)
}

// raceOf enters the votes of a seat: each is its id, kind, stage, year and day.
func raceOf(t *testing.T, db *sqlx.DB) {
	t.Helper()
	err := acts(t, db, func(tx *sqlx.Tx) error {
		err := registry.AddCandidate(t.Context(), tx, registry.Candidate{
			ID: "H6VA99001", Last: "Seo", First: "Mina", Office: "H", State: "VA", District: "99", CommitteeFECID: "C00999109", CommitteeName: "MINA SEO FOR CONGRESS",
			Street: "9 Placeholder Road", City: "Samplebury", CommitteeState: "VA", Zip: "22904",
		})
		for _, e := range []registry.Election{
			{ID: "primary", Kind: "P", Year: 2026, HeldOn: civil.MustParse("2026-06-02")},
			{ID: "runoff", Kind: "R", Year: 2026, HeldOn: civil.MustParse("2026-07-14")},
			{ID: "general", Kind: "G", Year: 2026, HeldOn: civil.MustParse("2026-11-03")},
			{ID: "general-runoff", Kind: "R", Stage: "general", Year: 2026, HeldOn: civil.MustParse("2026-12-08")},
			{ID: "special", Kind: "S", Year: 2026, HeldOn: civil.MustParse("2026-04-07")},
			{ID: "next-primary", Kind: "P", Year: 2028, HeldOn: civil.MustParse("2028-06-06")},
		} {
			e.Office, e.State, e.District = "H", "VA", "99"
			err = errors.Join(err, registry.AddElection(t.Context(), tx, e))
		}
		return errors.Join(err, registry.RecordOutcome(t.Context(), tx, registry.Outcome{
			Candidate: "H6VA99001", Election: "special", Outcome: registry.Lost, On: civil.MustParse("2026-04-09"), Evidence: "the count",
		}))
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestAnElectionMovesAndWhatWasKnownStays(t *testing.T) {
	t.Parallel()
	db := pgtest.New(t)
	raceOf(t, db)
	for _, to := range []string{"2026-06-30", "2026-06-02", "2026-06-30"} {
		if err := acts(t, db, func(tx *sqlx.Tx) error {
			return registry.MoveElection(t.Context(), tx, "primary", civil.MustParse(to), " Ordered for "+to+"\n")
		}); err != nil {
			t.Fatal(err)
		}
	}
	moves, err := registry.Moves(t.Context(), db, "primary")
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, m := range moves {
		if m.Actor != "operator" || m.RecordedAt.IsZero() {
			t.Errorf("a move names %q at %v, want who and when", m.Actor, m.RecordedAt)
		}
		got = append(got, m.From.String()+" to "+m.To.String()+": "+m.Reason)
	}
	want := []string{
		"2026-06-02 to 2026-06-30: Ordered for 2026-06-30", "2026-06-30 to 2026-06-02: Ordered for 2026-06-02", "2026-06-02 to 2026-06-30: Ordered for 2026-06-30",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("moves (-want +got):\n%s", diff)
	}
	e, err := registry.FindElection(t.Context(), db, "primary")
	if err != nil || e.HeldOn != civil.MustParse("2026-06-30") || e.Year != 2026 || e.Code() != "P2026" {
		t.Errorf("the election is %+v, %v, want it on 30 June as P2026", e, err)
	}
	var audited int
	const changes = `select count(*) from audit where table_name = 'elections' and verb = 'update' and new ->> 'id' = 'primary' and actor = 'operator'`
	if err := db.GetContext(t.Context(), &audited, changes); err != nil || audited != 3 {
		t.Errorf("the audit has %d changes of its day, %v, want 3", audited, err)
	}
}

func TestAMoveThatCantStandIsRefusedWithAllReasons(t *testing.T) {
	t.Parallel()
	db := pgtest.New(t)
	raceOf(t, db)
	for _, c := range []struct {
		what   string
		id     registry.ElectionID
		to     string
		reason string
		want   []string // parts of the faults, in order; none where it moves
	}{
		{"no day and no reason", "primary", "", "", []string{"held_on: An election needs its day", "reason: Write why"}},
		{"the same day, a blank reason", "primary", "2026-06-02", " \n", []string{"held_on: It is held on 2026-06-02 already", "reason: Write why"}},
		{"into another year", "primary", "2027-06-02", "x", []string{"in another year", "The runoff of 14 July 2026 comes after it", "The general election of 3 November 2026 comes after it", "The runoff of 8 December 2026 comes after it"}},
		{"a primary onto the day of its runoff", "primary", "2026-07-14", "x", []string{"The runoff of 14 July 2026 comes after it: move that first"}},
		{"a runoff before its primary", "runoff", "2026-06-01", "x", []string{"The primary of 2 June 2026 comes before it"}},
		{"a general before the runoff of its primary", "general", "2026-07-01", "x", []string{"The runoff of 14 July 2026 comes before it"}},
		{"a general after its runoff", "general", "2026-12-08", "x", []string{"The runoff of 8 December 2026 comes after it"}},
		{"a general into January", "general", "2027-01-05", "x", []string{"a general of another year", "comes after it"}},
		{"a special behind the outcome that is recorded", "special", "2026-04-10", "x", []string{"That H6VA99001 was lost in it is recorded of 2026-04-09"}},
		{"a runoff two years on", "general-runoff", "2028-01-05", "x", []string{"a general-runoff of another year"}},
		{"a special to the day of its outcome", "special", "2026-04-09", "A slip of the pen", nil},
		{"a runoff into January", "general-runoff", "2027-01-05", "The count took long", nil},
		{"and back into its year", "general-runoff", "2026-12-15", "It did not", nil},
		{"the day before the next", "primary", "2026-07-13", "Postponed by order of a court", nil},
	} {
		var to civil.Day
		if c.to != "" {
			to = civil.MustParse(c.to)
		}
		before, err := registry.FindElection(t.Context(), db, c.id)
		if err != nil {
			t.Fatal(err)
		}
		err = acts(t, db, func(tx *sqlx.Tx) error { return registry.MoveElection(t.Context(), tx, c.id, to, c.reason) })
		var refused *registry.Refused
		if err != nil && !errors.As(err, &refused) {
			t.Fatalf("%s: %v", c.what, err)
		}
		var faults []registry.Fault
		if refused != nil {
			faults = refused.Faults
		}
		if len(faults) != len(c.want) {
			t.Errorf("%s: refused for %v, want %q", c.what, faults, c.want)
			continue
		}
		for i, f := range faults {
			if !strings.Contains(f.Field+": "+f.Text, c.want[i]) {
				t.Errorf("%s: fault %d is %v, want %q", c.what, i, f, c.want[i])
			}
		}
		after, err := registry.FindElection(t.Context(), db, c.id)
		if moved := len(c.want) == 0; err != nil || moved && after.HeldOn != to || !moved && after != before {
			t.Errorf("%s: the election is %+v, %v", c.what, after, err)
		}
	}
	err := acts(t, db, func(tx *sqlx.Tx) error {
		return registry.MoveElection(t.Context(), tx, "nowhere", civil.MustParse("2026-06-02"), "x")
	})
	if !errors.Is(err, sql.ErrNoRows) {
		t.Errorf("a move of no election = %v, want sql.ErrNoRows", err)
	}
}

// What must never be is refused by the database itself: a day without its fact, a fact without its day, another change.
func TestTheDatabaseKeepsTheDayOfAnElectionWithItsMoves(t *testing.T) {
	t.Parallel()
	db := pgtest.New(t)
	raceOf(t, db)
	owner := pgtest.Admin(t, db)
	if err := acts(t, db, func(tx *sqlx.Tx) error {
		return registry.MoveElection(t.Context(), tx, "primary", civil.MustParse("2026-06-09"), "Postponed")
	}); err != nil {
		t.Fatal(err)
	}
	const move = `insert into election_moves (election, from_day, to_day, reason) values `
	for _, c := range []struct{ what, sql, constraint string }{
		{"a day without its fact", `update elections set held_on = '2026-06-16' where id = 'primary'`, "elections_move_alone"},
		{"back by the fact of an earlier transaction", `update elections set held_on = '2026-06-02' where id = 'primary'`, "elections_move_alone"},
		{"no change at all", `update elections set held_on = held_on where id = 'primary'`, "elections_move_alone"},
		{"another year", `update elections set year = 2028 where id = 'primary'`, "elections_move_alone"},
		{"gone", `delete from elections where id = 'general-runoff'`, "elections_move_alone"},
		{"emptied", `truncate elections cascade`, "facts_are_never_changed"},
		{"a move from a day that it has not", move + `('primary', '2026-06-02', '2026-06-16', 'x')`, "election_moves_from_its_day"},
		{"a move of no election", move + `('nowhere', '2026-06-02', '2026-06-16', 'x')`, "election_moves_election"},
		{"a move to the same day", move + `('primary', '2026-06-09', '2026-06-09', 'x')`, "election_moves_elsewhere"},
		{"a move for no reason", move + `('primary', '2026-06-09', '2026-06-16', ' ')`, "election_moves_reason_written"},
		{"a move that is rewritten", `update election_moves set reason = 'y'`, "facts_are_never_changed"},
		{"a move that is struck", `delete from election_moves`, "facts_are_never_changed"},
		{"a move with another day and more", `with m as (` + move + `('primary', '2026-06-09', '2026-06-16', 'x') returning election)
			update elections set held_on = '2026-06-16', kind = 'G' where id in (select election from m)`, "elections_move_alone"},
	} {
		err := acts(t, owner, func(tx *sqlx.Tx) error {
			_, err := tx.ExecContext(t.Context(), c.sql)
			return err
		})
		if !pg.Violates(err, c.constraint) {
			t.Errorf("%s, by the owner of the schema: %v, want %s", c.what, err, c.constraint)
		}
		err = acts(t, db, func(tx *sqlx.Tx) error {
			_, err := tx.ExecContext(t.Context(), c.sql)
			return err
		})
		if err == nil {
			t.Errorf("%s is possible to the role that serves", c.what)
		}
	}
	if _, err := db.ExecContext(t.Context(), move+`('primary', '2026-06-09', '2026-06-16', 'x')`); !pg.Violates(err, "election_moves_actor_named") {
		t.Errorf("a move by nobody: %v, want election_moves_actor_named", err)
	}
}

// Of two who move one election at once the second finds where the first moved it.
func TestMovesOfOneElectionFollowEachOther(t *testing.T) {
	t.Parallel()
	db := pgtest.New(t)
	raceOf(t, db)
	days := []string{"2026-06-09", "2026-06-16", "2026-06-23", "2026-06-30"}
	var wg sync.WaitGroup
	for _, day := range days {
		wg.Go(func() {
			err := acts(t, db, func(tx *sqlx.Tx) error {
				return registry.MoveElection(t.Context(), tx, "primary", civil.MustParse(day), "To "+day)
			})
			if err != nil {
				t.Errorf("move to %s: %v", day, err)
			}
		})
	}
	wg.Wait()
	moves, err := registry.Moves(t.Context(), db, "primary")
	if err != nil || len(moves) != len(days) {
		t.Fatalf("%d moves, %v, want %d", len(moves), err, len(days))
	}
	at := civil.MustParse("2026-06-02")
	for i := range moves {
		m := moves[len(moves)-1-i]
		if m.From != at {
			t.Errorf("move %d is from %v, want %v, where the one before ended", i+1, m.From, at)
		}
		at = m.To
	}
	if e, err := registry.FindElection(t.Context(), db, "primary"); err != nil || e.HeldOn != at {
		t.Errorf("the election is on %v, %v, want %v", e.HeldOn, err, at)
	}
}
