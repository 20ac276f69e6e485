//go:build !linux

package child

import "syscall"

// endWithParent can't be had here: what a killed parent leaves is ended by the next start.
func endWithParent(*syscall.SysProcAttr) {}
