package i18n_test

import (
	"strings"
	"testing"

	"dure/i18n"
)

func TestEveryTranslationIsWholeAndMadeFromTheEnglishOfToday(t *testing.T) {
	for _, l := range i18n.Known() {
		s := i18n.StandingOf(l)
		for what, keys := range map[string][]string{
			"miss": s.Missing,
			"are stale (hold them against the English of today, then go run ./cmd/dure-dev i18n mark " + string(l) + ")": s.Stale,
			"are unknown to English": s.Unknown,
		} {
			if n := len(keys); n > 0 {
				t.Errorf("%s: %d of %d keys %s: %s …", l, n, s.Keys, what, strings.Join(keys[:min(n, 8)], " "))
			}
		}
	}
}
