package main

import (
	"bytes"
	"crypto/rand"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"syscall"

	"dure/dev/cluster"
)

// home is the folder of a sandbox. What it keeps between starts lies in kept.json (0600).
type home struct {
	dir  string
	lock *os.File
	kept
}

type kept struct {
	SecretsKey string             // 32 bytes as hexadecimal digits
	Stripe     map[string]account // the committees' accounts at the simulator, by committee
	Ports      map[string]int     // by what listens there
	Sown       bool               // the private database holds the whole seed
}

// account is what Stripe gives a committee.
type account struct{ Secret, Webhook string }

// openHome makes the folder if it isn't there, and refuses one whose sandbox runs. Reset takes away all that an earlier
// sandbox left in it, and nothing else.
func openHome(dir string, reset bool) (*home, error) {
	dir, err := filepath.Abs(dir)
	if err != nil {
		return nil, err
	}
	if err := os.MkdirAll(filepath.Join(dir, "log"), 0o711); err != nil {
		return nil, err
	}
	h := &home{dir: dir, kept: kept{Stripe: map[string]account{}, Ports: map[string]int{}}}
	if h.lock, err = os.OpenFile(h.path("lock"), os.O_CREATE|os.O_RDWR, 0o600); err != nil {
		return nil, err
	}
	if err := syscall.Flock(int(h.lock.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		return nil, errors.Join(fmt.Errorf("a sandbox runs in %s already: stop it, or set DURE_HOME and DURE_ADDR for a second one", dir), h.lock.Close())
	}
	left := []string{"sandbox.json", "serve.pid"} // they tell of a sandbox that answers
	if reset {
		left = append(left, "kept.json", "stripe.json")
		err = cluster.Remove(h.path("postgres"))
	}
	for _, name := range left {
		if e := os.Remove(h.path(name)); !errors.Is(e, os.ErrNotExist) {
			err = errors.Join(err, e)
		}
	}
	if err := errors.Join(err, h.recall()); err != nil {
		return nil, errors.Join(err, h.close())
	}
	return h, nil
}

// close lets another sandbox have the folder. Closing the file alone would not: a child that is just being forked has it too.
func (h *home) close() error {
	return errors.Join(syscall.Flock(int(h.lock.Fd()), syscall.LOCK_UN), h.lock.Close())
}

func (h *home) path(name string) string { return filepath.Join(h.dir, name) }

func (h *home) recall() error {
	text, err := os.ReadFile(h.path("kept.json"))
	if err == nil {
		err = json.Unmarshal(text, &h.kept)
	}
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		return fmt.Errorf("read what the sandbox keeps: %w", err)
	}
	if h.SecretsKey == "" {
		key := make([]byte, 32)
		rand.Read(key)
		h.SecretsKey = hex.EncodeToString(key)
	}
	return h.save()
}

func (h *home) save() error { return writeJSON(h.path("kept.json"), h.kept) }

// account gives the Stripe account of a committee, the same at each start.
func (h *home) account(committee string) (account, error) {
	if a, ok := h.Stripe[committee]; ok {
		return a, nil
	}
	h.Stripe[committee] = account{Secret: "sk_test_" + rand.Text(), Webhook: "whsec_" + rand.Text()}
	return h.Stripe[committee], h.save()
}

// listen opens a port for a part of the sandbox, that of the last start if it is free.
func (h *home) listen(what string) (net.Listener, error) {
	l, err := net.Listen("tcp", fmt.Sprintf("127.0.0.1:%d", h.Ports[what]))
	if err != nil {
		l, err = net.Listen("tcp", "127.0.0.1:0")
	}
	if err != nil {
		return nil, err
	}
	h.Ports[what] = l.Addr().(*net.TCPAddr).Port
	return l, h.save()
}

// writeJSON writes a file that only its owner reads, and that is whole whenever it is there.
func writeJSON(path string, v any) error {
	var text bytes.Buffer
	to := json.NewEncoder(&text)
	to.SetEscapeHTML(false)
	to.SetIndent("", "  ")
	if err := to.Encode(v); err != nil {
		return err
	}
	if err := os.WriteFile(path+".new", text.Bytes(), 0o600); err != nil {
		return err
	}
	return os.Rename(path+".new", path)
}
