// Command dure takes small-dollar political gifts, keeps the books of the committees that get them, and writes their
// filings. Each subcommand has a file of its own; config.go has every setting.
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"syscall"

	"github.com/alecthomas/kong"

	"dure/compliance"
)

type cli struct {
	Settings settings `embed:""`

	Serve     serveCmd     `cmd:"" help:"Serve the donation pages, the desk and Stripe's webhooks."`
	Migrate   migrateCmd   `cmd:"" help:"Bring the database's schema to this program's version."`
	Doctor    doctorCmd    `cmd:"" help:"Prove that books, receipts, disbursements and report cash agree."`
	Reconcile reconcileCmd `cmd:"" help:"Hold the books against Stripe to the cent, and mend what facts allow."`
	Committee committeeCmd `cmd:"" help:"Committees: enter and list them, open their books, keep their Stripe keys."`
	Candidate candidateCmd `cmd:"" help:"Candidates: enter and list them."`
	Election  electionCmd  `cmd:"" help:"Elections: enter and list them."`
	Drive     driveCmd     `cmd:"" help:"Drives, which are donation pages: open, list, amend and close them."`
	Staff     staffCmd     `cmd:"" help:"People who work at the desk."`
	Report    reportCmd    `cmd:"" help:"Reports to the FEC: list and build."`
	FEC       fecCmd       `cmd:"" name:"fec" help:"Files of the FEC's format: check and show."`
	Law       lawCmd       `cmd:"" help:"The law as Dure has it: try scenarios against it."`
	I18n      i18nCmd      `cmd:"" name:"i18n" help:"The languages: which texts are missing, stale or not approved."`
	Events    eventsCmd    `cmd:"" help:"Stripe's events: list, show and replay."`
}

// Exit statuses, as scripts rely on them.
const (
	exitFindings = 1 // done, with findings
	exitUsage    = 2 // misused, or can't run
)

// errFindings is how a command that did its work says that it found something; what it found is printed already.
var errFindings = errors.New("there are findings")

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	os.Exit(run(ctx, os.Args[1:]))
}

// run runs one command and gives its exit status.
func run(ctx context.Context, args []string) int {
	var c cli
	status := -1
	parser, err := kong.New(&c,
		kong.Name("dure"),
		kong.Description("Gifts, books and filings of political committees."),
		kong.UsageOnError(),
		kong.ConfigureHelp(kong.HelpOptions{Compact: true}),
		kong.Exit(func(code int) { status = code }),
		kong.BindTo(ctx, (*context.Context)(nil)),
	)
	if err != nil {
		panic(err) // the commands above are wrongly declared
	}
	if len(args) == 0 {
		args = []string{"--help"}
	}
	command, err := parser.Parse(args)
	switch {
	case status >= 0: // --help has printed what was asked for
		return status
	case err != nil:
		fmt.Fprintf(os.Stderr, "dure: %v\nSee dure --help.\n", err)
		return exitUsage
	}
	err = command.Run(&c.Settings)
	refused := (*compliance.Refusal)(nil)
	switch {
	case err == nil:
		return 0
	case errors.Is(err, errFindings):
		return exitFindings
	case errors.As(err, &refused):
		fmt.Fprintf(os.Stderr, "dure: %v\n", err)
		return exitFindings
	default:
		fmt.Fprintf(os.Stderr, "dure: %v\n", err)
		return exitUsage
	}
}
