package staff_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"dure/staff"
)

func TestAddressesThatNobodyHasAreNotCounted(t *testing.T) {
	t.Parallel()
	db := withCommittees(t)
	door := staff.NewDoor(cheap)
	for _, email := range []string{strings.Repeat("h", 255), "hazel\x00@example.org", "\xff@example.org"} {
		if _, err := door.SignIn(t.Context(), db, noon, "198.51.100.7", email, "a guess"); !errors.Is(err, staff.ErrWrong) {
			t.Errorf("SignIn(%.20q...) = %v, want ErrWrong", email, err)
		}
	}
	if n := door.Held(); n != 0 {
		t.Errorf("the door holds %d keys of addresses that nobody has, want none", n)
	}
	if _, err := staff.Invite(t.Context(), db, "operator", strings.Repeat("h", 255)+"@example.org", "Hazel", "long-table", staff.Viewer); !errors.Is(err, staff.ErrEmail) {
		t.Errorf("Invite to an address that can't sign in = %v, want ErrEmail", err)
	}
}

func TestManyGuessersNeitherFillNorSlowTheDoor(t *testing.T) {
	t.Parallel()
	door := staff.NewDoor(cheap)
	for i := range staff.Crowd {
		door.Attempt(noon, fmt.Sprint("host ", i))
	}
	const more = 20_000
	began := time.Now()
	for i := range more {
		if !door.Attempt(noon.Add(time.Minute), fmt.Sprint("other ", i)) {
			t.Fatalf("the first attempt of other %d is refused", i)
		}
	}
	if took := time.Since(began); took > 5*time.Second {
		t.Errorf("%d attempts beside %d live keys took %v: the work grows with the keys", more, staff.Crowd, took)
	}
	if n := door.Held(); n > staff.Crowd+1 {
		t.Errorf("the door holds %d keys, want at most %d", n, staff.Crowd+1)
	}
	for range 30 {
		door.Attempt(noon.Add(time.Minute), "guesser")
	}
	if door.Attempt(noon.Add(2*time.Minute), "guesser") {
		t.Error("the 31st attempt of one host may go on")
	}
	door.Attempt(noon.Add(time.Hour), "late")
	if n := door.Held(); n != 1 {
		t.Errorf("an hour later the door holds %d keys, want the one that is live", n)
	}
}
