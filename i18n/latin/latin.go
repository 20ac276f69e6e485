// Package latin suggests how a person's name is written in Latin letters, for reports that know no others. A suggestion is a
// beginning: how somebody's name is spelt is for them alone to say, and what can't be read with some confidence has none.
package latin

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"dure/i18n"
)

// Name is a person's name in Latin letters; a part that can't be read is empty.
type Name struct{ Given, Family string }

// longest is how many characters of a name are read.
const longest = 100

// Suggest parts a whole name, as a reader of the language writes it, and spells both parts.
func Suggest(lang i18n.Language, whole string) Name {
	given, family := Split(lang, whole)
	return Name{Given: Given(lang, given), Family: Family(lang, family)}
}

// Given spells a given name: letters A to Z, spaces, hyphens and apostrophes, or nothing where it can't be read.
func Given(lang i18n.Language, s string) string { return spell(lang, s, false) }

// Family spells a family name likewise; many have a customary spelling.
func Family(lang i18n.Language, s string) string { return spell(lang, s, true) }

// Split parts a whole name into given name and family name, in its own script. Both are empty where it can't be told which
// is which.
func Split(lang i18n.Language, whole string) (given, family string) {
	s := tidy(whole)
	words := strings.Fields(s)
	switch by := scriptOf(s); {
	case by == hangul:
		return splitKorean(words)
	case by == han && lang != "ja":
		return splitChinese(words)
	case by == han, by == kana, by == japanese, by == khmer, by == roman && lang == "vi":
		return familyFirst(words)
	case by == roman && lang.FamilyFirst():
		return "", "" // an English order or their own: nobody can tell
	case by == none:
		return "", ""
	default:
		return familyLast(words)
	}
}

func familyFirst(words []string) (given, family string) {
	if len(words) < 2 {
		return "", ""
	}
	return strings.Join(words[1:], " "), words[0]
}

func familyLast(words []string) (given, family string) {
	if len(words) < 2 {
		return "", ""
	}
	last := len(words) - 1
	return strings.Join(words[:last], " "), words[last]
}

// script is one whose names can be read, or told apart.
type script int

const (
	none script = iota // no letters, a mixture, or one that is not known here
	roman
	hangul
	han
	kana
	japanese // kanji and kana together
	devanagari
	bengali
	arabic
	khmer
)

var ranges = map[script]*unicode.RangeTable{
	roman: unicode.Latin, hangul: unicode.Hangul, han: unicode.Han, devanagari: unicode.Devanagari, bengali: unicode.Bengali,
	arabic: unicode.Arabic, khmer: unicode.Khmer,
}

// scriptOf tells the one script of all letters and marks of a name.
func scriptOf(s string) script {
	found := none
	for _, r := range s {
		if r == ' ' || r == '-' || r == '\'' || r == '’' || r == '.' || unicode.Is(unicode.Mn, r) && unicode.Is(unicode.Inherited, r) {
			continue
		}
		this := none
		if unicode.In(r, unicode.Hiragana, unicode.Katakana) || r == 'ー' {
			this = kana
		}
		for one, table := range ranges {
			if unicode.Is(table, r) {
				this = one
			}
		}
		switch pair := [2]script{found, this}; {
		case this == none:
			return none
		case found == none, found == this:
			found = this
		case pair == [2]script{han, kana}, pair == [2]script{kana, han}, found == japanese && (this == han || this == kana):
			found = japanese
		default:
			return none
		}
	}
	return found
}

// tidy composes characters, makes wide letters narrow and narrow kana wide, and leaves single blanks; what shows nothing goes.
func tidy(s string) string {
	s = norm.NFKC.String(strings.ToValidUTF8(s, ""))
	s = strings.Map(func(r rune) rune {
		if unicode.Is(unicode.Cf, r) {
			return -1
		}
		return r
	}, s)
	if len([]rune(s)) > longest {
		return ""
	}
	return strings.Join(strings.Fields(s), " ")
}

func spell(lang i18n.Language, s string, family bool) string {
	s = tidy(s)
	var words []string
	for _, w := range strings.Fields(s) {
		var out string
		switch scriptOf(s) {
		case roman:
			out = fold(w)
		case hangul:
			out = korean(w, family)
		case han:
			out = chinese(lang, w, family)
		case kana:
			out = hepburn(w)
		case devanagari:
			out = hindi(w)
		case bengali:
			out = bangla(w)
		case arabic:
			out = urduNames[urduLetters.Replace(w)]
		case khmer:
			out = khmerNames[w]
		}
		if out == "" {
			return "" // half a name is none
		}
		words = append(words, out)
	}
	blank := " "
	if by := scriptOf(s); by == hangul || by == han {
		blank = "" // one name, written apart
		for i := 1; i < len(words); i++ {
			words[i] = strings.ToLower(words[i])
		}
	}
	return plain(strings.Join(words, blank))
}

// strokes are the letters whose mark is part of their shape.
var strokes = strings.NewReplacer("đ", "d", "Đ", "D", "ð", "d", "Ð", "D", "ł", "l", "Ł", "L", "ø", "o", "Ø", "O", "’", "'",
	"ß", "ss", "æ", "ae", "Æ", "Ae", "œ", "oe", "Œ", "Oe", ".", "")

// fold takes the marks from Latin letters.
func fold(s string) string {
	return strokes.Replace(strings.Map(func(r rune) rune {
		if unicode.Is(unicode.Mn, r) {
			return -1
		}
		return r
	}, norm.NFD.String(s)))
}

// plain gives a name that is made of what a report can have, and nothing otherwise.
func plain(s string) string {
	letters := false
	for _, r := range s {
		letter := r >= 'A' && r <= 'Z' || r >= 'a' && r <= 'z'
		if !letter && r != ' ' && r != '-' && r != '\'' {
			return ""
		}
		letters = letters || letter
	}
	if !letters {
		return ""
	}
	return s
}

// capital makes the first letter a capital one.
func capital(s string) string {
	if s == "" {
		return s
	}
	return strings.ToUpper(s[:1]) + s[1:]
}

// Join writes a whole name in its own script: family name first where the script's people write it so, and without a blank where
// they set none.
func Join(given, family string) string {
	blank, first := " ", false
	switch scriptOf(tidy(family + given)) {
	case hangul, han:
		blank, first = "", true
	case kana, japanese, khmer:
		first = true
	}
	if given == "" || family == "" {
		return given + family
	}
	if first {
		return family + blank + given
	}
	return given + blank + family
}
