package compliance

import (
	"context"
	"fmt"
	"time"

	"github.com/jmoiron/sqlx"

	"dure/civil"
	"dure/ledger"
	"dure/money"
	"dure/registry"
)

// Disbursement is money that a committee paid from its own.
type Disbursement struct {
	Committee  registry.CommitteeID
	ID         string // its transaction id in filings
	Payee      string // of the committee's payees; empty when a candidate is paid
	Candidate  registry.CandidateID
	Election   registry.ElectionID
	Line       string // 21(b), 22, 23 or 29 of Form 3X
	Cents      money.Cents
	PaidOn     civil.Day
	HappenedAt time.Time
	Method     string // such as check 1040, ACH
	Purpose    string
	Category   string // the FEC's category code, such as 001
}

var disbursementAccounts = map[string]ledger.Account{
	"21(b)": ledger.Operating, "22": ledger.TransfersOut, "23": ledger.Candidates, "29": ledger.OtherDisbursements,
}

// Disburse records money that was paid: the fact, and its entry in the books.
func Disburse(ctx context.Context, tx *sqlx.Tx, d Disbursement) error {
	var text string
	switch {
	case d.Candidate != "":
		candidate, err := registry.FindCandidate(ctx, tx, d.Candidate, time.Time{})
		if err != nil {
			return err
		}
		text = "Contribution to " + candidate.CommitteeName
	default:
		payee, err := registry.FindPayee(ctx, tx, d.Committee, d.Payee)
		if err != nil {
			return err
		}
		if d.Line == "22" && payee.FECID == "" {
			return &Refusal{[]Finding{{Field: "payee", Text: "A transfer goes to a political committee: this payee has no FEC id", Cite: "11 CFR 104.3(b)(3)"}}}
		}
		text = payee.Said() + ": " + d.Purpose
	}
	const insert = `
		insert into disbursements (
			committee, id, payee, candidate, election, line, cents, paid_on, happened_at, method, purpose, category)
		values ($1, $2, nullif($3, ''), nullif($4, ''), nullif($5, ''), $6, $7, $8, $9, $10, $11, $12)`
	_, err := tx.ExecContext(ctx, insert, d.Committee, d.ID, d.Payee, d.Candidate, d.Election, d.Line, d.Cents,
		d.PaidOn, d.HappenedAt, d.Method, d.Purpose, d.Category)
	if err != nil {
		return fmt.Errorf("disburse %s: %w", d.ID, err)
	}
	return ledger.Post(ctx, tx, ledger.Entry{
		Committee: d.Committee, Source: "disbursement:" + d.ID, PostedOn: d.PaidOn, Text: text,
		Lines: []ledger.Line{
			{Account: disbursementAccounts[d.Line], Cents: d.Cents, Feeds: d.Line},
			{Account: ledger.Bank, Cents: -d.Cents},
		},
	})
}
