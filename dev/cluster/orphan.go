package cluster

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// endOrphan ends a server whose parent was killed, and takes away a postmaster.pid whose process is gone or is, since
// numbers are used again, another program: PostgreSQL itself would refuse to start over that.
func endOrphan(data string) error {
	file := filepath.Join(data, "postmaster.pid")
	text, err := os.ReadFile(file)
	if os.IsNotExist(err) {
		return nil
	}
	if err != nil {
		return err
	}
	first, _, _ := strings.Cut(string(text), "\n")
	pid, err := strconv.Atoi(strings.TrimSpace(first))
	if err != nil {
		return os.Remove(file)
	}
	for end := time.Now().Add(20 * time.Second); strings.Contains(commandLine(pid), data); time.Sleep(50 * time.Millisecond) {
		if time.Now().After(end) {
			return fmt.Errorf("a PostgreSQL left over from an earlier run (process %d) does not end", pid)
		}
		_ = syscall.Kill(pid, syscall.SIGINT) // already gone is what is wanted
	}
	if err := os.Remove(file); !os.IsNotExist(err) {
		return err
	}
	return nil
}

// commandLine is how a running process was called, and empty if there is none.
func commandLine(pid int) string {
	if text, err := os.ReadFile(fmt.Sprintf("/proc/%d/cmdline", pid)); err == nil {
		return string(text)
	}
	out, _ := exec.Command("ps", "-o", "command=", "-p", strconv.Itoa(pid)).Output()
	return string(out)
}

// lockFile takes a lock that ends with this process, or with unlock.
func lockFile(f *os.File, how int) error {
	for {
		if err := syscall.Flock(int(f.Fd()), how); err != syscall.EINTR {
			return err
		}
	}
}

// unlock gives the lock back. Closing the file alone would not: a child that is just being forked has it too.
func unlock(f *os.File) error {
	return errors.Join(lockFile(f, syscall.LOCK_UN), f.Close())
}
