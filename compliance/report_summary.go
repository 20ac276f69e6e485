package compliance

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"dure/civil"
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
}

// summary computes the summary from the facts.
func (b *build) summary(ctx context.Context) (fec.Summary, error) {
	s := fec.NewSummary(b.january.Year())
	in, err := b.receiptSums(ctx)
	if err != nil {
		return s, err
	}
	out, err := b.disbursementSums(ctx)
	if err != nil {
		return s, err
	}
	january, start := b.opening.Cents, b.opening.Cents
	add := func(l fec.Line, f sums) {
		s.A[l] += f.Period
		s.B[l] += f.ToPeriod + f.Period
	}
	for _, f := range in {
		january, start = january+f.Before, start+f.Before+f.ToPeriod
		switch {
		case f.Earmark:
			add(fec.Line11AI, f) // each is itemized: 11 CFR 110.6(c)(1)
			b.earmarked = f
		case f.Line == individualsLine:
			add(fec.Line11AII, f) // as if none had a row
		default:
			add(fec.Line(f.Line), f)
		}
	}
	for _, f := range out {
		january, start = january-f.Before, start-f.Before-f.ToPeriod
		add(fec.Line(f.Line), f)
	}
	itemized, err := b.itemizedSums(ctx)
	if err != nil {
		return s, err
	}
	add(fec.Line11AI, itemized)
	add(fec.Line11AII, sums{ToPeriod: -itemized.ToPeriod, Period: -itemized.Period})
	s.B[fec.Line6A] = january
	s.A[fec.Line6B] = start
	s.Compute()
	return s, nil
}

// individualsLine is where contributions from individuals and others that are no committees are recorded; the report splits it
// into 11(a)(i) and 11(a)(ii).
const individualsLine = "11(a)"

func (b *build) receiptSums(ctx context.Context) ([]sums, error) {
	const sum = `
		select line, candidate is not null as earmark,
		       coalesce(sum(cents) filter (where received_on < $4), 0)::bigint as before,
		       coalesce(sum(cents) filter (where received_on >= $4 and received_on < $5), 0)::bigint as to_period,
		       coalesce(sum(cents) filter (where received_on >= $5), 0)::bigint as period
		from receipts
		where committee = $1 and recorded_at <= $2 and received_on between $3 and $6
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
			select '23', f.sent_on, r.cents
			from forwards f
			join forward_items i on i.committee = f.committee and i.forward = f.id
			join receipts r on r.committee = i.committee and r.id = i.receipt
			where f.committee = $1 and f.recorded_at <= $2)
		select line, false as earmark,
		       coalesce(sum(cents) filter (where day < $4), 0)::bigint as before,
		       coalesce(sum(cents) filter (where day >= $4 and day < $5), 0)::bigint as to_period,
		       coalesce(sum(cents) filter (where day >= $5), 0)::bigint as period
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

// itemizedSums sums the contributions of individuals that have a row by the running total, earmarked ones left out.
func (b *build) itemizedSums(ctx context.Context) (sums, error) {
	const sum = runningYear + `
		select coalesce(sum(cents) filter (where received_on < $6), 0)::bigint as to_period,
		       coalesce(sum(cents) filter (where received_on >= $6), 0)::bigint as period
		from running
		where line = '11(a)' and aggregate > $5`
	var out sums
	if err := b.tx.GetContext(ctx, &out, sum, append(b.year(), b.period.From)...); err != nil {
		return out, fmt.Errorf("sum the itemized contributions: %w", err)
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

// compare holds the summary, which comes from the facts, against the ledger. The error is a *Parted where they disagree.
func (b *build) compare(ctx context.Context, s fec.Summary) error {
	parted := &Parted{Committee: b.committee.ID, Period: b.period.Name}
	check := func(line string, sum fec.Sum, report, books money.Cents) {
		if report != books {
			parted.Partings = append(parted.Partings, Parting{line, sum, report, books})
		}
	}
	after, err := b.cash(ctx, b.period.Through)
	if err != nil {
		return err
	}
	for _, column := range []struct {
		sum       fec.Sum
		from      civil.Day
		cash      fec.Line
		earmarked money.Cents
	}{
		{fec.ThisPeriod, b.period.From, fec.Line6B, b.earmarked.Period},
		{fec.YearToDate, b.january, fec.Line6A, b.earmarked.ToPeriod + b.earmarked.Period},
	} {
		fed, err := ledger.Fed(ctx, b.tx, b.committee.ID, column.from, b.period.Through, b.cutoff)
		if err != nil {
			return err
		}
		before, err := b.cash(ctx, column.from.Add(-1))
		if err != nil {
			return err
		}
		amounts := s.Of(column.sum)
		// The opening is posted on its own day, and is there before anything else of that day.
		check(string(column.cash), column.sum, amounts[column.cash], before+fed[string(fec.Line6A)])
		check(string(fec.Line8), column.sum, amounts[fec.Line8], after)
		check(string(fec.Line11AI)+", earmarked", column.sum, column.earmarked, fed[string(fec.Line11AI)])
		check(individualsLine, column.sum, amounts[fec.Line11AIII], fed[individualsLine]+fed[string(fec.Line11AI)])
		for _, line := range fec.Lines() {
			if !line.Computed() && !slices.Contains(splitOrCash, line) {
				check(string(line), column.sum, amounts[line], fed[string(line)])
			}
		}
	}
	if len(parted.Partings) > 0 {
		return parted
	}
	return nil
}

// splitOrCash are the lines that feed no single account: they are compared above in their own way, or are debts.
var splitOrCash = []fec.Line{fec.Line6A, fec.Line6B, fec.Line9, fec.Line10, fec.Line11AI, fec.Line11AII}

// cash is what the books have on hand at the end of a day.
func (b *build) cash(ctx context.Context, through civil.Day) (money.Cents, error) {
	balances, err := ledger.Balances(ctx, b.tx, b.committee.ID, through, b.cutoff)
	return ledger.Cash(balances), err
}
