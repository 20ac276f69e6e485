package seed

import (
	"context"
	"time"

	"github.com/jmoiron/sqlx"

	"dure/civil"
	"dure/compliance"
	"dure/money"
	"dure/pg"
	"dure/registry"
)

// vendor is a payee and what it is paid for.
type vendor struct {
	registry.Payee
	line, purpose, category string
	cents                   money.Cents
	vary                    int // up to so many cents more
	every                   int // months
	on                      int // day of the month
}

// vendors are those of the first committee. Some stay under the 200 dollars a year above which each payment has a row.
var vendors = []vendor{
	{org("KETTLE AND PINE HOSTING LLC", "5 Teakettle Way", "Seattle", "WA", "98104"), "21(b)", "Web hosting", "001", 84_00, 0, 1, 3},
	{org("OLD FERRY PROPERTIES", "12 Ferryman St", "New York", "NY", "10013"), "21(b)", "Office rent", "001", 650_00, 0, 1, 1},
	{org("ABACUS AND DAUGHTERS CPA", "48 Moonbridge Rd", "Edison", "NJ", "08820"), "21(b)", "Compliance accounting", "001", 350_00, 0, 1, 12},
	{org("THIMBLE PRINT WORKS", "300 Millrace Ave", "Brooklyn", "NY", "11220"), "21(b)", "Printing of voter guides", "006", 412_50, 190_00, 2, 9},
	{org("HARBOR POST SUPPLY", "77 Harborlight St", "Jersey City", "NJ", "07306"), "21(b)", "Postage", "001", 58_40, 42_00, 1, 17},
	{org("SPARROW LINE TELECOM", "9 Sparrow Ct", "Plano", "TX", "75093"), "21(b)", "Telephone service", "001", 46_10, 0, 1, 21},
	{org("PERSIMMON STREET COFFEE", "31 Persimmon St", "New York", "NY", "10002"), "21(b)", "Refreshments for volunteers", "007", 9_75, 5_50, 1, 24},
	{org("NEEDLE AND LEDGER SOFTWARE", "16 Larkspur Ln", "Austin", "TX", "78758"), "21(b)", "Software subscription", "001", 16_00, 0, 1, 5},
	{registry.Payee{Entity: "IND", First: "Juniper", Last: "Samplewood", Street: "208 Heron Ave", City: "Oakland", State: "CA", Zip: "94606"}, "21(b)", "Design services", "003", 275_00, 0, 3, 14},
	{org("QUIET KITCHEN FOOD PANTRY", "4 Applecart Ln", "Flushing", "NY", "11354"), "29", "Charitable donation", "012", 250_00, 0, 6, 18},
}

// vendorsMidwest are the affiliate's.
var vendorsMidwest = []vendor{
	{org("PRAIRIE HALL COOPERATIVE", "60 Silverbirch Rd", "Saint Paul", "MN", "55103"), "21(b)", "Hall rental", "007", 120_00, 0, 1, 8},
	{org("SPARROW LINE TELECOM", "9 Sparrow Ct", "Plano", "TX", "75093"), "21(b)", "Telephone service", "001", 31_00, 0, 1, 21},
	{org("LAKESIDE COPY", "2 Foxglove Dr", "Milwaukee", "WI", "53204"), "21(b)", "Copies", "001", 12_25, 6_00, 2, 11},
}

func org(name, street, city, state, zip string) registry.Payee {
	return registry.Payee{Entity: "ORG", Name: name, Street: street, City: city, State: state, Zip: zip}
}

func vendorsOf(committee registry.CommitteeID) []vendor {
	if committee == midwest {
		return vendorsMidwest
	}
	return vendors
}

// vendorID is the id of a vendor by its place in its committee's list.
func vendorID(n int) string { return "VSEED" + string(rune('A'+n)) }

func vendorNamed(name string) registry.Payee {
	for _, v := range vendors {
		if v.Name == name {
			return v.Payee
		}
	}
	panic("no vendor is called " + name)
}

// sisterID is the affiliate as a payee of the first committee.
const sisterID = "VSEEDSISTER"

// addPayees brings in whom a committee pays: the card processor, its vendors, its affiliate.
func addPayees(ctx context.Context, tx *sqlx.Tx, committee registry.CommitteeID) error {
	processor := org("EXAMPLE PAYMENTS INC", "500 Copperleaf Way", "San Francisco", "CA", "94108")
	processor.ID = registry.Processor
	payees := []registry.Payee{processor}
	if committee == longTable {
		payees = append(payees, registry.Payee{
			ID: sisterID, Entity: "PAC", Name: lakes.Name, FECID: lakes.FECID, Street: lakes.Street, City: lakes.City, State: lakes.State, Zip: lakes.Zip,
		})
	}
	for i, v := range vendorsOf(committee) {
		v.ID = vendorID(i)
		payees = append(payees, v.Payee)
	}
	for _, p := range payees {
		if _, err := registry.AddPayee(ctx, tx, committee, p); err != nil {
			return err
		}
	}
	return nil
}

// payments are what both committees paid from their own: vendors, a transfer to the affiliate, contributions to candidates.
func (s *sower) payments(p *plan) []enters {
	var out []enters
	pay := func(committee registry.CommitteeID, on civil.Day, d compliance.Disbursement) {
		out = append(out, enters{on, committee, func(ctx context.Context, tx *sqlx.Tx, happened time.Time) error {
			d.Committee, d.ID, d.PaidOn, d.HappenedAt = committee, pg.NewID('D'), on, happened
			if d.Method == "" {
				d.Method = s.checkNumber()
			}
			return compliance.Disburse(ctx, tx, d)
		}})
	}
	for _, payer := range []registry.CommitteeID{longTable, midwest} {
		for i, v := range vendorsOf(payer) {
			for month := 1; ; month += v.every {
				on := civil.Of(s.opened.Year(), time.Month(month), v.on)
				if on.After(s.last) {
					break
				}
				cents := v.cents
				if v.vary > 0 {
					cents += money.Cents(p.rng.IntN(v.vary))
				}
				pay(payer, on, compliance.Disbursement{Payee: vendorID(i), Line: v.line, Purpose: v.purpose, Category: v.category, Cents: cents, Method: "ACH"})
			}
		}
	}
	pay(longTable, transferOn(s.opened), compliance.Disbursement{
		Payee: sisterID, Line: "22", Purpose: "Transfer to an affiliated committee", Category: "008", Cents: transferCents, Method: "ACH",
	})
	for i, c := range contests(s.o.Today) {
		on := c.HeldOn.Add(-45)
		if i == 0 {
			on = s.last.Add(-50)
		}
		pay(longTable, on, compliance.Disbursement{
			Candidate: c.candidate, Election: c.ID, Line: "23", Purpose: "Contribution", Category: "011", Cents: money.Cents(500_00 * (1 + i%3)),
		})
	}
	return out
}
