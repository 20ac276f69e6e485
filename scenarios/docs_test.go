package scenarios_test

import (
	"flag"
	"fmt"
	"os"
	"regexp"
	"strings"
	"testing"

	"dure/scenarios"
)

var update = flag.Bool("update", false, "write the tables of docs/scenarios.md anew")

const page = "../docs/scenarios.md"

// tables writes the words of the grammar as its page has them.
func tables(title string, words []scenarios.Word) string {
	var b strings.Builder
	for _, w := range words {
		fmt.Fprintf(&b, "### %s `%s`\n\n%s.\n\n| word | takes | says |\n|---|---|---|\n", title, w.Word, strings.ToUpper(w.Says[:1])+w.Says[1:])
		for _, f := range w.Words {
			rows(&b, "", f)
		}
		b.WriteString("\n")
	}
	return b.String()
}

func rows(b *strings.Builder, in string, f scenarios.Word) {
	need := ""
	if f.Need {
		need = " (needed)"
	}
	fmt.Fprintf(b, "| `%s%s`%s | %s | %s |\n", in, f.Word, need, f.Takes, f.Says)
	for _, inner := range f.Words {
		rows(b, in+f.Word+": ", inner)
	}
}

// between gives where the tables of a kind stand on the page.
func between(text, kind string) (from, to int) {
	begin, end := "<!-- "+kind+" -->\n", "<!-- end of "+kind+" -->"
	return strings.Index(text, begin) + len(begin), strings.Index(text, end)
}

func TestGrammarsPageHasEveryWord(t *testing.T) {
	read, err := os.ReadFile(page)
	if err != nil {
		t.Fatal(err)
	}
	text := string(read)
	steps, expectations := scenarios.Grammar()
	for kind, want := range map[string]string{"steps": tables("Step", steps), "expectations": tables("Expectation", expectations)} {
		from, to := between(text, kind)
		if to < from {
			t.Fatalf("%s has no place for the %s", page, kind)
		}
		if *update {
			text = text[:from] + "\n" + want + text[to:]
			continue
		}
		if text[from:to] != "\n"+want {
			t.Errorf("the %s of %s are not those of the program: go test ./scenarios -run Page -update writes them", kind, page)
		}
	}
	if *update {
		if err := os.WriteFile(page, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

var example = regexp.MustCompile("(?s)```yaml\n(.*?)```")

func TestExamplesOfTheGrammarsPageAreRight(t *testing.T) {
	text, err := os.ReadFile(page)
	if err != nil {
		t.Fatal(err)
	}
	s := scratch(t)
	steps, expectations := scenarios.Grammar()
	missing := map[string]bool{}
	for _, w := range append(steps, expectations...) {
		missing[w.Word] = true
	}
	used := regexp.MustCompile(`(?m)^\s*- ([a-z-]+):`)
	for _, found := range example.FindAllSubmatchIndex(text, -1) {
		body := text[found[2]:found[3]]
		before := strings.Count(string(text[:found[2]]), "\n") // so that faults name the page's own lines
		right(t, try(t, s, page, append([]byte(strings.Repeat("\n", before)), body...)))
		for _, w := range used.FindAllSubmatch(body, -1) {
			delete(missing, string(w[1]))
		}
	}
	for w := range missing {
		t.Errorf("no example of %s shows %s", page, w)
	}
}
