package fec_test

import (
	"fmt"
	"slices"
	"strings"

	"dure/civil"
	"dure/compliance/fec"
	"dure/money"
)

// corruption is one way in which a field goes wrong. One without a reason to be missed must be caught each time.
type corruption struct {
	name     string
	missable string
	corrupt  func(m *mutant) (done string) // "" when the file has no such field
}

// at makes a corruption of one field among those that where takes.
func at(name, missable string, where func(*cell) bool, change func(*cell) string) corruption {
	return corruption{name, missable, func(m *mutant) string {
		c := m.pick(where)
		if c == nil {
			return ""
		}
		was := c.value()
		c.set(change(c))
		return fmt.Sprintf("line %d, %s: %q is now %q", c.line+1, c.column.Name, was, c.value())
	}}
}

// What fields a corruption is of.

func kindOf(kinds ...fec.Kind) func(*cell) bool {
	return func(c *cell) bool { return c.value() != "" && slices.Contains(kinds, c.column.Kind) }
}

func named(ends ...string) func(*cell) bool {
	return func(c *cell) bool {
		return c.value() != "" && slices.ContainsFunc(ends, func(end string) bool { return strings.HasSuffix(c.column.Name, end) })
	}
}

func both(all ...func(*cell) bool) func(*cell) bool {
	return func(c *cell) bool {
		return !slices.ContainsFunc(all, func(f func(*cell) bool) bool { return !f(c) })
	}
}

func not(f func(*cell) bool) func(*cell) bool { return func(c *cell) bool { return !f(c) } }

func onRow(c *cell) bool   { return strings.HasPrefix(c.form, "S") }
func onSA(c *cell) bool    { return strings.HasPrefix(c.form, "SA") }
func onSB(c *cell) bool    { return strings.HasPrefix(c.form, "SB") }
func onCover(c *cell) bool { return strings.HasPrefix(c.form, "F3X") }
func notZero(c *cell) bool { return c.value() != "0.00" }
func isMemo(c *cell) bool  { return c.get("memo_code") != "" }

// onWholeLine takes rows of which the line is the sum, to the cent.
func onWholeLine(c *cell) bool {
	return slices.Contains([]string{"SA11AI", "SA11B", "SA11C", "SA12", "SB23"}, c.form)
}

func overThreshold(c *cell) bool {
	sum := c.get("_aggregate")
	if sum == "" {
		sum = c.get("_amount")
	}
	cents, err := money.Parse(sum)
	return c.form == "SA11AI" && c.get("entity_type") == "IND" && err == nil && cents > 200_00
}

// What becomes of them.

func empty(*cell) string { return "" }

func another(c *cell, of string) string {
	s := []byte(c.value())
	var places []int
	for i := range s {
		if strings.IndexByte(of, s[i]) >= 0 {
			places = append(places, i)
		}
	}
	if places == nil {
		return c.value()
	}
	i := places[c.m.IntN(len(places))]
	for was := s[i]; s[i] == was; {
		s[i] = of[c.m.IntN(len(of))]
	}
	return string(s)
}

const (
	digits  = "0123456789"
	letters = "abcdefghijklmnopqrstuvwxyz"
)

func digit(c *cell) string { return another(c, digits) }

func negated(c *cell) string {
	if s, negative := strings.CutPrefix(c.value(), "-"); negative {
		return s
	}
	return "-" + c.value()
}

func insert(what string) func(*cell) string {
	return func(c *cell) string {
		i := c.m.IntN(len(c.value()) + 1)
		return c.value()[:i] + what + c.value()[i:]
	}
}

func oneOf(list ...string) func(*cell) string {
	return func(c *cell) string {
		for {
			if s := list[c.m.IntN(len(list))]; s != c.value() {
				return s
			}
		}
	}
}

func outside(c *cell) string {
	cover := &cell{m: c.m, line: 1, form: c.m.lines[1][0]}
	from, through := compact(cover.get("coverage_from_date")), compact(cover.get("coverage_through_date"))
	if c.m.IntN(2) == 0 {
		return from.Add(-1 - c.m.IntN(400)).Compact()
	}
	return through.Add(1 + c.m.IntN(400)).Compact()
}

func compact(s string) civil.Day { return civil.MustParse(s[:4] + "-" + s[4:6] + "-" + s[6:]) }

func impossible(c *cell) string {
	return oneOf("20260230", "20260229", "20261301", "20260400", "20260431", "2026-3-1", "2026031", "202603012", "00000000", "3/1/2026", "2026O301")(c)
}

// taken gives the id of another record.
func taken(c *cell) string {
	other := c.m.pick(func(o *cell) bool {
		return o.line != c.line && (o.column.Name == "transaction_id" || o.column.Name == "transaction_id_number")
	})
	return other.value()
}

var lineRows = map[byte][]string{
	'A': {"SA11AI", "SA11B", "SA11C", "SA12", "SA13", "SA14", "SA15", "SA16", "SA17"},
	'B': {"SB21B", "SB22", "SB23", "SB26", "SB27", "SB28A", "SB28B", "SB28C", "SB29", "SB30B"},
}

func anotherLine(c *cell) string { return oneOf(lineRows[c.form[1]]...)(c) }

var rowID = named("transaction_id", "transaction_id_number")

// corruptions are those that must be caught, then those that can be missed, with the reason.
var corruptions = []corruption{
	at("digit of a summary amount", "", both(onCover, kindOf(fec.KindAmount)), digit),
	at("summary amount emptied, not of zero", "", both(onCover, notZero, kindOf(fec.KindAmount)), empty),
	at("summary amount negated, not of zero", "", both(onCover, notZero, kindOf(fec.KindAmount)), negated),
	at("amount made unreadable", "", kindOf(fec.KindAmount), func(c *cell) string {
		return []string{"$" + c.value(), c.value() + "0", strings.Replace(c.value(), ".", ",", 1), c.value() + "-", "1,0" + c.value(), "O" + c.value(), "99999999999" + c.value()}[c.m.IntN(7)]
	}),
	at("year of line 6(a)", "", both(onCover, kindOf(fec.KindYear)), digit),
	at("digit of an amount, wholly itemized line", "", both(onWholeLine, not(isMemo), named("_amount")), digit),
	at("amount negated, wholly itemized line", "", both(onWholeLine, not(isMemo), named("_amount")), negated),
	at("memo code toggled, wholly itemized line", "", both(onWholeLine, func(c *cell) bool { return c.column.Name == "memo_code" }), func(c *cell) string {
		if c.value() == "" {
			return "X"
		}
		return ""
	}),
	at("row put on another line, wholly itemized line", "", both(onWholeLine, not(isMemo), named("form_type")), anotherLine),
	at("row of a line that isn't there", "", both(onRow, named("form_type")), func(c *cell) string {
		return []string{c.value() + "X", strings.ToLower(c.value()), c.value()[:3], "Z" + c.value()[1:]}[c.m.IntN(4)]
	}),
	at("day moved out of the period", "", both(onRow, kindOf(fec.KindDate)), outside),
	at("day that no calendar has", "", kindOf(fec.KindDate), impossible),
	at("signed before the end", "", named("date_signed"), func(c *cell) string {
		through := (&cell{m: c.m, line: 1, form: c.form}).get("coverage_through_date")
		return compact(through).Add(-c.m.IntN(60)).Compact()
	}),
	at("id of another row", "", rowID, taken),
	at("id in small letters", "", rowID, func(c *cell) string { return strings.ToLower(c.value()) }),
	at("id emptied", "", rowID, empty),
	at("id too long", "", rowID, func(c *cell) string { return c.value() + strings.Repeat("X", 21-len(c.value())) }),
	at("back-reference to no row", "", named("back_reference_tran_id_number"), insert("Q")),
	at("back-reference of another kind", "", both(not(onCover), named("back_reference_sched_name", "back_reference_sched_form_name")), oneOf("SA11C", "SB29", "SC/10", "F3XA", "")),
	at("filer's id in a row", "", both(not(onCover), named("filer_committee_id_number")), digit),
	at("filer's id on the cover", "", both(onCover, named("filer_committee_id_number")), digit),
	at("id of a committee or candidate malformed", "", kindOf(fec.KindCommitteeID, fec.KindCandidateID), func(c *cell) string {
		return []string{c.value()[1:], strings.ToLower(c.value()), c.value() + "0", "X" + c.value()[1:], strings.Replace(c.value(), "9", "g", 1)}[c.m.IntN(5)]
	}),
	at("digit of the recipient's id, forward of a receipt in the file", "", both(func(c *cell) bool {
		return c.form == "SB23" && c.get("back_reference_tran_id_number") != ""
	}, named("beneficiary_committee_fec_id")), digit),
	at("committee's id emptied, committee's line", "", both(func(c *cell) bool { return c.form == "SA11C" || c.form == "SA11B" }, not(isMemo), named("donor_committee_fec_id")), empty),
	at("name emptied", "", both(onRow, named("contributor_last_name", "contributor_first_name", "contributor_organization_name", "payee_last_name", "payee_first_name", "payee_organization_name")), empty),
	at("name on the cover emptied", "", both(onCover, named("committee_name", "treasurer_last_name", "treasurer_first_name")), empty),
	at("address emptied", "", named("street_1", "city", "state", "zip"), empty),
	at("state that is none", "", kindOf(fec.KindState), func(c *cell) string {
		return []string{"QQ", "N", strings.ToLower(c.value()), "N1", "XY", "NYC", "??"}[c.m.IntN(7)]
	}),
	at("ZIP code that is none", "", kindOf(fec.KindZip), func(c *cell) string {
		return []string{c.value()[1:], c.value() + "0", strings.Replace(c.value(), c.value()[2:3], "O", 1), c.value()[:4] + "-" + c.value()[4:], " " + c.value()}[c.m.IntN(5)]
	}),
	at("entity that is none", "", named("entity_type"), oneOf("INDV", "XXX", "ind", "I", "")),
	at("person made an organization, and back", "", named("entity_type"), func(c *cell) string {
		if c.value() == "IND" {
			return "ORG"
		}
		return "IND"
	}),
	at("purpose of a disbursement emptied", "", both(onSB, named("purpose_descrip")), empty),
	at("category that is none", "", named("category_code"), oneOf("000", "013", "1", "11", "A01", "099")),
	at("election code that is none", "", named("election_code"), oneOf("X2026", "2026P", "P26", "P 026", "p2026", "P20266")),
	at("employer or occupation emptied, over 200.00", "", both(overThreshold, named("_employer", "_occupation")), empty),
	at("memo text and purpose emptied", "", isNakedMemo, func(c *cell) string { return "" }),
	at("note emptied", "", named("text4000"), empty),
	at("check box of another letter", "", kindOf(fec.KindCheck), oneOf("Y", "x", "1", "XX", "true")),
	at("control character in a text", "", kindOf(fec.KindText, fec.KindProse), func(c *cell) string {
		return insert([]string{"\x00", "\t", "\x1b", "\x7f", "\x08", "\x0b", "\u0085"}[c.m.IntN(7)])(c)
	}),
	at("letter beyond ASCII, double quote", "", kindOf(fec.KindText, fec.KindProse), func(c *cell) string {
		return insert([]string{"é", `"`, "’", "김", "\xff"}[c.m.IntN(5)])(c)
	}),
	at("text too long", "", kindOf(fec.KindText, fec.KindProse), func(c *cell) string {
		return c.value() + strings.Repeat("x", c.column.Width+1-len(c.value()))
	}),
	at("blank before a value", "", func(c *cell) bool { return c.value() != "" }, func(c *cell) string { return " " + c.value() }),
	{"column removed", "", func(m *mutant) string {
		i := m.IntN(len(m.lines))
		at := m.IntN(len(m.lines[i]))
		m.lines[i] = slices.Delete(m.lines[i], at, at+1)
		return fmt.Sprintf("line %d without column %d", i+1, at+1)
	}},
	{"column added", "", func(m *mutant) string {
		i := m.IntN(len(m.lines))
		at := m.IntN(len(m.lines[i]) + 1)
		m.lines[i] = slices.Insert(m.lines[i], at, []string{"", "X", "12.00"}[m.IntN(3)])
		return fmt.Sprintf("line %d with column %d more", i+1, at+1)
	}},
	at("version or filing type", "", both(func(c *cell) bool { return c.form == "HDR" }, named("ef_type", "fec_version")), oneOf("", "7.0", "9.1", "FEX", "8.6")),

	at("two fields swapped", "two texts, or two empty ones, change places unseen", func(c *cell) bool { return c.at > 0 && c.value() != c.m.lines[c.line][c.at-1] },
		func(c *cell) string {
			was := c.m.lines[c.line][c.at-1]
			c.m.lines[c.line][c.at-1] = c.value()
			return was
		}),
	at("digit of an amount, other rows", "rows that need not be there may lie beside it, so that a line may be more than its rows", both(onRow, func(c *cell) bool { return !onWholeLine(c) || isMemo(c) }, named("_amount")), digit),
	at("digit of an aggregate", "the first of a contributor stands alone, and gifts without a row may lie before it", named("contribution_aggregate"), digit),
	at("row put on another line, other rows", "a small row fits under what another line has without rows; memos are in no line", both(onRow, func(c *cell) bool { return !onWholeLine(c) || isMemo(c) }, named("form_type")), anotherLine),
	at("memo code toggled, other rows", "the line may be more than its rows", both(onRow, not(onWholeLine), func(c *cell) bool { return c.column.Name == "memo_code" }), func(c *cell) string {
		if c.value() == "" {
			return "X"
		}
		return ""
	}),
	at("day moved within the period", "any day of the period may be that of a row", both(onRow, kindOf(fec.KindDate)), func(c *cell) string {
		cover := &cell{m: c.m, line: 1, form: c.m.lines[1][0]}
		from, through := compact(cover.get("coverage_from_date")), compact(cover.get("coverage_through_date"))
		return from.Add(c.m.IntN(through.Sub(from) + 1)).Compact()
	}),
	at("letter of a name or a text", "one name is as good as another", kindOf(fec.KindText, fec.KindProse), func(c *cell) string { return another(c, letters) }),
	at("another state", "states are not compared with ZIP codes", kindOf(fec.KindState), oneOf("AK", "TX", "GU", "AE", "ZZ")),
	at("digit of a ZIP code", "any five digits may be a ZIP code", kindOf(fec.KindZip), digit),
	at("digit of another committee's or candidate's id", "who has which id is not in the file", both(not(rowIDOfFiler), kindOf(fec.KindCommitteeID, fec.KindCandidateID)), digit),
	at("another report code", "several reports end on one day", named("report_code"), oneOf("Q1", "Q2", "YE", "M2", "M3", "M4", "M5", "12G", "TER")),
	at("another form", "a termination is a matter of intent, though not with cash left; without a note on the report F3XT differs in nothing else", both(onCover, named("form_type")), oneOf("F3XN", "F3XA", "F3XT")),
	at("period's first or last day", "a committee may begin within a period", named("coverage_from_date", "coverage_through_date"), func(c *cell) string {
		return compact(c.value()).Add(c.m.IntN(61) - 30).Compact()
	}),
	at("another election", "a contribution may be for any election", named("election_code"), oneOf("G2026", "P2028", "S2026", "R2026")),
	at("another category", "categories are the filer's judgement", named("category_code"), oneOf("001", "004", "007", "011", "012")),
	at("employer or occupation emptied, up to 200.00", "asked for over 200.00 only", both(onSA, not(overThreshold), named("_employer", "_occupation")), empty),
	at("optional field emptied", "it may be empty", func(c *cell) bool {
		return c.column.Required == "" && named("street_2", "middle_name", "prefix", "suffix", "memo_text_description", "soft_name", "soft_ver")(c)
	}, empty),
	at("check box cleared on the cover", "a box may be empty", both(onCover, kindOf(fec.KindCheck)), empty),
}

// rowIDOfFiler takes the filer's own id.
func rowIDOfFiler(c *cell) bool { return c.column.Name == "filer_committee_id_number" }

// isNakedMemo takes the memo text of a memo that has neither purpose nor parent, and on which there is no note.
func isNakedMemo(c *cell) bool {
	if !onRow(c) || !isMemo(c) || c.get("purpose_descrip") != "" || c.get("back_reference_tran_id_number") != "" || !named("memo_text_description")(c) {
		return false
	}
	for _, fields := range c.m.lines {
		if fields[0] == "TEXT" && fields[3] == c.get("transaction_id") {
			return false
		}
	}
	return true
}
