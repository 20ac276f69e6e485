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
	if page.Language == i18n.English { // the first text is amended with the drive
		http.Redirect(w, r, v.at("drives", page.Drive.Slug, "amend"), http.StatusSeeOther)
		return nil
	}
	page.Form = newForm(url.Values{})
	if page.Written != nil {
		page.Form = newForm(url.Values{"title": {page.Written.Title}, "story": {page.Written.Story}})
	}
	return d.show(w, r, http.StatusOK, "drive_text", page)
}

func (d *Desk) driveTextPageOf(r *http.Request, v visit) (driveTextPage, error) {
	lang := i18n.Language(chi.URLParam(r, "language"))
	drive, err := d.driveOf(r.Context(), v, chi.URLParam(r, "drive"))
	if err != nil {
		return driveTextPage{}, err
	}
	if !slices.Contains(i18n.Known(), lang) {
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
	if page.Language == i18n.English {
		return sql.ErrNoRows // its form is the drive's own
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
			return d.done(w, r, v.at("drives", page.Drive.Slug), "Taken away. Givers read the first text, in English.")
		default:
			return d.done(w, r, v.at("drives", page.Drive.Slug), "Written. Givers read it within seconds.")
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
		value = strings.ReplaceAll(strings.ToValidUTF8(value, ""), "\x00", "") // what else is wrong is still asked of the database
	}
	return value
}
