package fec

import (
	"fmt"
	"strings"
)

// Severity tells what a finding means: a file with an Error must not be filed, one with a Warning is accepted by the FEC.
type Severity string

// The two severities. The zero Severity in a column table means that the column may be empty.
const (
	Error   Severity = "error"
	Warning Severity = "warning"
)

// Finding is one problem of a file, or one change that the Writer made to a value so that it fits the format.
type Finding struct {
	Line     int      `json:"line"`        // of the file, from 1; 0 is the file as a whole
	Record   string   `json:"record"`      // the record's first column, such as SA11AI
	Column   int      `json:"column"`      // from 1; 0 is the whole record
	Name     string   `json:"column_name"` // of the column, as in the FEC's schemas
	Rule     string   `json:"rule"`        // a stable name, such as date or back-reference
	Value    string   `json:"value"`       // as found, cut at 200 characters
	Severity Severity `json:"severity"`
	Message  string   `json:"message"` // a sentence for people
}

// String writes the finding on one line: "line 7, column 20 (contribution_date): error date: ...".
func (f Finding) String() string {
	place := "file"
	if f.Line > 0 {
		place = fmt.Sprintf("line %d", f.Line)
	}
	if f.Column > 0 {
		place += fmt.Sprintf(", column %d", f.Column)
		if f.Name != "" {
			place += " (" + f.Name + ")"
		}
	}
	s := fmt.Sprintf("%s: %s %s: %s", place, f.Severity, f.Rule, f.Message)
	if f.Value != "" {
		s += fmt.Sprintf(" [%s]", printable(f.Value))
	}
	return s
}

// maxFindings bounds what a broken or hostile file can make the program remember.
const maxFindings = 100_000

// findings collects what is wrong and counts what it no longer keeps.
type findings struct {
	list   []Finding
	errors int
	left   int
}

func (fs *findings) add(f Finding) {
	if f.Severity == Error {
		fs.errors++
	}
	if len(fs.list) == maxFindings {
		fs.left++
		return
	}
	f.Value = clip(f.Value, 200)
	fs.list = append(fs.list, f)
}

// all gives the findings, with a last one that tells how many more there are.
func (fs *findings) all() []Finding {
	if fs.left == 0 {
		return fs.list
	}
	severity := Warning
	if fs.errors > 0 {
		severity = Error
	}
	return append(fs.list[:len(fs.list):len(fs.list)], Finding{
		Rule: "too-many", Severity: severity, Value: fmt.Sprint(fs.left),
		Message: fmt.Sprintf("only the first %d problems are listed", maxFindings),
	})
}

// Errors counts the findings of severity Error.
func Errors(list []Finding) int {
	n := 0
	for _, f := range list {
		if f.Severity == Error {
			n++
		}
	}
	return n
}

// Refusal is the error of a file that holds findings of severity Error, or values that can't be written. Findings has the warnings too.
type Refusal struct{ Findings []Finding }

// Error names the first error and how many there are.
func (r *Refusal) Error() string {
	n := Errors(r.Findings)
	for _, f := range r.Findings {
		if f.Severity == Error {
			return fmt.Sprintf("the file has %d errors; the first: %s", n, f)
		}
	}
	return "the file has no errors"
}

// clip cuts s to n characters and marks the cut.
func clip(s string, n int) string {
	if len(s) <= n {
		return s
	}
	r := []rune(s)
	if len(r) <= n {
		return s
	}
	return string(r[:n]) + "..."
}

// printable replaces what a terminal would act on.
func printable(s string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f || r >= 0x80 && r < 0xa0 {
			return '?'
		}
		return r
	}, s)
}
