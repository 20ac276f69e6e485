package web

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/go-chi/chi/v5"
	"github.com/jmoiron/sqlx"

	"dure/compliance"
	"dure/i18n"
	"dure/pg"
)

// languagesPage tells of each language whether givers can have the committee's pages in it, and what is lacking.
type languagesPage struct {
	deskFrame
	Languages []languageRow
}

type languageRow struct {
	compliance.Publication
	Mark, Stands string // of the badge
	Approved     string // how many of the required texts
	Seeded       bool   // some of the approvals are the seed's
	Texts        string // how the other texts of the program stand
}

func (d *Desk) languages(w http.ResponseWriter, r *http.Request, v visit) error {
	frame, err := d.frameOf(r, v, "Languages", "Languages")
	if err != nil {
		return err
	}
	page := languagesPage{deskFrame: frame}
	all, err := compliance.Publications(r.Context(), d.DB, v.Committee, v.Today)
	if err != nil {
		return err
	}
	for _, p := range all {
		page.Languages = append(page.Languages, languageRowOf(p))
	}
	return d.show(w, r, http.StatusOK, "languages", page)
}

// unpublished lists the languages in which pages are not shown though somebody began to approve them: most often a text changed.
func unpublished(ctx context.Context, q sqlx.QueryerContext, v visit) ([]compliance.Publication, error) {
	all, err := compliance.Publications(ctx, q, v.Committee, v.Today)
	return slices.DeleteFunc(all, func(p compliance.Publication) bool { return !p.Begun || p.Published() }), err
}

func languageRowOf(p compliance.Publication) languageRow {
	row := languageRow{Publication: p, Stands: "not published", Mark: "look", Seeded: p.BySeed() > 0}
	row.Approved = fmt.Sprintf("%d of %d", len(p.Notices)-len(p.Lacking()), len(p.Notices))
	if p.Published() {
		row.Stands, row.Mark = "published", "ok"
	}
	if p.Language == i18n.English {
		row.Approved = "the control text, which needs no approval"
	}
	s := i18n.StandingOf(p.Language)
	var lacks []string
	if n := len(s.Missing); n > 0 {
		lacks = append(lacks, plural(n, "text")+" missing")
	}
	if n := len(s.Stale); n > 0 {
		lacks = append(lacks, plural(n, "text")+" of an older English")
	}
	if row.Texts = strings.Join(lacks, ", "); row.Texts == "" {
		row.Texts = "every text"
	}
	return row
}

// languagePage holds each required text beside its English.
type languagePage struct {
	deskFrame
	Row     languageRow
	Notices []noticeRow
	Form    *form
}

type noticeRow struct {
	compliance.Notice
	Where    string // the pages and letters on which it stands
	Approval string // who approved it, when and on what ground; empty where nobody did
	Seen     string // which text and versions the page shows, for the form
	Ticked   bool
}

// where are the places of a required text, in words.
var where = map[string]string{
	"give": "a drive’s page", "thanks": "the page of thanks", "proof": "the page that takes copies", "answer": "the page of answers",
	"letter": "letters", "receipt": "receipts",
}

func (d *Desk) language(w http.ResponseWriter, r *http.Request, v visit) error {
	f := newForm(url.Values{"approver": {v.Member.Name}})
	page, err := d.languagePageOf(r, v, f)
	if err != nil {
		return err
	}
	return d.show(w, r, http.StatusOK, "language", page)
}

func (d *Desk) languagePageOf(r *http.Request, v visit, f *form) (languagePage, error) {
	all, err := compliance.Publications(r.Context(), d.DB, v.Committee, v.Today)
	if err != nil {
		return languagePage{}, err
	}
	i := slices.IndexFunc(all, func(p compliance.Publication) bool { return string(p.Language) == chi.URLParam(r, "language") })
	if i < 0 {
		return languagePage{}, sql.ErrNoRows
	}
	frame, err := d.frameOf(r, v, "Languages", all[i].Language.Name())
	if err != nil {
		return languagePage{}, err
	}
	page := languagePage{deskFrame: frame, Row: languageRowOf(all[i]), Form: f}
	names := map[string]string{}
	for _, n := range all[i].Notices {
		row := noticeRow{Notice: n, Seen: strings.Join([]string{n.Text.Text, n.Translation.Version, n.English.Version}, " ")}
		var places []string
		for _, p := range n.On {
			places = append(places, where[p])
		}
		row.Where, row.Ticked = strings.Join(places, ", "), f.Has("notice", row.Seen)
		if row.Approval, err = d.approvalSays(r.Context(), v, names, n); err != nil {
			return languagePage{}, err
		}
		page.Notices = append(page.Notices, row)
	}
	return page, nil
}

// approvalSays tells who answers for a translation.
func (d *Desk) approvalSays(ctx context.Context, v visit, names map[string]string, n compliance.Notice) (string, error) {
	a := n.Approval
	if a.Verdict == "" {
		return "", nil
	}
	if a.Source == compliance.BySeed {
		return "By the sandbox’s seed, not by a person: " + a.Note, nil
	}
	entered, err := d.actorName(ctx, names, a.Actor)
	if err != nil {
		return "", err
	}
	said := map[string]string{compliance.Approves: "Approved", compliance.Withdraws: "Approval taken back"}[a.Verdict]
	said = fmt.Sprintf("%s by %s on %s: %s", said, a.Approver, moment(a.RecordedAt, v.Committee.Location()), a.Note)
	if entered != a.Approver {
		said += " (entered by " + entered + ")"
	}
	return said, nil
}

// judgeLanguage records what a member says of the texts that they ticked.
func (d *Desk) judgeLanguage(w http.ResponseWriter, r *http.Request, v visit) error {
	f := entered(r)
	page, err := d.languagePageOf(r, v, f)
	if err != nil {
		return err
	}
	lang := page.Row.Language
	approver, note := f.note("approver", 100), f.note("note", 1000)
	verdict := compliance.Approves
	if f.Value("verdict") == compliance.Withdraws {
		verdict = compliance.Withdraws
	}
	var said []compliance.Approval
	for _, seen := range f.entered["notice"] {
		parts := strings.Fields(seen)
		if len(parts) != 3 {
			parts = make([]string, 3) // refused as a text that nobody requires
		}
		said = append(said, compliance.Approval{
			Notice: parts[0], Version: parts[1], EnglishVersion: parts[2], Language: lang,
			Verdict: verdict, Source: compliance.ByPerson, Approver: approver, Note: note,
		})
	}
	if len(said) == 0 {
		f.refuse("notice", "Tick the texts that you read.")
	}
	if approver == "" {
		f.refuse("approver", "Write the name of whoever answers for the translation.")
	}
	if note == "" {
		f.refuse("note", "Write who read both texts, and how they know the language.")
	}
	if f.ok() {
		err := pg.InTx(r.Context(), d.DB, v.Member.ID.Actor(), []string{string(v.Committee.ID)}, func(tx *sqlx.Tx) error {
			return compliance.JudgeNotices(r.Context(), tx, v.Committee, v.Today, said)
		})
		refusal := (*compliance.Refusal)(nil)
		switch {
		case errors.As(err, &refusal):
			f.found(refusal)
		case err != nil:
			return err
		default:
			return d.done(w, r, v.at("languages", string(lang)), fmt.Sprintf("%s: %s.", map[string]string{
				compliance.Approves: "Approved", compliance.Withdraws: "Taken back",
			}[verdict], plural(len(said), "text")))
		}
	}
	return d.show(w, r, http.StatusUnprocessableEntity, "language", page)
}
