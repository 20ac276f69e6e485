package registry_test

import (
	"database/sql"
	"errors"
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/jmoiron/sqlx"

	"dure/civil"
	"dure/dev/pgtest"
	"dure/registry"
)

// What the law counts a gift for is one question, whether it is asked of one candidate or of all.
func TestNextElectionsOfAllAreThoseOfEach(t *testing.T) {
	t.Parallel()
	db := pgtest.New(t)
	raceOf(t, db)
	err := acts(t, db, func(tx *sqlx.Tx) error {
		var err error
		for i, seat := range [][3]string{{"H", "VA", "99"}, {"H", "VA", "98"}, {"S", "VA", ""}, {"H", "NJ", "99"}} {
			err = errors.Join(err, registry.AddCandidate(t.Context(), tx, registry.Candidate{
				ID: registry.CandidateID(fmt.Sprintf("%s6%s9901%d", seat[0], seat[1], i)), Last: "Sample", First: fmt.Sprint("Robin ", i), Office: seat[0], State: seat[1], District: seat[2],
				CommitteeFECID: fmt.Sprintf("C0099931%d", i), CommitteeName: "SAMPLE FOR CONGRESS", Street: "3 Sample St", City: "Samplebury", CommitteeState: "VA", Zip: "22904",
			}))
		}
		return errors.Join(err,
			registry.AddElection(t.Context(), tx, registry.Election{ID: "nj", Kind: "G", Year: 2026, HeldOn: civil.MustParse("2026-11-03"), Office: "H", State: "NJ", District: "99"}),
			registry.AddElection(t.Context(), tx, registry.Election{ID: "nj-special", Kind: "S", Year: 2026, HeldOn: civil.MustParse("2026-11-03"), Office: "H", State: "NJ", District: "99"}),
			registry.RecordOutcome(t.Context(), tx, registry.Outcome{
				Candidate: "H6VA99010", Election: "primary", Outcome: registry.Nominated, On: civil.MustParse("2026-06-03"), Evidence: "the count",
			}),
			registry.RecordOutcome(t.Context(), tx, registry.Outcome{
				Candidate: "H6VA99010", Election: "primary", Outcome: registry.Lost, On: civil.MustParse("2026-06-04"), Evidence: "the recount",
			}))
	})
	if err != nil {
		t.Fatal(err)
	}
	all, err := registry.Candidates(t.Context(), db)
	if err != nil || len(all) != 5 {
		t.Fatalf("%d candidates, %v", len(all), err)
	}
	ahead := 0
	for _, day := range []string{"2026-01-01", "2026-04-08", "2026-06-02", "2026-06-03", "2026-06-10", "2026-07-15", "2026-11-03", "2026-11-04", "2028-06-07"} {
		on := civil.MustParse(day)
		got, err := registry.NextOfEach(t.Context(), db, all, on)
		if err != nil {
			t.Fatal(err)
		}
		want := map[registry.CandidateID][]registry.Election{}
		for _, c := range all {
			next, err := registry.NextElections(t.Context(), db, c.ID, on)
			if err != nil && !errors.Is(err, sql.ErrNoRows) {
				t.Fatal(err)
			}
			if err == nil {
				want[c.ID] = next
				ahead += len(next)
			}
		}
		if diff := cmp.Diff(want, got, cmp.Comparer(func(a, b registry.Election) bool { return a == b })); diff != "" {
			t.Errorf("on %s, of each (-) and of all (+):\n%s", day, diff)
		}
	}
	if ahead < 15 {
		t.Errorf("%d elections are ahead on these days: too few for a test", ahead)
	}
}
