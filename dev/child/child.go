// Package child starts programs that end with this one. It never ships.
package child

import (
	"os/exec"
	"runtime"
	"syscall"
)

// Start runs a command until it ends by itself or is told to; ended is closed then. It keeps the command away from the
// terminal's signals, since whoever started it stops it in order. On Linux the command is interrupted when this process is
// killed; elsewhere it is left over.
func Start(cmd *exec.Cmd) (ended <-chan struct{}, err error) {
	if cmd.SysProcAttr == nil {
		cmd.SysProcAttr = &syscall.SysProcAttr{}
	}
	cmd.SysProcAttr.Setpgid = true
	endWithParent(cmd.SysProcAttr)
	gone, started := make(chan struct{}), make(chan error)
	go func() {
		// Linux tells the child when the thread that started it ends: it stays this goroutine's for as long as the child lives.
		runtime.LockOSThread()
		defer runtime.UnlockOSThread()
		defer close(gone)
		err := cmd.Start()
		started <- err
		if err == nil {
			_ = cmd.Wait() // how it ended stands in cmd.ProcessState
		}
	}()
	return gone, <-started
}
