package bench

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"time"
)

// grow measures how the time of a report grows with the books, beside how the reference's does.
func (m *machine) grow(ctx context.Context) ([]Row, error) {
	small, err := m.books(ctx, m.base())
	if err != nil {
		return nil, err
	}
	large, err := m.books(ctx, m.big())
	if err != nil {
		return nil, err
	}
	var sides []side
	for _, b := range []*books{large, small} {
		_, ours, err := m.equal(ctx, b, aggregated, Row{})
		if err != nil {
			return nil, err
		}
		sides = append(sides, ours)
	}
	row := Row{
		Path: "report of " + many(large.receipts), Reference: "report of " + many(small.receipts),
		Unit: "s", Goal: 6, AtMost: true,
	}
	row, err = m.pairs(ctx, row, growth, sides[0], sides[1])
	if err != nil {
		return nil, err
	}
	many, err := m.asks(large, aggregated)(ctx, 0)
	if err != nil {
		return nil, err
	}
	few, err := m.asks(small, aggregated)(ctx, 0)
	row.Note = fmt.Sprintf("the same quotient of %s, measured once: %s s ÷ %s s = %.2f", aggregated, number(many), number(few), growth(many, few))
	return some(row, err)
}

// mostMemory is what a build may keep resident, in MiB.
const mostMemory = 64

// memory tells the most memory that builds of small, middling and large books had.
func (m *machine) memory(ctx context.Context) ([]Row, error) {
	var rows []Row
	for _, s := range []shape{m.small(), m.base(), m.big()} {
		b, err := m.books(ctx, s)
		if err != nil {
			return rows, err
		}
		if _, err := m.build(ctx, b); err != nil {
			return rows, err
		}
		row := Row{
			Path: "memory of a build, " + many(s.receipts), Reference: "–", Value: b.peak, Unit: "MiB", Ratio: b.peak, Goal: mostMemory, AtMost: true,
			Lowest: b.peak, Highest: b.peak, Pairs: b.builds, Load: "–",
		}
		row.judge()
		m.say("  %s: %.1f MiB", row.Path, b.peak)
		rows = append(rows, row)
	}
	flat := &rows[len(rows)-1]
	flat.Note = fmt.Sprintf("%.2f times that of the smallest books; each is the highest mark of all builds of its books, of dure's process alone", flat.Value/rows[0].Value)
	return rows, nil
}

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

// runWatched runs a command until it ends and gives the most memory that was resident, in MiB.
func runWatched(cmd *exec.Cmd) (float64, error) {
	if err := cmd.Start(); err != nil {
		return 0, err
	}
	done := make(chan struct{})
	seen := make(chan float64, 1)
	go func() { seen <- watch(cmd.Process.Pid, filepath.Base(cmd.Path), done) }()
	err := cmd.Wait()
	close(done)
	peak := <-seen
	if peak == 0 {
		peak = residentMost(cmd.ProcessState)
	}
	return peak, err
}

// watch looks at the high-water mark of a process of that name until done: what the kernel tells of an ended child, and of one
// that has not begun, can be the mark of the program that started it.
func watch(pid int, name string, done <-chan struct{}) float64 {
	begun := "Name:\t" + name[:min(len(name), 15)] + "\n" // which the kernel sets after the memory is the child's own
	var peak float64
	for {
		text, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
		if err == nil && strings.HasPrefix(string(text), begun) {
			if _, after, ok := strings.Cut(string(text), "VmHWM:"); ok {
				var kib float64
				if _, err := fmt.Sscan(after, &kib); err == nil {
					peak = max(peak, kib/1024)
				}
			}
		}
		select {
		case <-done:
			return peak
		case <-time.After(5 * time.Millisecond):
		}
	}
}
