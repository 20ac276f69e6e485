package rules

import (
	"slices"

	"dure/money"
)

// Participant is a committee that takes part in a joint fundraiser.
type Participant struct {
	Name      string
	Weight    int64       // its part of the formula: 60 of 60 and 40, or cents of a sum
	Room      money.Cents // what the giver may still give it
	Unlimited bool
	Named     money.Cents // what of the gift the giver designated for it
}

// Allocated is what of a joint gift is a participant's.
type Allocated struct {
	Name  string
	Cents money.Cents
	Over  money.Cents // of the designated part, beyond the room: it stays so until the giver writes otherwise
}

// Allocate shares a gift to a joint fundraising representative among its participants (11 CFR 102.17(c)): what the giver designated
// goes where it was named; the rest by the formula, to the cent, the largest remainders first; and what would pass a participant's
// room goes by the formula to those who have room. left is what nobody may take: it goes back to the giver. Designated money is
// moved by the giver's writing alone (102.17(c)(6)).
func Allocate(cents money.Cents, participants []Participant) (shares []Allocated, left money.Cents) {
	shares = make([]Allocated, len(participants))
	rest := cents
	for i, p := range participants {
		named := min(p.Named, rest)
		shares[i] = Allocated{Name: p.Name, Cents: named}
		if !p.Unlimited {
			shares[i].Over = max(0, named-max(0, p.Room))
		}
		rest -= named
	}
	for rest > 0 {
		var open []int
		var weight int64
		for i, p := range participants {
			if p.Weight > 0 && (p.Unlimited || shares[i].Cents < p.Room) {
				open, weight = append(open, i), weight+p.Weight
			}
		}
		if len(open) == 0 {
			return shares, rest
		}
		given := money.Cents(0)
		for n, part := range parts(rest, participants, open, weight) {
			i := open[n]
			if p := participants[i]; !p.Unlimited {
				part = min(part, p.Room-shares[i].Cents)
			}
			shares[i].Cents += part
			given += part
		}
		rest -= given
	}
	return shares, 0
}

// parts divides a sum by the weights of those who are open, to the cent: each its whole part, and one cent more to those with the
// largest remainders, the first named first.
func parts(sum money.Cents, participants []Participant, open []int, weight int64) []money.Cents {
	out := make([]money.Cents, len(open))
	order := make([]int, len(open))
	remainders := make([]int64, len(open))
	short := sum
	for n, i := range open {
		product := int64(sum) * participants[i].Weight
		out[n], remainders[n], order[n] = money.Cents(product/weight), product%weight, n
		short -= out[n]
	}
	slices.SortStableFunc(order, func(a, b int) int {
		switch {
		case remainders[a] > remainders[b]:
			return -1
		case remainders[a] < remainders[b]:
			return 1
		}
		return 0
	})
	for _, n := range order[:short] {
		out[n]++
	}
	return out
}
