package scenarios_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"dure/registry"
	"dure/scenarios"
)

// A kind that the registry learns is one that scenarios can play.
func TestKindsOfElectionsAreTheRegistrys(t *testing.T) {
	t.Parallel()
	var got []string
	steps, _ := scenarios.Grammar()
	for _, step := range steps {
		for _, w := range step.Words {
			if kinds, ok := strings.CutPrefix(w.Takes, "one of "); ok && step.Word == "election" && w.Word == "kind" {
				got = strings.Split(kinds, ", ")
			}
		}
	}
	want := registry.ElectionKinds()
	slices.Sort(got)
	slices.Sort(want)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("the kinds of elections of the registry (-) and of the grammar (+):\n%s", diff)
	}
}
