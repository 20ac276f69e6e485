package compliance_test

import (
	"context"
	"flag"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/jmoiron/sqlx"

	"dure/civil"
	"dure/compliance"
	"dure/compliance/fec"
	"dure/money"
	"dure/registry"
)

var (
	randomBooks = flag.Int("books", 2, "how many random books are reported of")
	bookSeed    = flag.Uint64("bookseed", 20261122, "of the first of the books; the next ones have the numbers after it")
)

// TestReportsOfRandomBooksAreThoseOfAPlainComputation fills books at random, over two years, and holds each of their reports, as of now and
// as of an earlier moment, row by row and sum by sum against what plainly follows from the same facts.
func TestReportsOfRandomBooksAreThoseOfAPlainComputation(t *testing.T) {
	t.Parallel()
	for i := range *randomBooks {
		seed := *bookSeed + uint64(i)
		t.Run(fmt.Sprint("seed ", seed), func(t *testing.T) {
			t.Parallel()
			rng := rand.New(rand.NewPCG(seed, 11))
			filer := []string{compliance.Monthly, compliance.Quarterly}[seed%2]
			b := newReportBooks(t, fictionalPAC(filer), 50_000_00)
			candidate := b.ballot()
			last := fillAtRandom(b, rng, candidate, 200)
			rows := 0
			for _, cutoff := range []time.Time{last.Add(time.Hour), moment(t, "2026-08-01T12:00:00Z").Add(time.Duration(rng.IntN(250*24)) * time.Hour)} {
				plain := readPlainly(b, cutoff)
				for _, year := range []int{2026, 2027} {
					active := strings.Contains(fmt.Sprint(plain.forwardDays), "2026-1")
					for _, p := range compliance.Periods(filer, year, active) {
						if strings.HasSuffix(p.Name, "12G") {
							continue // whether it is owed hangs on days that other tests hold
						}
						if _, err := compliance.FindPeriod(filer, p.Name, active); err != nil {
							t.Fatal(err)
						}
						got := b.build(p.Name, cutoff.Format(time.RFC3339Nano))
						if got.Period != p {
							continue // 12G is owed or not: the program knows, and other tests hold it
						}
						plain.period, plain.periods = p, append(compliance.Periods(filer, 2026, active), compliance.Periods(filer, 2027, active)...)
						want := plain.rows()
						rows += len(want)
						if diff := cmp.Diff(want, told(got)); diff != "" {
							t.Errorf("seed %d, report %s as of %v (-plain +report):\n%s", seed, p.Name, cutoff, diff)
						}
						if diff := cmp.Diff(plain.sums(), sumsOf(got)); diff != "" {
							t.Errorf("seed %d, sums of report %s as of %v (-plain +report):\n%s", seed, p.Name, cutoff, diff)
						}
					}
				}
			}
			if t.Logf("%d rows", rows); rows < 100 {
				t.Errorf("seed %d: the reports have %d rows only", seed, rows)
			}
		})
	}
}

// fillAtRandom writes n facts about five givers, some of whom turn out to be one, and gives the moment of the last.
func fillAtRandom(b *reportBooks, rng *rand.Rand, candidate registry.CandidateID, n int) time.Time {
	b.t.Helper()
	at := moment(b.t, "2026-01-04T15:00:00Z")
	names := []string{"Alpha", "Bravo", "Carver", "Delta", "Eddy"}
	type receipt struct {
		id        string
		cents     money.Cents
		left      money.Cents
		earmarked bool
		sent      bool
	}
	var given []*receipt
	refunds := []string{}
	stamp := func(t time.Time) string { return t.Format(time.RFC3339Nano) }
	for i := range n {
		at = at.Add(time.Duration(1+rng.IntN(4*24)) * time.Hour)
		if rng.IntN(25) == 0 {
			at = moment(b.t, at.Format("2006-01-")+"28T23:30:00Z").Add(time.Duration(rng.IntN(5*24)) * time.Hour) // near the end of a month
		}
		if at.After(moment(b.t, "2027-11-01T00:00:00Z")) {
			break
		}
		var of *receipt
		if len(given) > 0 {
			of = given[rng.IntN(len(given))]
		}
		switch what := rng.IntN(12); {
		case what < 8 || of == nil:
			who := giver("Ann", names[rng.IntN(len(names))])
			who.Employer = fmt.Sprintf("Sample Mill %d", rng.IntN(3)) // a new version, often
			switch rng.IntN(3) {
			case 0: // the giver by another address and mail: another row of persons
				who.Street, who.Email = "9 Sample St", "other."+who.Email
			case 1: // the evidence of both: they are one
				if rng.IntN(3) == 0 {
					who.Street = "9 Sample St"
				}
			}
			r := compliance.Receipt{ID: fmt.Sprintf("R-%03d", i), Contributor: who, Cents: money.Cents(500 * (1 + rng.IntN(60)))}
			if rng.IntN(5) == 0 {
				r.Cents *= 10
			}
			switch rng.IntN(8) {
			case 0:
				r.Candidate, r.Election = candidate, "P"
			case 1:
				r.Line, r.Contributor = "11(c)", body("PAC", "C00999444", "SISTER SAMPLE PAC")
			}
			given = append(given, &receipt{id: r.ID, cents: r.Cents, left: r.Cents, earmarked: r.Candidate != ""})
			if r.Line != "" {
				given = given[:len(given)-1]
			}
			happened := at.Add(-time.Duration(rng.IntN(20*24)) * time.Hour) // some are learned late
			if happened.Before(moment(b.t, "2026-01-02T12:00:00Z")) {
				happened = at
			}
			b.at(stamp(at), func(ctx context.Context, tx *sqlx.Tx) error { return b.receive(ctx, tx, happened, r) })
		case what == 8 && of.left > 0:
			cents := of.left / money.Cents(1+rng.IntN(2))
			id := fmt.Sprintf("X-%03d", i)
			b.refunded(stamp(at), id, of.id, cents)
			if of.left -= cents; rng.IntN(3) == 0 {
				refunds = append(refunds, id)
			}
		case what == 9 && len(refunds) > 0:
			b.refundFailed(stamp(at), refunds[0])
			refunds = refunds[1:]
		case what == 10 && of.left > 0:
			opened, id := at, fmt.Sprintf("dp_%03d", i)
			at = at.Add(time.Duration(rng.IntN(30*24)) * time.Hour)
			if went := of.cents - of.left; went > 0 && rng.IntN(2) == 0 { // the bank takes the whole, and gives back what was refunded before, or does not
				b.lost(stamp(opened), id, of.id, of.cents, stamp(at), []money.Cents{0, went}[rng.IntN(2)])
				of.left = 0
				break
			}
			cents := of.left / money.Cents(1+rng.IntN(2))
			b.disputed(stamp(opened), id, of.id, cents, stamp(at), []string{"lost", "lost", "won"}[rng.IntN(3)])
			of.left -= cents
		case what == 11 && of.earmarked && !of.sent && of.left > 0:
			b.forwarded(stamp(at), fmt.Sprintf("F-%03d", i), candidate, "ACH", of.id)
			of.sent = true
		}
	}
	return at
}

// plain is what the tables of facts hold as of a cut-off, and what a report of a period says of it, computed without any wit.
type plain struct {
	period      compliance.Period
	periods     []compliance.Period
	cutoff      time.Time
	receipts    []plainReceipt
	losses      []plainLoss
	refunds     []plainRefund
	joins       map[string]string
	forwarded   map[string]bool
	forwardDays []string
	versions    map[string]string // what is known of a person: first name and employer
}

type plainReceipt struct {
	ID, Person, Line string
	Cents            money.Cents
	On               civil.Day `db:"received_on"`
	At               time.Time `db:"happened_at"`
	Earmarked        bool
}

type plainLoss struct {
	ID, Receipt string
	Cents       money.Cents
	On          civil.Day `db:"ended_on"`
	At          time.Time `db:"happened_at"`
}

type plainRefund struct {
	ID, Receipt string
	Cents       money.Cents
	On          civil.Day `db:"refunded_on"`
	FailedOn    civil.Day `db:"failed_on"` // no day while it is not known to have failed
	At          time.Time `db:"happened_at"`
	FailedAt    time.Time `db:"failed_at"`
}

func readPlainly(b *reportBooks, cutoff time.Time) *plain {
	b.t.Helper()
	p := &plain{cutoff: cutoff, joins: map[string]string{}, forwarded: map[string]bool{}, versions: map[string]string{}}
	read := func(into any, query string) {
		b.t.Helper()
		if err := b.owner.SelectContext(b.t.Context(), into, query, cutoff); err != nil {
			b.t.Fatal(err)
		}
	}
	read(&p.receipts, `select id, person, line, cents, received_on, happened_at, candidate is not null as earmarked from receipts where recorded_at <= $1`)
	read(&p.losses, `
		select e.id, d.receipt, d.cents - e.returned_cents as cents, e.ended_on, e.happened_at
		from dispute_ends e
		join disputes d on d.committee = e.committee and d.id = e.dispute
		where e.outcome = 'lost' and e.recorded_at <= $1`)
	read(&p.refunds, `
		select r.id, r.receipt, r.cents, r.refunded_on, r.happened_at, f.failed_on, coalesce(f.happened_at, 'epoch') as failed_at
		from refunds r
		left join refund_failures f on f.committee = r.committee and f.refund = r.id and f.recorded_at <= $1
		where r.recorded_at <= $1`)
	var pairs []struct{ A, B string }
	read(&pairs, `select person as a, same_as as b from person_joins where recorded_at <= $1`)
	for _, j := range pairs {
		p.joins[j.A] = j.B
	}
	pairs = nil
	read(&pairs, `select person as a, concat(first_name, organization, ' of ', employer) as b from contributor_versions where recorded_at <= $1 order by recorded_at, id`)
	for _, v := range pairs {
		p.versions[v.A] = v.B
	}
	pairs = nil
	read(&pairs, `
		select i.receipt as a, f.sent_on::text as b
		from forward_items i
		join forwards f on f.committee = i.committee and f.id = i.forward
		where f.recorded_at <= $1`)
	for _, f := range pairs {
		p.forwarded[f.A] = true
		p.forwardDays = append(p.forwardDays, f.B)
	}
	return p
}

// giver is the row that stands for a person.
func (p *plain) giver(person string) string {
	for p.joins[person] != "" {
		person = p.joins[person]
	}
	return person
}

func (p *plain) receipt(id string) plainReceipt {
	return p.receipts[slices.IndexFunc(p.receipts, func(r plainReceipt) bool { return r.ID == id })]
}

func (p *plain) nameOf(d civil.Day) string {
	return p.periods[slices.IndexFunc(p.periods, func(q compliance.Period) bool { return q.Holds(d) })].Name
}

// undone tells whether a receipt was lost whole within the period in which it came, and nothing of it was sent on.
func (p *plain) undone(r plainReceipt) bool {
	var lost money.Cents
	for _, l := range p.losses {
		if l.Receipt == r.ID && !l.On.After(p.period.Through) && p.nameOf(l.On) == p.nameOf(r.On) {
			lost += l.Cents
		}
	}
	return lost == r.Cents && !p.forwarded[r.ID]
}

// step is one thing that moves, or does not, a giver's year.
type step struct {
	id, receipt string
	on          civil.Day
	at          time.Time
	cents       money.Cents
	counts      money.Cents
	aggregate   money.Cents
}

func inOrder(a, b step) int {
	if a.on != b.on {
		return a.on.Sub(b.on)
	}
	if c := a.at.Compare(b.at); c != 0 {
		return c
	}
	return strings.Compare(a.id, b.id)
}

const over = 200_00

// year walks through a giver's calendar year, to the end of the period.
func (p *plain) year(giver string, year int) []step {
	var steps []step
	for _, r := range p.receipts {
		if p.giver(r.Person) != giver || r.Earmarked || p.undone(r) {
			continue
		}
		if r.On.Year() == year && !r.On.After(p.period.Through) {
			steps = append(steps, step{id: r.ID, on: r.On, at: r.At, cents: r.Cents, counts: r.Cents})
		}
		for _, l := range p.losses {
			if l.Receipt != r.ID || l.On.After(p.period.Through) || l.On.Year() != year {
				continue
			}
			s := step{id: l.ID, receipt: r.ID, on: l.On, at: l.At, cents: -l.Cents}
			if r.On.Year() == year {
				s.counts = -l.Cents
			}
			steps = append(steps, s)
		}
	}
	slices.SortFunc(steps, inOrder)
	var aggregate money.Cents
	for i := range steps {
		s := &steps[i]
		aggregate += s.counts
		s.aggregate = aggregate
	}
	return steps
}

// hadRow tells whether a contribution had a row when it came.
func (p *plain) hadRow(r plainReceipt) bool {
	for _, s := range p.year(p.giver(r.Person), r.On.Year()) {
		if s.id == r.ID {
			return s.aggregate > over
		}
	}
	return false
}

// individual lists the rows SA11AI from a day to the end of the period, in order.
func (p *plain) individual(from civil.Day) []step {
	var out []step
	seen := map[string]bool{}
	for _, r := range p.receipts {
		giver := p.giver(r.Person)
		switch {
		case r.Earmarked:
			if !p.undone(r) {
				out = append(out, step{id: r.ID, on: r.On, at: r.At, cents: r.Cents, aggregate: -1})
				for _, l := range p.losses {
					if l.Receipt == r.ID {
						out = append(out, step{id: l.ID, receipt: r.ID, on: l.On, at: l.At, cents: -l.Cents, aggregate: -1})
					}
				}
			}
		case r.Line == "11(a)" && !seen[giver]: // nobody gives on two lines
			seen[giver] = true
			for _, s := range p.year(giver, p.period.Through.Year()) {
				if s.receipt == "" && s.aggregate > over || s.receipt != "" && p.hadRow(p.receipt(s.receipt)) {
					out = append(out, s)
				}
			}
		}
	}
	out = slices.DeleteFunc(out, func(s step) bool { return s.on.Before(from) || s.on.After(p.period.Through) })
	slices.SortFunc(out, inOrder)
	return out
}

// rows writes the rows of lines 11(a)(i) and 28(a) as told does.
func (p *plain) rows() []string {
	var out []string
	for _, s := range p.individual(p.period.From) {
		of := s.id
		if s.receipt != "" {
			of = s.receipt
		}
		aggregate := s.aggregate.Plain()
		if s.aggregate == -1 {
			aggregate = ""
		}
		out = append(out, fmt.Sprintf("SA11AI %s %s %s [%s] %s", s.id, s.on.Compact(), s.cents.Plain(), aggregate, p.versions[p.receipt(of).Person]))
	}
	var back []step
	for _, r := range p.refunds {
		in := func(d civil.Day) bool { return p.period.Holds(d) }
		failed := !r.FailedOn.IsZero() && !r.FailedOn.After(p.period.Through)
		if of := p.receipt(r.Receipt); !of.Earmarked && !p.hadRow(of) {
			continue
		}
		switch {
		case in(r.On) && !failed:
			back = append(back, step{id: r.ID, receipt: r.Receipt, on: r.On, at: r.At, cents: r.Cents})
		case failed && in(r.FailedOn) && r.On.Before(p.period.From):
			back = append(back, step{id: "V-" + r.ID, receipt: r.Receipt, on: r.FailedOn, at: r.FailedAt, cents: -r.Cents})
		}
	}
	slices.SortFunc(back, inOrder)
	for _, s := range back {
		out = append(out, fmt.Sprintf("SB28A %s %s %s", s.id, s.on.Compact(), s.cents.Plain()))
	}
	return out
}

// told are the rows of lines 11(a)(i) and 28(a) of a report.
func told(r built) []string {
	var out []string
	for _, rec := range r.records {
		switch rec.Form() {
		case "SA11AI":
			out = append(out, fmt.Sprintf("SA11AI %s %s %s [%s] %s of %s", rec.Get("transaction_id"), rec.Get("contribution_date"), rec.Get("contribution_amount"),
				rec.Get("contribution_aggregate"), rec.Get("contributor_first_name")+rec.Get("contributor_organization_name"), rec.Get("contributor_employer")))
		case "SB28A":
			out = append(out, fmt.Sprintf("SB28A %s %s %s", rec.Get("transaction_id"), rec.Get("expenditure_date"), rec.Get("expenditure_amount")))
		}
	}
	return out
}

// sums are columns A and B of the lines of contributions and refunds.
func (p *plain) sums() map[fec.Line][2]string {
	out := map[fec.Line][2]string{}
	january := civil.Of(p.period.Through.Year(), time.January, 1)
	columns := map[fec.Line][2]money.Cents{}
	for i, from := range []civil.Day{p.period.From, january} {
		add := func(line fec.Line, on civil.Day, cents money.Cents) {
			if !on.Before(from) && !on.After(p.period.Through) {
				of := columns[line]
				of[i] += cents
				columns[line] = of
			}
		}
		line := func(r plainReceipt) fec.Line {
			if r.Line == "11(a)" {
				return fec.Line11AIII
			}
			return fec.Line(r.Line)
		}
		for _, r := range p.receipts {
			add(line(r), r.On, r.Cents)
		}
		for _, l := range p.losses {
			add(line(p.receipt(l.Receipt)), l.On, -l.Cents)
		}
		for _, s := range p.individual(from) {
			add(fec.Line11AI, s.on, s.cents)
		}
		for _, r := range p.refunds {
			add(fec.Line28A, r.On, r.Cents)
			if !r.FailedOn.IsZero() {
				add(fec.Line28A, r.FailedOn, -r.Cents)
			}
		}
	}
	for _, line := range []fec.Line{fec.Line11AI, fec.Line11AIII, fec.Line11C, fec.Line28A} {
		out[line] = [2]string{columns[line][0].Plain(), columns[line][1].Plain()}
	}
	all, some := columns[fec.Line11AIII], columns[fec.Line11AI]
	out[fec.Line11AII] = [2]string{(all[0] - some[0]).Plain(), (all[1] - some[1]).Plain()}
	return out
}

func sumsOf(r built) map[fec.Line][2]string {
	out := map[fec.Line][2]string{}
	for _, line := range []fec.Line{fec.Line11AI, fec.Line11AII, fec.Line11AIII, fec.Line11C, fec.Line28A} {
		out[line] = [2]string{r.Summary.A[line].Plain(), r.Summary.B[line].Plain()}
	}
	return out
}
