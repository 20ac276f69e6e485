package web_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"dure/dev/house"
	"dure/dev/mailsink"
	"dure/letters"
	"dure/staff"
)

const houseLetters = "/desk/" + string(house.Committee) + "/letters"

func TestLettersThatCouldNotBeSentAreSeenAndSentAgain(t *testing.T) {
	t.Parallel()
	h, w, b := houseDesk(t)
	ctx := t.Context()
	sink, err := mailsink.New("127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer sink.Close()
	post, err := letters.NewPost(sink.URL(), "http://dure.example.org")
	if err != nil {
		t.Fatal(err)
	}
	receipts := letters.NewReceipts(h.DB, "http://dure.example.org")
	work := func() {
		t.Helper()
		if _, err := receipts.Write(ctx, h.Sim.Now()); err != nil {
			t.Fatal(err)
		}
		if _, err := post.Send(ctx, h.DB, h.Sim.Now()); err != nil {
			t.Fatal(err)
		}
	}
	if a := b.get(houseLetters); !a.says("Every letter could be sent.") || !a.says("No letter was written yet.") {
		t.Errorf("an empty page of letters: %d\n%s", a.status, a.body)
	}
	work()
	sink.Refuse("bram@example.org", "cleo@example.org")
	g := charged(t, h, house.ToCommittee, 25_00, "Bram")
	charged(t, h, house.ToCommittee, 25_00, "Cleo")
	charged(t, h, house.ToCommittee, 25_00, "Dara")
	work()

	page := b.get(houseLetters)
	for _, want := range []string{"Bram Quillfeather", "bram@example.org", "There is no such mailbox here", "Send all 2 again", "Your receipt: $25.00 to LANTERN STREET PAC", "sent "} {
		if !page.says(want) {
			t.Errorf("the page of letters lacks %q:\n%s", want, page.body)
		}
	}
	if a := b.get("/desk/" + string(house.Committee)); !a.says("2 letters could not be sent.") {
		t.Error("Today does not count the letters that could not be sent")
	}
	if a := b.get(houseGifts + string(g.ID)); !a.says("could not be sent") {
		t.Error("the gift's page does not tell how its receipt stands")
	}
	var id string
	if err := h.DB.Get(&id, `select id from letters where gift = $1`, g.ID); err != nil {
		t.Fatal(err)
	}
	if a := b.get(houseLetters + "/" + id); !a.says("The mail server said:") || !strings.Contains(a.body, "/again") {
		t.Errorf("the letter's own page:\n%s", a.body)
	}
	viewer := w.invited("ivo@example.org", "Ivo Lark", house.Committee, staff.Viewer)
	for who, a := range map[string]answer{"treasurer": b.get(houseLetters + "/" + id), "viewer": viewer.get(houseLetters + "/" + id)} {
		if a.status != http.StatusOK || strings.Contains(a.body, h.Gift(g.ID).ThanksKey) {
			t.Errorf("the letter's page gives the %s the key with which its giver asks for money back: %d", who, a.status)
		}
	}
	if a := viewer.post(houseLetters+"/"+id+"/again", url.Values{}); a.status != http.StatusForbidden {
		t.Errorf("a viewer sends a letter again = %d, want 403", a.status)
	}
	sink.Refuse("cleo@example.org")
	if a := b.post(houseLetters+"/"+id+"/again", url.Values{}); !a.says("1 letter will be sent again within moments.") {
		t.Errorf("send again = %d", a.status)
	}
	work()
	if n := h.Count(`select count(*) from letters where state = 'sent'`); n != 2 {
		t.Errorf("%d letters are sent, want Bram's and Dara's", n)
	}
	sink.Refuse()
	b.post(houseLetters+"/again", url.Values{})
	work()
	if a := b.get(houseLetters); !a.says("Every letter could be sent.") || len(sink.Messages()) != 3 {
		t.Errorf("%d letters came in the end, want 3", len(sink.Messages()))
	}
	if a := b.post(houseLetters+"/"+id+"/again", url.Values{}); !a.says("Nothing is sent again") {
		t.Error("a letter that was sent is sent again")
	}
}
