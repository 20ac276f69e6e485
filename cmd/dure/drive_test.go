package main_test

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/jmoiron/sqlx"

	"dure/compliance/rules"
	"dure/donations"
	"dure/pg"
)

// Whom a drive is for stays: an amendment that says otherwise is refused, and what else is wrong of it is told too.
func TestAnAmendedDriveStaysForWhomItIs(t *testing.T) {
	t.Parallel()
	f := newFounder(t)
	committee, drive := f.must("", "committee", "form", "--example"), f.must("", "drive", "form", "--example")
	f.must(committee, "committee", "enter", "-")
	f.must(f.fill(committee, "id: oak-street", "fec_id: C00999609"), "committee", "enter", "-")
	f.must(f.must("", "candidate", "form", "--example"), "candidate", "enter", "-")
	f.must(f.must("", "election", "form", "--example"), "election", "enter", "-")
	f.must(drive, "drive", "enter", "-")
	for _, c := range []struct {
		changes []string
		says    []string
	}{
		{[]string{"candidate: H6VA99001", "election: va99-primary"}, []string{`candidate: it is "", and stays so; "H6VA99001" is another drive`, `election: it is ""`}},
		{[]string{"committee: oak-street", "title:"}, []string{`committee: it is "maple-street", and stays so`, "title: Write the title"}},
	} {
		out, wrong, exit := f.run(f.fill(drive, c.changes...), "drive", "amend", "-")
		for _, want := range append(c.says, "Nothing was written.") {
			if exit != 1 || !strings.Contains(out, want) {
				t.Errorf("amend to %q = %d, want 1 and %q:\n%s%s", c.changes, exit, want, out, wrong)
			}
		}
	}
	if out := f.must(drive, "drive", "enter", "-"); !strings.Contains(out, "is already so.") {
		t.Errorf("after the refusals the drive is another: %s", out)
	}
}

func TestADriveIsClosedAndReopened(t *testing.T) {
	t.Parallel()
	f := newFounder(t)
	f.must(f.must("", "committee", "form", "--example"), "committee", "enter", "-")
	out := f.must(f.fill(f.must("", "drive", "form", "--example"), "opens_on: "+f.today().String()), "drive", "enter", "-")
	for _, want := range []string{"dure committee stripe --committee maple-street", "dure committee processor --committee maple-street"} {
		if !strings.Contains(out, want) {
			t.Errorf("the drive of a committee without keys and processor is entered with %q, want %q too", out, want)
		}
	}
	state := func() string {
		var rows []struct{ Drive, State, Page string }
		if err := json.Unmarshal([]byte(f.must("", "drive", "list", "--committee", "maple-street", "--json")), &rows); err != nil || len(rows) != 1 {
			t.Fatalf("drive list = %v, %v", rows, err)
		}
		return rows[0].State + " " + rows[0].Page
	}
	if got := state(); got != "open https://give.example.org/give/porch-light" {
		t.Errorf("the drive is %s", got)
	}
	if out := f.must("", "drive", "close", "porch-light"); out != "The drive porch-light of maple-street is closed.\n" {
		t.Errorf("close, where nothing may come, says %q", out)
	}
	open := donations.Drive{Committee: "maple-street", Slug: "porch-light", OpensOn: f.today(), State: "open"}
	err := pg.InTx(t.Context(), f.db, "donor", []string{"maple-street"}, func(tx *sqlx.Tx) error {
		p := donations.Pledge{
			Drive: "porch-light", Cents: 25_00, GivenName: "Rowan", FamilyName: "Sample", Street: "1 Sample Street", City: "Exampleton", Region: "VA", Zip: "22903", Country: "US",
			Email: "rowan@example.org", Language: "en",
		}
		for _, a := range rules.Federal().Attested(f.today()) {
			p.Attested = append(p.Attested, donations.Attestation{TextID: a.ID, Version: "1", Language: "en", Text: "I affirm."})
		}
		_, err := donations.Take(t.Context(), tx, open, donations.NewGiftID(), p, time.Now(), "https://give.example.org")
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if out := f.must("", "drive", "close", "porch-light"); !strings.Contains(out, "is closed.\nOne card page that is open already can still be paid, until ") {
		t.Errorf("close, where somebody is on the card page, says %q", out)
	}
	if got := state(); !strings.HasPrefix(got, "closed ") {
		t.Errorf("the closed drive is %s", got)
	}
	f.must("", "drive", "reopen", "porch-light")
	if got := state(); !strings.HasPrefix(got, "open ") {
		t.Errorf("the reopened drive is %s", got)
	}
	if _, wrong, exit := f.run("", "drive", "close", "lantern"); exit != 2 || !strings.Contains(wrong, "dure drive list --committee SLUG") {
		t.Errorf("close of no drive = %d, %q", exit, wrong)
	}
}
