package compliance

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"dure/civil"
	"dure/compliance/rules"
)

// How often a committee files: what the filer column of its registration says (52 U.S.C. 30104(a)(4); 11 CFR 104.5(c)).
const (
	Monthly   = "monthly"
	Quarterly = "quarterly"
)

// Period is one report of Form 3X that a filer owes: its name, what it covers and by when it is filed.
type Period struct {
	Name    string    // 2026-M10, the report named M10, which covers September
	Code    string    // M10, as on the cover
	Form    string    // F3X
	From    civil.Day // first day covered
	Through civil.Day // last day covered
	Due     civil.Day // filed and accepted by 23:59 in Washington; no weekend or holiday moves it (11 CFR 104.5)
	// The election of a 12G or 30G; empty for all others.
	Election   string // G2026
	ElectionOn civil.Day
	Cite       string // why it is owed on that day
}

// Holds tells whether a day lies within the period.
func (p Period) Holds(d civil.Day) bool { return !d.Before(p.From) && !d.After(p.Through) }

// GeneralElection gives the day of the general election of an even year: "the Tuesday next after the 1st Monday in
// November, in every even numbered year" (2 U.S.C. 7), and no day in an odd one.
func GeneralElection(year int) civil.Day {
	if year%2 != 0 {
		return civil.Day{}
	}
	first := civil.Of(year, time.November, 1)
	monday := first.Add((int(time.Monday) - int(first.Weekday()) + 7) % 7)
	return monday.Add(1)
}

// Periods lists the reports that a filer owes for a calendar year, in order; together they cover each of its days once.
// active12G tells of a quarterly filer whether it made contributions or expenditures for the general election that no
// earlier report shows, and so owes the pre-election report too; a monthly filer always owes it.
func Periods(filer string, year int, active12G bool) []Period {
	l := reports{year: year, from: civil.Of(year, time.January, 1)}
	switch election := year%2 == 0; {
	case filer == Monthly && election:
		l.months(time.September) // "in lieu of the reports otherwise due in November and December", 12G, 30G and the year-end
		l.preGeneral()
		l.postGeneral()
	case filer == Monthly:
		l.months(time.November)
	case election:
		l.quarters()
		if active12G {
			l.preGeneral()
		}
		l.postGeneral()
	default:
		l.add("MY", "mid-year", civil.Of(year, time.June, 30))
	}
	l.add("YE", "year-end", civil.Of(year, time.December, 31))
	return l.periods
}

// reports grows by periods, each beginning on the day after the last one ends.
type reports struct {
	year    int
	from    civil.Day
	periods []Period
}

// add adds the report of a kind, by the row of the calendar that holds on the last day of its period, or on the day of its vote.
func (l *reports) add(code, kind string, on civil.Day) {
	days := law().Report(kind, on)
	through, due := days.Dates(on)
	l.periods = append(l.periods, Period{
		Name: fmt.Sprintf("%d-%s", l.year, code), Code: code, Form: "F3X",
		From: l.from, Through: through, Due: due, Cite: days.Cite,
	})
	l.from = through.Add(1)
}

// months adds a report for each month through last, named after the month in which it is due.
func (l *reports) months(last time.Month) {
	for m := time.January; m <= last; m++ {
		l.add(fmt.Sprintf("M%d", m+1), "monthly", civil.Of(l.year, m+1, 0))
	}
}

func (l *reports) quarters() {
	for q := 1; q <= 3; q++ {
		l.add(fmt.Sprintf("Q%d", q), "quarterly", civil.Of(l.year, time.Month(3*q+1), 0))
	}
}

func (l *reports) preGeneral() {
	day := GeneralElection(l.year)
	l.add("12G", "pre-general", day)
	l.ofElection(day)
}

func (l *reports) postGeneral() {
	day := GeneralElection(l.year)
	l.add("30G", "post-general", day)
	l.ofElection(day)
}

func (l *reports) ofElection(day civil.Day) {
	last := &l.periods[len(l.periods)-1]
	last.Election, last.ElectionOn = fmt.Sprintf("G%d", l.year), day
}

// NoPeriod says that a filer owes no report of that name, and which it owes for the year.
type NoPeriod struct {
	Name  string
	Filer string
	Names []string // empty when Name has no year in it
}

// Error names the reports that there are.
func (e *NoPeriod) Error() string {
	if len(e.Names) == 0 {
		return fmt.Sprintf("%q is no report: write the year and the report's name, such as 2026-M10, 2026-Q3, 2026-12G, 2026-30G or 2026-YE", e.Name)
	}
	return fmt.Sprintf("a %s filer has no report %s; the reports of that year are %s", e.Filer, e.Name, strings.Join(e.Names, ", "))
}

// FindPeriod gives the report of that name, such as 2026-M10. The error is a *NoPeriod where the filer owes none of that
// name. active12G is as in Periods.
func FindPeriod(filer, name string, active12G bool) (Period, error) {
	year, err := YearOf(name)
	if err != nil {
		return Period{}, err
	}
	periods := Periods(filer, year, active12G)
	none := &NoPeriod{Name: name, Filer: filer}
	for _, p := range periods {
		if strings.EqualFold(p.Name, name) {
			return p, nil
		}
		none.Names = append(none.Names, p.Name)
	}
	return Period{}, none
}

// firstYear is the first year whose reports the calendar of the pack has.
func firstYear() int { return law().Reports[0].From.Year() }

// YearOf gives the calendar year that a report's name begins with. The error is a *NoPeriod.
func YearOf(name string) (int, error) {
	digits, _, dashed := strings.Cut(name, "-")
	year, err := strconv.Atoi(digits)
	if err != nil || !dashed || len(digits) != 4 || year < firstYear() {
		return 0, &NoPeriod{Name: name}
	}
	return year, nil
}

// PeriodOf gives the report that covers a day. active12G is as in Periods.
func PeriodOf(filer string, d civil.Day, active12G bool) Period {
	for _, p := range Periods(filer, d.Year(), active12G) {
		if p.Holds(d) {
			return p
		}
	}
	panic(fmt.Sprintf("no report of a %s filer covers %s", filer, d)) // the periods of a year cover each of its days
}

// FilingLate tells how many days late a report is that was accepted at a moment, by the day in Washington, and whether it counts as
// not filed at all (11 CFR 111.43(e)). An election hangs on a pre-election report, and on that of the third quarter or of September in an
// even year.
func FilingLate(p Period, accepted time.Time) (days int, notFiled bool) {
	on := civil.In(accepted, washington())
	if !on.After(p.Due) {
		return 0, false
	}
	var vote civil.Day
	switch {
	case strings.HasPrefix(p.Code, "12"):
		vote = p.ElectionOn
	case p.Code == "Q3" || p.Code == "M10":
		vote = GeneralElection(p.Due.Year())
	}
	fines, ok := rules.Federal().FinesOn(on)
	return on.Sub(p.Due), ok && fines.NotFiled(p.Due, on, vote, !vote.IsZero())
}
