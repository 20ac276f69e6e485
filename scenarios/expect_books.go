package scenarios

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/jmoiron/sqlx"

	"dure/civil"
	"dure/compliance"
	"dure/compliance/fec"
	"dure/ledger"
	"dure/registry"
)

// balanceIs is what an account holds.
type balanceIs struct {
	Of      string    `word:"of" need:"yes" ref:"committee" help:"the committee"`
	Account string    `word:"account" need:"yes" help:"of the chart, such as bank, undeposited, held, individuals; cash for all cash on hand"`
	Is      sum       `word:"is" need:"yes" help:"debits above zero; what is owed, held or earned is below"`
	On      civil.Day `word:"on" help:"through this day; all there is where it is not said"`
}

func (e *balanceIs) check(ctx context.Context, w *world, _ *done) (outcome, error) {
	on := e.On
	if on.IsZero() {
		on = civil.Of(9000, time.January, 1)
	}
	balances, err := ledger.Balances(ctx, w.db, w.committees[e.Of].ID, on, time.Time{})
	if err != nil {
		return outcome{}, err
	}
	var s said
	if e.Account == "cash" {
		s.sum("cash", e.Is, ledger.Cash(balances))
		return s.outcome(nil), nil
	}
	var names []string
	for _, a := range ledger.Chart {
		names = append(names, string(a.Account))
	}
	if !slices.Contains(names, e.Account) {
		return outcome{}, fmt.Errorf("the books have no account %q: there is %s", e.Account, strings.Join(names, ", "))
	}
	s.sum(e.Account, e.Is, balances[ledger.Account(e.Account)])
	return s.outcome(nil), nil
}

// built is a report as it would be filed.
type built struct {
	summary fec.Summary
	rows    []fec.Record
}

// build builds a report from the books and reads it again, as the FEC would.
func (w *world) build(ctx context.Context, committee registry.CommitteeID, report string) (built, error) {
	var file bytes.Buffer
	r, err := compliance.BuildRows(ctx, w.db, committee, report, time.Time{}, &file)
	if err != nil {
		return built{}, err
	}
	found, _, err := fec.Check(bytes.NewReader(file.Bytes()))
	if err != nil {
		return built{}, err
	}
	for _, f := range found {
		if f.Severity == fec.Error {
			return built{}, fmt.Errorf("report %s can't be filed: %v", report, f)
		}
	}
	rows, err := readRows(&file)
	return built{r.Summary, rows}, err
}

// lineIs is what a line of a report says.
type lineIs struct {
	Of     string `word:"of" need:"yes" ref:"committee" help:"whose report it is"`
	Report string `word:"report" need:"yes" help:"its name, such as 2026-M10"`
	Line   string `word:"line" need:"yes" help:"such as 11(a)(i) or 8"`
	Is     sum    `word:"is" need:"yes" help:"what it says"`
	Column string `word:"column" one:"period|year" help:"column A or B; period where it is not said"`
}

func (e *lineIs) check(ctx context.Context, w *world, _ *done) (outcome, error) {
	b, err := w.build(ctx, w.committees[e.Of].ID, e.Report)
	if err != nil {
		return outcome{}, err
	}
	var there []string
	for _, l := range compliance.SummaryLines(b.summary) {
		there = append(there, string(l.Line))
		if string(l.Line) != e.Line {
			continue
		}
		got, column := l.A, "this period"
		if e.Column == "year" {
			got, column = l.B, "this year"
		}
		if got == nil {
			return outcome{}, fmt.Errorf("line %s says nothing of %s", e.Line, column)
		}
		var s said
		s.sum(e.Line+" "+column, e.Is, *got)
		return s.outcome(nil), nil
	}
	return outcome{}, fmt.Errorf("a report has no line %q: it has %s", e.Line, strings.Join(there, ", "))
}

// reportIs is a report that a filer owes.
type reportIs struct {
	Of      string    `word:"of" ref:"committee" help:"whose report it is, or say its filer"`
	Filer   string    `word:"filer" one:"monthly|quarterly" help:"how often somebody files, where no committee is named"`
	Report  string    `word:"report" need:"yes" help:"its name, such as 2026-12G"`
	From    civil.Day `word:"from" help:"the first day it covers"`
	Through civil.Day `word:"through" help:"the last day it covers"`
	Due     civil.Day `word:"due" help:"its due day"`
	Owed    answer    `word:"owed" help:"no: there is no such report"`
}

func (*reportIs) timeless() {}

func (e *reportIs) check(ctx context.Context, w *world, _ *done) (outcome, error) {
	if (e.Of == "") == (e.Filer == "") {
		return outcome{}, fmt.Errorf("say of whose report it is, or of which filer")
	}
	year, err := compliance.YearOf(e.Report)
	if err != nil {
		return outcome{}, err
	}
	periods := compliance.Periods(e.Filer, year, false)
	if e.Of != "" {
		listed, err := compliance.ReportList(ctx, w.db, w.committees[e.Of].ID, year, w.now)
		if err != nil {
			return outcome{}, err
		}
		periods = nil
		for _, l := range listed {
			periods = append(periods, l.Period)
		}
	}
	var names []string
	var found compliance.Period
	for _, p := range periods {
		names = append(names, p.Name)
		if p.Name == e.Report {
			found = p
		}
	}
	owed := e.Owed.Yes || !e.Owed.Set
	var s said
	got := strings.Join(names, ", ")
	if found.Name != "" {
		got = found.Name
	}
	if !owed {
		if found.Name == "" {
			got = "no " + e.Report
		}
		s.want("owed", "no "+e.Report, got)
		return s.outcome(nil), nil
	}
	s.want("owed", e.Report, got)
	s.day("from", e.From, found.From)
	s.day("through", e.Through, found.Through)
	s.day("due", e.Due, found.Due)
	return s.outcome([]Said{{Rule: "report " + e.Report, Cite: found.Cite, Says: "due " + found.Due.String()}}), nil
}

// forwardIs is by when an earmarked gift must be with its candidate.
type forwardIs struct {
	aboutGift
	Is civil.Day `word:"is" need:"yes" short:"yes" help:"the day"`
}

func (e *forwardIs) check(ctx context.Context, w *world, under *done) (outcome, error) {
	d, err := w.received(e.Of, under)
	if err != nil {
		return outcome{}, err
	}
	due, err := compliance.ForwardsDue(ctx, w.db, d.committee, w.today())
	if err != nil {
		return outcome{}, err
	}
	var s said
	for _, f := range due {
		if f.Receipt == d.receipt {
			s.day("forward by", e.Is, f.Due.On)
			return s.outcome([]Said{{Rule: "forward-earmark", Cite: f.Due.Cite, Says: "due " + f.Due.On.String()}}), nil
		}
	}
	s.want("forward by", e.Is.String(), "not held for a candidate")
	return s.outcome(nil), nil
}

// roomIs is what a giver may still give.
type roomIs struct {
	From     string    `word:"from" ref:"donor" help:"the giver; or by, when a committee gives of its own"`
	To       string    `word:"to" ref:"committee" help:"the committee, or that through which an earmarked gift goes"`
	By       string    `word:"by" ref:"committee" help:"the committee of the installation that gives"`
	For      string    `word:"for" ref:"candidate" help:"for whom an earmarked gift, or a committee's own, would be"`
	Election string    `word:"election" ref:"election" help:"for which election"`
	Account  string    `word:"account" one:"non-contribution|convention|headquarters|recount" help:"of a hybrid, or of a national party"`
	On       civil.Day `word:"on" help:"the day on which they would give; the clock's where it is not said"`
	Is       most      `word:"is" need:"yes" help:"the room"`
	Known    sum       `word:"known" help:"what is given and promised already"`
}

func (e *roomIs) check(ctx context.Context, w *world, _ *done) (outcome, error) {
	d := &done{}
	on := e.On
	if on.IsZero() {
		on = w.today()
	}
	var err error
	switch {
	case e.From != "" && e.To != "" && e.By == "":
		g := gift{From: e.From, To: e.To, For: e.For, Election: e.Election, Account: e.Account}
		if err := g.propose(w, d); err != nil {
			return outcome{}, err
		}
		d.proposal.Made = on
		err = w.within(ctx, []registry.CommitteeID{d.committee}, func(tx *sqlx.Tx) error { return w.ask(ctx, tx, d) })
	case e.By != "" && e.For != "" && e.Election != "" && e.From == "" && e.To == "":
		g := compliance.Giving{Committee: w.committees[e.By].ID, Candidate: w.candidates[e.For].ID, Election: w.elections[e.Election].ID, On: on}
		err = w.within(ctx, []registry.CommitteeID{g.Committee}, func(tx *sqlx.Tx) error {
			room, findings, err := compliance.ScreenGiving(ctx, tx, g)
			d.decision = decided(room, findings)
			return err
		})
	default:
		return outcome{}, errors.New("say from whom to which committee; or by which committee, for whom and for which election")
	}
	if err != nil {
		return outcome{}, err
	}
	var s said
	s.room("room", e.Is, d.decision)
	s.sum("known", e.Known, d.decision.known)
	return s.outcome(d.decision.said), nil
}
