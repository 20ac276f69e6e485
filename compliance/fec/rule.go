package fec

// Rule is one thing that the checker looks at. A finding names it.
type Rule struct {
	Name string
	Says string // what a good file does
}

// rules lists every rule that a finding may name.
var rules = []Rule{
	// the file
	{"empty", "a file holds records"},
	{"byte-order-mark", "a file starts with its header, without a byte order mark"},
	{"empty-line", "every line is a record"},
	{"line-too-long", "a line has at most 65,536 bytes"},
	{"header", "the first record is HDR, of filing type FEC"},
	{"version", "the format is of version 8.0 to 8.5"},
	{"cover", "the second record is the cover"},
	{"order", "header and cover stand once, at the start"},
	{"record-type", "the first column names a record of the format, in capitals, and a line of the form"},
	{"columns", "a record has as many columns as its table"},
	{"free-text", "only Form 99 has free text, directly after its cover"},
	{"no-table", "records of other schedules are kept as read, and not checked"},
	{"too-many", "at most 100,000 problems are listed"},

	// a value
	{"required", "what the form asks for is there"},
	{"too-long", "a value fits its column"},
	{"leading-blank", "a value doesn't start with a blank"},
	{"character", "values are printable ASCII without double quotes"},
	{"amount", "an amount is digits, a point and two digits, with - before them when below zero; a row is not of nothing"},
	{"date", "a day is one of the calendar, written YYYYMMDD"},
	{"year", "a year has four digits, and is that of the period"},
	{"check-box", "a check box is X or empty"},
	{"committee-id", "a committee id is C and 8 digits, and is given for committees"},
	{"candidate-id", "a candidate id is H or S, a digit, 2 letters and 5 digits, or P and 8 digits"},
	{"state", "a state is one of the Postal Service's codes, of military mail too, or ZZ abroad"},
	{"zip", "a ZIP code has 5 or 9 digits"},
	{"transaction-id", "a transaction id is in capitals, without blanks"},
	{"code", "a code has no blanks"},

	// the cover
	{"amends", "an amendment, and no other report, names the original report; its number counts from 1"},
	{"report-code", "the form has a report of this code"},
	{"coverage", "the period lies in one year, as its report code says, and days of rows lie in the period"},
	{"signed", "a report is signed after its period"},
	{"formula", "a line of the summary is what its formula makes of others"},
	{"cash", "cash at the close is the same in both columns, and not below zero; on 1 January it is the year's first"},
	{"year-to-date", "in a period from 1 January both columns are the same"},
	{"itemized", "the rows of a line, without memos, come to the line, or to no more where small ones have no row"},
	{"schedule", "an amount that another schedule explains comes with that schedule"},
	{"termination", "a committee that ends has no cash and no debts left"},

	// rows
	{"committee", "a row is of the committee that files"},
	{"id-unique", "each row has a transaction id of its own"},
	{"back-reference", "a reference names the id and the record type of another row of the file"},
	{"pair", "a disbursement that is the other half of a receipt has its amount, its committee and its memo code"},
	{"memo", "a row that is told for information says why"},
	{"entity", "an entity type is one of seven, and one whose money stands on the line"},
	{"names", "persons have a last and a first name, all others an organization's"},
	{"election", "an election is a letter and a year, and is told of contributions to candidates and around elections"},
	{"candidate", "a candidate has an id, names, office, state and district that fit one another"},
	{"category", "a category is 001 to 012"},
	{"purpose", "a disbursement, and a receipt below zero, says what it is for"},
	{"aggregate", "a contributor's year is told, and runs from receipt to receipt"},
	{"employer", "over 200.00 in the year an individual's employer and occupation are told"},

	// of values that the Writer is given
	{"transliterated", "a value is ASCII without blanks around it"},
	{"shortened", "a text fits its column"},
	{"line", "amounts stand on lines that the form has"},
}

// Rules lists the rules in the order in which people read a file: the file, its values, its cover, its rows, and what the Writer is given.
func Rules() []Rule { return append([]Rule(nil), rules...) }
