package compliance_test

import (
	"context"
	"database/sql"
	"fmt"
	"strings"
	"testing"

	"github.com/jmoiron/sqlx"

	"dure/civil"
	"dure/compliance"
	"dure/money"
	"dure/registry"
)

// near lists who is near a limit as "giver rule known room[ over][ for election][ case due day]".
func (h *lawHouse) near(committee registry.CommitteeID, on string) []string {
	h.t.Helper()
	all, err := compliance.NearLimits(h.t.Context(), h.db, committee, civil.MustParse(on))
	if err != nil {
		h.t.Fatal(err)
	}
	out := []string{}
	for _, n := range all {
		s := fmt.Sprintf("%s %s %s room %s", n.Giver, n.Rule.ID, n.Known.Plain(), n.Room.Plain())
		if n.Over() > 0 {
			s += " over " + n.Over().Plain()
		}
		if n.Election != "" {
			s += " for " + n.Election
		}
		if n.Case != "" {
			s += fmt.Sprintf(" case at %s due %s", n.CaseAt, n.DueOn)
		}
		out = append(out, s)
	}
	return out
}

func TestGiversAreListedFromATenthBelowTheirLimit(t *testing.T) {
	t.Parallel()
	h := newLawHouse(t)
	give := func(n int, to registry.CommitteeID, cents int64, change func(r *compliance.Receipt)) string {
		return h.got(gift{to: to, by: person(n), cents: money.Cents(cents), on: "2026-05-01", change: change})
	}
	earmark := func(r *compliance.Receipt) { r.Candidate, r.Election = robin, "P" }
	cash := func(r *compliance.Receipt) { r.Instrument = "cash" }
	give(1, river, 4499_99, nil) // a cent below nine tenths
	give(2, river, 4500_00, nil)
	give(3, river, 5000_00, nil)
	give(4, brook, 2000_00, nil)
	give(4, river, 3000_01, nil) // with the affiliate's
	give(5, river, 3149_99, earmark)
	give(6, river, 3150_00, earmark)
	give(7, river, 3500_01, earmark)
	give(8, campaign, 3200_00, nil)
	give(9, river, 89_99, cash)
	give(10, river, 90_00, cash)
	h.got(gift{to: river, by: person(11), cents: 5000_00, on: "2025-12-31"}) // another year
	h.got(gift{to: brook, by: person(12), cents: 5000_00, on: "2026-05-01"}) // the affiliate's alone
	same(t, "at the committee", []string{
		"Ann10 Alpha cash-committee 90.00 room 10.00",
		"Ann7 Alpha limit-person-candidate 3500.01 room 0.00 over 0.01 for primary of 1 September 2026 case at river due 2026-05-10",
		"Ann6 Alpha limit-person-candidate 3150.00 room 350.00 for primary of 1 September 2026",
		"Ann4 Alpha limit-person-pac 5000.01 room 0.00 over 0.01 case at river due 2026-06-30",
		"Ann3 Alpha limit-person-pac 5000.00 room 0.00",
		"Ann2 Alpha limit-person-pac 4500.00 room 500.00",
	}, h.near(river, "2026-06-01"))
	same(t, "at the affiliate", []string{
		"Ann4 Alpha limit-person-pac 5000.01 room 0.00 over 0.01 case at river due 2026-06-30",
		"Ann12 Alpha limit-person-pac 5000.00 room 0.00",
	}, h.near(brook, "2026-06-01"))
	same(t, "at the campaign", []string{"Ann8 Alpha limit-person-candidate 3200.00 room 300.00 for primary of 1 September 2026"}, h.near(campaign, "2026-06-01"))
	same(t, "where there is no limit", []string{}, h.near(sky, "2026-06-01"))
	same(t, "long after the primary", []string{}, h.near(campaign, "2026-11-01"))
	same(t, "in the next year", []string{}, h.near(river, "2027-01-01"))

	// Money that goes back leaves room again, and two who are one are listed once.
	back := give(13, river, 4800_00, nil)
	h.in(func(ctx context.Context, tx *sqlx.Tx) error {
		return compliance.RecordRefund(ctx, tx, compliance.Refund{Committee: river, ID: "X-13", Receipt: back, Cents: 300_01, RefundedOn: civil.MustParse("2026-05-02"), HappenedAt: civil.MustParse("2026-05-02").Midnight()})
	})
	one, two := person(14), person(14)
	two.Street, two.Email = "9 Oak St", "ann@example.net"
	h.got(gift{to: river, by: one, cents: 2300_00, on: "2026-05-01"})
	h.got(gift{to: river, by: two, cents: 2300_00, on: "2026-05-01"})
	if list := h.near(river, "2026-06-01"); len(list) != 6 {
		t.Errorf("with a refund, and two who gave half each, the list is %q, want six", list)
	}
	two.Email = one.Email // the evidence of both
	h.person(two)
	if list := h.near(river, "2026-06-01"); len(list) != 7 || list[5] != "Ann14 Alpha limit-person-pac 4600.00 room 400.00" {
		t.Errorf("once they are one the list is %q", list)
	}
}

// What another conduit has of a giver is its own: only the room that is left is common.
func TestACaseOfAStrangersCommitteeIsNotTold(t *testing.T) {
	t.Parallel()
	h := newLawHouse(t)
	earmark := func(r *compliance.Receipt) { r.Candidate, r.Election = robin, "P" }
	h.got(gift{to: river, by: person(1), cents: 3500_00, on: "2026-05-01", change: earmark})
	h.got(gift{to: county, by: person(1), cents: 100_00, on: "2026-05-02", change: earmark})
	const over = "Ann1 Alpha limit-person-candidate 3600.00 room 0.00 over 100.00 for primary of 1 September 2026"
	same(t, "where the case is", []string{over + " case at county due 2026-05-11"}, h.near(county, "2026-06-01"))
	same(t, "elsewhere", []string{over}, h.near(river, "2026-06-01"))
}

// counted counts the questions that are asked of a database.
type counted struct {
	*sqlx.DB
	asked *int
}

func (c counted) QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error) {
	*c.asked++
	return c.DB.QueryContext(ctx, query, args...)
}

func (c counted) QueryxContext(ctx context.Context, query string, args ...any) (*sqlx.Rows, error) {
	*c.asked++
	return c.DB.QueryxContext(ctx, query, args...)
}

func (c counted) QueryRowxContext(ctx context.Context, query string, args ...any) *sqlx.Row {
	*c.asked++
	return c.DB.QueryRowxContext(ctx, query, args...)
}

// The page of a committee with thousands of givers near a limit is as quick as with one.
func TestWhoIsNearALimitIsAskedTogether(t *testing.T) {
	t.Parallel()
	h := newLawHouse(t)
	earmark := func(r *compliance.Receipt) { r.Candidate, r.Election = robin, "P" }
	give := func(n int) {
		h.got(gift{to: river, by: person(n), cents: 5000_01, on: "2026-05-01"})
		h.got(gift{to: river, by: person(n), cents: 3500_01, on: "2026-05-01", change: earmark})
		h.got(gift{to: campaign, by: person(20 + n), cents: 3500_01, on: "2026-05-01"})
	}
	questions := func(committee registry.CommitteeID, on string) (asked int) {
		t.Helper()
		all, err := compliance.NearLimits(t.Context(), counted{h.db, &asked}, committee, civil.MustParse(on))
		if err != nil {
			t.Fatal(err)
		}
		cases := map[string]bool{}
		for _, n := range all {
			whose := compliance.Case{}
			if whose, err = compliance.FindCase(t.Context(), h.db, n.CaseAt, n.Case, n.On); err != nil {
				t.Fatal(err)
			}
			if whose.Person != n.Person || whose.Rule != n.Rule.ID || !strings.HasPrefix(n.Giver, "Ann") {
				t.Errorf("%s, under %s, is shown beside the case of %s under %s", n.Person, n.Rule.ID, whose.Person, whose.Rule)
			}
			cases[n.Case] = true
		}
		if len(cases) != len(all) || len(all) == 0 {
			t.Errorf("%d cases for %d who are over a limit", len(cases), len(all))
		}
		return asked
	}
	give(1)
	type at struct {
		committee registry.CommitteeID
		on        string
	}
	one := map[at]int{}
	for _, a := range []at{{river, "2026-06-01"}, {campaign, "2026-06-01"}, {campaign, "2026-09-20"}} {
		one[a] = questions(a.committee, a.on)
	}
	for n := range 7 {
		give(n + 2)
	}
	for a, want := range one {
		if got := questions(a.committee, a.on); got != want {
			t.Errorf("of eight givers of %s on %s the database is asked %d questions, and of one %d", a.committee, a.on, got, want)
		}
	}
}
