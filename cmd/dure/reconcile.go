package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"
	"time"

	"github.com/jmoiron/sqlx"

	"dure/civil"
	"dure/donations"
	"dure/migrations"
	"dure/money"
	"dure/registry"
	"dure/webhooks"
)

type reconcileCmd struct {
	Committee string `placeholder:"SLUG" help:"Only this committee; else all that have a Stripe account."`
	Since     string `placeholder:"DAY" help:"Compare movement by movement from this day on, such as 2026-01-01; all before by the balance."`
	DryRun    bool   `help:"Mend nothing: only compare."`
	JSON      bool   `help:"Print one JSON document."`
}

// Help tells what is compared.
func (reconcileCmd) Help() string {
	return `Holds the books against Stripe to the cent: charges, fees, refunds, disputes, payouts, and the balance. What Stripe knows and
the books do not is asked for and booked. Movements of the last 35 days are compared one by one; all before is proved by the balance, and
compared too where the balance shows a difference.

Exit status 0 when every difference is a named item, 1 when one is unexplained, 2 when Stripe or the database can't be asked.

  dure reconcile
  dure reconcile --committee long-table --since 2026-01-01
  dure reconcile --dry-run --json`
}

// comparedSince is how far back movements are compared one by one where nobody says.
const comparedSince = 35 * 24 * time.Hour

// Run reconciles each committee, mends what it may, keeps and prints the outcome.
func (c reconcileCmd) Run(ctx context.Context, s *settings) error {
	var from civil.Day
	if c.Since != "" {
		var err error
		if from, err = civil.Parse(c.Since); err != nil {
			return fmt.Errorf("--since is a day, such as 2026-01-01: %w", err)
		}
	}
	db, err := s.database(ctx)
	if err != nil {
		return err
	}
	defer db.Close()
	if err := migrations.Check(ctx, db.DB); err != nil {
		return err
	}
	now, err := s.clock()
	if err != nil {
		return err
	}
	accounts, err := s.accounts(db)
	if err != nil {
		return err
	}
	committees, err := c.committees(ctx, db, accounts)
	if err != nil {
		return err
	}
	r := reconciler{db: db, accounts: accounts, now: now}
	if !c.DryRun {
		if err := r.askAll(ctx); err != nil {
			return err
		}
	}
	var done []reconciled
	var failed []error
	for _, committee := range committees {
		how := donations.Asking{Since: now().Add(-comparedSince), DryRun: c.DryRun}
		if c.Since != "" {
			y, m, d := from.Date()
			how.Since, how.Exact = time.Date(y, m, d, 0, 0, 0, 0, committee.Location()), true
		}
		found, err := r.one(ctx, commandLine(), committee.ID, how)
		if err != nil {
			failed = append(failed, err) // the other committees are looked at all the same
			continue
		}
		done = append(done, reconciled{committee, found})
	}
	if c.JSON && len(failed) == 0 {
		err = printJSON(asJSON(done, c.DryRun))
	} else if !c.JSON {
		for _, d := range done {
			if _, err = os.Stdout.WriteString(d.table()); err != nil {
				break
			}
		}
	}
	if failed = append(failed, err); errors.Join(failed...) != nil {
		return errors.Join(failed...)
	}
	for _, d := range done {
		if !d.Explained() {
			return errFindings
		}
	}
	return nil
}

// committees gives those to reconcile.
func (c reconcileCmd) committees(ctx context.Context, db *sqlx.DB, accounts *donations.Accounts) ([]registry.Committee, error) {
	if c.Committee != "" {
		one, err := findCommittee(ctx, db, c.Committee)
		return []registry.Committee{one}, err
	}
	all, err := registry.Committees(ctx, db)
	if err != nil {
		return nil, err
	}
	var out []registry.Committee
	for _, one := range all {
		if has, err := accounts.HasAccount(ctx, one.ID); err != nil {
			return nil, err
		} else if has {
			out = append(out, one)
		}
	}
	if len(out) == 0 {
		return nil, errors.New("no committee has a Stripe account here: set STRIPE_SECRET_KEY, or run dure committee stripe")
	}
	return out, nil
}

// reconciler holds books against Stripe, for the command and for dure serve.
type reconciler struct {
	db       *sqlx.DB
	accounts *donations.Accounts
	now      func() time.Time
}

// one reconciles a committee, and keeps the outcome unless nothing was to be mended.
func (r reconciler) one(ctx context.Context, actor string, committee registry.CommitteeID, how donations.Asking) (donations.Reconciliation, error) {
	how.Hear = func(ctx context.Context, since time.Time) (int, error) { return r.hear(ctx, committee, since) }
	found, err := r.accounts.Reconcile(ctx, r.now, committee, how)
	if err != nil || how.DryRun {
		return found, err
	}
	return found, donations.KeepReconciliation(ctx, r.db, actor, found)
}

const (
	stripeKeepsEvents = 30 * 24 * time.Hour
	hearFor           = 8 * time.Second // an event that waits for another is applied some seconds later
	fetchTries        = 4
)

// hear fetches the events that never came since a moment, as far as Stripe keeps them, and applies them.
func (r reconciler) hear(ctx context.Context, committee registry.CommitteeID, since time.Time) (int, error) {
	if oldest := r.now().Add(-stripeKeepsEvents); since.Before(oldest) {
		since = oldest
	}
	found, err := r.fetch(ctx, committee, since)
	if err != nil {
		return found, err
	}
	for deadline := time.Now().Add(hearFor); ; {
		if err := r.drain(ctx); err != nil {
			return found, err
		}
		waiting, err := webhooks.List(ctx, r.db, committee, "waiting", 1)
		if err != nil || len(waiting) == 0 || found == 0 || time.Now().After(deadline) {
			return found, err
		}
		select {
		case <-ctx.Done():
			return found, ctx.Err()
		case <-time.After(250 * time.Millisecond):
		}
	}
}

// fetch asks for events, again where Stripe fails: what was found before is stored.
func (r reconciler) fetch(ctx context.Context, committee registry.CommitteeID, since time.Time) (found int, err error) {
	for try := range fetchTries {
		var n int
		n, err = webhooks.Fetch(ctx, r.db, r.accounts, committee, since)
		if found += n; err == nil || ctx.Err() != nil {
			break
		}
		select {
		case <-ctx.Done():
		case <-time.After(200 * time.Millisecond << try):
		}
	}
	return found, err
}

// askAll asks Stripe about gifts of which nothing was heard, and does what is due.
func (r reconciler) askAll(ctx context.Context) error {
	for _, ask := range []func(context.Context, *sqlx.DB, time.Time) (int, error){
		donations.AskAboutSilent, donations.AskAboutStuck, donations.AskForFees,
	} {
		if _, err := ask(ctx, r.db, r.now()); err != nil {
			return err
		}
	}
	return r.drain(ctx)
}

// drain applies the events that wait and makes the calls that are owed, until none is due.
func (r reconciler) drain(ctx context.Context) error {
	for ctx.Err() == nil {
		events, err := webhooks.Sweep(ctx, r.db, r.now())
		if err != nil {
			return err
		}
		calls, err := r.accounts.Sweep(ctx, r.now(), callsAtOnce)
		if err != nil || events+calls == 0 {
			return err
		}
	}
	return ctx.Err()
}

// reconciled is a committee with how its books stand.
type reconciled struct {
	committee registry.Committee
	donations.Reconciliation
}

// table writes what a treasurer reads.
func (d reconciled) table() string {
	var b strings.Builder
	zone := d.committee.Location()
	fmt.Fprintf(&b, "%s (%s), %s; movements ", d.committee.Name, d.committee.ID, d.At.In(zone).Format("2 January 2006 15:04 MST"))
	if d.Since.IsZero() {
		b.WriteString("of all time\n\n")
	} else {
		fmt.Fprintf(&b, "since %v\n\n", civil.In(d.Since, zone))
	}
	line := func(what string, books, stripe money.Cents) {
		fmt.Fprintf(&b, "%-34s%16v%16v%16v\n", what, books, stripe, books-stripe)
	}
	fmt.Fprintf(&b, "%-34s%16s%16s%16s\n", "", "books", "Stripe", "difference")
	for _, r := range d.Rows {
		line(r.What, r.Books, r.Stripe)
	}
	line("Balance at Stripe", d.Books, d.Stripe)
	if len(d.Charges) > 0 {
		b.WriteString("\nStripe's charges, by the state of their gifts\n")
		for _, c := range d.Charges {
			fmt.Fprintf(&b, "  %-40s%8d%16v\n", c.State, c.Count, c.Cents)
		}
	}
	if len(d.Named) > 0 {
		b.WriteString("\nNamed: nothing is to be done\n")
		for _, n := range d.Named {
			fmt.Fprintf(&b, "  %-40s%8d%16v%16v\n", n.Kind, n.Count, n.Cents, n.Difference)
		}
	}
	if len(d.Mended) > 0 {
		b.WriteString("\nMended: Stripe was asked, and told\n")
		for _, m := range d.Mended {
			fmt.Fprintf(&b, "  %-40s%8d\n", m.What, m.Count)
		}
	}
	if d.Explained() {
		b.WriteString("\nEvery difference has a name.\n\n")
		return b.String()
	}
	fmt.Fprintf(&b, "\nUNEXPLAINED: %d\n", len(d.Unexplained))
	for i, u := range d.Unexplained {
		fmt.Fprintf(&b, "%3d. %s\n", i+1, u.What)
		about := strings.Join(u.IDs, ", ")
		if u.Gift != "" {
			about = strings.TrimPrefix(about+", gift "+string(u.Gift), ", ")
		}
		if about != "" {
			fmt.Fprintf(&b, "     %s; %s\n", about, u.At.In(zone).Format("2 January 2006"))
		}
		fmt.Fprintf(&b, "     books %v, Stripe %v, difference %v\n     %s\n", u.Books, u.Stripe, u.Difference(), u.Do)
	}
	b.WriteString("\n")
	return b.String()
}
