package fec_test

import (
	"encoding/csv"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"dure/compliance/fec"
	"dure/dev/fectest"
)

func TestTablesHaveTheNamesAndTheOrderOfTheFECsSchemas(t *testing.T) {
	t.Parallel()
	b, err := os.ReadFile(filepath.Join(fectest.Shared(t, "fec", "columns"), "columns_8.5_merged.json"))
	if err != nil {
		t.Fatal(err)
	}
	var merged map[string][]struct {
		Col  int    `json:"col"`
		Name string `json:"fecgov_name"`
	}
	if err := json.Unmarshal(b, &merged); err != nil {
		t.Fatal(err)
	}
	names := map[string]string{"SA": "SchA", "SB": "SchB"}
	for _, table := range fec.Tables() {
		name := table.Record
		if names[name] != "" {
			name = names[name]
		}
		want := merged[name]
		if len(table.Columns) != len(want) {
			t.Errorf("%s has %d columns, want %d", table.Record, len(table.Columns), len(want))
			continue
		}
		for i, c := range table.Columns {
			if c.Name != want[i].Name || want[i].Col != i+1 {
				t.Errorf("%s column %d is %s, want %s at %d", table.Record, i+1, c.Name, want[i].Name, want[i].Col)
			}
			if got := table.Position(c.Name); got != i+1 {
				t.Errorf("%s: Position(%s) = %d, want %d", table.Record, c.Name, got, i+1)
			}
		}
	}
}

func TestTablesHaveTheColumnsOfVersion85(t *testing.T) {
	t.Parallel()
	want := map[string]int{"HDR": 8, "F3X": 123, "SA": 45, "SB": 44, "TEXT": 6}
	for _, table := range fec.Tables() {
		if len(table.Columns) != want[table.Record] {
			t.Errorf("%s has %d columns, want %d", table.Record, len(table.Columns), want[table.Record])
		}
	}
	for form, record := range map[string]string{"SA11AI": "SA", "SB21B": "SB", "F3XA": "F3X", "TEXT": "TEXT", "HDR": "HDR"} {
		if got := fec.TableOf(form); got == nil || got.Record != record {
			t.Errorf("the table of %s is %v, want %s", form, got, record)
		}
	}
	for _, form := range []string{"", "S", "SE", "SC/10", "F3", "F3N", "F24N", "H4", "TEXTS"} {
		if got := fec.TableOf(form); got != nil {
			t.Errorf("the table of %q is %s, want none", form, got.Record)
		}
	}
}

func TestTablesHaveTheWidthsOfTheLayoutSheet(t *testing.T) {
	t.Parallel()
	f, err := os.Open(filepath.Join(fectest.Shared(t, "fec", "columns"), "spec_fields_8.3.0.1.csv"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	rows, err := csv.NewReader(f).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	sheet := map[string][][]string{}
	for _, r := range rows {
		sheet[r[0]] = append(sheet[r[0]], r)
	}
	names := map[string]string{"SA": "Sch_A", "SB": "Sch_B", "TEXT": "Text"}
	for _, table := range fec.Tables() {
		name := table.Record
		if names[name] != "" {
			name = names[name]
		}
		if len(sheet[name]) != len(table.Columns) {
			t.Fatalf("the sheet has %d columns of %s, want %d", len(sheet[name]), table.Record, len(table.Columns))
		}
		for i, c := range table.Columns {
			row := sheet[name][i]
			kind, width, _ := strings.Cut(row[3], "-")
			if width != fmt.Sprint(c.Width) {
				t.Errorf("%s %s is %d wide, want %s", table.Record, c.Name, c.Width, row[3])
			}
			if (kind == "AMT") != (c.Kind == fec.KindAmount) || (row[3] == "NUM-8") != (c.Kind == fec.KindDate) {
				t.Errorf("%s %s is of kind %s, want %s", table.Record, c.Name, c.Kind, row[3])
			}
			// The sheet marks both kinds of names as required, each for its entity types; that is a rule of rows, not of columns.
			byEntity := strings.Contains(row[7], "IND|CAN")
			for severity, mark := range map[fec.Severity]string{fec.Error: "X (error)", fec.Warning: "X (warning)"} {
				if required := row[4] == mark && !byEntity; required != (c.Required == severity) {
					t.Errorf("%s %s is required %q, want %q", table.Record, c.Name, c.Required, row[4])
				}
			}
		}
	}
}

func TestSummaryLinesStandWhereTheFormHasThem(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		line fec.Line
		a, b int
	}{
		{"6(a)", 0, 74},
		{"6(b)", 23, 0},
		{"6(c)", 24, 76},
		{"8", 27, 79},
		{"9", 28, 0},
		{"10", 29, 0},
		{"11(a)(i)", 30, 80},
		{"11(d)", 35, 85},
		{"15", 39, 89},
		{"18(c)", 44, 94},
		{"19", 45, 95},
		{"20", 46, 96},
		{"21(b)", 49, 99},
		{"23", 52, 102},
		{"28(a)", 57, 107},
		{"28(d)", 60, 110},
		{"29", 61, 111},
		{"30(c)", 65, 115},
		{"31", 66, 116},
		{"38", 73, 123},
		{"39", 0, 0},
		{"", 0, 0},
	} {
		if a, b := fec.PositionOf(row.line, fec.ThisPeriod), fec.PositionOf(row.line, fec.YearToDate); a != row.a || b != row.b {
			t.Errorf("line %s stands at %d and %d, want %d and %d", row.line, a, b, row.a, row.b)
		}
	}
	seen := 0
	for _, l := range fec.Lines() {
		if l.Name() == "" {
			t.Errorf("line %s has no name", l)
		}
		for _, sum := range []fec.Sum{fec.ThisPeriod, fec.YearToDate} {
			if fec.PositionOf(l, sum) > 0 {
				seen++
			}
		}
	}
	if seen != 100 {
		t.Errorf("the lines have %d amounts, want 100", seen)
	}
}

// A record with a different value in every column survives the way through the typed row: each field stands in its own column.
func TestTypedRowsAgreeWithTheTables(t *testing.T) {
	t.Parallel()
	for record, row := range map[string]fec.Row{
		"HDR": &fec.Header{}, "F3XN": &fec.F3X{}, "SA11AI": &fec.ScheduleA{}, "SB21B": &fec.ScheduleB{}, "TEXT": &fec.Text{},
	} {
		r := fec.Record{Line: 1}
		for i, c := range fec.TableOf(record).Columns {
			v := ""
			switch c.Kind {
			case fec.KindAmount:
				v = fmt.Sprintf("%d.%02d", i, i%100)
			case fec.KindDate:
				v = fmt.Sprintf("2026%02d%02d", 1+i%12, 1+i%28)
			case fec.KindYear:
				v = "2026"
			case fec.KindCheck:
				v = "X"
			default:
				v = fmt.Sprintf("V%d", i)[:min(c.Width, len(fmt.Sprintf("V%d", i)))]
			}
			if c.Name == "rpt_number" {
				v = "7"
			}
			if i == 0 {
				v = record
			}
			r.Fields = append(r.Fields, v)
		}
		if err := r.Decode(row); err != nil {
			t.Errorf("%s: %v", record, err)
			continue
		}
		back, findings := fec.RecordOf(row)
		if len(findings) > 0 {
			t.Errorf("%s: %v", record, findings)
		}
		for i, c := range fec.TableOf(record).Columns {
			if back.At(i+1) != r.At(i+1) || r.Get(c.Name) != r.At(i+1) {
				t.Errorf("%s %s: read %q, written %q, by name %q", record, c.Name, r.At(i+1), back.At(i+1), r.Get(c.Name))
			}
		}
	}
}
