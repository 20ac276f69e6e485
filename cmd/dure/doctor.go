package main

import (
	"context"
	"errors"
	"fmt"

	"dure/civil"
	"dure/compliance"
	"dure/compliance/fec"
	"dure/ledger"
	"dure/migrations"
	"dure/money"
	"dure/registry"
)

type doctorCmd struct {
	Committee string `placeholder:"SLUG" help:"Only this committee."`
	JSON      bool   `help:"Print one JSON document."`
}

// Help shows what the command proves.
func (doctorCmd) Help() string {
	return `Each proof asks one thing in two ways: of the facts, and of the books. Exit status 1 when two part.

  dure doctor
  dure doctor --committee long-table --json`
}

type proofRow struct {
	Committee string `json:"committee"`
	What      string `json:"what"`
	Facts     int64  `json:"facts"`
	Books     int64  `json:"books"`
	Unit      string `json:"unit"` // cents, or count
	Holds     bool   `json:"holds"`
}

// Run examines the books of each committee, and holds the cash of the report that runs today against them.
func (c doctorCmd) Run(ctx context.Context, s *settings) error {
	db, err := s.database(ctx)
	if err != nil {
		return err
	}
	defer db.Close()
	if err := migrations.Check(ctx, db.DB); err != nil {
		return err
	}
	now, err := s.clock()
	if err != nil {
		return err
	}
	committees, err := registry.Committees(ctx, db)
	if err != nil {
		return err
	}
	if c.Committee != "" {
		one, err := findCommittee(ctx, db, c.Committee)
		if err != nil {
			return err
		}
		committees = []registry.Committee{one}
	}
	rows := []proofRow{}
	broken := false
	for _, committee := range committees {
		proofs, err := compliance.Examine(ctx, db, committee.ID)
		if err != nil {
			return err
		}
		today := civil.In(now(), committee.Location())
		report, err := compliance.ReportList(ctx, db, committee.ID, today.Year(), now())
		if err != nil {
			return err
		}
		for _, r := range report {
			if r.State != compliance.PeriodCurrent {
				continue
			}
			preview, err := compliance.PreviewReport(ctx, db, committee.ID, r.Name, now(), 0)
			var unbooked *compliance.NotInBooks
			if errors.As(err, &unbooked) {
				continue
			}
			if err != nil {
				return err
			}
			balances, err := ledger.Balances(ctx, db, committee.ID, r.Through, preview.Cutoff)
			if err != nil {
				return err
			}
			proofs = append(proofs, compliance.Proof{What: "cash of the report " + r.Name, Facts: preview.Summary.A[fec.Line8], Books: ledger.Cash(balances)})
		}
		for _, p := range proofs {
			rows = append(rows, proofRow{string(committee.ID), p.What, int64(p.Facts), int64(p.Books), unitOf(p), p.Holds()})
			broken = broken || !p.Holds()
		}
	}
	if c.JSON {
		if err := printJSON(rows); err != nil {
			return err
		}
	} else if err := printProofs(rows); err != nil {
		return err
	}
	if broken {
		return errFindings
	}
	return nil
}

func printProofs(rows []proofRow) error {
	last := ""
	for _, r := range rows {
		if r.Committee != last {
			fmt.Printf("%-45s%16s%16s\n", r.Committee, "facts", "books")
			last = r.Committee
		}
		verdict := "agree"
		if !r.Holds {
			verdict = "PART"
		}
		fmt.Printf("%-45s%16s%16s  %s\n", r.What, written(r.Facts, r.Unit), written(r.Books, r.Unit), verdict)
	}
	return nil
}

func unitOf(p compliance.Proof) string {
	if p.Count {
		return "count"
	}
	return "cents"
}

func written(n int64, unit string) string {
	if unit == "count" {
		return fmt.Sprint(n)
	}
	return money.Cents(n).Plain()
}
