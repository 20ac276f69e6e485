package web_test

import (
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/jmoiron/sqlx"

	"dure/civil"
	"dure/compliance"
	"dure/donations"
	"dure/i18n"
	"dure/pg"
	"dure/registry"
	"dure/web"
)

// publish approves every required text of languages for the site's committee.
func publish(t testing.TB, db *sqlx.DB, languages ...i18n.Language) {
	t.Helper()
	judgeAll(t, db, compliance.Approves, languages...)
}

func judgeAll(t testing.TB, db *sqlx.DB, verdict string, languages ...i18n.Language) {
	t.Helper()
	err := pg.InTx(t.Context(), db, "test", []string{"long-table"}, func(tx *sqlx.Tx) error {
		c, err := registry.FindCommittee(t.Context(), tx, "long-table", time.Time{})
		if err != nil {
			return err
		}
		today := civil.In(noon, c.Location())
		for _, l := range languages {
			all, err := compliance.Notices(t.Context(), tx, c, l, today)
			if err != nil {
				return err
			}
			var said []compliance.Approval
			for _, n := range all {
				said = append(said, compliance.Approval{
					Notice: n.Text.Text, Language: l, Version: n.Translation.Version, EnglishVersion: n.English.Version,
					Verdict: verdict, Source: compliance.ByPerson, Approver: "Iris Sample", Note: "read both",
				})
			}
			if err := compliance.JudgeNotices(t.Context(), tx, c, today, said); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// speaking asks for a page as a browser that reads languages.
func (s *site) speaking(t *testing.T, accept, path string) string {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, s.URL+path, nil)
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Accept-Language", accept)
	status, _, page := s.do(t, r)
	if status != http.StatusOK {
		t.Fatalf("GET %s = %d", path, status)
	}
	return page
}

var (
	pageLang = regexp.MustCompile(`<html lang="([^"]+)" dir="([^"]+)"`)
	menuLang = regexp.MustCompile(`<a [^>]*hreflang="([^"]+)"`)
)

// menu is the language of a page and, after it, those that it offers.
func menu(page string) string {
	out := pageLang.FindStringSubmatch(page)[1:]
	for _, m := range menuLang.FindAllStringSubmatch(page, -1) {
		out = append(out, m[1])
	}
	return strings.Join(out, " ")
}

func TestPagesAreOfferedInPublishedLanguagesOnly(t *testing.T) {
	t.Parallel()
	var moved atomic.Int64
	s := newSite(t, func(o *web.Settings) { o.Now = func() time.Time { return noon.Add(time.Duration(moved.Load())) } })
	if got := menu(s.speaking(t, "ko", "/give/walk-together")); got != "en ltr" {
		t.Errorf("before anything is published: %q, want en ltr and no menu", got)
	}
	publish(t, s.DB, "ko", "ur", "zh-Hant")
	moved.Store(int64(time.Minute)) // what the pages know is read anew
	for _, c := range []struct{ accept, path, want string }{
		{"ko-KR,ko;q=0.9", "/give/walk-together", "ko ltr en ko zh-Hant ur"},
		{"ko", "/give/walk-together?lang=ur", "ur rtl en ko zh-Hant ur"},
		{"zh-HK,zh;q=0.9", "/give/porch-light", "zh-Hant ltr en ko zh-Hant ur"},
		{"zh-CN", "/give/walk-together", "en ltr en ko zh-Hant ur"},
		{"ja,ko;q=0.5", "/give/walk-together", "ko ltr en ko zh-Hant ur"},
		{"", "/give/walk-together?lang=ja", "en ltr en ko zh-Hant ur"},
		{"ko", "/give/walk-together?lang=ja", "ko ltr en ko zh-Hant ur"},
		{"ko", "/give/walk-together?lang=en", "en ltr en ko zh-Hant ur"},
		{"ko", "/", "ko ltr en ko zh-Hant ur"},
		{"ja", "/", "en ltr en ko zh-Hant ur"},
	} {
		if got := menu(s.speaking(t, c.accept, c.path)); got != c.want {
			t.Errorf("%s for a browser of %q: %q, want %q", c.path, c.accept, got, c.want)
		}
	}
	judgeAll(t, s.DB, compliance.Withdraws, "ko")
	moved.Store(int64(2 * time.Minute))
	if got := menu(s.speaking(t, "ko", "/give/walk-together")); got != "en ltr en zh-Hant ur" {
		t.Errorf("after Korean was taken back: %q, want en ltr en zh-Hant ur", got)
	}
}

func TestLanguageIsKeptOnTheWay(t *testing.T) {
	t.Parallel()
	s := newSite(t, nil)
	publish(t, s.DB, "ko", "vi")
	page := s.speaking(t, "ko", "/give/walk-together?amount=25&ref=elm")
	for _, want := range []string{
		`action="/give/walk-together?lang=ko"`, `class="house" href="/?lang=ko"`, `name="lang" value="ko"`,
		`href="?lang=vi&amp;amount=25.00&amp;ref=elm" lang="vi" hreflang="vi"`, `name="ref" value="elm"`,
	} {
		if !strings.Contains(page, want) {
			t.Errorf("the page lacks %q", want)
		}
	}
	if home := s.speaking(t, "", "/?lang=ko"); !strings.Contains(home, `href="/give/walk-together?lang=ko"`) {
		t.Errorf("the list of drives leads to pages in another language:\n%s", home)
	}
	status, h, body := s.send(t, "/give/walk-together?lang=ko", with("lang", "ko"))
	if status != http.StatusSeeOther {
		t.Fatalf("the form: %d\n%s", status, body)
	}
	if card := h.Get("Location"); !strings.HasPrefix(card, s.Stripe.URL) {
		t.Errorf("the form leads to %s, want the card page", card)
	}
	var owed, id, key string
	if err := s.DB.QueryRowContext(t.Context(), `select body from owed_calls where verb = 'open'`).Scan(&owed); err != nil {
		t.Fatal(err)
	}
	asked, err := url.ParseQuery(owed)
	if err != nil {
		t.Fatal(err)
	}
	if err := s.DB.QueryRowContext(t.Context(), `select id, thanks_key from gifts where state = 'open'`).Scan(&id, &key); err != nil {
		t.Fatal(err)
	}
	thanks := "/thanks/" + id + "?key=" + key
	if got := asked.Get("success_url"); asked.Get("locale") != "ko" || got != s.URL+thanks+"&lang=ko&done=1" {
		t.Errorf("the card page is in %q and leads to %q", asked.Get("locale"), got)
	}
	for path, want := range map[string]string{thanks: "ko", thanks + "&lang=vi": "vi", thanks + "&lang=en": "en", thanks + "&lang=ja": "en"} {
		page := s.speaking(t, "", path)
		if got := pageLang.FindStringSubmatch(page)[1]; got != want {
			t.Errorf("%s is in %s, want %s", strings.ReplaceAll(path, key, "KEY"), got, want)
		}
		if !strings.Contains(page, `href="?lang=vi&amp;key=`+url.QueryEscape(key)+`"`) {
			t.Errorf("the menu of the page of thanks loses its key")
		}
	}
}

// Stripe's Checkout has these of our languages (stripe.com/docs/js/appendix/supported_locales); the rest are asked in English.
func TestCardPageIsInTheNearestLanguageThatStripeHas(t *testing.T) {
	t.Parallel()
	s := newSite(t, nil)
	publish(t, s.DB, i18n.Known()[1:]...)
	for lang, want := range map[i18n.Language]string{
		"en": "en", "ko": "ko", "zh-Hans": "zh", "zh-Hant": "zh-TW", "vi": "vi", "tl": "fil", "ja": "ja", "hi": "en", "bn": "en", "ur": "en", "km": "en",
	} {
		token := string(donations.NewGiftID())
		if status, _, body := s.send(t, "/give/walk-together", with("lang", string(lang), "amount", "10.00", "token", token)); status != http.StatusSeeOther {
			t.Fatalf("a form in %s: %d\n%s", lang, status, body)
		}
		var owed string
		if err := s.DB.QueryRowContext(t.Context(), `select body from owed_calls where gift = $1 and verb = 'open'`, token).Scan(&owed); err != nil {
			t.Fatal(err)
		}
		if asked, _ := url.ParseQuery(owed); asked.Get("locale") != want {
			t.Errorf("the card page of a gift in %s is in %q, want %q", lang, asked.Get("locale"), want)
		}
	}
}

// What a giver affirmed is kept in the words, the version and the language that stood on the page. A form of a page that had other
// sentences comes back with its box empty.
func TestWhatIsKeptAsAffirmedIsWhatWasRead(t *testing.T) {
	t.Parallel()
	s := newSite(t, nil)
	publish(t, s.DB, "ko", "ur")
	page := s.speaking(t, "ko", "/give/walk-together")
	read := regexp.MustCompile(`name="read" value="([0-9a-f]{12})"`).FindStringSubmatch(page)[1]
	if other := s.speaking(t, "", "/give/walk-together?lang=ur"); strings.Contains(other, read) {
		t.Error("pages of two languages have one mark")
	}
	for says, form := range map[string]url.Values{
		"older sentences":            with("lang", "ko", "read", "0123456789ab"),
		"another language's":         with("lang", "ur", "read", read),
		"a language not offered now": with("lang", "ja", "read", read),
	} {
		status, _, back := s.send(t, "/give/walk-together", form)
		if status != http.StatusUnprocessableEntity || !strings.Contains(back, `value="Marigold"`) || regexp.MustCompile(`id="attest_own"[^>]* checked`).MatchString(back) {
			t.Errorf("%s: %d, want the page back with all that was written, and the box empty", says, status)
		}
	}
	if status, _, body := s.send(t, "/give/walk-together", with("lang", "ko", "read", read)); status != http.StatusSeeOther {
		t.Fatalf("what was read: %d\n%s", status, body)
	}
	var kept []struct {
		ID       string `db:"text_id"`
		Version  string `db:"text_version"`
		Language string
		Text     string
	}
	if err := s.DB.SelectContext(t.Context(), &kept, `select text_id, text_version, language, text from attestations order by text_id`); err != nil {
		t.Fatal(err)
	}
	if len(kept) != 5 {
		t.Fatalf("%d sentences are kept, want 5", len(kept))
	}
	for _, k := range kept {
		want := i18n.Legal("ko", "attest."+k.ID)
		if k.Language != "ko" || k.Version != want.Version || k.Text != want.Words || !strings.Contains(page, k.Text) {
			t.Errorf("kept of %s: %+v, want %+v", k.ID, k, want)
		}
	}
}

// The English stands one tap away from each translated legal text, and beside the line that the law gives in English its translation.
func TestEnglishControlTextIsAtHand(t *testing.T) {
	t.Parallel()
	s := newSite(t, nil)
	publish(t, s.DB, "ur")
	english := s.speaking(t, "en", "/give/porch-light")
	if strings.Contains(english, "Read this in English") {
		t.Error("the English page leads to English")
	}
	page := s.speaking(t, "ur", "/give/porch-light")
	if n := strings.Count(page, `<summary lang="en" dir="ltr">Read this in English</summary>`); n != 2 {
		t.Errorf("the page leads to the English %d times, want 2", n)
	}
	for _, id := range []string{"attest.us-person", "attest.adult", "best-efforts", "federal"} {
		for _, l := range []i18n.Language{"en", "ur"} {
			if words := i18n.Legal(l, id).Words; !strings.Contains(page, words) {
				t.Errorf("the page in Urdu lacks %s in %s: %q", id, l, words)
			}
		}
	}
	for _, want := range []string{
		`<p class="paid" lang="en" dir="ltr">Paid for by Long Table PAC (longtable.example.org) and not authorized by any candidate`,
		"Mina Seo for Congress reports them too.",
		`<select id="state" name="state" autocomplete="address-level1" lang="en" dir="ltr"`,
	} {
		if !strings.Contains(page, want) {
			t.Errorf("the page in Urdu lacks %q", want)
		}
	}
	own := i18n.Legal("ur", "paid.not-authorized").With("committee", "Long Table PAC", "place", "longtable.example.org")
	if _, after, ok := strings.Cut(page, `class="paid"`); !ok || !strings.Contains(after, own) {
		t.Errorf("below the payer's line its translation is lacking: %q", own)
	}
}

func TestNamesAreAskedAndGreetedInTheOrderOfTheLanguage(t *testing.T) {
	t.Parallel()
	s := newSite(t, nil)
	publish(t, s.DB, i18n.Known()[1:]...)
	for _, l := range i18n.Known() {
		page := s.speaking(t, "", "/give/walk-together?lang="+string(l))
		given, family := strings.Index(page, `id="given_name"`), strings.Index(page, `id="family_name"`)
		if given < 0 || family < 0 || (family < given) != l.FamilyFirst() {
			t.Errorf("%s: given name at %d, family name at %d, want the family name first: %v", l, given, family, l.FamilyFirst())
		}
	}
	_, _, page := s.send(t, "/give/walk-together", url.Values{"lang": {"ja"}})
	if given, family := strings.Index(page, `href="#given_name"`), strings.Index(page, `href="#family_name"`); family < 0 || given < family {
		t.Errorf("what is to be mended names the given name at %d, the family name at %d, want the order of the page", given, family)
	}
	for lang, want := range map[string]string{"ko": "Quillfeather Marigold", "hi": "Marigold"} {
		token := string(donations.NewGiftID())
		form := with("lang", lang, "amount", "10.00", "token", token)
		form.Del("name_own")
		if status, _, body := s.send(t, "/give/walk-together", form); status != http.StatusSeeOther {
			t.Fatalf("a form in %s: %d\n%s", lang, status, body)
		}
		var key string
		if err := s.DB.GetContext(t.Context(), &key, `select thanks_key from gifts where id = $1`, token); err != nil {
			t.Fatal(err)
		}
		page := s.speaking(t, "", "/thanks/"+token+"?key="+url.QueryEscape(key))
		h1 := regexp.MustCompile(`<h1>.*</h1>`).FindString(page)
		if !strings.Contains(h1, want) || lang == "hi" && strings.Contains(h1, "Quillfeather") {
			t.Errorf("in %s the giver is greeted %q, want %q in it", lang, h1, want)
		}
	}
}

// What the organizer wrote in a language is read in it; elsewhere the first text is, and says that it is English.
func TestDriveSpeaksTheLanguagesInWhichItIsWritten(t *testing.T) {
	t.Parallel()
	s := newSite(t, nil)
	publish(t, s.DB, "ko", "ur")
	err := pg.InTx(t.Context(), s.DB, "test", []string{"long-table"}, func(tx *sqlx.Tx) error {
		return donations.WriteDriveText(t.Context(), tx, donations.DriveText{
			Committee: "long-table", Drive: "walk-together", Language: "ko", Title: "이번 가을, 함께 걸어요", Story: "우리는 걷습니다.\n\n우리는 전화합니다.",
		})
	})
	if err != nil {
		t.Fatal(err)
	}
	ko := s.speaking(t, "ko", "/give/walk-together")
	for _, want := range []string{"<title>이번 가을, 함께 걸어요</title>", "<h1>이번 가을, 함께 걸어요</h1>", "<p>우리는 걷습니다.</p><p>우리는 전화합니다.</p>"} {
		if !strings.Contains(ko, want) {
			t.Errorf("the page in Korean lacks %q", want)
		}
	}
	ur := s.speaking(t, "ur", "/give/walk-together")
	for _, want := range []string{`<h1 lang="en" dir="ltr">Walk together this fall</h1>`, `<p lang="en" dir="ltr">We print, we walk, we call.</p>`} {
		if !strings.Contains(ur, want) {
			t.Errorf("the page in Urdu lacks %q", want)
		}
	}
	if en := s.speaking(t, "en", "/give/walk-together"); !strings.Contains(en, "<h1>Walk together this fall</h1>") {
		t.Error("the English page has other words than the first text")
	}
	home := s.speaking(t, "ko", "/")
	for _, want := range []string{`>이번 가을, 함께 걸어요</a>`, `lang="en" dir="ltr">Every porch light for Mina Seo</a>`} {
		if !strings.Contains(home, want) {
			t.Errorf("the list of drives in Korean lacks %q", want)
		}
	}
	token := string(donations.NewGiftID())
	if status, _, body := s.send(t, "/give/walk-together", with("lang", "ko", "amount", "10.00", "token", token)); status != http.StatusSeeOther {
		t.Fatalf("the form: %d\n%s", status, body)
	}
	var owed string
	if err := s.DB.GetContext(t.Context(), &owed, `select body from owed_calls where gift = $1 and verb = 'open'`, token); err != nil {
		t.Fatal(err)
	}
	if asked, _ := url.ParseQuery(owed); asked.Get("line_items[0][price_data][product_data][name]") != "이번 가을, 함께 걸어요" {
		t.Errorf("the card page names the drive %q", asked.Get("line_items[0][price_data][product_data][name]"))
	}
}

// Every page of every language is whole: no key, no brace and no English sentence of the catalog is left in it.
func TestDonorPagesAreWholeInEveryLanguage(t *testing.T) {
	t.Parallel()
	s := newSite(t, nil)
	publish(t, s.DB, i18n.Known()[1:]...)
	english := map[string]bool{}
	for _, key := range i18n.Keys() {
		if words := i18n.T(i18n.English, key); len(words) > 24 && !strings.Contains(words, "{") && !strings.HasPrefix(key, "legal.") {
			english[words] = true
		}
	}
	left := regexp.MustCompile(`\{[a-z0-9]+\}`)
	for _, l := range i18n.Known()[1:] {
		_, _, mend := s.send(t, "/give/porch-light", url.Values{"lang": {string(l)}})
		for what, page := range map[string]string{
			"the committee's drive": s.speaking(t, "", "/give/walk-together?lang="+string(l)),
			"the candidate's drive": s.speaking(t, "", "/give/porch-light?lang="+string(l)),
			"a drive that is over":  s.speaking(t, "", "/give/past-supper?lang="+string(l)),
			"the list of drives":    s.speaking(t, "", "/?lang="+string(l)),
			"what is to be mended":  mend,
		} {
			if got := pageLang.FindStringSubmatch(page)[1:]; !slices.Equal(got, []string{string(l), l.Dir()}) {
				t.Errorf("%s in %s says that it is in %v", what, l, got)
			}
			if brace := left.FindString(page); brace != "" {
				t.Errorf("%s in %s has %s left", what, l, brace)
			}
			for words := range english {
				if strings.Contains(page, words) {
					t.Errorf("%s in %s says in English %q", what, l, words)
				}
			}
		}
	}
}

// The menu of a form that came back sends it again in another language: nothing that was written is lost, and nothing is paid.
func TestMenuOfAFormThatCameBackLosesNothing(t *testing.T) {
	t.Parallel()
	s := newSite(t, nil)
	publish(t, s.DB, "ko", "ur")
	_, _, back := s.send(t, "/give/walk-together?lang=ko", with("lang", "ko", "zip", "1"))
	if !strings.Contains(back, `<button type="submit" form="form" name="speak" value="ur" formnovalidate lang="ur" dir="rtl">`) || strings.Contains(back, `hreflang`) {
		t.Errorf("the form that came back has no menu that sends it:\n%s", back)
	}
	status, _, back := s.send(t, "/give/walk-together?lang=ko", with("lang", "ko", "zip", "1", "speak", "ur"))
	if status != http.StatusUnprocessableEntity || menu(back) != "ur rtl" || !strings.Contains(back, `value="Marigold"`) || !strings.Contains(back, i18n.T("ur", "problem.zip.shape")) {
		t.Errorf("in Urdu: %d\n%s", status, back)
	}
	read := regexp.MustCompile(`name="read" value="([0-9a-f]{12})"`).FindStringSubmatch(s.speaking(t, "ko", "/give/walk-together"))[1]
	status, _, back = s.send(t, "/give/walk-together?lang=ko", with("lang", "ko", "read", read, "speak", "ur"))
	if status != http.StatusUnprocessableEntity || !strings.Contains(back, `value="Marigold"`) || regexp.MustCompile(`id="attest_own"[^>]* checked`).MatchString(back) {
		t.Errorf("a whole form in another language: %d, want it back, its box empty", status)
	}
	var gifts int
	if err := s.DB.GetContext(t.Context(), &gifts, `select count(*) from gifts where state <> 'settled'`); err != nil || gifts != 0 {
		t.Errorf("%d gifts were made (%v), want none", gifts, err)
	}
}
