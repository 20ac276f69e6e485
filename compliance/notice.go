package compliance

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/jmoiron/sqlx"

	"dure/civil"
	"dure/compliance/rules"
	"dure/i18n"
	"dure/registry"
)

// Notice is a required text as it stands today in one language: the English control text, the translation, and who approved it.
type Notice struct {
	rules.Text
	English     i18n.LegalText
	Translation i18n.LegalText
	Approval    Approval // of exactly these two; the zero Approval where there is none
}

// Translated tells whether there are words in the language at all.
func (n Notice) Translated() bool { return n.Translation.Language != i18n.English }

// Approved tells whether givers may read the translation.
func (n Notice) Approved() bool { return n.Translated() && n.Approval.Verdict == Approves }

// Approval is that somebody answers for a translation of a required text, or no longer does.
type Approval struct {
	Notice         string // the catalog's name of the text, such as attest.adult
	Language       i18n.Language
	Version        string // of the translation
	EnglishVersion string `db:"english_version"` // of the control text
	Verdict        string
	Source         string
	Approver       string    // the name of whoever answers
	Note           string    // on what ground
	Day            civil.Day `db:"on_day"`
	Actor          string
	RecordedAt     time.Time `db:"recorded_at"`
}

// The verdicts on a translation, and whose they are. A sandbox's seed approves so that pages in every language can be seen; it
// is nobody's word.
const (
	Approves  = "approved"
	Withdraws = "withdrawn"

	ByPerson = "person"
	BySeed   = "seed"
)

// approvals lists the newest of a committee for each text and its versions, in every language.
func approvals(ctx context.Context, q sqlx.QueryerContext, committee registry.CommitteeID) ([]Approval, error) {
	const list = `
		select distinct on (language, notice, version, english_version)
			notice, language, version, english_version, verdict, source, approver, note, on_day, actor, recorded_at
		from notice_approvals
		where committee = $1
		order by language, notice, version, english_version, recorded_at desc, id`
	var out []Approval
	if err := sqlx.SelectContext(ctx, q, &out, list, committee); err != nil {
		return nil, says(committee, "list the approved notices", err)
	}
	return out, nil
}

// notices gives the required texts of a language as the catalogs have them, each with its approval.
func notices(required []rules.Text, given []Approval, lang i18n.Language) []Notice {
	var out []Notice
	for _, t := range required {
		n := Notice{Text: t, English: i18n.Legal(i18n.English, t.Text), Translation: i18n.Legal(lang, t.Text)}
		for _, a := range given {
			if a.Notice == t.Text && a.Language == lang && a.Version == n.Translation.Version && a.EnglishVersion == n.English.Version {
				n.Approval = a
			}
		}
		out = append(out, n)
	}
	return out
}

// Notices lists what is required of a committee's pages on a day, as it stands in a language.
func Notices(ctx context.Context, q sqlx.QueryerContext, c registry.Committee, lang i18n.Language, today civil.Day) ([]Notice, error) {
	given, err := approvals(ctx, q, c.ID)
	if err != nil {
		return nil, err
	}
	return notices(rules.Carried().TextsOn(c.Regime, today), given, lang), nil
}

// Publication is how a language stands for a committee's pages.
type Publication struct {
	Language i18n.Language
	Notices  []Notice
	Begun    bool // somebody approved a text of it once, in these words or in others
}

// Lacking are the required texts that givers may not read in the language yet.
func (p Publication) Lacking() []Notice {
	return slices.DeleteFunc(slices.Clone(p.Notices), Notice.Approved)
}

// Published tells whether pages can be had in the language: nothing is lacking. English is the control text itself. Where no rule
// says what is required nothing is published: silence of the rules is never leave.
func (p Publication) Published() bool {
	return p.Language == i18n.English || len(p.Notices) > 0 && len(p.Lacking()) == 0
}

// BySeed counts the approvals that are a sandbox's, and nobody's.
func (p Publication) BySeed() int {
	n := 0
	for _, x := range p.Notices {
		if x.Approved() && x.Approval.Source == BySeed {
			n++
		}
	}
	return n
}

// Publications tells of each language that has a catalog, in the order of the menu, how it stands for a committee on a day.
func Publications(ctx context.Context, q sqlx.QueryerContext, c registry.Committee, today civil.Day) ([]Publication, error) {
	given, err := approvals(ctx, q, c.ID)
	if err != nil {
		return nil, err
	}
	required := rules.Carried().TextsOn(c.Regime, today)
	var out []Publication
	for _, l := range i18n.Languages() {
		begun := slices.ContainsFunc(given, func(a Approval) bool { return a.Language == l && a.Verdict == Approves })
		out = append(out, Publication{Language: l, Notices: notices(required, given, l), Begun: begun})
	}
	return out, nil
}

// Published lists the languages in which a committee's pages and letters may be had on a day, in the order of the menu. English
// is among them.
func Published(ctx context.Context, q sqlx.QueryerContext, c registry.Committee, today civil.Day) ([]i18n.Language, error) {
	all, err := Publications(ctx, q, c, today)
	if err != nil {
		return nil, err
	}
	var out []i18n.Language
	for _, p := range all {
		if p.Published() {
			out = append(out, p.Language)
		}
	}
	return out, nil
}

// JudgeNotices records what somebody says of translations: each Approval names the text, the language and the two versions that
// were read. It is refused where they are no longer those of the catalogs, where there is no translation, and without a name, a
// ground and at least one text.
func JudgeNotices(ctx context.Context, tx *sqlx.Tx, c registry.Committee, today civil.Day, said []Approval) error {
	if err := refuse(unfit(rules.Carried().TextsOn(c.Regime, today), said)); err != nil {
		return err
	}
	const insert = `
		insert into notice_approvals (committee, notice, language, version, english_version, verdict, source, approver, note, on_day)
		values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`
	for _, a := range said {
		_, err := tx.ExecContext(ctx, insert, c.ID, a.Notice, a.Language, a.Version, a.EnglishVersion, a.Verdict, a.Source,
			strings.TrimSpace(a.Approver), strings.TrimSpace(a.Note), today)
		if err != nil {
			return says(c.ID, fmt.Sprintf("judge %s in %s", a.Notice, a.Language), err)
		}
	}
	return nil
}

// unfit tells what keeps judgements from being recorded.
func unfit(required []rules.Text, said []Approval) []Finding {
	var out []Finding
	once := func(f Finding) {
		if !slices.Contains(out, f) {
			out = append(out, f)
		}
	}
	if len(said) == 0 {
		once(Finding{Field: "notice", Text: "Tick the texts that you read"})
	}
	for _, a := range said {
		i := slices.IndexFunc(required, func(t rules.Text) bool { return t.Text == a.Notice })
		switch {
		case i < 0:
			once(Finding{Field: "notice", Text: fmt.Sprintf("No text %q is required", a.Notice)})
			continue
		case a.Language == i18n.English:
			once(Finding{Field: "notice", Text: "English is the control text, and needs no approval"})
			continue
		}
		n := notices(required[i:i+1], nil, a.Language)[0]
		switch {
		case !n.Translated():
			once(Finding{Field: "notice", Text: fmt.Sprintf("%s has no words in %s", a.Notice, a.Language), Cite: n.Cite})
		case a.Version != n.Translation.Version || a.EnglishVersion != n.English.Version:
			once(Finding{Field: "notice", Text: "A text has changed since this page was opened. Read it again, then say"})
		}
		if strings.TrimSpace(a.Note) == "" {
			once(Finding{Field: "note", Text: "Write who read both texts, and how they know the language"})
		}
		if strings.TrimSpace(a.Approver) == "" {
			once(Finding{Field: "approver", Text: "Write the name of whoever answers for the translation"})
		}
	}
	return out
}
