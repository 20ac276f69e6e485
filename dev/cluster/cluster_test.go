package cluster_test

import (
	"database/sql"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/lib/pq"

	"dure/dev/cluster"
)

func start(t *testing.T, dir string) *cluster.Cluster {
	t.Helper()
	c, err := cluster.Start(t.Context(), cluster.Options{Dir: dir, Fast: true})
	if err != nil {
		t.Fatalf("Start(%s): %v", dir, err)
	}
	return c
}

func exec(t *testing.T, url, statement string) error {
	t.Helper()
	db, err := sql.Open("postgres", url)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	_, err = db.ExecContext(t.Context(), statement)
	return err
}

func stop(t *testing.T, c *cluster.Cluster) {
	t.Helper()
	if err := c.Stop(); err != nil {
		t.Errorf("Stop: %v", err)
	}
}

func TestASecondStartKeepsDataAndAddresses(t *testing.T) {
	t.Parallel()
	dir := home(t)
	c := start(t, dir)
	if err := c.CreateDatabase(t.Context(), "village"); err != nil {
		t.Fatal(err)
	}
	if err := exec(t, c.AdminURL("village"), "create table wells (name text)"); err != nil {
		t.Errorf("the owner creates a table: %v", err)
	}
	admin := c.AdminURL("village")
	stop(t, c)
	if err := exec(t, admin, "select 1"); err == nil {
		t.Error("the server answers after Stop")
	}

	c = start(t, dir)
	defer stop(t, c)
	if err := exec(t, c.AdminURL("village"), "insert into wells values ('north')"); err != nil {
		t.Errorf("after a second start the table is gone: %v", err)
	}
	if got := c.AdminURL("village"); got != admin {
		t.Errorf("after a second start the address is %s, want %s", got, admin)
	}
	if err := c.CreateDatabase(t.Context(), "village"); err != nil {
		t.Errorf("CreateDatabase of one that is there: %v", err)
	}
	for range 2 {
		if err := c.DropDatabase(t.Context(), "village"); err != nil {
			t.Errorf("DropDatabase: %v", err)
		}
	}
	if err := exec(t, c.AdminURL("village"), "select 1"); err == nil {
		t.Error("the database answers after it was dropped")
	}
}

func TestTheServingRoleAndStrangersAreKeptOut(t *testing.T) {
	t.Parallel()
	c := start(t, home(t))
	defer stop(t, c)
	for what, err := range map[string]error{
		"the serving role creates a table":    exec(t, c.ServeURL("postgres"), "create table t (n int)"),
		"the serving role creates a database": exec(t, c.ServeURL("postgres"), "create database d"),
		"the owner makes a superuser":         exec(t, c.AdminURL("postgres"), "create role r superuser"),
	} {
		if e, ok := err.(*pq.Error); !ok || e.Code.Name() != "insufficient_privilege" {
			t.Errorf("%s: %v, want insufficient_privilege", what, err)
		}
	}
	for _, role := range []string{"postgres", cluster.Owner, cluster.Serve} {
		if err := exec(t, c.URL("postgres", role, "guess"), "select 1"); err == nil {
			t.Errorf("%s comes in with a wrong password", role)
		}
	}
}

func TestOneFolderRunsOneCluster(t *testing.T) {
	t.Parallel()
	dir := home(t)
	c := start(t, dir)
	defer stop(t, c)
	if _, err := cluster.Start(t.Context(), cluster.Options{Dir: dir}); err == nil || !strings.Contains(err.Error(), "runs already") {
		t.Errorf("a second Start in one folder: %v, want that it runs already", err)
	}
}

func TestALeftoverOfAKilledRunIsNoHindrance(t *testing.T) {
	t.Parallel()
	dir := home(t)
	c := start(t, dir)
	stop(t, c)
	folders, _ := filepath.Glob(filepath.Join(c.Place, "pg-*"))
	for _, d := range folders { // process 1 runs, and is no PostgreSQL
		if err := os.WriteFile(filepath.Join(d, "postmaster.pid"), []byte("1\n"+d+"\n"), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	stop(t, start(t, dir))
}

func TestRootsClosedFolderSendsTheDataAside(t *testing.T) {
	t.Parallel()
	if os.Getuid() != 0 {
		t.Skip("only root's clusters run as another user, who may not enter root's folders")
	}
	dir := filepath.Join(t.TempDir(), "postgres") // t.TempDir is open to its owner alone
	c := start(t, dir)
	stop(t, c)
	if strings.HasPrefix(c.Place, dir) {
		t.Errorf("the cluster of %s lies in %s, where PostgreSQL's user can't go", dir, c.Place)
	}
	if err := cluster.Remove(dir); err != nil {
		t.Error(err)
	}
	if _, err := os.Stat(c.Place); !os.IsNotExist(err) {
		t.Errorf("after Remove, %s: %v, want that it is gone", c.Place, err)
	}
}

func TestSharedIsJoinedByTheSecond(t *testing.T) {
	t.Parallel()
	opts := cluster.Options{Dir: home(t), Fast: true}
	first, err := cluster.Shared(t.Context(), opts)
	if err != nil {
		t.Fatal(err)
	}
	defer os.Remove(filepath.Join(first.Place, "used")) // the keeper sees that nobody uses it
	second, err := cluster.Shared(t.Context(), opts)
	if err != nil {
		t.Fatal(err)
	}
	if got, want := second.ServeURL("x"), first.ServeURL("x"); got != want {
		t.Errorf("the second Shared gives %s, want the first's %s", got, want)
	}
	if err := exec(t, second.ServeURL("postgres"), "select 1"); err != nil {
		t.Errorf("the joined cluster does not answer: %v", err)
	}
}

// home is a folder for a cluster. t.TempDir is closed to other users, and so would send root's clusters aside.
func home(t *testing.T) string {
	t.Helper()
	dir, err := os.MkdirTemp("", "dure-cluster-")
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(dir, 0o711); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = cluster.Remove(dir) })
	return dir
}
