// Package i18n holds every sentence that Dure says to people, by key and language.
//
// The folder en is the whole of it; another language is a folder beside it with the same keys, and a row in known.
// A text may name its values, {amount}, and may differ by number: then it is an object of plural forms, chosen by {n}.
package i18n

import (
	"embed"
	"encoding/json"
	"fmt"
	"io/fs"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"golang.org/x/text/feature/plural"
	"golang.org/x/text/language"
	"golang.org/x/text/unicode/bidi"
)

// Language is the tag by which pages, addresses and catalogs name a language: en, zh-Hant.
type Language string

// English is the language of the law, and of every text that has no other yet.
const English Language = "en"

// known are the languages that Dure is written for, in the order of its menu, each with its own name for itself and the
// English one.
var known = []struct {
	tag         Language
	name        string
	inEnglish   string
	dir         string
	familyFirst bool
}{
	{"en", "English", "English", "ltr", false},
	{"ko", "한국어", "Korean", "ltr", true},
	{"zh-Hans", "简体中文", "Chinese, Simplified", "ltr", true},
	{"zh-Hant", "繁體中文", "Chinese, Traditional", "ltr", true},
	{"vi", "Tiếng Việt", "Vietnamese", "ltr", true},
	{"tl", "Tagalog", "Tagalog", "ltr", false},
	{"hi", "हिन्दी", "Hindi", "ltr", false},
	{"bn", "বাংলা", "Bengali", "ltr", false},
	{"ur", "اردو", "Urdu", "rtl", false},
	{"ja", "日本語", "Japanese", "ltr", true},
	{"km", "ខ្មែរ", "Khmer", "ltr", true},
}

// Name is what speakers of the language call it.
func (l Language) Name() string {
	for _, k := range known {
		if k.tag == l {
			return k.name
		}
	}
	return string(l)
}

// InEnglish is what English calls the language: Korean.
func (l Language) InEnglish() string {
	for _, k := range known {
		if k.tag == l {
			return k.inEnglish
		}
	}
	return string(l)
}

// Dir is the direction of the script: ltr or rtl.
func (l Language) Dir() string {
	for _, k := range known {
		if k.tag == l {
			return k.dir
		}
	}
	return "ltr"
}

// FamilyFirst tells whether people of the language write and say the family name before the given name.
func (l Language) FamilyFirst() bool {
	for _, k := range known {
		if k.tag == l {
			return k.familyFirst
		}
	}
	return false
}

// Known lists every language that Dure is written for, in the order of the menu, with a catalog or without.
func Known() []Language {
	out := make([]Language, len(known))
	for i, k := range known {
		out[i] = k.tag
	}
	return out
}

// Languages lists the languages that have a catalog, in the order of the menu.
func Languages() []Language { return slices.Clone(catalogs().languages) }

// files are the texts, and beside each translation the list of what it was made from.
//
//go:embed */*.json */from.txt
var files embed.FS

type catalog struct {
	languages []Language
	texts     map[Language]map[string]text
	from      map[Language]map[string]string // of each translation: by key, the mark of the English that it was made from
}

// text is a sentence, or one sentence for each plural form.
type text struct {
	whole string
	forms map[string]string
}

// sums are those that stand in a text itself, such as $200.
var sums = regexp.MustCompile(`\$[0-9][0-9,]*(\.[0-9]+)?`)

// setApart keeps the sums in a text that runs from right to left from showing their sign behind the figures.
func (t text) setApart() text {
	apart := func(s string) string { return sums.ReplaceAllString(s, "\u2066$0\u2069") }
	out := text{whole: apart(t.whole)}
	if t.forms != nil {
		out.forms = map[string]string{}
	}
	for form, s := range t.forms {
		out.forms[form] = apart(s)
	}
	return out
}

// UnmarshalJSON reads a sentence or an object of plural forms.
func (t *text) UnmarshalJSON(b []byte) error {
	if b[0] == '{' {
		return json.Unmarshal(b, &t.forms)
	}
	return json.Unmarshal(b, &t.whole)
}

// catalogs reads the embedded files once. They are part of the program: a broken one is a bug of ours.
var catalogs = sync.OnceValue(func() catalog {
	c := catalog{texts: map[Language]map[string]text{}, from: map[Language]map[string]string{}}
	paths, err := fs.Glob(files, "*/*.json")
	if err != nil {
		panic(err)
	}
	for _, p := range paths {
		l := Language(path.Dir(p))
		if !slices.Contains(Known(), l) {
			continue
		}
		if c.texts[l] == nil {
			c.texts[l] = map[string]text{}
		}
		var page map[string]text
		b, err := files.ReadFile(p)
		if err == nil {
			err = json.Unmarshal(b, &page)
		}
		if err != nil {
			panic(fmt.Sprintf("read %s: %v", p, err))
		}
		for key, t := range page {
			if _, twice := c.texts[l][key]; twice {
				panic(fmt.Sprintf("%s says %q a second time", p, key))
			}
			if l.Dir() == "rtl" {
				t = t.setApart()
			}
			c.texts[l][key] = t
		}
	}
	for _, k := range known {
		if c.texts[k.tag] != nil {
			c.languages = append(c.languages, k.tag)
			c.from[k.tag] = readFrom(k.tag)
		}
	}
	return c
})

// Keys lists every key of English, sorted.
func Keys() []string {
	var out []string
	for key := range catalogs().texts[English] {
		out = append(out, key)
	}
	slices.Sort(out)
	return out
}

// Has tells whether English has a text for key.
func Has(key string) bool {
	_, ok := catalogs().texts[English][key]
	return ok
}

// T gives the text of key in a language, or in English where the language has none, with its values put in: args are
// pairs of a name and a value. The value named n, a whole number, chooses the plural form. A key without any text gives
// itself; a test holds that there is none.
func T(lang Language, key string, args ...any) string {
	t, in, ok := find(lang, key)
	if !ok {
		return key
	}
	return fill(in, t.form(in, args), args)
}

func find(lang Language, key string) (text, Language, bool) {
	if t, ok := catalogs().texts[lang][key]; ok {
		return t, lang, true
	}
	t, ok := catalogs().texts[English][key]
	return t, English, ok
}

// form chooses the sentence for the value named n.
func (t text) form(lang Language, args []any) string {
	if t.forms == nil {
		return t.whole
	}
	for i := 0; i+1 < len(args); i += 2 {
		n, ok := args[i+1].(int)
		if !ok || args[i] != "n" {
			continue
		}
		names := map[plural.Form]string{
			plural.Zero: "zero", plural.One: "one", plural.Two: "two", plural.Few: "few", plural.Many: "many",
		}
		form := plural.Cardinal.MatchPlural(language.Make(string(lang)), n, 0, 0, 0, 0)
		if s, ok := t.forms[names[form]]; ok {
			return s
		}
	}
	return t.forms["other"]
}

// fill puts the values in place of their names.
func fill(lang Language, s string, args []any) string {
	if len(args) == 0 {
		return s
	}
	pairs := make([]string, 0, len(args))
	for i := 0; i+1 < len(args); i += 2 {
		pairs = append(pairs, fmt.Sprintf("{%v}", args[i]), apart(lang, args[i+1]))
	}
	return strings.NewReplacer(pairs...).Replace(s)
}

// apart writes a value, and sets it apart from the text around it where either of them runs right to left. A day is written in
// the text's own language and runs as it does, though it may begin with a digit; any other value runs as its first letter does.
func apart(lang Language, value any) string {
	const (
		rightToLeft = "\u2067"
		firstLetter = "\u2068"
		end         = "\u2069"
	)
	s := write(lang, value)
	_, day := value.(dated)
	switch {
	case lang.Dir() == "rtl" && day:
		return rightToLeft + s + end
	case lang.Dir() == "rtl" || strings.ContainsFunc(s, runsLeft):
		return firstLetter + s + end
	}
	return s
}

// runsLeft tells whether a letter is of a script that runs right to left.
func runsLeft(r rune) bool {
	p, _ := bidi.LookupRune(r)
	return p.Class() == bidi.R || p.Class() == bidi.AL
}

// dated is a civil.Day, which i18n need not know.
type dated interface{ Midnight() time.Time }

// write gives a value for people: whole numbers in groups of three, days as the language writes them.
func write(lang Language, value any) string {
	switch v := value.(type) {
	case int:
		return Count(v)
	case dated:
		day := v.Midnight()
		return T(lang, "day.form",
			"weekday", T(lang, "day.weekday."+strconv.Itoa(int(day.Weekday()))),
			"day", strconv.Itoa(day.Day()),
			"month", T(lang, "day.month."+strconv.Itoa(int(day.Month()))),
			"year", strconv.Itoa(day.Year()))
	}
	return fmt.Sprint(value)
}

// Count writes a number as every page does: 1,334.
func Count(n int) string {
	digits := strconv.Itoa(n)
	for i := len(digits) - 3; i > 0 && digits[i-1] != '-'; i -= 3 {
		digits = digits[:i] + "," + digits[i:]
	}
	return digits
}
