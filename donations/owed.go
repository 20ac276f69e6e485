package donations

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/jmoiron/sqlx"
	"github.com/stripe/stripe-go/v79"

	"dure/pg"
	"dure/registry"
)

// Verbs of owed calls.
const (
	verbOpen    = "open"    // make the Checkout Session
	verbExpire  = "expire"  // end a session that nobody finished
	verbCapture = "capture" // take the authorised money
	verbRelease = "release" // let it go
	verbRead    = "read"    // ask how the payment stands
	verbFee     = "fee"     // ask what the processor kept
	verbRefund  = "refund"  // give money back
)

// Owed is a call to Stripe that is owed: stored with its bytes in the transaction that decided it, made after it, and
// repeated with the same key until Stripe has answered.
type Owed struct {
	Committee      registry.CommitteeID
	ID             string
	Gift           GiftID
	Verb           string
	Method         string
	Path           string
	Body           string
	IdempotencyKey string `db:"idempotency_key"`
	State          string
	Attempts       int
	DueAt          time.Time `db:"due_at"`
	LastError      string    `db:"last_error"`
}

const owedColumns = `committee, id, gift, verb, method, path, body, idempotency_key, state, attempts, due_at, last_error`

// owing is what is written of a call when it comes to be owed, as the columns of owed_calls are named.
type owing struct {
	Committee      registry.CommitteeID `json:"committee"`
	ID             string               `json:"id"`
	Gift           GiftID               `json:"gift"`
	Verb           string               `json:"verb"`
	Method         string               `json:"method"`
	Path           string               `json:"path"`
	Body           string               `json:"body"`
	IdempotencyKey string               `json:"idempotency_key"`
	DueAt          time.Time            `json:"due_at"`
}

// owe stores calls that are due at a moment. A call with the same key is owed once.
func owe(ctx context.Context, tx *sqlx.Tx, calls ...Owed) error {
	if len(calls) == 0 {
		return nil
	}
	for i := range calls {
		calls[i].ID = cmp.Or(calls[i].ID, pg.NewID('C'))
	}
	rows := make([]owing, len(calls))
	for i, c := range calls {
		rows[i] = owing{c.Committee, c.ID, c.Gift, c.Verb, c.Method, c.Path, c.Body, c.IdempotencyKey, c.DueAt}
	}
	list, err := json.Marshal(rows)
	if err != nil {
		return fmt.Errorf("owe %s for gift %s: %w", calls[0].Verb, calls[0].Gift, err)
	}
	const columns = `committee, id, gift, verb, method, path, body, idempotency_key, due_at`
	const insert = `
		insert into owed_calls (` + columns + `)
		select ` + columns + `
		from json_populate_recordset(null::owed_calls, $1)
		on conflict on constraint owed_calls_key_once do nothing`
	if _, err := tx.ExecContext(ctx, insert, string(list)); err != nil {
		return fmt.Errorf("owe %s for gift %s and %d others: %w", calls[0].Verb, calls[0].Gift, len(calls)-1, err)
	}
	return nil
}

func oweCapture(ctx context.Context, tx *sqlx.Tx, g Gift, now time.Time) error {
	return owe(ctx, tx, Owed{
		Committee: g.Committee, Gift: g.ID, Verb: verbCapture, Method: http.MethodPost,
		Path: "/v1/payment_intents/" + g.PaymentIntent + "/capture", IdempotencyKey: string(g.ID) + ":capture", DueAt: now,
	})
}

func oweRelease(ctx context.Context, tx *sqlx.Tx, g Gift, now time.Time) error {
	return owe(ctx, tx, Owed{
		Committee: g.Committee, Gift: g.ID, Verb: verbRelease, Method: http.MethodPost,
		Path: "/v1/payment_intents/" + g.PaymentIntent + "/cancel", IdempotencyKey: string(g.ID) + ":release", DueAt: now,
	})
}

// oweAgain owes the capture or the release of a gift that Stripe still holds for us, where no such call is owed: the one
// before was given up. Each has a key of its own, and comes later than the last.
func oweAgain(ctx context.Context, tx *sqlx.Tx, g Gift, now time.Time) error {
	verb, path := verbCapture, "/capture"
	if g.State == ReleaseOwed {
		verb, path = verbRelease, "/cancel"
	}
	var owed, made int
	const count = `
		select count(*) filter (where state = 'owed'), count(*)
		from owed_calls
		where committee = $1 and gift = $2 and verb = $3`
	if err := tx.QueryRowxContext(ctx, count, g.Committee, g.ID, verb).Scan(&owed, &made); err != nil {
		return fmt.Errorf("count the calls of gift %s: %w", g.ID, err)
	}
	if owed > 0 {
		return nil
	}
	return owe(ctx, tx, Owed{
		Committee: g.Committee, Gift: g.ID, Verb: verb, Method: http.MethodPost,
		Path: "/v1/payment_intents/" + g.PaymentIntent + path, IdempotencyKey: fmt.Sprintf("%s:%s:%d", g.ID, verb, made+1),
		DueAt: now.Add(time.Duration(made) * time.Minute),
	})
}

// feeCall asks what the processor kept of a gift.
func feeCall(g Gift, transaction string, now time.Time) Owed {
	return Owed{
		Committee: g.Committee, Gift: g.ID, Verb: verbFee, Method: http.MethodGet,
		Path: "/v1/balance_transactions/" + transaction, IdempotencyKey: string(g.ID) + ":fee:" + transaction, DueAt: now,
	}
}

// oweRead asks Stripe how a payment stands: by its PaymentIntent where that is known, else by its session. slot keeps
// several questions about one gift apart.
func oweRead(ctx context.Context, tx *sqlx.Tx, g Gift, slot string, due time.Time) error {
	c := Owed{
		Committee: g.Committee, Gift: g.ID, Verb: verbRead, Method: http.MethodGet,
		IdempotencyKey: string(g.ID) + ":read:" + slot, DueAt: due,
	}
	if g.State != Open && g.PaymentIntent != "" { // an open page is asked itself: its intent may wait for ever
		c.Path, c.Body = "/v1/payment_intents/"+g.PaymentIntent, "expand[0]=latest_charge"
	} else {
		c.Path, c.Body = "/v1/checkout/sessions/"+g.Session, "expand[0]=payment_intent.latest_charge"
	}
	return owe(ctx, tx, c)
}

// OwedOf lists the calls of a gift, the first made first.
func OwedOf(ctx context.Context, q sqlx.QueryerContext, committee registry.CommitteeID, gift GiftID) ([]Owed, error) {
	const list = `select ` + owedColumns + ` from owed_calls where committee = $1 and gift = $2 order by made_at, id`
	var out []Owed
	if err := sqlx.SelectContext(ctx, q, &out, list, committee, gift); err != nil {
		return nil, fmt.Errorf("list the calls of gift %s: %w", gift, err)
	}
	return out, nil
}

// claimFor is how long a claimed call is left alone: longer than any call takes with all that is learned of it, so that two
// processes never make the same call at once (Stripe would answer 409 to the second). A call whose process died waits as
// long.
const claimFor = time.Minute

// keepWithin is how long the database has to claim calls, and to keep what one was answered.
const keepWithin = 15 * time.Second

// keepTries is how often a call is made whose answer can't be kept, as when it contradicts the gift: about a day, as long as
// an event that can't be applied is tried.
const keepTries = 150

// Sweep makes the owed calls that are due, at most limit of them and all at once, and tells how many it made. Questions for
// fees let events go first, a minute at most: in a flood, gifts are settled and captured, and what the processor kept is asked after. What a call's answer says
// is learned in a transaction of its own; no transaction is open while Stripe is asked. Errors of single calls are kept
// with the call, and those of answers that can't be kept; the error that Sweep returns is the database's.
func (a *Accounts) Sweep(ctx context.Context, now time.Time, limit int) (int, error) {
	const claim = `
		update owed_calls
		set claimed_until = $1::timestamptz + $2 * interval '1 second', attempts = attempts + 1
		where (committee, id) in (
			select committee, id
			from owed_calls
			where state = 'owed' and due_at <= $1 and (claimed_until is null or claimed_until < $1)
			  and (verb <> 'fee' or due_at < $1::timestamptz - interval '1 minute' or not exists (select from events where state = 'waiting' and next_at <= $1))
			order by due_at
			limit $3
			for update skip locked)
		returning ` + owedColumns
	var due []Owed
	claiming, cancel := context.WithTimeout(ctx, keepWithin)
	defer cancel()
	err := pg.InTx(claiming, a.db, "sweep", nil, func(tx *sqlx.Tx) error {
		due = nil
		return tx.SelectContext(claiming, &due, claim, now, claimFor.Seconds(), limit)
	})
	if err != nil {
		return 0, fmt.Errorf("claim owed calls: %w", err)
	}
	failed := make([]error, len(due))
	var calls sync.WaitGroup
	for i, c := range due {
		calls.Go(func() { failed[i] = a.perform(ctx, c, now) })
	}
	calls.Wait()
	if ctx.Err() != nil {
		return len(due), nil // what was cut off is owed still
	}
	return len(due), errors.Join(failed...)
}

// learning takes in what a call was answered.
type learning func(ctx context.Context, tx *sqlx.Tx) error

// errUnkept tells that a call was answered, and why the answer can't be kept.
type errUnkept struct{ cause error }

func (e errUnkept) Error() string { return "keep what Stripe answered: " + e.cause.Error() }
func (e errUnkept) Unwrap() error { return e.cause }

// perform makes one call and learns what its answer says. What Stripe or the network refused is noted with the call, and
// so is why an answer can't be kept.
func (a *Accounts) perform(ctx context.Context, c Owed, now time.Time) error {
	var learn learning
	var err error
	switch c.Verb {
	case verbOpen, verbExpire:
		var s stripe.CheckoutSession
		err = a.call(ctx, c, &s)
		learn = func(ctx context.Context, tx *sqlx.Tx) error {
			return LearnSession(ctx, tx, now, c.Committee, c.Gift, sessionOf(&s))
		}
	case verbCapture, verbRelease:
		var p stripe.PaymentIntent
		err = a.call(ctx, c, &p)
		learn = func(ctx context.Context, tx *sqlx.Tx) error {
			return Learn(ctx, tx, now, c.Committee, c.Gift, PaymentOf(&p))
		}
	case verbRead:
		learn, err = a.read1(ctx, c, now)
	case verbRefund:
		var r *stripe.Refund
		r, err = a.refund(ctx, c)
		learn = func(ctx context.Context, tx *sqlx.Tx) error {
			return LearnRefund(ctx, tx, now, c.Committee, c.Gift, r)
		}
	case verbFee:
		var b stripe.BalanceTransaction
		err = a.call(ctx, c, &b)
		learn = func(ctx context.Context, tx *sqlx.Tx) error { return learnFee(ctx, tx, c, &b) }
	}
	ctx, cancel := context.WithTimeout(ctx, keepWithin)
	defer cancel()
	write := func(f func(tx *sqlx.Tx) error) error {
		return pg.InTx(ctx, a.db, "stripe", []string{string(c.Committee)}, f)
	}
	if err == nil {
		err = write(func(tx *sqlx.Tx) error {
			if err := learn(ctx, tx); err != nil {
				return err
			}
			return finish(ctx, tx, c, "done", "", now)
		})
		if err == nil {
			return nil
		}
		err = errUnkept{err}
	}
	if failed := write(func(tx *sqlx.Tx) error { return fail(ctx, tx, c, err, now) }); failed != nil {
		return errors.Join(err, failed)
	}
	return nil
}

func (a *Accounts) read1(ctx context.Context, c Owed, now time.Time) (learning, error) {
	if c.Path == refundsPath {
		list, err := a.refundsOf(ctx, c)
		return func(ctx context.Context, tx *sqlx.Tx) error {
			for _, r := range list {
				if err := LearnRefund(ctx, tx, movedAt(r.FailureBalanceTransaction, now), c.Committee, c.Gift, r); err != nil {
					return err
				}
			}
			return nil
		}, err
	}
	if strings.HasPrefix(c.Path, disputesPath) {
		var d stripe.Dispute
		err := a.call(ctx, c, &d)
		return func(ctx context.Context, tx *sqlx.Tx) error {
			return learnDispute(ctx, tx, heardAt(c, now), c.Committee, c.Gift, &d, true)
		}, err
	}
	if isSession(c.Path) {
		var s stripe.CheckoutSession
		err := a.call(ctx, c, &s)
		return func(ctx context.Context, tx *sqlx.Tx) error {
			if err := LearnSession(ctx, tx, now, c.Committee, c.Gift, sessionOf(&s)); err != nil {
				return err
			}
			if s.PaymentIntent == nil || s.PaymentIntent.Status == "" {
				return nil
			}
			return Learn(ctx, tx, now, c.Committee, c.Gift, PaymentOf(s.PaymentIntent))
		}, err
	}
	var p stripe.PaymentIntent
	err := a.call(ctx, c, &p)
	return func(ctx context.Context, tx *sqlx.Tx) error {
		return Learn(ctx, tx, now, c.Committee, c.Gift, PaymentOf(&p))
	}, err
}

func isSession(path string) bool { return len(path) > 22 && path[:22] == "/v1/checkout/sessions/" }

func finish(ctx context.Context, tx *sqlx.Tx, c Owed, state, why string, now time.Time) error {
	const update = `
		update owed_calls
		set state = $3, last_error = $4, claimed_until = null, done_at = $5
		where committee = $1 and id = $2`
	if _, err := tx.ExecContext(ctx, update, c.Committee, c.ID, state, why, now); err != nil {
		return fmt.Errorf("finish call %s: %w", c.ID, err)
	}
	return nil
}

// fail notes why a call was not done. What may pass by itself is tried again, later each time; what Stripe refuses for
// good, and an answer that could not be kept for a day, is given up, and the gift's payment is read, since a refusal mostly
// means that the payment has moved on.
func fail(ctx context.Context, tx *sqlx.Tx, c Owed, cause error, now time.Time) error {
	if _, unkept := errors.AsType[errUnkept](cause); passing(cause) && !(unkept && c.Attempts >= keepTries) {
		wait := min(time.Duration(1)<<min(c.Attempts, 9)*time.Second, 10*time.Minute)
		key := c.IdempotencyKey
		if storedFailure(cause) {
			// Stripe keeps a failure under its key for a day and would answer it again, so that the call needs another key.
			// What Stripe did before failing is then done twice by no verb. open: a page that nobody was shown is never paid.
			// expire, capture, release: Stripe refuses what was done to the session or payment before, and the payment is read.
			// read, fee: they change nothing and have no key. refund: Stripe would make a second one, part by part, so every
			// repeat looks for the first (see refund); nothing is sent under the new key before that.
			key = fmt.Sprintf("%s:%d", strings.SplitN(key, "~", 2)[0]+"~", c.Attempts+1)
		}
		const again = `
			update owed_calls
			set due_at = $3, last_error = $4, idempotency_key = $5, claimed_until = null
			where committee = $1 and id = $2 and state = 'owed'`
		if _, err := tx.ExecContext(ctx, again, c.Committee, c.ID, now.Add(wait), cause.Error(), key); err != nil {
			return fmt.Errorf("put off call %s: %w", c.ID, err)
		}
		return nil
	}
	g, err := hold(ctx, tx, c.Committee, c.Gift)
	if err != nil {
		return err
	}
	switch {
	case c.Verb == verbOpen && g.State == Pledged:
		// Stripe has said that there will be no session: nothing can be paid for this gift any more.
		if err := end(ctx, tx, &g, Expired, now); err != nil {
			return err
		}
		if err := save(ctx, tx, g); err != nil {
			return err
		}
	case c.Verb != verbRead && c.Verb != verbFee && !g.State.Ended():
		if err := oweRead(ctx, tx, g, "after:"+c.ID, now); err != nil {
			return err
		}
	}
	return finish(ctx, tx, c, "given up", cause.Error(), now)
}

// storedFailure tells whether an answer is a failure that Stripe had stored under the call's key.
func storedFailure(err error) bool {
	var e *stripe.Error
	return errors.As(err, &e) && e.HTTPStatusCode >= 500 && e.LastResponse != nil && e.LastResponse.Header.Get("Idempotent-Replayed") == "true"
}

// passing tells whether a failed call may succeed when it is made again.
func passing(err error) bool {
	var e *stripe.Error
	if !errors.As(err, &e) {
		return true // the network, a time-out, an answer that can't be read, or an account whose keys are not there yet
	}
	return e.HTTPStatusCode >= 500 || e.HTTPStatusCode == http.StatusConflict || e.HTTPStatusCode == http.StatusTooManyRequests ||
		e.HTTPStatusCode == http.StatusUnauthorized || e.HTTPStatusCode == http.StatusForbidden
}

// openCall gives the call that makes a gift's session, while it is still owed; sql.ErrNoRows when it is not.
func openCall(ctx context.Context, q sqlx.QueryerContext, g Gift) (Owed, error) {
	const find = `
		select ` + owedColumns + `
		from owed_calls
		where committee = $1 and gift = $2 and verb = 'open' and state = 'owed'`
	var c Owed
	if err := sqlx.GetContext(ctx, q, &c, find, g.Committee, g.ID); err != nil {
		return c, fmt.Errorf("find the call that opens gift %s: %w", g.ID, err)
	}
	return c, nil
}
