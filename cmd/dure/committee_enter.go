package main

import (
	"context"
	"fmt"
	"time"

	"github.com/jmoiron/sqlx"

	"dure/civil"
	"dure/compliance"
	"dure/registry"
)

type committeeFormCmd struct{ formArgs }

// Help shows how the command is used.
func (committeeFormCmd) Help() string {
	return `Every word of the form says what belongs there. What a committee's form says now, to be changed and amended, is printed with its word.

  dure committee form > long-table.yaml
  dure committee form --example
  dure committee form long-table > long-table.yaml`
}

// Run prints the form.
func (c committeeFormCmd) Run(ctx context.Context, s *settings) error {
	return committees().print(ctx, s, c.formArgs)
}

type committeeEnterCmd struct{ entryArgs }

// Help shows how the command is used.
func (committeeEnterCmd) Help() string {
	return `Takes the form that dure committee form prints, filled in. All that can't stand is told at once, each with its line, and then nothing
is written and the exit status is 1. Entered again with the same form it is already so.

  dure committee form > long-table.yaml
  dure committee enter long-table.yaml
  dure committee enter --dry-run --json - < long-table.yaml`
}

// Run enters a committee.
func (c committeeEnterCmd) Run(ctx context.Context, s *settings) error {
	return committees().enter(ctx, s, c.entryArgs, false)
}

type committeeAmendCmd struct{ entryArgs }

// Help shows how the command is used.
func (committeeAmendCmd) Help() string {
	return `From now on the committee is as the form says, as after an amended Form 1: a new treasurer, another address, from quarterly to monthly.
Reports as of an earlier moment keep what was known then. The word of its addresses stays.

  dure committee form long-table > long-table.yaml
  dure committee amend long-table.yaml`
}

// Run amends a committee.
func (c committeeAmendCmd) Run(ctx context.Context, s *settings) error {
	return committees().enter(ctx, s, c.entryArgs, true)
}

// committees is how committees are entered.
func committees() noun[registry.Committee] {
	return noun[registry.Committee]{
		name: "committee", one: "a committee", form: committeeForm,
		blank: registry.Committee{Regime: "us"},
		example: registry.Committee{
			ID: "maple-street", FECID: "C00999601", Name: "MAPLE STREET PAC", Kind: registry.Nonconnected, Filer: compliance.Monthly, Zone: "America/New_York",
			Street: "12 Maple St", Street2: "Suite 4", City: "Springfield", State: "VA", Zip: "22150",
			TreasurerLast: "Sample", TreasurerFirst: "Robin", Web: "https://maple-street.example.org", Email: "office@maple-street.example.org",
			Registered: civil.Of(2026, time.January, 5), Regime: "us",
		},
		named:  func(id string) registry.Committee { return registry.Committee{ID: registry.CommitteeID(id)} },
		id:     func(c registry.Committee) string { return string(c.ID) },
		settle: func(c *registry.Committee) []registry.Fault { return packFault("regime", c.Regime) },
		acts:   func(c registry.Committee) []string { return []string{string(c.ID)} },
		find: func(ctx context.Context, q sqlx.QueryerContext, c registry.Committee) (registry.Committee, error) {
			return registry.FindCommittee(ctx, q, c.ID, time.Time{})
		},
		add:   registry.AddCommittee,
		amend: registry.AmendCommittee,
		next: func(_ context.Context, _ *sqlx.DB, c registry.Committee) string {
			return fmt.Sprintf(`What it needs next:
  dure committee opening   --committee %[1]s --on YYYY-01-01 --cash DOLLARS
  dure committee processor --committee %[1]s --name … --street … --city … --state … --zip …
  dure committee stripe    --committee %[1]s
  dure staff invite        --committee %[1]s --email … --name … --role treasurer`, c.ID)
		},
	}
}

func committeeForm(c *registry.Committee) form {
	return form{
		title: "A committee, as its Form 1 (statement of organization) has it.",
		verb:  "dure committee",
		blanks: []blank{
			{"id", &c.ID, "The word in its addresses, for good: at most 40 small letters, digits and hyphens, such as maple-street."},
			{"fec_id", &c.FECID, "The FEC's ID of the committee, on its page at fec.gov and in the FEC's letter: C and eight digits, such as C00999601."},
			{"name", &c.Name, "Its full name, as Form 1 has it: MAPLE STREET PAC. Pages, receipts and reports show it so."},
			{"kind", &c.Kind, "What it is, in one of these words:\n" +
				"  nonconnected: a PAC that no corporation, union or party stands behind\n" +
				"  ssf: the separate segregated fund of a corporation, union or association\n" +
				"  super-pac: it makes independent expenditures only\n" +
				"  hybrid: a PAC with a separate account for independent expenditures\n" +
				"  party-state: of a party in a state, a district or a place\n" +
				"  party-national: a national committee of a party\n" +
				"  authorised: a candidate's own"},
			{"candidate", &c.Candidate, "Of an authorised committee alone: the FEC ID of its candidate, such as H6VA99001. The candidate is entered first."},
			{"multicandidate", &c.Multicandidate, "yes if it has qualified as a multicandidate committee (Form 1M; 11 CFR 100.5(e)(3)); else empty."},
			{"filer", &c.Filer, "How often it files, as it told the FEC: monthly or quarterly (11 CFR 104.5(c))."},
			{"zone", &c.Zone, "The time zone in which its days begin and end: America/New_York, America/Chicago, America/Denver, America/Los_Angeles, Pacific/Honolulu …"},
			{"street", &c.Street, "Its mailing address: street and number, or a post office box."},
			{"street_2", &c.Street2, "Floor, suite or unit, if any."},
			{"city", &c.City, "City."},
			{"state", &c.State, "State, in two letters, such as VA."},
			{"zip", &c.Zip, "ZIP code, of five or nine digits, such as 22150."},
			{"treasurer_last", &c.TreasurerLast, "The treasurer, who signs the reports: family name."},
			{"treasurer_first", &c.TreasurerFirst, "Given name."},
			{"treasurer_middle", &c.TreasurerMiddle, "Middle name, if any."},
			{"treasurer_prefix", &c.TreasurerPrefix, "What stands before the name, such as Dr., if anything."},
			{"treasurer_suffix", &c.TreasurerSuffix, "What stands after it, such as Jr., if anything."},
			{"web", &c.Web, "Its site, such as https://maple-street.example.org: it stands in the line that says who paid for a page; without one the address does (11 CFR 110.11(b)(3))."},
			{"email", &c.Email, "Where givers reach it, such as office@maple-street.example.org."},
			{"registered", &c.Registered, "The day on which it registered with the FEC, such as 2026-01-05."},
			{"regime", &c.Regime, "The law under which its account stands: us for a federal committee; else a pack of dure law show, such as us-ny."},
		},
	}
}
