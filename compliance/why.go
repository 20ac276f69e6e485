package compliance

import (
	"context"
	"fmt"

	"github.com/jmoiron/sqlx"

	"dure/registry"
)

// Why tells what the law says now to the giver of a receipt: every rule that fits, what it says, and the room that is left beside
// all that came and is promised, the receipt among it.
func Why(ctx context.Context, q sqlx.QueryerContext, committee registry.CommitteeID, receipt string) (Room, error) {
	p := Proposal{Committee: committee}
	const find = `
		select r.person, ` + registry.KindNow + `, coalesce(r.candidate, ''), coalesce(r.election, ''), r.made_on, r.instrument
		from receipts r
		join persons p on p.id = r.person
		where r.committee = $1 and r.id = $2`
	if err := q.QueryRowxContext(ctx, find, committee, receipt).Scan(&p.Person, &p.Kind, &p.Candidate, &p.Election, &p.Made, &p.Instrument); err != nil {
		return Room{}, fmt.Errorf("why of receipt %s: %w", receipt, err)
	}
	room, _, err := Screen(ctx, q, p)
	return room, err
}
