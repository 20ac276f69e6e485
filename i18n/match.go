package i18n

import (
	"slices"
	"sync"

	"golang.org/x/text/language"
)

// Match chooses the language of a page among those in which it can be had; English always can. It is the one asked for by its
// tag, else the best that an Accept-Language header names, else English. A reader of Hong Kong, Taiwan or Macau reads
// Traditional Chinese, whatever other Chinese the header goes on to name.
func Match(accept, asked string, among []Language) Language {
	if slices.Contains(among, Language(asked)) {
		return Language(asked)
	}
	if tag, err := language.Parse(asked); err == nil {
		if l, ok := nearest(tag, among); ok {
			return l
		}
	}
	tags, _, err := language.ParseAcceptLanguage(accept)
	if err != nil {
		return English
	}
	// One by one, by what is liked best: asked of all at once, the matcher takes a later "zh" for a better fit than "zh-HK".
	for _, tag := range tags[:min(len(tags), mostTags)] {
		if l, ok := nearest(tag, among); ok {
			return l
		}
	}
	return English
}

// mostTags is how many languages of a header are looked at.
const mostTags = 20

// nearest is the language of ours that speakers of a tag read, where the page can be had in it.
func nearest(tag language.Tag, among []Language) (Language, bool) {
	if base, _ := tag.Base(); base.String() == "yue" {
		tag = traditional // Cantonese is written so, and the matcher knows no way from it
	}
	_, i, confidence := matcher().Match(tag)
	if l := known[i].tag; confidence >= language.High && (l == English || slices.Contains(among, l)) {
		return l, true
	}
	return "", false
}

var (
	traditional = language.MustParse("zh-Hant")
	matcher     = sync.OnceValue(func() language.Matcher {
		var tags []language.Tag
		for _, k := range known {
			tags = append(tags, language.Make(string(k.tag)))
		}
		return language.NewMatcher(tags)
	})
)
