package compliance

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/jmoiron/sqlx"
	"github.com/lib/pq"

	"dure/civil"
	"dure/ledger"
	"dure/money"
	"dure/pg"
	"dure/registry"
)

// Earmark is an earmarked gift that the committee holds for a candidate (11 CFR 110.6).
type Earmark struct {
	Receipt    string `db:"id"`
	Giver      string
	Candidate  registry.CandidateID
	Election   registry.ElectionID
	Cents      money.Cents
	ReceivedOn civil.Day `db:"received_on"`
	Due        Due       `db:"-"`
}

// ForwardsDue lists the earmarked gifts that are not forwarded yet, the one due first at the head. The clock runs from
// the conduit's receipt, which is the authorisation, not from any payout.
func ForwardsDue(ctx context.Context, q sqlx.QueryerContext, committee registry.CommitteeID, today civil.Day) ([]Earmark, error) {
	const list = `
		select r.id, r.candidate, r.election, (r.cents - ` + gone + `)::bigint as cents, r.received_on,
		       (select case when organization <> '' then organization else first_name || ' ' || last_name end
		        from contributor_versions v
		        where v.committee = r.committee and v.person = r.person
		        order by recorded_at desc limit 1) as giver
		from receipts r
		where r.committee = $1 and r.candidate is not null
		  and not exists (select from forward_items i where i.committee = r.committee and i.receipt = r.id)
		  and r.cents > ` + gone + `
		  and not exists (
			select from disputes d
			where d.committee = r.committee and d.receipt = r.id
			  and not exists (select from dispute_ends e where e.committee = d.committee and e.dispute = d.id))
		order by r.received_on, r.candidate, r.id`
	var out []Earmark
	if err := sqlx.SelectContext(ctx, q, &out, list, committee); err != nil {
		return nil, says(committee, "list the forwards due", err)
	}
	for i := range out {
		out[i].Due = dueSince(law().Clock("forward-earmark", out[i].ReceivedOn), out[i].ReceivedOn, today)
	}
	return out, nil
}

// EarmarksLeft lists the earmarked gifts of which something is held though the rest was forwarded, since a refund of it failed late, each with
// what is held: each is forwarded once, so that this goes back to its giver. Receipts narrow it to these.
func EarmarksLeft(ctx context.Context, q sqlx.QueryerContext, committee registry.CommitteeID, receipts ...string) ([]Earmark, error) {
	const list = `
		select id, candidate, election, received_on, giver, cents
		from (
			select r.id, r.candidate, r.election, r.received_on,
			       coalesce((select case when organization <> '' then organization else first_name || ' ' || last_name end
			                 from contributor_versions v
			                 where v.committee = r.committee and v.person = r.person
			                 order by recorded_at desc, v.id desc limit 1), '') as giver,
			       (r.cents - i.cents
			        - (select coalesce(sum(b.cents), 0)
			           from refunds b
			           where b.committee = r.committee and b.receipt = r.id and not b.forwarded
			             and not exists (select from refund_failures f where f.committee = b.committee and f.refund = b.id))
			        - (select coalesce(sum(d.cents - e.returned_cents), 0)
			           from disputes d
			           join dispute_ends e on e.committee = d.committee and e.dispute = d.id and e.outcome = 'lost'
			           where d.committee = r.committee and d.receipt = r.id and not d.forwarded))::bigint as cents
			from forward_items i
			join receipts r on r.committee = i.committee and r.id = i.receipt
			where i.committee = $1 and (cardinality($2::text[]) = 0 or r.id = any($2))
			  and exists (
				select
				from refunds b
				join refund_failures f on f.committee = b.committee and f.refund = b.id
				where b.committee = r.committee and b.receipt = r.id and not b.forwarded)) left_over
		where cents > 0
		order by received_on, id`
	var out []Earmark
	if err := sqlx.SelectContext(ctx, q, &out, list, committee, pq.Array(append([]string{}, receipts...))); err != nil {
		return nil, says(committee, "list what is left of forwarded gifts", err)
	}
	return out, nil
}

// ForwardDay is when earmarked money received on a day must be with the candidate at the latest.
func ForwardDay(received civil.Day) civil.Day {
	return law().Clock("forward-earmark", received).Due(received)
}

// Forwarded is earmarked gifts sent on to one candidate together.
type Forwarded struct {
	Committee  registry.CommitteeID
	ID         string
	Candidate  registry.CandidateID
	SentOn     civil.Day
	HappenedAt time.Time
	Method     string // such as check 1041, ACH
	Directed   bool   // this committee chose the candidate: the gifts are its own contributions too (11 CFR 110.6(d)(2))
	Receipts   []string
}

// Forward records that earmarked gifts were sent on: the fact, a line of the filing for each, one entry in the books.
// A gift that is not held for the candidate, came after the day, or is in doubt of its source refuses it: money in doubt is not
// spent (11 CFR 103.3(b)(4)). Of which Stripe is being asked to give something back waits until that is booked, as nobody is paid twice.
// What passes the candidate's limit may be sent on with notice, and its case then is the recipient's. The
// givers are locked here, so that no refund comes between.
func Forward(ctx context.Context, tx *sqlx.Tx, f Forwarded) error {
	var givers []registry.PersonID
	const whose = `select distinct person from receipts where committee = $1 and id = any($2)`
	if err := tx.SelectContext(ctx, &givers, whose, f.Committee, pq.Array(f.Receipts)); err != nil {
		return fmt.Errorf("the givers of forward %s: %w", f.ID, err)
	}
	if err := registry.Lock(ctx, tx, givers...); err != nil {
		return err
	}
	var doubted []string
	const doubts = `
		select receipt
		from cases
		where committee = $1 and receipt = any($2) and state = 'open' and kind in ('doubtful source', 'unlawful source')`
	if err := tx.SelectContext(ctx, &doubted, doubts, f.Committee, pq.Array(f.Receipts)); err != nil {
		return fmt.Errorf("the cases of forward %s: %w", f.ID, err)
	}
	asked, err := beingRefunded(ctx, tx, f.Committee, f.Receipts...)
	if err != nil {
		return err
	}
	held, err := ForwardsDue(ctx, tx, f.Committee, f.SentOn)
	if err != nil {
		return err
	}
	byID := make(map[string]Earmark, len(held))
	for _, e := range held {
		byID[e.Receipt] = e
	}
	var findings []Finding
	var total money.Cents
	var cents []int64 // what is still held of each
	for _, id := range f.Receipts {
		e, ok := byID[id]
		cents = append(cents, int64(e.Cents))
		switch {
		case !ok || e.Candidate != f.Candidate:
			findings = append(findings, Finding{Field: "receipts", Text: "This gift is not held for this candidate: " + id})
		case slices.Contains(doubted, id):
			findings = append(findings, Finding{Field: "receipts", Text: "The source of the gift of " + e.Giver + " is in doubt: settle its case first", Cite: "11 CFR 103.3(b)(4)"})
		case asked[id] > 0:
			findings = append(findings, Finding{Field: "receipts", Text: fmt.Sprintf("Of the gift of %s %v is on its way back to the giver: wait until it is booked", e.Giver, asked[id])})
		case e.ReceivedOn.After(f.SentOn):
			findings = append(findings, Finding{Field: "sent_on", Text: fmt.Sprintf("The gift of %s came on %v, after this day", e.Giver, e.ReceivedOn)})
		}
		delete(byID, id)
		total += e.Cents
	}
	if len(f.Receipts) == 0 {
		findings = append(findings, Finding{Field: "receipts", Text: "Choose the gifts that were sent on"})
	}
	if f.Method == "" {
		findings = append(findings, Finding{Field: "method", Text: "Write by what means: the check's number, or ACH", Cite: "11 CFR 110.6(c)(1)(iv)"})
	}
	if err := refuse(findings); err != nil {
		return err
	}
	candidate, err := registry.FindCandidate(ctx, tx, f.Candidate, time.Time{})
	if err != nil {
		return err
	}
	const insert = `
		insert into forwards (committee, id, candidate, sent_on, happened_at, method, cents, directed)
		values ($1, $2, $3, $4, $5, $6, $7, $8)`
	if _, err := tx.ExecContext(ctx, insert, f.Committee, f.ID, f.Candidate, f.SentOn, f.HappenedAt, f.Method, total, f.Directed); err != nil {
		return fmt.Errorf("forward %s: %w", f.ID, err)
	}
	ids := make([]string, len(f.Receipts))
	for i := range ids {
		ids[i] = pg.NewID('I')
	}
	const items = `
		insert into forward_items (committee, id, forward, receipt, cents)
		select $1, i.id, $2, i.receipt, i.cents
		from unnest($3::text[], $4::text[], $5::bigint[]) i(id, receipt, cents)`
	if _, err := tx.ExecContext(ctx, items, f.Committee, f.ID, pq.Array(ids), pq.Array(f.Receipts), pq.Array(cents)); err != nil {
		return fmt.Errorf("forward %s: %w", f.ID, err)
	}
	return ledger.Post(ctx, tx, ledger.Entry{
		Committee: f.Committee, Source: "forward:" + f.ID, PostedOn: f.SentOn,
		Text: "Forwarded to " + candidate.CommitteeName + " by " + f.Method,
		Lines: []ledger.Line{
			{Account: ledger.Held, Cents: total, Feeds: "23"},
			{Account: ledger.Bank, Cents: -total},
		},
	})
}
