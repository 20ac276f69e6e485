package web_test

import (
	"net/http"
	"net/url"
	"testing"
	"time"

	"dure/dev/house"
	"dure/donations"
	"dure/staff"
)

// A card that passes all checks, issued in Canada (Stripe's published test number).
const canadian = "4000001240000000"

// TestADecisionAtTheDeskReachesTheBank walks an earmarked gift from the form through Stripe, the desk's decision and the
// capture to the candidate.
func TestADecisionAtTheDeskReachesTheBank(t *testing.T) {
	t.Parallel()
	h := house.New(t)
	w := &deskWorld{t: t, db: h.DB, owner: h.Owner}
	w.serve(h.Accounts, h.Sim.Now)
	g := h.MustGive(h.Pledge(house.ToCandidate, 125_00))
	h.Pay(g, canadian)
	h.Quiet()

	b := w.invited("hazel@example.org", "Hazel Quince", house.Committee, staff.Treasurer)
	desk := "/desk/" + string(house.Committee)
	gift := desk + "/gifts/" + string(g.ID)
	if a := b.get(desk); !a.says("Decide on one gift that is held") || !a.says("Cash on hand $0.00") {
		t.Fatal("today does not ask for a decision on the held gift, or has money of it")
	}
	if a := b.get(gift); !a.says("The card was issued in Canada.") || !a.says("payment_intent.amount_capturable_updated") {
		t.Error("the gift's page does not tell why it is held and by which event it came")
	}
	if a := b.post(gift+"/decision", url.Values{"decision": {"capture"}, "note": {"Saw her passport."}}); a.status != http.StatusOK {
		t.Fatalf("the decision = %d, want 200", a.status)
	}
	h.Quiet()
	if got := h.Gift(g.ID).State; got != donations.Settled {
		t.Fatalf("after the decision the gift is %s, want settled", got)
	}
	if a := b.get(gift); !a.says("Charged") || !a.says("11(a)(i), earmarked") || !a.says("In the books") || !a.says("Charge the card") {
		t.Error("the charged gift does not tell its line, its entry and the call that charged it")
	}
	page := b.get(desk + "/forwards")
	a := b.post(desk+"/forwards", url.Values{
		"id": {page.hidden("id")}, "candidate": {string(house.Candidate)}, "receipts": {string(g.ID)}, "sent_on": {h.Today().String()}, "method": {"ACH"},
	})
	if a.status != http.StatusOK || !a.says("1 gift recorded as sent") || !a.says("Nothing waits to be forwarded.") {
		t.Errorf("the forward = %d, want it recorded and nothing left to forward", a.status)
	}

	lost := h.MustGive(h.Pledge(house.ToCommittee, 40_00, house.By("Rowan")))
	h.Pay(lost, canadian)
	h.Quiet()
	if a := b.post(desk+"/gifts/"+string(lost.ID)+"/decision", url.Values{"decision": {"release"}, "note": {"No answer."}}); !a.says("the gift is let go") {
		t.Error("letting a gift go is not told")
	}
	h.Quiet()
	if got := h.Gift(lost.ID).State; got != donations.Released {
		t.Errorf("after the decision the gift is %s, want released", got)
	}
	h.Advance(time.Hour)
	if a := b.get(desk + "/gifts/" + string(lost.ID)); !a.says("Let go") || !a.says("No money came, so it is in no report.") {
		t.Error("the released gift does not tell that no money came")
	}
}
