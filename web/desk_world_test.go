package web_test

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/alexedwards/argon2id"
	"github.com/jmoiron/sqlx"

	"dure/civil"
	"dure/compliance"
	"dure/compliance/rules"
	"dure/dev/pgtest"
	"dure/donations"
	"dure/money"
	"dure/pg"
	"dure/registry"
	"dure/staff"
	"dure/web"
)

// deskWorld is a committee in the middle of May, with something of everything that a desk shows. Its days are fixed.
type deskWorld struct {
	t     *testing.T
	db    *sqlx.DB
	owner *sqlx.DB
	site  *httptest.Server
	gifts int
}

const (
	longTable  = registry.CommitteeID("long-table")
	porchLight = registry.CommitteeID("porch-light")
	seo        = registry.CandidateID("H6VA99001")
	vaPrimary  = registry.ElectionID("va99-primary")
)

var (
	deskNow   = time.Date(2026, 5, 14, 13, 40, 5, 0, time.UTC) // 9:40 in the morning in New York
	cheapHash = &argon2id.Params{Memory: 64, Iterations: 1, Parallelism: 1, SaltLength: 16, KeyLength: 32}
	good      = donations.Card{Brand: "visa", Last4: "4242", Country: "US", Funding: "credit", CVC: "pass", Line1: "pass", Zip: "pass"}
)

func day(s string) civil.Day { return civil.MustParse("2026-" + s) }

// newDeskWorld builds the world, and serves its desk.
func newDeskWorld(t *testing.T) *deskWorld {
	t.Helper()
	w := &deskWorld{t: t, db: pgtest.New(t)}
	w.owner = pgtest.Admin(t, w.db)
	w.found()
	w.money()
	// From here on the world's clock goes on from deskNow.
	w.owner.MustExecContext(t.Context(), `update clock set offset_us = extract(epoch from $1::timestamptz - clock_timestamp()) * 1000000`, deskNow)
	accounts, err := donations.NewAccounts(w.db, donations.Keys{SecretKey: "sk_test_desk", WebhookSecret: "whsec_desk"})
	if err != nil {
		t.Fatal(err)
	}
	w.serve(accounts, func() time.Time { return deskNow })
	return w
}

// serve opens the site's door, desk and all, on loopback.
func (w *deskWorld) serve(accounts *donations.Accounts, now func() time.Time) {
	w.t.Helper()
	t := w.t
	desk := &web.Desk{
		DB: w.db, Accounts: accounts, Now: now, PublicURL: "https://give.example.org", Log: slog.New(slog.NewTextHandler(t.Output(), nil)),
		Sessions: web.NewSessions(w.db, false), Door: staff.NewDoor(cheapHash),
	}
	server, err := web.New(web.Settings{DB: w.db, Accounts: accounts, Now: desk.Now, Log: desk.Log})
	if err != nil {
		t.Fatal(err)
	}
	routes, err := server.Routes(desk, http.NotFoundHandler(), func(context.Context) error { return nil })
	if err != nil {
		t.Fatal(err)
	}
	w.site = httptest.NewServer(routes)
	t.Cleanup(w.site.Close)
}

// at runs f as the owner, in the name of somebody, as of a moment of 2026 in New York such as "05-04 09:12".
func (w *deskWorld) at(when, actor string, f func(ctx context.Context, tx *sqlx.Tx) error) time.Time {
	w.t.Helper()
	zone, err := time.LoadLocation("America/New_York")
	if err != nil {
		w.t.Fatal(err)
	}
	moment, err := time.ParseInLocation("2006-01-02 15:04", "2026-"+when, zone)
	if err != nil {
		w.t.Fatal(err)
	}
	ctx := pg.WithRecordedAt(w.t.Context(), moment)
	err = pg.InTx(ctx, w.owner, actor, []string{string(longTable), string(porchLight)}, func(tx *sqlx.Tx) error { return f(ctx, tx) })
	if err != nil {
		w.t.Fatalf("at %s: %v", when, err)
	}
	return moment
}

// found makes the committees, the candidate and the drives.
func (w *deskWorld) found() {
	c := registry.Committee{
		ID: longTable, FECID: "C00999103", Name: "LONG TABLE PAC", Kind: "nonconnected", Filer: "monthly", Zone: "America/New_York",
		Street: "12 Sample Street", City: "Exampleton", State: "VA", Zip: "22903", TreasurerLast: "Quince", TreasurerFirst: "Hazel",
	}
	other := c
	other.ID, other.FECID, other.Name = porchLight, "C00999104", "PORCH LIGHT PAC"
	drive := func(committee registry.CommitteeID, slug, title string) donations.Drive {
		return donations.Drive{Committee: committee, Slug: slug, Title: title, Amounts: []int64{1000, 2500}, OpensOn: day("01-01")}
	}
	forSeo := drive(longTable, "mina-seo", "Mina Seo in the primary")
	forSeo.Candidate, forSeo.Election = seo, vaPrimary
	w.at("01-01 00:00", "seed", func(ctx context.Context, tx *sqlx.Tx) error {
		for _, err := range []error{
			registry.AddCommittee(ctx, tx, c),
			registry.AddCommittee(ctx, tx, other),
			registry.AddCandidate(ctx, tx, registry.Candidate{
				ID: seo, Last: "Seo", First: "Mina", Office: "H", State: "VA", District: "99", CommitteeFECID: "C00999105",
				CommitteeName: "MINA SEO FOR CONGRESS", Street: "9 Placeholder Road", City: "Samplebury", CommitteeState: "VA", Zip: "22904",
			}),
			registry.AddElection(ctx, tx, registry.Election{ID: vaPrimary, Office: "H", State: "VA", District: "99", Kind: "P", Year: 2026, HeldOn: day("06-16")}),
			donations.AddDrive(ctx, tx, drive(longTable, "long-table", "The long table")),
			donations.AddDrive(ctx, tx, forSeo),
			compliance.OpenBooks(ctx, tx, longTable, day("01-01"), 12_880_35),
		} {
			if err != nil {
				return err
			}
		}
		for _, p := range []registry.Payee{
			{ID: registry.Processor, Entity: "ORG", Name: "EXAMPLE PAYMENTS INC", Street: "1 Example Plaza", City: "Springfield", State: "IL", Zip: "62701"},
			{ID: "VPRINTER", Entity: "ORG", Name: "PLACEHOLDER PRINTING", Street: "4 Ink Lane", City: "Exampleton", State: "VA", Zip: "22903"},
		} {
			if _, err := registry.AddPayee(ctx, tx, longTable, p); err != nil {
				return err
			}
		}
		return nil
	})
}

// money lets gifts, checks and payments come until the morning of 14 May.
func (w *deskWorld) money() {
	w.gift("04-08 18:20", "long-table", "Teodoro Inkwell", 250_00, good, "settled")
	w.gift("05-05 10:15", "mina-seo", "Rowan Sample", 400_00, good, "settled")
	w.gift("05-05 11:02", "mina-seo", "Haneul Park", 80_00, good, "settled")
	w.gift("05-13 20:31", "mina-seo", "Marigold Quillfeather", 25_00, good, "settled")
	abroad := good
	abroad.Country = "CA"
	w.gift("05-12 16:00", "long-table", "Juniper Placeholder", 500_00, abroad, "held")
	prepaid := good
	prepaid.Funding = "prepaid"
	w.gift("05-14 08:40", "long-table", "Sorrel Mockingham", 60_00, prepaid, "held")
	w.gift("05-14 09:05", "long-table", "Barnaby Template", 35_00, good, "open")
	w.gift("05-02 09:05", "long-table", "Olive Specimen", 35_00, good, "expired")

	w.check("04-20", "RCHECK1", "Barnaby Template", 5200_00)
	w.check("05-06", "RCHECK2", "Ines Mockup", 150_00)
	w.check("05-12", "RCHECK3", "Bram Stencil", 600_00)
	w.at("04-22 12:00", "seed", func(ctx context.Context, tx *sqlx.Tx) error {
		return compliance.RecordDeposit(ctx, tx, compliance.Deposit{
			Committee: longTable, ID: "BDEPOSIT1", DepositedOn: day("04-22"), HappenedAt: day("04-22").Midnight(), Receipts: []string{"RCHECK1"},
		})
	})
	w.at("04-28 12:00", "seed", func(ctx context.Context, tx *sqlx.Tx) error {
		return compliance.Disburse(ctx, tx, compliance.Disbursement{
			Committee: longTable, ID: "DPRINTER1", Payee: "VPRINTER", Line: "21(b)", Cents: 340_00, PaidOn: day("04-28"),
			HappenedAt: day("04-28").Midnight(), Method: "check 1040", Purpose: "Printing of mailers", Category: "006",
		})
	})
	w.at("05-10 07:00", "seed", func(ctx context.Context, tx *sqlx.Tx) error {
		const insert = `
			insert into events (committee, id, type, api_version, created_at, object, payload, state, reason, attempts)
			values ($1, 'evt_aside', 'charge.updated', '2024-06-20', $2, 'ch_unknown', $3, 'set aside', 'no gift here is charged by ch_unknown', 3)`
		_, err := tx.ExecContext(ctx, insert, longTable, deskNow.Add(-100*time.Hour), []byte(`{"id":"evt_aside","note":"<b>&"}`))
		return err
	})
}

func (w *deskWorld) check(on, id, name string, cents money.Cents) {
	w.t.Helper()
	first, last, _ := strings.Cut(name, " ")
	w.at(on+" 12:00", "seed", func(ctx context.Context, tx *sqlx.Tx) error {
		c := registry.Contributor{
			Entity: "IND", First: first, Last: last, Street: "40 Placeholder Lane", City: "Exampleton", State: "VA", Zip: "22903", Country: "US",
			Employer: "Exampleton Library", Occupation: "Librarian",
		}
		person, err := registry.Identify(ctx, tx, c)
		if err != nil {
			return err
		}
		if err := registry.Lock(ctx, tx, person); err != nil {
			return err
		}
		c.Person = person
		return compliance.Receive(ctx, tx, compliance.Receipt{
			Committee: longTable, ID: id, Contributor: c, Line: "11(a)", Instrument: "check", InstrumentNumber: "77" + id[len(id)-1:], Cents: cents,
			MadeOn: day(on), ReceivedOn: day(on), HappenedAt: day(on).Midnight(),
		})
	})
}

// gift lets a gift come as far as a state, through the verbs that Stripe's events call.
func (w *deskWorld) gift(when, drive, name string, cents money.Cents, card donations.Card, to string) {
	w.t.Helper()
	w.gifts++
	id := donations.GiftID("GDESK" + strings.Repeat("A", 9) + string(rune('A'+w.gifts)) + "A")
	given, family, _ := strings.Cut(name, " ")
	p := donations.Pledge{
		Drive: drive, Token: id, Cents: cents, GivenName: given, FamilyName: family, Street: "40 Placeholder Lane", City: "Exampleton",
		Region: "VA", Zip: "22903", Country: "US", Email: strings.ToLower(given) + "@example.org", Language: "en",
		Employer: "Exampleton Library", Occupation: "Librarian",
	}
	if given == "Haneul" {
		p.NameOwn = "박하늘"
	}
	for _, a := range rules.Federal().Attested(day("05-14")) {
		p.Attested = append(p.Attested, donations.Attestation{TextID: a.ID, Version: "1", Language: "en", Text: "I affirm " + a.ID + "."})
	}
	charge := fmt.Sprintf("ch_desk%d", w.gifts)
	intent := fmt.Sprintf("pi_desk%d", w.gifts)
	step := func(after time.Duration, actor string, f func(ctx context.Context, tx *sqlx.Tx, now time.Time) error) {
		w.t.Helper()
		begin := w.at(when, actor, func(context.Context, *sqlx.Tx) error { return nil })
		zone, _ := time.LoadLocation("America/New_York")
		moment := begin.Add(after)
		w.at(moment.In(zone).Format("01-02 15:04"), actor, func(ctx context.Context, tx *sqlx.Tx) error { return f(ctx, tx, moment) })
	}
	step(0, "donor", func(ctx context.Context, tx *sqlx.Tx, now time.Time) error {
		d, err := donations.FindDrive(ctx, tx, drive)
		if err != nil {
			return err
		}
		_, err = donations.Take(ctx, tx, d, id, p, now, "http://127.0.0.1")
		return err
	})
	step(time.Minute, "stripe", func(ctx context.Context, tx *sqlx.Tx, now time.Time) error {
		s := donations.Session{ID: fmt.Sprintf("cs_desk%d", w.gifts), URL: "http://127.0.0.1/card", ExpiresAt: now.Add(time.Hour), Status: "open"}
		if to == "expired" {
			s.Status = "expired"
		}
		return donations.LearnSession(ctx, tx, now, longTable, id, s)
	})
	if to == "open" || to == "expired" {
		return
	}
	step(2*time.Minute, "stripe", func(ctx context.Context, tx *sqlx.Tx, now time.Time) error {
		return donations.Learn(ctx, tx, now, longTable, id, donations.Payment{
			Intent: intent, Capturable: true, Charge: charge, ChargedAt: now, Cents: cents, CaptureBefore: now.Add(7 * 24 * time.Hour), Card: card,
		})
	})
	if to == "held" {
		return
	}
	step(3*time.Minute, "stripe", func(ctx context.Context, tx *sqlx.Tx, now time.Time) error {
		return donations.Learn(ctx, tx, now, longTable, id, donations.Payment{Intent: intent, Captured: true})
	})
}

// giftOf finds the gift of a person.
func (w *deskWorld) giftOf(given string) string {
	w.t.Helper()
	var id string
	if err := w.db.GetContext(w.t.Context(), &id, `select id from gifts where given_name = $1`, given); err != nil {
		w.t.Fatalf("find the gift of %s: %v", given, err)
	}
	return id
}

func (w *deskWorld) count(query string, args ...any) int {
	w.t.Helper()
	var n int
	if err := w.db.GetContext(w.t.Context(), &n, query, args...); err != nil {
		w.t.Fatalf("%s: %v", query, err)
	}
	return n
}

// caller is one person's browser at the desk.
type caller struct {
	w      *deskWorld
	client *http.Client
}

func (w *deskWorld) stranger() *caller {
	jar, _ := cookiejar.New(nil)
	return &caller{w: w, client: &http.Client{Jar: jar}}
}

// invited is a browser that signed in by a link.
func (w *deskWorld) invited(email, name string, committee registry.CommitteeID, role staff.Role) *caller {
	w.t.Helper()
	token, err := staff.Invite(w.t.Context(), w.db, "operator", email, name, committee, role)
	if err != nil {
		w.t.Fatal(err)
	}
	b := w.stranger()
	if a := b.post("/desk/login/"+token, nil); a.status != http.StatusOK {
		w.t.Fatalf("sign in by link: %d, want 200 after redirects", a.status)
	}
	return b
}

func (w *deskWorld) treasurer() *caller {
	return w.invited("hazel@example.org", "Hazel Quince", longTable, staff.Treasurer)
}

// answer is what a browser sees after redirects.
type answer struct {
	status int
	path   string
	body   string
	header http.Header
}

func (b *caller) get(path string) answer {
	b.w.t.Helper()
	res, err := b.client.Get(b.w.site.URL + path)
	return b.read(res, err)
}

func (b *caller) post(path string, fields url.Values) answer {
	b.w.t.Helper()
	res, err := b.client.PostForm(b.w.site.URL+path, fields)
	return b.read(res, err)
}

func (b *caller) read(res *http.Response, err error) answer {
	b.w.t.Helper()
	if err != nil {
		b.w.t.Fatal(err)
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		b.w.t.Fatal(err)
	}
	return answer{res.StatusCode, res.Request.URL.Path, string(body), res.Header}
}

var tags = regexp.MustCompile(`(?s)<style.*?</style>|<[^>]*>`)

// says tells whether the words of a page, its tags taken away, hold a sentence.
func (a answer) says(sentence string) bool {
	words := tags.ReplaceAllString(a.body, " ")
	words = strings.NewReplacer("&#39;", "'", "&amp;", "&", "&#34;", `"`, "&ensp;", " ").Replace(words)
	return strings.Contains(strings.Join(strings.Fields(words), " "), sentence)
}

// hidden gives the value of a hidden field; of several forms, that of the first.
func (a answer) hidden(name string) string {
	m := regexp.MustCompile(`<input type="hidden" name="` + name + `" value="([^"]*)"`).FindStringSubmatch(a.body)
	if m == nil {
		return ""
	}
	return m[1]
}
