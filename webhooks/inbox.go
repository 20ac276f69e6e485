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
	"github.com/lib/pq"
	"github.com/stripe/stripe-go/v79"

	"dure/pg"
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
		err := store(ctx, db, rows...)
		for _, a := range some {
			if err != nil && n > 1 {
				a.told <- store(ctx, db, a.row) // one that can't be stored must not hold the others
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
	APIVersion string
	CreatedAt  time.Time
	Object     string
	Payload    []byte
	State      string
	Reason     string
}

// row is how an event is stored. One that is not for this program, or that changes nothing, is settled as it is stored.
func (e envelope) row(committee registry.CommitteeID, body []byte) eventRow {
	r := eventRow{
		Committee: committee, ID: e.ID, Type: e.Type, APIVersion: strings.ToValidUTF8(e.APIVersion, ""), CreatedAt: time.Unix(e.Created, 0).UTC(),
		Object: e.Data.Object.ID, Payload: body, State: "waiting",
	}
	switch {
	case e.APIVersion != stripe.APIVersion:
		r.State, r.Reason = "set aside", "it is of API version "+strconv.Quote(e.APIVersion)+"; this program reads "+stripe.APIVersion
	case changesNothing(e.Type):
		r.State = "applied"
	}
	return r
}

// insertEvents keeps events as they came; one that is there already stays as it is. The statement is the same for any number of
// events; their bodies travel as one.
const insertEvents = `
	insert into events (committee, id, type, api_version, created_at, object, payload, state, reason, next_at, applied_at)
	select committee, id, type, api_version, to_timestamp(created), object,
		substr($7::bytea, (ends - length + 1)::int, length::int), state, reason, at, case state when 'applied' then at end
	from (select recorded_now() as at offset 0) as now,
		unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::bigint[], $6::text[], $8::bigint[], $9::bigint[], $10::text[], $11::text[])
			as e (committee, id, type, api_version, created, object, ends, length, state, reason)
	on conflict on constraint events_pk do nothing`

// store keeps events in one transaction, which is none of pg.InTx: an event is no fact yet, and no report waits for it.
func store(ctx context.Context, db *sqlx.DB, events ...eventRow) error {
	var committees, ids, types, versions, objects, states, reasons pq.StringArray
	var created, ends, lengths pq.Int64Array
	var bodies []byte
	for _, e := range events {
		committees, ids, types = append(committees, string(e.Committee)), append(ids, e.ID), append(types, e.Type)
		versions, created, objects = append(versions, e.APIVersion), append(created, e.CreatedAt.Unix()), append(objects, e.Object)
		bodies = append(bodies, e.Payload...)
		ends, lengths = append(ends, int64(len(bodies))), append(lengths, int64(len(e.Payload)))
		states, reasons = append(states, e.State), append(reasons, e.Reason)
	}
	if _, err := db.ExecContext(pg.Kept(ctx), insertEvents, committees, ids, types, versions, created, objects, bodies, ends, lengths, states, reasons); err != nil {
		return fmt.Errorf("store events: %w", err)
	}
	return nil
}
