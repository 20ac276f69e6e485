package registry_test

import (
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/jmoiron/sqlx"

	"dure/civil"
	"dure/dev/pgtest"
	"dure/pg"
	"dure/registry"
)

// fieldsOf gives the fields that a refusal names; another error is told as it is.
func fieldsOf(err error) string {
	var no *registry.Refused
	if !errors.As(err, &no) {
		if err != nil {
			return "broken: " + err.Error()
		}
		return ""
	}
	var out []string
	for _, f := range no.Faults {
		out = append(out, f.Field)
	}
	return strings.Join(out, " ")
}

// What can't stand is refused with every field at once, and nothing of it is stored.
func TestCandidatesAndElectionsThatCantStandAreRefusedWhole(t *testing.T) {
	t.Parallel()
	db := pgtest.New(t)
	in := func(f func(ctx context.Context, tx *sqlx.Tx) error) string {
		return fieldsOf(pg.InTx(t.Context(), db, "test", nil, func(tx *sqlx.Tx) error { return f(t.Context(), tx) }))
	}
	good := registry.Candidate{
		ID: "H6NY27001", Last: "Sample", First: "Robin", Office: "H", State: "NY", District: "27", CommitteeFECID: "C00999901",
		CommitteeName: "SAMPLE FOR CONGRESS", Street: "1 Elm St", City: "Salem", CommitteeState: "NY", Zip: "12866",
	}
	for _, c := range []struct {
		name   string
		change func(c *registry.Candidate)
		want   string
	}{
		{"an unknown office", func(c *registry.Candidate) { c.Office = "X" }, "office"},
		{"no office of a state", func(c *registry.Candidate) { c.Office, c.Jurisdiction = "", "us-ny" }, "office"},
		{"an id of nowhere", func(c *registry.Candidate) { c.ID = "H6NY2700١" }, "id"},
		{"everything", func(c *registry.Candidate) { c.Last, c.Office, c.ID, c.CommitteeFECID = " ", "Q", "", "C1" }, "last_name office id committee_fec_id"},
		{"no committee to send money to", func(c *registry.Candidate) {
			c.CommitteeName, c.Street, c.City, c.CommitteeState, c.Zip = "", " ", "", "N", "128660"
		}, "committee_name street city committee_state zip"},
		{"nothing", func(*registry.Candidate) {}, ""},
		{"the same again", func(*registry.Candidate) {}, "id"},
	} {
		bad := good
		c.change(&bad)
		if got := in(func(ctx context.Context, tx *sqlx.Tx) error { return registry.AddCandidate(ctx, tx, bad) }); got != c.want {
			t.Errorf("%s: refused for %q, want %q", c.name, got, c.want)
		}
	}
	if got := in(func(ctx context.Context, tx *sqlx.Tx) error {
		bad := good
		bad.Office = "Z"
		return registry.AmendCandidate(ctx, tx, bad)
	}); got != "office" {
		t.Errorf("an amendment to no office is refused for %q", got)
	}
	if got := in(func(ctx context.Context, tx *sqlx.Tx) error {
		nobody := good
		nobody.ID = "H6NY27009"
		return registry.AmendCandidate(ctx, tx, nobody)
	}); got != "id" {
		t.Errorf("an amendment of nobody is refused for %q", got)
	}
	primary := registry.Election{ID: "E1", Office: "H", State: "NY", District: "27", Kind: "P", Year: 2026, HeldOn: civil.MustParse("2026-06-02")}
	for _, c := range []struct {
		name   string
		change func(e *registry.Election)
		want   string
	}{
		{"the first", func(*registry.Election) {}, ""},
		{"a second in the year", func(e *registry.Election) { e.ID, e.HeldOn = "E2", civil.MustParse("2026-06-09") }, "kind"},
		{"a second on the day", func(e *registry.Election) { e.ID, e.Year = "E2", 2027 }, "held_on"},
		{"of an unknown office", func(e *registry.Election) { e.ID, e.Office = "E3", "X" }, "office"},
		{"the same again", func(e *registry.Election) { e.Kind, e.HeldOn = "G", civil.MustParse("2026-11-03") }, "id"},
		{"under no word", func(e *registry.Election) { e.ID, e.Kind = "va99 general", "G" }, "id"},
		{"of another year than its day's", func(e *registry.Election) { e.ID, e.Kind, e.Year = "E5", "G", 2024 }, "year"},
		{"a runoff beside it", func(e *registry.Election) { e.ID, e.Kind, e.HeldOn = "E4", "R", civil.MustParse("2026-06-23") }, ""},
	} {
		e := primary
		c.change(&e)
		if got := in(func(ctx context.Context, tx *sqlx.Tx) error { return registry.AddElection(ctx, tx, e) }); got != c.want {
			t.Errorf("%s: refused for %q, want %q", c.name, got, c.want)
		}
	}
	for table, want := range map[string]int{"candidates": 1, "candidate_versions": 1, "elections": 2} {
		var n int
		if err := db.GetContext(t.Context(), &n, `select count(*) from `+table); err != nil || n != want {
			t.Errorf("%s has %d rows, %v, want %d", table, n, err, want)
		}
	}
}

func TestKindIsThatWhichWasFoundLast(t *testing.T) {
	t.Parallel()
	db := pgtest.New(t)
	one := identify(t, db, hana(nil))
	other := identify(t, db, hana(func(c *registry.Contributor) { c.Email, c.Street = "hana@example.net", "9 Oak St" }))
	identify(t, db, hana(func(c *registry.Contributor) { c.Email = "hana@example.net" })) // the address of one, the email of the other
	correct := func(p registry.PersonID, kind, on, evidence string) string {
		return fieldsOf(pg.InTx(t.Context(), db, "test", nil, func(tx *sqlx.Tx) error {
			day, _ := civil.Parse(on)
			return registry.CorrectKind(t.Context(), tx, p, kind, day, evidence)
		}))
	}
	for _, c := range []struct{ kind, on, evidence, want string }{
		{"museum", "", " ", "kind on evidence"},
		{registry.OtherPAC, "2026-03-01", "letter", "kind"},
		{registry.Individual, "2026-03-01", "letter", "kind"},
		{registry.Tribe, "2026-03-01", "letter", ""},
		{registry.Partnership, "2026-03-02", "tax return", ""},
	} {
		if got := correct(one, c.kind, c.on, c.evidence); got != c.want {
			t.Errorf("a correction to %q is refused for %q, want %q", c.kind, got, c.want)
		}
	}
	kinds, err := registry.Kinds(t.Context(), db, one, other)
	if err != nil || kinds[one] != registry.Partnership || kinds[other] != registry.Partnership {
		t.Errorf("Kinds = %v, %v, want a partnership by both rows of the giver", kinds, err)
	}
}
