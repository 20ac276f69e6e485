package registry_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/jmoiron/sqlx"

	"dure/civil"
	"dure/dev/pgtest"
	"dure/pg"
	"dure/registry"
)

// What can't stand of a committee is refused with every field at once, and nothing of it is stored.
func TestCommitteesThatCantStandAreRefusedWhole(t *testing.T) {
	t.Parallel()
	db := pgtest.New(t)
	in := func(f func(ctx context.Context, tx *sqlx.Tx) error) string {
		return fieldsOf(pg.InTx(t.Context(), db, "test", nil, func(tx *sqlx.Tx) error { return f(t.Context(), tx) }))
	}
	good := registry.Committee{
		ID: "maple-street", FECID: "C00999601", Name: "MAPLE STREET PAC", Kind: registry.Nonconnected, Filer: "monthly", Zone: "America/New_York",
		Street: "12 Maple St", City: "Springfield", State: "VA", Zip: "22150", TreasurerLast: "Sample", TreasurerFirst: "Robin",
		Web: "https://maple-street.example.org", Email: "office@maple-street.example.org",
	}
	for _, c := range []struct {
		name   string
		change func(c *registry.Committee)
		want   string
	}{
		{"capital letters in the word", func(c *registry.Committee) { c.ID = "Maple-Street" }, "id"},
		{"a FEC ID of seven digits", func(c *registry.Committee) { c.FECID = "C0099960" }, "fec_id"},
		{"a FEC ID with a line end", func(c *registry.Committee) { c.FECID = "C00999601\n" }, "fec_id"},
		{"another name of a frequency", func(c *registry.Committee) { c.Filer = "Monthly" }, "filer"},
		{"the zone of this machine", func(c *registry.Committee) { c.Zone = "Local" }, "zone"},
		{"a zone of nowhere", func(c *registry.Committee) { c.Zone = "America/Maple_Street" }, "zone"},
		{"a state of nowhere", func(c *registry.Committee) { c.State = "XX" }, "state"},
		{"no state but a blank between two", func(c *registry.Committee) { c.State = " V" }, "state"},
		{"a ZIP code that lost its first digit", func(c *registry.Committee) { c.Zip = "2110" }, "zip"},
		{"a site without a scheme", func(c *registry.Committee) { c.Web = "maple-street.example.org" }, "web"},
		{"an address that opens a program", func(c *registry.Committee) { c.Web = "javascript://maple-street" }, "web"},
		{"a name and an e-mail address", func(c *registry.Committee) { c.Email = "Robin <robin@example.org>" }, "email"},
		{"an authorised committee of a candidate who is not here", func(c *registry.Committee) {
			c.Kind, c.Candidate = registry.Authorised, "H6VA99001"
		}, "candidate"},
		{
			"nothing", func(c *registry.Committee) { *c = registry.Committee{} },
			"id fec_id name kind filer zone street city state zip treasurer_last treasurer_first",
		},
		{"a FEC ID of another law", func(c *registry.Committee) { c.ID, c.FECID, c.Regime = "maple-ny", "A12345", "us-ny" }, ""},
		{"all there is", func(*registry.Committee) {}, ""},
		{"the same again", func(*registry.Committee) {}, "id"},
		{"the same under another word", func(c *registry.Committee) { c.ID = "maple-street-pac" }, "fec_id"},
	} {
		changed := good
		c.change(&changed)
		if got := in(func(ctx context.Context, tx *sqlx.Tx) error { return registry.AddCommittee(ctx, tx, changed) }); got != c.want {
			t.Errorf("%s: refused for %q, want %q", c.name, got, c.want)
		}
	}
	for _, c := range []struct {
		name   string
		change func(c *registry.Committee)
		want   string
	}{
		{"of none that is here", func(c *registry.Committee) { c.ID, c.FECID = "oak-street", "C00999602" }, "id"},
		{"to another's FEC ID", func(c *registry.Committee) { c.ID, c.Regime = "maple-ny", "us" }, "fec_id"},
		{"to no frequency and no treasurer", func(c *registry.Committee) { c.Filer, c.TreasurerLast = "", " " }, "filer treasurer_last"},
		{"to quarterly", func(c *registry.Committee) { c.Filer = "quarterly" }, ""},
	} {
		changed := good
		c.change(&changed)
		if got := in(func(ctx context.Context, tx *sqlx.Tx) error { return registry.AmendCommittee(ctx, tx, changed) }); got != c.want {
			t.Errorf("an amendment %s: refused for %q, want %q", c.name, got, c.want)
		}
	}
	for table, want := range map[string]int{"committees": 2, "committee_versions": 3} {
		var n int
		if err := db.GetContext(t.Context(), &n, `select count(*) from `+table); err != nil || n != want {
			t.Errorf("%s has %d rows, %v, want %d", table, n, err, want)
		}
	}
	if found, err := registry.FindCommittee(t.Context(), db, good.ID, time.Time{}); err != nil || found.Filer != "quarterly" || found.Regime != "us" {
		t.Errorf("FindCommittee = %+v, %v, want the quarterly filer under federal law", found, err)
	}
}

func TestSeatsAreThoseOfFederalOffice(t *testing.T) {
	t.Parallel()
	db := pgtest.New(t)
	undone := errors.New("nothing of it stays")
	try := func(id registry.CandidateID, office, state, district string) string {
		c := registry.Candidate{
			ID: id, Last: "Sample", First: "Robin", Office: office, State: state, District: district, CommitteeFECID: "C00999901",
			CommitteeName: "SAMPLE FOR OFFICE", Street: "1 Elm St", City: "Salem", CommitteeState: "NY", Zip: "12866",
		}
		e := registry.Election{ID: "vote", Office: office, State: state, District: district, Kind: "P", Year: 2026, HeldOn: civil.MustParse("2026-06-02")}
		var said []string
		for _, add := range []func(tx *sqlx.Tx) error{
			func(tx *sqlx.Tx) error { return registry.AddCandidate(t.Context(), tx, c) },
			func(tx *sqlx.Tx) error { return registry.AddElection(t.Context(), tx, e) },
		} {
			err := pg.InTx(t.Context(), db, "test", nil, func(tx *sqlx.Tx) error {
				if err := add(tx); err != nil {
					return err
				}
				return undone
			})
			if errors.Is(err, undone) {
				err = nil
			}
			said = append(said, fieldsOf(err))
		}
		return strings.Join(said, "; ")
	}
	for _, c := range []struct {
		id                      registry.CandidateID
		office, state, district string
		want                    string
	}{
		{"H6VA99001", "H", "VA", "99", "; "},
		{"H6AK00001", "H", "AK", "00", "; "},
		{"H6GU00001", "H", "GU", "00", "; "},
		{"S6VA00101", "S", "VA", "", "; "},
		{"P60000001", "P", "", "", "; "},
		{"H6VA99001", "H", "VA", "9", "district; district"},
		{"H6VA99001", "H", "VA", "", "district; district"},
		{"H6VA99001", "H", "Virginia", "09", "state; state"},
		{"H6AA99001", "H", "AA", "09", "state; state"},
		{"S6DC00101", "S", "DC", "", "state; state"},
		{"S6VA00101", "S", "VA", "09", "district; district"},
		{"P60000001", "P", "US", "00", "state district; state district"},
		{"H6VA99001", "S", "VA", "", "office; "},
	} {
		if got := try(c.id, c.office, c.state, c.district); got != c.want {
			t.Errorf("%s for %s %s %s is refused for %q, want %q", c.id, c.office, c.state, c.district, got, c.want)
		}
	}
}

func TestElectionKindsAreThereAndBack(t *testing.T) {
	t.Parallel()
	for _, word := range registry.ElectionKinds() {
		e := registry.Election{HeldOn: civil.MustParse("2026-06-02")}.OfKind(word)
		if got := e.KindWord(); got != word {
			t.Errorf("a %s of kind %q and stage %q is called %s", word, e.Kind, e.Stage, got)
		}
	}
	for e, want := range map[registry.Election]string{
		{Kind: "S", Stage: "general"}: "special", {Kind: "R", Stage: "primary"}: "runoff", {Kind: "S", Stage: "primary"}: "special-primary",
	} {
		if got := e.KindWord(); got != want {
			t.Errorf("kind %q and stage %q are called %s, want %s", e.Kind, e.Stage, got, want)
		}
	}
	if e := (registry.Election{}).OfKind("caucus"); e.Kind != "caucus" || e.Stage != "" {
		t.Errorf("an unknown word makes kind %q, stage %q", e.Kind, e.Stage)
	}
}
