package compliance_test

import (
	"bytes"
	"context"
	"regexp"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/jmoiron/sqlx"

	"dure/civil"
	"dure/compliance"
	"dure/registry"
)

// move moves an election on a day; it gives the fields that refuse it.
func (h *lawHouse) move(id registry.ElectionID, to, on string) string {
	h.t.Helper()
	return h.refusal(func(ctx context.Context, tx *sqlx.Tx) error {
		return compliance.MoveElection(ctx, tx, id, civil.MustParse(to), "Ordered on "+on, civil.MustParse(on).Midnight().AddDate(0, 0, 1))
	})
}

var caseID = regexp.MustCompile(`\bK[A-Z2-7]{15}\b`)

// follows tells what would follow from a move, with K for the id of each case, sorted.
func (h *lawHouse) follows(id registry.ElectionID, to string) []string {
	h.t.Helper()
	e, err := registry.FindElection(h.t.Context(), h.db, id)
	if err != nil {
		h.t.Fatal(err)
	}
	said, err := compliance.FollowsMove(h.t.Context(), h.db, e, civil.MustParse(to))
	if err != nil {
		h.t.Fatal(err)
	}
	for i := range said {
		said[i] = caseID.ReplaceAllString(said[i], "K")
	}
	slices.Sort(said)
	return said
}

// The sixty days for money that was given for a general election run from the vote that was lost: they move with it.
func TestClocksThatBeginWithAVoteMoveWithIt(t *testing.T) {
	t.Parallel()
	h := newLawHouse(t)
	early := h.got(gift{to: campaign, by: person(1), cents: 3500_00, on: "2026-03-01", change: for_("G")})
	settled := h.got(gift{to: campaign, by: person(2), cents: 200_00, on: "2026-03-02", change: for_("G")})
	h.in(func(ctx context.Context, tx *sqlx.Tx) error {
		_, err := compliance.RecordOutcome(ctx, tx, registry.Outcome{
			Candidate: robin, Election: "P", Outcome: registry.Lost, On: civil.MustParse("2026-09-20"), Evidence: "the count",
		})
		return err
	})
	after := h.got(gift{to: campaign, by: person(3), cents: 100_00, on: "2026-10-01", change: for_("G")})
	h.refund(campaign, settled, "0002", 200_00, "2026-09-25", "")
	same(t, "what would follow", []string{"Case K of campaign is due on 2026-11-14, no longer on 2026-10-31."}, h.follows("P", "2026-09-15"))
	same(t, "before the move", []string{"general lost 3500.00 for G due 2026-10-31"}, h.cases(campaign, early))

	if got := h.move("P", "2026-09-15", "2026-09-22"); got != "" {
		t.Fatalf("the move is refused for %q", got)
	}
	same(t, "given before the vote", []string{"general lost 3500.00 for G due 2026-11-14"}, h.cases(campaign, early))
	same(t, "settled before the move", []string{"general lost 200.00 for G due 2026-10-31 closed"}, h.cases(campaign, settled))
	same(t, "given after the vote", []string{"general lost 100.00 for G due 2026-11-30"}, h.cases(campaign, after))
	all, err := compliance.CasesOf(t.Context(), h.db, campaign, early, civil.MustParse("2026-09-22"))
	if err != nil || len(all) != 1 || all[0].Started != civil.MustParse("2026-09-15") || all[0].Due.On != all[0].DueOn {
		t.Fatalf("the case is %+v, %v, want it to run from the new day", all, err)
	}
	acts, err := compliance.CaseActs(t.Context(), h.db, campaign, all[0].ID)
	if err != nil || len(acts) != 1 || acts[0].Kind != "note" ||
		acts[0].Text != "The primary of 1 September 2026 is held on 2026-09-15: due on 2026-11-14, no longer on 2026-10-31" {
		t.Errorf("the record of the case is %+v, %v, want why its clock moved", acts, err)
	}
	if got := h.move("P", "2026-09-21", "2026-09-23"); got != "held_on" {
		t.Errorf("a move behind the outcome is refused for %q, want held_on", got)
	}
	if got := h.move("P", "2026-09-01", "2026-09-24"); got != "" {
		t.Fatalf("the move back is refused for %q", got)
	}
	same(t, "moved back", []string{"general lost 3500.00 for G due 2026-10-31"}, h.cases(campaign, early))
}

// A gift after the vote has its case; where the vote moves behind it the reason is gone, and a person closes it.
func TestACaseOfAPastElectionIsClosedOnceTheVoteIsAhead(t *testing.T) {
	t.Parallel()
	h := newLawHouse(t)
	late := h.got(gift{to: campaign, by: person(1), cents: 100_00, on: "2026-09-10", change: for_("P")})
	same(t, "after the vote", []string{"past election 100.00 for P due 2026-11-09"}, h.cases(campaign, late))
	if got := h.close(campaign, late, "2026-09-11"); got != "kind" {
		t.Errorf("the case of a gift after the vote is closed by hand, refused for %q, want kind", got)
	}
	same(t, "what would follow", []string{
		"Case K of campaign speaks of a gift after the vote, made on 2026-09-10: it is before it now. Close the case at the desk.",
		"Receipt R-0001 of campaign was made on 2026-09-10, between the two days: look for which election it counts, and whether it may stay.",
	}, h.follows("P", "2026-09-15"))
	if got := h.move("P", "2026-09-09", "2026-09-11"); got != "" {
		t.Fatal(got)
	}
	if got := h.close(campaign, late, "2026-09-11"); got != "kind" {
		t.Errorf("the vote is still before the gift: refused for %q, want kind", got)
	}
	if got := h.move("P", "2026-09-15", "2026-09-11"); got != "" {
		t.Fatal(got)
	}
	if got := h.close(campaign, late, "2026-09-12"); got != "" {
		t.Errorf("the case of a gift that is before the vote now: refused for %q", got)
	}
	// what is asked of the day each time follows by itself
	for on, refused := range map[string]bool{"2026-09-15": false, "2026-09-16": true} {
		_, findings, err := compliance.Screen(t.Context(), h.db, compliance.Proposal{
			Committee: campaign, Person: h.person(person(2)), Kind: registry.Individual, Cents: 100, Election: "P", Made: civil.MustParse(on),
		})
		if err != nil || (len(findings) > 0) != refused {
			t.Errorf("a gift for the primary on %s: %v, %v", on, findings, err)
		}
	}
	next, err := registry.NextElection(t.Context(), h.db, robin, civil.MustParse("2026-09-15"))
	if err != nil || next.ID != "P" {
		t.Errorf("the next election on the new day is %s, %v, want the primary", next.ID, err)
	}
}

// Net debts are those after the vote: what was attested before a vote that moved makes no room for gifts after it.
func TestNetDebtsFromBeforeTheVoteCountNoMore(t *testing.T) {
	t.Parallel()
	h := newLawHouse(t)
	attest := func(on string) {
		t.Helper()
		h.in(func(ctx context.Context, tx *sqlx.Tx) error {
			return compliance.AttestNetDebts(ctx, tx, compliance.NetDebts{
				Candidate: robin, Election: "P", AsOf: civil.MustParse(on), Parts: compliance.DebtParts{Unpaid: 900_00}, Evidence: "treasurer's letter",
			})
		})
	}
	left := func() string {
		t.Helper()
		cents, attested, err := compliance.NetDebtsLeft(t.Context(), h.db, robin, "P", civil.MustParse("2026-10-01"))
		if err != nil {
			t.Fatal(err)
		}
		if !attested {
			return "none"
		}
		return cents.Plain()
	}
	attest("2026-09-05")
	if got := left(); got != "900.00" {
		t.Fatalf("left of the debts %s, want 900.00", got)
	}
	same(t, "what would follow", []string{
		"The net debts of H6MA99001, attested as of 2026-09-05, are from before the vote, and count no longer: the campaign attests them anew.",
	}, h.follows("P", "2026-09-05"))
	if got := h.move("P", "2026-09-05", "2026-09-06"); got != "" {
		t.Fatal(got)
	}
	if got := left(); got != "none" {
		t.Errorf("left of debts from before the vote %s, want none", got)
	}
	attest("2026-09-06")
	if got := left(); got != "900.00" {
		t.Errorf("left of what was attested anew %s, want 900.00", got)
	}
}

// A report names an election by its kind and year, which stay: as of an earlier cut-off it has the same bytes, and so it has now.
func TestAReportIsTheSameBeforeAndAfterAMove(t *testing.T) {
	t.Parallel()
	b := newReportBooks(t, fictionalPAC(compliance.Quarterly), 0)
	candidate := b.ballot()
	for i, election := range []registry.ElectionID{"P", "G"} {
		id := []string{"GA-1", "GA-2"}[i]
		b.gave("2026-08-20T15:00:00Z", compliance.Receipt{ID: id, Contributor: giver("Ann", "Alpha"), Cents: 250_00, Candidate: candidate, Election: election})
		b.forwarded("2026-08-25T15:00:00Z", "FW"+id, candidate, "check "+id, id)
	}
	const cutoff = "2026-10-05T11:00:00Z"
	before := map[string][]byte{}
	periods := []string{"2026-Q3", "2026-30G", "2026-YE"}
	for _, p := range periods {
		before[p] = b.build(p, cutoff).bytes
	}
	if !bytes.Contains(before["2026-Q3"], []byte("P2026")) {
		t.Fatal("the report of the third quarter does not name the primary: it shows nothing")
	}
	b.at("2026-10-05T12:00:00Z", func(ctx context.Context, tx *sqlx.Tx) error {
		return compliance.MoveElection(ctx, tx, "P", civil.MustParse("2026-08-18"), "It was written wrong", moment(t, "2026-10-05T12:00:00Z"))
	})
	for _, p := range periods {
		if diff := cmp.Diff(string(before[p]), string(b.build(p, cutoff).bytes)); diff != "" {
			t.Errorf("%s as of the cut-off before the move (-before +after):\n%s", p, diff)
		}
		if diff := cmp.Diff(string(before[p]), string(b.build(p, "2026-10-05T13:00:00Z").bytes)); diff != "" {
			t.Errorf("%s as of an hour after the move (-before +after):\n%s", p, diff)
		}
	}
}
