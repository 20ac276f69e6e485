package main_test

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"dure/dev/gate"
	"dure/dev/house"
	"dure/dev/pgtest"
	"dure/donations"
)

// served is a real dure serve beside a house whose database and Stripe it uses, the database by way of a gate.
type served struct {
	*house.House
	URL    string
	Gate   *gate.Gate
	Log    *written
	client *http.Client
	exe    string // the program
	secret string // with which Stripe signs the first committee's events
	t      *testing.T
	cmd    *exec.Cmd
	ended  chan struct{} // closed when the program is gone
}

// serveHouse starts dure serve with settings beside the usual ones, on a house of its own.
func serveHouse(t *testing.T, settings ...string) *served {
	t.Helper()
	h := house.New(t)
	s := serveOn(t, h, pgtest.URLs(t, h.DB).Serve, settings...)
	s.Sim.AddEndpoint(stripeKey, s.URL+"/webhooks/stripe/"+string(house.Committee), s.secret)
	return s
}

const stripeKey = "sk_test_lanternstreet" // of the house's first committee

// serveOn starts dure serve on a house, with the database at an address by way of a gate, and settings beside the usual ones.
func serveOn(t *testing.T, h *house.House, database string, settings ...string) *served {
	t.Helper()
	s := newServed(t, h)
	address, err := url.Parse(database)
	if err != nil {
		t.Fatal(err)
	}
	s.Gate = gate.New(t, address.Host)
	address.Host = s.Gate.Address
	if s.secret, err = s.Accounts.WebhookSecret(t.Context(), house.Committee); err != nil {
		t.Fatal(err)
	}
	s.start(append([]string{
		"DATABASE_URL=" + address.String(), "DURE_PUBLIC_URL=http://dure.example.org",
		"STRIPE_SECRET_KEY=" + stripeKey, "STRIPE_WEBHOOK_SECRET=" + s.secret, "STRIPE_API_BASE=" + s.SimURL, "DURE_CLOCK_URL=" + s.SimURL + "/_sim/clock",
		"DURE_SECRETS_KEY=" + sealing,
	}, settings...)...)
	return s
}

const sealing = "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff"

func newServed(t *testing.T, h *house.House) *served {
	return &served{House: h, Log: &written{}, t: t, exe: program(t), ended: make(chan struct{}), client: &http.Client{
		Timeout:       30 * time.Second,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		Transport:     &http.Transport{DisableKeepAlives: true},
	}}
}

// start starts dure serve with settings beside the usual ones, and waits until it is ready.
func (s *served) start(settings ...string) {
	s.t.Helper()
	s.cmd = exec.Command(s.exe, "serve", "--verbose")
	s.cmd.Env = append(os.Environ(), append([]string{"DURE_ADDR=127.0.0.1:0", "DURE_METRICS_TOKEN="}, settings...)...)
	s.cmd.Stderr = s.Log
	if err := s.cmd.Start(); err != nil {
		s.t.Fatal(err)
	}
	go func() {
		defer close(s.ended)
		_ = s.cmd.Wait() // how it ended stands in s.cmd.ProcessState
	}()
	s.t.Cleanup(func() {
		_ = s.cmd.Process.Kill()
		<-s.ended
		if s.t.Failed() {
			s.t.Logf("the log of dure serve:\n%s", troubles(s.Log.String()))
		}
	})
	listening := regexp.MustCompile(`msg=listening address=(\S+)`)
	s.until("dure serve listens", func() bool {
		if m := listening.FindStringSubmatch(s.Log.String()); m != nil {
			s.URL = "http://" + m[1]
		}
		return s.URL != ""
	})
	s.until("dure serve is ready", func() bool { return s.status("/readyz") == http.StatusOK })
}

// troubles gives a log as a failed test shows it: whole with -v, else the last that went wrong, so that the reason why the test
// failed is not buried under it.
func troubles(log string) string {
	const most = 25
	if testing.Verbose() {
		return log
	}
	var wrong []string
	for line := range strings.Lines(log) {
		if strings.Contains(line, "level=WARN") || strings.Contains(line, "level=ERROR") || !strings.Contains(line, "level=") {
			wrong = append(wrong, line[:min(len(line), 600)])
		}
	}
	left := max(0, len(wrong)-most)
	return fmt.Sprintf("(%d earlier warnings and all else: go test -v)\n%s", left, strings.Join(wrong[left:], ""))
}

// until waits for something that comes true.
func (s *served) until(what string, is func() bool) {
	s.t.Helper()
	for deadline := time.Now().Add(30 * time.Second); !is(); time.Sleep(50 * time.Millisecond) {
		if time.Now().After(deadline) {
			s.t.Fatalf("not within half a minute: %s", what)
		}
	}
}

// get asks for a page, with headers as pairs; status 0 when nobody answers.
func (s *served) get(path string, headers ...string) (status int, body string) {
	s.t.Helper()
	r, err := http.NewRequestWithContext(s.t.Context(), http.MethodGet, s.URL+path, nil)
	if err != nil {
		s.t.Fatal(err)
	}
	for i := 0; i < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	return s.do(r)
}

func (s *served) status(path string) int {
	s.t.Helper()
	status, _ := s.get(path)
	return status
}

// post sends a body.
func (s *served) post(path, kind, body string) (status int, answer string) {
	s.t.Helper()
	r, err := http.NewRequestWithContext(s.t.Context(), http.MethodPost, s.URL+path, strings.NewReader(body))
	if err != nil {
		s.t.Fatal(err)
	}
	r.Header.Set("Content-Type", kind)
	return s.do(r)
}

func (s *served) do(r *http.Request) (status int, body string) {
	res, err := s.client.Do(r)
	if err != nil {
		return 0, err.Error()
	}
	defer res.Body.Close()
	b, _ := io.ReadAll(res.Body)
	return res.StatusCode, string(b)
}

// form is a donor's, well filled; changes are pairs of field and value.
func form(changes ...string) url.Values {
	f := url.Values{
		"token": {string(donations.NewGiftID())}, "amount": {"25"}, "given_name": {"Marigold"}, "family_name": {"Featherstonehaugh"},
		"street": {"77 Pumpernickel Ln"}, "city": {"Wobbleton"}, "state": {"NY"}, "zip": {"11215"}, "country": {"US"}, "email": {"marigold@donor.example.org"},
		"employer": {"Thistledown Bindery"}, "occupation": {"Bookgilder"}, "attest_own": {"yes"}, "every": {"once"}, "lang": {"en"},
	}
	for i := 0; i < len(changes); i += 2 {
		f.Set(changes[i], changes[i+1])
	}
	return f
}

// give sends a form to a drive's page.
func (s *served) give(drive string, f url.Values) int {
	s.t.Helper()
	status, _ := s.post("/give/"+drive, "application/x-www-form-urlencoded", f.Encode())
	return status
}

// stop sends SIGTERM and waits for the end; it gives the exit status and how long that took.
func (s *served) stop() (exit int, took time.Duration) {
	s.t.Helper()
	began := time.Now()
	if err := s.cmd.Process.Signal(os.Interrupt); err != nil {
		s.t.Fatal(err)
	}
	return s.gone(began)
}

func (s *served) gone(began time.Time) (exit int, took time.Duration) {
	s.t.Helper()
	select {
	case <-s.ended:
	case <-time.After(40 * time.Second):
		s.t.Fatal("dure serve does not end within 40 s of its signal")
	}
	return s.cmd.ProcessState.ExitCode(), time.Since(began)
}

// written is what a program has written so far.
type written struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (w *written) Write(p []byte) (int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.b.Write(p)
}

func (w *written) String() string {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.b.String()
}
