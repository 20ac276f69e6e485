package donations_test

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/jmoiron/sqlx"

	"dure/compliance"
	"dure/dev/house"
	"dure/dev/stripesim"
	"dure/donations"
	"dure/ledger"
	"dure/money"
	"dure/pg"
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
	do(h.Sim.Dispute(stripesim.DisputeOrder{Dispute: won, Outcome: "won"}))
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

// strangers pays a session that no gift here has made, captured or only authorised, and gives its charge.
func strangers(t *testing.T, h *house.House, cents int64, captured bool, metadata ...string) string {
	t.Helper()
	form := url.Values{
		"mode": {"payment"}, "success_url": {"https://elsewhere.example.org/thanks"}, "line_items[0][quantity]": {"1"},
		"line_items[0][price_data][currency]": {"usd"}, "line_items[0][price_data][unit_amount]": {fmt.Sprint(cents)},
		"line_items[0][price_data][product_data][name]": {"A mug"}, "payment_intent_data[capture_method]": {"manual"},
	}
	if captured {
		form.Set("payment_intent_data[capture_method]", "automatic")
	}
	for i := 0; i < len(metadata); i += 2 {
		form.Set("payment_intent_data[metadata]["+metadata[i]+"]", metadata[i+1])
	}
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, h.SimURL+"/v1/checkout/sessions", strings.NewReader(form.Encode()))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	req.SetBasicAuth(account, "")
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	var session struct{ ID string }
	if err := json.NewDecoder(res.Body).Decode(&session); err != nil || session.ID == "" {
		t.Fatalf("a session of somebody else: %s, %v", res.Status, err)
	}
	out, err := h.Sim.Pay(session.ID, stripesim.TestCard(house.Good))
	if err != nil || out.Result != stripesim.Paid {
		t.Fatalf("pay it: %+v, %v", out, err)
	}
	return out.Charge
}

func TestEachUnexplainedDifference(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		what string
		part func(t *testing.T, h *house.House, g donations.Gift) [][2]string // brings it about, and tells what is wanted
	}{
		{"money of nobody's gift, with its fee and what was refunded of it", func(t *testing.T, h *house.House, _ donations.Gift) [][2]string {
			mug := strangers(t, h, 1700, true)
			h.Quiet()
			ordered(t, h, h.Sim.Refund, stripesim.RefundOrder{Charge: mug, Amount: 300})
			return [][2]string{{"nobody's gift", mug}}
		}},
		{"a gift that is not here", func(t *testing.T, h *house.House, _ donations.Gift) [][2]string {
			return [][2]string{{"which is not here", strangers(t, h, 1700, true, "dure_gift", "GAAAAAAAAAAAAAAA")}}
		}},
		{"a second payment of a gift", func(t *testing.T, h *house.House, g donations.Gift) [][2]string {
			return [][2]string{{"A second payment of gift " + string(g.ID), strangers(t, h, 5000, true, "dure_gift", string(g.ID))}}
		}},
		{"a charge of another amount than its gift", func(t *testing.T, h *house.House, _ donations.Gift) [][2]string {
			open := h.MustGive(h.Pledge(house.ToCommittee, 7000, house.By("Bram")))
			exec(t, h, `update gifts set payment_intent = null, session = null where id = $1`, open.ID)
			charge := strangers(t, h, 7001, true, "dure_gift", string(open.ID))
			h.Quiet()
			var txn string
			for _, u := range reconciled(t, h, donations.Asking{}).Unexplained {
				if strings.HasPrefix(u.IDs[0], "txn_") {
					txn = u.IDs[0]
				}
			}
			return [][2]string{{"The charge is of $70.01", charge}, {"The fee of a charge that can't be booked", txn}}
		}},
		{"a receipt whose charge Stripe does not know", func(t *testing.T, h *house.House, g donations.Gift) [][2]string {
			receive(t, h, g, "ch_elsewhere", 5000)
			return [][2]string{{"Stripe does not know it", "ch_elsewhere"}}
		}},
		{"a receipt whose charge was never captured", func(t *testing.T, h *house.House, g donations.Gift) [][2]string {
			only := strangers(t, h, 2200, false)
			receive(t, h, g, only, 2200)
			return [][2]string{{"never captured", only}}
		}},
		{"a fee that differs", func(t *testing.T, h *house.House, g donations.Gift) [][2]string {
			post(t, h, ledger.Entry{
				Source: "fee:txn_elsewhere", Lines: []ledger.Line{{Account: ledger.ProcessorFees, Cents: 99, Feeds: "21(b)"}, {Account: ledger.Stripe, Cents: -99}},
			})
			return [][2]string{{"Stripe does not know it", "txn_elsewhere"}}
		}},
		{"a payout that Stripe never made", func(t *testing.T, h *house.House, _ donations.Gift) [][2]string {
			within(t, h, func(tx *sqlx.Tx) error {
				return compliance.RecordPayout(t.Context(), tx, compliance.Payout{Committee: house.Committee, ID: "po_elsewhere", Cents: 100, PaidOn: h.Today(), HappenedAt: h.Sim.Now()})
			})
			return [][2]string{{"Stripe does not know it", "po_elsewhere"}}
		}},
		{"an entry on Stripe's account that is of nothing at Stripe", func(t *testing.T, h *house.House, _ donations.Gift) [][2]string {
			post(t, h, ledger.Entry{
				Source: "adjustment:7", Lines: []ledger.Line{{Account: ledger.Stripe, Cents: 1}, {Account: ledger.OtherReceipts, Cents: -1, Feeds: "17"}},
			})
			return [][2]string{{"Stripe does not know it", "adjustment:7"}}
		}},
	} {
		t.Run(c.what, func(t *testing.T) {
			t.Parallel()
			h := house.New(t)
			g := settled(t, h, house.ToCommittee, 5000, "Abel")
			want := c.part(t, h, g)
			h.Quiet()
			h.Advance(2 * time.Hour)
			h.Quiet()
			for _, how := range []donations.Asking{{DryRun: true}, {}, {Since: h.Sim.Now().Add(-24 * time.Hour), Hear: hearing(h)}} {
				unexplainedAs(t, reconciled(t, h, how), want...)
			}
		})
	}
}

func TestDifferenceOfSumsIsUnexplained(t *testing.T) {
	t.Parallel()
	h := house.New(t)
	// a charge whose gift and fee were booked with other sums, before Stripe's events could tell
	g := h.MustGive(h.Pledge(house.ToCommittee, 5000, house.By("Abel")))
	hearsNothing(t, h)
	paid := h.Pay(g, house.Good)
	h.Quiet()
	within(t, h, func(tx *sqlx.Tx) error {
		return donations.Learn(t.Context(), tx, h.Sim.Now(), house.Committee, g.ID, donations.Payment{
			Intent: paid.PaymentIntent, Captured: true, Charge: paid.Charge, ChargedAt: h.Sim.Now(), Cents: 5000, Taken: 4900,
		})
	})
	exec(t, h, `update owed_calls set state = 'done' where state = 'owed'`)
	capture(t, h, paid.PaymentIntent)
	h.Quiet()
	h.Advance(2 * time.Hour)
	before := reconciled(t, h, donations.Asking{DryRun: true})
	var txn string
	for _, u := range before.Unexplained {
		if strings.HasPrefix(u.What, "fee") {
			txn = u.IDs[0]
		}
	}
	within(t, h, func(tx *sqlx.Tx) error {
		return compliance.RecordFee(t.Context(), tx, compliance.Fee{
			Committee: house.Committee, ID: txn, Charge: paid.Charge, Cents: 174, PostedOn: h.Today(), HappenedAt: h.Sim.Now(),
		})
	})
	r := reconciled(t, h, donations.Asking{})
	unexplainedAs(t, r, [2]string{"charge: Books and Stripe have different sums", paid.Charge}, [2]string{"fee: Books and Stripe have different sums", txn})
	if r.UnexplainedCents() != 101 || r.Books-r.Stripe != -99 {
		t.Errorf("unexplained %v, difference %v, want $1.01 and -$0.99", r.UnexplainedCents(), r.Books-r.Stripe)
	}
}

func TestDifferenceFromBeforeIsFoundByTheBalance(t *testing.T) {
	t.Parallel()
	h := house.New(t)
	mug := strangers(t, h, 1700, true)
	h.Quiet()
	h.Advance(500 * 24 * time.Hour)
	h.Quiet()
	settled(t, h, house.ToCommittee, 5000, "Abel")
	week := h.Sim.Now().Add(-7 * 24 * time.Hour)
	unexplainedAs(t, reconciled(t, h, donations.Asking{Since: week}), [2]string{"nobody's gift", mug})
	r := reconciled(t, h, donations.Asking{Since: week, Exact: true})
	addsUp(t, r)
	if len(r.Unexplained) != 1 || !strings.Contains(r.Unexplained[0].What, "before the day") || r.Unexplained[0].Difference() != -1621 {
		t.Errorf("compared since a week alone: %+v", r.Unexplained)
	}
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

// within runs f in a transaction of the first committee.
func within(t *testing.T, h *house.House, f func(tx *sqlx.Tx) error) {
	t.Helper()
	if err := pg.InTx(t.Context(), h.DB, "test", []string{string(house.Committee)}, f); err != nil {
		t.Fatal(err)
	}
}

// post writes an entry to the books that is of nothing.
func post(t *testing.T, h *house.House, e ledger.Entry) {
	t.Helper()
	e.Committee, e.PostedOn, e.Text = house.Committee, h.Today(), "Test"
	within(t, h, func(tx *sqlx.Tx) error { return ledger.Post(t.Context(), tx, e) })
}

func exec(t *testing.T, h *house.House, query string, args ...any) {
	t.Helper()
	within(t, h, func(tx *sqlx.Tx) error {
		_, err := tx.ExecContext(t.Context(), query, args...)
		return err
	})
}

// receive settles a new gift by a charge that is not its own, with a fee.
func receive(t *testing.T, h *house.House, of donations.Gift, charge string, cents money.Cents) {
	t.Helper()
	g := h.MustGive(h.Pledge(house.ToCommittee, cents, house.By("Zinnia")))
	within(t, h, func(tx *sqlx.Tx) error {
		return donations.Learn(t.Context(), tx, h.Sim.Now(), house.Committee, g.ID, donations.Payment{
			Captured: true, Charge: charge, ChargedAt: h.Sim.Now(), Cents: cents, Taken: cents,
		})
	})
}

// capture captures a payment as somebody on Stripe's dashboard does.
func capture(t *testing.T, h *house.House, intent string) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, h.SimURL+"/v1/payment_intents/"+intent+"/capture", nil)
	if err != nil {
		t.Fatal(err)
	}
	req.SetBasicAuth(account, "")
	res, err := http.DefaultClient.Do(req)
	if err != nil || res.StatusCode != http.StatusOK {
		t.Fatalf("capture %s: %v, %v", intent, res, err)
	}
	res.Body.Close()
}
