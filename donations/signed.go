package donations

import (
	"context"
	"errors"
	"strings"
	"time"

	"dure/compliance"
	"dure/registry"
)

// Live tells whether a committee's Stripe key moves real money.
func (a *Accounts) Live(ctx context.Context, committee registry.CommitteeID) (bool, error) {
	k, err := a.of(ctx, committee)
	if errors.Is(err, ErrNoAccount) {
		return false, nil
	}
	return strings.Contains(k.secret, "_live_"), err
}

// answered refuses real money under rules for which nobody of the committee answers yet.
func (a *Accounts) answered(ctx context.Context, d Drive) error {
	live, err := a.Live(ctx, d.Committee)
	if err != nil || !live {
		return err
	}
	committee, err := registry.FindCommittee(ctx, a.db, d.Committee, time.Time{})
	if err != nil {
		return err
	}
	packs := []string{committee.Regime}
	if d.Candidate != "" {
		candidate, err := registry.FindCandidate(ctx, a.db, d.Candidate, time.Time{})
		if err != nil {
			return err
		}
		packs = append(packs, candidate.Jurisdiction)
	}
	for _, pack := range packs {
		signed, err := compliance.Answered(ctx, a.db, d.Committee, pack)
		if err != nil {
			return err
		}
		if !signed {
			return &compliance.Refusal{Findings: []compliance.Finding{{Rule: "unsigned", Text: "refused.unsigned"}}}
		}
	}
	return nil
}
