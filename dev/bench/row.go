package bench

import (
	"context"
	"fmt"
	"io"
	"os"
	"slices"
	"strconv"
	"strings"
	"text/tabwriter"
)

// Row is one line of the table. Ratio is what Goal speaks of: over 1 means that Dure is faster than its reference; where AtMost is set
// it is a quotient, or a number of MiB, that must not pass the goal.
type Row struct {
	Path           string  `json:"path"`
	Reference      string  `json:"reference"`
	Value          float64 `json:"value"`
	ReferenceValue float64 `json:"reference_value"`
	Unit           string  `json:"unit"`
	Ratio          float64 `json:"ratio"` // median of the pairs
	Goal           float64 `json:"goal"`
	Met            bool    `json:"met"`

	AtMost  bool    `json:"at_most"`
	Lowest  float64 `json:"lowest"` // ratio of a pair
	Highest float64 `json:"highest"`
	Pairs   int     `json:"pairs"`
	Load    string  `json:"load"` // one-minute load average at the pairs, lowest to highest
	Note    string  `json:"note,omitempty"`
}

// side does its work once and gives a rate or a duration. run counts from 0.
type side func(ctx context.Context, run int) (float64, error)

// rounds are what several sides did in turns: for each side, one number of each round.
type rounds struct {
	of    [][]float64
	loads []float64
}

// take lets the sides take turns, the one that begins changing each round.
func (m *machine) take(ctx context.Context, what string, sides ...side) (rounds, error) {
	r := rounds{of: make([][]float64, len(sides))}
	for run := range m.o.Runs {
		order := make([]int, len(sides))
		for i := range order {
			order[i] = i
		}
		if run%2 == 1 {
			slices.Reverse(order)
		}
		said := make([]string, len(sides))
		for _, i := range order {
			v, err := sides[i](ctx, run)
			if err != nil {
				return r, err
			}
			r.of[i], said[i] = append(r.of[i], v), number(v)
		}
		if l, ok := load(); ok {
			r.loads = append(r.loads, l)
		}
		m.say("  %s, %d of %d: %s", what, run+1, m.o.Runs, strings.Join(said, " : "))
	}
	return r, nil
}

// ratio tells how Dure's number and the reference's are held together.
type ratio func(ours, theirs float64) float64

func rates(ours, theirs float64) float64   { return ours / theirs } // the more the better
func seconds(ours, theirs float64) float64 { return theirs / ours } // the less the better
func growth(large, small float64) float64  { return large / small }

// fill fills a row from what side 0 and another did.
func (r rounds) fill(row Row, theirs int, of ratio) Row {
	var ratios []float64
	for i := range r.of[0] {
		ratios = append(ratios, of(r.of[0][i], r.of[theirs][i]))
	}
	row.Value, row.ReferenceValue, row.Ratio = median(r.of[0]), median(r.of[theirs]), median(ratios)
	row.Lowest, row.Highest, row.Pairs = slices.Min(ratios), slices.Max(ratios), len(ratios)
	row.Load = span(r.loads)
	row.judge()
	return row
}

// pairs measures a row of two sides.
func (m *machine) pairs(ctx context.Context, row Row, of ratio, ours, theirs side) (Row, error) {
	r, err := m.take(ctx, row.Path+" : "+row.Reference, ours, theirs)
	if err != nil {
		return row, err
	}
	return r.fill(row, 1, of), nil
}

func (r *Row) judge() { r.Met = r.Ratio >= r.Goal && !r.AtMost || r.Ratio <= r.Goal && r.AtMost }

func median(of []float64) float64 {
	sorted := slices.Sorted(slices.Values(of))
	n := len(sorted)
	if n%2 == 1 {
		return sorted[n/2]
	}
	return (sorted[n/2-1] + sorted[n/2]) / 2
}

// load is the machine's one-minute load average, where it tells one.
func load() (float64, bool) {
	text, err := os.ReadFile("/proc/loadavg")
	if err != nil {
		return 0, false
	}
	first, _, _ := strings.Cut(string(text), " ")
	l, err := strconv.ParseFloat(first, 64)
	return l, err == nil
}

func span(loads []float64) string {
	if len(loads) == 0 {
		return "not told"
	}
	return fmt.Sprintf("%.1f–%.1f", slices.Min(loads), slices.Max(loads))
}

func number(v float64) string {
	switch {
	case v == 0:
		return "–"
	case v >= 100:
		return fmt.Sprintf("%.0f", v)
	case v >= 10:
		return fmt.Sprintf("%.1f", v)
	}
	return fmt.Sprintf("%.2f", v)
}

func printRows(out io.Writer, rows []Row) {
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "PATH\tREFERENCE\tDURE\tREFERENCE\tUNIT\tRATIO\tLOWEST–HIGHEST\tPAIRS\tGOAL\tMET\tLOAD")
	for _, r := range rows {
		sign, met := "≥", "yes"
		if r.AtMost {
			sign = "≤"
		}
		if !r.Met {
			met = "NO"
		}
		fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\t%.2f\t%.2f–%.2f\t%d\t%s %s\t%s\t%s\n", r.Path, r.Reference, number(r.Value), number(r.ReferenceValue), r.Unit,
			r.Ratio, r.Lowest, r.Highest, r.Pairs, sign, strconv.FormatFloat(r.Goal, 'f', -1, 64), met, r.Load)
	}
	w.Flush()
	for _, r := range rows {
		if r.Note != "" {
			fmt.Fprintf(out, "%s: %s\n", r.Path, r.Note)
		}
	}
}
