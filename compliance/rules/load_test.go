package rules_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"dure/civil"
	"dure/compliance/rules"
)

func read(t testing.TB, name string) string {
	t.Helper()
	b, err := os.ReadFile(filepath.Join("testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// faultsOf lists what Load says of the sound packs of testdata after a change to one of them.
func faultsOf(t testing.TB, file, old, new string) []string {
	t.Helper()
	files := map[string][]byte{}
	for _, name := range []string{"us.yaml", "us-xx.yaml", rules.CalendarsFile} {
		text := read(t, name)
		if name == file {
			if strings.Count(text, old) != 1 {
				t.Fatalf("%q stands %d times in %s", old, strings.Count(text, old), name)
			}
			text = strings.Replace(text, old, new, 1)
		}
		files[name] = []byte(text)
	}
	_, err := rules.Load(files)
	if err == nil {
		return nil
	}
	var out []string
	for _, e := range err.(interface{ Unwrap() []error }).Unwrap() {
		out = append(out, e.Error())
	}
	return out
}

// TestPackWithOneFaultIsRefusedForIt breaks sound packs in one place each: what is refused names the pack, the row and the
// days, and nothing else is wrong.
func TestPackWithOneFaultIsRefusedForIt(t *testing.T) {
	t.Parallel()
	if got := faultsOf(t, "", "", ""); len(got) != 0 {
		t.Fatalf("the sound packs have faults: %q", got)
	}
	for _, c := range []struct{ name, file, old, new, want string }{
		{"a gap of a day between rows", "us.yaml", "until: 2022-12-31", "until: 2022-12-30", `pack us, row "year" from 2023-01-01: there is a gap from 2022-12-31 to 2022-12-31 before it`},
		{"an overlap of a day between rows", "us.yaml", "until: 2022-12-31", "until: 2023-01-01", `pack us, row "year" from 2023-01-01: it overlaps the row of the same id from 2021-01-01`},
		{"a row that never ends before the next", "us.yaml", ", until: 2022-12-31", "", `row "year" from 2023-01-01: it overlaps the row of the same id from 2021-01-01`},
		{"a gap between clocks", "us.yaml", "until: 1999-12-31", "until: 1999-12-30", `row "deposit" from 2000-01-01: there is a gap from 1999-12-31 to 1999-12-31`},
		{"two rows of one gift", "us.yaml", "id: special, who: individual", "id: special, who: [individual, group]", `pack us, row "special" from 2021-01-01: it overlaps "groups" from 2021-01-01 on`},
		{"unlimited beside a sum", "us.yaml", "cents: 100000, per: election, scope: candidate, when: {special: false}", "sum: unlimited", `row "special" from 2021-01-01: it overlaps "ordinary" from 2021-01-01 on`},
		{"allowed and prohibited", "us.yaml", "id: bar, who: union", "id: bar, who: [union, group]", `pack us, row "year-groups" from 2021-01-01: it allows what "bar" prohibits from 2021-01-01 on`},
		{"a cell without a row", "us.yaml", "id: groups, who: group", "id: groups, who: tribe", `pack us, cell group to candidate for H in a primary: no row answers from 2021-01-01 on`},
		{"a cell without a row for one fact", "us.yaml", "when: {special: true}", "when: {special: true, other: true}", `pack us, cell individual to candidate for H in a primary: no row answers from 2021-01-01 on when other is false and special is true`},
		{"a cell that ends", "us.yaml", "from: 2021-01-01, status: provisional}", "from: 2021-01-01, until: 2025-06-30, gap: ends, status: provisional}", `pack us, cell group to pac: no row answers from 2025-07-01 on`},
		{"a cell with a sum over everybody alone", "us.yaml", "cents: 700000, per: calendar-year, scope: recipient", "cents: 700000, per: calendar-year, scope: everybody", `pack us, cell group to pac: no row answers from 2021-01-01 on`},
		{"a cell that begins late", "us.yaml", "since: 2021-01-01", "since: 2020-12-31", `no row answers from 2020-12-31 on`},
		{"an unknown word", "us.yaml", "level: federal", "levle: federal", `us.yaml: line 3, column 1: unknown word "levle"`},
		{"an unknown word in a row", "us.yaml", "id: bar, who: union", "id: bar, whom: union", `us.yaml: line 10, column 15: unknown word "whom"`},
		{"a word twice in a row", "us.yaml", "scope: recipient, cite: 1 Code 3, from: 2021-01-01, status: provisional", "scope: recipient, cite: 1 Code 3, scope: recipient, from: 2021-01-01, status: provisional", "already defined"},
		{"a list for a word", "us.yaml", "name: A sound pack", "name: [A, sound, pack]", "us.yaml: line 2, column 7: a list stands where a word belongs"},
		{"a word for a list", "us.yaml", "offices: [{code: H, class: H}]", "offices: H", `"H" stands where a list belongs`},
		{"an unknown giver", "us.yaml", "id: bar, who: union", "id: bar, who: onion", `row "bar" from 2000-01-01: unknown giver "onion"`},
		{"an unknown recipient", "us.yaml", "who: union, to: pac", "who: union, to: pact", `row "bar" from 2000-01-01: unknown recipient "pact"`},
		{"an unknown span", "us.yaml", "cents: 500001, per: calendar-year", "cents: 500001, per: moon", `unknown span "moon"`},
		{"an unknown scope", "us.yaml", "cents: 500001, per: calendar-year, scope: recipient", "cents: 500001, per: calendar-year, scope: world", `unknown scope "world"`},
		{"an unknown status", "us.yaml", "status: provisional", "status: guessed", `unknown status "guessed"`},
		{"an unknown sum", "us.yaml", "sum: prohibited", "sum: forbidden", `unknown sum "forbidden"`},
		{"an unknown fact", "us-xx.yaml", "when: {officeholder: true}, effect", "when: {odd: true}, effect", `the fact "odd" is declared nowhere`},
		{"an unknown office", "us-xx.yaml", "offices: [xx-high], elections", "offices: [xx-hihg], elections", `pack us-xx, row "xx-candidate" from 2022-01-01: unknown class of office "xx-hihg"`},
		{"an unknown kind of election", "us-xx.yaml", "elections: [primary, general]", "elections: [primary, genreal]", `unknown kind of election "genreal"`},
		{"no citation and no source", "us.yaml", "cite: 1 Code 1, ", "", `row "bar" from 2000-01-01: it has neither a citation nor a source`},
		{"a source that is not there", "us-xx.yaml", "source: board, conf: medium", "source: borad, conf: medium", `the pack has no source "borad"`},
		{"a source without its time", "us-xx.yaml", "tier: regulator, for: the year 2025", "tier: regulator, for: ''", `pack us-xx, source "board": its title or the time that it speaks for is missing`},
		{"a day of no calendar", "us.yaml", "from: 2000-01-01, until: 2030-12-31, gap: hold", "from: 2000-02-30, until: 2030-12-31, gap: hold", `"2000-02-30" is not a day written YYYY-MM-DD`},
		{"no first day", "us.yaml", "cite: 1 Code 1, from: 2000-01-01, ", "cite: 1 Code 1, ", `the day from which it holds is missing`},
		{"an end before the beginning", "us.yaml", "until: 2030-12-31, gap: hold", "until: 1930-12-31, gap: hold", `it ends on 1930-12-31, before it begins`},
		{"a year of no law", "us.yaml", "until: 2030-12-31, gap: hold", "until: 2930-12-31, gap: hold", `its days are out of every calendar of law`},
		{"an end that says nothing of what follows", "us.yaml", "until: 2030-12-31, gap: hold", "until: 2030-12-31", `it ends on 2030-12-31 with no row after it, and does not say what follows: hold, last or ends`},
		{"a gap that is none", "us.yaml", "from: 2023-01-01, status: published}", "from: 2023-01-01, gap: last, status: published}", `it names a gap, and none follows it`},
		{"a sum of nothing", "us.yaml", "cents: 500001", "cents: 0", `its sum of 0 cents is not more than nothing`},
		{"a sum below nothing", "us.yaml", "cents: 500001", "cents: -500", `its sum of -500 cents is not more than nothing`},
		{"a huge sum", "us.yaml", "cents: 500001", "cents: 900000000000000000", `its sum of 900000000000000000 cents is beyond every law`},
		{"a sum past every number", "us.yaml", "cents: 500001", "cents: 99999999999999999999", `us.yaml: line 12, column 49: "99999999999999999999" is not a whole number`},
		{"a part of a cent", "us.yaml", "cents: 500001", "cents: 5000.015", `"5000.015" is not a whole number`},
		{"a sum in words", "us.yaml", "cents: 500001", "cents: five", `"five" is not a whole number`},
		{"figures of no Latin script", "us.yaml", "cents: 500001", "cents: ٥٠٠٠", `"٥٠٠٠" is not a whole number`},
		{"a sum and a word", "us.yaml", "sum: prohibited", "sum: prohibited, cents: 100", `it says prohibited and a sum, a span or a scope beside`},
		{"the same jurisdiction twice", "us-xx.yaml", "pack: us-xx", "pack: us", `us.yaml: pack us is there twice`},
		{"a parent that is not there", "us-xx.yaml", "parent: us\n", "parent: us-yy\n", `pack us-xx: its parent us-yy is not among the files`},
		{"a child that opens what the parent prohibits", "us-xx.yaml", "id: xx-pac, who: individual", "id: xx-pac, who: [individual, union]", `pack us-xx, row "xx-pac" from 2022-01-01: it opens what "bar" of pack us prohibits from 2022-01-01 on`},
		{"a child that opens it by another day", "us-xx.yaml", "id: xx-low-shut, who: individual, to: candidate", "id: xx-low-shut, who: union, to: pac", `pack us-xx, row "xx-low-shut" from 2022-01-01: it opens what "bar" of pack us prohibits`},
		{"a sum over the parent's", "us-xx.yaml", "cents: 90000,", "cents: 90001,", `pack us-xx, row "xx-pac-gift" from 2022-01-01: its sum is over that of "everywhere" of pack us, which binds as well from 2022-01-01 on`},
		{"low confidence that enforces", "us-xx.yaml", "source: board, conf: medium", "source: board, conf: low", `row "xx-candidate" from 2022-01-01: nothing is enforced, and nothing let through, by a row of low confidence`},
		{"a recollection", "us-xx.yaml", "source: board, conf: medium", "source: board, conf: recall", `row "xx-candidate" from 2022-01-01: unknown confidence "recall"`},
		{"a window of an age", "us-xx.yaml", "before: 3,", "before: 9999999999,", `its 9999999999 days before and 2 after are no time`},
		{"a span of an age", "us-xx.yaml", "years: 4}", "years: 4000000000}", `its span of years is not whole`},
		{"a window on no calendar", "us-xx.yaml", "calendar: xx-session", "calendar: xx-sitting", `row "xx-session" from 2000-01-01: there is no calendar "xx-sitting"`},
		{"sittings that overlap", rules.CalendarsFile, "from: 2026-01-12", "from: 2025-03-14", `calendar xx-session from 2025-03-14: it overlaps the days before it`},
		{"a sitting without a source", rules.CalendarsFile, "until: 2025-03-14, status: published, source: journal of the house", "until: 2025-03-14, status: published", `calendar xx-session from 2025-01-13: unknown status "published", or published without a source`},
		{"a clock that alarms too late", "us.yaml", "days: 10, alarm: 7", "days: 10, alarm: 11", `its 10 days and the alarm on day 11 are no clock`},
		{"a clock of no days", "us.yaml", "days: 10, alarm: 7", "days: 0, alarm: 7", `its 0 days and the alarm on day 7 are no clock`},
		{"a gap in the calendar of reports", "us.yaml", "until: 2009-12-31", "until: 2009-12-30", `row "monthly" from 2010-01-01: there is a gap from 2009-12-31 to 2009-12-31`},
		{"a calendar of reports that ends", "us.yaml", "due: 32, cite: 1 Code 9, from: 1990-01-01", "due: 32, cite: 1 Code 9, from: 1990-01-01, until: 2020-12-31", `row "mid-year" from 1990-01-01: it ends on 2020-12-31 with no row after it`},
		{"a calendar of reports without a report", "us.yaml", "  - {id: quarterly, counts: period, due: 15, cite: 1 Code 9, from: 1990-01-01, status: published}\n", "", `pack us: its calendar of reports has no row "quarterly"`},
		{"a report that is none", "us.yaml", "  - {id: quarterly,", "  - {id: weekly, counts: period, due: 3, cite: 1 Code 9, from: 1990-01-01, status: published}\n  - {id: quarterly,", `row "weekly" from 1990-01-01: there is no report "weekly"`},
		{"a report that counts from another day", "us.yaml", "id: quarterly, counts: period", "id: quarterly, counts: vote", `row "quarterly" from 1990-01-01: it counts from "vote", and this report from "period"`},
		{"a report that is due on no day", "us.yaml", "due: 15", "due: 0", `row "quarterly" from 1990-01-01: its close on day 0 and its due day 0 are no days`},
		{"a report due before it closes", "us.yaml", "closes: 22, due: 30", "closes: 22, due: 22", `row "post-general" from 1990-01-01: it is due on day 22, before it closes on day 22`},
		{"a report due before it closes, before the vote", "us.yaml", "closes: 21, due: 12", "closes: 21, due: 21", `row "pre-general" from 1990-01-01: it is due on day 21, before it closes on day 21`},
		{"a notice that names what it does not say", "us.yaml", "uses: committee", "uses: [committee, campaign]", `row "paid" from 2000-01-01: its text is empty, or names ["committee"] where it says ["committee" "campaign"]`},
		{"brackets that do not rise", "us.yaml", "{under: 1000000,", "{under: 500000,", `row "fines" from 2000-01-01: bracket 2: activities do not rise`},
		{"a question that leaves the program without an answer", "us-xx.yaml", "does: such gifts wait", "does: ''", `it does not say what the program does meanwhile`},
		{"a test of an unknown verdict", "us-xx.yaml", "verdict: refuse", "verdict: forbid", `pack us-xx, test "session": it has no name, or the unknown verdict "forbid"`},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			got := faultsOf(t, c.file, c.old, c.new)
			if !strings.Contains(strings.Join(got, "\n"), c.want) {
				t.Errorf("the faults are %q, want one that says %q", got, c.want)
			}
			if len(got) > 1 && c.name != "the same jurisdiction twice" && c.name != "a cell that begins late" {
				t.Errorf("one fault is made and %d are told: %q", len(got), got)
			}
		})
	}
}

func TestPackFullOfFaultsIsRefusedWithAllOfThem(t *testing.T) {
	t.Parallel()
	_, err := rules.Load(map[string][]byte{"us.yaml": []byte(`
pack: us
name: X
level: galaxy
version: 2026-01-01
status: published
limits:
  - {id: a, who: individual, to: pac, cents: 100, per: calendar-year, scope: recipient, cite: some law, from: 2020-01-01, status: published}
  - {id: b, who: individual, to: pac, cents: 200, per: calendar-year, scope: recipient, cite: some law, from: 2021-01-01, status: guessed}
  - {id: c, who: [], to: pac, cents: 0, per: moon, cite: "", from: 2021-01-01, until: 2020-01-01, status: draft}
`)})
	if err == nil {
		t.Fatal("a pack full of faults is read without a word")
	}
	for _, want := range []string{
		`unknown level "galaxy"`, `row "b" from 2021-01-01: it overlaps "a" from 2021-01-01 on`, `unknown status "guessed"`,
		`row "c" from 2021-01-01: it has neither a citation nor a source`, `row "c" from 2021-01-01: it ends on 2020-01-01, before it begins`,
		`unknown span "moon"`, `its sum of 0 cents is not more than nothing`, `it does not say who gives, or to whom`,
	} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("the error does not say %q:\n%v", want, err)
		}
	}
}

// TestReportsFollowTheRowOfTheirDay asks for the same report on both days of a change.
func TestReportsFollowTheRowOfTheirDay(t *testing.T) {
	t.Parallel()
	law, err := rules.Load(map[string][]byte{"us.yaml": []byte(read(t, "us.yaml"))})
	if err != nil {
		t.Fatal(err)
	}
	pack, _ := law.Pack("us")
	for _, c := range []struct{ id, on, closes, due string }{
		{"monthly", "2009-12-31", "2009-12-31", "2010-01-25"},
		{"monthly", "2010-01-31", "2010-01-31", "2010-02-20"},
		{"pre-general", "2010-11-02", "2010-10-12", "2010-10-21"},
		{"post-general", "2010-11-02", "2010-11-24", "2010-12-02"},
	} {
		on := civil.MustParse(c.on)
		closes, due := pack.Report(c.id, on).Dates(on)
		if closes.String() != c.closes || due.String() != c.due {
			t.Errorf("the %s report of %s closes on %v and is due on %v, want %s and %s", c.id, c.on, closes, due, c.closes, c.due)
		}
	}
}

func TestPackThatIsItsOwnParentIsRefused(t *testing.T) {
	t.Parallel()
	_, err := rules.Load(map[string][]byte{
		"a.yaml": []byte("{pack: us-aa, parent: us-bb, name: A, level: state, version: 2026-01-01, status: draft}"),
		"b.yaml": []byte("{pack: us-bb, parent: us-aa, name: B, level: state, version: 2026-01-01, status: draft}"),
	})
	if err == nil || !strings.Contains(err.Error(), "it is its own parent") {
		t.Errorf("two packs that are each other's parent: %v", err)
	}
}
