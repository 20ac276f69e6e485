// Package civil holds calendar days, in which the law counts: receipts, periods and deadlines.
package civil

import (
	"database/sql/driver"
	"fmt"
	"time"
)

// Day is a day of the calendar without a clock or a zone. The zero Day is no day at all; days compare with == and Before.
type Day struct{ days int32 } // 1 is 1 January of the year 1, so that zero is none

// Of gives the day of a year, a month and a day of the month; like time.Date it carries what overflows (31 April is 1 May).
func Of(year int, month time.Month, day int) Day {
	return fromTime(time.Date(year, month, day, 0, 0, 0, 0, time.UTC))
}

// In gives the day on which a moment falls in a zone. It is the one crossing from clocks to calendars.
func In(t time.Time, zone *time.Location) Day {
	y, m, d := t.In(zone).Date()
	return Of(y, m, d)
}

func fromTime(t time.Time) Day {
	return Day{int32(floorDiv(t.Unix(), 86400)) + unixDay}
}

// unixDay is the number of 1 January 1970.
const unixDay = 719163

func floorDiv(a, b int64) int64 {
	q := a / b
	if a%b < 0 {
		q--
	}
	return q
}

// Parse reads a day written YYYY-MM-DD and refuses days that no calendar has.
func Parse(s string) (Day, error) {
	t, err := time.Parse(time.DateOnly, s)
	if err != nil {
		return Day{}, fmt.Errorf("%q is not a day written YYYY-MM-DD", s)
	}
	return fromTime(t), nil
}

// MustParse is Parse for days that the program itself writes; it panics on a bad one.
func MustParse(s string) Day {
	d, err := Parse(s)
	if err != nil {
		panic(err)
	}
	return d
}

// Midnight is the first moment of the day in UTC.
func (d Day) Midnight() time.Time { return d.Start(time.UTC) }

// Start is the first moment of the day in a zone.
func (d Day) Start(zone *time.Location) time.Time {
	y, m, n := d.Date()
	return time.Date(y, m, n, 0, 0, 0, 0, zone)
}

// Date gives the year, the month and the day of the month.
func (d Day) Date() (int, time.Month, int) {
	return time.Unix(int64(d.days-unixDay)*86400, 0).UTC().Date()
}

// Year gives the calendar year.
func (d Day) Year() int { y, _, _ := d.Date(); return y }

// IsZero tells whether this is no day at all.
func (d Day) IsZero() bool { return d.days == 0 }

// Add gives the day n days later, or earlier when n is negative.
func (d Day) Add(n int) Day { return Day{d.days + int32(n)} }

// Sub counts the days from e to d.
func (d Day) Sub(e Day) int { return int(d.days - e.days) }

// Before tells whether d comes before e.
func (d Day) Before(e Day) bool { return d.days < e.days }

// After tells whether d comes after e.
func (d Day) After(e Day) bool { return d.days > e.days }

// Weekday gives the day of the week.
func (d Day) Weekday() time.Weekday { return d.Midnight().Weekday() }

// String writes the day as YYYY-MM-DD, and nothing for no day.
func (d Day) String() string {
	if d.IsZero() {
		return ""
	}
	return d.Midnight().Format(time.DateOnly)
}

// Compact writes the day as YYYYMMDD, as .fec files want it, and nothing for no day.
func (d Day) Compact() string {
	if d.IsZero() {
		return ""
	}
	y, m, n := d.Date()
	if y < 0 || y > 9999 {
		return d.Midnight().Format("20060102")
	}
	digits := [8]byte{}
	for i, rest := len(digits)-1, y*10000+int(m)*100+n; i >= 0; i, rest = i-1, rest/10 {
		digits[i] = byte('0' + rest%10)
	}
	return string(digits[:])
}

// Spoken writes the day for people: Friday 15 May 2026.
func (d Day) Spoken() string {
	if d.IsZero() {
		return ""
	}
	return d.Midnight().Format("Monday 2 January 2006")
}

// Value hands the day to the database; no day is null.
func (d Day) Value() (driver.Value, error) {
	if d.IsZero() {
		return nil, nil
	}
	return d.String(), nil
}

// Scan takes a date from the database; null is no day.
func (d *Day) Scan(v any) error {
	switch v := v.(type) {
	case nil:
		*d = Day{}
	case time.Time:
		y, m, n := v.Date()
		*d = Of(y, m, n)
	case string:
		return d.UnmarshalText([]byte(v))
	case []byte:
		return d.UnmarshalText(v)
	default:
		return fmt.Errorf("a day can't be read from %T", v)
	}
	return nil
}

// MarshalText writes the day as YYYY-MM-DD, also in JSON.
func (d Day) MarshalText() ([]byte, error) { return []byte(d.String()), nil }

// UnmarshalText reads what MarshalText wrote.
func (d *Day) UnmarshalText(b []byte) error {
	if len(b) == 0 {
		*d = Day{}
		return nil
	}
	p, err := Parse(string(b))
	if err == nil {
		*d = p
	}
	return err
}
