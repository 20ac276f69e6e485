package fec

import (
	"fmt"
	"strings"

	"dure/money"
)

// roles are the columns of Schedules A and B that the checks ask for, by position: the two schedules name and place them differently.
type roles struct {
	id, parent, parentForm, entity, organization, last, first, state, zip                int
	election, electionOther, date, amount, aggregate, purpose, employer, occupation      int
	category, candidate, candidateLast, candidateFirst, office, candidateState, district int
	committee, memo                                                                      int
}

func rolesOf(t *Table, party, money, other string) roles {
	at := t.Position
	return roles{
		id: at("transaction_id"), parent: at("back_reference_tran_id_number"), parentForm: at("back_reference_sched_name"),
		entity: at("entity_type"), organization: at(party + "_organization_name"), last: at(party + "_last_name"), first: at(party + "_first_name"),
		state: at(party + "_state"), zip: at(party + "_zip"),
		election: at("election_code"), electionOther: at("election_other_description"), date: at(money + "_date"), amount: at(money + "_amount"),
		aggregate: at(money + "_aggregate"), purpose: at(money + "_purpose_descrip"),
		employer: at(party + "_employer"), occupation: at(party + "_occupation"), category: at("category_code"),
		candidate: at(other + "_candidate_fec_id"), candidateLast: at(other + "_candidate_last_name"), candidateFirst: at(other + "_candidate_first_name"),
		office: at(other + "_candidate_office"), candidateState: at(other + "_candidate_state"), district: at(other + "_candidate_district"),
		committee: at("filer_committee_id_number"), memo: at("memo_code"),
	}
}

var (
	rolesSA = rolesOf(tableSA, "contributor", "contribution", "donor")
	rolesSB = rolesOf(tableSB, "payee", "expenditure", "beneficiary")
)

// schedule checks a row of Schedule A or B, and adds it to its line.
func (c *checker) schedule(r Record) {
	is := &rolesSA
	if c.table == tableSB {
		is = &rolesSB
	}
	if c.cover > 0 && LineOf(c.form) == "" {
		c.say(1, "record-type", Error, c.form, "Form 3X has no such line")
	}
	c.filer(is.committee, r)
	c.transactionID(is.id, r.At(is.id))
	c.parentOf(is, r)
	c.party(is, r)
	c.election(is, r)
	if day, ok := parseDay(r.At(is.date)); ok && !c.file.From.IsZero() && (day.Before(c.file.From) || day.After(c.file.Through)) {
		c.say(is.date, "coverage", Warning, r.At(is.date), fmt.Sprintf("outside the period from %s to %s", c.file.From, c.file.Through))
	}
	if category := r.At(is.category); category != "" && !isCategory(category) {
		c.say(is.category, "category", Warning, category, "a category is 001 to 012")
	}
	amount, readable := parseAmount(r.At(is.amount))
	if !readable {
		return
	}
	memo := r.At(is.memo) != ""
	if !memo {
		c.sums[c.form] += amount
	}
	c.told(is, r, amount, memo)
}

// told checks what must be told beside an amount.
func (c *checker) told(is *roles, r Record, amount money.Cents, memo bool) {
	switch {
	case r.At(is.purpose) != "" || memo:
	case c.table == tableSB:
		c.say(is.purpose, "purpose", Warning, "", "a disbursement tells its purpose")
	case amount < 0:
		c.say(is.purpose, "purpose", Warning, "", "a receipt below zero tells why")
	}
	if c.table != tableSA {
		return
	}
	aggregate, given := parseAmount(r.At(is.aggregate))
	if given && amount > 0 && aggregate < amount {
		c.say(is.aggregate, "aggregate", Warning, r.At(is.aggregate), "the contributor's year is less than this receipt of "+amount.Plain())
	}
	if !given {
		aggregate = amount
	}
	// 52 U.S.C. 30104(b)(3)(A): "together with the date and amount", occupation and employer of individuals over $200 in a calendar year.
	if r.At(is.entity) == Individual && LineOf(c.form) == Line11AI && aggregate > 200_00 {
		for _, column := range []int{is.employer, is.occupation} {
			if r.At(column) == "" {
				c.say(column, "employer", Warning, "", "over 200.00 in the year an individual's employer and occupation are told, or Information Requested")
			}
		}
	}
}

// filer checks that a row is of the committee that files.
func (c *checker) filer(column int, r Record) {
	if id := r.At(column); id != "" && c.file.CommitteeID != "" && id != c.file.CommitteeID {
		c.say(column, "committee", Error, id, "the report is that of "+c.file.CommitteeID)
	}
}

// parentOf checks the reference to another row.
func (c *checker) parentOf(is *roles, r Record) {
	id, of := r.At(is.parent), r.At(is.parentForm)
	switch {
	case id == "" && of == "":
		return
	case id == "":
		c.say(is.parent, "back-reference", Error, "", "a record type without the transaction id that is referred to")
		return
	case of == "":
		c.say(is.parentForm, "back-reference", Error, "", "a transaction id without the record type that is referred to")
	}
	c.refer(reference{line: c.line, form: c.form, id: id, of: of, idColumn: is.parent, ofColumn: is.parentForm})
}

// party checks the entity type and that the names fit it: persons have a last and a first name, all others one of an organization.
func (c *checker) party(is *roles, r Record) {
	entity := r.At(is.entity)
	if entity == "" {
		return
	}
	if !knownEntity(entity) {
		c.say(is.entity, "entity", Error, entity, "an entity is IND, ORG, COM, CAN, CCM, PAC or PTY")
		return
	}
	if !isPerson(entity) {
		if r.At(is.organization) == "" {
			c.say(is.organization, "names", Error, "", "an entity "+entity+" has the name of an organization")
		}
		if r.At(is.last) != "" {
			c.say(is.last, "names", Warning, r.At(is.last), "an entity "+entity+" has no last name")
		}
		return
	}
	for _, column := range []int{is.last, is.first} {
		if r.At(column) == "" {
			c.say(column, "names", Error, "", "an entity "+entity+" has a last and a first name")
		}
	}
	if r.At(is.organization) != "" {
		c.say(is.organization, "names", Warning, r.At(is.organization), "an entity "+entity+" has no name of an organization")
	}
}

// election checks the election and the candidate. The FEC warns of these, and does not refuse.
func (c *checker) election(is *roles, r Record) {
	if code := r.At(is.election); code != "" {
		if !isElectionCode(code) {
			c.say(is.election, "election", Warning, code, "an election is a letter of GPRSCEO and a year, such as P2026")
		} else if code[0] == 'O' && r.At(is.electionOther) == "" {
			c.say(is.electionOther, "election", Warning, "", "an election of kind O is described")
		}
	}
	if (r.At(is.candidateLast) == "") != (r.At(is.candidateFirst) == "") {
		c.say(is.candidateLast, "candidate", Warning, r.At(is.candidateLast), "a candidate has a last and a first name")
	}
	switch office := r.At(is.office); office {
	case "", "P":
	case "H", "S":
		if r.At(is.candidateState) == "" {
			c.say(is.candidateState, "candidate", Warning, "", "a candidate for the House or the Senate has a state")
		}
		if office == "H" && !matches(r.At(is.district), "99") {
			c.say(is.district, "candidate", Warning, r.At(is.district), "a candidate for the House has a district of two digits")
		}
	default:
		c.say(is.office, "candidate", Warning, office, "an office is H, S or P")
	}
	if id, office := r.At(is.candidate), r.At(is.office); isCandidateID(id) && office != "" && !strings.HasPrefix(id, office) {
		c.say(is.office, "candidate", Warning, office, "the candidate id "+id+" is of another office")
	}
}

// isCategory tells whether s is a category of disbursements of committees other than a presidential candidate's.
func isCategory(s string) bool { return matches(s, "999") && s >= "001" && s <= "012" }

// text checks a TEXT record. A note on the report names the form as filed and no transaction.
func (c *checker) text(r Record) {
	at := tableText.Position
	id, of := at("back_reference_tran_id_number"), at("back_reference_sched_form_name")
	c.filer(at("filer_committee_id_number"), r)
	c.transactionID(at("transaction_id_number"), r.At(at("transaction_id_number")))
	form := r.At(of)
	switch {
	case form == "":
	case form[0] == 'F':
		if r.At(id) != "" {
			c.say(id, "back-reference", Error, r.At(id), "a note on the report refers to no transaction")
		}
		if c.file.Form != "" && form != c.file.Form {
			c.say(of, "back-reference", Error, form, "the report is filed as "+c.file.Form)
		}
	case r.At(id) == "":
		c.say(id, "back-reference", Error, "", "a note on a record "+form+" has its transaction id")
	default:
		c.refer(reference{line: c.line, form: c.form, id: r.At(id), of: form, idColumn: id, ofColumn: of})
	}
	if r.At(at("text4000")) == "" {
		c.say(at("text4000"), "required", Warning, "", "a note without text")
	}
}
