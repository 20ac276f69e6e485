package seed

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/jmoiron/sqlx"

	"dure/civil"
	"dure/compliance"
	"dure/money"
	"dure/pg"
	"dure/registry"
)

// enters is one thing that the treasurer entered on a day.
type enters struct {
	on        civil.Day
	committee registry.CommitteeID
	write     func(ctx context.Context, tx *sqlx.Tx, happened time.Time) error
}

// sowDesk enters what came and went beside cards, day by day.
func (s *sower) sowDesk(ctx context.Context, p *plan) error {
	entries := slices.Concat(s.payments(p), s.bankLines(), s.checksReceived(p), s.deposits())
	slices.SortStableFunc(entries, func(a, b enters) int { return a.on.Sub(b.on) })
	minute := 0
	for i, e := range entries {
		if e.on.Before(s.opened) || e.on.After(s.last) {
			continue
		}
		if minute++; i == 0 || entries[i-1].on != e.on {
			minute = 0
		}
		happened := s.moment(e.on, 11, minute)
		err := s.learned(ctx, happened.Add(4*time.Hour), s.actor, e.committee, func(ctx context.Context, tx *sqlx.Tx) error {
			return e.write(ctx, tx, happened)
		})
		if err != nil {
			return fmt.Errorf("enter on %v: %w", e.on, err)
		}
	}
	return nil
}

// checkNumber names the next check of the committee's book.
func (s *sower) checkNumber() string {
	s.checks++
	return fmt.Sprintf("check %d", s.checks)
}

// receive is money that a contributor sent, made some days before it came.
func receive(committee registry.CommitteeID, on civil.Day, mailed int, r compliance.Receipt) enters {
	return enters{on, committee, func(ctx context.Context, tx *sqlx.Tx, happened time.Time) error {
		r.Committee, r.ID, r.HappenedAt = committee, pg.NewID('R'), happened
		r.ReceivedOn, r.MadeOn = on, on.Add(-mailed)
		var err error
		if r.Contributor.Person, err = registry.Identify(ctx, tx, r.Contributor); err != nil {
			return err
		}
		if err := registry.Lock(ctx, tx, r.Contributor.Person); err != nil {
			return err
		}
		return compliance.Receive(ctx, tx, r)
	}}
}

// checksReceived are contributions by mail: two or three a week of individuals, some of another committee's, and one
// that passed the limit three weeks ago. The last came yesterday.
func (s *sower) checksReceived(p *plan) []enters {
	var out []enters
	number := 200
	check := func(on civil.Day, mailed int, line string, c registry.Contributor, cents money.Cents) {
		number += 1 + p.rng.IntN(40)
		out = append(out, receive(longTable, on, mailed, compliance.Receipt{
			Line: line, Contributor: c, Instrument: "check", InstrumentNumber: fmt.Sprint(number), Cents: cents,
		}))
	}
	var writers []registry.Contributor
	for range 70 {
		writers = append(writers, byMail(p.makes.next()))
	}
	sums := []money.Cents{20_00, 25_00, 25_00, 50_00, 50_00, 100_00, 100_00, 150_00, 250_00, 500_00}
	for on := s.opened.Add(6); !on.After(s.last); on = on.Add(1) {
		if on.Weekday() == time.Sunday || p.rng.IntN(3) > 0 && s.last.Sub(on) > 2 {
			continue
		}
		check(on, 2+p.rng.IntN(3), "11(a)", pick(p.rng, writers), pick(p.rng, sums))
	}
	for on := s.opened.Add(70); !on.After(s.last); on = on.Add(121) {
		check(on, 3, "11(c)", paperLantern, 1000_00)
	}
	// Both checks of the giver who passed the limit were made in one calendar year, even early in January.
	generous := byMail(p.makes.next())
	over := s.last.Add(-20)
	before := later(over.Add(-40), civil.Of(over.Add(-3).Year(), time.January, 4))
	check(before, 3, "11(a)", generous, 3900_00)
	check(over, 3, "11(a)", generous, 1600_00)
	return out
}

// paperLantern is another committee that gives.
var paperLantern = registry.Contributor{
	Entity: "PAC", Organization: "PAPER LANTERN PAC", FECID: "C00999521",
	Street: "3 Quince Ct", City: "Rockville", State: "MD", Zip: "20850", Country: "US",
}

func byMail(g *person) registry.Contributor {
	return registry.Contributor{
		Entity: "IND", First: g.given, Last: g.family, NameOwn: g.own, Street: g.street, City: g.place.city, State: g.place.state,
		Zip: g.place.zip, Country: "US", Employer: g.employer, Occupation: g.occupation, Email: g.email,
	}
}

// deposits bring all checks on hand to the bank each Thursday, but for those of the last days.
func (s *sower) deposits() []enters {
	var out []enters
	for on := s.opened; on.Before(s.last.Add(-2)); on = on.Add(1) {
		if on.Weekday() != time.Thursday {
			continue
		}
		out = append(out, enters{on, longTable, func(ctx context.Context, tx *sqlx.Tx, happened time.Time) error {
			d := compliance.Deposit{Committee: longTable, ID: pg.NewID('B'), DepositedOn: on, HappenedAt: happened.Add(3 * time.Hour)}
			onHand, err := compliance.Undeposited(ctx, tx, longTable, on)
			if err != nil || len(onHand) == 0 {
				return err
			}
			for _, c := range onHand {
				d.Receipts = append(d.Receipts, c.Receipt)
			}
			return compliance.RecordDeposit(ctx, tx, d)
		}})
	}
	return out
}

// bankLines are what else came: interest each month, a refund by a vendor, one by a candidate, a transfer to the affiliate.
func (s *sower) bankLines() []enters {
	var out []enters
	year := s.opened.Year()
	transfer := func(committee registry.CommitteeID, on civil.Day, line, purpose string, c registry.Contributor, cents money.Cents) {
		out = append(out, receive(committee, on, 0, compliance.Receipt{Line: line, Purpose: purpose, Contributor: c, Instrument: "transfer", Cents: cents}))
	}
	for month := time.January; ; month++ {
		on := civil.Of(year, month+1, 0)
		if on.After(s.last) {
			break
		}
		transfer(longTable, on, "17", "Interest", communityBank, 19_40+money.Cents(int(month)*37%211))
	}
	transfer(longTable, civil.Of(year, time.June, 11), "15", "Refund of a printing order", body(vendorNamed("THIMBLE PRINT WORKS")), 261_20)
	fernsbys := candidate(fernsby)
	transfer(longTable, civil.Of(year, time.October, 28), "16", "Refund of a contribution", registry.Contributor{
		Entity: "CCM", Organization: fernsbys.CommitteeName, FECID: fernsbys.CommitteeFECID,
		Street: fernsbys.Street, City: fernsbys.City, State: fernsbys.CommitteeState, Zip: fernsbys.Zip, Country: "US",
	}, 400_00)
	sister := registry.Contributor{
		Entity: "PAC", Organization: lanterns.Name, FECID: lanterns.FECID,
		Street: lanterns.Street, Street2: lanterns.Street2, City: lanterns.City, State: lanterns.State, Zip: lanterns.Zip, Country: "US",
	}
	transfer(midwest, transferOn(s.opened), "12", "Transfer from an affiliated committee", sister, transferCents)
	return out
}

// The transfer from the first committee to its affiliate.
const transferCents money.Cents = 2500_00

func transferOn(opened civil.Day) civil.Day { return civil.Of(opened.Year(), time.April, 15) }

var communityBank = registry.Contributor{
	Entity: "ORG", Organization: "EXAMPLE COMMUNITY BANK", Street: "1 Cinnabar Pl", City: "New York", State: "NY", Zip: "10013", Country: "US",
}

// body is a vendor as one who sends money back.
func body(p registry.Payee) registry.Contributor {
	return registry.Contributor{Entity: p.Entity, Organization: p.Name, Street: p.Street, City: p.City, State: p.State, Zip: p.Zip, Country: "US"}
}
