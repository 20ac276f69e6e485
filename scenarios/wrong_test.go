package scenarios_test

import (
	"strings"
	"testing"

	"dure/scenarios"
)

// story has something of which each expectation can speak.
const story = `scenario: a story
given:
  - at: 2026-03-01 10:00
  - committee: P
  - books: {of: P, cash: 100}
  - candidate: A
  - committee: {as: A for House, kind: authorised, candidate: A}
  - election: {as: primary, of: A, kind: primary, held: 2026-06-02}
  - election: {as: general, of: A, kind: general, held: 2026-11-03}
  - donor: Ada Quillfeather
  - donor: {as: Mill Partners, kind: partnership}
when:
  - check: {as: big, from: Ada Quillfeather, to: P, amount: 5100}
  - check: {as: shared, from: Mill Partners, to: P, amount: 200}
  - attribute: {gift: shared, among: [{who: Ada Quillfeather, share: 100 %}]}
  - card: {as: earmark, from: Ada Quillfeather, to: P, for: A, election: primary, amount: 50}
  - check: {as: own, from: Ada Quillfeather, to: A for House, amount: 100}
  - forward: {as: nothing, gifts: big}
  - deadline: {as: day, clock: deposit, from: 2026-03-01}
  - fine: {as: penalty, assessed: 2025-06-01, activity: 24000, days-late: 5}
  - threshold: {as: over, rule: itemize-contributor, sum: 200.01, on: 2026-03-01}
  - independent: {as: spent, by: P, about: the House, amount: 10000, on: 2026-04-01, vote: 2026-06-02}
  - joint: {as: shares, amount: 100, between: [{name: A, weight: 1, room: 30}, {name: B, weight: 1, room: unlimited}]}
  - filed: {as: report, report: 2026-M3, at: 2026-03-22}
  - net-debts: {as: debts, candidate: A, election: primary, unpaid: 500, on: 2026-07-01}
expected:
`

func TestWrongExpectationsAreToldWithWhatTheRulesSaid(t *testing.T) {
	cases := []struct{ right, wrong, got, said string }{
		{"decision: {of: big, says: allow-up-to, rule: limit-person-pac, room: 5000}", "decision: {of: big, says: allow}", "says allow-up-to", "limit-person-pac"},
		{"room: {from: Ada Quillfeather, to: P, is: 0}", "room: {from: Ada Quillfeather, to: P, is: unlimited}", "room $0.00", "limit-person-pac"},
		{"gift: {of: earmark, state: settled, amount: 50}", "gift: {of: earmark, state: held, amount: 50}", "state settled", "limit-person-candidate"},
		{"refused: {of: nothing, why: not held for}", "refused: {of: big, why: x}", "refused no", "limit-person-pac"},
		{"case: {of: big, kind: excessive, excess: 100, due: 2026-04-30}", "case: {of: big, kind: excessive, excess: 100, due: 2026-05-01}", "due 2026-04-30", "limit-person-pac"},
		{"case: {of: earmark, kind: none}", "case: {of: big, kind: none}", "case excessive of $100.00, open", "11 CFR 103.3(b)(3)"},
		{"notice: {of: big, kind: presumptive reattribution, by: 2026-04-30}", "notice: {of: big, kind: request for proof}", "due no", "presumptive-notice"},
		{"designation: {of: own, election: primary, is: 100, source: default}", "designation: {of: own, election: general, is: 100}", "for general $0.00", "limit-person-candidate"},
		{"attribution: {of: shared, who: Ada Quillfeather, is: 200}", "attribution: {of: shared, who: Ada Quillfeather, is: 100}", "of Ada Quillfeather $200.00", "limit-person-pac"},
		{"balance: {of: P, account: undeposited, is: 5300}", "balance: {of: P, account: undeposited, is: 0}", "undeposited $5,300.00", ""},
		{"line: {of: P, report: 2026-M4, line: 11(a)(i), is: 5150}", "line: {of: P, report: 2026-M4, line: 11(a)(i), is: 0}", "$5,150.00", ""},
		{"row: {of: big, report: 2026-M4, amount: 5100}", "row: {of: big, report: 2026-M4, itemised: no}", "itemised yes", "limit-person-pac"},
		{"row: {of: big, report: 2026-M4, whose: Ada Quillfeather, aggregate: 5100}", "row: {of: big, report: 2026-M4, aggregate: 1}", "aggregate $5,100.00", "limit-person-pac"},
		{"report: {of: P, report: 2026-M4, due: 2026-04-20}", "report: {of: P, report: 2026-M4, due: 2026-04-21}", "due 2026-04-20", "104.5(c)(3)"},
		{"report: {of: P, report: 2026-M11, owed: no}", "report: {of: P, report: 2026-M10, owed: no}", "owed 2026-M10", ""},
		{"forward-by: {of: earmark, is: 2026-03-11}", "forward-by: {of: earmark, is: 2026-03-12}", "forward by 2026-03-11", "forward-earmark"},
		{"due: {of: day, is: 2026-03-11}", "due: {of: day, is: 2026-03-10}", "due 2026-03-11", "deposit"},
		{"fine: {of: penalty, is: 213}", "fine: {of: penalty, is: 214}", "fine $213.00", "penalties"},
		{"answer: {of: over, is: yes}", "answer: {of: over, is: no}", "answer yes", "itemize-contributor"},
		{"answer: {of: spent, is: yes, why: independent-48h}", "answer: {of: spent, is: yes, why: independent-24h}", "why independent-48h", "$10,000.00 are in no notice yet"},
		{"due: {of: spent, is: 2026-04-03}", "due: {of: spent, is: 2026-04-02}", "due 2026-04-03", "independent-48h"},
		{"allocated: {of: shares, to: A, is: 30, left: 0}", "allocated: {of: shares, to: A, is: 50}", "is $30.00", ""},
		{"filed: {of: report, is: late by 2 days}", "filed: {of: report, is: in time}", "filed late by 2 days", "penalties"},
		{"spendable: {of: P, is: 5100, locked: 350}", "spendable: {of: P, is: 0}", "spendable $", ""},
		{"multicandidate: {of: P, is: no}", "multicandidate: {of: P, is: yes}", "multicandidate no", ""},
		{"net-debts-left: {candidate: A, election: primary, is: 500}", "net-debts-left: {candidate: A, election: primary, is: 1}", "left $500.00", ""},
	}
	covered := map[string]bool{}
	rights, wrongs := story, story
	for _, c := range cases {
		rights += "  - " + c.right + "\n"
		wrongs += "  - " + c.wrong + "\n"
	}
	const unlookedFor = "  - refused: {of: nothing}\n"
	s := scratch(t)
	right(t, try(t, s, "right.yaml", []byte(rights+unlookedFor)))
	out := try(t, s, "wrong.yaml", []byte(wrongs+unlookedFor))
	if len(out) != 1 || len(out[0].Wrong) != len(cases) || len(out[0].Faults) != 0 {
		t.Fatalf("%d wrong expectations are told as %+v", len(cases), out)
	}
	for i, c := range cases {
		w := out[0].Wrong[i]
		if w.Line != strings.Count(story, "\n")+1+i || !strings.Contains(w.Got, c.got) || w.Expected == w.Got {
			t.Errorf("%s: line %d, expected %q, got %q, want %q", c.wrong, w.Line, w.Expected, w.Got, c.got)
		}
		if !strings.Contains(saidOf(w), c.said) {
			t.Errorf("%s: the rules said %q, want %q among it", c.wrong, saidOf(w), c.said)
		}
		covered[strings.SplitN(c.wrong, ":", 2)[0]] = true
	}
	_, expectations := scenarios.Grammar()
	for _, w := range expectations {
		if !covered[w.Word] {
			t.Errorf("no wrong %s is tried", w.Word)
		}
	}
}

func saidOf(w scenarios.Wrong) string {
	var out []string
	for _, s := range w.Said {
		out = append(out, s.String())
	}
	return strings.Join(out, "\n")
}
