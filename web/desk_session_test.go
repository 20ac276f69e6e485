package web_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"dure/staff"
)

const phrase = "correct horse, long table"

func TestStrangersAreSentToTheSignInPage(t *testing.T) {
	t.Parallel()
	w := newDeskWorld(t)
	for _, p := range deskPages(w) {
		a := w.stranger().get(p.path)
		if a.status != http.StatusOK || a.path != "/desk/sign-in" || strings.Contains(a.body, "Quillfeather") {
			t.Errorf("a stranger's GET %s ends at %s with %d, want 200 at the sign-in page, and nothing of the desk", p.path, a.path, a.status)
		}
	}
	if a := w.stranger().post("/desk/long-table/forwards", nil); a.path != "/desk/sign-in" {
		t.Errorf("a stranger's POST ends at %s, want the sign-in page", a.path)
	}
}

func TestLookingAtALinkDoesNotUseItUp(t *testing.T) {
	t.Parallel()
	w := newDeskWorld(t)
	token, err := staff.Invite(t.Context(), w.db, "operator", "hazel@example.org", "Hazel Quince", longTable, staff.Treasurer)
	if err != nil {
		t.Fatal(err)
	}
	link := "/desk/login/" + token
	for range 3 {
		if a := w.stranger().get(link); a.status != http.StatusOK || !a.says("This link signs you in once") {
			t.Fatalf("GET of the link = %d, want 200 and a button", a.status)
		}
	}
	if a := w.stranger().post(link, nil); a.status != http.StatusOK || a.path != "/desk/long-table" || !a.says("Signed in as Hazel Quince , treasurer") {
		t.Errorf("POST of the link ends at %s with %d, want today's page for Hazel Quince", a.path, a.status)
	}
	if a := w.stranger().post(link, nil); a.status != http.StatusGone || !a.says("This link signs nobody in") {
		t.Errorf("POST of a used link = %d, want 410", a.status)
	}
}

func TestPasswordFromLinkToSignOut(t *testing.T) {
	t.Parallel()
	w := newDeskWorld(t)
	b, elsewhere := w.treasurer(), w.treasurer()
	if a := b.get("/desk/long-table"); !a.says("You have no password yet") {
		t.Error("today's page does not tell that there is no password")
	}
	a := b.post("/desk/password", url.Values{"password": {"short"}, "again": {"other"}})
	if a.status != http.StatusUnprocessableEntity || !a.says("A password has at least 12 characters.") || !a.says("The two are not the same.") {
		t.Errorf("a short password twice different = %d, want 422 and both problems", a.status)
	}
	if a := b.post("/desk/password", url.Values{"password": {phrase}, "again": {phrase}}); a.status != http.StatusOK || !a.says("Your password is set.") {
		t.Fatalf("a good password = %d at %s, want it set", a.status, a.path)
	}
	if a := elsewhere.get("/desk/long-table"); a.path != "/desk/sign-in" {
		t.Errorf("another browser of hers ends at %s after the new password, want the sign-in page", a.path)
	}

	wrong := w.stranger().post("/desk/sign-in", url.Values{"email": {"hazel@example.org"}, "password": {"something else"}})
	nobody := w.stranger().post("/desk/sign-in", url.Values{"email": {"rowan@example.org"}, "password": {"something else"}})
	if wrong.status != http.StatusUnprocessableEntity || strings.ReplaceAll(wrong.body, "hazel", "rowan") != nobody.body {
		t.Errorf("a wrong password = %d, want 422, and the same words as for an address that nobody has", wrong.status)
	}
	again := w.stranger()
	a = again.post("/desk/sign-in", url.Values{"email": {" Hazel@example.org"}, "password": {phrase}, "next": {"/desk/long-table/books"}})
	if a.status != http.StatusOK || a.path != "/desk/long-table/books" {
		t.Errorf("the right password ends at %s with %d, want the page that was asked for", a.path, a.status)
	}
	a = again.post("/desk/password", url.Values{"old": {"not it at all"}, "password": {phrase + "!"}, "again": {phrase + "!"}})
	if a.status != http.StatusUnprocessableEntity || !a.says("The password until now is another.") {
		t.Errorf("a new password without the old one = %d, want 422", a.status)
	}
	if a := again.post("/desk/sign-out", nil); a.path != "/desk/sign-in" {
		t.Errorf("sign out ends at %s, want the sign-in page", a.path)
	}
	if a := again.get("/desk/long-table/books"); a.path != "/desk/sign-in" {
		t.Errorf("after signing out the books end at %s, want the sign-in page", a.path)
	}
}

func TestGuessingIsSlowedDown(t *testing.T) {
	t.Parallel()
	w := newDeskWorld(t)
	var last answer
	for range 6 {
		last = w.stranger().post("/desk/sign-in", url.Values{"email": {"hazel@example.org"}, "password": {"a guess"}})
	}
	if last.status != http.StatusTooManyRequests || !last.says("too many attempts") {
		t.Errorf("the sixth guess = %d, want 429", last.status)
	}
}

func TestNobodyIsSentOffTheDesk(t *testing.T) {
	t.Parallel()
	w := newDeskWorld(t)
	b := w.treasurer()
	b.post("/desk/password", url.Values{"password": {phrase}, "again": {phrase}})
	for _, next := range []string{"https://example.org/", "//example.org/desk/", "/desk/../../x", `/desk/\example.org`, "/give/x"} {
		a := w.stranger().post("/desk/sign-in", url.Values{"email": {"hazel@example.org"}, "password": {phrase}, "next": {next}})
		if a.path != "/desk/long-table" {
			t.Errorf("next=%q ends at %s, want the desk", next, a.path)
		}
	}
}

func TestTheCookieIsOfTheDeskAlone(t *testing.T) {
	t.Parallel()
	w := newDeskWorld(t)
	token, err := staff.Invite(t.Context(), w.db, "operator", "hazel@example.org", "Hazel Quince", longTable, staff.Treasurer)
	if err != nil {
		t.Fatal(err)
	}
	b := w.stranger()
	b.client.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	a := b.post("/desk/login/"+token, nil)
	cookie := a.header.Get("Set-Cookie")
	for _, want := range []string{"dure_desk=", "Path=/desk", "HttpOnly", "SameSite=Lax"} {
		if !strings.Contains(cookie, want) {
			t.Errorf("the cookie is %q, want %s in it", cookie, want)
		}
	}
	value, _, _ := strings.Cut(strings.TrimPrefix(cookie, "dure_desk="), ";")
	if n := w.count(`select count(*) from sessions where token = $1`, value); n != 0 {
		t.Error("the table sessions holds the cookie's very token, want its digest")
	}
	if got := a.header.Get("Cache-Control"); got != "no-store" {
		t.Errorf("Cache-Control = %q, want no-store", got)
	}
}

func TestAnotherSitesFormIsRefused(t *testing.T) {
	t.Parallel()
	w := newDeskWorld(t)
	b := w.treasurer()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, w.site.URL+"/desk/sign-out", nil)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Sec-Fetch-Site", "cross-site")
	res, err := b.client.Do(req)
	if a := b.read(res, err); a.status != http.StatusForbidden {
		t.Errorf("a form from another site = %d, want 403", a.status)
	}
	if a := b.get("/desk/long-table"); a.path != "/desk/long-table" {
		t.Errorf("after it the desk ends at %s, want still signed in", a.path)
	}
}

func TestRolesDecideWhatOneMayDo(t *testing.T) {
	t.Parallel()
	w := newDeskWorld(t)
	var kase string
	if err := w.db.GetContext(t.Context(), &kase, `select id from cases`); err != nil {
		t.Fatal(err)
	}
	at := "/desk/long-table"
	posts := []string{
		"/gifts/" + w.giftOf("Juniper") + "/decision", "/cases/" + kase + "/note", "/forwards", "/receipts/new", "/deposits", "/disbursements/new",
		"/events/evt_aside/replay", "/gifts/" + w.giftOf("Haneul") + "/refund", "/receipts/in-kind", "/receipts/RCHECK1/asked", "/reports/2026-M5/texts",
		"/receipts/RCHECK1/doubt", "/receipts/RCHECK1/kind", "/receipts/RCHECK1/discovery",
	}
	viewer := w.invited("vera@example.org", "Vera Onlooker", longTable, staff.Viewer)
	organizer := w.invited("otto@example.org", "Otto Placard", longTable, staff.Organizer)
	other := w.invited("polly@example.org", "Polly Elsewhere", porchLight, staff.Treasurer)
	for _, p := range posts {
		if a := viewer.post(at+p, nil); a.status != http.StatusForbidden {
			t.Errorf("a viewer's POST %s = %d, want 403", p, a.status)
		}
		if a := organizer.post(at+p, nil); a.status != http.StatusForbidden {
			t.Errorf("an organizer's POST %s = %d, want 403", p, a.status)
		}
		if a := other.post(at+p, nil); a.status != http.StatusNotFound {
			t.Errorf("another committee's treasurer's POST %s = %d, want 404", p, a.status)
		}
	}
	for _, p := range deskPages(w) {
		forms := strings.HasSuffix(p.path, "/new") || strings.HasSuffix(p.path, "/amend") || strings.HasSuffix(p.path, "/in-kind") || strings.Contains(p.path, "/receipts/RCHECK1/")
		want := http.StatusOK
		if forms {
			want = http.StatusForbidden
		}
		a := viewer.get(p.path)
		if a.status != want {
			t.Errorf("a viewer's GET %s = %d, want %d", p.path, a.status, want)
		}
		if posts := strings.Count(a.body, `method="post"`); posts > 1 { // the one that signs out
			t.Errorf("a viewer sees %d forms to send on %s, want none", posts-1, p.path)
		}
		if a := other.get(p.path); a.status != http.StatusNotFound {
			t.Errorf("another committee's treasurer's GET %s = %d, want 404", p.path, a.status)
		}
	}
	for _, p := range []string{"/books", "/reports", "/reports/2026-M5.fec", "/cases", "/forwards", "/receipts", "/disbursements", "/events"} {
		if a := organizer.get(at + p); a.status != http.StatusForbidden {
			t.Errorf("an organizer's GET %s = %d, want 403", p, a.status)
		}
	}
	if a := organizer.get(at); a.path != at+"/gifts" {
		t.Errorf("an organizer's desk begins at %s, want the gifts", a.path)
	}
}

func TestOneMemberOfTwoCommitteesSwitches(t *testing.T) {
	t.Parallel()
	w := newDeskWorld(t)
	w.treasurer()
	b := w.invited("hazel@example.org", "Hazel Quince", porchLight, staff.Viewer)
	a := b.get("/desk/long-table")
	if !a.says("Also PORCH LIGHT PAC") {
		t.Error("the desk of one committee does not lead to the other")
	}
	if a := b.get("/desk/porch-light"); a.status != http.StatusOK || !a.says("viewer") || a.says("Juniper Placeholder") {
		t.Errorf("the other desk = %d, want 200, as viewer, and no gift of the first", a.status)
	}
	if a := b.get("/desk/porch-light/gifts/" + w.giftOf("Juniper")); a.status != http.StatusNotFound {
		t.Errorf("a gift of the first committee at the other's desk = %d, want 404", a.status)
	}
}
