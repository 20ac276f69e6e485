package fec

import (
	"fmt"
	"reflect"
	"strconv"
	"strings"

	"dure/civil"
	"dure/money"
)

// layout ties the columns of a table to the fields of a typed row.
type layout struct {
	table *Table
	paths [][]int // by column; nil for the amounts and the year of the summary
}

// bind finds for each column of the table the field that is tagged with its name. A column without a field, or a field without a column,
// is a bug in this package.
func bind[T any](table *Table) *layout {
	l := &layout{table: table, paths: make([][]int, len(table.Columns))}
	left := l.fields(reflect.TypeFor[T](), "", nil)
	for i, c := range table.Columns {
		if l.paths[i] == nil && c.Sum == "" && c.Kind != KindYear {
			panic(fmt.Sprintf("fec: no field of %s for column %s", reflect.TypeFor[T](), c.Name))
		}
	}
	if len(left) > 0 {
		panic(fmt.Sprintf("fec: table %s has no column for %s", table.Record, left))
	}
	return l
}

// fields walks the fields of a row type and gives the tags that no column has.
func (l *layout) fields(t reflect.Type, prefix string, path []int) (left []string) {
	for i := range t.NumField() {
		f := t.Field(i)
		tag, tagged := f.Tag.Lookup("fec")
		here := append(append([]int(nil), path...), i)
		switch {
		case f.Type.Kind() == reflect.Struct && f.Type != reflect.TypeFor[civil.Day]() && (tagged || f.Anonymous):
			left = append(left, l.fields(f.Type, prefix+tag, here)...)
		case tagged:
			at := l.table.Position(prefix + tag)
			if at == 0 || l.paths[at-1] != nil {
				left = append(left, prefix+tag)
				continue
			}
			l.paths[at-1] = here
		}
	}
	return left
}

// encode writes the row's values into fields, one for each column, fitted to the format, and tells what was changed or refused.
func (l *layout) encode(row Row, fields []string, report func(column int, p problem)) []string {
	begin := len(fields)
	if lists, ok := row.(interface{ values(to []string) []string }); ok {
		fields = lists.values(fields)
	} else {
		fields = l.values(row, fields, report)
	}
	for i := range l.table.Columns {
		if s := &fields[begin+i]; *s != "" {
			*s = l.table.Columns[i].fit(*s, func(p problem) { report(i+1, p) })
		}
	}
	return fields
}

// values lists the row's values by the tags of its fields.
func (l *layout) values(row Row, to []string, report func(column int, p problem)) []string {
	v := reflect.ValueOf(row).Elem()
	var summary *Summary
	if f, ok := row.(*F3X); ok {
		summary = &f.Summary
		summary.strangers(report)
	}
	for i := range l.table.Columns {
		if path := l.paths[i]; path == nil {
			to = append(to, summary.encode(&l.table.Columns[i]))
		} else {
			to = append(to, encode(v.FieldByIndex(path)))
		}
	}
	return to
}

func encode(v reflect.Value) string {
	switch f := v.Addr().Interface().(type) {
	case *string:
		return *f
	case *civil.Day:
		return f.Compact()
	case *money.Cents:
		return f.Plain()
	case **money.Cents:
		if *f != nil {
			return (*f).Plain()
		}
	case *bool:
		if *f {
			return "X"
		}
	case *int:
		if *f != 0 {
			return strconv.Itoa(*f)
		}
	}
	return ""
}

func (s *Summary) encode(c *Column) string {
	if c.Kind == KindYear {
		if s.Year == 0 {
			return ""
		}
		return strconv.Itoa(s.Year)
	}
	return s.Of(c.Sum)[c.Line].Plain()
}

// strangers reports amounts on lines that the form doesn't have, so that none is lost without a word.
func (s *Summary) strangers(report func(column int, p problem)) {
	for _, sum := range []Sum{ThisPeriod, YearToDate} {
		for line, cents := range s.Of(sum) {
			if cents != 0 && PositionOf(line, sum) == 0 {
				report(0, problem{"line", Error, string(line) + " " + cents.Plain(), fmt.Sprintf("column %s of the summary has no line %s", sum, line)})
			}
		}
	}
}

// Decode fills a typed row from a record of its kind. The error names every value that isn't what its column holds; columns that
// are missing are empty.
func (r Record) Decode(row Row) error {
	l := row.layout()
	if TableOf(r.Form()) != l.table {
		return fmt.Errorf("a %s record can't be read as %s", clip(r.Form(), 20), l.table.Record)
	}
	if f, ok := row.(*F3X); ok {
		f.Summary = NewSummary(0)
	}
	v := reflect.ValueOf(row).Elem()
	var bad []string
	for i := range l.table.Columns {
		c := &l.table.Columns[i]
		s := r.At(i + 1)
		ok := true
		if path := l.paths[i]; path == nil {
			ok = row.(*F3X).Summary.decode(c, s)
		} else {
			ok = decode(v.FieldByIndex(path), s)
		}
		if !ok {
			bad = append(bad, fmt.Sprintf("%s %q", c.Name, clip(s, 40)))
		}
	}
	if bad != nil {
		return fmt.Errorf("line %d: not readable: %s", r.Line, strings.Join(bad, ", "))
	}
	return nil
}

func decode(v reflect.Value, s string) bool {
	ok := true
	switch f := v.Addr().Interface().(type) {
	case *string:
		*f = s
	case *civil.Day:
		*f, ok = parseDay(s)
		ok = ok || s == ""
	case *money.Cents:
		*f, ok = parseAmount(s)
		ok = ok || s == ""
	case **money.Cents:
		*f = nil
		if s != "" {
			var c money.Cents
			c, ok = parseAmount(s)
			*f = &c
		}
	case *bool:
		*f = s == "X"
		ok = s == "X" || s == ""
	case *int:
		var err error
		*f = 0
		if s != "" {
			*f, err = strconv.Atoi(s)
		}
		ok = err == nil
	}
	return ok
}

func (s *Summary) decode(c *Column, v string) bool {
	if v == "" {
		return true
	}
	if c.Kind == KindYear {
		n, err := strconv.Atoi(v)
		s.Year = n
		return err == nil
	}
	cents, ok := parseAmount(v)
	s.Of(c.Sum)[c.Line] = cents
	return ok
}
