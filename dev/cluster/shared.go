package cluster

import (
	"context"
	"crypto/rand"
	"database/sql"
	"errors"
	"os"
	"path/filepath"
	"syscall"
	"time"
)

// keeper runs PostgreSQL for as long as somebody uses it: until nobody has touched the file for two minutes. Then it
// empties the data folder. It is a shell so that it outlives whichever test program started it.
const keeper = `
	used=$1 data=$2; shift 2
	"$@" & pid=$!
	while kill -0 $pid 2>/dev/null && [ -n "$(find "$used" -mmin -2 2>/dev/null)" ]; do sleep 2; done
	kill -INT $pid 2>/dev/null
	wait $pid
	rm -rf "$data"/*`

// Shared joins the cluster of opts.Dir, and starts it if none runs there. It outlives this process: it ends by itself
// two minutes after the last process that used it, and its data with it. Nobody stops it.
func Shared(ctx context.Context, opts Options) (*Cluster, error) {
	c, program, err := prepare(ctx, opts)
	if err != nil {
		return nil, err
	}
	if err := lockFile(c.lock, syscall.LOCK_EX); err != nil {
		return nil, errors.Join(err, c.lock.Close())
	}
	defer unlock(c.lock)
	used := filepath.Join(c.Place, "used")
	if err := touch(used); err != nil {
		return nil, err
	}
	if c.joins(ctx) {
		c.use(used)
		return c, nil
	}
	if err := c.clear(); err != nil {
		return nil, err
	}
	c.data = filepath.Join(c.Place, "pg-"+rand.Text())
	args, err := c.ready(ctx, program, opts)
	if err != nil {
		return nil, err
	}
	words := append([]string{"-c", keeper, "keeper", used, c.data, filepath.Join(program.bin, "postgres")}, args...)
	log, err := os.OpenFile(c.logFile(), os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o600)
	if err != nil {
		return nil, err
	}
	defer log.Close()
	c.command = program.command("/bin/sh", words...)
	c.command.Stdout, c.command.Stderr = log, log
	c.command.SysProcAttr.Setsid = true // out of the terminal, and of what go test ends
	if err := c.command.Start(); err != nil {
		return nil, err
	}
	gone := make(chan struct{})
	go func() {
		defer close(gone)
		_ = c.command.Wait()
	}()
	c.ended = gone
	if err := c.answer(ctx, c.roles); err != nil {
		return nil, err
	}
	c.use(used)
	return c, nil
}

// joins tells whether the cluster that was kept here answers.
func (c *Cluster) joins(ctx context.Context) bool {
	if c.recall() != nil {
		return false
	}
	db, err := sql.Open("postgres", c.AdminURL("postgres"))
	if err != nil {
		return false
	}
	defer db.Close()
	return db.PingContext(ctx) == nil
}

// clear takes away what earlier runs left. A keeper that is just ending empties its own folder, never the next one's:
// each start makes a new one.
func (c *Cluster) clear() error {
	old, err := filepath.Glob(filepath.Join(c.Place, "pg-*"))
	for _, data := range old {
		err = errors.Join(err, endOrphan(data), os.RemoveAll(data))
	}
	return err
}

// use keeps the cluster up for as long as this process lives.
func (c *Cluster) use(file string) {
	go func() {
		for range time.Tick(20 * time.Second) {
			_ = touch(file) // when it can't be, the tests that follow say so
		}
	}()
}

func touch(file string) error {
	f, err := os.OpenFile(file, os.O_CREATE|os.O_WRONLY, 0o644)
	if err != nil {
		return err
	}
	defer f.Close()
	now := time.Now()
	return os.Chtimes(file, now, now)
}
