package web

import (
	"context"
	"database/sql"
	"fmt"
	"net/http"
	"net/url"
	"strings"

	"github.com/go-chi/chi/v5"
	"github.com/jmoiron/sqlx"

	"dure/compliance"
	"dure/compliance/rules"
	"dure/pg"
)

type casesPage struct {
	deskFrame
	Open []openCase
}

type openCase struct {
	compliance.Case
	Clock clock
	Now   bool
	Cite  string
}

func (d *Desk) cases(w http.ResponseWriter, r *http.Request, v visit) error {
	frame, err := d.frameOf(r, v, "Cases", "Cases")
	if err != nil {
		return err
	}
	page := casesPage{deskFrame: frame}
	cases, err := compliance.Cases(r.Context(), d.DB, v.Committee.ID, v.Today)
	if err != nil {
		return err
	}
	for _, c := range cases {
		page.Open = append(page.Open, openCase{Case: c, Clock: clockOf(c.Due.DaysLeft, c.Due.Days), Now: c.Due.Alarm, Cite: c.Due.Cite})
	}
	return d.show(w, r, http.StatusOK, "cases", page)
}

type casePage struct {
	deskFrame
	Case      compliance.Case
	Clock     clock
	Now       bool
	Asks      []string
	Cite      string
	LimitPer  string
	LimitCite string
	GiftHref  string
	Form      *form
}

func (d *Desk) oneCase(w http.ResponseWriter, r *http.Request, v visit) error {
	page, err := d.casePageOf(r, v)
	if err != nil {
		return err
	}
	page.Form = newForm(url.Values{"note": {page.Case.Note}})
	return d.show(w, r, http.StatusOK, "case", page)
}

func (d *Desk) casePageOf(r *http.Request, v visit) (casePage, error) {
	ctx, id := r.Context(), chi.URLParam(r, "case")
	cases, err := compliance.Cases(ctx, d.DB, v.Committee.ID, v.Today)
	if err != nil {
		return casePage{}, err
	}
	for _, c := range cases {
		if c.ID != id {
			continue
		}
		frame, err := d.frameOf(r, v, "Cases", "Case of "+c.Giver)
		if err != nil {
			return casePage{}, err
		}
		page := casePage{deskFrame: frame, Case: c, Clock: clockOf(c.Due.DaysLeft, c.Due.Days), Now: c.Due.Alarm, Cite: c.Due.Cite, Asks: asksOf(c)}
		if limit, ok := limitOf(c); ok {
			page.LimitCite = limit.Cite
			page.LimitPer = map[string]string{"calendar-year": "in a calendar year", "election": "for one election"}[limit.Per]
		}
		if strings.HasPrefix(c.Receipt, "G") {
			page.GiftHref = v.at("gifts", c.Receipt)
		}
		return page, nil
	}
	return casePage{}, fmt.Errorf("find case %s: %w", id, sql.ErrNoRows)
}

// asksOf says what the law asks of a case, in the order in which one would do it.
func asksOf(c compliance.Case) []string {
	if c.Candidate != "" {
		return []string{
			fmt.Sprintf("%s of this gift pass what one person may give this candidate for the election. Return them to the giver before the gift would have to be forwarded: by %s.", usd(c.Excess), c.DueOn.Spoken()),
			"Forward no more than the limit allows. What is returned and why stays in the record.",
		}
	}
	return []string{
		fmt.Sprintf("%s of this gift pass the limit. The committee may keep them in its account while it asks, but may not spend them.", usd(c.Excess)),
		fmt.Sprintf("By %s, within %d days of the receipt: refund %s, or have it reattributed to another person who gave it jointly, in a writing that each of them signs. The request offers the refund as well. 11 CFR 110.1(k).", c.DueOn.Spoken(), c.Due.Days, usd(c.Excess)),
		"Redesignation is for gifts to candidates: a gift to this committee is for no election. 11 CFR 110.1(b)(5).",
		"Write down below whom you asked and what they answered.",
	}
}

// limitOf finds the rule that the case speaks of, as it was when the money came.
func limitOf(c compliance.Case) (rules.Limit, bool) {
	for _, l := range rules.Federal().Limits {
		if l.ID == c.Rule && l.Cents == c.Limit && !c.ReceivedOn.Before(l.From) {
			return l, true
		}
	}
	return rules.Limit{}, false
}

// noteCase keeps what a member writes of a case; the audit has each version.
func (d *Desk) noteCase(w http.ResponseWriter, r *http.Request, v visit) error {
	page, err := d.casePageOf(r, v)
	if err != nil {
		return err
	}
	f := entered(r)
	note := f.note("note", 4000)
	if !f.ok() {
		page.Form = f
		return d.show(w, r, http.StatusUnprocessableEntity, "case", page)
	}
	if err := keepNote(r.Context(), d.DB, v, page.Case.ID, note); err != nil {
		return err
	}
	return d.done(w, r, v.at("cases", page.Case.ID), "The note is kept.")
}

func keepNote(ctx context.Context, db *sqlx.DB, v visit, id, note string) error {
	return pg.InTx(ctx, db, v.Member.ID.Actor(), []string{string(v.Committee.ID)}, func(tx *sqlx.Tx) error {
		const update = `update cases set note = $3 where committee = $1 and id = $2 and note <> $3`
		if _, err := tx.ExecContext(ctx, update, v.Committee.ID, id, note); err != nil {
			return fmt.Errorf("note case %s: %w", id, err)
		}
		return nil
	})
}
