package web

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/go-chi/chi/v5"
	"github.com/jmoiron/sqlx"

	"dure/compliance"
	"dure/pg"
)

// newTextForm is a form for a text, with the id that the text gets.
func newTextForm() *form { return newForm(url.Values{"id": {pg.NewID('T')}}) }

// tellInReport records a text for a report: about the whole, or about the row of a transaction. The same form sent twice is
// one text.
func (d *Desk) tellInReport(w http.ResponseWriter, r *http.Request, v visit) error {
	ctx, f, name := r.Context(), entered(r), chi.URLParam(r, "period")
	p, err := compliance.PreviewReport(ctx, d.DB, v.Committee.ID, name, time.Time{}, rowsShown)
	if status, why := whyNoReport(err); status != 0 {
		return d.noReport(w, r, v, status, name, why...)
	}
	if err != nil {
		return err
	}
	t := compliance.ReportText{
		Committee: v.Committee.ID, ID: f.id('T'), Period: p.Period.Name,
		About: strings.ToUpper(strings.TrimSpace(f.Value("about"))),
		Text:  f.text("text", 4000, "Write what the report is to tell."),
	}
	again := func() error {
		return d.done(w, r, v.at("reports", t.Period), "This text was recorded before. Nothing was recorded twice.")
	}
	switch there, err := stands(ctx, d.DB, `select exists (select from report_texts where committee = $1 and id = $2)`, v, t.ID); {
	case err != nil:
		return err
	case there:
		return again()
	}
	if err := d.lookForRow(ctx, f, v, t.About); err != nil {
		return err
	}
	if f.ok() {
		err := pg.InTx(ctx, d.DB, v.Member.ID.Actor(), []string{string(v.Committee.ID)}, func(tx *sqlx.Tx) error {
			return compliance.TellInReport(ctx, tx, t)
		})
		switch {
		case err == nil:
			said, err := d.toldWords(ctx, t)
			if err != nil {
				return err
			}
			return d.done(w, r, v.at("reports", t.Period), said)
		case pg.Violates(err, "report_texts_pk"):
			return again()
		}
		return err
	}
	page, err := d.reportPageOf(r, v, p)
	if err != nil {
		return err
	}
	page.TextForm = f
	return d.show(w, r, http.StatusUnprocessableEntity, "report", page)
}

// toldWords says that a text stands in its report, or that the report has no row which it could stand under: the file, built
// whole, tells. Where there is no file yet, the text stands until there is one.
func (d *Desk) toldWords(ctx context.Context, t compliance.ReportText) (string, error) {
	const told = "The report tells it."
	if t.About == "" {
		return told, nil
	}
	built, err := compliance.BuildReport(ctx, d.DB, t.Committee, t.Period, time.Time{}, io.Discard)
	if status, _ := whyNoReport(err); status != 0 {
		return "Recorded. It is told once there is a file of this report.", nil
	}
	if err != nil {
		return "", err
	}
	for _, f := range built.Findings {
		if f.Rule == "text-without-row" && f.Value == t.About {
			return "Recorded, but " + t.About + " has no row in this report as it stands: the file leaves the text out until it has one.", nil
		}
	}
	return told, nil
}

// lookForRow refuses a transaction that the committee does not have.
func (d *Desk) lookForRow(ctx context.Context, f *form, v visit, id string) error {
	if id == "" {
		return nil
	}
	const must = "Choose a transaction of the rows below, or write its number as they have it."
	if !readable(id) {
		f.refuse("about", must)
		return nil
	}
	const find = `
		select exists (select from receipts where committee = $1 and id = $2)
		    or exists (select from disbursements where committee = $1 and id = $2)
		    or exists (select from forward_items where committee = $1 and id = $2)
		    or exists (select from in_kinds where committee = $1 and id = $2)
		    or exists (select from refunds where committee = $1 and id = $2)
		    or exists (select from refund_failures where committee = $1 and 'V-' || refund = $2)
		    or exists (select from dispute_ends where committee = $1 and id = $2)
		    or exists (select from processor_fees where committee = $1 and 'FEE-' || to_char(posted_on, 'YYYYMMDD') = $2)`
	there, err := stands(ctx, d.DB, find, v, id)
	if err == nil && !there {
		f.refuse("about", must)
	}
	return err
}

// reportText is a text of the report, and about what it is.
type reportText struct{ About, Text string }

func textsOf(p compliance.Preview) []reportText {
	var out []reportText
	for _, t := range p.Texts {
		out = append(out, reportText{t.About, t.Text})
	}
	return out
}

// shownRows lists the rows that the page shows, to choose one of.
func shownRows(sections []rowSection) []option {
	var out []option
	for _, s := range sections {
		for _, row := range s.Rows {
			if !slices.ContainsFunc(out, func(o option) bool { return o.Value == row.ID }) {
				out = append(out, option{row.ID, fmt.Sprintf("%s, %s, %s", row.Name, row.Day, row.Amount)})
			}
		}
	}
	return out
}
