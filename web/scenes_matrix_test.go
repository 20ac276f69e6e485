package web_test

import (
	"bytes"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/url"
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
	"dure/staff"
)

// scene is a page in one state, as some request of some visitor brings it about. Asking for it changes nothing that another
// scene shows.
type scene struct {
	name    string // the page, and after a dash its state: give-errors
	status  int
	core    bool // one of those that are seen in every language whenever tests run
	english bool // the page is in English alone
	client  *http.Client
	request func(lang i18n.Language) *http.Request
}

// languages are those in which the scene can be seen.
func (s scene) languages() []i18n.Language {
	if s.english {
		return []i18n.Language{i18n.English}
	}
	return i18n.Known()
}

// stage shows scenes at addresses of its own, /SCENE/LANGUAGE, so that a browser can be led to what only a form brings about.
// What it answers is what the site answered, byte for byte.
type stage struct {
	*httptest.Server
	scenes []scene
}

// newStage builds the worlds of all scenes. site is where the files of the pages come from.
func newStage(t *testing.T, site string, scenes []scene) *stage {
	t.Helper()
	s := &stage{scenes: scenes}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /{scene}/{lang}", func(w http.ResponseWriter, r *http.Request) {
		for _, one := range scenes {
			if one.name == r.PathValue("scene") {
				relay(w, one.client, one.request(i18n.Language(r.PathValue("lang"))))
				return
			}
		}
		http.NotFound(w, r)
	})
	mux.HandleFunc("GET /static/{file}", func(w http.ResponseWriter, r *http.Request) {
		relay(w, http.DefaultClient, ask(http.MethodGet, site+r.URL.Path, "", nil))
	})
	s.Server = httptest.NewServer(mux)
	t.Cleanup(s.Close)
	return s
}

func relay(w http.ResponseWriter, client *http.Client, r *http.Request) {
	r.Header.Set("Accept-Encoding", "identity")
	answer, err := client.Do(r)
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadGateway)
		return
	}
	defer answer.Body.Close()
	for name, values := range answer.Header {
		if name != "Refresh" && name != "Content-Length" {
			w.Header()[name] = values
		}
	}
	w.WriteHeader(answer.StatusCode)
	io.Copy(w, answer.Body)
}

// ask is a request with a body of a kind, if any. An address that is none is a bug of the scene.
func ask(method, address, kind string, body []byte) *http.Request {
	r, err := http.NewRequest(method, address, bytes.NewReader(body))
	if err != nil {
		panic(err)
	}
	if kind != "" {
		r.Header.Set("Content-Type", kind)
	}
	return r
}

// looking asks for a page in a language.
func looking(address string) func(i18n.Language) *http.Request {
	return func(lang i18n.Language) *http.Request { return ask(http.MethodGet, inLanguage(address, lang), "", nil) }
}

// sending sends a form, filled in on the page in a language.
func sending(address string, form url.Values) func(i18n.Language) *http.Request {
	return func(lang i18n.Language) *http.Request {
		return ask(http.MethodPost, inLanguage(address, lang), "application/x-www-form-urlencoded", []byte(form.Encode()))
	}
}

func inLanguage(address string, lang i18n.Language) string {
	if strings.Contains(address, "?") {
		return address + "&lang=" + string(lang)
	}
	return address + "?lang=" + string(lang)
}

// publishAll approves every text that the law requires, in every language, for all committees of a database.
func publishAll(t *testing.T, db *sqlx.DB, now time.Time) {
	t.Helper()
	ctx := t.Context()
	committees, err := registry.Committees(ctx, db)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range committees {
		today := civil.In(now, c.Location())
		var said []compliance.Approval
		for _, lang := range i18n.Known() {
			notices, err := compliance.Notices(ctx, db, c, lang, today)
			if err != nil {
				t.Fatal(err)
			}
			for _, n := range notices {
				if n.Translated() {
					said = append(said, compliance.Approval{
						Notice: n.Text.Text, Language: lang, Version: n.Translation.Version, EnglishVersion: n.English.Version,
						Verdict: compliance.Approves, Source: compliance.ByPerson, Approver: "Hazel Quince", Note: "read by a fluent friend",
					})
				}
			}
		}
		err := pg.InTx(ctx, db, "staff:hazel", []string{string(c.ID)}, func(tx *sqlx.Tx) error {
			return compliance.JudgeNotices(ctx, tx, c, today, said)
		})
		if err != nil {
			t.Fatalf("publish every language of %s: %v", c.ID, err)
		}
	}
}

// wrong is a form with every field to mend.
func wrong() url.Values {
	return with("amount", "other", "amount_other", "ten", "given_name", "", "family_name", "Quill😀", "name_own", strings.Repeat("가", 101), "street", "", "city", "",
		"state", "", "zip", "12", "country", "ZZ", "email", "marigold.example.org", "work", "employed", "employer", "", "occupation", "", "attest_own", "")
}

// donorScenes are all pages that givers see, in all their states.
func donorScenes(t *testing.T) (site string, scenes []scene) {
	t.Helper()
	s := newSite(t, nil)
	err := pg.InTx(t.Context(), s.DB, "test", []string{"long-table"}, func(tx *sqlx.Tx) error {
		ahead := donations.Drive{Committee: "long-table", Slug: "summer-supper", Title: "A supper in summer", Amounts: []int64{1000}, OpensOn: civil.MustParse("2026-06-01")}
		if err := donations.AddDrive(t.Context(), tx, ahead); err != nil {
			return err
		}
		for lang, title := range map[i18n.Language]string{"ko": "가을에 함께 걸어요", "ur": "اس خزاں میں ساتھ چلیں"} {
			if err := donations.WriteDriveText(t.Context(), tx, donations.DriveText{Committee: "long-table", Drive: "walk-together", Language: lang, Title: title, Story: title}); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	publishAll(t, s.DB, noon)
	if status, _, body := s.send(t, "/give/porch-light", with("amount", "other", "amount_other", "3,000", "given_name", "Rowan", "email", "rowan@example.org")); status != http.StatusSeeOther {
		t.Fatalf("a gift that leaves little room: %d\n%s", status, body)
	}
	over := with("amount", "2500.00", "given_name", "Rowan", "email", "rowan@example.org")
	letter := asked(t, s, func(c *registry.Contributor) { c.Employer, c.Occupation, c.Street, c.City, c.Zip = "", "", "", "", "" })
	give := func(name, path string, core bool) scene {
		return scene{name: name, status: 200, core: core, request: looking(s.URL + path)}
	}
	scenes = []scene{
		give("home", "/", true),
		give("give", "/give/walk-together", false),
		give("give-preset", "/give/walk-together?amount=33.50", false),
		give("give-earmarked", "/give/porch-light", true),
		{name: "give-errors", status: 422, core: true, request: sending(s.URL+"/give/porch-light", wrong())},
		{name: "give-spelled", status: 422, request: sending(s.URL+"/give/porch-light", with("given_name", "", "family_name", "", "name_own", "김하나"))},
		{name: "give-room", status: 422, core: true, request: sending(s.URL+"/give/porch-light", over)},
		give("give-over", "/give/past-supper", true),
		give("give-ahead", "/give/summer-supper", false),
		give("answer", letter, true),
		{name: "answer-errors", status: 422, request: sending(s.URL+letter, url.Values{"work": {"employed"}, "zip": {"12"}})},
		{name: "error-404", status: 404, core: true, request: looking(s.URL + "/nowhere")},
		{name: "error-413", status: 413, request: func(lang i18n.Language) *http.Request {
			return ask(http.MethodPost, inLanguage(s.URL+"/give/walk-together", lang), "application/x-www-form-urlencoded", make([]byte, 70<<10))
		}},
	}
	scenes = append(scenes, thanksScenes(t, s)...)
	scenes = append(scenes, brokenScenes(t)...)
	scenes = append(scenes, abroadScenes(t)...)
	for i := range scenes {
		if scenes[i].client == nil {
			scenes[i].client = s.client
		}
	}
	return s.URL, scenes
}

// thanksScenes are the page of a gift in each of its states, as the steps that lead to one leave its row.
func thanksScenes(t *testing.T, s *site) []scene {
	t.Helper()
	var out []scene
	for i, c := range []struct {
		name, drive, sets, query string
		core                     bool
	}{
		{"settled", "porch-light", `state = 'settled', charge = $1, charged_at = '2026-05-14 13:05Z', settled_at = '2026-05-14 13:06Z', card = '{"last4":"4242"}'`, "", true},
		{"own-name", "walk-together", `state = 'settled', charge = $1, charged_at = '2026-05-14 13:05Z', settled_at = '2026-05-14 13:06Z'`, "", false},
		{"asked", "porch-light", `state = 'settled', charge = $1, charged_at = '2026-05-14 13:05Z', settled_at = '2026-05-14 13:06Z'`, "", false},
		{"open", "walk-together", `state = 'open', charge = nullif($1, $1)`, "", false},
		{"done", "walk-together", `state = 'open', charge = nullif($1, $1)`, "&done=1", true},
		{"pledged", "walk-together", `state = 'pledged', charge = nullif($1, $1)`, "", false},
		{"authorised", "walk-together", `state = 'authorised', charge = nullif($1, $1)`, "", false},
		{"held", "porch-light", `state = 'held', release_by = '2026-05-17 13:00Z', charge = nullif($1, $1)`, "", false},
		{"released", "walk-together", `state = 'released', charge = nullif($1, $1)`, "", false},
		{"expired", "walk-together", `state = 'expired', charge = nullif($1, $1)`, "", false},
	} {
		id := "GTHANKS" + strings.Repeat("A", 8) + string(rune('A'+i))
		form := with("token", id)
		if c.name == "own-name" {
			form.Set("name_own", "마리골드")
		}
		if status, _, body := s.send(t, "/give/"+c.drive, form); status != http.StatusSeeOther {
			t.Fatalf("the gift of thanks-%s: %d\n%s", c.name, status, body)
		}
		var key string
		err := pg.InTx(t.Context(), s.DB, "test", []string{"long-table"}, func(tx *sqlx.Tx) error {
			return tx.GetContext(t.Context(), &key, `update gifts set `+c.sets+` where id = $2 returning thanks_key`, "x_"+c.name, id)
		})
		if err != nil {
			t.Fatalf("the gift of thanks-%s: %v", c.name, err)
		}
		address := s.URL + "/thanks/" + id + "?key=" + url.QueryEscape(key)
		out = append(out, scene{name: "thanks-" + c.name, status: 200, core: c.core, request: looking(address + c.query)})
		if c.name == "asked" {
			if status, _, body := s.send(t, strings.TrimPrefix(address, s.URL), url.Values{"reason": {"I meant to give less.\n\nمیں نے کم دینا تھا"}}); status != http.StatusSeeOther {
				t.Fatalf("asking for the money back: %d\n%s", status, body)
			}
		}
	}
	return out
}

// brokenScenes are what givers see while the card page or the database can't be reached.
func brokenScenes(t *testing.T) []scene {
	t.Helper()
	cards := newSite(t, nil)
	publishAll(t, cards.DB, noon)
	letter := asked(t, cards, func(c *registry.Contributor) { c.Employer, c.Occupation = "", "" })
	if status, _, body := cards.send(t, letter, url.Values{"work": {"retired"}}); status != http.StatusSeeOther {
		t.Fatalf("the answer: %d\n%s", status, body)
	}
	cards.Stripe.Close()

	away, gate, move := awaySite(t)
	publishAll(t, away.DB, noon)
	if status, _, _ := away.get(t, "/give/walk-together"); status != http.StatusOK {
		t.Fatalf("the drive's page: %d", status)
	}
	gate.Shut()
	move(time.Minute)
	form := with("token", "GBBBBBBBBBBBBBBB")
	return []scene{
		{name: "answer-done", status: 200, client: cards.client, request: looking(cards.URL + letter)},
		{name: "give-cards-away", status: 503, client: cards.client, request: sending(cards.URL+"/give/walk-together", form)},
		{name: "give-away", status: 503, core: true, client: away.client, request: looking(away.URL + "/give/walk-together")},
		{name: "give-away-form", status: 503, client: away.client, request: sending(away.URL+"/give/walk-together", form)},
		{name: "error-kept", status: 503, client: away.client, request: sending(away.URL+"/give/porch-light", form)},
		{name: "error-thanks-away", status: 503, client: away.client, request: looking(away.URL + "/thanks/GAAAAAAAAAAAAAAA?key=guess")},
	}
}

// abroadScenes are what givers abroad see beside.
func abroadScenes(t *testing.T) []scene {
	t.Helper()
	w := newAbroad(t, nil)
	publishAll(t, w.DB, w.Sim.Now())
	g, sent := w.gives("Juniper"), w.gives("Sorrel")
	if a := w.giver().sends(proofPath(sent), "citizen", "a1234 5678", "passport.jpg", passport(t)); a.status != http.StatusOK {
		t.Fatalf("a copy: %d\n%s", a.status, a.body)
	}
	nothing := func(lang i18n.Language) *http.Request {
		var body bytes.Buffer
		form := multipart.NewWriter(&body)
		form.WriteField("lang", string(lang))
		form.WriteField("standing", "")
		form.Close()
		return ask(http.MethodPost, inLanguage(w.site.URL+proofPath(g), lang), form.FormDataContentType(), body.Bytes())
	}
	thanks := func(g donations.Gift) string {
		return fmt.Sprintf("%s/thanks/%s?key=%s", w.site.URL, g.ID, url.QueryEscape(g.ThanksKey))
	}
	client := w.giver().client
	return []scene{
		{name: "thanks-proof", status: 200, core: true, client: client, request: looking(thanks(g))},
		{name: "thanks-proof-sent", status: 200, client: client, request: looking(thanks(sent))},
		{name: "proof", status: 200, client: client, request: looking(w.site.URL + proofPath(g))},
		{name: "proof-errors", status: 422, core: true, client: client, request: nothing},
		{name: "proof-sent", status: 200, client: client, request: looking(w.site.URL + proofPath(sent))},
	}
}

// deskScenes are the pages of the desk, which are in English.
func deskScenes(t *testing.T) []scene {
	t.Helper()
	w := newDeskWorld(t)
	stranger, treasurer := w.stranger().client, w.treasurer().client
	var guesses atomic.Int64
	at := func(path string) func(i18n.Language) *http.Request {
		return func(i18n.Language) *http.Request { return ask(http.MethodGet, w.site.URL+path, "", nil) }
	}
	out := []scene{
		{name: "desk-sign-in", status: 200, english: true, core: true, client: stranger, request: at("/desk/sign-in")},
		{name: "desk-sign-in-wrong", status: 422, english: true, core: true, client: stranger, request: func(i18n.Language) *http.Request {
			n := guesses.Add(1) // each guess is another's: after a few of one, nobody is let in for a while
			r := ask(http.MethodPost, w.site.URL+"/desk/sign-in", "application/x-www-form-urlencoded", fmt.Appendf(nil, "email=hazel.%d@example.org&password=wrong", n))
			r.Header.Set("X-Forwarded-For", fmt.Sprintf("192.0.2.%d", n%250))
			return r
		}},
		{name: "desk-link", status: 200, english: true, core: true, client: stranger, request: at("/desk/login/any")},
		{name: "desk-password", status: 200, english: true, core: true, client: treasurer, request: at("/desk/password")},
		{name: "desk-404", status: 404, english: true, core: true, client: treasurer, request: at("/desk/long-table/nowhere")},
		{name: "desk-receipt-errors", status: 422, english: true, core: true, client: treasurer, request: func(i18n.Language) *http.Request {
			return ask(http.MethodPost, w.site.URL+"/desk/long-table/receipts/new", "application/x-www-form-urlencoded", []byte("last=Quillfeather"))
		}},
	}
	form := func(path, body string) func(i18n.Language) *http.Request {
		return func(i18n.Language) *http.Request {
			return ask(http.MethodPost, w.site.URL+path, "application/x-www-form-urlencoded", []byte(body))
		}
	}
	first := w.invited("iris@example.org", "Iris Sample", porchLight, staff.Organizer).client
	out = append(
		out,
		scene{name: "desk-drives-none", status: 200, english: true, core: true, client: first, request: at("/desk/porch-light/drives")},
		scene{name: "desk-drive-errors", status: 422, english: true, core: true, client: treasurer, request: form("/desk/long-table/drives/new", "title=&opens_on=31+May&amount_1=0&authorized=yes&for=committee")},
		scene{name: "desk-drive-amend-errors", status: 422, english: true, core: true, client: treasurer, request: form("/desk/long-table/drives/long-table/amend", "title=")},
		scene{name: "desk-gift-korean", status: 200, english: true, core: true, client: treasurer, request: at("/desk/long-table/gifts/" + w.koreanGift())},
	)
	for _, p := range deskPages(w) {
		out = append(out, scene{name: "desk-" + p.name, status: 200, english: true, core: true, client: treasurer, request: at(p.path)})
	}
	return out
}
