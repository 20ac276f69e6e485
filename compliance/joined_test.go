package compliance_test

import (
	"context"
	"testing"

	"github.com/jmoiron/sqlx"

	"dure/civil"
	"dure/compliance"
	"dure/registry"
)

// A gift to one committee may show that two givers are one, who together are over the limit of another: its case opens at once, and not
// with the next gift there.
func TestGiversFoundToBeOneAreLookedAtUnderEachLimit(t *testing.T) {
	t.Parallel()
	there := giver("Ann", "Alpha")
	here := there
	here.Email, here.Street = "ann.two@example.org", "9 Elm St"
	shows := there
	shows.Street = here.Street // the mail of one, and the address of the other
	for name, show := range map[string]func(t *testing.T, h *lawHouse){
		"by a gift to another committee": func(_ *testing.T, h *lawHouse) {
			h.got(gift{to: sky, by: shows, cents: 1_00, on: "2026-04-01"})
		},
		"by a signature on another's check": func(t *testing.T, h *lawHouse) {
			id := h.got(gift{to: sky, by: giver("Bea", "Bravo"), cents: 2_00, on: "2026-04-01", change: byCheck})
			h.in(func(ctx context.Context, tx *sqlx.Tx) error {
				return compliance.AttributeEqually(ctx, tx, sky, id, civil.MustParse("2026-04-01"), []registry.Contributor{shows})
			})
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := newLawHouse(t)
			h.got(gift{to: river, by: there, cents: 4000_00, on: "2026-02-01"})
			paid := h.got(gift{to: brook, by: here, cents: 3000_00, on: "2026-02-02"})
			h.got(gift{to: campaign, by: there, cents: 3500_00, on: "2026-02-03"})
			voted := h.got(gift{to: campaign, by: here, cents: 500_00, on: "2026-02-04"})
			h.got(gift{to: campaign, by: here, cents: 3000_00, on: "2026-02-05", change: for_("G")})
			show(t, h)
			same(t, "to the affiliates", []string{"excessive 2000.00 due 2026-05-31"}, h.cases(brook, paid))
			same(t, "to the campaign", []string{"excessive 500.00 for P due 2026-05-31"}, h.cases(campaign, voted))
			var all int
			if err := h.db.GetContext(t.Context(), &all, `select count(*) from cases`); err != nil || all != 2 {
				t.Errorf("%d cases, %v; want the two", all, err)
			}
			h.got(gift{to: sky, by: shows, cents: 1_00, on: "2026-04-02"}) // and again: nothing new is found
			if err := h.db.GetContext(t.Context(), &all, `select count(*) from cases`); err != nil || all != 2 {
				t.Errorf("%d cases after another gift, %v; want the two", all, err)
			}
		})
	}
}
