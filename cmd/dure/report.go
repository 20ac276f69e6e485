package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime/debug"
	"text/tabwriter"
	"time"

	"dure/civil"
	"dure/compliance"
	"dure/compliance/fec"
	"dure/money"
	"dure/registry"
)

type reportCmd struct {
	List  reportListCmd  `cmd:"" help:"The reports of a year: what each covers, and when it is due."`
	Build reportBuildCmd `cmd:"" help:"Write a report's .fec file from the books."`
}

type reportListCmd struct {
	Committee string `required:"" placeholder:"SLUG" help:"The committee."`
	Year      int    `placeholder:"Y" help:"The calendar year; this year when not said."`
	JSON      bool   `help:"Print one JSON document."`
}

// Help shows how the command is used.
func (reportListCmd) Help() string {
	return `A report's state is upcoming, current (it covers today), due (it is over and its due day is not), past due day, or before the
books. Whether a report was filed is not known here.

  dure report list --committee long-table --year 2026 --json`
}

// Run lists the reports.
func (c reportListCmd) Run(ctx context.Context, s *settings) error {
	if c.Year != 0 && (c.Year < 1975 || c.Year > 9999) {
		return fmt.Errorf("--year %d: write a calendar year of four digits", c.Year)
	}
	db, committee, err := s.committee(ctx, c.Committee)
	if err != nil {
		return err
	}
	defer db.Close()
	now, err := s.clock()
	if err != nil {
		return err
	}
	list, err := compliance.ReportList(ctx, db, committee.ID, c.Year, now())
	if err != nil {
		return err
	}
	type row struct {
		Period  string                 `json:"period"`
		Form    string                 `json:"form"`
		From    civil.Day              `json:"from"`
		Through civil.Day              `json:"through"`
		Due     civil.Day              `json:"due"`
		State   compliance.PeriodState `json:"state"`
	}
	rows := []row{}
	for _, p := range list {
		rows = append(rows, row{p.Name, p.Form, p.From, p.Through, p.Due, p.State})
	}
	if c.JSON {
		return printJSON(rows)
	}
	w := tabwriter.NewWriter(os.Stdout, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "REPORT\tFORM\tFROM\tTHROUGH\tDUE\tSTATE")
	for _, r := range rows {
		fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\t%s\n", r.Period, r.Form, r.From, r.Through, r.Due, r.State)
	}
	return w.Flush()
}

type reportBuildCmd struct {
	Committee string `required:"" placeholder:"SLUG" help:"The committee."`
	Period    string `required:"" placeholder:"P" help:"The report's name, such as 2026-M10: dure report list shows them."`
	AsOf      string `placeholder:"TIME" help:"What was known at this moment (2026-10-18T16:00:00Z), or at the end of this day of the committee's zone (2026-10-18); now when not said."`
	Out       string `required:"" type:"path" placeholder:"FILE" help:"The .fec file to write."`
	JSON      bool   `help:"Print one JSON document."`
}

// Help shows how the command is used.
func (reportBuildCmd) Help() string {
	return `Writes the file and prints the summary. No file is written, and the exit status is 1, when the report parts from the books or a row
can't be filed as it is: each such place is printed.

  dure report build --committee long-table --period 2026-M10 --out october.fec
  dure report build --committee long-table --period 2026-M10 --as-of 2026-10-18 --out october.fec --json`
}

// Run builds the report.
// memoryWanted is what the runtime holds while a report is built: it collects sooner and gives back to the system what goes beyond, which
// otherwise grows with the length of the work. A report of any size is told row by row, and keeps a fifth of it. GOMEMLIMIT prevails.
const memoryWanted = 32 << 20

func (c reportBuildCmd) Run(ctx context.Context, s *settings) error {
	if os.Getenv("GOMEMLIMIT") == "" {
		debug.SetMemoryLimit(memoryWanted)
	}
	db, committee, err := s.committee(ctx, c.Committee)
	if err != nil {
		return err
	}
	defer db.Close()
	asOf, err := moment(c.AsOf, committee)
	if err != nil {
		return err
	}
	var report compliance.Report
	err = writeWhole(c.Out, func(w io.Writer) error {
		var err error
		report, err = compliance.BuildReport(ctx, db, committee.ID, c.Period, asOf, w)
		return err
	})
	out := builtReport{
		Committee: string(committee.ID), FECID: report.Committee.FECID, Period: report.Period.Name, Form: report.Period.Form,
		From: report.Period.From, Through: report.Period.Through, Due: report.Period.Due,
		AsOf: report.Cutoff, Signed: report.Signed, Ended: report.Ended, File: c.Out,
		Rows: report.Rows, Findings: report.Findings, Partings: []parting{}, Refused: []string{},
	}
	for _, l := range compliance.SummaryLines(report.Summary) {
		out.Summary = append(out.Summary, summaryLine{l.Line, l.Name, l.A, l.B})
	}
	if out.Findings == nil {
		out.Findings = []fec.Finding{}
	}
	refused := out.refuse(err)
	if err != nil && !refused {
		return err
	}
	if c.JSON {
		err = printJSON(out)
	} else {
		err = out.print(os.Stdout, report)
	}
	if err == nil && refused {
		return errFindings
	}
	return err
}

// moment reads --as-of: a moment, or a day, which is known to its end in the committee's zone; nothing is now.
func moment(s string, committee registry.Committee) (time.Time, error) {
	if s == "" {
		return time.Time{}, nil
	}
	if day, err := civil.Parse(s); err == nil {
		return day.Add(1).Start(committee.Location()).Add(-time.Microsecond), nil
	}
	at, err := time.Parse(time.RFC3339, s)
	if err != nil {
		return at, fmt.Errorf("--as-of %q is neither a moment such as 2026-10-18T16:00:00Z nor a day such as 2026-10-18", s)
	}
	return at, nil
}

// writeWhole writes a file that is there only when it is whole: beside its place first, and then moved there. What is no
// ordinary file (a pipe, a terminal) gets a copy instead.
func writeWhole(path string, write func(io.Writer) error) error {
	there, err := os.Stat(path)
	special := err == nil && !there.Mode().IsRegular()
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	dir := filepath.Dir(path)
	if special {
		dir = os.TempDir()
	}
	half, err := os.OpenFile(filepath.Join(dir, fmt.Sprintf(".%s.%d", filepath.Base(path), os.Getpid())), os.O_RDWR|os.O_CREATE|os.O_TRUNC, 0o644)
	if err != nil {
		return fmt.Errorf("write %s: %w", path, err)
	}
	defer os.Remove(half.Name()) // gone already once it is moved
	defer half.Close()
	if err := write(half); err != nil {
		return err
	}
	if special {
		if err := copyTo(path, half); err != nil {
			return fmt.Errorf("write %s: %w", path, err)
		}
		return nil
	}
	if err := errors.Join(half.Sync(), half.Close(), os.Rename(half.Name(), path)); err != nil {
		return fmt.Errorf("write %s: %w", path, err)
	}
	return nil
}

func copyTo(path string, half *os.File) error {
	if _, err := half.Seek(0, io.SeekStart); err != nil {
		return err
	}
	place, err := os.OpenFile(path, os.O_WRONLY, 0)
	if err != nil {
		return err
	}
	_, err = io.Copy(place, half)
	return errors.Join(err, place.Close())
}

// builtReport is what the command prints: money as whole cents, days as YYYY-MM-DD.
type builtReport struct {
	Committee string         `json:"committee"`
	FECID     string         `json:"fec_id"`
	Period    string         `json:"period"`
	Form      string         `json:"form"`
	From      civil.Day      `json:"from"`
	Through   civil.Day      `json:"through"`
	Due       civil.Day      `json:"due"`
	AsOf      time.Time      `json:"as_of"`
	Signed    civil.Day      `json:"signed"`
	Ended     bool           `json:"ended"`
	File      string         `json:"file"` // empty when none was written
	Rows      map[string]int `json:"rows"`
	Summary   []summaryLine  `json:"summary"`
	Findings  []fec.Finding  `json:"findings"`
	Partings  []parting      `json:"partings"`
	Refused   []string       `json:"refused"` // what a person must enter first
}

type summaryLine struct {
	Line fec.Line     `json:"line"`
	Name string       `json:"name"`
	A    *money.Cents `json:"a"` // this period; null where the form has no such column
	B    *money.Cents `json:"b"` // calendar year to date
}

type parting struct {
	Line   string      `json:"line"`
	Column fec.Sum     `json:"column"`
	Report money.Cents `json:"report"`
	Books  money.Cents `json:"books"`
}

// refuse takes from err why the report was refused, and tells whether it was, rather than broken.
func (r *builtReport) refuse(err error) bool {
	var parted *compliance.Parted
	var unfit *fec.Refusal
	var missing *compliance.Refusal
	switch {
	case errors.As(err, &parted):
		for _, p := range parted.Partings {
			r.Partings = append(r.Partings, parting{p.Line, p.Sum, p.Report, p.Books})
		}
	case errors.As(err, &unfit):
		r.Findings = unfit.Findings
	case errors.As(err, &missing):
		for _, f := range missing.Findings {
			r.Refused = append(r.Refused, f.Text)
		}
	default:
		return false
	}
	r.File = ""
	return true
}

// print writes the report for people.
func (r *builtReport) print(out io.Writer, report compliance.Report) error {
	w := bufio.NewWriter(out)
	fmt.Fprintf(w, "%s (%s), report %s of Form 3X\n", report.Committee.Name, r.FECID, r.Period)
	fmt.Fprintf(w, "%s to %s, due %s; as of %s\n", r.From, r.Through, r.Due, r.AsOf.In(report.Committee.Location()).Format("2006-01-02 15:04:05 MST"))
	if !r.Ended {
		fmt.Fprintf(w, "The period ends on %s: this report is for reading, not for filing yet.\n", r.Through)
	}
	fmt.Fprintln(w)
	const line = "%-11s %-62s %16s %16s\n"
	fmt.Fprintf(w, line, "LINE", "", "THIS PERIOD", "YEAR TO DATE")
	for _, l := range r.Summary {
		fmt.Fprintf(w, line, l.Line, l.Name, plain(l.A), plain(l.B))
	}
	fmt.Fprintln(w)
	for _, p := range r.Partings {
		fmt.Fprintf(w, "Line %s, column %s: the report has %s, the books have %s.\n", p.Line, p.Column, p.Report.Plain(), p.Books.Plain())
	}
	for _, f := range r.Findings {
		fmt.Fprintln(w, f)
	}
	for _, text := range r.Refused {
		fmt.Fprintln(w, text)
	}
	if r.File == "" {
		fmt.Fprintln(w, "No file is written.")
		return w.Flush()
	}
	fmt.Fprintf(w, "Written to %s. Rows:", r.File)
	for _, count := range report.RowCounts() {
		fmt.Fprintf(w, " %s", count)
	}
	if len(r.Rows) == 0 {
		fmt.Fprint(w, " none")
	}
	fmt.Fprintln(w)
	return w.Flush()
}

func plain(c *money.Cents) string {
	if c == nil {
		return ""
	}
	return c.Plain()
}
