package compliance

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"math"
	"slices"

	"github.com/jmoiron/sqlx"

	"dure/civil"
	"dure/compliance/rules"
	"dure/money"
	"dure/registry"
)

// Proposal is a gift that somebody means to make, before any charge.
type Proposal struct {
	Committee  registry.CommitteeID // to it, or through it to the candidate
	Gift       string               // its own reservation does not count against it; empty when there is none
	Person     registry.PersonID    // locked by the caller
	Others     []registry.PersonID  // whom the form's evidence names beside, locked too: what they gave counts as well
	Evidence   [][]byte             // of the form, kept with its reservation
	Kind       string               // of the person, such as registry.Individual
	Cents      money.Cents          // none asks for the room alone
	Candidate  registry.CandidateID // empty for a gift to the committee; an authorised committee's own where it is empty
	Election   registry.ElectionID  // empty to an authorised committee: the next one
	Made       civil.Day
	Account    string // of the committee: empty, non-contribution of a hybrid, or convention, headquarters, recount of a national party
	Instrument string // card, check, transfer, cash or in-kind; empty where it is not known
	Anonymous  bool   // nobody knows the giver

	receipt   string               // a receipt that does not count against itself
	candidate registry.CandidateID // as it was resolved
	moved     civil.Day            // when it is moved to the election, where that is after it was made
}

// Room is what one giver may still give one recipient.
type Room struct {
	Limit     rules.Limit // the row that binds; without sum where none has one
	Known     money.Cents // given and promised already, as far as this installation knows
	Left      money.Cents // never below zero
	Settled   money.Cents // the part of Known that is money received
	Unlimited bool        // the law sets no sum; Left is the largest there is
	Decision  rules.Decision
	Candidate registry.CandidateID // for whom and for which election it was asked; empty for a committee
	Election  registry.ElectionID
}

// Screen asks the law about a proposal. The caller has locked the person (registry.Lock), so that no other gift of
// theirs can be judged at the same time, here or at an affiliated committee. Findings refuse the gift; the room is
// given in both cases.
func Screen(ctx context.Context, q sqlx.QueryerContext, p Proposal) (Room, []Finding, error) {
	if p.Cents < 0 {
		return Room{}, []Finding{{Rule: rules.BadAmount, Field: "amount", Text: "refused.too_small"}}, nil
	}
	room, t, err := ask(ctx, q, p)
	if errors.Is(err, errUnknown) {
		return Room{}, []Finding{{Rule: "unknown", Field: unknownField(err), Text: "refused.no_rule"}}, nil
	}
	if err != nil {
		return Room{}, nil, fmt.Errorf("screen a gift to %s: %w", p.Committee, err)
	}
	if p.Cents == 0 {
		return room, nil, nil
	}
	var findings []Finding
	if len(t.several) > 0 {
		findings = append(findings, splitFinding(t.several))
	}
	if !t.election.For(t.candidate) && t.election.ID != "" {
		findings = append(findings, Finding{Rule: "election-of-another", Field: "election", Text: "The candidate does not stand in this election", Cite: "11 CFR 110.1(b)(2)"})
	}
	return room, append(findings, refusals(room)...), nil
}

// ask finds whom a proposal is for and what the law says of it.
func ask(ctx context.Context, q sqlx.QueryerContext, p Proposal) (Room, target, error) {
	t, err := targetOf(ctx, q, p)
	if err != nil {
		return Room{}, t, unknown(t, err)
	}
	p.candidate = t.candidate.ID
	g, err := giftOf(ctx, q, p, t)
	if err != nil {
		return Room{}, t, err
	}
	l, err := lawOf(ctx, q, p.Committee, t.regime)
	if err != nil {
		return Room{}, t, err
	}
	room := roomOf(l.Decide(g))
	room.Candidate, room.Election = t.candidate.ID, t.election.ID
	return room, t, nil
}

// lawOf is the law as a committee has signed it: packs that are drafts advise until somebody answers for them.
func lawOf(ctx context.Context, q sqlx.QueryerContext, committee registry.CommitteeID, regime string) (*rules.Law, error) {
	l := rules.Carried()
	if regime == "us" {
		return l, nil // nothing stands above it, and it is published
	}
	const list = `select distinct pack, hash from pack_signatures where committee = $1`
	var signed []rules.PackRef
	if err := sqlx.SelectContext(ctx, q, &signed, list, committee); err != nil {
		return nil, fmt.Errorf("the packs that %s has signed: %w", committee, err)
	}
	return l.With(signed...), nil
}

// roomOf tells what a decision leaves, by the rule that binds.
func roomOf(d rules.Decision) Room {
	room := Room{Limit: d.Limit, Left: max(0, d.Room), Unlimited: d.Unlimited, Decision: d}
	if d.Unlimited {
		room.Left = math.MaxInt64
	}
	if i := slices.IndexFunc(d.Asked, func(a rules.Asked) bool { return a.ID == d.Rule && a.Says == d.Verdict }); i >= 0 {
		room.Known, room.Settled = d.Asked[i].Known, d.Asked[i].Settled
	}
	return room
}

// refusals gives a finding for each rule that does not let a gift pass, the one that binds first.
func refusals(room Room) []Finding {
	d := room.Decision
	var out []Finding
	for _, a := range d.Asked {
		if a.Says == rules.Allow {
			continue
		}
		f := Finding{Rule: a.ID, Field: "amount", Text: "refused.no_rule", Cite: a.Cite}
		if a.Limit > 0 {
			f.Limit, f.Known, f.Room = a.Limit, a.Known, max(0, a.Room)
		}
		if a.ID == d.Rule {
			if a.Limit > 0 && (room.Limit.Per == "calendar-year" || room.Limit.Per == "election") {
				f.Text = "refused." + room.Limit.Per
			}
			out = slices.Insert(out, 0, f)
			continue
		}
		out = append(out, f)
	}
	return out
}

// errUnknown tells that a proposal names something that is not there.
var errUnknown = errors.New("it is not there")

type unknownError struct {
	field string
	cause error
}

func (e *unknownError) Error() string   { return e.cause.Error() }
func (e *unknownError) Unwrap() []error { return []error{errUnknown, e.cause} }

// unknown names the field of what targetOf did not find; other errors stay as they are.
func unknown(t target, err error) error {
	if !errors.Is(err, sql.ErrNoRows) {
		return err
	}
	field := "election"
	switch {
	case t.committee.ID == "":
		field = "committee"
	case t.candidate.ID == "":
		field = "candidate"
	}
	return &unknownError{field, err}
}

func unknownField(err error) string {
	var e *unknownError
	errors.As(err, &e)
	return e.field
}

// splitFinding asks the giver how a gift is to be split where two elections of the candidate are held on one day.
func splitFinding(several []registry.Election) Finding {
	text := "Two elections are held on one day: name how much is for each: "
	for i, e := range several {
		if i > 0 {
			text += ", "
		}
		text += e.Name()
	}
	return Finding{Rule: "split-elections", Field: "election", Text: text, Cite: "11 CFR 110.1(b)(2)(ii); FEC AO 2010-17"}
}
