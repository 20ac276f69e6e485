package i18n

import (
	"crypto/sha256"
	"fmt"
)

// LegalText is a text that the law asks for or that a giver affirms, as it stands in one language now.
type LegalText struct {
	ID       string
	Version  string   // twelve hexadecimal digits of the hash of Words: other words are another version
	Language Language // English where the language asked for has no words yet
	Words    string   // as catalogued, with the names of its values
}

// Legal gives the legal text of an id, such as attest.adult, in a language. An id without words is a bug of ours: it
// panics.
func Legal(lang Language, id string) LegalText {
	t, in, ok := find(lang, "legal."+id)
	if !ok || t.whole == "" {
		panic(fmt.Sprintf("no legal text is called %q", id))
	}
	return LegalText{ID: id, Version: version(t.whole), Language: in, Words: t.whole}
}

// With gives the words with values put in: pairs of a name and a value, as for T.
func (t LegalText) With(args ...any) string {
	return fill(t.Language, t.Words, args)
}

func version(words string) string {
	return fmt.Sprintf("%x", sha256.Sum256([]byte(words)))[:12]
}
