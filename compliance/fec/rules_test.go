package fec_test

import (
	"bytes"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"dure/civil"
	"dure/compliance/fec"
)

// edit sets one value of the sample.
type edit struct {
	line          int
	column, value string
}

// broken has for each rule files that break it and nothing else: the sample with few values changed, or made anew.
var broken = []struct {
	name  string // of the file
	rule  string
	edits []edit
	make  func(file string) string
	rows  func(rows []fec.Row)
}{
	// the file
	{name: "empty", rule: "empty", make: func(string) string { return "" }},
	{name: "byte-order-mark", rule: "byte-order-mark", make: func(f string) string { return "\ufeff" + f }},
	{name: "empty-line", rule: "empty-line", make: func(f string) string { return f + "\r\n" }},
	{name: "line-too-long", rule: "line-too-long", make: func(f string) string { return f + strings.Repeat("x", 1<<16) + "\r\n" }},
	{name: "header-of-another-filing", rule: "header", edits: []edit{{1, "ef_type", "IRS"}}},
	{name: "version-to-come", rule: "version", edits: []edit{{1, "fec_version", "8.9"}}},
	{name: "version-unknown", rule: "version", edits: []edit{{1, "fec_version", "7.0"}}},
	{name: "cover-missing", rule: "cover", make: func(f string) string { l := strings.SplitAfter(f, "\r\n"); return l[0] + strings.Join(l[2:], "") }},
	{name: "cover-twice", rule: "order", make: func(f string) string { return f + strings.SplitAfter(f, "\r\n")[1] }},
	{name: "header-twice", rule: "order", make: func(f string) string { return f + strings.SplitAfter(f, "\r\n")[0] }},
	{name: "record-of-no-line", rule: "record-type", edits: []edit{{12, "form_type", "SB29X"}}},
	{name: "form-of-no-kind", rule: "record-type", edits: []edit{{2, "form_type", "F3XQ"}, {14, "back_reference_sched_form_name", "F3XQ"}}},
	{name: "columns-one-more", rule: "columns", make: func(f string) string { return strings.TrimSuffix(f, "\r\n") + "\x1cmore\r\n" }},
	{name: "columns-empty-one-more", rule: "columns", make: func(f string) string { return strings.TrimSuffix(f, "\r\n") + "\x1c\r\n" }},
	{name: "free-text", rule: "free-text", make: func(f string) string { return f + "[BEGINTEXT]\r\nA text.\r\n[ENDTEXT]\r\n" }},
	{name: "no-table", rule: "no-table", make: func(f string) string {
		return f + "SC/10\x1c" + filer + "\x1cSC-1" + strings.Repeat("\x1c", 35) + "\r\n"
	}},

	// a value
	{name: "required-street", rule: "required", edits: []edit{{2, "street_1", ""}}},
	{name: "required-treasurer", rule: "required", edits: []edit{{2, "treasurer_last_name", ""}}},
	{name: "too-long-name", rule: "too-long", edits: []edit{{2, "committee_name", strings.Repeat("x", 201)}}},
	{name: "leading-blank", rule: "leading-blank", edits: []edit{{2, "city", " New York"}}},
	{name: "character-control", rule: "character", edits: []edit{{2, "treasurer_last_name", "Whit\tlock"}}},
	{name: "character-beyond-ascii", rule: "character", edits: []edit{{2, "treasurer_last_name", "Whitlöck"}}},
	{name: "character-quote", rule: "character", edits: []edit{{2, "city", `"New York"`}}},
	{name: "amount-one-decimal", rule: "amount", edits: []edit{{2, "L9_debts_to_period", "0.0"}}},
	{name: "amount-in-words", rule: "amount", edits: []edit{{2, "L9_debts_to_period", "none"}}},
	{name: "amount-of-nothing", rule: "amount", edits: []edit{{12, "expenditure_amount", "0.00"}}},
	{name: "date-30-february", rule: "date", edits: []edit{{3, "contribution_date", "20260230"}}},
	{name: "date-29-february", rule: "date", edits: []edit{{12, "expenditure_date", "20260229"}}},
	{name: "year-before", rule: "year", edits: []edit{{2, "L6a_year_for_above_ytd", "2025"}}},
	{name: "check-box-y", rule: "check-box", edits: []edit{{11, "memo_code", "Y"}}},
	{name: "committee-id-short", rule: "committee-id", edits: []edit{{6, "beneficiary_committee_fec_id", "C0099920"}}},
	{name: "committee-id-missing", rule: "committee-id", edits: []edit{{10, "donor_committee_fec_id", ""}}},
	{name: "candidate-id", rule: "candidate-id", edits: []edit{{6, "beneficiary_candidate_fec_id", "H6N27992"}}},
	{name: "state-unknown", rule: "state", edits: []edit{{12, "payee_state", "QQ"}}},
	{name: "state-in-small-letters", rule: "state", edits: []edit{{12, "payee_state", "ny"}}},
	{name: "zip-four-digits", rule: "zip", edits: []edit{{12, "payee_zip", "1001"}}},
	{name: "zip-with-letter", rule: "zip", edits: []edit{{12, "payee_zip", "1OO13"}}},
	{name: "transaction-id-small", rule: "transaction-id", edits: []edit{{13, "transaction_id", "sb-8"}}},
	{name: "transaction-id-blank", rule: "transaction-id", edits: []edit{{13, "transaction_id", "SB 8"}}},
	{name: "code-blank", rule: "code", edits: []edit{{12, "reference_to_si_or_sl_system_code_that_identifies_the_account", "A 1"}}},

	// the cover
	{name: "amends-on-new-report", rule: "amends", edits: []edit{{1, "rpt_id", "FEC-1234567"}}},
	{name: "amends-nothing", rule: "amends", edits: []edit{{2, "form_type", "F3XA"}, {14, "back_reference_sched_form_name", "F3XA"}}},
	{name: "amends-number", rule: "amends", edits: []edit{{1, "rpt_number", "0"}}},
	{name: "report-code-unknown", rule: "report-code", edits: []edit{{2, "report_code", "M1"}}},
	{name: "report-code-termination", rule: "report-code", edits: []edit{{2, "report_code", "TER"}}},
	{name: "coverage-of-another-month", rule: "coverage", edits: []edit{{2, "report_code", "M5"}}},
	{name: "coverage-begins-before", rule: "coverage", edits: []edit{{2, "coverage_from_date", "20260228"}}},
	{name: "coverage-ends-first", rule: "coverage", edits: []edit{{2, "coverage_from_date", "20260401"}}},
	{name: "coverage-two-years", rule: "coverage", edits: []edit{{2, "coverage_from_date", "20251231"}}},
	{name: "coverage-row-outside", rule: "coverage", edits: []edit{{12, "expenditure_date", "20260401"}}},
	{name: "signed-too-soon", rule: "signed", edits: []edit{{2, "date_signed", "20260331"}}},
	{name: "formula", rule: "formula", edits: []edit{{2, "L38_net_operating_expenditures_period", "247.67"}}},
	{name: "cash-differs", rule: "cash", edits: []edit{{2, "L6a_cash_on_hand_jan_1_ytd", "1000.51"}, {2, "L6d_subtotal_ytd", "2338.35"}, {2, "L8_cash_on_hand_close_ytd", "1527.85"}}},
	{name: "year-to-date", rule: "year-to-date", rows: func(rows []fec.Row) {
		cover := rows[1].(*fec.F3X)
		cover.ReportCode, cover.From = "Q1", civil.MustParse("2026-01-01")
		s := &cover.Summary
		s.B = maps.Clone(s.A)
		s.B[fec.Line6A] = s.A[fec.Line6B]
		s.B[fec.Line11AII]++
		s.B[fec.Line28A]++
		s.Compute()
	}},
	{name: "itemized-over-line", rule: "itemized", edits: []edit{{12, "expenditure_amount", "180.01"}}},
	{name: "itemized-not-the-line", rule: "itemized", edits: []edit{{10, "contribution_amount", "499.99"}}},
	{name: "schedule-of-debts", rule: "schedule", edits: []edit{{2, "L10_debts_by_period", "5.00"}}},
	{name: "termination-with-cash", rule: "termination", edits: []edit{{2, "form_type", "F3XT"}, {14, "back_reference_sched_form_name", "F3XT"}}},

	// rows
	{name: "committee-of-another", rule: "committee", edits: []edit{{12, "filer_committee_id_number", "C00999209"}}},
	{name: "id-twice", rule: "id-unique", edits: []edit{{13, "transaction_id", "SB-7"}}},
	{name: "id-of-a-note", rule: "id-unique", edits: []edit{{14, "transaction_id_number", "SB-7"}}},
	{name: "back-reference-to-nothing", rule: "back-reference", edits: []edit{{6, "back_reference_tran_id_number", "SA-99"}}},
	{name: "back-reference-to-another-kind", rule: "back-reference", edits: []edit{{6, "back_reference_sched_name", "SA11C"}}},
	{name: "back-reference-without-id", rule: "back-reference", edits: []edit{{6, "back_reference_tran_id_number", ""}}},
	{name: "back-reference-without-kind", rule: "back-reference", edits: []edit{{6, "back_reference_sched_name", ""}}},
	{name: "back-reference-to-itself", rule: "back-reference", edits: []edit{{6, "back_reference_tran_id_number", "SB-2"}}},
	{name: "back-reference-of-a-note", rule: "back-reference", edits: []edit{{4, "back_reference_tran_id_number", "SA-99"}}},
	{name: "back-reference-of-the-report", rule: "back-reference", edits: []edit{{14, "back_reference_tran_id_number", "SA-1"}}},
	{name: "pair-amount", rule: "pair", edits: []edit{{9, "expenditure_amount", "79.99"}}},
	{name: "pair-memo", rule: "pair", edits: []edit{{9, "memo_code", "X"}}},
	{name: "pair-committee", rule: "pair", edits: []edit{{6, "beneficiary_committee_fec_id", "C00999203"}}},
	{name: "memo-without-a-word", rule: "memo", edits: []edit{{11, "memo_text_description", ""}}},
	{name: "entity-unknown", rule: "entity", edits: []edit{{12, "entity_type", "MAN"}}},
	{name: "entity-of-another-line", rule: "entity", edits: []edit{{10, "entity_type", "ORG"}}},
	{name: "names-of-both", rule: "names", edits: []edit{{12, "payee_last_name", "Ash"}}},
	{name: "names-of-none", rule: "names", edits: []edit{{12, "payee_organization_name", ""}}},
	{name: "names-first-missing", rule: "names", edits: []edit{{13, "payee_first_name", ""}}},
	{name: "election-unknown", rule: "election", edits: []edit{{6, "election_code", "2026P"}}},
	{name: "election-missing", rule: "election", edits: []edit{{6, "election_code", ""}}},
	{name: "election-not-described", rule: "election", edits: []edit{{6, "election_code", "O2026"}}},
	{name: "candidate-of-another-office", rule: "candidate", edits: []edit{{6, "beneficiary_candidate_office", "S"}}},
	{name: "candidate-of-another-state", rule: "candidate", edits: []edit{{6, "beneficiary_candidate_state", "NJ"}}},
	{name: "candidate-without-district", rule: "candidate", edits: []edit{{6, "beneficiary_candidate_district", ""}}},
	{name: "candidate-without-id", rule: "candidate", edits: []edit{{6, "beneficiary_candidate_fec_id", ""}}},
	{name: "candidate-without-office", rule: "candidate", edits: []edit{{6, "beneficiary_candidate_office", ""}}},
	{name: "category", rule: "category", edits: []edit{{12, "category_code", "013"}}},
	{name: "purpose-of-a-disbursement", rule: "purpose", edits: []edit{{12, "expenditure_purpose_descrip", ""}}},
	{name: "purpose-below-zero", rule: "purpose", edits: []edit{{7, "contribution_purpose_descrip", ""}}},
	{name: "aggregate-less-than-receipt", rule: "aggregate", edits: []edit{{10, "contribution_aggregate", "499.99"}}},
	{name: "aggregate-missing", rule: "aggregate", edits: []edit{{8, "contribution_aggregate", ""}}},
	{name: "aggregate-falls-short", rule: "aggregate", edits: []edit{{7, "contribution_aggregate", "449.99"}}},
	{name: "aggregate-leaps", rule: "aggregate", edits: []edit{{7, "contribution_aggregate", "500.01"}}},
	{name: "employer-missing", rule: "employer", edits: []edit{{8, "contributor_employer", ""}}},
	{name: "occupation-missing", rule: "employer", edits: []edit{{8, "contributor_occupation", ""}}},
}

// unfiled are rules that no file of testdata breaks: why.
var unfiled = map[string]string{
	"too-many":       "needs a file of 100,000 problems: TestFindingsAreInOrderAndBounded",
	"transliterated": "of the Writer: TestValuesAreFittedToTheFormat",
	"shortened":      "of the Writer: TestOnlyTextIsShortened",
	"line":           "of the Writer: TestAmountOnALineThatTheFormDoesNotHaveIsRefused",
}

func TestEachRuleHasAFileThatBreaksOnlyIt(t *testing.T) {
	t.Parallel()
	good, _ := written(t, sample())
	known, files := map[string]bool{}, map[string]bool{}
	for _, b := range broken {
		known[b.rule] = true
		file := good
		if b.rows != nil {
			rows := sample()
			b.rows(rows)
			file, _ = written(t, rows)
		}
		for _, e := range b.edits {
			file = change(t, file, e.line, e.column, e.value)
		}
		if b.make != nil {
			file = []byte(b.make(string(file)))
		}
		name := b.name + ".fec"
		if files[name] {
			t.Errorf("two files %s", name)
		}
		files[name] = true
		path := filepath.Join("testdata", "rules", name)
		if *update {
			if err := os.WriteFile(path, file, 0o644); err != nil {
				t.Fatal(err)
			}
		}
		kept, err := os.ReadFile(path)
		if err != nil || !bytes.Equal(kept, file) {
			t.Errorf("%s is not what is made of the sample (-update writes it): %v", path, err)
		}
		list := checked(t, kept)
		if len(list) == 0 || slices.ContainsFunc(list, func(f fec.Finding) bool { return f.Rule != b.rule }) {
			t.Errorf("%s: %v, want findings of the rule %s and of no other", path, list, b.rule)
		}
	}
	for _, r := range fec.Rules() {
		if why := unfiled[r.Name]; known[r.Name] == (why != "") {
			t.Errorf("rule %s has a file: %v; reason to have none: %q", r.Name, known[r.Name], why)
		}
		delete(known, r.Name)
	}
	if len(known) > 0 {
		t.Errorf("rules that fec.Rules doesn't list: %v", slices.Sorted(maps.Keys(known)))
	}
	entries, err := os.ReadDir(filepath.Join("testdata", "rules"))
	if err != nil || len(entries) != len(files) {
		t.Errorf("%d files in testdata/rules, want %d: %v", len(entries), len(files), err)
	}
}
