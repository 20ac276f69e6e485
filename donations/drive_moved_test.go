package donations_test

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/jmoiron/sqlx"

	"dure/civil"
	"dure/compliance"
	"dure/dev/house"
	"dure/donations"
	"dure/registry"
)

// vote is a special election of the house's seat, which may be held in either of two years.
const vote = registry.ElectionID("ny27-special")

// special enters a special election on a day and a drive for it, which takes gifts from today on.
func special(t *testing.T, h *house.House, on civil.Day) {
	t.Helper()
	if err := acts(t, h, func(tx *sqlx.Tx) error {
		return registry.AddElection(t.Context(), tx, registry.Election{
			ID: vote, Office: "H", State: "NY", District: "27", Kind: "S", Year: h.Today().Add(-1).Year(), HeldOn: on,
		})
	}); err != nil {
		t.Fatal(err)
	}
	d := ownDrive(h, "special")
	d.Candidate, d.Election = house.Candidate, vote
	if err := acts(t, h, func(tx *sqlx.Tx) error { return donations.Launch(t.Context(), tx, d, h.Today()) }); err != nil {
		t.Fatal(err)
	}
}

func moves(t *testing.T, h *house.House, to civil.Day) {
	t.Helper()
	if err := acts(t, h, func(tx *sqlx.Tx) error {
		return compliance.MoveElection(t.Context(), tx, vote, to, "Ordered by a court", h.Sim.Now())
	}); err != nil {
		t.Fatal(err)
	}
}

// A gift whose card is authorised after a vote that moved ahead is held, and let through once the vote is behind it again.
func TestAGiftUnderWayIsHeldAgainstTheDayThatItsElectionHas(t *testing.T) {
	t.Parallel()
	h := house.New(t)
	special(t, h, h.Today().Add(5))
	g := h.MustGive(h.Pledge("special", 50_00))
	e, err := registry.FindElection(t.Context(), h.DB, vote)
	if err != nil {
		t.Fatal(err)
	}
	said, err := compliance.FollowsMove(t.Context(), h.DB, e, h.Today().Add(-1))
	want := []string{fmt.Sprintf("The gift %s through %s, made on %v, is under way: it is held against the day that the election has when its card is authorised.", g.ID, house.Committee, h.Today())}
	if diff := cmp.Diff(want, said); err != nil || diff != "" {
		t.Errorf("what follows, %v (-want +got):\n%s", err, diff)
	}
	moves(t, h, h.Today().Add(-1))
	if d, err := donations.FindDrive(t.Context(), h.DB, "special"); err != nil || d.OpenOn(h.Today()) {
		t.Errorf("the drive takes gifts on the day after its election: %v", err)
	}
	h.Pay(g, "4242424242424242")
	h.Quiet()
	if got := h.Gift(g.ID); got.State != donations.Held || !cmp.Equal([]string(got.HeldFor), []string{donations.HeldTooLate, donations.HeldOverLimit}) {
		t.Fatalf("after the vote the gift is %s for %v, want held for coming too late", got.State, got.HeldFor)
	}
	capture := func() error {
		return donations.Decide(t.Context(), h.DB, h.Sim.Now(), "Rowan Whitfield", house.Committee, g.ID, true, "The vote is ahead")
	}
	if err := capture(); !cmp.Equal(refusedAt(t, err), []string{"", ""}) {
		t.Errorf("capture of a gift after the vote: %v, want it refused", err)
	}
	moves(t, h, h.Today().Add(3))
	if err := capture(); err != nil {
		t.Fatalf("capture of a gift before the vote: %v", err)
	}
	h.Quiet()
	if got := h.Gift(g.ID); got.State != donations.Settled {
		t.Errorf("the gift is %s, want it settled", got.State)
	}
}

// What a move makes of the drives for an election is told before it is done, and is so after it.
func TestDrivesEndWithTheDayToWhichTheirElectionMoves(t *testing.T) {
	t.Parallel()
	h := house.New(t)
	today := h.Today()
	special(t, h, today.Add(20))
	for slug, change := range map[string]func(d *donations.Drive){
		"closes-first": func(d *donations.Drive) { d.ClosesOn = today.Add(8) },
		"closes-late":  func(d *donations.Drive) { d.ClosesOn = today.Add(18) },
		"begins-late":  func(d *donations.Drive) { d.OpensOn = today.Add(15) },
		"closed":       func(d *donations.Drive) {},
	} {
		d := ownDrive(h, slug)
		d.Candidate, d.Election = house.Candidate, vote
		change(&d)
		if err := acts(t, h, func(tx *sqlx.Tx) error { return donations.Launch(t.Context(), tx, d, today) }); err != nil {
			t.Fatal(err)
		}
	}
	if err := acts(t, h, func(tx *sqlx.Tx) error {
		return donations.CloseDrive(t.Context(), tx, house.Committee, "closed")
	}); err != nil {
		t.Fatal(err)
	}
	e, err := registry.FindElection(t.Context(), h.DB, vote)
	if err != nil {
		t.Fatal(err)
	}
	to := today.Add(10)
	said, err := donations.DrivesFollow(t.Context(), h.DB, e, to)
	want := []string{
		fmt.Sprintf("Drive begins-late of %s begins on %v, after its election, and takes no gift: amend or close it.", house.Committee, today.Add(15)),
		fmt.Sprintf("Drive closes-first of %s ends on %v all the same: that is its own last day.", house.Committee, today.Add(8)),
		fmt.Sprintf("Drive closes-late of %s takes gifts through %v, no longer through %v.", house.Committee, to, today.Add(18)),
		fmt.Sprintf("Drive special of %s takes gifts through %v, no longer through %v.", house.Committee, to, today.Add(20)),
	}
	if diff := cmp.Diff(want, said); err != nil || diff != "" {
		t.Errorf("what follows, %v (-want +got):\n%s", err, diff)
	}
	moves(t, h, to)
	for slug, last := range map[string]civil.Day{"special": to, "closes-late": to, "closes-first": today.Add(8)} {
		d, err := donations.FindDrive(t.Context(), h.DB, slug)
		if err != nil || !d.OpenOn(last) || d.OpenOn(last.Add(1)) {
			t.Errorf("drive %s, %v: on %v %v, on the day after %v", slug, err, last, d.On(last), d.On(last.Add(1)))
		}
	}
}
