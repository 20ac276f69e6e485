package donations_test

import (
	"errors"
	"fmt"
	"net/http"
	"testing"
	"time"

	"github.com/jmoiron/sqlx"

	"dure/civil"
	"dure/compliance"
	"dure/dev/house"
	"dure/dev/stripesim"
	"dure/donations"
	"dure/ledger"
	"dure/money"
	"dure/pg"
	"dure/registry"
)

// atTheDesk does something for the first committee, and gives what it was refused for.
func atTheDesk(t *testing.T, h *house.House, f func(tx *sqlx.Tx) error) *compliance.Refusal {
	t.Helper()
	err := pg.InTx(t.Context(), h.DB, "Rowan Whitfield", []string{string(house.Committee)}, f)
	var no *compliance.Refusal
	if err != nil && !errors.As(err, &no) {
		t.Fatal(err)
	}
	return no
}

// A refund that is decided, and that Stripe has not answered, is the giver's: nobody else gets that money meanwhile.
func TestWhatStripeIsAskedToGiveBackGoesNowhereElse(t *testing.T) {
	t.Parallel()
	h := house.New(t)
	earmarked := settled(t, h, house.ToCandidate, 10000, "Dorian")
	own := settled(t, h, house.ToCommittee, 10000, "Esme")
	if err := h.Sim.SetFaults(stripesim.Faults{FailAPI: 1}); err != nil {
		t.Fatal(err)
	}
	refund(t, h, earmarked, 4000)
	refund(t, h, own, 4000)
	if _, err := h.Accounts.Sweep(t.Context(), h.Sim.Now(), 16); err != nil {
		t.Fatal(err)
	}
	forward := func(tx *sqlx.Tx) error {
		return compliance.Forward(t.Context(), tx, compliance.Forwarded{
			Committee: house.Committee, ID: pg.NewID('F'), Candidate: house.Candidate, SentOn: h.Today(), HappenedAt: h.Sim.Now(), Method: "ACH",
			Receipts: []string{string(earmarked.ID)},
		})
	}
	back := func(cents money.Cents) func(tx *sqlx.Tx) error {
		return func(tx *sqlx.Tx) error {
			return compliance.GiveBack(t.Context(), tx, compliance.Refund{Committee: house.Committee, Receipt: string(own.ID), Cents: cents, RefundedOn: h.Today(), HappenedAt: h.Sim.Now()})
		}
	}
	disgorge := func(cents money.Cents) func(tx *sqlx.Tx) error {
		return func(tx *sqlx.Tx) error {
			return compliance.Disgorge(t.Context(), tx, compliance.Disgorgement{
				Committee: house.Committee, Receipt: string(own.ID), Cents: cents, PaidOn: h.Today(), HappenedAt: h.Sim.Now(), Method: "check 7", Reason: "the giver is unknown",
			})
		}
	}
	if no := atTheDesk(t, h, forward); no == nil || no.Findings[0].Field != "receipts" {
		t.Errorf("what is on its way back is forwarded: %v", no)
	}
	if no := atTheDesk(t, h, back(6001)); no == nil || no.Findings[0].Room != 6000 {
		t.Errorf("what is on its way back goes back by check as well: %v", no)
	}
	if no := atTheDesk(t, h, disgorge(6001)); no == nil || no.Findings[0].Room != 6000 {
		t.Errorf("what is on its way back goes to the Treasury: %v", no)
	}
	if no := atTheDesk(t, h, back(1000)); no != nil {
		t.Errorf("a part of the rest is not given back by check: %v", no)
	}
	if no := atTheDesk(t, h, disgorge(5000)); no != nil {
		t.Errorf("the rest does not go to the Treasury: %v", no)
	}
	if err := h.Sim.SetFaults(stripesim.Faults{}); err != nil {
		t.Fatal(err)
	}
	h.Advance(20 * time.Minute)
	h.Quiet()
	if no := atTheDesk(t, h, forward); no != nil {
		t.Errorf("the rest is not forwarded once the refund is booked: %v", no)
	}
	var sent money.Cents
	if err := h.DB.Get(&sent, `select cents from forward_items`); err != nil || sent != 6000 {
		t.Errorf("%v was forwarded, %v; want $60.00", sent, err)
	}
	proved(t, h)
}

// What a bank has taken in a dispute is not given back by check as well.
func TestWhatIsDisputedIsNotGivenBackByCheck(t *testing.T) {
	t.Parallel()
	h := house.New(t)
	g := settled(t, h, house.ToCommittee, 10000, "Fenn")
	ordered(t, h, h.Sim.Dispute, stripesim.DisputeOrder{Charge: g.Charge})
	no := atTheDesk(t, h, func(tx *sqlx.Tx) error {
		return compliance.GiveBack(t.Context(), tx, compliance.Refund{Committee: house.Committee, Receipt: string(g.ID), Cents: 10000, RefundedOn: h.Today(), HappenedAt: h.Sim.Now()})
	})
	if no == nil {
		t.Error("a disputed gift is given back by check")
	}
	proved(t, h)
}

// A bank that takes the whole charge though a part was refunded gives that part back and keeps the rest. Stripe calls the dispute lost.
func TestDisputeThatIsLostButForTheRefundedPart(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		faults stripesim.Faults
		drive  string
		line   ledger.Account
		left   money.Cents // on the line, below zero: what came less what was lost
	}{
		"told in order":    {stripesim.Faults{}, house.ToCommittee, ledger.Individuals, -4000},
		"told in disorder": {stripesim.Faults{Shuffle: true, Duplicate: 0.5, Seed: 7}, house.ToCommittee, ledger.Individuals, -4000},
		"never told":       {dropAll, house.ToCommittee, ledger.Individuals, -4000},
		"earmarked":        {stripesim.Faults{}, house.ToCandidate, ledger.Held, 0},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := house.New(t)
			g := settled(t, h, c.drive, 10000, "Dorian")
			ordered(t, h, h.Sim.Refund, stripesim.RefundOrder{Charge: g.Charge, Amount: 4000})
			dispute := ordered(t, h, h.Sim.Dispute, stripesim.DisputeOrder{Charge: g.Charge, Amount: 10000})
			if err := h.Sim.SetFaults(c.faults); err != nil {
				t.Fatal(err)
			}
			ordered(t, h, h.Sim.Dispute, stripesim.DisputeOrder{Dispute: dispute, Outcome: "lost", Returned: 4000})
			h.Advance(time.Minute)
			h.Quiet()
			r := reconciled(t, h, donations.Asking{})
			for _, u := range r.Unexplained {
				t.Errorf("unexplained: %s %v, books %v, Stripe %v: %s", u.What, u.IDs, u.Books, u.Stripe, u.Do)
			}
			if got := balance(t, h, ledger.InDispute); got != 0 {
				t.Errorf("in dispute: %v, want nothing", got)
			}
			if got := balance(t, h, c.line); got != c.left {
				t.Errorf("%s: %v, want %v", c.line, got, c.left)
			}
			if left, err := compliance.Refundable(t.Context(), h.DB, house.Committee, string(g.ID)); err != nil || left != 0 {
				t.Errorf("%v may still go back, %v; want nothing", left, err)
			}
			if room := known(t, h, "Dorian"); room != 0 {
				t.Errorf("%v is known to be given, want nothing: 40 went back, and 60 was lost", room)
			}
			proved(t, h)
		})
	}
}

// known is what counts of a giver for both limits of the house.
func known(t *testing.T, h *house.House, who string) money.Cents {
	t.Helper()
	var person registry.PersonID
	if err := h.DB.Get(&person, `select person from contributor_versions where first_name = $1 order by recorded_at desc limit 1`, who); err != nil {
		t.Fatal(err)
	}
	var sum money.Cents
	for _, p := range []compliance.Proposal{{}, {Candidate: house.Candidate, Election: house.Election}} {
		p.Committee, p.Person, p.Kind, p.Made = house.Committee, person, registry.Individual, h.Today()
		room, _, err := compliance.Screen(t.Context(), h.DB, p)
		if err != nil {
			t.Fatal(err)
		}
		sum += room.Known
	}
	return sum
}

// told posts an event of the first committee's Stripe, as of now.
func told(t *testing.T, h *house.House, id, kind, object string) {
	t.Helper()
	body := fmt.Sprintf(`{"id":%q,"object":"event","type":%q,"api_version":%q,"created":%d,"livemode":false,"data":{"object":%s}}`,
		id, kind, stripesim.APIVersion, h.Sim.Now().Unix(), object)
	if status, err := h.Post(house.Committee, body, house.Sign(body, h.Sim.Now())); err != nil || status != http.StatusOK {
		t.Fatalf("the event %s is answered %d, %v", kind, status, err)
	}
	h.Quiet()
}

// toldOfCharge has Dure hear of refunds by the event of their charge alone.
func toldOfCharge(t *testing.T, h *house.House, event string, g donations.Gift) {
	t.Helper()
	charge, err := h.Accounts.Get(t.Context(), house.Committee, "/v1/charges/"+g.Charge, "")
	if err != nil {
		t.Fatal(err)
	}
	told(t, h, event, "charge.refunded", string(charge))
	h.Advance(time.Minute)
	h.Quiet()
}

// A refund that failed is none: another of the same sum is found although the event of the charge alone tells it.
func TestRefundAfterOneThatFailedIsFoundByItsCharge(t *testing.T) {
	t.Parallel()
	h := house.New(t)
	g := settled(t, h, house.ToCommittee, 10000, "Bram")
	if err := h.Sim.SetFaults(dropAll); err != nil {
		t.Fatal(err)
	}
	first := ordered(t, h, h.Sim.Refund, stripesim.RefundOrder{Charge: g.Charge, Amount: 2500})
	toldOfCharge(t, h, "evt_first", g)
	if got := balance(t, h, ledger.RefundsIndividuals); got != 2500 {
		t.Fatalf("refunds in the books: %v, want $25.00", got)
	}
	if err := h.Sim.SetFaults(stripesim.Faults{}); err != nil {
		t.Fatal(err)
	}
	ordered(t, h, h.Sim.Refund, stripesim.RefundOrder{Refund: first, Fail: true})
	if err := h.Sim.SetFaults(dropAll); err != nil {
		t.Fatal(err)
	}
	ordered(t, h, h.Sim.Refund, stripesim.RefundOrder{Charge: g.Charge, Amount: 2500})
	toldOfCharge(t, h, "evt_second", g)
	if got := balance(t, h, ledger.RefundsIndividuals); got != 2500 {
		t.Errorf("refunds in the books: %v, want $25.00: the first failed, and the second stands", got)
	}
	proved(t, h)
}

// A refund that failed days before anybody told it failed on its own day, not on that of the question.
func TestRefundThatFailedUnheardFailedOnItsDay(t *testing.T) {
	t.Parallel()
	h := house.New(t)
	g := settled(t, h, house.ToCommittee, 10000, "Bram")
	if err := h.Sim.SetFaults(dropAll); err != nil {
		t.Fatal(err)
	}
	ordered(t, h, h.Sim.Refund, stripesim.RefundOrder{Charge: g.Charge, Amount: 2500, Fail: true})
	failed := h.Today()
	h.Advance(4 * 24 * time.Hour)
	ordered(t, h, h.Sim.Refund, stripesim.RefundOrder{Charge: g.Charge, Amount: 1000})
	toldOfCharge(t, h, "evt_refunded", g)
	var day civil.Day
	if err := h.DB.Get(&day, `select failed_on from refund_failures`); err != nil || day != failed {
		t.Errorf("the refund failed on %v, %v; want %v", day, err, failed)
	}
	if got := balance(t, h, ledger.RefundsIndividuals); got != 1000 {
		t.Errorf("refunds in the books: %v, want $10.00", got)
	}
	proved(t, h)
}

// A loss is of the day on which the bank decided, also where Stripe can't be asked for days.
func TestLossIsOfItsDayHoweverLateStripeAnswers(t *testing.T) {
	t.Parallel()
	h := house.New(t)
	g := settled(t, h, house.ToCommittee, 10000, "Bram")
	dispute := ordered(t, h, h.Sim.Dispute, stripesim.DisputeOrder{Charge: g.Charge})
	if err := h.Sim.SetFaults(stripesim.Faults{FailAPI: 1}); err != nil {
		t.Fatal(err)
	}
	ordered(t, h, h.Sim.Dispute, stripesim.DisputeOrder{Dispute: dispute, Outcome: "lost"})
	decided := h.Today()
	h.Advance(3 * 24 * time.Hour)
	if err := h.Sim.SetFaults(stripesim.Faults{}); err != nil {
		t.Fatal(err)
	}
	h.Quiet()
	var day civil.Day
	if err := h.DB.Get(&day, `select ended_on from dispute_ends`); err != nil || day != decided {
		t.Errorf("the dispute was lost on %v, %v; want %v", day, err, decided)
	}
	proved(t, h)
}

// What of an earmarked gift came back after the rest was forwarded is held, belongs to no forward that could still be made, and goes back to
// its giver: from what is held, not from the committee's own money.
func TestEarmarkThatCameBackLateIsToldAndGivenBack(t *testing.T) {
	t.Parallel()
	h := house.New(t)
	g := settled(t, h, house.ToCandidate, 10000, "Dorian")
	first := ordered(t, h, h.Sim.Refund, stripesim.RefundOrder{Charge: g.Charge, Amount: 2500})
	forward(t, h, g.ID)
	watched := func() (findings []compliance.Finding) {
		t.Helper()
		all, err := compliance.Watch(t.Context(), h.DB, house.Committee, h.Today())
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range all {
			if f.Rule == "earmark-left" {
				findings = append(findings, f)
			}
		}
		return findings
	}
	if f := watched(); len(f) != 0 {
		t.Errorf("before anything came back the desk is told %+v", f)
	}
	ordered(t, h, h.Sim.Refund, stripesim.RefundOrder{Refund: first, Fail: true})
	if f := watched(); len(f) != 1 || f[0].Known != 2500 {
		t.Errorf("the desk is told %+v, want that $25.00 is held", f)
	}
	give := func(cents money.Cents) error {
		return donations.Refund(t.Context(), h.DB, h.Sim.Now(), "Rowan Whitfield", house.Committee, g.ID, cents)
	}
	var no *compliance.Refusal
	if err := give(2501); !errors.As(err, &no) {
		t.Errorf("more than is held is given back: %v", err)
	}
	if err := give(2500); err != nil {
		t.Fatalf("what is held is not given back: %v", err)
	}
	if err := give(1); !errors.As(err, &no) {
		t.Errorf("what is on its way back is given back again: %v", err)
	}
	h.Quiet()
	if held, own := balance(t, h, ledger.Held), balance(t, h, ledger.RefundsIndividuals); held != 0 || own != 0 {
		t.Errorf("held %v, and %v refunded from the committee's own; want nothing of either", held, own)
	}
	cases, err := compliance.Cases(t.Context(), h.DB, house.Committee, h.Today())
	if f := watched(); err != nil || len(cases) != 0 || len(f) != 0 {
		t.Errorf("afterwards there are cases %+v, %v, and the desk is told %+v", cases, err, f)
	}
	proved(t, h)
}
