package main_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/jmoiron/sqlx"

	"dure/civil"
	"dure/compliance"
	"dure/compliance/fec"
	"dure/dev/pgtest"
	"dure/pg"
	"dure/registry"
)

// reporter runs dure report against a database with one fictional committee and two gifts.
type reporter struct {
	t   *testing.T
	db  *sqlx.DB
	exe string
	url string
}

func newReporter(t *testing.T) reporter {
	t.Helper()
	r := reporter{t: t, db: pgtest.New(t), exe: program(t)}
	r.url = pgtest.URLs(t, r.db).Serve
	const id = registry.CommitteeID("harbor-light")
	ctx := pg.WithRecordedAt(t.Context(), time.Date(2026, 1, 20, 12, 0, 0, 0, time.UTC))
	err := pg.InTx(ctx, pgtest.Admin(t, r.db), "test", []string{string(id)}, func(tx *sqlx.Tx) error {
		opened := civil.MustParse("2026-01-01")
		err := errors.Join(
			registry.AddCommittee(ctx, tx, registry.Committee{
				ID: id, FECID: "C00999201", Name: "HARBOR LIGHT PAC", Kind: "nonconnected", Filer: "monthly", Zone: "America/New_York",
				Street: "8 Sample Quay", City: "Boston", State: "MA", Zip: "02110", TreasurerLast: "Example", TreasurerFirst: "Pat",
			}),
			compliance.OpenBooks(ctx, tx, id, opened, 100_00))
		for gift, first := range map[string]string{"GIFT-1": "Ann", "GIFT-2": "Zoë"} {
			who := registry.Contributor{
				Entity: "IND", First: first, Last: "Alpha", Street: "1 Sample St", City: "Salem", State: "MA", Zip: "01970", Country: "US",
				Employer: "Sample Mill", Occupation: "Weaver",
			}
			var idErr error
			who.Person, idErr = registry.Identify(ctx, tx, who)
			err = errors.Join(err, idErr, compliance.Receive(ctx, tx, compliance.Receipt{
				Committee: id, ID: gift, Contributor: who, Line: "11(a)", Instrument: "transfer", Cents: 250_00,
				MadeOn: opened.Add(4), ReceivedOn: opened.Add(4), HappenedAt: opened.Add(4).Midnight(),
			}))
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// run runs dure report and gives what it printed and its exit status.
func (r reporter) run(args ...string) (stdout, stderr string, status int) {
	r.t.Helper()
	var out, complaints bytes.Buffer
	c := exec.CommandContext(r.t.Context(), r.exe, append([]string{"report"}, args...)...)
	c.Env = append(os.Environ(), "DATABASE_URL="+r.url)
	c.Stdout, c.Stderr = &out, &complaints
	err := c.Run()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		r.t.Fatal(err)
	}
	return out.String(), complaints.String(), c.ProcessState.ExitCode()
}

func TestReportBuildWritesTheFileAndPrintsTheSummary(t *testing.T) {
	t.Parallel()
	r := newReporter(t)
	file := filepath.Join(t.TempDir(), "m2.fec")
	out, complaints, status := r.run("build", "--committee", "harbor-light", "--period", "2026-M2", "--as-of", "2026-02-18", "--out", file)
	if status != 0 || complaints != "" {
		t.Fatalf("status %d, standard error %q, want 0 and nothing\n%s", status, complaints, out)
	}
	for _, want := range []string{
		"HARBOR LIGHT PAC (C00999201), report 2026-M2 of Form 3X", "2026-01-01 to 2026-01-31, due 2026-02-20; as of 2026-02-18 23:59:59 EST",
		"Rows: SA11AI 2", "transliterated",
	} {
		if !strings.Contains(out, want) {
			t.Errorf("the output lacks %q:\n%s", want, out)
		}
	}
	if line := lineOf(out, "8 "); !strings.Contains(line, "Cash on hand at close") || strings.Count(line, "600.00") != 2 {
		t.Errorf("line 8 is printed as %q, want 600.00 in both columns", line)
	}
	b, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	found, filing, err := fec.Check(bytes.NewReader(b))
	if err != nil || len(found) > 0 || filing.ReportCode != "M2" {
		t.Errorf("Check of the file: %v, %v, report %s, want no findings and M2", found, err, filing.ReportCode)
	}

	again := filepath.Join(t.TempDir(), "again.fec")
	out, _, status = r.run("build", "--committee", "harbor-light", "--period", "2026-M2", "--as-of", "2026-02-19T04:59:59.999999Z", "--out", again, "--json")
	var report struct {
		Period, From, Due, File string
		Rows                    map[string]int
		Summary                 []struct {
			Line string
			A, B *int64
		}
		Findings []fec.Finding
		Partings []any
	}
	if err := json.Unmarshal([]byte(out), &report); err != nil || status != 0 {
		t.Fatalf("status %d, %v:\n%s", status, err, out)
	}
	if report.Period != "2026-M2" || report.From != "2026-01-01" || report.File != again || report.Rows["SA11AI"] != 2 || report.Partings == nil {
		t.Errorf("the document tells %+v", report)
	}
	for _, l := range report.Summary {
		if l.Line == "8" && (*l.A != 600_00 || *l.B != 600_00) || l.Line == "6(a)" && (l.A != nil || *l.B != 100_00) {
			t.Errorf("line %s is %v, %v", l.Line, l.A, l.B)
		}
	}
	if second, err := os.ReadFile(again); err != nil || !bytes.Equal(b, second) {
		t.Errorf("the same moment, said in another way, gives another file (%v)", err)
	}
}

func lineOf(out, begins string) string {
	for line := range strings.Lines(out) {
		if strings.HasPrefix(line, begins) {
			return line
		}
	}
	return ""
}

func TestReportBuildThatIsRefusedWritesNoFile(t *testing.T) {
	t.Parallel()
	r := newReporter(t)
	admin := pgtest.Admin(t, r.db)
	ctx := context.WithoutCancel(t.Context())
	err := pg.InTx(ctx, admin, "test", []string{"harbor-light"}, func(tx *sqlx.Tx) error {
		const tamper = `
			with e as (
				insert into ledger_entries (committee, source, posted_on, text, digest)
				values ('harbor-light', 'nothing', '2026-01-20', 'Nothing', '')
				returning committee, id)
			insert into ledger_lines (committee, entry, n, account, cents, feeds)
			select committee, id, 1, 'bank', -300, '' from e
			union all
			select committee, id, 2, 'operating', 300, '21(b)' from e`
		_, err := tx.ExecContext(ctx, tamper)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	file := filepath.Join(dir, "m2.fec")
	if err := os.WriteFile(file, []byte("an older file"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		period string
		status int
		says   string
	}{
		{"2026-M2", 1, "Line 21(b), column A: the report has 0.00, the books have 3.00."},
		{"2026-M11", 2, "2026-M10, 2026-12G"},
		{"2025-YE", 2, "the books run from 2026-01-01"},
		{"October", 2, "such as 2026-M10"},
	} {
		out, complaints, status := r.run("build", "--committee", "harbor-light", "--period", tt.period, "--out", file)
		if status != tt.status || !strings.Contains(out+complaints, tt.says) {
			t.Errorf("build of %s: status %d, want %d and %q:\n%s%s", tt.period, status, tt.status, tt.says, out, complaints)
		}
	}
	left, err := os.ReadDir(dir)
	if b, readErr := os.ReadFile(file); err != nil || readErr != nil || string(b) != "an older file" || len(left) != 1 {
		t.Errorf("after the refusals there are %v, and the file holds %q (%v)", left, b, errors.Join(err, readErr))
	}
	for _, args := range [][]string{
		{"build", "--committee", "nobody", "--period", "2026-M2", "--out", file},
		{"build", "--committee", "harbor-light", "--period", "2026-M2", "--as-of", "yesterday", "--out", file},
		{"build", "--committee", "harbor-light"},
	} {
		if out, _, status := r.run(args...); status != 2 {
			t.Errorf("dure report %v: status %d, want 2:\n%s", args, status, out)
		}
	}
}

func TestReportListTellsEachReportOfTheYear(t *testing.T) {
	t.Parallel()
	r := newReporter(t)
	out, complaints, status := r.run("list", "--committee", "harbor-light", "--year", "2026", "--json")
	var list []map[string]string
	if err := json.Unmarshal([]byte(out), &list); err != nil || status != 0 {
		t.Fatalf("status %d, %v: %s%s", status, err, out, complaints)
	}
	if len(list) != 12 {
		t.Fatalf("%d reports, want the 12 of a monthly filer in an election year", len(list))
	}
	m10 := list[8]
	if m10["period"] != "2026-M10" || m10["form"] != "F3X" || m10["from"] != "2026-09-01" || m10["through"] != "2026-09-30" || m10["due"] != "2026-10-20" || m10["state"] == "" {
		t.Errorf("the ninth report is %v, want M10 of September", m10)
	}
	out, _, status = r.run("list", "--committee", "harbor-light", "--year", "2027")
	if status != 0 || !strings.Contains(out, "2027-M12") || !strings.Contains(lineOf(out, "2027-YE"), "2028-01-31") {
		t.Errorf("status %d, the list of 2027:\n%s", status, out)
	}
}
