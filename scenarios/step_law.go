package scenarios

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"dure/civil"
	"dure/compliance"
	"dure/compliance/rules"
	"dure/money"
)

// answerOf is what the pure law answered.
type answerOf struct {
	day   civil.Day
	fine  *money.Cents
	filed string
	yes   *bool
	why   string

	shares []rules.Allocated // of a joint gift
	left   money.Cents
}

// federal is the pack that questions ask where they name none.
const federal = "us"

// pack gives a pack by its id.
func pack(id string) (*rules.Pack, error) {
	law := rules.Carried()
	p, ok := law.Pack(or(id, federal))
	if ok {
		return p, nil
	}
	var ids []string
	for _, p := range law.Packs() {
		ids = append(ids, p.Pack)
	}
	return nil, fmt.Errorf("there is no pack %q: there is %s", id, strings.Join(ids, ", "))
}

// deadline asks the law when something is due.
type deadline struct {
	named
	Clock string    `word:"clock" need:"yes" help:"the rule's id, such as forward-earmark"`
	From  civil.Day `word:"from" need:"yes" help:"the day on which it starts"`
	Pack  string    `word:"pack" help:"the rule pack; us where it is not said"`
}

func (*deadline) timeless() {}

func (s *deadline) run(_ context.Context, _ *world, d *done) error {
	p, err := pack(s.Pack)
	if err != nil {
		return err
	}
	var ids []string
	for _, c := range p.Clocks {
		if !slices.Contains(ids, c.ID) {
			ids = append(ids, c.ID)
		}
		if c.ID == s.Clock && holds(c.Row, s.From) {
			d.answer.day = c.Due(s.From)
			d.decision = told(c.Row, fmt.Sprintf("due %s", d.answer.day))
			return nil
		}
	}
	return fmt.Errorf("pack %s has no clock %q on %v: there is %s", p.Pack, s.Clock, s.From, strings.Join(ids, ", "))
}

func holds(r rules.Row, on civil.Day) bool {
	return !on.Before(r.From) && (r.Until.IsZero() || !on.After(r.Until))
}

// told keeps what a single rule said.
func told(r rules.Row, says string) *decision {
	return &decision{says: says, rule: r.ID, cite: r.Cite, said: []Said{{Rule: r.ID, Cite: r.Cite, Status: r.Status, Says: says}}}
}

// fine asks the law what a report that came late, or not at all, costs.
type fine struct {
	named
	Assessed  civil.Day `word:"assessed" need:"yes" help:"the day of the penalty, which picks the table"`
	Activity  sum       `word:"activity" need:"yes" help:"receipts and disbursements of the report together"`
	DaysLate  number    `word:"days-late" help:"how many days late it came"`
	NotFiled  answer    `word:"not-filed" help:"yes: it counts as not filed"`
	Sensitive answer    `word:"sensitive" help:"yes: an election hangs on it"`
	Prior     number    `word:"prior" help:"violations before"`
}

func (*fine) timeless() {}

func (s *fine) run(_ context.Context, _ *world, d *done) error {
	if s.Activity.Cents < 0 {
		return errors.New("activity is not below zero")
	}
	cents, row, ok := rules.Federal().Fine(rules.FineCase{
		AssessedOn: s.Assessed, Activity: s.Activity.Cents, Sensitive: s.Sensitive.Yes, DaysLate: s.DaysLate.N, NotFiled: s.NotFiled.Yes, Prior: s.Prior.N,
	})
	if !ok {
		return fmt.Errorf("no table of fines is known for %v", s.Assessed)
	}
	d.answer.fine = &cents
	d.decision = told(row, "a fine of "+cents.String())
	return nil
}

// filed is that a report was accepted at a moment.
type filed struct {
	named
	Report string    `word:"report" help:"its name, such as 2026-YE; or say its due day"`
	Filer  string    `word:"filer" one:"monthly|quarterly" help:"how often its filer files; monthly where it is not said"`
	Due    civil.Day `word:"due" help:"its due day, where no report is named"`
	Vote   civil.Day `word:"vote" help:"where no report is named: the election before which it is"`
	At     moment    `word:"at" need:"yes" help:"when it was received and validated"`
}

func (*filed) timeless() {}

func (s *filed) run(_ context.Context, _ *world, d *done) error {
	p := compliance.Period{Due: s.Due}
	switch {
	case (s.Report == "") == s.Due.IsZero():
		return errors.New("say which report it is, or its due day")
	case s.Report != "" && !s.Vote.IsZero():
		return errors.New("of a named report the election is known")
	case s.Report != "":
		var err error
		if p, err = compliance.FindPeriod(or(s.Filer, compliance.Monthly), s.Report, true); err != nil {
			return err
		}
	case !s.Vote.IsZero():
		p.Code, p.ElectionOn = "12P", s.Vote
	}
	days, notFiled := compliance.FilingLate(p, s.At.Time)
	switch {
	case days == 0:
		d.answer.filed = "in time"
	case notFiled:
		d.answer.filed = "not filed"
	case days == 1:
		d.answer.filed = "late by 1 day"
	default:
		d.answer.filed = fmt.Sprintf("late by %d days", days)
	}
	on := civil.In(s.At.Time, zoneOf(eastern))
	fines, ok := rules.Federal().FinesOn(on)
	if !ok {
		return fmt.Errorf("no table of fines is known for %v", on)
	}
	d.decision = told(fines.Row, fmt.Sprintf("due %s, filed %s: %s", p.Due, on, d.answer.filed))
	return nil
}

// threshold asks the law whether a sum sets a duty off.
type threshold struct {
	named
	Rule string    `word:"rule" need:"yes" help:"the rule's id, such as itemize-contributor"`
	Sum  sum       `word:"sum" need:"yes" help:"what the rule adds up"`
	Asks civil.Day `word:"on" need:"yes" help:"the day"`
	Pack string    `word:"pack" help:"the rule pack; us where it is not said"`
}

func (*threshold) timeless() {}

func (s *threshold) run(_ context.Context, _ *world, d *done) error {
	p, err := pack(s.Pack)
	if err != nil {
		return err
	}
	var ids []string
	for _, t := range p.Thresholds {
		if !slices.Contains(ids, t.ID) {
			ids = append(ids, t.ID)
		}
		if t.ID == s.Rule && holds(t.Row, s.Asks) {
			yes := t.Reached(s.Sum.Cents)
			d.answer.yes = &yes
			d.decision = told(t.Row, fmt.Sprintf("%s %s, %s", t.Test, t.Cents, t.Per))
			return nil
		}
	}
	return fmt.Errorf("pack %s has no threshold %q on %v: there is %s", p.Pack, s.Rule, s.Asks, strings.Join(ids, ", "))
}

// eFiling asks the law whether a committee must file electronically.
type eFiling struct {
	named
	Asks          civil.Day `word:"on" need:"yes" help:"the day"`
	Contributions sum       `word:"contributions" help:"received since 1 January"`
	Expenditures  sum       `word:"expenditures" help:"made since 1 January"`
	LastOver      number    `word:"last-over" help:"the last year before in which it passed the sum"`
	History       answer    `word:"history" help:"yes: it has an earlier year to judge by"`
}

func (*eFiling) timeless() {}

func (s *eFiling) run(_ context.Context, _ *world, d *done) error {
	why, must := rules.Federal().MustEFile(rules.EFileCase{
		On: s.Asks, Contributions: s.Contributions.Cents, Expenditures: s.Expenditures.Cents, LastOver: s.LastOver.N, History: s.History.Yes,
	})
	d.answer.yes, d.answer.why = &must, why
	for _, e := range rules.Federal().EFiling {
		if holds(e.Row, s.Asks) {
			d.decision = told(e.Row, yesNo(must)+" "+why)
		}
	}
	return nil
}

// question asks the pure law about a gift, without a database: for cells of the matrix that no story needs.
type question struct {
	named
	Giver      string    `word:"giver" need:"yes" help:"kind of giver, as the packs call it"`
	To         string    `word:"to" need:"yes" help:"kind of recipient: pac, candidate, party-state, party-national, party-national-account, super-pac, hybrid-other"`
	Amount     dollars   `word:"amount" need:"yes" help:"how much"`
	On         civil.Day `word:"on" need:"yes" help:"the day on which it is made"`
	Pack       string    `word:"pack" help:"under whose law the recipient stands; us where it is not said"`
	Office     string    `word:"office" help:"of a candidate, such as H"`
	Ballot     string    `word:"ballot" help:"kind of election, such as primary"`
	Vote       civil.Day `word:"vote" help:"election day"`
	CycleEnds  civil.Day `word:"cycle-ends" help:"the last day of the office's cycle"`
	Instrument string    `word:"instrument" one:"card|check|transfer|cash|cashiers-check|in-kind" help:"how it comes; check where it is not said"`
	Anonymous  answer    `word:"anonymous" help:"yes: nobody knows the giver"`
	Given      sum       `word:"given" help:"what the giver gave before that counts with it"`
	Is         []string  `word:"is" help:"facts that are so, such as multicandidate"`
	IsNot      []string  `word:"is-not" help:"facts that are not so"`
	NetDebts   sum       `word:"net-debts" help:"of an election that is over"`
	Signed     answer    `word:"signed" help:"yes: somebody answers for the pack, so that also a draft refuses"`
}

func (*question) timeless() {}

func (s *question) run(_ context.Context, _ *world, d *done) error {
	p, err := pack(s.Pack)
	if err != nil {
		return err
	}
	law := rules.Carried()
	if ref, ok := law.Ref(p.Pack); ok && s.Signed.Yes {
		law = law.With(ref)
	}
	g := rules.Gift{
		Giver: s.Giver, To: s.To, Regime: or(s.Pack, federal), Recipient: "recipient", Office: s.Office, ElectionKind: s.Ballot,
		ElectionDay: s.Vote, CycleEnds: s.CycleEnds, Cents: money.Cents(s.Amount), Made: s.On, Instrument: or(s.Instrument, "check"),
		Anonymous: s.Anonymous.Yes, NetDebts: s.NetDebts.Cents, HasNetDebts: s.NetDebts.Set, Facts: map[string]bool{},
	}
	if s.To == "candidate" {
		g.Candidate, g.Election = "candidate", "election"
	}
	for _, fact := range s.Is {
		g.Facts[fact] = true
	}
	for _, fact := range s.IsNot {
		g.Facts[fact] = false
	}
	if s.Given.Cents < 0 {
		return errors.New("what was given is not below zero")
	}
	if s.Given.Cents > 0 {
		g.Given = []rules.Given{{
			To: s.To, Recipient: g.Recipient, Candidate: g.Candidate, Election: g.Election, CycleEnds: g.CycleEnds, Cents: s.Given.Cents,
			Made: s.On, Instrument: g.Instrument,
		}}
	}
	d.decision = ruled(law.Decide(g))
	return nil
}

// ruled keeps a decision of the engine.
func ruled(of rules.Decision) *decision {
	d := &decision{says: string(of.Verdict), rule: of.Rule, room: of.Room, unlimited: of.Unlimited, said: []Said{}}
	for _, a := range of.Asked {
		if a.ID == of.Rule && d.cite == "" {
			d.cite, d.limit, d.known = a.Cite, a.Limit, a.Known
		}
		d.said = append(d.said, Said{
			Rule: a.ID, Cite: a.Cite, Pack: a.Pack, Status: a.Status, Says: string(a.Says), Limit: a.Limit, Known: a.Known, Room: a.Room,
			Unlimited: a.Unlimited, Why: a.Why,
		})
	}
	return d
}
