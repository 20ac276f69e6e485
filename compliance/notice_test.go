package compliance_test

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/jmoiron/sqlx"

	"dure/civil"
	"dure/compliance"
	"dure/compliance/rules"
	"dure/dev/pgtest"
	"dure/i18n"
	"dure/pg"
	"dure/registry"
)

// newspaper is a committee whose pages may be read in more languages than one.
func newspaper(t *testing.T) (*sqlx.DB, registry.Committee) {
	t.Helper()
	db := pgtest.New(t)
	c := fictionalPAC(compliance.Monthly)
	if err := pg.InTx(t.Context(), db, "test", nil, func(tx *sqlx.Tx) error { return registry.AddCommittee(t.Context(), tx, c) }); err != nil {
		t.Fatal(err)
	}
	found, err := registry.FindCommittee(t.Context(), db, c.ID, time.Time{})
	if err != nil {
		t.Fatal(err)
	}
	return db, found
}

var noticeDay = civil.MustParse("2026-05-14")

// read is every required text of a language as somebody reads it today.
func read(t *testing.T, q sqlx.QueryerContext, c registry.Committee, lang i18n.Language) []compliance.Approval {
	t.Helper()
	all, err := compliance.Notices(t.Context(), q, c, lang, noticeDay)
	if err != nil {
		t.Fatal(err)
	}
	var out []compliance.Approval
	for _, n := range all {
		out = append(out, compliance.Approval{
			Notice: n.Text.Text, Language: lang, Version: n.Translation.Version, EnglishVersion: n.English.Version, Verdict: compliance.Approves,
			Source: compliance.ByPerson, Approver: "Hazel Quince", Note: "read by a fluent friend",
		})
	}
	return out
}

func judge(t *testing.T, db *sqlx.DB, c registry.Committee, said []compliance.Approval) error {
	t.Helper()
	return pg.InTx(t.Context(), db, "staff:hazel", []string{string(c.ID)}, func(tx *sqlx.Tx) error {
		return compliance.JudgeNotices(t.Context(), tx, c, noticeDay, said)
	})
}

func published(t *testing.T, q sqlx.QueryerContext, c registry.Committee) string {
	t.Helper()
	all, err := compliance.Published(t.Context(), q, c, noticeDay)
	if err != nil {
		t.Fatal(err)
	}
	var words []string
	for _, l := range all {
		words = append(words, string(l))
	}
	return strings.Join(words, " ")
}

func TestLanguageIsPublishedWhenEveryRequiredTextIsApproved(t *testing.T) {
	t.Parallel()
	db, c := newspaper(t)
	if got := published(t, db, c); got != "en" {
		t.Errorf("before anybody approved anything %q are published, want en", got)
	}
	all := read(t, db, c, "ko")
	if err := judge(t, db, c, all[1:]); err != nil {
		t.Fatal(err)
	}
	if got := published(t, db, c); got != "en" {
		t.Errorf("with one text lacking %q are published, want en", got)
	}
	if err := judge(t, db, c, all[:1]); err != nil {
		t.Fatal(err)
	}
	if got := published(t, db, c); got != "en ko" {
		t.Errorf("with every text approved %q are published, want en ko", got)
	}
	other := c
	other.ID = "another"
	if got := published(t, db, other); got != "en" {
		t.Errorf("for another committee %q are published, want en", got)
	}

	back := slices.Clone(all[3:4])
	back[0].Verdict, back[0].Note = compliance.Withdraws, "a reader found a mistake"
	if err := judge(t, db, c, back); err != nil {
		t.Fatal(err)
	}
	if got := published(t, db, c); got != "en" {
		t.Errorf("after an approval was taken back %q are published, want en", got)
	}
	if err := judge(t, db, c, all[3:4]); err != nil {
		t.Fatal(err)
	}
	if got := published(t, db, c); got != "en ko" {
		t.Errorf("approved once more %q are published, want en ko", got)
	}
}

// An approval is of two texts as they were read. When either has changed since, nobody reads the translation until it is approved
// again.
func TestChangedTextIsNotPublishedUntilApprovedAgain(t *testing.T) {
	t.Parallel()
	for _, change := range []string{"version", "english_version"} {
		db, c := newspaper(t)
		all := read(t, db, c, "ko")
		if err := judge(t, db, c, all[1:]); err != nil {
			t.Fatal(err)
		}
		// the first was approved when one of the two texts read otherwise
		old := all[0]
		if change == "version" {
			old.Version = "0123456789ab"
		} else {
			old.EnglishVersion = "0123456789ab"
		}
		const insert = `
			insert into notice_approvals (committee, notice, language, version, english_version, approver, note, on_day, actor)
			values ($1, $2, $3, $4, $5, 'Hazel Quince', 'read', $6, 'test')`
		if _, err := db.ExecContext(t.Context(), insert, c.ID, old.Notice, old.Language, old.Version, old.EnglishVersion, noticeDay); err != nil {
			t.Fatal(err)
		}
		if got := published(t, db, c); got != "en" {
			t.Errorf("with another %s %q are published, want en", change, got)
		}
		if err := judge(t, db, c, all[:1]); err != nil {
			t.Fatal(err)
		}
		if got := published(t, db, c); got != "en ko" {
			t.Errorf("after another %s was approved again %q are published, want en ko", change, got)
		}
	}
}

func TestJudgementThatIsNotWholeIsRefused(t *testing.T) {
	t.Parallel()
	db, c := newspaper(t)
	whole := read(t, db, c, "ko")[0]
	with := func(change func(*compliance.Approval)) []compliance.Approval {
		a := whole
		change(&a)
		return []compliance.Approval{a}
	}
	for says, x := range map[string]struct {
		said []compliance.Approval
		want []string
	}{
		"nothing":                {nil, []string{"notice"}},
		"no note":                {with(func(a *compliance.Approval) { a.Note = " " }), []string{"note"}},
		"nobody":                 {with(func(a *compliance.Approval) { a.Approver = "" }), []string{"approver"}},
		"an older translation":   {with(func(a *compliance.Approval) { a.Version = "0123456789ab" }), []string{"notice"}},
		"an older control text":  {with(func(a *compliance.Approval) { a.EnglishVersion = "0123456789ab" }), []string{"notice"}},
		"English":                {with(func(a *compliance.Approval) { a.Language = i18n.English }), []string{"notice"}},
		"no translation":         {with(func(a *compliance.Approval) { a.Language = "xx" }), []string{"notice"}},
		"a text nobody requires": {with(func(a *compliance.Approval) { a.Notice = "no.such" }), []string{"notice"}},
		"several at once":        {with(func(a *compliance.Approval) { a.Version, a.Note, a.Approver = "0123456789ab", "", "" }), []string{"notice", "note", "approver"}},
	} {
		err := judge(t, db, c, x.said)
		var refusal *compliance.Refusal
		if !errors.As(err, &refusal) {
			t.Errorf("%s: %v, want a refusal", says, err)
			continue
		}
		var fields []string
		for _, f := range refusal.Findings {
			fields = append(fields, f.Field)
		}
		if diff := cmp.Diff(x.want, fields); diff != "" {
			t.Errorf("%s is refused at (-want +got):\n%s", says, diff)
		}
	}
	if got := published(t, db, c); got != "en" {
		t.Errorf("after refusals %q are published, want en", got)
	}
}

// What the law asks for and what the catalog says are one text; and every sentence that a giver affirms is required.
func TestRequiredTextsAreThoseOfTheCatalogAndOfTheLaw(t *testing.T) {
	t.Parallel()
	required := rules.Carried().TextsOn("us", noticeDay)
	has := map[string]rules.Text{}
	for _, r := range required {
		if !i18n.Has("legal." + r.Text) {
			t.Errorf("rule %s requires the text %q, which the catalog does not have", r.ID, r.Text)
		}
		has[r.Text] = r
	}
	for _, key := range i18n.Keys() {
		if id, legal := strings.CutPrefix(key, "legal."); legal && has[id].ID == "" {
			t.Errorf("the catalog has the legal text %q, which no rule requires anywhere", id)
		}
	}
	for _, a := range rules.Federal().Attested(noticeDay) {
		if !slices.Contains(has["attest."+a.ID].On, "give") || has["attest."+a.ID].Cite != a.Cite {
			t.Errorf("givers affirm %s (%s), and the text that is required is %+v", a.ID, a.Cite, has["attest."+a.ID])
		}
	}
	for text, notice := range map[string]string{"best-efforts": "best-efforts", "not-deductible": "not-deductible"} {
		if got, want := i18n.Legal(i18n.English, text).Words, rules.Federal().Notice(notice, noticeDay).Text; got != want {
			t.Errorf("the catalog says %q where the law asks for %q", got, want)
		}
	}
	if before := rules.Carried().TextsOn("us", civil.MustParse("1970-01-01")); len(before) != 0 {
		t.Errorf("in 1970 %d texts are required, want none", len(before))
	}
	if n, of := len(rules.Carried().TextsOn("us-ny-nyc", noticeDay)), len(required); n < of {
		t.Errorf("in New York City %d texts are required, and federal law alone has %d", n, of)
	}
}

func TestApprovalsStay(t *testing.T) {
	t.Parallel()
	db, c := newspaper(t)
	if err := judge(t, db, c, read(t, db, c, "ko")); err != nil {
		t.Fatal(err)
	}
	for _, change := range []string{`update notice_approvals set version = 'aaaaaaaaaaaa'`, `delete from notice_approvals`, `truncate notice_approvals`} {
		if _, err := pgtest.Admin(t, db).ExecContext(t.Context(), change); err == nil {
			t.Errorf("%s was done by the owner of the schema, want it refused", change)
		}
	}
}
