package web_test

import (
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"

	"dure/compliance"
	"dure/dev/house"
	"dure/dev/stripesim"
	"dure/donations"
	"dure/ledger"
	"dure/money"
	"dure/staff"
)

// houseDesk is a desk over a house whose Stripe answers.
func houseDesk(t *testing.T) (*house.House, *deskWorld, *caller) {
	t.Helper()
	h := house.New(t)
	w := &deskWorld{t: t, db: h.DB, owner: h.Owner}
	w.serve(h.Accounts, h.Sim.Now)
	return h, w, w.invited("hazel@example.org", "Hazel Quince", house.Committee, staff.Treasurer)
}

// charged gives a gift whose money came.
func charged(t *testing.T, h *house.House, drive string, cents money.Cents, by string) donations.Gift {
	t.Helper()
	g := h.MustGive(h.Pledge(drive, cents, house.By(by)))
	h.Pay(g, house.Good)
	h.Quiet()
	if g = h.Gift(g.ID); g.State != donations.Settled {
		t.Fatalf("the gift of %s is %s", by, g.State)
	}
	return g
}

const houseGifts = "/desk/" + string(house.Committee) + "/gifts/"

func TestAGiftIsGivenBackAtTheDesk(t *testing.T) {
	t.Parallel()
	h, w, b := houseDesk(t)
	g := charged(t, h, house.ToCommittee, 100_00, "Bram")
	page := houseGifts + string(g.ID)
	first := b.get(page)
	if !first.says("What went back Nothing.") || !strings.Contains(first.body, `value="100.00"`) {
		t.Error("a gift of $100.00 does not offer to give $100.00 back")
	}
	form := url.Values{"made": {first.hidden("made")}, "amount": {"30"}}
	for amount, want := range map[string]string{
		"": "Write the amount in dollars.", "100.01": "At most $100.00 of it is still here.", "0": "The amount is above zero.", "-5": "The amount is above zero.",
	} {
		a := b.post(page+"/refund", but(form, map[string]string{"amount": amount}))
		if a.status != http.StatusUnprocessableEntity || !a.says(want) || !strings.Contains(a.body, `href="#amount"`) {
			t.Errorf("give %q back = %d, want 422 and %q beside it", amount, a.status, want)
		}
	}
	if a := b.post(page+"/refund", form); a.status != http.StatusOK || !a.says("$30.00 goes back to the giver. Stripe is being asked.") || !a.says("Stripe is being asked $30.00") || !strings.Contains(a.body, `value="70.00"`) {
		t.Errorf("the refund = %d, want it under way, and $70.00 left to give back", a.status)
	}
	if a := b.post(page+"/refund", form); a.status != http.StatusOK || !a.says("It was sent already") {
		t.Errorf("the form sent twice = %d, want to hear that it was sent", a.status)
	}
	h.Quiet()
	if n := h.Count(`select count(*) from refunds where cents = 3000`); n != 1 {
		t.Errorf("the form sent twice made %d refunds, want 1", n)
	}
	if a := b.get(page); !a.says("given back $30.00") || !a.says("Give money back") || !strings.Contains(a.body, `value="70.00"`) {
		t.Error("the page does not tell of the refund and its call, with $70.00 left to give back")
	}
	if a := b.post(page+"/refund", form); !a.says("It was sent already") {
		t.Error("the form sent once more after the refund came is not told that it was sent")
	}

	// what somebody does on the dashboard is seen too
	if _, err := h.Sim.Refund(stripesim.RefundOrder{Charge: g.Charge, Amount: 2000, Fail: true}); err != nil {
		t.Fatal(err)
	}
	h.Quiet()
	if a := b.get(page); !a.says("the bank did not take it $20.00") || !strings.Contains(a.body, `value="70.00"`) {
		t.Error("the page does not tell of a refund that failed, or counts it as gone")
	}
	if a := b.post(page+"/refund", url.Values{"made": {b.get(page).hidden("made")}, "amount": {"70"}}); a.status != http.StatusOK || !a.says("All of it went back, or is on its way.") {
		t.Errorf("the rest = %d, want all on its way", a.status)
	}
	h.Quiet()
	balances, err := ledger.Balances(t.Context(), w.db, house.Committee, h.Today(), h.Sim.Now())
	if err != nil || balances[ledger.RefundsIndividuals] != 100_00 {
		t.Errorf("refunds in the books: %v, %v, want $100.00", balances[ledger.RefundsIndividuals], err)
	}

	viewer := w.invited("vera@example.org", "Vera Viewer", house.Committee, staff.Viewer)
	if a := viewer.post(page+"/refund", form); a.status != http.StatusForbidden {
		t.Errorf("a viewer's refund = %d, want 403", a.status)
	}
	if a := viewer.get(page); strings.Contains(a.body, "/refund") {
		t.Error("a viewer sees the form of a refund")
	}
	if a := b.post(houseGifts+"GNOWHERE/refund", form); a.status != http.StatusNotFound {
		t.Errorf("refund of no gift = %d, want 404", a.status)
	}
}

// Of ten forms of one page that come at once, one is carried out, though the money would do for all.
func TestARefundSentManyTimesAtOnceIsOne(t *testing.T) {
	t.Parallel()
	h, w, b := houseDesk(t)
	g := charged(t, h, house.ToCommittee, 100_00, "Bram")
	page := houseGifts + string(g.ID)
	form := url.Values{"made": {b.get(page).hidden("made")}, "amount": {"5"}}
	var all sync.WaitGroup
	for range 10 {
		all.Go(func() {
			if a := b.post(page+"/refund", form); a.status != http.StatusOK {
				t.Errorf("a refund among ten = %d, want 200", a.status)
			}
		})
	}
	all.Wait()
	if n := w.count(`select count(*) from owed_calls where verb = 'refund'`); n != 1 {
		t.Errorf("ten forms at once asked for %d refunds, want 1", n)
	}
}

func TestADisputedGiftIsNotGivenBack(t *testing.T) {
	t.Parallel()
	h, w, b := houseDesk(t)
	g := charged(t, h, house.ToCommittee, 60_00, "Ines")
	page := houseGifts + string(g.ID)
	form := url.Values{"made": {b.get(page).hidden("made")}, "amount": {"10"}}
	dispute, err := h.Sim.Dispute(stripesim.DisputeOrder{Charge: g.Charge})
	if err != nil {
		t.Fatal(err)
	}
	h.Quiet()
	if a := b.get(page); !a.says("Dispute") || !a.says("open $60.00") || !a.says("a refund would pay twice") || strings.Contains(a.body, `name="made"`) {
		t.Error("a disputed gift does not tell of the dispute, or offers to give it back")
	}
	if a := b.post(page+"/refund", form); a.status != http.StatusOK || !a.says("Nothing was changed. The giver's bank has taken it back by a dispute") {
		t.Errorf("a refund of a disputed gift = %d, want the refusal in words", a.status)
	}
	if _, err := h.Sim.Dispute(stripesim.DisputeOrder{Dispute: dispute, Outcome: "won"}); err != nil {
		t.Fatal(err)
	}
	h.Quiet()
	if a := b.get(page); !a.says("the money is here again $60.00") || !strings.Contains(a.body, `value="60.00"`) {
		t.Error("after the dispute is won the gift can't be given back")
	}
	if n := w.count(`select count(*) from owed_calls where verb = 'refund'`); n != 0 {
		t.Errorf("%d refunds were asked for, want none", n)
	}

	open := h.MustGive(h.Pledge(house.ToCommittee, 20_00, house.By("Olive")))
	h.Quiet()
	if a := b.post(houseGifts+string(open.ID)+"/refund", url.Values{"made": {"0"}, "amount": {"20"}}); a.status != http.StatusOK || !a.says("Nothing was changed. Nothing was charged: there is nothing to give back") {
		t.Errorf("a refund of a gift that was not charged = %d, want the refusal in words", a.status)
	}
}

// A gift that was sent on and then came back is the recipient's to repay.
func TestACaseOfAGiftPaidBackAfterForwardingTellsWhatToDo(t *testing.T) {
	t.Parallel()
	h, w, b := houseDesk(t)
	g := charged(t, h, house.ToCandidate, 80_00, "Haneul")
	desk := "/desk/" + string(house.Committee)
	sent := b.post(desk+"/forwards", url.Values{
		"id": {b.get(desk + "/forwards").hidden("id")}, "candidate": {string(house.Candidate)}, "receipts": {string(g.ID)},
		"sent_on": {h.Today().String()}, "method": {"ACH"},
	})
	if !sent.says("1 gift recorded as sent") {
		t.Fatalf("the forward = %d", sent.status)
	}
	if a := b.get(houseGifts + string(g.ID)); !a.says("It was forwarded to the candidate’s committee: the giver asks them.") || strings.Contains(a.body, `name="made"`) {
		t.Error("a forwarded gift does not tell that the candidate's committee is asked, or offers to give it back")
	}
	if _, err := h.Sim.Refund(stripesim.RefundOrder{Charge: g.Charge, Amount: 3000}); err != nil {
		t.Fatal(err)
	}
	h.Quiet()
	var c compliance.Case
	if err := w.db.GetContext(t.Context(), &c, `select id, due_on from cases where kind = 'paid back after forwarding'`); err != nil {
		t.Fatal(err)
	}
	for path, want := range map[string][]string{
		desk:                      {"Ask for $30.00 that went back to Haneul"},
		desk + "/cases":           {"$30.00 paid back after forwarding, to Haneul", "11 CFR 110.6"},
		desk + "/cases/" + c.ID:   {"$30.00 paid back after forwarding, to Haneul", "Ask it for $30.00", "Due " + c.DueOn.Spoken(), "60 days left of 60"},
		houseGifts + string(g.ID): {"given back $30.00"},
	} {
		a := b.get(path)
		for _, words := range want {
			if !a.says(words) {
				t.Errorf("%s does not say %q", path, words)
			}
		}
		if a.says("over the limit") {
			t.Errorf("%s says that a limit was passed", path)
		}
	}
	page := desk + "/cases/" + c.ID
	note := url.Values{"seen": {b.get(page).hidden("seen")}, "step": {"note"}, "on": {h.Today().String()}, "text": {"Wrote to their treasurer."}}
	if a := b.post(page+"/act", note); !a.says("Note. Wrote to their treasurer.") {
		t.Error("the note of the case is not kept")
	}
}

func TestAGiftWithoutACardTellsOfDeclines(t *testing.T) {
	t.Parallel()
	h, _, b := houseDesk(t)
	g := h.MustGive(h.Pledge(house.ToCommittee, 20_00, house.By("Olive")))
	h.Quiet()
	if a := b.get(houseGifts + string(g.ID)); a.status != http.StatusOK || !a.says("No card was charged.") || a.says("declined") {
		t.Errorf("an open gift's page = %d, want that no card was charged and none declined", a.status)
	}
	h.Pay(g, "4000000000009995")
	h.Quiet()
	if a := b.get(houseGifts + string(g.ID)); !a.says("1 attempt declined, the last as “insufficient_funds”.") || !a.says("The bank declined the card: insufficient_funds.") {
		t.Error("the page does not tell of the card that was declined")
	}
}
