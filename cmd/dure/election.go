package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/jmoiron/sqlx"

	"dure/civil"
	"dure/compliance"
	"dure/donations"
	"dure/registry"
)

type electionCmd struct {
	List  electionListCmd  `cmd:"" help:"The elections of this installation, the latest first."`
	Form  electionFormCmd  `cmd:"" help:"Print an election's form, to be filled in."`
	Enter electionEnterCmd `cmd:"" help:"Enter an election from a filled-in form."`
	Amend electionAmendCmd `cmd:"" help:"Give an election another day: it was postponed, or written wrong."`
}

type electionListCmd struct {
	JSON bool `help:"Print one JSON document."`
}

// Help shows how the command is used.
func (electionListCmd) Help() string {
	return `  dure election list --json`
}

// Run lists the elections.
func (c electionListCmd) Run(ctx context.Context, s *settings) error {
	db, err := s.database(ctx)
	if err != nil {
		return err
	}
	defer db.Close()
	elections, err := registry.Elections(ctx, db)
	if err != nil {
		return err
	}
	type row struct {
		Election     string    `json:"election"`
		Jurisdiction string    `json:"jurisdiction"`
		Office       string    `json:"office"`
		State        string    `json:"state"`
		District     string    `json:"district"`
		Kind         string    `json:"kind"`
		Code         string    `json:"code"` // as filings write it
		HeldOn       civil.Day `json:"held_on"`
	}
	rows := []row{}
	for _, e := range elections {
		rows = append(rows, row{string(e.ID), e.Jurisdiction, e.Office, e.State, e.District, e.KindWord(), e.Code(), e.HeldOn})
	}
	if c.JSON {
		return printJSON(rows)
	}
	if len(rows) == 0 {
		fmt.Println("no elections yet: dure election form > election.yaml")
		return nil
	}
	w := tabwriter.NewWriter(os.Stdout, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "ELECTION\tSEAT\tHELD ON\tCODE\tKIND")
	for _, r := range rows {
		fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\n", r.Election, seat(r.Jurisdiction, r.Office, r.State, r.District), r.HeldOn, r.Code, r.Kind)
	}
	return w.Flush()
}

type electionFormCmd struct{ formArgs }

// Help shows how the command is used.
func (electionFormCmd) Help() string {
	return `Every word of the form says what belongs there.

  dure election form > va99-primary.yaml
  dure election form --example
  dure election form va99-primary > va99-primary.yaml`
}

// Run prints the form.
func (c electionFormCmd) Run(ctx context.Context, s *settings) error {
	e, err := elections(s)
	if err != nil {
		return err
	}
	return e.print(ctx, s, c.formArgs)
}

type electionEnterCmd struct{ entryArgs }

// Help shows how the command is used.
func (electionEnterCmd) Help() string {
	return `Takes the form that dure election form prints, filled in. Each election of a race has a limit of its own (11 CFR 110.1(b)), so enter
both the primary and the general. Limits and windows follow its day: look at it again before it is entered, and try the form with
--dry-run. All that can't stand is told at once, each with its line, and then nothing is written and the exit status is 1.

  dure election form > va99-primary.yaml
  dure election enter --dry-run va99-primary.yaml
  dure election enter va99-primary.yaml`
}

// Run enters an election.
func (c electionEnterCmd) Run(ctx context.Context, s *settings) error {
	e, err := elections(s)
	if err != nil {
		return err
	}
	return e.enter(ctx, s, c.entryArgs, false)
}

type electionAmendCmd struct{ entryArgs }

// Help shows how the command is used.
func (electionAmendCmd) Help() string {
	return `The day of an election moves, with its weekday and a reason; all else of it stays. What was known before stays in the record. The
year stays too, but for a runoff or a special election that moves into January, and so does the order of a race. With --dry-run it
says what would follow: which drives end on another day, which cases are due on another, and what a person must look at.

  dure election form va99-primary > va99-primary.yaml
  dure election amend --dry-run va99-primary.yaml
  dure election amend va99-primary.yaml`
}

// Run moves an election.
func (c electionAmendCmd) Run(ctx context.Context, s *settings) error {
	e, err := elections(s)
	if err != nil {
		return err
	}
	return e.enter(ctx, s, c.entryArgs, true)
}

// vote is an election as a person writes it.
type vote struct {
	registry.Election
	Word    string // of its kind
	Weekday string // of its day: what was looked up in a calendar twice is seldom wrong
	Reason  string // for which its day moved last
}

// voteOf is an election as a person writes it. Its year is said where it is not that of its day alone: a form with another day
// must not keep it.
func voteOf(e registry.Election) vote {
	if e.Year == e.HeldOn.Year() {
		e.Year = 0
	}
	return vote{Election: e, Word: e.KindWord(), Weekday: e.HeldOn.Weekday().String()}
}

// findVote finds an election as a person writes it, with the reason for which it moved last.
func findVote(ctx context.Context, q sqlx.QueryerContext, v vote) (vote, error) {
	e, err := registry.FindElection(ctx, q, v.ID)
	if err != nil {
		return vote{}, err
	}
	moves, err := registry.Moves(ctx, q, v.ID)
	if err != nil {
		return vote{}, err
	}
	out := voteOf(e)
	if len(moves) > 0 {
		out.Reason = moves[0].Reason
	}
	return out, nil
}

// addVote enters an election: a reason belongs to a move alone.
func addVote(ctx context.Context, tx *sqlx.Tx, v vote) error {
	if v.Year == 0 {
		v.Year = max(v.HeldOn.Year(), 2000) // of no day nothing more is said than that it lacks
	}
	faults := officeFault(v.Jurisdiction, v.Office)
	if v.Reason != "" {
		faults = append(faults, registry.Fault{Field: "reason", Text: "it is asked when the day of an election moves: leave it empty"})
	}
	err := registry.AddElection(ctx, tx, v.Election)
	refused := (*registry.Refused)(nil)
	switch {
	case errors.As(err, &refused):
		return &registry.Refused{Faults: append(refused.Faults, faults...)}
	case err != nil || len(faults) == 0:
		return err
	}
	return &registry.Refused{Faults: faults}
}

// moveVote moves an election. Its year stays, also where the day moves into another.
func moveVote(ctx context.Context, tx *sqlx.Tx, v vote, now time.Time) error {
	known, err := findVote(ctx, tx, v)
	if err != nil {
		return err
	}
	var faults []registry.Fault
	if was := cmp.Or(known.Year, known.HeldOn.Year()); !v.HeldOn.IsZero() && cmp.Or(v.Year, v.HeldOn.Year()) != was {
		faults = append(faults, registry.Fault{Field: "year", Text: fmt.Sprintf("it is of %d, and stays so: where its day moves into another year, %d stands here", was, was)})
	}
	if v.Reason != "" && v.Reason == known.Reason {
		faults = append(faults, registry.Fault{Field: "reason", Text: "this is why it moved the last time: write why it moves now"})
	}
	var refused *registry.Refused
	switch err := compliance.MoveElection(ctx, tx, v.ID, v.HeldOn, v.Reason, now); {
	case errors.As(err, &refused):
		faults = append(faults, refused.Faults...)
	case err != nil:
		return err
	}
	if len(faults) > 0 {
		return &registry.Refused{Faults: faults}
	}
	return nil
}

// followsVote tells what else changes where an election moves.
func followsVote(ctx context.Context, tx *sqlx.Tx, v vote) ([]string, error) {
	e, err := registry.FindElection(ctx, tx, v.ID)
	if err != nil || v.HeldOn.IsZero() || v.HeldOn == e.HeldOn {
		return nil, err
	}
	drives, err := donations.DrivesFollow(ctx, tx, e, v.HeldOn)
	if err != nil {
		return nil, err
	}
	rest, err := compliance.FollowsMove(ctx, tx, e, v.HeldOn)
	return append(drives, rest...), err
}

// elections is how elections are entered.
func elections(s *settings) (noun[vote], error) {
	now, err := s.clock()
	if err != nil {
		return noun[vote]{}, err
	}
	ahead := civil.In(now(), time.UTC).Add(180)
	for ahead.Weekday() != time.Tuesday {
		ahead = ahead.Add(1)
	}
	return noun[vote]{
		name: "election", one: "an election", form: electionForm,
		blank: vote{Election: registry.Election{Jurisdiction: "us"}},
		example: voteOf(registry.Election{
			ID: "va99-primary", Office: "H", State: "VA", District: "99", Kind: "P", Year: ahead.Year(), HeldOn: ahead, Jurisdiction: "us",
		}),
		named:  func(id string) vote { return vote{Election: registry.Election{ID: registry.ElectionID(id)}} },
		id:     func(v vote) string { return string(v.ID) },
		settle: settleVote,
		acts:   func(vote) []string { return nil },
		find:   findVote,
		add:    addVote,
		amend: func(ctx context.Context, tx *sqlx.Tx, v vote) error {
			return moveVote(ctx, tx, v, now())
		},
		lasting: []string{"office", "state", "district", "kind", "jurisdiction"},
		follows: followsVote,
		next: func(_ context.Context, _ *sqlx.DB, v vote) string {
			return fmt.Sprintf("It is the %s, a %v.", v.Name(), v.HeldOn.Weekday())
		},
	}, nil
}

// settleVote leaves out a year that follows from the day, and holds the weekday against the day.
func settleVote(v *vote) []registry.Fault {
	v.Election, v.Reason = v.OfKind(v.Word), strings.Join(strings.Fields(v.Reason), " ")
	if v.Year == v.HeldOn.Year() {
		v.Year = 0
	}
	out := packFault("jurisdiction", v.Jurisdiction)
	if v.HeldOn.IsZero() {
		return out
	}
	day := v.HeldOn.Weekday().String()
	if !strings.EqualFold(v.Weekday, day) {
		return append(out, registry.Fault{Field: "weekday", Text: fmt.Sprintf("%v is a %s, and here stands %q: look at both again", v.HeldOn, day, v.Weekday)})
	}
	v.Weekday = day
	return out
}

func electionForm(v *vote) form {
	return form{
		title: "An election: a vote with a limit of its own. Every vote of a race is one: the primary, a runoff, the general.",
		verb:  "dure election",
		blanks: []blank{
			{"id", &v.ID, "A word by which drives name it: at most 40 letters, digits and hyphens, such as va99-primary-2026."},
			{"office", &v.Office, "The office: H for the House, S for the Senate, P for President. Under the law of a state, the word of its pack, such as assembly."},
			{"state", &v.State, "The state that elects, in two letters, such as VA; empty for President."},
			{"district", &v.District, "Of a seat in the House: its number in two digits, such as 09, and 00 where the state has one seat alone. Else empty. It is that of the candidate."},
			{"kind", &v.Word, "What vote it is, in one of these words:\n" +
				"  primary: it nominates for the general election\n" +
				"  general: in November of an even year, for a federal office\n" +
				"  convention: of a party, where it has the authority to nominate (11 CFR 100.2(e))\n" +
				"  runoff: after a primary that decided nothing\n" +
				"  general-runoff: after a general election that decided nothing\n" +
				"  special: it fills a seat out of turn\n" +
				"  special-primary: it nominates for a special election\n" +
				"  special-runoff: after a special election that decided nothing"},
			{"held_on", &v.HeldOn, "The day of the vote itself, not of early voting or of a deadline, as the state's election office or the FEC's list of election dates has it, such as 2026-06-16."},
			{"weekday", &v.Weekday, "The weekday of that day, from a calendar, such as Tuesday: a wrong digit nearly always falls on another one."},
			{"year", &v.Year, "The year of the election, where it is not that of its day, such as 2026 of a runoff in January 2027. Else empty."},
			{"reason", &v.Reason, "Where dure election amend moves the day: why, such as Postponed by order of the state board, with where that can be read. Else empty."},
			{"jurisdiction", &v.Jurisdiction, "Whose law the office is under: us for federal office; else a pack of dure law show, such as us-ny."},
		},
	}
}
