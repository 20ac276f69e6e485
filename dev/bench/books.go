package bench

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"sync"
	"time"

	"github.com/jmoiron/sqlx"

	"dure/civil"
	"dure/compliance"
	"dure/donations"
	"dure/migrations"
	"dure/money"
	"dure/pg"
	"dure/registry"
)

// committee is the one whose books are measured.
const committee registry.CommitteeID = "bench"

// books are one database in which Dure and the reference hold the same rows.
type books struct {
	shape
	serve, admin string   // addresses
	owner        *sqlx.DB // as the owner of the schema
	stretch      int      // how many stretches of the reference's stock are spent
	builds       int      // of the report
	peak         float64  // MiB that a build had at most
}

// shape tells books apart.
type shape struct {
	name      string
	receipts  int
	pledged   int  // gifts under way, on both sides
	earmarked bool // every receipt is: a conduit's books
	gifts     bool // the gifts from which the receipts came are there, too: reports read none
}

// The books that rows are measured on.
func (m *machine) base() shape {
	// 8 and 32 clients, each run its own stretch of the reference's stock; Dure's is as large.
	return shape{name: "base", receipts: m.o.Rows, pledged: 2 * m.o.Runs * m.pool(), gifts: true}
}

func (m *machine) tiny() shape    { return shape{name: "tiny", receipts: max(100, m.o.Rows/100)} }
func (m *machine) small() shape   { return shape{name: "small", receipts: m.o.Rows / 10} }
func (m *machine) big() shape     { return shape{name: "big", receipts: 5 * m.o.Rows} }
func (m *machine) conduit() shape { return shape{name: "conduit", receipts: m.o.Rows, earmarked: true} }

// pool is one stretch of the stock: more gifts than are settled in one load. A stretch that is spent ends the row with an error.
func (m *machine) pool() int { return 5000 * m.loadSeconds() }

// loadSeconds is how long one load lasts, in the whole seconds that pgbench takes.
func (m *machine) loadSeconds() int { return max(1, int(m.o.Load.Seconds()+0.5)) }

// year is the last odd year that is over: its year-end report covers half of it, the longest period there is. No report covers a year,
// so the reference's year is squeezed into that half: one report then holds every receipt, as the reference's queries do.
func year() int {
	y := time.Now().Year() - 1
	return y - 1 + y%2
}

func period() compliance.Period {
	p, err := compliance.FindPeriod(compliance.Quarterly, fmt.Sprintf("%d-YE", year()), false)
	if err != nil {
		panic(err) // every filer owes one
	}
	return p
}

// makeAll makes the books that some rows need, two at a time and the largest first.
func (m *machine) makeAll(ctx context.Context, wanted []kind) error {
	var all []shape
	for _, k := range wanted {
		for _, of := range k.on {
			if s := of(m); !slices.Contains(all, s) {
				all = append(all, s)
			}
		}
	}
	slices.SortFunc(all, func(a, b shape) int { return cmp.Compare(b.receipts, a.receipts) })
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	slots := make(chan struct{}, 2)
	failed := make([]error, len(all))
	var makers sync.WaitGroup
	for i, s := range all {
		slots <- struct{}{}
		makers.Go(func() {
			defer func() { <-slots }()
			if failed[i] = m.make(ctx, s); failed[i] != nil {
				cancel() // one that fails ends the others
			}
		})
	}
	makers.Wait()
	return errors.Join(failed...)
}

// books gives the books of a shape, which were made before.
func (m *machine) books(_ context.Context, s shape) (*books, error) {
	if b, ok := m.made[s.name]; ok {
		return b, nil
	}
	return nil, fmt.Errorf("bench: the books %s are gone", s.name)
}

// make fills a database with both sides' books of a shape.
func (m *machine) make(ctx context.Context, s shape) error {
	began := time.Now()
	b := &books{shape: s, serve: m.cluster.ServeURL(s.name), admin: m.cluster.AdminURL(s.name)}
	if err := m.cluster.CreateDatabase(ctx, s.name); err != nil {
		return err
	}
	db, err := pg.Open(ctx, b.admin)
	if err != nil {
		return err
	}
	b.owner = db
	m.mu.Lock()
	m.made[s.name] = b
	m.mu.Unlock()
	if _, err := migrations.Up(ctx, db.DB); err != nil {
		return err
	}
	m.say("making the books %s: %d receipts, %d gifts under way", s.name, s.receipts, s.pledged)
	p := period()
	vars := map[string]string{
		"receipts": strconv.Itoa(s.receipts), "pledged": strconv.Itoa(s.pledged), "first": p.From.String(), "last": p.Through.String(), "events": "20000", "gifts": strconv.FormatBool(s.gifts),
	}
	if s.earmarked {
		vars["earmarked"] = "1"
	}
	if err := m.script(ctx, b.admin, "reference.sql", vars, io.Discard); err != nil {
		return err
	}
	reference := time.Since(began)
	if err := found(ctx, db); err != nil {
		return err
	}
	vars = map[string]string{"committee": string(committee), "january": january().String(), "gifts": strconv.FormatBool(s.gifts)}
	if err := m.script(ctx, b.admin, "../books.sql", vars, io.Discard); err != nil {
		return err
	}
	m.say("made the books %s in %v, %v of them the reference's", s.name, time.Since(began).Round(time.Second/10), reference.Round(time.Second/10))
	return b.agree(ctx)
}

func january() civil.Day { return civil.Of(year(), time.January, 1) }

// found brings in the committee, and the candidates, elections and drives that the reference's gifts are for.
func found(ctx context.Context, db *sqlx.DB) error {
	var candidates []struct {
		ID        int
		FECID     string `db:"fec_id"`
		Last      string `db:"last_name"`
		First     string `db:"first_name"`
		Committee string `db:"committee_name"`
	}
	const list = `select id, fec_id, last_name, first_name, committee_name from dure_ref.candidates order by id`
	if err := db.SelectContext(ctx, &candidates, list); err != nil {
		return err
	}
	ctx = pg.WithRecordedAt(ctx, january().Midnight())
	return pg.InTx(ctx, db, "bench", []string{string(committee)}, func(tx *sqlx.Tx) error {
		err := registry.AddCommittee(ctx, tx, registry.Committee{
			ID: committee, FECID: "C00999701", Name: "MEASURING ROD PAC", Kind: "nonconnected", Filer: compliance.Quarterly, Zone: "America/New_York",
			Street: "1 Yardstick Way", City: "New York", State: "NY", Zip: "10001", TreasurerLast: "Gauge", TreasurerFirst: "Mercy",
			Web: "https://rod.example.org", Email: "office@rod.example.org",
		})
		if err != nil {
			return err
		}
		if err := compliance.OpenBooks(ctx, tx, committee, january(), 0); err != nil {
			return err
		}
		_, err = registry.AddPayee(ctx, tx, committee, registry.Payee{
			ID: registry.Processor, Entity: "ORG", Name: "EXAMPLE PAYMENTS INC", Street: "1 Example Plaza", City: "Springfield", State: "IL", Zip: "62701",
		})
		if err != nil {
			return err
		}
		drive := donations.Drive{
			Committee: committee, Slug: "bench", Title: "Every measure counts", Story: "What is measured can be mended.",
			Goal: 5_000_000_00, Amounts: []int64{500, 1000, 2500, 5000, 10000}, OpensOn: january(),
		}
		if err := donations.AddDrive(ctx, tx, drive); err != nil {
			return err
		}
		for _, c := range candidates {
			district := fmt.Sprintf("%02d", c.ID)
			candidate := registry.Candidate{
				ID: registry.CandidateID(c.FECID), Last: c.Last, First: c.First, Office: "H", State: "NY", District: district,
				CommitteeFECID: fmt.Sprintf("C0099%04d", c.ID), CommitteeName: c.Committee,
				Street: "2 Yardstick Way", City: "Albany", CommitteeState: "NY", Zip: "12207",
			}
			election := registry.Election{
				ID: registry.ElectionID(fmt.Sprintf("bench-%d", c.ID)), Office: "H", State: "NY", District: district, Kind: "P",
				Year: year() + 1, HeldOn: civil.Of(year()+1, time.June, 2),
			}
			its := drive
			its.Slug, its.Candidate, its.Election, its.Goal = fmt.Sprintf("bench-%d", c.ID), candidate.ID, election.ID, money.Cents(0)
			for _, err := range []error{
				registry.AddCandidate(ctx, tx, candidate), registry.AddElection(ctx, tx, election), donations.AddDrive(ctx, tx, its),
			} {
				if err != nil {
					return err
				}
			}
		}
		return nil
	})
}

// agree proves that both sides hold as many receipts, of as many cents.
func (b *books) agree(ctx context.Context) error {
	const both = `
		select count(*) - (select count(*) from dure_ref.receipts) as receipts,
		       sum(cents) - (select sum(cents) from dure_ref.receipts) as cents
		from receipts
		where committee = $1`
	var off struct{ Receipts, Cents int64 }
	if err := b.owner.GetContext(ctx, &off, both, committee); err != nil {
		return err
	}
	if off.Receipts != 0 || off.Cents != 0 {
		return fmt.Errorf("bench: Dure's books hold %d receipts and %d cents more than the reference", off.Receipts, off.Cents)
	}
	return nil
}

// drop takes books away that no row needs any more.
func (m *machine) drop(ctx context.Context, b *books) error {
	delete(m.made, b.name)
	b.owner.Close()
	return m.cluster.DropDatabase(ctx, b.name)
}

// dure is a command of the program that ships, with the settings of these books and no others.
func (m *machine) dure(ctx context.Context, b *books, args ...string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, m.o.Dure, args...)
	cmd.Env = []string{
		"PATH=" + os.Getenv("PATH"), "HOME=" + m.dir, "TMPDIR=" + m.dir, "DATABASE_URL=" + b.serve, "DURE_ADMIN_DATABASE_URL=" + b.admin,
		"DURE_GIVE_PER_MINUTE=0", "STRIPE_SECRET_KEY=sk_test_bench", "STRIPE_WEBHOOK_SECRET=" + webhookSecret, "STRIPE_API_BASE=" + m.stripe.url,
	}
	return cmd
}

const webhookSecret = "whsec_bench"

// file is a path in the folder of the run.
func (m *machine) file(name string) string { return filepath.Join(m.dir, name) }
