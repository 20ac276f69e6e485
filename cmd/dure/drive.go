package main

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/jmoiron/sqlx"

	"dure/civil"
	"dure/donations"
	"dure/money"
	"dure/pg"
	"dure/registry"
)

type driveCmd struct {
	List   driveListCmd   `cmd:"" help:"A committee's drives, the newest first."`
	Form   driveFormCmd   `cmd:"" help:"Print a drive's form, to be filled in."`
	Enter  driveEnterCmd  `cmd:"" help:"Open a drive from a filled-in form."`
	Amend  driveAmendCmd  `cmd:"" help:"Give a drive other words, sums or days."`
	Close  driveCloseCmd  `cmd:"" help:"End a drive at once."`
	Reopen driveReopenCmd `cmd:"" help:"Let a drive that was closed take gifts again."`
}

type driveListCmd struct {
	Committee string `required:"" placeholder:"SLUG" help:"The committee."`
	JSON      bool   `help:"Print one JSON document."`
}

// Help shows how the command is used.
func (driveListCmd) Help() string {
	return `A drive is open, begins (its first day lies ahead), ended (its last day, or that of its election, is past) or closed (by a person).

  dure drive list --committee long-table --json`
}

// Run lists the drives.
func (c driveListCmd) Run(ctx context.Context, s *settings) error {
	db, committee, err := s.committee(ctx, c.Committee)
	if err != nil {
		return err
	}
	defer db.Close()
	now, err := s.clock()
	if err != nil {
		return err
	}
	drives, err := donations.Drives(ctx, db, committee.ID)
	if err != nil {
		return err
	}
	type row struct {
		Drive     string             `json:"drive"`
		Page      string             `json:"page"`
		State     donations.Standing `json:"state"`
		OpensOn   civil.Day          `json:"opens_on"`
		LastDay   civil.Day          `json:"last_day"` // its own, or that of its election; empty for none
		Goal      money.Cents        `json:"goal"`     // 0 for none
		Candidate string             `json:"candidate"`
		Election  string             `json:"election"`
		Title     string             `json:"title"`
	}
	rows := []row{}
	for _, d := range drives {
		rows = append(rows, row{
			d.Slug, s.publicURL() + "/give/" + d.Slug, d.On(civil.In(now(), committee.Location())), d.OpensOn, d.LastDay(), d.Goal,
			string(d.Candidate), string(d.Election), d.Title,
		})
	}
	if c.JSON {
		return printJSON(rows)
	}
	if len(rows) == 0 {
		fmt.Println("no drives yet: dure drive form > drive.yaml")
		return nil
	}
	w := tabwriter.NewWriter(os.Stdout, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "DRIVE\tSTATE\tOPENS ON\tLAST DAY\tCANDIDATE\tELECTION\tTITLE")
	for _, r := range rows {
		fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\t%s\t%s\n", r.Drive, r.State, r.OpensOn, r.LastDay, r.Candidate, r.Election, r.Title)
	}
	return w.Flush()
}

type driveFormCmd struct{ formArgs }

// Help shows how the command is used.
func (driveFormCmd) Help() string {
	return `Every word of the form says what belongs there.

  dure drive form > porch-light.yaml
  dure drive form --example
  dure drive form porch-light > porch-light.yaml`
}

// Run prints the form.
func (c driveFormCmd) Run(ctx context.Context, s *settings) error {
	d, err := drives(s)
	if err != nil {
		return err
	}
	return d.print(ctx, s, c.formArgs)
}

type driveEnterCmd struct{ entryArgs }

// Help shows how the command is used.
func (driveEnterCmd) Help() string {
	return `Takes the form that dure drive form prints, filled in, and publishes its page. A drive for a candidate is refused where the candidate does
not stand in the election, or the law there knows no conduit. All that can't stand is told at once, each with its line, and then
nothing is written and the exit status is 1. What is still lacking before gifts can come is told too.

  dure drive form > porch-light.yaml
  dure drive enter porch-light.yaml`
}

// Run opens a drive.
func (c driveEnterCmd) Run(ctx context.Context, s *settings) error {
	d, err := drives(s)
	if err != nil {
		return err
	}
	return d.enter(ctx, s, c.entryArgs, false)
}

type driveAmendCmd struct{ entryArgs }

// Help shows how the command is used.
func (driveAmendCmd) Help() string {
	return `Title, story, goal, sums, days and who authorized the page may change; its committee, its address and whom it is for stay. Other
languages are written at the desk, under Drives.

  dure drive form porch-light > porch-light.yaml
  dure drive amend porch-light.yaml`
}

// Run amends a drive.
func (c driveAmendCmd) Run(ctx context.Context, s *settings) error {
	d, err := drives(s)
	if err != nil {
		return err
	}
	return d.enter(ctx, s, c.entryArgs, true)
}

type driveCloseCmd struct {
	Drive string `arg:"" help:"The drive, by its word after /give/."`
}

// Help shows how the command is used.
func (driveCloseCmd) Help() string {
	return `From now on its page says that it takes no more gifts, and a form that is sent is refused. Whoever is on the card page already may
still pay, for about half an hour, and what a bank has set aside is still judged and charged: the command counts both.

  dure drive close porch-light`
}

// Run closes a drive.
func (c driveCloseCmd) Run(ctx context.Context, s *settings) error {
	return setDrive(ctx, s, c.Drive, "closed", func(tx *sqlx.Tx, d donations.Drive, _ civil.Day) error {
		return donations.CloseDrive(ctx, tx, d.Committee, d.Slug)
	})
}

type driveReopenCmd struct {
	Drive string `arg:"" help:"The drive, by its word after /give/."`
}

// Help shows how the command is used.
func (driveReopenCmd) Help() string {
	return `It takes gifts again within its days; one whose days are over is amended first.

  dure drive reopen porch-light`
}

// Run reopens a drive.
func (c driveReopenCmd) Run(ctx context.Context, s *settings) error {
	return setDrive(ctx, s, c.Drive, "open", func(tx *sqlx.Tx, d donations.Drive, today civil.Day) error {
		return donations.ReopenDrive(ctx, tx, d.Committee, d.Slug, today)
	})
}

// setDrive closes or reopens a drive, as of its committee's day.
func setDrive(ctx context.Context, s *settings, slug, state string, set func(tx *sqlx.Tx, d donations.Drive, today civil.Day) error) error {
	now, err := s.clock()
	if err != nil {
		return err
	}
	db, err := s.database(ctx)
	if err != nil {
		return err
	}
	defer db.Close()
	d, err := donations.FindDrive(ctx, db, slug)
	if errors.Is(err, sql.ErrNoRows) {
		return fmt.Errorf("there is no drive %q here: dure drive list --committee SLUG shows those of a committee", slug)
	}
	if err != nil {
		return err
	}
	committee, err := findCommittee(ctx, db, string(d.Committee))
	if err != nil {
		return err
	}
	err = pg.InTx(ctx, db, commandLine(), []string{string(d.Committee)}, func(tx *sqlx.Tx) error {
		return set(tx, d, civil.In(now(), committee.Location()))
	})
	if err != nil {
		return err
	}
	fmt.Printf("The drive %s of %s is %s.\n", d.Slug, d.Committee, state)
	if state == "open" {
		return nil
	}
	coming, err := donations.ComingBy(ctx, db, d.Committee, d.Slug)
	if words := coming.Words(now(), committee.Location()); err == nil && words != "" {
		fmt.Println(words)
	}
	return err
}

// drives is how drives are entered.
func drives(s *settings) (noun[donations.Drive], error) {
	now, err := s.clock()
	if err != nil {
		return noun[donations.Drive]{}, err
	}
	today := func(ctx context.Context, q sqlx.QueryerContext, d donations.Drive) (civil.Day, error) {
		c, err := registry.FindCommittee(ctx, q, d.Committee, time.Time{})
		if errors.Is(err, sql.ErrNoRows) {
			text := fmt.Sprintf("there is no committee %q here: dure committee list shows those there are", d.Committee)
			return civil.Day{}, &registry.Refused{Faults: []registry.Fault{{Field: "committee", Text: text}}}
		}
		if err != nil {
			return civil.Day{}, err
		}
		return civil.In(now(), c.Location()), nil
	}
	begins := civil.In(now(), time.UTC).Add(1) // ahead in every zone
	return noun[donations.Drive]{
		name: "drive", one: "a drive", form: driveForm,
		example: donations.Drive{
			Slug: "porch-light", Committee: "maple-street", Title: "Every porch light",
			Story: "One street, one evening, every porch light on.\nWhat comes together pays for the walk from door to door.",
			Goal:  5000_00, Amounts: []int64{10_00, 25_00, 50_00, 100_00, 250_00}, OpensOn: begins,
		},
		named: func(slug string) donations.Drive { return donations.Drive{Slug: slug} },
		id:    func(d donations.Drive) string { return d.Slug },
		settle: func(d *donations.Drive) []registry.Fault {
			d.Title = strings.Join(strings.Fields(d.Title), " ")
			return nil
		},
		acts: func(d donations.Drive) []string { return []string{string(d.Committee)} },
		find: func(ctx context.Context, q sqlx.QueryerContext, d donations.Drive) (donations.Drive, error) {
			return donations.FindDrive(ctx, q, d.Slug)
		},
		add: func(ctx context.Context, tx *sqlx.Tx, d donations.Drive) error {
			day, err := today(ctx, tx, d)
			if err != nil {
				return err
			}
			return donations.Launch(ctx, tx, d, day)
		},
		lasting: []string{"committee", "candidate", "election"},
		amend: func(ctx context.Context, tx *sqlx.Tx, d donations.Drive) error {
			was, err := donations.FindDrive(ctx, tx, d.Slug)
			if err != nil {
				return err
			}
			d.Committee = was.Committee // another one is refused
			day, err := today(ctx, tx, d)
			if err != nil {
				return err
			}
			return donations.AmendDrive(ctx, tx, d, "", day)
		},
		next: func(ctx context.Context, db *sqlx.DB, d donations.Drive) string {
			page := fmt.Sprintf("Its page is %s/give/%s, from %s on.", s.publicURL(), d.Slug, d.OpensOn.Spoken())
			return strings.Join(append([]string{page}, lacking(ctx, s, db, d)...), "\n")
		},
	}, nil
}

// lacking tells what else must be done before gifts can come by a drive, and before they can be reported.
func lacking(ctx context.Context, s *settings, db *sqlx.DB, d donations.Drive) []string {
	accounts, err := s.accounts(db)
	if err != nil {
		return []string{"Whether its committee has Stripe keys can't be told: " + err.Error()}
	}
	ready, err := accounts.Readiness(ctx, d)
	if err != nil {
		return []string{"Whether its committee has Stripe keys can't be told: " + err.Error()}
	}
	var out []string
	if !ready.Keys || !ready.Told {
		out = append(out, fmt.Sprintf("Before a gift can come: dure committee stripe --committee %s", d.Committee))
	}
	if ready.Live && len(ready.Unsigned) > 0 {
		out = append(out, fmt.Sprintf("Before a gift can come: a treasurer reads and signs the rules of %s at the desk, under Law", strings.Join(ready.Unsigned, " and ")))
	}
	if !ready.Processor {
		out = append(out, fmt.Sprintf("Before its fees are reported: dure committee processor --committee %s …", d.Committee))
	}
	return out
}

func driveForm(d *donations.Drive) form {
	return form{
		title: "A drive: a donation page, to the committee itself or, with a candidate, earmarked through it.",
		verb:  "dure drive",
		blanks: []blank{
			{"slug", &d.Slug, "The word of its page, after /give/, for good: at most 60 small letters, digits and hyphens, such as porch-light."},
			{"committee", &d.Committee, "The committee, by its word, such as maple-street."},
			{"title", &d.Title, "Its title, of at most 120 characters, such as Every porch light."},
			{"story", paragraphs{&d.Story}, "What it is for, of at most 4000 characters. Paragraphs stand on lines of their own, below the word:\nstory: |\n  One street, one evening.\n  Every porch light on."},
			{"candidate", &d.Candidate, "Of gifts that are forwarded to a candidate: the FEC ID of the candidate, such as H6VA99001. Empty for gifts to the committee itself."},
			{"election", &d.Election, "And the election for which they are given, by its id, such as va99-primary-2026."},
			{"authorized_by", &d.AuthorizedBy, "Where the candidate's committee approved the page, its name: the page says so (11 CFR 110.11(b)(2)). Else empty."},
			{"goal", &d.Goal, "The goal in dollars, such as 5000. Empty for none."},
			{"amounts", &d.Amounts, "The sums that the page offers, in dollars, at most five, such as [10, 25, 50, 100, 250]."},
			{"opens_on", &d.OpensOn, "The first day on which it takes gifts, today or later, such as 2026-12-01."},
			{"closes_on", &d.ClosesOn, "The last day. Empty where it has none; one for an election ends with the election's day."},
		},
	}
}
