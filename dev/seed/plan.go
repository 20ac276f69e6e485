package seed

import (
	"cmp"
	"math/rand/v2"
	"slices"
	"time"

	"dure/civil"
	"dure/compliance/rules"
	"dure/donations"
	"dure/money"
	"dure/registry"
)

// manyGifts is about how many gifts there are where Options do not say.
const manyGifts = 5000

// ending is what becomes of a gift.
type ending int

// The endings. Nearly all gifts settle.
const (
	settles  ending = iota
	expires         // the card page was never finished
	declined        // the bank refused, and the giver left
	released        // held for a foreign card, and let go by the treasurer
	cleared         // held for a prepaid card, and captured by the treasurer
)

// gift is one gift of the plan.
type gift struct {
	n     int // in the order of all gifts
	id    donations.GiftID
	from  *person
	drive *drive
	cents money.Cents
	at    time.Time // the form was sent
	pause time.Duration
	ends  ending
	ref   string
}

// charged is when the card was authorised: the giver has found and typed its number.
func (g gift) charged() time.Time { return g.at.Add(g.pause) }

// plan is all that givers do by card, and the drives to which they give. It is arithmetic: nothing is stored yet.
type plan struct {
	drives []*drive
	gifts  []gift // in the order of time
	people int
	rng    *rand.Rand
	makes  *people
}

// newPlan lays out about so many gifts from the opening of the books until the evening before today. The same days give the same plan.
func newPlan(opened, today civil.Day, many int) *plan {
	rng := rand.New(rand.NewPCG(0xd0e, 1))
	p := &plan{drives: drives(opened, today), rng: rng, makes: newPeople(rng)}
	d := newDays(p.drives, opened, today)
	for len(p.gifts) < many {
		p.people++
		g := giver{plan: p, days: d, person: p.makes.next(), given: map[string]money.Cents{}}
		switch habit := rng.IntN(100); {
		case habit < 12:
			g.monthly()
		case habit < 40:
			g.times(2 + rng.IntN(4))
		default:
			g.times(1)
		}
	}
	slices.SortStableFunc(p.gifts, func(a, b gift) int { return cmp.Or(a.at.Compare(b.at), cmp.Compare(a.from.n, b.from.n)) })
	for i := range p.gifts {
		g := &p.gifts[i]
		g.n = i + 1
		if g.ends == settles || g.ends == cleared {
			g.drive.planned += g.cents
		}
	}
	setGoals(p.drives)
	return p
}

// days are the days of the plan, and how much each drive draws on each.
type days struct {
	opened, today civil.Day
	drives        []*drive
	upTo          []float64 // the sum of all weights up to a day
}

func newDays(drives []*drive, opened, today civil.Day) days {
	d := days{opened: opened, today: today, drives: drives}
	var sum float64
	for day := opened; day.Before(today); day = day.Add(1) {
		for _, dr := range drives {
			sum += dr.weight(day)
		}
		d.upTo = append(d.upTo, sum)
	}
	return d
}

// any picks a day and a drive, as they draw.
func (d days) any(rng *rand.Rand) (civil.Day, *drive) {
	at := rng.Float64() * d.upTo[len(d.upTo)-1]
	i, _ := slices.BinarySearch(d.upTo, at)
	day := d.opened.Add(i)
	if i > 0 {
		at -= d.upTo[i-1]
	}
	var last *drive
	for _, dr := range d.drives {
		if w := dr.weight(day); w > 0 {
			last = dr
			if at -= w; at <= 0 {
				break
			}
		}
	}
	return day, last
}

// giver is one person and what they have given so far, by what a limit counts together.
type giver struct {
	plan   *plan
	days   days
	person *person
	given  map[string]money.Cents
}

// times gives now and then: what they gave once they mostly give again.
func (g *giver) times(n int) {
	type wish struct {
		day   civil.Day
		drive *drive
	}
	var wishes []wish
	for range n {
		day, dr := g.days.any(g.plan.rng)
		wishes = append(wishes, wish{day, dr})
	}
	slices.SortStableFunc(wishes, func(a, b wish) int { return a.day.Sub(b.day) })
	usual := g.amount()
	for _, w := range wishes {
		cents := usual
		if g.plan.rng.IntN(3) == 0 {
			cents = g.amount()
		}
		g.give(w.day, w.drive, cents)
	}
}

// monthly gives the same on the same day of each month to a committee's own page, until they stop.
func (g *giver) monthly() {
	rng := g.plan.rng
	to := g.days.drives[0]
	if rng.IntN(8) == 0 {
		to = g.days.drives[2]
	}
	first, _ := g.days.any(rng)
	first = later(first, to.OpensOn)
	cents := pick(rng, []money.Cents{5_00, 10_00, 10_00, 15_00, 20_00, 25_00, 25_00, 50_00})
	year, month, _ := first.Date()
	on := min(28, 1+rng.IntN(28))
	for ; ; month++ {
		day := civil.Of(year, month, on)
		if !day.Before(g.days.today) {
			return
		}
		if !day.Before(first) {
			g.give(day, to, cents)
			if rng.IntN(30) == 0 {
				return
			}
		}
	}
}

// amount is what people give: small sums, now and then a large one.
func (g *giver) amount() money.Cents {
	rng := g.plan.rng
	switch n := rng.IntN(1000); {
	case n < 3:
		return 2500_00
	case n < 9:
		return 1000_00
	case n < 25:
		return 500_00
	case n < 55:
		return 250_00
	case n < 130:
		return 100_00
	case n < 160:
		return money.Cents(11_00 + 100*rng.IntN(88)) // a sum of their own
	}
	return pick(rng, []money.Cents{10_00, 10_00, 10_00, 15_00, 20_00, 25_00, 25_00, 25_00, 25_00, 30_00, 50_00, 50_00, 50_00, 75_00})
}

// give adds a gift to the plan, a small one where the sum would pass a limit.
func (g *giver) give(day civil.Day, to *drive, cents money.Cents) {
	counts, recipient := day.String()[:4], "pac" // both committees together
	if to.Candidate != "" {
		counts, recipient = string(to.Election), "candidate"
	}
	limit, ok := rules.Federal().Limit(registry.Individual, recipient, day)
	if !ok || g.given[counts]+cents > limit.Cents {
		cents = 10_00
	}
	if !ok || g.given[counts]+cents > limit.Cents {
		return
	}
	g.given[counts] += cents
	rng := g.plan.rng
	hour := 7 + rng.IntN(17)
	if day == g.days.today.Add(-1) {
		hour = 7 + rng.IntN(evening-9)
	}
	out := gift{
		id: giftID(rng), from: g.person, drive: to, cents: cents,
		at:    clock(day, to.zone, hour, rng.IntN(60), rng.IntN(60)),
		pause: time.Duration(40+rng.IntN(200)) * time.Second,
	}
	switch n := rng.IntN(400); {
	case n < 6:
		out.ends = expires
	case n < 9:
		out.ends = declined
	case n < 11 && day.Before(g.days.today.Add(-3)): // time for the treasurer to look
		out.ends = pick(rng, []ending{released, cleared})
	}
	if rng.IntN(5) == 0 {
		out.ref = pick(rng, []string{"newsletter", "friend", "potluck", "flyer", "radio"})
	}
	g.plan.gifts = append(g.plan.gifts, out)
}

// giftID is as donations.NewGiftID makes them, but the same at each sowing.
func giftID(rng *rand.Rand) donations.GiftID {
	const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
	b := []byte("G")
	for range 15 {
		b = append(b, letters[rng.IntN(len(letters))])
	}
	return donations.GiftID(b)
}
