package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"dure/scenarios"
)

type lawCmd struct {
	Try  lawTryCmd  `cmd:"" help:"Play scenario files against the real rules and the real database code."`
	Show lawShowCmd `cmd:"" help:"The rules in force, with citation, days and status."`
}

type lawTryCmd struct {
	Files []string `arg:"" name:"file" help:"Scenario files; docs/scenarios.md is their grammar."`
	JSON  bool     `help:"Print one JSON document."`
}

// Help shows how the command is used.
func (lawTryCmd) Help() string {
	return `Each scenario runs in a scratch database on the server of DURE_ADMIN_DATABASE_URL, which is dropped at the end; no other database
is touched. Exit status 0 when all comes as expected; 1 when an expectation is wrong: what was expected, what was got and which rule
said what is printed; 2 when a scenario can't be read or played, with file and line.

  dure law try scenarios/vectors/*.yaml
  dure law try --json case.yaml`
}

// tried is what the command found out.
type tried struct {
	Right     bool                `json:"right"`
	Scenarios []scenarios.Outcome `json:"scenarios"`
	Faults    []scenarios.Fault   `json:"faults"` // of what can't be read or played
}

// Run plays the scenarios.
func (c lawTryCmd) Run(ctx context.Context, s *settings) error {
	out := tried{Scenarios: []scenarios.Outcome{}, Faults: []scenarios.Fault{}}
	var all []*scenarios.Scenario
	for _, name := range c.Files {
		text, err := os.ReadFile(name)
		if err != nil {
			return err
		}
		read, faults := scenarios.Read(filepath.ToSlash(name), text)
		all, out.Faults = append(all, read...), append(out.Faults, faults...)
	}
	var failed error
	if len(all) > 0 {
		failed = out.play(ctx, s, all)
	}
	wrong := 0
	for _, o := range out.Scenarios {
		wrong += len(o.Wrong)
		out.Faults = append(out.Faults, o.Faults...)
	}
	out.Right = wrong == 0 && len(out.Faults) == 0 && failed == nil
	if err := out.tell(os.Stdout, c.JSON); err != nil {
		return err
	}
	switch {
	case failed != nil:
		return failed
	case len(out.Faults) == 1:
		return errors.New("one place can't be read or played")
	case len(out.Faults) > 1:
		return fmt.Errorf("%d places can't be read or played", len(out.Faults))
	case wrong > 0:
		return errFindings
	}
	return nil
}

// play plays scenarios on scratch databases, which are gone when it returns.
func (t *tried) play(ctx context.Context, s *settings, all []*scenarios.Scenario) (err error) {
	if s.AdminDatabaseURL == "" {
		return errors.New("DURE_ADMIN_DATABASE_URL is not set: it names the server on which a scratch database is made and dropped, " +
			"such as postgres://dure_owner@localhost/dure")
	}
	scratch, err := scenarios.NewScratch(ctx, s.AdminDatabaseURL)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, scratch.Close()) }()
	for _, sc := range all {
		o, err := scratch.Try(ctx, sc)
		if err != nil {
			return fmt.Errorf("%s: %w", sc.Name, err)
		}
		t.Scenarios = append(t.Scenarios, o)
	}
	return nil
}

func (t *tried) tell(w io.Writer, json bool) error {
	if json {
		return printJSON(t)
	}
	for _, f := range t.Faults {
		fmt.Fprintln(w, f)
	}
	expected, right := 0, 0
	for _, o := range t.Scenarios {
		expected += o.Expected
		if o.Right() {
			right++
			fmt.Fprintf(w, "%s: right: %s\n", o.File, o.Scenario)
			continue
		}
		if len(o.Wrong) > 0 {
			fmt.Fprintf(w, "%s: WRONG: %s\n", o.File, o.Scenario)
		}
		for _, x := range o.Wrong {
			fmt.Fprintf(w, "  %s:%d: %s\n    expected %s\n    got      %s\n", x.File, x.Line, x.Word, x.Expected, x.Got)
			for _, said := range x.Said {
				fmt.Fprintf(w, "    rule     %s\n", said)
			}
		}
	}
	_, err := fmt.Fprintf(w, "%d of %d scenarios are right; %d expectations\n", right, len(t.Scenarios), expected)
	return err
}
