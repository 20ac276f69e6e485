package fec_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"dure/civil"
	"dure/compliance/fec"
)

// change sets one value of a file by line and column name.
func change(t *testing.T, file []byte, line int, column, value string) []byte {
	t.Helper()
	lines := strings.Split(string(file), "\r\n")
	fields := strings.Split(lines[line-1], "\x1c")
	at := fec.TableOf(fields[0]).Position(column)
	if at == 0 {
		t.Fatalf("%s has no column %s", fields[0], column)
	}
	fields[at-1] = value
	lines[line-1] = strings.Join(fields, "\x1c")
	return []byte(strings.Join(lines, "\r\n"))
}

func TestEachMistakeIsFoundWhereItIs(t *testing.T) {
	t.Parallel()
	file, _ := written(t, sample())
	for _, row := range []struct {
		name   string
		line   int
		column string
		value  string
		want   string // severity and rule
	}{
		// the header
		{"another filing type", 1, "ef_type", "IRS", "error header"},
		{"no version", 1, "fec_version", "", "error required"},
		{"a version yet to come", 1, "fec_version", "8.9", "warning version"},
		{"an amendment's number in words", 1, "rpt_number", "two", "error amends"},
		{"a report id without FEC-", 1, "rpt_id", "1234567", "warning amends"},
		// the cover
		{"a form that is none", 2, "form_type", "F3XQ", "error record-type"},
		{"an amendment without the original", 2, "form_type", "F3XA", "error amends"},
		{"no committee", 2, "filer_committee_id_number", "", "error required"},
		{"a committee id with a letter too few", 2, "filer_committee_id_number", "C0099920", "error committee-id"},
		{"no name of the committee", 2, "committee_name", "", "warning required"},
		{"a check box with Y", 2, "qualified_committee", "Y", "error check-box"},
		{"a state that is none", 2, "state", "QQ", "warning state"},
		{"a ZIP code with a dash", 2, "zip", "10013-482", "warning zip"},
		{"no report code", 2, "report_code", "", "warning required"},
		{"a report code that is none", 2, "report_code", "M1", "error report-code"},
		{"a report of another month", 2, "report_code", "M5", "warning coverage@coverage_through_date"},
		{"an election code that is none", 2, "election_code", "X2026", "warning election"},
		{"30 February", 2, "coverage_from_date", "20260230", "error date"},
		{"a day with dashes", 2, "coverage_from_date", "2026-3-1", "error date"},
		{"a period that ends before it begins", 2, "coverage_through_date", "20260228", "error coverage"},
		{"a period over two years", 2, "coverage_from_date", "20251231", "warning coverage"},
		{"no treasurer", 2, "treasurer_last_name", "", "error required"},
		{"not signed", 2, "date_signed", "", "error required"},
		{"signed within the period", 2, "date_signed", "20260331", "warning signed"},
		{"another year on line 6(a)", 2, "L6a_year_for_above_ytd", "2025", "warning year"},
		{"an amount with a comma", 2, "L9_debts_to_period", "1,000.00", "error amount"},
		{"an amount with a dollar sign", 2, "L9_debts_to_period", "$5.00", "error amount"},
		{"an amount with three decimals", 2, "L9_debts_to_period", "5.001", "error amount"},
		{"an amount with one decimal", 2, "L9_debts_to_period", "5.5", "warning amount"},
		{"an amount of 13 characters", 2, "L9_debts_to_period", "1234567890.00", "error too-long+amount"},
		{"cash at the close below that in column A", 2, "L6a_cash_on_hand_jan_1_ytd", "1000.49", "error formula@L6d_subtotal_ytd"},
		{"a line over its rows", 2, "L11c_other_political_committees_pacs_period", "500.01", "error itemized"},
		{"itemized under the rows", 2, "L21b_other_federal_operating_expenditures_period", "229.99", "error itemized"},
		// rows
		{"a line that the form doesn't have", 3, "form_type", "SA11D", "error record-type"},
		{"a record type in small letters", 3, "form_type", "sa11ai", "error record-type"},
		{"another committee's row", 3, "filer_committee_id_number", "C00999209", "error committee"},
		{"no transaction id", 5, "transaction_id", "", "error required"},
		{"an id that is taken", 5, "transaction_id", "SA-1", "error id-unique"},
		{"an id in small letters", 13, "transaction_id", "sb-7", "warning transaction-id"},
		{"an id with a blank", 12, "transaction_id", "SB 7", "error transaction-id"},
		{"an id of 21 characters", 12, "transaction_id", "SB-012345678901234567", "error too-long"},
		{"no entity", 3, "entity_type", "", "error required"},
		{"an entity that is none", 3, "entity_type", "MAN", "error entity"},
		{"a person without a first name", 3, "contributor_first_name", "", "error names"},
		{"a person with an organization's name", 3, "contributor_organization_name", "ASH INC", "warning names"},
		{"an organization without a name", 10, "contributor_organization_name", "", "error names"},
		{"an organization with a last name", 10, "contributor_last_name", "Ash", "warning names"},
		{"no street", 3, "contributor_street_1", "", "warning required"},
		{"a street of 35 characters", 3, "contributor_street_1", strings.Repeat("s", 35), "error too-long"},
		{"a leading blank", 3, "contributor_city", " Albany", "warning leading-blank"},
		{"a double quote", 3, "contributor_city", `"Albany"`, "warning character"},
		{"a letter beyond ASCII", 3, "contributor_last_name", "Peña", "warning character"},
		{"a tab", 3, "contributor_last_name", "A\tsh", "error character"},
		{"an election code that is none", 6, "election_code", "2026P", "warning election"},
		{"an election that is not described", 6, "election_code", "O2026", "warning election@election_other_description"},
		{"no date", 3, "contribution_date", "", "warning required"},
		{"a date before the period", 3, "contribution_date", "20260228", "warning coverage"},
		{"a date after the period", 3, "contribution_date", "20260401", "warning coverage"},
		{"a date that no calendar has", 3, "contribution_date", "20260332", "error date"},
		{"the year less than the receipt", 3, "contribution_aggregate", "249.99", "warning aggregate"},
		{"no employer over 200.00", 3, "contributor_employer", "", "warning employer"},
		{"no occupation over 200.00", 3, "contributor_occupation", "", "warning employer"},
		{"a receipt below zero without why", 7, "contribution_purpose_descrip", "", "warning purpose"},
		{"a disbursement without purpose", 12, "expenditure_purpose_descrip", "", "warning purpose"},
		{"a category that is none", 12, "category_code", "013", "warning category"},
		{"a memo code with Y", 11, "memo_code", "Y", "error check-box"},
		{"a candidate id that is none", 6, "beneficiary_candidate_fec_id", "H6N27992", "error candidate-id"},
		{"a candidate of another office", 6, "beneficiary_candidate_office", "S", "warning candidate"},
		{"an office that is none", 6, "beneficiary_candidate_office", "Q", "warning candidate"},
		{"a candidate for the House without district", 6, "beneficiary_candidate_district", "", "warning candidate"},
		{"a candidate without a state", 6, "beneficiary_candidate_state", "", "warning candidate"},
		{"a candidate without a first name", 6, "beneficiary_candidate_first_name", "", "warning candidate@beneficiary_candidate_last_name"},
		{"a parent that isn't there", 6, "back_reference_tran_id_number", "SA-99", "error back-reference"},
		{"a parent of another record type", 6, "back_reference_sched_name", "SA11C", "error back-reference"},
		{"a parent that is the row itself", 6, "back_reference_tran_id_number", "SB-2", "error back-reference"},
		{"a parent's id without its type", 6, "back_reference_sched_name", "", "error back-reference"},
		{"a parent's type without its id", 6, "back_reference_tran_id_number", "", "error back-reference"},
		// notes
		{"a note on a transaction that isn't there", 4, "back_reference_tran_id_number", "SA-99", "error back-reference"},
		{"a note on a record of another type", 4, "back_reference_sched_form_name", "SB23", "error back-reference"},
		{"a note on a record without its id", 4, "back_reference_tran_id_number", "", "error back-reference"},
		{"a note on the report with an id", 14, "back_reference_tran_id_number", "SA-1", "error back-reference"},
		{"a note on another form", 14, "back_reference_sched_form_name", "F3XA", "error back-reference"},
		{"a note without text", 14, "text4000", "", "warning required"},
		{"a note too long", 14, "text4000", strings.Repeat("n", 4001), "error too-long"},
		{"an id that is taken by a note", 14, "transaction_id_number", "SB-8", "error id-unique"},
	} {
		list := checked(t, change(t, file, row.line, row.column, row.value))
		want, column, elsewhere := strings.Cut(row.want, "@")
		if !elsewhere {
			column = row.column
		}
		severity, rules, _ := strings.Cut(want, " ")
		for _, rule := range strings.Split(rules, "+") {
			found := false
			for _, f := range list {
				if f.Line == row.line && f.Name == column && string(f.Severity) == severity && f.Rule == rule {
					found = true
					if elsewhere {
						continue
					}
					if f.Value != row.value && !strings.HasSuffix(f.Value, "...") && rule != "amends" && f.Value != "" {
						t.Errorf("%s: the finding has the value %q, want %q", row.name, f.Value, row.value)
					}
				}
			}
			if !found {
				t.Errorf("%s: %v, want %s %s in %s on line %d", row.name, list, severity, rule, column, row.line)
			}
		}
		if severity == "warning" && fec.Errors(list) > 0 {
			t.Errorf("%s: %v, want no error", row.name, list)
		}
	}
}

func TestRowsAreComparedWithTheSummary(t *testing.T) {
	t.Parallel()
	file, _ := written(t, sample())
	line := func(l fec.Line) int { return fec.PositionOf(l, fec.ThisPeriod) }
	for _, row := range []struct {
		name          string
		line          int
		column, value string
		want          int // the position of the line that no longer fits; 0 when all fit
	}{
		{"a receipt a cent higher", 3, "contribution_amount", "250.01", line("11(a)(i)")},
		{"a receipt a cent lower", 3, "contribution_amount", "249.99", line("11(a)(i)")},
		{"a committee's receipt a cent lower", 10, "contribution_amount", "499.99", line("11(c)")},
		{"a contribution a cent higher", 6, "expenditure_amount", "100.01", line("23")},
		{"an expenditure that leaves less without a row", 12, "expenditure_amount", "180.00", 0},
		{"an expenditure that passes the line", 12, "expenditure_amount", "180.01", line("21(b)")},
		{"an expenditure that leaves more without a row", 12, "expenditure_amount", "1.00", 0},
		{"a refund that passes the line", 13, "expenditure_amount", "50.01", line("28(a)")},
		{"a memo receipt of any amount", 11, "contribution_amount", "99999.99", 0},
		{"a memo receipt that is none", 11, "memo_code", "", line("11(a)(i)")},
		{"a receipt that becomes a memo", 3, "memo_code", "X", line("11(a)(i)")},
	} {
		var got int
		for _, f := range checked(t, change(t, file, row.line, row.column, row.value)) {
			if f.Rule == "itemized" {
				got = f.Column
			}
		}
		if got != row.want {
			t.Errorf("%s: column %d of the cover no longer fits the rows, want %d", row.name, got, row.want)
		}
	}
}

func TestAddressAbroad(t *testing.T) {
	t.Parallel()
	rows := sample()
	rows[2].(*fec.ScheduleA).Address = fec.Address{Street1: "4 Quay Lane", City: "Dublin", State: "ZZ", Zip: "D02 AF30"}
	file, findings := written(t, rows)
	if len(findings) > 0 || !bytes.Contains(file, []byte("\x1cDublin\x1cZZ\x1cD02AF30\x1c")) {
		t.Errorf("an address abroad: %v, want it written without a finding", findings)
	}
}

func TestNumberOfColumnsIsChecked(t *testing.T) {
	t.Parallel()
	file, _ := written(t, sample())
	lines := strings.Split(string(file), "\r\n")
	with := func(line int, changed string) []byte {
		out := append([]string(nil), lines...)
		out[line-1] = changed
		return []byte(strings.Join(out, "\r\n"))
	}
	for _, row := range []struct {
		name string
		file []byte
		line int
		want fec.Severity
	}{
		{"an empty column more", with(3, lines[2]+"\x1c"), 3, fec.Warning},
		{"a column more", with(3, lines[2]+"\x1cX"), 3, fec.Error},
		{"a column less", with(3, strings.TrimSuffix(lines[2], "\x1c")), 3, fec.Error},
		{"a header with a column less", with(1, strings.TrimSuffix(lines[0], "\x1c")), 1, fec.Warning},
		{"a cover with a column less", with(2, lines[1][:strings.LastIndex(lines[1], "\x1c")]), 2, fec.Error},
		{"a note with a column more", with(14, lines[13]+"\x1cmore"), 14, fec.Error},
	} {
		if list := checked(t, row.file); !has(list, row.line, 0, "columns", row.want) || row.want == fec.Warning && fec.Errors(list) > 0 {
			t.Errorf("%s: %v, want %s columns on line %d", row.name, list, row.want, row.line)
		}
	}
}

func TestOrderOfRecordsIsChecked(t *testing.T) {
	t.Parallel()
	file, _ := written(t, sample())
	l := strings.SplitAfter(string(file), "\r\n")
	for _, row := range []struct {
		name, file   string
		line, column int
		rule         string
	}{
		{"nothing", "", 0, 0, "empty"},
		{"a header alone", l[0], 0, 0, "cover"},
		{"no header", strings.Join(l[1:], ""), 1, 1, "header"},
		{"no cover", l[0] + strings.Join(l[2:], ""), 2, 1, "cover"},
		{"a header again", string(file) + l[0], 15, 1, "order"},
		{"a cover again", string(file) + l[1], 15, 1, "order"},
		{"a record that the format doesn't have", string(file) + "ZZ\x1cC00999201\r\n", 15, 1, "record-type"},
	} {
		if list := checked(t, []byte(row.file)); !has(list, row.line, row.column, row.rule, fec.Error) {
			t.Errorf("%s: %v, want error %s at line %d, column %d", row.name, list, row.rule, row.line, row.column)
		}
	}
	// Rows stand in any order: a child may come before its parent.
	reversed := l[0] + l[1]
	for i := len(l) - 2; i > 1; i-- {
		reversed += l[i]
	}
	if list := checked(t, []byte(reversed)); len(list) > 0 {
		t.Errorf("rows in reverse order: %v, want nothing", list)
	}
}

func TestRecordsWithoutATableAreKeptAndMayBeReferredTo(t *testing.T) {
	t.Parallel()
	file, _ := written(t, sample())
	loan := "SC/10\x1c" + filer + "\x1cSC-1" + strings.Repeat("\x1c", 35) + "\r\n"
	note := "TEXT\x1c" + filer + "\x1cTX-9\x1cSC-1\x1cSC/10\x1cA note on a loan.\r\n"
	list, about, err := fec.Check(strings.NewReader(string(file) + loan + note))
	if err != nil || len(list) != 1 || !has(list, 15, 0, "no-table", fec.Warning) || list[0].Record != "SC/10" {
		t.Errorf("findings %v, %v; want a warning that SC/10 is not checked", list, err)
	}
	if about.Records["SC/10"] != 1 || about.Records["SA11AI"] != 5 || about.Form != "F3XN" || about.CommitteeID != filer || about.Version != "8.5" ||
		about.Through != civil.MustParse("2026-03-31") || about.Summary.A[fec.Line21B] != 260_00 {
		t.Errorf("the file is told to be %+v", about)
	}
	if list := checked(t, []byte(string(file)+loan+loan)); !has(list, 16, 3, "id-unique", fec.Error) {
		t.Errorf("a loan with the id of another: %v, want an error", list)
	}
}

func TestAmendmentNamesTheOriginal(t *testing.T) {
	t.Parallel()
	rows := sample()
	header, cover := rows[0].(*fec.Header), rows[1].(*fec.F3X)
	cover.Form = "F3XA"
	rows[len(rows)-1].(*fec.Text).BackReferenceForm = "F3XA"
	if _, findings := written(t, rows); !has(findings, 2, 1, "amends", fec.Error) {
		t.Errorf("an amendment without the original's id: %v, want an error", findings)
	}
	header.Amends, header.Amendment = "FEC-1234567", 2
	file, findings := written(t, rows)
	if len(findings) > 0 || !bytes.HasPrefix(file, []byte("HDR\x1cFEC\x1c8.5\x1cDure\x1c1.0\x1cFEC-1234567\x1c2\x1c\r\n")) {
		t.Errorf("an amendment: %v, %q", findings, bytes.SplitN(file, []byte("\r\n"), 2)[0])
	}
}

func TestReportAroundAnElection(t *testing.T) {
	t.Parallel()
	rows := sample()
	cover := rows[1].(*fec.F3X)
	cover.ReportCode = "12P"
	if _, findings := written(t, rows); !has(findings, 2, 11, "election", fec.Warning) || !has(findings, 2, 12, "election", fec.Warning) || !has(findings, 2, 13, "election", fec.Warning) {
		t.Errorf("a pre-primary report without election: %v, want warnings on columns 11 to 13", findings)
	}
	cover.Election, cover.ElectionDate, cover.ElectionState = "P2026", civil.MustParse("2026-04-20"), "NY" // 20 days after 31 March
	if _, findings := written(t, rows); len(findings) > 0 {
		t.Errorf("a pre-primary report: %v, want nothing", findings)
	}
	for code, want := range map[string]string{"G2026": "a report 12P is about an election P2026", "P2024": "the election is on 2026-04-20"} {
		cover.Election = code
		_, findings := written(t, rows)
		if len(findings) != 1 || findings[0].Column != 11 || findings[0].Message != want {
			t.Errorf("a pre-primary report about %s: %v, want %q", code, findings, want)
		}
	}
	cover.Election, cover.ElectionDate = "P2026", civil.MustParse("2026-04-21")
	if _, findings := written(t, rows); !has(findings, 2, 15, "coverage", fec.Warning) {
		t.Errorf("a pre-primary report that ends 21 days before: %v, want a warning", findings)
	}
}

func TestFirstReportOfAYear(t *testing.T) {
	t.Parallel()
	rows := sample()
	cover := rows[1].(*fec.F3X)
	cover.ReportCode, cover.From = "Q1", civil.MustParse("2026-01-01")
	_, findings := written(t, rows)
	if !has(findings, 2, 74, "cash", fec.Warning) || !has(findings, 2, 80, "year-to-date", fec.Warning) || fec.Errors(findings) > 0 {
		t.Errorf("columns A and B differ though the period begins on 1 January: %v, want warnings", findings)
	}
}

func TestFindingsAreInOrderAndBounded(t *testing.T) {
	t.Parallel()
	file, _ := written(t, sample())
	bad := change(t, change(t, file, 12, "entity_type", ""), 3, "entity_type", "")
	last := 0
	for _, f := range checked(t, bad) {
		if f.Line < last {
			t.Errorf("the finding on line %d comes after one on line %d", f.Line, last)
		}
		last = f.Line
	}
	many := append([]byte(nil), file...)
	for i := range 60_000 {
		many = fmt.Appendf(many, "SA11AI\x1c%d\r\nQ%d\r\n", i, i)
	}
	list := checked(t, many)
	if n := len(list); n != 100_001 || list[n-1].Rule != "too-many" || list[n-1].Severity != fec.Error {
		t.Errorf("a file with more than 100,000 problems has %d findings, the last %v", n, list[n-1])
	}
}

func TestKindsOfRecordsAreBounded(t *testing.T) {
	t.Parallel()
	file, _ := written(t, sample())
	for i := range 5000 {
		file = fmt.Appendf(file, "ZZ%d\r\n", i)
	}
	_, about, err := fec.Check(bytes.NewReader(file))
	if err != nil || len(about.Records) > 1001 || about.Records["(other)"] < 4000 {
		t.Errorf("5000 kinds of records make %d counts, %d of them other, %v; want at most 1001", len(about.Records), about.Records["(other)"], err)
	}
}

func TestFindingInJSON(t *testing.T) {
	t.Parallel()
	f := fec.Finding{Line: 7, Record: "SA11AI", Column: 20, Name: "contribution_date", Rule: "date", Value: "20260230", Severity: fec.Error, Message: "not a day"}
	b, err := json.Marshal(f)
	want := `{"line":7,"record":"SA11AI","column":20,"column_name":"contribution_date","rule":"date","value":"20260230","severity":"error","message":"not a day"}`
	if diff := cmp.Diff(want, string(b)); err != nil || diff != "" {
		t.Errorf("%v (-want +got):\n%s", err, diff)
	}
	if got, want := f.String(), "line 7, column 20 (contribution_date): error date: not a day [20260230]"; got != want {
		t.Errorf("String() = %q, want %q", got, want)
	}
}

func TestShownFileCannotCommandATerminal(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	if err := fec.Show(&out, strings.NewReader("HDR\x1cFEC\x1c8.5\x1cev\x1b[2Jil\x1c\u009b31m\nZZ\x1c\x07bell\n")); !errors.Is(err, fec.ErrNoCover) {
		t.Fatal(err)
	}
	if s := out.String(); strings.ContainsAny(s, "\x1b\x07\u009b") || !strings.Contains(s, "ev?[2Jil") {
		t.Errorf("shown as %q", s)
	}
}

func TestOnlyDaysOfTheCalendarAreDays(t *testing.T) {
	t.Parallel()
	file, _ := written(t, sample())
	row := strings.Split(strings.Split(string(file), "\r\n")[2], "\x1c")
	at := fec.TableOf("SA11AI").Position("contribution_date")
	for _, year := range []int{1, 1900, 2000, 2024, 2026, 9999} {
		for month := range 14 {
			for day := range 33 {
				s := fmt.Sprintf("%04d%02d%02d", year, month, day)
				_, err := time.Parse("20060102", s)
				row[at-1] = s
				var a fec.ScheduleA
				got := fec.Record{Line: 3, Fields: row}.Decode(&a)
				if (err == nil) != (got == nil) || err == nil && a.Date.Compact() != s {
					t.Errorf("%s is read as %s, %v; time.Parse says %v", s, a.Date, got, err)
				}
			}
		}
	}
}
