package web

import (
	"fmt"
	"net/http"

	"github.com/go-chi/chi/v5"

	"dure/letters"
)

// lettersPage lists the letters: those that could not be sent, those that wait, and the last of all.
type lettersPage struct {
	deskFrame
	Box                  letters.Box
	Failed, Owed, Latest []letters.Letter
}

// lettersShown is how many letters each list shows.
const lettersShown = 50

// letterKinds are the words for what a letter is.
var letterKinds = map[string]string{
	letters.Effort: "asks for what was left out", letters.Held: "the gift is held", letters.Released: "the gift was let go",
	letters.Receipt: "receipt", letters.Refunded: "money went back", letters.RefundFailed: "the bank did not take a refund",
	letters.DisputeLost: "a dispute was lost", letters.Declined: "a request was declined",
}

// LetterKind says what a letter is.
func (f deskFrame) LetterKind(l letters.Letter) string { return orElse(letterKinds[l.Kind], l.Kind) }

// LetterStands says how a letter stands.
func (f deskFrame) LetterStands(l letters.Letter) string {
	switch {
	case l.State == letters.Sent && l.SentAt.Valid:
		return "sent " + f.Moment(l.SentAt.Time)
	case l.State == letters.Failed:
		return "could not be sent"
	case l.SentBy == letters.OnPaper:
		return "to print and mail"
	case l.LastError != "":
		return fmt.Sprintf("tried %s, again %s", times(l.Attempts), f.Moment(l.DueAt))
	}
	return "goes out by e-mail"
}

func times(n int) string {
	switch n {
	case 1:
		return "once"
	case 2:
		return "twice"
	}
	return fmt.Sprintf("%d times", n)
}

func (d *Desk) letters(w http.ResponseWriter, r *http.Request, v visit) error {
	frame, err := d.frameOf(r, v, "Today", "Letters")
	if err != nil {
		return err
	}
	ctx, page := r.Context(), lettersPage{deskFrame: frame}
	if page.Box, err = letters.Count(ctx, d.DB, v.Committee.ID); err != nil {
		return err
	}
	if page.Failed, err = letters.In(ctx, d.DB, v.Committee.ID, letters.Failed, lettersShown); err != nil {
		return err
	}
	if page.Owed, err = letters.In(ctx, d.DB, v.Committee.ID, letters.Owed, lettersShown); err != nil {
		return err
	}
	if page.Latest, err = letters.List(ctx, d.DB, v.Committee.ID, "", lettersShown); err != nil {
		return err
	}
	return d.show(w, r, http.StatusOK, "letters", page)
}

// sendAgain sends a letter once more that could not be sent; without an id in the address, all of them.
func (d *Desk) sendAgain(w http.ResponseWriter, r *http.Request, v visit) error {
	id := chi.URLParam(r, "letter")
	n, err := letters.Again(r.Context(), d.DB, v.Now, v.Member.ID.Actor(), v.Committee.ID, id)
	if err != nil {
		return err
	}
	said := plural(n, "letter") + " will be sent again within moments."
	if n == 0 {
		said = "Nothing is sent again: it was sent, or waits already."
	}
	return d.done(w, r, v.at("letters"), said)
}

// letterRows is a list of letters on a page.
type letterRows struct {
	Frame deskFrame
	Rows  []letters.Letter
}

// Waiting are the letters that wait.
func (p lettersPage) Waiting() letterRows { return letterRows{p.deskFrame, p.Owed} }

// All are the latest letters.
func (p lettersPage) All() letterRows { return letterRows{p.deskFrame, p.Latest} }
