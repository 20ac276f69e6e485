package main_test

import (
	"bytes"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jmoiron/sqlx"
	"github.com/lib/pq"

	"dure/dev/cluster"
	"dure/dev/house"
	"dure/dev/stripesim"
	"dure/migrations"
	"dure/pg"
)

// flooded is a dure serve with a PostgreSQL of its own, in the middle of a flood of gifts and of Stripe's events.
type flooded struct {
	*served
	cluster *cluster.Cluster
	seed    uint64
	stop    chan struct{}
	people  sync.WaitGroup

	mu       sync.Mutex
	acked    map[string]bool   // events that were answered 200
	unstored int               // tries that were answered otherwise
	paid     map[string]string // givers, by the session that they paid
	away     map[string]int    // honest answers that gifts can't be taken now, by what was asked
	slowest  time.Duration     // of all answers
	wrong    []string          // what people must not see
}

// flood starts a cluster in a folder that its user can enter, and people who give until it ends.
func flood(t *testing.T, dir string, seed uint64) *flooded {
	t.Helper()
	c, err := cluster.Start(t.Context(), cluster.Options{Dir: dir, Small: true})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := c.Stop(); err != nil {
			t.Error(err)
		}
	})
	if err := c.CreateDatabase(t.Context(), "dure"); err != nil {
		t.Fatal(err)
	}
	open := func(address string) *sqlx.DB {
		db, err := pg.Open(t.Context(), address)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { db.Close() })
		return db
	}
	owner := open(c.AdminURL("dure"))
	if _, err := migrations.Up(t.Context(), owner.DB); err != nil {
		t.Fatal(err)
	}
	h := house.On(t, house.Grounds{
		DB: open(c.ServeURL("dure")), Owner: owner, SettleAfter: time.Millisecond, Doorless: true,
		Backoff: slices.Repeat([]time.Duration{100 * time.Millisecond, 300 * time.Millisecond, time.Second}, 40),
	})
	f := &flooded{
		cluster: c, seed: seed, stop: make(chan struct{}), acked: map[string]bool{}, paid: map[string]string{}, away: map[string]int{},
		served: serveOn(t, h, c.ServeURL("dure"), "DURE_GIVE_PER_MINUTE=0"),
	}
	post := httptest.NewServer(http.HandlerFunc(f.deliver))
	t.Cleanup(post.Close)
	h.Sim.AddEndpoint(stripeKey, post.URL, f.secret)
	for i := range 3 {
		f.people.Go(func() { f.giveOn(rune('a' + i)) })
	}
	f.people.Go(f.lookOn)
	return f
}

// deliver passes an event on to dure serve, and remembers which were acknowledged.
func (f *flooded) deliver(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadGateway)
		return
	}
	on, err := http.NewRequest(http.MethodPost, f.URL+"/webhooks/stripe/"+string(house.Committee), bytes.NewReader(body))
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadGateway)
		return
	}
	on.Header = r.Header
	began := time.Now()
	status, answer := f.do(on)
	f.noted("an event", began)
	var e struct{ ID string }
	_ = json.Unmarshal(body, &e)
	f.mu.Lock()
	switch {
	case status == http.StatusOK:
		f.acked[e.ID] = true
	default:
		f.unstored++
		if status < 500 {
			f.wrong = append(f.wrong, fmt.Sprintf("event %s was answered %d: %s", e.ID, status, answer))
		}
	}
	f.mu.Unlock()
	w.WriteHeader(max(status, http.StatusBadGateway*(1-min(status, 1)))) // nobody answers: 502
}

func (f *flooded) over() bool {
	select {
	case <-f.stop:
		return true
	default:
		return false
	}
}

// noted keeps how long the slowest answer took.
func (f *flooded) noted(what string, began time.Time) {
	f.mu.Lock()
	defer f.mu.Unlock()
	took := time.Since(began)
	f.slowest = max(f.slowest, took)
	if took > 22*time.Second {
		f.wrong = append(f.wrong, fmt.Sprintf("%s takes %v", what, took))
	}
}

// honest holds an answer that is no success against what people are owed: 503, when to try again, and the words.
func (f *flooded) honest(what string, res *http.Response, body string, words ...string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.away[what]++
	lacks := slices.DeleteFunc(words, func(w string) bool { return strings.Contains(body, w) })
	if res.StatusCode != http.StatusServiceUnavailable || res.Header.Get("Retry-After") == "" || len(lacks) > 0 {
		f.wrong = append(f.wrong, fmt.Sprintf("%s is answered %d, Retry-After %q, without %q:\n%.600s", what, res.StatusCode, res.Header.Get("Retry-After"), lacks, body))
	}
}

func (f *flooded) ask(what, method, address, body string) (*http.Response, string) {
	r, err := http.NewRequest(method, f.URL+address, strings.NewReader(body))
	if err != nil {
		panic(err)
	}
	if method == http.MethodPost {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	began := time.Now()
	res, err := f.client.Do(r)
	f.noted(what, began)
	if err != nil {
		f.mu.Lock()
		defer f.mu.Unlock()
		f.wrong = append(f.wrong, fmt.Sprintf("%s is not answered: %v", what, err))
		return nil, ""
	}
	defer res.Body.Close()
	b, _ := io.ReadAll(res.Body)
	return res, string(b)
}

// giveOn gives under one name after the other. A form that can't be taken is sent again until it is, as people do.
func (f *flooded) giveOn(who rune) {
	for n := 0; !f.over(); n++ {
		name := fmt.Sprintf("Giver%c%c%c%c", who, 'a'+n/676%26, 'a'+n/26%26, 'a'+n%26)
		fields := form("given_name", name, "email", strings.ToLower(name)+"@donor.example.org", "street", "1 "+name+" St")
		for !f.give1(name, fields.Get("token"), fields.Encode()) && !f.over() {
			time.Sleep(50 * time.Millisecond)
		}
	}
}

func (f *flooded) give1(name, token, body string) bool {
	res, page := f.ask("a form", http.MethodPost, "/give/"+house.ToCommittee, body)
	if res == nil {
		return false
	}
	to := res.Header.Get("Location")
	if res.StatusCode != http.StatusSeeOther || !strings.Contains(to, "/c/pay/") {
		f.honest("a form", res, page, "Nothing was charged", `value="`+name+`"`, token, "again in a")
		return false
	}
	session := path.Base(strings.SplitN(strings.SplitN(to, "?", 2)[0], "#", 2)[0])
	if out, err := f.Sim.Pay(session, stripesim.TestCard(house.Good).Of(name+" Featherstonehaugh")); err != nil || out.Result != stripesim.Paid {
		f.mu.Lock()
		f.wrong = append(f.wrong, fmt.Sprintf("%s can't pay: %v, %v", name, out.Result, err))
		f.mu.Unlock()
		return true
	}
	f.mu.Lock()
	f.paid[session] = name
	f.mu.Unlock()
	return true
}

// lookOn opens the drive's page again and again, and asks whether the site is ready and alive.
func (f *flooded) lookOn() {
	for !f.over() {
		if res, page := f.ask("the page", http.MethodGet, "/give/"+house.ToCommittee, ""); res != nil && (res.StatusCode != http.StatusOK || !strings.Contains(page, "<form")) {
			f.honest("the page", res, page, "Gifts can’t be taken at the moment", "Nothing was charged")
		}
		if res, why := f.ask("/readyz", http.MethodGet, "/readyz", ""); res != nil && res.StatusCode != http.StatusOK {
			f.mu.Lock()
			f.away["/readyz"]++
			if res.StatusCode != http.StatusServiceUnavailable || strings.TrimSpace(why) != "the database can't be reached" {
				f.wrong = append(f.wrong, fmt.Sprintf("/readyz answers %d %q", res.StatusCode, why))
			}
			f.mu.Unlock()
		}
		if res, _ := f.ask("/healthz", http.MethodGet, "/healthz", ""); res != nil && res.StatusCode != http.StatusOK {
			f.mu.Lock()
			f.wrong = append(f.wrong, fmt.Sprintf("/healthz answers %d", res.StatusCode))
			f.mu.Unlock()
		}
		time.Sleep(30 * time.Millisecond)
	}
}

// back waits until gifts are taken again after a fault, by themselves, and tells how long that took.
func (f *flooded) back(after string) {
	f.t.Helper()
	f.mu.Lock()
	before := len(f.paid)
	f.mu.Unlock()
	began := time.Now()
	f.until("gifts are taken again after "+after, func() bool {
		f.mu.Lock()
		defer f.mu.Unlock()
		return len(f.paid) > before+2
	})
	f.until("the site is ready after "+after, func() bool { return f.status("/readyz") == http.StatusOK })
	if took := time.Since(began); took > 20*time.Second {
		f.t.Errorf("seed %d: after %s it takes %v until gifts are taken again", f.seed, after, took)
	} else {
		f.t.Logf("%-76s gifts again within %v", after, took.Round(10*time.Millisecond))
	}
}

// end lets everybody finish, waits until all is settled, and holds what dure knows against what Stripe did.
func (f *flooded) end() {
	t := f.t
	t.Helper()
	close(f.stop)
	f.people.Wait()
	settled := `select count(*) from gifts where state = 'settled' and session = any($1)`
	var sessions []string
	for s := range f.paid {
		sessions = append(sessions, s)
	}
	began := time.Now()
	for deadline := began.Add(60 * time.Second); ; time.Sleep(100 * time.Millisecond) {
		waits := len(sessions) - f.Count(settled, pq.Array(sessions)) + f.Count(`
			select (select count(*) from events where state = 'waiting')
			     + (select count(*) from gifts g where state = 'settled' and not exists (select from processor_fees p where p.charge = g.charge))`)
		if waits == 0 {
			break
		}
		if time.Now().After(deadline) {
			var stuck string
			const what = `
				select string_agg(n || ' ' || what, E'\n')
				from (
					select count(*) as n, 'gifts ' || state || ' ' || array_to_string(held_for, ', ') as what from gifts group by 2
					union all
					select count(*), 'events ' || state || ' ' || type || ': ' || reason from events where state <> 'applied' group by 2
					union all
					select count(*), 'calls ' || state || ' ' || verb || ': ' || last_error from owed_calls where state <> 'done' group by 2
				) s`
			if err := f.DB.Get(&stuck, what); err != nil {
				t.Error(err)
			}
			t.Fatalf("seed %d: %d gifts, events or fees do not come to an end:\n%s", f.seed, waits, stuck)
		}
		if _, err := f.Sim.Advance(2 * time.Second); err != nil { // failed calls are put off
			t.Fatal(err)
		}
	}
	settling := time.Since(began)
	var events []string
	for id := range f.acked {
		events = append(events, id)
	}
	if n := f.Count(`select count(*) from events where state = 'applied' and id = any($1)`, pq.Array(events)); n != len(events) || n == 0 {
		t.Errorf("seed %d: %d events were acknowledged, %d of them are there and applied", f.seed, len(events), n)
	}
	if n := f.Count(`select count(*) from (select gift from receipts group by gift) r`); n != f.Count(`select count(*) from receipts`) || n != len(sessions) || n == 0 {
		t.Errorf("seed %d: %d gifts were paid, %d have a receipt", f.seed, len(sessions), n)
	}
	f.holdAgainstStripe(len(sessions))

	doctor := exec.CommandContext(t.Context(), f.exe, "doctor")
	doctor.Env = append(os.Environ(), "DATABASE_URL="+f.cluster.ServeURL("dure"), "DURE_CLOCK_URL="+f.SimURL+"/_sim/clock")
	if said, err := doctor.CombinedOutput(); err != nil {
		t.Errorf("seed %d: dure doctor: %v\n%s", f.seed, err, said)
	}
	_, metrics := f.get("/metrics")
	for _, want := range []string{
		`dure_http_seconds_count{route="/give/{drive}",status="5xx"}`, `dure_sweep_errors_total{work="events"}`, `dure_webhooks_total{result="not stored"}`,
	} {
		line := lineOf(metrics, want)
		if line == "" || strings.HasSuffix(line, " 0") && f.unstored > 0 {
			t.Errorf("seed %d: the metrics tell %q of %s", f.seed, line, want)
		}
	}
	if !strings.Contains(metrics, "\ndure_counts_ok 1\n") {
		t.Error("in the end the metrics lack counts")
	}
	if strings.Contains(f.Log.String(), "msg=broke") {
		t.Error("the log tells that the program broke")
	}
	slices.Sort(f.wrong)
	for i, w := range slices.Compact(f.wrong) {
		if i == 8 {
			t.Errorf("… and %d more", len(f.wrong)-i)
			break
		}
		t.Errorf("seed %d: %s", f.seed, w)
	}
	t.Logf("seed %d: %d gifts paid and settled (the last %v after the end), %d events acknowledged, %d tries not; honest answers %v; the slowest answer took %v",
		f.seed, len(sessions), settling.Round(10*time.Millisecond), len(events), f.unstored, f.away, f.slowest.Round(10*time.Millisecond))
}

// holdAgainstStripe counts the charges at Stripe: each gift has one, of each giver one.
func (f *flooded) holdAgainstStripe(want int) {
	f.t.Helper()
	var state struct {
		Accounts []struct {
			Charges []struct {
				Captured bool
				Metadata map[string]string
			}
		}
	}
	res, err := http.Get(f.SimURL + "/_sim/state")
	if err != nil {
		f.t.Fatal(err)
	}
	defer res.Body.Close()
	if err := json.NewDecoder(res.Body).Decode(&state); err != nil {
		f.t.Fatal(err)
	}
	byGift := map[string]int{}
	for _, a := range state.Accounts {
		for _, c := range a.Charges {
			if c.Captured {
				byGift[c.Metadata["dure_gift"]]++
			}
		}
	}
	for gift, n := range byGift {
		if n != 1 {
			f.t.Errorf("seed %d: gift %s was charged %d times", f.seed, gift, n)
		}
	}
	if len(byGift) != want {
		f.t.Errorf("seed %d: %d gifts were paid, Stripe took the money of %d", f.seed, want, len(byGift))
	}
	if n := f.Count(`select count(*) from (select given_name from gifts where state = 'settled' group by given_name having count(*) > 1) twice`); n != 0 {
		f.t.Errorf("seed %d: %d givers were charged twice", f.seed, n)
	}
}

// cutAll has PostgreSQL end all connections of dure serve.
func (f *flooded) cutAll() {
	f.t.Helper()
	if err := f.asOwner(`select pg_terminate_backend(pid) from pg_stat_activity where usename = 'dure_serve'`); err != nil {
		f.t.Fatal(err)
	}
}

// overflow writes a few pieces of PostgreSQL's log of changes, and tells whether it broke down over that: it ends, or goes
// through the log again and again.
func (f *flooded) overflow() bool {
	err := f.asOwner(`select pg_logical_emit_message(true, 'much', repeat('much', 300000)) from generate_series(1, 3)`)
	refused := (*pq.Error)(nil)
	return f.cluster.Gone() || err != nil && (!errors.As(err, &refused) || refused.Code.Class() == "57")
}

func (f *flooded) asOwner(statement string) error {
	db, err := sql.Open("postgres", f.cluster.AdminURL("dure")+"&connect_timeout=2")
	if err != nil {
		return err
	}
	defer db.Close()
	_, err = db.ExecContext(f.t.Context(), statement)
	return err
}
