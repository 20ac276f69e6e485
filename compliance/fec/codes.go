package fec

import (
	"strings"
	"time"

	"dure/civil"
	"dure/money"
)

// reportCodes are the report codes of Form 3X with the day on which their period ends.
// 11 CFR 104.5(c): a quarter ends with the calendar's; a monthly report named Mn covers the month before; a pre-election report is complete
// to the 20th day before the election, a post-general one to the 20th day after.
var reportCodes = []struct {
	code, name string
	month      time.Month // whose last day ends the period; 0 for reports that hang on an election or on the committee's end
	days       int        // from the election to the period's last day
	span       int        // the most months that the period has, as far as the code says
}{
	{"Q1", "April quarterly", time.March, 0, 3},
	{"Q2", "July quarterly", time.June, 0, 3},
	{"Q3", "October quarterly", time.September, 0, 3},
	{"YE", "Year-end", time.December, 0, 6},
	{"MYE", "Monthly year-end", time.December, 0, 2}, // in the layout sheet, though FECfile+ writes YE
	{"MY", "Mid-year", time.June, 0, 6},
	{"M2", "February monthly", time.January, 0, 1},
	{"M3", "March monthly", time.February, 0, 1},
	{"M4", "April monthly", time.March, 0, 1},
	{"M5", "May monthly", time.April, 0, 1},
	{"M6", "June monthly", time.May, 0, 1},
	{"M7", "July monthly", time.June, 0, 1},
	{"M8", "August monthly", time.July, 0, 1},
	{"M9", "September monthly", time.August, 0, 1},
	{"M10", "October monthly", time.September, 0, 1},
	{"M11", "November monthly", time.October, 0, 1},
	{"M12", "December monthly", time.November, 0, 1},
	{"12P", "Pre-primary", 0, -20, 0},
	{"12G", "Pre-general", 0, -20, 0},
	{"12R", "Pre-run-off", 0, -20, 0},
	{"12S", "Pre-special", 0, -20, 0},
	{"12C", "Pre-convention", 0, -20, 0},
	{"30G", "Post-general", 0, 20, 0},
	{"30R", "Post-run-off", 0, 20, 0},
	{"30S", "Post-special", 0, 20, 0},
	{"TER", "Termination", 0, 0, 0},
}

// ReportName gives the name of a report code, such as "April quarterly" for Q1, and nothing for a code that the form doesn't have.
func ReportName(code string) string {
	for _, r := range reportCodes {
		if r.code == code {
			return r.name
		}
	}
	return ""
}

// periodEnd gives the last day that a report's period should have, or no day when the code doesn't say.
func periodEnd(code string, year int, election civil.Day) civil.Day {
	for _, r := range reportCodes {
		switch {
		case r.code != code:
		case r.month != 0:
			return civil.Of(year, r.month+1, 0)
		case r.days != 0 && !election.IsZero():
			return election.Add(r.days)
		}
	}
	return civil.Day{}
}

// periodStart gives the first day that a report's period may have, or no day when the code doesn't say. It may begin later: after
// a report around an election, or with the committee.
func periodStart(code string, through civil.Day) civil.Day {
	for _, r := range reportCodes {
		if r.code == code && r.span != 0 {
			return civil.Of(through.Year(), r.month+1-time.Month(r.span), 1)
		}
	}
	return civil.Day{}
}

// states are the two-letter codes of states, territories and military mail; ZZ is abroad.
const states = " AL AK AZ AR CA CO CT DE DC FL GA HI ID IL IN IA KS KY LA ME MD MA MI MN MS MO MT NE NV NH NJ NM NY NC ND OH OK OR PA" +
	" RI SC SD TN TX UT VT VA WA WV WI WY AS FM GU MH MP PR PW UM VI AA AE AP ZZ "

func knownState(s string) bool {
	return len(s) == 2 && s[0] != ' ' && s[1] != ' ' && strings.Contains(states, " "+s+" ")
}

func knownEntity(s string) bool {
	switch s {
	case Individual, Organization, Committee, CandidateOwn, CandidateCmt, PAC, Party:
		return true
	}
	return false
}

func isPerson(entity string) bool { return entity == Individual || entity == CandidateOwn }

// isCommitteeID tells whether s is C and 8 digits.
func isCommitteeID(s string) bool { return matches(s, "C99999999") }

// isCandidateID tells whether s is H or S, a digit, 2 letters and 5 digits, or P and 8 digits.
func isCandidateID(s string) bool {
	return matches(s, "H9AA99999") || matches(s, "S9AA99999") || matches(s, "P99999999")
}

// isElectionCode tells whether s is a kind of election and a year, such as P2026; O is one that is described beside it.
func isElectionCode(s string) bool {
	return len(s) == 5 && strings.Contains("GPRSCEO", s[:1]) && matches(s[1:], "9999")
}

// matches compares s with a pattern in which 9 is any digit, A any capital letter, and every other character itself.
func matches(s, pattern string) bool {
	if len(s) != len(pattern) {
		return false
	}
	for i := range len(s) {
		switch {
		case pattern[i] == '9' && s[i] >= '0' && s[i] <= '9':
		case pattern[i] == 'A' && s[i] >= 'A' && s[i] <= 'Z':
		case pattern[i] == s[i] && pattern[i] != '9' && pattern[i] != 'A':
		default:
			return false
		}
	}
	return true
}

// parseDay reads YYYYMMDD and refuses days that no calendar has.
func parseDay(s string) (civil.Day, bool) {
	if !matches(s, "99999999") || s[:4] == "0000" {
		return civil.Day{}, false
	}
	n := func(s string) (v int) {
		for _, d := range s {
			v = v*10 + int(d-'0')
		}
		return v
	}
	year, month, day := n(s[:4]), time.Month(n(s[4:6])), n(s[6:])
	if month < time.January || month > time.December || day < 1 || day > 31 {
		return civil.Day{}, false
	}
	d := civil.Of(year, month, day)
	if day > 28 { // what the month doesn't have is carried into the next one
		_, m, _ := d.Date()
		return d, m == month
	}
	return d, true
}

// parseAmount reads an amount of at most 12 characters: digits, at most 2 decimals, - before the first digit.
func parseAmount(s string) (money.Cents, bool) {
	digits, negative := strings.CutPrefix(s, "-")
	whole, cents, dotted := strings.Cut(digits, ".")
	if len(s) > 12 || whole == "" && cents == "" || dotted && (cents == "" || len(cents) > 2) {
		return 0, false
	}
	var c money.Cents
	for _, part := range []string{whole, (cents + "00")[:2]} {
		for _, d := range []byte(part) {
			if d < '0' || d > '9' {
				return 0, false
			}
			c = c*10 + money.Cents(d-'0')
		}
	}
	if negative {
		c = -c
	}
	return c, true
}

// isCanonical tells whether an amount that can be read is also written as the format wants it: digits, point, two digits.
func isCanonical(s string) bool {
	at := strings.IndexByte(s, '.')
	return at >= 1 && at == len(s)-3 && s[at-1] != '-'
}
