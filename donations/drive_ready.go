package donations

import (
	"context"
	"errors"
	"slices"
	"time"

	"dure/compliance"
	"dure/registry"
)

// Readiness is how far a committee is set up for the gifts of a drive.
type Readiness struct {
	Keys      bool     // Stripe keys are here
	Told      bool     // and the secret by which what Stripe tells is known to be Stripe's
	Live      bool     // they move real money
	Unsigned  []string // rule packs under which the drive takes gifts, and which nobody of the committee has signed
	Processor bool     // the processor of cards is named as a payee, whom the report needs once fees pass its threshold
}

// Takes tells whether gifts can come at all. With real money, under rules that nobody answers for, they can't.
func (r Readiness) Takes() bool { return r.Keys && r.Told && (!r.Live || len(r.Unsigned) == 0) }

// Readiness tells how far the committee of a drive is set up for its gifts.
func (a *Accounts) Readiness(ctx context.Context, d Drive) (Readiness, error) {
	var out Readiness
	switch k, err := a.of(ctx, d.Committee); {
	case errors.Is(err, ErrNoAccount):
	case err != nil:
		return out, err
	default:
		out.Keys, out.Told = k.secret != "", k.webhook != ""
	}
	var err error
	if out.Live, err = a.Live(ctx, d.Committee); err != nil {
		return out, err
	}
	if out.Unsigned, err = a.unsigned(ctx, d); err != nil {
		return out, err
	}
	payees, err := registry.Payees(ctx, a.db, d.Committee)
	out.Processor = slices.ContainsFunc(payees, func(p registry.Payee) bool { return p.ID == registry.Processor })
	return out, err
}

// unsigned lists the rule packs under which a drive takes gifts, and which nobody of its committee has signed.
func (a *Accounts) unsigned(ctx context.Context, d Drive) ([]string, error) {
	committee, err := registry.FindCommittee(ctx, a.db, d.Committee, time.Time{})
	if err != nil {
		return nil, err
	}
	packs := []string{committee.Regime}
	if d.Candidate != "" {
		candidate, err := registry.FindCandidate(ctx, a.db, d.Candidate, time.Time{})
		if err != nil {
			return nil, err
		}
		if candidate.Jurisdiction != committee.Regime {
			packs = append(packs, candidate.Jurisdiction)
		}
	}
	var out []string
	for _, pack := range packs {
		signed, err := compliance.Answered(ctx, a.db, d.Committee, pack)
		if err != nil {
			return nil, err
		}
		if !signed {
			out = append(out, pack)
		}
	}
	return out, nil
}
