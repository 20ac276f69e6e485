package seed

import (
	"context"
	"time"

	"github.com/jmoiron/sqlx"

	"dure/civil"
	"dure/compliance"
	"dure/donations"
	"dure/money"
	"dure/pg"
	"dure/registry"
	"dure/staff"
)

// The committees and their treasurer.
const (
	longTable      registry.CommitteeID = "long-table"
	midwest        registry.CommitteeID = "long-table-midwest"
	treasurerEmail                      = "treasurer@long-table.example.org"
	treasurerName                       = "Robin Exampleton"
)

// lanterns is the first committee, lakes its affiliate.
var (
	lanterns = registry.Committee{
		ID: longTable, FECID: "C00999501", Name: "LONG TABLE PAC", Kind: "nonconnected", Filer: compliance.Monthly, Zone: "America/New_York",
		Street: "140 Lantern St", Street2: "Floor 2", City: "New York", State: "NY", Zip: "10013",
		TreasurerLast: "Exampleton", TreasurerFirst: "Robin", Web: "https://long-table.example.org", Email: "office@long-table.example.org",
	}
	lakes = registry.Committee{
		ID: midwest, FECID: "C00999502", Name: "LONG TABLE MIDWEST PAC", Kind: "nonconnected", Filer: compliance.Quarterly, Zone: "America/Chicago",
		Street: "22 Willowbark Ave", City: "Saint Paul", State: "MN", Zip: "55106",
		TreasurerLast: "Exampleton", TreasurerFirst: "Robin", Web: "https://midwest.long-table.example.org", Email: "office@midwest.long-table.example.org",
	}
)

// With what cash the books open. Card money stays on the Stripe balance, so that the bank alone pays what is forwarded.
const (
	openingCash        money.Cents = 186_420_55
	openingCashMidwest money.Cents = 14_310_20
)

// sowCommittees brings in who there is: both committees with their books open, the treasurer, candidates and elections.
func (s *sower) sowCommittees(ctx context.Context, _ *plan) error {
	morning := s.moment(s.opened, 0, 5)
	for i, c := range []registry.Committee{lanterns, lakes} {
		err := s.learned(ctx, morning.Add(time.Duration(i)*time.Minute), "setup", c.ID, func(ctx context.Context, tx *sqlx.Tx) error {
			cash := []money.Cents{openingCash, openingCashMidwest}[i]
			if err := registry.AddCommittee(ctx, tx, c); err != nil {
				return err
			}
			if err := compliance.OpenBooks(ctx, tx, c.ID, s.opened, cash); err != nil {
				return err
			}
			if err := approve(ctx, tx, c.ID, s.opened); err != nil {
				return err
			}
			return addPayees(ctx, tx, c.ID)
		})
		if err != nil {
			return err
		}
	}
	if err := s.invite(ctx, longTable, morning.Add(2*time.Minute)); err != nil {
		return err
	}
	if err := s.affiliate(ctx); err != nil {
		return err
	}
	return s.learned(ctx, morning.Add(3*time.Minute), s.actor, longTable, func(ctx context.Context, tx *sqlx.Tx) error {
		for _, c := range candidates {
			if err := registry.AddCandidate(ctx, tx, c); err != nil {
				return err
			}
		}
		for _, e := range contests(s.o.Today) {
			if err := registry.AddElection(ctx, tx, e.Election); err != nil {
				return err
			}
		}
		return nil
	})
}

// invite makes the treasurer a member of a committee's staff, and the actor of what the desk enters.
func (s *sower) invite(ctx context.Context, committee registry.CommitteeID, at time.Time) error {
	_, err := staff.Invite(pg.WithRecordedAt(ctx, at), s.db, "setup", treasurerEmail, treasurerName, committee, staff.Treasurer)
	if err != nil {
		return err
	}
	members, err := staff.List(ctx, s.db)
	if err != nil {
		return err
	}
	for _, m := range members {
		if m.Email == treasurerEmail {
			s.actor = m.ID.Actor()
		}
	}
	return nil
}

// affiliate joins the two committees from March of the first year on.
func (s *sower) affiliate(ctx context.Context) error {
	on := civil.Of(s.opened.Year(), time.March, 1)
	return s.learned(ctx, s.moment(on, 9, 0), s.actor, longTable, func(ctx context.Context, tx *sqlx.Tx) error {
		const why = "Long Table PAC established it and keeps its books (11 CFR 100.5(g)(4)); opinion of counsel in the file"
		for _, c := range []registry.CommitteeID{longTable, midwest} {
			if err := registry.Affiliate(ctx, tx, "long-table", why, c, on); err != nil {
				return err
			}
		}
		return nil
	})
}

// finish keeps the affiliate's Stripe keys, and then makes the treasurer that of the affiliate too: the mark that all is sown.
func (s *sower) finish(ctx context.Context) error {
	at := s.moment(s.last, evening, 20)
	if s.o.Affiliate != (StripeKeys{}) {
		accounts, err := donations.NewAccounts(s.db, donations.Keys{SecretsKey: s.o.SecretsKey})
		if err != nil {
			return err
		}
		err = s.learned(ctx, at, "setup", midwest, func(ctx context.Context, tx *sqlx.Tx) error {
			return accounts.Keep(ctx, tx, midwest, s.o.Affiliate.Secret, s.o.Affiliate.Webhook)
		})
		if err != nil {
			return err
		}
	}
	return s.invite(ctx, midwest, at)
}
