package fec

import (
	"fmt"

	"dure/money"
)

// roles are the columns of Schedules A and B that the checks ask for, by position: the two schedules name and place them differently.
type roles struct {
	filer, id, parent, parentForm, entity                                           int
	organization, last, first, middle, suffix, street, state, zip                   int
	election, electionOther, date, amount, aggregate, purpose, employer, occupation int
	category, committee                                                             int // committee: the id of the contributor or recipient
	candidate, candidateLast, candidateFirst, office, candidateState, district      int
	memo, memoText                                                                  int
}

func rolesOf(t *Table, party, money, other string) roles {
	at := t.Position
	return roles{
		filer: at("filer_committee_id_number"), id: at("transaction_id"), parent: at("back_reference_tran_id_number"),
		parentForm: at("back_reference_sched_name"), entity: at("entity_type"),
		organization: at(party + "_organization_name"), last: at(party + "_last_name"), first: at(party + "_first_name"),
		middle: at(party + "_middle_name"), suffix: at(party + "_suffix"), street: at(party + "_street_1"), state: at(party + "_state"), zip: at(party + "_zip"),
		election: at("election_code"), electionOther: at("election_other_description"), date: at(money + "_date"), amount: at(money + "_amount"),
		aggregate: at(money + "_aggregate"), purpose: at(money + "_purpose_descrip"),
		employer: at(party + "_employer"), occupation: at(party + "_occupation"),
		category: at("category_code"), committee: at(other + "_committee_fec_id"),
		candidate: at(other + "_candidate_fec_id"), candidateLast: at(other + "_candidate_last_name"), candidateFirst: at(other + "_candidate_first_name"),
		office: at(other + "_candidate_office"), candidateState: at(other + "_candidate_state"), district: at(other + "_candidate_district"),
		memo: at("memo_code"), memoText: at("memo_text_description"),
	}
}

var (
	rolesSA = rolesOf(tableSA, "contributor", "contribution", "donor")
	rolesSB = rolesOf(tableSB, "payee", "expenditure", "beneficiary")
)

func rolesFor(t *Table) *roles {
	if t == tableSB {
		return &rolesSB
	}
	return &rolesSA
}

// schedule checks a row of Schedule A or B, and adds it to its line.
func (c *checker) schedule(r Record) {
	is := rolesFor(c.table)
	if c.cover > 0 && c.kind.line == "" {
		c.say(1, "record-type", Error, c.form, "Form 3X has no such line")
	}
	c.filer(is.filer, r)
	amount, readable := parseAmount(r.At(is.amount))
	memo := r.At(is.memo) != ""
	c.ids(is, r, amount, memo)
	c.party(is, r)
	c.onLine(is, r, memo)
	c.election(is, r)
	c.candidate(is, r)
	day, dated := parseDay(r.At(is.date))
	if dated && !c.file.From.IsZero() && (day.Before(c.file.From) || day.After(c.file.Through)) {
		c.say(is.date, "coverage", Warning, r.At(is.date), fmt.Sprintf("outside the period from %s to %s", c.file.From, c.file.Through))
	}
	if category := r.At(is.category); category != "" && !isCategory(category) {
		c.say(is.category, "category", Warning, category, "a category is 001 to 012")
	}
	if !readable {
		return
	}
	if !memo {
		c.sums[c.form] += amount
		if amount == 0 {
			c.say(is.amount, "amount", Warning, r.At(is.amount), "a row of nothing")
		}
	}
	aggregate, given := parseAmount(r.At(is.aggregate))
	c.told(is, r, amount, memo, aggregate, given)
	if c.kind.sum != 0 && dated && (given || c.table == tableSB) {
		c.addsToYear(is, r, yearly{day: day, amount: amount, aggregate: aggregate}, memo)
	}
}

// told checks what must be told beside an amount.
func (c *checker) told(is *roles, r Record, amount money.Cents, memo bool, aggregate money.Cents, given bool) {
	switch {
	case r.At(is.purpose) != "":
	case c.table == tableSB:
		c.say(is.purpose, "purpose", Warning, "", "a disbursement tells its purpose")
	case amount < 0 && !memo:
		c.say(is.purpose, "purpose", Warning, "", "a receipt below zero tells why")
	}
	if c.table != tableSA {
		return
	}
	if given && amount > 0 && aggregate < amount {
		c.say(is.aggregate, "aggregate", Warning, r.At(is.aggregate), "the contributor's year is less than this receipt of "+amount.Plain())
	}
	if c.kind.sum != 0 && !memo && r.At(is.aggregate) == "" && !isEarmarked(r.At(is.purpose)) {
		c.say(is.aggregate, "aggregate", Warning, "", "a receipt that isn't earmarked for another tells the contributor's year")
	}
	if !given {
		aggregate = amount
	}
	// 52 U.S.C. 30104(b)(3)(A): "together with the date and amount", occupation and employer of individuals over $200 in a calendar year.
	if isPerson(r.At(is.entity)) && c.kind.line == Line11AI && aggregate > 200_00 {
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

// ids keeps the row's id and its reference to another row.
func (c *checker) ids(is *roles, r Record, amount money.Cents, memo bool) {
	id, of := r.At(is.parent), r.At(is.parentForm)
	var marks byte
	if memo {
		marks |= isMemo
		if id == "" && r.At(is.purpose) == "" && r.At(is.memoText) == "" {
			marks |= unexplained
		}
	}
	party := partyOf(r.At(is.committee))
	c.mention(r.At(is.id), mention{what: hasID, column: is.id, amount: amount, party: party, marks: marks})
	switch {
	case id == "" && of == "":
		return
	case id == "":
		c.say(is.parent, "back-reference", Error, "", "a record type without the transaction id that is referred to")
		return
	case of == "":
		c.say(is.parentForm, "back-reference", Error, "", "a transaction id without the record type that is referred to")
	}
	if c.form == "SB21B" || c.form == "SB23" || c.form == "SB30B" {
		marks |= mirrorsItsSA
	}
	c.mention(id, mention{what: refersToID, of: of, column: is.parent, amount: amount, party: party, marks: marks})
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

// isCategory tells whether s is a category of disbursements of committees other than a presidential candidate's.
func isCategory(s string) bool { return matches(s, "999") && s >= "001" && s <= "012" }

// text checks a TEXT record. A note on the report names the form as filed and no transaction.
func (c *checker) text(r Record) {
	at := tableText.Position
	id, of := at("back_reference_tran_id_number"), at("back_reference_sched_form_name")
	c.filer(at("filer_committee_id_number"), r)
	c.mention(r.At(at("transaction_id_number")), mention{what: hasID, column: at("transaction_id_number")})
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
		c.mention(r.At(id), mention{what: refersToID, of: form, column: id})
	}
	if r.At(at("text4000")) == "" {
		c.say(at("text4000"), "required", Warning, "", "a note without text")
	}
}
