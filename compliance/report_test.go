package compliance_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/jmoiron/sqlx"

	"dure/civil"
	"dure/compliance"
	"dure/compliance/fec"
	"dure/dev/fectest"
	"dure/money"
	"dure/registry"
)

// giver is a fictional individual who told all that is asked.
func giver(first, last string) registry.Contributor {
	return registry.Contributor{
		Entity: "IND", First: first, Last: last, Email: strings.ToLower(first+"."+last) + "@example.org",
		Street: "1 Sample St", City: "Salem", State: "MA", Zip: "01970", Country: "US", Employer: "Sample Mill", Occupation: "Weaver",
	}
}

// body is a fictional committee or organization.
func body(entity, fecID, name string) registry.Contributor {
	return registry.Contributor{
		Entity: entity, FECID: fecID, Organization: name, Street: "2 Sample St", City: "Lynn", State: "MA", Zip: "01901", Country: "US",
	}
}

// ballot adds a fictional candidate who stands in the primary and the general election of 2026.
func (b *reportBooks) ballot() registry.CandidateID {
	b.t.Helper()
	const id = registry.CandidateID("H6MA99001")
	b.at("2026-01-02T12:00:00Z", func(ctx context.Context, tx *sqlx.Tx) error {
		election := registry.Election{ID: "P", Office: "H", State: "MA", District: "06", Kind: "P", Year: 2026, HeldOn: civil.MustParse("2026-09-01")}
		general := election
		general.ID, general.Kind, general.HeldOn = "G", "G", civil.MustParse("2026-11-03")
		return errors.Join(
			registry.AddCandidate(ctx, tx, registry.Candidate{
				ID: id, Last: "Sample", First: "Robin", Office: "H", State: "MA", District: "06",
				CommitteeFECID: "C00999202", CommitteeName: "ROBIN SAMPLE FOR CONGRESS", Street: "3 Sample St", City: "Salem", CommitteeState: "MA", Zip: "01970",
			}),
			registry.AddElection(ctx, tx, election), registry.AddElection(ctx, tx, general))
	})
	return id
}

// payees adds a vendor, the card processor and another committee.
func (b *reportBooks) payees() {
	b.t.Helper()
	b.at("2026-01-02T12:00:00Z", func(ctx context.Context, tx *sqlx.Tx) error {
		for _, p := range []registry.Payee{
			{ID: "PRINTER", Entity: "ORG", Name: "SAMPLE PRINT SHOP"},
			{ID: registry.Processor, Entity: "ORG", Name: "EXAMPLE PAYMENTS INC"},
			{ID: "SISTER", Entity: "PAC", Name: "SISTER SAMPLE PAC", FECID: "C00999203"},
			{ID: "WRITER", Entity: "IND", First: "Alex", Last: "Writer"},
		} {
			p.Street, p.City, p.State, p.Zip = "4 Sample St", "Boston", "MA", "02110"
			if _, err := registry.AddPayee(ctx, tx, b.committee, p); err != nil {
				return err
			}
		}
		return nil
	})
}

func TestReceiptsAreItemizedByTheRunningTotalOfTheYear(t *testing.T) {
	t.Parallel()
	b := newReportBooks(t, fictionalPAC(compliance.Monthly), 1000_00)
	ann, bo, cy := giver("Ann", "Alpha"), giver("Bo", "Beta"), giver("Cy", "Gamma")
	bo.Employer, bo.Occupation = "", "Retired"
	cy.Employer, cy.Occupation = "", ""
	b.gave("2026-01-10T15:00:00Z", compliance.Receipt{ID: "A-01", Contributor: ann, Cents: 200_00}) // exactly the threshold: no row
	b.gave("2026-02-03T15:00:00Z", compliance.Receipt{ID: "A-02", Contributor: ann, Cents: 1})
	b.gave("2026-02-03T16:00:00Z", compliance.Receipt{ID: "B-01", Contributor: bo, Cents: 150_00}) // stays without one
	b.gave("2026-02-04T15:00:00Z", compliance.Receipt{ID: "B-03", Contributor: bo, Cents: 60_00})
	b.gave("2026-02-04T15:00:00Z", compliance.Receipt{ID: "B-02", Contributor: bo, Cents: 60_00}) // the same moment: by id
	b.gave("2026-02-05T15:00:00Z", compliance.Receipt{ID: "C-01", Contributor: cy, Cents: 200_00})
	b.gave("2026-03-01T04:59:59Z", compliance.Receipt{ID: "C-02", Contributor: cy, Cents: 100_00}) // 28 February in Boston
	b.gave("2026-03-01T05:00:00Z", compliance.Receipt{ID: "C-03", Contributor: cy, Cents: 100_00}) // 1 March
	b.gave("2027-01-01T05:00:00Z", compliance.Receipt{ID: "A-03", Contributor: ann, Cents: 5_00})  // another year begins

	got := b.build("2026-M3", "")
	if diff := cmp.Diff([]string{
		"SA11AI A-02 20260203 0.01 of 200.01 Alpha",
		"SA11AI B-02 20260204 60.00 of 210.00 Beta",
		"SA11AI B-03 20260204 60.00 of 270.00 Beta",
		"SA11AI C-02 20260228 100.00 of 300.00 Gamma",
	}, got.rows()); diff != "" {
		t.Errorf("rows of M3 (-want +got):\n%s", diff)
	}
	for i, want := range map[int][2]string{0: {"Sample Mill", "Weaver"}, 1: {"Information Requested", "Retired"}, 3: {"Information Requested", "Information Requested"}} {
		rec := got.records[2+i]
		if is := [2]string{rec.Get("contributor_employer"), rec.Get("contributor_occupation")}; is != want {
			t.Errorf("employer and occupation of %s = %q, want %q", rec.At(3), is, want)
		}
	}
	if diff := cmp.Diff(map[fec.Line]string{
		"6(b)": "1200.00", "6(c)": "570.01", "6(d)": "1770.01", "8": "1770.01", "11(a)(i)": "220.01", "11(a)(ii)": "350.00", "11(a)(iii)": "570.01",
		"11(d)": "570.01", "19": "570.01", "20": "570.01", "33": "570.01", "35": "570.01",
	}, lines(got.Summary.A)); diff != "" {
		t.Errorf("column A of M3 (-want +got):\n%s", diff)
	}
	if got.Summary.B[fec.Line6A] != 1000_00 || got.Summary.B[fec.Line11AII] != 550_00 {
		t.Errorf("column B of M3: 6(a) %s, 11(a)(ii) %s, want $1,000.00 and $550.00", got.Summary.B[fec.Line6A], got.Summary.B[fec.Line11AII])
	}
	next := b.build("2027-M2", "")
	if len(next.rows()) != 0 || next.Summary.B[fec.Line6A] != 1870_01 || next.Summary.B[fec.Line11AII] != 5_00 || next.Summary.Year != 2027 {
		t.Errorf("2027-M2 has rows %v, 6(a) %s, 11(a)(ii) %s, want none, $1,870.01 carried over, and $5.00",
			next.rows(), next.Summary.B[fec.Line6A], next.Summary.B[fec.Line11AII])
	}
	checkSchemas(t, fectest.Open(t), got)
}

func TestEachLineHasItsRows(t *testing.T) {
	t.Parallel()
	b := newReportBooks(t, fictionalPAC(compliance.Quarterly), 5000_00)
	candidate := b.ballot()
	b.payees()
	day := func(n string, line string, id string, who registry.Contributor, cents money.Cents) {
		b.gave("2026-02-"+n+"T15:00:00Z", compliance.Receipt{ID: id, Line: line, Contributor: who, Cents: cents})
	}
	day("02", "11(b)", "PTY1", body("PTY", "C00999204", "SAMPLE PARTY"), 50_00)
	day("03", "11(c)", "PAC1", body("PAC", "C00999205", "OTHER SAMPLE PAC"), 10_00)
	day("04", "11(c)", "PAC2", body("PAC", "C00999205", "OTHER SAMPLE PAC"), 15_00)
	day("05", "12", "TRF1", body("COM", "C00999203", "SISTER SAMPLE PAC"), 700_00)
	day("06", "15", "OFF1", body("ORG", "", "SAMPLE PRINT SHOP"), 200_00) // at the threshold
	day("07", "15", "OFF2", body("ORG", "", "SAMPLE PRINT SHOP"), 10_00)
	day("08", "16", "REF1", body("CCM", "C00999202", "ROBIN SAMPLE FOR CONGRESS"), 20_00)
	day("09", "17", "INT1", body("ORG", "", "SAMPLE BANK"), 199_00)
	day("10", "17", "INT2", body("ORG", "", "OTHER SAMPLE BANK"), 201_00)
	paid := func(n, line, id, payee string, cents money.Cents, purpose string) {
		b.paid("2026-02-"+n+"T15:00:00Z", compliance.Disbursement{ID: id, Payee: payee, Line: line, Cents: cents, Purpose: purpose, Category: "001", Method: "ACH"})
	}
	paid("03", "21(b)", "OPX1", "PRINTER", 150_00, "Flyers")
	paid("04", "29", "OTH1", "PRINTER", 60_00, "Donated prints")
	paid("05", "21(b)", "OPX2", "PRINTER", 5_00, "Flyers")
	paid("06", "22", "TRO1", "SISTER", 25_00, "Transfer")
	paid("07", "21(b)", "OPX3", "WRITER", 200_01, "Copy writing")
	paid("11", "21(b)", "OPX4", registry.Processor, 199_00, "Terminal")
	b.fee("2026-02-12T15:00:00Z", "txn1", 1_00) // 200.00 with the terminal: no row
	b.fee("2026-02-13T15:00:00Z", "txn2", 30)
	b.fee("2026-02-13T17:00:00Z", "txn3", 45)
	b.fee("2026-02-14T15:00:00Z", "txn4", 0)
	b.paid("2026-02-15T15:00:00Z", compliance.Disbursement{ID: "CON1", Candidate: candidate, Election: "P", Line: "23", Cents: 40_00, Method: "check 9"})

	got := b.build("2026-Q1", "")
	if diff := cmp.Diff([]string{
		"SA11B PTY1 20260202 50.00 of 50.00 SAMPLE PARTY",
		"SA11C PAC1 20260203 10.00 of 10.00 OTHER SAMPLE PAC",
		"SA11C PAC2 20260204 15.00 of 25.00 OTHER SAMPLE PAC",
		"SA12 TRF1 20260205 700.00 of 700.00 SISTER SAMPLE PAC",
		"SA15 OFF2 20260207 10.00 of 210.00 SAMPLE PRINT SHOP",
		"SA16 REF1 20260208 20.00 of 20.00 ROBIN SAMPLE FOR CONGRESS",
		"SA17 INT2 20260210 201.00 of 201.00 OTHER SAMPLE BANK",
		"SB21B OPX2 20260205 5.00 SAMPLE PRINT SHOP: Flyers",
		"SB21B OPX3 20260207 200.01 Writer: Copy writing",
		"SB21B FEE-20260213 20260213 0.75 EXAMPLE PAYMENTS INC: Processor fees",
		"SB22 TRO1 20260206 25.00 SISTER SAMPLE PAC: Transfer",
		"SB23 CON1 20260215 40.00 ROBIN SAMPLE FOR CONGRESS: Contribution",
		"SB29 OTH1 20260204 60.00 SAMPLE PRINT SHOP: Donated prints",
	}, got.rows()); diff != "" {
		t.Errorf("rows (-want +got):\n%s", diff)
	}
	want := map[fec.Line]string{
		"6(a)": "5000.00", "6(c)": "1405.00", "6(d)": "6405.00", "7": "680.76", "8": "5724.24",
		"11(b)": "50.00", "11(c)": "25.00", "11(d)": "75.00", "12": "700.00", "15": "210.00", "16": "20.00", "17": "400.00",
		"19": "1405.00", "20": "1405.00", "21(b)": "555.76", "21(c)": "555.76", "22": "25.00", "23": "40.00", "29": "60.00", "31": "680.76", "32": "680.76",
		"33": "75.00", "35": "75.00", "36": "555.76", "37": "210.00", "38": "345.76",
	}
	if diff := cmp.Diff(want, lines(got.Summary.B)); diff != "" {
		t.Errorf("column B (-want +got):\n%s", diff)
	}
	if got.Rows["SB21B"] != 3 || got.Rows["SA11C"] != 2 || len(got.Findings) != 0 {
		t.Errorf("rows %v, findings %v, want 3 SB21B, 2 SA11C and no findings", got.Rows, got.Findings)
	}
	checkSchemas(t, fectest.Open(t), got)
}

func TestEarmarkedGiftsAcrossTheEdgesOfPeriods(t *testing.T) {
	t.Parallel()
	b := newReportBooks(t, fictionalPAC(compliance.Quarterly), 0)
	candidate := b.ballot()
	ann := giver("Ann", "Alpha")
	nobody := giver("Bo", "Beta")
	nobody.Employer, nobody.Occupation = "", ""
	earmark := func(when, id string, who registry.Contributor, cents money.Cents) {
		b.gave(when, compliance.Receipt{ID: id, Contributor: who, Cents: cents, Candidate: candidate, Election: "G"})
	}
	earmark("2026-09-29T15:00:00Z", "GA-1", ann, 250_00)
	earmark("2026-10-02T15:00:00Z", "GA-2", nobody, 10_00)
	earmark("2026-10-03T15:00:00Z", "GA-3", nobody, 201_00)
	b.gave("2026-10-04T15:00:00Z", compliance.Receipt{ID: "OWN1", Contributor: ann, Cents: 150_00}) // 150.00, not 400.00: no row
	earmark("2026-12-30T15:00:00Z", "GA-4", ann, 5_00)
	before := b.build("2026-30G", "2026-10-04T16:00:00Z")
	b.forwarded("2026-10-05T15:00:00Z", "FW1", candidate, "check 7", "GA-1", "GA-2")
	b.forwarded("2026-10-20T15:00:00Z", "FW2", candidate, "ACH", "GA-3")
	b.forwarded("2027-01-04T15:00:00Z", "FW3", candidate, "ACH", "GA-4")

	// Until something was sent on for the general election, no pre-general report was owed.
	if before.Period.From.String() != "2026-10-01" {
		t.Errorf("before the forward 30G covers from %s, want 2026-10-01", before.Period.From)
	}
	memos := func(r built) map[string]string {
		out := map[string]string{}
		for _, rec := range r.records[2:] {
			out[rec.At(3)] = rec.At(4) + "|" + rec.Get("memo_text_description")
		}
		return out
	}
	tests := []struct {
		period string
		rows   []string
		memos  map[string]string
		a      [3]string // 11(a)(i), 11(a)(ii), 23
	}{
		{"2026-Q3", []string{
			"SA11AI GA-1 20260929 250.00 Alpha: Earmarked for ROBIN SAMPLE FOR CONGRESS",
		}, map[string]string{"GA-1": "|Forwarded 2026-10-05; line 23 of report 12G, transaction " + b.item("GA-1")}, [3]string{"250.00", "0.00", "0.00"}},
		{"2026-12G", []string{
			"SA11AI GA-2 20261002 10.00 Beta: Earmarked for ROBIN SAMPLE FOR CONGRESS",
			"SB23 " + b.item("GA-2") + " 20261005 10.00 ROBIN SAMPLE FOR CONGRESS: Earmarked from Bo Beta",
			"SA11AI GA-3 20261003 201.00 Beta: Earmarked for ROBIN SAMPLE FOR CONGRESS",
			"SB23 " + b.item("GA-1") + " 20261005 250.00 ROBIN SAMPLE FOR CONGRESS: Earmarked from Ann Alpha",
		}, map[string]string{
			"GA-2": "|", b.item("GA-2"): "GA-2|Forwarded by this committee's check 7",
			"GA-3":         "|Forwarded 2026-10-20; line 23 of report 30G, transaction " + b.item("GA-3"),
			b.item("GA-1"): "|Receipt in report Q3, transaction GA-1; forwarded by this committee's check 7",
		}, [3]string{"211.00", "150.00", "260.00"}},
		{"2026-30G", []string{
			"SB23 " + b.item("GA-3") + " 20261020 201.00 ROBIN SAMPLE FOR CONGRESS: Earmarked from Bo Beta",
		}, map[string]string{b.item("GA-3"): "|Receipt in report 12G, transaction GA-3; forwarded by this committee's ACH"}, [3]string{"0.00", "0.00", "201.00"}},
		{"2027-MY", []string{
			"SB23 " + b.item("GA-4") + " 20270104 5.00 ROBIN SAMPLE FOR CONGRESS: Earmarked from Ann Alpha",
		}, map[string]string{b.item("GA-4"): "|Receipt in report YE, transaction GA-4; forwarded by this committee's ACH"}, [3]string{"0.00", "0.00", "5.00"}},
	}
	schemas := fectest.Open(t)
	for _, tt := range tests {
		got := b.build(tt.period, "")
		if diff := cmp.Diff(tt.rows, got.rows()); diff != "" {
			t.Errorf("rows of %s (-want +got):\n%s", tt.period, diff)
		}
		if diff := cmp.Diff(tt.memos, memos(got)); diff != "" {
			t.Errorf("back-references and memos of %s (-want +got):\n%s", tt.period, diff)
		}
		a := got.Summary.A
		if is := [3]string{a[fec.Line11AI].Plain(), a[fec.Line11AII].Plain(), a[fec.Line23].Plain()}; is != tt.a {
			t.Errorf("lines 11(a)(i), 11(a)(ii) and 23 of %s = %v, want %v", tt.period, is, tt.a)
		}
		checkSchemas(t, schemas, got)
	}
	pre := b.build("2026-12G", "")
	cover := pre.records[1]
	if is := cover.Get("election_code") + cover.Get("date_of_election") + cover.Get("state_of_election"); is != "G202620261103MA" {
		t.Errorf("the cover of 12G names the election %s, want G2026 20261103 MA", is)
	}
	// Employer and occupation are asked for over $200, and not for less.
	for i, want := range map[int]string{2: "", 4: "Information Requested"} {
		if is := pre.records[i].Get("contributor_employer"); is != want {
			t.Errorf("employer of %s = %q, want %q", pre.records[i].At(3), is, want)
		}
	}
}

func TestReportAsOfACutOffStaysTheSame(t *testing.T) {
	t.Parallel()
	b := newReportBooks(t, fictionalPAC(compliance.Monthly), 100_00)
	candidate := b.ballot()
	ann, other := giver("Ann", "Alpha"), giver("Anne", "Alpha")
	b.gave("2026-02-03T15:00:00Z", compliance.Receipt{ID: "A-01", Contributor: ann, Cents: 150_00})
	b.gave("2026-02-04T15:00:00Z", compliance.Receipt{ID: "A-02", Contributor: other, Cents: 160_00})
	b.gave("2026-02-05T15:00:00Z", compliance.Receipt{ID: "A-03", Contributor: ann, Cents: 300_00})
	b.gave("2026-02-06T15:00:00Z", compliance.Receipt{ID: "A-04", Contributor: ann, Cents: 7_00, Candidate: candidate, Election: "P"})
	const cutoff = "2026-03-15T12:00:00Z"
	first := b.build("2026-M3", cutoff)

	// What is learned later: that two are one, an address, a late receipt of February, a forward, the committee's and the candidate's new data.
	b.at("2026-03-16T12:00:00Z", func(ctx context.Context, tx *sqlx.Tx) error {
		a, err := registry.Identify(ctx, tx, ann)
		if err != nil {
			return err
		}
		o, err := registry.Identify(ctx, tx, other)
		if err != nil {
			return err
		}
		_, err = tx.ExecContext(ctx, `insert into person_joins (person, same_as, reason) values ($1, $2, 'they said so')`, o, a)
		moved := ann
		moved.Person, moved.Street = a, "99 Other Sample St"
		pac := fictionalPAC(compliance.Monthly)
		pac.Name, pac.Multicandidate = "HARBOR LIGHT AND BEACON PAC", true
		c, findErr := registry.FindCandidate(ctx, tx, candidate, time.Time{})
		c.CommitteeName = "FRIENDS OF ROBIN SAMPLE"
		return errors.Join(err, registry.Know(ctx, tx, b.committee, moved), registry.AmendCommittee(ctx, tx, pac),
			findErr, registry.AmendCandidate(ctx, tx, c),
			b.receive(ctx, tx, moment(t, "2026-02-20T15:00:00Z"), compliance.Receipt{ID: "A-05", Contributor: giver("Bo", "Beta"), Cents: 1000_00}))
	})
	b.forwarded("2026-03-16T15:00:00Z", "FW1", candidate, "ACH", "A-04")

	if again := b.build("2026-M3", cutoff); !bytes.Equal(first.bytes, again.bytes) {
		t.Errorf("the report as of %s has changed (-first +again):\n%s", cutoff, cmp.Diff(string(first.bytes), string(again.bytes)))
	}
	if diff := cmp.Diff([]string{
		"SA11AI A-03 20260205 300.00 of 450.00 Alpha",
		"SA11AI A-04 20260206 7.00 Alpha: Earmarked for ROBIN SAMPLE FOR CONGRESS",
	}, first.rows()); diff != "" {
		t.Errorf("rows as of the cut-off (-want +got):\n%s", diff)
	}
	later := b.build("2026-M3", "2026-03-17T12:00:00Z")
	if diff := cmp.Diff([]string{
		"SA11AI A-02 20260204 160.00 of 310.00 Alpha",
		"SA11AI A-03 20260205 300.00 of 610.00 Alpha",
		"SA11AI A-04 20260206 7.00 Alpha: Earmarked for FRIENDS OF ROBIN SAMPLE",
		"SA11AI A-05 20260220 1000.00 of 1000.00 Beta",
	}, later.rows()); diff != "" {
		t.Errorf("rows two days later (-want +got):\n%s", diff)
	}
	cover := later.records[1]
	if cover.At(3) != "HARBOR LIGHT AND BEACON PAC" || cover.Get("qualified_committee") != "X" || cover.Get("date_signed") != "20260317" {
		t.Errorf("the cover two days later is %q", cover.Fields[:22])
	}
	if street := later.records[3].Get("contributor_street_1"); street != "99 Other Sample St" {
		t.Errorf("the address two days later is %q, want the new one", street)
	}
}

func TestReportThatPartsFromTheBooksIsRefused(t *testing.T) {
	t.Parallel()
	b := newReportBooks(t, fictionalPAC(compliance.Monthly), 100_00)
	b.gave("2026-01-10T15:00:00Z", compliance.Receipt{ID: "A-01", Contributor: giver("Ann", "Alpha"), Cents: 50_00})
	b.gave("2026-02-10T15:00:00Z", compliance.Receipt{ID: "A-02", Contributor: giver("Ann", "Alpha"), Cents: 25_00})
	b.build("2026-M3", "")

	// The owner writes an entry into the books of January that no fact stands behind.
	b.at("2026-02-20T12:00:00Z", func(ctx context.Context, tx *sqlx.Tx) error {
		const tamper = `
			with e as (
				insert into ledger_entries (committee, source, posted_on, text, digest)
				values ($1, 'nothing', '2026-01-20', 'Nothing', '')
				returning committee, id)
			insert into ledger_lines (committee, entry, n, account, cents, feeds)
			select committee, id, 1, 'bank', -300, '' from e
			union all
			select committee, id, 2, 'operating', 300, '21(b)' from e`
		_, err := tx.ExecContext(ctx, tamper, b.committee)
		return err
	})
	var out bytes.Buffer
	_, err := compliance.BuildReport(t.Context(), b.db, b.committee, "2026-M3", time.Time{}, &out)
	var parted *compliance.Parted
	if !errors.As(err, &parted) {
		t.Fatalf("BuildReport with another entry in the books = %v, want a *Parted", err)
	}
	want := []compliance.Parting{
		{Line: "6(b)", Sum: fec.ThisPeriod, Report: 150_00, Books: 147_00},
		{Line: "8", Sum: fec.ThisPeriod, Report: 175_00, Books: 172_00},
		{Line: "8", Sum: fec.YearToDate, Report: 175_00, Books: 172_00},
		{Line: "21(b)", Sum: fec.YearToDate, Report: 0, Books: 3_00},
	}
	if diff := cmp.Diff(want, parted.Partings); diff != "" {
		t.Errorf("partings (-want +got):\n%s", diff)
	}
	if out.Len() > 0 {
		t.Errorf("%d bytes were written of a report that parts from the books", out.Len())
	}
	p, err := compliance.PreviewReport(t.Context(), b.db, b.committee, "2026-M3", time.Time{}, 5)
	if err != nil || len(p.Partings) != len(want) {
		t.Errorf("the preview has partings %v, %v, want the same %d", p.Partings, err, len(want))
	}
	// As of the day before, books and facts agree.
	b.build("2026-M3", "2026-02-19T12:00:00Z")
}

func TestEarmarkBookedAsIncomeIsAParting(t *testing.T) {
	t.Parallel()
	b := newReportBooks(t, fictionalPAC(compliance.Monthly), 0)
	candidate := b.ballot()
	b.gave("2026-01-10T15:00:00Z", compliance.Receipt{ID: "A-01", Contributor: giver("Ann", "Alpha"), Cents: 50_00, Candidate: candidate, Election: "P"})
	b.at("2026-01-11T12:00:00Z", func(ctx context.Context, tx *sqlx.Tx) error {
		const move = `
			with e as (
				insert into ledger_entries (committee, source, posted_on, text, digest)
				values ($1, 'moved', '2026-01-11', 'Held money taken as income', '')
				returning committee, id)
			insert into ledger_lines (committee, entry, n, account, cents, feeds)
			select committee, id, 1, 'held', 5000, '11(a)(i)' from e
			union all
			select committee, id, 2, 'individuals', -5000, '11(a)' from e`
		_, err := tx.ExecContext(ctx, move, b.committee)
		return err
	})
	_, err := compliance.BuildReport(t.Context(), b.db, b.committee, "2026-M2", time.Time{}, io.Discard)
	if err == nil || !strings.Contains(err.Error(), "line 11(a)(i), earmarked, column A: report $50.00, books $0.00") {
		t.Errorf("BuildReport = %v, want a parting on the earmarked part of 11(a)(i)", err)
	}
}

func TestPreviewShowsTheFirstRows(t *testing.T) {
	t.Parallel()
	b := newReportBooks(t, fictionalPAC(compliance.Monthly), 100_00)
	for _, id := range []string{"A-01", "A-02", "A-03"} {
		b.gave("2026-01-10T15:00:00Z", compliance.Receipt{ID: id, Contributor: giver("Ann", "Alpha"), Cents: 300_00})
	}
	p, err := compliance.PreviewReport(t.Context(), b.db, b.committee, "2026-M2", time.Time{}, 2)
	if err != nil {
		t.Fatal(err)
	}
	if len(p.Sections) != 1 || p.Sections[0].Form != "SA11AI" || len(p.Sections[0].Rows) != 2 || !p.Sections[0].More || len(p.Partings) != 0 {
		t.Errorf("sections %+v, partings %v, want two of three rows SA11AI and no partings", p.Sections, p.Partings)
	}
	for _, l := range p.Lines {
		if l.Line == fec.Line6A && (l.A != nil || l.B == nil || *l.B != 100_00) || l.Line == fec.Line8 && *l.A != 1000_00 {
			t.Errorf("line %s %s has columns %v, %v", l.Line, l.Name, l.A, l.B)
		}
	}
}

func TestReportListTellsWhereEachReportStands(t *testing.T) {
	t.Parallel()
	b := newReportBooks(t, fictionalPAC(compliance.Monthly), 0)
	states := func(year int, now string) map[string]compliance.PeriodState {
		list, err := compliance.ReportList(t.Context(), b.db, b.committee, year, moment(t, now))
		if err != nil {
			t.Fatal(err)
		}
		out := map[string]compliance.PeriodState{}
		for _, l := range list {
			out[l.Code] = l.State
		}
		return out
	}
	got := states(0, "2026-10-21T03:59:00Z") // 23:59 of 20 October in Boston
	for code, want := range map[string]compliance.PeriodState{
		"M9":  compliance.PeriodPast,
		"M10": compliance.PeriodDue,
		"12G": compliance.PeriodDue, // closed on 14 October, due on the 22nd
		"30G": compliance.PeriodCurrent,
		"YE":  compliance.PeriodUpcoming,
	} {
		if got[code] != want {
			t.Errorf("on 20 October %s is %q, want %q", code, got[code], want)
		}
	}
	if s := states(0, "2026-10-21T04:00:00Z")["M10"]; s != compliance.PeriodPast {
		t.Errorf("on 21 October M10 is %q, want %q", s, compliance.PeriodPast)
	}
	if s := states(2025, "2026-10-21T04:00:00Z")["M12"]; s != compliance.PeriodUnbooked {
		t.Errorf("M12 of 2025 is %q, want %q", s, compliance.PeriodUnbooked)
	}
}
