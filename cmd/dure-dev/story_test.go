package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"dure/civil"
	"dure/dev/browser"
	"dure/dev/cluster"
)

// sandboxed builds the programs, starts a sandbox in a folder of its own, and gives what sandbox.json tells.
func sandboxed(t *testing.T) address {
	t.Helper()
	bin := t.TempDir()
	build := exec.CommandContext(t.Context(), "go", "build", "-o", bin+string(filepath.Separator), "dure/cmd/dure", "dure/cmd/dure-dev")
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("build: %v\n%s", err, out)
	}
	home := t.TempDir()
	ctx, stop := context.WithCancel(context.Background())
	dev := exec.CommandContext(ctx, filepath.Join(bin, "dure-dev"), "run")
	dev.Env = append(os.Environ(), "DURE_HOME="+home, "DURE_ADDR="+freeAddress(t), "DATABASE_URL=", "DURE_ADMIN_DATABASE_URL=")
	var said bytes.Buffer
	dev.Stdout, dev.Stderr = &said, &said
	dev.Cancel = func() error { return dev.Process.Signal(os.Interrupt) }
	dev.WaitDelay = time.Minute
	if err := dev.Start(); err != nil {
		t.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() { ended <- dev.Wait() }()
	t.Cleanup(func() {
		stop()
		<-ended
		if err := cluster.Remove(filepath.Join(home, "postgres")); err != nil { // as root it lies elsewhere
			t.Error(err)
		}
	})
	path := filepath.Join(home, "sandbox.json")
	for deadline := time.Now().Add(4 * time.Minute); ; time.Sleep(100 * time.Millisecond) {
		var a address
		if b, err := os.ReadFile(path); err == nil && json.Unmarshal(b, &a) == nil {
			return a
		}
		select {
		case err := <-ended:
			ended <- err
			t.Fatalf("the sandbox ended: %v\n%s", err, said.String())
		default:
		}
		if time.Now().After(deadline) {
			t.Fatalf("the sandbox does not answer within 4 minutes:\n%s", said.String())
		}
	}
}

// dure runs a command of the sandbox's program with its settings.
func (a address) run(t *testing.T, args ...string) (string, int) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), a.Dure, args...)
	cmd.Env = os.Environ()
	for name, value := range a.Env {
		cmd.Env = append(cmd.Env, name+"="+value)
	}
	out, err := cmd.CombinedOutput()
	if cmd.ProcessState == nil {
		t.Fatalf("dure %v: %v", args, err)
	}
	return string(out), cmd.ProcessState.ExitCode()
}

// currentReport is the name of the report that holds today.
func (a address) currentReport(t *testing.T) string {
	t.Helper()
	out, code := a.run(t, "report", "list", "--committee", a.Committee, "--json")
	var list []struct{ Period, From, Through string }
	if err := json.Unmarshal([]byte(out), &list); err != nil || code != 0 {
		t.Fatalf("dure report list: exit %d, %v\n%s", code, err, out)
	}
	for _, r := range list {
		if r.From <= a.Today && a.Today <= r.Through {
			return r.Period
		}
	}
	t.Fatalf("no report holds %s: %s", a.Today, out)
	return ""
}

// reported builds the current report, checks it, and gives it.
func (a address) reported(t *testing.T) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "report.fec")
	if out, code := a.run(t, "report", "build", "--committee", a.Committee, "--period", a.currentReport(t), "--out", file); code != 0 {
		t.Fatalf("dure report build: exit %d\n%s", code, out)
	}
	if out, code := a.run(t, "fec", "check", file); code != 0 {
		t.Fatalf("dure fec check: exit %d\n%s", code, out)
	}
	b, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// proved runs the doctor.
func (a address) proved(t *testing.T) {
	t.Helper()
	if out, code := a.run(t, "doctor"); code != 0 {
		t.Errorf("dure doctor: exit %d\n%s", code, out)
	}
}

// reconciled holds the books against the simulator, the whole history charge by charge: every difference has a name.
func (a address) reconciled(t *testing.T) {
	t.Helper()
	first := fmt.Sprintf("%d-01-01", civil.MustParse(a.Today).Year()-1)
	for _, c := range []struct {
		args  []string
		least int // settled charges
	}{
		{[]string{"reconcile", "--json"}, 100},
		{[]string{"reconcile", "--json", "--since", first}, 4000},
	} {
		out, code := a.run(t, c.args...)
		var told struct {
			Explained  bool
			Committees []struct {
				Balance struct {
					Stripe int64 `json:"stripe_cents"`
				}
				Charges []struct {
					State string
					Count int
				}
			}
		}
		if err := json.Unmarshal([]byte(out), &told); err != nil || code != 0 || !told.Explained || len(told.Committees) != 2 {
			t.Fatalf("dure %v: exit %d, %v\n%s", c.args, code, err, out)
		}
		settled := 0
		for _, committee := range told.Committees {
			if committee.Balance.Stripe <= 0 {
				t.Errorf("dure %v: Stripe holds %d cents", c.args, committee.Balance.Stripe)
			}
			for _, s := range committee.Charges {
				if s.State == "settled" {
					settled += s.Count
				}
			}
		}
		if settled < c.least {
			t.Errorf("dure %v compares %d settled charges, want at least %d", c.args, settled, c.least)
		}
	}
}

func TestGiftIsGivenPaidAndReported(t *testing.T) {
	t.Parallel()
	a := sandboxed(t)
	a.reconciled(t)
	t.Run("a script that knows the HTML alone", func(t *testing.T) { byScript(t, a) })
	t.Run("a person at a browser", func(t *testing.T) { inBrowser(t, a) })
	t.Run("a person in every language, without script", func(t *testing.T) { inEveryLanguage(t, a) })
	t.Run("a person while Stripe fails, and is slow", func(t *testing.T) { whileStripeFails(t, a) })
	a.proved(t)
	a.reconciled(t)
}

// giver is what a donor writes, by the names of the fields.
func giver(given, family string) map[string]string {
	return map[string]string{
		"every": "once", "amount": "other", "given_name": given, "family_name": family,
		"street": "7 Sample Terrace", "city": "Flushing", "state": "NY", "zip": "11354", "country": "US",
		"email": strings.ToLower(given) + "@example.org", "employer": "Terrace Bakery", "occupation": "Baker",
	}
}

func cardOf(holder string) map[string]string {
	return map[string]string{"card_number": "4242 4242 4242 4242", "exp": "12/34", "cvc": "123", "name": holder, "zip": "11354"}
}

func byScript(t *testing.T, a address) {
	v := newVisitor(t)
	for drive, amount := range map[string]string{a.Drives.PAC: "251.37", a.Drives.Candidate: "31.19"} {
		form := v.open(drive)
		if form.Status != 200 {
			t.Fatalf("%s answers %d", drive, form.Status)
		}
		fields := giver("Soondeok", "Testperson")
		fields["amount_other"] = amount
		for in := range find(form.Root, "input") {
			if strings.HasPrefix(attr(in, "name"), "attest") {
				fields[attr(in, "name")] = attr(in, "value")
			}
		}
		pay := v.submit(form, fields)
		if !strings.HasPrefix(pay.Address.String(), a.StripeSimulator) {
			t.Fatalf("after the form comes %s (%d): %s", pay.Address, pay.Status, pay.words())
		}
		thanks := v.submit(pay, cardOf("Soondeok Testperson"))
		if !strings.HasPrefix(thanks.Address.String(), a.Site+"/thanks/") {
			t.Fatalf("after the card comes %s (%d): %s", thanks.Address, thanks.Status, thanks.words())
		}
		waitFor(t, "the thanks page to tell the receipt", func() bool {
			return strings.Contains(v.open(thanks.Address.String()).words(), "$"+amount)
		})
		waitFor(t, "the receipt to come by mail", func() bool { return strings.Contains(v.open(a.Mail).words(), "Your receipt: $"+amount) })
	}
	waitFor(t, "both gifts to be in the report", func() bool {
		report := a.reported(t)
		return rowWith(report, "SA11AI", "Testperson", "251.37") && rowWith(report, "SA11AI", "Testperson", "31.19", "Earmarked for")
	})
}

func inBrowser(t *testing.T, a address) {
	p := browser.New(t)
	for i, drive := range []string{a.Drives.PAC, a.Drives.Candidate} {
		name := []string{"pac", "candidate"}[i]
		p.Size(390, 844)
		p.Open(drive)
		p.Shot("story-give-" + name + "-390")
		p.Size(1280, 900)
		p.Shot("story-give-" + name + "-1280")
		for field, value := range giver("Haneul", "Browserperson") {
			switch field {
			case "every":
			case "amount":
				p.Choose(field, value)
			default:
				p.Fill(field, value)
			}
		}
		p.Fill("amount_other", []string{"222.22", "44.44"}[i])
		p.Check("attest_own")
		p.Shot("story-filled-" + name + "-1280")
		p.Follow("form button[type=submit]")
		p.Shot("story-card-" + name + "-1280")
		for field, value := range cardOf("Haneul Browserperson") {
			p.Fill(field, value)
		}
		p.Follow("form.panel button")
		thanks := p.Address()
		if !strings.HasPrefix(thanks, a.Site+"/thanks/") {
			t.Fatalf("after the card the browser is at %s", thanks)
		}
		waitFor(t, "the browser's receipt", func() bool {
			p.Open(thanks)
			return strings.Contains(p.Text("main"), []string{"$222.22", "$44.44"}[i])
		})
		p.Shot("story-thanks-" + name + "-1280")
		p.Size(390, 844)
		p.Shot("story-thanks-" + name + "-390")
	}
	waitFor(t, "both gifts to be in the report", func() bool {
		report := a.reported(t)
		return rowWith(report, "SA11AI", "Browserperson", "222.22") && rowWith(report, "SA11AI", "Browserperson", "44.44", "Earmarked for")
	})
}

// rowWith tells whether a report has a row of a kind in which all the words stand.
func rowWith(report, kind string, words ...string) bool {
	for row := range strings.SplitSeq(report, "\r\n") {
		all := strings.HasPrefix(row, kind+"\x1c")
		for _, w := range words {
			all = all && strings.Contains(row, w)
		}
		if all {
			return true
		}
	}
	return false
}

func waitFor(t *testing.T, what string, ready func() bool) {
	t.Helper()
	for deadline := time.Now().Add(60 * time.Second); !ready(); time.Sleep(200 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("waited a minute for %s", what)
		}
	}
}

// freeAddress is an address of this machine at which nothing listens.
func freeAddress(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().String()
}
