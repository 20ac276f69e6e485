package scenarios

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/jmoiron/sqlx"

	"dure/civil"
	"dure/compliance"
	"dure/registry"
)

var errBack = errors.New("the clock never goes back")

// committee brings a committee into the installation.
type committee struct {
	As         string    `word:"as" need:"yes" short:"yes" names:"committee" help:"its name"`
	Kind       string    `word:"kind" one:"nonconnected|ssf|super-pac|hybrid|party-state|party-national|authorised" help:"nonconnected where it is not said"`
	Candidate  string    `word:"candidate" ref:"candidate" help:"of an authorised committee: whose it is"`
	Filer      string    `word:"filer" one:"monthly|quarterly" help:"monthly where it is not said"`
	Registered civil.Day `word:"registered" help:"the day of its Form 1; five years before the clock where it is not said"`
	State      string    `word:"state" help:"NY where it is not said"`
	Regime     string    `word:"regime" help:"the rule pack under which its account stands; us where it is not said"`
	Zone       string    `word:"zone" help:"of its days; America/New_York where it is not said"`
	onDay
}

func (s *committee) run(ctx context.Context, w *world, d *done) error {
	on, err := w.day(ctx, s.On)
	if err != nil {
		return err
	}
	n := w.next()
	c := registry.Committee{
		ID: registry.CommitteeID(w.slug(s.As)), FECID: fmt.Sprintf("C%08d", 90000000+n), Name: strings.ToUpper(s.As),
		Kind: or(s.Kind, "nonconnected"), Filer: or(s.Filer, compliance.Monthly), Zone: or(s.Zone, eastern),
		Street: fmt.Sprintf("%d Lantern St", n), City: "Springfield", State: or(s.State, "NY"), Zip: "10002", Regime: s.Regime,
		TreasurerLast: "Whitfield", TreasurerFirst: "Rowan",
	}
	c.Registered = s.Registered
	if c.Registered.IsZero() {
		c.Registered = on.Add(-5 * 365)
	}
	whose, authorised := w.candidates[s.Candidate]
	if authorised {
		c.Candidate, whose.CommitteeName, c.FECID = whose.ID, c.Name, whose.CommitteeFECID
		w.candidates[s.Candidate] = whose
	}
	w.committees[s.As] = c
	return w.within(ctx, nil, func(tx *sqlx.Tx) error {
		if err := registry.AddCommittee(ctx, tx, c); err != nil || !authorised {
			return err
		}
		return registry.AmendCandidate(ctx, tx, whose)
	})
}

func or(text, otherwise string) string {
	if text == "" {
		return otherwise
	}
	return text
}

// books opens the books of a committee.
type books struct {
	Of   string    `word:"of" need:"yes" short:"yes" ref:"committee" help:"the committee"`
	From civil.Day `word:"from" help:"the 1 January from which they run; this year's where it is not said"`
	Cash sum       `word:"cash" help:"cash on hand on that day; none where it is not said"`
}

func (s *books) run(ctx context.Context, w *world, _ *done) error {
	c := w.committees[s.Of]
	from := s.From
	if from.IsZero() {
		from = civil.Of(w.today().Year(), time.January, 1)
	}
	if s.Cash.Cents < 0 {
		return errors.New("cash on hand is not below zero")
	}
	return w.within(ctx, []registry.CommitteeID{c.ID}, func(tx *sqlx.Tx) error {
		if err := compliance.OpenBooks(ctx, tx, c.ID, from, s.Cash.Cents); err != nil {
			return err
		}
		_, err := registry.AddPayee(ctx, tx, c.ID, registry.Payee{
			ID: registry.Processor, Entity: "ORG", Name: "Card Processor", Street: "1 Mill Rd", City: "Springfield", State: "NY", Zip: "10002",
		})
		return err
	})
}

// sign is that a committee's treasurer or counsel answers for a rule pack that is a draft.
type sign struct {
	named
	Committee string `word:"committee" need:"yes" ref:"committee" help:"the committee for which it is signed"`
	Pack      string `word:"pack" need:"yes" help:"the pack's id, such as us-va"`
	Note      string `word:"note" help:"who read it, and against what"`
	onDay
}

func (s *sign) run(ctx context.Context, w *world, d *done) error {
	if _, err := w.day(ctx, s.On); err != nil {
		return err
	}
	p, err := pack(s.Pack)
	if err != nil {
		return err
	}
	d.committee = w.committees[s.Committee].ID
	return w.within(ctx, []registry.CommitteeID{d.committee}, func(tx *sqlx.Tx) error {
		return compliance.SignPack(ctx, tx, d.committee, p.Pack, p.Hash, or(s.Note, "read by counsel against the regulator's page"))
	})
}

// affiliation tells of groups of affiliated committees.
type affiliation struct {
	Committee string `word:"committee" need:"yes" ref:"committee" help:"the committee that joins or leaves"`
	Group     string `word:"group" need:"yes" help:"the group's name"`
	Leaves    answer `word:"leaves" help:"yes: it is of the group no more"`
	Reason    string `word:"reason" help:"why they are one"`
	onDay
}

func (s *affiliation) run(ctx context.Context, w *world, _ *done) error {
	on, err := w.day(ctx, s.On)
	if err != nil {
		return err
	}
	id := w.committees[s.Committee].ID
	var all []registry.CommitteeID
	for _, c := range w.committees {
		all = append(all, c.ID)
	}
	return w.within(ctx, all, func(tx *sqlx.Tx) error {
		if s.Leaves.Yes {
			return registry.Disaffiliate(ctx, tx, s.Group, id, on)
		}
		_, err := compliance.Affiliate(ctx, tx, compliance.Affiliation{
			Group: s.Group, Reason: or(s.Reason, "one group established both"), Committee: id, On: on, Found: w.today(),
		})
		return err
	})
}

// candidate brings a candidate into the installation.
type candidate struct {
	As       string `word:"as" need:"yes" short:"yes" names:"candidate" help:"the name"`
	Office   string `word:"office" help:"H, S or P, or an office of the jurisdiction's pack; H where it is not said"`
	State    string `word:"state" help:"NY where it is not said"`
	District string `word:"district" help:"of a seat in the House; 27 where it is not said"`
	Law      string `word:"law" help:"the rule pack of the office; us where it is not said"`
}

func (s *candidate) run(ctx context.Context, w *world, _ *done) error {
	n := w.next()
	first, last := nameParts(s.As)
	c := registry.Candidate{
		Last: last, First: first, Office: or(s.Office, "H"), State: or(s.State, "NY"),
		CommitteeFECID: fmt.Sprintf("C%08d", 80000000+n), CommitteeName: strings.ToUpper(s.As) + " FOR OFFICE",
		Street: fmt.Sprintf("%d Garland St", n), City: "Springfield", CommitteeState: or(s.State, "NY"), Zip: "12866",
		Jurisdiction: or(s.Law, "us"),
	}
	switch {
	case c.Jurisdiction != "us":
		c.ID, c.District = registry.CandidateID(w.slug(s.As)), s.District
	case c.Office == "P":
		c.ID, c.State = registry.CandidateID(fmt.Sprintf("P%08d", n)), ""
	case c.Office == "H":
		c.District = or(s.District, "27")
		fallthrough
	case c.Office == "S":
		c.ID = registry.CandidateID(fmt.Sprintf("%s6%s%05d", c.Office, c.State, n))
	default:
		return fmt.Errorf("%q is none of the federal offices H, S and P", c.Office)
	}
	w.candidates[s.As] = c
	return w.within(ctx, nil, func(tx *sqlx.Tx) error { return registry.AddCandidate(ctx, tx, c) })
}

// nameParts splits a name into what stands before its last word, and that.
func nameParts(name string) (first, last string) {
	words := strings.Fields(name)
	if len(words) == 1 {
		return "Robin", words[0]
	}
	return strings.Join(words[:len(words)-1], " "), words[len(words)-1]
}

// election brings an election into the installation.
type election struct {
	As   string    `word:"as" need:"yes" names:"election" help:"its name"`
	Of   string    `word:"of" need:"yes" ref:"candidate" help:"a candidate for the seat: it is for the office, the state and the district of that candidate"`
	Kind string    `word:"kind" need:"yes" one:"primary|general|runoff|general-runoff|special|special-primary|special-runoff|convention" help:"what it is; a special is the vote that fills the seat, a runoff that of a primary"`
	Held civil.Day `word:"held" need:"yes" help:"election day"`
	Year number    `word:"year" help:"of the election; the year of its day where it is not said"`
}

func (s *election) run(ctx context.Context, w *world, _ *done) error {
	c := w.candidates[s.Of]
	e := registry.Election{
		ID: registry.ElectionID(w.slug(s.As)), Office: c.Office, State: c.State, District: c.District,
		Year: s.Held.Year(), HeldOn: s.Held, Jurisdiction: c.Jurisdiction,
	}.OfKind(s.Kind)
	if s.Year.Set {
		e.Year = s.Year.N
	}
	w.elections[s.As] = e
	return w.within(ctx, nil, func(tx *sqlx.Tx) error { return registry.AddElection(ctx, tx, e) })
}

func (*election) timeless() {}

// outcomeOf is how a candidate came out of an election.
type outcomeOf struct {
	Candidate string `word:"candidate" need:"yes" ref:"candidate" help:"who stood"`
	Election  string `word:"election" need:"yes" ref:"election" help:"the election"`
	Is        string `word:"is" need:"yes" one:"nominated|lost|withdrew" help:"how it went"`
	named
	onDay
}

func (s *outcomeOf) run(ctx context.Context, w *world, _ *done) error {
	on, err := w.day(ctx, s.On)
	if err != nil {
		return err
	}
	return w.within(ctx, nil, func(tx *sqlx.Tx) error {
		_, err := compliance.RecordOutcome(ctx, tx, registry.Outcome{
			Candidate: w.candidates[s.Candidate].ID, Election: w.elections[s.Election].ID, Outcome: s.Is, On: on, Evidence: "the state's canvass",
		})
		return err
	})
}
