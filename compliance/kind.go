package compliance

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/jmoiron/sqlx"
	"github.com/lib/pq"

	"dure/civil"
	"dure/compliance/rules"
	"dure/registry"
)

// KindCorrection says of which kind a giver was found to be: the check of a person is drawn on a partnership's account, say.
type KindCorrection struct {
	Committee registry.CommitteeID
	Receipt   string               // by which the giver is known
	Kind      string               // one of registry.Correctable
	As        registry.Contributor // what is known of them from now on; an empty name leaves what was known
	On        civil.Day            // when it was found
	Evidence  string               // how it is known
}

// CorrectKind records of which kind a giver is, and looks again at all that came from them, at every committee here: what they
// may not give opens a case whose days run from the discovery (11 CFR 103.3(b)(2)), what is over the limit of their kind one of an
// excess; a case that hung on the old kind alone closes. It tells how many cases opened at the committee that corrects: another's are
// its own to know. A *Refusal says why it can't be recorded. The giver is locked.
func CorrectKind(ctx context.Context, tx *sqlx.Tx, k KindCorrection) (opened int, err error) {
	r, err := holdReceipt(ctx, tx, k.Committee, k.Receipt)
	if err != nil {
		return 0, err
	}
	if err := refuse(k.faults(r)); err != nil {
		return 0, err
	}
	if err := registry.CorrectKind(ctx, tx, r.Person, k.Kind, k.On, k.Evidence); err != nil {
		return 0, err
	}
	if k.As.Name() != "" {
		k.As.Person = r.Person
		if err := registry.Know(ctx, tx, k.Committee, k.As); err != nil {
			return 0, err
		}
	}
	return r.lookAgain(ctx, tx, k.On, "kind:"+k.Kind)
}

// LearnStatus records what was found out about a giver, such as that they are a contractor or a citizen, and looks again at all that
// came from them while it holds, as CorrectKind does, and tells as much. A *registry.Refused says why it can't be recorded. The giver is
// locked.
func LearnStatus(ctx context.Context, tx *sqlx.Tx, committee registry.CommitteeID, receipt string, s registry.Status, found civil.Day) (opened int, err error) {
	r, err := holdReceipt(ctx, tx, committee, receipt)
	if err != nil {
		return 0, err
	}
	s.Person = r.Person
	if err := registry.SetStatus(ctx, tx, s); err != nil {
		return 0, err
	}
	return r.lookAgain(ctx, tx, found, "status:"+s.Status)
}

// lookAgain looks at all that came from the giver of a receipt, at every committee, once more is known of them; ref says what. It tells
// how many cases opened at the receipt's own committee.
func (r standing) lookAgain(ctx context.Context, tx *sqlx.Tx, found civil.Day, ref string) (opened int, err error) {
	persons, err := registry.Same(ctx, tx, r.Person)
	if err != nil {
		return 0, err
	}
	before, err := openOf(ctx, tx, persons)
	if err != nil {
		return 0, err
	}
	const list = `
		select committee, id
		from receipts
		where person = any($1) and through_receipt is null and (line in ('11(a)', '11(b)', '11(c)') or account <> '')
		order by made_on, received_on, recorded_at, id`
	var came []struct {
		Committee registry.CommitteeID
		ID        string
	}
	if err := tx.SelectContext(ctx, &came, list, pq.Array(persons)); err != nil {
		return 0, fmt.Errorf("list what came from %s: %w", r.Person, err)
	}
	for _, c := range came {
		r, err := findStanding(ctx, tx, c.Committee, c.ID)
		if err != nil {
			return 0, err
		}
		if r.Cents == r.Gone {
			continue
		}
		if err := r.reviewKnown(ctx, tx, found, ref); err != nil {
			return 0, fmt.Errorf("look again at %s: %w", r.ID, err)
		}
	}
	after, err := openOf(ctx, tx, persons)
	if err != nil {
		return 0, err
	}
	for id, at := range after {
		if _, was := before[id]; !was && at == r.Committee {
			opened++
		}
	}
	return opened, nil
}

func (k KindCorrection) faults(r standing) []Finding {
	var out []Finding
	if k.On.Before(r.ReceivedOn) {
		out = append(out, Finding{Field: "on", Text: fmt.Sprintf("It came on %v, after this day", r.ReceivedOn)})
	}
	if body := k.Kind != registry.Individual; k.As.Name() != "" && body == (k.As.Organization == "") {
		out = append(out, Finding{Field: "name", Text: "A person has a given and a family name, and a body has one name"})
	}
	return out
}

// openOf gives the open cases of givers by id, each with the committee whose it is.
func openOf(ctx context.Context, q sqlx.QueryerContext, persons []registry.PersonID) (map[string]registry.CommitteeID, error) {
	var open []struct {
		ID        string
		Committee registry.CommitteeID
	}
	if err := sqlx.SelectContext(ctx, q, &open, `select id, committee from cases where person = any($1) and state = 'open'`, pq.Array(persons)); err != nil {
		return nil, fmt.Errorf("list the open cases of a giver: %w", err)
	}
	out := map[string]registry.CommitteeID{}
	for _, c := range open {
		out[c.ID] = c.Committee
	}
	return out, nil
}

// reviewKnown looks at a receipt again once more is known of its giver.
func (r standing) reviewKnown(ctx context.Context, tx *sqlx.Tx, found civil.Day, ref string) error {
	found = later(found, r.ReceivedOn) // no clock runs before the money came
	t, err := targetOf(ctx, tx, Proposal{Committee: r.Committee, Candidate: r.Candidate, Made: r.MadeOn, Account: r.Account})
	if err != nil {
		return err
	}
	l, err := lawOf(ctx, tx, r.Committee, t.regime)
	if err != nil {
		return err
	}
	elections := []registry.ElectionID{""}
	if t.candidate.ID != "" {
		if elections, err = electionsOf(ctx, tx, r); err != nil {
			return err
		}
	}
	source := map[string]asking{} // what the law now says of the source, by the kind of the case
	for _, id := range elections {
		var e registry.Election
		if id != "" {
			if e, err = registry.FindElection(ctx, tx, id); err != nil {
				return err
			}
		}
		t.election = e
		p := r.proposal(r.Person, r.Kind)
		p.candidate, p.receipt, p.Cents = t.candidate.ID, r.ID, r.Cents-r.Gone
		g, err := giftOf(ctx, tx, p, t)
		if err != nil {
			return err
		}
		d := l.Decide(g)
		for _, a := range d.Asked {
			if kind := caseKind(l, d, a, g); sourceKinds[kind] && a.Says != rules.Allow && !a.Unlimited {
				source[kind] = asking{id: a.ID, cents: r.Cents - r.Gone}
			}
		}
		over, a, err := r.over(ctx, tx, t, e, r.Person)
		if err != nil {
			return err
		}
		s := reviewed{Proposal: p, receivedOn: r.ReceivedOn}
		if err := s.spill(ctx, tx, t, a, over, found, fmt.Sprintf("%s:%v:%s", ref, found, r.ID)); err != nil {
			return err
		}
	}
	return r.reviewSource(ctx, tx, source, found, ref)
}

// sourceKinds are the kinds of cases about who gave.
var sourceKinds = map[string]bool{"unlawful source": true, "doubtful source": true}

// reviewSource closes the cases about the source of a receipt that hung on what its giver was thought to be, and opens those that the
// law asks for now. What a person doubted or discovered by hand stays theirs to settle.
func (r standing) reviewSource(ctx context.Context, tx *sqlx.Tx, source map[string]asking, found civil.Day, ref string) error {
	cases, err := CasesOf(ctx, tx, r.Committee, r.ID, found)
	if err != nil {
		return err
	}
	for _, c := range cases {
		byHand := slices.Contains([]string{"doubted", "discovered"}, c.Rule)
		if c.State != "open" || !sourceKinds[c.Kind] || byHand || c.Person != r.Person {
			continue
		}
		if a, still := source[c.Kind]; still && a.id == c.Rule {
			delete(source, c.Kind)
			continue
		}
		if err := closeCase(ctx, tx, r.Committee, c.ID, found, "More is known of the giver: "+spelled(ref)); err != nil {
			return err
		}
	}
	for kind, a := range source {
		started := found
		if kind == "doubtful source" {
			started = r.ReceivedOn
		}
		_, err := openCase(ctx, tx, caseOpening{
			committee: r.Committee, kind: kind, receipt: r.ID, person: r.Person, rule: a.id, excess: a.cents,
			receivedOn: r.ReceivedOn, started: started, clock: clockOf(kind, r.Candidate != "", started), ref: ref,
			note: "More is known of the giver: " + spelled(ref),
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// spelled writes for people what was found of a giver.
func spelled(ref string) string {
	_, what, _ := strings.Cut(ref, ":")
	return strings.ReplaceAll(what, "-", " ")
}
