package fec_test

import (
	"bytes"
	"fmt"
	"io"
	"testing"

	"dure/civil"
	"dure/compliance/fec"
	"dure/money"
)

// large writes a filing of n receipts of n/3 contributors, each receipt itemized; the third of a contributor has a note. The rows of one contributor lie far apart.
func large(t testing.TB, out io.Writer, n int) {
	t.Helper()
	rows := sample()
	cover, first := rows[1].(*fec.F3X), rows[2].(*fec.ScheduleA)
	s := fec.NewSummary(2026)
	const amount = 100_00
	s.A[fec.Line11AI], s.B[fec.Line11AI] = amount*money.Cents(n), amount*money.Cents(n)
	s.Compute()
	cover.Summary = s
	w := fec.NewWriter(out)
	write := func(row fec.Row) {
		if err := w.Write(row); err != nil {
			t.Fatal(err)
		}
	}
	write(rows[0])
	write(cover)
	a, aggregate := *first, money.Cents(0)
	people := (n + 2) / 3
	a.Aggregate = &aggregate
	note := *rows[3].(*fec.Text)
	for i := range n {
		who, round := i%people, i/people
		a.ID = fmt.Sprintf("SA-%X", uint32(i)*2654435761) // in no order, and each once
		a.Contributor.First = fmt.Sprintf("Isaura %d", who)
		a.Date = civil.MustParse("2026-03-01").Add(round * 10)
		a.Amount, aggregate = amount, amount*money.Cents(round+1)
		write(&a)
		if round == 2 {
			note.ID, note.BackReferenceID = "TX-"+a.ID, a.ID
			write(&note)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
}

// BenchmarkWrite100kReceipts writes and checks a filing of 100,000 rows of Schedule A.
func BenchmarkWrite100kReceipts(b *testing.B) {
	for b.Loop() {
		large(b, io.Discard, 100_000)
	}
	b.ReportMetric(100_000*float64(b.N)/b.Elapsed().Seconds(), "rows/s")
}

// BenchmarkCheck100kReceipts reads and checks such a filing.
func BenchmarkCheck100kReceipts(b *testing.B) {
	var file bytes.Buffer
	large(b, &file, 100_000)
	b.SetBytes(int64(file.Len()))
	for b.Loop() {
		if list, _, err := fec.Check(bytes.NewReader(file.Bytes())); err != nil || len(list) > 0 {
			b.Fatalf("%d findings, %v; want none", len(list), err)
		}
	}
	b.ReportMetric(100_000*float64(b.N)/b.Elapsed().Seconds(), "rows/s")
}
