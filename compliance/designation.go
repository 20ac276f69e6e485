package compliance

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/jmoiron/sqlx"

	"dure/civil"
	"dure/money"
	"dure/pg"
	"dure/registry"
)

// By whose word a receipt of an authorised committee counts for an election.
const (
	ByContributor = "contributor" // the giver's own, in writing (11 CFR 110.1(b)(4))
	ByDefault     = "default"     // nobody's: the next election (11 CFR 110.1(b)(2)(ii))
	Redesignated  = "redesignated"
	Presumptive   = "presumptive"
	wentBack      = "returned"
)

// Designation is for which election how much of a receipt counts.
type Designation struct {
	Committee  registry.CommitteeID
	Receipt    string
	Election   registry.ElectionID
	Cents      money.Cents
	Source     string // ByContributor, ByDefault, Redesignated or Presumptive
	On         civil.Day
	NotifiedOn civil.Day
	Evidence   string
}

// put records a designation as it is: below zero it takes away.
func (d Designation) put(ctx context.Context, tx *sqlx.Tx) error {
	if d.Cents == 0 {
		return nil
	}
	const insert = `
		insert into designations (committee, id, receipt, election, cents, source, on_day, notified_on, evidence)
		values ($1, $2, $3, $4, $5, $6, $7, $8, $9)`
	_, err := tx.ExecContext(ctx, insert, d.Committee, pg.NewID('N'), d.Receipt, d.Election, d.Cents, d.Source, d.On, d.NotifiedOn, d.Evidence)
	if err != nil {
		return fmt.Errorf("designate %s: %w", d.Receipt, err)
	}
	return nil
}

// designateReceipt makes what came to an authorised committee count for an election: the one that the giver named, or else
// the next.
func designateReceipt(ctx context.Context, tx *sqlx.Tx, r Receipt, t target) error {
	if r.Candidate != "" {
		return &Refusal{[]Finding{{Field: "candidate", Text: "What comes to the candidate's own committee is not earmarked for another", Cite: "11 CFR 110.6(b)"}}}
	}
	if t.election.ID == "" {
		return nil
	}
	if r.ThroughReceipt != "" {
		if err := throughConduit(ctx, tx, r, t); err != nil {
			return err
		}
	}
	if !t.election.For(t.candidate) {
		return &Refusal{[]Finding{{Field: "election", Text: "The candidate does not stand in this election", Cite: "11 CFR 110.1(b)(2)"}}}
	}
	d := Designation{Committee: r.Committee, Receipt: r.ID, Election: t.election.ID, Cents: r.Cents, Source: ByDefault, On: r.MadeOn, Evidence: r.Evidence}
	if r.Election != "" {
		d.Source = ByContributor
	}
	return d.put(ctx, tx)
}

// throughConduit refuses a receipt that names a conduit's receipt which is not of such a gift: it would count nowhere.
func throughConduit(ctx context.Context, tx *sqlx.Tx, r Receipt, t target) error {
	const find = `
		select exists (
			select
			from receipts c
			join forward_items i on i.committee = c.committee and i.receipt = c.id
			where c.committee = $1 and c.id = $2 and c.candidate = $3 and c.election = $4 and i.cents >= $5)`
	var known bool
	if err := tx.GetContext(ctx, &known, find, r.ThroughCommittee, r.ThroughReceipt, t.candidate.ID, t.election.ID, r.Cents); err != nil {
		return fmt.Errorf("look for the conduit's receipt %s: %w", r.ThroughReceipt, err)
	}
	if !known {
		return &Refusal{[]Finding{{Field: "through", Text: "The conduit forwarded no such gift to this candidate for this election", Cite: "11 CFR 110.6(c)(2)"}}}
	}
	return nil
}

// Designations gives for which elections a receipt of an authorised committee counts now, and by whose last word: one for
// each election with a sum, in the order of the votes. What went back is taken off.
func Designations(ctx context.Context, q sqlx.QueryerContext, committee registry.CommitteeID, receipt string) ([]Designation, error) {
	const list = `
		select d.committee, d.receipt, d.election, sum(d.cents)::bigint as cents,
		       (array_agg(d.source order by d.recorded_at desc, d.id) filter (where d.source <> 'returned' and d.cents > 0))[1] as source,
		       (array_agg(d.on_day order by d.recorded_at desc, d.id) filter (where d.source <> 'returned' and d.cents > 0))[1] as "on",
		       (array_agg(d.notified_on order by d.recorded_at desc, d.id) filter (where d.source <> 'returned' and d.cents > 0))[1] as notifiedon,
		       (array_agg(d.evidence order by d.recorded_at desc, d.id) filter (where d.source <> 'returned' and d.cents > 0))[1] as evidence
		from designations d
		join elections e on e.id = d.election
		where d.committee = $1 and d.receipt = $2
		group by d.committee, d.receipt, d.election, e.held_on, e.kind
		having sum(d.cents) > 0
		order by e.held_on, e.kind <> 'S', d.election`
	var out []Designation
	if err := sqlx.SelectContext(ctx, q, &out, list, committee, receipt); err != nil {
		return nil, fmt.Errorf("designations of %s: %w", receipt, err)
	}
	return out, nil
}

// Designate makes a part of a receipt, for which the giver named no election, count for one that they name after all: where two are held on
// one day (FEC AO 2010-17), or where none was ahead when it came. The giver is locked. A *Refusal says why it can't.
func Designate(ctx context.Context, tx *sqlx.Tx, d Designation) error {
	r, err := holdReceipt(ctx, tx, d.Committee, d.Receipt)
	if err != nil {
		return err
	}
	t, err := targetOf(ctx, tx, Proposal{Committee: d.Committee, Made: r.MadeOn})
	if err != nil {
		return err
	}
	if err := refuse(r.notOwn(t)); err != nil {
		return err
	}
	stands, err := Designations(ctx, tx, d.Committee, d.Receipt)
	if err != nil {
		return err
	}
	election, findings, err := electionFor(ctx, tx, "election", d.Election, t.candidate)
	if err != nil {
		return err
	}
	var from Designation
	left := r.Cents - r.Gone
	for _, s := range stands {
		left -= s.Cents
		if s.Election != d.Election && s.Source == ByDefault {
			from = s
		}
	}
	sameDay := slices.ContainsFunc(t.several, func(e registry.Election) bool { return e.ID == d.Election })
	free := left
	if from.Election != "" && sameDay {
		free = from.Cents
	}
	switch {
	case d.Cents <= 0 || d.Cents > free:
		findings = append(findings, Finding{Field: "cents", Text: fmt.Sprintf("At most %v of it waits for the giver's word", free), Room: free, Cite: "11 CFR 110.1(b)(2)(ii)"})
	case d.On.IsZero():
		findings = append(findings, Finding{Field: "on", Text: "Write the day of the giver's word"})
	case d.On.After(cureBy(r, nil)):
		findings = append(findings, Finding{Field: "on", Text: fmt.Sprintf("The days for it ran out on %v", cureBy(r, nil)), Cite: "11 CFR 103.3(b)(3)"})
	}
	if d.Evidence == "" {
		findings = append(findings, Finding{Field: "evidence", Text: "Write where the giver's word is kept", Cite: "11 CFR 110.1(b)(4), (l)"})
	}
	if err := refuse(findings); err != nil {
		return err
	}
	d.Source = ByContributor
	if left == 0 {
		away := d
		away.Election, away.Cents = from.Election, -d.Cents
		if err := away.put(ctx, tx); err != nil {
			return err
		}
	}
	if err := d.put(ctx, tx); err != nil {
		return err
	}
	if err := cured(ctx, tx, d.Committee, d.Receipt, "redesignation", d.Cents, d.On, string(d.Election), func(c Case) bool {
		return c.Kind == "missing instruction" || c.Kind == "excessive" && c.Election == from.Election && from.Election != ""
	}); err != nil {
		return err
	}
	return r.reviewAgain(ctx, tx, t, election, r.Person, d.Cents, "")
}

// electionFor finds an election of a candidate; findings say that it is not there, or another's.
func electionFor(ctx context.Context, q sqlx.QueryerContext, field string, id registry.ElectionID, c registry.Candidate) (registry.Election, []Finding, error) {
	e, err := registry.FindElection(ctx, q, id)
	switch {
	case isNotThere(err):
		return e, []Finding{{Field: field, Text: fmt.Sprintf("There is no election %q", id)}}, nil
	case err != nil:
		return e, nil, err
	case !e.For(c):
		return e, []Finding{{Field: field, Text: "The candidate does not stand in this election", Cite: "11 CFR 110.1(b)(2)"}}, nil
	}
	return e, nil, nil
}

// standing is a receipt as the cures look at it.
type standing struct {
	Committee   registry.CommitteeID
	ID          string
	Person      registry.PersonID
	Kind        string // of the person
	Entity      string
	Giver       string
	Line        string
	Instrument  string
	Account     string
	Cents       money.Cents
	Gone        money.Cents // went back or to the Treasury
	Candidate   registry.CandidateID
	MadeOn      civil.Day `db:"made_on"`
	ReceivedOn  civil.Day `db:"received_on"`
	HappenedAt  time.Time `db:"happened_at"`
	Joint       string
	Forwarded   bool
	LastPartner bool `db:"has_partners"`
}

// holdReceipt gives a receipt whose giver is held until the transaction ends.
func holdReceipt(ctx context.Context, tx *sqlx.Tx, committee registry.CommitteeID, receipt string) (standing, error) {
	var person registry.PersonID
	err := tx.GetContext(ctx, &person, `select person from receipts where committee = $1 and id = $2`, committee, receipt)
	if err != nil {
		return standing{}, fmt.Errorf("find receipt %s of %s: %w", receipt, committee, err)
	}
	if err := registry.Lock(ctx, tx, person); err != nil {
		return standing{}, err
	}
	return findStanding(ctx, tx, committee, receipt)
}

func findStanding(ctx context.Context, q sqlx.QueryerContext, committee registry.CommitteeID, receipt string) (standing, error) {
	const find = `
		select r.committee, r.id, r.person, ` + registry.KindNow + ` as kind, coalesce(v.entity, '') as entity,
		       coalesce(case when v.organization <> '' then v.organization else v.first_name || ' ' || v.last_name end, '') as giver,
		       r.line, r.instrument, r.account, r.cents, coalesce(r.candidate, '') as candidate, r.made_on, r.received_on, r.happened_at,
		       array_to_string(r.joint, ' ') as joint,
		       least(r.cents, ` + gone + ` + (select coalesce(sum(d.cents), 0) from disgorgements d where d.committee = r.committee and d.receipt = r.id))::bigint as gone,
		       exists (select from forward_items i where i.committee = r.committee and i.receipt = r.id) as forwarded,
		       exists (select from attributions a where a.committee = r.committee and a.receipt = r.id and a.source in ('partners', 'equal')) as has_partners
		from receipts r
		join persons p on p.id = r.person
		left join lateral (
			select entity, organization, first_name, last_name
			from contributor_versions
			where committee = r.committee and person = r.person
			order by recorded_at desc, id desc
			limit 1) v on true
		where r.committee = $1 and r.id = $2`
	var r standing
	if err := sqlx.GetContext(ctx, q, &r, find, committee, receipt); err != nil {
		return r, fmt.Errorf("find receipt %s of %s: %w", receipt, committee, err)
	}
	return r, nil
}

// notOwn refuses what only receipts of a candidate's own committee can have.
func (r standing) notOwn(t target) []Finding {
	if t.own && r.Candidate == "" {
		return nil
	}
	return []Finding{{Field: "receipt", Text: "Only receipts of a candidate's own committee count by election", Cite: "11 CFR 110.1(b)"}}
}

// proposal writes what of the receipt counts for a person, as the law is asked of it once more.
func (r standing) proposal(person registry.PersonID, kind string) Proposal {
	p := Proposal{
		Committee: r.Committee, Person: person, Kind: kind, Candidate: r.Candidate, Made: r.MadeOn, Account: r.Account,
		Instrument: r.Instrument,
	}
	if r.Entity == "CAN" && person == r.Person && r.Candidate == "" {
		p.Kind = registry.CandidateFunds
	}
	return p
}

// reviewAgain opens a case where what now counts for a person and an election passes a limit: cents came to it, and are in
// the books already.
func (r standing) reviewAgain(ctx context.Context, tx *sqlx.Tx, t target, e registry.Election, person registry.PersonID, cents money.Cents, ref string) error {
	over, a, err := r.over(ctx, tx, t, e, person)
	if err != nil || over <= 0 {
		return err
	}
	s := reviewed{Proposal: r.proposal(person, ""), receivedOn: r.ReceivedOn, ref: ref}
	s.receipt, s.Election = r.ID, e.ID
	return s.open(ctx, tx, "excessive", asking{id: a.id, limit: a.limit, cents: min(over, cents)})
}

// over tells by how much a person now passes the limit that a receipt is under, for an election of the candidate where it
// counts for one, by what is settled.
func (r standing) over(ctx context.Context, q sqlx.QueryerContext, t target, e registry.Election, person registry.PersonID) (money.Cents, asking, error) {
	kind, err := kindOf(ctx, q, person)
	if err != nil {
		return 0, asking{}, err
	}
	p := r.proposal(person, kind)
	t.election = e
	p.candidate = t.candidate.ID
	g, err := giftOf(ctx, q, p, t)
	if err != nil {
		return 0, asking{}, err
	}
	l, err := lawOf(ctx, q, r.Committee, t.regime)
	if err != nil {
		return 0, asking{}, err
	}
	var most money.Cents
	var found asking
	for _, a := range l.Decide(g).Asked {
		if a.Unlimited || a.Limit == 0 {
			continue
		}
		if over := a.Settled - a.Limit; over > most {
			most, found = over, asking{id: a.ID, limit: a.Limit, cents: over}
		}
	}
	return most, found, nil
}

// cureBy is the last day of the cures of a receipt's cases: sixty days from its receipt, or as long as an open case runs.
func cureBy(r standing, cases []Case) civil.Day {
	by := law().Clock("cure-excess", r.ReceivedOn).Due(r.ReceivedOn)
	for _, c := range cases {
		if c.State == "open" && c.DueOn.After(by) && c.Kind == "general lost" {
			by = c.DueOn
		}
	}
	return by
}
