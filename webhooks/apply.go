package webhooks

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/jmoiron/sqlx"
	"github.com/lib/pq"
	"github.com/stripe/stripe-go/v79"

	"dure/donations"
	"dure/money"
	"dure/pg"
	"dure/registry"
)

const (
	batch    = 64
	patience = time.Hour // an event that comes before its gift waits so long
)

// errNobodys tells that an event belongs to no gift here.
var errNobodys = errors.New("it belongs to no gift here")

// errAside tells that an event is not for this program to act on.
type errAside string

func (e errAside) Error() string { return string(e) }

// fact is what an event tells, and of which gift.
type fact struct {
	intent  string           // the PaymentIntent, by which the gift is found when the object does not name it
	gift    donations.GiftID // as our own metadata on the object says
	session *donations.Session
	payment *donations.Payment
	refund  *stripe.Refund
	dispute *stripe.Dispute
	payout  *stripe.Payout
	back    money.Cents // of a charge: what went back by now
	at      time.Time   // the event's own moment
	nothing bool        // the event is ours, and changes nothing
}

// read tells what an event's object says. The object is a snapshot of its moment; verbs take it in any order.
func read(kind string, object []byte) (fact, error) {
	switch {
	case strings.HasPrefix(kind, "checkout.session."):
		var s stripe.CheckoutSession
		if err := json.Unmarshal(object, &s); err != nil {
			return fact{}, errAside("its session can't be read: " + err.Error())
		}
		said := donations.SessionOf(&s)
		return fact{intent: said.PaymentIntent, gift: donations.GiftID(s.Metadata["dure_gift"]), session: &said}, nil
	case strings.HasPrefix(kind, "payment_intent."):
		var p stripe.PaymentIntent
		if err := json.Unmarshal(object, &p); err != nil {
			return fact{}, errAside("its payment intent can't be read: " + err.Error())
		}
		said := donations.PaymentOf(&p)
		return fact{intent: p.ID, gift: donations.GiftID(p.Metadata["dure_gift"]), payment: &said}, nil
	case strings.HasPrefix(kind, "refund."), strings.HasPrefix(kind, "charge.refund."):
		var r stripe.Refund
		if err := json.Unmarshal(object, &r); err != nil {
			return fact{}, errAside("its refund can't be read: " + err.Error())
		}
		f := fact{gift: donations.GiftID(r.Metadata["dure_gift"]), refund: &r}
		if r.PaymentIntent != nil {
			f.intent = r.PaymentIntent.ID
		}
		return f, nil
	case strings.HasPrefix(kind, "charge.dispute."):
		var d stripe.Dispute
		if err := json.Unmarshal(object, &d); err != nil {
			return fact{}, errAside("its dispute can't be read: " + err.Error())
		}
		f := fact{dispute: &d}
		if d.PaymentIntent != nil {
			f.intent = d.PaymentIntent.ID
		}
		return f, nil
	case kind == "payout.paid", kind == "payout.failed":
		var p stripe.Payout
		if err := json.Unmarshal(object, &p); err != nil {
			return fact{}, errAside("its payout can't be read: " + err.Error())
		}
		return fact{payout: &p}, nil
	case changesNothing(kind):
		return fact{nothing: true}, nil
	case strings.HasPrefix(kind, "charge."):
		var c stripe.Charge
		if err := json.Unmarshal(object, &c); err != nil {
			return fact{}, errAside("its charge can't be read: " + err.Error())
		}
		said := donations.ChargeOf(&c)
		f := fact{intent: said.Intent, gift: donations.GiftID(c.Metadata["dure_gift"]), payment: &said}
		switch {
		case kind == "charge.expired":
			said.Canceled, said.ByItself, said.Capturable = true, true, false
		case kind == "charge.refunded" && !c.Captured:
			// An authorisation was let go: no money had moved, nothing is booked.
			f.nothing = true
		case kind == "charge.refunded":
			f.payment, f.back = nil, money.Cents(c.AmountRefunded)
		}
		return f, nil
	}
	return fact{}, errAside("this program does not act on " + kind)
}

// changesNothing tells of kinds that are ours and change nothing: of payouts, only what reached the bank, or came back from it,
// is booked.
func changesNothing(kind string) bool {
	return kind == "balance.available" || strings.HasPrefix(kind, "payout.") && kind != "payout.paid" && kind != "payout.failed"
}

// stored is an event as the table has it.
type stored struct {
	ID         string
	Type       string
	Payload    []byte
	Attempts   int
	ReceivedAt time.Time `db:"received_at"`
}

// Sweep applies the events that wait, of each committee up to a batch in one transaction, and tells how many it settled
// one way or the other. Any number of processes may sweep at once. When a batch fails it is rolled back and its events
// are applied one by one, so that one bad event can't hold the others.
func Sweep(ctx context.Context, db *sqlx.DB, now time.Time) (int, error) {
	var committees []registry.CommitteeID
	const waiting = `
		select id
		from committees c
		where exists (select from events e where e.committee = c.id and e.state = 'waiting' and e.next_at <= $1)
		order by id`
	if err := db.SelectContext(pg.Kept(ctx), &committees, waiting, now); err != nil {
		return 0, fmt.Errorf("look for events: %w", err)
	}
	done := 0
	var failed []error
	for _, committee := range committees {
		n, err := applyBatch(ctx, db, committee, now, batch)
		if err != nil && ctx.Err() == nil {
			n, err = oneByOne(ctx, db, committee, now)
		}
		done += n
		failed = append(failed, err) // the next committee's events do not wait for it
	}
	return done, errors.Join(failed...)
}

// oneByOne applies up to a batch of a committee's events, each in a transaction of its own; one that fails is put off.
func oneByOne(ctx context.Context, db *sqlx.DB, committee registry.CommitteeID, now time.Time) (int, error) {
	for n := range batch {
		took, err := applyBatch(ctx, db, committee, now, 1)
		var bad *badEvent
		switch {
		case errors.As(err, &bad):
			if err := putOff(ctx, db, committee, bad, now); err != nil {
				return n, err
			}
		case err != nil:
			return n, err
		case took == 0:
			return n, nil
		}
	}
	return batch, nil
}

// badEvent is an event that could not be applied, and why.
type badEvent struct {
	event stored
	cause error
}

func (b *badEvent) Error() string { return fmt.Sprintf("apply event %s: %v", b.event.ID, b.cause) }
func (b *badEvent) Unwrap() error { return b.cause }

// applyBatch takes up to limit of a committee's events that nobody else holds, locks the givers of all of them in the
// order of their ids, and applies them in one transaction.
func applyBatch(ctx context.Context, db *sqlx.DB, committee registry.CommitteeID, now time.Time, limit int) (int, error) {
	took := 0
	err := pg.InTx(ctx, db, "stripe", []string{string(committee)}, func(tx *sqlx.Tx) error {
		const claim = `
			select id, type, payload, attempts, received_at
			from events
			where committee = $1 and state = 'waiting' and next_at <= $2
			order by next_at, received_at
			limit $3
			for update skip locked`
		var events []stored
		if err := tx.SelectContext(ctx, &events, claim, committee, now, limit); err != nil {
			return fmt.Errorf("claim events: %w", err)
		}
		took = len(events)
		facts := make([]fact, len(events))
		verdicts := make([]error, len(events))
		for i, e := range events {
			var body struct {
				Created int64
				Data    struct{ Object json.RawMessage }
			}
			if err := json.Unmarshal(e.Payload, &body); err != nil {
				verdicts[i] = errAside("its body can't be read")
				continue
			}
			facts[i], verdicts[i] = read(e.Type, body.Data.Object)
			facts[i].at = time.Unix(body.Created, 0).UTC()
			if !facts[i].gift.Valid() {
				facts[i].gift = ""
			}
			if !plainID.MatchString(facts[i].intent) {
				facts[i].intent = ""
			}
		}
		gifts, err := findGifts(ctx, tx, committee, facts, now)
		if err != nil {
			return blame(events, err)
		}
		for i := range events {
			if verdicts[i] == nil {
				verdicts[i] = apply(ctx, tx, committee, gifts, facts[i], now)
			}
			if !final(verdicts[i]) {
				return blame(events[i:i+1], verdicts[i])
			}
		}
		if err := gifts.Keep(ctx, tx); err != nil {
			return blame(events, err)
		}
		return mark(ctx, tx, committee, events, verdicts, now)
	})
	return took, err
}

// blame gives an error to the event that caused it, where there is but one that can have.
func blame(events []stored, cause error) error {
	if len(events) == 1 {
		return &badEvent{events[0], cause}
	}
	return cause
}

// findGifts finds the gift of each fact, by our metadata or by its PaymentIntent, and holds them all.
func findGifts(ctx context.Context, tx *sqlx.Tx, committee registry.CommitteeID, facts []fact, now time.Time) (*donations.Batch, error) {
	var intents, gifts []string
	for _, f := range facts {
		intents, gifts = append(intents, f.intent), append(gifts, string(f.gift))
	}
	var rows []struct {
		ID     donations.GiftID
		Intent string
	}
	const find = `
		select id, coalesce(payment_intent, '') as intent
		from gifts
		where committee = $1 and (id = any($2) or payment_intent = any($3))`
	if err := tx.SelectContext(ctx, &rows, find, committee, pq.Array(gifts), pq.Array(intents)); err != nil {
		return nil, fmt.Errorf("find the gifts of events: %w", err)
	}
	byIntent, known := map[string]donations.GiftID{}, map[donations.GiftID]bool{}
	var found []donations.GiftID
	for _, r := range rows {
		if r.Intent != "" {
			byIntent[r.Intent] = r.ID
		}
		known[r.ID] = true
		found = append(found, r.ID)
	}
	for i := range facts {
		if id, ok := byIntent[facts[i].intent]; ok && facts[i].intent != "" {
			facts[i].gift = id
		} else if !known[facts[i].gift] {
			facts[i].gift = ""
		}
	}
	return donations.Hold(ctx, tx, now, committee, found...)
}

// apply hands a fact to the verb that takes it. What a batch of gifts has learned is kept before a verb that reads the tables.
func apply(ctx context.Context, tx *sqlx.Tx, committee registry.CommitteeID, gifts *donations.Batch, f fact, now time.Time) error {
	switch {
	case f.payout != nil:
		return donations.LearnPayout(ctx, tx, f.at, committee, f.payout)
	case f.nothing && f.gift == "" && f.intent == "":
		return nil
	case f.gift == "":
		return errNobodys
	case f.nothing:
		return nil
	case f.session != nil:
		return gifts.LearnSession(ctx, tx, f.gift, *f.session)
	case f.payment != nil:
		return gifts.Learn(ctx, tx, f.gift, *f.payment)
	}
	if err := gifts.Keep(ctx, tx); err != nil {
		return err
	}
	switch {
	case f.refund != nil:
		return donations.LearnRefund(ctx, tx, f.at, committee, f.gift, f.refund)
	case f.dispute != nil:
		return donations.LearnDispute(ctx, tx, f.at, committee, f.gift, f.dispute)
	default:
		return donations.LearnRefunded(ctx, tx, now, committee, f.gift, f.back)
	}
}

// final tells whether a verdict is nobody's business but the event's, and becomes its mark; any other error rolls the batch
// back.
func final(verdict error) bool {
	var aside errAside
	return verdict == nil || errors.As(verdict, &aside) || errors.Is(verdict, errNobodys) || errors.Is(verdict, donations.ErrTooEarly)
}

// mark notes what became of events.
func mark(ctx context.Context, tx *sqlx.Tx, committee registry.CommitteeID, events []stored, verdicts []error, now time.Time) error {
	var applied []string
	for i, e := range events {
		var aside errAside
		var err error
		switch {
		case verdicts[i] == nil:
			applied = append(applied, e.ID)
		case errors.As(verdicts[i], &aside):
			err = setAside(ctx, tx, committee, e.ID, aside.Error())
		case errors.Is(verdicts[i], errNobodys) && now.Sub(e.ReceivedAt) > patience:
			err = setAside(ctx, tx, committee, e.ID, errNobodys.Error())
		default:
			const wait = `
				update events
				set attempts = attempts + 1, reason = $3, next_at = $4
				where committee = $1 and id = $2`
			_, err = tx.ExecContext(ctx, wait, committee, e.ID, "its gift is not known yet", now.Add(later(e.Attempts)))
		}
		if err != nil {
			return fmt.Errorf("mark event %s: %w", e.ID, err)
		}
	}
	const done = `
		update events
		set state = 'applied', reason = '', applied_at = $3
		where committee = $1 and id = any($2)`
	if _, err := tx.ExecContext(ctx, done, committee, pq.Array(applied), now); err != nil {
		return fmt.Errorf("mark events: %w", err)
	}
	return nil
}

func setAside(ctx context.Context, tx *sqlx.Tx, committee registry.CommitteeID, id, reason string) error {
	const update = `
		update events
		set state = 'set aside', reason = $3
		where committee = $1 and id = $2`
	_, err := tx.ExecContext(ctx, update, committee, id, reason)
	return err
}

// tries is how often an event that fails is tried before a person must look at it: about a day.
const tries = 150

// putOff notes why an event failed, and tries it again later; after a day of that it is set aside for a person.
func putOff(ctx context.Context, db *sqlx.DB, committee registry.CommitteeID, bad *badEvent, now time.Time) error {
	return pg.InTx(ctx, db, "stripe", []string{string(committee)}, func(tx *sqlx.Tx) error {
		if bad.event.Attempts >= tries {
			return setAside(ctx, tx, committee, bad.event.ID, bad.cause.Error())
		}
		const update = `
			update events
			set attempts = attempts + 1, reason = $3, next_at = $4
			where committee = $1 and id = $2 and state = 'waiting'`
		_, err := tx.ExecContext(ctx, update, committee, bad.event.ID, bad.cause.Error(), now.Add(later(bad.event.Attempts)))
		if err != nil {
			return fmt.Errorf("put off event %s: %w", bad.event.ID, err)
		}
		return nil
	})
}

// later is how long to wait after so many tries: a second at first, ten minutes at most.
func later(attempts int) time.Duration {
	return min(time.Duration(1)<<min(attempts, 10)*time.Second, 10*time.Minute)
}

// Event is a stored event, for people.
type Event struct {
	Committee  registry.CommitteeID
	ID         string
	Type       string
	APIVersion string `db:"api_version"`
	State      string
	Reason     string
	Attempts   int
	CreatedAt  time.Time    `db:"created_at"`
	ReceivedAt time.Time    `db:"received_at"`
	AppliedAt  sql.NullTime `db:"applied_at"`
	Payload    []byte
}

// List gives a committee's events of a state, or of all where it is empty, the last received first.
func List(ctx context.Context, q sqlx.QueryerContext, committee registry.CommitteeID, state string, limit int) ([]Event, error) {
	const list = `
		select committee, id, type, api_version, state, reason, attempts, created_at, received_at, applied_at, ''::bytea as payload
		from events
		where committee = $1 and ($2 = '' or state = $2)
		order by received_at desc, id
		limit $3`
	var out []Event
	if err := sqlx.SelectContext(ctx, q, &out, list, committee, state, limit); err != nil {
		return nil, fmt.Errorf("list events of %s: %w", committee, err)
	}
	return out, nil
}

// Show gives one event with its body.
func Show(ctx context.Context, q sqlx.QueryerContext, committee registry.CommitteeID, id string) (Event, error) {
	const find = `
		select committee, id, type, api_version, state, reason, attempts, created_at, received_at, applied_at, payload
		from events
		where committee = $1 and id = $2`
	var e Event
	if err := sqlx.GetContext(ctx, q, &e, find, committee, id); err != nil {
		return e, fmt.Errorf("find event %s: %w", id, err)
	}
	return e, nil
}

// Replay makes events wait again, whatever became of them before; verbs take each fact once, so nothing is done twice.
// It tells how many of the ids there are.
func Replay(ctx context.Context, db *sqlx.DB, actor string, committee registry.CommitteeID, ids []string, now time.Time) (int, error) {
	var n int64
	err := pg.InTx(ctx, db, actor, []string{string(committee)}, func(tx *sqlx.Tx) error {
		const update = `
			update events
			set state = 'waiting', attempts = 0, reason = 'replayed by ' || acting(), next_at = $3
			where committee = $1 and id = any($2) and api_version = $4`
		done, err := tx.ExecContext(ctx, update, committee, pq.Array(ids), now, stripe.APIVersion)
		if err != nil {
			return fmt.Errorf("replay events: %w", err)
		}
		n, _ = done.RowsAffected()
		return nil
	})
	return int(n), err
}
