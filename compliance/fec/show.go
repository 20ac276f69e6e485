package fec

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"strings"

	"dure/money"
)

// ErrNoCover tells that a file has no form: nothing says what it is a filing of.
var ErrNoCover = errors.New("there is no cover record: this is no whole filing")

// Show writes a filing for a person to read: the cover, the summary with the names of its lines, then each row with who, when, how much
// and why. Records without a table are written as they are. Lines that can't be read are named where they stand; the error is
// ErrOldFormat, ErrNoCover, or that of the reader or the writer.
func Show(w io.Writer, r io.Reader) error {
	s := shower{out: bufio.NewWriter(w)}
	in := NewReader(r)
	covered := false
	for {
		rec, err := in.Next()
		if err == io.EOF {
			if !covered {
				return errors.Join(ErrNoCover, s.out.Flush())
			}
			return s.out.Flush()
		}
		var bad *LineError
		if errors.As(err, &bad) {
			s.printf("\n%s\n", bad.Error())
			continue
		}
		if err != nil {
			return errors.Join(err, s.out.Flush())
		}
		covered = covered || strings.HasPrefix(rec.Form(), "F")
		s.record(rec)
		if s.err != nil {
			return fmt.Errorf("show filing: %w", s.err)
		}
	}
}

type shower struct {
	out      *bufio.Writer
	err      error
	schedule string // under whose heading the rows stand
}

func (s *shower) printf(format string, args ...any) {
	for i, a := range args {
		if text, ok := a.(string); ok {
			args[i] = printable(text)
		}
	}
	if _, err := fmt.Fprintf(s.out, format, args...); err != nil {
		s.err = err
	}
}

func (s *shower) record(r Record) {
	switch t := TableOf(r.Form()); t {
	case tableHDR:
		s.printf("Format %s, written by %s\n", r.Get("fec_version"), joined(" ", r.Get("soft_name"), r.Get("soft_ver")))
		if r.Get("rpt_id") != "" {
			s.printf("Amendment %s of %s\n", r.Get("rpt_number"), r.Get("rpt_id"))
		}
	case tableF3X:
		s.f3x(r)
	case tableSA:
		s.row(r, &rolesSA, "contributor", "contribution")
	case tableSB:
		s.row(r, &rolesSB, "payee", "expenditure")
	case tableText:
		s.printf("    Note %s", r.Get("transaction_id_number"))
		if id := r.Get("back_reference_tran_id_number"); id != "" {
			s.printf(" on %s", id)
		} else {
			s.printf(" on the report")
		}
		s.printf(": %s\n", r.Get("text4000"))
	default:
		s.printf("\n%s\n", strings.TrimRight(strings.Join(r.Fields, " | "), " |"))
	}
	for _, line := range strings.Split(strings.TrimRight(r.Body, lineEnd), "\n") {
		if r.Body != "" {
			s.printf("    %s\n", strings.TrimRight(line, "\r"))
		}
	}
}

// forms names what the last letter of a Form 3X stands for.
var forms = map[string]string{"F3XN": "new report", "F3XA": "amendment", "F3XT": "termination"}

func (s *shower) f3x(r Record) {
	s.printf("\n%s  %s\n", r.Get("filer_committee_id_number"), r.Get("committee_name"))
	s.printf("%s\n", joined(", ", r.Get("street_1"), r.Get("street_2"), r.Get("city"), joined(" ", r.Get("state"), r.Get("zip"))))
	s.printf("Form 3X, %s: %s", forms[r.Form()], joined(" ", r.Get("report_code"), ReportName(r.Get("report_code"))))
	if e := r.Get("election_code"); e != "" {
		s.printf(", election %s on %s %s", e, shownDay(r.Get("date_of_election")), r.Get("state_of_election"))
	}
	s.printf("\nPeriod from %s to %s\n", shownDay(r.Get("coverage_from_date")), shownDay(r.Get("coverage_through_date")))
	s.printf("Signed by %s on %s\n", shownName(r, "treasurer"), shownDay(r.Get("date_signed")))

	s.printf("\n")
	s.summaryLine("Line", "", "A this period", "B calendar year")
	for _, l := range lines {
		s.summaryLine(string(l.line), l.name, shownAmount(r.At(PositionOf(l.line, ThisPeriod))), shownAmount(r.At(PositionOf(l.line, YearToDate))))
	}
}

func (s *shower) summaryLine(line, name, a, b string) {
	s.printf("%s\n", strings.TrimRight(fmt.Sprintf("%-10s %-67s %16s %16s", line, name, a, b), " "))
}

func (s *shower) row(r Record, is *roles, party, dated string) {
	if form := r.Form(); form != s.schedule {
		s.schedule = form
		if line := LineOf(form); line != "" {
			s.printf("\nSchedule %s, line %s: %s\n", form[1:2], string(line), line.Name())
		} else {
			s.printf("\nSchedule %s\n", form)
		}
	}
	who := r.At(is.organization)
	if who == "" {
		who = shownName(r, party)
	}
	memo := ""
	if r.At(is.memo) != "" {
		memo = " memo"
	}
	s.printf("  %-10s %16s%-5s  %s (%s)  %s\n", shownDay(r.At(is.date)), shownAmount(r.At(is.amount)), memo, who, r.At(is.entity), r.At(is.id))
	s.detail("", joined(", ", r.Get(party+"_street_1"), r.Get(party+"_street_2"), r.Get(party+"_city"), joined(" ", r.At(is.state), r.At(is.zip))))
	s.detail("", joined(", ", r.At(is.employer), r.At(is.occupation)))
	s.detail("Year to date ", shownAmount(r.At(is.aggregate)))
	s.detail("Purpose: ", joined(" / ", r.At(is.purpose), r.At(is.category)))
	s.detail("Election ", joined(" ", r.At(is.election), r.At(is.electionOther)))
	s.detail("Committee ", joined(" ", r.Get("donor_committee_fec_id"), r.Get("donor_committee_name"),
		r.Get("beneficiary_committee_fec_id"), r.Get("beneficiary_committee_name")))
	s.detail("Candidate ", joined(" ", r.At(is.candidate), r.At(is.candidateFirst), r.At(is.candidateLast), r.At(is.office), r.At(is.candidateState), r.At(is.district)))
	s.detail("Belongs to ", joined(" ", r.At(is.parent), r.At(is.parentForm)))
	s.detail("Memo: ", r.Get("memo_text_description"))
}

// detail writes a line below a row, unless there is nothing to tell.
func (s *shower) detail(label, value string) {
	if value != "" {
		s.printf("      %s%s\n", label, value)
	}
}

func joined(between string, parts ...string) string {
	var there []string
	for _, p := range parts {
		if p != "" {
			there = append(there, p)
		}
	}
	return strings.Join(there, between)
}

func shownName(r Record, party string) string {
	return joined(" ", r.Get(party+"_prefix"), r.Get(party+"_first_name"), r.Get(party+"_middle_name"), r.Get(party+"_last_name"), r.Get(party+"_suffix"))
}

// shownDay writes a day as YYYY-MM-DD, and what is no day as it is.
func shownDay(s string) string {
	if d, ok := parseDay(s); ok {
		return d.String()
	}
	return s
}

// shownAmount writes an amount with separators, and what is none as it is.
func shownAmount(s string) string {
	if s == "" {
		return ""
	}
	if c, ok := parseAmount(s); ok {
		return money.Cents(c).String()
	}
	return s
}
