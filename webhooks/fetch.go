package webhooks

import (
	"context"
	"encoding/json"
	"fmt"
	"net/url"
	"strconv"
	"time"

	"github.com/jmoiron/sqlx"
	"github.com/lib/pq"

	"dure/donations"
	"dure/registry"
)

// pageOfEvents is how many events one question brings: Stripe's most.
const pageOfEvents = 100

// Fetch asks Stripe for the events of a committee since a moment (it keeps them for 30 days) and stores those that never came,
// to be applied as if they had. It tells how many it found.
func Fetch(ctx context.Context, db *sqlx.DB, accounts *donations.Accounts, committee registry.CommitteeID, since time.Time) (int, error) {
	found, after := 0, ""
	for {
		query := url.Values{"limit": {strconv.Itoa(pageOfEvents)}, "created[gte]": {strconv.FormatInt(since.Unix(), 10)}}
		if after != "" {
			query.Set("starting_after", after)
		}
		body, err := accounts.Get(ctx, committee, "/v1/events", query.Encode())
		if err != nil {
			return found, fmt.Errorf("ask Stripe for the events of %s: %w", committee, err)
		}
		var page struct {
			Data []json.RawMessage
			More bool `json:"has_more"`
		}
		if err := json.Unmarshal(body, &page); err != nil {
			return found, fmt.Errorf("read Stripe's events of %s: %w", committee, err)
		}
		n, last, err := storeMissing(ctx, db, committee, page.Data)
		found += n
		if err != nil || !page.More || last == "" {
			return found, err
		}
		after = last
	}
}

// storeMissing stores the events of a page that are not there, and gives the page's last id.
func storeMissing(ctx context.Context, db *sqlx.DB, committee registry.CommitteeID, bodies []json.RawMessage) (stored int, last string, err error) {
	events := make([]envelope, len(bodies))
	ids := make([]string, len(bodies))
	for i, b := range bodies {
		var err error
		if events[i], err = open(b); err != nil || !plainID.MatchString(events[i].ID) || !plainID.MatchString(events[i].Type) {
			return 0, "", fmt.Errorf("an event of %s in Stripe's list can't be read", committee)
		}
		ids[i], last = events[i].ID, events[i].ID
	}
	var known []string
	const there = `select id from events where committee = $1 and id = any($2)`
	if err := db.SelectContext(ctx, &known, there, committee, pq.Array(ids)); err != nil {
		return 0, "", fmt.Errorf("look which events are stored: %w", err)
	}
	have := make(map[string]bool, len(known))
	for _, id := range known {
		have[id] = true
	}
	var missing []eventRow
	for i, e := range events {
		if have[e.ID] {
			continue
		}
		missing = append(missing, e.row(committee, bodies[i]))
	}
	if len(missing) == 0 {
		return 0, last, nil
	}
	return len(missing), last, store(ctx, db, missing...)
}
