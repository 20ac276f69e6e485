package main_test

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"testing"
)

var workshop string // where the program is built, once for all tests

func TestMain(m *testing.M) {
	dir, err := os.MkdirTemp("", "dure-program-")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	workshop = dir
	status := m.Run()
	_ = os.RemoveAll(dir)
	os.Exit(status)
}

var build = sync.OnceValues(func() (string, error) {
	exe := filepath.Join(workshop, "dure")
	if out, err := exec.Command("go", "build", "-o", exe, ".").CombinedOutput(); err != nil {
		return "", fmt.Errorf("build dure: %w\n%s", err, out)
	}
	return exe, nil
})

// program gives the real dure, at a path of the test's own.
func program(t *testing.T) string {
	t.Helper()
	built, err := build()
	if err != nil {
		t.Fatal(err)
	}
	exe := filepath.Join(t.TempDir(), "dure")
	if err := os.Symlink(built, exe); err != nil {
		t.Fatal(err)
	}
	return exe
}
