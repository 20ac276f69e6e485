package donations_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/jmoiron/sqlx"

	"dure/dev/house"
	"dure/dev/stripesim"
	"dure/donations"
	"dure/pg"
)

// allShare is the card that is one card in everybody's hands.
const allShare = "4917610000000000"

// payAs fills in the card page with a name on the card.
func payAs(t *testing.T, h *house.House, g donations.Gift, number, holder string) {
	t.Helper()
	if _, err := h.Sim.Pay(g.Session, stripesim.TestCard(number).Of(holder)); err != nil {
		t.Fatal(err)
	}
	h.Quiet()
}

// Each signal of the pack: what sets it off, and what it does.
func TestSignalsHoldOrRelease(t *testing.T) {
	t.Parallel()
	h := house.New(t)
	for _, c := range []struct {
		giver, holder, card string
		change              func(p *donations.Pledge)
		want                donations.State
		held                []string
	}{
		{giver: "Plain", holder: "Plain Quillfeather", card: house.Good, want: donations.Settled},
		{giver: "Accent", holder: "ÁCCENT QUILLFEÁTHER", card: house.Good, want: donations.Settled},
		{giver: "Swapped", holder: "Quillfeather Swapped", card: house.Good, want: donations.Settled},
		{giver: "Spouse", holder: "Robin Quillfeather", card: house.Good, want: donations.Settled},
		{giver: "Đức Łøk", holder: "DUC LOK", card: house.Good, change: func(p *donations.Pledge) { p.FamilyName = "Đặng"; p.Email, p.Street = "duc@example.org", "1 Duc St" }, want: donations.Settled},
		{giver: "Script", holder: "김순덕", card: house.Good, want: donations.Settled},
		{giver: "Other", holder: "Robin Halloway", card: house.Good, want: donations.Held, held: []string{donations.HeldOtherName}},
		{giver: "Canadian", holder: "Canadian Quillfeather", card: "4000001240000000", want: donations.Held, held: []string{donations.HeldForeignCard}},
		{giver: "Nothing", holder: "Nothing Quillfeather", card: "4000000000000010", want: donations.Held, held: []string{donations.HeldUnchecked}},
		{giver: "Trade", holder: "Trade Quillfeather", card: house.Good, change: func(p *donations.Pledge) { p.Occupation = "Federal contractor" }, want: donations.Held, held: []string{donations.HeldContractor}},
		{giver: "Envoy", holder: "Envoy Quillfeather", card: house.Good, change: func(p *donations.Pledge) { p.Employer = "Embassy of Examplia" }, want: donations.Held, held: []string{donations.HeldForeignEmployer}},
		{giver: "Pupil", holder: "Pupil Quillfeather", card: house.Good, change: func(p *donations.Pledge) { p.Occupation = "High school student" }, want: donations.Held, held: []string{donations.HeldYoung}},
		{giver: "College", holder: "College Quillfeather", card: house.Good, change: func(p *donations.Pledge) { p.Employer, p.Occupation = "Student", "Student" }, want: donations.Settled},
	} {
		p := h.Pledge(house.ToCommittee, 2000, house.By(c.giver))
		if c.change != nil {
			c.change(&p)
		}
		g := h.MustGive(p)
		payAs(t, h, g, c.card, c.holder)
		if g = h.Gift(g.ID); g.State != c.want || !slices.Equal([]string(g.HeldFor), c.held) {
			t.Errorf("%s with a card of %s: %s for %v, want %s for %v", c.giver, c.holder, g.State, g.HeldFor, c.want, c.held)
		}
	}
}

func TestOneCardForManyPeopleIsLookedAt(t *testing.T) {
	t.Parallel()
	h := house.New(t)
	give := func(giver, card string) donations.Gift {
		g := h.MustGive(h.Pledge(house.ToCommittee, 2000, house.By(giver)))
		payAs(t, h, g, card, giver+" Quillfeather")
		return h.Gift(g.ID)
	}
	if g := give("First", allShare); g.State != donations.Settled {
		t.Errorf("the first with the card: %s for %v", g.State, g.HeldFor)
	}
	if g := give("First", allShare); g.State != donations.Settled {
		t.Errorf("the same again: %s for %v", g.State, g.HeldFor)
	}
	if g := give("Second", allShare); g.State != donations.Held || !slices.Equal([]string(g.HeldFor), []string{donations.HeldSharedCard}) {
		t.Errorf("another with the card: %s for %v", g.State, g.HeldFor)
	}
	h.Advance(366 * 24 * time.Hour)
	if g := give("Third", allShare); g.State != donations.Settled {
		t.Errorf("another after a year: %s for %v", g.State, g.HeldFor)
	}
}

func TestManyCardsOfOnePersonAreLookedAt(t *testing.T) {
	t.Parallel()
	h := house.New(t)
	for i, card := range []string{house.Good, "5555555555554444", "378282246310005", "6011111111111117"} {
		p := h.Pledge(house.ToCommittee, 2000, house.By("Collector"))
		g := h.MustGive(p)
		payAs(t, h, g, card, "Collector Quillfeather")
		g = h.Gift(g.ID)
		if last := i == 3; (g.State == donations.Held) != last || last && !slices.Contains(g.HeldFor, donations.HeldManyCards) {
			t.Errorf("card %d: %s for %s", i+1, g.State, strings.Join(g.HeldFor, ", "))
		}
	}
}

// A page whose answer was lost is made again; the end of the one that nobody saw ends no gift.
func TestTheEndOfAnUnseenPageEndsNoGift(t *testing.T) {
	t.Parallel()
	h := house.New(t)
	g := h.MustGive(h.Pledge(house.ToCommittee, 2000, house.By("Patient")))
	err := pg.InTx(t.Context(), h.DB, "test", []string{string(house.Committee)}, func(tx *sqlx.Tx) error {
		return donations.LearnSession(t.Context(), tx, h.Sim.Now(), house.Committee, g.ID, donations.Session{ID: "cs_test_unseen", Status: "expired"})
	})
	if err != nil {
		t.Fatal(err)
	}
	if got := h.Gift(g.ID); got.State != donations.Open || got.Session != g.Session {
		t.Fatalf("the gift is %s with page %s", got.State, got.Session)
	}
	payAs(t, h, g, house.Good, "Patient Quillfeather")
	if got := h.Gift(g.ID); got.State != donations.Settled {
		t.Errorf("the gift is %s", got.State)
	}
}
