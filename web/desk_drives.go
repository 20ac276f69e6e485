package web

import (
	"database/sql"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/go-chi/chi/v5"
	"github.com/jmoiron/sqlx"

	"dure/compliance"
	"dure/donations"
	"dure/i18n"
	"dure/pg"
)

// drivesPage lists the drives, and in which languages each says something.
type drivesPage struct {
	deskFrame
	Drives []driveRow
}

type driveRow struct {
	donations.Drive
	Open      bool
	Languages []driveLanguage
}

// driveLanguage is whether a drive has a text in a language.
type driveLanguage struct {
	Language i18n.Language
	Written  bool
}

func (d *Desk) drives(w http.ResponseWriter, r *http.Request, v visit) error {
	frame, err := d.frameOf(r, v, "Drives", "Drives")
	if err != nil {
		return err
	}
	drives, err := donations.Drives(r.Context(), d.DB, v.Committee.ID)
	if err != nil {
		return err
	}
	texts, err := donations.DriveTexts(r.Context(), d.DB, v.Committee.ID, "")
	if err != nil {
		return err
	}
	page := drivesPage{deskFrame: frame}
	for _, one := range drives {
		row := driveRow{Drive: one, Open: one.OpenOn(v.Today)}
		for _, l := range i18n.Known() {
			written := slices.ContainsFunc(texts, func(t donations.DriveText) bool { return t.Drive == one.Slug && t.Language == l })
			row.Languages = append(row.Languages, driveLanguage{l, written || l == i18n.English})
		}
		page.Drives = append(page.Drives, row)
	}
	return d.show(w, r, http.StatusOK, "drives", page)
}

// driveTextPage is what a drive says in one language, to be written.
type driveTextPage struct {
	deskFrame
	Drive    donations.Drive
	Language i18n.Language
	Written  *donations.DriveText // nil where it says nothing of its own
	Form     *form
}

// First are the paragraphs of the drive's first story.
func (p driveTextPage) First() []string { return paragraphs(p.Drive.Story) }

func (d *Desk) driveText(w http.ResponseWriter, r *http.Request, v visit) error {
	page, err := d.driveTextPageOf(r, v)
	if err != nil {
		return err
	}
	page.Form = newForm(url.Values{})
	if page.Written != nil {
		page.Form = newForm(url.Values{"title": {page.Written.Title}, "story": {page.Written.Story}})
	}
	return d.show(w, r, http.StatusOK, "drive_text", page)
}

func (d *Desk) driveTextPageOf(r *http.Request, v visit) (driveTextPage, error) {
	lang := i18n.Language(chi.URLParam(r, "language"))
	drive, err := donations.FindDrive(r.Context(), d.DB, chi.URLParam(r, "drive"))
	if err != nil {
		return driveTextPage{}, err
	}
	if drive.Committee != v.Committee.ID || !slices.Contains(i18n.Known(), lang) {
		return driveTextPage{}, sql.ErrNoRows
	}
	texts, err := donations.DriveTexts(r.Context(), d.DB, v.Committee.ID, drive.Slug)
	if err != nil {
		return driveTextPage{}, err
	}
	frame, err := d.frameOf(r, v, "Drives", drive.Title)
	if err != nil {
		return driveTextPage{}, err
	}
	page := driveTextPage{deskFrame: frame, Drive: drive, Language: lang}
	if i := slices.IndexFunc(texts, func(t donations.DriveText) bool { return t.Language == lang }); i >= 0 {
		page.Written = &texts[i]
	}
	return page, nil
}

// writeDriveText keeps what the organizer wrote; an empty form takes the language's text away.
func (d *Desk) writeDriveText(w http.ResponseWriter, r *http.Request, v visit) error {
	page, err := d.driveTextPageOf(r, v)
	if err != nil {
		return err
	}
	f := entered(r)
	page.Form = f
	said := donations.DriveText{
		Committee: v.Committee.ID, Drive: page.Drive.Slug, Language: page.Language, Title: f.inScript("title"), Story: f.inScript("story"),
	}
	if f.ok() {
		err := pg.InTx(r.Context(), d.DB, v.Member.ID.Actor(), []string{string(v.Committee.ID)}, func(tx *sqlx.Tx) error {
			return donations.WriteDriveText(r.Context(), tx, said)
		})
		refusal := (*compliance.Refusal)(nil)
		switch {
		case errors.As(err, &refusal):
			f.found(refusal)
		case err != nil:
			return err
		case strings.TrimSpace(said.Title) == "":
			return d.done(w, r, v.at("drives"), "Taken away. Givers read the first text, in English.")
		default:
			return d.done(w, r, v.at("drives"), "Written. Givers read it within seconds.")
		}
	}
	return d.show(w, r, http.StatusUnprocessableEntity, "drive_text", page)
}

// inScript reads what is written in any script, of several lines. Marks of direction are taken away, since the page sets the
// direction; the joiners and the blanks of no width that some scripts are written with stay.
func (f *form) inScript(name string) string {
	value := strings.Map(func(r rune) rune {
		if unicode.Is(unicode.Bidi_Control, r) || r == '\ufeff' {
			return -1
		}
		return r
	}, f.Value(name))
	bare := strings.NewReplacer("\n", "", "\r", "", "\t", "", "\u200b", "", "\u200c", "", "\u200d", "").Replace(value)
	if !readable(bare) || !utf8.ValidString(f.Value(name)) {
		f.refuse(name, unreadable)
	}
	return value
}
