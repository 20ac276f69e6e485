package webhooks

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/jmoiron/sqlx"
	"github.com/stripe/stripe-go/v79"

	"dure/registry"
)

const (
	storers     = 2               // batches on their way to the disk at once
	storeWithin = 5 * time.Second // a batch; then Stripe is told to send its events again
)

// inbox stores events that come at the same time together: one statement, one commit. Nobody waits for company: a batch is
// what came while the ones before were on their way to the disk. The zero inbox is ready.
type inbox struct {
	mu      sync.Mutex
	waiting []arrival
	storing int
}

type arrival struct {
	row  eventRow
	told chan<- error // buffered
}

// store keeps an event as it came, and returns when that is durable; one that is there already stays as it is.
func (b *inbox) store(ctx context.Context, db *sqlx.DB, e eventRow) error {
	told := make(chan error, 1)
	b.mu.Lock()
	b.waiting = append(b.waiting, arrival{e, told})
	if b.storing < storers {
		b.storing++
		go b.empty(db)
	}
	b.mu.Unlock()
	select {
	case err := <-told:
		return err
	case <-ctx.Done():
		return ctx.Err() // it is stored all the same, or not: who sent it sends it again
	}
}

// empty stores what waits until nothing does.
func (b *inbox) empty(db *sqlx.DB) {
	for {
		b.mu.Lock()
		n := min(len(b.waiting), batch)
		if n == 0 {
			b.storing--
			b.mu.Unlock()
			return
		}
		some := slices.Clone(b.waiting[:n])
		b.waiting = slices.Delete(b.waiting, 0, n)
		b.mu.Unlock()
		rows := make([]eventRow, n)
		for i, a := range some {
			rows[i] = a.row
		}
		ctx, cancel := context.WithTimeout(context.Background(), storeWithin)
		err := insert(ctx, db, rows...)
		for _, a := range some {
			if err != nil && n > 1 {
				a.told <- insert(ctx, db, a.row) // one that can't be stored must not hold the others
				continue
			}
			a.told <- err
		}
		cancel()
	}
}

// eventRow is an event as the table has it.
type eventRow struct {
	Committee  registry.CommitteeID
	ID         string
	Type       string
	APIVersion string    `db:"api_version"`
	CreatedAt  time.Time `db:"created_at"`
	Object     string
	Payload    []byte
	State      string
	Reason     string
}

// row is how an event is stored. One of another API version than this program reads is set aside at once.
func (e envelope) row(committee registry.CommitteeID, body []byte) eventRow {
	r := eventRow{
		Committee: committee, ID: e.ID, Type: e.Type, APIVersion: strings.ToValidUTF8(e.APIVersion, ""), CreatedAt: time.Unix(e.Created, 0).UTC(),
		Object: e.object(), Payload: body, State: "waiting",
	}
	if e.APIVersion != stripe.APIVersion {
		r.State, r.Reason = "set aside", "it is of API version "+strconv.Quote(e.APIVersion)+"; this program reads "+stripe.APIVersion
	}
	return r
}

// insert keeps events as they came; one that is there already stays as it is. It is no transaction of pg.InTx: an event is no
// fact yet, and no report waits for it.
func insert(ctx context.Context, db *sqlx.DB, events ...eventRow) error {
	const insert = `
		insert into events (committee, id, type, api_version, created_at, object, payload, state, reason)
		values (:committee, :id, :type, :api_version, :created_at, :object, :payload, :state, :reason)
		on conflict on constraint events_pk do nothing`
	if _, err := db.NamedExecContext(ctx, insert, events); err != nil {
		return fmt.Errorf("store events: %w", err)
	}
	return nil
}
