package compliance_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"dure/civil"
	"dure/compliance"
)

// written puts a period on one line: name, coverage, due day and, for the reports of an election, its code and day.
func written(p compliance.Period) string {
	s := p.Name + " " + p.From.String() + ".." + p.Through.String() + " due " + p.Due.String()
	if p.Election != "" {
		s += " " + p.Election + " " + p.ElectionOn.String()
	}
	return s
}

func TestReportsOfAYearAreThoseOfTheFECsNotices(t *testing.T) {
	t.Parallel()
	monthly2026 := []string{
		"2026-M2 2026-01-01..2026-01-31 due 2026-02-20",
		"2026-M3 2026-02-01..2026-02-28 due 2026-03-20",
		"2026-M4 2026-03-01..2026-03-31 due 2026-04-20",
		"2026-M5 2026-04-01..2026-04-30 due 2026-05-20",
		"2026-M6 2026-05-01..2026-05-31 due 2026-06-20", // a Saturday: not extended
		"2026-M7 2026-06-01..2026-06-30 due 2026-07-20",
		"2026-M8 2026-07-01..2026-07-31 due 2026-08-20",
		"2026-M9 2026-08-01..2026-08-31 due 2026-09-20", // a Sunday: not extended
		"2026-M10 2026-09-01..2026-09-30 due 2026-10-20",
		"2026-12G 2026-10-01..2026-10-14 due 2026-10-22 G2026 2026-11-03",
		"2026-30G 2026-10-15..2026-11-23 due 2026-12-03 G2026 2026-11-03",
		"2026-YE 2026-11-24..2026-12-31 due 2027-01-31",
	}
	quarters2026 := []string{
		"2026-Q1 2026-01-01..2026-03-31 due 2026-04-15",
		"2026-Q2 2026-04-01..2026-06-30 due 2026-07-15",
		"2026-Q3 2026-07-01..2026-09-30 due 2026-10-15",
	}
	tests := []struct {
		name, filer string
		year        int
		active      bool
		want        []string
	}{
		{"a monthly filer in an election year", compliance.Monthly, 2026, false, monthly2026},
		{"a monthly filer files 12G whether active or not", compliance.Monthly, 2026, true, monthly2026},
		{"a quarterly filer with nothing for the general election", compliance.Quarterly, 2026, false, append(quarters2026[:3:3],
			"2026-30G 2026-10-01..2026-11-23 due 2026-12-03 G2026 2026-11-03",
			"2026-YE 2026-11-24..2026-12-31 due 2027-01-31")},
		{"a quarterly filer active for the general election", compliance.Quarterly, 2026, true, append(quarters2026[:3:3],
			"2026-12G 2026-10-01..2026-10-14 due 2026-10-22 G2026 2026-11-03",
			"2026-30G 2026-10-15..2026-11-23 due 2026-12-03 G2026 2026-11-03",
			"2026-YE 2026-11-24..2026-12-31 due 2027-01-31")},
		{"a monthly filer in an odd year", compliance.Monthly, 2027, false, []string{
			"2027-M2 2027-01-01..2027-01-31 due 2027-02-20",
			"2027-M3 2027-02-01..2027-02-28 due 2027-03-20",
			"2027-M4 2027-03-01..2027-03-31 due 2027-04-20",
			"2027-M5 2027-04-01..2027-04-30 due 2027-05-20",
			"2027-M6 2027-05-01..2027-05-31 due 2027-06-20",
			"2027-M7 2027-06-01..2027-06-30 due 2027-07-20",
			"2027-M8 2027-07-01..2027-07-31 due 2027-08-20",
			"2027-M9 2027-08-01..2027-08-31 due 2027-09-20",
			"2027-M10 2027-09-01..2027-09-30 due 2027-10-20",
			"2027-M11 2027-10-01..2027-10-31 due 2027-11-20",
			"2027-M12 2027-11-01..2027-11-30 due 2027-12-20",
			"2027-YE 2027-12-01..2027-12-31 due 2028-01-31",
		}},
		{"a quarterly filer in an odd year", compliance.Quarterly, 2027, true, []string{
			"2027-MY 2027-01-01..2027-06-30 due 2027-07-31",
			"2027-YE 2027-07-01..2027-12-31 due 2028-01-31",
		}},
		{"a leap year", compliance.Quarterly, 2028, false, []string{
			"2028-Q1 2028-01-01..2028-03-31 due 2028-04-15",
			"2028-Q2 2028-04-01..2028-06-30 due 2028-07-15",
			"2028-Q3 2028-07-01..2028-09-30 due 2028-10-15",
			"2028-30G 2028-10-01..2028-11-27 due 2028-12-07 G2028 2028-11-07",
			"2028-YE 2028-11-28..2028-12-31 due 2029-01-31",
		}},
	}
	for _, tt := range tests {
		var got []string
		for _, p := range compliance.Periods(tt.filer, tt.year, tt.active) {
			got = append(got, written(p))
			if p.Form != "F3X" || p.Cite == "" || !strings.HasSuffix(p.Name, p.Code) {
				t.Errorf("%s: %s has form %q, code %q, citation %q", tt.name, p.Name, p.Form, p.Code, p.Cite)
			}
		}
		if diff := cmp.Diff(tt.want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", tt.name, diff)
		}
	}
}

func TestGeneralElectionIsTheTuesdayAfterTheFirstMonday(t *testing.T) {
	t.Parallel()
	for year, want := range map[int]string{
		2006: "2006-11-07", 2012: "2012-11-06", 2018: "2018-11-06", 2020: "2020-11-03", 2022: "2022-11-08", 2024: "2024-11-05",
		2026: "2026-11-03", 2028: "2028-11-07", 2032: "2032-11-02", 2025: "", 2027: "",
	} {
		if got := compliance.GeneralElection(year).String(); got != want {
			t.Errorf("GeneralElection(%d) = %q, want %q", year, got, want)
		}
	}
}

func TestEachDayIsInExactlyOneReport(t *testing.T) {
	t.Parallel()
	for year := 2020; year <= 2034; year++ {
		for _, filer := range []string{compliance.Monthly, compliance.Quarterly} {
			for _, active := range []bool{false, true} {
				next := civil.Of(year, time.January, 1)
				for _, p := range compliance.Periods(filer, year, active) {
					if p.From != next || p.Through.Before(p.From) || !p.Due.After(p.Through) {
						t.Errorf("%s filer: %s, want a report from %s", filer, written(p), next)
					}
					if got := compliance.PeriodOf(filer, p.Through, active); got != p {
						t.Errorf("%s is covered by %s, want %s", p.Through, got.Name, p.Name)
					}
					next = p.Through.Add(1)
				}
				if next != civil.Of(year+1, time.January, 1) {
					t.Errorf("the reports of %d end before %s", year, next)
				}
			}
		}
	}
}

func TestReportThatDoesNotExistIsRefusedWithThoseThatDo(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ filer, name, says string }{
		{compliance.Monthly, "2026-M11", "2026-M10, 2026-12G, 2026-30G, 2026-YE"},
		{compliance.Monthly, "2026-M1", "2026-M2"},
		{compliance.Monthly, "2026-Q3", "a monthly filer has no report 2026-Q3"},
		{compliance.Monthly, "2027-12G", "2027-M12"},
		{compliance.Quarterly, "2026-12G", "2026-Q3, 2026-30G"},
		{compliance.Quarterly, "2026-MY", "2026-Q1"},
		{compliance.Quarterly, "2027-Q1", "2027-MY, 2027-YE"},
		{compliance.Monthly, "M10", "such as 2026-M10"},
		{compliance.Monthly, "", "such as 2026-M10"},
		{compliance.Monthly, "26-M10", "such as 2026-M10"},
		{compliance.Monthly, "1066-M10", "such as 2026-M10"},
		{compliance.Monthly, "2026", "such as 2026-M10"},
	} {
		_, err := compliance.FindPeriod(tt.filer, tt.name, false)
		var none *compliance.NoPeriod
		if !errors.As(err, &none) || !strings.Contains(err.Error(), tt.says) {
			t.Errorf("FindPeriod(%s, %q) = %v, want a *NoPeriod that says %q", tt.filer, tt.name, err, tt.says)
		}
	}
	p, err := compliance.FindPeriod(compliance.Monthly, "2026-m10", false)
	if err != nil || p.Name != "2026-M10" || p.From.String() != "2026-09-01" {
		t.Errorf("FindPeriod(monthly, 2026-m10) = %v, %v, want the report that covers September", p, err)
	}
}

func TestLateFilingsAreCountedInWashington(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		filer, report, accepted string
		days                    int
		notFiled                bool
	}{
		{compliance.Monthly, "2026-YE", "2027-01-31T23:59:59-05:00", 0, false},
		{compliance.Monthly, "2026-YE", "2027-02-01T04:59:59Z", 0, false},
		{compliance.Monthly, "2026-YE", "2027-02-01T08:00:00-05:00", 1, false}, // S23: a Sunday moves nothing
		{compliance.Monthly, "2026-M7", "2026-08-19T12:00:00-04:00", 30, false},
		{compliance.Monthly, "2026-M7", "2026-08-20T12:00:00-04:00", 31, true},
		{compliance.Monthly, "2026-M10", "2026-10-29T12:00:00-04:00", 9, false}, // five days before the vote
		{compliance.Monthly, "2026-M10", "2026-10-30T12:00:00-04:00", 10, true}, // four
		{compliance.Monthly, "2026-12G", "2026-10-29T12:00:00-04:00", 7, false},
		{compliance.Monthly, "2026-12G", "2026-10-30T12:00:00-04:00", 8, true},
		{compliance.Monthly, "2026-30G", "2026-12-04T12:00:00-05:00", 1, false},
		{compliance.Quarterly, "2026-Q3", "2026-10-30T12:00:00-04:00", 15, true},
		{compliance.Quarterly, "2026-Q2", "2026-08-14T12:00:00-04:00", 30, false},
	} {
		p, err := compliance.FindPeriod(c.filer, c.report, true)
		if err != nil {
			t.Fatal(err)
		}
		at, err := time.Parse(time.RFC3339, c.accepted)
		if err != nil {
			t.Fatal(err)
		}
		if days, notFiled := compliance.FilingLate(p, at); days != c.days || notFiled != c.notFiled {
			t.Errorf("%s accepted %s: %d days late, not filed %v; want %d, %v", c.report, c.accepted, days, notFiled, c.days, c.notFiled)
		}
	}
}
