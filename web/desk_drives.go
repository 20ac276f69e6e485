package web

import (
	"context"
	"database/sql"
	"net/http"
	"slices"

	"dure/civil"
	"dure/compliance"
	"dure/donations"
	"dure/i18n"
)

// drivesPage lists the drives: how each stands, what it brought, and who can read it.
type drivesPage struct {
	deskFrame
	Drives []driveRow
}

type driveRow struct {
	donations.Drive
	Stands    driveStands
	Address   string
	Brought   donations.Brought
	Languages []driveLanguage // in which givers can have its page
}

// OwnWords counts the languages among them in which the drive says something of its own.
func (r driveRow) OwnWords() (n int) {
	for _, l := range r.Languages {
		if l.Written {
			n++
		}
	}
	return n
}

// driveStands says how a drive stands today.
type driveStands struct{ Word, Mark, Days string }

// driveLanguage is how a drive stands in a language.
type driveLanguage struct {
	Language i18n.Language
	Shown    bool // givers can have the page in it
	Written  bool // the drive says something of its own in it
}

func (d *Desk) drives(w http.ResponseWriter, r *http.Request, v visit) error {
	ctx := r.Context()
	frame, err := d.frameOf(r, v, "Drives", "Drives")
	if err != nil {
		return err
	}
	drives, err := donations.Drives(ctx, d.DB, v.Committee.ID)
	if err != nil {
		return err
	}
	brought, err := donations.DrivesBrought(ctx, d.DB, v.Committee.ID, "")
	if err != nil {
		return err
	}
	texts, err := donations.DriveTexts(ctx, d.DB, v.Committee.ID, "")
	if err != nil {
		return err
	}
	shown, err := compliance.Published(ctx, d.DB, v.Committee, v.Today)
	if err != nil {
		return err
	}
	slices.SortStableFunc(drives, func(a, b donations.Drive) int { return rank(a.On(v.Today)) - rank(b.On(v.Today)) })
	page := drivesPage{deskFrame: frame}
	for _, one := range drives {
		row := driveRow{Drive: one, Stands: standsOf(one, v.Today), Address: d.giveAddress(one.Slug)}
		if i := slices.IndexFunc(brought, func(b donations.Brought) bool { return b.Drive == one.Slug }); i >= 0 {
			row.Brought = brought[i]
		}
		for _, l := range driveLanguages(one.Slug, texts, shown) {
			if l.Shown {
				row.Languages = append(row.Languages, l)
			}
		}
		page.Drives = append(page.Drives, row)
	}
	return d.show(w, r, http.StatusOK, "drives", page)
}

// rank is where a drive stands in the list: first those that take gifts, then those to come, then those that are over.
func rank(s donations.Standing) int {
	switch s {
	case donations.Taking:
		return 0
	case donations.Ahead:
		return 1
	}
	return 2
}

// giveAddress is where givers find a drive.
func (d *Desk) giveAddress(slug string) string { return d.PublicURL + "/give/" + slug }

// driveLanguages tells of each language how a drive stands in it. The first text is in English.
func driveLanguages(slug string, texts []donations.DriveText, shown []i18n.Language) []driveLanguage {
	var out []driveLanguage
	for _, l := range i18n.Known() {
		written := slices.ContainsFunc(texts, func(t donations.DriveText) bool { return t.Drive == slug && t.Language == l })
		out = append(out, driveLanguage{Language: l, Shown: slices.Contains(shown, l), Written: written || l == i18n.English})
	}
	return out
}

func standsOf(one donations.Drive, today civil.Day) driveStands {
	last := one.LastDay()
	switch one.On(today) {
	case donations.Taking:
		s := driveStands{Word: "open", Mark: "ok", Days: "since " + short(one.OpensOn)}
		if !last.IsZero() {
			s.Days += ", until " + short(last)
		}
		return s
	case donations.Ahead:
		return driveStands{Word: "not yet open", Days: "begins " + short(one.OpensOn)}
	case donations.Over:
		return driveStands{Word: "ended", Days: "last day " + short(last)}
	}
	return driveStands{Word: "closed", Days: "by hand"}
}

// driveOf gives the drive of a page's address: one of another committee is not there.
func (d *Desk) driveOf(ctx context.Context, v visit, slug string) (donations.Drive, error) {
	one, err := donations.FindDrive(ctx, d.DB, slug)
	if err == nil && one.Committee != v.Committee.ID {
		err = sql.ErrNoRows
	}
	return one, err
}
