package bench

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"
	"time"
)

// built is what one dure report build did.
type built struct {
	seconds float64
	rows    int   // on line 11(a)(i)
	cents   int64 // of them
}

// build builds the report of the books' half-year into a file.
func (m *machine) build(ctx context.Context, b *books) (built, error) {
	ctx, cancel := context.WithTimeout(ctx, within)
	defer cancel()
	out := m.file("report.fec")
	defer os.Remove(out)
	cmd := m.dure(ctx, b, "report", "build", "--committee", string(committee), "--period", period().Name, "--out", out, "--json")
	var said, wrong bytes.Buffer
	cmd.Stdout, cmd.Stderr = &said, &wrong
	began := time.Now()
	peak, err := runWatched(cmd)
	took := time.Since(began)
	if err != nil {
		return built{}, fmt.Errorf("dure report build: %w\n%s\n%s", err, tail(said.String()), tail(wrong.String()))
	}
	var report struct {
		Rows    map[string]int
		Summary []struct {
			Line string
			A    *int64
		}
	}
	if err := json.Unmarshal(said.Bytes(), &report); err != nil {
		return built{}, fmt.Errorf("dure report build: %w", err)
	}
	b.builds, b.peak = b.builds+1, max(b.peak, peak)
	made := built{seconds: took.Seconds(), rows: report.Rows["SA11AI"]}
	for _, l := range report.Summary {
		if l.Line == "11(a)(i)" && l.A != nil {
			made.cents = *l.A
		}
	}
	return made, nil
}

// rowsOf counts the rows that one of the reference's queries writes, and adds up their cents.
func (m *machine) rowsOf(ctx context.Context, b *books, script string) (rows int, cents int64, err error) {
	const column = 16 // of the cents, in all of them
	r, w := io.Pipe()
	failed := make(chan error, 1)
	go func() {
		err := m.query(ctx, b, script, w)
		w.CloseWithError(err)
		failed <- err
	}()
	lines := bufio.NewScanner(r)
	for lines.Scan() {
		fields := strings.SplitN(lines.Text(), "\t", column+2)
		n, err := strconv.ParseInt(fields[min(column, len(fields)-1)], 10, 64)
		if err != nil {
			r.CloseWithError(err)
			<-failed
			return 0, 0, fmt.Errorf("%s: %w", script, err)
		}
		rows, cents = rows+1, cents+n
	}
	return rows, cents, <-failed
}

func (m *machine) query(ctx context.Context, b *books, script string, out io.Writer) error {
	p := period()
	return m.script(ctx, b.admin, script, map[string]string{"from": p.From.String(), "through": p.Through.String()}, out)
}

// asks is the reference's side: seconds of one of its queries, thrown away.
func (m *machine) asks(b *books, script string) side {
	return func(ctx context.Context, _ int) (float64, error) {
		nowhere, err := os.OpenFile(os.DevNull, os.O_WRONLY, 0)
		if err != nil {
			return 0, err
		}
		defer nowhere.Close()
		began := time.Now()
		err = m.query(ctx, b, script, nowhere)
		return time.Since(began).Seconds(), err
	}
}

// builds is Dure's side: seconds of a build, which must write what the reference writes.
func (m *machine) builds(b *books, rows int, cents int64) side {
	return func(ctx context.Context, _ int) (float64, error) {
		made, err := m.build(ctx, b)
		if err == nil && (made.rows != rows || made.cents != cents) {
			err = fmt.Errorf("the report has %d rows of %d cents on line 11(a)(i), the reference writes %d of %d: no equal work", made.rows, made.cents, rows, cents)
		}
		return made.seconds, err
	}
}

const aggregated = "join_aggregate.sql"

// report measures the report as it is filed, the running totals computed, against join_aggregate.sql.
func (m *machine) report(ctx context.Context) ([]Row, error) {
	b, err := m.books(ctx, m.base())
	if err != nil {
		return nil, err
	}
	if err := m.examine(ctx, b); err != nil {
		return nil, err
	}
	row, ours, err := m.equal(ctx, b, aggregated, Row{Path: "report of " + many(b.receipts), Goal: 0.7})
	if err != nil {
		return nil, err
	}
	row, err = m.pairs(ctx, row, seconds, ours, m.asks(b, aggregated))
	return some(row, err)
}

// every measures a report in which each receipt is a row, as a conduit's. Dure keeps names and addresses with the contributor, as
// join_by_contributor.sql does; join.sql has them on the receipt.
func (m *machine) every(ctx context.Context) ([]Row, error) {
	b, err := m.books(ctx, m.conduit())
	if err != nil {
		return nil, err
	}
	scripts := []string{"join.sql", "join_by_contributor.sql"}
	row, ours, err := m.equal(ctx, b, scripts[0], Row{Path: "every receipt a row, " + many(b.receipts), Goal: 0.6})
	if err != nil {
		return nil, err
	}
	r, err := m.take(ctx, row.Path+" : "+strings.Join(scripts, " : "), ours, m.asks(b, scripts[0]), m.asks(b, scripts[1]))
	if err != nil {
		return nil, err
	}
	var rows []Row
	for i, script := range scripts {
		row.Reference = script
		rows = append(rows, r.fill(row, i+1, seconds))
	}
	return rows, m.drop(ctx, b)
}

// equal counts the rows that one of the reference's queries writes and gives Dure's side, whose report must have as many.
func (m *machine) equal(ctx context.Context, b *books, script string, row Row) (Row, side, error) {
	rows, cents, err := m.rowsOf(ctx, b, script)
	row.Reference, row.Unit = script, "s"
	row.Note = fmt.Sprintf("%d of %d receipts are rows of the file, on both sides, of the same cents", rows, b.receipts)
	return row, m.builds(b, rows, cents), err
}

// examine has dure doctor prove the books that were loaded.
func (m *machine) examine(ctx context.Context, b *books) error {
	ctx, cancel := context.WithTimeout(ctx, within)
	defer cancel()
	if said, err := m.dure(ctx, b, "doctor").CombinedOutput(); err != nil {
		return fmt.Errorf("dure doctor: %w\n%s", err, tail(string(said)))
	}
	m.say("  dure doctor finds facts and books to agree")
	return nil
}

// many writes a number of receipts as people say it.
func many(n int) string {
	switch {
	case n >= 1_000_000:
		return strconv.FormatFloat(float64(n)/1e6, 'f', -1, 64) + "M receipts"
	case n >= 1000:
		return strconv.FormatFloat(float64(n)/1e3, 'f', -1, 64) + "k receipts"
	}
	return strconv.Itoa(n) + " receipts"
}

func some(row Row, err error) ([]Row, error) {
	if err != nil {
		return nil, err
	}
	return []Row{row}, nil
}
