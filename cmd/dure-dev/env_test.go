package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

func TestAShellTakesTheSandboxsSettingsAsTheyAre(t *testing.T) {
	t.Parallel()
	home := t.TempDir()
	if err := (settings{Home: home}).Run(); err == nil || !strings.Contains(err.Error(), "make run") {
		t.Errorf("without a sandbox the settings are told, or not how to start one: %v", err)
	}
	env := map[string]string{
		"DURE_TEST_ADDRESS": "postgres://dure_serve:p%20w@127.0.0.1:5/dure?sslmode=disable&application_name=a",
		"DURE_TEST_QUOTES":  `it's "50" $HOME ` + "`id`" + ` \ # !`,
		"DURE_TEST_NOTHING": "",
	}
	var script strings.Builder
	if err := exports(&script, env); err != nil {
		t.Fatal(err)
	}
	out := filepath.Join(home, "out")
	shell := exec.CommandContext(t.Context(), "sh", "-c", `eval "$1"; printf '%s|%s|%s' "$DURE_TEST_ADDRESS" "$DURE_TEST_QUOTES" "$DURE_TEST_NOTHING" > "$2"`, "sh", script.String(), out)
	if said, err := shell.CombinedOutput(); err != nil {
		t.Fatalf("sh: %v\n%s", err, said)
	}
	got, err := os.ReadFile(out)
	if err != nil {
		t.Fatal(err)
	}
	if want := env["DURE_TEST_ADDRESS"] + "|" + env["DURE_TEST_QUOTES"] + "|"; string(got) != want {
		t.Errorf("a shell has %s, want %s", got, want)
	}
}
