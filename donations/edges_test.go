package donations_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/jmoiron/sqlx"

	"dure/compliance"
	"dure/dev/house"
	"dure/dev/stripesim"
	"dure/donations"
	"dure/money"
	"dure/pg"
	"dure/registry"
	"dure/webhooks"
)

// delivered lets Stripe deliver and the events be applied, while no owed call is made.
func delivered(t *testing.T, h *house.House) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	for range 3 {
		if err := h.Sim.Settle(ctx); err != nil {
			t.Fatal(err)
		}
		if _, err := webhooks.Sweep(ctx, h.DB, h.Sim.Now()); err != nil {
			t.Fatal(err)
		}
	}
}

// check enters a check at the desk.
func check(t *testing.T, h *house.House, who registry.Contributor, cents money.Cents) {
	t.Helper()
	err := pg.InTx(t.Context(), h.DB, "test", []string{string(house.Committee)}, func(tx *sqlx.Tx) error {
		var err error
		if who.Person, err = registry.Identify(t.Context(), tx, who); err != nil {
			return err
		}
		if err := registry.Lock(t.Context(), tx, who.Person); err != nil {
			return err
		}
		return compliance.Receive(t.Context(), tx, compliance.Receipt{
			Committee: house.Committee, ID: pg.NewID('R'), Contributor: who, Line: "11(a)", Instrument: "check", InstrumentNumber: "101",
			Cents: cents, MadeOn: h.Today(), ReceivedOn: h.Today(), HappenedAt: h.Sim.Now(),
		})
	})
	if err != nil {
		t.Fatal(err)
	}
}

func ada() registry.Contributor {
	return registry.Contributor{
		Entity: "IND", First: "Ada", Last: "Quillfeather", Street: "3 Thimble Ln", City: "Brooklyn", State: "NY", Zip: "11215", Country: "US",
	}
}

func TestFormOfTheOldYearCountsInTheNew(t *testing.T) {
	t.Parallel()
	h := house.New(t)
	zone, _ := time.LoadLocation("America/New_York")
	h.Advance(time.Date(h.Today().Year(), 12, 31, 23, 50, 0, 0, zone).Sub(h.Sim.Now()))
	first := h.MustGive(h.Pledge(house.ToCommittee, 500000))
	h.Advance(15 * time.Minute)
	h.Pay(first, house.Good)
	delivered(t, h) // authorised on 1 January; its capture is on its way
	if s := h.Gift(first.ID).State; s != donations.CaptureOwed {
		t.Fatalf("the first gift is %s", s)
	}
	var no *compliance.Refusal
	if _, err := h.Give(h.Pledge(house.ToCommittee, 500000)); !errors.As(err, &no) {
		t.Errorf("another $5,000 on 1 January, while the first is on its way: %v, want a refusal", err)
	}
	h.Quiet()
	proved(t, h)
}

func TestTwoFormsOfTheOldYearShareTheNewYearsRoom(t *testing.T) {
	t.Parallel()
	h := house.New(t)
	zone, _ := time.LoadLocation("America/New_York")
	h.Advance(time.Date(h.Today().Year(), 12, 31, 23, 50, 0, 0, zone).Sub(h.Sim.Now()))
	old := h.MustGive(h.Pledge(house.ToCommittee, 500000))
	h.Advance(15 * time.Minute)
	fresh := h.MustGive(h.Pledge(house.ToCommittee, 500000)) // the old form still counts in its own year
	h.Pay(old, house.Good)
	h.Pay(fresh, house.Good)
	h.Quiet()
	states := []donations.State{h.Gift(old.ID).State, h.Gift(fresh.ID).State}
	if !slices.Contains(states, donations.Held) || h.Count(`select coalesce(sum(cents), 0)::bigint from receipts`) > 500000 {
		t.Errorf("two gifts of $5,000 authorised on 1 January are %v", states)
	}
	proved(t, h)
}

func TestDeskCanNotCapturePastTheLimit(t *testing.T) {
	t.Parallel()
	h := house.New(t)
	g := h.MustGive(h.Pledge(house.ToCommittee, 500000))
	h.Pay(g, "4000001240000000")
	h.Quiet()
	check(t, h, ada(), 500000)
	err := donations.Decide(t.Context(), h.DB, h.Sim.Now(), "Rowan Whitfield", house.Committee, g.ID, true, "Passport seen")
	var no *compliance.Refusal
	if !errors.As(err, &no) || !strings.Contains(no.Findings[0].Text, "pass the limit") {
		t.Errorf("capturing $5,000 after a check of $5,000: %v, want a refusal that says so", err)
	}
	if err := donations.Decide(t.Context(), h.DB, h.Sim.Now(), "Rowan Whitfield", house.Committee, g.ID, false, "No room"); err != nil {
		t.Errorf("releasing it: %v", err)
	}
	h.Quiet()
	if s := h.Gift(g.ID).State; s != donations.Released {
		t.Errorf("the gift is %s", s)
	}
	proved(t, h)
}

func TestCheckOverTheLimitOpensACaseWithItsClock(t *testing.T) {
	t.Parallel()
	h := house.New(t)
	h.Pay(h.MustGive(h.Pledge(house.ToAffiliate, 400000)), house.Good)
	h.Quiet()
	check(t, h, ada(), 100000)
	if cases, err := compliance.Cases(t.Context(), h.DB, house.Committee, h.Today()); err != nil || len(cases) != 0 {
		t.Fatalf("$5,000 to two affiliates opens %v, %v, want no case", cases, err)
	}
	check(t, h, ada(), 30000)
	cases, err := compliance.Cases(t.Context(), h.DB, house.Committee, h.Today())
	if err != nil || len(cases) != 1 {
		t.Fatalf("$5,300 opens %v, %v, want one case", cases, err)
	}
	c := cases[0]
	if c.Excess != 30000 || c.Limit != 500000 || c.DueOn != h.Today().Add(60) || c.Due.DaysLeft != 60 || c.Giver != "Ada Quillfeather" {
		t.Errorf("the case: %+v, want an excess of $300 due in 60 days", c)
	}
	proved(t, h)
}

func TestCallOfAProgramWithoutKeysIsMadeLater(t *testing.T) {
	t.Parallel()
	h := house.New(t)
	g := h.MustGive(h.Pledge(house.ToCommittee, 5000))
	h.Pay(g, house.Good)
	delivered(t, h)
	bare, err := donations.NewAccounts(h.DB, donations.Keys{})
	if err != nil {
		t.Fatal(err)
	}
	for range 3 {
		if _, err := bare.Sweep(t.Context(), h.Sim.Now(), 16); err != nil {
			t.Fatal(err)
		}
	}
	h.Advance(10 * time.Minute)
	h.Quiet()
	if s := h.Gift(g.ID).State; s != donations.Settled {
		t.Errorf("after the keys are back the gift is %s, want settled", s)
	}
	proved(t, h)
}

func TestStepThatWasGivenUpIsOwedAnew(t *testing.T) {
	t.Parallel()
	h := house.New(t)
	g := h.MustGive(h.Pledge(house.ToCommittee, 5000))
	h.Pay(g, house.Good)
	delivered(t, h)
	err := pg.InTx(t.Context(), h.DB, "test", nil, func(tx *sqlx.Tx) error {
		_, err := tx.Exec(`update owed_calls set state = 'given up', done_at = now() - interval '1 hour' where state = 'owed' and verb in ('capture', 'read')`)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	h.Advance(5 * time.Minute)
	if n, err := donations.AskAboutStuck(t.Context(), h.DB, h.Sim.Now()); err != nil || n != 1 {
		t.Fatalf("AskAboutStuck = %d, %v, want the one gift", n, err)
	}
	h.Quiet()
	h.Advance(2 * time.Minute)
	h.Quiet()
	if s := h.Gift(g.ID).State; s != donations.Settled {
		t.Errorf("the gift is %s, want settled", s)
	}
	proved(t, h)
}

func TestAnswerThatContradictsItsGiftIsPutOffAndGivenUp(t *testing.T) {
	t.Parallel()
	h := house.New(t)
	g := h.MustGive(h.Pledge(house.ToCommittee, 7000))
	exec(t, h, `update gifts set payment_intent = null, session = null where id = $1`, g.ID)
	hearsNothing(t, h)
	charge := strangers(t, h, 7001, false, "dure_gift", string(g.ID))
	var paid struct {
		Intent string `json:"payment_intent"`
	}
	body, err := h.Accounts.Get(t.Context(), house.Committee, "/v1/charges/"+charge, "")
	if err == nil {
		err = json.Unmarshal(body, &paid)
	}
	if err != nil {
		t.Fatal(err)
	}
	within(t, h, func(tx *sqlx.Tx) error { // as its payment_intent.amount_capturable_updated tells, when no event of the charge comes
		return donations.Learn(t.Context(), tx, h.Sim.Now(), house.Committee, g.ID, donations.Payment{Intent: paid.Intent, Capturable: true})
	})
	h.Advance(20 * time.Second)
	asked := func() donations.Owed {
		h.Quiet() // is no error of the sweep
		calls, err := donations.OwedOf(t.Context(), h.DB, house.Committee, g.ID)
		if err != nil || len(calls) == 0 || calls[len(calls)-1].Verb != "read" {
			t.Fatalf("the calls of the gift are %+v, %v, want a read as the last", calls, err)
		}
		return calls[len(calls)-1]
	}
	const why = "is of $70.01, gift"
	if c := asked(); c.State != "owed" || c.Attempts != 1 || !strings.Contains(c.LastError, why) || !c.DueAt.After(h.Sim.Now()) {
		t.Errorf("an answer of another sum leaves %+v, want it owed, later, with the two sums", c)
	}
	h.Advance(time.Minute)
	if c := asked(); c.State != "owed" || c.Attempts != 2 {
		t.Errorf("a minute later it is %s after %d tries, want owed after 2", c.State, c.Attempts)
	}
	exec(t, h, `update owed_calls set attempts = 149 where state = 'owed' and verb = 'read'`)
	h.Advance(time.Hour)
	if c := asked(); c.State != "given up" || !strings.Contains(c.LastError, why) {
		t.Errorf("after a day of tries it is %s with %q, want it given up with the two sums", c.State, c.LastError)
	}
	if s := h.Gift(g.ID).State; s == donations.Settled {
		t.Error("the gift is settled by a charge of another sum")
	}
}

func TestFeeOfWhichNothingWasHeardIsAskedFor(t *testing.T) {
	t.Parallel()
	h := house.New(t)
	g := h.MustGive(h.Pledge(house.ToCommittee, 5000))
	h.Pay(g, house.Good)
	delivered(t, h)
	if err := h.Sim.SetFaults(stripesim.Faults{Drop: 1}); err != nil {
		t.Fatal(err)
	}
	h.Quiet()
	h.Advance(5 * time.Minute)
	if n, err := donations.AskForFees(t.Context(), h.DB, h.Sim.Now()); err != nil || n > 1 {
		t.Fatalf("AskForFees = %d, %v", n, err)
	}
	h.Quiet()
	if fees := h.Count(`select count(*) from processor_fees where charge = $1`, h.Gift(g.ID).Charge); fees != 1 {
		t.Errorf("%d fees are booked of a gift that is %s, want one", fees, h.Gift(g.ID).State)
	}
	proved(t, h)
}

func TestFormThatNobodyPaidJoinsNobody(t *testing.T) {
	t.Parallel()
	h := house.New(t)
	min := func(email, street, zip string) func(p *donations.Pledge) {
		return func(p *donations.Pledge) {
			p.GivenName, p.FamilyName, p.Email, p.Street, p.Zip = "Min", "Kim", email, street, zip
		}
	}
	one := h.MustGive(h.Pledge(house.ToCommittee, 300000, min("min1@example.org", "1 First St", "11354")))
	two := h.MustGive(h.Pledge(house.ToCommittee, 150000, min("min2@example.org", "9 Ninth St", "94110")))
	h.Pay(one, house.Good)
	h.Pay(two, house.Good)
	h.Quiet()
	both := min("min1@example.org", "9 Ninth St", "94110")
	if _, err := h.Give(h.Pledge(house.ToAffiliate, 60000, both)); err == nil {
		t.Error("a form with the evidence of both is taken, though both together have $500 left")
	}
	unpaid := h.MustGive(h.Pledge(house.ToAffiliate, 100, both))
	h.Advance(time.Hour)
	h.Quiet()
	if s := h.Gift(unpaid.ID).State; s != donations.Expired {
		t.Fatalf("the unpaid gift is %s", s)
	}
	if n := h.Count(`select count(*) from person_joins`); n != 0 {
		t.Errorf("a form that nobody paid joined %d persons", n)
	}
	if n := h.Count(`select count(*) from person_evidence`); n != 4 {
		t.Errorf("%d pieces of evidence are kept, want the two of each giver", n)
	}
	h.Pay(h.MustGive(h.Pledge(house.ToAffiliate, 100, both)), house.Good)
	h.Quiet()
	if n := h.Count(`select count(*) from person_joins`); n != 1 {
		t.Errorf("a paid form with the evidence of both made %d joins, want one", n)
	}
	proved(t, h)
}

func TestStrangerLearnsNoSums(t *testing.T) {
	t.Parallel()
	h := house.New(t)
	h.Pay(h.MustGive(h.Pledge(house.ToCommittee, 123400)), house.Good)
	h.Quiet()
	_, err := h.Give(h.Pledge(house.ToCommittee, 500000, func(p *donations.Pledge) { p.Email = "stranger@example.net" }))
	var no *compliance.Refusal
	if !errors.As(err, &no) || !no.Findings[0].Private || no.Findings[0].Room != 0 || no.Findings[0].Known != 0 {
		t.Errorf("a stranger with name and address alone is told %+v, want no sums", err)
	}
	if _, err = h.Give(h.Pledge(house.ToCommittee, 500000)); !errors.As(err, &no) || no.Findings[0].Private || no.Findings[0].Known != 123400 {
		t.Errorf("the giver, with their email, is told %+v, want the room", err)
	}

	// A small gift of the stranger's own under that name and address makes them no less a stranger, neither while it waits for its
	// card nor when it came.
	stranger := func(cents money.Cents) donations.Pledge {
		return h.Pledge(house.ToCommittee, cents, func(p *donations.Pledge) { p.Email = "stranger@example.net" })
	}
	small := h.MustGive(stranger(100))
	tells := func(when string) {
		t.Helper()
		if _, err := h.Give(stranger(500000)); !errors.As(err, &no) || !no.Findings[0].Private || no.Findings[0].Known != 0 {
			t.Errorf("%s a stranger is told %+v, want no sums", when, err)
		}
	}
	tells("with a page open")
	h.Pay(small, house.Good)
	h.Quiet()
	tells("with a gift of their own")
	for _, c := range []struct {
		gift donations.Gift
		may  bool
	}{{small, false}, {h.MustGive(h.Pledge(house.ToCommittee, 100, house.By("Bram"))), true}} {
		if may, err := donations.TellsSums(t.Context(), h.DB, h.Gift(c.gift.ID)); err != nil || may != c.may {
			t.Errorf("the page of %s's gift may tell sums: %v, %v", c.gift.Email, may, err)
		}
	}
}

func TestDeclinedGiverMayChangeTheSum(t *testing.T) {
	t.Parallel()
	h := house.New(t)
	form := h.Pledge(house.ToCommittee, 500000)
	g := h.MustGive(form)
	h.Pay(g, "4000000000000002")
	h.Quiet()
	form.Cents = 400000
	changed, err := h.Give(form)
	if err != nil || changed.State != donations.Open {
		t.Errorf("after a decline a smaller sum is %s, %v, want another card page", changed.State, err)
	}
	var ids []string
	if err := h.DB.Select(&ids, `select id from events`); err != nil {
		t.Fatal(err)
	}
	if _, err := webhooks.Replay(t.Context(), h.DB, "test", house.Committee, ids, h.Sim.Now()); err != nil {
		t.Fatal(err)
	}
	h.Quiet()
	if again := h.Gift(g.ID); len(again.Declined) != 1 || again.State != donations.Expired {
		t.Errorf("the first gift after a replay: %d declines, %s, want one and expired", len(again.Declined), again.State)
	}
}

func TestPartOfAGiftIsBookedAsWhatCame(t *testing.T) {
	t.Parallel()
	h := house.New(t)
	g := h.MustGive(h.Pledge(house.ToCommittee, 5000))
	h.Pay(g, "4000001240000000")
	h.Quiet()
	held := h.Gift(g.ID)
	body := fmt.Sprintf(`{"id":"evt_part","object":"event","type":"charge.captured","api_version":"2024-06-20","created":1790000000,"data":{"object":{
		"id":%q,"object":"charge","paid":true,"captured":true,"amount":5000,"amount_captured":2000,"amount_refunded":3000,"created":%d,
		"payment_intent":%q,"metadata":{"dure_gift":%q}}}}`, held.Charge, held.ChargedAt.Time.Unix(), held.PaymentIntent, g.ID)
	if status, err := h.Post(house.Committee, body, house.Sign(body, h.Sim.Now())); err != nil || status != 200 {
		t.Fatal(status, err)
	}
	h.Quiet()
	if got := h.Count(`select sum(cents)::bigint from receipts`); got != 2000 {
		t.Errorf("of $50.00 $20.00 were captured; the receipt says %v", money.Cents(got))
	}
	proved(t, h)
}

func TestAuditHoldsNoSecrets(t *testing.T) {
	t.Parallel()
	h := house.New(t)
	g := h.MustGive(h.Pledge(house.ToCommittee, 5000))
	if n := h.Count(`select count(*) from audit where new::text like '%' || $1 || '%' or new::text like '%cs_test%/%'`, g.ThanksKey); n > 0 {
		t.Errorf("%d rows of the audit hold the way to the giver's receipt or card page", n)
	}
}
