package fec

import "strings"

// The bytes of the format.
const (
	Version   = "8.5"  // of the format that this package writes
	separator = "\x1c" // between fields
	lineEnd   = "\r\n"
)

// Record is one record as read: every column that the file has, whether or not this package has a table for it.
type Record struct {
	Line   int      // in the file, from 1
	Fields []string // as found, as UTF-8

	// Body is the free text that follows a cover (Form 99), from [BEGINTEXT] to [ENDTEXT], as found; empty when there is none.
	Body string

	cp1252, bodyCP1252 bool // the file's bytes were not UTF-8 and are read as Windows-1252
}

// Form gives the record's first column, such as SA11AI.
func (r Record) Form() string { return r.At(1) }

// At gives the value of a column by its position from 1, and nothing beyond the record's end.
func (r Record) At(position int) string {
	if position < 1 || position > len(r.Fields) {
		return ""
	}
	return r.Fields[position-1]
}

// Get gives the value of a column by its name, and nothing when the record has no table or no such column.
func (r Record) Get(name string) string {
	t := TableOf(r.Form())
	if t == nil {
		return ""
	}
	return r.At(t.Position(name))
}

// Append adds the record to b as it was found, but for line ends, which become CR LF.
func (r Record) Append(b []byte) []byte {
	for i, f := range r.Fields {
		if i > 0 {
			b = append(b, separator...)
		}
		b = encodeText(b, f, r.cp1252)
	}
	b = append(b, lineEnd...)
	if r.Body != "" {
		b = encodeText(b, strings.TrimRight(r.Body, lineEnd), r.bodyCP1252)
		b = append(b, lineEnd...)
	}
	return b
}

// RecordOf gives the record that a Writer makes of a typed row, and what was changed or refused on the way.
func RecordOf(row Row) (Record, []Finding) {
	var out findings
	r := Record{}
	l := row.layout()
	r.Fields = l.encode(row, make([]string, 0, len(l.table.Columns)), func(column int, p problem) {
		out.add(l.table.finding(0, "", column, p))
	})
	for i := range out.list {
		out.list[i].Record = r.Form()
	}
	return r, out.all()
}

// problem is a finding that doesn't know its place yet.
type problem struct {
	rule     string
	severity Severity
	value    string
	message  string
}

func (t *Table) finding(line int, form string, column int, p problem) Finding {
	f := Finding{Line: line, Record: form, Column: column, Rule: p.rule, Value: p.value, Severity: p.severity, Message: p.message}
	if t != nil && column > 0 && column <= len(t.Columns) {
		f.Name = t.Columns[column-1].Name
	}
	return f
}
