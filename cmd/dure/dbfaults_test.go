package main_test

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"dure/dev/cluster"
)

var (
	dbFaults = flag.Int("dbfaults", 1, "how often each fault of the database comes")
	dbSeed   = flag.Uint64("dbseed", 20261122, "draws the moments of the database's faults")
)

// TestDatabaseFailsInTheMiddleOfAFlood restarts PostgreSQL, cuts connections and swallows what they carry, at random moments
// while people give. No acknowledged event is lost, nobody is charged twice, people are told the truth, and all goes on by
// itself.
func TestDatabaseFailsInTheMiddleOfAFlood(t *testing.T) {
	t.Parallel()
	rng := rand.New(rand.NewPCG(*dbSeed, 1))
	t.Logf("%d rounds, seed %d", *dbFaults, *dbSeed)
	f := flood(t, openFolder(t, memory()), *dbSeed)
	moment := func(least, more time.Duration) time.Duration { return least + time.Duration(rng.Int64N(int64(more))) }
	restart := func(how os.Signal) {
		if err := f.cluster.Restart(t.Context(), how, moment(0, time.Second)); err != nil {
			t.Fatal(err)
		}
	}
	faults := map[string]func(){
		"PostgreSQL restarted in order":            func() { restart(cluster.InOrder) },
		"PostgreSQL crashed":                       func() { restart(cluster.AtOnce) },
		"all connections ended by PostgreSQL":      f.cutAll,
		"all connections reset by the network":     f.Gate.Cut,
		"a network that refuses for a moment":      func() { f.Gate.Shut(); time.Sleep(moment(500*time.Millisecond, time.Second)); f.Gate.Open() },
		"a network that swallows all for a moment": func() { f.Gate.Swallow(); time.Sleep(moment(time.Second, time.Second)); f.Gate.Open() },
	}
	f.back("the start")
	for range *dbFaults {
		names := []string{
			"PostgreSQL restarted in order", "PostgreSQL crashed", "all connections ended by PostgreSQL",
			"all connections reset by the network", "a network that refuses for a moment", "a network that swallows all for a moment",
		}
		rng.Shuffle(len(names), func(i, j int) { names[i], names[j] = names[j], names[i] })
		for _, name := range names {
			time.Sleep(moment(0, 300*time.Millisecond))
			faults[name]()
			f.back(name)
		}
	}
	f.end()
	if f.away["a form"] == 0 || f.away["/readyz"] == 0 { // the page itself is shown for three seconds as it was
		t.Errorf("seed %d: the faults were not felt: honest answers %v", *dbSeed, f.away)
	}
}

// TestDiskFullInTheMiddleOfAFlood fills the disk of PostgreSQL while people give, and frees it again. PostgreSQL refuses what
// it can't write, or ends when it can't write its log of changes; then it is started again, as whoever keeps services up does.
func TestDiskFullInTheMiddleOfAFlood(t *testing.T) {
	t.Parallel()
	rng := rand.New(rand.NewPCG(*dbSeed, 2))
	t.Logf("%d rounds, seed %d", *dbFaults, *dbSeed)
	disk := smallDisk(t, "80m")
	f := flood(t, filepath.Join(disk, "postgres"), *dbSeed)
	f.back("the start")
	for round := range 2 * *dbFaults {
		time.Sleep(time.Duration(rng.Int64N(int64(300 * time.Millisecond))))
		f.mu.Lock()
		before := f.away["a form"]
		f.mu.Unlock()
		filling := filepath.Join(disk, "filling")
		fill(t, filling)
		what := "a full disk"
		if round%2 == 1 {
			what += " with no room for the log of changes"
			f.until("PostgreSQL breaks down, since it can't write its log of changes", f.overflow)
		}
		f.until("forms can't be taken on a full disk", func() bool {
			f.mu.Lock()
			defer f.mu.Unlock()
			return f.away["a form"] > before+3
		})
		time.Sleep(time.Duration(rng.Int64N(int64(time.Second))))
		ended := f.cluster.Gone()
		if err := os.Remove(filling); err != nil {
			t.Fatal(err)
		}
		f.until("PostgreSQL is started again", func() bool { return f.cluster.Revive(t.Context()) == nil })
		f.back(fmt.Sprintf("%s (PostgreSQL ended: %v)", what, ended))
	}
	f.end()
}

// memory is a folder in memory where there is one.
func memory() string {
	if info, err := os.Stat("/dev/shm"); err == nil && info.IsDir() {
		return "/dev/shm"
	}
	return ""
}

// openFolder makes a folder that PostgreSQL's user can enter, for as long as the test runs.
func openFolder(t *testing.T, parent string) string {
	t.Helper()
	dir, err := os.MkdirTemp(parent, "dure-faults-")
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(dir, 0o711); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := cluster.Remove(dir); err != nil {
			t.Error(err)
		}
	})
	return dir
}

// smallDisk mounts a file system in memory of a size, or skips the test where that can't be done.
func smallDisk(t *testing.T, size string) string {
	t.Helper()
	dir := openFolder(t, "")
	if err := mount(dir, size); err != nil {
		t.Skipf("NO SMALL DISK: the test of a full disk was not run, since none can be mounted here (it takes root and Linux): %v", err)
	}
	t.Cleanup(func() {
		if err := unmount(dir); err != nil {
			t.Errorf("unmount %s: %v", dir, err)
		}
	})
	return dir
}

// fill writes a file until the disk is full.
func fill(t *testing.T, file string) {
	t.Helper()
	f, err := os.Create(file)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	for piece := make([]byte, 1<<20); len(piece) > 0; {
		_, err := f.Write(piece)
		switch {
		case errors.Is(err, syscall.ENOSPC):
			piece = piece[:len(piece)/2] // the last free bytes too
		case err != nil && !errors.Is(err, io.ErrShortWrite):
			t.Fatal(err)
		}
	}
}
