package seed

import (
	"context"
	"fmt"
	"time"

	"github.com/jmoiron/sqlx"

	"dure/dev/stripesim"
	"dure/donations"
	"dure/registry"
)

// History gives what the card processor must know of a committee's sown gifts, in the order of time: the charges, by the ids
// that the books have, with what was kept of each.
func History(ctx context.Context, db *sqlx.DB, committee registry.CommitteeID) ([]stripesim.Past, error) {
	var gifts []struct {
		ID          donations.GiftID
		Intent      string
		Charge      string
		Cents       int64
		Charged     time.Time
		Card        donations.Card
		Transaction string
		Fee         int64
		Captured    time.Time
	}
	const list = `
		select g.id, g.payment_intent as intent, g.charge, g.cents, g.charged_at as charged, g.card,
		       coalesce(f.id, '') as transaction, coalesce(f.cents, 0) as fee, coalesce(f.happened_at, g.charged_at) as captured
		from gifts g
		left join processor_fees f on f.committee = g.committee and f.charge = g.charge and f.id like 'txn\_seed\_%'
		where g.committee = $1 and g.charge like 'ch\_seed\_%'
		order by g.charged_at, g.id`
	if err := db.SelectContext(ctx, &gifts, list, committee); err != nil {
		return nil, fmt.Errorf("read the sown gifts of %s: %w", committee, err)
	}
	out := make([]stripesim.Past, 0, len(gifts))
	for _, g := range gifts {
		p := stripesim.Past{
			Charge: g.Charge, PaymentIntent: g.Intent, Amount: g.Cents, Authorised: g.Charged.Unix(), Country: g.Card.Country, Funding: g.Card.Funding,
			Metadata: map[string]string{"dure_gift": string(g.ID), "dure_committee": string(committee)},
		}
		if g.Transaction != "" {
			p.Transaction, p.Fee, p.Captured = g.Transaction, g.Fee, g.Captured.Unix()
		}
		out = append(out, p)
	}
	return out, nil
}
