package web_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"dure/dev/house"
	"dure/donations"
	"dure/staff"
)

func thanksOf(g donations.Gift) string {
	return "/thanks/" + string(g.ID) + "?key=" + url.QueryEscape(g.ThanksKey)
}

func TestAGiverAsksForTheirMoneyBackAndGetsIt(t *testing.T) {
	t.Parallel()
	h, w, b := houseDesk(t)
	g := charged(t, h, house.ToCommittee, 100_00, "Bram")
	donor, page := w.stranger(), thanksOf(g)
	first := donor.get(page)
	if !first.says("Ask for your money back") || !first.says("You need not say why.") || !strings.Contains(first.body, `name="reason"`) {
		t.Fatalf("the receipt's page does not offer to ask: %d\n%s", first.status, first.body)
	}
	long := strings.Repeat("ß", 501)
	if a := donor.post(page, url.Values{"reason": {long}}); a.status != http.StatusUnprocessableEntity || !strings.Contains(a.body, long) || !a.says("at most 500 characters") {
		t.Errorf("a reason that is too long = %d, want 422 with all that was written", a.status)
	}
	if a := donor.post("/thanks/"+string(g.ID)+"?key=wrong", url.Values{}); a.status != http.StatusNotFound {
		t.Errorf("asking with a wrong key = %d", a.status)
	}
	asked := donor.post(page, url.Values{"reason": {"I gave twice.\r\n<script>alert(1)</script>"}})
	if asked.status != http.StatusOK || !asked.says("You asked for your money back on") || strings.Contains(asked.body, `name="reason"`) {
		t.Errorf("after asking = %d, want the page to say so and to offer nothing more:\n%s", asked.status, asked.body)
	}
	if a := donor.post(page, url.Values{"reason": {"again"}}); a.status != http.StatusOK || h.Count(`select count(*) from refund_requests`) != 1 {
		t.Errorf("asking twice = %d, %d requests, want one", a.status, h.Count(`select count(*) from refund_requests`))
	}

	today := b.get("/desk/" + string(house.Committee))
	if !today.says("Answer Bram Quillfeather, who asks for $100.00 back") || !today.says("I gave twice.") {
		t.Error("the request does not stand on Today")
	}
	read := b.get(houseGifts + string(g.ID) + "/asked")
	if !read.says("Bram Quillfeather asks for a gift back") || !read.says("Give $100.00 back") || strings.Contains(read.body, "<script>alert") {
		t.Errorf("the request at the desk:\n%s", read.body)
	}
	if a := b.get(houseGifts + string(g.ID)); !a.says("The giver asks for it back") {
		t.Error("the gift's page at the desk does not tell of the request")
	}
	viewer := w.invited("ivo@example.org", "Ivo Lark", house.Committee, staff.Viewer)
	if a := viewer.post(houseGifts+string(g.ID)+"/asked", url.Values{"words": {"No."}}); a.status != http.StatusForbidden {
		t.Errorf("a viewer declines = %d, want 403", a.status)
	}
	a := b.post(houseGifts+string(g.ID)+"/refund", url.Values{"made": {read.hidden("made")}, "amount": {read.hidden("amount")}})
	if !a.says("$100.00 goes back to the giver") {
		t.Fatalf("giving it back = %d", a.status)
	}
	if a := donor.get(page); !a.says("$100.00 is on its way back to the card") {
		t.Errorf("while Stripe is asked the page says\n%s", a.body)
	}
	h.Quiet()
	over := donor.get(page)
	if !over.says("Your $100 went back to you, Bram.") || !over.says("$100.00 went back to you on") || strings.Contains(over.body, `name="reason"`) || over.says("is counted") {
		t.Errorf("the page of a gift that went back whole:\n%s", over.body)
	}
	if a := b.get("/desk/" + string(house.Committee)); a.says("asks for $100.00 back") {
		t.Error("a request that was answered stands on Today still")
	}
}

func TestARequestIsAnsweredInWords(t *testing.T) {
	t.Parallel()
	h, w, b := houseDesk(t)
	g := charged(t, h, house.ToCommittee, 25_00, "Bram")
	donor, page, at := w.stranger(), thanksOf(g), houseGifts+string(g.ID)+"/asked"
	if a := b.get(at); a.status != http.StatusNotFound {
		t.Errorf("a request that nobody made = %d, want 404", a.status)
	}
	donor.post(page, url.Values{})
	if a := b.get(at); !a.says("The giver did not say why.") {
		t.Error("a request without a reason does not say so")
	}
	if a := b.post(at, url.Values{"words": {" "}}); a.status != http.StatusUnprocessableEntity || !a.says("Write what the giver is told.") {
		t.Errorf("declined without a word = %d", a.status)
	}
	if a := b.post(at, url.Values{"words": {"It was forwarded.\nSorry."}}); !a.says("is told that nothing goes back") {
		t.Errorf("declined = %d\n%s", a.status, a.body)
	}
	if a := b.post(at, url.Values{"words": {"Twice."}}); a.status != http.StatusUnprocessableEntity || !a.says("The request was answered meanwhile") {
		t.Errorf("declined twice = %d", a.status)
	}
	if a := donor.get(page); !a.says("did not give the gift back") || !a.says("It was forwarded.") || !a.says("You may ask again.") || !strings.Contains(a.body, `name="reason"`) {
		t.Errorf("the giver's page after the answer:\n%s", a.body)
	}
	donor.post(page, url.Values{"reason": {"Once more."}})
	if n := h.Count(`select count(*) from refund_requests where gift = $1`, g.ID); n != 2 {
		t.Errorf("%d requests after the answer, want a second", n)
	}
}

func TestNothingIsOfferedWhereNothingCanGoBack(t *testing.T) {
	t.Parallel()
	h, w, _ := houseDesk(t)
	held := h.MustGive(h.Pledge(house.ToCommittee, 2500))
	h.Pay(held, "4000000000000101")
	h.Quiet()
	donor := w.stranger()
	if a := donor.get(thanksOf(held)); strings.Contains(a.body, `name="reason"`) {
		t.Error("a gift that is not charged can be asked for")
	}
	if a := donor.post(thanksOf(held), url.Values{}); a.status != http.StatusOK || h.Count(`select count(*) from refund_requests`) != 0 {
		t.Errorf("asking for a gift that is not charged = %d", a.status)
	}
}
