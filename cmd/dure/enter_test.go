package main_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jmoiron/sqlx"

	"dure/civil"
	"dure/compliance/rules"
	"dure/dev/pgtest"
	"dure/dev/stripesim"
	"dure/money"
	"dure/pg"
	"dure/registry"
)

// founder runs dure against a database in which there is nobody yet.
type founder struct {
	t   *testing.T
	db  *sqlx.DB
	exe string
	env []string
}

func newFounder(t *testing.T, settings ...string) *founder {
	t.Helper()
	db := pgtest.New(t)
	urls := pgtest.URLs(t, db)
	return &founder{t: t, db: db, exe: program(t), env: append([]string{
		"DATABASE_URL=" + urls.Serve, "DURE_ADMIN_DATABASE_URL=" + urls.Admin, "DURE_PUBLIC_URL=https://give.example.org", "DURE_SECRETS_KEY=" + sealing,
	}, settings...)}
}

// run runs a command with a standard input, and gives what it printed and its exit status.
func (f *founder) run(in string, args ...string) (out, wrong string, exit int) {
	f.t.Helper()
	c := exec.CommandContext(f.t.Context(), f.exe, args...)
	c.Env = append(os.Environ(), f.env...)
	var stdout, stderr bytes.Buffer
	c.Stdin, c.Stdout, c.Stderr = strings.NewReader(in), &stdout, &stderr
	if err := c.Run(); err != nil && c.ProcessState == nil {
		f.t.Fatal(err)
	}
	return stdout.String(), stderr.String(), c.ProcessState.ExitCode()
}

// must is run for what has to succeed.
func (f *founder) must(in string, args ...string) string {
	f.t.Helper()
	out, wrong, exit := f.run(in, args...)
	if exit != 0 || wrong != "" {
		f.t.Fatalf("dure %s: exit status %d\n%s%s", strings.Join(args, " "), exit, out, wrong)
	}
	return out
}

// fill is a form with other words; each change is a line such as "name: PLUM PAC".
func (f *founder) fill(blank string, changes ...string) string {
	f.t.Helper()
	for _, change := range changes {
		word, _, _ := strings.Cut(change, ":")
		line := regexp.MustCompile(`(?m)^` + word + `:.*(\n  .*)*$`)
		if !line.MatchString(blank) {
			f.t.Fatalf("the form has no word %q", word)
		}
		blank = line.ReplaceAllLiteralString(blank, change)
	}
	return blank
}

func (f *founder) today() civil.Day {
	zone, err := time.LoadLocation("America/New_York")
	if err != nil {
		f.t.Fatal(err)
	}
	return civil.In(time.Now(), zone)
}

// From an empty database to the first gift in a report, by the program's commands alone.
func TestFromAnEmptyDatabaseToTheFirstGift(t *testing.T) {
	t.Parallel()
	sim, err := stripesim.New(stripesim.Options{Seed: 1, SettleAfter: time.Millisecond, Backoff: []time.Duration{50 * time.Millisecond}})
	if err != nil {
		t.Fatal(err)
	}
	api := httptest.NewServer(sim.Handler())
	t.Cleanup(func() { sim.Close(); api.Close() })
	f := newFounder(t, "STRIPE_API_BASE="+api.URL)
	today := f.today()

	for _, noun := range []string{"committee", "candidate", "election"} {
		if out := f.must("", noun, "list"); !strings.Contains(out, "dure "+noun+" form") {
			t.Errorf("where there is none, dure %s list says %q, want what to do", noun, out)
		}
	}
	committee := f.must("", "committee", "form", "--example")
	if out := f.must(committee, "committee", "enter", "-"); !strings.Contains(out, "dure committee opening   --committee maple-street") {
		t.Errorf("enter says %q, want what the committee needs next", out)
	}
	f.must("", "committee", "opening", "--committee", "maple-street", "--on", fmt.Sprintf("%d-01-01", today.Year()), "--cash", "812.40")
	f.must("", "committee", "processor", "--committee", "maple-street", "--name", "EXAMPLE PAYMENTS INC", "--street", "1 Example Plaza",
		"--city", "Springfield", "--state", "IL", "--zip", "62701")
	f.must("sk_test_maplestreet\nwhsec_maplestreet\n", "committee", "stripe", "--committee", "maple-street")
	if link := f.must("", "staff", "invite", "--email", "robin@example.org", "--name", "Robin Sample", "--committee", "maple-street", "--role", "treasurer"); !strings.Contains(link, "/desk/login/") {
		t.Errorf("invite prints %q, want a link", link)
	}
	f.must(f.must("", "candidate", "form", "--example"), "candidate", "enter", "-")
	if out := f.must(f.must("", "election", "form", "--example"), "election", "enter", "-"); !strings.Contains(out, ", a Tuesday.") {
		t.Errorf("enter says %q, want the weekday", out)
	}
	drive := f.fill(f.must("", "drive", "form", "--example"), "opens_on: "+today.String())
	if out := f.must(drive, "drive", "enter", "-"); !strings.Contains(out, "https://give.example.org/give/porch-light") || strings.Contains(out, "Before") {
		t.Errorf("enter says %q, want the page's address", out)
	}
	f.must(f.fill(drive, "slug: mina-seo", "title: Mina Seo in the primary", "goal:", "candidate: H6VA99001", "election: va99-primary"), "drive", "enter", "-")

	s := newServed(t, nil)
	s.start(f.env...)
	sim.AddEndpoint("sk_test_maplestreet", s.URL+"/webhooks/stripe/maple-street", "whsec_maplestreet")
	status, page := s.get("/give/porch-light")
	if status != http.StatusOK {
		t.Fatalf("the drive's page is answered %d:\n%s", status, page)
	}
	for _, want := range []string{
		"Every porch light", "MAPLE STREET PAC", "Paid for by MAPLE STREET PAC", "maple-street.example.org", "not authorized by any candidate",
		"not deductible", "attest_own", "$250", "pays for the walk from door to door",
	} {
		if !strings.Contains(page, want) {
			t.Errorf("the drive's page lacks %q", want)
		}
	}
	limit, _ := rules.Federal().Limit(registry.Individual, "candidate", today)
	if limit.Cents == 0 {
		t.Fatal("federal law has no limit for an individual's gift to a candidate today")
	}
	over := form("amount", (limit.Cents + 1).Plain())
	if status, page := s.post("/give/mina-seo", "application/x-www-form-urlencoded", over.Encode()); status != http.StatusUnprocessableEntity || !strings.Contains(page, limit.Cents.Short()) {
		t.Errorf("a gift of %v to a candidate is answered %d, want 422 and the limit of %v", limit.Cents+1, status, limit.Cents)
	}
	for slug, cents := range map[string]money.Cents{"porch-light": 25_00, "mina-seo": limit.Cents} {
		if status := s.give(slug, form("amount", cents.Plain())); status != http.StatusSeeOther {
			t.Fatalf("a gift of %v to %s is answered %d, want 303 to the card page", cents, slug, status)
		}
	}
	var sessions []string
	if err := f.db.SelectContext(t.Context(), &sessions, `select session from gifts`); err != nil || len(sessions) != 2 {
		t.Fatalf("the gifts have the sessions %v, %v, want two", sessions, err)
	}
	for _, session := range sessions {
		if _, err := sim.Pay(session, stripesim.TestCard("4242424242424242").Of("Marigold Featherstonehaugh")); err != nil {
			t.Fatal(err)
		}
	}
	s.until("both gifts settle", func() bool {
		var settled int
		err := f.db.GetContext(t.Context(), &settled, `select count(*) from gifts where state = 'settled'`)
		return err == nil && settled == 2
	})

	var list []struct{ Period, State string }
	if err := json.Unmarshal([]byte(f.must("", "report", "list", "--committee", "maple-street", "--json")), &list); err != nil || len(list) < 12 {
		t.Fatalf("report list has %d reports, %v, want those of a monthly filer", len(list), err)
	}
	for _, r := range list {
		if r.State != "current" {
			continue
		}
		out := f.must("", "report", "build", "--committee", "maple-street", "--period", r.Period, "--out", filepath.Join(t.TempDir(), "now.fec"))
		if line := lineOf(out, "11(a)(iii)"); !strings.Contains(out, "MAPLE STREET PAC (C00999601)") || !strings.Contains(line, (limit.Cents+25_00).Plain()) {
			t.Errorf("the report that holds today lacks the gifts of %v:\n%s", limit.Cents+25_00, out)
		}
	}
	f.must("", "doctor")
	f.must("", "reconcile")
}

// What a form can't be is told with every place at once, and nothing of it is written.
func TestWhatCantBeEnteredIsToldWithItsLine(t *testing.T) {
	t.Parallel()
	f := newFounder(t)
	committee := f.must("", "committee", "form", "--example")
	candidate := f.must("", "candidate", "form", "--example")
	election := f.must("", "election", "form", "--example")
	drive := f.must("", "drive", "form", "--example")
	for _, c := range []struct {
		what, noun, form string
		says             []string
	}{
		{"an empty file", "committee", "", []string{"form:1: a form has one word a line, such as id: …"}},
		{"a list", "committee", "- id: maple-street", []string{"form:1: a form has one word a line"}},
		{"no YAML", "committee", "id: maple-street\nname: MAPLE: STREET: PAC\n", []string{"form:2: this is no YAML", `in "quotes"`}},
		{"half of a list", "drive", "slug: porch-light\namounts: [10, 25\n", []string{"this is no YAML"}},
		{"two documents", "committee", "id: a\n---\nid: b\n", []string{"form:1: a form has one word a line"}},
		{"a form that says nothing", "committee", f.must("", "committee", "form"), []string{
			"form:6: id: ", "fec_id: ", "name: ", "kind: ", "filer: ", "zone: ", "street: ", "city: ", "state: ", "zip: ", "treasurer_last: ", "treasurer_first: ", "Nothing was written.",
		}},
		{"an unknown word", "committee", committee + "fecid: C00999601\n", []string{": fecid: there is no such word: there are id, fec_id, name"}},
		{"a word that stands twice", "committee", committee + "zip: 22151\n", []string{"zip: it stands in line"}},
		{"an address that a # would cut", "committee", f.fill(committee, "street: 22 Willowbark Ave #4"), []string{`street: what follows the # would be left out: put the whole text in "quotes"`}},
		{"a list where a text belongs", "committee", f.fill(committee, "name: [MAPLE, STREET]"), []string{"name: this is a list: write one text"}},
		{"a map where a text belongs", "committee", f.fill(committee, "name: {MAPLE: STREET}"), []string{`name: this is more of YAML than a form takes`}},
		{"letters of another encoding", "committee", f.fill(committee, "city: Pe\xf1asco"), []string{"form:46: this is not UTF-8"}},
		{"brackets without end", "committee", "id: " + strings.Repeat("[", 5000), []string{"form:1: this has more brackets than a form"}},
		{"a name of two lines", "committee", f.fill(committee, `name: "MAPLE\nSTREET"`), []string{"name: it is of one line"}},
		{"a sign that nobody sees", "drive", f.fill(drive, `story: "one\0two"`), []string{"story: it has a sign that can't be shown"}},
		{"a treasurer in another script", "committee", f.fill(committee, "treasurer_last: 김"), []string{"treasurer_last: Reports are in Latin letters"}},
		{"a word of the desk's own", "committee", f.fill(committee, "id: sign-in"), []string{`id: The desk uses the word "sign-in" itself`}},
		{"a name that turns its direction", "committee", f.fill(committee, `name: "MAPLE \u202e PAC"`), []string{"name: it has a sign that nobody sees"}},
		{"a name with a picture", "committee", f.fill(committee, "name: MAPLE ☃ PAC"), []string{`name: Reports are in Latin letters, and have no '☃'`}},
		{"a word that a terminal obeys", "committee", committee + "\"\\e[31mred\": 1\n", []string{"\ufffd[31mred: there is no such word"}},
		{"sums that may be one", "drive", f.fill(drive, "amounts: 1,250"), []string{`amounts: "1,250": write sums in brackets`}},
		{"an anchor", "committee", f.fill(committee, "name: &a MAPLE"), []string{`name: this is more of YAML than a form takes`}},
		{"no yes and no no", "committee", f.fill(committee, "multicandidate: perhaps"), []string{`multicandidate: "perhaps" is neither yes nor no`}},
		{"a day that no calendar has", "committee", f.fill(committee, "registered: 2026-02-30"), []string{`registered: "2026-02-30" is not a day written YYYY-MM-DD`}},
		{"a law that Dure does not carry", "committee", f.fill(committee, "regime: us-atlantis"), []string{`regime: Dure carries no rules of "us-atlantis"`, "us-ny"}},
		{"faults of the form and of the verb at once", "committee", f.fill(committee, "registered: yesterday", "fec_id: C12", "zone: Maple Street"), []string{
			"registered: ", `fec_id: "C12" is no FEC ID`, `zone: "Maple Street" is no time zone`,
		}},
		{"a candidate with the id of another office", "candidate", f.fill(candidate, "office: S", "district:"), []string{"office: The FEC ID H6VA99001 is of the office H"}},
		{"a district of one digit", "candidate", f.fill(candidate, "district: 9"), []string{`district: "9" is no district of the House`}},
		{"another weekday", "election", f.fill(election, "weekday: Sunday"), []string{"weekday: ", `is a Tuesday, and here stands "Sunday"`}},
		{"a kind of no election", "election", f.fill(election, "kind: caucus"), []string{`kind: "caucus" is no kind of election: it is one of primary, general`}},
		{"an office of no law there", "candidate", f.fill(candidate, "id: SEO-1", "jurisdiction: us-ny", "office: asembly", "district: 15"), []string{
			`office: the rules of us-ny know no office "asembly": there are governor, lieutenant-governor, attorney-general, comptroller, senate, assembly, local`,
		}},
		{"a federal office under a state's law", "candidate", f.fill(candidate, "id: SEO-1", "jurisdiction: us-va"), []string{`office: the rules of us-va know no office "H": there are statewide, senate, delegates, local`}},
		{"an office of no law that Dure carries", "candidate", f.fill(candidate, "id: SEO-1", "jurisdiction: us-atlantis", "office: assembly"), []string{`jurisdiction: Dure carries no rules of "us-atlantis"`}},
		{"an election for an office of no law there", "election", f.fill(election, "jurisdiction: us-ny-nyc", "office: majority-leader", "reason: Postponed"), []string{
			`office: the rules of us-ny-nyc know no office "majority-leader": there are mayor, public-advocate,`, "reason: it is asked when",
		}},
		{"no day", "election", f.fill(election, "held_on:", "weekday:"), []string{"held_on: An election needs its day"}},
		{"a drive of nobody", "drive", drive, []string{`committee: there is no committee "maple-street" here`}},
		{"sums that are none", "drive", f.fill(drive, "amounts: [10, ten, -5]"), []string{`amounts: "ten": an amount is dollars and cents`}},
	} {
		out, wrong, exit := f.run(c.form, c.noun, "enter", "-")
		out = strings.ReplaceAll(out, "standard input", "form")
		for _, want := range c.says {
			if exit != 1 || wrong != "" || !strings.Contains(out, want) {
				t.Errorf("%s: exit status %d, want 1 and %q:\n%s%s", c.what, exit, want, out, wrong)
			}
		}
	}
	out, _, exit := f.run(f.fill(committee, "registered: yesterday", "fec_id: C12"), "committee", "enter", "--json", "-")
	var told struct {
		Outcome  string
		Findings []struct {
			Line        int
			Field, Text string
		}
	}
	if err := json.Unmarshal([]byte(out), &told); err != nil || exit != 1 || told.Outcome != "refused" || len(told.Findings) != 2 || told.Findings[0].Line == 0 {
		t.Errorf("enter --json of two faults = %d, %v:\n%s", exit, err, out)
	}
	if _, wrong, exit := f.run("", "committee", "enter", filepath.Join(t.TempDir(), "nowhere.yaml")); exit != 2 || !strings.Contains(wrong, "nowhere.yaml") {
		t.Errorf("a file that is not there: exit status %d, %q", exit, wrong)
	}
	var rows int
	const count = `select (select count(*) from committees) + (select count(*) from candidates) + (select count(*) from elections) + (select count(*) from drives)`
	if err := f.db.GetContext(t.Context(), &rows, count); err != nil || rows != 0 {
		t.Errorf("after the refusals %d rows are stored, %v, want none", rows, err)
	}
}

// Under a state's law an office is called as its pack calls it, by its word or by its class.
func TestCandidatesOfAStateAreEnteredByTheWordsOfItsPack(t *testing.T) {
	t.Parallel()
	f := newFounder(t)
	candidate, election := f.must("", "candidate", "form", "--example"), f.must("", "election", "form", "--example")
	for i, office := range []string{"assembly", "ny-assembly"} {
		seat := []string{"jurisdiction: us-ny", "office: " + office, "state: NY", "district: 15"}
		f.must(f.fill(candidate, append(seat, fmt.Sprintf("id: SEO-%d", i))...), "candidate", "enter", "-")
		f.must(f.fill(election, append(seat, fmt.Sprintf("id: ny15-%d", i))...), "election", "enter", "-")
	}
	if out, _, exit := f.run(f.fill(f.must("", "candidate", "form", "SEO-0"), "office: asembly"), "candidate", "amend", "-"); exit != 1 || !strings.Contains(out, `know no office "asembly"`) {
		t.Errorf("amend to an office that is not = %d:\n%s", exit, out)
	}
	// an election that was entered before the words were asked for can still be moved
	held := f.today().Add(100)
	err := pg.InTx(t.Context(), f.db, "test", nil, func(tx *sqlx.Tx) error {
		return registry.AddElection(t.Context(), tx, registry.Election{
			ID: "older", Jurisdiction: "us-ny", Office: "asembly", State: "NY", District: "15", Kind: "G", Year: held.Add(7).Year(), HeldOn: held,
		})
	})
	if err != nil {
		t.Fatal(err)
	}
	moved := f.fill(f.must("", "election", "form", "older"), "held_on: "+held.Add(7).String(), "weekday: "+held.Weekday().String(), fmt.Sprintf("year: %d", held.Add(7).Year()), "reason: By order of the board")
	if out := f.must(moved, "election", "amend", "-"); !strings.Contains(out, "is amended.") {
		t.Errorf("amend of the day of an election that was entered before says %q", out)
	}
}

// What is entered again is already so; what says something else is for amend, which tells what changes.
func TestWhatIsEnteredAgainIsAlreadySo(t *testing.T) {
	t.Parallel()
	f := newFounder(t)
	// of a noun: its form, another one of it, what amending that says, and its count
	committee := f.fill(f.must("", "committee", "form", "--example"), `street: "22 Willowbark Ave #4"`, `treasurer_last: "Null"`, "treasurer_middle: null")
	candidate := f.must("", "candidate", "form", "--example")
	election := f.must("", "election", "form", "--example")
	drive := f.must("", "drive", "form", "--example")
	day := heldOn(t, election)
	other := day.Add(7)
	if other.Year() != day.Year() {
		other = day.Add(-7)
	}
	moved := f.fill(election, "held_on: "+other.String(), "reason: Postponed by order of the board", fmt.Sprintf("year: %d", day.Year()))
	for _, c := range []struct {
		noun, id, form, other, differs string
		instead                        string
	}{
		{"committee", "maple-street", committee, f.fill(committee, "filer: quarterly"), `filer: it is "monthly" here, and "quarterly" in the form`, "dure committee amend records what has changed"},
		{"candidate", "H6VA99001", candidate, f.fill(candidate, "district: 98"), `district: it is "99" here, and "98" in the form`, "dure candidate amend"},
		{"election", "va99-primary", election, moved, fmt.Sprintf("held_on: it is %q here, and %q in the form", day, other), "dure election amend"},
		{"drive", "porch-light", drive, f.fill(drive, "goal: 6000.50"), `goal: it is "5000" here, and "6000.50" in the form`, "dure drive amend"},
	} {
		if out, _, exit := f.run(c.form, c.noun, "amend", "-"); exit != 1 || !strings.Contains(out, "there is no "+c.noun) {
			t.Errorf("amend of no %s = %d: %s", c.noun, exit, out)
		}
		if out := f.must(c.form, c.noun, "enter", "--dry-run", "-"); !strings.Contains(out, "can be entered. Nothing was written.") {
			t.Errorf("enter --dry-run of a %s says %q", c.noun, out)
		}
		if out := f.must(c.form, c.noun, "enter", "-"); !strings.Contains(out, "is entered.") {
			t.Errorf("enter of a %s, after a dry run, says %q", c.noun, out)
		}
		for _, again := range []string{c.form, f.must("", c.noun, "form", c.id), "\ufeff" + strings.ReplaceAll(c.form, "\n", "\r\n")} {
			if out := f.must(again, c.noun, "enter", "-"); !strings.Contains(out, "is already so.") {
				t.Errorf("enter of the same %s says %q", c.noun, out)
			}
		}
		if out, _, exit := f.run(c.other, c.noun, "enter", "-"); exit != 1 || !strings.Contains(out, c.differs) || !strings.Contains(out, c.instead) {
			t.Errorf("enter of another %s = %d, want 1, %q and %q:\n%s", c.noun, exit, c.differs, c.instead, out)
		}
		if out := f.must(c.other, c.noun, "amend", "-"); !strings.Contains(out, `: was "`) || !strings.Contains(out, "is amended.") {
			t.Errorf("amend of a %s says %q", c.noun, out)
		}
		if out := f.must(c.other, c.noun, "amend", "-"); !strings.Contains(out, "is already so.") {
			t.Errorf("amend of a %s that is so says %q", c.noun, out)
		}
		if out := f.must("", c.noun, "form", c.id); f.must(out, c.noun, "enter", "-") == "" {
			t.Errorf("the form of the amended %s is not what is known", c.noun)
		}
	}
	var known struct {
		Street, Last, Middle, Actor string
		Versions                    int
	}
	const newest = `
		select street, treasurer_last as last, treasurer_middle as middle, actor, (select count(*) from committee_versions) as versions
		from committee_versions
		order by recorded_at desc
		limit 1`
	if err := f.db.GetContext(t.Context(), &known, newest); err != nil || known.Street != "22 Willowbark Ave #4" || known.Last != "Null" || known.Middle != "null" ||
		known.Versions != 2 || !strings.HasPrefix(known.Actor, "command line, ") {
		t.Errorf("known of the committee is %+v, %v", known, err)
	}
	for _, noun := range []string{"committee", "candidate", "election"} {
		var rows []map[string]string
		if err := json.Unmarshal([]byte(f.must("", noun, "list", "--json")), &rows); err != nil || len(rows) != 1 {
			t.Errorf("%s list --json has %d rows, %v", noun, len(rows), err)
		}
	}
}

// A form that several send at once is entered once, and is already so for the others.
func TestAFormThatIsSentAtOnceIsEnteredOnce(t *testing.T) {
	t.Parallel()
	f := newFounder(t)
	for _, noun := range []string{"committee", "candidate", "election", "drive"} {
		form := f.must("", noun, "form", "--example")
		outcomes := make([]string, 4)
		var wg sync.WaitGroup
		for i := range outcomes {
			wg.Go(func() {
				var told struct{ Outcome string }
				out, wrong, exit := f.run(form, noun, "enter", "--json", "-")
				if err := json.Unmarshal([]byte(out), &told); err != nil || exit != 0 {
					t.Errorf("enter of a %s among others = %d, %v:\n%s%s", noun, exit, err, out, wrong)
				}
				outcomes[i] = told.Outcome
			})
		}
		wg.Wait()
		slices.Sort(outcomes)
		if want := []string{"already so", "already so", "already so", "entered"}; !slices.Equal(outcomes, want) {
			t.Errorf("a %s that is entered four times at once is %v, want %v", noun, outcomes, want)
		}
	}
	// the same committee under two words, and the same vote under two ids
	committee, election := f.must("", "committee", "form", "--example"), f.must("", "election", "form", "--example")
	for _, c := range []struct{ noun, form, id, other string }{
		{"committee", f.fill(committee, "fec_id: C00999609"), "id: plum-street", "id: plum-street-pac"},
		{"election", f.fill(election, "district: 97"), "id: va97-primary", "id: va97-p"},
	} {
		exits := make([]int, 2)
		var wg sync.WaitGroup
		for i, id := range []string{c.id, c.other} {
			wg.Go(func() { _, _, exits[i] = f.run(f.fill(c.form, id), c.noun, "enter", "-") })
		}
		wg.Wait()
		if slices.Sort(exits); !slices.Equal(exits, []int{0, 1}) {
			t.Errorf("one %s under two words at once ends with %v, want one entered and one refused", c.noun, exits)
		}
	}
}

// An election's year follows from its day where the form does not say otherwise, also in a form that was printed for another.
func TestAnElectionIsOfTheYearOfItsDay(t *testing.T) {
	t.Parallel()
	f := newFounder(t)
	example := f.must("", "election", "form", "--example")
	f.must(f.fill(example, "held_on: 2028-03-07", "id: va99-primary-2028"), "election", "enter", "-")
	f.must(f.fill(f.must("", "election", "form", "va99-primary-2028"), "held_on: 2030-06-18", "id: va99-primary-2030"), "election", "enter", "-")
	f.must(f.fill(example, "held_on: 2031-01-07", "kind: general-runoff", "year: 2030", "id: va99-runoff"), "election", "enter", "-")
	var rows []struct{ Election, Code string }
	if err := json.Unmarshal([]byte(f.must("", "election", "list", "--json")), &rows); err != nil {
		t.Fatal(err)
	}
	got := map[string]string{}
	for _, r := range rows {
		got[r.Election] = r.Code
	}
	for id, want := range map[string]string{"va99-primary-2028": "P2028", "va99-primary-2030": "P2030", "va99-runoff": "R2030"} {
		if got[id] != want {
			t.Errorf("the election %s is %s, want %s", id, got[id], want)
		}
	}
	if form := f.must("", "election", "form", "va99-runoff"); !strings.Contains(form, "year: 2030") {
		t.Errorf("the form of a runoff in the next January has not its year:\n%s", form)
	}
}
