package compliance

import (
	"context"
	"fmt"
	"math"
	"slices"

	"github.com/jmoiron/sqlx"

	"dure/civil"
	"dure/money"
	"dure/registry"
)

// Redesignation makes a part of a receipt of an authorised committee count for another election.
type Redesignation struct {
	Committee   registry.CommitteeID
	Receipt     string
	From, To    registry.ElectionID
	Cents       money.Cents
	On          civil.Day // of the contributor's writing, or of the committee's own presumption
	Presumptive bool      // by the committee, with a notice, instead of by the contributor's writing
	NotifiedOn  civil.Day // when the contributor was told of the sum, and that they may have it back instead
	Evidence    string    // where the writing, or the notice, is kept (11 CFR 110.1(l))
}

// Redesignate records a redesignation. It is refused, with every reason at once, when it is out of time, is more than
// counts there, does not fit where it would go, lacks its writing, or is presumed where that is not allowed (11 CFR
// 110.1(b)(5), 110.2(b)(5)). The giver is locked.
func Redesignate(ctx context.Context, tx *sqlx.Tx, m Redesignation) error {
	r, err := holdReceipt(ctx, tx, m.Committee, m.Receipt)
	if err != nil {
		return err
	}
	t, err := targetOf(ctx, tx, Proposal{Committee: m.Committee, Made: r.MadeOn})
	if err != nil {
		return err
	}
	if err := refuse(r.notOwn(t)); err != nil {
		return err
	}
	from, findings, err := electionFor(ctx, tx, "from", m.From, t.candidate)
	if err != nil {
		return err
	}
	to, wrong, err := electionFor(ctx, tx, "to", m.To, t.candidate)
	if err != nil {
		return err
	}
	if err := refuse(append(findings, wrong...)); err != nil {
		return err
	}
	if findings, err = m.faults(ctx, tx, r, t, from, to); err != nil {
		return err
	}
	if err := refuse(findings); err != nil {
		return err
	}
	source := Redesignated
	if m.Presumptive {
		source = Presumptive
	}
	moved := Designation{Committee: m.Committee, Receipt: m.Receipt, Election: m.To, Cents: m.Cents, Source: source, On: m.On, NotifiedOn: m.NotifiedOn, Evidence: m.Evidence}
	away := moved
	away.Election, away.Cents = m.From, -m.Cents
	for _, d := range []Designation{away, moved} {
		if err := d.put(ctx, tx); err != nil {
			return err
		}
	}
	return cured(ctx, tx, m.Committee, m.Receipt, "redesignation", m.Cents, m.On, string(m.To), func(c Case) bool {
		settles := []string{"excessive", "past election", "past debts", "general lost"}
		return slices.Contains(settles, c.Kind) && c.Election == m.From && c.Person == r.Person
	})
}

func (m Redesignation) faults(ctx context.Context, tx *sqlx.Tx, r standing, t target, from, to registry.Election) ([]Finding, error) {
	var out []Finding
	refused := func(field, text, cite string) { out = append(out, Finding{Field: field, Text: text, Cite: cite}) }
	const way = "11 CFR 110.1(b)(5)"
	stands, err := Designations(ctx, tx, m.Committee, m.Receipt)
	if err != nil {
		return nil, err
	}
	var here Designation
	for _, s := range stands {
		if s.Election == m.From {
			here = s
		}
	}
	mine, err := shareOf(ctx, tx, r, m.From, r.Person)
	if err != nil {
		return nil, err
	}
	if from.ID == to.ID {
		refused("to", "It counts for this election already", way)
	}
	mine = min(mine, r.Cents-r.Gone) // what went to the Treasury still counts, and is not here to count elsewhere
	if m.Cents <= 0 || m.Cents > mine {
		out = append(out, Finding{Field: "cents", Text: fmt.Sprintf("Of the contributor's own %v is here and counts for the %s", mine, from.Name()), Room: mine, Cite: way})
	}
	open, err := CasesOf(ctx, tx, m.Committee, m.Receipt, m.On)
	if err != nil {
		return nil, err
	}
	by := cureBy(r, open)
	out = append(out, inTime("on", m.On, r.ReceivedOn, by, "11 CFR 103.3(b)(3)")...)
	if m.Evidence == "" {
		refused("evidence", "Write where the contributor's writing, or the notice, is kept: without it the redesignation fails", "11 CFR 110.1(l)")
	}
	fits, err := roomFor(ctx, tx, r, t, to, r.Person, m.On)
	if err != nil {
		return nil, err
	}
	if m.Cents > fits {
		out = append(out, Finding{Field: "cents", Text: fmt.Sprintf("For the %s there is room for %v", to.Name(), fits), Room: fits, Cite: way})
	}
	if !m.Presumptive {
		return out, nil
	}
	more, err := m.presumed(ctx, tx, r, t, from, to, here, by)
	return append(out, more...), err
}

// presumed tells why the committee may not redesignate by itself: "the contributor is an individual or a non-multicandidate
// committee; the contribution was made before the primary, is not designated, is excessive if it counts for the primary, fits
// in the general's limit, and the contributor is told within sixty days" (11 CFR 110.1(b)(5)(ii)(B)); the other way
// round when it was made after the primary, and the primary has net debts to take it ((ii)(C)).
func (m Redesignation) presumed(ctx context.Context, tx *sqlx.Tx, r standing, t target, from, to registry.Election, here Designation, by civil.Day) ([]Finding, error) {
	var out []Finding
	refused := func(field, text, cite string) { out = append(out, Finding{Field: field, Text: text, Cite: cite}) }
	const forth, back = "11 CFR 110.1(b)(5)(ii)(B)", "11 CFR 110.1(b)(5)(ii)(C)"
	out = append(out, toldInTime(m.NotifiedOn, r.ReceivedOn, by, forth)...)
	facts, err := registry.Statuses(ctx, tx, r.Person, r.MadeOn)
	if err != nil {
		return nil, err
	}
	if facts[registry.IsMulticandidate] || slices.Contains([]string{registry.PartyOfState, registry.PartyOfNation, registry.Party}, r.Kind) {
		refused("presumptive", "Of a multicandidate or party committee nothing is presumed: it signs, or it has its money back", "11 CFR 110.2(b)(5)")
	}
	if here.Source == ByContributor {
		refused("presumptive", "The contributor named this election: only they redesignate", forth)
	}
	over, _, err := r.over(ctx, tx, t, from, r.Person)
	if err != nil {
		return nil, err
	}
	if m.Cents > over {
		out = append(out, Finding{Field: "cents", Text: fmt.Sprintf("Only what is over the limit of the %s is redesignated so: %v", from.Name(), over), Room: over, Cite: forth})
	}
	switch {
	case from.Nominates():
		general, err := registry.GeneralAfter(ctx, tx, from)
		if err != nil && !isNotThere(err) {
			return nil, err
		}
		if general.ID != to.ID {
			refused("to", "From a primary it goes to the general election of the same race alone", forth)
		}
		if !r.MadeOn.Before(from.HeldOn) {
			refused("presumptive", fmt.Sprintf("It was made on %v, not before the %s", r.MadeOn, from.Name()), forth)
		}
	default:
		primary, err := registry.PrimaryBefore(ctx, tx, from)
		if err != nil && !isNotThere(err) {
			return nil, err
		}
		if primary.ID != to.ID {
			refused("to", "From a general election it goes back to the primary of the same race alone", back)
		}
		if !r.MadeOn.After(to.HeldOn) {
			refused("presumptive", fmt.Sprintf("It was made on %v, not after the %s", r.MadeOn, to.Name()), back)
		}
	}
	return out, nil
}

// inTime refuses an act before its receipt, or after its last day.
func inTime(field string, on, received, by civil.Day, cite string) []Finding {
	switch {
	case on.IsZero():
		return []Finding{{Field: field, Text: "Write the day", Cite: cite}}
	case on.Before(received):
		return []Finding{{Field: field, Text: fmt.Sprintf("It came on %v, after this day", received), Cite: cite}}
	case on.After(by):
		return []Finding{{Field: field, Text: fmt.Sprintf("The days for it ran out on %v: give it back", by), Cite: cite}}
	}
	return nil
}

// toldInTime refuses a presumption of which the contributor was not told in time.
func toldInTime(told, received, by civil.Day, cite string) []Finding {
	if told.IsZero() {
		return []Finding{{Field: "notified_on", Text: "Tell the contributor of the sum, and that they may have it back instead; write the day", Cite: cite}}
	}
	return inTime("notified_on", told, received, by, cite)
}

// roomFor is what a person may still have counted for an election of the candidate by what is settled, when it is moved there
// on a day: within the limit, and within the net debts of an election that is over.
func roomFor(ctx context.Context, q sqlx.QueryerContext, r standing, t target, e registry.Election, person registry.PersonID, on civil.Day) (money.Cents, error) {
	kind, err := kindOf(ctx, q, person)
	if err != nil {
		return 0, err
	}
	p := r.proposal(person, kind)
	p.moved = on
	if e.ID != "" {
		stands, err := registry.StandsIn(ctx, q, t.candidate, e, later(on, r.MadeOn))
		if err != nil || !stands {
			return 0, err
		}
	}
	t.election, p.candidate = e, t.candidate.ID
	g, err := giftOf(ctx, q, p, t)
	if err != nil {
		return 0, err
	}
	l, err := lawOf(ctx, q, r.Committee, t.regime)
	if err != nil {
		return 0, err
	}
	room := money.Cents(math.MaxInt64)
	for _, a := range l.Decide(g).Asked {
		if a.Unlimited {
			continue
		}
		room = min(room, max(0, a.Limit-a.Settled))
	}
	if e.ID == "" || !on.After(e.HeldOn) {
		return room, nil
	}
	debts, _, err := netDebtsLeft(ctx, q, t.candidate.ID, e.ID, on, "")
	return min(room, debts), err
}

// shareOf is what of a receipt counts for a person now, for an election where it counts for one.
func shareOf(ctx context.Context, q sqlx.QueryerContext, r standing, election registry.ElectionID, person registry.PersonID) (money.Cents, error) {
	const sum = `
		select (case when $4::text <> $5::text then 0
		             when $3 = '' then $6::bigint
		             else (select coalesce(sum(cents), 0) from designations where committee = $1 and receipt = $2 and election = $3) end
		        + (select coalesce(sum(cents), 0)
		           from attributions
		           where committee = $1 and receipt = $2 and coalesce(election, '') = $3 and person = $4 and source <> 'partners'))::bigint`
	var cents money.Cents
	err := sqlx.GetContext(ctx, q, &cents, sum, r.Committee, r.ID, election, person, r.Person, r.Cents-r.Gone)
	if err != nil {
		return 0, fmt.Errorf("what of %s counts for %s: %w", r.ID, person, err)
	}
	return cents, nil
}
