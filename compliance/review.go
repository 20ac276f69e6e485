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

// review looks at money that came, at most one receipt of each giver: an authorised committee's counts for an election from
// now on, and where some passes a limit or should not have come, a case opens with the clock of its cure. The receipts are
// of one committee; those made on one day are looked at together.
func review(ctx context.Context, tx *sqlx.Tx, receipts ...Receipt) error {
	kinds, err := registry.Kinds(ctx, tx, givenBy(receipts)...)
	if err != nil {
		return err
	}
	type together struct {
		account string
		made    civil.Day
	}
	var order []together
	grouped := map[together][]Receipt{}
	for _, r := range receipts {
		if r.Account == "" && !slices.Contains([]string{"11(a)", "11(b)", "11(c)"}, r.Line) {
			continue // transfers between affiliates, offsets and refunds received have no limit (11 CFR 102.6, 110.3(c))
		}
		at := together{r.Account, r.MadeOn}
		if grouped[at] == nil {
			order = append(order, at)
		}
		grouped[at] = append(grouped[at], r)
	}
	for _, at := range order {
		if err := reviewTogether(ctx, tx, grouped[at], kinds); err != nil {
			return err
		}
	}
	return nil
}

// reviewTogether reviews receipts of one account, made on one day.
func reviewTogether(ctx context.Context, tx *sqlx.Tx, receipts []Receipt, kinds map[registry.PersonID]string) error {
	type aim struct {
		candidate registry.CandidateID
		election  registry.ElectionID
	}
	targets := map[aim]target{}
	var all []reviewed
	for _, r := range receipts {
		s := reviewed{receivedOn: r.ReceivedOn, Proposal: Proposal{
			Committee: r.Committee, Gift: r.Gift, Person: r.Contributor.Person, Kind: kinds[r.Contributor.Person], Cents: r.Cents,
			Candidate: r.Candidate, Election: r.Election,
			Made: r.MadeOn, Account: r.Account, Instrument: r.Instrument, Anonymous: r.Anonymous, receipt: r.ID,
		}}
		t, known := targets[aim{r.Candidate, r.Election}]
		if !known {
			var err error
			if t, err = targetOf(ctx, tx, s.Proposal); err != nil {
				return fmt.Errorf("review %s: %w", r.ID, err)
			}
			targets[aim{r.Candidate, r.Election}] = t
		}
		counts := true
		if t.own {
			var err error
			if counts, err = s.designate(ctx, tx, r, t); err != nil {
				return err
			}
		}
		if counts {
			s.target = t
			all = append(all, s)
		}
	}
	return reviewAll(ctx, tx, all...)
}

// designate lets a receipt of an authorised committee count for an election, and tells whether it counts from now on.
func (s *reviewed) designate(ctx context.Context, tx *sqlx.Tx, r Receipt, t target) (bool, error) {
	if r.Contributor.Entity == "CAN" && r.Line == "11(a)" {
		s.Kind = registry.CandidateFunds // the candidate's own money (11 CFR 110.10)
	}
	if err := designateReceipt(ctx, tx, r, t); err != nil {
		return false, err
	}
	if len(t.several) > 0 || t.election.ID == "" {
		if err := s.open(ctx, tx, "missing instruction", asking{id: "designate", cents: r.Cents}); err != nil {
			return false, err
		}
	}
	// what a conduit of this installation forwarded counts since the conduit had it
	return t.election.ID != "" && r.ThroughReceipt == "", nil
}

// kindOf tells how limits see a person.
func kindOf(ctx context.Context, q sqlx.QueryerContext, person registry.PersonID) (string, error) {
	const find = `select ` + registry.KindNow + ` from persons p where p.id = $1`
	var kind string
	err := sqlx.GetContext(ctx, q, &kind, find, person)
	return kind, err
}

// reviewed is what of a receipt counts for one person and one election.
type reviewed struct {
	Proposal
	target     target
	receivedOn civil.Day
	ref        string // of another than the contributor: who
}

// asking is what a rule asks to be settled.
type asking struct {
	id    string // of the rule
	limit money.Cents
	cents money.Cents
}

// reviewAll opens a case for each reason for which money may not stay as it came: money of one account, made on one day.
func reviewAll(ctx context.Context, tx *sqlx.Tx, all ...reviewed) error {
	if len(all) == 0 {
		return nil
	}
	proposals, targets := make([]Proposal, len(all)), make([]target, len(all))
	for i := range all {
		all[i].candidate = all[i].target.candidate.ID
		proposals[i], targets[i] = all[i].Proposal, all[i].target
	}
	gifts, err := giftsOf(ctx, tx, proposals, targets)
	if err != nil {
		return fmt.Errorf("review %s: %w", all[0].receipt, err)
	}
	laws := map[string]*rules.Law{}
	for i, s := range all {
		l := laws[s.target.regime]
		if l == nil {
			if l, err = lawOf(ctx, tx, s.Committee, s.target.regime); err != nil {
				return err
			}
			laws[s.target.regime] = l
		}
		if err := s.review(ctx, tx, l, gifts[i]); err != nil {
			return err
		}
	}
	return nil
}

// review opens the cases of one receipt.
func (s reviewed) review(ctx context.Context, tx *sqlx.Tx, l *rules.Law, g rules.Gift) error {
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
	s.Election = s.target.election.ID
	for _, kind := range caseKinds {
		if found[kind].cents == 0 {
			continue
		}
		if err := s.open(ctx, tx, kind, found[kind]); err != nil {
			return err
		}
	}
	return s.spill(ctx, tx, s.target, most, most.cents, s.receivedOn, "found:"+s.receipt)
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
