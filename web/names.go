package web

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"dure/i18n"
	"dure/i18n/latin"
)

// spelling is what a page suggests to a giver who wrote their name in their own script alone. It decides nothing: the form is sent
// again by whoever can say how the name is spelt.
type spelling struct {
	own    string            // the name that it is made from
	latin  map[string]string // by field, what is suggested
	unread map[string]string // by field, what nobody but the giver can spell
}

// spelt gives the form with the lines for Latin letters filled with a suggestion where they are empty or in another script. What
// was written there goes to the name in the giver's own script; a form in which nothing is to be suggested stays as it is.
func (f Form) spelt(lang i18n.Language) (Form, spelling) {
	given, family, own := oneLine(f.GivenName), oneLine(f.FamilyName), oneLine(f.NameOwn)
	s := spelling{own: own, latin: map[string]string{}, unread: map[string]string{}}
	if given == "" && family == "" && own == "" || !movable(given) || !movable(family) || !movable(own) {
		return f, s
	}
	ownGiven, ownFamily := given, family // in the giver's script
	switch whole := given + family; {
	case !foreign(given) && !foreign(family):
		if given != "" && family != "" || own == "" {
			return f, s
		}
		ownGiven, ownFamily = latin.Split(lang, own)
	case given == "" || family == "": // the whole name in one line
		if g, l := latin.Split(lang, whole); g != "" {
			ownGiven, ownFamily = g, l
		}
	}
	if own == "" {
		s.own = latin.Join(kept(ownGiven), kept(ownFamily))
		f.NameOwn = s.own
	} else if foreign(given) && !holds(own, given) || foreign(family) && !holds(own, family) {
		return f, s // two names in one script: the giver says which
	}
	f.GivenName = s.fill("given_name", f.GivenName, ownGiven, latin.Given(lang, ownGiven))
	f.FamilyName = s.fill("family_name", f.FamilyName, ownFamily, latin.Family(lang, ownFamily))
	return f, s
}

// fill notes what is suggested for a field and gives what the field is to hold.
func (s *spelling) fill(field, written, own, spelt string) string {
	switch {
	case strings.TrimSpace(written) != "" && !foreign(written):
		return written
	case spelt != "":
		s.latin[field] = spelt
	case own != "":
		s.unread[field] = own
	case s.own != "":
		s.unread[field] = s.own
	}
	return spelt
}

// instead gives the problems of a form with those that a suggestion answers told otherwise.
func (s spelling) instead(lang i18n.Language, problems []Problem) []Problem {
	if len(s.latin)+len(s.unread) == 0 {
		return problems
	}
	fields := []string{"given_name", "family_name"}
	if lang.FamilyFirst() {
		slices.Reverse(fields)
	}
	var out []Problem
	told := false
	for _, p := range problems {
		switch own := s.unread[p.Field]; {
		case own != "":
			p.Text, p.Args = "problem.name.unread", []any{"own", own}
		case s.latin[p.Field] == "":
		case told:
			continue
		default:
			told = true
			both := strings.TrimSpace(s.latin[fields[0]] + " " + s.latin[fields[1]])
			p = Problem{Field: p.Field, Text: "problem.name.suggested", Args: []any{"latin", both, "own", s.own}, Advice: true}
			if s.latin[fields[0]] != "" {
				p.Field = fields[0]
			}
		}
		out = append(out, p)
	}
	return out
}

func oneLine(s string) string { return strings.Join(strings.Fields(s), " ") }

// foreign tells whether a name has letters that a report can't have.
func foreign(s string) bool { return len(unwritable(s)) > 0 }

// kept is a part of a name that is in the giver's own script, or nothing.
func kept(s string) string {
	if foreign(s) {
		return s
	}
	return ""
}

// movable tells whether a line is a name that can stand in the line for the giver's own script as it is.
func movable(s string) bool {
	return utf8.ValidString(s) && utf8.RuneCountInString(s) <= Longest/2 && !strings.ContainsFunc(s, func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsMark(r) && !strings.ContainsRune(" -.'’·・ー\u200c\u200d", r)
	})
}

// holds tells whether a whole name has a part in it.
func holds(whole, part string) bool {
	return strings.Contains(strings.ReplaceAll(whole, " ", ""), strings.ReplaceAll(part, " ", ""))
}
