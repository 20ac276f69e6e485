package compliance

import (
	"context"
	"fmt"
	"time"

	"github.com/jmoiron/sqlx"
	"github.com/lib/pq"

	"dure/civil"
	"dure/ledger"
	"dure/money"
	"dure/pg"
	"dure/registry"
)

// Refund is money that went back to a giver.
type Refund struct {
	Committee    registry.CommitteeID
	ID           string // its transaction id in filings; made where it is empty
	Receipt      string
	Cents        money.Cents
	RefundedOn   civil.Day
	HappenedAt   time.Time
	StripeRefund string              // empty for one by check
	Person       registry.PersonID   // whose money it is where it counts for several; the contributor where it is empty
	Election     registry.ElectionID // whose money it is where it counts for several; the one that has a case where it is empty
}

// back is what the verbs of money that goes back need to know of a receipt.
type back struct {
	Person     registry.PersonID
	Kind       string // of the person
	Giver      string
	Line       string
	Cents      money.Cents
	Instrument string
	Candidate  registry.CandidateID
	ReceivedOn civil.Day `db:"received_on"`
	Forwarded  bool
	Gone       money.Cents // refunded, less what failed, lost in disputes, and disgorged
	Counted    bool        // it counts for elections, or for others beside its contributor, or has open cases
}

func findBack(ctx context.Context, q sqlx.QueryerContext, committee registry.CommitteeID, receipt string) (back, error) {
	const find = `
		select r.person, ` + registry.KindNow + ` as kind, r.line, r.cents, r.instrument, coalesce(r.candidate, '') as candidate, r.received_on,
		       exists (select from forward_items i where i.committee = r.committee and i.receipt = r.id) as forwarded,
		       coalesce((select case when organization <> '' then organization else first_name || ' ' || last_name end
		        from contributor_versions v
		        where v.committee = r.committee and v.person = r.person
		        order by recorded_at desc, id desc limit 1), '') as giver,
		       (select coalesce(sum(b.cents), 0)::bigint
		        from refunds b
		        where b.committee = r.committee and b.receipt = r.id
		          and not exists (select from refund_failures f where f.committee = b.committee and f.refund = b.id))
		       + (select coalesce(sum(d.cents - e.returned_cents), 0)::bigint
		          from disputes d
		          join dispute_ends e on e.committee = d.committee and e.dispute = d.id and e.outcome = 'lost'
		          where d.committee = r.committee and d.receipt = r.id)
		       + (select coalesce(sum(d.cents), 0)::bigint
		          from disgorgements d
		          where d.committee = r.committee and d.receipt = r.id) as gone,
		       exists (select from designations x where x.committee = r.committee and x.receipt = r.id)
		       or exists (select from attributions x where x.committee = r.committee and x.receipt = r.id)
		       or exists (select from cases x where x.committee = r.committee and x.receipt = r.id) as counted
		from receipts r
		join persons p on p.id = r.person
		where r.committee = $1 and r.id = $2`
	var b back
	if err := sqlx.GetContext(ctx, q, &b, find, committee, receipt); err != nil {
		return b, fmt.Errorf("find receipt %s of %s: %w", receipt, committee, err)
	}
	return b, nil
}

// Here tells how much of a receipt has neither gone back nor to the Treasury.
func Here(ctx context.Context, q sqlx.QueryerContext, committee registry.CommitteeID, receipt string) (money.Cents, error) {
	b, err := findBack(ctx, q, committee, receipt)
	return max(0, b.Cents-b.Gone), err
}

// Refundable tells how much of a receipt may still go back, beside what Stripe is being asked to give back.
func Refundable(ctx context.Context, q sqlx.QueryerContext, committee registry.CommitteeID, receipt string) (money.Cents, error) {
	here, err := Here(ctx, q, committee, receipt)
	if err != nil {
		return 0, err
	}
	asked, err := beingRefunded(ctx, q, committee, receipt)
	return max(0, here-asked[receipt]), err
}

// beingRefunded tells how much of each receipt Stripe is being asked to give back: it is decided, and in no books yet. Those of
// which nothing is are left out. While the giver is locked nothing is added to it.
func beingRefunded(ctx context.Context, q sqlx.QueryerContext, committee registry.CommitteeID, receipts ...string) (map[string]money.Cents, error) {
	const list = `
		select gift, sum(substring(body from 'amount=([0-9]+)')::bigint)::bigint as cents
		from owed_calls
		where committee = $1 and gift = any($2) and verb = 'refund' and state = 'owed'
		group by gift`
	var rows []struct {
		Gift  string
		Cents money.Cents
	}
	if err := sqlx.SelectContext(ctx, q, &rows, list, committee, pq.Array(receipts)); err != nil {
		return nil, says(committee, "look for refunds under way", err)
	}
	out := make(map[string]money.Cents, len(rows))
	for _, r := range rows {
		out[r.Gift] = r.Cents
	}
	return out, nil
}

// RecordRefund books a refund: line 28(b) to a party committee, 28(c) to another political committee, 28(a) to everybody
// else. It settles the receipt's cases by so much. Of an earmarked gift that is still held the obligation to forward ends by so
// much; after it was forwarded the committee paid from its own, and a case opens. A refund that is booked already stays
// as it is. The giver is locked.
func RecordRefund(ctx context.Context, tx *sqlx.Tx, r Refund) error {
	b, err := findBack(ctx, tx, r.Committee, r.Receipt)
	if err != nil {
		return err
	}
	if b.Forwarded {
		left, err := EarmarksLeft(ctx, tx, r.Committee, r.Receipt)
		if err != nil {
			return err
		}
		b.Forwarded = len(left) == 0 || left[0].Cents < r.Cents // what came back late is held yet
	}
	if r.ID == "" {
		r.ID = pg.NewID('X')
	}
	const insert = `
		insert into refunds (committee, id, receipt, cents, refunded_on, happened_at, stripe_refund, forwarded, person, election, line)
		values ($1, $2, $3, $4, $5, $6, nullif($7, ''), $8, nullif($9, ''), nullif($10, ''), $11)
		on conflict on constraint refunds_stripe_once do nothing`
	if fresh, err := once(ctx, tx, insert, r.Committee, r.ID, r.Receipt, r.Cents, r.RefundedOn, r.HappenedAt, r.StripeRefund, b.Forwarded,
		r.Person, r.Election, b.refundLine()); err != nil {
		return fmt.Errorf("record the refund of %s: %w", r.Receipt, err)
	} else if !fresh {
		return nil
	}
	from := ledger.Stripe
	if r.StripeRefund == "" {
		from = ledger.Bank
	}
	entry := ledger.Entry{
		Committee: r.Committee, Source: "refund:" + r.ID, PostedOn: r.RefundedOn, Text: "Refund to " + b.Giver,
		Lines: []ledger.Line{
			{Account: b.refundAccount(), Cents: r.Cents, Feeds: b.refundLine()},
			{Account: from, Cents: -r.Cents},
		},
	}
	if err := ledger.Post(ctx, tx, entry); err != nil {
		return err
	}
	if b.Counted {
		err := returned(ctx, tx, gave{
			committee: r.Committee, receipt: r.Receipt, contributor: b.Person, cents: r.Cents, on: r.RefundedOn, ref: "refund:" + r.ID,
			person: r.Person, election: r.Election,
		})
		if err != nil {
			return err
		}
	}
	if b.Candidate != "" && b.Forwarded {
		return openBackCase(ctx, tx, r.Committee, r.Receipt, b, r.Cents, r.RefundedOn, "refund:"+r.ID)
	}
	return nil
}

// GiveBack records a refund that was made by check or transfer. A *Refusal says that less is left, or that the giver's bank has taken
// it, so that they would have it twice. The giver is locked here.
func GiveBack(ctx context.Context, tx *sqlx.Tx, r Refund) error {
	if _, err := holdReceipt(ctx, tx, r.Committee, r.Receipt); err != nil {
		return err
	}
	left, err := Refundable(ctx, tx, r.Committee, r.Receipt)
	if err != nil {
		return err
	}
	disputed, err := Disputed(ctx, tx, r.Committee, r.Receipt)
	switch {
	case err != nil:
		return err
	case disputed:
		return &Refusal{[]Finding{{Text: "The giver's bank has taken it back by a dispute: a refund would pay twice"}}}
	case r.Cents <= 0 || r.Cents > left:
		return &Refusal{[]Finding{{Field: "amount", Text: fmt.Sprintf("Of this gift %v can still go back", left), Room: left}}}
	}
	return RecordRefund(ctx, tx, r)
}

// refundAccount is where a refund is debited: what is held for a candidate, or the committee's own.
func (b back) refundAccount() ledger.Account { return b.accountOf(b.refundLine()) }

// accountOf is refundAccount of a refund that stands on a line already.
func (b back) accountOf(line string) ledger.Account {
	if b.Candidate != "" && !b.Forwarded {
		return ledger.Held
	}
	switch line {
	case "28(b)":
		return ledger.RefundsParties
	case "28(c)":
		return ledger.RefundsCommittees
	}
	return ledger.RefundsIndividuals
}

// refundLine is the line of Form 3X of a refund to whoever gave (11 CFR 104.3(b)(1)(vii)): what is earmarked is an
// individual's, as its receipt was.
func (b back) refundLine() string {
	if b.Candidate != "" {
		return "28(a)"
	}
	switch b.Kind {
	case registry.Party, registry.PartyOfState, registry.PartyOfNation:
		return "28(b)"
	case registry.OtherPAC, registry.CandidateCommittee, registry.OtherSuperPAC:
		return "28(c)"
	}
	return "28(a)"
}

// counted is how much of a receipt has not gone back.
func counted(ctx context.Context, q sqlx.QueryerContext, committee registry.CommitteeID, receipt string) (money.Cents, error) {
	const find = `select (r.cents - ` + gone + `)::bigint from receipts r where r.committee = $1 and r.id = $2`
	var cents money.Cents
	if err := sqlx.GetContext(ctx, q, &cents, find, committee, receipt); err != nil {
		return 0, fmt.Errorf("what counts of %s: %w", receipt, err)
	}
	return cents, nil
}

// FailRefund books that a refund came back: the bank did not take it.
func FailRefund(ctx context.Context, tx *sqlx.Tx, committee registry.CommitteeID, stripeRefund string, on civil.Day, at time.Time) error {
	var r struct {
		ID        string
		Receipt   string
		Cents     money.Cents
		Forwarded bool
		Line      string
	}
	const find = `select id, receipt, cents, forwarded, line from refunds where committee = $1 and stripe_refund = $2`
	if err := tx.GetContext(ctx, &r, find, committee, stripeRefund); err != nil {
		return fmt.Errorf("find refund %s: %w", stripeRefund, err)
	}
	b, err := findBack(ctx, tx, committee, r.Receipt)
	if err != nil {
		return err
	}
	b.Forwarded = r.Forwarded
	was, err := counted(ctx, tx, committee, r.Receipt)
	if err != nil {
		return err
	}
	const insert = `
		insert into refund_failures (committee, refund, failed_on, happened_at)
		values ($1, $2, $3, $4)
		on conflict on constraint refund_failures_pk do nothing`
	if fresh, err := once(ctx, tx, insert, committee, r.ID, on, at); err != nil {
		return fmt.Errorf("record that refund %s failed: %w", stripeRefund, err)
	} else if !fresh {
		return nil
	}
	if b.Counted {
		is, err := counted(ctx, tx, committee, r.Receipt)
		if err != nil {
			return err
		}
		if err := comeBack(ctx, tx, committee, r.Receipt, is-was, on, "refund:"+r.ID); err != nil {
			return err
		}
	}
	if err := countsAgain(ctx, tx, committee, r.Receipt, on, "refund-failed:"+r.ID); err != nil {
		return err
	}
	return ledger.Post(ctx, tx, ledger.Entry{
		Committee: committee, Source: "refund-failed:" + r.ID, PostedOn: on, Text: "Refund to " + b.Giver + " failed",
		Lines: []ledger.Line{
			{Account: ledger.Stripe, Cents: r.Cents},
			{Account: b.accountOf(r.Line), Cents: -r.Cents, Feeds: r.Line},
		},
	})
}

// openBackCase opens the case of a giver who was paid back after their gift had been forwarded: the recipient is asked for
// it. Each payback has its own, by its ref.
func openBackCase(ctx context.Context, tx *sqlx.Tx, committee registry.CommitteeID, receipt string, b back, cents money.Cents, on civil.Day, ref string) error {
	const open = `
		insert into cases (committee, id, kind, receipt, person, rule, limit_cents, excess_cents, received_on, due_on, ref)
		values ($1, $2, 'paid back after forwarding', $3, $4, 'earmark-paid-back', 0, $5, $6, $7, $8)`
	clock := law().Clock("cure-excess", on)
	_, err := tx.ExecContext(ctx, open, committee, pg.NewID('K'), receipt, b.Person, cents, on, clock.Due(on), ref)
	if err != nil {
		return fmt.Errorf("open a case for %s: %w", receipt, err)
	}
	return nil
}
