package stripesim

import (
	"embed"
	"encoding/json"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"
	"sync"

	"dure/i18n"
)

//go:embed texts
var textFiles embed.FS

// texts are the sentences of the Checkout page by language, and by what the page says in English: the API's own messages are English
// always.
var texts = sync.OnceValue(func() map[i18n.Language]map[string]string {
	out := map[i18n.Language]map[string]string{}
	files, err := fs.Glob(textFiles, "texts/*.json")
	if err != nil {
		panic(err) // the pattern is ours
	}
	for _, file := range files {
		body, err := textFiles.ReadFile(file)
		var page map[string]string
		if err == nil {
			err = json.Unmarshal(body, &page)
		}
		if err != nil {
			panic(fmt.Sprintf("read %s: %v", file, err)) // they are part of the program
		}
		out[i18n.Language(strings.TrimSuffix(path.Base(file), ".json"))] = page
	}
	return out
})

// pageLanguages are the languages behind the locales that Stripe's page speaks, of those that the simulator's speaks.
var pageLanguages = map[string]i18n.Language{
	"en": "en", "en-GB": "en", "ko": "ko", "ja": "ja", "vi": "vi", "fil": "tl", "zh": "zh-Hans", "zh-HK": "zh-Hant", "zh-TW": "zh-Hant",
}

// languageKey is a merchant's note on a session: the language of its payer. Stripe shows English where its page does not speak it;
// the simulator's does, so that the whole way of a payer can be seen in it.
const languageKey = "dure_language"

// pageLanguage is the language in which a session's page is shown; c may be nil.
func pageLanguage(c *session, accept string) i18n.Language {
	if c == nil {
		return i18n.Match(accept, "", i18n.Known())
	}
	if noted := i18n.Language(c.Metadata[languageKey]); slices.Contains(i18n.Known(), noted) {
		return noted
	}
	if locale := value(c.Locale); locale != "" && locale != "auto" {
		if l, ok := pageLanguages[locale]; ok {
			return l
		}
		return i18n.English
	}
	return i18n.Match(accept, "", i18n.Known())
}

// T says a sentence in the page's language, with its values, pairs of a name and a value, in place.
func (p checkoutPage) T(english string, args ...string) string {
	s := english
	if own := texts()[p.Lang][english]; own != "" {
		s = own
	}
	for i := 0; i+1 < len(args); i += 2 {
		v := args[i+1]
		if p.Lang.Dir() == "rtl" {
			v = "\u2066" + v + "\u2069" // all of them run from left to right
		}
		s = strings.ReplaceAll(s, "{"+args[i]+"}", v)
	}
	return s
}
