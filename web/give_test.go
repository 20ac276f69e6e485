package web_test

import (
	"compress/gzip"
	"io"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/jmoiron/sqlx"

	"dure/i18n"
	"dure/pg"
	"dure/registry"
	"dure/web"
)

func TestDrivesPageIsAsGolden(t *testing.T) {
	t.Parallel()
	s := newSite(t, nil)
	for name, path := range map[string]string{
		"give":        "/give/porch-light",
		"give-pac":    "/give/walk-together",
		"give-preset": "/give/walk-together?amount=25&every=month&ref=neighbor-7&lang=en",
		"give-closed": "/give/past-supper",
		"home":        "/",
	} {
		status, _, page := s.get(t, path)
		if status != http.StatusOK {
			t.Errorf("GET %s = %d", path, status)
		}
		golden(t, name, page)
	}
}

func TestLinkPresetsTheForm(t *testing.T) {
	t.Parallel()
	s := newSite(t, nil)
	for _, c := range []struct{ query, has, hasNot string }{
		{"", "", " checked"},
		{"?amount=25", `id="a2" name="amount" value="25.00" checked`, `id="ao" name="amount" value="other" checked`},
		{"?amount=25.00", `id="a2" name="amount" value="25.00" checked`, ""},
		{"?amount=33.50", `id="ao" name="amount" value="other" checked`, ""},
		{"?amount=33.50", `name="amount_other" value="33.50"`, ""},
		{"?amount=33", `name="amount_other" value="33"`, ""},
		{"?amount=-1", "", " checked"},
		{"?amount=<b>", "", " checked"},
		{"?ref=neighbor-7", `name="ref" value="neighbor-7"`, ""},
		{"?ref=%22%3E%3Cscript%3E", `name="ref" value=""`, "<script"},
	} {
		_, _, page := s.get(t, "/give/walk-together"+c.query)
		if !strings.Contains(page, c.has) || c.hasNot != "" && strings.Contains(page, c.hasNot) {
			t.Errorf("a link with %q: want %q and not %q in:\n%s", c.query, c.has, c.hasNot, page)
		}
	}
}

// The page names the limit of the law for its committee, and none where the law has none.
func TestPageNamesTheLimitOfItsCommittee(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ kind, regime, want string }{
		{registry.Nonconnected, "us", "up to $5,000 in a calendar year"},
		{registry.Hybrid, "us", "up to $5,000 in a calendar year"},
		{registry.StateParty, "us", "up to $10,000 in a calendar year"},
		{registry.SuperPAC, "us", ""},
		{registry.Nonconnected, "us-ny", ""},
		{registry.Authorised, "us", "for this election"},
	} {
		s := newSite(t, nil)
		err := pg.InTx(t.Context(), s.DB, "test", []string{"long-table"}, func(tx *sqlx.Tx) error {
			committee, err := registry.FindCommittee(t.Context(), tx, "long-table", time.Time{})
			if err != nil {
				return err
			}
			if committee.Kind, committee.Regime = c.kind, c.regime; c.kind == registry.Authorised {
				committee.Candidate = "H6VA99001"
			}
			return registry.AmendCommittee(t.Context(), tx, committee)
		})
		if err != nil {
			t.Fatal(err)
		}
		_, _, page := s.get(t, "/give/walk-together")
		if got := strings.Contains(page, "One person may give up to"); got != (c.want != "") || !strings.Contains(page, c.want) {
			t.Errorf("the page of a committee of the kind %s under %s names a limit: %v, want %q", c.kind, c.regime, got, c.want)
		}
	}
}

func TestEachViewHasATokenOfItsOwn(t *testing.T) {
	t.Parallel()
	s := newSite(t, nil)
	seen := map[string]bool{}
	for range 5 {
		_, _, page := s.get(t, "/give/walk-together")
		m := token.FindStringSubmatch(page)
		if m == nil || seen[m[1]] {
			t.Fatalf("token %v, after %v", m, seen)
		}
		seen[m[1]] = true
	}
}

func TestCompressedPageIsThePageAndLight(t *testing.T) {
	t.Parallel()
	s := newSite(t, nil)
	const most = 30 << 10
	link := regexp.MustCompile(`href="(/static/[^"]+)"`)
	s.publish(t)
	paths := []string{"/give/porch-light", "/give/walk-together?amount=33", "/", "/nowhere"}
	for _, l := range i18n.Known() {
		paths = append(paths, "/give/porch-light?lang="+string(l))
	}
	for _, path := range paths {
		_, _, plain := s.get(t, path)
		weight := 0
		get := func(path string) string {
			r, _ := http.NewRequestWithContext(t.Context(), http.MethodGet, s.URL+path, nil)
			r.Header.Set("Accept-Encoding", "gzip")
			_, h, body := s.do(t, r)
			weight += len(body)
			if h.Get("Content-Encoding") != "gzip" {
				t.Fatalf("GET %s is not compressed", path)
			}
			z, err := gzip.NewReader(strings.NewReader(body))
			if err != nil {
				t.Fatalf("GET %s: %v", path, err)
			}
			text, err := io.ReadAll(z)
			if err != nil {
				t.Fatalf("GET %s: %v", path, err)
			}
			return string(text)
		}
		page := get(path)
		aside := func(s string) string { return requests.ReplaceAllString(changing.ReplaceAllString(s, "ID"), "") }
		if aside(page) != aside(plain) {
			t.Errorf("GET %s: compressed it reads otherwise", path)
		}
		for _, m := range link.FindAllStringSubmatch(page, -1) {
			get(m[1])
		}
		if weight > most {
			t.Errorf("GET %s with all that it links weighs %d bytes, more than %d", path, weight, most)
		}
		t.Logf("%s: %d bytes", path, weight)
	}
}

func TestFormLeadsToTheCardPage(t *testing.T) {
	t.Parallel()
	s := newSite(t, nil)
	_, _, page := s.get(t, "/give/porch-light?ref=neighbor-7")
	form := with("token", token.FindStringSubmatch(page)[1], "ref", "neighbor-7", "share_email", "yes", "lang", "en")
	status, h, body := s.send(t, "/give/porch-light", form)
	if status != http.StatusSeeOther || !strings.HasPrefix(h.Get("Location"), s.Stripe.URL) {
		t.Fatalf("a whole form: %d to %q\n%s", status, h.Get("Location"), body)
	}
	if policy := h.Get("Content-Security-Policy"); !strings.Contains(policy, "form-action 'self' "+s.Stripe.URL) {
		t.Errorf("browsers would not follow to the card page: %s", policy)
	}
	again, h2, _ := s.send(t, "/give/porch-light", form)
	if again != http.StatusSeeOther || h2.Get("Location") != h.Get("Location") {
		t.Errorf("the same form again: %d to %q, want %q", again, h2.Get("Location"), h.Get("Location"))
	}
	var kept struct {
		ID, Ref, Region, Employer string
		Shares                    bool
		Affirmed                  int
	}
	const one = `select id, ref, region, employer, share_email as shares,
		(select count(*) from attestations a where a.gift = g.id and a.text_version ~ '^[0-9a-f]{12}$') as affirmed from gifts g where state = 'open'`
	if err := s.DB.GetContext(t.Context(), &kept, one); err != nil {
		t.Fatal(err)
	}
	if kept.ID != form.Get("token") || kept.Ref != "neighbor-7" || kept.Region != "VA" || !kept.Shares || kept.Affirmed != 5 {
		t.Errorf("the gift is kept as %+v", kept)
	}
}

func TestFormOfAScriptWorksWithoutHiddenFields(t *testing.T) {
	t.Parallel()
	s := newSite(t, nil)
	form := whole()
	form.Del("every")
	form.Del("country")
	if status, h, body := s.send(t, "/give/walk-together", form); status != http.StatusSeeOther {
		t.Errorf("%d %v\n%s", status, h, body)
	}
}

func TestWrongFormComesBackWithAllThatWasWritten(t *testing.T) {
	t.Parallel()
	s := newSite(t, nil)
	form := with("token", "GAAAAAAAAAAAAAAA", "amount", "", "zip", "2290", "email", "marigold.example.org", "attest_own", "",
		"work", "employed", "family_name", `Quill"><script>alert(1)</script>`, "ref", "neighbor-7", "share_email", "yes")
	status, _, page := s.send(t, "/give/porch-light", form)
	if status != http.StatusUnprocessableEntity {
		t.Fatalf("status %d", status)
	}
	for _, want := range []string{
		`4 things to mend`, `Nothing was charged, and all you wrote is still here.`, `name="token" value="GAAAAAAAAAAAAAAA"`,
		`name="ref" value="neighbor-7"`, `value="40 Placeholder Lane"`, `<option value="VA" selected>Virginia`, `href="#zip"`,
		`id="zip-err"`, `aria-describedby="email-err email-hint"`, `value="yes" checked`, `id="w-employed" type="radio" name="work" value="employed" checked`,
	} {
		if !strings.Contains(page, want) {
			t.Errorf("the page lacks %q", want)
		}
	}
	if strings.Contains(page, "<script") {
		t.Error("what was written is in the page as HTML")
	}
	golden(t, "give-errors", page)
}

func TestNamesOf300CharactersAreRefusedBesideTheField(t *testing.T) {
	t.Parallel()
	s := newSite(t, nil)
	status, _, page := s.send(t, "/give/walk-together", with("family_name", strings.Repeat("q", 300)))
	if status != http.StatusUnprocessableEntity || !strings.Contains(page, `id="family_name-err">Write at most 100 characters here; this has 300.`) {
		t.Errorf("%d\n%s", status, page)
	}
}

func TestGiftOverTheRoomOffersWhatStillFits(t *testing.T) {
	t.Parallel()
	s := newSite(t, nil)
	if status, _, body := s.send(t, "/give/porch-light", with("amount", "other", "amount_other", "3,000")); status != http.StatusSeeOther {
		t.Fatalf("the first gift: %d\n%s", status, body)
	}
	status, _, page := s.send(t, "/give/porch-light", with("amount", "2500.00"))
	if status != http.StatusUnprocessableEntity {
		t.Fatalf("status %d", status)
	}
	for _, want := range []string{
		"You may still give up to $500 for this election.", "$3,500.00", "$3,000.00", `id="ar" name="amount" value="500.00"`,
		`id="ao" name="amount" value="other" checked`, `name="amount_other" value="2500.00"`,
	} {
		if !strings.Contains(page, want) {
			t.Errorf("the page lacks %q", want)
		}
	}
	if strings.Contains(page, `name="amount" value="2500.00"`) {
		t.Error("a sum over the room is still offered")
	}
	golden(t, "give-room", page)
	status, _, _ = s.send(t, "/give/porch-light", with("amount", "500.00"))
	if status != http.StatusSeeOther {
		t.Errorf("what fits: %d", status)
	}
	status, _, page = s.send(t, "/give/porch-light", with("amount", "10.00"))
	if status != http.StatusUnprocessableEntity || !strings.Contains(page, "You have given all that the law lets one person give for this election: $3,500.") {
		t.Errorf("nothing left: %d\n%s", status, page)
	}
}

// Who writes another's name and address learns that the gift does not fit, and nothing of what the other gave.
func TestSumsOfAnotherAreNotTold(t *testing.T) {
	t.Parallel()
	s := newSite(t, nil)
	for drive, limit := range map[string]string{"walk-together": "in a calendar year", "porch-light": "for this election"} {
		if status, _, body := s.send(t, "/give/"+drive, with("amount", "other", "amount_other", "3,211")); status != http.StatusSeeOther {
			t.Fatalf("the first gift: %d\n%s", status, body)
		}
		status, _, page := s.send(t, "/give/"+drive, with("amount", "other", "amount_other", "2,500", "email", "stranger@example.org"))
		if status != http.StatusUnprocessableEntity || !strings.Contains(page, "does not fit within what one person may give") ||
			!strings.Contains(page, limit) || !strings.Contains(page, "Write to help@longtable.example.org") {
			t.Errorf("%s: %d, want 422, that it does not fit, and whom to ask\n%s", drive, status, page)
		}
		for _, sum := range []string{"3,211", "1,789", "$289", "Known to us", "All that is left"} {
			if strings.Contains(page, sum) {
				t.Errorf("%s: the page tells %q of another", drive, sum)
			}
		}
	}
}

func TestSumBelowTheLeastIsRefused(t *testing.T) {
	t.Parallel()
	s := newSite(t, nil)
	status, _, page := s.send(t, "/give/walk-together", with("amount", "other", "amount_other", "0.50"))
	if status != http.StatusUnprocessableEntity || !strings.Contains(page, "Give at least $1.") {
		t.Errorf("%d\n%s", status, page)
	}
}

func TestDriveThatIsOverTakesNothing(t *testing.T) {
	t.Parallel()
	s := newSite(t, nil)
	if status, _, page := s.send(t, "/give/past-supper", whole()); status != http.StatusGone || !strings.Contains(page, "no more gifts") {
		t.Errorf("%d\n%s", status, page)
	}
	if status, _, _ := s.send(t, "/give/nowhere", whole()); status != http.StatusNotFound {
		t.Errorf("an unknown drive: %d", status)
	}
}

func TestWithoutStripeThePageWaitsWithAllThatWasWritten(t *testing.T) {
	t.Parallel()
	s := newSite(t, nil)
	s.Stripe.Close()
	form := with("token", "GAAAAAAAAAAAAAAA")
	status, h, page := s.send(t, "/give/walk-together", form)
	if status != http.StatusServiceUnavailable || h.Get("Retry-After") == "" {
		t.Errorf("status %d, Retry-After %q", status, h.Get("Retry-After"))
	}
	for _, want := range []string{"can’t be reached just now", "Nothing was charged", `value="Marigold"`, "GAAAAAAAAAAAAAAA"} {
		if !strings.Contains(page, want) {
			t.Errorf("the page lacks %q", want)
		}
	}
}

func TestBodiesThatAreNoFormAreAnswered(t *testing.T) {
	t.Parallel()
	s := newSite(t, nil)
	for says, c := range map[string]struct {
		body, kind string
		want       int
	}{
		"too long":        {"given_name=" + strings.Repeat("q", 65<<10), "application/x-www-form-urlencoded", http.StatusRequestEntityTooLarge},
		"bad escapes":     {"given_name=%zz", "application/x-www-form-urlencoded", http.StatusBadRequest},
		"bad multipart":   {"--x", "multipart/form-data; boundary=x", http.StatusBadRequest},
		"JSON":            {`{"amount":25}`, "application/json", http.StatusUnprocessableEntity},
		"empty":           {"", "application/x-www-form-urlencoded", http.StatusUnprocessableEntity},
		"many fields":     {strings.Repeat("a=1&", 9000), "application/x-www-form-urlencoded", http.StatusUnprocessableEntity},
		"repeated fields": {whole().Encode() + "&amount=50&zip=1", "application/x-www-form-urlencoded", http.StatusSeeOther},
	} {
		r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, s.URL+"/give/walk-together", strings.NewReader(c.body))
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("Content-Type", c.kind)
		if status, _, _ := s.do(t, r); status != c.want {
			t.Errorf("a body that is %s: %d, want %d", says, status, c.want)
		}
	}
}

func TestOneAddressSendsSoManyFormsInAMinute(t *testing.T) {
	t.Parallel()
	s := newSite(t, func(o *web.Settings) { o.GivePerMinute = 2 })
	send := func(from string) int {
		r, _ := http.NewRequestWithContext(t.Context(), http.MethodPost, s.URL+"/give/walk-together", strings.NewReader(url.Values{}.Encode()))
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		if from != "" {
			r.Header.Set("X-Forwarded-For", from)
		}
		status, _, _ := s.do(t, r)
		return status
	}
	for i, c := range []struct {
		from string
		want int
	}{
		{"192.0.2.1", 422},
		{"192.0.2.1", 422},
		{"192.0.2.1", 429},
		{"198.51.100.9, 192.0.2.1", 429}, // what comes before the last hop anyone can write
		{"192.0.2.2", 422},
		{"", 422},
		{"", 422},
		{"", 429}, // a proxy that names nobody is one client
	} {
		if got := send(c.from); got != c.want {
			t.Errorf("form %d, from %q: %d, want %d", i+1, c.from, got, c.want)
		}
	}
}
