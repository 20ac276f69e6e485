package compliance

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/base32"
	"errors"
	"fmt"
	"time"

	"github.com/jmoiron/sqlx"

	"dure/civil"
	"dure/money"
	"dure/registry"
)

// FeeFor says whom somebody serves who takes a fee of a giver for carrying a gift.
type FeeFor string

// For whom a fee is worked.
const (
	FeeOfCommittee FeeFor = "committee" // the committee's own vendor: the giver pays what the committee would have to (AO 2007-04)
	FeeOfGiver     FeeFor = "giver"     // a vendor whom the giver hires (AO 2011-06, AO 2012-22)
	FeeOfConduit   FeeFor = "conduit"   // a conduit PAC that keeps a part of the gift for itself (AO 2019-15)
)

// WithFee tells what a giver contributes to whom, of a gift and a fee: a fee of the committee's own vendor is a contribution
// beside the gift, one of the giver's vendor is none, and what a conduit keeps out of the gift is a contribution to the
// conduit. The fee of a conduit is less than the gift.
func WithFee(gift, fee money.Cents, by FeeFor) (recipient, conduit money.Cents) {
	switch by {
	case FeeOfCommittee:
		return gift + fee, 0
	case FeeOfConduit:
		return gift - fee, fee
	default:
		return gift, 0
	}
}

// FeeReturn is a fee that the card processor gave back, such as that of a dispute which was won.
type FeeReturn struct {
	Committee  registry.CommitteeID
	ID         string // of the balance transaction
	Cents      money.Cents
	PostedOn   civil.Day
	HappenedAt time.Time
}

// FeeReturnID is the transaction id in filings of a fee that came back by a balance transaction.
func FeeReturnID(transaction string) string {
	sum := sha256.Sum256([]byte(transaction))
	return "FEEBACK-" + base32.StdEncoding.EncodeToString(sum[:])[:12]
}

// ReturnFee books a fee that came back: an offset to operating expenditures from the processor, line 15 of Form 3X (11 CFR
// 104.3(a)(2)(v), (a)(4)(v)), on the processor's account. One that is booked already stays as it is. The processor is a payee of the
// committee: without one the error says what to do.
func ReturnFee(ctx context.Context, tx *sqlx.Tx, f FeeReturn) error {
	id := FeeReturnID(f.ID)
	var there bool
	if err := tx.GetContext(ctx, &there, `select exists (select from receipts where committee = $1 and id = $2)`, f.Committee, id); err != nil {
		return fmt.Errorf("look for the fee of %s that came back: %w", f.ID, err)
	}
	if there {
		return nil
	}
	p, err := registry.FindPayee(ctx, tx, f.Committee, registry.Processor)
	if errors.Is(err, sql.ErrNoRows) {
		return fmt.Errorf("the fee of %s came back from a processor that nobody named: dure committee processor: %v", f.ID, err)
	}
	if err != nil {
		return err
	}
	c := registry.Contributor{Entity: "ORG", Organization: p.Name, Street: p.Street, Street2: p.Street2, City: p.City, State: p.State, Zip: p.Zip, Country: "US"}
	if c.Person, err = registry.Identify(ctx, tx, c); err != nil {
		return err
	}
	if err := registry.Lock(ctx, tx, c.Person); err != nil {
		return err
	}
	return Receive(ctx, tx, Receipt{
		Committee: f.Committee, ID: id, Contributor: c, Line: "15", Instrument: "card", Cents: f.Cents, MadeOn: f.PostedOn, ReceivedOn: f.PostedOn,
		HappenedAt: f.HappenedAt, Purpose: "Return of processing fee",
	})
}
