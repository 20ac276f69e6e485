package cluster

import (
	"context"
	"database/sql"
	"os"
	"syscall"
	"time"
)

// The ways to end a server before it starts again.
var (
	InOrder os.Signal = os.Interrupt    // connections are cut and open transactions rolled back
	AtOnce  os.Signal = syscall.SIGQUIT // as in a crash: it goes through its log of changes at the next start
)

// Restart ends the server in one of the ways, leaves it away for a while, and starts it again at the same address. It
// returns when the server answers.
func (c *Cluster) Restart(ctx context.Context, how os.Signal, away time.Duration) error {
	c.end(how, os.Kill)
	time.Sleep(away)
	return c.Revive(ctx)
}

// Gone tells whether the server has ended, as one does that can't write its log of changes.
func (c *Cluster) Gone() bool {
	select {
	case <-c.ended:
		return true
	default:
		return false
	}
}

// Revive starts a server that is gone again, as whoever keeps services up does, and returns when it answers.
func (c *Cluster) Revive(ctx context.Context) error {
	if c.Gone() {
		if err := endOrphan(c.data); err != nil {
			return err
		}
		if err := c.begin(os.O_APPEND); err != nil {
			return err
		}
	}
	return c.answer(ctx, func(ctx context.Context) error {
		db, err := sql.Open("postgres", c.AdminURL("postgres"))
		if err != nil {
			return err
		}
		defer db.Close()
		return db.PingContext(ctx)
	})
}
