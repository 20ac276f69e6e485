package i18n

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"slices"
	"strings"
)

// Standing is how the catalog of a language stands beside English. Keys are sorted.
type Standing struct {
	Language Language
	Keys     int      // that English has
	Missing  []string // that have no text
	Stale    []string // whose English is another than the text was made from, or was held against
	Unknown  []string // that English does not have
}

// Whole tells whether every text is there and was made from the English of today.
func (s Standing) Whole() bool { return len(s.Missing)+len(s.Stale)+len(s.Unknown) == 0 }

// StandingOf looks through the catalog of a language. A language without one misses every key.
func StandingOf(lang Language) Standing {
	c := catalogs()
	english, own := c.texts[English], c.texts[lang]
	s := Standing{Language: lang, Keys: len(english)}
	for key, e := range english {
		_, there := own[key]
		switch {
		case !there:
			s.Missing = append(s.Missing, key)
		case lang != English && c.from[lang][key] != e.mark():
			s.Stale = append(s.Stale, key)
		}
	}
	for key := range own {
		if _, ok := english[key]; !ok {
			s.Unknown = append(s.Unknown, key)
		}
	}
	slices.Sort(s.Missing)
	slices.Sort(s.Stale)
	slices.Sort(s.Unknown)
	return s
}

// fromFile is the file beside the texts of a language that has, a line each, a key and the mark of the English from which its
// text was made.
const fromFile = "/from.txt"

// MadeFrom writes the list for from.txt of a language whose texts of these keys were held against the English of today; of no keys
// it is every text that was. The others stay as they stand in the list.
func MadeFrom(lang Language, keys ...string) []byte {
	c := catalogs()
	var out bytes.Buffer
	for _, key := range slices.Sorted(maps.Keys(c.texts[lang])) {
		mark := c.from[lang][key]
		if e, ok := c.texts[English][key]; ok && (len(keys) == 0 || slices.Contains(keys, key)) {
			mark = e.mark()
		}
		if mark != "" {
			fmt.Fprintf(&out, "%s %s\n", key, mark)
		}
	}
	return out.Bytes()
}

// readFrom reads the list of a language; one without a list has held nothing against anything.
func readFrom(lang Language) map[string]string {
	out := map[string]string{}
	b, err := files.ReadFile(string(lang) + fromFile)
	if errors.Is(err, fs.ErrNotExist) {
		return out
	}
	if err != nil {
		panic(fmt.Sprintf("read from what %s was made: %v", lang, err))
	}
	for line := range strings.Lines(string(b)) {
		key, mark, _ := strings.Cut(strings.TrimSpace(line), " ")
		out[key] = mark
	}
	return out
}

// mark is eight hexadecimal digits that change with the words of a text, in any of its forms.
func (t text) mark() string {
	words := t.whole
	for _, form := range slices.Sorted(maps.Keys(t.forms)) {
		words += "\x00" + form + "\x00" + t.forms[form]
	}
	return fmt.Sprintf("%x", sha256.Sum256([]byte(words)))[:8]
}
