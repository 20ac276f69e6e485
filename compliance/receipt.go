package compliance

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/jmoiron/sqlx"

	"dure/civil"
	"dure/ledger"
	"dure/money"
	"dure/registry"
)

// Receipt is money that came to a committee.
type Receipt struct {
	Committee        registry.CommitteeID
	ID               string               // its transaction id in filings; a card gift's own id
	Contributor      registry.Contributor // Person is set
	Line             string               // 11(a), 11(b), 11(c), 12, 15, 16 or 17 of Form 3X
	Instrument       string               // card, check, transfer or cash
	InstrumentNumber string               // of a check
	Cents            money.Cents
	MadeOn           civil.Day // the giver let go of it (11 CFR 110.1(b)(6)): limits count by this day
	ReceivedOn       civil.Day // the committee, or one who acts for it, had it (11 CFR 102.8): reports count by this day
	HappenedAt       time.Time
	Gift             string               // of a card gift
	Candidate        registry.CandidateID // for whom it is earmarked; empty for the committee's own
	Election         registry.ElectionID  // of an earmark; to a candidate's own committee the giver's word, empty for the next one
	Recipient        string               // name of the candidate's committee, for the books' text
	Purpose          string

	Account          string               // of the committee: empty, non-contribution of a hybrid, or convention, headquarters, recount of a national party; line 17
	Anonymous        bool                 // nobody knows the giver
	Joint            []registry.PersonID  // others whose names the instrument shows
	ThroughCommittee registry.CommitteeID // of money that a conduit of this installation forwarded: the conduit, and its receipt,
	ThroughReceipt   string               // by which the gift counts already
	Evidence         string               // of the giver's word for the election, where it is kept
}

// receiptAccounts tells where a receipt of a line is credited.
var receiptAccounts = map[string]ledger.Account{
	"11(a)": ledger.Individuals, "11(b)": ledger.Parties, "11(c)": ledger.Committees, "12": ledger.TransfersIn,
	"15": ledger.Offsets, "16": ledger.RefundsReceived, "17": ledger.OtherReceipts,
}

// instruments tells where the money lies once it came, and how the books call it.
var instruments = map[string]struct {
	account ledger.Account
	word    string
}{
	"card": {ledger.Stripe, "Gift"}, "check": {ledger.Undeposited, "Check"},
	"cash": {ledger.Undeposited, "Cash"}, "transfer": {ledger.Bank, "Transfer"},
}

// Receive records money that came: the fact, the entry in the books, and what the committee learned of the contributor.
// The caller has locked the person. It is never refused for a limit; where it passes one, a case opens.
func Receive(ctx context.Context, tx *sqlx.Tx, r Receipt) error {
	return ReceiveAll(ctx, tx, []Receipt{r})
}

// ReceiveAll records receipts of one committee, each as Receive does, in the order in which they count and in a few
// statements for all.
func ReceiveAll(ctx context.Context, tx *sqlx.Tx, receipts []Receipt) error {
	givers, err := registry.Givers(ctx, tx, givenBy(receipts)...)
	if err != nil {
		return err
	}
	for _, round := range inRounds(receipts, givers) {
		if err := receive(ctx, tx, round...); err != nil {
			return err
		}
		entries := make([]ledger.Entry, len(round))
		for i, r := range round {
			entries[i] = r.entry()
		}
		if err := ledger.Post(ctx, tx, entries...); err != nil {
			return err
		}
		if err := review(ctx, tx, round...); err != nil {
			return err
		}
		came := make([]shown, len(round))
		for i, r := range round {
			came[i] = shown{r.Contributor.Person, r.ID, r.ReceivedOn}
		}
		if err := lookAtJoined(ctx, tx, givers, came...); err != nil {
			return err
		}
	}
	return nil
}

// inRounds deals receipts out so that each round has at most one of a giver: it is reviewed before the giver's next one is
// there.
func inRounds(receipts []Receipt, givers map[registry.PersonID][]registry.PersonID) [][]Receipt {
	var rounds [][]Receipt
	had := map[registry.PersonID]int{} // rounds with one of the giver
	for _, r := range receipts {
		giver := givers[r.Contributor.Person][0]
		if had[giver] == len(rounds) {
			rounds = append(rounds, nil)
		}
		rounds[had[giver]] = append(rounds[had[giver]], r)
		had[giver]++
	}
	return rounds
}

func givenBy(receipts []Receipt) []registry.PersonID {
	persons := make([]registry.PersonID, len(receipts))
	for i, r := range receipts {
		persons[i] = r.Contributor.Person
	}
	return persons
}

// receiptRow is a receipt, as the columns of receipts are named.
type receiptRow struct {
	Committee        registry.CommitteeID `json:"committee"`
	ID               string               `json:"id"`
	Person           registry.PersonID    `json:"person"`
	Line             string               `json:"line"`
	Instrument       string               `json:"instrument"`
	InstrumentNumber string               `json:"instrument_number"`
	Cents            money.Cents          `json:"cents"`
	MadeOn           civil.Day            `json:"made_on"`
	ReceivedOn       civil.Day            `json:"received_on"`
	HappenedAt       time.Time            `json:"happened_at"`
	Gift             string               `json:"gift,omitempty"`
	Candidate        registry.CandidateID `json:"candidate,omitempty"`
	Election         registry.ElectionID  `json:"election,omitempty"`
	Purpose          string               `json:"purpose"`
	Account          string               `json:"account"`
	Anonymous        bool                 `json:"anonymous"`
	Joint            []registry.PersonID  `json:"joint"`
	ThroughCommittee registry.CommitteeID `json:"through_committee,omitempty"`
	ThroughReceipt   string               `json:"through_receipt,omitempty"`
}

func (r Receipt) row() receiptRow {
	out := receiptRow{
		Committee: r.Committee, ID: r.ID, Person: r.Contributor.Person, Line: r.Line, Instrument: r.Instrument, InstrumentNumber: r.InstrumentNumber,
		Cents: r.Cents, MadeOn: r.MadeOn, ReceivedOn: r.ReceivedOn, HappenedAt: r.HappenedAt, Gift: r.Gift, Candidate: r.Candidate, Purpose: r.Purpose,
		Account: r.Account, Anonymous: r.Anonymous, Joint: append([]registry.PersonID{}, r.Joint...),
		ThroughCommittee: r.ThroughCommittee, ThroughReceipt: r.ThroughReceipt,
	}
	if r.Candidate != "" {
		out.Election = r.Election // the giver's word for a candidate's own committee is a designation
	}
	return out
}

// receive records the facts, and what their committee learned of the contributors.
func receive(ctx context.Context, tx *sqlx.Tx, receipts ...Receipt) error {
	committee := receipts[0].Committee
	told, rows := make([]registry.Contributor, len(receipts)), make([]receiptRow, len(receipts))
	for i, r := range receipts {
		if r.Committee != committee {
			return fmt.Errorf("receive %s: it came to %s, others with it to %s", r.ID, r.Committee, committee)
		}
		told[i], rows[i] = r.Contributor, r.row()
	}
	if err := registry.Know(ctx, tx, committee, told...); err != nil {
		return err
	}
	list, err := json.Marshal(rows)
	if err != nil {
		return fmt.Errorf("receive %s: %w", receipts[0].ID, err)
	}
	const columns = `
			committee, id, person, line, instrument, instrument_number, cents, made_on, received_on, happened_at,
			gift, candidate, election, purpose, account, anonymous, joint, through_committee, through_receipt`
	const insert = `
		insert into receipts (` + columns + `)
		select ` + columns + `
		from json_populate_recordset(null::receipts, $1)`
	if _, err := tx.ExecContext(ctx, insert, string(list)); err != nil {
		return fmt.Errorf("receive %s and %d others: %w", receipts[0].ID, len(receipts)-1, err)
	}
	return nil
}

func (r Receipt) entry() ledger.Entry {
	into := instruments[r.Instrument]
	text := into.word + " of " + r.Contributor.Name()
	credit := ledger.Line{Account: receiptAccounts[r.Line], Cents: -r.Cents, Feeds: r.Line}
	if r.Candidate != "" {
		text += ", earmarked for " + r.Recipient
		credit = ledger.Line{Account: ledger.Held, Cents: -r.Cents, Feeds: "11(a)(i)"}
	}
	return ledger.Entry{
		Committee: r.Committee, Source: "receipt:" + r.ID, PostedOn: r.ReceivedOn, Text: text,
		Lines: []ledger.Line{{Account: into.account, Cents: r.Cents}, credit},
	}
}

// BooksBegin gives the 1 January from which a committee's books run; no day when they were never opened.
func BooksBegin(ctx context.Context, q sqlx.QueryerContext, committee registry.CommitteeID) (civil.Day, error) {
	var day civil.Day
	err := sqlx.GetContext(ctx, q, &day, `select on_day from openings where committee = $1`, committee)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return day, says(committee, "find the opening", err)
	}
	return day, nil
}

// OpenBooks records the cash on hand with which the books begin, on a 1 January (line 6(a)). It happens once, and is refused
// when something of an earlier day stands in them: that is part of the opening cash.
func OpenBooks(ctx context.Context, tx *sqlx.Tx, committee registry.CommitteeID, on civil.Day, cents money.Cents) error {
	var first civil.Day
	const earliest = `select min(posted_on) from ledger_entries where committee = $1`
	if err := tx.GetContext(ctx, &first, earliest, committee); err != nil {
		return says(committee, "look for earlier entries", err)
	}
	if !first.IsZero() && first.Before(on) {
		return &Refusal{[]Finding{{Field: "on", Text: fmt.Sprintf("The books hold entries from %v on: they begin on 1 January %d or before", first, first.Year())}}}
	}
	const insert = `insert into openings (committee, on_day, cents) values ($1, $2, $3)`
	if _, err := tx.ExecContext(ctx, insert, committee, on, cents); err != nil {
		return fmt.Errorf("open the books of %s: %w", committee, err)
	}
	if cents == 0 {
		return nil
	}
	return ledger.Post(ctx, tx, ledger.Entry{
		Committee: committee, Source: "opening", PostedOn: on, Text: "Cash on hand on 1 January",
		Lines: []ledger.Line{{Account: ledger.Bank, Cents: cents}, {Account: ledger.Opening, Cents: -cents, Feeds: "6(a)"}},
	})
}

// Fee is what the card processor kept by one balance transaction.
type Fee struct {
	Committee  registry.CommitteeID
	ID         string // of the balance transaction
	Charge     string
	Cents      money.Cents
	PostedOn   civil.Day // the day of the balance transaction
	HappenedAt time.Time
	Dispute    bool // kept for a dispute, not for a charge
}

// RecordFee books a processor's fee; one that is booked already stays as it is.
func RecordFee(ctx context.Context, tx *sqlx.Tx, f Fee) error {
	const insert = `
		insert into processor_fees (committee, id, charge, cents, posted_on, happened_at)
		values ($1, $2, $3, $4, $5, $6)
		on conflict on constraint processor_fees_pk do nothing`
	if _, err := tx.ExecContext(ctx, insert, f.Committee, f.ID, f.Charge, f.Cents, f.PostedOn, f.HappenedAt); err != nil {
		return fmt.Errorf("record fee %s: %w", f.ID, err)
	}
	if f.Cents == 0 {
		return nil
	}
	text := "Fee of " + f.ID
	if f.Dispute {
		text = "Dispute fee of " + f.ID
	}
	return ledger.Post(ctx, tx, ledger.Entry{
		Committee: f.Committee, Source: "fee:" + f.ID, PostedOn: f.PostedOn, Text: text,
		Lines: []ledger.Line{
			{Account: ledger.ProcessorFees, Cents: f.Cents, Feeds: "21(b)"},
			{Account: ledger.Stripe, Cents: -f.Cents},
		},
	})
}
