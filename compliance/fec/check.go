package fec

import (
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"

	"dure/civil"
	"dure/money"
)

// File is what a filing is about, as far as Check could read it.
type File struct {
	Version       string         `json:"version"`
	Amends        string         `json:"amends"` // the original report's id, on amendments
	Form          string         `json:"form"`
	CommitteeID   string         `json:"committee_id"`
	CommitteeName string         `json:"committee_name"`
	ReportCode    string         `json:"report_code"`
	From          civil.Day      `json:"from"`
	Through       civil.Day      `json:"through"`
	Records       map[string]int `json:"records"` // how many there are of each kind, by the first column
	Summary       Summary        `json:"-"`       // of a Form 3X
}

// Check reads a filing and gives every problem of it, in the order of the lines; those of the file as a whole come last. It keeps of each
// row its transaction id and its aggregate only, and those of a large file in a temporary file. The error is that of the reader or of the
// temporary file; a file that isn't in the format at all is a finding.
func Check(r io.Reader) ([]Finding, File, error) {
	c := newChecker()
	defer c.close()
	in := NewReader(r)
	for {
		rec, err := in.Next()
		c.take(&in.findings)
		if err == io.EOF {
			break
		}
		var bad *LineError
		switch {
		case errors.As(err, &bad):
			c.findings.add(Finding{Line: bad.Line, Rule: bad.Rule, Severity: Error, Message: bad.Message})
			continue
		case errors.Is(err, ErrOldFormat):
			c.findings.add(Finding{Line: 1, Rule: "version", Severity: Error, Message: err.Error()})
			return c.findings.all(), c.file, nil
		case err != nil:
			return c.findings.all(), c.file, fmt.Errorf("read filing: %w", err)
		}
		c.record(rec)
		if c.err != nil {
			return c.findings.all(), c.file, c.err
		}
	}
	c.finish()
	return c.findings.all(), c.file, c.err
}

// checker holds what must be remembered between records: ids and references to them, contributors' years, and sums.
type checker struct {
	findings findings
	records  int
	file     File
	foreign  bool // a version whose columns are unknown: nothing after the header is checked

	form    string // of the record at hand
	kind    *kind  // the same, with what follows from it
	line    int    // of the record at hand
	table   *Table // of the record at hand
	cover   int    // line of the cover, when it is a Form 3X
	figures figures
	sums    map[string]money.Cents // of rows without memo code, by the first column
	kept    map[string]*unchecked

	mentions sorter // of transaction ids
	years    sorter // of contributors
	kinds    []*kind
	kindOf   map[string]*kind
	scratch  []byte
	err      error // of the temporary file: what follows is not checked
}

// kind is a kind of records by its first column, of which a file has few.
type kind struct {
	number uint16 // its place in kinds
	form   string
	table  *Table
	line   Line
	sum    byte // the yearly sum to which its rows add; 0 when there is none
}

// unchecked counts records that have no table.
type unchecked struct{ line, count int }

func newChecker() *checker {
	return &checker{
		file: File{Records: map[string]int{}, Summary: NewSummary(0)}, sums: map[string]money.Cents{}, kept: map[string]*unchecked{},
		kinds: []*kind{{number: 0}, {number: 1, form: "(other)"}}, kindOf: map[string]*kind{},
	}
}

// close gives up what is held aside.
func (c *checker) close() {
	c.mentions.close()
	c.years.close()
}

func (c *checker) keep(in *sorter, e entry) {
	if c.err == nil {
		c.failed(in.add(e))
	}
}

func (c *checker) failed(err error) {
	if err != nil && c.err == nil {
		c.err = err
	}
}

// take moves the reader's findings in.
func (c *checker) take(from *findings) {
	for _, f := range from.list {
		c.findings.add(f)
	}
	*from = findings{}
}

// say adds a finding on a column of the record at hand; column 0 is the record.
func (c *checker) say(column int, rule string, severity Severity, value, message string) {
	c.findings.add(c.table.finding(c.line, c.form, column, problem{rule, severity, value, message}))
}

// maxForms bounds the kinds of records that a broken file can make the checker remember; the format has fewer than a hundred.
const maxForms = 1000

// known gives what is known of a first column: a short string that doesn't hold its line in memory.
func (c *checker) known(form string) *kind {
	if form == "" {
		return c.kinds[0]
	}
	if k, ok := c.kindOf[form]; ok {
		return k
	}
	if len(c.kinds) > maxForms {
		return c.kinds[1]
	}
	form = strings.Clone(clip(form, 40))
	k := c.kindOf[form]
	if k == nil {
		k = &kind{number: uint16(len(c.kinds)), form: form, table: TableOf(form), line: LineOf(form), sum: sumsOf[form]}
		c.kinds = append(c.kinds, k)
		c.kindOf[form] = k
	}
	return k
}

// at turns to the record of a kind on a line.
func (c *checker) at(line int, k *kind) {
	c.line, c.kind, c.form, c.table = line, k, k.form, k.table
}

// record checks one record by itself and against what came before.
func (c *checker) record(r Record) {
	c.records++
	if c.foreign {
		return
	}
	c.at(r.Line, c.known(r.Form()))
	c.file.Records[c.form]++
	switch {
	case c.records == 1:
		c.header(r)
		if c.foreign {
			return
		}
	case c.records == 2:
		c.coverOf(r)
	case c.form == "HDR":
		c.say(1, "order", Error, c.form, "a second header; a file has one, as its first record")
	case c.table == tableF3X:
		c.say(1, "order", Error, c.form, "a cover stands only as the second record")
	case !isRecordType(c.form):
		c.say(1, "record-type", Error, c.form, "not a record of the format")
	}
	if r.Body != "" && c.form != "F99" {
		c.say(0, "free-text", Warning, "", "free text follows this record; only Form 99 has one")
	}
	if c.table == nil {
		c.untabled(r)
		return
	}
	if c.form != strings.ToUpper(c.form) {
		c.say(1, "record-type", Error, c.form, "record types are written in capitals")
	}
	if !c.count(r) {
		return
	}
	for i := range c.table.Columns {
		if r.At(i+1) != "" || c.table.Columns[i].Required != "" {
			c.column(i+1, r)
		}
	}
	switch {
	case c.table == tableSA || c.table == tableSB:
		c.schedule(r)
	case c.table == tableText:
		c.text(r)
	case c.table == tableF3X && c.records == 2:
		c.f3x(r)
	}
}

// count checks the number of columns, and whether what is there can be told apart.
func (c *checker) count(r Record) bool {
	want, have := len(c.table.Columns), len(r.Fields)
	for have > want && r.Fields[have-1] == "" {
		have--
	}
	switch {
	case have > want:
		c.say(0, "columns", Error, fmt.Sprint(len(r.Fields)), fmt.Sprintf("%d columns; a %s record has %d", len(r.Fields), c.table.Record, want))
		return false
	case len(r.Fields) > want:
		c.say(0, "columns", Warning, fmt.Sprint(len(r.Fields)), fmt.Sprintf("%d columns, the last ones empty; a %s record has %d", len(r.Fields), c.table.Record, want))
	case have < want && c.table == tableHDR && have >= 3:
		c.say(0, "columns", Warning, fmt.Sprint(have), fmt.Sprintf("%d columns; a header has %d", have, want))
	case have < want:
		c.say(0, "columns", Error, fmt.Sprint(have), fmt.Sprintf("%d columns; a %s record has %d", have, c.table.Record, want))
		return false
	}
	return true
}

// isRecordType tells whether the format has such a record, in any form.
func isRecordType(s string) bool {
	switch {
	case s == "HDR" || s == "TEXT":
		return true
	case len(s) < 2:
		return false
	case s[0] == 'F' || s[0] == 'H':
		return s[1] >= '1' && s[1] <= '9'
	}
	return s[0] == 'S' && strings.IndexByte("ABCDEFIL", s[1]) >= 0
}

// untabled keeps a record that has no table here: it counts it, and knows its transaction id, so that others may refer to it.
func (c *checker) untabled(r Record) {
	k := c.kept[c.form]
	if k == nil {
		k = &unchecked{line: c.line}
		c.kept[c.form] = k
	}
	k.count++
	for _, u := range untabled {
		if strings.HasPrefix(c.form, u.prefix) {
			if n := len(r.Fields); n != u.columns && n != u.columns+1 {
				c.say(0, "columns", Warning, fmt.Sprint(n), fmt.Sprintf("%d columns; such a record has %d", n, u.columns))
			}
			c.mention(r.At(3), mention{what: hasID, column: 3})
			return
		}
	}
}

// finish checks the file as a whole.
func (c *checker) finish() {
	if c.foreign {
		return
	}
	c.matchIDs()
	c.aggregatesRun()
	for _, form := range slices.Sorted(maps.Keys(c.kept)) {
		k := c.kept[form]
		c.line, c.form, c.table = k.line, form, nil
		c.say(0, "no-table", Warning, fmt.Sprint(k.count), "records of this kind are kept as read and not checked")
	}
	c.line, c.form, c.table = 0, "", nil
	switch {
	case c.records == 0:
		c.say(0, "empty", Error, "", "the file holds no record")
	case c.records == 1:
		c.say(0, "cover", Error, "", "the file has no cover record")
	}
	if c.cover > 0 {
		c.line, c.form, c.table = c.cover, c.file.Form, tableF3X
		c.formulas()
		c.sumsAgainstRows()
	}
	slices.SortStableFunc(c.findings.list, func(a, b Finding) int {
		switch {
		case a.Line == b.Line:
			return a.Column - b.Column
		case a.Line == 0:
			return 1
		case b.Line == 0:
			return -1
		}
		return a.Line - b.Line
	})
}
