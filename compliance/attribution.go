package compliance

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/jmoiron/sqlx"

	"dure/civil"
	"dure/money"
	"dure/pg"
	"dure/registry"
)

// Attribution is to whom how much of a receipt counts beside, or instead of, its contributor.
type Attribution struct {
	Committee  registry.CommitteeID
	Receipt    string
	Person     registry.PersonID
	Election   registry.ElectionID // of a receipt that counts for one
	Cents      money.Cents
	Source     string // partners, equal, reattributed, presumptive, returned
	On         civil.Day
	NotifiedOn civil.Day
	Evidence   string
}

// put records an attribution as it is: below zero it takes away.
func (a Attribution) put(ctx context.Context, tx *sqlx.Tx) error {
	const insert = `
		insert into attributions (committee, id, receipt, person, election, cents, source, on_day, notified_on, evidence)
		values ($1, $2, $3, $4, nullif($5, ''), $6, $7, $8, $9, $10)`
	_, err := tx.ExecContext(ctx, insert, a.Committee, pg.NewID('U'), a.Receipt, a.Person, a.Election, a.Cents, a.Source, a.On, a.NotifiedOn, a.Evidence)
	if err != nil {
		return fmt.Errorf("attribute %s: %w", a.Receipt, err)
	}
	return nil
}

// move takes a sum from one person and makes it count for another.
func (a Attribution) move(ctx context.Context, tx *sqlx.Tx, from registry.PersonID) error {
	away := a
	away.Person, away.Cents = from, -a.Cents
	if err := away.put(ctx, tx); err != nil {
		return err
	}
	return a.put(ctx, tx)
}

// Attributions gives for whom a receipt counts now beside its contributor, one row for each person, election and source.
func Attributions(ctx context.Context, q sqlx.QueryerContext, committee registry.CommitteeID, receipt string) ([]Attribution, error) {
	const list = `
		select a.committee, a.receipt, a.person, coalesce(a.election, '') as election, sum(a.cents)::bigint as cents, a.source,
		       max(a.on_day) as "on", max(a.notified_on) as notifiedon, max(a.evidence) as evidence
		from attributions a
		join receipts r on r.committee = a.committee and r.id = a.receipt
		where a.committee = $1 and a.receipt = $2 and a.person <> r.person
		group by a.committee, a.receipt, a.person, a.election, a.source
		having sum(a.cents) <> 0
		order by min(a.recorded_at), a.person`
	var out []Attribution
	if err := sqlx.SelectContext(ctx, q, &out, list, committee, receipt); err != nil {
		return nil, fmt.Errorf("attributions of %s: %w", receipt, err)
	}
	return out, nil
}

// Share is what of a receipt counts for one partner.
type Share struct {
	Contributor registry.Contributor
	Cents       money.Cents
}

// notPartners are the kinds of persons that no share of a partnership's gift may be attributed to (11 CFR 110.1(e)).
var notPartners = []string{registry.Corporation, registry.CorporateLLC, registry.Union, registry.NationalBank}

// AttributePartners makes a partnership's gift count against its partners too, in full among them: "to the partnership and to
// each partner" (11 CFR 110.1(e)). It happens once. A partner who passes a limit by it has a case of their own; the same goes for the
// single member of an LLC (11 CFR 110.1(g)(4)). A *Refusal says why it can't. The partners are locked here.
func AttributePartners(ctx context.Context, tx *sqlx.Tx, committee registry.CommitteeID, receipt string, on civil.Day, shares []Share) error {
	r, err := holdReceipt(ctx, tx, committee, receipt)
	if err != nil {
		return err
	}
	const cite = "11 CFR 110.1(e)"
	var findings []Finding
	refused := func(field, text string) { findings = append(findings, Finding{Field: field, Text: text, Cite: cite}) }
	if !slices.Contains([]string{registry.Partnership, registry.Organization}, r.Kind) {
		refused("receipt", "Only a partnership's gift, or one of an LLC that is taxed as one, has partners")
	}
	if r.LastPartner {
		refused("receipt", "It is attributed already")
	}
	if r.Gone > 0 {
		refused("receipt", "Some of it went back already: attribute what came before anything goes back")
	}
	if len(shares) == 0 {
		refused("shares", "Name the partners")
	}
	var total money.Cents
	for i, s := range shares {
		if s.Cents <= 0 || s.Cents > r.Cents {
			refused(fmt.Sprintf("shares[%d]", i), "A share is more than nothing, and no more than the gift")
			continue
		}
		total += s.Cents
	}
	if len(findings) == 0 && total != r.Cents {
		findings = append(findings, Finding{Field: "shares", Text: fmt.Sprintf("The shares are %v together, and the gift %v", total, r.Cents), Known: total, Limit: r.Cents, Cite: cite})
	}
	if on.Before(r.ReceivedOn) {
		refused("on", fmt.Sprintf("It came on %v, after this day", r.ReceivedOn))
	}
	if err := refuse(findings); err != nil {
		return err
	}
	persons, findings, err := r.others(ctx, tx, shares, cite)
	if err != nil {
		return err
	}
	for i, p := range persons {
		kind, err := kindOf(ctx, tx, p)
		if err != nil {
			return err
		}
		if slices.Contains(notPartners, kind) {
			findings = append(findings, Finding{Field: fmt.Sprintf("shares[%d]", i), Text: "No share goes to one who may not give", Cite: cite})
		}
	}
	if err := refuse(findings); err != nil {
		return err
	}
	for i, s := range shares {
		a := Attribution{Committee: committee, Receipt: receipt, Person: persons[i], Cents: s.Cents, Source: "partners", On: on}
		if err := a.put(ctx, tx); err != nil {
			return err
		}
	}
	for i, s := range shares {
		if err := r.reviewOther(ctx, tx, persons[i], "", s.Cents); err != nil {
			return err
		}
	}
	return r.lookAtNamed(ctx, tx, persons, on)
}

// lookAtNamed looks at those who were named beside a receipt's contributor: their evidence may have shown that they are one with others.
func (r standing) lookAtNamed(ctx context.Context, tx *sqlx.Tx, persons []registry.PersonID, on civil.Day) error {
	givers, err := registry.Givers(ctx, tx, persons...)
	if err != nil {
		return err
	}
	named := make([]shown, len(persons))
	for i, p := range persons {
		named[i] = shown{p, r.ID, on}
	}
	return lookAtJoined(ctx, tx, givers, named...)
}

// others finds, or makes, the persons of contributors who are named beside a receipt's, holds them, and keeps what is known of
// them. Findings say who can't be told, or is named twice.
func (r standing) others(ctx context.Context, tx *sqlx.Tx, shares []Share, cite string) ([]registry.PersonID, []Finding, error) {
	var out []registry.PersonID
	var findings []Finding
	for i, s := range shares {
		field := fmt.Sprintf("shares[%d]", i)
		c := s.Contributor
		if c.Name() == "" || c.Person == "" && (c.Street == "" || c.Zip == "") && c.Email == "" && c.FECID == "" {
			findings = append(findings, Finding{Field: field, Text: "A contributor has a name and an address", Cite: cite})
			continue
		}
		person, err := identified(ctx, tx, c)
		if err != nil {
			return nil, nil, err
		}
		same, err := registry.Same(ctx, tx, person)
		if err != nil {
			return nil, nil, err
		}
		if slices.Contains(same, r.Person) || slices.ContainsFunc(out, func(p registry.PersonID) bool { return slices.Contains(same, p) }) {
			findings = append(findings, Finding{Field: field, Text: c.Name() + " is named twice", Cite: cite})
		}
		out = append(out, person)
		c.Person = person
		if c.Entity == "" {
			c.Entity = "IND"
		}
		if err := registry.Know(ctx, tx, r.Committee, c); err != nil {
			return nil, nil, err
		}
	}
	if len(findings) > 0 || len(out) == 0 {
		return nil, findings, nil
	}
	return out, nil, registry.Lock(ctx, tx, append(slices.Clone(out), r.Person)...)
}

// identified gives the person of a contributor who is named at the desk.
func identified(ctx context.Context, tx *sqlx.Tx, c registry.Contributor) (registry.PersonID, error) {
	if c.Person != "" {
		return c.Person, nil
	}
	if c.Entity == "" {
		c.Entity = "IND"
	}
	return registry.Identify(ctx, tx, c)
}

// reviewOther opens the case of somebody else than the contributor who passes a limit by what now counts for them.
func (r standing) reviewOther(ctx context.Context, tx *sqlx.Tx, person registry.PersonID, election registry.ElectionID, cents money.Cents) error {
	t, err := targetOf(ctx, tx, Proposal{Committee: r.Committee, Candidate: r.Candidate, Made: r.MadeOn, Account: r.Account})
	if err != nil {
		return err
	}
	elections := []registry.ElectionID{election}
	if election == "" && t.candidate.ID != "" {
		if elections, err = electionsOf(ctx, tx, r); err != nil {
			return err
		}
	}
	for _, id := range elections {
		var e registry.Election
		if id != "" {
			if e, err = registry.FindElection(ctx, tx, id); err != nil {
				return err
			}
		}
		if err := r.reviewAgain(ctx, tx, t, e, person, cents, "person:"+string(person)); err != nil {
			return err
		}
	}
	return nil
}

// electionsOf lists the elections for which a receipt counts.
func electionsOf(ctx context.Context, q sqlx.QueryerContext, r standing) ([]registry.ElectionID, error) {
	const list = `
		select election from receipts where committee = $1 and id = $2 and election is not null
		union
		(select election from designations where committee = $1 and receipt = $2 group by election having sum(cents) > 0)`
	var out []registry.ElectionID
	if err := sqlx.SelectContext(ctx, q, &out, list, r.Committee, r.ID); err != nil {
		return nil, fmt.Errorf("elections of %s: %w", r.ID, err)
	}
	return out, nil
}

// AttributeEqually shares a joint check, on which no split is stated, equally between its contributor and the others who
// signed it (11 CFR 110.1(k)(1)); what does not divide stays with the contributor. It happens once. A *Refusal says why it can't.
func AttributeEqually(ctx context.Context, tx *sqlx.Tx, committee registry.CommitteeID, receipt string, on civil.Day, others []registry.Contributor) error {
	r, err := holdReceipt(ctx, tx, committee, receipt)
	if err != nil {
		return err
	}
	const cite = "11 CFR 110.1(k)(1)"
	var findings []Finding
	refused := func(field, text string) { findings = append(findings, Finding{Field: field, Text: text, Cite: cite}) }
	if r.Instrument == "card" {
		refused("receipt", "A card has one holder: it is not shared")
	}
	if r.LastPartner {
		refused("receipt", "It is attributed already")
	}
	if r.Gone > 0 {
		refused("receipt", "Some of it went back already: share what came before anything goes back")
	}
	if r.Kind != registry.Individual {
		refused("receipt", "Only individuals share a check")
	}
	if len(others) == 0 || int64(len(others)+1) > int64(r.Cents) {
		refused("others", "Name who signed beside the contributor")
	}
	if on.Before(r.ReceivedOn) {
		refused("on", fmt.Sprintf("It came on %v, after this day", r.ReceivedOn))
	}
	if err := refuse(findings); err != nil {
		return err
	}
	each := r.Cents / money.Cents(len(others)+1)
	shares := make([]Share, len(others))
	for i, o := range others {
		shares[i] = Share{o, each}
	}
	persons, findings, err := r.others(ctx, tx, shares, cite)
	if err != nil {
		return err
	}
	if err := refuse(findings); err != nil {
		return err
	}
	stands, err := Designations(ctx, tx, committee, receipt)
	if err != nil {
		return err
	}
	if len(stands) == 0 {
		stands = []Designation{{Cents: r.Cents}}
	}
	for _, d := range stands {
		share := d.Cents / money.Cents(len(others)+1)
		if share == 0 {
			continue
		}
		for _, person := range persons {
			a := Attribution{Committee: committee, Receipt: receipt, Person: person, Election: d.Election, Cents: share, Source: "equal", On: on}
			if err := a.move(ctx, tx, r.Person); err != nil {
				return err
			}
		}
		if err := r.remeasure(ctx, tx, on, d.Election, share*money.Cents(len(others)), strings.Join(words(persons), " ")); err != nil {
			return err
		}
	}
	for _, d := range stands {
		share := d.Cents / money.Cents(len(others)+1)
		if share == 0 {
			continue
		}
		for _, person := range persons {
			if err := r.reviewOther(ctx, tx, person, d.Election, share); err != nil {
				return err
			}
		}
	}
	return r.lookAtNamed(ctx, tx, persons, on)
}

// remeasure takes off the contributor's own cases of an excess what now counts for others, of an election where the receipt
// counts for several.
func (r standing) remeasure(ctx context.Context, tx *sqlx.Tx, on civil.Day, election registry.ElectionID, cents money.Cents, ref string) error {
	return cured(ctx, tx, r.Committee, r.ID, "attribution", cents, on, ref, func(c Case) bool {
		return c.Kind == "excessive" && c.Person == r.Person && (election == "" || c.Election == election)
	})
}

func words(persons []registry.PersonID) []string {
	out := make([]string, len(persons))
	for i, p := range persons {
		out[i] = string(p)
	}
	return out
}
