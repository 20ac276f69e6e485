package pg

import (
	"context"
	"database/sql/driver"
	"errors"
	"fmt"
	"net"
	"sync"
	"sync/atomic"
	"time"

	"github.com/lib/pq"
)

// How long a server that is silent is waited for.
const (
	connectWithin = 5 * time.Second // in the handshake, unless the address says connect_timeout
	answerWithin  = time.Second     // after the end of a context
)

// connector opens connections that never outlive their context in silence. When a context ends, pq asks the server to
// stop the statement, and then waits for the statement's end; from a server that hangs, or over a network that swallows
// all, it would wait for ever, with a BEGIN or a COMMIT even where nobody asked it to stop.
type connector struct {
	*pq.Connector
	silent *atomic.Pointer[time.Time] // when a connection was given up for its silence
	schema *atomic.Int64              // counts how often statements were kept of a schema that has changed since
}

// watched has the server end what is left of us there when we are gone without a word: a transaction whose locks others wait
// for, else until the kernel of the server gives up, which takes it hours.
var watched = map[string]string{
	"idle_in_transaction_session_timeout": "10s",
	"client_connection_check_interval":    "5s",
	"tcp_keepalives_idle":                 "10",
	"tcp_keepalives_interval":             "3",
	"tcp_keepalives_count":                "3",
	"tcp_user_timeout":                    "15s",
}

// compiled keeps the server from compiling statements: it guesses what following the joins of persons costs a thousandfold, and
// then spends a hundred times as long on the compiler as on the rows.
var compiled = map[string]string{"jit": "off"}

func newConnector(config pq.Config) (connector, error) {
	if config.ConnectTimeout == 0 {
		config.ConnectTimeout = connectWithin
	}
	if config.Runtime == nil {
		config.Runtime = map[string]string{}
	}
	for _, settings := range []map[string]string{watched, compiled} {
		for name, value := range settings {
			if _, said := config.Runtime[name]; !said {
				config.Runtime[name] = value
			}
		}
	}
	inner, err := pq.NewConnectorConfig(config)
	if err != nil {
		return connector{}, err
	}
	c := connector{inner, &atomic.Pointer[time.Time]{}, &atomic.Int64{}}
	inner.Dialer(dialer{&net.Dialer{
		KeepAliveConfig: net.KeepAliveConfig{Enable: true, Idle: 10 * time.Second, Interval: 3 * time.Second, Count: 3},
		Control:         endSilence,
	}})
	return c, nil
}

type newLine struct{}

// ErrUnconnected is among the errors of all that found no connection, whatever the server or the network said to it: a server
// that comes up from a full disk refuses with an internal error of its own.
var ErrUnconnected = errors.New("no connection to the database")

// Connect opens a connection; the handshake, too, ends with ctx.
func (c connector) Connect(ctx context.Context) (driver.Conn, error) {
	l, known := &line{ctx: ctx, silent: c.silent}, c.schema.Load()
	inner, err := c.Connector.Connect(context.WithValue(ctx, newLine{}, l))
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrUnconnected, err)
	}
	return &conn{
		pqConn: inner.(pqConn), line: l, schema: c.schema, known: known, statements: map[string]driver.Stmt{}, once: map[string]bool{},
	}, nil
}

// dialer dials for pq, and puts a line under the connections of the pool. Those that carry the wish to stop a statement are
// short: who wishes it waits for their end.
type dialer struct{ *net.Dialer }

func (d dialer) DialTimeout(network, address string, timeout time.Duration) (net.Conn, error) {
	ctx, cancel := context.WithTimeout(context.Background(), timeout)
	defer cancel()
	return d.DialContext(ctx, network, address)
}

func (d dialer) DialContext(ctx context.Context, network, address string) (net.Conn, error) {
	l, pooled := ctx.Value(newLine{}).(*line)
	if !pooled {
		return d.wish(ctx, network, address)
	}
	c, err := d.Dialer.DialContext(ctx, network, address)
	if err != nil {
		return nil, err
	}
	l.Conn = c
	return l, nil
}

func (d dialer) wish(ctx context.Context, network, address string) (net.Conn, error) {
	end := time.Now().Add(answerWithin)
	ctx, cancel := context.WithDeadline(ctx, end)
	defer cancel()
	c, err := d.Dialer.DialContext(ctx, network, address)
	if err != nil {
		return nil, err
	}
	return wish{c}, c.SetDeadline(end)
}

// wish is the way of a wish to stop a statement; its end is fixed.
type wish struct{ net.Conn }

func (wish) SetDeadline(time.Time) error { return nil }

// line is the way to the server. A read or write ends soon after the context for which it is done.
type line struct {
	net.Conn
	silent *atomic.Pointer[time.Time]

	mu    sync.Mutex
	ctx   context.Context
	turn  int       // counts reads and writes
	heard time.Time // when a read last gave something
}

// serve names the context for which the next reads and writes are done.
func (l *line) serve(ctx context.Context) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.ctx = ctx
}

func (l *line) Write(p []byte) (int, error) { return l.within(l.Conn.Write, p) }

func (l *line) Read(p []byte) (int, error) {
	n, err := l.within(l.Conn.Read, p)
	if err == nil {
		l.mu.Lock()
		defer l.mu.Unlock()
		l.heard = time.Now()
	}
	return n, err
}

func (l *line) within(do func([]byte) (int, error), p []byte) (int, error) {
	l.mu.Lock()
	turn, ctx := l.turn, l.ctx
	l.mu.Unlock()
	if ctx.Done() != nil {
		stop := context.AfterFunc(ctx, func() {
			time.AfterFunc(answerWithin, func() { l.giveUp(turn) })
		})
		defer stop()
	}
	n, err := do(p)
	l.mu.Lock()
	defer l.mu.Unlock()
	l.turn++
	return n, err
}

// giveUp ends a read or write that is still under way.
func (l *line) giveUp(turn int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.turn != turn {
		return
	}
	now := time.Now()
	l.silent.Store(&now)
	_ = l.Conn.SetDeadline(now) // the error is that of a closed connection
}

// suspect tells whether another connection was given up since this one last heard of the server: what swallowed that one may
// have swallowed this one too.
func (l *line) suspect() bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	silent := l.silent.Load()
	return silent != nil && l.heard.Before(*silent)
}
