package main

import (
	"time"

	"dure/donations"
	"dure/money"
)

// reconcileJSON is the document of dure reconcile --json. Sums are integer cents; differences are books less Stripe.
type reconcileJSON struct {
	Explained  bool             `json:"explained"`
	DryRun     bool             `json:"dry_run"`
	Committees []reconciledJSON `json:"committees"`
}

type reconciledJSON struct {
	Committee        string            `json:"committee"`
	At               time.Time         `json:"at"`
	Since            *time.Time        `json:"since"` // null: movements of all time
	Balance          bothJSON          `json:"balance"`
	Rows             []rowJSON         `json:"rows"`
	Charges          []chargeSumJSON   `json:"charges"`
	Named            []namedJSON       `json:"named"`
	Mended           []mendedJSON      `json:"mended"`
	Unexplained      []unexplainedJSON `json:"unexplained"`
	UnexplainedCents int64             `json:"unexplained_cents"`
}

type bothJSON struct {
	Books      int64 `json:"books_cents"`
	Stripe     int64 `json:"stripe_cents"`
	Difference int64 `json:"difference_cents"`
}

type rowJSON struct {
	What string `json:"what"`
	bothJSON
}

type chargeSumJSON struct {
	State string `json:"state"`
	Count int    `json:"count"`
	Cents int64  `json:"cents"`
}

type namedJSON struct {
	Kind       string   `json:"kind"`
	Count      int      `json:"count"`
	Cents      int64    `json:"cents"`
	Difference int64    `json:"difference_cents"`
	IDs        []string `json:"ids"`
}

type mendedJSON struct {
	What  string `json:"what"`
	Count int    `json:"count"`
}

type unexplainedJSON struct {
	What string    `json:"what"`
	Do   string    `json:"do"`
	IDs  []string  `json:"ids"`
	Gift string    `json:"gift,omitempty"`
	At   time.Time `json:"at"`
	bothJSON
}

func both(books, stripe money.Cents) bothJSON {
	return bothJSON{int64(books), int64(stripe), int64(books - stripe)}
}

func asJSON(done []reconciled, dry bool) reconcileJSON {
	out := reconcileJSON{Explained: true, DryRun: dry, Committees: []reconciledJSON{}}
	for _, d := range done {
		out.Explained = out.Explained && d.Explained()
		out.Committees = append(out.Committees, oneAsJSON(d.Reconciliation))
	}
	return out
}

func oneAsJSON(r donations.Reconciliation) reconciledJSON {
	out := reconciledJSON{
		Committee: string(r.Committee), At: r.At.UTC(), Balance: both(r.Books, r.Stripe), UnexplainedCents: int64(r.UnexplainedCents()),
		Rows: []rowJSON{}, Charges: []chargeSumJSON{}, Named: []namedJSON{}, Mended: []mendedJSON{}, Unexplained: []unexplainedJSON{},
	}
	if !r.Since.IsZero() {
		since := r.Since.UTC()
		out.Since = &since
	}
	for _, row := range r.Rows {
		out.Rows = append(out.Rows, rowJSON{row.What, both(row.Books, row.Stripe)})
	}
	for _, c := range r.Charges {
		out.Charges = append(out.Charges, chargeSumJSON{c.State, c.Count, int64(c.Cents)})
	}
	for _, n := range r.Named {
		out.Named = append(out.Named, namedJSON{n.Kind, n.Count, int64(n.Cents), int64(n.Difference), n.IDs})
	}
	for _, m := range r.Mended {
		out.Mended = append(out.Mended, mendedJSON{m.What, m.Count})
	}
	for _, u := range r.Unexplained {
		ids := append([]string{}, u.IDs...)
		out.Unexplained = append(out.Unexplained, unexplainedJSON{u.What, u.Do, ids, string(u.Gift), u.At.UTC(), both(u.Books, u.Stripe)})
	}
	return out
}
