package web

import (
	"bytes"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/go-chi/chi/v5"

	"dure/civil"
	"dure/compliance"
	"dure/compliance/fec"
	"dure/money"
)

type reportsPage struct {
	deskFrame
	Year, Before, After int
	Rows                []reportRow
}

type reportRow struct {
	compliance.Listed
	Mark     string
	Readable bool
}

func (d *Desk) reports(w http.ResponseWriter, r *http.Request, v visit) error {
	year, err := strconv.Atoi(r.URL.Query().Get("year"))
	if err != nil || year < 2000 || year > 2100 {
		year = v.Today.Year()
	}
	frame, err := d.frameOf(r, v, "Reports", fmt.Sprintf("Reports of %d", year))
	if err != nil {
		return err
	}
	page := reportsPage{deskFrame: frame, Year: year, Before: year - 1, After: year + 1}
	list, err := compliance.ReportList(r.Context(), d.DB, v.Committee.ID, year, v.Now)
	if err != nil {
		return err
	}
	for _, l := range list {
		marks := map[compliance.PeriodState]string{compliance.PeriodDue: "look", compliance.PeriodCurrent: "ok"}
		page.Rows = append(page.Rows, reportRow{
			Listed: l, Mark: marks[l.State],
			Readable: l.State != compliance.PeriodUpcoming && l.State != compliance.PeriodUnbooked,
		})
	}
	return d.show(w, r, http.StatusOK, "reports", page)
}

// report shows a report, or sends it as a file where the address ends in .fec.
func (d *Desk) report(w http.ResponseWriter, r *http.Request, v visit) error {
	name := chi.URLParam(r, "period")
	asked := strings.TrimSpace(r.URL.Query().Get("as_of"))
	asOf, wrong := readAsOf(asked)
	if file, ok := strings.CutSuffix(name, ".fec"); ok {
		if wrong != "" {
			return d.noReport(w, r, v, http.StatusUnprocessableEntity, name, wrong)
		}
		return d.download(w, r, v, file, asOf)
	}
	p, err := compliance.PreviewReport(r.Context(), d.DB, v.Committee.ID, name, asOf, rowsShown)
	if status, why := whyNoReport(err); status != 0 {
		return d.noReport(w, r, v, status, name, why...)
	}
	if err != nil {
		return err
	}
	page, err := d.reportPageOf(r, v, p)
	if err != nil {
		return err
	}
	page.AsOf, page.Wrong = asked, wrong
	return d.show(w, r, http.StatusOK, "report", page)
}

// rowsShown is how many rows of each kind a preview shows.
const rowsShown = 8

// readAsOf reads a cut-off: a moment, or empty for now. One that lies ahead is now: the snapshot sees to that.
func readAsOf(asked string) (time.Time, string) {
	if asked == "" {
		return time.Time{}, ""
	}
	asOf, err := time.Parse(time.RFC3339Nano, asked)
	if err != nil {
		return time.Time{}, "Write a moment such as 2026-05-14T13:40:00Z."
	}
	return asOf, ""
}

// download sends the file whole or not at all.
func (d *Desk) download(w http.ResponseWriter, r *http.Request, v visit, name string, asOf time.Time) error {
	var out bytes.Buffer
	_, err := compliance.BuildReport(r.Context(), d.DB, v.Committee.ID, name, asOf, &out)
	if status, why := whyNoReport(err); status != 0 {
		return d.noReport(w, r, v, status, name, why...)
	}
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", "application/octet-stream")
	w.Header().Set("Content-Disposition", fmt.Sprintf("attachment; filename=%q", v.Committee.FECID+"-"+strings.ToUpper(name)+".fec"))
	w.Header().Set("Content-Length", strconv.Itoa(out.Len()))
	out.WriteTo(w)
	return nil
}

// whyNoReport says in words why there is no report or no file, and with which status; zero for other errors. Where
// something must be entered first, the report is in conflict with the books as they are.
func whyNoReport(err error) (status int, why []string) {
	var (
		none   *compliance.NoPeriod
		before *compliance.NotInBooks
		parted *compliance.Parted
		unfit  *fec.Refusal
		lacks  *compliance.Refusal
	)
	switch {
	case errors.As(err, &lacks):
		for _, x := range lacks.Findings {
			why = append(why, findingText(x))
		}
		return http.StatusConflict, why
	case errors.As(err, &none), errors.As(err, &before), errors.As(err, &parted), errors.As(err, &unfit):
		return http.StatusUnprocessableEntity, []string{sentence(strings.TrimSuffix(err.Error(), "."))}
	}
	return 0, nil
}

type noReportPage struct {
	deskFrame
	First bool // something must be entered first
	Why   []string
}

func (d *Desk) noReport(w http.ResponseWriter, r *http.Request, v visit, status int, name string, why ...string) error {
	frame, err := d.frameOf(r, v, "Reports", "No report "+name)
	if err != nil {
		return err
	}
	return d.show(w, r, status, "report_none", noReportPage{deskFrame: frame, First: status == http.StatusConflict, Why: why})
}

type reportPage struct {
	deskFrame
	Report                       compliance.Report
	Heading, Known               string
	Year                         int
	Clock                        clock
	Now, Late                    bool
	Closing                      string
	Groups                       []lineGroup
	Sections                     []rowSection
	Partings                     []compliance.Parting
	Warnings                     []string
	Format, File, Download, Here string
	AsOf, Wrong                  string
	Texts                        []reportText
	TextForm                     *form
	Rows                         []option
}

type lineGroup struct {
	Name  string
	Lines []summaryLine
}

type summaryLine struct {
	Line, Name, A, B string
	Sum              bool
}

type rowSection struct {
	Title, Caption, Who, What string
	Year                      bool
	Rows                      []sectionRow
}

type sectionRow struct{ Name, Place, ID, What, Memo, Day, Amount, Aggregate string }

func (d *Desk) reportPageOf(r *http.Request, v visit, p compliance.Preview) (reportPage, error) {
	frame, err := d.frameOf(r, v, "Reports", p.Period.Name)
	if err != nil {
		return reportPage{}, err
	}
	left := p.Period.Due.Sub(v.Today)
	page := reportPage{
		deskFrame: frame, Report: p.Report, Partings: p.Partings, Year: p.Period.From.Year(),
		Heading: p.Period.Code + ": " + fec.ReportName(p.Period.Code) + " report", Known: moment(p.Cutoff, v.Committee.Location()),
		Clock: clockOf(left, p.Period.Due.Sub(p.Period.Through)), Now: left <= 3, Late: left < 0,
		Closing: usd(p.Summary.A[fec.Line8]), Groups: groupLines(p.Lines), Format: fec.Version,
		File: v.Committee.FECID + "-" + p.Period.Name + ".fec",
		Here: v.at("reports", p.Period.Name), Texts: textsOf(p), TextForm: newTextForm(),
	}
	// The download asks for the very cut-off that the page shows.
	page.Download = v.at("reports", p.Period.Name+".fec") + "?" + url.Values{"as_of": {p.Cutoff.UTC().Format(time.RFC3339Nano)}}.Encode()
	if !p.Ended {
		page.Warnings = append(page.Warnings, "The period is not over: "+p.Period.Through.Spoken()+" is its last day. This is for reading, not for filing.")
	}
	lacks := 0
	for _, s := range p.Sections {
		section, without := scheduleRows(s)
		page.Sections = append(page.Sections, section)
		lacks += without
	}
	page.Rows = shownRows(page.Sections)
	if lacks > 0 {
		page.Warnings = append(page.Warnings, plural(lacks, "row")+" of those shown here lack an employer or occupation (rows further down the file are not counted): ask the giver within "+daysOf("ask-contributor", v.Today)+" of the gift. 11 CFR 104.7(b)(2).")
	}
	for _, f := range p.Findings {
		page.Warnings = append(page.Warnings, f.Message)
	}
	return page, nil
}

// headings are the parts of the summary, each with the line that begins it.
var headings = []struct {
	from fec.Line
	name string
}{{fec.Line6A, "Cash"}, {fec.Line11AI, "Receipts"}, {"21(a)(i)", "Disbursements"}, {fec.Line32, "Net"}}

// totals are the lines under which a double rule stands.
var totals = map[fec.Line]bool{fec.Line8: true, "19": true, fec.Line31: true}

// groupLines parts the summary, and leaves out what is zero in both columns unless it is a total.
func groupLines(lines []compliance.SummaryLine) []lineGroup {
	var out []lineGroup
	for _, l := range lines {
		for _, h := range headings {
			if l.Line == h.from {
				out = append(out, lineGroup{Name: h.name})
			}
		}
		moved := l.A != nil && *l.A != 0 || l.B != nil && *l.B != 0
		if !moved && !totals[l.Line] || len(out) == 0 {
			continue
		}
		g := &out[len(out)-1]
		g.Lines = append(g.Lines, summaryLine{Line: string(l.Line), Name: l.Name, A: column(l.A), B: column(l.B), Sum: totals[l.Line]})
	}
	kept := out[:0]
	for _, g := range out {
		if len(g.Lines) > 0 {
			kept = append(kept, g)
		}
	}
	return kept
}

// column is a sum in a table of dollars: 1,234.50, and nothing where the form has no column.
func column(c *money.Cents) string {
	if c == nil {
		return ""
	}
	return figure(*c)
}

func figure(c money.Cents) string { return strings.Replace(usd(c), "$", "", 1) }

// scheduleRows sets out the first rows of a schedule, and counts those that lack an employer or occupation.
func scheduleRows(s compliance.Section) (rowSection, int) {
	out := rowSection{Title: "Itemized receipts, line " + string(s.Line), Who: "From", What: "Work", Year: true}
	if strings.HasPrefix(s.Form, "SB") {
		out = rowSection{Title: "Itemized disbursements, line " + string(s.Line), Who: "To", What: "Purpose"}
	}
	out.Caption = "All rows of " + s.Form + "."
	if s.More {
		out.Caption = fmt.Sprintf("The first %d rows of %s; the file has all.", len(s.Rows), s.Form)
	}
	lacks := 0
	for _, row := range s.Rows {
		switch row := row.(type) {
		case *fec.ScheduleA:
			if row.Employer == requested || row.Occupation == requested {
				lacks++
			}
			out.Rows = append(out.Rows, sectionRow{
				Name: orElse(row.Organization, inFile(row.Contributor)), Place: row.Address.City + ", " + row.Address.State, ID: row.ID,
				What: orElse(row.Purpose, workOf(row), row.DonorCommittee), Memo: row.MemoText, Day: tableDay(row.Date),
				Amount: figure(row.Amount), Aggregate: column(row.Aggregate),
			})
		case *fec.ScheduleB:
			name := orElse(row.Organization, inFile(row.Payee))
			switch line := string(fec.LineOf(row.Form)); { // beside the receipt that it goes with
			case out.Year && line == "23":
				name = "sent on to " + name + ", line 23"
			case out.Year:
				name = "used, line " + line
			}
			out.Rows = append(out.Rows, sectionRow{
				Name: name, Place: row.Address.City + ", " + row.Address.State, ID: row.ID,
				What: row.Purpose, Memo: row.MemoText, Day: tableDay(row.Date), Amount: figure(row.Amount),
			})
		}
	}
	return out, lacks
}

// requested stands in a report where the giver was asked and has not answered (11 CFR 104.7(b)).
const requested = "Information Requested"

func inFile(n fec.Name) string { return strings.Trim(n.Last+", "+n.First, ", ") }

func workOf(row *fec.ScheduleA) string { return strings.Trim(row.Occupation+", "+row.Employer, ", ") }

func tableDay(on civil.Day) string { return on.Midnight().Format("2 Jan") }
