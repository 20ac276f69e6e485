package web_test

import (
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"dure/dev/browser"
	"dure/dev/gate"
	"dure/donations"
	"dure/staff"
	"dure/web"
)

// Ways in which a database is not there.
var ways = map[string]func(*gate.Gate){
	"refused": (*gate.Gate).Shut,
	"silent":  (*gate.Gate).Swallow,
}

// awaySite is a site whose database goes by way of a gate, and whose clock stands until it is moved.
func awaySite(t *testing.T) (s *site, g *gate.Gate, move func(time.Duration)) {
	t.Helper()
	now := noon
	s = newSite(t, func(o *web.Settings) {
		o.Now = func() time.Time { return now }
		o.DB, g = gated(t, o.DB)
		o.Accounts, _ = donations.NewAccounts(o.DB, donations.Keys{SecretKey: "sk_test_sample", APIBase: o.CardOrigin})
	})
	return s, g, func(by time.Duration) { now = now.Add(by) }
}

func TestWithoutTheDatabasePagesSaySoAndKeepWhatWasWritten(t *testing.T) {
	t.Parallel()
	const honest, uncharged = "Gifts can’t be taken at the moment", "Nothing was charged"
	for way, breaks := range ways {
		t.Run(way, func(t *testing.T) {
			t.Parallel()
			s, g, move := awaySite(t)
			if status, _, _ := s.get(t, "/give/walk-together"); status != http.StatusOK {
				t.Fatalf("status %d", status)
			}
			breaks(g)
			move(time.Minute)
			answers := func(what string, status int, h http.Header, page string, wants ...string) {
				t.Helper()
				if status != http.StatusServiceUnavailable || h.Get("Retry-After") == "" || h.Get("Cache-Control") != "no-store" {
					t.Errorf("%s: status %d, Retry-After %q, Cache-Control %q", what, status, h.Get("Retry-After"), h.Get("Cache-Control"))
				}
				for _, want := range wants {
					if !strings.Contains(page, want) {
						t.Errorf("%s: the page lacks %q:\n%s", what, want, page)
					}
				}
			}
			began := time.Now()
			status, h, page := s.get(t, "/give/walk-together")
			answers("a page that was shown before", status, h, page, honest, uncharged, "Paid for by")
			if strings.Contains(page, "<form") {
				t.Error("it has a form, which would be filled in for nothing")
			}
			status, h, page = s.get(t, "/give/porch-light")
			answers("a page never shown", status, h, page, honest, uncharged)
			status, h, page = s.send(t, "/give/walk-together", with("token", "GAAAAAAAAAAAAAAA"))
			answers("a form of a page that was shown before", status, h, page, honest, uncharged, `value="Marigold"`, "GAAAAAAAAAAAAAAA")
			if took := time.Since(began); took > 20*time.Second {
				t.Errorf("three answers take %v", took)
			}
			status, h, kept := s.send(t, "/give/porch-light", with("token", "GBBBBBBBBBBBBBBB", "name_own", `"><b>미나`))
			answers("a form of a page never shown", status, h, kept, honest, uncharged, `name="given_name" value="Marigold"`, "GBBBBBBBBBBBBBBB", "Send it again")
			if strings.Contains(kept, "<b>") {
				t.Error("what was written stands in the page as it came")
			}
			status, h, page = s.get(t, "/thanks/GAAAAAAAAAAAAAAA?key=guess")
			answers("the page of a gift", status, h, page, "please don’t give again")
			if strings.Contains(page, honest) {
				t.Error("whoever may have paid is told that gifts can't be taken")
			}

			g.Open()
			if status, _, page := s.get(t, "/give/walk-together"); status != http.StatusOK || !strings.Contains(page, "<form") {
				t.Errorf("when the database is back: %d", status)
			}
			again := url.Values{}
			for _, field := range regexp.MustCompile(`<input type="hidden" name="([^"]+)" value="([^"]*)">`).FindAllStringSubmatch(kept, -1) {
				again.Add(field[1], field[2])
			}
			again.Set("name_own", "")
			if status, _, _ := s.send(t, "/give/porch-light", again); status != http.StatusSeeOther {
				t.Errorf("the kept form, sent again: %d", status)
			}
			var made int
			if err := s.DB.GetContext(t.Context(), &made, `select count(*) from gifts where id = 'GBBBBBBBBBBBBBBB'`); err != nil || made != 1 {
				t.Errorf("%d gifts have the kept form's token, %v, want one", made, err)
			}
		})
	}
}

// awayDesk is a desk whose database goes by way of a gate.
func awayDesk(t *testing.T) (*deskWorld, *gate.Gate) {
	t.Helper()
	w := newDeskWorld(t)
	db, g := gated(t, w.db)
	accounts, err := donations.NewAccounts(db, donations.Keys{SecretKey: "sk_test_desk"})
	if err != nil {
		t.Fatal(err)
	}
	w.db = db
	w.serve(accounts, func() time.Time { return deskNow })
	return w, g
}

func TestWithoutTheDatabaseTheDeskSaysSo(t *testing.T) {
	t.Parallel()
	for way, breaks := range ways {
		t.Run(way, func(t *testing.T) {
			t.Parallel()
			w, g := awayDesk(t)
			c := w.treasurer()
			breaks(g)
			began := time.Now()
			a := c.get("/desk/long-table/gifts")
			if a.status != http.StatusServiceUnavailable || !strings.Contains(a.body, "The books can’t be reached at the moment") {
				t.Errorf("a page of the desk: %d\n%s", a.status, a.body)
			}
			a = c.post("/desk/long-table/receipts/new", url.Values{"last": {"Quillfeather"}})
			if a.status != http.StatusServiceUnavailable || !strings.Contains(a.body, "recorded whole or not at all") {
				t.Errorf("a form of the desk: %d\n%s", a.status, a.body)
			}
			if took := time.Since(began); took > 20*time.Second {
				t.Errorf("two answers take %v", took)
			}
			g.Open()
			if a := c.get("/desk/long-table/gifts"); a.status != http.StatusOK {
				t.Errorf("when the database is back: %d", a.status)
			}
		})
	}
}

// TestPeopleSeeThatTheDatabaseIsAway looks with a browser at what donors and staff see meanwhile.
func TestPeopleSeeThatTheDatabaseIsAway(t *testing.T) {
	s, g, move := awaySite(t)
	w, deskGate := awayDesk(t)
	token, err := staff.Invite(t.Context(), w.db, "operator", "hazel@example.org", "Hazel Quince", longTable, staff.Treasurer)
	if err != nil {
		t.Fatal(err)
	}
	p := browser.New(t)
	p.Size(390, 844)
	fits := func(what string, status, want int) {
		t.Helper()
		if status != want {
			t.Errorf("%s = %d, want %d", what, status, want)
		}
		if wide := browser.Eval[int](p, "document.documentElement.scrollWidth"); wide > 390 {
			t.Errorf("%s is %d wide in a window of 390", what, wide)
		}
		p.Shot("away-" + strings.ReplaceAll(what, " ", "-"))
	}

	if got := p.Open(w.site.URL + "/desk/login/" + token); got != http.StatusOK {
		t.Fatalf("the link's page = %d", got)
	}
	if got := p.Follow("main button"); got != http.StatusOK {
		t.Fatalf("the desk = %d", got)
	}
	deskGate.Shut()
	fits("the desk", p.Open(w.site.URL+"/desk/long-table/gifts"), http.StatusServiceUnavailable)

	if got := p.Open(s.URL + "/give/walk-together"); got != http.StatusOK {
		t.Fatalf("the drive's page = %d", got)
	}
	p.Choose("amount", "25.00")
	for name, value := range map[string]string{
		"given_name": "Marigold", "family_name": "Quillfeather", "street": "40 Placeholder Lane",
		"city": "Exampleton", "state": "VA", "zip": "22999", "email": "marigold@example.org",
	} {
		p.Fill(name, value)
	}
	p.Choose("work", "retired")
	p.Check("attest_own")
	g.Shut()
	move(time.Minute)
	fits("the form that was sent", p.Follow("button"), http.StatusServiceUnavailable)
	if kept := browser.Eval[string](p, "document.getElementById('street').value"); kept != "40 Placeholder Lane" {
		t.Errorf("the street in the form is %q", kept)
	}
	fits("the drive's page", p.Open(s.URL+"/give/walk-together"), http.StatusServiceUnavailable)
	fits("the page of a gift", p.Open(s.URL+"/thanks/GAAAAAAAAAAAAAAA?key=guess"), http.StatusServiceUnavailable)
	fits("a page never shown", p.Open(s.URL+"/give/porch-light"), http.StatusServiceUnavailable)

	g.Open()
	if got := p.Open(s.URL + "/give/walk-together"); got != http.StatusOK {
		t.Errorf("the drive's page, when the database is back = %d", got)
	}
}
