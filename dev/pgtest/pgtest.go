// Package pgtest hands a test a migrated database of its own.
//
// The databases lie on one PostgreSQL that all test programs share. The first test that needs it starts it; it ends by
// itself two minutes after the last. With DURE_TEST_ADMIN_URL (or DURE_ADMIN_DATABASE_URL, or DATABASE_URL) set, that
// server is used and none is started; its user had best be a superuser, as databases and the role dure_serve are made there.
package pgtest

import (
	"cmp"
	"context"
	"crypto/rand"
	"crypto/sha256"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"

	"github.com/jmoiron/sqlx"
	"github.com/lib/pq"

	"dure/dev/cluster"
	"dure/migrations"
	"dure/pg"
)

// New gives a connection of the serving role to a fresh database with the current schema and no rows. The database is
// dropped when the test ends. When no PostgreSQL can be had the test fails and says what installs one.
func New(t testing.TB) *sqlx.DB {
	t.Helper()
	s, err := found()
	if err != nil {
		t.Fatalf("a test database: %v", err)
	}
	admin := open(t, s.admin("postgres"))
	name := "test_" + strings.ToLower(rand.Text())
	clone := "create database " + name + " template " + s.template + " strategy file_copy"
	if _, err := admin.ExecContext(t.Context(), clone); err != nil {
		t.Fatalf("make a test database: %v", err)
	}
	t.Cleanup(func() {
		if _, err := admin.ExecContext(context.Background(), "drop database "+name+" with (force)"); err != nil {
			t.Errorf("drop the test database: %v", err)
		}
	})
	return open(t, s.serve(name))
}

// Admin gives a connection of the schema's owner to the database that New gave.
func Admin(t testing.TB, db *sqlx.DB) *sqlx.DB {
	t.Helper()
	return open(t, URLs(t, db).Admin)
}

// Addresses are those of one database: for the role that serves, and for the schema's owner.
type Addresses struct{ Serve, Admin string }

// URLs are the addresses of the database that New gave, for programs that open it themselves.
func URLs(t testing.TB, db *sqlx.DB) Addresses {
	t.Helper()
	s, err := found()
	if err != nil {
		t.Fatal(err)
	}
	var name string
	if err := db.GetContext(t.Context(), &name, "select current_database()"); err != nil {
		t.Fatal(err)
	}
	return Addresses{Serve: s.serve(name), Admin: s.admin(name)}
}

// open opens a database as dure does.
func open(t testing.TB, address string) *sqlx.DB {
	t.Helper()
	db, err := pg.Open(t.Context(), address)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	return db
}

// server gives the addresses of a database by its name, and names the database that tests clone.
type server struct {
	admin, serve func(database string) string
	template     string
}

// found gives the server of this test program: it is looked for, or started, once.
var found = sync.OnceValues(func() (server, error) {
	ctx := context.Background()
	s, err := given(ctx)
	if err != nil {
		return s, err
	}
	s.template, err = s.makeTemplate(ctx)
	if err != nil {
		return s, fmt.Errorf("make the template: %w", err)
	}
	return s, nil
})

func given(ctx context.Context) (server, error) {
	address := cmp.Or(os.Getenv("DURE_TEST_ADMIN_URL"), os.Getenv("DURE_ADMIN_DATABASE_URL"), os.Getenv("DATABASE_URL"))
	if address != "" {
		return elsewhere(ctx, address)
	}
	dir, err := folder()
	if err != nil {
		return server{}, err
	}
	c, err := cluster.Shared(ctx, cluster.Options{Dir: dir, Fast: true, Log: os.Stderr})
	if err != nil {
		return server{}, err
	}
	return server{admin: c.AdminURL, serve: c.ServeURL}, nil
}

// folder is this user's own for the shared cluster: in memory where there is room, else on disk.
func folder() (string, error) {
	parent := os.TempDir()
	const memory, least = "/dev/shm", 1 << 30
	var s syscall.Statfs_t
	if err := syscall.Statfs(memory, &s); err == nil && uint64(s.Bsize)*s.Bavail > least {
		parent = memory
	}
	dir := filepath.Join(parent, fmt.Sprintf("dure-test-%d", os.Getuid()))
	if err := os.Mkdir(dir, 0o711); err != nil && !errors.Is(err, fs.ErrExist) {
		return "", err
	}
	info, err := os.Lstat(dir)
	if err != nil {
		return "", err
	}
	if own, ok := info.Sys().(*syscall.Stat_t); !info.IsDir() || !ok || int(own.Uid) != os.Getuid() {
		return "", fmt.Errorf("%s is another user's: take it away", dir)
	}
	return dir, nil
}

// elsewhere uses a server that somebody else runs.
func elsewhere(ctx context.Context, address string) (server, error) {
	admin, err := url.Parse(address)
	if err != nil {
		return server{}, err
	}
	serve := *admin
	serve.User = url.UserPassword(cluster.Serve, cluster.Serve)
	if d := os.Getenv("DATABASE_URL"); d != "" && d != address {
		u, err := url.Parse(d)
		if err != nil {
			return server{}, err
		}
		serve = *u
	}
	at := func(u url.URL) func(string) string {
		return func(database string) string { u.Path = "/" + database; return u.String() }
	}
	s := server{admin: at(*admin), serve: at(serve)}
	db, err := sql.Open("postgres", s.admin("postgres"))
	if err != nil {
		return s, err
	}
	defer db.Close()
	_, err = db.ExecContext(ctx, "create role "+cluster.Serve+" login password "+pq.QuoteLiteral(cluster.Serve))
	if e := (*pq.Error)(nil); errors.As(err, &e) && (e.Code.Name() == "duplicate_object" || e.Code.Name() == "insufficient_privilege") {
		return s, nil // it is there; or else the migrations say what is missing
	}
	return s, err
}

// makeTemplate makes, once for each content of the migrations, the database that tests clone, and gives its name. An
// advisory lock keeps test programs that run side by side from making it twice.
func (s server) makeTemplate(ctx context.Context) (string, error) {
	name, err := templateName()
	if err != nil {
		return "", err
	}
	admin, err := sql.Open("postgres", s.admin("postgres"))
	if err != nil {
		return "", err
	}
	defer admin.Close()
	lock, err := admin.Conn(ctx) // its end gives the lock back
	if err != nil {
		return "", err
	}
	defer lock.Close()
	const turn = 3473001
	if _, err := lock.ExecContext(ctx, "select pg_advisory_lock($1)", turn); err != nil {
		return "", err
	}

	var there bool
	const made = "select exists (select from pg_database where datname = $1)"
	if err := lock.QueryRowContext(ctx, made, name).Scan(&there); err != nil || there {
		return name, err
	}
	half := name + "_half"
	for _, statement := range []string{"drop database if exists " + half + " with (force)", "create database " + half} {
		if _, err := lock.ExecContext(ctx, statement); err != nil {
			return "", err
		}
	}
	if err := migrate(ctx, s.admin(half)); err != nil {
		return "", err
	}
	_, err = lock.ExecContext(ctx, "alter database "+half+" rename to "+name)
	return name, err
}

func migrate(ctx context.Context, address string) error {
	db, err := sql.Open("postgres", address)
	if err != nil {
		return err
	}
	_, err = migrations.Up(ctx, db)
	return errors.Join(err, db.Close())
}

// templateName tells one content of the migrations from another.
func templateName() (string, error) {
	hash := sha256.New()
	err := fs.WalkDir(migrations.FS, ".", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		text, err := migrations.FS.ReadFile(path)
		fmt.Fprintf(hash, "%s %d\n%s", path, len(text), text)
		return err
	})
	return fmt.Sprintf("dure_template_%x", hash.Sum(nil)[:8]), err
}
