package compliance

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/jmoiron/sqlx"

	"dure/civil"
	"dure/money"
	"dure/registry"
)

// washington is the zone in which the clocks of filing run: a report is filed by 23:59 Eastern time of its due day.
var washington = sync.OnceValue(func() *time.Location {
	zone, err := time.LoadLocation("America/New_York")
	if err != nil {
		panic(err) // the zones are linked into the program
	}
	return zone
})

// PeriodState tells where a report stands on a day. Whether it was filed is not known here.
type PeriodState string

// The states of a report.
const (
	PeriodUnbooked PeriodState = "before the books" // it ends before the day from which the books run
	PeriodUpcoming PeriodState = "upcoming"         // it begins after today
	PeriodCurrent  PeriodState = "current"          // it holds today
	PeriodDue      PeriodState = "due"              // it is over, and its due day is not
	PeriodPast     PeriodState = "past due day"     // its due day is over
)

// Listed is a report of a year, and where it stands.
type Listed struct {
	Period
	State PeriodState
}

// ReportList lists the reports that a committee owes for a calendar year, in order, as they stand at now; year 0 is the year
// of now in the committee's zone.
func ReportList(ctx context.Context, q sqlx.QueryerContext, committee registry.CommitteeID, year int, now time.Time) ([]Listed, error) {
	c, err := registry.FindCommittee(ctx, q, committee, time.Time{})
	if err != nil {
		return nil, err
	}
	today, filing := civil.In(now, c.Location()), civil.In(now, washington())
	if year == 0 {
		year = today.Year()
	}
	all := time.Date(9999, 1, 1, 0, 0, 0, 0, time.UTC) // whatever the database's clock has recorded
	active, err := activeForGeneral(ctx, q, c, all)
	if err != nil {
		return nil, err
	}
	opening, err := findOpening(ctx, q, committee, all)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return nil, err
	}
	var out []Listed
	for _, p := range Periods(c.Filer, year, active[year]) {
		l := Listed{Period: p, State: PeriodPast}
		switch {
		case p.From.After(today):
			l.State = PeriodUpcoming
		case p.Holds(today):
			l.State = PeriodCurrent
		case opening.OnDay.IsZero() || p.Through.Before(opening.OnDay):
			l.State = PeriodUnbooked
		case !p.Due.Before(filing):
			l.State = PeriodDue
		}
		out = append(out, l)
	}
	return out, nil
}

// activeForGeneral tells for which years a quarterly filer owes the pre-general report.
//
// "any election in which the committee makes a contribution to or expenditure on behalf of a candidate": 11 CFR
// 104.5(c)(1)(ii); what an earlier report shows doesn't count again. We: a contribution of its own or a forward for the general
// election of the year, on a day that the report would cover.
func activeForGeneral(ctx context.Context, q sqlx.QueryerContext, c registry.Committee, cutoff time.Time) (map[int]bool, error) {
	if c.Filer != Quarterly {
		return nil, nil
	}
	const list = `
		select d.paid_on
		from disbursements d
		join elections e on e.id = d.election
		where d.committee = $1 and d.recorded_at <= $2 and e.kind = 'G' and e.year = extract(year from d.paid_on)
		union
		select f.sent_on
		from forwards f
		join forward_items i on i.committee = f.committee and i.forward = f.id
		join receipts r on r.committee = i.committee and r.id = i.receipt
		join elections e on e.id = r.election
		where f.committee = $1 and f.recorded_at <= $2 and e.kind = 'G' and e.year = extract(year from f.sent_on)`
	var days []civil.Day
	if err := sqlx.SelectContext(ctx, q, &days, list, c.ID, cutoff); err != nil {
		return nil, fmt.Errorf("what %s did for general elections: %w", c.ID, err)
	}
	active := map[int]bool{}
	for _, d := range days {
		if PeriodOf(Quarterly, d, true).Code == "12G" {
			active[d.Year()] = true
		}
	}
	return active, nil
}

// opening is the cash on hand on the 1 January from which a committee's books run.
type opening struct {
	OnDay civil.Day `db:"on_day"`
	Cents money.Cents
}

func findOpening(ctx context.Context, q sqlx.QueryerContext, committee registry.CommitteeID, cutoff time.Time) (opening, error) {
	const find = `select on_day, cents from openings where committee = $1 and recorded_at <= $2`
	var o opening
	if err := sqlx.GetContext(ctx, q, &o, find, committee, cutoff); err != nil {
		return o, fmt.Errorf("opening cash of %s: %w", committee, err)
	}
	return o, nil
}

// NotInBooks refuses a report of days that the committee's books don't hold.
type NotInBooks struct {
	Committee registry.CommitteeID
	Period    Period
	Opened    civil.Day // the day from which the books run; no day when they were never opened
}

// Error says what to do.
func (e *NotInBooks) Error() string {
	if e.Opened.IsZero() {
		return fmt.Sprintf("report %s of %s can't be built: its cash on hand on 1 January is not known; record it with dure committee opening", e.Period.Name, e.Committee)
	}
	return fmt.Sprintf("report %s of %s can't be built: the books run from %s; a report of earlier days comes from where it was filed", e.Period.Name, e.Committee, e.Opened)
}
