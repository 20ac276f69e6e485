package fec_test

import (
	"bytes"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"dure/compliance/fec"
	"dure/dev/fectest"
)

func TestSampleFilingIsWritten(t *testing.T) {
	t.Parallel()
	file, findings := written(t, sample())
	if len(findings) > 0 {
		t.Errorf("the sample has findings: %v", findings)
	}
	golden(t, "sample.fec", file)
	if n := bytes.Count(file, []byte("\n")); n != len(sample()) || bytes.Count(file, []byte("\r\n")) != n {
		t.Errorf("%d line ends, want %d, each CR LF", n, len(sample()))
	}
}

func TestSampleFilingIsShown(t *testing.T) {
	t.Parallel()
	file, _ := written(t, sample())
	var out bytes.Buffer
	if err := fec.Show(&out, bytes.NewReader(file)); err != nil {
		t.Fatal(err)
	}
	golden(t, "sample.txt", out.Bytes())
}

func TestRowsOfTheSampleSatisfyTheFECsSchemas(t *testing.T) {
	t.Parallel()
	schemas := fectest.Open(t)
	for _, row := range sample() {
		r, _ := fec.RecordOf(row)
		switch row := row.(type) {
		case *fec.Header:
			if err := schemas.ValidateAs("HDR", r, nil); err != nil {
				t.Error(err)
			}
		case *fec.F3X:
			if err := schemas.ValidateAs("F3X", r, nil); err != nil {
				t.Error(err)
			}
		case *fec.ScheduleA:
			schemas.CheckRow(t, r, row.TransactionType, nil)
		case *fec.ScheduleB:
			extra := map[string]any{}
			if row.Form == "SB21B" {
				extra["aggregate_amount"] = 201.5
			}
			schemas.CheckRow(t, r, row.TransactionType, extra)
		case *fec.Text:
			schemas.CheckRow(t, r, fec.ReportText, nil)
		}
	}
}

// typed reads a file into typed rows.
func typed(t *testing.T, file []byte) []fec.Row {
	t.Helper()
	var rows []fec.Row
	for r := fec.NewReader(bytes.NewReader(file)); ; {
		rec, err := r.Next()
		if err == io.EOF {
			return rows
		}
		if err != nil {
			t.Fatal(err)
		}
		var row fec.Row
		switch fec.TableOf(rec.Form()).Record {
		case "HDR":
			row = &fec.Header{}
		case "F3X":
			row = &fec.F3X{}
		case "SA":
			row = &fec.ScheduleA{}
		case "SB":
			row = &fec.ScheduleB{}
		case "TEXT":
			row = &fec.Text{}
		}
		if err := rec.Decode(row); err != nil {
			t.Fatal(err)
		}
		rows = append(rows, row)
	}
}

func TestWriteReadWriteIsTheIdentity(t *testing.T) {
	t.Parallel()
	file, _ := written(t, sample())
	again, findings := written(t, typed(t, file))
	if diff := cmp.Diff(string(file), string(again)); diff != "" || len(findings) > 0 {
		t.Errorf("written again (-first +second), findings %v:\n%s", findings, diff)
	}
	var copied bytes.Buffer
	if err := fec.Rewrite(&copied, bytes.NewReader(file)); err != nil || !bytes.Equal(copied.Bytes(), file) {
		t.Errorf("rewritten, the file differs: %v", err)
	}
}

func TestWorkedMonthsAreWrittenToTheByteFromTypedRows(t *testing.T) {
	t.Parallel()
	dir := fectest.Shared(t, "fec", "worked-month")
	for _, name := range []string{"M3.fec", "M4.fec"} {
		file, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil {
			t.Fatal(err)
		}
		rows := typed(t, file)
		cover := rows[1].(*fec.F3X)
		for _, l := range fec.Lines() { // what follows from other lines is computed anew
			if l.Computed() {
				delete(cover.Summary.A, l)
				delete(cover.Summary.B, l)
			}
		}
		cover.Summary.Compute()
		again, findings := written(t, rows)
		if diff := cmp.Diff(string(file), string(again)); diff != "" || len(findings) > 0 {
			t.Errorf("%s written from typed rows, findings %v:\n%s", name, findings, diff)
		}
	}
}

func TestValuesAreFittedToTheFormat(t *testing.T) {
	t.Parallel()
	for _, row := range []struct{ name, value, want, rule string }{
		{"plain ASCII", "O'Brien-Lee", "O'Brien-Lee", ""},
		{"an accent is dropped", "Peña", "Pena", "transliterated"},
		{"a composed and a decomposed letter are the same", "Pen\u0303a", "Pena", "transliterated"},
		{"Vietnamese", "Nguyễn Đức Thơm", "Nguyen Duc Thom", "transliterated"},
		{"Polish and Danish", "Łukasz Ørsted", "Lukasz Orsted", "transliterated"},
		{"German", "Weiß", "Weiss", "transliterated"},
		{"a curly quote and a dash", "D’Arcy – Hill", "D'Arcy - Hill", "transliterated"},
		{"a double quote", `the "Owl"`, "the 'Owl'", "transliterated"},
		{"blanks around", "  Ash ", "Ash", "transliterated"},
		{"a narrow and a wide blank", "Van\u202fDer\u3000Meer", "Van Der Meer", "transliterated"},
		{"a zero-width joiner", "A\u200dsh", "Ash", "transliterated"},
		{"full-width letters", "ＡＳＨ", "ASH", "transliterated"},
		{"an acute accent of its own", "O´Neil", "O'Neil", "transliterated"},
		{"Korean", "김민지", "", "character"},
		{"Cyrillic within Latin", "Аsh", "", "character"},
		{"a tab", "A\tsh", "", "character"},
		{"a line end", "Ash\n", "", "character"},
		{"the separator", "A\x1csh", "", "character"},
		{"bytes that are no text", "A\xffsh", "", "character"},
		{"30 characters", strings.Repeat("x", 30), strings.Repeat("x", 30), ""},
		{"too long with a blank", "Featherstonehaugh Cholmondeley Marjoribanks", "Featherstonehaugh Cholmondeley", "shortened"},
		{"too long without one", strings.Repeat("x", 31), strings.Repeat("x", 30), "shortened"},
	} {
		rows := sample()
		rows[2].(*fec.ScheduleA).Contributor.Last = row.value
		file, findings := written(t, rows)
		line := strings.Split(string(file), "\r\n")[2]
		if got := strings.Split(line, "\x1c")[7]; got != row.want {
			t.Errorf("%s: %q is written %q, want %q", row.name, row.value, got, row.want)
		}
		severity := fec.Warning
		if row.want == "" {
			severity = fec.Error
		}
		if row.rule != "" && !has(findings, 3, 8, row.rule, severity) || row.rule == "" && len(findings) > 0 {
			t.Errorf("%s: findings %v, want %s %s at line 3, column 8", row.name, findings, severity, row.rule)
		}
	}
}

func TestOnlyTextIsShortened(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		name   string
		change func(a *fec.ScheduleA, n *fec.Text)
		line   int
		column int
		rule   string
		want   fec.Severity
	}{
		{"a transaction id", func(a *fec.ScheduleA, n *fec.Text) { a.ID = strings.Repeat("A", 21) }, 3, 3, "too-long", fec.Error},
		{"a state", func(a *fec.ScheduleA, n *fec.Text) { a.Address.State = "New York" }, 3, 16, "too-long", fec.Error},
		{"a ZIP code", func(a *fec.ScheduleA, n *fec.Text) { a.Address.Zip = "12203-48211" }, 3, 17, "too-long", fec.Error},
		{"an amount", func(a *fec.ScheduleA, n *fec.Text) { a.Amount = -100_000_000_00 }, 3, 21, "too-long", fec.Error},
		{"a note", func(a *fec.ScheduleA, n *fec.Text) { n.Text = strings.Repeat("n", 4001) }, 4, 6, "too-long", fec.Error},
		{"an employer", func(a *fec.ScheduleA, n *fec.Text) { a.Employer = strings.Repeat("e", 39) }, 3, 24, "shortened", fec.Warning},
		{"a street", func(a *fec.ScheduleA, n *fec.Text) { a.Address.Street1 = strings.Repeat("s", 35) }, 3, 13, "shortened", fec.Warning},
		{"a memo text", func(a *fec.ScheduleA, n *fec.Text) { a.MemoText = strings.Repeat("memo ", 21) }, 3, 44, "shortened", fec.Warning},
	} {
		rows := sample()
		row.change(rows[2].(*fec.ScheduleA), rows[3].(*fec.Text))
		if _, findings := written(t, rows); !has(findings, row.line, row.column, row.rule, row.want) {
			t.Errorf("%s too long: %v, want %s %s at line %d, column %d", row.name, findings, row.want, row.rule, row.line, row.column)
		}
	}
}

func TestCloseRefusesAFileWithErrors(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	w := fec.NewWriter(&out)
	for _, r := range sample() {
		if a, ok := r.(*fec.ScheduleA); ok && a.ID == "SA-1" {
			a.Amount++
		}
		if err := w.Write(r); err != nil {
			t.Fatal(err)
		}
	}
	var refused *fec.Refusal
	if err := w.Close(); !errors.As(err, &refused) || !has(refused.Findings, 2, fec.PositionOf(fec.Line11AI, fec.ThisPeriod), "itemized", fec.Error) {
		t.Errorf("Close after a row that the summary doesn't have = %v, want a refusal for line 11(a)(i)", err)
	}
	if lines := bytes.Count(out.Bytes(), []byte("\r\n")); lines != len(sample()) {
		t.Errorf("the refused file has %d lines, want all %d for people to read", lines, len(sample()))
	}
	if got, want := checked(t, out.Bytes()), w.Findings(); !cmp.Equal(got, want) {
		t.Errorf("the Writer and Check differ (-Check +Writer):\n%s", cmp.Diff(got, want))
	}
}

type fullDisk struct{}

func (fullDisk) Write([]byte) (int, error) { return 0, errors.New("disk full") }

func TestTheErrorOfTheFileIsGivenOn(t *testing.T) {
	t.Parallel()
	w := fec.NewWriter(fullDisk{})
	if err := w.Write(fec.NewHeader("Dure", "1.0")); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err == nil || !strings.Contains(err.Error(), "disk full") {
		t.Errorf("Close on a full disk = %v, want its error", err)
	}
}
