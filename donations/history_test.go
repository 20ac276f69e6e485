package donations_test

import (
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/jmoiron/sqlx"

	"dure/civil"
	"dure/compliance"
	"dure/compliance/fec"
	"dure/dev/house"
	"dure/dev/stripesim"
	"dure/donations"
	"dure/ledger"
	"dure/money"
	"dure/pg"
	"dure/registry"
)

var (
	histories   = flag.Int("histories", 3, "how many random histories are lived through")
	historySeed = flag.Uint64("seed", 20261122, "of the first history; the next ones have the numbers after it")
	historySize = flag.Int("acts", 100, "how many things happen in each")
)

// TestWhateverHappensTheBooksHold lives through random histories of some months: people give by card and by check, alone, together and as
// partners, to committees and to a candidate's own, change their minds, dispute, turn out to be one, or of another kind; the desk decides,
// deposits, pays, forwards, redesignates, reattributes, disgorges; votes move and are lost; Stripe pays out, fails, loses events, and
// tells twice and in disorder. At any point in between facts, books, reports, limits, cases and Stripe say the same.
func TestWhateverHappensTheBooksHold(t *testing.T) {
	t.Parallel()
	for i := range *histories {
		seed := *historySeed + uint64(i)
		t.Run(fmt.Sprint("seed ", seed), func(t *testing.T) {
			t.Parallel()
			l := live(t, seed)
			for range *historySize {
				l.act()
				if l.rng.IntN(15) == 0 {
					l.hold()
				}
				if t.Failed() {
					break
				}
			}
			l.hold()
			t.Log(l.summary())
			if t.Failed() {
				t.Logf("seed %d: what happened:\n%s", seed, strings.Join(l.told, "\n"))
			}
		})
	}
}

// summary tells how much of each kind happened.
func (l *lived) summary() string {
	var b strings.Builder
	fmt.Fprintf(&b, "until %v: %d gifts, %d of them settled", l.h.Today(), len(l.gifts), l.h.Count(`select count(*) from gifts where state = 'settled'`))
	for _, table := range []string{
		"receipts", "refunds", "refund_failures", "disputes", "dispute_ends", "payouts", "payout_failures", "deposits", "forwards", "disgorgements",
		"designations", "attributions", "cases", "case_acts", "person_joins", "person_kinds", "person_statuses", "affiliations", "election_moves",
		"election_outcomes", "net_debts",
	} {
		fmt.Fprintf(&b, ", %s %d", table, l.h.Count(`select count(*) from `+table))
	}
	return b.String()
}

// lived is one house, and what happened in it.
type lived struct {
	t        *testing.T
	h        *house.House
	rng      *rand.Rand
	begun    civil.Day
	gifts    []donations.Gift
	refunds  []string
	outside  []string // refunds that the desk did not make
	disputes []string
	payouts  []string
	told     []string
	faults   stripesim.Faults
	lossy    bool      // some of Stripe's events never come
	apart    bool      // the affiliate is on its own
	parted   bool      // and was so at some time
	turned   civil.Day // when that changed last
}

func live(t *testing.T, seed uint64) *lived {
	l := &lived{t: t, h: house.New(t), rng: rand.New(rand.NewPCG(seed, 5)), lossy: seed%3 == 0}
	l.faults = stripesim.Faults{Duplicate: 0.2, Shuffle: true, DelayMS: 2, Seed: seed}
	if err := l.h.Sim.SetFaults(l.faults); err != nil {
		t.Fatal(err)
	}
	l.settle()
	if seed%2 == 1 { // the votes are near
		spring := civil.Of(l.h.Today().Year()+2-l.h.Today().Year()%2, time.March, 20)
		l.advance(time.Duration(spring.Sub(l.h.Today())) * 24 * time.Hour)
	}
	l.begun = civil.Of(l.h.Today().Year(), time.January, 1)
	l.turned = l.begun
	for _, c := range all {
		l.within(c, func(tx *sqlx.Tx) error {
			printer := registry.Payee{ID: "PRINTER", Entity: "ORG", Name: "SAMPLE PRINT SHOP", Street: "4 Sample St", City: "Boston", State: "MA", Zip: "02110"}
			_, err := registry.AddPayee(t.Context(), tx, c, printer)
			return errors.Join(err, compliance.OpenBooks(t.Context(), tx, c, l.begun, 841237))
		})
	}
	l.advance(time.Duration(l.rng.IntN(60*24)) * time.Hour)
	return l
}

var (
	both = []registry.CommitteeID{house.Committee, house.Affiliate}
	all  = []registry.CommitteeID{house.Committee, house.Affiliate, campaign}
)

func (l *lived) say(format string, args ...any) {
	l.told = append(l.told, l.h.Sim.Now().Format("2006-01-02 15:04 ")+fmt.Sprintf(format, args...))
}

func (l *lived) within(c registry.CommitteeID, f func(tx *sqlx.Tx) error) {
	l.t.Helper()
	if err := pg.InTx(l.t.Context(), l.h.DB, "Rowan Whitfield", []string{string(c)}, f); err != nil {
		l.t.Errorf("%s: %v", l.last(), err)
	}
}

func (l *lived) last() string {
	if len(l.told) == 0 {
		return "at the beginning"
	}
	return l.told[len(l.told)-1]
}

// may takes a refusal for an answer, and no other error.
func (l *lived) may(err error) {
	l.t.Helper()
	var no *compliance.Refusal
	if err != nil && !errors.As(err, &no) {
		l.t.Errorf("%s: %v", l.last(), err)
	} else if err != nil {
		l.say("… is refused: %v", no)
	}
}

func pick[T any](l *lived, list []T) T { return list[l.rng.IntN(len(list))] }

// act is something that somebody does.
func (l *lived) act() {
	acts := []func(){
		l.give, l.give, l.give, l.give, l.give, l.give, l.give, l.give, l.give, l.give, l.check, l.deposit, l.refund, l.refund, l.dashboardRefund, l.dashboardRefund,
		l.failRefund, l.failRefund, l.dispute, l.dispute, l.decideDispute, l.decideDispute, l.forward,
		l.payout, l.forward, l.decide, l.pay, l.wait, l.wait,
		l.joint, l.partners, l.elsewhere, l.join, l.arrive, l.reattribute, l.reattribute, l.redesignate, l.redesignate, l.disgorge, l.giveBack,
		l.question, l.byHand, l.correct, l.know, l.moveElection, l.outcome, l.debts, l.affiliation, l.drive, l.stripeFails,
	}
	pick(l, acts)()
	if l.rng.IntN(2) == 0 {
		l.h.Quiet()
	}
}

var givers = []string{"Bram", "Calla", "Dorian", "Esme", "Fenn"}

func (l *lived) give() {
	drive := pick(l, []string{house.ToCommittee, house.ToCommittee, house.ToAffiliate, house.ToCandidate, house.ViaOther, toCampaign})
	who, cents := pick(l, givers), pick(l, []money.Cents{501, 2500, 10_000, 25_000, 75_000, 180_000, 350_000, 500_000})
	l.say("%s gives %v to %s", who, cents, drive)
	g, err := l.h.Give(l.h.Pledge(drive, cents, house.By(who)))
	if errors.Is(err, donations.ErrCardPage) {
		l.say("… and Stripe fails")
		return
	}
	l.may(err)
	if err != nil || l.rng.IntN(12) == 0 {
		return // refused, or the card page is never filled in
	}
	l.gifts = append(l.gifts, g)
	card := pick(l, []string{house.Good, house.Good, house.Good, house.Good, "4000001240000000", "4000000000000002"})
	out, err := l.h.Sim.Pay(g.Session, stripesim.TestCard(card).Of(g.Name()))
	l.say("… and pays with %s: %v %v", card, out.Result, err)
}

// check is a check, which is taken whatever its sum.
func (l *lived) check() {
	who, cents := pick(l, givers), pick(l, []money.Cents{5_000, 30_000, 200_000, 400_000})
	l.say("a check of %s over %v", who, cents)
	check(l.t, l.h, registry.Contributor{
		Entity: "IND", First: who, Last: "Quillfeather", Street: "1 " + who + " St", City: "Brooklyn", State: "NY", Zip: "11215", Country: "US",
	}, cents)
}

func (l *lived) deposit() {
	at := pick(l, all)
	checks, err := compliance.Undeposited(l.t.Context(), l.h.DB, at, l.h.Today())
	if err != nil || len(checks) == 0 {
		l.may(err)
		return
	}
	d := compliance.Deposit{Committee: at, ID: pg.NewID('B'), DepositedOn: l.h.Today(), HappenedAt: l.h.Sim.Now()}
	for _, c := range checks[:1+l.rng.IntN(len(checks))] {
		d.Receipts = append(d.Receipts, c.Receipt)
	}
	l.say("a deposit of %v", d.Receipts)
	l.within(at, func(tx *sqlx.Tx) error { return compliance.RecordDeposit(l.t.Context(), tx, d) })
}

// charged is a gift that was paid at some time, if there is one.
func (l *lived) charged() (donations.Gift, bool) {
	if len(l.gifts) == 0 {
		return donations.Gift{}, false
	}
	g := l.h.Gift(pick(l, l.gifts).ID)
	return g, g.Charge != ""
}

func (l *lived) refund() {
	g, ok := l.charged()
	if !ok {
		return
	}
	cents := g.Cents / money.Cents(1+l.rng.IntN(3))
	l.say("the desk gives back %v of %s", cents, g.ID)
	l.may(donations.Refund(l.t.Context(), l.h.DB, l.h.Sim.Now(), "Rowan Whitfield", g.Committee, g.ID, cents))
}

func (l *lived) dashboardRefund() {
	g, ok := l.charged()
	if !ok {
		return
	}
	order := stripesim.RefundOrder{Charge: g.Charge, Amount: int64(g.Cents) / int64(1+l.rng.IntN(3)), Fail: l.rng.IntN(3) == 0}
	id, err := l.h.Sim.Refund(order)
	if err == nil {
		l.outside = append(l.outside, id)
	}
	if err == nil && !order.Fail {
		l.refunds = append(l.refunds, id)
	}
	l.say("the dashboard gives back of %s: %+v: %s %v", g.ID, order, id, err)
}

// failRefund is a bank that sends a refund back, at any time after it was made.
func (l *lived) failRefund() {
	if len(l.refunds) == 0 {
		return
	}
	order := stripesim.RefundOrder{Refund: pick(l, l.refunds), Fail: true}
	_, err := l.h.Sim.Refund(order)
	l.say("the refund %s fails: %v", order.Refund, err)
}

func (l *lived) dispute() {
	g, ok := l.charged()
	if !ok {
		return
	}
	order := stripesim.DisputeOrder{Charge: g.Charge, Inquiry: l.rng.IntN(4) == 0}
	switch l.rng.IntN(4) {
	case 0:
		order.Amount = int64(g.Cents) // whatever was refunded before
	case 1:
		order.Amount = int64(l.part(g.Cents))
	}
	id, err := l.h.Sim.Dispute(order)
	if err == nil {
		l.disputes = append(l.disputes, id)
	}
	l.say("a bank disputes %d of %s (inquiry %v): %s %v", order.Amount, g.ID, order.Inquiry, id, err)
}

func (l *lived) decideDispute() {
	if len(l.disputes) == 0 {
		return
	}
	order := stripesim.DisputeOrder{Dispute: pick(l, l.disputes), Outcome: pick(l, []string{"won", "lost", "escalated"})}
	if order.Outcome == "lost" && l.rng.IntN(3) == 0 {
		order.Returned = pick(l, []int64{100, 800, 12_500})
	}
	_, err := l.h.Sim.Dispute(order)
	l.say("the dispute %s is %s, %d given back: %v", order.Dispute, order.Outcome, order.Returned, err)
}

func (l *lived) payout() {
	var order stripesim.PayoutOrder
	if len(l.payouts) > 0 && l.rng.IntN(4) == 0 {
		order = stripesim.PayoutOrder{Payout: pick(l, l.payouts), Fail: true}
	} else {
		order.Account = l.h.Sim.AccountID(pick(l, []string{"sk_test_lanternstreet", "sk_test_harborlights", campaignKey}))
	}
	id, err := l.h.Sim.Payout(order)
	if err == nil && !order.Fail {
		l.payouts = append(l.payouts, id)
	}
	l.say("a payout %+v: %s %v", order, id, err)
}

func (l *lived) forward() {
	c := pick(l, both)
	due, err := compliance.ForwardsDue(l.t.Context(), l.h.DB, c, l.h.Today())
	if err != nil || len(due) == 0 {
		l.may(err)
		return
	}
	f := compliance.Forwarded{Committee: c, ID: pg.NewID('F'), Candidate: house.Candidate, SentOn: l.h.Today(), HappenedAt: l.h.Sim.Now(), Method: "ACH"}
	for _, e := range due[:1+l.rng.IntN(len(due))] {
		f.Receipts = append(f.Receipts, e.Receipt)
	}
	l.say("%s forwards %v", c, f.Receipts)
	err = pg.InTx(l.t.Context(), l.h.DB, "Rowan Whitfield", []string{string(c)}, func(tx *sqlx.Tx) error { return compliance.Forward(l.t.Context(), tx, f) })
	l.may(err)
}

// decide is the desk's word on a gift that is held.
func (l *lived) decide() {
	for _, c := range all {
		held, err := donations.HeldGifts(l.t.Context(), l.h.DB, c)
		if err != nil || len(held) == 0 {
			l.may(err)
			continue
		}
		g, capture := pick(l, held), l.rng.IntN(2) == 0
		l.say("the desk decides on %s: capture %v", g.ID, capture)
		l.may(donations.Decide(l.t.Context(), l.h.DB, l.h.Sim.Now(), "Rowan Whitfield", c, g.ID, capture, "Saw the passport"))
	}
}

// pay is a vendor's bill.
func (l *lived) pay() {
	c, cents := pick(l, both), money.Cents(1+l.rng.IntN(30_000))
	l.say("%s pays the printer %v", c, cents)
	l.within(c, func(tx *sqlx.Tx) error {
		return compliance.Disburse(l.t.Context(), tx, compliance.Disbursement{
			Committee: c, ID: pg.NewID('D'), Payee: "PRINTER", Line: pick(l, []string{"21(b)", "29"}), Cents: cents,
			PaidOn: l.h.Today(), HappenedAt: l.h.Sim.Now(), Method: "check 7", Purpose: "Flyers", Category: "004",
		})
	})
}

func (l *lived) wait() {
	l.advance(pick(l, []time.Duration{time.Hour, 26 * time.Hour, 8 * 24 * time.Hour, 35 * 24 * time.Hour}))
}

// advance moves the clock, and lets the program do what it does by the clock.
func (l *lived) advance(by time.Duration) {
	l.t.Helper()
	l.h.Quiet()
	l.h.Advance(by)
	l.say("%v go by", by)
	l.h.Quiet()
	for _, sweep := range []func() (int, error){
		func() (int, error) { return donations.ReleaseOverdue(l.t.Context(), l.h.DB, l.h.Sim.Now()) },
		func() (int, error) { return donations.AskAboutSilent(l.t.Context(), l.h.DB, l.h.Sim.Now()) },
		func() (int, error) { return donations.AskAboutStuck(l.t.Context(), l.h.DB, l.h.Sim.Now()) },
	} {
		if _, err := sweep(); err != nil {
			l.t.Errorf("%s: %v", l.last(), err)
		}
	}
	l.h.Quiet()
}

// hold brings the house to rest and holds everything against everything.
func (l *lived) hold() {
	l.t.Helper()
	l.unfailing()
	for _, c := range all {
		l.proved(c)
		l.holdCharges(c)
		l.holdBank(c)
	}
	for _, c := range both { // the candidate's own committee files another form
		l.holdReports(c)
	}
	l.holdRoom()
	l.holdParts()
	l.holdCases()
	l.holdTwice()
	if l.t.Failed() {
		l.t.Logf("at: %s", l.last())
	}
}

// holdReports checks that each report closes with the cash that the books have on its last day.
func (l *lived) holdReports(c registry.CommitteeID) {
	l.t.Helper()
	for year := l.begun.Year(); year <= l.h.Today().Year(); year++ {
		list, err := compliance.ReportList(l.t.Context(), l.h.DB, c, year, l.h.Sim.Now())
		if err != nil {
			l.t.Fatal(err)
		}
		for _, p := range list {
			if p.State == compliance.PeriodUpcoming {
				continue
			}
			report, err := compliance.BuildReport(l.t.Context(), l.h.DB, c, p.Name, time.Time{}, io.Discard)
			if err != nil {
				l.t.Errorf("report %s of %s: %v", p.Name, c, err)
				continue
			}
			balances, err := ledger.Balances(l.t.Context(), l.h.DB, c, p.Through, time.Time{})
			if err != nil {
				l.t.Fatal(err)
			}
			if said, is := report.Summary.A[fec.Line8], ledger.Cash(balances); said != is {
				l.t.Errorf("report %s of %s closes with %v, the books with %v", p.Name, c, said, is)
			}
		}
	}
}

// holdCharges checks Stripe's account of a committee against the books, and that each of its charges is in one gift, in a state that
// fits it.
func (l *lived) holdCharges(c registry.CommitteeID) {
	l.t.Helper()
	var balance struct {
		Available, Pending []struct{ Amount money.Cents }
	}
	l.ask(c, "/v1/balance", "", &balance)
	balances, err := ledger.Balances(l.t.Context(), l.h.DB, c, l.h.Today().Add(1), time.Time{})
	if err != nil {
		l.t.Fatal(err)
	}
	if there := balance.Available[0].Amount + balance.Pending[0].Amount; there != balances[ledger.Stripe] {
		l.t.Errorf("%s: Stripe holds %v, the books say %v", c, there, balances[ledger.Stripe])
	}
	for after := ""; ; {
		var page struct {
			HasMore bool `json:"has_more"`
			Data    []struct {
				ID             string
				PaymentIntent  string      `json:"payment_intent"`
				AmountCaptured money.Cents `json:"amount_captured"`
				Captured, Paid bool
			}
		}
		l.ask(c, "/v1/charges", "limit=100"+after, &page)
		for _, charge := range page.Data {
			var gifts []struct {
				State    donations.State
				Charge   string
				Received money.Cents
			}
			const find = `
				select state, coalesce(charge, '') as charge, (select coalesce(sum(cents), 0)::bigint from receipts r where r.committee = g.committee and r.gift = g.id) as received
				from gifts g
				where committee = $1 and payment_intent = $2`
			if err := l.h.DB.Select(&gifts, find, c, charge.PaymentIntent); err != nil {
				l.t.Fatal(err)
			}
			if len(gifts) == 0 && !charge.Paid && l.lossy {
				continue // what a bank refused is nobody's loss
			}
			if len(gifts) != 1 {
				l.t.Errorf("charge %s is of %d gifts", charge.ID, len(gifts))
				continue
			}
			g := gifts[0]
			settled := g.State == donations.Settled && g.Charge == charge.ID
			if taken := charge.Paid && charge.Captured; taken != settled || taken && g.Received != charge.AmountCaptured {
				l.t.Errorf("charge %+v is of a gift that is %s with charge %s, of which %v came", charge, g.State, g.Charge, g.Received)
			}
		}
		if !page.HasMore {
			break
		}
		after = "&starting_after=" + page.Data[len(page.Data)-1].ID
	}
	const twice = `select count(*) from (select charge from gifts where charge is not null group by charge having count(*) > 1) twice`
	if n := l.h.Count(twice); n > 0 {
		l.t.Errorf("%d charges stand in two gifts", n)
	}
}

func (l *lived) ask(c registry.CommitteeID, path, query string, into any) {
	l.t.Helper()
	body, err := l.h.Accounts.Get(l.t.Context(), c, path, query)
	if err == nil {
		err = json.Unmarshal(body, into)
	}
	if err != nil {
		l.t.Fatalf("%s: %v", path, err)
	}
}
