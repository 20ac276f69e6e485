package compliance

import (
	"context"
	"fmt"

	"github.com/jmoiron/sqlx"

	"dure/ledger"
	"dure/pg"
	"dure/registry"
)

// InKind is goods or services that were given: a receipt, and an equal expenditure of the same day (11 CFR 104.13(a)).
type InKind struct {
	Receipt          // Instrument, Line and Purpose are set by ReceiveInKind
	Goods     string // such as Event catering
	Valuation string // how the sum was found: the usual price (11 CFR 100.52(d))
	Category  string // the FEC's category code of the expenditure
}

// ReceiveInKind records goods or services given by an individual: no cash moves, and the sum counts in the giver's year.
func ReceiveInKind(ctx context.Context, tx *sqlx.Tx, k InKind) error {
	r := k.Receipt
	r.Line, r.Instrument, r.Purpose = "11(a)", "in-kind", "In-Kind: "+k.Goods
	if err := receive(ctx, tx, r); err != nil {
		return err
	}
	const insert = `
		insert into in_kinds (committee, receipt, id, goods, valuation, category)
		values ($1, $2, $3, $4, $5, $6)`
	if _, err := tx.ExecContext(ctx, insert, r.Committee, r.ID, pg.NewID('D'), k.Goods, k.Valuation, k.Category); err != nil {
		return fmt.Errorf("receive in kind %s: %w", r.ID, err)
	}
	err := ledger.Post(ctx, tx, ledger.Entry{
		Committee: r.Committee, Source: "receipt:" + r.ID, PostedOn: r.ReceivedOn,
		Text: "In-kind of " + r.Contributor.Name() + ": " + k.Goods,
		Lines: []ledger.Line{
			{Account: ledger.InKindUsed, Cents: r.Cents, Feeds: "21(b)"},
			{Account: ledger.Individuals, Cents: -r.Cents, Feeds: "11(a)"},
		},
	})
	if err != nil {
		return err
	}
	return review(ctx, tx, r)
}

// ReportText is what a treasurer tells in a report.
type ReportText struct {
	Committee registry.CommitteeID
	ID        string // its transaction id; made where it is empty
	Period    string // the report's name, such as 2026-M3
	About     string // the transaction id of the row that it is about; empty for the whole report
	Text      string
}

// TellInReport records a text for a report. A later text about the same row, or another about the whole, stands beside it.
func TellInReport(ctx context.Context, tx *sqlx.Tx, t ReportText) error {
	if t.ID == "" {
		t.ID = pg.NewID('T')
	}
	const insert = `insert into report_texts (committee, id, period, about, text) values ($1, $2, $3, $4, $5)`
	if _, err := tx.ExecContext(ctx, insert, t.Committee, t.ID, t.Period, t.About, t.Text); err != nil {
		return fmt.Errorf("tell in report %s: %w", t.Period, err)
	}
	return nil
}
