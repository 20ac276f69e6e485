package registry_test

import (
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/jmoiron/sqlx"

	"dure/civil"
	"dure/dev/pgtest"
	"dure/pg"
	"dure/registry"
)

func hana(change func(c *registry.Contributor)) registry.Contributor {
	c := registry.Contributor{
		Entity: "IND", First: "Hana", Last: "Quillfeather", Street: "3 Thimble Ln", City: "Brooklyn", State: "NY", Zip: "11215",
		Country: "US", Email: "hana@example.org",
	}
	if change != nil {
		change(&c)
	}
	return c
}

func identify(t *testing.T, db *sqlx.DB, c registry.Contributor) registry.PersonID {
	t.Helper()
	var id registry.PersonID
	err := pg.InTx(t.Context(), db, "test", nil, func(tx *sqlx.Tx) (err error) {
		id, err = registry.Identify(t.Context(), tx, c)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return id
}

func TestPersonIsKnownByExactEvidence(t *testing.T) {
	t.Parallel()
	db := pgtest.New(t)
	first := identify(t, db, hana(nil))
	for what, c := range map[string]struct {
		change func(c *registry.Contributor)
		same   bool
	}{
		"the same form":                   {nil, true},
		"another address, the same email": {func(c *registry.Contributor) { c.Street, c.Zip = "9 Elsewhere Rd", "10001" }, true},
		"another email, the same address": {func(c *registry.Contributor) { c.Email = "h.q@example.net" }, true},
		"case, accents, ZIP+4, order of names": {func(c *registry.Contributor) {
			c.First, c.Last, c.Street, c.Zip, c.Email = "QUILLFEATHER", "Hána", "3 thimble ln.", "11215-0001", ""
		}, true},
		"another name at email and address": {func(c *registry.Contributor) { c.First = "Min-jun" }, false},
		"the name alone":                    {func(c *registry.Contributor) { c.Street, c.Zip, c.Email = "1 Far Away", "94110", "other@example.com" }, false},
	} {
		got := identify(t, db, hana(c.change))
		if (got == first) != c.same {
			t.Errorf("%s: the same person %v, want %v", what, got == first, c.same)
		}
	}
}

func TestEvidenceOfTwoJoinsThem(t *testing.T) {
	t.Parallel()
	db := pgtest.New(t)
	one := identify(t, db, hana(nil))
	other := identify(t, db, hana(func(c *registry.Contributor) { c.Street, c.Zip, c.Email = "8 Foundry St", "14604", "hq@example.net" }))
	if one == other {
		t.Fatal("two persons expected to begin with")
	}
	// the email of the first with the address of the second
	both := identify(t, db, hana(func(c *registry.Contributor) { c.Street, c.Zip = "8 Foundry St", "14604" }))
	if both != one {
		t.Errorf("evidence of both names %s, want the older row %s", both, one)
	}
	for _, id := range []registry.PersonID{one, other} {
		same, err := registry.Same(t.Context(), db, id)
		if err != nil || len(same) != 2 {
			t.Errorf("Same(%s) = %v, %v, want both rows", id, same, err)
		}
	}
	if again := identify(t, db, hana(func(c *registry.Contributor) { c.Street, c.Zip, c.Email = "8 Foundry St", "14604", "hq@example.net" })); again != one {
		t.Errorf("after the join the second form names %s, want %s", again, one)
	}
}

func TestFormsAtOnceMakeOnePerson(t *testing.T) {
	t.Parallel()
	db := pgtest.New(t)
	var wg sync.WaitGroup
	ids := make([]registry.PersonID, 20)
	for i := range ids {
		wg.Go(func() {
			ids[i] = identify(t, db, hana(func(c *registry.Contributor) {
				if i%2 == 0 {
					c.Email = "second@example.org"
				}
			}))
		})
	}
	wg.Wait()
	same, err := registry.Same(t.Context(), db, ids[0])
	if err != nil {
		t.Fatal(err)
	}
	var rows int
	if err := db.Get(&rows, `select count(*) from persons`); err != nil || rows != len(same) {
		t.Errorf("%d rows of persons, %d of them one: %v", rows, len(same), err)
	}
}

func TestKnowKeepsWhatIsNotToldAgain(t *testing.T) {
	t.Parallel()
	db := pgtest.New(t)
	owner := pgtest.Admin(t, db)
	committee := addCommittee(t, owner, "lantern-street", time.Date(2025, 1, 1, 0, 0, 0, 0, time.UTC))
	c := hana(func(c *registry.Contributor) { c.Employer, c.Occupation = "Quillfeather Bindery", "Bookbinder" })
	c.Person = identify(t, db, c)
	know := func(c registry.Contributor) {
		t.Helper()
		err := pg.InTx(t.Context(), db, "test", []string{committee}, func(tx *sqlx.Tx) error {
			return registry.Know(t.Context(), tx, registry.CommitteeID(committee), c)
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	know(c)
	know(c)
	moved := c
	moved.Street, moved.Employer, moved.Occupation = "4 Thimble Ln", "", ""
	know(moved)
	got, err := registry.FindContributor(t.Context(), db, registry.CommitteeID(committee), c.Person, time.Time{})
	want := c
	want.Street = "4 Thimble Ln"
	if diff := cmp.Diff(want, got); diff != "" || err != nil {
		t.Errorf("known of the contributor (-want +got): %v\n%s", err, diff)
	}
	var versions int
	if err := db.Get(&versions, `select count(*) from contributor_versions`); err != nil || versions != 2 {
		t.Errorf("%d versions, %v, want 2: what changes nothing makes none", versions, err)
	}
}

func addCommittee(t *testing.T, owner *sqlx.DB, id string, at time.Time) string {
	t.Helper()
	ctx := pg.WithRecordedAt(t.Context(), at)
	err := pg.InTx(ctx, owner, "test", nil, func(tx *sqlx.Tx) error {
		return registry.AddCommittee(ctx, tx, registry.Committee{
			ID: registry.CommitteeID(id), FECID: fmt.Sprintf("C0099%04d", int(id[0])), Name: "LANTERN STREET PAC", Kind: "nonconnected", Filer: "monthly", Zone: "America/New_York",
			Street: "14 Lantern St", City: "New York", State: "NY", Zip: "10002", TreasurerLast: "Whitfield", TreasurerFirst: "Rowan",
		})
	})
	if err != nil {
		t.Fatal(err)
	}
	return id
}

func TestAffiliatesAreThoseOfTheDay(t *testing.T) {
	t.Parallel()
	db := pgtest.New(t)
	owner := pgtest.Admin(t, db)
	start := time.Date(2025, 1, 1, 0, 0, 0, 0, time.UTC)
	for i, id := range []string{"a", "b", "c"} {
		addCommittee(t, owner, id, start.Add(time.Duration(i)*time.Hour))
	}
	err := pg.InTx(t.Context(), db, "test", nil, func(tx *sqlx.Tx) error {
		for _, id := range []registry.CommitteeID{"a", "b"} {
			if err := registry.Affiliate(t.Context(), tx, "group", "counsel's opinion", id, civil.MustParse("2026-02-01")); err != nil {
				return err
			}
		}
		return registry.Disaffiliate(t.Context(), tx, "group", "b", civil.MustParse("2026-06-01"))
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		of, on string
		want   []registry.CommitteeID
	}{
		{"a", "2026-01-31", []registry.CommitteeID{"a"}},
		{"a", "2026-02-01", []registry.CommitteeID{"a", "b"}},
		{"b", "2026-05-31", []registry.CommitteeID{"a", "b"}},
		{"a", "2026-06-01", []registry.CommitteeID{"a"}},
		{"b", "2026-06-01", []registry.CommitteeID{"b"}},
		{"c", "2026-02-01", []registry.CommitteeID{"c"}},
	} {
		got, err := registry.Affiliates(t.Context(), db, registry.CommitteeID(c.of), civil.MustParse(c.on))
		if diff := cmp.Diff(c.want, got); diff != "" || err != nil {
			t.Errorf("affiliates of %s on %s (-want +got): %v\n%s", c.of, c.on, err, diff)
		}
	}
	list, err := registry.Committees(t.Context(), db)
	if err != nil || len(list) != 3 || list[0].ID != "a" || list[2].ID != "c" {
		t.Errorf("Committees = %v, %v, want a, b, c in the order in which they joined", list, err)
	}
}

func TestJoinIsNotLostToAnother(t *testing.T) {
	t.Parallel()
	db := pgtest.New(t)
	form := func(street, email string) registry.Contributor {
		return hana(func(c *registry.Contributor) { c.Street, c.Email = street, email })
	}
	identify(t, db, form("A St", "a@example.org"))
	identify(t, db, form("C St", "c@example.org"))
	identify(t, db, form("B St", "b@example.org"))
	last := make(chan registry.PersonID, 1)
	err := pg.InTx(t.Context(), db, "test", nil, func(tx *sqlx.Tx) error {
		if _, err := registry.Identify(t.Context(), tx, form("B St", "a@example.org")); err != nil {
			return err
		}
		go func() { last <- identify(t, db, form("C St", "b@example.org")) }()
		time.Sleep(300 * time.Millisecond) // the other waits for the rows that this one joins
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	same, err := registry.Same(t.Context(), db, <-last)
	if err != nil || len(same) != 3 {
		t.Errorf("three rows joined by two forms at once are %v, %v, want all three one", same, err)
	}
}

func TestCutOffWaitsForWhatCommitteesShare(t *testing.T) {
	t.Parallel()
	db := pgtest.New(t)
	owner := pgtest.Admin(t, db)
	addCommittee(t, owner, "a", time.Date(2025, 1, 1, 0, 0, 0, 0, time.UTC))
	written, choose := make(chan bool), make(chan time.Time, 1)
	go func() {
		<-written
		err := pg.Snapshot(t.Context(), db, "a", time.Time{}, func(_ *sqlx.Tx, cutoff time.Time) error {
			choose <- cutoff
			return nil
		})
		if err != nil {
			t.Error(err)
			close(choose)
		}
	}()
	var wrote time.Time
	err := pg.InTx(t.Context(), db, "test", []string{"b"}, func(tx *sqlx.Tx) error {
		if _, err := registry.AddPerson(t.Context(), tx, hana(nil)); err != nil {
			return err
		}
		close(written)
		time.Sleep(200 * time.Millisecond)
		return tx.GetContext(t.Context(), &wrote, `select recorded_now()`)
	})
	if err != nil {
		t.Fatal(err)
	}
	if cutoff := <-choose; cutoff.Before(wrote) {
		t.Errorf("a cut-off of %v was chosen while another committee wrote until %v", cutoff, wrote)
	}
}
