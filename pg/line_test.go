package pg_test

import (
	"context"
	"errors"
	"net/url"
	"sync"
	"testing"
	"time"

	"github.com/jmoiron/sqlx"

	"dure/dev/gate"
	"dure/dev/pgtest"
	"dure/pg"
)

// through opens a test database by way of a gate.
func through(t *testing.T) (*sqlx.DB, *gate.Gate) {
	t.Helper()
	address, err := url.Parse(pgtest.URLs(t, pgtest.New(t)).Serve)
	if err != nil {
		t.Fatal(err)
	}
	g := gate.New(t, address.Host)
	address.Host = g.Address
	db, err := pg.Open(t.Context(), address.String())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		g.Cut() // so that nothing is waited for
		_ = db.Close()
	})
	return db, g
}

// fill makes the pool's idle connections so many.
func fill(t *testing.T, db *sqlx.DB, n int) {
	t.Helper()
	for range n {
		c, err := db.Connx(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		defer c.Close()
	}
}

// within runs f under a context of so long, and holds it to be done a second or so after that.
func within(t *testing.T, limit time.Duration, what string, f func(ctx context.Context) error) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), limit)
	defer cancel()
	began := time.Now()
	err := f(ctx)
	if took := time.Since(began); took > limit+3*time.Second {
		t.Errorf("%s takes %v under a context of %v", what, took, limit)
	}
	if err == nil {
		t.Errorf("%s succeeds with a server that is silent", what)
	}
}

func TestASilentServerIsGivenUpInTheHandshake(t *testing.T) {
	t.Parallel()
	g := gate.New(t, "127.0.0.1:1")
	g.Deafen()
	address := "postgres://dure_serve@" + g.Address + "/dure?sslmode=disable"
	within(t, 5*time.Second, "Open of a server that is silent", func(context.Context) error {
		db, err := pg.Open(context.Background(), address)
		if err == nil {
			db.Close()
		}
		return err
	})
	within(t, 500*time.Millisecond, "Open under a short context", func(ctx context.Context) error {
		db, err := pg.Open(ctx, address)
		if err == nil {
			db.Close()
		}
		return err
	})
}

func TestEveryReasonToHaveNoConnectionIsTold(t *testing.T) {
	t.Parallel()
	address, err := url.Parse(pgtest.URLs(t, pgtest.New(t)).Serve)
	if err != nil {
		t.Fatal(err)
	}
	nobody, nothing, stranger := *address, *address, *address
	nobody.Host, nothing.Path, stranger.User = "127.0.0.1:1", "/nowhere", url.User("nobody_of_this_name")
	for what, to := range map[string]url.URL{"nobody listens": nobody, "the database does not exist": nothing, "the role does not exist": stranger} {
		db, err := pg.Open(t.Context(), to.String())
		if err == nil {
			db.Close()
		}
		if !errors.Is(err, pg.ErrUnconnected) {
			t.Errorf("where %s, Open gives %v, not that there is no connection", what, err)
		}
	}
	db, err := pg.Open(t.Context(), address.String())
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if _, err := db.ExecContext(t.Context(), `select 1/0`); err == nil || errors.Is(err, pg.ErrUnconnected) {
		t.Errorf("a wrong statement gives %v, as if there were no connection", err)
	}
}

func TestNothingOutlivesItsContextInSilence(t *testing.T) {
	t.Parallel()
	for what, do := range map[string]func(ctx context.Context, db *sqlx.DB, silence func()) error{
		"a query": func(ctx context.Context, db *sqlx.DB, silence func()) error {
			silence()
			var n int
			return db.GetContext(ctx, &n, `select 1`)
		},
		"a query under way": func(ctx context.Context, db *sqlx.DB, silence func()) error {
			time.AfterFunc(100*time.Millisecond, silence)
			var n string
			return db.GetContext(ctx, &n, `select pg_sleep(0.3)::text`)
		},
		"a kept statement": func(ctx context.Context, db *sqlx.DB, silence func()) error {
			db.SetMaxOpenConns(1)
			keep(t, db)
			silence()
			var n int
			return db.GetContext(pg.Kept(ctx), &n, plus, 1)
		},
		"a kept statement under way": func(ctx context.Context, db *sqlx.DB, silence func()) error {
			db.SetMaxOpenConns(1)
			for range 2 {
				if _, err := db.ExecContext(pg.Kept(t.Context()), sleep, 0); err != nil {
					t.Fatal(err)
				}
			}
			time.AfterFunc(100*time.Millisecond, silence)
			_, err := db.ExecContext(pg.Kept(ctx), sleep, 0.3)
			return err
		},
		"a begin": func(ctx context.Context, db *sqlx.DB, silence func()) error {
			silence()
			_, err := db.BeginTxx(ctx, nil)
			return err
		},
		"a commit": func(ctx context.Context, db *sqlx.DB, silence func()) error {
			tx, err := db.BeginTxx(ctx, nil)
			if err != nil {
				t.Fatal(err)
			}
			silence()
			return tx.Commit()
		},
		"a whole transaction": func(ctx context.Context, db *sqlx.DB, silence func()) error {
			return pg.InTx(ctx, db, "test", []string{"lantern-street"}, func(tx *sqlx.Tx) error {
				silence()
				var n int
				return tx.GetContext(ctx, &n, `select 1`)
			})
		},
	} {
		t.Run(what, func(t *testing.T) {
			t.Parallel()
			db, g := through(t)
			within(t, time.Second, what, func(ctx context.Context) error { return do(ctx, db, g.Swallow) })
		})
	}
}

func TestThePoolRecoversFromSilence(t *testing.T) {
	t.Parallel()
	db, g := through(t)
	fill(t, db, pg.Connections)
	g.Swallow()
	within(t, time.Second, "a query", func(ctx context.Context) error { return db.PingContext(ctx) })
	g.Open()
	began := time.Now()
	for range 3 * pg.Connections { // whichever idle connection each of them gets
		ctx, cancel := context.WithTimeout(t.Context(), 4*time.Second)
		var n int
		if err := db.GetContext(ctx, &n, `select 1`); err != nil {
			t.Errorf("%v after the server answers again a query fails: %v", time.Since(began), err)
		}
		cancel()
	}
	if took := time.Since(began); took > 5*time.Second {
		t.Errorf("until all connections are sound again %v pass", took)
	}
}

// TestLocksThatAreLeftComeFreeThoughTheirHolderWaits has a transaction whose network swallows all hold one lock and wait for
// another: it must give up the first although nobody gives it the second. One whose network is sound waits on.
func TestLocksThatAreLeftComeFreeThoughTheirHolderWaits(t *testing.T) {
	t.Parallel()
	sound := pgtest.New(t)
	address, err := url.Parse(pgtest.URLs(t, sound).Serve)
	if err != nil {
		t.Fatal(err)
	}
	g := gate.New(t, address.Host)
	address.Host = g.Address
	left, err := pg.Open(t.Context(), address.String())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { g.Cut(); _ = left.Close() })

	const wanted, abandoned = 71, 72
	take := func(ctx context.Context, tx *sqlx.Tx, lock int) error {
		_, err := tx.ExecContext(ctx, `select pg_advisory_xact_lock($1)`, lock)
		return err
	}
	waiting := func(n int) {
		t.Helper()
		for deadline := time.Now().Add(20 * time.Second); ; time.Sleep(20 * time.Millisecond) {
			var is int
			if err := sound.Get(&is, `select count(*) from pg_locks where locktype = 'advisory' and not granted and objid = $1`, wanted); err != nil {
				t.Fatal(err)
			}
			if is == n {
				return
			}
			if time.Now().After(deadline) {
				t.Fatalf("%d wait for the lock, want %d", is, n)
			}
		}
	}
	var all sync.WaitGroup
	held, free := make(chan struct{}), make(chan struct{})
	all.Go(func() {
		err := pg.InTx(t.Context(), sound, "test", nil, func(tx *sqlx.Tx) error {
			if err := take(t.Context(), tx, wanted); err != nil {
				return err
			}
			close(held)
			for { // as one who works
				select {
				case <-free:
					return nil
				case <-time.After(time.Second):
					if err := take(t.Context(), tx, wanted); err != nil {
						return err
					}
				}
			}
		})
		if err != nil {
			t.Errorf("who holds the wanted lock: %v", err)
		}
	})
	<-held
	ctx, giveUp := context.WithCancel(t.Context())
	all.Go(func() {
		err := pg.InTx(ctx, left, "test", nil, func(tx *sqlx.Tx) error {
			if err := take(ctx, tx, abandoned); err != nil {
				return err
			}
			return take(ctx, tx, wanted)
		})
		if err == nil {
			t.Error("a transaction whose network swallows all is told to be done")
		}
	})
	waiting(1)
	g.Swallow()
	tries := 0
	all.Go(func() {
		err := pg.InTx(t.Context(), sound, "test", nil, func(tx *sqlx.Tx) error {
			tries++
			return take(t.Context(), tx, wanted)
		})
		if err != nil || tries < 2 {
			t.Errorf("who waits over a sound network comes to an end after %d tries: %v", tries, err)
		}
	})
	waiting(2)

	soon, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	for {
		var got bool
		if err := sound.GetContext(soon, &got, `select pg_try_advisory_xact_lock($1)`, abandoned); err != nil {
			t.Errorf("the lock that was left is not free, though its holder can't go on: %v", err)
			break
		}
		if got {
			break
		}
		time.Sleep(50 * time.Millisecond)
	}
	time.Sleep(time.Second) // so that who waits, too, has waited too long once
	close(free)
	giveUp()
	all.Wait()
}

func TestATransactionBeginsThoughAllConnectionsWereCut(t *testing.T) {
	t.Parallel()
	db, g := through(t)
	for range 5 {
		fill(t, db, pg.Connections)
		g.Cut()
		if err := pg.InTx(t.Context(), db, "test", nil, func(*sqlx.Tx) error { return nil }); err != nil {
			t.Errorf("a transaction after all idle connections were cut: %v", err)
		}
	}
}

func TestAContextThatEndsHarmsNoLaterUser(t *testing.T) {
	t.Parallel()
	db, _ := through(t)
	db.SetMaxOpenConns(1)
	for range 20 {
		ctx, cancel := context.WithCancel(t.Context())
		var n int
		if err := db.GetContext(ctx, &n, `select 1`); err != nil {
			t.Fatal(err)
		}
		cancel()
	}
	var slept string
	if err := db.GetContext(t.Context(), &slept, `select pg_sleep(1.5)::text`); err != nil {
		t.Errorf("a slow query on a connection of earlier users: %v", err)
	}
}
