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
	Title string
	Text  string
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
		due := dueOf(v, c)
		page.Open = append(page.Open, openCase{Case: c, Title: caseTitle(c), Text: caseText(c), Clock: clockOf(due.DaysLeft, due.Days), Now: due.Alarm, Cite: due.Cite})
	}
	return d.show(w, r, http.StatusOK, "cases", page)
}

// paidBack is the kind of a case about a gift that went back to the giver after it had been forwarded.
const paidBack = "paid back after forwarding"

// caseTitle says in a few words what a case is about.
func caseTitle(c compliance.Case) string {
	if c.Kind == paidBack {
		return usd(c.Excess) + " paid back after forwarding, to " + c.Giver
	}
	return usd(c.Excess) + " over the limit, from " + c.Giver
}

// caseText tells how a case came about.
func caseText(c compliance.Case) string {
	if c.Kind == paidBack {
		return fmt.Sprintf("The gift of %s was sent on to the candidate’s committee; on %s %s of it went back to the giver.", usd(c.Cents), short(c.ReceivedOn), usd(c.Excess))
	}
	return fmt.Sprintf("A gift of %s received %s; the limit is %s.", usd(c.Cents), short(c.ReceivedOn), usd(c.Limit))
}

// dueOf tells how the clock of a case stands. That of a gift paid back runs from the day on which the money left; the last
// ten days of it are loud.
func dueOf(v visit, c compliance.Case) compliance.Due {
	if c.Kind != paidBack {
		return c.Due
	}
	left := c.DueOn.Sub(v.Today)
	return compliance.Due{On: c.DueOn, DaysLeft: left, Days: c.DueOn.Sub(c.ReceivedOn), Alarm: left <= 10, Cite: "11 CFR 110.6"}
}

type casePage struct {
	deskFrame
	Heading   string
	PaidBack  bool
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
		due := dueOf(v, c)
		page := casePage{
			deskFrame: frame, Heading: caseTitle(c), PaidBack: c.Kind == paidBack, Case: c, Asks: asksOf(c),
			Clock: clockOf(due.DaysLeft, due.Days), Now: due.Alarm, Cite: due.Cite,
		}
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
	if c.Kind == paidBack {
		return []string{
			fmt.Sprintf("This gift was sent on to the candidate’s committee. After that, %s of it went back to the giver by a refund or a lost dispute: from this committee’s own money, though the gift was the candidate’s.", usd(c.Excess)),
			fmt.Sprintf("The candidate’s committee has the money. Ask it for %s in writing, by %s.", usd(c.Excess), c.DueOn.Spoken()),
			"Write down below whom you asked and what they answered.",
		}
	}
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
