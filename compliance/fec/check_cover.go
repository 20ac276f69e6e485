package fec

import (
	"fmt"
	"strings"

	"dure/civil"
)

// header checks the first record.
func (c *checker) header(r Record) {
	if c.form != "HDR" {
		c.say(1, "header", Error, c.form, "a file starts with the header HDR")
		return
	}
	if r.At(2) != "" && r.At(2) != "FEC" {
		c.say(2, "header", Error, r.At(2), "the electronic filing type is FEC")
	}
	c.file.Version = strings.Clone(clip(r.At(3), 10))
	switch version := r.At(3); {
	case version == "":
	case matches(version, "8.9") && version <= Version:
	case strings.HasPrefix(version, "8."):
		c.say(3, "version", Warning, version, "not a version from 8.0 to "+Version+"; it is checked by the columns of "+Version)
	default:
		c.say(3, "version", Error, version, "files of version 8.0 to "+Version+" are checked; this one's columns are not known")
		c.foreign = true
		return
	}
	c.file.Amends = strings.Clone(clip(r.At(6), 16))
	if id := r.At(6); id != "" && (!strings.HasPrefix(id, "FEC-") || strings.Trim(id[4:], "0123456789") != "" || len(id) == 4) {
		c.say(6, "amends", Warning, id, "the id of a report is FEC- and digits")
	}
	if n := r.At(7); n != "" && (strings.Trim(n, "0123456789") != "" || strings.Trim(n, "0") == "") {
		c.say(7, "amends", Error, n, "the number of an amendment is 1, 2, 3 and so on")
	}
}

// coverOf checks that the second record is a cover.
func (c *checker) coverOf(r Record) {
	c.file.Form = c.form
	if len(c.form) < 2 || c.form[0] != 'F' || !isRecordType(c.form) {
		c.say(1, "cover", Error, c.form, "the second record of a file is its cover, such as F3XN")
		c.file.Form = ""
		return
	}
	c.file.CommitteeID = strings.Clone(clip(r.At(2), 9))
}

// f3x checks the cover of a Form 3X.
func (c *checker) f3x(r Record) {
	c.cover = c.line
	at := tableF3X.Position
	day := func(name string) civil.Day { d, _ := parseDay(r.Get(name)); return d }
	switch c.form {
	case "F3XN", "F3XT":
		if c.form == "F3XN" && c.file.Amends != "" {
			c.say(1, "amends", Warning, c.file.Amends, "the header names a report that is amended, and the form is a new one")
		}
	case "F3XA":
		// FEC validation, user error 31: an amendment names the original filing, never another amendment.
		if c.file.Amends == "" {
			c.say(1, "amends", Error, c.form, "the header of an amendment names the original report in column 6")
		}
	default:
		c.say(1, "record-type", Error, c.form, "a Form 3X is F3XN, F3XA or F3XT")
	}
	c.file.CommitteeName = strings.Clone(clip(r.Get("committee_name"), 200))
	c.file.ReportCode = strings.Clone(clip(r.Get("report_code"), 5))
	c.file.From, c.file.Through = day("coverage_from_date"), day("coverage_through_date")
	code, election := r.Get("report_code"), day("date_of_election")
	if code != "" && ReportName(code) == "" {
		c.say(at("report_code"), "report-code", Error, code, "Form 3X has no report of this code")
	}
	if code == "TER" && c.form == "F3XN" {
		c.say(at("report_code"), "report-code", Warning, code, "a termination report is filed as F3XT")
	}
	around := len(code) == 3 && (strings.HasPrefix(code, "12") || strings.HasPrefix(code, "30"))
	for _, name := range []string{"election_code", "date_of_election", "state_of_election"} {
		if around && r.Get(name) == "" {
			c.say(at(name), "election", Warning, "", "a report around an election says which")
		}
	}
	switch e := r.Get("election_code"); {
	case e == "":
	case !isElectionCode(e):
		c.say(at("election_code"), "election", Warning, e, "an election is a letter and a year, such as G2026")
	case around && e[0] != code[2]:
		c.say(at("election_code"), "election", Warning, e, "a report "+code+" is about an election "+code[2:]+e[1:])
	case !election.IsZero() && e[1:] != fmt.Sprint(election.Year()):
		c.say(at("election_code"), "election", Warning, e, "the election is on "+election.String())
	}
	from, through := c.file.From, c.file.Through
	switch {
	case from.IsZero() || through.IsZero():
	case through.Before(from):
		c.say(at("coverage_through_date"), "coverage", Error, r.Get("coverage_through_date"), "the period ends before it begins, on "+from.String())
	case from.Year() != through.Year():
		c.say(at("coverage_from_date"), "coverage", Warning, r.Get("coverage_from_date"), "a period lies within one calendar year")
	}
	if want := periodEnd(code, through.Year(), election); !through.IsZero() && !want.IsZero() && through != want {
		c.say(at("coverage_through_date"), "coverage", Warning, r.Get("coverage_through_date"), fmt.Sprintf("a report %s ends on %s", code, want))
	}
	if first := periodStart(code, through); !from.IsZero() && !through.IsZero() && from.Year() == through.Year() && from.Before(first) {
		c.say(at("coverage_from_date"), "coverage", Warning, r.Get("coverage_from_date"), fmt.Sprintf("a report %s begins on %s or later", code, first))
	}
	if signed := day("date_signed"); !signed.IsZero() && !through.IsZero() && !through.Before(signed) {
		c.say(at("date_signed"), "signed", Warning, r.Get("date_signed"), "signed before the period was over")
	}
	if year := r.Get("L6a_year_for_above_ytd"); year != "" && !through.IsZero() && year != fmt.Sprint(through.Year()) {
		c.say(at("L6a_year_for_above_ytd"), "year", Warning, year, fmt.Sprintf("the year of line 6(a) is that of the period, %d", through.Year()))
	}
	c.figures.read(r)
	c.file.Summary = c.figures.Summary
}
