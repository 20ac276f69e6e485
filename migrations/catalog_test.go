package migrations_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"dure/dev/pgtest"
	"dure/migrations"
)

// catalog names every table, its class, and for a shared one that it is shared. A table that is not here is refused: decide
// first whether it is a fact or a working, and whose.
var catalog = map[string]string{
	"person_statuses":      "shared fact",
	"person_kinds":         "shared fact",
	"election_outcomes":    "shared fact",
	"net_debts":            "shared fact",
	"designations":         "fact",
	"attributions":         "fact",
	"case_acts":            "fact",
	"disgorgements":        "fact",
	"pack_signatures":      "fact",
	"notice_approvals":     "fact",
	"drive_texts":          "fact",
	"refunds":              "fact",
	"refund_failures":      "fact",
	"disputes":             "fact",
	"dispute_ends":         "fact",
	"payouts":              "fact",
	"payout_failures":      "fact",
	"in_kinds":             "fact",
	"report_texts":         "fact",
	"efforts":              "fact",
	"affiliation_groups":   "shared fact",
	"affiliations":         "fact",
	"attestations":         "fact",
	"answers":              "fact",
	"audit":                "fact",
	"cards_seen":           "fact",
	"candidate_versions":   "shared fact",
	"candidates":           "shared fact",
	"cases":                "working",
	"clock":                "shared working",
	"committee_versions":   "fact",
	"committees":           "shared fact",
	"contributor_versions": "fact",
	"contributors":         "fact",
	"deposit_items":        "fact",
	"deposits":             "fact",
	"disbursements":        "fact",
	"drive_addresses":      "shared fact",
	"drives":               "working",
	"election_moves":       "shared fact",
	"elections":            "shared working",
	"events":               "working",
	"forward_items":        "fact",
	"forwards":             "fact",
	"gifts":                "working",
	"letters":              "working",
	"letter_starts":        "shared fact",
	"refund_requests":      "fact",
	"refund_declines":      "fact",
	"ledger_entries":       "fact",
	"ledger_lines":         "fact",
	"login_links":          "shared working",
	"openings":             "fact",
	"owed_calls":           "working",
	"payees":               "fact",
	"person_evidence":      "shared fact",
	"person_joins":         "shared fact",
	"persons":              "shared fact",
	"processor_fees":       "fact",
	"proof_acts":           "fact",
	"proofs":               "working",
	"receipts":             "fact",
	"reconciliations":      "fact",
	"reservations":         "working",
	"sessions":             "shared working",
	"staff":                "shared working",
	"staff_roles":          "working",
	"stripe_accounts":      "working",
}

type table struct {
	Name     string
	Comment  string
	KeyHas   bool `db:"key_has"` // the committee is part of the primary key
	Insert   bool `db:"may_add"` // rights of dure_serve
	Update   bool `db:"may_set"` //
	Delete   bool `db:"may_strike"`
	Truncate bool `db:"may_empty"`
	Stays    bool `db:"stays"`   // a trigger refuses change
	Audited  bool `db:"audited"` // triggers copy changes: inserts, updates and deletes
}

const tables = `
	select c.relname as name, coalesce(obj_description(c.oid, 'pg_class'), '') as comment,
		exists (select from pg_index i join pg_attribute a on a.attrelid = c.oid and a.attnum = any(i.indkey)
			where i.indrelid = c.oid and i.indisprimary and a.attname = 'committee') as key_has,
		has_any_column_privilege('dure_serve', c.oid, 'insert') as may_add,
		has_any_column_privilege('dure_serve', c.oid, 'update') as may_set,
		has_table_privilege('dure_serve', c.oid, 'delete') as may_strike,
		has_table_privilege('dure_serve', c.oid, 'truncate') as may_empty,
		exists (select from pg_trigger t where t.tgrelid = c.oid and t.tgname = 'facts_stay') as stays,
		(select count(*) = 3 from pg_trigger t where t.tgrelid = c.oid and t.tgfoid = 'copy_to_audit'::regproc and t.tgenabled = 'O') as audited
	from pg_class c
	where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') and c.relname <> 'goose_db_version'`

func TestEveryTableIsNamedAndHasTheRightsOfItsClass(t *testing.T) {
	t.Parallel()
	db := pgtest.New(t)
	var found []table
	if err := db.SelectContext(t.Context(), &found, tables); err != nil {
		t.Fatal(err)
	}
	got := map[string]string{}
	for _, f := range found {
		class, about, _ := strings.Cut(f.Comment, ": ")
		shared := strings.HasPrefix(about, "shared, ")
		got[f.Name] = class
		if shared {
			got[f.Name] = "shared " + class
		}
		// the committees table is the one whose key is the committee itself
		if f.KeyHas == shared {
			t.Errorf("%s: shared is %v, and the committee in its primary key is %v", f.Name, shared, f.KeyHas)
		}
		if f.Truncate {
			t.Errorf("%s may be emptied by the role that serves", f.Name)
		}
		switch class {
		case "fact":
			if !f.Stays || f.Delete || f.Update && f.Name != "persons" {
				t.Errorf("%s is a fact: refuses change %v, may be updated %v, deleted %v by the role that serves", f.Name, f.Stays, f.Update, f.Delete)
			}
		case "working":
			exempt := map[string]bool{"sessions": true, "login_links": true, "events": true, "clock": true, "letters": true, "proofs": true}
			if f.Audited == exempt[f.Name] {
				t.Errorf("%s is a working: its changes are audited %v", f.Name, f.Audited)
			}
		}
	}
	if diff := cmp.Diff(catalog, got); diff != "" {
		t.Errorf("tables (-named here +in the schema):\n%s", diff)
	}
}

func TestEveryConstraintIsNamed(t *testing.T) {
	t.Parallel()
	db := pgtest.New(t)
	var bad []string
	// Names that PostgreSQL makes up end in _pkey, _key, _fkey, _check or _excl.
	const made = `
		select conrelid::regclass || '.' || conname
		from pg_constraint
		where connamespace = 'public'::regnamespace and conrelid <> 'goose_db_version'::regclass
		  and conname ~ '_(pkey|key|fkey|check|excl)[0-9]*$'`
	if err := db.SelectContext(t.Context(), &bad, made); err != nil {
		t.Fatal(err)
	}
	if len(bad) > 0 {
		t.Errorf("constraints without a name of their own: %v", bad)
	}
}

func TestMoneyIsWholeCents(t *testing.T) {
	t.Parallel()
	db := pgtest.New(t)
	var bad []string
	const other = `
		select table_name || '.' || column_name
		from information_schema.columns
		where table_schema = 'public' and (data_type in ('money', 'real', 'double precision', 'numeric') or column_name like '%cents' and data_type <> 'bigint')`
	if err := db.SelectContext(t.Context(), &bad, other); err != nil {
		t.Fatal(err)
	}
	if len(bad) > 0 {
		t.Errorf("columns that are not whole cents: %v", bad)
	}
}

func TestServingRoleCanNotChangeTheSchemaOrSayWhenItLearned(t *testing.T) {
	t.Parallel()
	db := pgtest.New(t)
	for what, sql := range map[string]string{
		"drop a table":         `drop table audit`,
		"add a column":         `alter table receipts add column x int`,
		"make a table":         `create table x (y int)`,
		"remove a trigger":     `drop trigger facts_stay on receipts`,
		"move the clock":       `update clock set offset_us = 1`,
		"say when it learned":  `insert into committees (id, recorded_at) values ('x', now() - interval '1 year')`,
		"change a person":      `update persons set id = id where id in (select id from persons)`,
		"write into the audit": `insert into audit (committee, table_name, verb) values ('', 'x', 'update')`,
	} {
		if _, err := db.ExecContext(t.Context(), sql); err == nil && what != "change a person" {
			t.Errorf("the role that serves may %s", what)
		}
	}
	// and a setting that only the owner's sessions honour is ignored
	tx := db.MustBeginTx(t.Context(), nil)
	defer tx.Rollback()
	var years int
	tx.MustExec(`select set_config('dure.recorded_at', '2001-01-01T00:00:00Z', true)`)
	if err := tx.Get(&years, `select extract(year from recorded_now())::int`); err != nil || years == 2001 {
		t.Errorf("recorded_now() of the role that serves gives the year %d, %v: it must ignore what it is told", years, err)
	}
}

func TestFactsAreNeverChangedNotEvenByTheOwner(t *testing.T) {
	t.Parallel()
	db := pgtest.New(t)
	owner := pgtest.Admin(t, db)
	owner.MustExec(`insert into persons (id, kind) values ('PAAAAAAAAAAAAAAA', 'individual')`)
	for _, sql := range []string{`update persons set kind = 'party'`, `delete from persons`, `truncate persons cascade`} {
		if _, err := owner.ExecContext(t.Context(), sql); err == nil || !strings.Contains(err.Error(), "never changed") {
			t.Errorf("%s by the owner: %v, want the refusal that facts are never changed", sql, err)
		}
	}
}

func TestSchemaBehindOrAheadIsTold(t *testing.T) {
	t.Parallel()
	db := pgtest.New(t)
	owner := pgtest.Admin(t, db)
	if err := migrations.Check(t.Context(), db.DB); err != nil {
		t.Errorf("Check of a current schema = %v, want nil", err)
	}
	owner.MustExec(`insert into goose_db_version (version_id, is_applied) values (9999, true)`)
	if err := migrations.Check(t.Context(), db.DB); err != migrations.ErrAhead {
		t.Errorf("Check of a schema from the future = %v, want ErrAhead", err)
	}
	owner.MustExec(`delete from goose_db_version where version_id > 3`)
	if err := migrations.Check(t.Context(), db.DB); err != migrations.ErrBehind {
		t.Errorf("Check of an old schema = %v, want ErrBehind", err)
	}
}

func TestFunctionsFindTheirTablesHereAlone(t *testing.T) {
	t.Parallel()
	db := pgtest.New(t)
	var bad []string
	const open = `
		select p.oid::regprocedure::text
		from pg_proc p
		where p.pronamespace = 'public'::regnamespace and not coalesce('search_path=public, pg_temp' = any(p.proconfig), false)`
	if err := db.SelectContext(t.Context(), &bad, open); err != nil {
		t.Fatal(err)
	}
	if len(bad) > 0 {
		t.Errorf("functions that look for tables elsewhere first: %v", bad)
	}
	// A temporary table of the same name does not come first. (Where dure_owner owns the database none can be made at all.)
	tx := db.MustBeginTx(t.Context(), nil)
	defer tx.Rollback()
	var year int
	tx.MustExec(`create temp table clock (offset_us bigint)`)
	tx.MustExec(`insert into clock values (-788918400000000)`) // 25 years back
	if err := tx.Get(&year, `select extract(year from recorded_now())::int`); err != nil || year < 2020 {
		t.Errorf("beside a temporary clock it is %d, %v: recorded_now() looked at it", year, err)
	}
}

func TestWorkingsKeepWhatTheyWereWrittenWith(t *testing.T) {
	t.Parallel()
	db := pgtest.New(t)
	for _, sql := range []string{
		`update events set payload = ''`, `update gifts set cents = 1`, `update gifts set form_digest = ''`,
		`update reservations set cents = 1`, `update cases set limit_cents = 1`, `update owed_calls set body = ''`,
	} {
		if _, err := db.ExecContext(t.Context(), sql); err == nil {
			t.Errorf("the role that serves may %s", sql)
		}
	}
}
