package web_test

import (
	"context"
	"net/url"
	"strings"
	"sync"
	"testing"

	"github.com/jmoiron/sqlx"

	"dure/dev/browser"
	"dure/donations"
	"dure/i18n"
	"dure/staff"
)

const (
	drivesList = "/desk/long-table/drives"
	newDrive   = drivesList + "/new"
)

// organizer is one who runs drives and sees gifts, and no books.
func (w *deskWorld) organizer() *caller {
	return w.invited("wren@example.org", "Wren Sample", longTable, staff.Organizer)
}

// driveForm is a filled-in form of a new drive, as the page was opened, with some fields as told.
func (b *caller) driveForm(pairs ...string) url.Values {
	b.w.t.Helper()
	f := url.Values{
		"id": {b.get(newDrive).hidden("id")}, "for": {"committee"}, "title": {"A walk in June"}, "story": {"We walk.\r\n\r\nWe call."},
		"amount_1": {"10"}, "amount_2": {"25.50"}, "opens_on": {"2026-05-14"},
	}
	for i := 0; i < len(pairs); i += 2 {
		f.Set(pairs[i], pairs[i+1])
	}
	return f
}

// An organizer opens a drive with nothing but the desk: givers find it at once, and the page tells what still lacks.
func TestOrganizerOpensADrive(t *testing.T) {
	t.Parallel()
	w := newDeskWorld(t)
	b := w.organizer()
	if a := b.get(drivesList); !a.says("Open a drive") || !a.says("$410.00 1 gift") && !a.says("$250.00 1 gift") {
		t.Errorf("the list of drives:\n%s", a.body)
	}
	a := b.get(newDrive)
	for _, want := range []string{
		`<option value="committee">LONG TABLE PAC itself</option>`, `Mina Seo, House, VA-99: primary of 16 June 2026`, `name="amount_5"`,
		`value="2026-05-14"`, "The candidate’s committee has approved this page",
	} {
		if !strings.Contains(a.body, want) {
			t.Errorf("the form lacks %q:\n%s", want, a.body)
		}
	}
	form := b.driveForm("goal", "5,000", "closes_on", "2026-06-30")
	a = b.post(newDrive, form)
	for _, want := range []string{
		"Opened: A walk in June.", "https://give.example.org/give/a-walk-in-june", "open since 14 May 2026, until 30 Jun 2026", "Its page takes gifts.",
		"of $5,000.00", "0 settled gifts", "We walk. We call.", "$10, $25.50", "They are test keys: no money moves.", "before a treasurer has signed: ",
		"Reports can name who keeps the fees", "The page can be had in English. Before a treasurer has approved", "한국어 Korean not written not published",
		"Opened, to take gifts from Thursday 14 May 2026.", "· Wren Sample",
	} {
		if !a.says(want) {
			t.Errorf("the drive's page lacks %q", want)
		}
	}
	if t.Failed() {
		t.Logf("%s: %d\n%s", a.path, a.status, a.body)
	}
	if a := b.post(newDrive, form); a.path != drivesList+"/a-walk-in-june" || !a.says("Nothing was opened twice.") {
		t.Errorf("the same form once more: %s\n%s", a.path, a.body)
	}
	form.Set("title", "Another title")
	if a := b.post(newDrive, form); !a.says("Nothing was opened twice.") || w.count(`select count(*) from drives where title in ('A walk in June', 'Another title')`) != 1 {
		t.Errorf("a used form with other words: %s", a.path)
	}
	if a := w.stranger().get("/give/a-walk-in-june"); a.status != 200 || !a.says("A walk in June") || !a.says("We call.") || !a.says("$25.50") || !a.says("of $5,000") {
		t.Errorf("the drive as givers see it: %d\n%s", a.status, a.body)
	}
	if a := b.post(newDrive, b.driveForm()); a.path != drivesList+"/a-walk-in-june-2" {
		t.Errorf("a second drive of that title stands at %s", a.path)
	}
	a = b.post(newDrive, b.driveForm("for", "H6VA99001 va99-primary", "title", "민아의 길", "slug", "mina-walks", "authorized", "yes", "opens_on", "2026-06-01"))
	for _, want := range []string{
		"not yet open begins 1 Jun 2026", "Until Monday 1 June 2026 its page says when it begins", "MINA SEO FOR CONGRESS, for Mina Seo in the primary of 16 June 2026",
		"Tuesday 16 June 2026, of the election", "Authorized by MINA SEO FOR CONGRESS",
	} {
		if !a.says(want) {
			t.Errorf("the page of a drive for a candidate lacks %q:\n%s", want, a.body)
		}
	}
	if a := w.stranger().get("/give/mina-walks"); !a.says("This drive opens on 1 June 2026.") {
		t.Errorf("a drive that lies ahead, as givers see it:\n%s", a.body)
	}
}

// A form that was sent twice at the same moment opens one drive, and says so both times.
func TestFormSentTwiceAtOnceOpensOneDrive(t *testing.T) {
	t.Parallel()
	w := newDeskWorld(t)
	b := w.organizer()
	form := b.driveForm()
	var both sync.WaitGroup
	for range 2 {
		both.Go(func() {
			if a := b.post(newDrive, form); a.status != 200 || a.path != drivesList+"/a-walk-in-june" {
				t.Errorf("sent twice at once: %d at %s", a.status, a.path)
			}
		})
	}
	both.Wait()
	if n := w.count(`select count(*) from drives where title = 'A walk in June'`); n != 1 {
		t.Errorf("%d drives were opened, want one", n)
	}
}

// All that is to be mended is told at once, and what was written is still there.
func TestDriveFormTellsAllThatIsToBeMended(t *testing.T) {
	t.Parallel()
	w := newDeskWorld(t)
	b := w.organizer()
	a := b.post(newDrive, b.driveForm(
		"for", "", "title", strings.Repeat("w", 121), "slug", "Long Table", "story", "left\u202eright", "goal", "much", "amount_1", "0.50", "amount_2", "ten",
		"opens_on", "2026-05-13", "closes_on", "31 May", "authorized", "yes"))
	if a.status != 422 || !a.says("8 things to mend") {
		t.Errorf("wrong in every field: %d\n%s", a.status, a.body)
	}
	for _, want := range []string{
		"Choose whom the gifts are for.", "A title has at most 120 characters; this has 121.", "An address has small letters", "Write dollars and cents, such as 25 or 25.50.",
		"$0.50 can’t be given: a gift is of $1.00 or more.", "Wednesday 13 May 2026 is past.", "Write the day as year-month-day",
	} {
		if !a.says(want) {
			t.Errorf("it is not told: %q", want)
		}
	}
	for _, want := range []string{`value="Long Table"`, `value="much"`, `value="ten"`, `value="0.50"`, `value="31 May"`, strings.Repeat("w", 121), `name="authorized" value="yes" checked`} {
		if !strings.Contains(a.body, want) {
			t.Errorf("what was written is lost: %q", want)
		}
	}
	for says, c := range map[string]struct {
		pairs []string
		want  string
	}{
		"an address that is taken":  {[]string{"slug", "long-table"}, "The address /give/long-table is taken."},
		"no letters for an address": {[]string{"title", "함께 걷기"}, "the title has no Latin letters"},
		"a candidate who is none":   {[]string{"for", "H6VA99001 nowhere"}, "Choose whom the gifts are for."},
		"approved by nobody":        {[]string{"authorized", "yes"}, "No candidate’s committee approves a page for the committee itself."},
		"after the vote":            {[]string{"for", "H6VA99001 va99-primary", "closes_on", "2026-06-17"}, "The drive ends with the primary of 16 June 2026 at the latest"},
		"over the limit":            {[]string{"for", "H6VA99001 va99-primary", "amount_3", "4,000"}, "$4,000.00 is more than anybody may give here: the limit is $3,500.00. 52 U.S.C. 30116(a)(1)(A)"},
		"a goal of nothing":         {[]string{"goal", "0"}, "The amount is above zero."},
		"no sum":                    {[]string{"amount_1", "", "amount_2", ""}, "Write at least one sum"},
		"no form of ours":           {[]string{"id", "x"}, "This form was not ours."},
	} {
		if a := b.post(newDrive, b.driveForm(c.pairs...)); a.status != 422 || !a.says(c.want) {
			t.Errorf("%s: %d, want it to say %q\n%s", says, a.status, c.want, a.body)
		}
	}
	if n := w.count(`select count(*) from drives`); n != 2 {
		t.Errorf("%d drives stand, want the two from before", n)
	}
}

// A drive is amended, closed and opened again; its page tells who did what.
func TestOrganizerAmendsAndClosesADrive(t *testing.T) {
	t.Parallel()
	w := newDeskWorld(t)
	b := w.organizer()
	const page = drivesList + "/long-table"
	a := b.get(page + "/amend")
	if !strings.Contains(a.body, `value="The long table"`) || !strings.Contains(a.body, `value="25"`) || strings.Contains(a.body, `name="opens_on"`) || !a.says("Thursday 1 January 2026") {
		t.Errorf("the form to amend a drive:\n%s", a.body)
	}
	form := url.Values{
		"seen": {a.hidden("seen")}, "title": {"The longer table"}, "story": {"Bring a chair."}, "amount_1": {"5"}, "amount_3": {"40"}, "goal": {"900"}, "closes_on": {"2026-05-20"},
	}
	if a := b.post(page+"/amend", but(form, map[string]string{"title": "", "amount_1": "0"})); a.status != 422 || !a.says("Two things to mend") || !strings.Contains(a.body, "Bring a chair.") {
		t.Errorf("with no title: %d\n%s", a.status, a.body)
	}
	a = b.post(page+"/amend", form)
	for _, want := range []string{
		"Amended. Givers read it within seconds.", "The longer table", "Bring a chair.", "$5, $40", "until 20 May 2026",
		"Title “The longer table”, which was “The long table”. The story was written anew. Goal $900.00, which was none. Sums $5, $40, which were $10, $25. Last day 20 May 2026, which was none.",
	} {
		if !a.says(want) {
			t.Errorf("after it was amended the page lacks %q:\n%s", want, a.body)
		}
	}
	if a := b.post(page+"/amend", form); !a.says("Amended.") || w.count(`select count(*) from audit where table_name = 'drives' and verb = 'update'`) != 1 {
		t.Errorf("the same once more: %d", a.status)
	}
	if a := b.post(page+"/amend", but(form, map[string]string{"title": "Mine"})); a.status != 422 || !a.says("Somebody changed this drive after you opened it.") {
		t.Errorf("with an old form: %d\n%s", a.status, a.body)
	}
	open := w.stranger().get("/give/long-table")
	if !open.says("The longer table") || !open.says("closes 20 May 2026") {
		t.Errorf("givers read:\n%s", open.body)
	}
	const coming = "One card page that is open already can still be paid, until 10:06 a.m. EDT. 2 gifts are set aside at their banks and not charged yet."
	if a := b.get(page); !a.says("may still pay, for about half an hour, and their gifts count. Now: " + coming) {
		t.Errorf("who closes it is not told what may come all the same:\n%s", a.body)
	}
	a = b.post(page+"/close", nil)
	for _, want := range []string{
		"Closed. Its page says so within seconds, and a form that is sent from now on is refused.", "closed by hand. Its page says that it takes no more gifts. The address stays its own. " + coming,
		"Open this drive again",
	} {
		if !a.says(want) {
			t.Errorf("after it was closed the page lacks %q:\n%s", want, a.body)
		}
	}
	sent := url.Values{
		"token": {open.hidden("token")}, "amount": {"5.00"}, "given_name": {"Rowan"}, "family_name": {"Sample"}, "street": {"1 Sample Street"}, "city": {"Exampleton"},
		"state": {"VA"}, "zip": {"22903"}, "country": {"US"}, "email": {"rowan@example.org"}, "work": {"retired"}, "attest_own": {"yes"}, "lang": {"en"}, "read": {open.hidden("read")},
	}
	if a := w.stranger().post("/give/long-table", sent); a.status != 410 || !a.says("This drive takes no more gifts.") || a.says("closes 20 May 2026") {
		t.Errorf("a form that was open already: %d\n%s", a.status, a.body)
	}
	if a := b.post(page+"/open", nil); !a.says("Open again, within its days.") || !a.says("Closed. ") || !a.says("Opened again.") || !a.says("Close this drive now") {
		t.Errorf("opened again: %d\n%s", a.status, a.body)
	}
	b.post(newDrive, b.driveForm("title", "Soon over", "opens_on", "2026-05-20", "closes_on", "2026-05-30"))
	b.post(drivesList+"/soon-over/close", nil)
	if a := w.stranger().get("/give/soon-over"); !a.says("This drive takes no more gifts.") || a.says("30 May") || a.says("20 May") {
		t.Errorf("a drive that was closed before it began:\n%s", a.body)
	}
	w.at("05-14 09:41", "staff:x", func(ctx context.Context, tx *sqlx.Tx) error {
		if _, err := tx.ExecContext(ctx, `update drives set closes_on = '2026-05-13' where slug = 'long-table'`); err != nil {
			return err
		}
		return donations.CloseDrive(ctx, tx, longTable, "long-table")
	})
	if a := b.post(page+"/open", nil); a.status != 422 || !a.says("Its last day was Wednesday 13 May 2026: amend that day first.") {
		t.Errorf("opened after its last day: %d\n%s", a.status, a.body)
	}
	for _, path := range []string{page + "/amend", page + "/close", page + "/open"} {
		if a := b.post(strings.Replace(path, "long-table/drives/long-table", "long-table/drives/nowhere", 1), form); a.status != 404 {
			t.Errorf("POST %s of a drive that is not there: %d", path, a.status)
		}
	}
}

// What takes gifts today comes first in the list, whatever began later and is over.
func TestOpenDrivesAreListedFirst(t *testing.T) {
	w := newDeskWorld(t)
	b := w.organizer()
	b.post(newDrive, b.driveForm("title", "A walk to come", "opens_on", "2026-06-01"))
	b.post(newDrive, b.driveForm("title", "A walk that was called off"))
	b.post(drivesList+"/a-walk-that-was-called-off/close", nil)
	list := b.get(drivesList).body
	last := -1
	for _, title := range []string{">The long table<", ">Mina Seo in the primary<", ">A walk to come<", ">A walk that was called off<"} {
		at := strings.Index(list, title)
		if at <= last {
			t.Errorf("%q stands at %d in the list, want it after %d", title, at, last)
		}
		last = at
	}
}

// Viewers look; other committees' drives are not there.
func TestDrivesAreTheirOrganizersAlone(t *testing.T) {
	t.Parallel()
	w := newDeskWorld(t)
	w.at("02-01 00:00", "seed", func(ctx context.Context, tx *sqlx.Tx) error {
		return donations.AddDrive(ctx, tx, donations.Drive{Committee: porchLight, Slug: "theirs", Title: "Theirs", Amounts: []int64{1000}, OpensOn: day("02-01")})
	})
	viewer := w.invited("ash@example.org", "Ash Vole", longTable, staff.Viewer)
	if a := viewer.get(drivesList + "/long-table"); a.status != 200 || strings.Contains(a.body, "<form method") || !a.says("An organizer or a treasurer amends it.") {
		t.Errorf("a viewer looks at a drive: %d\n%s", a.status, a.body)
	}
	b := w.organizer()
	form := b.driveForm()
	for _, path := range []string{newDrive, drivesList + "/long-table/amend"} {
		if a := viewer.get(path); a.status != 403 {
			t.Errorf("a viewer opens %s: %d", path, a.status)
		}
	}
	for _, path := range []string{newDrive, drivesList + "/long-table/amend", drivesList + "/long-table/close", drivesList + "/long-table/open"} {
		if a := viewer.post(path, form); a.status != 403 {
			t.Errorf("a viewer sends %s: %d", path, a.status)
		}
		if path == newDrive {
			continue
		}
		if a := b.post(strings.Replace(path, "drives/long-table", "drives/theirs", 1), form); a.status != 404 {
			t.Errorf("an organizer of another committee sends %s: %d", path, a.status)
		}
	}
	for _, path := range []string{"/theirs", "/theirs/amend", "/theirs/ko", "/nowhere"} {
		if a := b.get(drivesList + path); a.status != 404 {
			t.Errorf("GET %s = %d, want 404", path, a.status)
		}
	}
	if a := w.invited("iris@example.org", "Iris Sample", porchLight, staff.Organizer).get("/desk/porch-light/drives"); !a.says("Theirs") || a.says("The long table") {
		t.Errorf("the drives of the other committee:\n%s", a.body)
	}
	if n := w.count(`select count(*) from drives where state <> 'open' or title not in ('The long table', 'Mina Seo in the primary', 'Theirs')`); n != 0 {
		t.Errorf("%d drives were changed", n)
	}
}

// Before the first drive the page says what one is, and a committee without keys is told what lacks.
func TestFirstDriveIsExplainedAndItsNeedsAreTold(t *testing.T) {
	t.Parallel()
	w := newDeskWorld(t)
	b := w.invited("iris@example.org", "Iris Sample", porchLight, staff.Treasurer)
	if a := b.get("/desk/porch-light/drives"); !a.says("A drive is a page on which people give: to PORCH LIGHT PAC") || !a.says("Open the first drive") {
		t.Errorf("with no drive:\n%s", a.body)
	}
	viewer := w.invited("ash@example.org", "Ash Vole", porchLight, staff.Viewer)
	if a := viewer.get("/desk/porch-light/drives"); a.says("Open the first drive") || !a.says("An organizer or a treasurer opens one.") {
		t.Errorf("with no drive, to a viewer:\n%s", a.body)
	}
	const page = "/desk/porch-light/drives/new"
	a := b.post(page, url.Values{"id": {b.get(page).hidden("id")}, "for": {"committee"}, "title": {"Lights"}, "amount_1": {"10"}, "opens_on": {"2026-05-14"}})
	for _, want := range []string{
		"Its page is there, but no gift can be taken yet: see what lacks.", "The committee has no Stripe keys.", "dure committee stripe", "dure committee processor",
		"It has no story, only its title.",
	} {
		if !a.says(want) {
			t.Errorf("the page of a drive without keys lacks %q:\n%s", want, a.body)
		}
	}
}

// What a database can't hold is told beside its field, and the English has no form beside the drive's own, which knows who was faster.
func TestUnreadableWordsOfADriveAreToldBesideThem(t *testing.T) {
	t.Parallel()
	w := newDeskWorld(t)
	b := w.organizer()
	seen := b.get(drivesList + "/long-table/amend").hidden("seen")
	for _, broken := range []string{"a\x00b", "a\xffb"} {
		for path, form := range map[string]url.Values{
			newDrive:                         b.driveForm("title", broken, "story", broken, "goal", "-1"),
			drivesList + "/long-table/amend": {"seen": {seen}, "title": {broken}, "story": {broken}, "goal": {"-1"}, "amount_1": {"10"}},
			drivesList + "/long-table/ko":    {"title": {broken}, "story": {broken}},
		} {
			a := b.post(path, form)
			if a.status != 422 || !a.says("This has characters that can’t be seen or read.") || form.Has("goal") && !a.says("The amount is above zero.") {
				t.Errorf("%q sent to %s: %d\n%s", broken, path, a.status, a.body)
			}
		}
	}
	if a := b.post(drivesList+"/long-table/en", url.Values{"title": {"In other words"}}); a.status != 404 {
		t.Errorf("English words sent beside the drive's form: %d", a.status)
	}
	if n := w.count(`select count(*) from drive_texts`); n != 0 {
		t.Errorf("%d texts were written", n)
	}
}

// The first text is amended where the drive is; words that were written for English stand there, and give way.
func TestEnglishOfADriveIsAmendedWithIt(t *testing.T) {
	t.Parallel()
	w := newDeskWorld(t)
	b := w.organizer()
	w.at("05-14 09:00", "staff:x", func(ctx context.Context, tx *sqlx.Tx) error {
		return donations.WriteDriveText(ctx, tx, donations.DriveText{Committee: longTable, Drive: "long-table", Language: i18n.English, Title: "In other words", Story: "Sit down."})
	})
	a := b.get(drivesList + "/long-table/en")
	if a.path != drivesList+"/long-table/amend" || !strings.Contains(a.body, `value="In other words"`) || !strings.Contains(a.body, "Sit down.") {
		t.Errorf("the English of a drive is at %s:\n%s", a.path, a.body)
	}
	form := url.Values{"seen": {a.hidden("seen")}, "title": {"In better words"}, "story": {"Sit down."}, "amount_1": {"10"}}
	if a := b.post(a.path, form); !a.says("Amended.") || !a.says("In better words") {
		t.Errorf("amended: %d\n%s", a.status, a.body)
	}
	if a := w.stranger().get("/give/long-table"); !a.says("In better words") {
		t.Errorf("givers read:\n%s", a.body)
	}
}

// The pages of drives fit phones and screens, in every state.
func TestPagesOfDrivesAreSeen(t *testing.T) {
	w := newDeskWorld(t)
	b := w.organizer()
	b.post(newDrive, b.driveForm("title", "A walk in June, and a table for everybody who has walked", "goal", "12,345.67", "closes_on", "2026-06-30"))
	b.post(drivesList+"/a-walk-in-june-and-a-table-for-everybody-who-has-walked/close", nil)
	token, err := staff.Invite(t.Context(), w.db, "operator", "hazel@example.org", "Hazel Quince", longTable, staff.Treasurer)
	if err != nil {
		t.Fatal(err)
	}
	other, err := staff.Invite(t.Context(), w.db, "operator", "iris@example.org", "Iris Sample", porchLight, staff.Organizer)
	if err != nil {
		t.Fatal(err)
	}
	p := browser.New(t)
	see := func(name, path string, act func()) {
		for _, width := range []int{320, 1280} {
			p.Size(width, 900)
			if got := p.Open(w.site.URL + path); got != 200 {
				t.Fatalf("%s = %d", path, got)
			}
			if act != nil {
				act()
			}
			if wide := browser.Eval[int](p, "document.documentElement.scrollWidth"); wide > width {
				t.Errorf("%s is %d wide in a window of %d", path, wide, width)
			}
			p.Shot("desk-" + name + "-" + map[int]string{320: "320", 1280: "1280"}[width])
		}
	}
	enter := func(token string) {
		p.Open(w.site.URL + "/desk/login/" + token)
		p.Follow("main button")
	}
	enter(other)
	see("drives-none", "/desk/porch-light/drives", nil)
	enter(token)
	see("drives-three", drivesList, nil)
	see("drive-closed", drivesList+"/a-walk-in-june-and-a-table-for-everybody-who-has-walked", nil)
	see("drive-wrong", newDrive, func() { p.Follow("main form button[type=submit]") })
	see("gift-korean", "/desk/long-table/gifts/"+w.koreanGift(), nil)
}
