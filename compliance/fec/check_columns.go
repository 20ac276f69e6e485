package fec

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

// column checks one value by its column alone; a ZIP code by the state too, which stands before it.
func (c *checker) column(position int, r Record) {
	s := r.At(position)
	col := &c.table.Columns[position-1]
	if s == "" {
		if col.Required != "" {
			c.say(position, "required", col.Required, "", "the column may not be empty")
		}
		return
	}
	if len(s) > col.Width { // characters are fewer than bytes, or as many
		if n := utf8.RuneCountInString(s); n > col.Width {
			c.say(position, "too-long", Error, s, fmt.Sprintf("%d characters, and the column holds %d", n, col.Width))
		}
	}
	c.characters(position, s)
	bad := ""
	severity := Error
	switch col.Kind {
	case KindAmount:
		if _, ok := parseAmount(s); !ok {
			bad = "not an amount such as 1234.50"
		} else if !isCanonical(s) {
			bad, severity = "an amount is written with two decimals, such as 1234.50", Warning
		}
	case KindDate:
		if _, ok := parseDay(s); !ok {
			bad = "not a day of the calendar written YYYYMMDD"
		}
	case KindYear:
		if !matches(s, "9999") {
			bad = "not a year"
		}
	case KindCheck:
		if s != "X" {
			bad = "a check box is X or empty"
		}
	case KindCommitteeID:
		if !isCommitteeID(s) {
			bad = "a committee id is C and 8 digits"
		}
	case KindCandidateID:
		if !isCandidateID(s) {
			bad = "a candidate id is H or S, a digit, 2 letters and 5 digits, or P and 8 digits"
		}
	case KindState:
		if !knownState(s) {
			bad, severity = "not a state's code", Warning
		}
	case KindZip:
		if abroad := r.At(position-1) == "ZZ"; !abroad && !matches(s, "99999") && !matches(s, "999999999") {
			bad, severity = "a ZIP code has 5 or 9 digits", Warning
		}
	case KindTransactionID:
		if strings.ContainsRune(s, ' ') {
			bad = "a transaction id has no blanks"
		} else if strings.ToUpper(s) != s {
			bad, severity = "a transaction id is written in capitals", Warning
		}
	case KindCode:
		if strings.ContainsRune(s, ' ') {
			bad = "a code has no blanks"
		}
	}
	if bad != "" {
		c.say(position, kindRules[col.Kind], severity, s, bad)
	}
}

// kindRules names the rule of each kind of column.
var kindRules = map[Kind]string{
	KindAmount: "amount", KindDate: "date", KindYear: "year", KindCheck: "check-box", KindCommitteeID: "committee-id",
	KindCandidateID: "candidate-id", KindState: "state", KindZip: "zip", KindTransactionID: "transaction-id", KindCode: "code",
}

// characters checks what a value is written in.
func (c *checker) characters(position int, s string) {
	if s[0] == ' ' {
		c.say(position, "leading-blank", Warning, s, "a value may not start with a blank")
	}
	if isPlain(s) {
		return
	}
	var control, quote, beyond bool
	for _, r := range s {
		switch {
		case r == '"':
			quote = true
		case r < ' ' || r == 0x7f || r >= 0x80 && r < 0xa0:
			control = true
		case r > '~':
			beyond = true
		}
	}
	if control {
		c.say(position, "character", Error, s, "a control character")
	}
	if quote {
		c.say(position, "character", Warning, s, "a double quote isn't allowed inside text")
	}
	if beyond {
		c.say(position, "character", Warning, s, "only ASCII is safe to file")
	}
}
