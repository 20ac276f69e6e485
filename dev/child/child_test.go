package child_test

import (
	"os"
	"os/exec"
	"strings"
	"syscall"
	"testing"
	"time"

	"dure/dev/child"
)

func TestAChildIsStoppedByASignalAndSeenToEnd(t *testing.T) {
	t.Parallel()
	cmd := exec.Command("sleep", "60")
	ended, err := child.Start(cmd)
	if err != nil {
		t.Fatal(err)
	}
	select {
	case <-ended:
		t.Fatal("the child ended at once")
	case <-time.After(50 * time.Millisecond):
	}
	if err := cmd.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	select {
	case <-ended:
	case <-time.After(10 * time.Second):
		t.Fatal("the child does not end after a signal")
	}
}

func TestAProgramThatIsNotThereIsAnError(t *testing.T) {
	t.Parallel()
	if _, err := child.Start(exec.Command("/nowhere/program")); err == nil {
		t.Error("Start of a program that is not there gives no error")
	}
}

// TestAKilledParentTakesItsChildAlong runs this test program again as the parent, and kills it.
func TestAKilledParentTakesItsChildAlong(t *testing.T) {
	if os.Getenv("DURE_CHILD_TEST") != "" {
		cmd := exec.Command("sleep", "60")
		cmd.Stdout = os.Stdout // held open for as long as the child lives
		if _, err := child.Start(cmd); err != nil {
			t.Fatal(err)
		}
		os.Stdout.WriteString("started\n")
		select {}
	}
	if _, err := os.Stat("/proc/self"); err != nil {
		t.Skip("only Linux tells a child that its parent was killed")
	}
	parent := exec.Command(os.Args[0], "-test.run", t.Name())
	parent.Env = append(os.Environ(), "DURE_CHILD_TEST=1")
	out, err := parent.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := parent.Start(); err != nil {
		t.Fatal(err)
	}
	line := make([]byte, 8)
	if _, err := out.Read(line); err != nil || !strings.HasPrefix(string(line), "started") {
		t.Fatalf("the parent says %q, %v", line, err)
	}
	if err := parent.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		for {
			if _, err := out.Read(line); err != nil {
				return
			}
		}
	}()
	select {
	case <-ended:
	case <-time.After(10 * time.Second):
		t.Error("the child lives on ten seconds after its parent was killed")
	}
	_ = parent.Wait() // killed
}
