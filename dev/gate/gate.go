// Package gate stands between a program and its server, and breaks the connections between them in the ways that networks
// do. It never ships.
package gate

import (
	"io"
	"net"
	"sync"
	"sync/atomic"
	"testing"
)

// Gate passes on what comes to Address, until it is told otherwise. Open opens it again.
type Gate struct {
	Address string // host:port on loopback; it stays the same

	to string
	t  testing.TB

	mu       sync.Mutex
	listener net.Listener
	deaf     bool
	passing  []*pair
}

// New gives an open gate to a server's host:port. It is taken down when the test ends.
func New(t testing.TB, to string) *Gate {
	t.Helper()
	g := &Gate{Address: "127.0.0.1:0", to: to, t: t}
	g.Open()
	t.Cleanup(g.Shut)
	return g
}

// Open passes new connections on. Those that were swallowed stay silent.
func (g *Gate) Open() { g.listen(false) }

// Swallow keeps all connections as they are and passes nothing on any more, ever, either way; new ones are taken and never
// answered. Nobody is told: so a network does that drops what it carries.
func (g *Gate) Swallow() {
	g.listen(true)
	g.mu.Lock()
	defer g.mu.Unlock()
	for _, p := range g.passing {
		p.swallowed.Store(true)
	}
}

// Deafen cuts what is there; new connections are taken and never answered. So does a server that hangs as it starts.
func (g *Gate) Deafen() {
	g.Shut()
	g.listen(true)
}

// Cut resets the connections there are, and goes on.
func (g *Gate) Cut() {
	g.mu.Lock()
	defer g.mu.Unlock()
	for _, p := range g.passing {
		p.reset()
	}
	g.passing = nil
}

// Shut resets the connections there are, and refuses new ones.
func (g *Gate) Shut() {
	g.mu.Lock()
	if g.listener != nil {
		g.listener.Close()
		g.listener = nil
	}
	g.mu.Unlock()
	g.Cut()
}

func (g *Gate) listen(deaf bool) {
	g.t.Helper()
	g.mu.Lock()
	defer g.mu.Unlock()
	g.deaf = deaf
	if g.listener != nil {
		return
	}
	l, err := net.Listen("tcp", g.Address)
	if err != nil {
		g.t.Fatal(err)
	}
	g.listener, g.Address = l, l.Addr().String()
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			go g.pass(c)
		}
	}()
}

func (g *Gate) pass(c net.Conn) {
	p := &pair{near: c}
	g.mu.Lock()
	p.swallowed.Store(g.deaf)
	g.passing = append(g.passing, p)
	g.mu.Unlock()
	if p.swallowed.Load() {
		_, _ = io.Copy(io.Discard, c)
		return
	}
	far, err := net.Dial("tcp", g.to)
	if err != nil {
		p.reset()
		return
	}
	p.mu.Lock()
	p.far = far
	over := p.over
	p.mu.Unlock()
	if over {
		far.Close()
		return
	}
	go p.carry(far, c)
	p.carry(c, far)
}

// pair is one connection through the gate: its two halves.
type pair struct {
	near      net.Conn
	swallowed atomic.Bool

	mu   sync.Mutex
	far  net.Conn // nil until the server is reached
	over bool
}

// carry brings what one half says to the other until either ends.
func (p *pair) carry(to, from net.Conn) {
	b := make([]byte, 32<<10)
	for {
		n, err := from.Read(b)
		if !p.swallowed.Load() {
			if _, err := to.Write(b[:n]); err != nil {
				break
			}
			if err != nil {
				to.Close()
				return
			}
		}
		if err != nil {
			break // where nothing is carried, neither is the end
		}
	}
	from.Close()
}

// reset ends both halves at once, as after a crash of what lies between.
func (p *pair) reset() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.over = true
	for _, c := range []net.Conn{p.near, p.far} {
		if tcp, ok := c.(*net.TCPConn); ok {
			_ = tcp.SetLinger(0)
			tcp.Close()
		}
	}
}
