package main

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"time"

	"github.com/go-chi/chi/v5"

	"dure/dev/bench"
)

// benchmark is the command that measures Dure beside PostgreSQL itself.
type benchmark struct {
	Rows int           `env:"BENCH_ROWS" default:"1000000" help:"Receipts of the books; growth, memory and the limits' rows take five times as many, too."`
	Runs int           `default:"5" help:"Pairs of each row."`
	Load time.Duration `default:"6s" help:"How long one load lasts."`
	Only []string      `placeholder:"ROW" help:"Only these rows: names or beginnings of names."`
	Out  string        `default:"bench.json" help:"The file of the rows as JSON."`
}

// Help lists the rows.
func (benchmark) Help() string {
	return fmt.Sprintf(`Each row holds dure against a reference in the same run, on a private PostgreSQL at its defaults: the median of the ratios of pairs
whose sides take turns. docs/performance.md says what the references are. Rows: %v.

  dure-dev bench
  dure-dev bench --rows 100000 --only settle,report`, bench.Names())
}

// Run measures until it is done or told to stop; nothing is left behind.
func (c benchmark) Run(ctx context.Context) error {
	self, err := os.Executable()
	if err != nil {
		return err
	}
	_, err = bench.Run(ctx, bench.Options{
		Dure: filepath.Join(filepath.Dir(self), "dure"), Hello: []string{self, "hello"},
		Rows: c.Rows, Runs: c.Runs, Load: c.Load, Only: c.Only, Out: c.Out, Log: os.Stdout,
	})
	return err
}

// hello is the least that the router of the site can do: what a donation page is held against.
type hello struct {
	Address string `arg:"" help:"Where it answers."`
}

// Run serves until it is told to stop.
func (c hello) Run(ctx context.Context) error {
	r := chi.NewRouter()
	r.Get("/", func(w http.ResponseWriter, _ *http.Request) { io.WriteString(w, "hello world") })
	server := &http.Server{Addr: c.Address, Handler: r, ReadHeaderTimeout: 10 * time.Second}
	go func() {
		<-ctx.Done()
		server.Close()
	}()
	if err := server.ListenAndServe(); err != http.ErrServerClosed {
		return err
	}
	return nil
}
