package fec_test

import (
	"bytes"
	"fmt"
	"os"
	"strings"

	"dure/civil"
	"dure/compliance/fec"
	"dure/money"
)

func ExampleWriter() {
	s := fec.NewSummary(2026)
	s.A[fec.Line6B], s.B[fec.Line6A] = 1_000_00, 1_000_00
	s.A[fec.Line11AI], s.B[fec.Line11AI] = 250_00, 250_00
	s.Compute()

	var file bytes.Buffer
	w := fec.NewWriter(&file)
	w.Write(fec.NewHeader("Dure", "1.0"))
	w.Write(&fec.F3X{
		Form: "F3XN", CommitteeID: "C00999201", CommitteeName: "MAPLE LANTERN PAC", ReportCode: "M2",
		Address: fec.Address{Street1: "9 Press Alley", City: "New York", State: "NY", Zip: "10013"},
		From:    civil.MustParse("2026-01-01"), Through: civil.MustParse("2026-01-31"),
		Treasurer: fec.Name{Last: "Whitlock", First: "Rowena"}, Signed: civil.MustParse("2026-02-18"), Summary: s,
	})
	w.Write(&fec.ScheduleA{
		Form: "SA11AI", CommitteeID: "C00999201", ID: "SA-1", Entity: fec.Individual, Contributor: fec.Name{Last: "Peña", First: "Ines"},
		Address: fec.Address{Street1: "12 Kiln Row", City: "Albany", State: "NY", Zip: "12203-4821"},
		Date:    civil.MustParse("2026-01-03"), Amount: 250_00, Aggregate: new(money.Cents(250_00)), Employer: "Kiln Row Pottery", Occupation: "Potter",
	})
	fmt.Println(w.Close(), w.Lines())
	for _, f := range w.Findings() {
		fmt.Println(f)
	}
	// Output:
	// <nil> 3
	// line 3, column 8 (contributor_last_name): warning transliterated: written as "Pena" [Peña]
}

func ExampleCheck() {
	file := "HDR|FEC|8.5|Dure|1.0|||\nF3XN|C00999201"
	findings, about, err := fec.Check(strings.NewReader(strings.ReplaceAll(file, "|", "\x1c")))
	if err != nil {
		fmt.Println(err)
	}
	fmt.Println(about.Version, about.Form)
	for _, f := range findings {
		fmt.Println(f)
	}
	// Output:
	// 8.5 F3XN
	// line 2: error columns: 2 columns; a F3X record has 123 [2]
}

func ExampleSummary_Compute() {
	s := fec.NewSummary(2026)
	s.A[fec.Line6B] = 1_000_00
	s.A[fec.Line11AI], s.A[fec.Line11AII], s.A[fec.Line21B] = 250_00, 30_00, 80_00
	s.Compute()
	fmt.Println(s.A[fec.Line11D], s.A[fec.Line19], s.A[fec.Line31], s.A[fec.Line8])
	// Output: $280.00 $280.00 $80.00 $1,200.00
}

func ExampleShow() {
	file := "TEXT|C00999201|TX-1||F3XN|A note.\n"
	fec.Show(os.Stdout, strings.NewReader(strings.ReplaceAll(file, "|", "\x1c")))
	// Output: Note TX-1 on the report: A note.
}
