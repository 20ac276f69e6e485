package bench_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"dure/dev/bench"
	"dure/dev/cluster"
)

// programs builds the program that is measured and the one that measures, beside each other as make build does.
func programs(t *testing.T) string {
	t.Helper()
	if _, _, err := bench.Programs(t.Context()); errors.Is(err, cluster.ErrNotFound) {
		t.Fatal(err)
	} else if err != nil {
		t.Skipf("NOT TESTED: %v", err)
	}
	dir := t.TempDir()
	build := exec.CommandContext(t.Context(), "go", "build", "-o", dir+"/", "./cmd/...")
	build.Dir = "../.."
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("go build: %v\n%s", err, out)
	}
	return dir
}

// TestWholeTableIsMeasuredSmall runs every row on small books: each proves by itself that both sides did equal work. How fast they
// are is not asked.
func TestWholeTableIsMeasuredSmall(t *testing.T) {
	dir := programs(t)
	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Minute)
	defer cancel()
	out := filepath.Join(t.TempDir(), "bench.json")
	var said bytes.Buffer
	rows, err := bench.Run(ctx, bench.Options{
		Dure: filepath.Join(dir, "dure"), Hello: []string{filepath.Join(dir, "dure-dev"), "hello"},
		Rows: 2000, Runs: 1, Load: 300 * time.Millisecond, Out: out, Log: &said,
		Only: slices.DeleteFunc(bench.Names(), func(name string) bool { return name == "phone" }), // Lighthouse's, which make quality runs
	})
	if err != nil {
		t.Fatalf("Run = %v\n%s", err, said.String())
	}
	const whole = 13 // two of "every", three of memory
	if len(rows) != whole {
		t.Errorf("Run gives %d rows, want %d:\n%s", len(rows), whole, said.String())
	}
	for _, r := range rows {
		if r.Ratio <= 0 || r.Goal <= 0 || r.Value <= 0 || r.Unit == "" || r.Reference == "" || r.Pairs < 1 {
			t.Errorf("a row says nothing: %+v", r)
		}
		if r.Met != (r.AtMost && r.Ratio <= r.Goal || !r.AtMost && r.Ratio >= r.Goal) {
			t.Errorf("%s: met is %v at a ratio of %v and a goal of %v", r.Path, r.Met, r.Ratio, r.Goal)
		}
		if !strings.Contains(said.String(), r.Path) {
			t.Errorf("the table does not show %q", r.Path)
		}
	}
	text, err := os.ReadFile(out)
	if err != nil {
		t.Fatal(err)
	}
	var written []map[string]any
	if err := json.Unmarshal(text, &written); err != nil || len(written) != len(rows) {
		t.Fatalf("bench.json has %d rows, %v, want %d", len(written), err, len(rows))
	}
	for _, w := range written {
		for _, name := range []string{"path", "reference", "value", "reference_value", "unit", "ratio", "goal", "met"} {
			if _, there := w[name]; !there {
				t.Errorf("bench.json: row %v has no %q", w["path"], name)
			}
		}
		if _, number := w["ratio"].(float64); !number {
			t.Errorf("bench.json: the ratio of %v is %v, no number", w["path"], w["ratio"])
		}
	}
}

// TestBrokenOffRunLeavesNothing ends a run by the signal of Ctrl-C while it makes its books.
func TestBrokenOffRunLeavesNothing(t *testing.T) {
	dir, place := programs(t), t.TempDir()
	cmd := exec.CommandContext(t.Context(), filepath.Join(dir, "dure-dev"), "bench", "--rows", "200000", "--only", "report", "--out", filepath.Join(place, "bench.json"))
	cmd.Env = append(os.Environ(), "TMPDIR="+place)
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	var said []byte
	for buffer := make([]byte, 4096); !bytes.Contains(said, []byte("making the books")); {
		n, err := out.Read(buffer)
		said = append(said, buffer[:n]...)
		if err != nil {
			t.Fatalf("the run ended by itself: %v\n%s", err, said)
		}
	}
	if err := cmd.Process.Signal(os.Interrupt); err != nil {
		t.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() { ended <- cmd.Wait() }()
	select {
	case err := <-ended:
		if err == nil {
			t.Error("a run that was broken off ends with status 0")
		}
	case <-time.After(time.Minute):
		_ = cmd.Process.Kill()
		t.Fatal("the run does not end within a minute of its signal")
	}
	left, err := os.ReadDir(place)
	if err != nil {
		t.Fatal(err)
	}
	if len(left) > 0 {
		t.Errorf("a run that was broken off leaves %v", left)
	}
}

func TestRowsAreNamed(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"report", "every", "growth", "memory", "screen", "settle-8", "settle-32", "ack-8", "ack-32", "page", "phone"} {
		if !slices.Contains(bench.Names(), name) {
			t.Errorf("there is no row %s", name)
		}
	}
	var said bytes.Buffer
	_, err := bench.Run(t.Context(), bench.Options{Dure: os.Args[0], Rows: 2000, Runs: 1, Load: time.Second, Only: []string{"setle"}, Log: &said})
	if err == nil || !strings.Contains(err.Error(), "settle-8") {
		t.Errorf("Run of a row that is not there = %v, want the names of those that are", err)
	}
}
