package web

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"time"

	"github.com/jmoiron/sqlx"

	"dure/civil"
	"dure/compliance"
	"dure/money"
	"dure/pg"
	"dure/registry"
)

type forwardsPage struct {
	deskFrame
	Stray  *form // a form that was refused, and whose candidate has no part on the page any more
	Groups []forwardGroup
	Sent   []sentForward
}

// forwardGroup is what is held for one candidate, with the form that records its forward.
type forwardGroup struct {
	Candidate                string
	Name, Committee, Address string
	Sum                      money.Cents
	Gifts                    []heldEarmark
	Form                     *form
	fresh                    bool // the form was not sent yet: every gift is ticked
}

// Ticked tells whether a gift's box is ticked.
func (g forwardGroup) Ticked(receipt string) bool { return g.fresh || g.Form.Has("receipts", receipt) }

type heldEarmark struct {
	compliance.Earmark
	ElectionName, Left string
}

type sentForward struct {
	ID     string
	Name   string    `db:"committee_name"`
	SentOn civil.Day `db:"sent_on"`
	Method string
	Cents  money.Cents
	Gifts  int
}

func (d *Desk) forwards(w http.ResponseWriter, r *http.Request, v visit) error {
	page, err := d.forwardsPageOf(r, v, nil)
	if err != nil {
		return err
	}
	return d.show(w, r, http.StatusOK, "forwards", page)
}

// forwardsPageOf shows what is held for each candidate; sent is a form that was refused, for its candidate's part.
func (d *Desk) forwardsPageOf(r *http.Request, v visit, sent *form) (forwardsPage, error) {
	ctx := r.Context()
	frame, err := d.frameOf(r, v, "Forwards", "Forwards")
	if err != nil {
		return forwardsPage{}, err
	}
	page := forwardsPage{deskFrame: frame, Stray: sent}
	earmarks, err := compliance.ForwardsDue(ctx, d.DB, v.Committee.ID, v.Today)
	if err != nil {
		return page, err
	}
	elections, err := electionNames(ctx, d.DB)
	if err != nil {
		return page, err
	}
	place := map[registry.CandidateID]int{}
	for _, e := range earmarks {
		n, there := place[e.Candidate]
		if !there {
			group, err := d.forwardGroupOf(ctx, v, e.Candidate, sent)
			if err != nil {
				return page, err
			}
			if group.Form == sent {
				page.Stray = nil
			}
			n = len(page.Groups)
			place[e.Candidate] = n
			page.Groups = append(page.Groups, group)
		}
		g := &page.Groups[n]
		g.Sum += e.Cents
		g.Gifts = append(g.Gifts, heldEarmark{Earmark: e, ElectionName: elections[e.Election], Left: leftWords(e.Due.DaysLeft)})
	}
	const list = `
		select f.id, f.sent_on, f.method, f.cents,
		       (select committee_name from candidate_versions v where v.candidate = f.candidate order by recorded_at desc limit 1) as committee_name,
		       (select count(*) from forward_items i where i.committee = f.committee and i.forward = f.id) as gifts
		from forwards f
		where f.committee = $1
		order by f.sent_on desc, f.id
		limit 50`
	if err := d.DB.SelectContext(ctx, &page.Sent, list, v.Committee.ID); err != nil {
		return page, fmt.Errorf("list forwards: %w", err)
	}
	return page, nil
}

func (d *Desk) forwardGroupOf(ctx context.Context, v visit, id registry.CandidateID, sent *form) (forwardGroup, error) {
	c, err := registry.FindCandidate(ctx, d.DB, id, time.Time{})
	if err != nil {
		return forwardGroup{}, err
	}
	g := forwardGroup{
		Candidate: string(id), Name: c.Name(), Committee: c.CommitteeName,
		Address: fmt.Sprintf("%s, %s, %s %s", c.Street, c.City, c.CommitteeState, c.Zip),
		Form:    newForm(url.Values{"id": {pg.NewID('F')}, "sent_on": {v.Today.String()}}), fresh: true,
	}
	if sent != nil && sent.Value("candidate") == string(id) {
		g.Form, g.fresh = sent, false
	}
	return g, nil
}

func electionNames(ctx context.Context, q sqlx.QueryerContext) (map[registry.ElectionID]string, error) {
	all, err := registry.Elections(ctx, q)
	if err != nil {
		return nil, err
	}
	names := make(map[registry.ElectionID]string, len(all))
	for _, e := range all {
		names[e.ID] = e.Name()
	}
	return names, nil
}

// forward records that the ticked gifts were sent on. The same form sent twice is one forward.
func (d *Desk) forward(w http.ResponseWriter, r *http.Request, v visit) error {
	ctx, f := r.Context(), entered(r)
	days, err := d.days(ctx, v)
	if err != nil {
		return err
	}
	sent := compliance.Forwarded{
		Committee: v.Committee.ID, ID: f.id('F'), Candidate: registry.CandidateID(f.Value("candidate")),
		SentOn:   f.day("sent_on", days, "Write the day it was sent."),
		Method:   f.text("method", 60, "Write by what means: the check’s number, or ACH."),
		Receipts: f.ids("receipts", "Tick the gifts that were sent on."),
	}
	if !readable(string(sent.Candidate)) {
		f.refuse("", "Choose for whom it was.")
	}
	sent.HappenedAt = v.noon(sent.SentOn)
	again := func() error {
		return d.done(w, r, v.at("forwards"), "This forward was recorded before. Nothing was recorded twice.")
	}
	switch there, err := stands(ctx, d.DB, `select exists (select from forwards where committee = $1 and id = $2)`, v, sent.ID); {
	case err != nil:
		return err
	case there:
		return again()
	case f.ok():
		err := pg.InTx(ctx, d.DB, v.Member.ID.Actor(), []string{string(v.Committee.ID)}, func(tx *sqlx.Tx) error {
			return compliance.Forward(ctx, tx, sent)
		})
		var refusal *compliance.Refusal
		switch {
		case err == nil:
			return d.done(w, r, v.at("forwards"), plural(len(sent.Receipts), "gift")+" recorded as sent on "+sent.SentOn.Spoken()+" by "+sent.Method+".")
		case pg.Violates(err, "forwards_pk"):
			return again()
		case pg.Violates(err, "forward_items_receipt_once"):
			f.refuse("receipts", "One of these gifts was forwarded meanwhile. Look at the list again.")
		case errors.As(err, &refusal):
			f.found(refusal)
		default:
			return err
		}
	}
	page, err := d.forwardsPageOf(r, v, f)
	if err != nil {
		return err
	}
	return d.show(w, r, http.StatusUnprocessableEntity, "forwards", page)
}
