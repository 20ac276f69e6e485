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
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"dure/compliance"
	"dure/dev/house"
	"dure/dev/pgtest"
	"dure/dev/stripesim"
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

// kill ends the program without a word of warning.
func (k *killed) kill() {
	k.mu.Lock()
	defer k.mu.Unlock()
	_ = k.cmd.Process.Kill()
	_ = k.cmd.Wait()
}

// TestProgramKilledAtAnyMoment lets people give while dure serve is killed again and again, and while Stripe fails, drops, doubles and
// shuffles. In the end each gift that was paid is settled once, and nobody is charged twice.
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
	k := &killed{t: t, exe: filepath.Join(t.TempDir(), "dure"), address: address, env: append(os.Environ(),
		"DATABASE_URL="+pgtest.URLs(t, h.DB).Serve, "DURE_ADDR="+address, "DURE_PUBLIC_URL=http://dure.example.org", "DURE_GIVE_PER_MINUTE=0",
		"STRIPE_SECRET_KEY="+key, "STRIPE_WEBHOOK_SECRET="+secret, "STRIPE_API_BASE="+h.SimURL, "DURE_CLOCK_URL="+h.SimURL+"/_sim/clock",
		"DURE_SECRETS_KEY=00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff",
	)}
	if out, err := exec.CommandContext(t.Context(), "go", "build", "-o", k.exe, ".").CombinedOutput(); err != nil {
		t.Fatalf("build dure: %v\n%s", err, out)
	}
	k.start()
	t.Cleanup(k.kill)
	h.Sim.AddEndpoint(key, "http://"+address+"/webhooks/stripe/"+string(house.Committee), secret)

	stop := make(chan bool)
	var givers sync.WaitGroup
	var paid sync.Map // sessions that were paid, by the giver
	for i := range 3 {
		givers.Go(func() {
			for n := 0; ; n++ {
				select {
				case <-stop:
					return
				default:
				}
				name := fmt.Sprintf("Giver%c%c%c", 'a'+i, 'a'+n/26%26, 'a'+n%26)
				if session := giveAndPay(h, address, name); session != "" {
					paid.Store(session, name)
				}
			}
		})
	}
	for range *kills {
		time.Sleep(time.Duration(50+rng.IntN(700)) * time.Millisecond)
		k.kill()
		k.start()
	}
	close(stop)
	givers.Wait()
	if err := h.Sim.SetFaults(stripesim.Faults{}); err != nil {
		t.Fatal(err)
	}
	k.kill()
	k.start() // it asks Stripe at once for what it never heard
	for deadline := time.Now().Add(90 * time.Second); ; time.Sleep(200 * time.Millisecond) {
		// only the card pages that nobody finished may be under way
		waits := h.Count(`
			select (select count(*) from gifts where state not in ('settled', 'released', 'lapsed', 'expired') and (payment_intent is not null or state not in ('open', 'pledged')))
			     + (select count(*) from gifts g where state = 'settled' and not exists (select from processor_fees f where f.charge = g.charge))`)
		paid.Range(func(session, _ any) bool { // of which Stripe may have told nothing yet
			waits += h.Count(`select count(*) from gifts where session = $1 and state <> 'settled'`, session)
			return true
		})
		if waits == 0 {
			break
		}
		if time.Now().After(deadline) {
			t.Fatalf("seed %d: %d gifts or fees do not come to an end", *killSeed, waits)
		}
		if _, err := h.Sim.Advance(5 * time.Second); err != nil { // failed calls are put off
			t.Fatal(err)
		}
	}
	gifts := 0
	paid.Range(func(session, name any) bool {
		gifts++
		if n := h.Count(`select count(*) from gifts g join receipts r on r.committee = g.committee and r.gift = g.id where g.session = $1`, session); n != 1 {
			t.Errorf("seed %d: the paid gift of %v has %d receipts", *killSeed, name, n)
		}
		return true
	})
	if settled := h.Count(`select count(*) from receipts`); settled != gifts || gifts == 0 {
		t.Errorf("seed %d: %d gifts were paid, %d are settled", *killSeed, gifts, settled)
	}
	if n := h.Count(`select count(*) from (select name from (select given_name as name, count(*) from gifts where state = 'settled' group by given_name having count(*) > 1) twice) who`); n != 0 {
		t.Errorf("seed %d: %d givers were charged twice", *killSeed, n)
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
	t.Logf("%d gifts were paid and settled", gifts)
}

// giveAndPay sends one form again and again until it is taken, as a person would, and pays on the card page; it gives the session that was
// paid, or nothing where the site did not come back.
func giveAndPay(h *house.House, address, name string) string {
	body := form("given_name", name, "email", strings.ToLower(name)+"@donor.example.org", "street", "1 "+name+" St", "amount", "25").Encode()
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
		if out, err := h.Sim.Pay(session, stripesim.TestCard(house.Good)); err == nil && out.Result == stripesim.Paid {
			return session
		}
		return ""
	}
	return ""
}
