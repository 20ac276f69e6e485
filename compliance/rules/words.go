package rules

import "slices"

// The words of the grammar. A pack that uses another is refused.
var (
	givers = []string{
		"individual", "candidate", "partnership", "llc", "group", "tribe", "pac", "candidate-committee", "party-state",
		"party-national", "corporation", "union", "national-bank", "super-pac",
	}
	recipients = []string{
		"pac", "candidate", "party-state", "party-national", "party-national-account", "super-pac", "hybrid-other",
	}
	ballots = []string{
		"primary", "general", "runoff", "primary-runoff", "general-runoff", "special", "special-primary", "special-general",
		"special-runoff", "convention",
	}
	instruments = []string{"card", "check", "transfer", "cash", "cashiers-check", "in-kind", "anonymous"}
	statuses    = []string{"published", "provisional", "draft"}
)

// otherNames are words by which the rest of the program calls the same kinds.
var otherNames = map[string]string{
	"committee": "pac", "organization": "group", "party": "party-state", "llc-corporation": "corporation",
	"llc-partnership": "partnership", "hybrid-other": "super-pac",
}

var otherBallots = map[string]string{"P": "primary", "G": "general", "R": "runoff", "S": "special", "C": "convention"}

// giverKind gives the grammar's word for a kind of giver.
func giverKind(kind string) string {
	if word, ok := otherNames[kind]; ok {
		return word
	}
	return kind
}

// known gives the word, or none where the list does not have it.
func known(list []string, word string) string {
	if slices.Contains(list, word) {
		return word
	}
	return ""
}

func ballotKind(kind string) string {
	if word, ok := otherBallots[kind]; ok {
		return word
	}
	return kind
}

// takes tells whether a list of words takes one in; any takes in all.
func takes(list []string, word string) bool {
	return slices.Contains(list, word) || slices.Contains(list, "any")
}

// among tells whether a narrowing list leaves a word in; an empty one narrows nothing.
func among(list []string, word string) bool { return len(list) == 0 || slices.Contains(list, word) }
