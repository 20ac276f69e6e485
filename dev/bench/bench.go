// Package bench measures Dure beside PostgreSQL itself doing the same work: gifts settled, events acknowledged, pages, reports,
// decisions on limits, memory. It never ships.
//
// Every row holds a real dure, as a child process, against a reference of its own in the same run, on one private PostgreSQL at its
// defaults: the two sides take turns, the side that begins changes, each pair gives a ratio, and the row is the median of the ratios. A
// measurement counts only when both sides did equal work, which is counted in the tables and the files.
package bench

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// Options say what is measured, and with which programs.
type Options struct {
	Dure  string        // the path of the program that ships
	Hello []string      // a command that serves chi's hello world at the address that is added to it
	Rows  int           // receipts of the books; growth and memory take five times as many, too
	Runs  int           // pairs of each row
	Load  time.Duration // how long one load lasts
	Only  []string      // rows to measure, by name or the beginning of one; all when empty
	Out   string        // the file of the rows as JSON; none when empty
	Log   io.Writer     // told of each step
}

// kind is one part of the table, and the books that it needs.
type kind struct {
	name    string
	measure func(*machine, context.Context) ([]Row, error)
	on      []func(*machine) shape
}

// kinds are in the order in which they are measured: settling adds receipts to the books, so that reports come first.
var kinds = []kind{
	{"report", (*machine).report, on((*machine).base)},
	{"every", (*machine).every, on((*machine).conduit)},
	{"growth", (*machine).grow, on((*machine).base, (*machine).big)},
	{"memory", (*machine).memory, on((*machine).small, (*machine).base, (*machine).big)},
	{"screen", (*machine).screen, on((*machine).tiny, (*machine).big)},
	{"settle-8", func(m *machine, ctx context.Context) ([]Row, error) { return m.settle(ctx, 8) }, on((*machine).base)},
	{"settle-32", func(m *machine, ctx context.Context) ([]Row, error) { return m.settle(ctx, 32) }, on((*machine).base)},
	{"ack-8", func(m *machine, ctx context.Context) ([]Row, error) { return m.acknowledge(ctx, 8) }, on((*machine).base)},
	{"ack-32", func(m *machine, ctx context.Context) ([]Row, error) { return m.acknowledge(ctx, 32) }, on((*machine).base)},
	{"page", func(m *machine, ctx context.Context) ([]Row, error) { return m.page(ctx, 32) }, on((*machine).base)},
	{"phone", (*machine).phone, on((*machine).base)},
}

func on(shapes ...func(*machine) shape) []func(*machine) shape { return shapes }

// Names lists the rows that Only can name.
func Names() []string {
	var out []string
	for _, k := range kinds {
		out = append(out, k.name)
	}
	return out
}

// Run measures, prints the table and writes it to o.Out. A row that could not be measured is missing, and the error says why.
func Run(ctx context.Context, o Options) ([]Row, error) {
	if o.Rows < 1000 || o.Runs < 1 || o.Load <= 0 {
		return nil, fmt.Errorf("bench: %d rows, %d runs of %v: at least 1000 rows, and 1 run", o.Rows, o.Runs, o.Load)
	}
	wanted, err := choose(o.Only)
	if err != nil {
		return nil, err
	}
	began := time.Now()
	m, err := start(ctx, o)
	if err != nil {
		return nil, err
	}
	var rows []Row
	var failed []error
	if err := m.makeAll(ctx, wanted); err != nil {
		return nil, errors.Join(err, m.stop())
	}
	for _, k := range wanted {
		m.say("%s", k.name)
		out, err := k.measure(m, ctx)
		rows = append(rows, out...)
		if err != nil {
			failed = append(failed, fmt.Errorf("%s: %w", k.name, err))
			m.say("  %v", err)
		}
		if ctx.Err() != nil {
			break
		}
	}
	about := m.about(ctx)
	failed = append(failed, m.stop())
	if ctx.Err() != nil {
		return nil, errors.Join(append(failed, ctx.Err())...)
	}
	fmt.Fprintf(o.Log, "\n%s\n", about)
	printRows(o.Log, rows)
	fmt.Fprintf(o.Log, "\nmeasured in %v\n", time.Since(began).Round(time.Second))
	if o.Out != "" {
		failed = append(failed, write(o.Out, rows))
	}
	return rows, errors.Join(failed...)
}

func choose(only []string) ([]kind, error) {
	if len(only) == 0 {
		return kinds, nil
	}
	var out []kind
	for _, name := range only {
		if !slices.ContainsFunc(kinds, func(k kind) bool { return strings.HasPrefix(k.name, name) }) {
			return nil, fmt.Errorf("bench: there is no row %q; there are %s", name, strings.Join(Names(), ", "))
		}
	}
	for _, k := range kinds {
		if slices.ContainsFunc(only, func(name string) bool { return strings.HasPrefix(k.name, name) }) {
			out = append(out, k)
		}
	}
	return out, nil
}

func write(path string, rows []Row) error {
	text, err := json.MarshalIndent(append([]Row{}, rows...), "", "  ")
	if err != nil {
		return err
	}
	path, err = filepath.Abs(path)
	if err != nil {
		return err
	}
	return os.WriteFile(path, append(text, '\n'), 0o644)
}
