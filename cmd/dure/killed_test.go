package main_test

import (
	"flag"
	"fmt"
	"math/rand/v2"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/jmoiron/sqlx"

	"dure/civil"
	"dure/compliance"
	"dure/dev/house"
	"dure/dev/pgtest"
	"dure/dev/stripesim"
	"dure/ledger"
	"dure/money"
	"dure/pg"
	"dure/registry"
)

var (
	kills    = flag.Int("kills", 12, "how often dure serve is killed in the middle of its work")
	killSeed = flag.Uint64("killseed", 20261122, "draws the moments and Stripe's faults")
)

// killed is a dure serve that is killed and started again at the same address.
type killed struct {
	t       *testing.T
	exe     string
	env     []string
	address string

	mu  sync.Mutex
	cmd *exec.Cmd
}

func (k *killed) start() {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.cmd = exec.Command(k.exe, "serve")
	k.cmd.Env = k.env
	if err := k.cmd.Start(); err != nil {
		k.t.Error(err)
	}
}

// listens waits until the program takes connections.
func (k *killed) listens() {
	for deadline := time.Now().Add(30 * time.Second); ; time.Sleep(5 * time.Millisecond) {
		if c, err := net.Dial("tcp", k.address); err == nil {
			c.Close()
			return
		}
		if time.Now().After(deadline) {
			k.t.Error("dure serve does not listen within half a minute")
			return
		}
	}
}

// kill ends the program without a word of warning.
func (k *killed) kill() {
	k.mu.Lock()
	defer k.mu.Unlock()
	_ = k.cmd.Process.Kill()
	_ = k.cmd.Wait()
}

// given is what one giver did.
type given struct {
	name  string
	cents money.Cents
}

// TestProgramKilledAtAnyMoment lets people give while dure serve is killed again and again, and while Stripe fails, drops, doubles and
// shuffles. Then dure reconcile alone brings all to its end: each gift that was paid is settled once, nobody is charged twice, and books and
// report are those of the same gifts given to a program that nobody kills, beside a Stripe that tells everything.
func TestProgramKilledAtAnyMoment(t *testing.T) {
	t.Parallel()
	rng := rand.New(rand.NewPCG(*killSeed, 1))
	t.Logf("%d kills, seed %d", *kills, *killSeed)
	h := house.New(t)
	if err := h.Sim.SetFaults(stripesim.Faults{FailAPI: 0.1, Duplicate: 0.3, Drop: 0.15, Shuffle: true, Seed: *killSeed}); err != nil {
		t.Fatal(err)
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address := l.Addr().String()
	l.Close()
	secret, err := h.Accounts.WebhookSecret(t.Context(), house.Committee)
	if err != nil {
		t.Fatal(err)
	}
	const key = "sk_test_lanternstreet" // of the house's first committee
	k := &killed{t: t, exe: program(t), address: address, env: append(os.Environ(),
		"DATABASE_URL="+pgtest.URLs(t, h.DB).Serve, "DURE_ADDR="+address, "DURE_PUBLIC_URL=http://dure.example.org", "DURE_GIVE_PER_MINUTE=0",
		"STRIPE_SECRET_KEY="+key, "STRIPE_WEBHOOK_SECRET="+secret, "STRIPE_API_BASE="+h.SimURL, "DURE_CLOCK_URL="+h.SimURL+"/_sim/clock",
		"DURE_SECRETS_KEY=00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff",
	)}
	k.start()
	t.Cleanup(k.kill)
	h.Sim.AddEndpoint(key, "http://"+address+"/webhooks/stripe/"+string(house.Committee), secret)

	stop := make(chan bool)
	var givers sync.WaitGroup
	var paid sync.Map // what was given, by the session that was paid
	k.listens()
	began := time.Now()
	if session := giveAndPay(h, address, "Giverfirst", 250_00); session != "" {
		paid.Store(session, given{"Giverfirst", 250_00})
	}
	var gave, lives atomic.Int32
	life := int(max(700*time.Millisecond, 3*time.Since(began)).Milliseconds()) // a slow machine does not get so far in the same time
	for i := range 3 {
		givers.Go(func() {
			for n := 0; ; n++ {
				select {
				case <-stop:
					return
				default:
				}
				if gave.Load() > 7*(lives.Load()+1) { // enough for this life of the program
					time.Sleep(5 * time.Millisecond)
					n--
					continue
				}
				name := fmt.Sprintf("Giver%c%c%c", 'a'+i, 'a'+n/26%26, 'a'+n%26)
				cents := []money.Cents{25_00, 50_00, 250_00}[n%3] // the last has a row in the report
				if session := giveAndPay(h, address, name, cents); session != "" {
					paid.Store(session, given{name, cents})
					gave.Add(1)
				}
			}
		})
	}
	for range *kills {
		if rng.IntN(5) > 0 { // else it may not even have begun
			k.listens()
		}
		time.Sleep(time.Duration(50+rng.IntN(life)) * time.Millisecond)
		k.kill()
		k.start()
		lives.Add(1)
	}
	close(stop)
	givers.Wait()
	if err := h.Sim.SetFaults(stripesim.Faults{}); err != nil {
		t.Fatal(err)
	}
	k.kill() // for good
	for deadline := time.Now().Add(90 * time.Second); ; time.Sleep(200 * time.Millisecond) {
		reconcile := exec.CommandContext(t.Context(), k.exe, "reconcile")
		reconcile.Env = k.env
		told, err := reconcile.CombinedOutput()
		if code := reconcile.ProcessState.ExitCode(); code > 1 {
			t.Fatalf("seed %d: dure reconcile: exit %d, %v\n%s", *killSeed, code, err, told)
		}
		// only the card pages that nobody finished may be under way
		waits := h.Count(`
			select (select count(*) from gifts where state not in ('settled', 'released', 'lapsed', 'expired') and (payment_intent is not null or state not in ('open', 'pledged')))
			     + (select count(*) from gifts g where state = 'settled' and not exists (select from processor_fees f where f.charge = g.charge))`)
		paid.Range(func(session, _ any) bool { // of which Stripe may have told nothing yet
			waits += h.Count(`select count(*) from gifts where session = $1 and state <> 'settled'`, session)
			return true
		})
		if waits == 0 && err == nil {
			t.Logf("%s", told)
			break
		}
		if time.Now().After(deadline) {
			t.Fatalf("seed %d: %d gifts or fees do not come to an end:\n%s", *killSeed, waits, told)
		}
		if _, err := h.Sim.Advance(5 * time.Second); err != nil { // failed calls are put off
			t.Fatal(err)
		}
	}
	var all []given
	paid.Range(func(session, what any) bool {
		name := what.(given).name
		all = append(all, what.(given))
		if n := h.Count(`select count(*) from gifts g join receipts r on r.committee = g.committee and r.gift = g.id where g.session = $1`, session); n != 1 {
			t.Errorf("seed %d: the paid gift of %v has %d receipts", *killSeed, name, n)
		}
		return true
	})
	if settled := h.Count(`select count(*) from receipts`); settled != len(all) || settled == 0 {
		t.Errorf("seed %d: %d gifts were paid, %d are settled", *killSeed, len(all), settled)
	}
	if n := h.Count(`select count(*) from (select name from (select given_name as name, count(*) from gifts where state = 'settled' group by given_name having count(*) > 1) twice) who`); n != 0 {
		t.Errorf("seed %d: %d givers were charged twice", *killSeed, n)
	}
	calm := faultless(t, all)
	if diff := cmp.Diff(accountsAndLines(t, calm), accountsAndLines(t, h)); diff != "" {
		t.Errorf("seed %d: accounts and lines of the report (-nothing failed +killed and mended):\n%s", *killSeed, diff)
	}
	for _, c := range []registry.CommitteeID{house.Committee, house.Affiliate} {
		proofs, err := compliance.Examine(t.Context(), h.DB, c)
		if err != nil {
			t.Fatal(err)
		}
		for _, p := range proofs {
			if !p.Holds() {
				t.Errorf("seed %d: %s: facts %v, books %v", *killSeed, p.What, p.Facts, p.Books)
			}
		}
	}
	t.Logf("%d gifts were paid and settled", len(all))
}

// faultless is a house in which the same gifts are given, and nothing fails.
func faultless(t *testing.T, gifts []given) *house.House {
	t.Helper()
	h := house.New(t)
	for some := range slices.Chunk(gifts, 20) {
		var givers sync.WaitGroup
		for _, g := range some {
			givers.Go(func() { h.Pay(h.MustGive(h.Pledge(house.ToCommittee, g.cents, house.By(g.name))), house.Good) })
		}
		givers.Wait()
		h.Quiet()
	}
	return h
}

// accountsAndLines gives the balance of each account, and each line of the report that runs today.
func accountsAndLines(t *testing.T, h *house.House) map[string]string {
	t.Helper()
	today := h.Today()
	err := pg.InTx(t.Context(), h.DB, "test", []string{string(house.Committee)}, func(tx *sqlx.Tx) error {
		return compliance.OpenBooks(t.Context(), tx, house.Committee, civil.Of(today.Year(), time.January, 1), 1000_00)
	})
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]string{}
	balances, err := ledger.Balances(t.Context(), h.DB, house.Committee, today.Add(1), time.Time{})
	if err != nil {
		t.Fatal(err)
	}
	for account, cents := range balances {
		out["account "+string(account)] = cents.String()
	}
	reports, err := compliance.ReportList(t.Context(), h.DB, house.Committee, today.Year(), h.Sim.Now())
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range reports {
		if r.State != compliance.PeriodCurrent {
			continue
		}
		report, err := compliance.PreviewReport(t.Context(), h.DB, house.Committee, r.Name, time.Time{}, 1000)
		if err != nil {
			t.Fatal(err)
		}
		for _, line := range report.Lines {
			if line.A != nil {
				out["line "+string(line.Line)] = line.A.String()
			}
		}
		for _, section := range report.Sections {
			out["rows "+section.Form] = fmt.Sprint(len(section.Rows))
		}
	}
	if out["line 11(a)(iii)"] == "" || out["line 11(a)(iii)"] == "$0.00" || out["account stripe"] == "" {
		t.Errorf("the report of today has no gifts: %v", out)
	}
	return out
}

// giveAndPay sends one form again and again until it is taken, as a person would, and pays on the card page; it gives the session that was
// paid, or nothing where the site did not come back.
func giveAndPay(h *house.House, address, name string, cents money.Cents) string {
	body := form("given_name", name, "email", strings.ToLower(name)+"@donor.example.org", "street", "1 "+name+" St",
		"amount", "other", "amount_other", cents.Plain()).Encode()
	client := &http.Client{
		Timeout:       5 * time.Second,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	for range 100 {
		res, err := client.Post("http://"+address+"/give/"+house.ToCommittee, "application/x-www-form-urlencoded", strings.NewReader(body))
		if err != nil {
			time.Sleep(20 * time.Millisecond)
			continue
		}
		res.Body.Close()
		to := res.Header.Get("Location")
		if res.StatusCode != http.StatusSeeOther || !strings.Contains(to, "/c/pay/") {
			time.Sleep(20 * time.Millisecond)
			continue
		}
		session := path.Base(strings.SplitN(strings.SplitN(to, "?", 2)[0], "#", 2)[0])
		if out, err := h.Sim.Pay(session, stripesim.TestCard(house.Good).Of(name+" Featherstonehaugh")); err == nil && out.Result == stripesim.Paid {
			return session
		}
		return ""
	}
	return ""
}
