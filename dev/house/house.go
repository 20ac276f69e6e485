// Package house is a whole installation for tests, without its pages: a database of its own, the Stripe simulator, the
// door for Stripe's events on a loopback address, two affiliated committees, a candidate with an election ahead, and a
// drive to each. Nothing runs by itself: Quiet does what dure serve would do until there is nothing left to do.
package house

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/go-chi/chi/v5"
	"github.com/jmoiron/sqlx"

	"dure/civil"
	"dure/compliance/rules"
	"dure/dev/pgtest"
	"dure/dev/stripesim"
	"dure/donations"
	"dure/money"
	"dure/pg"
	"dure/registry"
	"dure/webhooks"
)

// What stands in every house.
const (
	Committee = registry.CommitteeID("lantern-street")
	Affiliate = registry.CommitteeID("harbor-lights")
	Candidate = registry.CandidateID("H6NY27991")
	Election  = registry.ElectionID("ny27-primary")

	ToCommittee = "porch-lights"  // drives
	ToAffiliate = "harbor-fund"   //
	ToCandidate = "hale-primary"  // earmarked through Committee
	ViaOther    = "hale-through"  // earmarked for the same candidate through Affiliate
	Past        = "hale-last-one" // for an election that is over

	secretKey          = "sk_test_lanternstreet"
	webhookSecret      = "whsec_lanternstreet"
	otherSecretKey     = "sk_test_harborlights"
	otherWebhookSecret = "whsec_harborlights"
	sealingKey         = "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff"
	publicURL          = "http://dure.example.org"
)

// House is the installation.
type House struct {
	DB       *sqlx.DB // as the role that serves
	Owner    *sqlx.DB // as the owner of the schema
	Sim      *stripesim.Sim
	SimURL   string
	Accounts *donations.Accounts
	Hooks    string // address of the door for Stripe's events, without the committee

	t testing.TB
}

// New builds a house. It is taken down when the test ends.
func New(t testing.TB) *House {
	t.Helper()
	return NewSlow(t, time.Millisecond)
}

// NewSlow builds a house at whose Stripe a capture comes into the balance after a while.
func NewSlow(t testing.TB, settleAfter time.Duration) *House {
	t.Helper()
	db := pgtest.New(t)
	return On(t, Grounds{
		DB: db, Owner: pgtest.Admin(t, db), SettleAfter: settleAfter,
		Backoff: []time.Duration{10 * time.Millisecond, 50 * time.Millisecond, 200 * time.Millisecond},
	})
}

// Grounds are what a house is built on.
type Grounds struct {
	DB, Owner   *sqlx.DB // a migrated and empty database, as the role that serves and as the owner of the schema
	SettleAfter time.Duration
	Backoff     []time.Duration // between Stripe's tries to deliver an event
	Doorless    bool            // Stripe's events go where the test says, and nowhere else
}

// On builds a house on given grounds.
func On(t testing.TB, on Grounds) *House {
	t.Helper()
	h := &House{t: t, DB: on.DB, Owner: on.Owner}
	sim, err := stripesim.New(stripesim.Options{
		Seed: 1, SettleAfter: on.SettleAfter, Backoff: on.Backoff,
		OnAdvance: func(offset time.Duration) error {
			_, err := h.Owner.Exec(`update clock set offset_us = $1`, offset.Microseconds())
			return err
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	h.Sim = sim
	api := httptest.NewServer(sim.Handler())
	h.SimURL = api.URL
	h.Accounts, err = donations.NewAccounts(h.DB, donations.Keys{
		SecretKey: secretKey, WebhookSecret: webhookSecret, APIBase: api.URL, SecretsKey: sealingKey,
	})
	if err != nil {
		t.Fatal(err)
	}
	door := &webhooks.Door{DB: h.DB, Accounts: h.Accounts, Now: sim.Now, Log: slog.New(slog.DiscardHandler)}
	r := chi.NewRouter()
	r.Post("/webhooks/stripe", door.ServeHTTP)
	r.Post("/webhooks/stripe/{committee}", door.ServeHTTP)
	hooks := httptest.NewServer(r)
	h.Hooks = hooks.URL + "/webhooks/stripe"
	t.Cleanup(func() {
		sim.Close()
		api.Close()
		hooks.Close()
	})
	h.furnish()
	if on.Doorless {
		return h
	}
	sim.AddEndpoint(secretKey, h.Hooks+"/"+string(Committee), webhookSecret)
	sim.AddEndpoint(otherSecretKey, h.Hooks+"/"+string(Affiliate), otherWebhookSecret)
	return h
}

// Today is the day in New York by the shared clock.
func (h *House) Today() civil.Day {
	zone, _ := time.LoadLocation("America/New_York")
	return civil.In(h.Sim.Now(), zone)
}

func (h *House) furnish() {
	today := h.Today()
	ahead := civil.Of(today.Year()+2-today.Year()%2, time.June, 2)
	within := func(what string, f func(tx *sqlx.Tx) error) {
		h.t.Helper()
		if err := pg.InTx(h.t.Context(), h.Owner, "house", []string{string(Committee), string(Affiliate)}, f); err != nil {
			h.t.Fatalf("%s: %v", what, err)
		}
	}
	ctx := h.t.Context()
	committee := registry.Committee{
		ID: Committee, FECID: "C00999101", Name: "LANTERN STREET PAC", Kind: "nonconnected", Filer: "monthly", Zone: "America/New_York",
		Street: "14 Lantern St", Street2: "Fl 2", City: "New York", State: "NY", Zip: "10002",
		TreasurerLast: "Whitfield", TreasurerFirst: "Rowan", Web: "https://lanternstreet.example.org", Email: "help@lanternstreet.example.org",
	}
	within("add a committee", func(tx *sqlx.Tx) error { return registry.AddCommittee(ctx, tx, committee) })
	other := committee
	other.ID, other.FECID, other.Name, other.Filer = Affiliate, "C00999105", "HARBOR LIGHTS PAC", "quarterly"
	within("add the rest", func(tx *sqlx.Tx) error {
		candidate := registry.Candidate{
			ID: Candidate, Last: "Hale", First: "Juniper", Office: "H", State: "NY", District: "27",
			CommitteeFECID: "C00999102", CommitteeName: "HALE FOR CONGRESS", Street: "200 Garland St", City: "Saratoga", CommitteeState: "NY", Zip: "12866",
		}
		past := civil.Of(today.Year()-2, time.June, 2)
		drive := func(committee registry.CommitteeID, slug, title string, election registry.ElectionID) donations.Drive {
			d := donations.Drive{Committee: committee, Slug: slug, Title: title, Amounts: []int64{1000, 2500, 5000}, OpensOn: today.Add(-1000)}
			if election != "" {
				d.Candidate, d.Election = Candidate, election
			}
			return d
		}
		for _, err := range []error{
			registry.AddCommittee(ctx, tx, other),
			registry.Affiliate(ctx, tx, "lights", "founded by the same people", Committee, civil.Of(today.Year()-3, 1, 1)),
			registry.Affiliate(ctx, tx, "lights", "founded by the same people", Affiliate, civil.Of(today.Year()-3, 1, 1)),
			registry.AddCandidate(ctx, tx, candidate),
			registry.AddElection(ctx, tx, registry.Election{ID: Election, Office: "H", State: "NY", District: "27", Kind: "P", Year: ahead.Year(), HeldOn: ahead}),
			registry.AddElection(ctx, tx, registry.Election{ID: "ny27-past", Office: "H", State: "NY", District: "27", Kind: "P", Year: past.Year(), HeldOn: past}),
			donations.AddDrive(ctx, tx, drive(Committee, ToCommittee, "Every porch light", "")),
			donations.AddDrive(ctx, tx, drive(Affiliate, ToAffiliate, "The harbor fund", "")),
			donations.AddDrive(ctx, tx, drive(Committee, ToCandidate, "Juniper Hale in the primary", Election)),
			donations.AddDrive(ctx, tx, drive(Affiliate, ViaOther, "Juniper Hale, from the harbor", Election)),
			donations.AddDrive(ctx, tx, drive(Committee, Past, "Juniper Hale, two years ago", "ny27-past")),
			h.Accounts.Keep(ctx, tx, Affiliate, otherSecretKey, otherWebhookSecret),
		} {
			if err != nil {
				return err
			}
		}
		for _, c := range []registry.CommitteeID{Committee, Affiliate} {
			_, err := registry.AddPayee(ctx, tx, c, registry.Payee{
				ID: registry.Processor, Entity: "ORG", Name: "EXAMPLE PAYMENTS INC", Street: "1 Example Plaza", City: "Springfield", State: "IL", Zip: "62701",
			})
			if err != nil {
				return err
			}
		}
		return nil
	})
}

// Pledge is a form of one donor, well filled; change it as the test wants.
func (h *House) Pledge(drive string, cents money.Cents, change ...func(p *donations.Pledge)) donations.Pledge {
	p := donations.Pledge{
		Drive: drive, Token: donations.NewGiftID(), Cents: cents,
		GivenName: "Ada", FamilyName: "Quillfeather", Street: "3 Thimble Ln", City: "Brooklyn", Region: "NY", Zip: "11215", Country: "US",
		Email: "ada@example.org", Employer: "Quillfeather Bindery", Occupation: "Bookbinder", Language: "en",
	}
	for _, a := range rules.Federal().Attested(h.Today()) {
		p.Attested = append(p.Attested, donations.Attestation{TextID: a.ID, Version: "1", Language: "en", Text: "I affirm " + a.ID})
	}
	for _, c := range change {
		c(&p)
	}
	return p
}

// By makes a form another person's.
func By(name string) func(p *donations.Pledge) {
	return func(p *donations.Pledge) {
		p.GivenName, p.Email, p.Street = name, strings.ToLower(name)+"@example.org", "1 "+name+" St"
	}
}

// Give sends a form.
func (h *House) Give(p donations.Pledge) (donations.Gift, error) {
	return h.Accounts.Give(context.Background(), h.Sim.Now(), publicURL, p)
}

// MustGive sends a form that is taken.
func (h *House) MustGive(p donations.Pledge) donations.Gift {
	h.t.Helper()
	g, err := h.Give(p)
	if err != nil {
		h.t.Fatalf("Give(%s, %v) = %v", p.Drive, p.Cents, err)
	}
	return g
}

// Good is a card that everything passes.
const Good = "4242424242424242"

// Pay fills in the card page of a gift.
func (h *House) Pay(g donations.Gift, card string) stripesim.Outcome {
	h.t.Helper()
	out, err := h.Sim.Pay(g.Session, stripesim.TestCard(card).Of(g.Name()))
	if err != nil {
		h.t.Fatalf("pay gift %s: %v", g.ID, err)
	}
	return out
}

// Quiet lets the simulator deliver, applies its events and makes the owed calls that are due, until nothing moves.
func (h *House) Quiet() {
	h.t.Helper()
	deadline := time.Now().Add(60 * time.Second)
	for still := 0; still < 3; {
		ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
		err := h.Sim.Settle(ctx)
		cancel()
		events, err1 := webhooks.Sweep(context.Background(), h.DB, h.Sim.Now())
		calls, err2 := h.Accounts.Sweep(context.Background(), h.Sim.Now(), 32)
		if err := errors.Join(err, err1, err2); err != nil {
			h.t.Fatalf("sweep: %v", err)
		}
		if still++; events+calls > 0 {
			still = 0
		}
		if time.Now().After(deadline) {
			h.t.Fatal("the house does not come to rest within a minute")
		}
	}
}

// Advance moves the one clock.
func (h *House) Advance(by time.Duration) {
	h.t.Helper()
	if _, err := h.Sim.Advance(by); err != nil {
		h.t.Fatal(err)
	}
}

// Gift reads a gift again.
func (h *House) Gift(id donations.GiftID) donations.Gift {
	h.t.Helper()
	g, err := donations.Find(h.t.Context(), h.DB, id)
	if err != nil {
		h.t.Fatal(err)
	}
	return g
}

// Count gives what a query counts.
func (h *House) Count(query string, args ...any) int {
	h.t.Helper()
	var n int
	if err := h.DB.Get(&n, query, args...); err != nil {
		h.t.Fatalf("%s: %v", query, err)
	}
	return n
}

// Post sends a body to the door for Stripe's events with a signature header, and gives the answer's status.
func (h *House) Post(committee registry.CommitteeID, body, signature string) (int, error) {
	req, err := http.NewRequest(http.MethodPost, h.Hooks+"/"+string(committee), strings.NewReader(body))
	if err != nil {
		return 0, err
	}
	if signature != "" {
		req.Header.Set("Stripe-Signature", signature)
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return 0, err
	}
	return res.StatusCode, res.Body.Close()
}

// Sign signs a body as the first committee's Stripe would at a moment.
func Sign(body string, at time.Time) string { return stripesim.Sign(webhookSecret, at, []byte(body)) }
