package compliance

import (
	"context"
	"fmt"
	"slices"

	"github.com/jmoiron/sqlx"

	"dure/civil"
	"dure/compliance/rules"
	"dure/money"
	"dure/registry"
)

// review looks at receipts, at most one of each giver, as reviewOne does.
func review(ctx context.Context, tx *sqlx.Tx, receipts ...Receipt) error {
	for _, r := range receipts {
		if err := reviewOne(ctx, tx, r); err != nil {
			return err
		}
	}
	return nil
}

// reviewOne looks at money that came: an authorised committee's counts for an election from now on, and where it passes a
// limit or should not have come, a case opens with the clock of its cure.
func reviewOne(ctx context.Context, tx *sqlx.Tx, r Receipt) error {
	if r.Account == "" && !slices.Contains([]string{"11(a)", "11(b)", "11(c)"}, r.Line) {
		return nil // transfers between affiliates, offsets and refunds received have no limit (11 CFR 102.6, 110.3(c))
	}
	p := Proposal{
		Committee: r.Committee, Gift: r.Gift, Person: r.Contributor.Person, Cents: r.Cents, Candidate: r.Candidate, Election: r.Election,
		Made: r.MadeOn, Account: r.Account, Instrument: r.Instrument, Anonymous: r.Anonymous, receipt: r.ID,
	}
	var err error
	if p.Kind, err = kindOf(ctx, tx, p.Person); err != nil {
		return fmt.Errorf("review %s: %w", r.ID, err)
	}
	t, err := targetOf(ctx, tx, p)
	if err != nil {
		return fmt.Errorf("review %s: %w", r.ID, err)
	}
	s := reviewed{Proposal: p, receivedOn: r.ReceivedOn}
	if t.own {
		if r.Contributor.Entity == "CAN" && r.Line == "11(a)" {
			s.Kind = registry.CandidateFunds // the candidate's own money (11 CFR 110.10)
		}
		if err := designateReceipt(ctx, tx, r, t); err != nil {
			return err
		}
		if len(t.several) > 0 || t.election.ID == "" {
			if err := s.open(ctx, tx, "missing instruction", asking{id: "designate", cents: r.Cents}); err != nil {
				return err
			}
		}
		if t.election.ID == "" || r.ThroughReceipt != "" {
			return nil // what a conduit of this installation forwarded counts since the conduit had it
		}
	}
	return s.review(ctx, tx, t)
}

// kindOf tells how limits see a person.
func kindOf(ctx context.Context, q sqlx.QueryerContext, person registry.PersonID) (string, error) {
	var kind string
	err := sqlx.GetContext(ctx, q, &kind, `select kind from persons where id = $1`, person)
	return kind, err
}

// reviewed is what of a receipt counts for one person and one election.
type reviewed struct {
	Proposal
	receivedOn civil.Day
	ref        string // of another than the contributor: who
}

// asking is what a rule asks to be settled.
type asking struct {
	id    string // of the rule
	limit money.Cents
	cents money.Cents
}

// review opens a case for each reason for which money may not stay as it came.
func (s reviewed) review(ctx context.Context, tx *sqlx.Tx, t target) error {
	s.candidate = t.candidate.ID
	g, err := giftOf(ctx, tx, s.Proposal, t)
	if err != nil {
		return fmt.Errorf("review %s: %w", s.receipt, err)
	}
	l, err := lawOf(ctx, tx, s.Committee, t.regime)
	if err != nil {
		return err
	}
	d := l.Decide(g)
	found := map[string]asking{}
	var most asking // of a limit that was passed before the gift already
	for _, a := range d.Asked {
		over := excess(a, s.Cents)
		kind := caseKind(l, d, a, g)
		if all := a.Settled + s.Cents - a.Limit; kind == "excessive" && !a.Unlimited && a.Settled > a.Limit && all > most.cents {
			most = asking{id: a.ID, limit: a.Limit, cents: all}
		}
		if over > found[kind].cents {
			found[kind] = asking{id: a.ID, limit: a.Limit, cents: over}
		}
	}
	s.Election = t.election.ID
	for _, kind := range caseKinds {
		if found[kind].cents == 0 {
			continue
		}
		if err := s.open(ctx, tx, kind, found[kind]); err != nil {
			return err
		}
	}
	return s.spill(ctx, tx, t, most, most.cents, s.receivedOn, "found:"+s.receipt)
}

// excess is how much of a gift that came is more than a rule lets stay, by what is settled alone.
func excess(a rules.Asked, cents money.Cents) money.Cents {
	switch {
	case a.Unlimited || a.Says == rules.Allow:
		return 0
	case a.Limit > 0:
		return max(0, min(a.Settled-a.Limit+cents, cents))
	}
	return cents
}

// caseKind tells what kind of case a rule's answer opens.
func caseKind(l *rules.Law, d rules.Decision, a rules.Asked, g rules.Gift) string {
	for _, ref := range d.Packs {
		pack, _ := l.Pack(ref.Pack)
		if i := slices.IndexFunc(pack.Instruments, func(r rules.Limit) bool { return r.ID == a.ID }); i >= 0 {
			if slices.Contains(pack.Instruments[i].Instrument, "anonymous") {
				return "anonymous cash"
			}
			return "cash over the limit"
		}
		if slices.ContainsFunc(pack.Past, func(r rules.Past) bool { return r.ID == a.ID }) || a.ID == rules.NoPast {
			if g.HasNetDebts {
				return "past debts"
			}
			return "past election"
		}
	}
	switch {
	case a.ID == outOfRace:
		return "general lost"
	case a.Limit > 0:
		return "excessive"
	case a.Says == rules.Refuse:
		return "unlawful source"
	}
	return "doubtful source"
}
