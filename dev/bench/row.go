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

// pair is what both sides did in one turn.
type pair struct{ ours, theirs float64 }

// ratio tells how a pair is held together.
type ratio func(p pair) float64

func rates(p pair) float64   { return p.ours / p.theirs } // the more the better
func seconds(p pair) float64 { return p.theirs / p.ours } // the less the better

// side does its work once and gives a rate or a duration. run counts from 0.
type side func(ctx context.Context, run int) (float64, error)

// pairs lets both sides take turns, the side that begins changing each time, and fills the row.
func (m *machine) pairs(ctx context.Context, row Row, of ratio, ours, theirs side) (Row, error) {
	var all []pair
	var loads []float64
	for run := range m.o.Runs {
		var p pair
		var err error
		turns := []func(){
			func() { p.ours, err = ours(ctx, run) },
			func() { p.theirs, err = theirs(ctx, run) },
		}
		if run%2 == 1 {
			slices.Reverse(turns)
		}
		for _, turn := range turns {
			if turn(); err != nil {
				return row, err
			}
		}
		if l, ok := load(); ok {
			loads = append(loads, l)
		}
		all = append(all, p)
		m.say("  %s: %s, %s: %s, ratio %.2f", row.Path, number(p.ours), row.Reference, number(p.theirs), of(p))
	}
	var mine, others, ratios []float64
	for _, p := range all {
		mine, others, ratios = append(mine, p.ours), append(others, p.theirs), append(ratios, of(p))
	}
	row.Value, row.ReferenceValue, row.Ratio = median(mine), median(others), median(ratios)
	row.Lowest, row.Highest, row.Pairs = slices.Min(ratios), slices.Max(ratios), len(all)
	row.Load = span(loads)
	row.judge()
	return row, nil
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
