package main_test

import (
	"os"
	"os/exec"
	"strings"
	"testing"
)

func TestARefusedOpeningIsAFinding(t *testing.T) {
	t.Parallel()
	r := newReporter(t) // its books hold entries of 2026, and begin on 1 January 2026
	for _, c := range []struct {
		args   string
		status int
		says   string
	}{
		{"--on 2027-01-01 --cash 12.00", 1, "they begin on 1 January 2026 or before"},
		{"--on 2026-01-01 --cash 12.00", 2, "are open already"},
		{"--on 2026-02-01 --cash 12.00", 2, "books begin on a 1 January"},
		{"--on 2027-01-01 --cash twelve", 2, "--cash"},
	} {
		cmd := exec.CommandContext(t.Context(), r.exe, append([]string{"committee", "opening", "--committee", "harbor-light"}, strings.Fields(c.args)...)...)
		cmd.Env = append(os.Environ(), "DATABASE_URL="+r.url)
		said, err := cmd.CombinedOutput()
		if cmd.ProcessState == nil {
			t.Fatal(err)
		}
		if status := cmd.ProcessState.ExitCode(); status != c.status || !strings.Contains(string(said), c.says) {
			t.Errorf("committee opening %s ends with %d and says %q, want %d and %q", c.args, status, said, c.status, c.says)
		}
	}
}

func TestAnAffiliationIsRecordedOnce(t *testing.T) {
	t.Parallel()
	r := newReporter(t)
	for _, c := range []struct {
		args   []string
		status int
		says   string
	}{
		{[]string{"--group", "harbor", "--on", "2026-03-01"}, 2, "--reason: a new group needs the reason"},
		{[]string{"--group", "harbor", "--on", "March", "--reason", "one founder"}, 2, "--on"},
		{[]string{"--group", "harbor", "--on", "2026-03-01", "--reason", "one founder"}, 0, "Cases that opened: 0."},
		{[]string{"--group", "harbor", "--on", "2026-03-01"}, 2, "was recorded before"},
	} {
		cmd := exec.CommandContext(t.Context(), r.exe, append([]string{"committee", "affiliate", "--committee", "harbor-light"}, c.args...)...)
		cmd.Env = append(os.Environ(), "DATABASE_URL="+r.url)
		said, err := cmd.CombinedOutput()
		if cmd.ProcessState == nil {
			t.Fatal(err)
		}
		if status := cmd.ProcessState.ExitCode(); status != c.status || !strings.Contains(string(said), c.says) {
			t.Errorf("committee affiliate %v ends with %d and says %q, want %d and %q", c.args, status, said, c.status, c.says)
		}
	}
}
