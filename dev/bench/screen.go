package bench

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/jmoiron/sqlx"

	"dure/compliance"
	"dure/money"
	"dure/pg"
	"dure/registry"
)

// decisions is how many decisions one turn asks for.
const decisions = 400

// screen measures what one decision on a limit takes with few receipts in the books, and with many.
func (m *machine) screen(ctx context.Context) ([]Row, error) {
	var sides []side
	var of []shape
	for _, s := range []shape{m.big(), m.tiny()} {
		b, err := m.books(ctx, s)
		if err != nil {
			return nil, err
		}
		db, err := pg.Open(ctx, b.serve)
		if err != nil {
			return nil, err
		}
		defer db.Close()
		sides, of = append(sides, b.decides(db)), append(of, s)
	}
	row := Row{
		Path: "a limit's decision, " + many(of[0].receipts), Reference: "with " + many(of[1].receipts), Unit: "µs", Goal: 1.5, AtMost: true,
		Note: fmt.Sprintf("each number is the median of %d decisions on givers who were not asked about before", decisions),
	}
	row, err := m.pairs(ctx, row, growth, sides[0], sides[1])
	return some(row, err)
}

// decides gives the microseconds of a decision: the median over givers from all over the books, others each run.
func (b *books) decides(db *sqlx.DB) side {
	return func(ctx context.Context, run int) (float64, error) {
		var persons []registry.PersonID
		const list = `
			select id
			from (select dure_ref.code('P', id) as id from dure_ref.persons where same_as is null order by dure_ref.u(id, 101)) p
			offset $1 limit $2`
		if err := b.owner.SelectContext(ctx, &persons, list, run*decisions%max(1, b.receipts/5-decisions), decisions); err != nil {
			return 0, err
		}
		var took []float64
		for _, person := range persons {
			began := time.Now()
			room, findings, err := compliance.Screen(ctx, db, compliance.Proposal{
				Committee: committee, Person: person, Kind: registry.Individual, Cents: money.Cents(25_00), Made: period().Through,
			})
			if err != nil {
				return 0, err
			}
			if room.Limit.Cents == 0 || (room.Left >= 25_00) != (len(findings) == 0) {
				return 0, fmt.Errorf("screen: %v of room and %d findings: no decision", room.Left, len(findings))
			}
			took = append(took, float64(time.Since(began))/float64(time.Microsecond))
		}
		slices.Sort(took)
		return median(took), nil
	}
}
