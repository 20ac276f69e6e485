package compliance

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"dure/compliance/fec"
	"dure/ledger"
	"dure/money"
	"dure/registry"
)

// sums is what facts of one line come to.
type sums struct {
	Line     string
	Earmark  bool
	Before   money.Cents // from the opening of the books to the end of last year
	ToPeriod money.Cents `db:"to_period"` // this year, before the period
	Period   money.Cents
	Count    int // of facts in the period
}

// facts are the sums of what came and of what went, by line.
type facts struct{ in, out []sums }

// on tells whether anything of a line came or went in the period.
func (f facts) on(line fec.Line) bool {
	of := func(s sums) bool { return s.Line == string(line) && s.Count > 0 }
	return slices.ContainsFunc(f.in, of) || slices.ContainsFunc(f.out, of)
}

func (b *build) facts(ctx context.Context) (facts, error) {
	in, err := b.receiptSums(ctx)
	if err != nil {
		return facts{}, err
	}
	out, err := b.disbursementSums(ctx)
	return facts{in, out}, err
}

// earmarked are the sums of the earmarked receipts.
func (f facts) earmarked() sums {
	for _, s := range f.in {
		if s.Earmark {
			return s
		}
	}
	return sums{}
}

// summary computes the summary from the facts; itemized are the contributions of individuals that have a row by the running total,
// earmarked ones left out.
func (b *build) summary(f facts, itemized sums) fec.Summary {
	s := fec.NewSummary(b.january.Year())
	january, start := b.opening.Cents, b.opening.Cents
	add := func(l fec.Line, f sums) {
		s.A[l] += f.Period
		s.B[l] += f.ToPeriod + f.Period
	}
	for _, in := range f.in {
		january, start = january+in.Before, start+in.Before+in.ToPeriod
		switch {
		case in.Earmark:
			add(fec.Line11AI, in) // each is itemized: 11 CFR 110.6(c)(1)
		case in.Line == individualsLine:
			add(fec.Line11AII, in) // as if none had a row
		default:
			add(fec.Line(in.Line), in)
		}
	}
	for _, out := range f.out {
		january, start = january-out.Before, start-out.Before-out.ToPeriod
		add(fec.Line(out.Line), out)
	}
	add(fec.Line11AI, itemized)
	add(fec.Line11AII, sums{ToPeriod: -itemized.ToPeriod, Period: -itemized.Period})
	s.B[fec.Line6A] = january
	s.A[fec.Line6B] = start
	s.Compute()
	return s
}

// individualsLine is where contributions from individuals and others that are no committees are recorded; the report splits it
// into 11(a)(i) and 11(a)(ii).
const individualsLine = "11(a)"

func (b *build) receiptSums(ctx context.Context) ([]sums, error) {
	const sum = `
		with came as (
			select line, candidate is not null as earmark, received_on as day, cents
			from receipts
			where committee = $1 and recorded_at <= $2 and received_on between $3 and $6
			union all
			select r.line, r.candidate is not null, e.ended_on, e.returned_cents - d.cents
			from dispute_ends e
			join disputes d on d.committee = e.committee and d.id = e.dispute
			join receipts r on r.committee = d.committee and r.id = d.receipt
			where e.committee = $1 and e.outcome = 'lost' and e.recorded_at <= $2 and e.ended_on between $3 and $6)
		select line, earmark,
		       coalesce(sum(cents) filter (where day < $4), 0)::bigint as before,
		       coalesce(sum(cents) filter (where day >= $4 and day < $5), 0)::bigint as to_period,
		       coalesce(sum(cents) filter (where day >= $5), 0)::bigint as period,
		       count(*) filter (where day >= $5) as count
		from came
		group by 1, 2`
	var out []sums
	err := b.tx.SelectContext(ctx, &out, sum, b.committee.ID, b.cutoff, b.opening.OnDay, b.january, b.period.From, b.period.Through)
	if err != nil {
		return nil, fmt.Errorf("sum the receipts: %w", err)
	}
	return out, nil
}

func (b *build) disbursementSums(ctx context.Context) ([]sums, error) {
	const sum = `
		with paid as (
			select line, paid_on as day, cents
			from disbursements
			where committee = $1 and recorded_at <= $2
			union all
			select '21(b)', posted_on, cents
			from processor_fees
			where committee = $1 and recorded_at <= $2
			union all
			select '23', f.sent_on, i.cents
			from forwards f
			join forward_items i on i.committee = f.committee and i.forward = f.id
			where f.committee = $1 and f.recorded_at <= $2
			union all
			select '21(b)', r.received_on, r.cents
			from in_kinds k
			join receipts r on r.committee = k.committee and r.id = k.receipt
			where k.committee = $1 and r.recorded_at <= $2
			union all
			select line, refunded_on, cents
			from refunds
			where committee = $1 and recorded_at <= $2
			union all
			select b.line, f.failed_on, -b.cents
			from refund_failures f
			join refunds b on b.committee = f.committee and b.id = f.refund
			where f.committee = $1 and f.recorded_at <= $2)
		select line, false as earmark,
		       coalesce(sum(cents) filter (where day < $4), 0)::bigint as before,
		       coalesce(sum(cents) filter (where day >= $4 and day < $5), 0)::bigint as to_period,
		       coalesce(sum(cents) filter (where day >= $5), 0)::bigint as period,
		       count(*) filter (where day >= $5) as count
		from paid
		where day between $3 and $6
		group by 1`
	var out []sums
	err := b.tx.SelectContext(ctx, &out, sum, b.committee.ID, b.cutoff, b.opening.OnDay, b.january, b.period.From, b.period.Through)
	if err != nil {
		return nil, fmt.Errorf("sum the disbursements: %w", err)
	}
	return out, nil
}

// Parting is a sum on which the facts and the books disagree.
type Parting struct {
	Line   string // of the summary; "11(a)(i), earmarked" for that part of it
	Sum    fec.Sum
	Report money.Cents // what the facts come to
	Books  money.Cents // what the ledger has
}

// Parted refuses a report whose facts and books disagree, with every sum on which they do.
type Parted struct {
	Committee registry.CommitteeID
	Period    string
	Partings  []Parting
}

// Error names all of them.
func (e *Parted) Error() string {
	var all []string
	for _, p := range e.Partings {
		all = append(all, fmt.Sprintf("line %s, column %s: report %s, books %s", p.Line, p.Sum, p.Report, p.Books))
	}
	return fmt.Sprintf("report %s of %s is refused: it parts from the books in %d sums: %s", e.Period, e.Committee, len(all), strings.Join(all, "; "))
}

// books is what the ledger has for one column of the summary.
type books struct {
	sum   fec.Sum
	cash  fec.Line // the line of the cash with which the column begins
	begun money.Cents
	ended money.Cents
	fed   map[string]money.Cents
}

func (b *build) books(ctx context.Context) ([]books, error) {
	spans, err := ledger.Spans(ctx, b.tx, b.committee.ID, b.period.Through, b.cutoff, b.january, b.period.From)
	if err != nil {
		return nil, err
	}
	before, toPeriod, period := spans[0], spans[0].Add(spans[1]), spans[2]
	ended := ledger.Cash(toPeriod.Add(period).Moved)
	out := []books{
		{sum: fec.ThisPeriod, cash: fec.Line6B, begun: ledger.Cash(toPeriod.Moved), ended: ended, fed: period.Fed},
		{sum: fec.YearToDate, cash: fec.Line6A, begun: ledger.Cash(before.Moved), ended: ended, fed: spans[1].Add(period).Fed},
	}
	for i := range out {
		// The opening is posted on its own day, and is there before anything else of that day.
		out[i].begun += out[i].fed[string(fec.Line6A)]
	}
	return out, nil
}

// compare holds the summary, which comes from the facts, against the books, and gives every sum on which they part.
func compare(s fec.Summary, f facts, both []books) []Parting {
	var out []Parting
	for _, of := range both {
		check := func(line string, report, books money.Cents) {
			if report != books {
				out = append(out, Parting{line, of.sum, report, books})
			}
		}
		amounts, earmarked := s.Of(of.sum), f.earmarked().Period
		if of.sum == fec.YearToDate {
			earmarked += f.earmarked().ToPeriod
		}
		check(string(of.cash), amounts[of.cash], of.begun)
		check(string(fec.Line8), amounts[fec.Line8], of.ended)
		check(string(fec.Line11AI)+", earmarked", earmarked, of.fed[string(fec.Line11AI)])
		check(individualsLine, amounts[fec.Line11AIII], of.fed[individualsLine]+of.fed[string(fec.Line11AI)])
		for _, line := range fec.Lines() {
			if !line.Computed() && !slices.Contains(splitOrCash, line) {
				check(string(line), amounts[line], of.fed[string(line)])
			}
		}
	}
	return out
}

// splitOrCash are the lines that feed no single account: they are compared in their own way, or are debts.
var splitOrCash = []fec.Line{fec.Line6A, fec.Line6B, fec.Line9, fec.Line10, fec.Line11AI, fec.Line11AII}
