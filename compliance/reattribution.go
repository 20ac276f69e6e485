package compliance

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/jmoiron/sqlx"

	"dure/civil"
	"dure/money"
	"dure/registry"
)

// Reattribution makes a part of a receipt count for another contributor.
type Reattribution struct {
	Committee    registry.CommitteeID
	Receipt      string
	From         registry.PersonID // for whom it counts: the contributor where it is empty
	To           registry.Contributor
	Election     registry.ElectionID // of a receipt that counts for several; the one with the excess where it is empty
	Cents        money.Cents
	On           civil.Day // of the contributors' writing, or of the committee's own presumption
	Presumptive  bool      // by the committee, with a notice, instead of by a writing that each of them signed
	SignedByFrom bool
	SignedByTo   bool
	NotifiedOn   civil.Day // when the contributors were told of the sum, and that it may go back instead
	Evidence     string    // where the writing, or the notice, is kept (11 CFR 110.1(l))
}

// Reattribute records a reattribution. It is refused, with every reason at once, when it is out of time, is more than
// counts there, would pass the other's limit, lacks a signature, or is presumed where the instrument does not name them
// (11 CFR 110.1(k)). The contributors are locked here.
func Reattribute(ctx context.Context, tx *sqlx.Tx, m Reattribution) error {
	r, err := holdReceipt(ctx, tx, m.Committee, m.Receipt)
	if err != nil {
		return err
	}
	if m.From == "" {
		m.From = r.Person
	}
	open, err := CasesOf(ctx, tx, m.Committee, m.Receipt, m.On)
	if err != nil {
		return err
	}
	if m.Election == "" {
		if m.Election, err = r.electionOf(ctx, tx, open, m.From); err != nil {
			return err
		}
	}
	persons, findings, err := r.others(ctx, tx, []Share{{m.To, m.Cents}}, "11 CFR 110.1(k)(3)")
	if err != nil {
		return err
	}
	for i := range findings {
		findings[i].Field = "to"
	}
	if err := refuse(findings); err != nil {
		return err
	}
	if findings, err = m.faults(ctx, tx, r, persons[0], open); err != nil {
		return err
	}
	if err := refuse(findings); err != nil {
		return err
	}
	source := "reattributed"
	if m.Presumptive {
		source = "presumptive"
	}
	a := Attribution{
		Committee: m.Committee, Receipt: m.Receipt, Person: persons[0], Election: m.Election, Cents: m.Cents, Source: source, On: m.On,
		NotifiedOn: m.NotifiedOn, Evidence: m.Evidence,
	}
	if r.Candidate != "" {
		a.Election = ""
	}
	if err := a.move(ctx, tx, m.From); err != nil {
		return err
	}
	err = cured(ctx, tx, m.Committee, m.Receipt, "reattribution", m.Cents, m.On, string(persons[0]), func(c Case) bool {
		own := c.Person == m.From && (c.Election == m.Election || c.Election == "" || r.Candidate != "")
		return own && slices.Contains([]string{"excessive", "general lost"}, c.Kind)
	})
	if err != nil {
		return err
	}
	return r.lookAtNamed(ctx, tx, persons, m.On)
}

// electionOf gives the election of a receipt that has an excess of a person, or else its only one, or its first; none where it counts for
// none.
func (r standing) electionOf(ctx context.Context, q sqlx.QueryerContext, open []Case, person registry.PersonID) (registry.ElectionID, error) {
	for _, c := range open {
		if c.State == "open" && c.Person == person && c.Election != "" {
			return c.Election, nil
		}
	}
	elections, err := electionsOf(ctx, q, r)
	if err != nil || len(elections) == 0 {
		return "", err
	}
	return elections[0], nil
}

func (m Reattribution) faults(ctx context.Context, tx *sqlx.Tx, r standing, to registry.PersonID, open []Case) ([]Finding, error) {
	var out []Finding
	refused := func(field, text, cite string) { out = append(out, Finding{Field: field, Text: text, Cite: cite}) }
	const way = "11 CFR 110.1(k)(3)"
	counted := m.Election
	if r.Candidate != "" {
		counted = ""
	}
	mine, err := shareOf(ctx, tx, r, counted, m.From)
	if err != nil {
		return nil, err
	}
	mine = min(mine, r.Cents-r.Gone) // what went to the Treasury still counts, and is not here to count for another
	if m.Cents <= 0 || m.Cents > mine {
		out = append(out, Finding{Field: "cents", Text: fmt.Sprintf("Of it %v is here and counts for this contributor", mine), Room: mine, Cite: way})
	}
	by := cureBy(r, open)
	out = append(out, inTime("on", m.On, r.ReceivedOn, by, "11 CFR 103.3(b)(3)")...)
	if m.Evidence == "" {
		refused("evidence", "Write where the writing, or the notice, is kept: without it the reattribution fails", "11 CFR 110.1(l)")
	}
	if r.Forwarded {
		refused("receipt", "It was forwarded to the candidate's committee: that committee reattributes", "11 CFR 110.6(b)")
	}
	t, err := targetOf(ctx, tx, Proposal{Committee: r.Committee, Candidate: r.Candidate, Election: m.Election, Made: r.MadeOn, Account: r.Account})
	if err != nil {
		return nil, err
	}
	room, err := roomFor(ctx, tx, r, t, t.election, to, r.MadeOn)
	if err != nil {
		return nil, err
	}
	if m.Cents > room {
		out = append(out, Finding{Field: "cents", Text: fmt.Sprintf("%s may still give %v", m.To.Name(), room), Room: room, Cite: way})
	}
	kind, err := kindOf(ctx, tx, to)
	if err != nil {
		return nil, err
	}
	if !m.Presumptive {
		if !m.SignedByFrom || !m.SignedByTo {
			refused("signed", "Each contributor signs it", "11 CFR 110.1(k)(3)(ii)(A)")
		}
		return out, nil
	}
	// "any excessive portion of a contribution … made on a written instrument that is imprinted with the names of more than
	// one individual … may be attributed among the individuals listed unless instructed otherwise", and they are told.
	const presumed = "11 CFR 110.1(k)(3)(ii)(B)"
	out = append(out, toldInTime(m.NotifiedOn, r.ReceivedOn, by, presumed)...)
	if kind != registry.Individual || r.Kind != registry.Individual {
		refused("presumptive", "Only between individuals is it presumed", presumed)
	}
	same, err := registry.Same(ctx, tx, to)
	if err != nil {
		return nil, err
	}
	if !slices.ContainsFunc(strings.Fields(r.Joint), func(j string) bool { return slices.Contains(same, registry.PersonID(j)) }) {
		refused("presumptive", m.To.Name()+"'s name is not on the instrument", presumed)
	}
	over, _, err := r.over(ctx, tx, t, t.election, m.From)
	if err != nil {
		return nil, err
	}
	if m.Cents > over {
		out = append(out, Finding{Field: "cents", Text: fmt.Sprintf("Only what is over the limit is reattributed so: %v", over), Room: over, Cite: presumed})
	}
	return out, nil
}
