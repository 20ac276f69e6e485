package compliance_test

import (
	"context"
	"testing"
	"time"

	"github.com/jmoiron/sqlx"

	"dure/civil"
	"dure/compliance"
	"dure/money"
	"dure/pg"
	"dure/registry"
)

// affiliated enters an affiliation, and tells how many cases it opened.
func (h *lawHouse) affiliated(c registry.CommitteeID, group, on, found string) int {
	h.t.Helper()
	var opened int
	h.in(func(ctx context.Context, tx *sqlx.Tx) (err error) {
		opened, err = compliance.Affiliate(ctx, tx, compliance.Affiliation{
			Group: group, Reason: "founded by the same people", Committee: c, On: civil.MustParse(on), Found: civil.MustParse(found),
		})
		return err
	})
	return opened
}

func TestAffiliationThatIsEnteredLateOpensCasesAtOnce(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name         string
		toRiver      money.Cents
		toBrook      money.Cents
		brookOn      string
		since        string
		opened       int
		river, brook []string
	}{
		{"to the cent at the limit", 3000_00, 2000_00, "2026-03-10", "2026-02-01", 0, []string{}, []string{}},
		{"a cent over", 3000_00, 2000_01, "2026-03-10", "2026-02-01", 1, []string{}, []string{"excessive 0.01 due 2026-07-19"}},
		{"more than the last gift", 5000_00, 2000_00, "2026-03-10", "2026-02-01", 1, []string{}, []string{"excessive 2000.00 due 2026-07-19"}},
		{"the last gift on the first day", 5000_00, 2000_00, "2026-03-10", "2026-03-10", 1, []string{}, []string{"excessive 2000.00 due 2026-07-19"}},
		{"all was given before the first day", 5000_00, 2000_00, "2026-03-10", "2026-03-11", 0, []string{}, []string{}},
		{"the gifts are of two years", 5000_00, 2000_00, "2025-12-31", "2025-06-01", 0, []string{}, []string{}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			h := newLawHouse(t)
			for _, id := range []registry.CommitteeID{river, brook} { // they part, and nobody enters that they are one again
				h.in(func(ctx context.Context, tx *sqlx.Tx) error {
					return registry.Disaffiliate(ctx, tx, "water", id, civil.MustParse("2025-01-02"))
				})
			}
			one := h.got(gift{to: river, by: person(1), cents: c.toRiver, on: "2026-02-10"})
			two := h.got(gift{to: brook, by: person(1), cents: c.toBrook, on: c.brookOn})
			h.got(gift{to: brook, by: person(2), cents: 5000_00, on: "2026-03-10"}) // gave to one alone
			if n := h.affiliated(river, "water", c.since, "2026-05-20"); n != 0 {
				t.Errorf("%d cases opened while the group is of one, want none", n)
			}
			if n := h.affiliated(brook, "water", c.since, "2026-05-20"); n != c.opened {
				t.Errorf("%d cases opened, want %d", n, c.opened)
			}
			same(t, "at the first", c.river, h.cases(river, one))
			same(t, "at the second", c.brook, h.cases(brook, two))
			h.proofs(river, brook)
		})
	}
}

func TestAffiliationOfTodayLooksBackAtNothing(t *testing.T) {
	t.Parallel()
	h := newLawHouse(t)
	h.got(gift{to: county, by: person(1), cents: 10000_00, on: "2026-03-10"})
	if n := h.affiliated(county, "party", "2026-06-01", "2026-05-20"); n != 0 {
		t.Errorf("an affiliation that begins later opens %d cases", n)
	}
	// One whose account is of another kind shares no limit with it.
	h.got(gift{to: sky, by: person(1), cents: 90000_00, on: "2026-03-11"})
	if n := h.affiliated(sky, "party", "2026-01-01", "2026-05-20"); n != 0 {
		t.Errorf("a super PAC's money opens %d cases", n)
	}
}

// A gift that is under way while an affiliation is entered knows nothing of it, and must not slip past.
func TestAffiliationWaitsForGiftsUnderWay(t *testing.T) {
	t.Parallel()
	h := newLawHouse(t)
	for _, id := range []registry.CommitteeID{river, brook} {
		h.in(func(ctx context.Context, tx *sqlx.Tx) error {
			return registry.Disaffiliate(ctx, tx, "water", id, civil.MustParse("2025-01-02"))
		})
	}
	h.got(gift{to: river, by: person(1), cents: 3000_00, on: "2026-02-10"})
	h.affiliated(river, "water", "2026-02-01", "2026-05-20")

	came, settle, settled := make(chan string), make(chan struct{}), make(chan error, 1)
	go func() {
		settled <- pg.InTx(t.Context(), h.db, "test", []string{string(brook)}, func(tx *sqlx.Tx) error {
			id, err := h.receive(t.Context(), tx, gift{to: brook, by: person(1), cents: 3000_00, on: "2026-03-10"})
			came <- id
			<-settle
			return err
		})
	}()
	late := <-came
	time.AfterFunc(500*time.Millisecond, func() { close(settle) }) // it commits once the other has begun
	opened := h.affiliated(brook, "water", "2026-02-01", "2026-05-20")
	if err := <-settled; err != nil {
		t.Fatal(err)
	}
	same(t, "the gift that was under way", []string{"excessive 1000.00 due 2026-07-19"}, h.cases(brook, late))
	if opened != 1 {
		t.Errorf("%d cases opened, want one", opened)
	}
}
