package main

import (
	"context"
	"fmt"
	"os"
	"text/tabwriter"
	"time"

	"github.com/jmoiron/sqlx"

	"dure/registry"
)

type candidateCmd struct {
	List  candidateListCmd  `cmd:"" help:"The candidates of this installation."`
	Form  candidateFormCmd  `cmd:"" help:"Print a candidate's form, to be filled in."`
	Enter candidateEnterCmd `cmd:"" help:"Enter a candidate from a filled-in form."`
	Amend candidateAmendCmd `cmd:"" help:"Record what has changed of a candidate."`
}

type candidateListCmd struct {
	JSON bool `help:"Print one JSON document."`
}

// Help shows how the command is used.
func (candidateListCmd) Help() string {
	return `  dure candidate list --json`
}

// Run lists the candidates.
func (c candidateListCmd) Run(ctx context.Context, s *settings) error {
	db, err := s.database(ctx)
	if err != nil {
		return err
	}
	defer db.Close()
	candidates, err := registry.Candidates(ctx, db)
	if err != nil {
		return err
	}
	type row struct {
		Candidate    string `json:"candidate"`
		Name         string `json:"name"`
		Jurisdiction string `json:"jurisdiction"`
		Office       string `json:"office"`
		State        string `json:"state"`
		District     string `json:"district"`
		FECID        string `json:"committee_fec_id"`
		Committee    string `json:"committee_name"`
	}
	rows := []row{}
	for _, c := range candidates {
		rows = append(rows, row{string(c.ID), c.Name(), c.Jurisdiction, c.Office, c.State, c.District, c.CommitteeFECID, c.CommitteeName})
	}
	if c.JSON {
		return printJSON(rows)
	}
	if len(rows) == 0 {
		fmt.Println("no candidates yet: dure candidate form > candidate.yaml")
		return nil
	}
	w := tabwriter.NewWriter(os.Stdout, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "CANDIDATE\tSEAT\tNAME\tCOMMITTEE\tFEC ID")
	for _, r := range rows {
		fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\n", r.Candidate, seat(r.Jurisdiction, r.Office, r.State, r.District), r.Name, r.Committee, r.FECID)
	}
	return w.Flush()
}

// seat writes a seat in short: H VA 09.
func seat(jurisdiction, office, state, district string) string {
	out := office
	if jurisdiction != "us" {
		out = jurisdiction + " " + office
	}
	for _, part := range []string{state, district} {
		if part != "" {
			out += " " + part
		}
	}
	return out
}

type candidateFormCmd struct{ formArgs }

// Help shows how the command is used.
func (candidateFormCmd) Help() string {
	return `Every word of the form says what belongs there.

  dure candidate form > seo.yaml
  dure candidate form --example
  dure candidate form H6VA99001 > seo.yaml`
}

// Run prints the form.
func (c candidateFormCmd) Run(ctx context.Context, s *settings) error {
	return candidates().print(ctx, s, c.formArgs)
}

type candidateEnterCmd struct{ entryArgs }

// Help shows how the command is used.
func (candidateEnterCmd) Help() string {
	return `Takes the form that dure candidate form prints, filled in. All that can't stand is told at once, each with its line, and then nothing
is written and the exit status is 1. A candidate is one for all committees of the installation, so that limits are counted together.

  dure candidate form > seo.yaml
  dure candidate enter seo.yaml`
}

// Run enters a candidate.
func (c candidateEnterCmd) Run(ctx context.Context, s *settings) error {
	return candidates().enter(ctx, s, c.entryArgs, false)
}

type candidateAmendCmd struct{ entryArgs }

// Help shows how the command is used.
func (candidateAmendCmd) Help() string {
	return `From now on the candidate is as the form says; reports as of an earlier moment keep what was known then.

  dure candidate form H6VA99001 > seo.yaml
  dure candidate amend seo.yaml`
}

// Run amends a candidate.
func (c candidateAmendCmd) Run(ctx context.Context, s *settings) error {
	return candidates().enter(ctx, s, c.entryArgs, true)
}

// candidates is how candidates are entered.
func candidates() noun[registry.Candidate] {
	return noun[registry.Candidate]{
		name: "candidate", one: "a candidate", form: candidateForm,
		blank: registry.Candidate{Jurisdiction: "us"},
		example: registry.Candidate{
			ID: "H6VA99001", Last: "Seo", First: "Mina", Office: "H", State: "VA", District: "99", Jurisdiction: "us",
			CommitteeFECID: "C00999602", CommitteeName: "MINA SEO FOR CONGRESS", Street: "9 Placeholder Rd", City: "Samplebury", CommitteeState: "VA", Zip: "22904",
		},
		named: func(id string) registry.Candidate { return registry.Candidate{ID: registry.CandidateID(id)} },
		id:    func(c registry.Candidate) string { return string(c.ID) },
		settle: func(c *registry.Candidate) []registry.Fault {
			return append(packFault("jurisdiction", c.Jurisdiction), officeFault(c.Jurisdiction, c.Office)...)
		},
		acts: func(registry.Candidate) []string { return nil },
		find: func(ctx context.Context, q sqlx.QueryerContext, c registry.Candidate) (registry.Candidate, error) {
			return registry.FindCandidate(ctx, q, c.ID, time.Time{})
		},
		add:   registry.AddCandidate,
		amend: registry.AmendCandidate,
		next: func(context.Context, *sqlx.DB, registry.Candidate) string {
			return "For a drive it needs the elections of its race too: dure election form."
		},
	}
}

func candidateForm(c *registry.Candidate) form {
	return form{
		title: "A candidate, with the committee that takes money for them.",
		verb:  "dure candidate",
		blanks: []blank{
			{"id", &c.ID, "The FEC's ID of the candidate for this office, on their page at fec.gov: the letter of the office, the last digit of an election year, the state and " +
				"five digits, such as H6VA99001 (House) or S6VA00101 (Senate); P and eight digits for President, such as P60000001."},
			{"last_name", &c.Last, "Family name."},
			{"first_name", &c.First, "Given name."},
			{"office", &c.Office, "The office: H for the House, S for the Senate, P for President. Under the law of a state, the word of its pack, such as assembly."},
			{"state", &c.State, "The state that elects, in two letters, such as VA; empty for President."},
			{"district", &c.District, "Of a seat in the House: its number in two digits, such as 09, and 00 where the state has one seat alone. Else empty."},
			{"committee_fec_id", &c.CommitteeFECID, "The FEC ID of the candidate's principal campaign committee: C and eight digits, such as C00999602."},
			{"committee_name", &c.CommitteeName, "Its full name, such as MINA SEO FOR CONGRESS."},
			{"street", &c.Street, "Its mailing address, to which checks with earmarked gifts go: street and number, or a post office box."},
			{"street_2", &c.Street2, "Floor, suite or unit, if any."},
			{"city", &c.City, "City."},
			{"committee_state", &c.CommitteeState, "State, in two letters."},
			{"zip", &c.Zip, "ZIP code, of five or nine digits."},
			{"jurisdiction", &c.Jurisdiction, "Whose law the office is under: us for federal office; else a pack of dure law show, such as us-ny."},
		},
	}
}
