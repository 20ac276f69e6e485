package ledger

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"maps"
	"strings"
	"time"

	"github.com/jmoiron/sqlx"
	"github.com/lib/pq"

	"dure/civil"
	"dure/money"
	"dure/registry"
)

// Line moves cents on one account: a debit above zero, a credit below.
type Line struct {
	Account Account
	Cents   money.Cents
	Feeds   string // the summary line of Form 3X that it counts in; empty where cash only moves between accounts
}

// Entry is one posting: its lines sum to zero.
type Entry struct {
	Committee registry.CommitteeID
	Source    string // what is posted, such as receipt:G2ABCDEFGHIJKLMN; it posts once
	PostedOn  civil.Day
	Text      string
	Lines     []Line
}

// digest is over what may not differ when a source is posted again.
func (e Entry) digest() []byte {
	h := sha256.New()
	fmt.Fprintf(h, "%s\x00%s\x00%s", e.Committee, e.Source, e.PostedOn)
	for _, l := range e.Lines {
		fmt.Fprintf(h, "\x00%s\x00%s\x00", l.Account, l.Feeds)
		binary.Write(h, binary.BigEndian, int64(l.Cents))
	}
	return h.Sum(nil)
}

// Post writes entries to the books. A source that is posted already is left as it is; an error tells when what stands
// differs. That an entry balances is checked by the database.
func Post(ctx context.Context, tx *sqlx.Tx, entries ...Entry) error {
	type source struct{ Committee, Source string }
	digests := map[source][]byte{}
	var committees, sources, days, texts pq.StringArray // of entries
	var sums pq.ByteaArray
	var in, of, accounts, feeds pq.StringArray // of their lines
	var ns, cents pq.Int64Array
	for _, e := range entries {
		from, digest := source{string(e.Committee), e.Source}, e.digest()
		if before, ok := digests[from]; ok && !bytes.Equal(before, digest) {
			return differs(e.Source)
		} else if ok {
			continue
		}
		digests[from] = digest
		committees, sources, sums = append(committees, from.Committee), append(sources, from.Source), append(sums, digest)
		days, texts = append(days, e.PostedOn.String()), append(texts, e.Text)
		for n, l := range e.Lines {
			in, of, ns = append(in, from.Committee), append(of, from.Source), append(ns, int64(n+1))
			accounts, cents, feeds = append(accounts, string(l.Account)), append(cents, int64(l.Cents)), append(feeds, l.Feeds)
		}
	}
	const insert = `
		with entry as (
			insert into ledger_entries (committee, source, posted_on, text, digest)
			select e.committee, e.source, e.posted_on, e.text, e.digest
			from unnest($1::text[], $2::text[], $3::date[], $4::text[], $5::bytea[]) e(committee, source, posted_on, text, digest)
			on conflict on constraint ledger_entries_source_once do nothing
			returning committee, id, source)
		insert into ledger_lines (committee, entry, n, account, cents, feeds)
		select e.committee, e.id, l.n, l.account, l.cents, l.feeds
		from entry e
		join unnest($6::text[], $7::text[], $8::smallint[], $9::text[], $10::bigint[], $11::text[]) l(committee, source, n, account, cents, feeds)
			on l.committee = e.committee and l.source = e.source`
	done, err := tx.ExecContext(ctx, insert, committees, sources, days, texts, sums, in, of, ns, accounts, cents, feeds)
	if err != nil {
		return fmt.Errorf("post %s: %w", strings.Join(sources, ", "), err)
	}
	if n, _ := done.RowsAffected(); n > 0 && int(n) == len(ns) {
		return nil
	}
	const find = `
		select committee, source, digest
		from ledger_entries
		where (committee, source) in (select * from unnest($1::text[], $2::text[]))`
	var stand []struct {
		source
		Digest []byte
	}
	if err := tx.SelectContext(ctx, &stand, find, committees, sources); err != nil {
		return fmt.Errorf("post %s: %w", strings.Join(sources, ", "), err)
	}
	for _, s := range stand {
		if !bytes.Equal(s.Digest, digests[s.source]) {
			return differs(s.Source)
		}
	}
	return nil
}

func differs(source string) error {
	return fmt.Errorf("post %s: it is posted already, and differs", source)
}

// Balances sums each account through a day, from what was recorded by asOf (the zero time: now). Debits are positive.
func Balances(ctx context.Context, q sqlx.QueryerContext, committee registry.CommitteeID, through civil.Day, asOf time.Time) (map[Account]money.Cents, error) {
	const sum = `
		select l.account as key, sum(l.cents)::bigint as cents
		from ledger_entries e
		join ledger_lines l on l.committee = e.committee and l.entry = e.id
		where e.committee = $1 and e.posted_on <= $2 and e.recorded_at <= $3
		group by l.account`
	sums, err := summed(ctx, q, sum, committee, through, cutoff(asOf))
	if err != nil {
		return nil, fmt.Errorf("balances of %s: %w", committee, err)
	}
	out := make(map[Account]money.Cents, len(sums))
	for key, cents := range sums {
		out[Account(key)] = cents
	}
	return out, nil
}

// Cash is the cash on hand among balances: line 8 of the report.
func Cash(balances map[Account]money.Cents) money.Cents {
	var total money.Cents
	for _, a := range Chart {
		if a.Cash {
			total += balances[a.Account]
		}
	}
	return total
}

// Fed sums what the entries of a span of days feed to each summary line, from what was recorded by asOf (the zero time:
// now). Receipts and disbursements are both positive, as the lines of the form are.
func Fed(ctx context.Context, q sqlx.QueryerContext, committee registry.CommitteeID, from, through civil.Day, asOf time.Time) (map[string]money.Cents, error) {
	const sum = `
		select l.feeds as key, sum(` + fedCents + `)::bigint as cents
		from ledger_entries e
		join ledger_lines l on l.committee = e.committee and l.entry = e.id
		where e.committee = $1 and e.posted_on between $2 and $3 and e.recorded_at <= $4 and l.feeds <> ''
		group by l.feeds`
	sums, err := summed(ctx, q, sum, committee, from, through, cutoff(asOf))
	if err != nil {
		return nil, fmt.Errorf("what the books of %s feed: %w", committee, err)
	}
	return sums, nil
}

// fedCents is what line l adds to the line of the form that it feeds.
const fedCents = `case when l.feeds >= '2' and l.feeds not like '6%' then l.cents else -l.cents end`

// Span is what moved in a span of days.
type Span struct {
	Moved map[Account]money.Cents // debits are positive
	Fed   map[string]money.Cents  // per summary line, as Fed gives it
}

// Add puts what moved in another span to s.
func (s Span) Add(of Span) Span {
	sum := Span{maps.Clone(s.Moved), maps.Clone(s.Fed)}
	for account, cents := range of.Moved {
		sum.Moved[account] += cents
	}
	for line, cents := range of.Fed {
		sum.Fed[line] += cents
	}
	return sum
}

// Spans sums, in one pass over the books, what moved from their beginning to the first of the days, from each of the days to the next,
// and from the last through a day, from what was recorded by asOf (the zero time: now). The days are in order.
func Spans(ctx context.Context, q sqlx.QueryerContext, committee registry.CommitteeID, through civil.Day, asOf time.Time, days ...civil.Day) ([]Span, error) {
	const sum = `
		select width_bucket(e.posted_on, $4::date[]) as span, l.account, l.feeds, sum(l.cents)::bigint as moved, sum(` + fedCents + `)::bigint as fed
		from ledger_entries e
		join ledger_lines l on l.committee = e.committee and l.entry = e.id
		where e.committee = $1 and e.posted_on <= $2 and e.recorded_at <= $3
		group by 1, 2, 3`
	starts := make([]string, len(days))
	for i, d := range days {
		starts[i] = d.String()
	}
	var rows []struct {
		Span       int
		Account    Account
		Feeds      string
		Moved, Fed money.Cents
	}
	if err := sqlx.SelectContext(ctx, q, &rows, sum, committee, through, cutoff(asOf), pq.Array(starts)); err != nil {
		return nil, fmt.Errorf("what moved in the books of %s: %w", committee, err)
	}
	out := make([]Span, len(days)+1)
	for i := range out {
		out[i] = Span{map[Account]money.Cents{}, map[string]money.Cents{}}
	}
	for _, r := range rows {
		out[r.Span].Moved[r.Account] += r.Moved
		if r.Feeds != "" {
			out[r.Span].Fed[r.Feeds] += r.Fed
		}
	}
	return out, nil
}

func summed(ctx context.Context, q sqlx.QueryerContext, query string, args ...any) (map[string]money.Cents, error) {
	var rows []struct {
		Key   string
		Cents money.Cents
	}
	if err := sqlx.SelectContext(ctx, q, &rows, query, args...); err != nil {
		return nil, err
	}
	out := make(map[string]money.Cents, len(rows))
	for _, r := range rows {
		out[r.Key] = r.Cents
	}
	return out, nil
}

func cutoff(asOf time.Time) time.Time {
	if asOf.IsZero() {
		return time.Date(9999, 1, 1, 0, 0, 0, 0, time.UTC)
	}
	return asOf
}

// Posted is an entry as it stands in the books.
type Posted struct {
	Entry
	ID         string
	Actor      string
	RecordedAt time.Time
}

// Entries lists entries of a committee, the last recorded first: at most limit of them that stand behind the entry that was
// recorded at a moment under an id, as the last of the page before tells (the zero time: from the last on).
func Entries(ctx context.Context, q sqlx.QueryerContext, committee registry.CommitteeID, before time.Time, id string, limit int) ([]Posted, error) {
	const list = `
		select e.id, e.source, e.posted_on, e.text, e.actor, e.recorded_at, l.account, l.cents, l.feeds
		from (
			select committee, id, source, posted_on, text, actor, recorded_at
			from ledger_entries
			where committee = $1 and (recorded_at, id) < ($2, $3)
			order by recorded_at desc, id desc
			limit $4) e
		join ledger_lines l on l.committee = e.committee and l.entry = e.id
		order by e.recorded_at desc, e.id desc, l.n`
	if id == "" {
		id = "ffffffff-ffff-ffff-ffff-ffffffffffff"
	}
	return entries(ctx, q, committee, list, committee, cutoff(before), id, limit)
}

// EntryOf gives the entry that a source posted, as the only element, or none.
func EntryOf(ctx context.Context, q sqlx.QueryerContext, committee registry.CommitteeID, source string) ([]Posted, error) {
	const find = `
		select e.id, e.source, e.posted_on, e.text, e.actor, e.recorded_at, l.account, l.cents, l.feeds
		from ledger_entries e
		join ledger_lines l on l.committee = e.committee and l.entry = e.id
		where e.committee = $1 and e.source = $2
		order by l.n`
	return entries(ctx, q, committee, find, committee, source)
}

func entries(ctx context.Context, q sqlx.QueryerContext, committee registry.CommitteeID, query string, args ...any) ([]Posted, error) {
	var rows []struct {
		ID         string
		Source     string
		PostedOn   civil.Day `db:"posted_on"`
		Text       string
		Actor      string
		RecordedAt time.Time `db:"recorded_at"`
		Line
	}
	if err := sqlx.SelectContext(ctx, q, &rows, query, args...); err != nil {
		return nil, fmt.Errorf("read the books of %s: %w", committee, err)
	}
	var out []Posted
	for _, r := range rows {
		if len(out) == 0 || out[len(out)-1].ID != r.ID {
			out = append(out, Posted{
				Entry: Entry{Committee: committee, Source: r.Source, PostedOn: r.PostedOn, Text: r.Text},
				ID:    r.ID, Actor: r.Actor, RecordedAt: r.RecordedAt,
			})
		}
		last := &out[len(out)-1]
		last.Lines = append(last.Lines, r.Line)
	}
	return out, nil
}
