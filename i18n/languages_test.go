package i18n_test

import (
	"encoding/json"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode"

	"golang.org/x/text/feature/plural"
	"golang.org/x/text/language"

	"dure/civil"
	"dure/i18n"
)

// written is a text as its file has it: one sentence under "", or one for each plural form.
type written map[string]string

// UnmarshalJSON reads either.
func (w *written) UnmarshalJSON(b []byte) error {
	if b[0] == '{' {
		return json.Unmarshal(b, (*map[string]string)(w))
	}
	*w = written{"": ""}
	var s string
	err := json.Unmarshal(b, &s)
	(*w)[""] = s
	return err
}

// words are all forms of a text.
func (w written) words() string {
	var out []string
	for _, form := range slices.Sorted(maps.Keys(w)) {
		out = append(out, w[form])
	}
	return strings.Join(out, "\n")
}

// catalog reads the files of a language.
func catalog(t *testing.T, lang i18n.Language) map[string]written {
	t.Helper()
	files, err := filepath.Glob(string(lang) + "/*.json")
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]written{}
	for _, file := range files {
		b, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		var page map[string]written
		if err := json.Unmarshal(b, &page); err != nil {
			t.Fatalf("%s: %v", file, err)
		}
		maps.Copy(out, page)
	}
	return out
}

// translations are the languages that have a folder, but English.
func translations() []i18n.Language {
	return slices.DeleteFunc(i18n.Languages(), func(l i18n.Language) bool { return l == i18n.English })
}

var braces = regexp.MustCompile(`\{[a-z0-9]+\}`)

// names are the values that a text names, in any of its forms.
func (w written) names() []string {
	return slices.Compact(slices.Sorted(slices.Values(braces.FindAllString(w.words(), -1))))
}

func TestTranslationsNameTheSameValues(t *testing.T) {
	english := catalog(t, i18n.English)
	for _, l := range translations() {
		for key, own := range catalog(t, l) {
			e, ok := english[key]
			if !ok || key == "day.form" { // whether the day of the week belongs to a day is the language's own matter
				continue
			}
			if want, got := e.names(), own.names(); !slices.Equal(want, got) {
				t.Errorf("%s %s names %v, want %v", l, key, got, want)
			}
			if bare := braces.ReplaceAllString(own.words(), ""); strings.ContainsAny(bare, "{}") {
				t.Errorf("%s %s has a brace that is no name: %q", l, key, own)
			}
		}
	}
}

// formsOf are the plural forms of CLDR that a language has for whole numbers, each with numbers that take it.
func formsOf(l i18n.Language) map[string][]int {
	names := map[plural.Form]string{plural.Zero: "zero", plural.One: "one", plural.Two: "two", plural.Few: "few", plural.Many: "many", plural.Other: "other"}
	out := map[string][]int{}
	for n := range 2000 {
		form := names[plural.Cardinal.MatchPlural(language.Make(string(l)), n, 0, 0, 0, 0)]
		out[form] = append(out[form], n)
	}
	return out
}

func TestTranslationsHaveThePluralFormsOfTheirLanguage(t *testing.T) {
	english := catalog(t, i18n.English)
	for _, l := range i18n.Languages() {
		forms := formsOf(l)
		want := slices.Sorted(maps.Keys(forms))
		for key, own := range catalog(t, l) {
			if _, whole := english[key][""]; whole || english[key] == nil {
				if _, too := own[""]; !too {
					t.Errorf("%s %s has plural forms, which English has not", l, key)
				}
				continue
			}
			if got := slices.Sorted(maps.Keys(own)); !slices.Equal(got, want) {
				t.Errorf("%s %s has the forms %v, want %v", l, key, got, want)
			}
			// A form that several numbers take says which, or it says one of five.
			for form, numbers := range forms {
				if len(numbers) > 1 && !strings.Contains(own[form], "{n}") {
					t.Errorf("%s %s: the form %s is taken by %v and more, and does not name {n}: %q", l, key, form, numbers[:2], own[form])
				}
			}
		}
	}
}

func TestTranslationsAreCleanText(t *testing.T) {
	for _, l := range i18n.Languages() {
		for key, own := range catalog(t, l) {
			words := own.words()
			if strings.TrimSpace(words) == "" {
				t.Errorf("%s %s is empty", l, key)
			}
			if strings.Contains(words, "  ") {
				t.Errorf("%s %s has two blanks together: %q", l, key, words)
			}
			for _, r := range words {
				switch {
				case unicode.Is(unicode.Bidi_Control, r):
					t.Errorf("%s %s has the mark of direction %U: the page sets directions", l, key, r)
				case r == '\u200b' && l != "km", r == '\ufeff':
					t.Errorf("%s %s has the invisible %U", l, key, r)
				case unicode.IsDigit(r) && r > unicode.MaxASCII && unicode.Is(unicode.Nd, r):
					t.Errorf("%s %s has the digit %q: sums and days are written with 0 to 9", l, key, r)
				case l == "ur" && strings.ContainsRune("يكىهة", r):
					t.Errorf("ur %s has the Arabic letter %q (%U), which Urdu writes otherwise: %q", key, r, r, words)
				}
			}
		}
	}
}

func TestDaysAreWrittenAsTheLanguageWritesThem(t *testing.T) {
	day := civil.MustParse("2026-11-03")
	for l, want := range map[i18n.Language]string{
		"en":      "3 November 2026",
		"ko":      "2026년 11월\u00a03일",
		"zh-Hans": "2026\u2060年\u206011\u2060月\u20603\u2060日", // joined: a line must not end within a day
		"zh-Hant": "2026\u2060年\u206011\u2060月\u20603\u2060日",
		"ja":      "2026\u2060年\u206011\u2060月\u20603\u2060日",
	} {
		if !slices.Contains(i18n.Languages(), l) {
			continue
		}
		if got := i18n.T(l, "thanks.when", "day", day, "time", ""); !strings.Contains(got, want) {
			t.Errorf("%s writes %v in %q, want %q", l, day, got, want)
		}
	}
	for _, l := range i18n.Languages() {
		texts := catalog(t, l)
		form := texts["day.form"].words()
		for _, name := range []string{"{day}", "{month}", "{year}"} {
			if !strings.Contains(form, name) {
				t.Errorf("%s: day.form %q lacks %s", l, form, name)
			}
		}
		for kind, many := range map[string]int{"day.month.": 12, "day.weekday.": 7} {
			names := map[string]bool{}
			for key, own := range texts {
				if strings.HasPrefix(key, kind) {
					names[own.words()] = true
				}
			}
			if len(names) != many {
				t.Errorf("%s has %d different names under %s, want %d", l, len(names), kind, many)
			}
		}
	}
}

func TestFamilyNameIsFirstWhereTheLanguageHasItSo(t *testing.T) {
	var first []i18n.Language
	for _, l := range i18n.Known() {
		if l.FamilyFirst() {
			first = append(first, l)
		}
	}
	if want := []i18n.Language{"ko", "zh-Hans", "zh-Hant", "vi", "ja", "km"}; !slices.Equal(first, want) {
		t.Errorf("the family name is first in %v, want %v", first, want)
	}
}

// A value runs its own way within a text of another direction; a day runs as its language does, though its parts are set apart and
// it begins with a digit.
func TestValuesRunTheirOwnWay(t *testing.T) {
	for _, c := range []struct {
		lang i18n.Language
		args []any
		want string
	}{
		{"en", []any{"day", civil.MustParse("2026-11-03")}, "This drive opens on 3 November 2026."},
		{"en", []any{"day", "اردو"}, "This drive opens on \u2068اردو\u2069."},
		{"ko", []any{"day", "Long Table PAC"}, "Long Table PAC"},
		{"ur", []any{"day", "Long Table PAC"}, "\u2068Long Table PAC\u2069"},
		{"ur", []any{"day", civil.MustParse("2026-11-03")}, "\u2067\u20683\u2069\u00a0\u2068نومبر\u2069 \u20682026\u2069\u2069"},
	} {
		if got := i18n.T(c.lang, "closed.not-yet", c.args...); !strings.Contains(got, c.want) {
			t.Errorf("in %s %v stands in %+q, want %+q", c.lang, c.args, got, c.want)
		}
		if ltr := c.lang.Dir() == "ltr" && !strings.Contains(c.want, "\u2068"); ltr && strings.ContainsAny(i18n.T(c.lang, "closed.not-yet", c.args...), "\u2067\u2068\u2069") {
			t.Errorf("in %s %v is set apart, where all runs one way", c.lang, c.args)
		}
	}
}
