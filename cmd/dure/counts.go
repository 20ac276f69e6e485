package main

import (
	"context"
	"fmt"
	"log/slog"
	"slices"
	"sync"
	"time"

	"github.com/jmoiron/sqlx"
	"github.com/prometheus/client_golang/prometheus"
)

const (
	countsHold   = 5 * time.Second // so long an answer serves whoever asks again
	countsWithin = 2 * time.Second // so long the database has for all of them
)

// counts are the gauges that the database knows. It is asked at most once in countsHold, by indexes alone, and within
// countsWithin; when it does not answer, dure_counts_ok is 0 and the gauges are left out rather than told from memory.
type counts struct {
	db     *sqlx.DB
	log    *slog.Logger
	asking slot

	mu    sync.Mutex
	asked time.Time
	found []prometheus.Metric
}

func newCounts(db *sqlx.DB, log *slog.Logger) *counts {
	return &counts{db: db, log: log, asking: newSlot()}
}

// gauge is one question to the database. It gives a value with at most one label.
type gauge struct {
	name, help string
	label      string   // its name; empty for none
	known      []string // values of the label that are told also when nothing has them
	ask        string   // gives rows of label and value
}

// Each question is answered by a partial index, or by the gifts of the last hour; ended gifts are many and are not counted.
// Ages are by the installation's clock, asked once in each question.
var gauges = []gauge{
	{
		"dure_gifts_under_way", "Gifts between form and end, by state.", "state",
		[]string{"pledged", "open", "authorised", "held", "capture owed", "release owed"},
		`
		select state, count(*)::float8
		from gifts
		where state not in ('settled', 'released', 'lapsed', 'expired')
		group by state`,
	},
	{
		"dure_gifts_last_hour", "Gifts whose form was taken in the last hour, by the state they are in now.", "state",
		[]string{"pledged", "open", "authorised", "held", "capture owed", "release owed", "settled", "released", "lapsed", "expired"},
		`
		select g.state, count(*)::float8
		from committees c join gifts g on g.committee = c.id and g.pledged_at > (select recorded_now() - interval '1 hour')
		group by g.state`,
	},
	{
		"dure_gifts_declined_last_hour", "Of the gifts of the last hour, those whose card was declined at least once.", "", nil, `
		select '', count(*)::float8
		from committees c join gifts g on g.committee = c.id and g.pledged_at > (select recorded_now() - interval '1 hour')
		where g.last_decline <> ''`,
	},
	{
		"dure_held_release_seconds", "Until the first held gift is let go by itself; below 0 when it is overdue.", "", nil, `
		select '', extract(epoch from min(release_by) - (select recorded_now()))::float8
		from gifts
		where state = 'held'
		having min(release_by) is not null`,
	},
	{
		"dure_events_waiting", "Stored events that are not applied yet.", "", nil, `
		select '', count(*)::float8
		from events
		where state = 'waiting'`,
	},
	{
		"dure_events_waiting_oldest_seconds", "Age of the oldest event that is not applied yet; 0 when none waits.", "", nil, `
		select '', coalesce(greatest(0, extract(epoch from (select recorded_now()) - min(received_at))), 0)::float8
		from events
		where state = 'waiting'`,
	},
	{
		"dure_events_set_aside", "Events set aside for a person.", "", nil, `
		select '', count(*)::float8
		from events
		where state = 'set aside'`,
	},
	{
		"dure_calls_owed", "Calls to Stripe that are owed, by verb.", "verb", verbs, `
		select verb, count(*)::float8
		from owed_calls
		where state = 'owed'
		group by verb`,
	},
	{
		"dure_calls_owed_oldest_seconds", "Age of the oldest call that is owed, by verb; 0 when none is.", "verb", verbs, `
		select verb, greatest(0, extract(epoch from (select recorded_now()) - min(made_at)))::float8
		from owed_calls
		where state = 'owed'
		group by verb`,
	},
	{
		"dure_calls_given_up", "Calls given up of gifts that are under way or of the last hour: Stripe refused them for good.", "verb", verbs, `
		select o.verb, count(*)::float8
		from (
			select committee, id from gifts where state not in ('settled', 'released', 'lapsed', 'expired')
			union
			select g.committee, g.id
			from committees c join gifts g on g.committee = c.id and g.pledged_at > (select recorded_now() - interval '1 hour')
		) g join owed_calls o on o.committee = g.committee and o.gift = g.id
		where o.state = 'given up'
		group by o.verb`,
	},
	{
		"dure_reconcile_age_seconds", "Since the books of the committee that waits longest were held against Stripe; -1 when none ever were.", "", nil, `
		select '', coalesce(extract(epoch from (select recorded_now()) - min(r.recorded_at)), -1)::float8
		from committees c cross join lateral (` + lastReconciliation + `) r`,
	},
	{
		"dure_reconcile_unexplained", "Differences between books and Stripe without a name, when they were compared last.", "", nil, `
		select '', coalesce(sum(r.unexplained), 0)::float8
		from committees c cross join lateral (` + lastReconciliation + `) r`,
	},
	{
		"dure_reconcile_unexplained_cents", "What these differences sum to, each without its sign.", "", nil, `
		select '', coalesce(sum(r.unexplained_cents), 0)::float8
		from committees c cross join lateral (` + lastReconciliation + `) r`,
	},
	{
		"dure_letters", "Letters that wait to be sent, and those that the mail server refused for good, by state.", "state",
		[]string{"owed", "failed"},
		`
		select state, count(*)::float8
		from letters
		where state = 'owed' and sent_by = 'email'
		group by state
		union all
		select state, count(*)::float8
		from letters
		where state = 'failed'
		group by state`,
	},
	{
		"dure_letters_owed_oldest_seconds", "Age of the oldest letter that waits to be sent; 0 when none does.", "", nil, `
		select '', coalesce(greatest(0, extract(epoch from (select recorded_now()) - min(written_at))), 0)::float8
		from letters
		where state = 'owed' and sent_by = 'email'`,
	},
}

// lastReconciliation is a committee's, by the index of their times.
const lastReconciliation = `select recorded_at, unexplained, unexplained_cents from reconciliations where committee = c.id order by recorded_at desc limit 1`

var verbs = []string{"open", "expire", "capture", "release", "read", "fee", "refund"}

var (
	countsOK   = prometheus.NewDesc("dure_counts_ok", "1 when the database answered the last time its counts were asked for, else 0.", nil, nil)
	countsTook = prometheus.NewDesc("dure_counts_seconds", "How long the database took the last time its counts were asked for.", nil, nil)
)

// Describe tells nothing: which gauges there are depends on whether the database answers.
func (c *counts) Describe(chan<- *prometheus.Desc) {}

// Collect gives the gauges, from memory when they were asked for a moment ago.
func (c *counts) Collect(out chan<- prometheus.Metric) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if time.Since(c.asked) > countsHold {
		began := time.Now()
		found, err := c.askWithin()
		c.asked = time.Now() // the hold begins when the answer is there, so that a slow database gets its rest
		ok := 1.0
		if err != nil {
			c.log.Warn("count for metrics", "error", err)
			found, ok = nil, 0
		}
		c.found = append(found,
			prometheus.MustNewConstMetric(countsOK, prometheus.GaugeValue, ok),
			prometheus.MustNewConstMetric(countsTook, prometheus.GaugeValue, c.asked.Sub(began).Seconds()))
	}
	for _, m := range c.found {
		out <- m
	}
}

func (c *counts) askWithin() ([]prometheus.Metric, error) {
	answer := make(chan []prometheus.Metric, 1)
	err := c.asking.within(context.Background(), countsWithin, func(ctx context.Context) error {
		found, err := c.ask(ctx)
		answer <- found
		return err
	})
	if err != nil {
		return nil, err
	}
	return <-answer, nil
}

// ask asks all questions in one read-only transaction, whose statements the database itself ends when they take too long.
func (c *counts) ask(ctx context.Context) ([]prometheus.Metric, error) {
	tx, err := c.db.BeginTxx(ctx, nil)
	if err != nil {
		return nil, err
	}
	defer tx.Rollback()
	if _, err := tx.ExecContext(ctx, `select set_config('transaction_read_only', 'on', true), set_config('statement_timeout', $1, true)`,
		fmt.Sprint(countsWithin.Milliseconds())); err != nil {
		return nil, err
	}
	var out []prometheus.Metric
	for _, g := range gauges {
		found, err := g.values(ctx, tx)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", g.name, err)
		}
		out = append(out, found...)
	}
	return out, nil
}

func (g gauge) values(ctx context.Context, tx *sqlx.Tx) ([]prometheus.Metric, error) {
	rows, err := tx.QueryContext(ctx, g.ask)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	values := map[string]float64{}
	for _, k := range g.known {
		values[k] = 0
	}
	for rows.Next() {
		var label string
		var value float64
		if err := rows.Scan(&label, &value); err != nil {
			return nil, err
		}
		if g.label != "" && !slices.Contains(g.known, label) {
			label = "other" // a newer state: a line in known is missing
		}
		values[label] += value
	}
	var labels []string
	if g.label != "" {
		labels = []string{g.label}
	}
	desc := prometheus.NewDesc(g.name, g.help, labels, nil)
	var out []prometheus.Metric
	for label, value := range values {
		if g.label == "" {
			out = append(out, prometheus.MustNewConstMetric(desc, prometheus.GaugeValue, value))
		} else {
			out = append(out, prometheus.MustNewConstMetric(desc, prometheus.GaugeValue, value, label))
		}
	}
	return out, rows.Err()
}
