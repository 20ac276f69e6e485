package main_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/jmoiron/sqlx"

	"dure/dev/pgtest"
)

// trier runs dure law on the tests' server.
type trier struct {
	t        *testing.T
	db       *sqlx.DB
	exe, url string
}

func newTrier(t *testing.T) trier {
	t.Helper()
	x := trier{t: t, db: pgtest.Admin(t, pgtest.New(t)), exe: program(t)}
	address, err := url.Parse(pgtest.URLs(t, x.db).Admin)
	if err != nil {
		t.Fatal(err)
	}
	q := address.Query()
	q.Set("application_name", filepath.Base(filepath.Dir(x.exe))) // by which our sessions are known
	address.RawQuery = q.Encode()
	x.url = address.String()
	return x
}

// file writes a scenario file.
func (x trier) file(name, text string) string {
	x.t.Helper()
	path := filepath.Join(filepath.Dir(x.exe), name)
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		x.t.Fatal(err)
	}
	return path
}

func (x trier) command(args ...string) (*exec.Cmd, *bytes.Buffer, *bytes.Buffer) {
	command := exec.CommandContext(x.t.Context(), x.exe, append([]string{"law"}, args...)...)
	command.Env = append(os.Environ(), "DURE_ADMIN_DATABASE_URL="+x.url)
	var out, errs bytes.Buffer
	command.Stdout, command.Stderr = &out, &errs
	return command, &out, &errs
}

// run runs a command and gives its exit status and what it printed.
func (x trier) run(args ...string) (status int, out, errs string) {
	x.t.Helper()
	command, o, e := x.command(args...)
	err := command.Run()
	if exit := (*exec.ExitError)(nil); err != nil && !errors.As(err, &exit) {
		x.t.Fatal(err)
	}
	return command.ProcessState.ExitCode(), o.String(), e.String()
}

func TestLaw(t *testing.T) {
	t.Parallel()
	x := newTrier(t)
	for name, test := range map[string]func(t *testing.T, x trier){
		"try says right, wrong and nonsense by its status":    lawTrySaysRightWrongAndNonsenseByItsStatus,
		"try prints one document":                             lawTryPrintsOneDocument,
		"try without its setting says which it needs":         lawTryWithoutItsSettingSaysWhichItNeeds,
		"try drops its databases also when it is interrupted": lawTryDropsItsDatabasesAlsoWhenInterrupted,
		"show lists rules":                                    lawShowListsRules,
	} {
		t.Run(name, func(t *testing.T) { test(t, x) })
	}
}

const lawCase = `scenario: a gift over the limit
given:
  - at: 2026-03-01 10:00
  - committee: Lantern PAC
  - donor: Ada Quillfeather
  - check: {from: Ada Quillfeather, to: Lantern PAC, amount: 4900}
when:
  - ask: {from: Ada Quillfeather, to: Lantern PAC, amount: 101}
expected:
  - decision: {says: allow-up-to, room: 100}
`

func lawTrySaysRightWrongAndNonsenseByItsStatus(t *testing.T, x trier) {
	right := x.file("right.yaml", lawCase)
	wrong := x.file("wrong.yaml", strings.Replace(lawCase, "room: 100", "room: 101", 1))
	nonsense := x.file("nonsense.yaml", strings.Replace(lawCase, "amount: 101", "amount: 1.015", 1))
	cannot := x.file("cannot.yaml", strings.Replace(lawCase, "  - decision: {says: allow-up-to, room: 100}", "  - balance: {of: Lantern PAC, account: till, is: 5}", 1))
	for _, c := range []struct {
		files  []string
		status int
		says   []string
	}{
		{[]string{right}, 0, []string{"right.yaml: right: a gift over the limit", "1 of 1 scenarios are right; 1 expectations"}},
		{[]string{right, wrong}, 1, []string{"wrong.yaml:10: decision", "expected says allow-up-to, room $101.00", "got      says allow-up-to, room $100.00", "limit-person-pac says allow-up-to: limit $5,000.00, known $4,900.00, room $100.00", "1 of 2 scenarios"}},
		{[]string{nonsense}, 2, []string{`nonsense.yaml:8: amount: "1.015": an amount is dollars and cents`}},
		{[]string{wrong, nonsense}, 2, []string{"nonsense.yaml:8:", "wrong.yaml:10:"}},
		{[]string{cannot}, 2, []string{`cannot.yaml:10: balance can't be asked: the books have no account "till"`}},
		{[]string{"no-such-file.yaml"}, 2, []string{"no-such-file.yaml"}},
		{nil, 2, []string{"<file>"}},
	} {
		status, out, errs := x.run(append([]string{"try"}, c.files...)...)
		if status != c.status {
			t.Errorf("law try %v = %d, want %d:\n%s%s", c.files, status, c.status, out, errs)
		}
		for _, says := range c.says {
			if !strings.Contains(out+errs, says) {
				t.Errorf("law try %v does not say %q:\n%s%s", c.files, says, out, errs)
			}
		}
	}
}

func lawTryPrintsOneDocument(t *testing.T, x trier) {
	wrong := x.file("wrong.yaml", strings.Replace(lawCase, "room: 100", "room: 101", 1)+"---\n"+lawCase)
	nonsense := x.file("nonsense.yaml", "scenario: x\nwhen: []\n")
	status, out, _ := x.run("try", "--json", wrong, nonsense)
	var told struct {
		Right     bool
		Scenarios []struct {
			Scenario string
			Wrong    []struct {
				Line          int
				Expected, Got string
				Said          []struct {
					Rule string
					Room int64 `json:"room_cents"`
				}
			}
		}
		Faults []struct {
			File string
			Line int
			Text string
		}
	}
	if err := json.Unmarshal([]byte(out), &told); err != nil {
		t.Fatalf("not one document: %v\n%s", err, out)
	}
	if status != 2 || told.Right || len(told.Scenarios) != 2 || len(told.Faults) != 1 || told.Faults[0].Line != 1 {
		t.Fatalf("status %d, %+v", status, told)
	}
	first := told.Scenarios[0]
	if len(first.Wrong) != 1 || first.Wrong[0].Line != 10 || first.Wrong[0].Said[0].Room != 100_00 || len(told.Scenarios[1].Wrong) != 0 {
		t.Errorf("scenarios are told as %+v", told.Scenarios)
	}
}

func lawTryWithoutItsSettingSaysWhichItNeeds(t *testing.T, x trier) {
	x.url = ""
	status, out, errs := x.run("try", x.file("right.yaml", lawCase), x.file("bad.yaml", "scenario: x\n"))
	if status != 2 || !strings.Contains(errs, "DURE_ADMIN_DATABASE_URL is not set") || !strings.Contains(out, "bad.yaml:1: ") {
		t.Errorf("law try = %d, %q, %q", status, out, errs)
	}
}

// made lists the scratch databases in which our sessions are.
func (x trier) made() []string {
	x.t.Helper()
	address, _ := url.Parse(x.url)
	var out []string
	const list = `
		select distinct datname
		from pg_stat_activity
		where application_name = left($1, 63) and datname like 'dure_try_%'`
	if err := x.db.SelectContext(x.t.Context(), &out, list, address.Query().Get("application_name")); err != nil {
		x.t.Fatal(err)
	}
	return out
}

func (x trier) there(databases []string) (n int) {
	x.t.Helper()
	for _, d := range databases {
		var found bool
		if err := x.db.GetContext(x.t.Context(), &found, `select exists (select from pg_database where datname = $1)`, d); err != nil {
			x.t.Fatal(err)
		}
		if found {
			n++
		}
	}
	return n
}

func lawTryDropsItsDatabasesAlsoWhenInterrupted(t *testing.T, x trier) {
	many := x.file("many.yaml", strings.Repeat(lawCase+"---\n", 60)+lawCase)
	command, _, errs := x.command("try", many)
	if err := command.Start(); err != nil {
		t.Fatal(err)
	}
	seen := map[string]bool{}
	for deadline := time.Now().Add(30 * time.Second); len(seen) < 3 && time.Now().Before(deadline); time.Sleep(5 * time.Millisecond) {
		for _, d := range x.made() {
			seen[d] = true
		}
	}
	if err := command.Process.Signal(os.Interrupt); err != nil {
		t.Fatal(err)
	}
	err := command.Wait()
	var databases []string
	for d := range seen {
		databases = append(databases, d)
		databases = append(databases, d[:len("dure_try_")+12]) // the template of all
	}
	if len(databases) < 6 || command.ProcessState.ExitCode() != 2 {
		t.Errorf("interrupted after %d databases it ends %v: %s", len(databases)/2, err, errs)
	}
	if n := x.there(databases); n != 0 {
		t.Errorf("%d of the scratch databases %v are still there", n, databases)
	}
}

func lawShowListsRules(t *testing.T, x trier) {
	status, out, errs := x.run("show", "--pack", "us", "--on", "2024-11-05", "--json")
	var rows []struct{ Pack, Kind, ID, Sum, Per, Cite, From, Until, Status string }
	if err := json.Unmarshal([]byte(out), &rows); err != nil || status != 0 {
		t.Fatalf("law show = %d, %v, %s", status, err, errs)
	}
	found := 0
	for _, r := range rows {
		if r.Pack != "us" || r.Cite == "" || r.From == "" || r.Status == "" {
			t.Errorf("a rule is told as %+v", r)
		}
		if r.ID == "limit-person-candidate" && r.Kind == "limits" && r.Until == "2024-11-05" && r.Sum == "$3,300.00" && r.Per == "election" {
			found++
		}
	}
	if found != 1 {
		t.Errorf("%d rows of the limit of 2023-24 are in force on its last day, want one", found)
	}
	if status, out, _ := x.run("show", "--on", "2024-11-05"); status != 0 || !strings.Contains(out, "limit-person-candidate") {
		t.Errorf("law show = %d:\n%s", status, out)
	}
	status, out, errs = x.run("show", "--pack", "us", "--on", "2020-12-31")
	if status != 0 || !strings.Contains(errs, "pack us begins on 2021-01-01: of 2020-12-31 it holds a part of the law at most") || !strings.Contains(out, "limit-person-candidate") {
		t.Errorf("law show of a day before the pack = %d, %s:\n%s", status, errs, out)
	}
	if status, out, errs := x.run("show", "--pack", "us", "--on", "2021-01-01"); status != 0 || errs != "" || !regexp.MustCompile(`forward-earmark +10 days +from receipt `).MatchString(out) ||
		!regexp.MustCompile(`itemize-contributor +over \$200\.00 +calendar-year `).MatchString(out) || !regexp.MustCompile(`post-general +closes 20 days, due 30 days +after-vote `).MatchString(out) {
		t.Errorf("law show of the pack's first day = %d, %q:\n%s", status, errs, out)
	}
	if status, _, errs := x.run("show", "--pack", "atlantis"); status != 2 || !strings.Contains(errs, `no pack "atlantis"`) {
		t.Errorf("law show of no pack = %d, %s", status, errs)
	}
	if status, _, _ := x.run("show", "--on", "yesterday"); status != 2 {
		t.Errorf("law show of no day = %d", status)
	}
}
