package main_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"os"
	"os/exec"
	"regexp"
	"strings"
	"testing"
	"time"

	"dure/dev/house"
	"dure/dev/pgtest"
	"dure/dev/stripesim"
	"dure/donations"
	"dure/money"
)

// commander runs commands of the real program against a house.
type commander struct {
	*house.House
	t   *testing.T
	exe string
	env []string
}

func newCommander(t *testing.T) *commander {
	t.Helper()
	c := &commander{House: house.New(t), t: t, exe: program(t)}
	c.env = append(os.Environ(), houseSettings(t, c.House)...)
	return c
}

// houseSettings are those with which the program serves a house.
func houseSettings(t *testing.T, h *house.House) []string {
	t.Helper()
	secret, err := h.Accounts.WebhookSecret(t.Context(), house.Committee)
	if err != nil {
		t.Fatal(err)
	}
	return []string{
		"DATABASE_URL=" + pgtest.URLs(t, h.DB).Serve, "STRIPE_SECRET_KEY=sk_test_lanternstreet", "STRIPE_WEBHOOK_SECRET=" + secret,
		"STRIPE_API_BASE=" + h.SimURL, "DURE_CLOCK_URL=" + h.SimURL + "/_sim/clock",
		"DURE_SECRETS_KEY=00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff",
	}
}

// run runs a command; settings stand above the house's.
func (c *commander) run(settings []string, args ...string) (stdout, stderr string, status int) {
	c.t.Helper()
	var out, complaints bytes.Buffer
	cmd := exec.CommandContext(c.t.Context(), c.exe, args...)
	cmd.Env = append(append([]string{}, c.env...), settings...)
	cmd.Stdout, cmd.Stderr = &out, &complaints
	err := cmd.Run()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		c.t.Fatal(err)
	}
	return out.String(), complaints.String(), cmd.ProcessState.ExitCode()
}

// settled gives a gift whose money came.
func (c *commander) settled(drive string, cents money.Cents, who string) donations.Gift {
	c.t.Helper()
	g := c.MustGive(c.Pledge(drive, cents, house.By(who)))
	c.Pay(g, house.Good)
	c.Quiet()
	if g = c.Gift(g.ID); g.State != donations.Settled {
		c.t.Fatalf("the gift of %s is %s", who, g.State)
	}
	return g
}

// document is the part of dure reconcile --json that tests read.
type document struct {
	Explained  bool
	DryRun     bool `json:"dry_run"`
	Committees []struct {
		Committee string
		Since     *time.Time
		Balance   struct {
			Books      int64 `json:"books_cents"`
			Stripe     int64 `json:"stripe_cents"`
			Difference int64 `json:"difference_cents"`
		}
		Named []struct {
			Kind       string
			Count      int
			Cents      int64
			Difference int64 `json:"difference_cents"`
		}
		Mended []struct {
			What  string
			Count int
		}
		Unexplained []struct {
			What, Do, Gift string
			IDs            []string
			Difference     int64 `json:"difference_cents"`
		}
		UnexplainedCents int64 `json:"unexplained_cents"`
	}
}

func (c *commander) reconcileJSON(want int, args ...string) document {
	c.t.Helper()
	out, complaints, status := c.run(nil, append([]string{"reconcile", "--json"}, args...)...)
	var d document
	if err := json.Unmarshal([]byte(out), &d); err != nil || status != want {
		c.t.Fatalf("dure reconcile --json %v: exit %d, want %d; %v\n%s%s", args, status, want, err, out, complaints)
	}
	return d
}

func TestReconcileCommandOfTwoCommittees(t *testing.T) {
	t.Parallel()
	c := newCommander(t)
	c.settled(house.ToCommittee, 123400, "Abel")
	c.settled(house.ToAffiliate, 5000, "Bram")
	c.Advance(3 * 24 * time.Hour)
	c.Quiet()
	if _, err := c.Sim.Payout(stripesim.PayoutOrder{Account: c.Sim.AccountID("sk_test_harborlights"), DaysLate: 2}); err != nil {
		t.Fatal(err)
	}
	out, complaints, status := c.run(nil, "reconcile")
	if status != 0 || complaints != "" {
		t.Fatalf("exit %d, %s\n%s", status, complaints, out)
	}
	for _, line := range []string{
		`LANTERN STREET PAC \(lantern-street\), .*; movements since 20\d\d-\d\d-\d\d`,
		` {40,}books +Stripe +difference`,
		`Gifts charged +\$1,234\.00 +\$1,234\.00 +\$0\.00`, `Fees that Stripe kept +-\$36\.09 +-\$36\.09 +\$0\.00`,
		`Balance at Stripe +\$1,197\.91 +\$1,197\.91 +\$0\.00`,
		`HARBOR LIGHTS PAC \(harbor-lights\), .*`,
		`Payouts to the bank +\$0\.00 +-\$48\.25 +\$48\.25`, `Balance at Stripe +\$48\.25 +\$0\.00 +\$48\.25`,
		`  payout on its way to the bank +1 +\$48\.25 +\$48\.25`,
	} {
		if !regexp.MustCompile(`(?m)^` + line + `$`).MatchString(out) {
			t.Errorf("the table has no line %s", line)
		}
	}
	if n := strings.Count(out, "Every difference has a name."); n != 2 {
		t.Errorf("%d committees are explained, want two", n)
	}
	if t.Failed() {
		t.Log(out)
	}
	if n := c.Count(`select count(*) from reconciliations where unexplained = 0 and actor like 'command line, %'`); n != 2 {
		t.Errorf("%d reconciliations are kept, want two", n)
	}
	d := c.reconcileJSON(0, "--committee", "harbor-lights", "--since", c.Today().Add(-1).String())
	if len(d.Committees) != 1 || !d.Explained || d.Committees[0].Since == nil || d.Committees[0].Balance.Difference != 4825 ||
		len(d.Committees[0].Named) != 1 || d.Committees[0].Named[0].Difference != 4825 {
		t.Errorf("one committee since yesterday: %+v", d)
	}
}

func TestReconcileCommandMendsAndTellsWhatItCanNot(t *testing.T) {
	t.Parallel()
	c := newCommander(t)
	kept := c.settled(house.ToCommittee, 5000, "Abel")
	if err := c.Sim.SetFaults(stripesim.Faults{Drop: 1}); err != nil {
		t.Fatal(err)
	}
	lost := c.MustGive(c.Pledge(house.ToCommittee, 7000, house.By("Calla")))
	c.Pay(lost, house.Good)
	if _, err := c.Sim.Refund(stripesim.RefundOrder{Charge: kept.Charge, Amount: 1000}); err != nil {
		t.Fatal(err)
	}
	c.Quiet()
	c.Advance(2 * time.Hour)
	dry := c.reconcileJSON(1, "--dry-run")
	if !dry.DryRun || dry.Explained || dry.Committees[0].UnexplainedCents != 1000 || len(dry.Committees[0].Unexplained) != 2 || dry.Committees[0].Balance.Difference != 1000 {
		t.Errorf("a dry run: %+v", dry)
	}
	if n := c.Count(`select (select count(*) from refunds) + (select count(*) from reconciliations)`); n != 0 {
		t.Errorf("a dry run has written %d rows", n)
	}
	if d := c.reconcileJSON(0); !d.Explained || len(d.Committees[0].Mended) == 0 || d.Committees[0].Balance.Difference != 0 {
		t.Errorf("it mends: %+v", d)
	}
	if got := c.Gift(lost.ID).State; got != donations.Settled {
		t.Errorf("a gift of which no event told is %s after one reconcile", got)
	}
	if d := c.reconcileJSON(0); len(d.Committees[0].Mended) != 0 {
		t.Errorf("a second time it mends %+v", d.Committees[0].Mended)
	}

	const entry = `
		with entry as (
			insert into ledger_entries (committee, source, posted_on, text, digest, actor)
			values ($1, 'fee:txn_nowhere', $2, 'Fee', '', 'test') returning committee, id)
		insert into ledger_lines (committee, entry, n, account, cents, feeds)
		select e.committee, e.id, l.n, l.account, l.cents, l.feeds
		from entry e, (values (1, 'processor_fees', 5, '21(b)'), (2, 'stripe', -5, '')) l(n, account, cents, feeds)`
	if _, err := c.DB.Exec(entry, house.Committee, c.Today().String()); err != nil {
		t.Fatal(err)
	}
	d := c.reconcileJSON(1)
	if len(d.Committees) != 2 || len(d.Committees[0].Unexplained) != 1 || d.Committees[0].UnexplainedCents != 5 ||
		d.Committees[0].Unexplained[0].IDs[0] != "txn_nowhere" || d.Committees[0].Unexplained[0].Difference != -5 {
		t.Errorf("a fee that Stripe does not know: %+v", d)
	}
	out, complaints, status := c.run(nil, "reconcile", "--committee", "lantern-street")
	for _, told := range []string{"UNEXPLAINED: 1", "txn_nowhere", "difference -$0.05", "Stripe does not know it"} {
		if !strings.Contains(out, told) {
			t.Errorf("the table does not tell %q:\n%s", told, out)
		}
	}
	if status != 1 || complaints != "" {
		t.Errorf("exit %d, %s, want 1", status, complaints)
	}
}

func TestReconcileCommandThatCanNotRun(t *testing.T) {
	t.Parallel()
	c := newCommander(t)
	for _, r := range []struct {
		what     string
		settings []string
		args     []string
		says     string
	}{
		{"no such committee", nil, []string{"--committee", "nobody"}, "nobody"},
		{"no such day", nil, []string{"--since", "yesterday"}, "--since"},
		{"no such flag", nil, []string{"--mend"}, "--mend"},
		{"no account", []string{"STRIPE_SECRET_KEY="}, []string{"--committee", "lantern-street"}, "no Stripe account"},
		{"nobody answers at Stripe", []string{"STRIPE_API_BASE=http://127.0.0.1:1"}, []string{"--committee", "lantern-street"}, "ask Stripe"},
		{"no database", []string{"DATABASE_URL="}, nil, "DATABASE_URL"},
	} {
		t.Run(r.what, func(t *testing.T) {
			t.Parallel()
			out, complaints, status := c.run(r.settings, append([]string{"reconcile"}, r.args...)...)
			if status != 2 || !strings.Contains(complaints, r.says) || strings.Contains(out, "Every difference") {
				t.Errorf("exit %d, want 2 and a word of %q:\n%s%s", status, r.says, out, complaints)
			}
		})
	}
}

// TestServeReconcilesByItself starts dure serve beside a house whose Stripe tells it nothing.
func TestServeReconcilesByItself(t *testing.T) {
	t.Parallel()
	s := serveHouse(t)
	s.until("both committees are reconciled", func() bool {
		return s.Count(`select count(distinct committee) from reconciliations where actor = 'sweep' and unexplained = 0`) == 2
	})
	g := s.MustGive(s.Pledge(house.ToCommittee, 5000, house.By("Abel")))
	s.Pay(g, house.Good)
	s.until("the gift is settled, with its fee", func() bool {
		ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
		defer cancel()
		return s.Sim.Settle(ctx) == nil && s.Count(`select count(*) from processor_fees`) == 1
	})
	if err := s.Sim.SetFaults(stripesim.Faults{Drop: 1}); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Sim.Refund(stripesim.RefundOrder{Charge: s.Gift(g.ID).Charge, Amount: 700}); err != nil {
		t.Fatal(err)
	}
	s.Advance(3 * time.Hour) // it is time again, and past the two hours for which events are fetched
	for deadline := time.Now().Add(100 * time.Second); s.Count(`select count(*) from refunds where cents = 700`) != 1; time.Sleep(200 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatal("a refund of which no event told is not booked within 100 s")
		}
	}
	s.until("that is kept", func() bool {
		return s.Count(`select count(*) from reconciliations where mended > 0 and unexplained = 0`) == 1
	})
	_, metrics := s.get("/metrics")
	for _, told := range []string{`dure_reconcile_unexplained 0`, `dure_reconcile_unexplained_cents 0`, `dure_reconcile_age_seconds [0-9]`} {
		if !regexp.MustCompile(`(?m)^` + told).MatchString(metrics) {
			t.Errorf("the metrics do not tell %s", told)
		}
	}
}
