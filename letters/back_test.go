package letters_test

import (
	"strings"
	"testing"
	"time"

	"github.com/jmoiron/sqlx"

	"dure/dev/house"
	"dure/dev/stripesim"
	"dure/donations"
	"dure/money"
	"dure/pg"
)

func TestMoneyThatGoesBackIsToldLetterByLetter(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	g := o.settled(house.ToCommittee, 10000)
	o.work()
	refund := func(cents int64) {
		t.Helper()
		o.Advance(time.Minute)
		if err := donations.Refund(t.Context(), o.DB, o.Sim.Now(), "staff:test", house.Committee, g.ID, money.Cents(cents)); err != nil {
			t.Fatal(err)
		}
		o.Quiet()
		if n := o.work() + o.work(); n != 1 {
			t.Fatalf("%d letters of a refund, want one", n)
		}
	}
	refund(3000)
	if m := o.last(); m.Subject != "Your money is going back to you: $30.00" {
		t.Errorf("subject %q", m.Subject)
	}
	wants(t, o.last(), "$30.00 of your gift of $100.00 to LANTERN STREET PAC", "Given back in all", "What is left of your gift", "$70.00", "up to ten days")
	refund(7000)
	wants(t, o.last(), "$70.00 of your gift of $100.00", "$100.00", "$0.00")

	whole := o.settled(house.ToCommittee, 4000, house.By("Bram"))
	o.work()
	if _, err := o.Sim.Refund(stripesim.RefundOrder{Charge: whole.Charge, Amount: 4000}); err != nil { // on Stripe's dashboard
		t.Fatal(err)
	}
	o.Quiet()
	o.work()
	wants(t, o.last(), "the whole of your gift of $40.00 to LANTERN STREET PAC")
}

func TestARefundThatTheBankDoesNotTakeIsTold(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	g := o.settled(house.ToCommittee, 2500)
	o.work()
	if _, err := o.Sim.Refund(stripesim.RefundOrder{Charge: g.Charge, Amount: 2500, Fail: true}); err != nil {
		t.Fatal(err)
	}
	for range 5 {
		o.Quiet()
		o.Advance(24 * time.Hour)
	}
	o.Quiet()
	o.work()
	if m := o.last(); m.Subject != "Your bank did not take your money back: $25.00" {
		t.Fatalf("subject %q", m.Subject)
	}
	wants(t, o.last(), "your bank returned it to us", "write to help@lanternstreet.example.org", string(g.ID))
}

func TestALostDisputeIsToldAndAWonOneIsNot(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	for _, c := range []struct {
		by, outcome string
		letters     int
	}{{"Bram", "won", 0}, {"Cleo", "lost", 1}} {
		g := o.settled(house.ToCommittee, 2500, house.By(c.by))
		o.work()
		if _, err := o.Sim.Dispute(stripesim.DisputeOrder{Charge: g.Charge, Outcome: c.outcome}); err != nil {
			t.Fatal(err)
		}
		o.Quiet()
		if n := o.work(); n != c.letters {
			t.Errorf("%d letters of a dispute that was %s, want %d", n, c.outcome, c.letters)
		}
	}
	if m := o.last(); m.To[0] != "cleo@example.org" || m.Subject != "Your bank took back your gift to LANTERN STREET PAC" {
		t.Errorf("the last letter is %q to %v", m.Subject, m.To)
	}
	wants(t, o.last(), "no longer counts as given", "If you did not ask your bank for this")
}

// A gift that was never held, and whose time ran out before it was charged, leaves its giver waiting for a receipt.
func TestAGiftThatLapsedIsTold(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	g := o.MustGive(o.Pledge(house.ToCommittee, 2500))
	o.Pay(g, "4000000000000101") // held
	o.Quiet()
	o.work()
	err := pg.InTx(t.Context(), o.Owner, "test", nil, func(tx *sqlx.Tx) error {
		_, err := tx.ExecContext(t.Context(), `update gifts set state = 'lapsed', held_for = '{}', ended_at = $1 where id = $2`, o.Sim.Now(), g.ID)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if n := o.work(); n != 1 {
		t.Fatalf("%d letters, want one that nothing was charged", n)
	}
	wants(t, o.last(), "is let go, and nothing is charged")
}

func TestADeclinedRequestIsAnsweredInTheWordsOfWhoeverLookedAtIt(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	ctx := t.Context()
	g := o.settled(house.ToCommittee, 2500)
	o.work()
	if asked, err := donations.AskBack(ctx, o.DB, o.Sim.Now(), house.Committee, g.ID, "I changed my mind", "en"); !asked || err != nil {
		t.Fatalf("AskBack = %v, %v", asked, err)
	}
	if asked, err := donations.AskBack(ctx, o.DB, o.Sim.Now(), house.Committee, g.ID, "Once more", "en"); asked || err != nil {
		t.Fatalf("a second request while one is open = %v, %v", asked, err)
	}
	if err := donations.DeclineRequest(ctx, o.DB, o.Sim.Now(), "staff:test", house.Committee, g.ID, "It was spent on stamps.\n<b>Sorry</b>"); err != nil {
		t.Fatal(err)
	}
	if n := o.work(); n != 1 {
		t.Fatalf("%d letters", n)
	}
	wants(t, o.last(), "you asked for your gift of $25.00", "It was spent on stamps.", "<b>Sorry</b>", "/thanks/"+string(g.ID))
	if strings.Contains(o.last().HTML, "<b>") {
		t.Error("what a person wrote is HTML in the letter")
	}
	if asked, err := donations.AskBack(ctx, o.DB, o.Sim.Now(), house.Committee, g.ID, "", "en"); !asked || err != nil {
		t.Errorf("asking again after the answer = %v, %v", asked, err)
	}
}
