package donations

import (
	"context"
	"errors"
	"strings"

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
	unsigned, err := a.unsigned(ctx, d)
	if err != nil || len(unsigned) == 0 {
		return err
	}
	return &compliance.Refusal{Findings: []compliance.Finding{{Rule: "unsigned", Text: "refused.unsigned"}}}
}
