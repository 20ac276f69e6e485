package stripespec

import (
	"bufio"
	"encoding/json"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// Start runs stripe-mock with request bodies made strict, on a free port of the loopback, until the test ends, and gives
// its URL. It answers a request of the right shape with a fixture and any other with 400: an oracle for requests.
// Where stripe-mock can't be built the test is skipped, and says so.
func Start(t testing.TB) (url string) {
	t.Helper()
	from, err := folder()
	if err != nil {
		t.Skipf("SKIPPED, no oracle: %v", err)
	}
	work := t.TempDir()
	program := filepath.Join(work, "stripe-mock")
	if out, err := exec.Command("go", "build", "-o", program, "github.com/stripe/stripe-mock").CombinedOutput(); err != nil {
		t.Skipf("SKIPPED, no oracle: stripe-mock can't be built: %v\n%s", err, out)
	}
	spec := filepath.Join(work, "strict.json")
	if err := writeStrict(spec); err != nil {
		t.Fatalf("write the strict document: %v", err)
	}
	mock := exec.Command(program, "-http-addr", "127.0.0.1:0", "-https-addr", "127.0.0.1:0", "-spec", spec, "-fixtures", filepath.Join(from, "fixtures3.json"))
	out, err := mock.StdoutPipe()
	if err != nil {
		t.Fatalf("start stripe-mock: %v", err)
	}
	mock.Stderr = mock.Stdout
	if err := mock.Start(); err != nil {
		t.Fatalf("start stripe-mock: %v", err)
	}
	t.Cleanup(func() {
		mock.Process.Kill()
		mock.Wait()
	})
	address := make(chan string, 1)
	go func() {
		lines := bufio.NewScanner(out)
		for lines.Scan() {
			if _, at, ok := strings.Cut(lines.Text(), "Listening for HTTP at address: "); ok {
				address <- at
				break
			}
		}
		io.Copy(io.Discard, out)
	}()
	select {
	case at := <-address:
		return "http://" + at
	case <-time.After(30 * time.Second):
		t.Fatal("stripe-mock did not say where it listens within 30 s")
	}
	return ""
}

func writeStrict(path string) error {
	doc, err := document()
	if err != nil {
		return err
	}
	closeRequests(doc)
	body, err := json.Marshal(doc)
	if err != nil {
		return err
	}
	return os.WriteFile(path, body, 0o600)
}
