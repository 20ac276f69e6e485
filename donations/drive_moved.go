package donations

import (
	"context"
	"fmt"

	"github.com/jmoiron/sqlx"

	"dure/civil"
	"dure/registry"
)

// DrivesFollow tells what becomes of the drives for an election that moves to another day: each ends with the new day, or before
// it where its own last day comes first. It is asked before the election moves.
func DrivesFollow(ctx context.Context, q sqlx.QueryerContext, e registry.Election, to civil.Day) ([]string, error) {
	const list = `
		select ` + driveColumns + `
		from drives d
		join elections e on e.id = d.election
		where d.election = $1 and d.state = 'open'
		order by d.committee, d.slug`
	var drives []Drive
	if err := sqlx.SelectContext(ctx, q, &drives, list, e.ID); err != nil {
		return nil, fmt.Errorf("the drives for election %s: %w", e.ID, err)
	}
	var out []string
	for _, d := range drives {
		was := d.LastDay()
		d.ElectionDay = to
		switch last := d.LastDay(); {
		case d.OpensOn.After(last):
			out = append(out, fmt.Sprintf("Drive %s of %s begins on %v, after its election, and takes no gift: amend or close it.", d.Slug, d.Committee, d.OpensOn))
		case last != was:
			out = append(out, fmt.Sprintf("Drive %s of %s takes gifts through %v, no longer through %v.", d.Slug, d.Committee, last, was))
		default:
			out = append(out, fmt.Sprintf("Drive %s of %s ends on %v all the same: that is its own last day.", d.Slug, d.Committee, last))
		}
	}
	return out, nil
}
