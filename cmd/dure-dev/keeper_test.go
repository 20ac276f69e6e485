package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

func TestAKeptProgramIsStartedAgainWithinASecondUntilItIsStopped(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	pidFile := filepath.Join(dir, "pid")
	k, err := keep(func() *exec.Cmd { return exec.Command("sleep", "60") }, filepath.Join(dir, "log"), pidFile)
	if err != nil {
		t.Fatal(err)
	}
	first := pid(t, pidFile)
	if err := syscall.Kill(first, syscall.SIGKILL); err != nil {
		t.Fatal(err)
	}
	killed := time.Now()
	second := first
	for second == first {
		if time.Since(killed) > time.Second {
			t.Fatal("a second after its death the program is not started again")
		}
		time.Sleep(10 * time.Millisecond)
		second = pid(t, pidFile)
	}
	if err := k.stop(); err != nil {
		t.Errorf("stop: %v", err)
	}
	if err := syscall.Kill(second, 0); err != syscall.ESRCH {
		t.Errorf("after stop, a signal to the program: %v, want that there is none", err)
	}
	if _, err := os.Stat(pidFile); !os.IsNotExist(err) {
		t.Errorf("after stop, the file of its number: %v, want that it is gone", err)
	}
}

func TestAProgramThatDiesIsStillStopped(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	k, err := keep(func() *exec.Cmd { return exec.Command("false") }, filepath.Join(dir, "log"), filepath.Join(dir, "pid"))
	if err != nil {
		t.Fatal(err)
	}
	for k.deaths.Load() < 2 {
		time.Sleep(10 * time.Millisecond)
	}
	if err := k.stop(); err != nil {
		t.Errorf("stop: %v", err)
	}
	deaths := k.deaths.Load()
	time.Sleep(2 * again)
	if k.deaths.Load() != deaths {
		t.Error("the program is started again after stop")
	}
}

func pid(t *testing.T, file string) int {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	n, err := strconv.Atoi(strings.TrimSpace(string(text)))
	if err != nil {
		return 0 // just being written
	}
	return n
}

func TestAHomeKeepsItsSecretsAndPortsUntilItIsReset(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	h, err := openHome(dir, false)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := openHome(dir, false); err == nil || !strings.Contains(err.Error(), "already") {
		t.Errorf("a second sandbox in one home: %v, want that one runs already", err)
	}
	first, err := h.account("ridgeline")
	if err != nil {
		t.Fatal(err)
	}
	l, err := h.listen("mail")
	if err != nil {
		t.Fatal(err)
	}
	l.Close()
	port, key := h.Ports["mail"], h.SecretsKey
	h.close()

	if info, err := os.Stat(filepath.Join(dir, "kept.json")); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the secrets' file: %v, %v, want mode 0600", info.Mode(), err)
	}
	if h, err = openHome(dir, false); err != nil {
		t.Fatal(err)
	}
	if again, err := h.account("ridgeline"); err != nil || again != first || h.Ports["mail"] != port || h.SecretsKey != key {
		t.Errorf("after a second start: %v, %v, %v, want what the first had", again, h.Ports, err)
	}
	h.close()

	mine := filepath.Join(dir, "mine.txt")
	if err := os.WriteFile(mine, nil, 0o644); err != nil {
		t.Fatal(err)
	}
	if h, err = openHome(dir, true); err != nil {
		t.Fatal(err)
	}
	defer h.close()
	if h.SecretsKey == key || len(h.Stripe) != 0 {
		t.Error("after a reset the old secrets are still there")
	}
	if _, err := os.Stat(mine); err != nil {
		t.Errorf("a reset took away a file that is not the sandbox's: %v", err)
	}
}
