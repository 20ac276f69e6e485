package donations_test

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"dure/dev/house"
	"dure/dev/stripesim"
	"dure/donations"
	"dure/ledger"
	"dure/money"
	"dure/webhooks"
)

// hearing asks for the events that never came and applies them, as the program does.
func hearing(h *house.House) func(context.Context, time.Time) (int, error) {
	return func(ctx context.Context, since time.Time) (int, error) {
		found, err := 0, error(nil)
		for range 5 {
			var n int
			n, err = webhooks.Fetch(ctx, h.DB, h.Accounts, house.Committee, since)
			if found += n; err == nil {
				break
			}
		}
		h.Quiet()
		return found, err
	}
}

// reconciled holds the first committee's books against its Stripe account.
func reconciled(t *testing.T, h *house.House, how donations.Asking) donations.Reconciliation {
	t.Helper()
	r, err := h.Accounts.Reconcile(t.Context(), h.Sim.Now, house.Committee, how)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// explained wants a reconciliation without unexplained differences, and with these named items, each "kind: count of cents, difference".
func explained(t *testing.T, r donations.Reconciliation, want ...string) {
	t.Helper()
	var got []string
	for _, n := range r.Named {
		got = append(got, fmt.Sprintf("%s: %d of %d, %d", n.Kind, n.Count, n.Cents, n.Difference))
	}
	slices.Sort(got)
	slices.Sort(want)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("named items (-want +got):\n%s", diff)
	}
	for _, u := range r.Unexplained {
		t.Errorf("unexplained: %s %v, gift %s, books %v, Stripe %v: %s", u.What, u.IDs, u.Gift, u.Books, u.Stripe, u.Do)
	}
	addsUp(t, r)
}

// addsUp wants the difference of the balances to be the sum of all items.
func addsUp(t *testing.T, r donations.Reconciliation) {
	t.Helper()
	var sum, books, stripe money.Cents
	for _, n := range r.Named {
		sum += n.Difference
	}
	for _, u := range r.Unexplained {
		sum += u.Difference()
	}
	for _, row := range r.Rows {
		books, stripe = books+row.Books, stripe+row.Stripe
	}
	if sum != r.Books-r.Stripe || books != r.Books || stripe != r.Stripe {
		t.Errorf("books %v, Stripe %v; the items part them by %v, the rows sum to %v and %v", r.Books, r.Stripe, sum, books, stripe)
	}
}

// unexplainedAs wants exactly these unexplained differences, each a part of its words and the id that it is about.
func unexplainedAs(t *testing.T, r donations.Reconciliation, want ...[2]string) {
	t.Helper()
	addsUp(t, r)
	left := slices.Clone(r.Unexplained)
	for _, w := range want {
		i := slices.IndexFunc(left, func(u donations.Unexplained) bool { return strings.Contains(u.What, w[0]) && u.IDs[0] == w[1] })
		if i < 0 {
			t.Errorf("no unexplained %q about %s", w[0], w[1])
			continue
		}
		if left[i].Do == "" {
			t.Errorf("%s: it says nothing of what to do", left[i].What)
		}
		left = slices.Delete(left, i, i+1)
	}
	for _, u := range left {
		t.Errorf("unexplained too: %s %v, books %v, Stripe %v: %s", u.What, u.IDs, u.Books, u.Stripe, u.Do)
	}
	if r.Explained() {
		t.Error("the reconciliation calls itself explained")
	}
}

const account = "sk_test_lanternstreet" // of the house's first committee

// everything brings about one of each thing that moves the balance; after each step rest lets the books follow.
func everything(t *testing.T, h *house.House, rest func()) {
	t.Helper()
	var gifts []donations.Gift
	for i, who := range []string{"Abel", "Bram", "Calla", "Dorian", "Elspeth", "Fern"} {
		gifts = append(gifts, h.MustGive(h.Pledge(house.ToCommittee, money.Cents(5000+1100*i), house.By(who))))
		h.Pay(gifts[i], house.Good)
	}
	rest()
	for i, g := range gifts {
		if gifts[i] = h.Gift(g.ID); gifts[i].State != donations.Settled {
			t.Fatalf("gift %d is %s", i, gifts[i].State)
		}
	}
	do := func(id string, err error) string {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		rest()
		return id
	}
	do(h.Sim.Refund(stripesim.RefundOrder{Charge: gifts[0].Charge, Amount: 1234}))
	do(h.Sim.Refund(stripesim.RefundOrder{Charge: gifts[1].Charge, Fail: true}))
	lost := do(h.Sim.Dispute(stripesim.DisputeOrder{Charge: gifts[2].Charge}))
	won := do(h.Sim.Dispute(stripesim.DisputeOrder{Charge: gifts[3].Charge}))
	do(h.Sim.Dispute(stripesim.DisputeOrder{Charge: gifts[4].Charge}))
	h.Advance(3 * 24 * time.Hour)
	rest()
	do(h.Sim.Dispute(stripesim.DisputeOrder{Dispute: lost, Outcome: "lost"}))
	do(h.Sim.Dispute(stripesim.DisputeOrder{Dispute: won, Outcome: "won", FeeBack: true}))
	of := h.Sim.AccountID(account)
	do(h.Sim.Payout(stripesim.PayoutOrder{Account: of, Amount: 4000, Manual: true}))
	back := do(h.Sim.Payout(stripesim.PayoutOrder{Account: of, Amount: 2000, Manual: true}))
	do(h.Sim.Payout(stripesim.PayoutOrder{Payout: back, Fail: true}))
	do(h.Sim.Payout(stripesim.PayoutOrder{Account: of, Amount: 1500, Manual: true, Fail: true}))
}

// booked lists all lines of the books without the ids of what was posted.
func booked(t *testing.T, h *house.House) []string {
	t.Helper()
	var lines []string
	const list = `
		select concat_ws(' ', split_part(e.source, ':', 1), e.posted_on, l.account, l.cents, l.feeds)
		from ledger_entries e
		join ledger_lines l on l.committee = e.committee and l.entry = e.id
		where e.committee = $1
		order by 1`
	if err := h.DB.Select(&lines, list, house.Committee); err != nil {
		t.Fatal(err)
	}
	return lines
}

// hearsNothing has the simulator drop every event.
func hearsNothing(t *testing.T, h *house.House) {
	t.Helper()
	if err := h.Sim.SetFaults(stripesim.Faults{Drop: 1}); err != nil {
		t.Fatal(err)
	}
}

func TestBooksThatHeardEverythingAreExplained(t *testing.T) {
	t.Parallel()
	h := house.New(t)
	everything(t, h, h.Quiet)
	for _, since := range []time.Time{{}, h.Sim.Now().Add(-time.Hour), h.Sim.Now().Add(-2 * 24 * time.Hour)} {
		r := reconciled(t, h, donations.Asking{Since: since, Exact: true, DryRun: true})
		explained(t, r, donations.PayoutNeverArrived+": 1 of 1500, 0")
		if r.Books == 0 || len(r.Rows) < 8 {
			t.Errorf("since %v: books %v, rows %+v", since, r.Books, r.Rows)
		}
	}
	r := reconciled(t, h, donations.Asking{})
	if diff := cmp.Diff([]donations.ChargeSum{{State: "settled", Count: 6, Cents: 46500}}, r.Charges); diff != "" {
		t.Errorf("Stripe's charges by state (-want +got):\n%s", diff)
	}
	if r.MendedCount() != 0 {
		t.Errorf("mended: %+v", r.Mended)
	}
	proved(t, h)
}

func TestReconcileMendsWhatNoEventTold(t *testing.T) {
	t.Parallel()
	heard, deaf := house.New(t), house.New(t)
	everything(t, heard, heard.Quiet)
	hearsNothing(t, deaf)
	everything(t, deaf, func() {
		deaf.Quiet()
		// an authorisation that is learned is captured, and the capture is learned in its turn
		for range 2 {
			reconciled(t, deaf, donations.Asking{Hear: hearing(deaf)})
			deaf.Quiet()
		}
	})
	if diff := cmp.Diff(booked(t, heard), booked(t, deaf)); diff != "" {
		t.Errorf("the books (-all events came +none came):\n%s", diff)
	}
	explained(t, reconciled(t, deaf, donations.Asking{}), donations.PayoutNeverArrived+": 1 of 1500, 0")
	proved(t, deaf)
}

func TestReconcileLearnsFromObjectsWhoseEventsAreGone(t *testing.T) {
	t.Parallel()
	heard, deaf := house.New(t), house.New(t)
	everything(t, heard, heard.Quiet)
	steps := 0
	everything(t, deaf, func() {
		deaf.Quiet()
		if steps++; steps == 1 {
			hearsNothing(t, deaf) // from the first refund on
		}
	})
	dry := reconciled(t, deaf, donations.Asking{DryRun: true})
	before := len(booked(t, deaf))
	if dry.MendedCount() != 0 || dry.Books == dry.Stripe {
		t.Errorf("a dry run: mended %v, books %v, Stripe %v", dry.Mended, dry.Books, dry.Stripe)
	}
	addsUp(t, dry)
	deaf.Advance(40 * 24 * time.Hour)
	dry = reconciled(t, deaf, donations.Asking{Since: deaf.Sim.Now().Add(-24 * time.Hour), DryRun: true})
	if dry.Explained() || len(booked(t, deaf)) != before {
		t.Errorf("a dry run forty days later is explained %v, and booked %d lines", dry.Explained(), len(booked(t, deaf))-before)
	}
	addsUp(t, dry)
	r := reconciled(t, deaf, donations.Asking{Since: deaf.Sim.Now().Add(-24 * time.Hour)}) // the balance shows that there is more before
	explained(t, r)
	want := []donations.Mended{{What: "refunds", Count: 2}, {What: "disputes", Count: 3}, {What: "payouts", Count: 1}} // another came back before it was booked
	if diff := cmp.Diff(want, r.Mended); diff != "" {
		t.Errorf("mended (-want +got):\n%s", diff)
	}
	b, err := ledger.Balances(t.Context(), heard.DB, house.Committee, heard.Today().Add(90), time.Time{})
	if err != nil {
		t.Fatal(err)
	}
	for a, cents := range b {
		if got := balance(t, deaf, a); got != cents {
			t.Errorf("%s is %v, want %v", a, got, cents)
		}
	}
	proved(t, deaf)
}

func TestAuthorisationThatNobodyToldIsLearnedAndCaptured(t *testing.T) {
	t.Parallel()
	h := house.New(t)
	hearsNothing(t, h)
	g := h.MustGive(h.Pledge(house.ToCommittee, 7000, house.By("Bram")))
	h.Pay(g, house.Good)
	h.Quiet()
	explained(t, reconciled(t, h, donations.Asking{DryRun: true}), donations.EventToCome+": 1 of 7000, 0")
	explained(t, reconciled(t, h, donations.Asking{}), donations.NotCaptured+": 1 of 7000, 0")
	if got := h.Gift(g.ID).State; got != donations.CaptureOwed {
		t.Fatalf("the gift is %s", got)
	}
	h.Quiet() // captures it, and hears nothing of the fee
	h.Advance(2 * time.Hour)
	if r := reconciled(t, h, donations.Asking{DryRun: true}); r.Explained() || r.UnexplainedCents() != 233 {
		t.Errorf("a fee that nobody told: unexplained %v, %+v", r.UnexplainedCents(), r.Unexplained)
	}
	explained(t, reconciled(t, h, donations.Asking{}))
	if got := h.Gift(g.ID).State; got != donations.Settled {
		t.Errorf("the gift is %s", got)
	}
	proved(t, h)
}

func TestEachNamedItem(t *testing.T) {
	t.Parallel()
	h := house.New(t)
	of := h.Sim.AccountID(account)
	settled(t, h, house.ToCommittee, 9000, "Calla")
	h.Advance(3 * 24 * time.Hour)
	h.Quiet()
	if _, err := h.Sim.Payout(stripesim.PayoutOrder{Account: of, Amount: 4000, Manual: true, DaysLate: 2}); err != nil {
		t.Fatal(err)
	}
	if _, err := h.Sim.Payout(stripesim.PayoutOrder{Account: of, Amount: 1000, Manual: true, Fail: true}); err != nil {
		t.Fatal(err)
	}
	const prepaid = "5105105105105100"
	held := h.MustGive(h.Pledge(house.ToCommittee, 2500, house.By("Dorian")))
	h.Pay(held, prepaid)
	let := h.MustGive(h.Pledge(house.ToCommittee, 2600, house.By("Fern")))
	h.Pay(let, prepaid)
	h.Quiet()
	if err := donations.Decide(t.Context(), h.DB, h.Sim.Now(), "Rowan Whitfield", house.Committee, let.ID, false, "a stranger's card"); err != nil {
		t.Fatal(err)
	}
	waits := h.MustGive(h.Pledge(house.ToCommittee, 3100, house.By("Elspeth")))
	h.Pay(waits, house.Good)
	nobody := strangers(t, h, 1700, false)
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	if err := h.Sim.Settle(ctx); err != nil {
		t.Fatal(err)
	}
	if _, err := webhooks.Sweep(t.Context(), h.DB, h.Sim.Now()); err != nil { // learns the authorisation; the capture is not made
		t.Fatal(err)
	}
	r := reconciled(t, h, donations.Asking{DryRun: true})
	explained(t, r,
		donations.PayoutOnItsWay+": 1 of 4000, 4000", donations.PayoutNeverArrived+": 1 of 1000, 0", donations.HeldForPerson+": 1 of 2500, 0",
		donations.BeingReleased+": 1 of 2600, 0", donations.NotCaptured+": 1 of 3100, 0", donations.StrangeAuthorisation+": 1 of 1700, 0")
	want := []donations.ChargeSum{
		{State: "capture owed", Count: 1, Cents: 3100},
		{State: "held", Count: 1, Cents: 2500},
		{State: "nobody's", Count: 1, Cents: 1700},
		{State: "release owed", Count: 1, Cents: 2600},
		{State: "settled", Count: 1, Cents: 9000},
	}
	if diff := cmp.Diff(want, r.Charges); diff != "" {
		t.Errorf("Stripe's charges by state (-want +got):\n%s", diff)
	}
	h.Quiet()
	h.Advance(8 * 24 * time.Hour) // what was authorised lapses, the payout arrives
	h.Quiet()
	explained(t, reconciled(t, h, donations.Asking{}), donations.PayoutNeverArrived+": 1 of 1000, 0")
	if nobody == "" {
		t.Error("nobody's charge has no id")
	}
	proved(t, h)
}

func TestCaptureThatIsNotInTheBalanceYetIsNamed(t *testing.T) {
	t.Parallel()
	h := house.NewSlow(t, time.Hour) // Stripe's balance follows a capture after an hour
	g := h.MustGive(h.Pledge(house.ToCommittee, 5000, house.By("Abel")))
	h.Pay(g, house.Good)
	for deadline := time.Now().Add(20 * time.Second); h.Gift(g.ID).State != donations.Settled; time.Sleep(20 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("the gift is %s", h.Gift(g.ID).State)
		}
		if _, err := webhooks.Sweep(t.Context(), h.DB, h.Sim.Now()); err != nil {
			t.Fatal(err)
		}
		if _, err := h.Accounts.Sweep(t.Context(), h.Sim.Now(), 8); err != nil {
			t.Fatal(err)
		}
	}
	explained(t, reconciled(t, h, donations.Asking{}), donations.Clearing+": 1 of 5000, 5000")
}

func TestReconcileIsHonestWhenStripeFails(t *testing.T) {
	t.Parallel()
	h := house.New(t)
	everything(t, h, h.Quiet)
	if err := h.Sim.SetFaults(stripesim.Faults{FailAPI: 0.3, Seed: 7}); err != nil {
		t.Fatal(err)
	}
	explained(t, reconciled(t, h, donations.Asking{}), donations.PayoutNeverArrived+": 1 of 1500, 0") // single failures are asked again
	if err := h.Sim.SetFaults(stripesim.Faults{FailAPI: 1}); err != nil {
		t.Fatal(err)
	}
	if r, err := h.Accounts.Reconcile(t.Context(), h.Sim.Now, house.Committee, donations.Asking{}); err == nil {
		t.Errorf("a Stripe that only fails gives %+v", r)
	}
	if _, err := h.Accounts.Reconcile(t.Context(), h.Sim.Now, "nobody", donations.Asking{}); !errors.Is(err, sql.ErrNoRows) {
		t.Errorf("a committee that is not here: %v", err)
	}
}

func TestReconciliationsAreKept(t *testing.T) {
	t.Parallel()
	h := house.New(t)
	settled(t, h, house.ToCommittee, 5000, "Abel")
	if last, err := donations.LastReconciled(t.Context(), h.DB, house.Committee, 0); err != nil || !last.IsZero() {
		t.Fatalf("before the first: %v, %v", last, err)
	}
	r := reconciled(t, h, donations.Asking{Since: h.Sim.Now().Add(-3 * 24 * time.Hour)})
	if err := donations.KeepReconciliation(t.Context(), h.DB, "test", r); err != nil {
		t.Fatal(err)
	}
	for span, want := range map[time.Duration]bool{0: true, 2 * 24 * time.Hour: true, 4 * 24 * time.Hour: false} {
		if last, err := donations.LastReconciled(t.Context(), h.DB, house.Committee, span); err != nil || last.IsZero() == want {
			t.Errorf("one that looks back %v: %v, %v", span, last, err)
		}
	}
}
