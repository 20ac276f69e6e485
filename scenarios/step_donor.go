package scenarios

import (
	"context"
	"fmt"

	"github.com/jmoiron/sqlx"

	"dure/civil"
	"dure/registry"
)

// donor is somebody who gives.
type donor struct {
	As         string `word:"as" need:"yes" short:"yes" names:"donor" help:"the name"`
	Kind       string `word:"kind" one:"individual|candidate|partnership|group|tribe|llc|llc-corporation|corporation|union|national-bank|pac|candidate-committee|party-state|party-national|super-pac" help:"individual where it is not said; an LLC is a partnership or an llc-corporation by how it is taxed, and llc where that is not known"`
	Street     string `word:"street" help:"of its address; one of its own where it is not said"`
	City       string `word:"city" help:"Springfield where it is not said"`
	State      string `word:"state" help:"OH where it is not said"`
	Zip        string `word:"zip" help:"45501 where it is not said"`
	Country    string `word:"country" help:"US where it is not said"`
	Email      string `word:"email" help:"one of its own where it is not said"`
	Employer   string `word:"employer" help:"Quillfeather Bindery where it is not said"`
	Occupation string `word:"occupation" help:"Bookbinder where it is not said"`

	contributor registry.Contributor
}

// entities are the FEC's words for kinds of givers, other than human ones.
var entities = map[string]string{
	"pac": "PAC", "candidate-committee": "CCM", "party-state": "PTY", "party-national": "PTY", "super-pac": "PAC",
}

// personKinds are the registry's words for kinds of givers, where they are others than the law's.
var personKinds = map[string]string{"pac": registry.OtherPAC, "group": registry.Organization}

func (s *donor) run(ctx context.Context, w *world, _ *done) error {
	n := w.next()
	first, last := nameParts(s.As)
	c := registry.Contributor{
		Street: or(s.Street, fmt.Sprintf("%d Thimble Ln", n)), City: or(s.City, "Springfield"), State: or(s.State, "OH"), Zip: or(s.Zip, "45501"),
		Country: or(s.Country, "US"), Email: or(s.Email, fmt.Sprintf("donor%d@example.org", n)),
	}
	switch s.Kind {
	case "", "individual", "candidate":
		c.Entity, c.First, c.Last = "IND", first, last
		if s.Kind == "candidate" {
			c.Entity = "CAN"
		}
		c.Employer, c.Occupation = or(s.Employer, "Quillfeather Bindery"), or(s.Occupation, "Bookbinder")
	default:
		c.Entity, c.Organization = or(entities[s.Kind], "ORG"), s.As
		if c.Entity != "ORG" {
			c.FECID = fmt.Sprintf("C%08d", 70000000+n)
		}
	}
	if c.Entity != "IND" && c.Entity != "CAN" {
		c.Kind = or(personKinds[s.Kind], s.Kind)
	}
	err := w.within(ctx, nil, func(tx *sqlx.Tx) (err error) {
		c.Person, err = registry.Identify(ctx, tx, c)
		return err
	})
	s.contributor = c
	w.donors[s.As] = s
	return err
}

// status is what is known of a donor.
type status struct {
	Of       string    `word:"of" need:"yes" ref:"donor" help:"the donor"`
	Is       string    `word:"is" need:"yes" one:"citizen|permanent-resident|foreign-national|contractor|minor|multicandidate" help:"what is known"`
	From     civil.Day `word:"from" help:"the first day; ten years before the clock where it is not said"`
	Until    civil.Day `word:"until" help:"the last day; none while it holds on"`
	Evidence string    `word:"evidence" help:"how it is known"`
}

func (s *status) run(ctx context.Context, w *world, _ *done) error {
	from := s.From
	if from.IsZero() {
		from = w.today().Add(-3652)
	}
	return w.within(ctx, nil, func(tx *sqlx.Tx) error {
		return registry.SetStatus(ctx, tx, registry.Status{
			Person: w.donors[s.Of].contributor.Person, Status: s.Is, From: from, Until: s.Until, Evidence: or(s.Evidence, "papers seen"),
		})
	})
}

// kind is the donor's kind as the law tells givers apart.
func (s *donor) kind() string { return or(s.Kind, "individual") }

// line is where a gift of the donor stands in a report.
func (s *donor) line() string {
	switch s.kind() {
	case "pac", "candidate-committee", "super-pac":
		return "11(c)"
	case "party-state", "party-national":
		return "11(b)"
	}
	return "11(a)"
}
