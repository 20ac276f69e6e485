package web_test

import (
	"bytes"
	"mime/multipart"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"dure/dev/house"
)

// A reason that came back stays when its page is read in another language, and is not sent by that.
func TestAReasonThatCameBackStaysInAnotherLanguage(t *testing.T) {
	t.Parallel()
	h, w, _ := houseDesk(t)
	approve(t, h, "ko")
	approve(t, h, "ur")
	g := charged(t, h, house.ToCommittee, 100_00, "Bram")
	donor, page := w.stranger(), thanksOf(g)
	long := strings.Repeat("ß", 501)

	back := donor.post(page, url.Values{"reason": {long}})
	if back.status != http.StatusUnprocessableEntity || !strings.Contains(back.body, `form="form" name="speak" value="ur"`) || !strings.Contains(back.body, `id="form" method="post" action="?lang=en&amp;key=`) {
		t.Fatalf("a reason that is too long = %d, want a menu that sends the form again:\n%s", back.status, back.body)
	}
	urdu := donor.post(page, url.Values{"reason": {long}, "speak": {"ur"}})
	if urdu.status != http.StatusUnprocessableEntity || !strings.Contains(urdu.body, `<html lang="ur" dir="rtl">`) || !strings.Contains(urdu.body, long) {
		t.Errorf("in Urdu it is %d, or without what was written:\n%s", urdu.status, urdu.body)
	}
	mended := donor.post(page+"&lang=ur", url.Values{"reason": {"I gave twice."}, "speak": {"ko"}})
	if mended.status != http.StatusOK || !strings.Contains(mended.body, `<html lang="ko" dir="ltr">`) || !strings.Contains(mended.body, ">I gave twice.</textarea>") {
		t.Errorf("a mended reason in Korean is %d, or without what was written:\n%s", mended.status, mended.body)
	}
	if n := h.Count(`select count(*) from refund_requests`); n != 0 {
		t.Errorf("choosing a language has asked for the money back %d times", n)
	}
	sent := donor.post("/thanks/"+string(g.ID)+"?lang=ko&key="+url.QueryEscape(g.ThanksKey), url.Values{"reason": {"I gave twice."}})
	if sent.status != http.StatusOK || !strings.Contains(sent.body, `<html lang="ko" dir="ltr">`) || h.Count(`select count(*) from refund_requests`) != 1 {
		t.Errorf("the reason, sent from the Korean page, is %d", sent.status)
	}
}

// What was written on the page that takes copies stays when it is read in another language; what was affirmed is affirmed anew.
func TestAPassportNumberThatCameBackStaysInAnotherLanguage(t *testing.T) {
	t.Parallel()
	w := newAbroad(t, nil)
	approve(t, w.House, "ur")
	g := w.gives("Juniper")
	back := w.giver().sends(proofPath(g), "citizen", "A1234", "", nil)
	read := back.hidden("read")
	if back.status != http.StatusUnprocessableEntity || read == "" || !strings.Contains(back.body, `form="form" name="speak" value="ur"`) {
		t.Fatalf("a short number = %d, want a menu that sends the form again:\n%s", back.status, back.body)
	}
	var body bytes.Buffer
	form := multipart.NewWriter(&body)
	for name, value := range map[string]string{"lang": "en", "read": read, "standing": "citizen", "number": "A12345678", "speak": "ur"} {
		form.WriteField(name, value)
	}
	file, err := form.CreateFormFile("copy", "passport.jpg")
	if err != nil {
		t.Fatal(err)
	}
	file.Write(passport(t))
	form.Close()
	b := w.giver()
	res, err := b.client.Post(w.site.URL+proofPath(g), form.FormDataContentType(), &body)
	urdu := b.read(res, err)
	if urdu.status != http.StatusUnprocessableEntity || !strings.Contains(urdu.body, `<html lang="ur" dir="rtl">`) || !strings.Contains(urdu.body, `value="A12345678"`) ||
		strings.Contains(urdu.body, " checked") || !strings.Contains(urdu.body, `action="?lang=ur&amp;key=`) {
		t.Errorf("in Urdu it is %d, or without the number, or affirmed already:\n%s", urdu.status, urdu.body)
	}
	if n := w.Count(`select count(*) from proofs`); n != 0 {
		t.Errorf("choosing a language has sent %d copies", n)
	}
}
