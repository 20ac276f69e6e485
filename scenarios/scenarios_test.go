package scenarios_test

import (
	"os"
	"path/filepath"
	"testing"

	"dure/dev/pgtest"
	"dure/scenarios"
)

// scratch gives scratch databases on the tests' server.
func scratch(t *testing.T) *scenarios.Scratch {
	t.Helper()
	s, err := scenarios.NewScratch(t.Context(), pgtest.URLs(t, pgtest.New(t)).Admin)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

// try plays the scenarios of a file.
func try(t *testing.T, s *scenarios.Scratch, name string, text []byte) []scenarios.Outcome {
	t.Helper()
	all, faults := scenarios.Read(name, text)
	for _, f := range faults {
		t.Error(f)
	}
	var out []scenarios.Outcome
	for _, sc := range all {
		o, err := s.Try(t.Context(), sc)
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, o)
	}
	return out
}

// right fails the test for all that is wrong in outcomes.
func right(t *testing.T, outcomes []scenarios.Outcome) {
	t.Helper()
	for _, o := range outcomes {
		for _, f := range o.Faults {
			t.Errorf("%s: %v", o.Scenario, f)
		}
		for _, w := range o.Wrong {
			t.Errorf("%s: %s:%d: %s: expected %s, got %s", o.Scenario, w.File, w.Line, w.Word, w.Expected, w.Got)
			for _, said := range w.Said {
				t.Logf("    %v", said)
			}
		}
	}
}

func TestWorkedCasesAndEdges(t *testing.T) {
	files, err := filepath.Glob("[ve]*/*.yaml") // vectors and edges
	if err != nil || len(files) < 28 {
		t.Fatalf("%d files of cases: %v", len(files), err)
	}
	s := scratch(t)
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) {
			text, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			right(t, try(t, s, file, text))
		})
	}
}
