package main

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strconv"
	"sync"
	"sync/atomic"
	"syscall"
	"time"

	"dure/dev/child"
)

// keeper runs a program and starts it again whenever it dies, until it is stopped.
type keeper struct {
	command func() *exec.Cmd
	log     string // the file of the program's output
	pidFile string

	deaths atomic.Int32
	gone   chan struct{} // closed when the program ended for good

	mu       sync.Mutex
	stopping bool
	running  *exec.Cmd
}

var errStopping = errors.New("it is being stopped")

// again is how long after a death the program is started anew.
const again = 300 * time.Millisecond

// keep starts the program.
func keep(command func() *exec.Cmd, log, pidFile string) (*keeper, error) {
	k := &keeper{command: command, log: log, pidFile: pidFile, gone: make(chan struct{})}
	ended, err := k.start(os.O_TRUNC)
	if err != nil {
		return nil, err
	}
	go func() {
		defer close(k.gone)
		for {
			<-ended
			k.deaths.Add(1)
			for ended = nil; ended == nil; {
				time.Sleep(again)
				if ended, err = k.start(os.O_APPEND); errors.Is(err, errStopping) {
					return
				} else if err != nil {
					fmt.Fprintln(os.Stderr, "dure-dev: start again:", err)
				}
			}
		}
	}()
	return k, nil
}

func (k *keeper) start(how int) (<-chan struct{}, error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.stopping {
		return nil, errStopping
	}
	log, err := os.OpenFile(k.log, os.O_CREATE|os.O_WRONLY|how, 0o600)
	if err != nil {
		return nil, err
	}
	defer log.Close()
	cmd := k.command()
	cmd.Stdout, cmd.Stderr = log, log
	ended, err := child.Start(cmd)
	if err != nil {
		return nil, err
	}
	k.running = cmd
	return ended, os.WriteFile(k.pidFile, []byte(strconv.Itoa(cmd.Process.Pid)+"\n"), 0o644)
}

// stop ends the program, which has half a minute to finish what it does.
func (k *keeper) stop() error {
	k.mu.Lock()
	k.stopping = true
	cmd := k.running
	k.mu.Unlock()
	for _, s := range []os.Signal{syscall.SIGTERM, os.Kill} {
		_ = cmd.Process.Signal(s) // one that just died is gone anyway
		select {
		case <-k.gone:
			return os.Remove(k.pidFile)
		case <-time.After(30 * time.Second):
		}
	}
	return fmt.Errorf("process %d does not end", cmd.Process.Pid)
}

// tail is the end of a log, for a person who wants to know why.
func tail(log string) string {
	text, err := os.ReadFile(log)
	if err != nil {
		return err.Error()
	}
	return string(text[max(0, len(text)-3000):])
}
