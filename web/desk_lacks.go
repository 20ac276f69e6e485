package web

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/go-chi/chi/v5"
	"github.com/jmoiron/sqlx"

	"dure/civil"
	"dure/compliance"
	"dure/letters"
	"dure/pg"
	"dure/staff"
)

// lacksShown is how far back the page of those who left something out looks, in days: twice the clock of asking.
const lacksShown = 60

// lacksPage lists the gifts past the threshold whose givers left something out, and the letters that ask.
type lacksPage struct {
	deskFrame
	Unasked, Asked []lackRow
	Letters        []letters.Letter
}

type lackRow struct {
	compliance.Lack
	Left   string
	Letter string // that waits to be printed or sent
	Waits  string // what it waits for
}

func (d *Desk) lacks(w http.ResponseWriter, r *http.Request, v visit) error {
	frame, err := d.frameOf(r, v, "Receipts", "Who left something out")
	if err != nil {
		return err
	}
	page := lacksPage{deskFrame: frame}
	lacking, err := compliance.Lacking(r.Context(), d.DB, v.Committee.ID, v.Today.Add(-lacksShown), v.Today)
	if err != nil {
		return err
	}
	if page.Letters, err = letters.List(r.Context(), d.DB, v.Committee.ID, letters.Effort, 100); err != nil {
		return err
	}
	for _, l := range lacking {
		row := lackRow{Lack: l, Left: leftWords(l.Due.DaysLeft)}
		if !l.AskedOn.IsZero() {
			page.Asked = append(page.Asked, row)
			continue
		}
		for _, x := range page.Letters {
			if slices.Contains(x.Receipts, l.Receipt) {
				row.Letter, row.Waits = x.ID, letterStands(x)
			}
		}
		page.Unasked = append(page.Unasked, row)
	}
	return d.show(w, r, http.StatusOK, "lacks", page)
}

// letterStands says how a letter stands.
func letterStands(l letters.Letter) string {
	switch {
	case l.State == letters.Sent:
		return "sent"
	case l.State == letters.Failed:
		return "came back: write on paper"
	case l.SentBy == letters.OnPaper:
		return "to print and mail"
	case l.LastError != "":
		return "tried, and is tried again"
	}
	return "goes out by e-mail"
}

type letterPage struct {
	deskFrame
	Letter letters.Letter
	Lines  []string
	Stands string
	Mail   bool // it can be marked as mailed
	Form   *form
}

// letter shows a letter as it goes out; printed, the page is the letter alone.
func (d *Desk) letter(w http.ResponseWriter, r *http.Request, v visit) error {
	page, err := d.letterPageOf(r, v)
	if err != nil {
		return err
	}
	page.Form = newForm(url.Values{"mailed_on": {v.Today.String()}})
	return d.show(w, r, http.StatusOK, "letter", page)
}

func (d *Desk) letterPageOf(r *http.Request, v visit) (letterPage, error) {
	l, err := letters.Find(r.Context(), d.DB, v.Committee.ID, chi.URLParam(r, "letter"))
	if err != nil {
		return letterPage{}, err
	}
	frame, err := d.frameOf(r, v, "Receipts", l.Subject)
	if err != nil {
		return letterPage{}, err
	}
	page := letterPage{
		deskFrame: frame, Letter: l, Lines: paragraphs(l.Sealed()), Stands: letterStands(l),
		Mail: l.Kind == letters.Effort && l.State != letters.Sent && (l.SentBy == letters.OnPaper || l.State == letters.Failed),
	}
	if page.Mail && v.can(staff.KeepBooks) { // it is printed, with its key
		page.Lines = paragraphs(l.Plain)
	}
	return page, nil
}

// mailLetter records that a letter on paper was put into the mail.
func (d *Desk) mailLetter(w http.ResponseWriter, r *http.Request, v visit) error {
	page, err := d.letterPageOf(r, v)
	if err != nil {
		return err
	}
	f := entered(r)
	on := f.day("mailed_on", span{through: v.Today}, "Write the day on which it was mailed.")
	if written := civil.In(page.Letter.WrittenAt, v.Committee.Location()); f.ok() && on.Before(written) {
		f.refuse("mailed_on", "The letter was written on "+written.Spoken()+".")
	}
	if f.ok() {
		err := d.keepMailed(r.Context(), v, page.Letter.ID, on)
		refusal := (*compliance.Refusal)(nil)
		switch {
		case errors.As(err, &refusal):
			f.found(refusal)
		case err != nil:
			return err
		default:
			return d.done(w, r, v.at("lacks"), "Recorded: "+page.Letter.AddresseeName+" was asked by letter on "+on.Spoken()+".")
		}
	}
	page.Form = f
	return d.show(w, r, http.StatusUnprocessableEntity, "letter", page)
}

func (d *Desk) keepMailed(ctx context.Context, v visit, id string, on civil.Day) error {
	return pg.InTx(ctx, d.DB, v.Member.ID.Actor(), []string{string(v.Committee.ID)}, func(tx *sqlx.Tx) error {
		return letters.Mailed(ctx, tx, v.Committee.ID, id, on, v.noon(on))
	})
}

// lacksDue makes an item of those whom nobody asked yet; its clock is that of the oldest gift.
func (d *Desk) lacksDue(ctx context.Context, v visit) ([]dueItem, error) {
	lacking, err := compliance.Lacking(ctx, d.DB, v.Committee.ID, v.Today.Add(-lacksShown), v.Today)
	if err != nil {
		return nil, err
	}
	lacking = slices.DeleteFunc(lacking, func(l compliance.Lack) bool { return !l.AskedOn.IsZero() })
	if len(lacking) == 0 {
		return nil, nil
	}
	first := lacking[0]
	i := due(first.Due)
	i.Title = "Ask " + first.Giver.Name() + " for " + strings.Join(first.Missing, " and ")
	i.Text = fmt.Sprintf("Gifts past the threshold of the year whose giver left it out; received %s. Letters to an e-mail address go out by themselves on the next day.", first.ReceivedOn.Spoken())
	if more := len(lacking) - 1; more > 0 {
		i.Title += fmt.Sprintf(", and of %s more", plural(more, "gift"))
	}
	i.Act, i.Href = "See who is to be asked", v.at("lacks")
	return []dueItem{i}, nil
}
