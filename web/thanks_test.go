package web_test

import (
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/jmoiron/sqlx"

	"dure/pg"
	"dure/web"
)

// pledged sends a whole form and gives the address of its thanks page.
func pledged(t *testing.T, s *site, drive string) string {
	t.Helper()
	if status, _, body := s.send(t, "/give/"+drive, with("token", "GAAAAAAAAAAAAAAA")); status != http.StatusSeeOther {
		t.Fatalf("%d\n%s", status, body)
	}
	var key string
	if err := s.DB.GetContext(t.Context(), &key, `select thanks_key from gifts where id = 'GAAAAAAAAAAAAAAA'`); err != nil {
		t.Fatal(err)
	}
	return "/thanks/GAAAAAAAAAAAAAAA?key=" + key
}

// Each state of a gift, as the steps that lead to it leave its row, and what its page says.
func TestThanksPageTellsHowTheGiftStands(t *testing.T) {
	t.Parallel()
	s := newSite(t, nil)
	address := pledged(t, s, "porch-light")
	for _, c := range []struct {
		state, sets string
		refreshes   bool
		says        []string
	}{
		{"open", "", true, []string{"Did you finish on the card page, Marigold?", "Go on to the card page: $25"}},
		{"open", "session_expires_at = '2026-05-14 13:00Z'", true, []string{"nothing is charged"}},
		{"pledged", "", true, []string{"Nothing is charged."}},
		{"authorised", "", true, []string{"Your bank has said yes."}},
		{"capture owed", "", true, []string{"Your bank has said yes."}},
		{"held", "release_by = '2026-05-17 13:00Z'", true, []string{"A person at Long Table PAC will look at your gift.", "by 17 May 2026"}},
		{"release owed", "", false, []string{"was not taken", `href="/give/porch-light"`}},
		{"released", "", false, []string{"was not taken"}},
		{"lapsed", "", false, []string{"was not taken"}},
		{"expired", "", false, []string{"was not finished", "Nothing was charged"}},
		{
			"settled", `charge = 'ch_sample', charged_at = '2026-05-15 02:30Z', settled_at = now(), card = '{"last4":"4242"}'`, false,
			[]string{
				"Thank you, Marigold. Your $25 is counted.", "14 May 2026", "22:30 EDT", "Mina Seo for Congress (C00999417), general election of 3 November 2026",
				"card ending 4242", "by 24 May 2026", "are not deductible", "must report every gift", "Paid for by Long Table PAC (longtable.example.org)", "$3,475 of $3,500",
			},
		},
	} {
		sets := "state = $1"
		if c.sets != "" {
			sets += ", " + c.sets
		}
		err := pg.InTx(t.Context(), s.DB, "test", nil, func(tx *sqlx.Tx) error {
			_, err := tx.ExecContext(t.Context(), `update gifts set `+sets+` where id = 'GAAAAAAAAAAAAAAA'`, c.state)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		status, h, page := s.get(t, address)
		if status != http.StatusOK || h.Get("Cache-Control") != "no-store" {
			t.Errorf("%s: %d, Cache-Control %q", c.state, status, h.Get("Cache-Control"))
		}
		for _, want := range c.says {
			if !strings.Contains(page, want) {
				t.Errorf("%s: the page lacks %q:\n%s", c.state, want, page)
			}
		}
		if got := h.Get("Refresh") != ""; got != c.refreshes {
			t.Errorf("%s: the page looks again: %t, want %t", c.state, got, c.refreshes)
		}
		if c.sets == "" || c.state == "settled" {
			golden(t, "thanks-"+strings.ReplaceAll(c.state, " ", "-"), page)
		}
	}
}

func TestWhoComesFromTheCardPageWaitsForTheBank(t *testing.T) {
	t.Parallel()
	s := newSite(t, nil)
	address := pledged(t, s, "walk-together")
	for _, c := range []struct {
		state, query, says, not string
	}{
		{"open", "", "Did you finish on the card page", "Your bank’s answer is on its way"},
		{"open", "&done=1", "Thank you, Marigold. Your bank’s answer is on its way.", "Go on to the card page"},
		{"pledged", "&done=1", "Your bank’s answer is on its way", "The card page is being made"},
		{"held", "&done=1", "A person at Long Table PAC will look at your gift.", "Your bank’s answer"},
		{"expired", "&done=1", "was not finished", "Your bank’s answer"},
	} {
		err := pg.InTx(t.Context(), s.DB, "test", nil, func(tx *sqlx.Tx) error {
			_, err := tx.ExecContext(t.Context(), `update gifts set state = $1 where id = 'GAAAAAAAAAAAAAAA'`, c.state)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		status, h, page := s.get(t, address+c.query)
		if status != http.StatusOK || !strings.Contains(page, c.says) || strings.Contains(page, c.not) {
			t.Errorf("%s%s: %d, want %q and not %q:\n%s", c.state, c.query, status, c.says, c.not, page)
		}
		if got, want := h.Get("Refresh") != "", c.state != "expired"; got != want {
			t.Errorf("%s%s: the page looks again: %t, want %t", c.state, c.query, got, want)
		}
	}
}

// A page looks again by itself for a while, at addresses that count; then its reader has a button for it.
func TestAPageStopsLookingByItself(t *testing.T) {
	t.Parallel()
	s := newSite(t, nil)
	address := pledged(t, s, "walk-together") + "&done=1"
	path, asked, _ := strings.Cut(address, "?")
	looks := 0
	for looks <= 100 {
		_, h, page := s.get(t, path+"?"+asked)
		seconds, next, ok := strings.Cut(h.Get("Refresh"), "; url=?")
		if !ok {
			if strings.Contains(page, "looks again by itself") || !strings.Contains(page, ">Try again</a>") || strings.Contains(page, "looks=") {
				t.Errorf("the page that no longer looks by itself:\n%s", page)
			}
			break
		}
		if seconds != "4" || !strings.Contains(next, "key=") || !strings.Contains(next, "done=1") {
			t.Fatalf("the page looks again after %s seconds at %s", seconds, next)
		}
		asked = next
		looks++
	}
	if looks != 20 {
		t.Errorf("the page looks %d times by itself, want 20", looks)
	}
}

// A form of the last evening of a year, paid after midnight, is a gift of the new year.
func TestRoomLeftIsOfTheYearOfTheCharge(t *testing.T) {
	t.Parallel()
	s := newSite(t, nil)
	address := pledged(t, s, "walk-together")
	for charged, want := range map[string]string{
		"2027-01-01 04:59Z": "Room left for you in 2026, as far as we know: $4,975 of $5,000.",
		"2027-01-01 05:01Z": "Room left for you in 2027, as far as we know: $5,000 of $5,000.",
	} {
		err := pg.InTx(t.Context(), s.DB, "test", nil, func(tx *sqlx.Tx) error {
			const settle = `update gifts set state = 'settled', charge = 'ch_sample', charged_at = $1, settled_at = now() where id = 'GAAAAAAAAAAAAAAA'`
			_, err := tx.ExecContext(t.Context(), settle, charged)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		if status, _, page := s.get(t, address); status != http.StatusOK || !strings.Contains(page, want) {
			t.Errorf("charged at %s: %d, want %q:\n%s", charged, status, want, page)
		}
	}
}

func TestThanksPageIsForWhoHasItsKey(t *testing.T) {
	t.Parallel()
	s := newSite(t, nil)
	address := pledged(t, s, "walk-together")
	for _, path := range []string{
		address + "x", strings.SplitN(address, "?", 2)[0], "/thanks/GAAAAAAAAAAAAAAA?key=", "/thanks/GBBBBBBBBBBBBBBB?key=x", "/thanks/nothing",
	} {
		if status, _, page := s.get(t, path); status != http.StatusNotFound || strings.Contains(page, "Marigold") {
			t.Errorf("GET %s = %d", path, status)
		}
	}
}

func TestErrorsHavePages(t *testing.T) {
	t.Parallel()
	s := newSite(t, nil)
	for _, c := range []struct {
		method, path string
		want         int
	}{
		{"GET", "/nowhere", 404},
		{"GET", "/give/nowhere", 404},
		{"GET", "/give/%00", 404},
		{"GET", "/static/tokens.0123456789ab.css", 404},
		{"DELETE", "/give/porch-light", 405},
	} {
		r, err := http.NewRequestWithContext(t.Context(), c.method, s.URL+c.path, nil)
		if err != nil {
			t.Fatal(err)
		}
		status, h, page := s.do(t, r)
		if status != c.want || !strings.Contains(page, "name the number") {
			t.Errorf("%s %s = %d, want %d\n%s", c.method, c.path, status, c.want, page)
		}
		for _, name := range []string{"Content-Security-Policy", "X-Content-Type-Options", "Referrer-Policy"} {
			if h.Get(name) == "" {
				t.Errorf("%s %s lacks %s", c.method, c.path, name)
			}
		}
		if c.path == "/nowhere" {
			golden(t, "error"+strings.ReplaceAll(c.path, "/", "-"), page)
		}
	}
}

func TestBugIsAnsweredWithAPage(t *testing.T) {
	t.Parallel()
	server, err := web.New(web.Settings{Now: time.Now, Log: slog.New(slog.NewTextHandler(t.Output(), nil))})
	if err != nil {
		t.Fatal(err)
	}
	answer := httptest.NewRecorder()
	server.Broken().ServeHTTP(answer, httptest.NewRequest(http.MethodGet, "/", nil))
	if answer.Code != http.StatusInternalServerError {
		t.Errorf("status %d", answer.Code)
	}
	golden(t, "error-broken", answer.Body.String())
}

func TestFormOfAnotherSiteIsRefused(t *testing.T) {
	t.Parallel()
	s := newSite(t, nil)
	r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, s.URL+"/give/walk-together", strings.NewReader(whole().Encode()))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Sec-Fetch-Site", "cross-site")
	if status, _, page := s.do(t, r); status != http.StatusForbidden || !strings.Contains(page, "came from another site") {
		t.Errorf("%d\n%s", status, page)
	}
}
