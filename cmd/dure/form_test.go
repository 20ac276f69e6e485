package main_test

import (
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"dure/civil"
	main "dure/cmd/dure"
	"dure/donations"
)

// nasty are texts that YAML would take for something else.
var nasty = []string{
	"", "plain", "a: b", "a:b", "a:", ":", "a #b", "#b", "a#b", "- a", "-", "--- a", "---", "...", "yes", "no", "true", "null", "Null", "~", "0123", "1e5", "0x10", "1_000", ".5",
	"12:30", "2026-01-01", "{a}", "{a: b}", "[a]", "a]", "&a", "*a", "!a", "!!str a", "%a", "@a", "`a`", "'a'", `"a"`, `a"b`, "it's", `a\b`, "|", ">", "?", "? a", "<<", "=", "a\tb",
	"a, b", "a  b", "MAPLE & OAK", "“a”", "두레", "Đỗ", "🪡", "a\u2028b", "<b>", "\\n", "http://a.example.org/?b=c#d", "Dr.", "P.O. Box 9",
}

func TestAFormIsReadAsItWasWritten(t *testing.T) {
	t.Parallel()
	for _, title := range nasty {
		if strings.Contains(title, "\t") {
			continue // a line has none
		}
		for _, story := range []string{"", title, title + "\n" + title, "a\n\n  b\n# c\n- d: e\n\n\nf"} {
			d := donations.Drive{
				Slug: "porch-light", Committee: "maple-street", Title: title, Story: strings.TrimSpace(story), Goal: 12_34, Amounts: []int64{5, 10_00, 25_50},
				OpensOn: civil.MustParse("2026-12-01"),
			}
			back, said := main.ThereAndBack(d)
			if diff := cmp.Diff(d, back, cmp.Comparer(func(a, b civil.Day) bool { return a == b })); diff != "" || said != nil {
				t.Errorf("a form with the title %q and the story %q (-written +read): %v\n%s", title, story, said, diff)
			}
		}
	}
}

func FuzzAFormIsReadAsItWasWritten(f *testing.F) {
	for _, text := range nasty {
		f.Add(text, text+"\n"+text)
	}
	f.Fuzz(func(t *testing.T, title, story string) {
		hidden := func(r rune) bool {
			return unicode.IsControl(r) && r != '\n' || unicode.Is(unicode.Bidi_Control, r) || unicode.Is(unicode.Co, r) || r == '\ufeff'
		}
		if !utf8.ValidString(title) || !utf8.ValidString(story) || strings.ContainsFunc(title+story, hidden) || strings.Contains(title, "\n") {
			return // no form has these
		}
		d := donations.Drive{Title: strings.TrimSpace(title), Story: strings.TrimSpace(story)}
		if back, said := main.ThereAndBack(d); said != nil || back.Title != d.Title || back.Story != d.Story {
			t.Errorf("the title %q and the story %q are read as %q and %q, %v", d.Title, d.Story, back.Title, back.Story, said)
		}
	})
}

// Whatever a file holds, it is read or told what is wrong of it.
func FuzzAFormNeverBreaksTheReader(f *testing.F) {
	for _, text := range append(nasty, "id: a\nid: b", "id: |\n  a\n b", "? a\n: b", "id: [", "id: {", "\ufeffid: a\r\n", "id: a\n---\nid: b", "id: &a b\nname: *a") {
		f.Add([]byte(text))
	}
	f.Fuzz(func(_ *testing.T, b []byte) { main.Unread(b) })
}
