package web_test

import (
	"bytes"
	"context"
	"image"
	"image/jpeg"
	"log/slog"
	"mime/multipart"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"dure/dev/house"
	"dure/donations"
	"dure/staff"
	"dure/web"
)

// abroad is a house with the pages of its site and its desk.
type abroad struct {
	*house.House
	t    *testing.T
	site *httptest.Server
	desk *deskWorld // for the desk's browsers
}

func newAbroad(t *testing.T, accounts func(h *house.House) *donations.Accounts) *abroad {
	t.Helper()
	h := house.New(t)
	a := h.Accounts
	if accounts != nil {
		a = accounts(h)
	}
	log := slog.New(slog.NewTextHandler(t.Output(), nil))
	desk := &web.Desk{DB: h.DB, Accounts: a, Now: h.Sim.Now, Sessions: web.NewSessions(h.DB, false), Door: staff.NewDoor(cheapHash), Log: log}
	w := &abroad{House: h, t: t, site: httptest.NewUnstartedServer(nil)}
	server, err := web.New(web.Settings{DB: h.DB, Accounts: a, Now: h.Sim.Now, PublicURL: "http://" + w.site.Listener.Addr().String(), Log: log})
	if err != nil {
		t.Fatal(err)
	}
	if w.site.Config.Handler, err = server.Routes(desk, http.NotFoundHandler(), func(context.Context) error { return nil }); err != nil {
		t.Fatal(err)
	}
	w.site.Start()
	t.Cleanup(w.site.Close)
	w.desk = &deskWorld{t: t, db: h.DB, site: w.site}
	return w
}

// gives sends the form of a giver who lives in Canada, pays with a card of a bank there, and gives the held gift.
func (w *abroad) gives(given string) donations.Gift {
	w.t.Helper()
	form := with("token", string(donations.NewGiftID()), "given_name", given, "email", strings.ToLower(given)+"@example.org",
		"street", "9 "+given+" Row", "city", "Toronto", "state", "", "zip", "M4B 1B3", "country", "CA")
	b := w.giver()
	b.client.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	if a := b.post("/give/"+house.ToCommittee, form); a.status != http.StatusSeeOther {
		w.t.Fatalf("a form from Canada = %d, want it taken:\n%s", a.status, a.body)
	}
	g := w.Gift(donations.GiftID(form.Get("token")))
	w.Pay(g, "4000001240000000")
	w.Quiet()
	if g = w.Gift(g.ID); g.State != donations.Held {
		w.t.Fatalf("a gift from Canada is %s, want held", g.State)
	}
	return g
}

func (w *abroad) giver() *caller {
	jar, _ := cookiejar.New(nil)
	return &caller{w: w.desk, client: &http.Client{Jar: jar}}
}

func (w *abroad) member(name string, role staff.Role) *caller {
	w.t.Helper()
	return w.desk.invited(strings.ToLower(name)+"@example.org", name, house.Committee, role)
}

func proofPath(g donations.Gift) string {
	return "/proof/" + string(g.ID) + "?key=" + url.QueryEscape(g.ThanksKey)
}

// sends posts the form with a copy; a nil copy is a form without a file.
func (b *caller) sends(path, standing, number, name string, copied []byte) answer {
	b.w.t.Helper()
	var body bytes.Buffer
	form := multipart.NewWriter(&body)
	form.WriteField("lang", "en")
	form.WriteField("standing", standing)
	form.WriteField("number", number)
	file, err := form.CreateFormFile("copy", name)
	if err != nil {
		b.w.t.Fatal(err)
	}
	file.Write(copied)
	form.Close()
	res, err := b.client.Post(b.w.site.URL+path, form.FormDataContentType(), &body)
	return b.read(res, err)
}

func passport(t *testing.T) []byte {
	t.Helper()
	var out bytes.Buffer
	if err := jpeg.Encode(&out, image.NewGray(image.Rect(0, 0, 320, 220)), nil); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func TestCitizenAbroadGivesAndIsSeen(t *testing.T) {
	t.Parallel()
	w := newAbroad(t, nil)
	if a := w.giver().get("/give/" + house.ToCommittee); !a.says("U.S. citizens and nationals abroad and green-card holders may give.") {
		t.Error("the drive's page does not say that citizens abroad may give")
	}
	g := w.gives("Juniper")
	b := w.giver()
	thanks := b.get("/thanks/" + string(g.ID) + "?key=" + url.QueryEscape(g.ThanksKey))
	if !thanks.says("Send a copy of your passport or green card") || !strings.Contains(thanks.body, "/proof/"+string(g.ID)+"?key=") {
		t.Errorf("the page of a held gift does not lead to the page that takes copies:\n%s", thanks.body)
	}
	page := b.get(proofPath(g))
	golden(t, "proof", regexp.MustCompile(`key=[A-Za-z0-9_%-]+`).ReplaceAllString(page.body, "key=KEY"))

	treasurer, viewer, organizer := w.member("Hazel", staff.Treasurer), w.member("Vera", staff.Viewer), w.member("Orla", staff.Organizer)
	gift := "/desk/" + string(house.Committee) + "/gifts/" + string(g.ID)
	if a := treasurer.get(gift + "/proof"); a.status != http.StatusNotFound {
		t.Errorf("the desk's page before a copy came = %d, want 404", a.status)
	}
	copied := passport(t)
	if a := b.sends(proofPath(g), "citizen", "a1234 5678", "passport.jpg", copied); a.status != http.StatusOK || !a.says("Your copy came on") {
		t.Fatalf("a whole form = %d:\n%s", a.status, a.body)
	}
	if a := b.get("/thanks/" + string(g.ID) + "?key=" + url.QueryEscape(g.ThanksKey)); !a.says("is here. A person will look at it.") {
		t.Error("the page of the gift does not say that the copy came")
	}
	if a := treasurer.post(gift+"/decision", url.Values{"decision": {"capture"}, "note": {"Fine."}}); a.status != http.StatusUnprocessableEntity || !a.says("Nobody has looked at a copy") {
		t.Errorf("a decision before anybody looked = %d, want 422", a.status)
	}
	for name, m := range map[string]*caller{"viewer": viewer, "organizer": organizer} {
		for _, path := range []string{gift + "/proof", gift + "/proof/copy", gift + "/proof/copy?download"} {
			if a := m.get(path); a.status != http.StatusForbidden || strings.Contains(a.body, string(copied)) || strings.Contains(a.body, "A12345678") {
				t.Errorf("a %s at %s = %d, want 403", name, path, a.status)
			}
		}
		if a := m.get(gift); !a.says("Treasurers alone can open it.") || a.says("A12345678") {
			t.Errorf("the gift's page for a %s does not say who can open the copy", name)
		}
	}
	if a := w.desk.stranger().get(gift + "/proof/copy"); a.path != "/desk/sign-in" || strings.Contains(a.body, string(copied)) {
		t.Errorf("a stranger who asks for the copy stands at %s", a.path)
	}
	if n := w.Count(`select count(*) from proof_acts where act <> 'sent'`); n != 0 {
		t.Errorf("%d acts are recorded of those who could not look", n)
	}

	a := treasurer.get(gift + "/proof")
	for _, want := range []string{"U.S. citizen or national", "A12345678", "A copy came", "the giver"} {
		if !a.says(want) {
			t.Errorf("the desk's page of the copy does not say %q:\n%s", want, a.body)
		}
	}
	shown := treasurer.get(gift + "/proof/copy")
	if shown.body != string(copied) || shown.header.Get("Content-Type") != "image/jpeg" || shown.header.Get("Cache-Control") != "no-store" ||
		shown.header.Get("X-Content-Type-Options") != "nosniff" || shown.header.Get("Content-Security-Policy") != "default-src 'none'; sandbox" {
		t.Errorf("the copy = %d, %v", shown.status, shown.header)
	}
	if kept := treasurer.get(gift + "/proof/copy?download"); !strings.HasPrefix(kept.header.Get("Content-Disposition"), "attachment;") {
		t.Errorf("the download is %q", kept.header.Get("Content-Disposition"))
	}
	if a := treasurer.get(gift + "/proof"); !a.says("Looked at on the desk") || !a.says("Downloaded") || !a.says("Hazel") {
		t.Error("the desk's page does not tell who looked")
	}
	if a := treasurer.post(gift+"/decision", url.Values{"decision": {"capture"}, "note": {"The copy shows her and is valid."}}); a.status != http.StatusOK || !a.says("Decided: the gift is charged.") {
		t.Fatalf("the decision = %d:\n%s", a.status, a.body)
	}
	w.Quiet()
	if s := w.Gift(g.ID).State; s != donations.Settled {
		t.Errorf("the gift is %s, want settled", s)
	}
	if a := b.get(proofPath(g)); a.path != "/thanks/"+string(g.ID) {
		t.Errorf("after the gift is charged the copy's page leads to %s, want the receipt", a.path)
	}
	if a := treasurer.get(gift); !a.says("I am a U.S. citizen or national.") || !a.says("Kept until") {
		t.Error("the gift's page does not have what the giver affirmed, and until when the copy is kept")
	}
	// Sooner: only with counsel's note.
	if a := treasurer.post(gift+"/proof", url.Values{"until": {"soon"}, "counsel": {" "}}); a.status != http.StatusUnprocessableEntity || !a.says("Two things to mend") {
		t.Errorf("a shorter time without a day and a note = %d", a.status)
	}
	sooner := url.Values{"until": {w.Today().Add(40).String()}, "counsel": {"Letter of counsel, binder 2"}}
	if a := viewer.post(gift+"/proof", sooner); a.status != http.StatusForbidden {
		t.Errorf("a viewer shortens the time: %d", a.status)
	}
	if a := treasurer.post(gift+"/proof", sooner); a.status != http.StatusOK || !a.says("Recorded: the copy is destroyed after") || !a.says("Letter of counsel, binder 2") {
		t.Errorf("a shorter time with a note = %d:\n%s", a.status, a.body)
	}
}

func TestCopyOfAReleasedGiftIsGone(t *testing.T) {
	t.Parallel()
	w := newAbroad(t, nil)
	g := w.gives("Rowan")
	b, treasurer := w.giver(), w.member("Hazel", staff.Treasurer)
	pdf := []byte("%PDF-1.7\na fictional green card")
	if a := b.sends(proofPath(g), "resident", "", "card.pdf", pdf); a.status != http.StatusOK || !a.says("Your copy came on") {
		t.Fatalf("a PDF of a green card = %d:\n%s", a.status, a.body)
	}
	gift := "/desk/" + string(house.Committee) + "/gifts/" + string(g.ID)
	if a := treasurer.get(gift + "/proof/copy"); a.body != string(pdf) || !strings.HasPrefix(a.header.Get("Content-Disposition"), "attachment;") {
		t.Errorf("a PDF is %q, want a download", a.header.Get("Content-Disposition"))
	}
	if a := treasurer.post(gift+"/decision", url.Values{"decision": {"release"}, "note": {"The card is expired."}}); a.status != http.StatusOK {
		t.Fatalf("the decision = %d", a.status)
	}
	if n := w.Count(`select count(*) from proofs`); n != 0 {
		t.Errorf("%d copies are kept after the gift was let go", n)
	}
	if a := treasurer.get(gift + "/proof/copy"); a.status != http.StatusNotFound {
		t.Errorf("the copy = %d, want 404", a.status)
	}
	if a := treasurer.get(gift + "/proof"); a.status != http.StatusOK || !a.says("It is destroyed.") || !a.says("Destroyed. The gift was not taken") {
		t.Errorf("the record of the copy = %d:\n%s", a.status, a.body)
	}
}

func TestCopiesAreCheckedBeforeTheyAreTaken(t *testing.T) {
	t.Parallel()
	w := newAbroad(t, nil)
	g := w.gives("Sorrel")
	b := w.giver()
	large := append([]byte("%PDF-1.7\n"), make([]byte, donations.MostProof)...)
	for _, c := range []struct {
		name, standing, number, file string
		copied                       []byte
		status                       int
		says                         []string
	}{
		{"nothing", "", "", "", nil, 422, []string{"Say what you are", "Choose the photo or PDF."}},
		{"no number", "citizen", "12", "p.jpg", passport(t), 422, []string{"Write the nine characters"}},
		{"an empty file", "resident", "", "p.jpg", []byte{}, 422, []string{"This file is empty."}},
		{"a few bytes too large", "resident", "", "p.pdf", large, 422, []string{"larger than 8 MB"}},
		{"twenty megabytes", "resident", "", "p.pdf", append(large, make([]byte, 12<<20)...), 422, []string{"larger than 8 MB"}},
		{"more than any form", "resident", "", "p.pdf", make([]byte, 33<<20), 413, nil},
		{"a page", "resident", "", "p.jpg", []byte("<html><script>alert(1)</script>"), 422, []string{"no JPEG, PNG or PDF"}},
		{"half a photo", "resident", "", "p.jpg", passport(t)[:30], 422, []string{"This picture can’t be read"}},
	} {
		a := b.sends(proofPath(g), c.standing, c.number, c.file, c.copied)
		if a.status != c.status {
			t.Errorf("%s: %d, want %d", c.name, a.status, c.status)
		}
		for _, want := range c.says {
			if !a.says(want) {
				t.Errorf("%s: the page lacks %q:\n%s", c.name, want, a.body)
			}
		}
	}
	if n := w.Count(`select count(*) from proofs`) + w.Count(`select count(*) from proof_acts`); n != 0 {
		t.Errorf("refused copies left %d rows", n)
	}
	for _, path := range []string{"/proof/" + string(g.ID), proofPath(g) + "x", "/proof/GAAAAAAAAAAAAAAA?key=" + g.ThanksKey, "/proof/nothing"} {
		if a := b.get(path); a.status != http.StatusNotFound {
			t.Errorf("GET %s = %d, want 404", path, a.status)
		}
		if a := b.sends(path, "resident", "", "p.jpg", passport(t)); a.status != http.StatusNotFound {
			t.Errorf("POST %s = %d, want 404", path, a.status)
		}
	}
	if a := b.post(proofPath(g), url.Values{"standing": {"resident"}}); a.status != http.StatusBadRequest {
		t.Errorf("a form of another kind = %d, want 400", a.status)
	}
}

func TestWithoutAKeyNoCopyIsTaken(t *testing.T) {
	t.Parallel()
	w := newAbroad(t, func(h *house.House) *donations.Accounts {
		a, err := donations.NewAccounts(h.DB, donations.Keys{SecretKey: "sk_test_house", WebhookSecret: "whsec_house", APIBase: h.SimURL})
		if err != nil {
			t.Fatal(err)
		}
		return a
	})
	g := w.MustGive(w.Pledge(house.ToCommittee, 2500))
	w.Pay(g, "4000001240000000")
	w.Quiet()
	g = w.Gift(g.ID)
	b := w.giver()
	if a := b.get(proofPath(g)); !a.says("Copies can’t be taken on this page.") || strings.Contains(a.body, `type="file"`) {
		t.Errorf("without a key the page = %d:\n%s", a.status, a.body)
	}
	if a := b.sends(proofPath(g), "resident", "", "p.jpg", passport(t)); a.status != http.StatusUnprocessableEntity || w.Count(`select count(*) from proofs`) != 0 {
		t.Errorf("a copy sent all the same = %d", a.status)
	}
}
