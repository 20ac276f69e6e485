package donations_test

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"dure/civil"
	"dure/compliance"
	"dure/dev/house"
	"dure/dev/stripesim"
	"dure/donations"
	"dure/ledger"
	"dure/money"
	"dure/pg"

	"github.com/jmoiron/sqlx"
)

// settled gives a gift whose money came.
func settled(t *testing.T, h *house.House, drive string, cents money.Cents, who string) donations.Gift {
	t.Helper()
	g := h.MustGive(h.Pledge(drive, cents, house.By(who)))
	h.Pay(g, house.Good)
	h.Quiet()
	if g = h.Gift(g.ID); g.State != donations.Settled {
		t.Fatalf("the gift of %s is %s", who, g.State)
	}
	return g
}

// balance gives what stands on an account of the first committee.
func balance(t *testing.T, h *house.House, a ledger.Account) money.Cents {
	t.Helper()
	b, err := ledger.Balances(t.Context(), h.DB, house.Committee, h.Today().Add(1), time.Time{})
	if err != nil {
		t.Fatal(err)
	}
	return b[a]
}

// ordered brings about what Stripe's dashboard or a bank does.
func ordered[O any](t *testing.T, h *house.House, do func(O) (string, error), o O) string {
	t.Helper()
	id, err := do(o)
	if err != nil {
		t.Fatalf("%+v: %v", o, err)
	}
	h.Quiet()
	return id
}

func TestRefundsAreBookedOnceFromTheDeskAndTheDashboard(t *testing.T) {
	t.Parallel()
	h := house.New(t)
	g := settled(t, h, house.ToCommittee, 10000, "Bram")
	if err := donations.Refund(t.Context(), h.DB, h.Sim.Now(), "Rowan Whitfield", house.Committee, g.ID, 3000); err != nil {
		t.Fatal(err)
	}
	h.Quiet()
	ordered(t, h, h.Sim.Refund, stripesim.RefundOrder{Charge: g.Charge, Amount: 2000})
	if got := balance(t, h, ledger.RefundsIndividuals); got != 5000 {
		t.Errorf("refunds in the books are %v, want $50.00", got)
	}
	left, err := compliance.Refundable(t.Context(), h.DB, house.Committee, string(g.ID))
	if err != nil || left != 5000 {
		t.Errorf("still refundable: %v, %v, want $50.00", left, err)
	}
	var no *compliance.Refusal
	if err := donations.Refund(t.Context(), h.DB, h.Sim.Now(), "Rowan Whitfield", house.Committee, g.ID, 5001); !errors.As(err, &no) {
		t.Errorf("a refund of a cent too much: %v, want a refusal", err)
	}
	// two refunds ordered at once can't give back more than there is
	if err := donations.Refund(t.Context(), h.DB, h.Sim.Now(), "Rowan Whitfield", house.Committee, g.ID, 4000); err != nil {
		t.Fatal(err)
	}
	if err := donations.Refund(t.Context(), h.DB, h.Sim.Now(), "Rowan Whitfield", house.Committee, g.ID, 4000); !errors.As(err, &no) {
		t.Errorf("a second refund before the first is made: %v, want a refusal", err)
	}
	h.Quiet()
	// the room is there again, and only so much
	if _, err := h.Give(h.Pledge(house.ToCommittee, 499000, house.By("Bram"))); err != nil {
		t.Errorf("$4,990 after $90 of $100 went back: %v", err)
	}
	proved(t, h)
}

func TestRefundThatFailsComesBack(t *testing.T) {
	t.Parallel()
	h := house.New(t)
	g := settled(t, h, house.ToCommittee, 10000, "Calla")
	ordered(t, h, h.Sim.Refund, stripesim.RefundOrder{Charge: g.Charge, Fail: true})
	h.Advance(time.Hour)
	h.Quiet()
	if got := balance(t, h, ledger.RefundsIndividuals); got != 0 {
		t.Errorf("after the refund failed the books hold %v of refunds", got)
	}
	if n := h.Count(`select count(*) from refunds r join refund_failures f on f.committee = r.committee and f.refund = r.id`); n != 1 {
		t.Errorf("%d refunds are known to have failed, want one", n)
	}
	proved(t, h)
}

func TestRefundThatFailsWhenItsRoomIsGivenAgainOpensACase(t *testing.T) {
	t.Parallel()
	h := house.New(t)
	g := settled(t, h, house.ToCommittee, 300000, "Calla")
	refund := ordered(t, h, h.Sim.Refund, stripesim.RefundOrder{Charge: g.Charge})
	settled(t, h, house.ToCommittee, 400000, "Calla")
	ordered(t, h, h.Sim.Refund, stripesim.RefundOrder{Refund: refund, Fail: true})
	cases, err := compliance.Cases(t.Context(), h.DB, house.Committee, h.Today())
	if err != nil || len(cases) != 1 || cases[0].Receipt != string(g.ID) || cases[0].Excess != 200000 {
		t.Errorf("cases after $3,000 came back beside $4,000: %+v, %v, want one of $2,000 about the receipt", cases, err)
	}
	proved(t, h)
}

func TestEarmarkThatComesBackAfterTheRestWasForwardedIsHeld(t *testing.T) {
	t.Parallel()
	h := house.New(t)
	g := settled(t, h, house.ToCandidate, 10000, "Dorian")
	refund := ordered(t, h, h.Sim.Refund, stripesim.RefundOrder{Charge: g.Charge, Amount: 2500})
	forward(t, h, g.ID)
	ordered(t, h, h.Sim.Refund, stripesim.RefundOrder{Refund: refund, Fail: true})
	if held := balance(t, h, ledger.Held); held != -2500 {
		t.Errorf("held for candidates: %v, want $25.00 of credit", held)
	}
	proved(t, h)
}

func TestEarmarkRefundedBeforeForwardingIsOwedToNobody(t *testing.T) {
	t.Parallel()
	h := house.New(t)
	whole := settled(t, h, house.ToCandidate, 10000, "Dorian")
	part := settled(t, h, house.ToCandidate, 20000, "Elspeth")
	ordered(t, h, h.Sim.Refund, stripesim.RefundOrder{Charge: whole.Charge})
	ordered(t, h, h.Sim.Refund, stripesim.RefundOrder{Charge: part.Charge, Amount: 5000})
	due, err := compliance.ForwardsDue(t.Context(), h.DB, house.Committee, h.Today())
	if err != nil || len(due) != 1 || due[0].Receipt != string(part.ID) || due[0].Cents != 15000 {
		t.Fatalf("forwards due: %+v, %v, want $150 of the second gift", due, err)
	}
	forward(t, h, part.ID)
	if held := balance(t, h, ledger.Held); held != 0 {
		t.Errorf("held for candidates after all: %v", held)
	}
	// what comes after the forward is the committee's own loss, and a case
	ordered(t, h, h.Sim.Refund, stripesim.RefundOrder{Charge: part.Charge, Amount: 1000})
	cases, err := compliance.Cases(t.Context(), h.DB, house.Committee, h.Today())
	if err != nil || len(cases) != 1 || cases[0].Kind != "paid back after forwarding" {
		t.Errorf("cases after a refund of forwarded money: %+v, %v", cases, err)
	}
	var no *compliance.Refusal
	if err := donations.Refund(t.Context(), h.DB, h.Sim.Now(), "Rowan Whitfield", house.Committee, part.ID, 100); !errors.As(err, &no) {
		t.Errorf("a refund from the desk of forwarded money: %v, want a refusal", err)
	}
	proved(t, h)
}

func forward(t *testing.T, h *house.House, gifts ...donations.GiftID) {
	t.Helper()
	var receipts []string
	for _, g := range gifts {
		receipts = append(receipts, string(g))
	}
	err := pg.InTx(t.Context(), h.DB, "test", []string{string(house.Committee)}, func(tx *sqlx.Tx) error {
		return compliance.Forward(t.Context(), tx, compliance.Forwarded{
			Committee: house.Committee, ID: pg.NewID('F'), Candidate: house.Candidate, SentOn: h.Today(), HappenedAt: h.Sim.Now(), Method: "ACH", Receipts: receipts,
		})
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestDisputesAreCashUntilTheyAreLost(t *testing.T) {
	t.Parallel()
	h := house.New(t)
	lost := settled(t, h, house.ToCommittee, 22000, "Jasper")
	won := settled(t, h, house.ToCommittee, 6000, "Kirra")
	asked := settled(t, h, house.ToCommittee, 7000, "Ines")
	one := ordered(t, h, h.Sim.Dispute, stripesim.DisputeOrder{Charge: lost.Charge})
	two := ordered(t, h, h.Sim.Dispute, stripesim.DisputeOrder{Charge: won.Charge})
	ordered(t, h, h.Sim.Dispute, stripesim.DisputeOrder{Charge: asked.Charge, Inquiry: true})
	if got := balance(t, h, ledger.InDispute); got != 28000 {
		t.Errorf("in dispute: %v, want $280.00: an inquiry moves nothing", got)
	}
	var no *compliance.Refusal
	if err := donations.Refund(t.Context(), h.DB, h.Sim.Now(), "Rowan Whitfield", house.Committee, lost.ID, 100); !errors.As(err, &no) {
		t.Errorf("a refund of disputed money: %v, want a refusal", err)
	}
	h.Advance(48 * time.Hour)
	ordered(t, h, h.Sim.Dispute, stripesim.DisputeOrder{Dispute: one, Outcome: "lost"})
	ordered(t, h, h.Sim.Dispute, stripesim.DisputeOrder{Dispute: two, Outcome: "won"})
	if got := balance(t, h, ledger.InDispute); got != 0 {
		t.Errorf("in dispute after both are decided: %v", got)
	}
	if got := balance(t, h, ledger.Individuals); got != -13000 {
		t.Errorf("contributions after the loss: %v, want $130.00 of credit", got)
	}
	fed, err := ledger.Fed(t.Context(), h.DB, house.Committee, civil.Of(2020, 1, 1), h.Today(), time.Time{})
	if err != nil || fed["11(a)"] != 13000 || fed["21(b)"] != 3000+668+204+233 {
		t.Errorf("lines fed: %v, %v, want $130.00 of 11(a), and two dispute fees beside the three of the charges", fed, err)
	}
	proved(t, h)
}

func TestFeeThatComesBackIsAnOffset(t *testing.T) {
	t.Parallel()
	h := house.New(t)
	g := settled(t, h, house.ToCommittee, 6000, "Kirra")
	d := ordered(t, h, h.Sim.Dispute, stripesim.DisputeOrder{Charge: g.Charge})
	before := balance(t, h, ledger.Stripe)
	if err := h.Sim.SetFaults(stripesim.Faults{Duplicate: 1, Shuffle: true}); err != nil {
		t.Fatal(err)
	}
	ordered(t, h, h.Sim.Dispute, stripesim.DisputeOrder{Dispute: d, Outcome: "won", FeeBack: true})
	if got := balance(t, h, ledger.Stripe) - before; got != 6000+1500 {
		t.Errorf("with the dispute won %v came back, want the gift and the fee of $15.00", got)
	}
	fed, err := ledger.Fed(t.Context(), h.DB, house.Committee, civil.Of(2020, 1, 1), h.Today(), time.Time{})
	if err != nil || fed["15"] != 1500 || fed["21(b)"] != 1500+204 || fed["11(a)"] != 6000 {
		t.Errorf("lines fed: %v, %v, want the fee on 21(b) as it was paid and on 15 as it came back", fed, err)
	}
	proved(t, h)
}

func TestPayoutsMoveCashAndComeBack(t *testing.T) {
	t.Parallel()
	h := house.New(t)
	settled(t, h, house.ToCommittee, 10000, "Hollis")
	h.Advance(5 * 24 * time.Hour)
	id := ordered(t, h, h.Sim.Payout, stripesim.PayoutOrder{Account: h.Sim.AccountID("sk_test_lanternstreet")})
	if bank, stripe := balance(t, h, ledger.Bank), balance(t, h, ledger.Stripe); bank != 9680 || stripe != 0 {
		t.Errorf("after the payout the bank holds %v and Stripe %v, want $96.80 and nothing", bank, stripe)
	}
	ordered(t, h, h.Sim.Payout, stripesim.PayoutOrder{Payout: id, Fail: true})
	if bank, stripe := balance(t, h, ledger.Bank), balance(t, h, ledger.Stripe); bank != 0 || stripe != 9680 {
		t.Errorf("after the bank sent it back it holds %v and Stripe %v", bank, stripe)
	}
	proved(t, h)
}

// TestWhatGoesBackIsTheSameHoweverItIsTold plays refunds, disputes and a payout with events doubled, shuffled and late.
func TestWhatGoesBackIsTheSameHoweverItIsTold(t *testing.T) {
	t.Parallel()
	play := func(t *testing.T, f stripesim.Faults) []string {
		h := house.New(t)
		if err := h.Sim.SetFaults(f); err != nil {
			t.Fatal(err)
		}
		var gifts []donations.Gift
		for i := range 8 {
			gifts = append(gifts, settled(t, h, []string{house.ToCommittee, house.ToCandidate}[i%2], money.Cents(10000+i*100), fmt.Sprintf("Giver%c", 'a'+i)))
		}
		order := func(id string, err error) string {
			t.Helper()
			if err != nil {
				t.Fatal(err)
			}
			return id
		}
		order(h.Sim.Refund(stripesim.RefundOrder{Charge: gifts[0].Charge, Amount: 4000}))
		order(h.Sim.Refund(stripesim.RefundOrder{Charge: gifts[0].Charge}))
		order(h.Sim.Refund(stripesim.RefundOrder{Charge: gifts[1].Charge}))
		order(h.Sim.Refund(stripesim.RefundOrder{Charge: gifts[2].Charge, Fail: true}))
		a := order(h.Sim.Dispute(stripesim.DisputeOrder{Charge: gifts[4].Charge}))
		b := order(h.Sim.Dispute(stripesim.DisputeOrder{Charge: gifts[5].Charge}))
		order(h.Sim.Dispute(stripesim.DisputeOrder{Dispute: a, Outcome: "won"}))
		order(h.Sim.Dispute(stripesim.DisputeOrder{Dispute: b, Outcome: "lost"}))
		h.Advance(5 * 24 * time.Hour)
		h.Quiet()
		order(h.Sim.Payout(stripesim.PayoutOrder{Account: h.Sim.AccountID("sk_test_lanternstreet")}))
		for range 4 {
			h.Quiet()
			h.Advance(20 * time.Second)
		}
		proved(t, h)
		b2, err := ledger.Balances(t.Context(), h.DB, house.Committee, h.Today().Add(1), time.Time{})
		if err != nil {
			t.Fatal(err)
		}
		var out []string
		for account, cents := range b2 {
			if cents != 0 {
				out = append(out, fmt.Sprintf("%s %v", account, cents))
			}
		}
		slices.Sort(out)
		return out
	}
	want := play(t, stripesim.Faults{})
	if len(want) < 4 {
		t.Fatalf("balances: %v", want)
	}
	for _, seed := range []uint64{3, rand.Uint64()} {
		t.Run(fmt.Sprint("seed ", seed), func(t *testing.T) {
			t.Parallel()
			if diff := cmp.Diff(want, play(t, stripesim.Faults{Duplicate: 1, Shuffle: true, DelayMS: 3, Seed: seed})); diff != "" {
				t.Errorf("balances with every event doubled, shuffled and late (-plain +faulty):\n%s", diff)
			}
		})
	}
}
