package web

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/go-chi/chi/v5"
	"github.com/jmoiron/sqlx"

	"dure/civil"
	"dure/compliance"
	"dure/donations"
	"dure/money"
	"dure/pg"
	"dure/registry"
	"dure/staff"
)

// casePage is one case: what the law asks, what was done, and the acts by which it is settled.
type casePage struct {
	deskFrame
	Heading  string
	Case     compliance.Case
	Open     bool
	PaidBack bool
	Doubt    bool // of the source: proof settles it
	Clock    clock
	Now      bool
	Asks     []string
	Why      []askedRule
	Acts     []caseAct
	GiftHref string
	Card     bool
	Members  []option
	Steps    []option
	Votes    []option // of a candidate's own committee: the elections for which a part may count instead
	Words    []option // by whose word a part counts elsewhere
	Joint    bool     // the check shows others' names too
	Act      string   // of the form
	Form     *form
}

// caseAct is something that was done about the case.
type caseAct struct {
	What, Text, By, When string
	Cents                money.Cents
	On                   civil.Day
}

// askedRule is a rule that was asked, as people read it.
type askedRule struct {
	ID, Cite, Says, Why string
	Href                string
	Limit, Known, Room  string
}

// whyOf writes what the law says to the giver of a receipt.
func (d *Desk) whyOf(ctx context.Context, v visit, receipt string) ([]askedRule, error) {
	room, err := compliance.Why(ctx, d.DB, v.Committee.ID, receipt)
	if err != nil {
		return nil, err
	}
	return askedRules(v, room), nil
}

// whyOfGift writes what the law says of a gift: of one on its way, beside all else; of one that came, with it counted.
func (d *Desk) whyOfGift(ctx context.Context, v visit, g donations.Gift) ([]askedRule, error) {
	if g.State == donations.Settled {
		return d.whyOf(ctx, v, string(g.ID))
	}
	made := g.MadeOn
	if g.ChargedAt.Valid {
		made = civil.In(g.ChargedAt.Time, v.Committee.Location())
	}
	room, _, err := compliance.Screen(ctx, d.DB, compliance.Proposal{
		Committee: g.Committee, Gift: string(g.ID), Person: g.Person, Kind: registry.Individual, Cents: g.Cents,
		Candidate: g.Candidate, Election: g.Election, Made: made, Instrument: "card",
	})
	if err != nil {
		return nil, err
	}
	return askedRules(v, room), nil
}

func askedRules(v visit, room compliance.Room) []askedRule {
	var out []askedRule
	for _, a := range room.Decision.Asked {
		r := askedRule{ID: a.ID, Cite: a.Cite, Why: a.Why, Says: spaced(string(a.Says)), Limit: "no limit", Known: usd(a.Known), Room: "no limit"}
		if a.Pack != "" {
			r.Href = v.at("law", a.Pack) + "#" + url.PathEscape(a.ID)
		}
		if !a.Unlimited {
			r.Limit, r.Room = usd(a.Limit), usd(a.Room)
		}
		out = append(out, r)
	}
	return out
}

var actNames = map[string]string{
	"assigned": "Given to", "note": "Note", "asked": "The giver was asked", "proof": "Proof came", "refund": "Given back", "redesignation": "Redesignated",
	"reattribution": "Reattributed", "attribution": "Attributed", "disgorgement": "Paid to the Treasury", "forwarded": "Forwarded", "closed": "Closed", "reopened": "Open again",
}

// The acts of the page, by the name of their form.
const (
	actByHand      = "act"
	actRefund      = "refund"
	actRedesignate = "redesignate"
	actReattribute = "reattribute"
	actDisgorge    = "disgorge"
)

// oneCase shows a case, with the form of what is done by hand, or of the cure that the address names.
func (d *Desk) oneCase(w http.ResponseWriter, r *http.Request, v visit) error {
	page, err := d.casePageOf(r, v)
	if err != nil {
		return err
	}
	return d.show(w, r, http.StatusOK, page.template(), page)
}

// template is the page on which the act's form stands.
func (p casePage) template() string {
	if p.Act == actByHand {
		return "case"
	}
	return "case_cure"
}

func (d *Desk) casePageOf(r *http.Request, v visit) (casePage, error) {
	ctx := r.Context()
	c, err := compliance.FindCase(ctx, d.DB, v.Committee.ID, chi.URLParam(r, "case"), v.Today)
	if err != nil {
		return casePage{}, err
	}
	frame, err := d.frameOf(r, v, "Cases", "Case of "+c.Giver)
	if err != nil {
		return casePage{}, err
	}
	due := dueOf(v, c)
	page := casePage{
		deskFrame: frame, Heading: caseTitle(c), Case: c, Open: c.State == "open", PaidBack: c.Kind == paidBack, Doubt: c.Kind == "doubtful source",
		Asks: asksOf(c), Clock: clockOf(due.DaysLeft, due.Days), Now: due.Alarm, Steps: stepsOf(c),
	}
	page.Case.Due = due
	if page.Why, err = d.whyOf(ctx, v, c.Receipt); err != nil {
		return casePage{}, err
	}
	acts, err := compliance.CaseActs(ctx, d.DB, v.Committee.ID, c.ID)
	if err != nil {
		return casePage{}, err
	}
	names := map[string]string{}
	for _, a := range acts {
		by, err := d.actorName(ctx, names, a.Actor)
		if err != nil {
			return casePage{}, err
		}
		page.Acts = append(page.Acts, caseAct{
			What: orElse(actNames[a.Kind], a.Kind), Text: a.Text, By: by, When: moment(a.RecordedAt, v.Committee.Location()), Cents: a.Cents, On: a.On,
		})
	}
	if strings.HasPrefix(c.Receipt, "G") {
		page.GiftHref, page.Card = v.at("gifts", c.Receipt), true
	}
	if page.Members, err = d.membersOf(ctx, v); err != nil {
		return casePage{}, err
	}
	receipt, err := d.findReceipt(ctx, v, c.Receipt)
	if err != nil {
		return casePage{}, err
	}
	page.Words, page.Joint = byWords, len(receipt.Joint) > 0
	if c.Candidate == "" && c.Election != "" {
		if page.Votes, err = d.electionOptions(ctx, v); err != nil {
			return casePage{}, err
		}
		page.Votes = slices.DeleteFunc(page.Votes, func(o option) bool { return o.Value == string(c.Election) })
	}
	page.Act = orElse(chi.URLParam(r, "act"), actByHand)
	if cures[page.Act].Read == nil || page.Act == actRedesignate && page.Votes == nil {
		return casePage{}, fmt.Errorf("act %q on a case: %w", page.Act, sql.ErrNoRows)
	}
	page.Form = newForm(url.Values{
		"on": {v.Today.String()}, "step": {"note"}, "to": {c.Assigned}, "amount": {c.Left.Plain()}, "word": {"signed"}, "state": {v.Committee.State}, "seen": {strconv.Itoa(len(acts))},
	})
	return page, nil
}

// cures are what can be done about a case, each with the words of its page and what reads its form: that gives the words of
// success and the act itself.
var cures = map[string]cure{
	actByHand:      {Read: byHand},
	actRefund:      {"Give it back by check", giveBack},
	actRedesignate: {"Count a part for another election", redesignate},
	actReattribute: {"Count a part for another person who gave it", reattribute},
	actDisgorge:    {"Pay it to the U.S. Treasury", disgorge},
}

type cure struct {
	Name string
	Read func(*form, casePage) (string, func(context.Context, *sqlx.Tx) error)
}

// Cure names the act of the page.
func (p casePage) Cure() string { return cures[p.Act].Name }

// stepsOf lists what may be done by hand about a case.
func stepsOf(c compliance.Case) []option {
	steps := []option{{"note", "Note"}, {"asked", "The giver was asked"}, {"assigned", "Give it to a member"}}
	if c.Kind == "doubtful source" {
		steps = append(steps, option{"proof", "Proof came that it is lawful"})
	}
	if c.Kind == paidBack {
		steps = append(steps, option{"closed", "Settled: close the case"})
	}
	return steps
}

// membersOf lists who may settle a case.
func (d *Desk) membersOf(ctx context.Context, v visit) ([]option, error) {
	all, err := staff.List(ctx, d.DB)
	if err != nil {
		return nil, err
	}
	out := []option{{"", "Nobody"}}
	for _, m := range all {
		if m.Committee == v.Committee.ID && staff.Can(m.Role, staff.KeepBooks) {
			out = append(out, option{m.Name, m.Name})
		}
	}
	return out, nil
}

// actOnCase takes the page's form: an act in a transaction of its own, recorded whole or not at all. A form that was shown
// before something else was done is sent back, so that nothing is done twice.
func (d *Desk) actOnCase(w http.ResponseWriter, r *http.Request, v visit) error {
	page, err := d.casePageOf(r, v)
	if err != nil {
		return err
	}
	f, shown := entered(r), page.Form.Value("seen")
	switch {
	case !page.Open:
		f.refuse("", "This case is closed.")
	case f.Value("seen") != shown:
		f.refuse("", "Something was done about this case since the page was opened. Look at it below, and send this again if it is still right.")
		f.entered.Set("seen", shown)
	}
	said, do := cures[page.Act].Read(f, page)
	if f.ok() {
		err := pg.InTx(r.Context(), d.DB, v.Member.ID.Actor(), []string{string(v.Committee.ID)}, func(tx *sqlx.Tx) error {
			if err := registry.Lock(r.Context(), tx, page.Case.Person); err != nil {
				return err
			}
			return do(r.Context(), tx)
		})
		refusal := (*compliance.Refusal)(nil)
		switch {
		case errors.As(err, &refusal):
			for i, x := range refusal.Findings {
				refusal.Findings[i].Field = page.fieldOf(x.Field)
			}
			f.found(refusal)
		case err != nil:
			return err
		default:
			return d.done(w, r, v.at("cases", page.Case.ID), said)
		}
	}
	page.Form = f
	return d.show(w, r, http.StatusUnprocessableEntity, page.template(), page)
}

// fieldsOfCase names the page's fields where the law's verbs call them otherwise.
var fieldsOfCase = map[string]string{"cents": "amount", "kind": "step", "to": "election", "from": "election", "presumptive": "word"}

// fieldOf names the page's field where the law's verbs call it otherwise; what is wrong with the receipt itself has none.
func (p casePage) fieldOf(field string) string {
	switch {
	case field == "receipt":
		return ""
	case field == "to" && p.Act == actReattribute:
		return "last"
	}
	return orElse(fieldsOfCase[field], field)
}

// byWords are those by whose word a part of a gift counts elsewhere.
var byWords = []option{{"signed", "The giver’s own, in a writing"}, {"presumed", "The committee’s, with a notice to the giver"}}

// presumption reads by whose word a part counts elsewhere: of a presumption, when the giver was told.
func (f *form) presumption(v visit) (presumed bool, told civil.Day) {
	if f.one("word", byWords, "Choose by whose word.") != "presumed" {
		return false, civil.Day{}
	}
	return true, f.day("notified_on", span{through: v.Today}, "Write the day on which the giver was told of the sum, and that they may have it back instead.")
}

// redesignate reads by whose word a part of a gift to a candidate's committee counts for another election.
func redesignate(f *form, page casePage) (string, func(context.Context, *sqlx.Tx) error) {
	v, c := page.visit, page.Case
	m := compliance.Redesignation{
		Committee: v.Committee.ID, Receipt: c.Receipt, From: c.Election, To: registry.ElectionID(f.one("election", page.Votes[1:], "Choose the election.")),
		Cents: f.cents("amount"), On: f.day("on", span{through: v.Today}, "Write the day of the writing, or of the decision."),
		Evidence: f.text("evidence", 400, "Write where the writing, or the notice, is kept."),
	}
	m.Presumptive, m.NotifiedOn = f.presumption(v)
	return "Recorded: " + usd(m.Cents) + " of it counts for the other election.", func(ctx context.Context, tx *sqlx.Tx) error {
		return compliance.Redesignate(ctx, tx, m)
	}
}

// byHand reads what was done by hand.
func byHand(f *form, page casePage) (string, func(context.Context, *sqlx.Tx) error) {
	a := compliance.CaseAct{
		Committee: page.Committee.ID, Case: page.Case.ID, Kind: f.one("step", page.Steps, "Choose what was done."),
		On: f.day("on", span{through: page.Today}, "Write the day on which it was done."), Text: f.note("text", 4000),
	}
	if a.Kind == "assigned" {
		a.AssignTo = f.one("to", page.Members, "Choose a member.")
	}
	return "Recorded.", func(ctx context.Context, tx *sqlx.Tx) error { return compliance.ActOn(ctx, tx, a) }
}

// giveBack reads a refund by check or transfer; what came by card goes back to the card, at the gift.
func giveBack(f *form, page casePage) (string, func(context.Context, *sqlx.Tx) error) {
	v, c := page.visit, page.Case
	back := compliance.Refund{
		Committee: v.Committee.ID, Receipt: c.Receipt, Cents: f.cents("amount"), RefundedOn: f.day("on", span{through: v.Today}, "Write the day of the check."),
		Person: c.Person, Election: c.Election,
	}
	if f.ok() && back.RefundedOn.Before(c.ReceivedOn) {
		f.refuse("on", "The gift came on "+c.ReceivedOn.Spoken()+".")
	}
	back.HappenedAt = v.noon(back.RefundedOn)
	return "Recorded: " + usd(back.Cents) + " went back to " + c.Giver + ".", func(ctx context.Context, tx *sqlx.Tx) error {
		return compliance.GiveBack(ctx, tx, back)
	}
}

// reattribute reads a writing by which a part of a gift counts for another person who gave it.
func reattribute(f *form, page casePage) (string, func(context.Context, *sqlx.Tx) error) {
	v, c := page.visit, page.Case
	to := registry.Contributor{
		Entity: "IND", First: f.text("first", 60, "Write the given name."), Last: f.text("last", 60, "Write the family name."), Country: "US",
		Employer: f.note("employer", 100), Occupation: f.note("occupation", 100),
	}
	to.Street, to.Street2, to.City, to.State, to.Zip = f.address()
	m := compliance.Reattribution{
		Committee: v.Committee.ID, Receipt: c.Receipt, From: c.Person, To: to, Election: c.Election, Cents: f.cents("amount"),
		On:           f.day("on", span{through: v.Today}, "Write the day of the writing."),
		SignedByFrom: slices.Contains(f.entered["signed"], "from"), SignedByTo: slices.Contains(f.entered["signed"], "to"),
		Evidence: f.text("evidence", 400, "Write where the writing is kept."),
	}
	if page.Joint {
		m.Presumptive, m.NotifiedOn = f.presumption(v)
	}
	return "Recorded: " + usd(m.Cents) + " of it counts for " + to.Name() + ".", func(ctx context.Context, tx *sqlx.Tx) error {
		return compliance.Reattribute(ctx, tx, m)
	}
}

// disgorge reads a payment to the Treasury.
func disgorge(f *form, page casePage) (string, func(context.Context, *sqlx.Tx) error) {
	v, c := page.visit, page.Case
	p := compliance.Disgorgement{
		Committee: v.Committee.ID, Receipt: c.Receipt, Cents: f.cents("amount"), PaidOn: f.day("on", span{through: v.Today}, "Write the day of the check."),
		Method: f.text("method", 60, "Write the check’s number, such as check 1042."), Reason: f.text("reason", 400, "Write why it does not go back to the giver."),
	}
	p.HappenedAt = v.noon(p.PaidOn)
	return "Recorded: " + usd(p.Cents) + " was paid to the U.S. Treasury.", func(ctx context.Context, tx *sqlx.Tx) error {
		return compliance.Disgorge(ctx, tx, p)
	}
}
