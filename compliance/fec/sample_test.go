package fec_test

import (
	"bytes"
	"flag"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"dure/civil"
	"dure/compliance/fec"
	"dure/money"
)

var update = flag.Bool("update", false, "write the golden files")

const (
	filer     = "C00999201"
	recipient = "C00999202"
)

// sample is a valid filing with every kind of record that Dure writes.
func sample() []fec.Row {
	s := fec.NewSummary(2026)
	s.A[fec.Line6B], s.B[fec.Line6A] = 1_000_00, 1_000_50
	s.A[fec.Line11AI], s.B[fec.Line11AI] = 380_00, 680_00
	s.A[fec.Line11AII], s.B[fec.Line11AII] = 45_50, 145_50
	s.A[fec.Line11C], s.B[fec.Line11C] = 500_00, 500_00
	s.A[fec.Line15], s.B[fec.Line15] = 12_34, 12_34
	s.A[fec.Line21B], s.B[fec.Line21B] = 260_00, 560_00
	s.A[fec.Line23], s.B[fec.Line23] = 100_00, 100_00
	s.A[fec.Line28A], s.B[fec.Line28A] = 50_00, 150_50
	s.Compute()
	person := fec.Name{Last: "Vantongeren", First: "Isaura", Middle: "Q", Prefix: "Dr", Suffix: "Jr"}
	home := fec.Address{Street1: "12 Kiln Row", Street2: "Apt 4", City: "Albany", State: "NY", Zip: "12203-4821"}
	office := fec.Address{Street1: "9 Press Alley", City: "New York", State: "NY", Zip: "10013"}
	candidate := fec.Candidate{ID: "H6NY27992", Name: fec.Name{Last: "Harrow", First: "Juno"}, Office: "H", State: "NY", District: "27"}
	return []fec.Row{
		fec.NewHeader("Dure", "1.0"),
		&fec.F3X{
			Form: "F3XN", CommitteeID: filer, CommitteeName: "MAPLE LANTERN PAC", Address: office, ReportCode: "M4",
			From: civil.MustParse("2026-03-01"), Through: civil.MustParse("2026-03-31"), Multicandidate: true,
			Treasurer: fec.Name{Last: "Whitlock", First: "Rowena"}, Signed: civil.MustParse("2026-04-17"), Summary: s,
		},
		&fec.ScheduleA{
			TransactionType: fec.IndividualReceipt, Form: "SA11AI", CommitteeID: filer, ID: "SA-1", Entity: fec.Individual, Contributor: person,
			Address: home, Date: civil.MustParse("2026-03-03"), Amount: 250_00, Aggregate: new(money.Cents(500_00)),
			Employer: "Kiln Row Pottery", Occupation: "Potter",
		},
		&fec.Text{Record: "TEXT", CommitteeID: filer, ID: "TX-1", BackReferenceID: "SA-1", BackReferenceForm: "SA11AI", Text: "A note on one receipt."},
		&fec.ScheduleA{
			TransactionType: fec.EarmarkDeposited, Form: "SA11AI", CommitteeID: filer, ID: "SA-2", Entity: fec.Individual, Contributor: person,
			Address: home, Date: civil.MustParse("2026-03-04"), Amount: 100_00, Purpose: "Earmarked for HARROW FOR CONGRESS",
			Employer: "Kiln Row Pottery", Occupation: "Potter", DonorCommitteeID: recipient, DonorCommittee: "HARROW FOR CONGRESS",
		},
		&fec.ScheduleB{
			TransactionType: fec.EarmarkOutDeposited, Form: "SB23", CommitteeID: filer, ID: "SB-2", BackReferenceID: "SA-2", BackReferenceForm: "SA11AI",
			Entity: fec.Committee, Organization: "HARROW FOR CONGRESS", Address: office, Election: "P2026", Date: civil.MustParse("2026-03-10"), Amount: 100_00,
			Purpose: "Earmarked from Isaura Vantongeren", Category: "011", BeneficiaryCommitteeID: recipient, BeneficiaryCommittee: "HARROW FOR CONGRESS",
			BeneficiaryCandidate: candidate,
		},
		&fec.ScheduleA{
			TransactionType: fec.ReturnReceipt, Form: "SA11AI", CommitteeID: filer, ID: "SA-3", Entity: fec.Individual, Contributor: person, Address: home,
			Date: civil.MustParse("2026-03-20"), Amount: -50_00, Aggregate: new(money.Cents(450_00)), Purpose: "Card dispute lost; contribution received 2026-01-03",
			Employer: "Kiln Row Pottery", Occupation: "Potter",
		},
		&fec.ScheduleA{
			TransactionType: fec.InKindReceipt, Form: "SA11AI", CommitteeID: filer, ID: "SA-4", Entity: fec.Individual, Contributor: fec.Name{Last: "Ash", First: "Bo"},
			Address: home, Date: civil.MustParse("2026-03-21"), Amount: 80_00, Aggregate: new(money.Cents(280_00)), Purpose: "In-Kind: Flyers",
			Employer: "Ash Press", Occupation: "Printer",
		},
		&fec.ScheduleB{
			TransactionType: fec.InKindOut, Form: "SB21B", CommitteeID: filer, ID: "SB-4", BackReferenceID: "SA-4", BackReferenceForm: "SA11AI",
			Entity: fec.Individual, Payee: fec.Name{Last: "Ash", First: "Bo"}, Address: home, Date: civil.MustParse("2026-03-21"), Amount: 80_00,
			Purpose: "In-Kind: Flyers", Category: "001",
		},
		&fec.ScheduleA{
			TransactionType: fec.PACReceipt, Form: "SA11C", CommitteeID: filer, ID: "SA-5", Entity: fec.Committee, Organization: "ESTUARY NEIGHBORS PAC", Address: office,
			Date: civil.MustParse("2026-03-22"), Amount: 500_00, Aggregate: new(money.Cents(500_00)), DonorCommitteeID: "C00999204", DonorCommittee: "ESTUARY NEIGHBORS PAC",
		},
		&fec.ScheduleA{
			TransactionType: fec.IndividualReceipt, Form: "SA11AI", CommitteeID: filer, ID: "SA-6", Entity: fec.Individual, Contributor: person, Address: home,
			Date: civil.MustParse("2026-03-23"), Amount: 40_00, Aggregate: new(money.Cents(490_00)), Employer: "Kiln Row Pottery", Occupation: "Potter",
			Memo: true, MemoText: "For information only",
		},
		&fec.ScheduleB{
			TransactionType: fec.OperatingExpenditure, Form: "SB21B", CommitteeID: filer, ID: "SB-7", Entity: fec.Organization, Organization: "QUILL PRINT SHOP",
			Address: office, Date: civil.MustParse("2026-03-24"), Amount: 150_00, Purpose: "Printing", Category: "001",
		},
		&fec.ScheduleB{
			TransactionType: fec.RefundToIndividual, Form: "SB28A", CommitteeID: filer, ID: "SB-8", Entity: fec.Individual, Payee: person, Address: home,
			Date: civil.MustParse("2026-03-25"), Amount: 50_00, Purpose: "Refund of contribution received 2026-03-03", Category: "010",
		},
		&fec.Text{Record: "TEXT", CommitteeID: filer, ID: "TX-2", BackReferenceForm: "F3XN", Text: "A note on the report."},
	}
}

// written gives the file of some rows, and what the Writer found.
func written(t testing.TB, rows []fec.Row) ([]byte, []fec.Finding) {
	t.Helper()
	var out bytes.Buffer
	w := fec.NewWriter(&out)
	for _, r := range rows {
		if err := w.Write(r); err != nil {
			t.Fatal(err)
		}
	}
	w.Close()
	return out.Bytes(), w.Findings()
}

// checked gives the findings of a file.
func checked(t testing.TB, file []byte) []fec.Finding {
	t.Helper()
	list, _, err := fec.Check(bytes.NewReader(file))
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range list {
		if !slices.ContainsFunc(fec.Rules(), func(r fec.Rule) bool { return r.Name == f.Rule }) {
			t.Fatalf("%v: fec.Rules has no rule %s", f, f.Rule)
		}
	}
	return list
}

// golden compares with a file in testdata.
func golden(t *testing.T, name string, got []byte) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(path, got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), string(got)); diff != "" {
		t.Errorf("%s (-want +got):\n%s", name, diff)
	}
}
