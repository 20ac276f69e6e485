package scenarios

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"dure/civil"
	"dure/compliance/fec"
)

// rowIs is a row of a report.
type rowIs struct {
	aboutGift
	By        string    `word:"by" ref:"committee" help:"whose report it is; the committee's of the step where it is not said"`
	Report    string    `word:"report" need:"yes" help:"its name, such as 2026-M10"`
	Whose     string    `word:"whose" help:"the name in the row, where a gift has several: partners, conduits"`
	Form      string    `word:"form" help:"its record type, such as SA11AI or SB28A"`
	Itemised  answer    `word:"itemised" help:"no: there is no such row"`
	Amount    sum       `word:"amount" help:"its sum"`
	Date      civil.Day `word:"date" help:"its day"`
	Aggregate sum       `word:"aggregate" help:"the giver's year with it"`
	Memo      answer    `word:"memo" help:"yes: told for information, in no sum"`
	Text      string    `word:"text" help:"words of its purpose or of its memo text"`
	Employer  string    `word:"employer" help:"as it stands in the row"`
}

func (e *rowIs) check(ctx context.Context, w *world, under *done) (outcome, error) {
	d, err := w.about(e.Of, under)
	if err != nil {
		return outcome{}, err
	}
	ids := append([]string{or(d.row, d.receipt)}, d.arrived...)
	if ids[0] == "" {
		return outcome{}, fmt.Errorf("no report has a row of %s", d.said())
	}
	committee := d.committee
	if e.By != "" {
		committee = w.committees[e.By].ID
	}
	b, err := w.build(ctx, committee, e.Report)
	if err != nil {
		return outcome{}, err
	}
	return e.among(b.rows, ids), nil
}

// among looks for the row among those of a report that are about a transaction. Where several could be meant, one that is right is
// enough.
func (e *rowIs) among(rows []fec.Record, ids []string) outcome {
	var found []fec.Record
	for _, r := range rows {
		if e.speaksOf(r, ids) && (e.Form == "" || r.Form() == e.Form) && (e.Whose == "" || nameIn(r) == strings.ToUpper(e.Whose)) {
			found = append(found, r)
		}
	}
	if e.Itemised.Set && !e.Itemised.Yes {
		var s said
		s.want("itemised", "no", yesNo(len(found) > 0))
		return s.outcome(nil)
	}
	if len(found) == 0 {
		return outcome{expected: e.wanted(), got: "no row"}
	}
	var first outcome
	for i, r := range found {
		o := e.compare(r)
		if o.expected == o.got {
			return o
		}
		if i == 0 {
			first = o
		}
	}
	return first
}

// speaksOf tells whether a row is that of a transaction, stands under it, or names it as the one that it changes.
func (e *rowIs) speaksOf(r fec.Record, ids []string) bool {
	if slices.Contains(ids, r.Get("transaction_id")) || slices.Contains(ids, r.Get("back_reference_tran_id_number")) {
		return true
	}
	changes := !e.Itemised.Set || e.Itemised.Yes
	return changes && slices.ContainsFunc(ids, func(id string) bool { return id != "" && strings.Contains(r.Get("memo_text_description"), id) })
}

func (e *rowIs) wanted() string {
	return e.compare(fec.Record{}).expected
}

// compare holds one row against what is expected.
func (e *rowIs) compare(r fec.Record) outcome {
	var s said
	s.want("itemised", "yes", "yes")
	s.text("form", e.Form, r.Form())
	s.text("whose", strings.ToUpper(e.Whose), nameIn(r))
	s.amount("amount", e.Amount, column(r, "contribution_amount", "expenditure_amount"))
	s.text("date", e.Date.Compact(), column(r, "contribution_date", "expenditure_date"))
	s.amount("aggregate", e.Aggregate, r.Get("contribution_aggregate"))
	s.yes("memo", e.Memo, r.Get("memo_code") == "X")
	s.text("employer", e.Employer, r.Get("contributor_employer"))
	if e.Text != "" {
		got := column(r, "contribution_purpose_descrip", "expenditure_purpose_descrip") + "; " + r.Get("memo_text_description")
		if strings.Contains(strings.ToUpper(got), strings.ToUpper(e.Text)) {
			got = e.Text
		}
		s.text("text", e.Text, got)
	}
	return s.outcome(nil)
}

func (s *said) amount(word string, expected sum, got string) {
	if !expected.Set {
		return
	}
	c, err := readSum(got)
	if err != nil {
		s.want(word, expected.Cents.String(), or(got, "none"))
		return
	}
	s.want(word, expected.Cents.String(), c.String())
}

// column gives the first of columns that a record has.
func column(r fec.Record, names ...string) string {
	for _, n := range names {
		if v := r.Get(n); v != "" {
			return v
		}
	}
	return ""
}

// nameIn is the name in a row, in capitals.
func nameIn(r fec.Record) string {
	name := column(r, "contributor_organization_name", "payee_organization_name")
	if name == "" {
		name = column(r, "contributor_first_name", "payee_first_name") + " " + column(r, "contributor_last_name", "payee_last_name")
	}
	return strings.ToUpper(strings.TrimSpace(name))
}

// readRows reads the rows of a file, its header and cover left out.
func readRows(file io.Reader) ([]fec.Record, error) {
	r := fec.NewReader(file)
	var out []fec.Record
	for {
		row, err := r.Next()
		switch {
		case errors.Is(err, io.EOF):
			return out, nil
		case err != nil:
			return nil, err
		case strings.HasPrefix(row.Form(), "S"):
			out = append(out, row)
		}
	}
}
