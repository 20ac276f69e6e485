package compliance

import (
	"context"
	"fmt"
	"slices"

	"dure/compliance/fec"
)

// textsOf reads what the treasurer tells in the report, in the order in which it was entered.
func (b *build) textsOf(ctx context.Context) ([]ReportText, error) {
	const list = `
		select committee, id, period, about, text
		from report_texts
		where committee = $1 and period = $2 and recorded_at <= $3
		order by recorded_at, id collate "C"`
	var out []ReportText
	if err := b.tx.SelectContext(ctx, &out, list, b.committee.ID, b.period.Name, b.cutoff); err != nil {
		return nil, fmt.Errorf("list the texts of the report: %w", err)
	}
	return out, nil
}

// annotated gives put with each row's texts directly under it.
func (b *build) annotated(put func(form string, row fec.Row) error) func(form string, row fec.Row) error {
	return func(form string, row fec.Row) error {
		if err := put(form, row); err != nil {
			return err
		}
		id := idOf(row)
		for _, t := range b.texts {
			if t.About != id {
				continue
			}
			b.untold = slices.DeleteFunc(b.untold, func(u ReportText) bool { return u.ID == t.ID })
			if err := put(form, b.text(t, formOf(row))); err != nil {
				return err
			}
		}
		return nil
	}
}

// closing gives the texts on the report as a whole, which end it.
func (b *build) closing(put func(form string, row fec.Row) error) error {
	for _, t := range b.texts {
		if t.About != "" {
			continue
		}
		if err := put(formText, b.text(t, formNew)); err != nil {
			return err
		}
	}
	return nil
}

// text is the record TEXT of what is told of a row, or, of the cover's form, of the report.
func (b *build) text(t ReportText, form string) *fec.Text {
	return &fec.Text{Record: formText, CommitteeID: b.committee.FECID, ID: t.ID, BackReferenceID: t.About, BackReferenceForm: form, Text: t.Text}
}

const formText = "TEXT"

// leftOut warns of the texts about rows that the report doesn't have: a record that names none of the file must not be in it.
func (b *build) leftOut() []fec.Finding {
	var out []fec.Finding
	for _, t := range b.untold {
		out = append(out, fec.Finding{
			Record: formText, Rule: "text-without-row", Value: t.About, Severity: fec.Warning,
			Message: fmt.Sprintf("The text %s is about transaction %s, which has no row in this report; it is left out", t.ID, t.About),
		})
	}
	return out
}

func idOf(row fec.Row) string {
	switch row := row.(type) {
	case *fec.ScheduleA:
		return row.ID
	case *fec.ScheduleB:
		return row.ID
	}
	return ""
}
