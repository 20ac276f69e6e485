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

// What was found of one of two rows is known of the giver, once they are found to be one: of all that came from either.
func TestWhatIsKnownOfOneIsKnownOfBothOnceTheyAreOne(t *testing.T) {
	t.Parallel()
	older := giver("Ann", "Alpha")
	younger := older
	younger.Email, younger.Street = "ann.two@example.org", "9 Elm St"
	shows := older
	shows.Street = younger.Street
	for name, learn := range map[string]func(ctx context.Context, tx *sqlx.Tx, receipt string) error{
		"of another kind": func(ctx context.Context, tx *sqlx.Tx, receipt string) error {
			_, err := compliance.CorrectKind(ctx, tx, compliance.KindCorrection{Committee: river, Receipt: receipt, Kind: registry.Corporation, On: civil.MustParse("2026-03-01"), Evidence: "a letter"})
			return err
		},
		"a contractor": func(ctx context.Context, tx *sqlx.Tx, receipt string) error {
			s := registry.Status{Status: registry.IsContractor, From: civil.MustParse("2026-01-01"), Evidence: "a public list"}
			_, err := compliance.LearnStatus(ctx, tx, river, receipt, s, civil.MustParse("2026-03-01"))
			return err
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := newLawHouse(t)
			first := h.got(gift{to: river, by: older, cents: 50_00, on: "2026-02-01", change: byCheck})
			second := h.got(gift{to: river, by: younger, cents: 60_00, on: "2026-02-02", change: byCheck})
			h.in(func(ctx context.Context, tx *sqlx.Tx) error { return learn(ctx, tx, second) })
			same(t, "before", []string{}, h.cases(river, first))
			third := h.got(gift{to: river, by: shows, cents: 70_00, on: "2026-04-01", change: byCheck})
			same(t, "what was known already", []string{"unlawful source 60.00 due 2026-03-31"}, h.cases(river, second))
			same(t, "what came before", []string{"unlawful source 50.00 due 2026-05-01"}, h.cases(river, first))
			same(t, "what shows it", []string{"unlawful source 70.00 due 2026-05-01"}, h.cases(river, third))
			fourth := h.got(gift{to: river, by: shows, cents: 80_00, on: "2026-04-10", change: byCheck})
			if got := h.cases(river, fourth); len(got) != 1 {
				t.Errorf("cases of what comes after: %v, want one of an unlawful source", got)
			}
		})
	}
}
