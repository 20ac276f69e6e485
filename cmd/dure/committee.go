package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"text/tabwriter"

	"github.com/jmoiron/sqlx"

	"dure/civil"
	"dure/compliance"
	"dure/money"
	"dure/pg"
	"dure/registry"
)

type committeeCmd struct {
	List      committeeListCmd      `cmd:"" help:"The committees of this installation."`
	Form      committeeFormCmd      `cmd:"" help:"Print a committee's form, to be filled in."`
	Enter     committeeEnterCmd     `cmd:"" help:"Enter a committee from a filled-in form."`
	Amend     committeeAmendCmd     `cmd:"" help:"Record what has changed of a committee."`
	Opening   committeeOpeningCmd   `cmd:"" help:"Record the cash on hand with which a committee's books begin."`
	Stripe    committeeStripeCmd    `cmd:"" help:"Keep a committee's Stripe keys, sealed, in the database."`
	Processor committeeProcessorCmd `cmd:"" help:"Name the card processor as the payee of its fees."`
	Affiliate committeeAffiliateCmd `cmd:"" help:"Record that a committee shares its limits with others."`
}

type committeeListCmd struct {
	JSON bool `help:"Print one JSON document."`
}

// Help shows how the command is used.
func (committeeListCmd) Help() string {
	return `  dure committee list --json`
}

// Run lists the committees.
func (c committeeListCmd) Run(ctx context.Context, s *settings) error {
	db, err := s.database(ctx)
	if err != nil {
		return err
	}
	defer db.Close()
	committees, err := registry.Committees(ctx, db)
	if err != nil {
		return err
	}
	if c.JSON {
		type row struct {
			Committee string `json:"committee"`
			FECID     string `json:"fec_id"`
			Name      string `json:"name"`
			Filer     string `json:"filer"`
		}
		rows := []row{}
		for _, c := range committees {
			rows = append(rows, row{string(c.ID), c.FECID, c.Name, c.Filer})
		}
		return printJSON(rows)
	}
	if len(committees) == 0 {
		fmt.Println("no committees yet: dure committee form > committee.yaml")
		return nil
	}
	w := tabwriter.NewWriter(os.Stdout, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "COMMITTEE\tFEC ID\tFILES\tNAME")
	for _, c := range committees {
		fmt.Fprintf(w, "%s\t%s\t%s\t%s\n", c.ID, c.FECID, c.Filer, c.Name)
	}
	return w.Flush()
}

type committeeOpeningCmd struct {
	Committee string `required:"" placeholder:"SLUG" help:"The committee."`
	On        string `required:"" placeholder:"YYYY-01-01" help:"The 1 January from which the books run."`
	Cash      string `required:"" placeholder:"DOLLARS" help:"Cash on hand on that day, as the last report's line 8 has it; 0 for none."`
}

// Help shows how the command is used.
func (committeeOpeningCmd) Help() string {
	return `The books of a committee begin once, on a 1 January, with the cash of line 6(a).

  dure committee opening --committee long-table --on 2026-01-01 --cash 8412.37`
}

// Run records the opening cash.
func (c committeeOpeningCmd) Run(ctx context.Context, s *settings) error {
	day, err := civil.Parse(c.On)
	if err != nil {
		return fmt.Errorf("--on: %w", err)
	}
	if _, month, n := day.Date(); month != 1 || n != 1 {
		return fmt.Errorf("--on %v: books begin on a 1 January, so that the year to date is whole", day)
	}
	var cash money.Cents
	if strings.Trim(c.Cash, "0.") != "" {
		if cash, err = money.Parse(c.Cash); err != nil {
			return fmt.Errorf("--cash %q: %w", c.Cash, err)
		}
	}
	db, committee, err := s.committee(ctx, c.Committee)
	if err != nil {
		return err
	}
	defer db.Close()
	err = pg.InTx(ctx, db, commandLine(), []string{c.Committee}, func(tx *sqlx.Tx) error {
		return compliance.OpenBooks(ctx, tx, committee.ID, day, cash)
	})
	if pg.Violates(err, "openings_pk") {
		return fmt.Errorf("the books of %s are open already: see dure doctor", committee.ID)
	}
	if err != nil {
		return err
	}
	fmt.Printf("The books of %s begin on %v with %v.\n", committee.ID, day, cash)
	return nil
}

type committeeStripeCmd struct {
	Committee string `required:"" placeholder:"SLUG" help:"The committee."`
}

// Help shows how the command is used.
func (committeeStripeCmd) Help() string {
	return `Reads the secret key and the webhook's signing secret from standard input, one a line, so that neither stands in
the shell's history. DURE_SECRETS_KEY seals them.

  printf '%s\n%s\n' "$KEY" "$SECRET" | dure committee stripe --committee long-table-midwest`
}

// Run keeps the keys.
func (c committeeStripeCmd) Run(ctx context.Context, s *settings) error {
	db, committee, err := s.committee(ctx, c.Committee)
	if err != nil {
		return err
	}
	defer db.Close()
	in, err := io.ReadAll(io.LimitReader(os.Stdin, 4096))
	if err != nil {
		return err
	}
	keys := strings.Fields(string(in))
	if len(keys) != 2 || !strings.HasPrefix(keys[1], "whsec_") {
		return errors.New("standard input has two lines: the secret key (sk_…), and the webhook's signing secret (whsec_…)")
	}
	accounts, err := s.accounts(db)
	if err != nil {
		return err
	}
	err = pg.InTx(ctx, db, commandLine(), []string{c.Committee}, func(tx *sqlx.Tx) error {
		return accounts.Keep(ctx, tx, committee.ID, keys[0], keys[1])
	})
	if err != nil {
		return err
	}
	fmt.Printf("The keys of %s are kept, sealed. Its webhook endpoint is %s/webhooks/stripe/%[1]s.\n", committee.ID, s.publicURL())
	return nil
}

type committeeProcessorCmd struct {
	Committee string `required:"" placeholder:"SLUG" help:"The committee."`
	Name      string `required:"" help:"The processor's name, as its invoices have it."`
	Street    string `required:"" help:"Its street address."`
	City      string `required:"" help:"Its city."`
	State     string `required:"" help:"Its state, in two letters."`
	Zip       string `required:"" help:"Its ZIP code."`
}

// Help shows how the command is used.
func (committeeProcessorCmd) Help() string {
	return `Once a year's fees pass $200 the report names who kept them (line 21(b)).

  dure committee processor --committee long-table --name "EXAMPLE PAYMENTS INC" \
      --street "1 Example Plaza" --city Springfield --state IL --zip 62701`
}

// Run records the payee.
func (c committeeProcessorCmd) Run(ctx context.Context, s *settings) error {
	db, committee, err := s.committee(ctx, c.Committee)
	if err != nil {
		return err
	}
	defer db.Close()
	err = pg.InTx(ctx, db, commandLine(), []string{c.Committee}, func(tx *sqlx.Tx) error {
		_, err := registry.AddPayee(ctx, tx, committee.ID, registry.Payee{
			ID: registry.Processor, Entity: "ORG", Name: c.Name, Street: c.Street, City: c.City, State: c.State, Zip: c.Zip,
		})
		return err
	})
	if pg.Violates(err, "payees_pk") {
		return fmt.Errorf("%s has its processor already", c.Committee)
	}
	if err != nil {
		return err
	}
	fmt.Printf("The fees of %s are paid to %s.\n", committee.ID, c.Name)
	return nil
}
