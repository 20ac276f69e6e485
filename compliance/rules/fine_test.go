package rules_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"dure/civil"
	"dure/compliance/rules"
	"dure/money"
)

func TestFineFollowsTheTableOfItsDay(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, on        string
		activity        money.Cents
		sensitive       bool
		late            int
		notFiled        bool
		prior           int
		want            money.Cents
		firstOfTheTable string
	}{
		{"five days late, three violations before", "2025-06-01", 24_000_00, false, 5, false, 3, 372_00, "2025-01-03"},
		{"on time", "2025-06-01", 24_000_00, false, 0, false, 0, 0, "2025-01-03"},
		{"the smallest bracket never costs more than the report's activity", "2025-06-01", 40_00, false, 1, false, 0, 40_00, "2025-01-03"},
		{"unless there was a violation before", "2025-06-01", 40_00, false, 1, false, 1, 61_00, "2025-01-03"},
		{"not filed, the smallest bracket", "2025-06-01", 300_00, false, 0, true, 0, 300_00, "2025-01-03"},
		{"not filed before an election", "2025-06-01", 4_999_99, true, 0, true, 0, 854_00, "2025-01-03"},
		{"exactly the end of a bracket is the next", "2025-06-01", 5_000_00, false, 1, false, 0, 91_00, "2025-01-03"},
		{"above every bracket", "2025-06-01", 9_999_999_00, true, 10, false, 0, 17_226_00, "2025-01-03"},
		{"the table of 2024", "2024-12-31", 24_000_00, false, 5, false, 0, 208_00, "2024-01-05"},
		{"the last day of the table of 2024", "2025-01-02", 24_000_00, false, 5, false, 0, 208_00, "2024-01-05"},
		{"the first day of the table of 2025", "2025-01-03", 24_000_00, false, 5, false, 0, 213_00, "2025-01-03"},
		{"the table of 2023", "2022-12-29", 24_000_00, false, 5, false, 0, 202_00, "2022-12-29"},
	} {
		got, row, ok := rules.Federal().Fine(rules.FineCase{AssessedOn: civil.MustParse(c.on), Activity: c.activity, Sensitive: c.sensitive, DaysLate: c.late, NotFiled: c.notFiled, Prior: c.prior})
		if !ok || got != c.want || row.From.String() != c.firstOfTheTable || row.Cite == "" {
			t.Errorf("%s: %v by the table from %v (%q), want %v by that from %s", c.name, got, row.From, row.Cite, c.want, c.firstOfTheTable)
		}
	}
	if _, _, ok := rules.Federal().Fine(rules.FineCase{AssessedOn: civil.MustParse("2022-12-28"), Activity: 1}); ok {
		t.Error("before the first table a fine is computed")
	}
}

func TestLateReportBecomesOneNotFiled(t *testing.T) {
	t.Parallel()
	day := civil.MustParse
	f, ok := rules.Federal().FinesOn(day("2025-06-01"))
	if !ok {
		t.Fatal("no table in 2025")
	}
	due, vote := day("2027-05-06"), day("2027-05-18")
	for _, c := range []struct {
		filed     string
		sensitive bool
		want      bool
	}{
		{"2027-05-06", true, false},
		{"2027-05-13", true, false},
		{"2027-05-14", true, true},
		{"2027-06-05", true, true},
		{"2027-06-05", false, false},
		{"2027-06-06", false, true},
	} {
		if got := f.NotFiled(due, day(c.filed), vote, c.sensitive); got != c.want {
			t.Errorf("due %v, filed %s, vote %v, sensitive %v: not filed is %v", due, c.filed, vote, c.sensitive, got)
		}
	}
}

// TestFinesAreThoseOfTheCalculator compares every figure with the Commission's own tables.
func TestFinesAreThoseOfTheCalculator(t *testing.T) {
	t.Parallel()
	root := os.Getenv("DURE_SHARED")
	if root == "" {
		root = filepath.Join("..", "..", "..", "shared")
	}
	b, err := os.ReadFile(filepath.Join(root, "law", "admin_fines.json"))
	if err != nil {
		t.Skipf("the Commission's tables are not here: %v", err)
	}
	var file struct {
		From   map[string]string            `json:"assessed_on_or_after"`
		Tables map[string][][7]*money.Cents `json:"tables"`
	}
	if err := json.Unmarshal(b, &file); err != nil {
		t.Fatal(err)
	}
	for year, rows := range file.Tables {
		f, ok := rules.Federal().FinesOn(civil.MustParse(file.From[year]))
		if !ok || f.From.String() != file.From[year] || len(f.Brackets) != len(rows) {
			t.Fatalf("table of %s: %+v", year, f)
		}
		for i, row := range rows {
			b := f.Brackets[i]
			for j, have := range []money.Cents{b.Under, b.Late, b.PerDay, b.Sensitive, b.SensitivePerDay, b.NotFiled, b.NotFiledVote} {
				var want money.Cents
				if row[j] != nil {
					want = *row[j] * 100
				}
				if have != want {
					t.Errorf("table of %s, bracket %d, column %d is %v, want %v", year, i+1, j+1, have, want)
				}
			}
		}
	}
}

func TestElectronicFiling(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		on        string
		in, out   money.Cents
		lastOver  int
		history   bool
		why       string
		mustOrNot bool
	}{
		{"2026-12-31", 50_000_00, 50_000_00, 0, true, "", false},
		{"2026-12-31", 50_000_01, 0, 0, true, "year", true},
		{"2026-12-31", 0, 50_000_01, 0, true, "year", true},
		{"2026-01-01", 0, 0, 2024, true, "years-after", true},
		{"2026-01-01", 0, 0, 2023, true, "", false},
		{"2026-03-31", 12_500_01, 0, 0, false, "quarter", true},
		{"2026-03-31", 12_500_00, 0, 0, false, "", false},
		{"2026-04-01", 12_500_01, 0, 0, false, "", false},
		{"2026-06-30", 0, 25_000_01, 0, false, "half", true},
		{"2026-07-01", 0, 25_000_01, 0, false, "", false},
		{"2026-03-31", 12_500_01, 0, 0, true, "", false},
	} {
		why, must := rules.Federal().MustEFile(rules.EFileCase{On: civil.MustParse(c.on), Contributions: c.in, Expenditures: c.out, LastOver: c.lastOver, History: c.history})
		if why != c.why || must != c.mustOrNot {
			t.Errorf("%+v: %v because of %q", c, must, why)
		}
	}
}
