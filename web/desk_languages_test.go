package web_test

import (
	"net/url"
	"regexp"
	"strings"
	"testing"

	"dure/dev/browser"
	"dure/staff"
)

var seenValue = regexp.MustCompile(`name="notice" value="([^"]+)"`)

// seen are the texts of a language's page, each with the versions that it shows.
func seen(page string) []string {
	var out []string
	for _, m := range seenValue.FindAllStringSubmatch(page, -1) {
		out = append(out, m[1])
	}
	return out
}

// A treasurer holds each required text beside its English and answers for it: the language is published when the last is approved,
// and no longer when one is taken back.
func TestTreasurerPublishesALanguage(t *testing.T) {
	t.Parallel()
	w := newDeskWorld(t)
	b := w.treasurer()
	const list, page = "/desk/long-table/languages", "/desk/long-table/languages/ko"
	if a := b.get(list); a.status != 200 || !a.says("0 of 14") || !a.says("not published") || a.says("seed") {
		t.Errorf("before anything is approved: %d\n%s", a.status, a.body)
	}
	a := b.get(page)
	for _, want := range []string{
		"attest.adult", "I am at least 18 years old.", "11 CFR 110.19", "the giver affirms to be 18 or older", `lang="ko" dir="ltr"`, "만 18세", "not approved", "a drive’s page",
	} {
		if !a.says(want) && !strings.Contains(a.body, want) {
			t.Errorf("the page of Korean lacks %q", want)
		}
	}
	texts := seen(a.body)
	if len(texts) != 14 {
		t.Fatalf("%d texts to tick, want 14", len(texts))
	}
	send := func(verdict, note string, texts ...string) answer {
		t.Helper()
		return b.post(page, url.Values{"verdict": {verdict}, "approver": {"Iris Sample"}, "note": {note}, "notice": texts})
	}
	for says, c := range map[string]struct {
		a    answer
		want []string
	}{
		"nothing is ticked": {send("approved", ""), []string{"Tick the texts that you read.", "Write who read both texts", `value="Iris Sample"`}},
		"an older version":  {send("approved", "read", strings.Fields(texts[0])[0]+" 0123456789ab 0123456789ab"), []string{"A text has changed since this page was opened."}},
		"no text of ours":   {send("approved", "read", "x"), []string{"is required"}},
	} {
		for _, want := range c.want {
			if c.a.status != 422 || !c.a.says(want) && !strings.Contains(c.a.body, want) {
				t.Errorf("%s: %d, want it to say %q", says, c.a.status, want)
			}
		}
	}
	if a := send("approved", "certified translator", texts[1:]...); !a.says("Approved: 13 texts.") || !a.says("not published") || !a.says("13 of 14 approved") {
		t.Errorf("13 of 14: %d\n%s", a.status, a.body)
	}
	a = send("approved", "certified translator", texts[0])
	if !a.says("Approved: 1 text.") || !a.says("14 of 14 approved") || !a.says("Approved by Iris Sample on 14 May 2026, 9:4") || !a.says("certified translator (entered by Hazel Quince)") {
		t.Errorf("all: %d\n%s", a.status, a.body)
	}
	if a := b.get("/desk/long-table"); a.says("Languages not shown") {
		t.Error("Today says that a language is not shown, and all are as they were approved")
	}
	if a := b.get("/desk/long-table/drives"); !a.says("2 languages in its own words in 1") {
		t.Errorf("the drives do not tell in how many languages they can be read:\n%s", a.body)
	}
	if menu := w.stranger().get("/give/long-table?lang=ko"); !strings.Contains(menu.body, `<html lang="ko"`) || !strings.Contains(menu.body, "한국어") || strings.Contains(menu.body, "日本語") {
		t.Error("the drive's page can't be had in Korean, or is offered in Japanese")
	}
	if a := send("withdrawn", "a reader found a mistake", texts[4]); !a.says("Taken back: 1 text.") || !a.says("13 of 14 approved") || !a.says("Approval taken back by Iris Sample") {
		t.Errorf("taken back: %d\n%s", a.status, a.body)
	}
	if a := b.get("/desk/long-table"); !a.says("Languages not shown") || !a.says("한국어 Korean : 1 to read") || a.says("日本語") {
		t.Errorf("Today does not say that Korean is not shown any more:\n%s", a.body)
	}
	if a := b.get(list); !a.says("13 of 14") || !a.says("0 of 14") {
		t.Errorf("the list after it was taken back:\n%s", a.body)
	}
	if a := b.get("/desk/long-table/languages/xx"); a.status != 404 {
		t.Errorf("a language that is not there: %d", a.status)
	}
	for _, role := range []staff.Role{staff.Viewer, staff.Organizer} {
		other := w.invited(string(role)+"@example.org", "Ash Vole", longTable, role)
		if a := other.get(page); a.status != 200 || strings.Contains(a.body, `type="checkbox"`) {
			t.Errorf("a %s opens the page: %d, or may tick", role, a.status)
		}
		if a := other.post(page, url.Values{"verdict": {"approved"}, "approver": {"A"}, "note": {"n"}, "notice": texts[:1]}); a.status != 403 {
			t.Errorf("a %s approves: %d", role, a.status)
		}
	}
}

// The sandbox's approvals say whose they are.
func TestApprovalOfTheSeedSaysSo(t *testing.T) {
	t.Parallel()
	w := newDeskWorld(t)
	b := w.treasurer()
	const page = "/desk/long-table/languages/ur"
	parts := strings.Fields(seen(b.get(page).body)[0])
	const insert = `
		insert into notice_approvals (committee, notice, language, version, english_version, source, approver, note, on_day, actor)
		values ('long-table', $1, 'ur', $2, $3, 'seed', 'the sandbox’s seed', 'so that pages can be seen', '2026-05-14', 'seed')`
	w.db.MustExecContext(t.Context(), insert, parts[0], parts[1], parts[2])
	if a := b.get(page); !a.says("Approved by the sandbox’s seed, not by a person.") || !a.says("By the sandbox’s seed, not by a person: so that pages can be seen") {
		t.Errorf("the page of Urdu does not tell whose approval it is:\n%s", a.body)
	}
	if a := b.get("/desk/long-table/languages"); !a.says("approved by the sandbox’s seed, not by a person") {
		t.Errorf("the list does not tell whose approval it is:\n%s", a.body)
	}
}

// An organizer writes what a drive says in a language; givers read it, and the first text where nothing is written.
func TestOrganizerWritesADriveInALanguage(t *testing.T) {
	t.Parallel()
	w := newDeskWorld(t)
	b := w.invited("wren@example.org", "Wren Sample", longTable, staff.Organizer)
	const list, page = "/desk/long-table/drives/long-table", "/desk/long-table/drives/long-table/ur"
	if a := b.get(list); a.status != 200 || !a.says("اردو Urdu not written") {
		t.Errorf("the drive: %d\n%s", a.status, a.body)
	}
	a := b.get(page)
	for _, want := range []string{`<input type="text" lang="ur" dir="rtl"`, `lang="ur" dir="rtl" id="story"`, "The long table"} {
		if !strings.Contains(a.body, want) {
			t.Errorf("the form lacks %q:\n%s", want, a.body)
		}
	}
	story := "پہلا پیراگراف\u200f\n\nدوسرا"
	for says, c := range map[string]struct{ title, story, want string }{
		"a story without title": {"", story, "Write the title"},
		"a long title":          {strings.Repeat("م", 121), "", "at most 120 characters"},
		"a broken title":        {"\xff", "", "characters that can’t be seen"},
	} {
		if a := b.post(page, url.Values{"title": {c.title}, "story": {c.story}}); a.status != 422 || !a.says(c.want) {
			t.Errorf("%s: %d, want it to say %q", says, a.status, c.want)
		}
	}
	if a := b.post(page, url.Values{"title": {"لمبی میز"}, "story": {story}}); a.status != 200 || !a.says("Written. Givers read it within seconds.") {
		t.Errorf("written: %d\n%s", a.status, a.body)
	}
	if a := b.get(page); !strings.Contains(a.body, `value="لمبی میز"`) || !strings.Contains(a.body, "پہلا پیراگراف\n\nدوسرا") {
		t.Errorf("the form after it was written:\n%s", a.body)
	}
	if n := w.count(`select count(*) from drive_texts where actor like 'staff:%' and language = 'ur' and story not like '%' || U&'\200F' || '%'`); n != 1 {
		t.Errorf("%d texts are kept without marks of direction, want one", n)
	}
	if a := b.post(page, url.Values{"title": {""}, "story": {""}}); !a.says("Taken away. Givers read the first text, in English.") {
		t.Errorf("taken away: %d\n%s", a.status, a.body)
	}
	for _, path := range []string{"/desk/long-table/drives/nowhere/ur", "/desk/long-table/drives/long-table/xx"} {
		if a := b.get(path); a.status != 404 {
			t.Errorf("GET %s = %d, want 404", path, a.status)
		}
	}
	viewer := w.invited("ash@example.org", "Ash Vole", longTable, staff.Viewer)
	if a := viewer.get(page); a.status != 200 || strings.Contains(a.body, "<textarea") {
		t.Errorf("a viewer opens the form: %d, or may write", a.status)
	}
	if a := viewer.post(page, url.Values{"title": {"T"}}); a.status != 403 {
		t.Errorf("a viewer writes: %d", a.status)
	}
}

// The pages of drives and languages fit phones and screens.
func TestDrivesAndLanguagesAreSeen(t *testing.T) {
	w := newDeskWorld(t)
	token, err := staff.Invite(t.Context(), w.db, "operator", "hazel@example.org", "Hazel Quince", longTable, staff.Treasurer)
	if err != nil {
		t.Fatal(err)
	}
	p := browser.New(t)
	p.Open(w.site.URL + "/desk/login/" + token)
	p.Follow("main button")
	for _, width := range []int{320, 1280} {
		p.Size(width, 900)
		for name, path := range map[string]string{
			"languages": "/languages", "language-ur": "/languages/ur", "language-km": "/languages/km", "drives": "/drives", "drive-text-ur": "/drives/long-table/ur",
		} {
			if got := p.Open(w.site.URL + "/desk/long-table" + path); got != 200 {
				t.Fatalf("%s = %d", path, got)
			}
			if wide := browser.Eval[int](p, "document.documentElement.scrollWidth"); wide > width {
				t.Errorf("%s is %d wide in a window of %d", path, wide, width)
			}
			p.Shot("desk-" + name + "-" + map[int]string{320: "320", 1280: "1280"}[width])
		}
	}
}
