package web_test

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"unicode"

	"dure/dev/browser"
	"dure/i18n"
)

// scripts are what each language is written in, and words of the names of fonts that draw it as its readers have it. Han has
// regional shapes; Urdu is read in Nastaliq, and no other Arabic hand is taken.
var scripts = map[string]struct {
	written []*unicode.RangeTable
	fonts   []string
}{
	"ko":      {[]*unicode.RangeTable{unicode.Hangul}, []string{"CJK KR", "Apple SD Gothic", "AppleMyungjo", "Malgun"}},
	"zh-Hans": {[]*unicode.RangeTable{unicode.Han}, []string{"CJK SC", "PingFang SC", "Songti SC", "YaHei"}},
	"zh-Hant": {[]*unicode.RangeTable{unicode.Han}, []string{"CJK TC", "PingFang TC", "Songti TC", "JhengHei"}},
	"ja":      {[]*unicode.RangeTable{unicode.Han, unicode.Hiragana, unicode.Katakana}, []string{"CJK JP", "Hiragino", "Yu Gothic", "Meiryo"}},
	"hi":      {[]*unicode.RangeTable{unicode.Devanagari}, []string{"Devanagari", "Nirmala"}},
	"bn":      {[]*unicode.RangeTable{unicode.Bengali}, []string{"Bengali", "Bangla", "Nirmala"}},
	"ur":      {[]*unicode.RangeTable{unicode.Arabic}, []string{"Nastaliq", "Nastaleeq", "Urdu Typesetting"}},
	"km":      {[]*unicode.RangeTable{unicode.Khmer}, []string{"Khmer", "Leelawadee"}},
}

// strangers counts the glyphs of a text that fonts of other scripts drew, beyond those that its other characters need: boxes for
// want of a glyph are among them.
func strangers(l browser.Lettering) int {
	s, ok := scripts[l.Lang]
	if !ok {
		return 0
	}
	others, own := 0, 0
	for _, r := range l.Text {
		if unicode.In(r, s.written...) {
			own++
		} else {
			others++
		}
	}
	if own == 0 {
		return 0
	}
	const marker = 2 // of a list, or of what opens
	strange := -others - marker
	for family, glyphs := range l.Fonts {
		if !slices.ContainsFunc(s.fonts, func(f string) bool { return strings.Contains(family, f) }) {
			strange += glyphs
		}
	}
	return max(strange, 0)
}

func TestEachScriptIsDrawnWithItsFonts(t *testing.T) {
	site, donor := donorScenes(t)
	st := newStage(t, site, donor)
	p := browser.New(t)
	p.As(browser.Look{Width: 390})
	for _, lang := range i18n.Known() {
		used := map[string]int{}
		for _, name := range []string{"give-errors", "thanks-settled"} {
			p.Open(fmt.Sprintf("%s/%s/%s", st.URL, name, lang))
			for _, l := range p.Letterings() {
				if n := strangers(l); n > 0 {
					t.Errorf("%s in %s: %d glyphs of “%s” are drawn with fonts of another script, %v", name, lang, n, l.Text, l.Fonts)
				}
				for family, glyphs := range l.Fonts {
					if l.Lang == string(lang) {
						used[family] += glyphs
					}
				}
			}
		}
		t.Logf("%s: %v", lang, slices.Sorted(maps.Keys(used)))
	}
}

func TestBoxesForWantOfAGlyphAreCounted(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		says string
		l    browser.Lettering
		want bool
	}{
		{"Khmer with its font, and a Latin name", browser.Lettering{Lang: "km", Text: "សួស្តី Dure", Fonts: map[string]int{"Noto Sans Khmer": 4, "Noto Sans": 5}}, false},
		{"Khmer as boxes of a Latin font", browser.Lettering{Lang: "km", Text: "សួស្តី Dure", Fonts: map[string]int{"Noto Sans": 11}}, true},
		{"Urdu in Kufi", browser.Lettering{Lang: "ur", Text: "عطیہ دیں", Fonts: map[string]int{"Noto Kufi Arabic": 8}}, true},
		{"Urdu in Nastaliq", browser.Lettering{Lang: "ur", Text: "عطیہ دیں", Fonts: map[string]int{"Noto Nastaliq Urdu": 9}}, false},
		{"Japanese in Chinese shapes", browser.Lettering{Lang: "ja", Text: "献金の直接確認", Fonts: map[string]int{"Noto Sans CJK SC": 7}}, true},
		{"English", browser.Lettering{Lang: "en", Text: "Give", Fonts: map[string]int{"Noto Sans": 4}}, false},
	} {
		if got := strangers(c.l) > 0; got != c.want {
			t.Errorf("%s: %d strangers", c.says, strangers(c.l))
		}
	}
}
