package seed

import (
	"fmt"
	"math/rand/v2"
	"strings"

	"dure/compliance/fec"
)

// person is a fictional giver as they fill in a form.
type person struct {
	n                    int
	given, family, own   string
	street               string
	place                place
	email                string
	employer, occupation string
	language             string
	card                 string // fingerprint of their card
	funding              string
}

// works are fictional employers with what people do there.
var works = []struct {
	employer    string
	occupations []string
}{
	{"Harbor Loom Textiles", []string{"Weaver", "Bookkeeper", "Shift manager"}},
	{"Persimmon Street School", []string{"Teacher", "Counselor", "Principal", "School nurse"}},
	{"Kettle and Pine Hosting LLC", []string{"Software engineer", "Support lead"}},
	{"Moonbridge Hospital", []string{"Registered nurse", "Physician", "Pharmacist", "Technician"}},
	{"Copperleaf Foods Inc", []string{"Line cook", "Buyer", "Manager"}},
	{"Old Ferry Community College", []string{"Professor", "Librarian", "Adviser"}},
	{"Silverbirch Dental", []string{"Dentist", "Hygienist"}},
	{"Applecart Logistics", []string{"Driver", "Dispatcher", "Analyst"}},
	{"Quince and Daughters Architects", []string{"Architect", "Drafter"}},
	{"Larkspur Nail Studio", []string{"Nail technician", "Owner"}},
	{"Teakettle Software Inc", []string{"Software engineer", "Designer", "Product manager"}},
	{"Heron County Transit", []string{"Bus operator", "Mechanic", "Planner"}},
	{"Cinnabar Law Group", []string{"Attorney", "Paralegal"}},
	{"Willowbark Home Care", []string{"Home care aide", "Registered nurse"}},
	{"Paperkite Press", []string{"Editor", "Printer"}},
}

// people makes givers, no two of them alike.
type people struct {
	rng   *rand.Rand
	n     int
	known map[string]bool // by name, street and ZIP code
	total int             // of the communities' weights
}

func newPeople(rng *rand.Rand) *people {
	p := &people{rng: rng, known: map[string]bool{}}
	for _, c := range communities {
		p.total += c.weight
	}
	return p
}

func (p *people) next() *person {
	for {
		g := p.draw()
		key := g.given + "|" + g.family + "|" + g.street + "|" + g.place.zip
		if !p.known[key] {
			p.known[key] = true
			return g
		}
	}
}

func (p *people) draw() *person {
	p.n++
	c := p.community()
	family, given := pick(p.rng, c.family), pick(p.rng, c.given)
	g := &person{n: p.n, given: given.latin, family: family.latin, language: "en", funding: "credit"}
	g.card = fmt.Sprintf("seed%08d", p.n)
	if p.rng.IntN(5) < 2 {
		g.funding = "debit"
	}
	if p.rng.IntN(4) == 0 {
		g.language = c.language
	}
	if family.own != "" && given.own != "" && p.rng.IntN(3) > 0 {
		g.own = given.own + c.joined + family.own
		if c.familyFirst {
			g.own = family.own + c.joined + given.own
		}
	}
	if c.marks && p.rng.IntN(2) == 0 {
		g.given, g.family = plain(g.given), plain(g.family)
	} else if c.marks {
		g.own = ""
	}
	g.place = pick(p.rng, places)
	if len(c.homes) > 0 && p.rng.IntN(5) < 3 {
		g.place = pick(p.rng, c.homes)
	}
	g.street = fmt.Sprintf("%d %s %s", 1+p.rng.IntN(980), pick(p.rng, streets), pick(p.rng, streetKinds))
	if p.rng.IntN(4) == 0 {
		g.street += fmt.Sprintf(" Apt %d%c", 1+p.rng.IntN(20), 'A'+rune(p.rng.IntN(6)))
	}
	g.email = address(g.given, g.family, p.n)
	g.employer, g.occupation = p.work()
	return g
}

func (p *people) community() community {
	at := p.rng.IntN(p.total)
	for _, c := range communities {
		if at -= c.weight; at < 0 {
			return c
		}
	}
	panic("the weights of the communities sum to less than their total")
}

// work is what a form says of employer and occupation. Some say nothing.
func (p *people) work() (employer, occupation string) {
	switch n := p.rng.IntN(100); {
	case n < 3:
		return "", ""
	case n < 20:
		return "Retired", "Retired"
	case n < 26:
		return "Not employed", "Not employed"
	case n < 29:
		return "Student", "Student"
	case n < 31:
		return "Homemaker", "Homemaker"
	case n < 42:
		return "Self-employed", pick(p.rng, []string{"Restaurant owner", "Accountant", "Photographer", "Realtor", "Translator", "Tailor", "Consultant"})
	}
	w := pick(p.rng, works)
	return w.employer, pick(p.rng, w.occupations)
}

func pick[T any](rng *rand.Rand, from []T) T { return from[rng.IntN(len(from))] }

// plain is a name without its marks, as some write it in a form.
func plain(s string) string {
	ascii, _ := fec.ASCII(s)
	return ascii
}

// address is an email address at a domain that is nobody's (RFC 2606).
func address(given, family string, n int) string {
	letters := func(s string) string {
		return strings.Map(func(r rune) rune {
			if r >= 'a' && r <= 'z' {
				return r
			}
			return -1
		}, strings.ToLower(plain(s)))
	}
	return fmt.Sprintf("%s.%s%d@example.org", letters(given), letters(family), n)
}
