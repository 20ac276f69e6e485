package compliance_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/jmoiron/sqlx"

	"dure/civil"
	"dure/compliance"
)

func TestDoubtIsSettledByProofInTimeOrByMoney(t *testing.T) {
	t.Parallel()
	h := newLawHouse(t)
	act := func(a compliance.CaseAct) func(ctx context.Context, tx *sqlx.Tx) error {
		return func(ctx context.Context, tx *sqlx.Tx) error { return compliance.ActOn(ctx, tx, a) }
	}
	doubt := func(receipt, on string) (id string) {
		h.in(func(ctx context.Context, tx *sqlx.Tx) (err error) {
			id, err = compliance.Doubt(ctx, tx, river, receipt, "billing address abroad", civil.MustParse(on))
			return err
		})
		return id
	}
	r := h.got(gift{to: river, by: person(1), cents: 300_00, on: "2026-04-01"}) // S20
	id := doubt(r, "2026-04-03")
	if again := doubt(r, "2026-04-04"); again != id {
		t.Errorf("a second doubt opened another case")
	}
	same(t, "the case", []string{"doubtful source 300.00 due 2026-05-01"}, h.cases(river, r))
	proof := compliance.CaseAct{Committee: river, Case: id, Kind: "proof", On: civil.MustParse("2026-05-01"), Text: "copy of the passport, drawer 3"}
	for _, c := range []struct {
		change func(a *compliance.CaseAct)
		refuse string
	}{
		{func(a *compliance.CaseAct) { a.On = a.On.Add(1) }, "on"},
		{func(a *compliance.CaseAct) { a.Text = " " }, "text"},
		{func(a *compliance.CaseAct) { a.Cents = 5 }, "cents"},
		{func(a *compliance.CaseAct) { a.Kind = "refund" }, "kind"},
		{func(a *compliance.CaseAct) { a.Kind = "closed" }, "kind"},
		{func(a *compliance.CaseAct) { a.Kind, a.On, a.Text = "asked", civil.Day{}, "" }, "on text"},
	} {
		a := proof
		c.change(&a)
		if got := h.refusal(act(a)); got != c.refuse {
			t.Errorf("act %+v is refused for %q, want %q", a, got, c.refuse)
		}
	}
	h.in(act(compliance.CaseAct{Committee: river, Case: id, Kind: "assigned", On: civil.MustParse("2026-04-05"), AssignTo: "S-ROWAN"}))
	h.in(act(compliance.CaseAct{Committee: river, Case: id, Kind: "asked", On: civil.MustParse("2026-04-05"), Text: "by letter 12"}))
	if held, err := compliance.Unspendable(t.Context(), h.db, river, civil.MustParse("2026-04-30")); err != nil || held != 300_00 {
		t.Errorf("Unspendable while in doubt = %s, %v, want $300.00", held, err)
	}
	h.in(act(proof))
	same(t, "after proof", []string{"doubtful source 300.00 due 2026-05-01 closed"}, h.cases(river, r))
	if held, err := compliance.Unspendable(t.Context(), h.db, river, civil.MustParse("2026-04-30")); err != nil || held != 0 {
		t.Errorf("Unspendable after proof = %s, %v, want none", held, err)
	}
	var closed *compliance.Refusal
	if err := h.try(act(proof)); !errors.As(err, &closed) || closed.Findings[0].Text != "This case is closed" {
		t.Errorf("proof for a closed case = %v, want a refusal", err)
	}
	c, err := compliance.FindCase(t.Context(), h.db, river, id, civil.MustParse("2026-04-30"))
	if err != nil || c.Assigned != "S-ROWAN" || c.State != "closed" || c.Left != 0 {
		t.Errorf("FindCase = %+v, %v", c, err)
	}
	acts, err := compliance.CaseActs(t.Context(), h.db, river, id)
	var kinds []string
	for _, a := range acts {
		kinds = append(kinds, a.Kind)
	}
	if diff := cmp.Diff([]string{"note", "note", "assigned", "asked", "proof", "closed"}, kinds); err != nil || diff != "" {
		t.Errorf("acts %v (-want +got):\n%s", err, diff)
	}

	// S19: found out later, thirty days from then; paid to the Treasury since it can't go back.
	found := h.got(gift{to: river, by: person(2), cents: 500_00, on: "2026-04-01"})
	h.in(func(ctx context.Context, tx *sqlx.Tx) error {
		_, err := compliance.Discover(ctx, tx, river, found, "the giver is a foreign national", civil.MustParse("2026-06-10"))
		return err
	})
	same(t, "the discovery", []string{"unlawful source 500.00 due 2026-07-10"}, h.cases(river, found))
	got := h.refusal(func(ctx context.Context, tx *sqlx.Tx) error {
		_, err := compliance.Discover(ctx, tx, river, found, "", civil.MustParse("2026-03-01"))
		return err
	})
	if got != "text on" {
		t.Errorf("an empty discovery is refused for %q", got)
	}
	pay := compliance.Disgorgement{
		Committee: river, Receipt: found, Cents: 500_00, PaidOn: civil.MustParse("2026-07-01"), HappenedAt: time.Date(2026, 7, 1, 15, 0, 0, 0, time.UTC),
		Method: "check 1042", Reason: "the giver can't be found",
	}
	for _, c := range []struct {
		change func(d *compliance.Disgorgement)
		refuse string
	}{
		{func(d *compliance.Disgorgement) { d.Cents = 500_01 }, "cents"},
		{func(d *compliance.Disgorgement) { d.Cents = -1 }, "cents"},
		{func(d *compliance.Disgorgement) { d.PaidOn = civil.MustParse("2026-03-01") }, "paid_on"},
		{func(d *compliance.Disgorgement) { d.Method, d.Reason = "", "" }, "method reason"},
	} {
		d := pay
		c.change(&d)
		if got := h.refusal(func(ctx context.Context, tx *sqlx.Tx) error { return compliance.Disgorge(ctx, tx, d) }); got != c.refuse {
			t.Errorf("Disgorge(%+v) is refused for %q, want %q", d, got, c.refuse)
		}
	}
	h.in(func(ctx context.Context, tx *sqlx.Tx) error { return compliance.Disgorge(ctx, tx, pay) })
	same(t, "after it was paid over", []string{"unlawful source 500.00 due 2026-07-10 closed"}, h.cases(river, found))
	if left, err := compliance.Refundable(t.Context(), h.db, river, found); err != nil || left != 0 {
		t.Errorf("Refundable after it was paid over = %s, %v, want none", left, err)
	}
	held := h.got(gift{to: river, by: person(3), cents: 100_00, on: "2026-04-01", change: func(r *compliance.Receipt) { r.Candidate, r.Election = robin, "P" }})
	pay.Receipt, pay.Cents = held, 100_00
	if got := h.refusal(func(ctx context.Context, tx *sqlx.Tx) error { return compliance.Disgorge(ctx, tx, pay) }); got != "receipt" {
		t.Errorf("what is held for a candidate is paid over: refused for %q", got)
	}
	h.proofs(river)
}
