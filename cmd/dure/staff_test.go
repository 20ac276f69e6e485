package main_test

import (
	"bytes"
	"encoding/json"
	"os"
	"os/exec"
	"strings"
	"testing"

	"dure/staff"
)

func TestAnInvitationPrintsALinkThatSignsIn(t *testing.T) {
	t.Parallel()
	r := newReporter(t)
	dure := func(args ...string) (out, wrong string, exit int) {
		t.Helper()
		cmd := exec.CommandContext(t.Context(), r.exe, append([]string{"staff"}, args...)...)
		cmd.Env = append(os.Environ(), "DATABASE_URL="+r.url, "DURE_PUBLIC_URL=https://give.example.org/")
		var stdout, stderr bytes.Buffer
		cmd.Stdout, cmd.Stderr = &stdout, &stderr
		if err := cmd.Run(); err != nil && cmd.ProcessState == nil {
			t.Fatal(err)
		}
		return stdout.String(), stderr.String(), cmd.ProcessState.ExitCode()
	}
	out, wrong, exit := dure("invite", "--email", "pat@example.org", "--name", "Pat Example", "--committee", "harbor-light", "--role", "treasurer")
	token, ok := strings.CutPrefix(strings.TrimSpace(out), "https://give.example.org/desk/login/")
	if exit != 0 || !ok {
		t.Fatalf("invite printed %q and %q with exit %d, want a link on the site", out, wrong, exit)
	}
	if m, err := staff.UseLink(t.Context(), r.db, token); err != nil || m.Email != "pat@example.org" {
		t.Errorf("the link signs in %q, %v, want pat@example.org", m.Email, err)
	}

	for _, c := range []struct{ committee, role, want string }{
		{"nowhere", "viewer", "there is no such committee"},
		{"harbor-light", "king", "--role must be one of"},
	} {
		_, wrong, exit := dure("invite", "--email", "x@example.org", "--name", "X", "--committee", c.committee, "--role", c.role)
		if exit != 2 || !strings.Contains(wrong, c.want) {
			t.Errorf("invite to %s as %s: exit %d, %q, want 2 and %q", c.committee, c.role, exit, wrong, c.want)
		}
	}

	out, _, _ = dure("list", "--json")
	var rows []struct {
		Committee, Role, Name, Email string
		Password                     bool
	}
	if err := json.Unmarshal([]byte(out), &rows); err != nil || len(rows) != 1 || rows[0].Role != "treasurer" || rows[0].Password {
		t.Errorf("list --json = %s, %v, want the one treasurer, without a password", out, err)
	}
	if out, _, _ = dure("list"); !strings.Contains(out, "Pat Example") || !strings.Contains(out, "not set") {
		t.Errorf("list = %q, want the treasurer", out)
	}
}
