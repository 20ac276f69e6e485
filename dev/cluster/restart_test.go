package cluster_test

import (
	"testing"

	"dure/dev/cluster"
)

func TestARestartKeepsWhatWasCommitted(t *testing.T) {
	t.Parallel()
	c, err := cluster.Start(t.Context(), cluster.Options{Dir: home(t), Small: true})
	if err != nil {
		t.Fatal(err)
	}
	defer stop(t, c)
	if err := c.CreateDatabase(t.Context(), "village"); err != nil {
		t.Fatal(err)
	}
	address := c.AdminURL("village")
	if err := exec(t, address, "create table wells (name text)"); err != nil {
		t.Fatal(err)
	}
	for _, how := range []struct {
		name string
		end  func() error
	}{
		{"in order", func() error { return c.Restart(t.Context(), cluster.InOrder, 0) }},
		{"at once", func() error { return c.Restart(t.Context(), cluster.AtOnce, 0) }},
		{"when it never ended", func() error { return c.Revive(t.Context()) }},
	} {
		if err := exec(t, address, "insert into wells values ('"+how.name+"')"); err != nil {
			t.Fatal(err)
		}
		if err := how.end(); err != nil {
			t.Fatalf("restart %s: %v", how.name, err)
		}
		if c.Gone() {
			t.Errorf("after a restart %s the server is gone", how.name)
		}
		if err := exec(t, address, "select 1 / (select count(*) from wells where name = '"+how.name+"')"); err != nil {
			t.Errorf("after a restart %s a row is lost: %v", how.name, err)
		}
	}
}
