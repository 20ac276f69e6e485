package fec_test

import (
	"math/rand/v2"
	"strings"
	"testing"

	"dure/compliance/fec"
	"dure/money"
)

// Every line that enters a formula is moved by one cent: the checker must name that formula, in that column.
func TestEveryFormulaBreaksByACent(t *testing.T) {
	t.Parallel()
	file, findings := written(t, sample())
	if len(findings) > 0 {
		t.Fatalf("the sample has findings: %v", findings)
	}
	lines := strings.SplitAfter(string(file), "\r\n")
	fields := strings.Split(strings.TrimSuffix(lines[1], "\r\n"), "\x1c")
	tried := 0
	for _, f := range fec.Formulas() {
		for _, sum := range []fec.Sum{fec.ThisPeriod, fec.YearToDate} {
			if f.Sum != "" && f.Sum != sum {
				continue
			}
			for _, l := range append(append([]fec.Line{f.Line}, f.Plus...), f.Minus...) {
				for _, by := range []money.Cents{1, -1} {
					at := fec.PositionOf(l, sum)
					if at == 0 {
						t.Fatalf("%s: line %s has no place in column %s", f, l, sum)
					}
					var cover fec.F3X
					if err := (fec.Record{Fields: fields}).Decode(&cover); err != nil {
						t.Fatal(err)
					}
					cover.Summary.Of(sum)[l] += by
					rec, _ := fec.RecordOf(&cover)
					changed := lines[0] + string(rec.Append(nil)) + strings.Join(lines[2:], "")
					tried++
					if !has(checked(t, []byte(changed)), 2, fec.PositionOf(f.Line, sum), "formula", fec.Error) {
						t.Errorf("column %s, line %s moved by %d: the checker doesn't name %s", sum, l, by, f)
					}
				}
			}
		}
	}
	if tried != 296 { // 19 formulas with 71 lines in both columns, 6(d) with 3 in each; up and down
		t.Errorf("tried %d changes, want 296", tried)
	}
}

func TestComputeFillsWhatTheCheckerAsks(t *testing.T) {
	t.Parallel()
	random := rand.New(rand.NewPCG(1, 2))
	for range 200 {
		s := fec.NewSummary(2026)
		for _, l := range fec.Lines() {
			for _, sum := range []fec.Sum{fec.ThisPeriod, fec.YearToDate} {
				if !l.Computed() && fec.PositionOf(l, sum) > 0 {
					s.Of(sum)[l] = money.Cents(random.Int64N(20_000_000) - 1_000_000)
				}
			}
		}
		s.Compute()
		rows := sample()
		rows[1].(*fec.F3X).Summary = s
		_, findings := written(t, rows[:2])
		for _, f := range findings {
			if f.Rule == "formula" || f.Rule == "line" {
				t.Fatalf("a computed summary has a finding: %v", f)
			}
		}
		if s.A[fec.Line8] != s.A[fec.Line6B]+s.A[fec.Line19]-s.A[fec.Line31] || s.B[fec.Line8] != s.B[fec.Line6A]+s.B[fec.Line19]-s.B[fec.Line31] {
			t.Fatalf("cash at the close doesn't roll forward: %v", s)
		}
	}
}

func TestAmountOnALineThatTheFormDoesNotHaveIsRefused(t *testing.T) {
	t.Parallel()
	for line, sum := range map[fec.Line]fec.Sum{"6(a)": fec.ThisPeriod, "9": fec.YearToDate, "11(a)i": fec.ThisPeriod} {
		rows := sample()
		rows[1].(*fec.F3X).Summary.Of(sum)[line] = 1
		if _, findings := written(t, rows); !has(findings, 2, 0, "line", fec.Error) {
			t.Errorf("1 cent on line %s of column %s: %v, want an error", line, sum, findings)
		}
	}
}

// has tells whether the findings name a place, a rule and a severity.
func has(list []fec.Finding, line, column int, rule string, severity fec.Severity) bool {
	for _, f := range list {
		if f.Line == line && f.Column == column && f.Rule == rule && f.Severity == severity {
			return true
		}
	}
	return false
}
