package compliance

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"time"

	"github.com/jmoiron/sqlx"

	"dure/civil"
	"dure/compliance/fec"
	"dure/compliance/rules"
	"dure/money"
	"dure/pg"
	"dure/registry"
)

// The name and release under which filings say that they were written.
const (
	software = "Dure"
	release  = "1.0"
)

// Report is what a report of Form 3X says, and of which facts: all that the committee knew at the cut-off.
type Report struct {
	Committee registry.Committee
	Period    Period
	Cutoff    time.Time
	Signed    civil.Day // the cut-off's day in the committee's zone; the signer's day once it is signed
	Ended     bool      // the period was over at the cut-off; until then a report is for reading
	Summary   fec.Summary
	Rows      map[string]int // rows written, by record type such as SA11AI
	Findings  []fec.Finding  // what was changed to fit the format, and the FEC's warnings
}

// BuildReport writes the .fec file of a report to out, as of a moment (the zero time: now). Facts, joined persons, names, addresses
// and the committee's registration are those known at the cut-off; the same cut-off gives the same bytes, whenever it is built.
//
// What comes out must not be filed when there is an error: a *NoPeriod for a report that the committee doesn't owe; a
// *NotInBooks for days before the books; a *Refusal for a candidate's committee, which files Form 3; a *Parted when the books say otherwise than the facts, and then nothing is written; a
// *Refusal when something must be entered first; a *fec.Refusal when a row can't be filed as it is.
func BuildReport(ctx context.Context, db *sqlx.DB, committee registry.CommitteeID, period string, asOf time.Time, out io.Writer) (Report, error) {
	c, err := registry.FindCommittee(ctx, db, committee, asOf)
	if err != nil {
		return Report{}, err
	}
	if c.Kind == registry.Authorised {
		return Report{}, &Refusal{Findings: []Finding{{
			Text: c.Name + " is a candidate's committee: its report is Form 3, which Dure does not write. Its books and cases hold what it needs", Cite: "11 CFR 104.2(b)(2)",
		}}}
	}
	return BuildRows(ctx, db, committee, period, asOf, out)
}

// BuildRows is BuildReport for reading its rows: it writes those of a candidate's committee as well, on the lines of Form 3X, which that
// committee may not file.
func BuildRows(ctx context.Context, db *sqlx.DB, committee registry.CommitteeID, period string, asOf time.Time, out io.Writer) (Report, error) {
	var r Report
	err := pg.Snapshot(ctx, db, string(committee), asOf, func(tx *sqlx.Tx, cutoff time.Time) error {
		b, err := begin(ctx, tx, committee, period, cutoff)
		if err != nil {
			return err
		}
		w := fec.NewWriter(out)
		defer w.Close()
		rows := writeBeside(w)
		first := func(of Report, partings []Parting) error {
			r = of
			if len(partings) > 0 {
				return &Parted{Committee: committee, Period: b.period.Name, Partings: partings}
			}
			return errors.Join(rows.put(fec.NewHeader(software, release)), rows.put(b.cover(r)))
		}
		err = b.tell(ctx, db, all, first, func(form string, row fec.Row) error {
			r.Rows[formOf(row)]++
			return rows.put(row)
		})
		if written := rows.end(); err == nil {
			err = written
		}
		if err != nil {
			return err
		}
		err = w.Close()
		r.Findings = append(b.leftOut(), w.Findings()...)
		return err
	})
	return r, err
}

// Preview is a report for reading: its summary, its first rows, and where books and facts part.
type Preview struct {
	Report
	Lines    []SummaryLine
	Sections []Section
	Texts    []ReportText // what the treasurer tells, of rows and of the whole
	Partings []Parting
}

// SummaryLine is one line of the summary. A and B are nil where the form has no such column.
type SummaryLine struct {
	Line fec.Line
	Name string
	A    *money.Cents // this period
	B    *money.Cents // calendar year to date
}

// Section is the first rows of one kind.
type Section struct {
	Form string   // SA11AI
	Line fec.Line // 11(a)(i)
	Rows []fec.Row
	More bool // there are more rows than these
}

// PreviewReport gives what BuildReport would write, with at most limit rows of each kind (0: none); it refuses as BuildReport does, but for
// partings, which it lists.
func PreviewReport(ctx context.Context, db *sqlx.DB, committee registry.CommitteeID, period string, asOf time.Time, limit int) (Preview, error) {
	var p Preview
	err := pg.Snapshot(ctx, db, string(committee), asOf, func(tx *sqlx.Tx, cutoff time.Time) error {
		b, err := begin(ctx, tx, committee, period, cutoff)
		if err != nil {
			return err
		}
		first := func(of Report, partings []Parting) error {
			p.Report, p.Lines, p.Texts, p.Partings = of, SummaryLines(of.Summary), b.texts, partings
			return nil
		}
		ask := 0
		if limit > 0 {
			ask = limit + 1 // one more tells whether there are more
		}
		return b.tell(ctx, db, ask, first, func(form string, row fec.Row) error {
			if formOf(row) == formText {
				return nil
			}
			last := len(p.Sections) - 1
			switch {
			case last < 0 || p.Sections[last].Form != form:
				p.Sections = append(p.Sections, Section{Form: form, Line: fec.LineOf(form), Rows: []fec.Row{row}})
			case len(p.Sections[last].Rows) == limit:
				p.Sections[last].More = true
			default:
				p.Sections[last].Rows = append(p.Sections[last].Rows, row)
			}
			return nil
		})
	})
	return p, err
}

// SummaryLines lists the lines of a summary in the order of the form.
func SummaryLines(s fec.Summary) []SummaryLine {
	var out []SummaryLine
	for _, line := range fec.Lines() {
		l := SummaryLine{Line: line, Name: line.Name()}
		if fec.PositionOf(line, fec.ThisPeriod) > 0 {
			a := s.A[line]
			l.A = &a
		}
		if fec.PositionOf(line, fec.YearToDate) > 0 {
			b := s.B[line]
			l.B = &b
		}
		out = append(out, l)
	}
	return out
}

// build is one report in the making, on one snapshot of the database.
type build struct {
	tx        *sqlx.Tx
	committee registry.Committee
	period    Period
	cutoff    time.Time
	january   civil.Day // the first day of the calendar year
	opening   opening
	active    map[int]bool // years in which a quarterly filer owes 12G
	// A contributor's or payee's year above which each receipt or payment has a row.
	contributorOver, payeeOver money.Cents
	candidates                 map[registry.CandidateID]registry.Candidate
	elections                  map[registry.ElectionID]registry.Election
	texts                      []ReportText
	untold                     []ReportText // texts about rows that have not been written
	beside                     map[string]beside
	directed                   map[string]bool // forwarded items whose recipient the committee chose
}

func begin(ctx context.Context, tx *sqlx.Tx, committee registry.CommitteeID, name string, cutoff time.Time) (*build, error) {
	b := &build{tx: tx, cutoff: cutoff}
	var err error
	if b.committee, err = registry.FindCommittee(ctx, tx, committee, cutoff); err != nil {
		return nil, err
	}
	year, err := YearOf(name)
	if err != nil {
		return nil, err
	}
	if b.active, err = activeForGeneral(ctx, tx, b.committee, cutoff); err != nil {
		return nil, err
	}
	if b.period, err = FindPeriod(b.committee.Filer, name, b.active[year]); err != nil {
		return nil, err
	}
	b.january = civil.Of(year, time.January, 1)
	b.opening, err = findOpening(ctx, tx, committee, cutoff)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return nil, err
	}
	if b.opening.OnDay.IsZero() || b.period.From.Before(b.opening.OnDay) {
		return nil, &NotInBooks{Committee: committee, Period: b.period, Opened: b.opening.OnDay}
	}
	b.contributorOver = rules.Federal().Threshold("itemize-contributor", b.period.Through).Cents
	b.payeeOver = rules.Federal().Threshold("itemize-payee", b.period.Through).Cents
	if b.texts, err = b.textsOf(ctx); err != nil {
		return nil, err
	}
	for _, t := range b.texts {
		if t.About != "" {
			b.untold = append(b.untold, t)
		}
	}
	if err := b.tellBeside(ctx); err != nil {
		return nil, err
	}
	return b, b.learn(ctx)
}

// learn reads who the candidates and what the elections are: few, and named by many rows.
func (b *build) learn(ctx context.Context) error {
	const candidates = `
		select distinct on (candidate)
		       candidate as id, last_name, first_name, office, state, district,
		       committee_fec_id, committee_name, street, street_2, city, committee_state, zip
		from candidate_versions
		where recorded_at <= $1
		order by candidate, recorded_at desc`
	var known []registry.Candidate
	if err := b.tx.SelectContext(ctx, &known, candidates, b.cutoff); err != nil {
		return fmt.Errorf("candidates of the report: %w", err)
	}
	b.candidates = make(map[registry.CandidateID]registry.Candidate, len(known))
	for _, c := range known {
		b.candidates[c.ID] = c
	}
	elections, err := registry.Elections(ctx, b.tx)
	if err != nil {
		return err
	}
	b.elections = make(map[registry.ElectionID]registry.Election, len(elections))
	for _, e := range elections {
		b.elections[e.ID] = e
	}
	return nil
}

// all is the limit of rows that is none.
const all = -1

// tell gives the report, with what its books say otherwise, to first, and then its rows in the order of the file to put: at most
// limit of each kind. What it needs of each row is gone when put returns, so that a report of any size can be told. The sums of the
// facts and of the books are asked for while the rows are sought.
func (b *build) tell(ctx context.Context, db *sqlx.DB, limit int, first func(Report, []Parting) error, put func(form string, row fec.Row) error) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	proof, end, err := b.proveBeside(ctx, db)
	if err != nil {
		return err
	}
	defer end()
	var facts facts
	opened := func(itemized sums) error {
		p := proof()
		if p.err != nil {
			return p.err
		}
		facts = p.facts
		zone := b.committee.Location()
		r := Report{
			Committee: b.committee, Period: b.period, Cutoff: b.cutoff,
			Signed: civil.In(b.cutoff, zone), Rows: map[string]int{},
			Ended:   !b.cutoff.Before(b.period.Through.Add(1).Start(zone)),
			Summary: b.summary(facts, itemized),
		}
		return first(r, compare(r.Summary, facts, p.books))
	}
	if limit == 0 {
		return b.individualReceipts(ctx, 1, opened, func(fec.Row) error { return nil })
	}
	told := b.annotated(put)
	under := func(line fec.Line) func(fec.Row) error {
		return func(row fec.Row) error { return told(fec.FormOf(line), row) }
	}
	if err := b.individualReceipts(ctx, limit, opened, under(fec.Line11AI)); err != nil {
		return err
	}
	if err := b.reattributed(ctx, limit, under(fec.Line11AI)); err != nil {
		return err
	}
	if err := b.answered(ctx, limit, under(fec.Line11AI)); err != nil {
		return err
	}
	for _, section := range []struct {
		line fec.Line
		tell func(ctx context.Context, line fec.Line, limit int, put func(fec.Row) error) error
	}{
		{fec.Line11B, b.bodyReceipts},
		{fec.Line11C, b.bodyReceipts},
		{fec.Line12, b.bodyReceipts},
		{fec.Line15, b.bodyReceipts},
		{fec.Line16, b.bodyReceipts},
		{fec.Line17, b.bodyReceipts},
		{fec.Line21B, b.payments},
		{fec.Line22, b.payments},
		{fec.Line23, b.candidateMoney},
		{fec.Line28A, b.refunds},
		{fec.Line28B, b.refunds},
		{fec.Line28C, b.refunds},
		{fec.Line29, b.payments},
	} {
		if !facts.on(section.line) {
			continue
		}
		if err := section.tell(ctx, section.line, limit, under(section.line)); err != nil {
			return err
		}
	}
	return b.closing(put)
}

func formOf(row fec.Row) string {
	switch row := row.(type) {
	case *fec.ScheduleA:
		return row.Form
	case *fec.ScheduleB:
		return row.Form
	case *fec.Text:
		return row.Record
	}
	return ""
}

// formNew is the form of a report that was not filed before.
const formNew = "F3XN"

// cover is the first page: who reports, of which days, and the summary.
func (b *build) cover(r Report) *fec.F3X {
	c := b.committee
	return &fec.F3X{
		Form: formNew, CommitteeID: c.FECID, CommitteeName: c.Name,
		Address:    fec.Address{Street1: c.Street, Street2: c.Street2, City: c.City, State: c.State, Zip: c.Zip},
		ReportCode: b.period.Code, Election: b.period.Election, ElectionDate: b.period.ElectionOn, ElectionState: b.electionState(),
		From: b.period.From, Through: b.period.Through, Multicandidate: c.Multicandidate,
		Treasurer: fec.Name{
			Last: c.TreasurerLast, First: c.TreasurerFirst, Middle: c.TreasurerMiddle,
			Prefix: c.TreasurerPrefix, Suffix: c.TreasurerSuffix,
		},
		Signed: r.Signed, Summary: r.Summary,
	}
}

// electionState is asked for with 12G and 30G. A general election is held in every state: the committee's own stands for it.
func (b *build) electionState() string {
	if b.period.Election == "" {
		return ""
	}
	return b.committee.State
}

// reportOf gives the code of the report that covers a day, for the memo texts that name another report.
func (b *build) reportOf(d civil.Day) string {
	return PeriodOf(b.committee.Filer, d, b.active[d.Year()]).Code
}

// RowCounts lists how many rows there are of each kind, by record type.
func (r Report) RowCounts() []string {
	var out []string
	for _, form := range slices.Sorted(maps.Keys(r.Rows)) {
		out = append(out, fmt.Sprintf("%s %d", form, r.Rows[form]))
	}
	return out
}
