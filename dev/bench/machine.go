package bench

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/jmoiron/sqlx"

	"dure/dev/cluster"
	"dure/pg"
)

// machine is what a run stands on: a private PostgreSQL, its programs, and the books that were made on it.
type machine struct {
	o       Options
	dir     string
	cluster *cluster.Cluster
	psql    string
	pgbench string
	payload string // what pgbench sends as an event
	stripe  *stripe

	mu   sync.Mutex
	made map[string]*books // by the name of their shape
}

// start looks for what is needed, says what is missing, and starts PostgreSQL.
func start(ctx context.Context, o Options) (m *machine, err error) {
	m = &machine{o: o, made: map[string]*books{}}
	if m.psql, m.pgbench, err = Programs(ctx); err != nil {
		return nil, err
	}
	if _, err := os.Stat(o.Dure); err != nil {
		return nil, fmt.Errorf("bench: the program to measure is not built: %w; make build", err)
	}
	if m.dir, err = os.MkdirTemp("", "dure-bench-"); err != nil {
		return nil, err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, m.stop())
		}
	}()
	if err := os.Chmod(m.dir, 0o711); err != nil { // root's PostgreSQL runs as another user
		return nil, err
	}
	payload, err := m.unpack()
	if err != nil {
		return nil, err
	}
	m.payload = string(payload)
	m.say("starting PostgreSQL in %s", m.dir)
	if m.cluster, err = cluster.Start(ctx, cluster.Options{Dir: filepath.Join(m.dir, "postgres")}); err != nil {
		return nil, err
	}
	if m.stripe, err = startStripe(); err != nil {
		return nil, err
	}
	return m, m.durable(ctx)
}

// stop ends PostgreSQL and takes everything away.
func (m *machine) stop() error {
	var err error
	for _, b := range m.made {
		err = errors.Join(err, b.owner.Close())
	}
	if m.stripe != nil {
		err = errors.Join(err, m.stripe.close())
	}
	if m.cluster != nil {
		err = errors.Join(err, m.cluster.Stop())
	}
	return errors.Join(err, cluster.Remove(filepath.Join(m.dir, "postgres")), os.RemoveAll(m.dir))
}

// Programs gives the paths of psql and pgbench: those beside the PostgreSQL that would run, or on the PATH. The error says which is
// missing.
func Programs(ctx context.Context) (psql, pgbench string, err error) {
	bin, err := cluster.Find(ctx)
	if err != nil {
		return "", "", err
	}
	find := func(name string) string {
		beside := filepath.Join(bin, name)
		if exec.CommandContext(ctx, beside, "--version").Run() == nil {
			return beside
		}
		there, lookErr := exec.LookPath(name)
		if lookErr != nil {
			err = errors.Join(err, fmt.Errorf("bench: %s is neither beside the PostgreSQL in %s nor on the PATH: install PostgreSQL's client programs "+
				"(Debian: apt-get install postgresql-15; Homebrew: brew install postgresql), or set PGBIN to a folder that has them", name, bin))
		}
		return there
	}
	psql, pgbench = find("psql"), find("pgbench")
	return psql, pgbench, err
}

// durable refuses a server that may lose what it has committed: nothing measured on it would count.
func (m *machine) durable(ctx context.Context) error {
	db, err := pg.Open(ctx, m.cluster.AdminURL("postgres"))
	if err != nil {
		return err
	}
	defer db.Close()
	for _, setting := range []string{"fsync", "synchronous_commit", "full_page_writes"} {
		var on string
		if err := db.GetContext(ctx, &on, "select current_setting($1)", setting); err != nil {
			return err
		}
		if on != "on" {
			return fmt.Errorf("bench: %s is %s; the server must run at its defaults", setting, on)
		}
	}
	return nil
}

// about tells what was measured on.
func (m *machine) about(ctx context.Context) string {
	said := []string{fmt.Sprintf("%d CPUs (%s)", runtime.NumCPU(), runtime.GOARCH)}
	if text, err := os.ReadFile("/proc/cpuinfo"); err == nil {
		for line := range strings.Lines(string(text)) {
			if name, value, ok := strings.Cut(line, ":"); ok && strings.TrimSpace(name) == "model name" {
				said = append(said, strings.TrimSpace(value))
				break
			}
		}
	}
	if text, err := os.ReadFile("/proc/meminfo"); err == nil {
		var kib int
		if _, err := fmt.Sscanf(string(text), "MemTotal: %d kB", &kib); err == nil {
			said = append(said, fmt.Sprintf("%d GiB of memory", (kib+1<<19)>>20))
		}
	}
	if db, err := pg.Open(ctx, m.cluster.AdminURL("postgres")); err == nil {
		var version, buffers string
		if db.GetContext(ctx, &version, "select current_setting('server_version')") == nil && db.GetContext(ctx, &buffers, "select current_setting('shared_buffers')") == nil {
			said = append(said, "PostgreSQL "+version+" at its defaults (shared_buffers "+buffers+", fsync and synchronous_commit on)")
		}
		db.Close()
	}
	said = append(said, runtime.Version(), runtime.GOOS, time.Now().UTC().Format("2006-01-02 15:04 UTC"))
	return strings.Join(said, ", ")
}

func (m *machine) say(format string, args ...any) {
	m.mu.Lock()
	defer m.mu.Unlock()
	fmt.Fprintf(m.o.Log, time.Now().UTC().Format("15:04:05 ")+format+"\n", args...)
}

// within bounds every program that a measurement runs.
const within = 15 * time.Minute

// script runs one of the reference's or this package's scripts by psql, and gives what it printed to out.
func (m *machine) script(ctx context.Context, url, file string, vars map[string]string, out io.Writer) error {
	args := []string{"-X", "-qAt", "-d", url}
	for _, name := range slices.Sorted(maps.Keys(vars)) {
		args = append(args, "-v", name+"="+vars[name])
	}
	return m.run(ctx, out, m.psql, append(args, "-f", file)...)
}

// run runs a program in the folder of the scripts until it ends.
func (m *machine) run(ctx context.Context, out io.Writer, program string, args ...string) error {
	ctx, cancel := context.WithTimeout(ctx, within)
	defer cancel()
	cmd := exec.CommandContext(ctx, program, args...)
	cmd.Dir = m.scripts()
	cmd.Env = []string{"PATH=" + os.Getenv("PATH"), "LC_ALL=C.UTF-8"}
	var said bytes.Buffer
	cmd.Stdout, cmd.Stderr = out, &said
	if err := cmd.Run(); err != nil {
		return fmt.Errorf("%s: %w\n%s", filepath.Base(program), errors.Join(err, ctx.Err()), tail(said.String()))
	}
	return nil
}

func tail(s string) string { return s[max(0, len(s)-2000):] }

// count asks a number of a database.
func count(ctx context.Context, db *sqlx.DB, query string, args ...any) (int64, error) {
	var n int64
	if err := db.GetContext(ctx, &n, query, args...); err != nil {
		return 0, fmt.Errorf("%s: %w", query, err)
	}
	return n, nil
}
