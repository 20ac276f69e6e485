package i18n_test

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"dure/civil"
	"dure/i18n"
)

func TestTextsTakeTheirValuesByName(t *testing.T) {
	for _, c := range []struct {
		key  string
		args []any
		want string
	}{
		{"page.help", []any{"email", "help@example.org"}, "Help: help@example.org"},
		{"progress.people", []any{"n", 0}, "from 0 people"},
		{"progress.people", []any{"n", 1}, "from one person"},
		{"progress.people", []any{"n", 1234}, "from 1,234 people"},
		{"election.G", []any{"day", civil.MustParse("2026-11-03")}, "general election of 3 November 2026"},
		{"no.such.key", nil, "no.such.key"},
	} {
		if got := i18n.T(i18n.English, c.key, c.args...); got != c.want {
			t.Errorf("T(%q, %v) = %q, want %q", c.key, c.args, got, c.want)
		}
	}
}

// A sum in a text that runs from right to left would show its sign behind its figures.
func TestSumsInUrduAreSetApart(t *testing.T) {
	sum := regexp.MustCompile(`[^\x{2066}\x{2068}]\$[0-9]`)
	for _, key := range i18n.Keys() {
		if text := i18n.T("ur", key); sum.MatchString(text) {
			t.Errorf("%s in Urdu has a sum that is not set apart, and would show its sign at the wrong end: %s", key, text)
		}
	}
}

func TestLanguageWithoutCatalogReadsEnglish(t *testing.T) {
	if got := i18n.T("xx", "page.skip"); got != "Skip to the content" {
		t.Errorf("an unknown language reads %q", got)
	}
	if got := i18n.Legal("xx", "attest.adult").Language; got != i18n.English {
		t.Errorf("a legal text without words in a language says that it is in %q, want en", got)
	}
}

func TestEachLanguageHasItsNameAndDirection(t *testing.T) {
	for l, want := range map[i18n.Language][2]string{"en": {"English", "ltr"}, "ur": {"اردو", "rtl"}, "zh-Hant": {"繁體中文", "ltr"}} {
		if got := [2]string{l.Name(), l.Dir()}; got != want {
			t.Errorf("%s is %q, want %q", l, got, want)
		}
	}
}

func TestLegalTextIsAsTheLawAcceptsIt(t *testing.T) {
	// 11 CFR 104.7(b)(1)(i), 110.11(b)(3), 102.5(a)(2); 26 U.S.C. 6113.
	for id, want := range map[string]string{
		"best-efforts":        "Federal law requires us to use our best efforts to collect and report the name, mailing address, occupation and name of employer of individuals whose contributions exceed $200 in a calendar year.",
		"paid.not-authorized": "Paid for by {committee} ({place}) and not authorized by any candidate or candidate's committee.",
		"paid.authorized":     "Paid for by {committee} and authorized by {authorizer}.",
	} {
		if got := i18n.Legal(i18n.English, id).Words; got != want {
			t.Errorf("Legal(%q) = %q, want %q", id, got, want)
		}
	}
}

// What a giver affirmed is kept with the version of its words; these are the versions of today's. A text that is changed
// on purpose changes its row here.
func TestVersionsChangeWithTheWords(t *testing.T) {
	for id, want := range map[string]string{
		"attest.us-person": "717edda75f18", "attest.own-funds": "c8b1ea4c940f", "attest.own-card": "4f8196ca6e4e", "attest.adult": "dc10adcf4bce", "attest.not-contractor": "62622176c3f1",
	} {
		if got := i18n.Legal(i18n.English, id).Version; got != want {
			t.Errorf("version of %s = %s, want %s", id, got, want)
		}
	}
}

// Every key that a template or a Go file of the program names is in the catalog, and none is there that nothing names.
func TestKeysAreThoseThatTheProgramNames(t *testing.T) {
	asked, named, begun := namedKeys(t)
	for key, where := range asked {
		if !i18n.Has(key) {
			t.Errorf("%s asks for %q, which the catalog does not have", where, key)
		}
	}
	for _, key := range i18n.Keys() {
		_, isAsked := asked[key]
		parent := key[:strings.LastIndexByte(key, '.')] // the program adds the last word itself
		if isAsked || named[key] || named[parent] || slices.ContainsFunc(begun, func(prefix string) bool { return strings.HasPrefix(key, prefix) }) {
			continue
		}
		t.Errorf("nothing names %q: take it out of the catalog", key)
	}
}

var (
	inTemplate = regexp.MustCompile(`\.T "([^"]+)"`)
	inGo       = regexp.MustCompile(`(?:\bT\((?:\w+(?:\.\w+)*, )?|Text: |add\("[a-z_]+", )"([a-z][a-z0-9_-]*(?:\.[a-z0-9_-]+)+)"[,)}]`)
	word       = regexp.MustCompile(`"([a-z][a-z0-9_.-]*)"`)
	beginning  = regexp.MustCompile(`"([a-z][a-z0-9_-]*\.(?:[a-z0-9_-]+\.)*)"\s*\+`)
	legal      = regexp.MustCompile(`Legal\((?:\w+(?:\.\w+)*), "([a-z.-]+[a-z])"`)
)

// namedKeys reads the program's own files: keys that are asked for with the file that asks, words that may be keys, and
// beginnings to which the program adds, such as "refused." and the span of a limit.
func namedKeys(t *testing.T) (asked map[string]string, named map[string]bool, begun []string) {
	t.Helper()
	asked, named = map[string]string{}, map[string]bool{}
	err := filepath.WalkDir("..", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			if name := ""; err == nil {
				if name = d.Name(); name == "dev" || name == "testdata" || strings.HasPrefix(name, ".") && name != ".." {
					return fs.SkipDir
				}
			}
			return err
		}
		page := strings.HasSuffix(path, ".html")
		if !page && (!strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go")) {
			return nil
		}
		text, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		shape := inGo
		if page {
			shape = inTemplate
		}
		for _, m := range shape.FindAllSubmatch(text, -1) {
			asked[string(m[1])] = path
		}
		for _, m := range legal.FindAllSubmatch(text, -1) {
			asked["legal."+string(m[1])] = path
		}
		for _, m := range word.FindAllSubmatch(text, -1) {
			named[string(m[1])] = true
		}
		for _, m := range beginning.FindAllSubmatch(text, -1) {
			begun = append(begun, string(m[1]))
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	// Attestations are named by the rules, with the law as their prefix.
	return asked, named, append(begun, "legal.attest.", "refused.")
}

// A value that a text names is one that the program gives, or the reader sees braces.
func TestPlaceholdersAreWhole(t *testing.T) {
	braces := regexp.MustCompile(`[{}]`)
	name := regexp.MustCompile(`\{[a-z0-9]+\}`)
	for _, key := range i18n.Keys() {
		s := i18n.T(i18n.English, key, "n", 2)
		if braces.MatchString(name.ReplaceAllString(s, "")) {
			t.Errorf("%s has a brace that is no name: %q", key, s)
		}
	}
}
