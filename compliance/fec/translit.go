package fec

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// letters are those that have no decomposition in Unicode, written as the nearest ASCII.
var letters = map[rune]string{
	'đ': "d", 'Đ': "D", 'ð': "d", 'Ð': "D", 'ø': "o", 'Ø': "O", 'ł': "l", 'Ł': "L", 'ħ': "h", 'Ħ': "H", 'ŧ': "t", 'Ŧ': "T",
	'ß': "ss", 'ẞ': "SS", 'æ': "ae", 'Æ': "AE", 'œ': "oe", 'Œ': "OE", 'þ': "th", 'Þ': "Th", 'ı': "i", 'ŋ': "n", 'Ŋ': "N",
	'ə': "e", 'Ə': "E", 'ɓ': "b", 'Ɓ': "B", 'ɗ': "d", 'Ɗ': "D", 'ƙ': "k", 'Ƙ': "K", 'ƴ': "y", 'Ƴ': "Y", 'ƒ': "f", 'ĸ': "k", 'µ': "u", 'μ': "u",
	'‘': "'", '’': "'", '‚': "'", '‛': "'", '′': "'", 'ʻ': "'", 'ʼ': "'", 'ʹ': "'", '‹': "'", '›': "'",
	'"': "'", '“': "'", '”': "'", '„': "'", '‟': "'", '″': "'", '«': "'", '»': "'",
	'‐': "-", '‑': "-", '‒': "-", '–': "-", '—': "-", '―': "-", '−': "-", '•': "-", '·': ".", '⁄': "/", '×': "x", '÷': "/",
	'©': "(C)", '®': "(R)", '€': "EUR", '£': "GBP", '¢': "c", '§': "Sec.", '¿': "?", '¡': "!", '°': "deg",
	'\u00ad': "", '\u200b': "", '\u200c': "", '\u200d': "", '\ufeff': "", '\u200e': "", '\u200f': "",
}

// ASCII writes s in the characters that a .fec file may hold: accents are dropped (Peña is Pena), letters such as ø and ß, dashes
// and curly quotes are replaced by the nearest ASCII, and " by '. Characters that have none, of other scripts above all, are
// given back in left and are not in the result; a value that has any can't be filed as it is. Control characters count as left.
func ASCII(s string) (ascii string, left []rune) {
	if isPlain(s) {
		return s, nil
	}
	var b strings.Builder
	for _, r := range norm.NFKD.String(strings.ReplaceAll(s, "´", "'")) {
		switch written, known := letters[r]; {
		case known:
			b.WriteString(written)
		case r >= ' ' && r <= '~':
			b.WriteRune(r)
		case unicode.Is(unicode.Mn, r):
		case unicode.Is(unicode.Zs, r):
			b.WriteByte(' ')
		default:
			left = append(left, r)
		}
	}
	return b.String(), left
}

// isPlain tells whether s has only the characters that are written as they are.
func isPlain(s string) bool {
	for i := range len(s) {
		if s[i] < ' ' || s[i] > '~' || s[i] == '"' {
			return false
		}
	}
	return true
}
