package scenarios_test

import (
	"fmt"
	"strings"
	"testing"

	"dure/scenarios"
)

// sane is a scenario of which each row of the table below makes nonsense, in one of its lines.
const sane = `scenario: a gift
cites: [52 U.S.C. 30116(a)(1)(C)]
given:
  - at: 2026-03-01 10:00 America/New_York
  - committee: P
  - donor: Ada
  - candidate: A
  - election: {as: primary, of: A, kind: primary, held: 2026-06-02}
when:
  - check: {as: first, from: Ada, to: P, amount: 100, on: 2026-03-02}
    expect:
      - decision: allow
expected:
  - room: {from: Ada, to: P, is: 4900}
`

func TestSaneScenarioIsRead(t *testing.T) {
	t.Parallel()
	all, faults := scenarios.Read("sane.yaml", []byte(sane))
	if len(faults) > 0 || len(all) != 1 {
		t.Fatalf("Read = %d scenarios, faults %v", len(all), faults)
	}
}

func TestNonsenseIsToldWithItsLine(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		old, new string
		line     int
		says     string
	}{
		{"committee: P", "comittee: P", 5, `there is no step "comittee"`},
		{"scenario: a gift\n", "", 1, "needs its name"},
		{"cites: [52", "site: [52", 2, `no part "site"`},
		{"given:\n", "given: yes\nwhere:\n", 3, "given takes a list"},
		{"amount: 100", "amount: -100", 10, `"-100": an amount is above zero`},
		{"amount: 100", "amount: 0", 10, `"0": an amount is above zero`},
		{"amount: 100", "amount: 10.005", 10, `"10.005": an amount is dollars and cents`},
		{"amount: 100", "amount: ١٠٠", 10, `"١٠٠": an amount is dollars and cents`},
		{"amount: 100", "amount: 100000000000", 10, `"100000000000": the amount is too large`},
		{"amount: 100", "amount: 0x64", 10, `"0x64": an amount is dollars and cents`},
		{"amount: 100", "amount: [100]", 10, "amount is a list"},
		{"amount: 100", "amount: ~", 10, "amount is nothing"},
		{"amount: 100, ", "", 10, `check needs "amount"`},
		{"amount: 100", "amount: 100, amounts: 5", 10, `no word "amounts"`},
		{"amount: 100", "amount: 100, amount: 200", 10, "amount"},
		{"on: 2026-03-02", "on: 2026-02-30", 10, "2026-02-30"},
		{"on: 2026-03-02", "on: tomorrow", 10, `"tomorrow" is not a day`},
		{"from: Ada, to: P, amount", "from: Eve, to: P, amount", 10, `named a donor "Eve": there is Ada`},
		{"from: Ada, to: P, amount", "from: P, to: P, amount", 10, `"P" is a committee, not a donor`},
		{"donor: Ada", "donor: P", 6, `"P" is the name of a committee already`},
		{"10:00 America/New_York", "10:00 Mars/Olympus", 4, `"Mars/Olympus" is no zone`},
		{"10:00 America/New_York", "25:00", 4, `"25:00" is no time of day`},
		{"  - at: 2026-03-01 10:00 America/New_York\n", "", 4, "before the clock stands"},
		{"kind: primary", "kind: ballot", 8, `"ballot" is none of primary`},
		{"decision: allow", "decision: perhaps", 12, `"perhaps" is none of allow`},
		{"decision: allow", "verdict: allow", 12, `there is no expectation "verdict"`},
		{"is: 4900", "is: plenty", 14, `"plenty"`},
		{"expected:\n  - room: {from: Ada, to: P, is: 4900}\n", "", 0, ""},
		{"when:\n", "when:\n  - expect: []\n", 10, "expect stands after"},
		{"    expect:\n", "    cash: {from: Ada, to: P, amount: 5}\n    expect:\n", 11, "this step is check already"},
		{"committee: P", "committee: &p P", 5, "anchor is more of YAML"},
		{"donor: Ada", "donor: !!str Ada", 6, "tag is more of YAML"},
		{"donor: Ada", "donor: {as: Ada, kind: martian}", 6, `"martian" is none of individual`},
		{"donor: Ada", "donor", 6, "a step of given is a word"},
		{"donor: Ada", "donor: {as: Ada", 7, "this is no YAML"},
		{"donor: Ada", "donor: {}", 6, `donor needs "as"`},
		{sane, "", 1, "there is no scenario"},
		{sane, "- a\n- b\n", 1, "a scenario is a map"},
		{sane, "scenario: x\nwhen:\n  - at: 2026-01-01\n", 1, "nothing is expected"},
		{sane, "scenario: x\nexpected:\n  - decision: allow\n", 3, "no step comes before"},
		{sane, "\x00\x01\x02", 1, ""},
		{sane, "?\n: [", 1, ""},
	} {
		text := strings.Replace(sane, c.old, c.new, 1)
		_, faults := scenarios.Read("case.yaml", []byte(text))
		if c.line == 0 {
			if len(faults) > 0 {
				t.Errorf("%q: faults %v, want none", c.new, faults)
			}
			continue
		}
		told := false
		for _, f := range faults {
			told = told || strings.HasPrefix(f.String(), fmt.Sprintf("case.yaml:%d: ", c.line)) && strings.Contains(f.Text, c.says)
		}
		if !told {
			t.Errorf("%q for %q: faults %v, want line %d and %q", c.new, c.old, faults, c.line, c.says)
		}
	}
}

func TestAllFaultsOfAFileAreTold(t *testing.T) {
	t.Parallel()
	text := strings.NewReplacer("committee: P", "comittee: P", "amount: 100", "amount: 1.234", "decision: allow", "decision: maybe", "is: 4900", "it: 5").Replace(sane)
	_, faults := scenarios.Read("case.yaml", []byte(text+"---\nscenario: another\nwhen:\n  - wat: {}\nexpected: []\n"))
	var lines []int
	for _, f := range faults {
		lines = append(lines, f.Line)
	}
	if got, want := fmt.Sprint(lines), "[5 10 10 12 14 14 14 18]"; got != want {
		t.Errorf("faults in lines %s, want %s: %v", got, want, faults)
	}
}

func FuzzRead(f *testing.F) {
	f.Add([]byte(sane))
	f.Add([]byte("scenario: x\ngiven:\n  - at: 2026-01-01\n---\n- ? [a]\n"))
	f.Add([]byte("a: &x [*x]\n<<: *x\n"))
	f.Add([]byte("scenario: |\n  x\nwhen: {a: {b: [c, {d: e}]}}\n"))
	f.Fuzz(func(t *testing.T, text []byte) {
		all, faults := scenarios.Read("fuzz.yaml", text)
		if (len(all) == 0) == (len(faults) == 0) {
			t.Errorf("%d scenarios and %d faults: a file is either", len(all), len(faults))
		}
		for _, fault := range faults {
			if fault.Line < 1 || fault.Text == "" {
				t.Errorf("a fault without line or text: %+v", fault)
			}
		}
	})
}
