package bench

import (
	"os"
	"runtime"
	"syscall"
)

// residentMost is what the system tells of an ended child's memory, in MiB.
func residentMost(s *os.ProcessState) float64 {
	usage, ok := s.SysUsage().(*syscall.Rusage)
	if !ok {
		return 0
	}
	if runtime.GOOS == "darwin" {
		return float64(usage.Maxrss) / (1 << 20) // bytes there
	}
	return float64(usage.Maxrss) / (1 << 10)
}
