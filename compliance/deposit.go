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
	"dure/registry"
)

// Check is a check, or cash, that is on hand and must go to the bank.
type Check struct {
	Receipt    string `db:"id"`
	Giver      string
	Number     string `db:"instrument_number"`
	Cents      money.Cents
	ReceivedOn civil.Day `db:"received_on"`
	Due        Due       `db:"-"`
}

// Undeposited lists the checks on hand, the one due first at the head.
func Undeposited(ctx context.Context, q sqlx.QueryerContext, committee registry.CommitteeID, today civil.Day) ([]Check, error) {
	const list = `
		select r.id, r.instrument_number, r.cents, r.received_on,
		       (select case when organization <> '' then organization else first_name || ' ' || last_name end
		        from contributor_versions v
		        where v.committee = r.committee and v.person = r.person
		        order by recorded_at desc limit 1) as giver
		from receipts r
		where r.committee = $1 and r.instrument in ('check', 'cash')
		  and not exists (select from deposit_items d where d.committee = r.committee and d.receipt = r.id)
		order by r.received_on, r.id`
	var out []Check
	if err := sqlx.SelectContext(ctx, q, &out, list, committee); err != nil {
		return nil, says(committee, "list the checks on hand", err)
	}
	for i := range out {
		out[i].Due = dueSince(law().Clock("deposit", out[i].ReceivedOn), out[i].ReceivedOn, today)
	}
	return out, nil
}

// Deposit is checks that went to the bank together.
type Deposit struct {
	Committee   registry.CommitteeID
	ID          string
	DepositedOn civil.Day
	HappenedAt  time.Time
	Receipts    []string
}

// RecordDeposit books a deposit. A receipt that is not on hand, or came after the day, refuses it.
func RecordDeposit(ctx context.Context, tx *sqlx.Tx, d Deposit) error {
	onHand, err := Undeposited(ctx, tx, d.Committee, d.DepositedOn)
	if err != nil {
		return err
	}
	byID := make(map[string]Check, len(onHand))
	for _, c := range onHand {
		byID[c.Receipt] = c
	}
	var findings []Finding
	var total money.Cents
	for _, id := range d.Receipts {
		c, ok := byID[id]
		switch {
		case !ok:
			findings = append(findings, Finding{Field: "receipts", Text: "This check is not on hand: " + id})
		case c.ReceivedOn.After(d.DepositedOn):
			findings = append(findings, Finding{Field: "deposited_on", Text: fmt.Sprintf("The check of %s came on %v, after this day", c.Giver, c.ReceivedOn)})
		}
		delete(byID, id)
		total += c.Cents
	}
	if len(d.Receipts) == 0 {
		findings = append(findings, Finding{Field: "receipts", Text: "Choose the checks that went to the bank"})
	}
	if err := refuse(findings); err != nil {
		return err
	}
	const insert = `insert into deposits (committee, id, deposited_on, happened_at, cents) values ($1, $2, $3, $4, $5)`
	if _, err := tx.ExecContext(ctx, insert, d.Committee, d.ID, d.DepositedOn, d.HappenedAt, total); err != nil {
		return fmt.Errorf("record deposit %s: %w", d.ID, err)
	}
	const items = `insert into deposit_items (committee, deposit, receipt) select $1, $2, unnest($3::text[])`
	if _, err := tx.ExecContext(ctx, items, d.Committee, d.ID, pq.Array(d.Receipts)); err != nil {
		return fmt.Errorf("record deposit %s: %w", d.ID, err)
	}
	return ledger.Post(ctx, tx, ledger.Entry{
		Committee: d.Committee, Source: "deposit:" + d.ID, PostedOn: d.DepositedOn, Text: "Deposit",
		Lines: []ledger.Line{{Account: ledger.Bank, Cents: total}, {Account: ledger.Undeposited, Cents: -total}},
	})
}
