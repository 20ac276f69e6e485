package fec_test

import (
	"bytes"
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"text/tabwriter"

	"dure/compliance/fec"
	"dure/dev/fectest"
)

var (
	mutations = flag.Int("mutations", 2000, "how many files to corrupt")
	seed      = flag.Uint64("seed", 20261122, "of the corruptions")
)

// mutant is a good file of which one field is about to be corrupted.
type mutant struct {
	*rand.Rand
	lines [][]string
}

// cell is a field of a mutant.
type cell struct {
	m      *mutant
	line   int // from 0
	at     int // from 0
	form   string
	column fec.Column
}

func (c *cell) value() string { return c.m.lines[c.line][c.at] }
func (c *cell) set(s string)  { c.m.lines[c.line][c.at] = s }

// get gives another field of the record by the end of its column's name: the schedules differ in how the names begin.
func (c *cell) get(end string) string {
	for i, col := range fec.TableOf(c.form).Columns {
		if strings.HasSuffix(col.Name, end) {
			return c.m.lines[c.line][i]
		}
	}
	return ""
}

// pick chooses among the fields that where takes.
func (m *mutant) pick(where func(*cell) bool) *cell {
	var list []*cell
	for i, fields := range m.lines {
		for at := range fields {
			c := &cell{m, i, at, fields[0], fec.TableOf(fields[0]).Columns[at]}
			if where(c) {
				list = append(list, c)
			}
		}
	}
	if list == nil {
		return nil
	}
	return list[m.IntN(len(list))]
}

// file gives the mutant's bytes.
func (m *mutant) file() []byte {
	var b bytes.Buffer
	for _, fields := range m.lines {
		b.WriteString(strings.Join(fields, "\x1c") + "\r\n")
	}
	return b.Bytes()
}

// goodFiles gives the sample, and the shared files where they are.
func goodFiles(t *testing.T) (names []string, files [][][]string) {
	t.Helper()
	sampled, _ := written(t, sample())
	add := func(name string, file []byte) {
		if list := checked(t, file); len(list) > 0 {
			t.Fatalf("%s isn't good: %v", name, list)
		}
		var lines [][]string
		for _, line := range strings.Split(strings.TrimSuffix(string(file), "\r\n"), "\r\n") {
			lines = append(lines, strings.Split(line, "\x1c"))
		}
		names, files = append(names, name), append(files, lines)
	}
	add("sample.fec", sampled)
	t.Run("shared files", func(t *testing.T) {
		folder := fectest.Shared(t, "fec", "filings")
		for _, path := range []string{
			filepath.Join(folder, "..", "worked-month", "M3.fec"), filepath.Join(folder, "..", "worked-month", "M4.fec"),
			filepath.Join(folder, "synthetic_conduit_F3XN_8.5.fec"),
		} {
			file, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			add(filepath.Base(path), file)
		}
	})
	return names, files
}

// TestCorruptedFilesAreCaught corrupts one field of good files at a time, and prints which kinds of corruptions are seen.
func TestCorruptedFilesAreCaught(t *testing.T) {
	names, files := goodFiles(t)
	random := rand.New(rand.NewPCG(*seed, 0))
	type tally struct{ tried, asError, asWarning, missed int }
	tallies := make([]tally, len(corruptions))
	var all tally
	for n, attempts := 0, 0; n < *mutations; attempts++ {
		if attempts > 20**mutations+1000 {
			t.Fatalf("only %d of %d corruptions could be made", n, *mutations)
		}
		which := random.IntN(len(files))
		kind := random.IntN(len(corruptions))
		m := &mutant{Rand: random}
		for _, fields := range files[which] {
			m.lines = append(m.lines, append([]string(nil), fields...))
		}
		before := m.file()
		done := corruptions[kind].corrupt(m)
		after := m.file()
		if done == "" || bytes.Equal(before, after) {
			continue
		}
		n++
		list := checked(t, after)
		c := &tallies[kind]
		for _, c := range []*tally{c, &all} {
			c.tried++
			switch {
			case fec.Errors(list) > 0:
				c.asError++
			case len(list) > 0:
				c.asWarning++
			default:
				c.missed++
			}
		}
		if len(list) == 0 && corruptions[kind].missable == "" {
			t.Errorf("%s (seed %d, number %d): %s: %s is not caught", names[which], *seed, n, corruptions[kind].name, done)
		}
	}
	var table strings.Builder
	w := tabwriter.NewWriter(&table, 0, 0, 2, ' ', 0)
	fmt.Fprintf(w, "corruption\ttried\terror\twarning\tmissed\twhy it can be missed\n")
	for i, c := range tallies {
		fmt.Fprintf(w, "%s\t%d\t%d\t%d\t%d\t%s\n", corruptions[i].name, c.tried, c.asError, c.asWarning, c.missed, corruptions[i].missable)
		if c.tried == 0 && *mutations >= 2000 && len(files) > 1 {
			t.Errorf("no file was corrupted so: %s", corruptions[i].name)
		}
	}
	fmt.Fprintf(w, "all\t%d\t%d\t%d\t%d\t\n", all.tried, all.asError, all.asWarning, all.missed)
	w.Flush()
	t.Logf("seed %d, files %s\n%s", *seed, strings.Join(names, ", "), table.String())
}
