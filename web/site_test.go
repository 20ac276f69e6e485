package web_test

import (
	"context"
	"flag"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/jmoiron/sqlx"
	"github.com/lib/pq"

	"dure/civil"
	"dure/dev/gate"
	"dure/dev/pgtest"
	"dure/dev/stripesim"
	"dure/donations"
	"dure/pg"
	"dure/registry"
	"dure/web"
)

var update = flag.Bool("update", false, "write what the pages are now to testdata")

// noon is the moment of the tests: 14 May 2026, in the morning in New York.
var noon = time.Date(2026, 5, 14, 13, 12, 0, 0, time.UTC)

// site is the program's door for donors, with a database and a simulated Stripe of its own.
type site struct {
	*httptest.Server
	DB       *sqlx.DB
	Accounts *donations.Accounts
	Stripe   *httptest.Server
	client   *http.Client
}

// newSite starts a site with one committee and three drives: walk-together for the committee, porch-light for a
// candidate, past-supper which is over. change alters the settings.
func newSite(t testing.TB, change func(*web.Settings)) *site {
	t.Helper()
	db := pgtest.New(t)
	sim, err := stripesim.New(stripesim.Options{Seed: 7})
	if err != nil {
		t.Fatal(err)
	}
	sim.SetOffset(time.Until(noon))
	s := &site{DB: db, Stripe: httptest.NewServer(sim)}
	t.Cleanup(func() { s.Stripe.Close(); sim.Close() })
	if err := pg.InTx(t.Context(), db, "test", nil, func(tx *sqlx.Tx) error { return sow(t.Context(), tx) }); err != nil {
		t.Fatal(err)
	}
	if s.Accounts, err = donations.NewAccounts(db, donations.Keys{SecretKey: "sk_test_sample", WebhookSecret: "whsec_sample", APIBase: s.Stripe.URL}); err != nil {
		t.Fatal(err)
	}
	settings := web.Settings{
		DB: db, Accounts: s.Accounts, Now: func() time.Time { return noon }, CardOrigin: s.Stripe.URL,
		Log: slog.New(slog.NewTextHandler(t.Output(), nil)),
	}
	s.Server = httptest.NewUnstartedServer(nil)
	settings.PublicURL = "http://" + s.Listener.Addr().String()
	if change != nil {
		change(&settings)
	}
	server, err := web.New(settings)
	if err != nil {
		t.Fatal(err)
	}
	desk := &web.Desk{DB: db, Accounts: s.Accounts, Now: settings.Now, Sessions: web.NewSessions(db, false), Log: settings.Log}
	routes, err := server.Routes(desk, http.NotFoundHandler(), func(context.Context) error { return nil })
	if err != nil {
		t.Fatal(err)
	}
	s.Config.Handler = routes
	s.Start()
	t.Cleanup(s.Close)
	s.client = &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	return s
}

func sow(ctx context.Context, tx *sqlx.Tx) error {
	committee := registry.Committee{
		ID: "long-table", FECID: "C00999103", Name: "Long Table PAC", Kind: "nonconnected", Filer: "monthly", Zone: "America/New_York",
		Street: "12 Sample Street", City: "Exampleton", State: "VA", Zip: "22999", TreasurerLast: "Quince", TreasurerFirst: "Hazel",
		Web: "https://longtable.example.org", Email: "help@longtable.example.org",
	}
	candidate := registry.Candidate{
		ID: "H6VA99001", Last: "Seo", First: "Mina", Office: "H", State: "VA", District: "09",
		CommitteeFECID: "C00999417", CommitteeName: "Mina Seo for Congress", Street: "1 Placeholder Road", City: "Exampleton", CommitteeState: "VA", Zip: "22999",
	}
	election := registry.Election{ID: "H-VA-09-G2026", Office: "H", State: "VA", District: "09", Kind: "G", Year: 2026, HeldOn: civil.MustParse("2026-11-03")}
	if err := registry.AddCommittee(ctx, tx, committee); err != nil {
		return err
	}
	if err := registry.AddCandidate(ctx, tx, candidate); err != nil {
		return err
	}
	if err := registry.AddElection(ctx, tx, election); err != nil {
		return err
	}
	for _, d := range []donations.Drive{
		{
			Slug: "walk-together", Title: "Walk together this fall", Story: "We print, we walk, we call.\n\nEvery gift is a page in somebody’s hand.",
			Amounts: pq.Int64Array{1000, 2500, 5000, 10000, 25000}, OpensOn: civil.MustParse("2026-05-01"),
		},
		{
			Slug: "porch-light", Title: "Every porch light for Mina Seo", Story: "Mina Seo ran the county food bank for eleven years.",
			Candidate: candidate.ID, Election: election.ID, Goal: 3000000, Amounts: pq.Int64Array{1000, 2500, 5000, 10000, 250000},
			OpensOn: civil.MustParse("2026-04-01"), ClosesOn: civil.MustParse("2026-05-31"),
		},
		{
			Slug: "past-supper", Title: "A supper that was", Amounts: pq.Int64Array{1000},
			OpensOn: civil.MustParse("2026-01-01"), ClosesOn: civil.MustParse("2026-05-13"),
		},
	} {
		d.Committee = committee.ID
		if err := donations.AddDrive(ctx, tx, d); err != nil {
			return err
		}
	}
	// Two gifts that are settled already, as donations leaves them.
	const settled = `
		with giver as (insert into persons (id, kind) values ($1, 'individual') returning id)
		insert into gifts (committee, id, drive, person, state, cents, candidate, election, made_on, given_name, family_name, street, city,
			region, zip, country, email, language, form_digest, thanks_key, charge, charged_at, settled_at)
		select 'long-table', $2, 'porch-light', id, 'settled', $3, $4, $5, '2026-05-02', 'Clover', 'Sample', '1 Placeholder Lane', 'Exampleton',
			'VA', '22999', 'US', 'clover@example.org', 'en', '', $2, $2, '2026-05-02 12:00Z', '2026-05-02 12:01Z'
		from giver`
	for i, cents := range []int{1200000, 646000} {
		letter := string(rune('A' + i))
		if _, err := tx.ExecContext(ctx, settled, "P"+strings.Repeat(letter, 15), "G"+strings.Repeat(letter, 14)+"7", cents, candidate.ID, election.ID); err != nil {
			return err
		}
	}
	return nil
}

// get asks for a page and gives its status, headers and text.
func (s *site) get(t *testing.T, path string) (int, http.Header, string) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, s.URL+path, nil)
	if err != nil {
		t.Fatal(err)
	}
	return s.do(t, r)
}

// send posts a form and gives the answer's status, headers and text.
func (s *site) send(t *testing.T, path string, form url.Values) (int, http.Header, string) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, s.URL+path, strings.NewReader(form.Encode()))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	return s.do(t, r)
}

func (s *site) do(t *testing.T, r *http.Request) (int, http.Header, string) {
	t.Helper()
	answer, err := s.client.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	if err != nil {
		t.Fatal(err)
	}
	return answer.StatusCode, answer.Header, string(body)
}

var (
	token     = regexp.MustCompile(`name="token" value="(G[A-Z2-7]{15})"`)
	changing  = regexp.MustCompile(`\bG[A-Z2-7]{15}\b|\b[0-9a-f]{12}\b`)
	addresses = regexp.MustCompile(`http://127\.0\.0\.1:\d+[^"]*`)
	requests  = regexp.MustCompile(`the number [A-Z0-9]{12}`)
)

// golden compares a page with the file in testdata; what differs from run to run is put aside.
func golden(t *testing.T, name, page string) {
	t.Helper()
	page = addresses.ReplaceAllString(changing.ReplaceAllString(requests.ReplaceAllString(page, "the number REQUEST"), "ID"), "ADDRESS")
	file := filepath.Join("testdata", name+".golden")
	if *update {
		if err := os.WriteFile(file, []byte(page), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), page); diff != "" {
		t.Errorf("page %s is not as testdata has it (-update takes it on):\n%s", name, diff)
	}
}

// gated gives a connection to the database of db by way of a gate.
func gated(t *testing.T, db *sqlx.DB) (*sqlx.DB, *gate.Gate) {
	t.Helper()
	address, err := url.Parse(pgtest.URLs(t, db).Serve)
	if err != nil {
		t.Fatal(err)
	}
	g := gate.New(t, address.Host)
	address.Host = g.Address
	through, err := pg.Open(t.Context(), address.String())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		g.Shut() // so that nothing is waited for
		through.Close()
	})
	return through, g
}
