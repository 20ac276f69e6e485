package child

import "syscall"

// endWithParent has Linux interrupt the child when the thread that started it ends, as when the parent is killed.
func endWithParent(a *syscall.SysProcAttr) { a.Pdeathsig = syscall.SIGINT }
