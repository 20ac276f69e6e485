package fec

import "strings"

// Column is one field of a record. Its position is its place in the table, from 1.
type Column struct {
	Name     string // as in the FEC's schemas; an amount of the summary has Line and Sum as well
	Kind     Kind
	Width    int      // the most characters it holds
	Required Severity // what it means when the column is empty; "" when it may be
	Sum      Sum      // of a summary amount
	Line     Line     // of a summary amount
}

// Kind tells what a column holds and how it is written.
type Kind string

// The kinds of columns. Only KindText is shortened when it is too long; every other value is refused.
const (
	KindText          Kind = "text"           // words; shortened at a blank, with a warning
	KindProse         Kind = "prose"          // a statement of the treasurer; never shortened
	KindCode          Kind = "code"           // one of a list, without blanks
	KindTransactionID Kind = "transaction id" // upper case, at most 20 characters
	KindCommitteeID   Kind = "committee id"   // C and 8 digits
	KindCandidateID   Kind = "candidate id"   // H or S, digit, 2 letters, 5 digits; or P and 8 digits
	KindState         Kind = "state"          // 2 capital letters, ZZ abroad
	KindZip           Kind = "zip"            // 5 or 9 digits
	KindDate          Kind = "date"           // YYYYMMDD
	KindYear          Kind = "year"           // YYYY
	KindAmount        Kind = "amount"         // -12345678.90
	KindCheck         Kind = "check"          // X or empty
)

// Sum tells over what time an amount of the summary is summed.
type Sum string

// The two columns of the summary page.
const (
	ThisPeriod Sum = "A" // from the first to the last day of the report
	YearToDate Sum = "B" // from 1 January to the last day of the report
)

// Table is the columns of one kind of record, in their order.
type Table struct {
	Record  string // HDR, F3X, SA, SB, TEXT
	Columns []Column
	index   map[string]int
}

func newTable(record string, columns []Column) *Table {
	t := &Table{Record: record, Columns: columns, index: make(map[string]int, len(columns))}
	for i, c := range columns {
		t.index[c.Name] = i
	}
	return t
}

// The tables of version 8.5.
var (
	tableHDR  = newTable("HDR", columnsHDR)
	tableF3X  = newTable("F3X", columnsF3X)
	tableSA   = newTable("SA", columnsSA)
	tableSB   = newTable("SB", columnsSB)
	tableText = newTable("TEXT", columnsText)
)

// Tables lists every column table.
func Tables() []*Table { return []*Table{tableHDR, tableF3X, tableSA, tableSB, tableText} }

// TableOf gives the table of a record by its first column, such as SA11AI, and nil for a record that has no table.
func TableOf(form string) *Table {
	form = strings.ToUpper(form)
	switch {
	case form == "HDR":
		return tableHDR
	case form == "TEXT":
		return tableText
	case strings.HasPrefix(form, "F3X"):
		return tableF3X
	case strings.HasPrefix(form, "SA"):
		return tableSA
	case strings.HasPrefix(form, "SB"):
		return tableSB
	}
	return nil
}

// Position gives the place of a column from 1, and 0 for a name that the table doesn't have.
func (t *Table) Position(name string) int {
	i, ok := t.index[name]
	if !ok {
		return 0
	}
	return i + 1
}

// PositionOf gives the place, from 1, of a line's amount in the summary, and 0 when the form has no such amount.
func PositionOf(line Line, sum Sum) int {
	for i, c := range columnsF3X {
		if c.Line == line && c.Sum == sum && line != "" {
			return i + 1
		}
	}
	return 0
}

// untabled has the number of columns of records that have no table here. In all of them the transaction id is the third column, so
// that references to them are understood.
var untabled = []struct {
	prefix  string
	columns int
}{
	{"SC1/", 48},
	{"SC2/", 20},
	{"SC/", 38},
	{"SD", 20},
	{"SE", 44},
	{"SF", 44},
	{"H1", 12},
	{"H2", 9},
	{"H3", 10},
	{"H4", 33},
	{"H5", 10},
	{"H6", 31},
}
