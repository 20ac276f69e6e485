package web_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/jmoiron/sqlx"

	"dure/civil"
	"dure/compliance"
	"dure/i18n"
	"dure/pg"
	"dure/registry"
	"dure/web"
)

// publish has the committee approve every text in every language, so that its pages can be had in all of them.
func (s *site) publish(t testing.TB) {
	t.Helper()
	today := civil.MustParse("2026-05-14")
	err := pg.InTx(t.Context(), s.DB, "test", []string{"long-table"}, func(tx *sqlx.Tx) error {
		c, err := registry.FindCommittee(t.Context(), tx, "long-table", time.Time{})
		if err != nil {
			return err
		}
		all, err := compliance.Publications(t.Context(), tx, c, today)
		if err != nil {
			return err
		}
		var said []compliance.Approval
		for _, p := range all {
			for _, n := range p.Notices {
				if n.Translated() && !n.Approved() {
					said = append(said, compliance.Approval{
						Notice: n.Text.Text, Language: p.Language, Version: n.Translation.Version, EnglishVersion: n.English.Version, Verdict: compliance.Approves,
						Source: compliance.BySeed, Approver: "Hazel Quince", Note: "for a test", Day: today,
					})
				}
			}
		}
		return compliance.JudgeNotices(t.Context(), tx, c, today, said)
	})
	if err != nil {
		t.Fatal(err)
	}
}

// A name in its own script comes back with a suggestion in Latin letters, and nothing is decided until the form is sent again.
func TestNameInItsOwnScriptIsSuggestedInLatinLetters(t *testing.T) {
	t.Parallel()
	s := newSite(t, nil)
	s.publish(t)
	for _, c := range []struct {
		says                    string
		lang                    i18n.Language
		given, family, own      string // as written
		wantGiven, wantFamily   string // as the page has them
		wantOwn, latin, problem string // latin is the suggestion that is told, problem the field that nobody can spell
	}{
		{"own script alone", "ko", "", "", "김하나", "Hana", "Kim", "김하나", "Kim Hana", ""},
		{"own script alone, on an English page", "en", "", "", "김하나", "Hana", "Kim", "김하나", "Hana Kim", ""},
		{"Hangul in the Latin lines", "ko", "하나", "김", "", "Hana", "Kim", "김하나", "Kim Hana", ""},
		{"the whole name in one line", "ko", "김하나", "", "", "Hana", "Kim", "김하나", "Kim Hana", ""},
		{"one line in Latin letters", "ko", "하나", "Gim", "", "Hana", "Gim", "하나", "Hana", ""},
		{"the same name twice", "ko", "하나", "김", "김 하나", "Hana", "Kim", "김 하나", "Kim Hana", ""},
		{"Han", "zh-Hans", "雪", "单", "", "Xue", "Shan", "单雪", "Shan Xue", ""},
		{"Han, traditional", "zh-Hant", "", "", "歐陽麗華", "Lihua", "Ouyang", "歐陽麗華", "Ouyang Lihua", ""},
		{"kana", "ja", "はなこ", "サトウ", "", "Hanako", "Sato", "サトウ はなこ", "Sato Hanako", ""},
		{"kanji", "ja", "花子", "佐藤", "", "", "", "佐藤花子", "", "family_name"},
		{"kanji and kana", "ja", "さくら", "佐々木", "", "Sakura", "", "佐々木 さくら", "Sakura", "family_name"},
		{"Vietnamese", "vi", "", "", "Nguyễn Thị Ánh", "Thi Anh", "Nguyen", "Nguyễn Thị Ánh", "Nguyen Thi Anh", ""},
		{"Hindi", "hi", "राजेश", "शर्मा", "", "Rajesh", "Sharma", "राजेश शर्मा", "Rajesh Sharma", ""},
		{"Urdu, a name that is not listed", "ur", "ککڑ", "خان", "", "", "Khan", "ککڑ خان", "Khan", "given_name"},
		{"Khmer", "km", "", "", "សុខ វណ្ណា", "Vanna", "Sok", "សុខ វណ្ណា", "Sok Vanna", ""},
		{"Greek", "en", "Ελένη", "Παππά", "", "", "", "Ελένη Παππά", "", "family_name"},
	} {
		form := with("lang", string(c.lang), "given_name", c.given, "family_name", c.family, "name_own", c.own, "amount", "other", "amount_other", "33")
		status, _, page := s.send(t, "/give/walk-together?lang="+string(c.lang), form)
		if status != http.StatusUnprocessableEntity {
			t.Errorf("%s: %d, want 422", c.says, status)
		}
		for field, want := range map[string]string{"given_name": c.wantGiven, "family_name": c.wantFamily, "name_own": c.wantOwn, "amount_other": "33"} {
			if !strings.Contains(page, `name="`+field+`" value="`+want+`"`) {
				t.Errorf("%s: %s is not %q", c.says, field, want)
			}
		}
		bare := strings.NewReplacer("\u2068", "", "\u2069", "").Replace
		if told := strings.Contains(page, `id="name-advice"`); told != (c.latin != "") {
			t.Errorf("%s: a suggestion is told: %v", c.says, told)
		}
		if c.latin != "" && !strings.Contains(bare(page), bare(i18n.T(c.lang, "problem.name.suggested", "latin", c.latin, "own", c.wantOwn))) {
			t.Errorf("%s: the page does not suggest %q", c.says, c.latin)
		}
		if got := strings.Contains(page, `id="`+c.problem+`-err"`); got != (c.problem != "") {
			t.Errorf("%s: %s is told to be written by hand: %v", c.says, c.problem, got)
		}
		if c.problem != "" {
			continue
		}
		form.Set("given_name", c.wantGiven)
		form.Set("family_name", c.wantFamily)
		form.Set("name_own", c.wantOwn)
		if status, _, _ := s.send(t, "/give/walk-together?lang="+string(c.lang), form); status != http.StatusSeeOther {
			t.Errorf("%s: what the page suggests, sent again = %d, want 303", c.says, status)
		}
	}
}

// What is written is never lost to a suggestion.
func TestSuggestionTakesNothingAway(t *testing.T) {
	t.Parallel()
	s := newSite(t, nil)
	for _, c := range []struct{ says, given, family, own string }{
		{"another name in the line for one's own", "하나", "김", "이두리"},
		{"signs that are no name", "★", "☆", ""},
		{"a long one", strings.Repeat("하", 60), "김", ""},
	} {
		_, _, page := s.send(t, "/give/walk-together", with("given_name", c.given, "family_name", c.family, "name_own", c.own))
		for field, want := range map[string]string{"given_name": c.given, "family_name": c.family, "name_own": c.own} {
			if !strings.Contains(page, `name="`+field+`" value="`+want+`"`) {
				t.Errorf("%s: %s is no longer %q", c.says, field, want)
			}
		}
		if strings.Contains(page, `id="name-advice"`) || !strings.Contains(page, `id="given_name-err"`) {
			t.Errorf("%s: want what is wrong told, and no suggestion", c.says)
		}
	}
}

func TestLinesOfChineseEndBetweenClauses(t *testing.T) {
	for _, c := range []struct {
		name string
		lang i18n.Language
		line string
		want bool
	}{
		{"clauses that each fit on a line of the narrowest page", "zh-Hans", "按我填写的金额捐款，仅此一次", true},
		{"a sum and a name between the words", "zh-Hant", "Quillfeather Marigold，謝謝您。您捐的 $25 已經收到。", true},
		{"a clause that does not fit would begin a line with its stop", "zh-Hans", "付款页面上没有完成确认。", false},
		{"a language with blanks between its words", "ko", "입력한 금액 한 번 후원하기", false},
	} {
		if got := (web.Page{Lang: c.lang}).InClauses(c.line); got != c.want {
			t.Errorf("%s: InClauses(%q) in %s is %v, want %v", c.name, c.line, c.lang, got, c.want)
		}
	}
}
