package scenarios_test

import (
	"strings"
	"testing"
)

const small = `scenario: small
given:
  - at: 2026-03-01 10:00
  - committee: P
  - donor: Ada
when:
  - check: {as: gift, from: Ada, to: P, amount: 100}
`

func TestWhatIsNotAskedIsNoPass(t *testing.T) {
	s := scratch(t)
	for _, c := range []struct{ name, rest, fault, wrong string }{
		{"an expectation that says nothing", "expected:\n  - gift: {of: gift}\n", "gift says nothing that could be wrong", ""},
		{"a report of no filer", "expected:\n  - report: {report: 2026-M3}\n", "say of whose report it is", ""},
		{"a report that there is not", "expected:\n  - line: {of: P, report: 2026-M13, line: '8', is: 0}\n", "has no report 2026-M13", ""},
		{"a report before its books", "expected:\n  - line: {of: P, report: 2026-M4, line: '8', is: 0}\n", "cash on hand on 1 January is not known", ""},
		{"a line that there is not", "  - books: P\nexpected:\n  - line: {of: P, report: 2026-M4, line: '99', is: 0}\n", `a report has no line "99"`, ""},
		{"an election for a committee that has none", "  - candidate: A\n  - election: {as: E, of: A, kind: primary, held: 2026-06-02}\n  - check: {from: Ada, to: P, amount: 1, election: E}\nexpected:\n  - decision: allow\n", "for no election", ""},
		{"an earmark without its election", "  - candidate: A\n  - ask: {from: Ada, to: P, for: A, amount: 1}\nexpected:\n  - decision: allow\n", "says for which election", ""},
		{"a clock that goes back", "  - at: 2026-02-01\nexpected:\n  - case: {of: gift, kind: none}\n", "the clock never goes back", ""},
		{"a refund of more than there is", "  - refund: {gift: gift, amount: 101}\nexpected:\n  - case: {of: gift, kind: none}\n", "only $100.00 of the gift is left", ""},
		{"a clock that the law has not", "  - deadline: {clock: tea, from: 2026-03-01}\nexpected:\n  - due: 2026-03-02\n", `no clock "tea"`, ""},
		{"a pack that is not there", "  - question: {pack: us-zz, giver: individual, to: pac, amount: 5, on: 2026-03-01}\nexpected:\n  - decision: allow\n", `no pack "us-zz"`, ""},
		{"a second primary in a year", "  - candidate: A\n  - election: {as: E, of: A, kind: primary, held: 2026-06-02}\n  - election: {as: F, of: A, kind: primary, held: 2026-06-09}\nexpected:\n  - case: {of: gift, kind: none}\n", "", "it is refused"},
		{"an office that there is not", "  - candidate: {as: A, office: X}\nexpected:\n  - case: {of: gift, kind: none}\n", "none of the federal offices", ""},
		{"a refusal of which nothing is asked", "  - disgorge: {as: gone, gift: gift, amount: 200}\nexpected:\n  - case: {of: gift, kind: none}\n", "", "it is refused"},
		{"a card that is refused, and nothing is asked of it", "  - card: {as: gone, from: Ada, to: P, amount: 25, without: us-person}\nexpected:\n  - case: {of: gift, kind: none}\n", "", "it is refused"},
		{"more designated than was given", "  - joint: {amount: 5, between: [{name: A, room: 10, designated: 5.01}]}\nexpected:\n  - allocated: {to: A, is: 5}\n", "more is designated than was given", ""},
		{"a share of nobody's", "  - joint: {amount: 5, between: [{name: A, weight: 1, room: 10}]}\nexpected:\n  - allocated: {to: B, is: 5}\n", `"B" takes no part`, ""},
		{"a share of which nothing is asked", "  - joint: {amount: 5, between: [{name: A, weight: 1, room: 10}]}\nexpected:\n  - allocated: {to: A}\n", "say to whom and how much", ""},
		{"a case of money that never came", "  - ask: {as: asked, from: Ada, to: P, amount: 1}\nexpected:\n  - case: {of: asked, kind: none}\n", "no money came of ask", ""},
	} {
		out := try(t, s, "case.yaml", []byte(small+c.rest))
		if len(out) != 1 {
			t.Errorf("%s: %d scenarios were read", c.name, len(out))
			continue
		}
		var said []string
		for _, f := range out[0].Faults {
			said = append(said, "fault: "+f.Text)
		}
		for _, w := range out[0].Wrong {
			said = append(said, "wrong: "+w.Got)
		}
		want := "fault: "
		if c.wrong != "" {
			want = "wrong: " + c.wrong
		}
		if out[0].Right() || len(said) != 1 || !strings.HasPrefix(said[0], want) || !strings.Contains(said[0], c.fault) {
			t.Errorf("%s is told as %q, want %s%s", c.name, said, want, c.fault)
		}
	}
}
