package pgtest_test

import (
	"errors"
	"testing"

	"dure/dev/pgtest"
	"dure/migrations"
)

func TestEachTestHasAMigratedDatabaseOfItsOwn(t *testing.T) {
	t.Parallel()
	one, other := pgtest.New(t), pgtest.New(t)
	if err := migrations.Check(t.Context(), pgtest.Admin(t, one).DB); err != nil {
		t.Errorf("the schema of a test database: %v, want the current one", err)
	}
	pgtest.Admin(t, one).MustExecContext(t.Context(), "create table wells (name text)")
	var there bool
	if err := other.GetContext(t.Context(), &there, "select to_regclass('wells') is not null"); err != nil || there {
		t.Errorf("a table made in one test's database stands in another's: %v, %v", there, err)
	}
}

func TestNewServesAndAdminOwns(t *testing.T) {
	t.Parallel()
	db := pgtest.New(t)
	const owns = "select pg_has_role(relowner, 'usage') from pg_class where oid = 'clock'::regclass"
	var serving, owner bool
	if err := errors.Join(db.GetContext(t.Context(), &serving, owns), pgtest.Admin(t, db).GetContext(t.Context(), &owner, owns)); err != nil {
		t.Fatal(err)
	}
	if serving || !owner {
		t.Errorf("New's connection owns the tables: %v, want false; Admin's: %v, want true", serving, owner)
	}
}

func TestTheDatabaseIsDroppedWhenTheTestEnds(t *testing.T) {
	t.Parallel()
	var name string
	t.Run("inner", func(t *testing.T) {
		if err := pgtest.New(t).GetContext(t.Context(), &name, "select current_database()"); err != nil {
			t.Fatal(err)
		}
	})
	var there bool
	const query = "select exists (select from pg_database where datname = $1)"
	if err := pgtest.New(t).GetContext(t.Context(), &there, query, name); err != nil || there {
		t.Errorf("database %q after its test: there is %v, %v", name, there, err)
	}
}

func BenchmarkNew(b *testing.B) {
	pgtest.New(b)
	for b.Loop() {
		if err := pgtest.New(b).Ping(); err != nil {
			b.Fatal(err)
		}
	}
}
