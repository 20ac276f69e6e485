package web

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"

	"github.com/jmoiron/sqlx"

	"dure/compliance"
	"dure/pg"
)

type inKindPage struct {
	deskFrame
	Form       *form
	Categories []option
}

func (d *Desk) inKindForm(w http.ResponseWriter, r *http.Request, v visit) error {
	f := newForm(url.Values{"id": {pg.NewID('R')}, "received_on": {v.Today.String()}})
	return d.showInKindForm(w, r, v, http.StatusOK, f)
}

func (d *Desk) showInKindForm(w http.ResponseWriter, r *http.Request, v visit, status int, f *form) error {
	frame, err := d.frameOf(r, v, "Receipts", "Enter an in-kind gift")
	if err != nil {
		return err
	}
	return d.show(w, r, status, "in_kind", inKindPage{deskFrame: frame, Form: f, Categories: categories})
}

// receiveInKind records goods or services that were given. The same form sent twice is one receipt.
func (d *Desk) receiveInKind(w http.ResponseWriter, r *http.Request, v visit) error {
	ctx, f := r.Context(), entered(r)
	days, err := d.days(ctx, v)
	if err != nil {
		return err
	}
	in := readInKind(f, v, days)
	again := func() error {
		return d.done(w, r, v.at("receipts"), "This gift was recorded before. Nothing was recorded twice.")
	}
	switch there, err := stands(ctx, d.DB, `select exists (select from receipts where committee = $1 and id = $2)`, v, in.ID); {
	case err != nil:
		return err
	case there:
		return again()
	case !f.ok():
		return d.showInKindForm(w, r, v, http.StatusUnprocessableEntity, f)
	}
	opened, err := d.enterReceipt(ctx, v, in.Receipt, func(ctx context.Context, tx *sqlx.Tx, r compliance.Receipt) error {
		k := in
		k.Receipt = r
		return compliance.ReceiveInKind(ctx, tx, k)
	})
	var refusal *compliance.Refusal
	switch {
	case pg.Violates(err, "receipts_pk"):
		return again()
	case errors.As(err, &refusal):
		f.found(refusal)
		return d.showInKindForm(w, r, v, http.StatusUnprocessableEntity, f)
	case err != nil:
		return err
	}
	said := fmt.Sprintf("Recorded: %s of %s in kind, received %s: %s.", usd(in.Cents), in.Contributor.Name(), in.ReceivedOn.Spoken(), in.Goods)
	if opened {
		said += " It passes a limit: a case is open for it."
	}
	return d.done(w, r, v.at("receipts"), said)
}

// readInKind reads the form, with all that is wrong in it. Goods are given on the day on which they are received (11 CFR
// 110.1(b)(6)), and by persons alone: companies may not give (11 CFR 114.2).
func readInKind(f *form, v visit, days span) compliance.InKind {
	in := compliance.InKind{
		Receipt: compliance.Receipt{
			Committee: v.Committee.ID, ID: f.id('R'), Line: "11(a)", Instrument: "in-kind", Cents: f.cents("amount"),
			ReceivedOn: f.day("received_on", days, "Write the day on which the goods or services were received."),
		},
		Goods:     f.text("goods", 100-len("In-Kind: "), "Write what was given."),
		Valuation: f.text("valuation", 200, "Write how you found what it is worth: the usual price, and where you saw it."),
		Category:  f.Value("category"),
	}
	in.MadeOn, in.HappenedAt = in.ReceivedOn, v.noon(in.ReceivedOn)
	if !slices.ContainsFunc(categories, func(o option) bool { return o.Value == in.Category }) {
		f.refuse("category", "Choose a category of the list.")
	}
	in.Contributor = readPerson(f)
	return in
}
