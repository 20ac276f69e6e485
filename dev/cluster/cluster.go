// Package cluster runs a private PostgreSQL for the sandbox and the tests: its own data folder, its own port on
// loopback, its own passwords. It never ships.
package cluster

import (
	"context"
	"crypto/rand"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"syscall"
	"time"

	"github.com/lib/pq"

	"dure/dev/child"
)

// The roles of a cluster. The owner makes databases and everything in them; the serving role can neither drop nor
// alter. The bootstrap superuser, postgres, is used by this package alone.
const (
	Owner = "dure_owner"
	Serve = "dure_serve"
	super = "postgres"
)

// Options say where and how a cluster runs.
type Options struct {
	Dir   string    // the folder of the cluster; see Place for where the data lies when PostgreSQL can't enter it
	Port  int       // on 127.0.0.1; 0: the one used before if it is free, else any free one
	Fast  bool      // for tests: a crash of the machine may lose everything
	Small bool      // for tests on a small disk: the log of changes in pieces of 1 MB, at most a few of them kept
	Log   io.Writer // a line at the start of each long step; nil: none
}

// Cluster is a PostgreSQL server that answers.
type Cluster struct {
	Place string // where the data, the log and the passwords lie
	Port  int

	data      string // the folder that initdb makes
	program   postgres
	args      []string // of postgres
	passwords map[string]string
	command   *exec.Cmd
	ended     <-chan struct{} // closed when PostgreSQL is gone
	lock      *os.File
}

// kept is what a cluster remembers between starts, in cluster.json of its place (0600).
type kept struct {
	Port      int
	Passwords map[string]string // by role
}

// Start runs the cluster of opts.Dir as a child process, and makes it first if it isn't there. It returns when the
// server answers; the server ends with Stop, or with this process. It refuses a folder whose cluster runs already.
func Start(ctx context.Context, opts Options) (*Cluster, error) {
	c, program, err := prepare(ctx, opts)
	if err != nil {
		return nil, err
	}
	if err := lockFile(c.lock, syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		return nil, errors.Join(fmt.Errorf("the cluster of %s runs already: %w", opts.Dir, err), c.lock.Close())
	}
	c.data = filepath.Join(c.Place, fmt.Sprintf("pg-%d", program.major)) // no version reads another's
	c.program = program
	if c.args, err = c.ready(ctx, program, opts); err != nil {
		return nil, errors.Join(err, unlock(c.lock))
	}
	if err := c.begin(os.O_TRUNC); err != nil {
		return nil, errors.Join(err, unlock(c.lock))
	}
	if err := c.answer(ctx, c.roles); err != nil {
		return nil, errors.Join(err, c.Stop())
	}
	return c, nil
}

// begin starts the server, which answers a moment later. how opens its log.
func (c *Cluster) begin(how int) error {
	c.command = c.program.command(filepath.Join(c.program.bin, "postgres"), c.args...)
	log, err := os.OpenFile(c.logFile(), os.O_CREATE|os.O_WRONLY|how, 0o600)
	if err != nil {
		return err
	}
	defer log.Close()
	c.command.Stdout, c.command.Stderr = log, log
	c.ended, err = child.Start(c.command)
	return err
}

// Stop ends the server in order (open transactions are rolled back) and returns when it is gone.
func (c *Cluster) Stop() error {
	defer unlock(c.lock)
	c.end(os.Interrupt, syscall.SIGQUIT, os.Kill) // fast, immediate, at all costs
	return nil
}

// end sends signals, the next when the one before does not help, until the server is gone.
func (c *Cluster) end(signals ...os.Signal) {
	for _, s := range signals {
		if err := c.command.Process.Signal(s); errors.Is(err, os.ErrProcessDone) {
			break
		}
		select {
		case <-c.ended:
			return
		case <-time.After(20 * time.Second):
		}
	}
	<-c.ended
}

// AdminURL is the address of a database for the schema's owner, with which migrations and the seed run.
func (c *Cluster) AdminURL(database string) string {
	return c.URL(database, Owner, c.passwords[Owner])
}

// ServeURL is the address of a database for the serving role.
func (c *Cluster) ServeURL(database string) string {
	return c.URL(database, Serve, c.passwords[Serve])
}

// URL is the address of a database for any role.
func (c *Cluster) URL(database, user, password string) string {
	u := url.URL{
		Scheme: "postgres", User: url.UserPassword(user, password), Host: fmt.Sprintf("127.0.0.1:%d", c.Port), Path: database,
		RawQuery: "sslmode=disable",
	}
	return u.String()
}

// CreateDatabase makes a database of the owner's unless it is there.
func (c *Cluster) CreateDatabase(ctx context.Context, name string) error {
	err := c.execute(ctx, "create database "+pq.QuoteIdentifier(name))
	if e := (*pq.Error)(nil); errors.As(err, &e) && e.Code.Name() == "duplicate_database" {
		return nil
	}
	return err
}

// DropDatabase takes a database away, with the connections to it, if it is there.
func (c *Cluster) DropDatabase(ctx context.Context, name string) error {
	return c.execute(ctx, "drop database if exists "+pq.QuoteIdentifier(name)+" with (force)")
}

// execute runs a statement as the owner.
func (c *Cluster) execute(ctx context.Context, statement string) error {
	db, err := sql.Open("postgres", c.AdminURL("postgres"))
	if err != nil {
		return err
	}
	defer db.Close()
	_, err = db.ExecContext(ctx, statement)
	return err
}

// prepare finds the programs and opens the place of a cluster, whose lock the caller takes.
func prepare(ctx context.Context, opts Options) (*Cluster, postgres, error) {
	program, err := find(ctx)
	if err != nil {
		return nil, postgres{}, err
	}
	place, err := program.place(opts.Dir)
	if err != nil {
		return nil, postgres{}, err
	}
	lock, err := os.OpenFile(filepath.Join(place, "lock"), os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, postgres{}, err
	}
	return &Cluster{Place: place, passwords: map[string]string{}, lock: lock}, program, nil
}

// ready makes the data folder if it isn't there, ends what a killed run left, and gives the arguments of postgres.
// The caller holds the lock.
func (c *Cluster) ready(ctx context.Context, program postgres, opts Options) ([]string, error) {
	if opts.Log == nil {
		opts.Log = io.Discard
	}
	if err := c.remember(opts.Port); err != nil {
		return nil, err
	}
	if err := endOrphan(c.data); err != nil {
		return nil, err
	}
	if _, err := os.Stat(filepath.Join(c.data, "PG_VERSION")); err != nil {
		fmt.Fprintf(opts.Log, "making a PostgreSQL %d cluster in %s\n", program.major, c.data)
		if err := c.initdb(ctx, program, opts); err != nil {
			return nil, err
		}
	}
	args := []string{
		"-D", c.data, "-p", strconv.Itoa(c.Port), "-c", "listen_addresses=127.0.0.1", "-c", "unix_socket_directories=",
		"-c", "timezone=UTC", "-c", "log_timezone=UTC", "-c", "max_connections=200",
	}
	if opts.Fast {
		for _, s := range []string{
			"fsync=off", "synchronous_commit=off", "full_page_writes=off", "autovacuum=off",
			"wal_level=minimal", "max_wal_senders=0", "max_connections=500",
		} {
			args = append(args, "-c", s)
		}
	}
	if opts.Small {
		args = append(args, "-c", "min_wal_size=2MB", "-c", "max_wal_size=8MB")
	}
	return args, nil
}

// recall reads what the cluster kept from an earlier start.
func (c *Cluster) recall() error {
	text, err := os.ReadFile(filepath.Join(c.Place, "cluster.json"))
	if err != nil {
		return err
	}
	var k kept
	if err := json.Unmarshal(text, &k); err != nil {
		return fmt.Errorf("read what the cluster keeps: %w", err)
	}
	c.Port, c.passwords = k.Port, k.Passwords
	return nil
}

// remember settles port and passwords, those of an earlier start where they can be had, and keeps them.
func (c *Cluster) remember(port int) error {
	if err := c.recall(); err != nil && !errors.Is(err, os.ErrNotExist) {
		return err
	}
	if port != 0 {
		c.Port = port
	} else if free, err := freePort(c.Port); err == nil {
		c.Port = free
	} else if c.Port, err = freePort(0); err != nil {
		return err
	}
	for _, role := range []string{super, Owner, Serve} {
		if c.passwords[role] == "" {
			c.passwords[role] = rand.Text()
		}
	}
	text, err := json.Marshal(kept{c.Port, c.passwords})
	if err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(c.Place, "cluster.json"), text, 0o600)
}

func freePort(want int) (int, error) {
	l, err := net.Listen("tcp", fmt.Sprintf("127.0.0.1:%d", want))
	if err != nil {
		return 0, err
	}
	defer l.Close()
	return l.Addr().(*net.TCPAddr).Port, nil
}

// initdb makes the data folder beside its place and moves it there, so that an interrupted run leaves no half one.
func (c *Cluster) initdb(ctx context.Context, program postgres, opts Options) error {
	half, secret := c.data+".new", filepath.Join(c.Place, "password")
	for _, p := range []string{half, c.data} {
		if err := os.RemoveAll(p); err != nil {
			return err
		}
	}
	if err := os.Mkdir(half, 0o700); err != nil {
		return err
	}
	if err := os.WriteFile(secret, []byte(c.passwords[super]), 0o600); err != nil {
		return err
	}
	defer os.Remove(secret)
	if err := errors.Join(program.own(half), program.own(secret)); err != nil {
		return err
	}
	locale := "C.UTF-8"
	if runtime.GOOS == "darwin" {
		locale = "C"
	}
	args := []string{
		"-D", half, "-U", super, "--pwfile", secret, "-A", "scram-sha-256", "-E", "UTF8", "--locale", locale, "--no-instructions",
	}
	if opts.Fast {
		args = append(args, "--no-sync")
	}
	if opts.Small {
		args = append(args, "--wal-segsize", "1")
	}
	cmd := program.command(filepath.Join(program.bin, "initdb"), args...)
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("initdb: %w\n%s", err, out)
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	return os.Rename(half, c.data)
}

func (c *Cluster) logFile() string { return filepath.Join(c.Place, "postgres.log") }

// answer waits until the server answers what is asked.
func (c *Cluster) answer(ctx context.Context, ask func(context.Context) error) error {
	ctx, cancel := context.WithTimeout(ctx, time.Minute)
	defer cancel()
	for {
		err := ask(ctx)
		if err == nil {
			return nil
		}
		select {
		case <-c.ended:
			return c.died()
		case <-ctx.Done():
			return fmt.Errorf("PostgreSQL does not answer on port %d: %w", c.Port, err)
		case <-time.After(20 * time.Millisecond):
		}
	}
}

func (c *Cluster) died() error {
	text, err := os.ReadFile(c.logFile())
	if err != nil {
		return err
	}
	return fmt.Errorf("PostgreSQL ended by itself:\n%s", text[max(0, len(text)-2000):])
}

// roles gives the roles their rights and passwords, in the name of the superuser.
func (c *Cluster) roles(ctx context.Context) error {
	db, err := sql.Open("postgres", c.URL("postgres", super, c.passwords[super]))
	if err != nil {
		return err
	}
	defer db.Close()
	for role, rights := range map[string]string{Owner: "login createdb", Serve: "login"} {
		name, password := pq.QuoteIdentifier(role), pq.QuoteLiteral(c.passwords[role])
		_, err := db.ExecContext(ctx, "create role "+name+" "+rights+" password "+password)
		if e := (*pq.Error)(nil); errors.As(err, &e) && e.Code.Name() == "duplicate_object" {
			_, err = db.ExecContext(ctx, "alter role "+name+" "+rights+" password "+password)
		}
		if err != nil {
			return fmt.Errorf("make role %s: %w", role, err)
		}
	}
	// The owner may end the serving role's connections, as to drop a database that is still in use.
	if _, err := db.ExecContext(ctx, "grant pg_signal_backend to "+pq.QuoteIdentifier(Owner)); err != nil {
		return fmt.Errorf("give the owner its rights: %w", err)
	}
	return nil
}
