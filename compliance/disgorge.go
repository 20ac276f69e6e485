package compliance

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/jmoiron/sqlx"

	"dure/civil"
	"dure/money"
	"dure/pg"
	"dure/registry"
)

// Treasury is the id of the payee to whom a committee disgorges: the United States Treasury.
const Treasury = "US-TREASURY"

// Disgorgement is money that goes to the United States Treasury, since it may neither stay nor go back to whoever gave it.
type Disgorgement struct {
	Committee  registry.CommitteeID
	ID         string // its transaction id in filings; made where it is empty
	Receipt    string
	Cents      money.Cents
	PaidOn     civil.Day
	HappenedAt time.Time
	Method     string // such as check 1042
	Reason     string // why it does not go back to the giver
}

// Disgorge records money that was paid to the Treasury: a disbursement of line 29, and whose receipt it was (11 CFR
// 103.3(b)(2)). It settles the receipt's cases by so much; the giver's room does not come back. A *Refusal says why it
// can't be recorded. The giver is locked.
func Disgorge(ctx context.Context, tx *sqlx.Tx, d Disgorgement) error {
	r, err := holdReceipt(ctx, tx, d.Committee, d.Receipt)
	if err != nil {
		return err
	}
	asked, err := beingRefunded(ctx, tx, d.Committee, d.Receipt)
	if err != nil {
		return err
	}
	if err := refuse(d.faults(r, asked[d.Receipt])); err != nil {
		return err
	}
	if d.ID == "" {
		d.ID = pg.NewID('D')
	}
	if err := ensureTreasury(ctx, tx, d.Committee); err != nil {
		return err
	}
	err = Disburse(ctx, tx, Disbursement{
		Committee: d.Committee, ID: d.ID, Payee: Treasury, Line: "29", Cents: d.Cents, PaidOn: d.PaidOn, HappenedAt: d.HappenedAt,
		Method: d.Method, Purpose: cut("Disgorgement of contribution of "+r.ReceivedOn.String()+" from "+r.Giver, 100),
	})
	if err != nil {
		return err
	}
	const insert = `
		insert into disgorgements (committee, id, receipt, cents, paid_on, method, reason)
		values ($1, $2, $3, $4, $5, $6, $7)`
	if _, err := tx.ExecContext(ctx, insert, d.Committee, d.ID, d.Receipt, d.Cents, d.PaidOn, d.Method, d.Reason); err != nil {
		return fmt.Errorf("disgorge %s: %w", d.Receipt, err)
	}
	partners, err := partnersPart(ctx, tx, d.Committee, d.Receipt, r.Cents-r.Gone, d.Cents)
	if err != nil {
		return err
	}
	for person, cents := range partners {
		err := cured(ctx, tx, d.Committee, d.Receipt, "disgorgement", cents, d.PaidOn, d.ID, func(c Case) bool { return byMoney(c) && c.Person == person })
		if err != nil {
			return err
		}
	}
	return cured(ctx, tx, d.Committee, d.Receipt, "disgorgement", d.Cents, d.PaidOn, d.ID, func(c Case) bool {
		_, beside := partners[c.Person]
		return byMoney(c) && !beside
	})
}

// faults tells why money can't go to the Treasury; asked is what is on its way back to the giver.
func (d Disgorgement) faults(r standing, asked money.Cents) []Finding {
	const cite = "11 CFR 103.3(b)(2)"
	var out []Finding
	refused := func(field, text string) { out = append(out, Finding{Field: field, Text: text, Cite: cite}) }
	if left := max(0, r.Cents-r.Gone-asked); d.Cents <= 0 || d.Cents > left {
		out = append(out, Finding{Field: "cents", Text: fmt.Sprintf("At most %v of it is still here", left), Room: left, Cite: cite})
	}
	switch {
	case r.Candidate != "" && r.Forwarded:
		refused("receipt", "It was forwarded to the candidate's committee: that committee disgorges it")
	case r.Candidate != "":
		refused("receipt", "It is held for the candidate: give it back, or forward it and tell the candidate's committee")
	case r.Instrument == "in-kind":
		refused("receipt", "Goods that were used can't be paid over: give back their value")
	}
	switch {
	case d.PaidOn.IsZero():
		refused("paid_on", "Write the day on which it was paid")
	case d.PaidOn.Before(r.ReceivedOn):
		refused("paid_on", fmt.Sprintf("It came on %v, after this day", r.ReceivedOn))
	}
	if strings.TrimSpace(d.Method) == "" {
		refused("method", "Write by what means: the check's number, or ACH")
	}
	if strings.TrimSpace(d.Reason) == "" {
		refused("reason", "Write why it does not go back to the giver")
	}
	return out
}

// ensureTreasury enters the Treasury among a committee's payees, once.
func ensureTreasury(ctx context.Context, tx *sqlx.Tx, committee registry.CommitteeID) error {
	const insert = `
		insert into payees (committee, id, entity, name, street, city, state, zip)
		values ($1, $2, 'ORG', 'U.S. TREASURY', '1500 Pennsylvania Ave NW', 'Washington', 'DC', '20220')
		on conflict on constraint payees_pk do nothing`
	if _, err := tx.ExecContext(ctx, insert, committee, Treasury); err != nil {
		return fmt.Errorf("enter the Treasury among the payees: %w", err)
	}
	return nil
}

// cut shortens a text to a number of characters.
func cut(s string, most int) string {
	r := []rune(s)
	return string(r[:min(len(r), most)])
}
