package scenarios

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/jmoiron/sqlx"

	"dure/civil"
	"dure/compliance"
	"dure/compliance/rules"
	"dure/ledger"
	"dure/money"
	"dure/registry"
)

// caseIs is a case that a gift opened.
type caseIs struct {
	aboutGift
	Kind   string    `word:"kind" short:"yes" one:"none|excessive|doubtful source|unlawful source|past election|past debts|general lost|missing instruction|cash over the limit|anonymous cash|paid back after forwarding" help:"its kind; none for a gift without any case"`
	Excess sum       `word:"excess" help:"the sum that must go, or count elsewhere, when it opened"`
	Left   sum       `word:"left" help:"what of it is left"`
	Due    civil.Day `word:"due" help:"the day by which it must be cured"`
	Rule   string    `word:"rule" help:"the rule that opened it"`
	State  string    `word:"state" one:"open|closed" help:"whether it stands"`
}

func (e *caseIs) check(ctx context.Context, w *world, under *done) (outcome, error) {
	d, err := w.received(e.Of, under)
	if err != nil {
		return outcome{}, err
	}
	kind := e.Kind
	if kind == "none" {
		kind = ""
	}
	cases, err := w.cases(ctx, d, kind)
	if err != nil {
		return outcome{}, err
	}
	var all []string
	var rules []Said
	for _, c := range cases {
		all = append(all, fmt.Sprintf("%s of %s, %s", c.Kind, c.Excess, c.State))
		rules = append(rules, Said{Rule: c.Rule, Cite: c.Due.Cite, Says: fmt.Sprintf("%s, due %s", c.Kind, c.DueOn), Limit: c.Limit})
	}
	if e.Kind == "none" || len(cases) == 0 {
		var s said
		s.want("case", or(e.Kind, "some"), or(strings.Join(all, " and "), "none"))
		return s.outcome(rules), nil
	}
	var first outcome
	for i, c := range cases {
		o := e.compare(c, rules)
		if o.expected == o.got {
			return o, nil
		}
		if i == 0 || c.State == "open" {
			first = o
		}
	}
	return first, nil
}

func (e *caseIs) compare(c compliance.Case, rules []Said) outcome {
	var s said
	s.text("case", e.Kind, c.Kind)
	s.sum("excess", e.Excess, c.Excess)
	s.sum("left", e.Left, c.Left)
	s.day("due", e.Due, c.DueOn)
	s.text("rule", e.Rule, c.Rule)
	s.text("state", e.State, c.State)
	return s.outcome(rules)
}

// noticeIs is a notice that is due about a gift.
type noticeIs struct {
	aboutGift
	Kind string    `word:"kind" need:"yes" one:"presumptive redesignation|presumptive reattribution|request for proof|request for employer" help:"what the giver must be told, or asked"`
	By   civil.Day `word:"by" help:"the last day for it"`
	Due  answer    `word:"due" help:"no: there is no such notice"`
}

func (e *noticeIs) check(ctx context.Context, w *world, under *done) (outcome, error) {
	d, err := w.received(e.Of, under)
	if err != nil {
		return outcome{}, err
	}
	due, err := w.notices(ctx, d)
	if err != nil {
		return outcome{}, err
	}
	var s said
	var rules []Said
	var found civil.Day
	for _, n := range due {
		rules = append(rules, Said{Rule: n.rule, Cite: n.cite, Says: fmt.Sprintf("%s by %s", n.kind, n.by)})
		if n.kind == e.Kind {
			found = n.by
		}
	}
	s.want("due", yesNo(e.Due.Yes || !e.Due.Set), yesNo(!found.IsZero()))
	s.day("by", e.By, found)
	return s.outcome(rules), nil
}

type notice struct {
	kind, rule, cite string
	by               civil.Day
}

// notices lists what a giver must be told or asked about a gift: with a presumptive redesignation or reattribution of what is
// over (11 CFR 110.1(b)(5)(ii)(B), 110.1(k)(3)(ii)(B)), with a doubt (103.3(b)(1)), and where employer or occupation are
// missing over the threshold (104.7(b)(2)).
func (w *world) notices(ctx context.Context, d *done) ([]notice, error) {
	cases, err := w.cases(ctx, d, "")
	if err != nil {
		return nil, err
	}
	var out []notice
	for _, c := range cases {
		switch {
		case c.State != "open":
		case c.Kind == "doubtful source":
			out = append(out, notice{"request for proof", c.Rule, c.Due.Cite, c.DueOn})
		case c.Kind == "excessive":
			clock := rules.Federal().Clock("presumptive-notice", c.ReceivedOn)
			kind := "presumptive reattribution"
			if c.Election != "" {
				kind = "presumptive redesignation"
			}
			out = append(out, notice{kind, clock.ID, clock.Cite, clock.Due(c.ReceivedOn)})
		}
	}
	lacking, err := compliance.Lacking(ctx, w.db, d.committee, civil.Of(w.today().Year(), time.January, 1), w.today())
	if err != nil {
		return nil, err
	}
	for _, l := range lacking {
		if l.Receipt == d.receipt {
			out = append(out, notice{"request for employer", "ask-contributor", l.Due.Cite, l.Due.On})
		}
	}
	return out, nil
}

// designationIs is for which election a part of a gift counts.
type designationIs struct {
	aboutGift
	Election string `word:"election" need:"yes" ref:"election" help:"the election"`
	Is       sum    `word:"is" need:"yes" help:"how much of the gift counts for it"`
	Source   string `word:"source" one:"contributor|default|redesignated|presumptive" help:"by whose word"`
}

func (e *designationIs) check(ctx context.Context, w *world, under *done) (outcome, error) {
	d, err := w.received(e.Of, under)
	if err != nil {
		return outcome{}, err
	}
	stands, err := compliance.Designations(ctx, w.db, d.committee, d.receipt)
	if err != nil {
		return outcome{}, err
	}
	var found compliance.Designation
	for _, one := range stands {
		if one.Election == w.elections[e.Election].ID {
			found = one
		}
	}
	var s said
	s.sum("for "+e.Election, e.Is, found.Cents)
	s.text("source", e.Source, found.Source)
	return s.outcome(nil), nil
}

// attributionIs is for whom a part of a gift counts.
type attributionIs struct {
	aboutGift
	Who    string `word:"who" need:"yes" ref:"donor" help:"the person"`
	Is     sum    `word:"is" need:"yes" help:"how much of the gift counts for them beside its giver"`
	Source string `word:"source" one:"partners|equal|reattributed|presumptive" help:"by whose word"`
}

func (e *attributionIs) check(ctx context.Context, w *world, under *done) (outcome, error) {
	d, err := w.received(e.Of, under)
	if err != nil {
		return outcome{}, err
	}
	all, err := compliance.Attributions(ctx, w.db, d.committee, d.receipt)
	if err != nil {
		return outcome{}, err
	}
	same, err := registry.Same(ctx, w.db, w.donors[e.Who].contributor.Person)
	if err != nil {
		return outcome{}, err
	}
	var found money.Cents
	var sources []string
	for _, a := range all {
		if slices.Contains(same, a.Person) {
			found += a.Cents
			sources = append(sources, a.Source)
		}
	}
	var s said
	s.sum("of "+e.Who, e.Is, found)
	s.text("source", e.Source, strings.Join(sources, " and "))
	return s.outcome(nil), nil
}

// spendableIs is what a committee may spend.
type spendableIs struct {
	Of     string    `word:"of" need:"yes" ref:"committee" help:"the committee"`
	Is     sum       `word:"is" need:"yes" help:"cash on hand, less what is not its own"`
	Locked sum       `word:"locked" help:"what is held for candidates or in doubt"`
	For    string    `word:"for" ref:"election" help:"on this election: money that is for a later one is locked too"`
	On     civil.Day `word:"on" help:"on this day; the clock's where it is not said"`
}

func (e *spendableIs) check(ctx context.Context, w *world, _ *done) (outcome, error) {
	id, on := w.committees[e.Of].ID, e.On
	if on.IsZero() {
		on = w.today()
	}
	balances, err := ledger.Balances(ctx, w.db, id, on, time.Time{})
	if err != nil {
		return outcome{}, err
	}
	locked, err := compliance.Unspendable(ctx, w.db, id, on)
	if e.For != "" {
		locked, err = compliance.UnspendableOn(ctx, w.db, id, w.elections[e.For].ID, on)
	}
	if err != nil {
		return outcome{}, err
	}
	var s said
	s.sum("spendable", e.Is, ledger.Cash(balances)-locked)
	s.sum("locked", e.Locked, locked)
	return s.outcome([]Said{{Rule: "doubtful-money", Cite: "11 CFR 103.3(b)(4)", Says: "keep " + locked.String() + " on hand"}}), nil
}

// multicandidateIs is how a committee stands towards multicandidate status.
type multicandidateIs struct {
	Of           string    `word:"of" need:"yes" ref:"committee" help:"the committee"`
	Is           answer    `word:"is" help:"whether it has the status"`
	Since        civil.Day `word:"since" help:"the day on which the last test was met"`
	FormDue      civil.Day `word:"form-due" help:"the due day of its Form 1M"`
	Contributors number    `word:"contributors" help:"persons who gave to it"`
	Candidates   number    `word:"candidates" help:"federal candidates to whom it gave of its own"`
}

func (e *multicandidateIs) check(ctx context.Context, w *world, _ *done) (outcome, error) {
	m, err := compliance.Multicandidate(ctx, w.db, w.committees[e.Of].ID, w.today())
	if err != nil {
		return outcome{}, err
	}
	var s said
	s.yes("multicandidate", e.Is, m.Is)
	s.day("since", e.Since, m.Since)
	s.day("form due", e.FormDue, m.FormDue)
	s.count("contributors", e.Contributors, m.Contributors)
	s.count("candidates", e.Candidates, m.Candidates)
	return s.outcome([]Said{{Rule: "multicandidate", Cite: m.Cite, Says: yesNo(m.Is)}}), nil
}

func (s *said) count(word string, expected number, got int) {
	if expected.Set {
		s.want(word, fmt.Sprint(expected.N), fmt.Sprint(got))
	}
}

// netDebtsLeft is what may still be given for the debts of an election that is over.
type netDebtsLeft struct {
	Candidate string    `word:"candidate" need:"yes" ref:"candidate" help:"whose campaign"`
	Election  string    `word:"election" need:"yes" ref:"election" help:"of which election"`
	Is        sum       `word:"is" need:"yes" help:"as attested, less what came for them since"`
	On        civil.Day `word:"on" help:"on this day; the clock's where it is not said"`
}

func (e *netDebtsLeft) check(ctx context.Context, w *world, _ *done) (outcome, error) {
	on := e.On
	if on.IsZero() {
		on = w.today()
	}
	var left money.Cents
	var attested bool
	err := w.within(ctx, nil, func(tx *sqlx.Tx) (err error) {
		left, attested, err = compliance.NetDebtsLeft(ctx, tx, w.candidates[e.Candidate].ID, w.elections[e.Election].ID, on)
		return err
	})
	if err != nil {
		return outcome{}, err
	}
	var s said
	if !attested {
		s.want("net debts", e.Is.Cents.String(), "not attested")
		return s.outcome(nil), nil
	}
	s.sum("net debts left", e.Is, left)
	return s.outcome([]Said{{Rule: "net-debts", Cite: "11 CFR 110.1(b)(3)", Says: left.String()}}), nil
}
