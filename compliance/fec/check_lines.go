package fec

import (
	"slices"
	"strings"
)

// parties tells who gives or gets what stands on a line. Memo rows tell of others: a joint fundraiser's donors stand on line 12.
// 52 U.S.C. 30104(b)(2), (4): line 11(a) is persons other than political committees, 11(b) and (c), 12, 22, 23, 28(b) and (c) are committees.
var parties = map[Line][]string{
	Line11AI:  {Individual, Organization, CandidateOwn},
	Line11AII: {Individual, Organization, CandidateOwn},
	Line11B:   {Committee, Party},
	Line11C:   {Committee, PAC, CandidateCmt},
	Line12:    {Committee, PAC, Party, CandidateCmt},
	Line22:    {Committee, PAC, Party, CandidateCmt},
	Line23:    {Committee, PAC, Party, CandidateCmt, CandidateOwn},
	Line28A:   {Individual, Organization, CandidateOwn},
	Line28B:   {Committee, Party},
	Line28C:   {Committee, PAC, CandidateCmt},
}

// onLine checks that the contributor or payee is one whose money stands on this line, and that a committee is named by its id.
func (c *checker) onLine(is *roles, r Record, memo bool) {
	entity, line := r.At(is.entity), c.kind.line
	known, limited := parties[line]
	if memo || !limited || !knownEntity(entity) {
		return
	}
	if !slices.Contains(known, entity) {
		c.say(is.entity, "entity", Warning, entity, "line "+string(line)+" is that of "+strings.Join(known, ", "))
		return
	}
	if !isPerson(entity) && entity != Organization && r.At(is.committee) == "" && r.At(is.candidate) == "" {
		c.say(is.committee, "committee-id", Warning, "", "a registered committee is named by its id as well")
	}
}

// isEarmarked tells by the purpose whether a receipt is for another committee, and so in no year of this one (11 CFR 110.6).
func isEarmarked(purpose string) bool {
	const word = "earmark"
	return len(purpose) >= len(word) && strings.EqualFold(purpose[:len(word)], word)
}

// election checks the election of a row. The FEC warns of it, and does not refuse.
func (c *checker) election(is *roles, r Record) {
	code := r.At(is.election)
	switch {
	case code == "":
		// 11 CFR 104.3(b)(3)(v): of a contribution to a candidate the election is told.
		if c.form == "SB23" && r.At(is.candidateLast) != "" {
			c.say(is.election, "election", Warning, "", "a contribution to a candidate is for an election")
		}
	case !isElectionCode(code):
		c.say(is.election, "election", Warning, code, "an election is a letter of GPRSCEO and a year, such as P2026")
	case code[0] == 'O' && r.At(is.electionOther) == "":
		c.say(is.electionOther, "election", Warning, "", "an election of kind O is described")
	}
}

// candidate checks the candidate of a row. The FEC warns of it too.
func (c *checker) candidate(is *roles, r Record) {
	id, office, state := r.At(is.candidate), r.At(is.office), r.At(is.candidateState)
	last, first := r.At(is.candidateLast), r.At(is.candidateFirst)
	if id == "" && office == "" && last == "" && first == "" {
		return
	}
	if (last == "") != (first == "") {
		c.say(is.candidateLast, "candidate", Warning, last, "a candidate has a last and a first name")
	}
	if last != "" && id == "" && c.form == "SB23" {
		c.say(is.candidate, "candidate", Warning, "", "a candidate is named by the id as well")
	}
	switch office {
	case "":
		if last != "" && c.form == "SB23" {
			c.say(is.office, "candidate", Warning, "", "a candidate is one for H, S or P")
		}
	case "P":
	case "H", "S":
		if state == "" {
			c.say(is.candidateState, "candidate", Warning, "", "a candidate for the House or the Senate has a state")
		}
		if office == "H" && !matches(r.At(is.district), "99") {
			c.say(is.district, "candidate", Warning, r.At(is.district), "a candidate for the House has a district of two digits")
		}
	default:
		c.say(is.office, "candidate", Warning, office, "an office is H, S or P")
	}
	if !isCandidateID(id) {
		return
	}
	if office != "" && id[:1] != office {
		c.say(is.office, "candidate", Warning, office, "the candidate id "+id+" is of another office")
	} else if id[0] != 'P' && knownState(state) && id[2:4] != state {
		c.say(is.candidateState, "candidate", Warning, state, "the candidate id "+id+" is of another state")
	}
}
