package web

import (
	"context"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"time"

	"dure/civil"
	"dure/ledger"
	"dure/money"
)

type booksPage struct {
	deskFrame
	Known, Wrong    string
	Through         civil.Day
	Balances, Cash  []balance
	Debits, Credits string
	CashSum         money.Cents
	Entries         []entryView
	Next            string
}

type balance struct{ Name, Debit, Credit string }

// entryView is an entry of the books as a page shows it.
type entryView struct {
	Text, Source, Href, By, Recorded string
	PostedOn                         civil.Day
	Lines                            []lineView
}

type lineView struct{ Account, Feeds, Debit, Credit string }

const entriesOnPage = 40

func (d *Desk) books(w http.ResponseWriter, r *http.Request, v visit) error {
	ctx, query := r.Context(), r.URL.Query()
	frame, err := d.frameOf(r, v, "Books", "Books")
	if err != nil {
		return err
	}
	page := booksPage{deskFrame: frame, Known: moment(v.Now, v.Committee.Location()), Through: v.Today}
	if asked := query.Get("through"); asked != "" {
		if page.Through, err = civil.Parse(asked); err != nil {
			page.Wrong, page.Through = "Write the day as year-month-day, such as "+v.Today.String()+".", v.Today
		}
	}
	balances, err := ledger.Balances(ctx, d.DB, v.Committee.ID, page.Through, time.Time{})
	if err != nil {
		return err
	}
	page.take(balances)
	before, entry := readCursor(query.Get("before"))
	entries, err := ledger.Entries(ctx, d.DB, v.Committee.ID, before, entry, entriesOnPage+1)
	if err != nil {
		return err
	}
	if len(entries) > entriesOnPage {
		entries = entries[:entriesOnPage]
		page.Next = v.at("books") + "?" + url.Values{"through": {query.Get("through")}, "before": {cursor(entries[entriesOnPage-1])}}.Encode()
	}
	if page.Entries, err = d.entryViews(ctx, v, entries); err != nil {
		return err
	}
	return d.show(w, r, http.StatusOK, "books", page)
}

// cursor names the entry behind which the next page goes on.
func cursor(last ledger.Posted) string {
	return last.RecordedAt.UTC().Format(time.RFC3339Nano) + " " + last.ID
}

var entryShape = regexp.MustCompile(`^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$`)

// readCursor reads a cursor; what is none asks for the newest entries.
func readCursor(asked string) (before time.Time, entry string) {
	moment, entry, _ := strings.Cut(asked, " ")
	before, err := time.Parse(time.RFC3339Nano, moment)
	if err != nil || !entryShape.MatchString(entry) {
		return time.Time{}, ""
	}
	return before, entry
}

// take lays the balances out as a trial balance: each account on its side, both sides with the same sum.
func (p *booksPage) take(balances map[ledger.Account]money.Cents) {
	var debits, credits money.Cents
	for _, a := range ledger.Chart {
		cents := balances[a.Account]
		b := balance{Name: a.Name}
		switch {
		case cents > 0:
			b.Debit, debits = usd(cents), debits+cents
		case cents < 0:
			b.Credit, credits = usd(-cents), credits-cents
		}
		if cents != 0 {
			p.Balances = append(p.Balances, b)
		}
		if a.Cash {
			b.Debit = usd(cents)
			p.Cash = append(p.Cash, b)
		}
	}
	p.Debits, p.Credits, p.CashSum = usd(debits), usd(credits), ledger.Cash(balances)
}

// entryViews sets entries out, with the names of accounts and of who recorded them.
func (d *Desk) entryViews(ctx context.Context, v visit, entries []ledger.Posted) ([]entryView, error) {
	names := map[ledger.Account]string{}
	for _, a := range ledger.Chart {
		names[a.Account] = a.Name
	}
	actors := map[string]string{}
	var out []entryView
	for _, e := range entries {
		by, err := d.actorName(ctx, actors, e.Actor)
		if err != nil {
			return nil, err
		}
		view := entryView{Text: e.Text, Source: e.Source, PostedOn: e.PostedOn, By: by, Recorded: moment(e.RecordedAt, v.Committee.Location())}
		if id, ok := strings.CutPrefix(e.Source, "receipt:G"); ok {
			view.Href = v.at("gifts", "G"+id)
		}
		for _, l := range e.Lines {
			line := lineView{Account: names[l.Account], Feeds: l.Feeds}
			if l.Cents > 0 {
				line.Debit = usd(l.Cents)
			} else {
				line.Credit = usd(-l.Cents)
			}
			view.Lines = append(view.Lines, line)
		}
		out = append(out, view)
	}
	return out, nil
}
