package i18n_test

import (
	"slices"
	"strings"
	"testing"

	"dure/i18n"
)

func TestMatchChoosesWhatWasAskedThenWhatTheBrowserReads(t *testing.T) {
	all := i18n.Known()
	without := func(out ...i18n.Language) []i18n.Language {
		return slices.DeleteFunc(slices.Clone(all), func(l i18n.Language) bool { return slices.Contains(out, l) })
	}
	for _, c := range []struct {
		accept, asked string
		among         []i18n.Language
		want          i18n.Language
	}{
		{"", "", all, "en"},
		{"en-GB,en;q=0.9", "", all, "en"},
		{"xx", "", all, "en"},
		{"de", "", all, "en"},
		{"de,ko;q=0.5", "", all, "ko"},
		{"en,ko;q=0.9", "", all, "en"},
		{"fr", "zz", all, "en"},
		{"fr;q=", "en", all, "en"},
		{strings.Repeat("a-", 9000), "", all, "en"},
		{strings.Repeat("de,", 4000), "", all, "en"},

		{"zh-HK", "", all, "zh-Hant"},
		{"zh-TW", "", all, "zh-Hant"},
		{"zh-MO", "", all, "zh-Hant"},
		{"zh-HK,zh;q=0.9", "", all, "zh-Hant"},
		{"zh-HK,zh;q=0.9,en;q=0.8", "", all, "zh-Hant"},
		{"zh-Hant-HK,zh", "", all, "zh-Hant"},
		{"zh-TW,zh-CN;q=0.5", "", all, "zh-Hant"},
		{"zh-CN", "", all, "zh-Hans"},
		{"zh-SG", "", all, "zh-Hans"},
		{"zh", "", all, "zh-Hans"},
		{"zh-CN,zh-TW;q=0.9", "", all, "zh-Hans"},
		{"yue-HK", "", all, "zh-Hant"},
		{"fil-PH", "", all, "tl"},
		{"tl-PH,en;q=0.2", "", all, "tl"},
		{"fil", "", all, "tl"},
		{"ur-PK", "", all, "ur"},
		{"bn-IN", "", all, "bn"},
		{"hi-IN,en", "", all, "hi"},
		{"hi-Latn", "", all, "en"},
		{"ko-KR,ko;q=0.9,en-US;q=0.8", "", all, "ko"},
		{"vi-VN", "", all, "vi"},
		{"ja-JP", "", all, "ja"},
		{"km-KH", "", all, "km"},

		{"ko", "ur", all, "ur"},
		{"ko", "zh-TW", all, "zh-Hant"},
		{"ko", "zh-hant", all, "zh-Hant"},
		{"ko", "fil", all, "tl"},
		{"ko", "en", all, "en"},
		{"ko", "no such tag", all, "ko"},

		// A language that is not published for the page is as if it were not there.
		{"ko", "", without("ko"), "en"},
		{"ko,vi;q=0.5", "", without("ko"), "vi"},
		{"vi", "ko", without("ko"), "vi"},
		{"", "ko", without("ko"), "en"},
		{"zh-HK,zh;q=0.9", "", without("zh-Hant"), "zh-Hans"},
		{"zh-HK", "", without("zh-Hant"), "en"},
		{"ko", "ko", nil, "en"},
	} {
		if got := i18n.Match(c.accept, c.asked, c.among); got != c.want {
			t.Errorf("Match(%.40q, %q, %v) = %q, want %q", c.accept, c.asked, c.among, got, c.want)
		}
	}
}
