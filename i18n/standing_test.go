package i18n_test

import (
	"os"
	"strings"
	"testing"

	"dure/i18n"
)

// The list names each text once with the mark of the English from which it was made. Marking some texts leaves the others as they
// stand.
func TestListOfWhatATranslationWasMadeFrom(t *testing.T) {
	kept, err := os.ReadFile("ko/from.txt")
	if err != nil {
		t.Fatal(err)
	}
	if got := i18n.MadeFrom("ko", "give.amount"); string(got) != string(kept) {
		t.Errorf("marking a text that stands already writes\n%s\nwant\n%s", got, kept)
	}
	all := strings.Split(strings.TrimSpace(string(i18n.MadeFrom("ko"))), "\n")
	keys := i18n.Keys()
	if len(all) != len(keys) {
		t.Fatalf("%d texts are listed, want %d", len(all), len(keys))
	}
	for i, line := range all {
		if key, mark, _ := strings.Cut(line, " "); key != keys[i] || len(mark) != 8 {
			t.Errorf("line %d is %q, want %s and eight digits", i+1, line, keys[i])
		}
	}
	if s := i18n.StandingOf("xx"); len(s.Missing) != len(keys) || s.Whole() {
		t.Errorf("a language without a catalog: %d of %d keys are missing, whole is %v", len(s.Missing), len(keys), s.Whole())
	}
}
