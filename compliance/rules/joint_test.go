package rules_test

import (
	"math/rand/v2"
	"testing"

	"github.com/google/go-cmp/cmp"

	"dure/compliance/rules"
	"dure/money"
)

func TestAJointGiftIsSharedByItsFormula(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name  string
		cents money.Cents
		whom  []rules.Participant
		want  []money.Cents
		over  []money.Cents
		left  money.Cents
	}{
		{name: "by the formula", cents: 10000, whom: []rules.Participant{{Name: "A", Weight: 60, Room: 350000}, {Name: "B", Weight: 40, Room: 500000}}, want: []money.Cents{6000, 4000}},
		{name: "to the cent, the largest remainder first", cents: 100, whom: []rules.Participant{{Name: "A", Weight: 1, Room: 1000}, {Name: "B", Weight: 1, Room: 1000}, {Name: "C", Weight: 1, Room: 1000}}, want: []money.Cents{34, 33, 33}},
		{name: "what passes a room goes to those who have room", cents: 400000, whom: []rules.Participant{{Name: "A", Weight: 50, Room: 100000}, {Name: "B", Weight: 50, Room: 500000}}, want: []money.Cents{100000, 300000}},
		{name: "exactly all rooms", cents: 850000, whom: []rules.Participant{{Name: "A", Weight: 1, Room: 350000}, {Name: "B", Weight: 9, Room: 500000}}, want: []money.Cents{350000, 500000}},
		{name: "a cent over all rooms goes back", cents: 850001, whom: []rules.Participant{{Name: "A", Weight: 1, Room: 350000}, {Name: "B", Weight: 9, Room: 500000}}, want: []money.Cents{350000, 500000}, left: 1},
		{name: "an account without limit takes the rest", cents: 1000000, whom: []rules.Participant{{Name: "A", Weight: 1, Room: 350000}, {Name: "S", Weight: 1, Unlimited: true}}, want: []money.Cents{350000, 650000}},
		{name: "designated money goes where it was named", cents: 10000, whom: []rules.Participant{{Name: "A", Weight: 1, Room: 350000, Named: 7000}, {Name: "B", Weight: 1, Room: 500000}}, want: []money.Cents{8500, 1500}},
		{name: "designated money over the room stays until the giver writes", cents: 10000, whom: []rules.Participant{{Name: "A", Weight: 1, Room: 5000, Named: 8000}, {Name: "B", Weight: 1, Room: 500000}}, want: []money.Cents{8000, 2000}, over: []money.Cents{3000, 0}},
		{name: "a full one takes nothing", cents: 10000, whom: []rules.Participant{{Name: "A", Weight: 1, Room: 0}, {Name: "B", Weight: 1, Room: 500000}}, want: []money.Cents{0, 10000}},
		{name: "nobody has room", cents: 10000, whom: []rules.Participant{{Name: "A", Weight: 1}}, want: []money.Cents{0}, left: 10000},
	} {
		shares, left := rules.Allocate(c.cents, c.whom)
		var got, over []money.Cents
		for _, s := range shares {
			got, over = append(got, s.Cents), append(over, s.Over)
		}
		if diff := cmp.Diff(c.want, got); diff != "" || left != c.left {
			t.Errorf("%s: left %v, want %v (-want +got)\n%s", c.name, left, c.left, diff)
		}
		if c.over != nil && !cmp.Equal(c.over, over) {
			t.Errorf("%s: over %v, want %v", c.name, over, c.over)
		}
	}
}

// Whatever the gift and the rooms, no cent is lost or made, and no undesignated cent passes a room.
func TestNoCentOfAJointGiftIsLost(t *testing.T) {
	t.Parallel()
	rng := rand.New(rand.NewPCG(17, 102))
	for range 5000 {
		cents := money.Cents(rng.Int64N(2_000_000))
		var whom []rules.Participant
		for range 1 + rng.IntN(6) {
			whom = append(whom, rules.Participant{Weight: rng.Int64N(100), Room: money.Cents(rng.Int64N(600_000)), Unlimited: rng.IntN(8) == 0})
		}
		shares, left := rules.Allocate(cents, whom)
		sum := left
		for i, s := range shares {
			sum += s.Cents
			if s.Cents < 0 || !whom[i].Unlimited && s.Cents > whom[i].Room {
				t.Fatalf("%v of %+v is shared as %+v", cents, whom, shares)
			}
		}
		if sum != cents {
			t.Fatalf("%v of %+v is shared as %+v, %v left", cents, whom, shares, left)
		}
	}
}
