package scenarios_test

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"dure/compliance/rules"
)

// withoutEdge are the rows of the federal pack that no case names, each with why.
var withoutEdge = map[string]string{
	"limit-person-candidate-2007": "it ended in 2008: for gifts of that cycle that are looked at again",
	"name-of-another-elsewhere":   "it binds accounts under states' packs alone: a test of compliance/rules asks it there",
}

// sectionsWithEdges are the sections whose rows have a sum or a number of days, and so two sides.
var sectionsWithEdges = []string{"limits", "instruments", "past", "thresholds", "clocks"}

// TestEachFederalRuleHasItsEdge looks for the rows of the federal pack in the cases: a sum, a clock or a threshold that is added
// without a case on both sides of it fails here.
func TestEachFederalRuleHasItsEdge(t *testing.T) {
	t.Parallel()
	var all strings.Builder
	files, err := filepath.Glob("[ve]*/*.yaml")
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		text, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		all.Write(text)
	}
	cases := all.String()
	pack := rules.Federal()
	for _, section := range pack.Sections() {
		for _, r := range section.Rows {
			named := regexp.MustCompile(`(rule|clock): `+regexp.QuoteMeta(r.ID)+`\b`).FindAllString(cases, 2)
			want := 2 // both sides
			if section.Name == "limits" && !hasSum(pack, r) {
				want = 1
			}
			wanted := false
			for _, s := range sectionsWithEdges {
				wanted = wanted || s == section.Name
			}
			if wanted && withoutEdge[r.ID] == "" && len(named) < want {
				t.Errorf("%s: %s is named %d times in the cases, want both sides", section.Name, r.ID, len(named))
			}
		}
	}
	text := mustRead(t, "../compliance/rules/packs/us.yaml")
	for id := range withoutEdge {
		if !regexp.MustCompile("id: " + id + `\s`).Match(text) {
			t.Errorf("there is no row %s to leave out", id)
		}
	}
}

// hasSum tells whether a limit is a sum: a prohibition has one side.
func hasSum(p *rules.Pack, r rules.Row) bool {
	for _, l := range p.Limits {
		if l.ID == r.ID && l.From == r.From {
			return l.Cents > 0
		}
	}
	return false
}

func mustRead(t *testing.T, name string) []byte {
	t.Helper()
	b, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return b
}
