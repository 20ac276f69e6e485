package bench

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"syscall"
	"time"

	"dure/dev/child"
)

// served is a program that serves at an address, as a child process.
type served struct {
	address string
	cmd     *exec.Cmd
	ended   <-chan struct{}
	log     string
}

// serve starts dure serve on the books and waits until it takes gifts and has looked once at what it looks at every ten seconds: it is
// measured as it runs, not as it starts. For the same reason its hourly reconciliation has just been.
func (m *machine) serve(ctx context.Context, b *books) (*served, error) {
	const reconciled = `
		insert into reconciliations (committee, books_cents, stripe_cents, named, unexplained, unexplained_cents, mended, actor)
		values ($1, 0, 0, 0, 0, 0, 0, 'bench')`
	if _, err := b.owner.ExecContext(ctx, reconciled, committee); err != nil {
		return nil, err
	}
	address, err := free()
	if err != nil {
		return nil, err
	}
	cmd := m.dure(context.WithoutCancel(ctx), b, "serve") // ended by its signal
	cmd.Env = append(cmd.Env, "DURE_ADDR="+address, "DURE_PUBLIC_URL=http://"+address)
	s, err := m.begin(ctx, cmd, address, "/readyz")
	if err != nil {
		return nil, err
	}
	select {
	case <-ctx.Done():
	case <-time.After(min(2*time.Second, m.o.Load/3)):
	}
	return s, nil
}

// hello starts chi's hello world.
func (m *machine) hello(ctx context.Context) (*served, error) {
	address, err := free()
	if err != nil {
		return nil, err
	}
	cmd := exec.Command(m.o.Hello[0], append(m.o.Hello[1:len(m.o.Hello):len(m.o.Hello)], address)...)
	return m.begin(ctx, cmd, address, "/")
}

func free() (string, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	defer l.Close()
	return l.Addr().String(), nil
}

// begin starts a program and waits until a path answers 200.
func (m *machine) begin(ctx context.Context, cmd *exec.Cmd, address, path string) (*served, error) {
	s := &served{address: address, cmd: cmd, log: m.file("serve.log")}
	log, err := os.Create(s.log)
	if err != nil {
		return nil, err
	}
	defer log.Close()
	cmd.Stdout, cmd.Stderr = log, log
	if s.ended, err = child.Start(cmd); err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeout(ctx, time.Minute)
	defer cancel()
	for {
		err := answers(ctx, "http://"+address+path)
		if err == nil {
			return s, nil
		}
		select {
		case <-s.ended:
			return nil, fmt.Errorf("%s ended by itself:\n%s", cmd.Path, s.said())
		case <-ctx.Done():
			return nil, errors.Join(fmt.Errorf("%s does not answer: %w\n%s", cmd.Path, err, s.said()), s.stop())
		case <-time.After(20 * time.Millisecond):
		}
	}
}

func answers(ctx context.Context, url string) error {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return err
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return err
	}
	defer res.Body.Close()
	if res.StatusCode != http.StatusOK {
		return errors.New(res.Status)
	}
	return nil
}

// said is the end of the program's log.
func (s *served) said() string {
	text, err := os.ReadFile(s.log)
	if err != nil {
		return err.Error()
	}
	return tail(string(text))
}

// stop ends the program in order, or at all costs.
func (s *served) stop() error {
	for _, signal := range []os.Signal{syscall.SIGTERM, os.Kill} {
		if err := s.cmd.Process.Signal(signal); errors.Is(err, os.ErrProcessDone) {
			break
		}
		select {
		case <-s.ended:
			return nil
		case <-time.After(30 * time.Second):
		}
	}
	<-s.ended
	return nil
}
