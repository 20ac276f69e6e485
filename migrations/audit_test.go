package migrations_test

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"

	"dure/dev/pgtest"
)

func TestEachChangedRowIsCopiedToTheAudit(t *testing.T) {
	t.Parallel()
	db := pgtest.New(t)
	owner := pgtest.Admin(t, db)
	const many = 300 // more than the first statements, for which the plans were made
	tx := owner.MustBegin()
	defer tx.Rollback()
	tx.MustExec(`select set_config('dure.actor', 'tester', true)`)
	for _, s := range []string{
		`insert into staff (id, name, email, password_hash) values ('one', 'One', 'one@example.org', 'secret')`,
		`update staff set name = 'First'`,
		`update staff set name = 'First'`, // changes nothing, and is told nowhere
		`update staff set name = 'Nobody' where id = 'none'`,
		`insert into staff (id, name, email, password_hash) values ('one', 'Again', 'x@example.org', 'secret'), ('two', 'Two', 'two@example.org', 'secret')
			on conflict (id) do update set name = excluded.name`,
		fmt.Sprintf(`insert into staff (id, name, email, password_hash) select 'many' || n, n::text, n || '@example.org', 'secret' from generate_series(1, %d) n`, many),
		`update staff set name = id || ' is ' || name where id like 'many%' and id <> 'many7'`,
		`update staff set password_hash = 'other' where id = 'two'`, // a change, of which only that it was is told
		`delete from staff where id in ('one', 'many3')`,
	} {
		tx.MustExec(s)
	}
	want := []string{
		"insert one: ∅ → One", "update one: One → First", "update one: First → Again", "insert two: ∅ → Two", "update two: Two → Two",
		"delete one: Again → ∅", "delete many3: many3 is 3 → ∅",
	}
	for n := 1; n <= many; n++ {
		want = append(want, fmt.Sprintf("insert many%d: ∅ → %d", n, n))
		if n != 7 {
			want = append(want, fmt.Sprintf("update many%d: %d → many%d is %d", n, n, n, n))
		}
	}
	var got []string
	const told = `
		select verb || ' ' || coalesce(new ->> 'id', old ->> 'id') || ': ' || coalesce(old ->> 'name', '∅') || ' → ' || coalesce(new ->> 'name', '∅')
		from audit
		where table_name = 'staff' and actor = 'tester' and committee = '' and coalesce(old ->> 'id', new ->> 'id') = coalesce(new ->> 'id', old ->> 'id')
		  and not coalesce(old, '{}') || coalesce(new, '{}') ? 'password_hash' and (old is null) = (verb = 'insert') and (new is null) = (verb = 'delete')`
	if err := tx.Select(&got, told); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(count(want), count(got)); diff != "" {
		t.Errorf("the audit (-want +got):\n%s", diff)
	}
	var all int
	if err := tx.Get(&all, `select count(*) from audit`); err != nil || all != len(want) {
		t.Errorf("the audit has %d rows, %v, want %d", all, err, len(want))
	}
}

func count(rows []string) map[string]int {
	out := map[string]int{}
	for _, r := range rows {
		out[r]++
	}
	return out
}
