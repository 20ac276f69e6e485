package donations

import (
	"context"
	"fmt"

	"github.com/jmoiron/sqlx"
	"github.com/lib/pq"

	"dure/registry"
)

// TellsSums tells whether a gift's page and letters may say what its giver gave in all. They may where everything that counts
// came, or is under way, under the email of the gift: whoever gives a dollar under somebody's name and address is the same giver
// for the law, but learns no sums of theirs.
func TellsSums(ctx context.Context, q sqlx.QueryerContext, g Gift) (bool, error) {
	return allUnder(ctx, q, g.Email, g.Person)
}

// allUnder tells whether all that came from persons, and is under way, came by forms that bear an email. What was entered at the
// desk did not.
func allUnder(ctx context.Context, q sqlx.QueryerContext, email string, persons ...registry.PersonID) (bool, error) {
	all, err := registry.Same(ctx, q, persons...)
	if err != nil {
		return false, err
	}
	const ask = `
		select not exists (
				select from receipts r
				left join gifts g on g.committee = r.committee and g.id = r.id
				where r.person = any($1) and coalesce(lower(g.email), '') <> lower($2))
			and not exists (
				select from reservations v
				join gifts g on g.committee = v.committee and g.id = v.gift
				where v.person = any($1) and v.ended_at is null and lower(g.email) <> lower($2))
			and not exists (select from attributions a where a.person = any($1))`
	var whole bool
	if err := sqlx.GetContext(ctx, q, &whole, ask, pq.Array(all), email); err != nil {
		return false, fmt.Errorf("look under which emails %v gave: %w", persons, err)
	}
	return whole, nil
}
