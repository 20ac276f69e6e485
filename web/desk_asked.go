package web

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strconv"

	"github.com/go-chi/chi/v5"

	"dure/civil"
	"dure/compliance"
	"dure/donations"
	"dure/i18n"
)

// answerWithin is how many days a giver's request should wait at most: no law says so, courtesy does.
const answerWithin = 7

// askedPage is a giver's request to have a gift back, which a person answers.
type askedPage struct {
	deskFrame
	Gift    donations.Gift
	GiftID  string
	Name    string
	Request donations.Request
	When    string
	Back    giftBack
	Form    *form
}

// askedBack shows the last request of a gift.
func (d *Desk) askedBack(w http.ResponseWriter, r *http.Request, v visit) error {
	page, err := d.askedPageOf(r, v)
	if err != nil {
		return err
	}
	page.Form = newForm(url.Values{"made": {strconv.Itoa(page.Back.Made)}, "amount": {page.Back.Left.Plain()}})
	return d.show(w, r, http.StatusOK, "asked", page)
}

func (d *Desk) askedPageOf(r *http.Request, v visit) (askedPage, error) {
	ctx := r.Context()
	g, err := donations.FindOf(ctx, d.DB, v.Committee.ID, donations.GiftID(chi.URLParam(r, "gift")))
	if err != nil {
		return askedPage{}, err
	}
	back, err := donations.FindBack(ctx, d.DB, g)
	if err != nil {
		return askedPage{}, err
	}
	if back.Last == nil {
		return askedPage{}, fmt.Errorf("find the request of %s: %w", g.ID, sql.ErrNoRows)
	}
	name := who(g.GivenName, g.FamilyName, g.NameOwn)
	frame, err := d.frameOf(r, v, "Gifts", name+" asks for a gift back")
	if err != nil {
		return askedPage{}, err
	}
	page := askedPage{deskFrame: frame, Gift: g, GiftID: string(g.ID), Name: name, Request: *back.Last, When: moment(back.Last.AskedAt, v.Committee.Location())}
	receipt, err := d.receiptOf(ctx, v, g)
	if err != nil {
		return page, err
	}
	of, err := d.backOf(ctx, v, *receipt)
	if err != nil {
		return page, err
	}
	page.Back = *of
	return page, nil
}

// declineBack answers a request with words, and gives nothing back.
func (d *Desk) declineBack(w http.ResponseWriter, r *http.Request, v visit) error {
	page, err := d.askedPageOf(r, v)
	if err != nil {
		return err
	}
	f := entered(r)
	words := f.note("words", longestReason)
	if words == "" {
		f.refuse("words", "Write what the giver is told.")
	}
	if f.ok() {
		err := donations.DeclineRequest(r.Context(), d.DB, v.Now, v.Member.ID.Actor(), v.Committee.ID, page.Gift.ID, words)
		refusal := (*compliance.Refusal)(nil)
		switch {
		case errors.As(err, &refusal):
			f.found(refusal)
		case err != nil:
			return err
		default:
			return d.done(w, r, v.at("gifts", page.GiftID), "Recorded: "+page.Name+" is told that nothing goes back, in your words.")
		}
	}
	f.entered.Set("made", strconv.Itoa(page.Back.Made))
	f.entered.Set("amount", page.Back.Left.Plain())
	page.Form = f
	return d.show(w, r, http.StatusUnprocessableEntity, "asked", page)
}

// askedDue makes an item of each of the first few requests that nobody answered, and one of all others.
func (d *Desk) askedDue(ctx context.Context, v visit) ([]dueItem, error) {
	const few = 3
	open, err := donations.OpenRequests(ctx, d.DB, v.Committee.ID)
	if err != nil {
		return nil, err
	}
	var items []dueItem
	for n, r := range open {
		g, err := donations.FindOf(ctx, d.DB, v.Committee.ID, r.Gift)
		if err != nil {
			return nil, err
		}
		on := civil.In(r.AskedAt, v.Committee.Location())
		left := on.Add(answerWithin).Sub(v.Today)
		i := dueItem{Left: left, Clock: clockOf(left, answerWithin), Now: left <= 2}
		i.Title = fmt.Sprintf("Answer %s, who asks for %s back", g.Name(), usd(g.Cents))
		i.Text = "Asked on " + on.Spoken() + "."
		if r.Reason != "" {
			i.Text += " “" + shortened(r.Reason, 140) + "”"
		}
		i.Act, i.Href = "Read and answer", v.at("gifts", string(g.ID), "asked")
		if n == few && len(open) > few+1 {
			i.Title = fmt.Sprintf("Answer %d more givers who ask for money back", len(open)-few)
			return append(items, i), nil
		}
		items = append(items, i)
	}
	return items, nil
}

// shortened cuts a text after so many characters.
func shortened(s string, most int) string {
	if r := []rune(s); len(r) > most {
		return string(r[:most]) + "…"
	}
	return s
}

// Reads names the language in which the giver asked.
func (p askedPage) Reads() string { return i18n.Language(p.Request.Language).Name() }

// Reason is what the giver wrote, by paragraphs.
func (p askedPage) Reason() []string { return paragraphs(p.Request.Reason) }

// Told is what the giver was answered, by paragraphs.
func (p askedPage) Told() []string { return paragraphs(p.Request.Words) }
