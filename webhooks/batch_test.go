package webhooks_test

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/jmoiron/sqlx"

	"dure/civil"
	"dure/compliance"
	"dure/dev/house"
	"dure/donations"
	"dure/money"
	"dure/pg"
	"dure/registry"
	"dure/webhooks"
)

// stock is gifts whose card pages are paid, and what Stripe tells of them.
type stock struct {
	moment time.Time // of the forms
	gifts  []stocked
	events []string
}

type stocked struct {
	id     donations.GiftID
	drive  string
	cents  money.Cents
	change func(p *donations.Pledge)
	checks []money.Cents // entered at the desk for the same giver once the form was sent
}

func intent(n int) string { return fmt.Sprintf("pi_%d", n) }

// charge is the n-th gift's charge, as an event of it tells.
func (s *stock) charge(n int, captured bool, transaction string) string {
	g := s.gifts[n]
	taken := money.Cents(0)
	if captured {
		taken = g.cents
	}
	if transaction = `"` + transaction + `"`; transaction == `""` {
		transaction = "null"
	}
	return fmt.Sprintf(`{"id":"ch_%d","object":"charge","amount":%d,"amount_captured":%d,"paid":true,"captured":%t,"created":%d,"payment_intent":%q,
		"balance_transaction":%s,"metadata":{"dure_gift":%q},"billing_details":{"name":"Ada"},"payment_method_details":{"type":"card","card":{"brand":"visa",
		"last4":"4242","country":"US","funding":"credit","fingerprint":"f%d","checks":{"cvc_check":"pass","address_line1_check":"pass","address_postal_code_check":"pass"}}}}`,
		n, g.cents, taken, captured, s.moment.Add(time.Duration(n)*time.Second).Unix(), intent(n), transaction, g.id, n)
}

func (s *stock) paymentIntent(n int) string {
	return fmt.Sprintf(`{"id":%q,"object":"payment_intent","status":"succeeded","amount_received":%d,"metadata":{"dure_gift":%q},"latest_charge":"ch_%d"}`,
		intent(n), s.gifts[n].cents, s.gifts[n].id, n)
}

func (s *stock) tell(kind, object string) {
	s.events = append(s.events, event(fmt.Sprintf("evt_%03d", len(s.events)), kind, version, object))
}

// prepare sends the forms of a stock, and enters the checks.
func (s *stock) prepare(t *testing.T, h *house.House) {
	t.Helper()
	for n, g := range s.gifts {
		p := h.Pledge(g.drive, g.cents, g.change)
		err := pg.InTx(t.Context(), h.DB, "test", []string{string(house.Committee)}, func(tx *sqlx.Tx) error {
			drive, err := donations.FindDrive(t.Context(), tx, g.drive)
			if err != nil {
				return err
			}
			taken, err := donations.Take(t.Context(), tx, drive, g.id, p, s.moment, "http://dure.example.org")
			if err != nil {
				return err
			}
			session := donations.Session{ID: fmt.Sprintf("cs_%d", n), URL: "http://stripe.example.org", Status: "open", PaymentIntent: intent(n)}
			if err := donations.LearnSession(t.Context(), tx, s.moment, house.Committee, g.id, session); err != nil {
				return err
			}
			for i, cents := range g.checks {
				giver := registry.Contributor{Entity: "IND", First: p.GivenName, Last: p.FamilyName, Street: p.Street, City: p.City, State: p.Region, Zip: p.Zip, Email: p.Email, Person: taken.Person}
				if giver.Person, err = registry.Identify(t.Context(), tx, giver); err != nil {
					return err
				}
				if err := registry.Lock(t.Context(), tx, giver.Person); err != nil {
					return err
				}
				day := civil.In(s.moment, time.UTC)
				err := compliance.Receive(t.Context(), tx, compliance.Receipt{
					Committee: house.Committee, ID: fmt.Sprintf("R%d-%d-CHECK", n, i), Contributor: giver, Line: "11(a)", Instrument: "check", InstrumentNumber: "7",
					Cents: cents, MadeOn: day, ReceivedOn: day, HappenedAt: s.moment,
				})
				if err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			t.Fatalf("prepare gift %d: %v", n, err)
		}
	}
}

// tables are what settling writes, without what chance or the clock alone decides. A person is called by the first gift that
// was made for that row.
const tables = `
	with who as (select person, min(gift) as name from reservations group by person)
	select line from (
		select concat_ws(' ', 'receipt', r.id, w.name, line, cents, made_on, received_on, happened_at, gift, candidate, election, actor) as line
		from receipts r left join who w on w.person = r.person
		union all
		select concat_ws(' ', 'entry', case when e.source not like 'refund:%' then e.source || ' ' || encode(e.digest, 'hex') end, e.posted_on, e.text, e.actor, l.n, l.account, l.cents, l.feeds)
		from ledger_entries e join ledger_lines l on l.committee = e.committee and l.entry = e.id
		union all
		select concat_ws(' ', 'gift', g.id, w.name, state, session, payment_intent, capturable, charge, charged_at, capture_before, card, declined, last_decline, held_for, release_by, settled_at, ended_at)
		from gifts g left join who w on w.person = g.person
		union all
		select concat_ws(' ', 'reservation', v.gift, w.name, cents, made_on, ended_by, ended_at) from reservations v left join who w on w.person = v.person
		union all
		select concat_ws(' ', 'version', w.name, row_number() over (partition by v.person order by v.recorded_at, v.id), v.first_name, v.last_name, v.street, v.zip, v.email, v.employer)
		from contributor_versions v left join who w on w.person = v.person
		union all
		select concat_ws(' ', 'evidence', encode(digest, 'hex'), w.name, kind) from person_evidence e left join who w on w.person = e.person
		union all
		select concat_ws(' ', 'one giver', w.name, o.name) from person_joins j left join who w on w.person = j.person left join who o on o.person = j.same_as
		union all
		select concat_ws(' ', 'case', c.kind, c.receipt, w.name, c.rule, c.limit_cents, c.excess_cents, c.received_on, c.due_on, c.state)
		from cases c left join who w on w.person = c.person
		union all
		select concat_ws(' ', 'call', gift, verb, method, path, idempotency_key, state, due_at) from owed_calls
		union all
		select concat_ws(' ', 'refund', receipt, cents, refunded_on, stripe_refund) from refunds
		union all
		select concat_ws(' ', 'event', id, state, reason, attempts, applied_at, case when state = 'waiting' then next_at end) from events) all_of_it
	order by line`

// played tells what stands in the tables of a new house after a stock's events: of all applied at once, or each by itself.
func (s *stock) played(t *testing.T, atOnce bool) []string {
	t.Helper()
	h := house.New(t)
	s.prepare(t, h)
	later := s.moment.Add(time.Hour)
	sweep := func() {
		t.Helper()
		if _, err := webhooks.Sweep(t.Context(), h.DB, later); err != nil {
			t.Fatalf("sweep: %v", err)
		}
	}
	for _, e := range s.events {
		if status, err := h.Post(house.Committee, e, house.Sign(e, h.Sim.Now())); err != nil || status != 200 {
			t.Fatalf("%d, %v for %s", status, err, e)
		}
		if !atOnce {
			sweep()
		}
	}
	if atOnce {
		sweep()
	}
	var lines []string
	if err := h.Owner.Select(&lines, tables); err != nil {
		t.Fatal(err)
	}
	return lines
}

func (s *stock) same(t *testing.T) []string {
	t.Helper()
	alone, together := s.played(t, false), s.played(t, true)
	if diff := cmp.Diff(alone, together); diff != "" {
		t.Errorf("the tables (-each event by itself +all at once):\n%s", diff)
	}
	return together
}

func lines(all []string, word string) int {
	n := 0
	for _, l := range all {
		if strings.HasPrefix(l, word+" ") {
			n++
		}
	}
	return n
}

func settledBy(name string) func(p *donations.Pledge) { return house.By(name) }

func newStock() *stock { return &stock{moment: time.Now().UTC().Truncate(time.Second)} }

func id(n int) donations.GiftID {
	return donations.GiftID("G" + strings.Repeat("A", 13) + string(rune('A'+n/26)) + string(rune('A'+n%26)))
}

func TestBatchWritesWhatItsEventsWriteOneByOne(t *testing.T) {
	t.Parallel()
	t.Run("two gifts of one giver, of which the second passes the limit", func(t *testing.T) {
		t.Parallel()
		s := newStock()
		s.gifts = []stocked{
			{id(0), house.ToCommittee, 200000, settledBy("Ines"), nil},
			{id(1), house.ToCommittee, 200000, settledBy("Ines"), []money.Cents{250000}},
			{id(2), house.ToCommittee, 5000, settledBy("Omar"), nil},
		}
		for n := range s.gifts {
			s.tell("charge.captured", s.charge(n, true, fmt.Sprintf("txn_%d", n)))
		}
		got := s.same(t)
		if lines(got, "case") != 1 || !strings.Contains(strings.Join(got, "\n"), "case excessive "+string(id(1))) {
			t.Errorf("the second gift of the giver has no case of its own:\n%s", strings.Join(got, "\n"))
		}
	})
	t.Run("the same event twice, and both events that tell of one capture", func(t *testing.T) {
		t.Parallel()
		s := newStock()
		s.gifts = []stocked{{id(0), house.ToCandidate, 5000, settledBy("Ines"), nil}, {id(1), house.ToCommittee, 7000, settledBy("Omar"), nil}}
		s.tell("charge.captured", s.charge(0, true, "txn_0"))
		s.tell("charge.captured", s.charge(1, true, "txn_1"))
		s.events = append(s.events, s.events[0])
		s.tell("payment_intent.succeeded", s.paymentIntent(0))
		s.tell("charge.captured", s.charge(0, true, "txn_0"))
		got := s.same(t)
		if lines(got, "receipt") != 2 || lines(got, "event") != 4 {
			t.Errorf("%d receipts and %d events, want 2 and 4", lines(got, "receipt"), lines(got, "event"))
		}
	})
	t.Run("a bad event in the middle", func(t *testing.T) {
		t.Parallel()
		s := newStock()
		for n := range 5 {
			s.gifts = append(s.gifts, stocked{id(n), house.ToCommittee, 5000, settledBy(fmt.Sprintf("Giver%c", 'a'+n)), nil})
			s.tell("charge.captured", s.charge(n, true, ""))
		}
		s.events[2] = strings.Replace(s.events[2], `"amount":5000`, `"amount":4999`, 1)
		got := s.same(t)
		if lines(got, "receipt") != 4 || !strings.Contains(strings.Join(got, "\n"), "event evt_002 waiting") {
			t.Errorf("of five events one is bad; %d gifts have receipts, and the tables hold:\n%s", lines(got, "receipt"), strings.Join(got, "\n"))
		}
	})
	t.Run("forms that show that two givers are one", func(t *testing.T) {
		t.Parallel()
		s := newStock()
		move := func(email, street string) func(p *donations.Pledge) {
			return func(p *donations.Pledge) { p.GivenName, p.Email, p.Street = "Ines", email, street }
		}
		s.gifts = []stocked{
			{id(0), house.ToCommittee, 5000, move("one@example.org", "1 First St"), nil},
			{id(1), house.ToCommittee, 6000, move("two@example.org", "2 Second St"), nil},
			{id(2), house.ToCommittee, 7000, move("one@example.org", "2 Second St"), nil},
			{id(3), house.ToCommittee, 8000, move("two@example.org", "3 Third St"), nil},
		}
		for n := range s.gifts {
			s.tell("charge.captured", s.charge(n, true, ""))
		}
		got := s.same(t)
		if lines(got, "one giver") == 0 {
			t.Errorf("no rows were found to be one giver:\n%s", strings.Join(got, "\n"))
		}
	})
	for seed := range uint64(8) {
		t.Run(fmt.Sprintf("drawn with seed %d", seed), func(t *testing.T) {
			t.Parallel()
			s := drawn(seed)
			if got := s.same(t); lines(got, "receipt") == 0 {
				t.Error("nothing settled")
			}
		})
	}
}

// drawn is a stock by chance: few givers, whose forms share evidence, and of each gift some of what Stripe tells, doubled and
// shuffled, with some events that are bad or nobody's.
func drawn(seed uint64) *stock {
	rng := rand.New(rand.NewPCG(seed, 7))
	s := newStock()
	drives := []string{house.ToCommittee, house.ToCommittee, house.ToCandidate}
	for n := range 6 + rng.IntN(8) {
		name, street := string(rune('A'+rng.IntN(4))), rng.IntN(3)
		g := stocked{id: id(n), drive: drives[rng.IntN(len(drives))], cents: money.Cents(1000 * (1 + rng.IntN(40)))}
		g.change = func(p *donations.Pledge) {
			p.GivenName, p.Email, p.Street = "Giver"+name, fmt.Sprintf("%s%d@example.org", name, street/2), fmt.Sprintf("%d %s St", street, name)
			p.Employer = fmt.Sprintf("Works %d", n%3)
		}
		if rng.IntN(5) == 0 {
			g.checks = []money.Cents{money.Cents(100000 * (1 + rng.IntN(5)))}
		}
		s.gifts = append(s.gifts, g)
	}
	type telling struct{ kind, object string }
	var all []telling
	for n := range s.gifts {
		some := []telling{
			{"charge.succeeded", s.charge(n, false, "")},
			{"charge.captured", s.charge(n, true, fmt.Sprintf("txn_%d", n))},
			{"payment_intent.succeeded", s.paymentIntent(n)},
			{"charge.updated", s.charge(n, true, fmt.Sprintf("txn_%d", n))},
			{"checkout.session.completed", fmt.Sprintf(`{"id":"cs_%d","object":"checkout.session","status":"complete","payment_intent":%q,"metadata":{"dure_gift":%q}}`, n, intent(n), s.gifts[n].id)},
			{"refund.created", fmt.Sprintf(`{"id":"re_%d","object":"refund","amount":300,"status":"succeeded","balance_transaction":"txn_re_%d","payment_intent":%q,"created":%d}`, n, n, intent(n), s.moment.Unix())},
		}
		for _, e := range some {
			for range rng.IntN(3) {
				all = append(all, e)
			}
		}
	}
	all = append(all, telling{"charge.captured", strings.ReplaceAll(s.charge(0, true, ""), string(s.gifts[0].id), "nobody")}, telling{"customer.created", `{"id":"cus_1"}`})
	if seed%2 == 0 {
		bad := strings.Replace(s.charge(1, true, ""), `"payment_intent":"pi_1"`, `"payment_intent":"pi_of_another"`, 1)
		all = append(all, telling{"charge.captured", bad})
	}
	rng.Shuffle(len(all), func(i, j int) { all[i], all[j] = all[j], all[i] })
	for _, e := range all[:min(len(all), 60)] { // of one batch
		s.tell(e.kind, e.object)
	}
	return s
}
