package bench

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"regexp"
	"strconv"
)

// ingest is the reference's side of settling: pgbench's transactions per second.
func (m *machine) ingest(ctx context.Context, b *books, clients int) (float64, error) {
	const settled = `select count(*) from dure_ref.gifts where state = 'settled'`
	before, err := count(ctx, b.owner, settled)
	if err != nil {
		return 0, err
	}
	p := period()
	n, tps, err := m.bench(ctx, b, "ingest.pgb", clients, map[string]string{
		"clients": strconv.Itoa(clients), "n": "-1", "run": strconv.Itoa(b.stretch), "pool": strconv.Itoa(m.pool()), "first": strconv.Itoa(b.receipts + 1),
		"january": january().String(), "december": p.Through.String(),
	})
	b.stretch++
	if err != nil {
		return 0, err
	}
	after, err := count(ctx, b.owner, settled)
	if err != nil {
		return 0, err
	}
	off, err := count(ctx, b.owner, `select sum(cents)::bigint from dure_ref.ledger_lines`)
	if err == nil && (after-before != n || off != 0) {
		err = fmt.Errorf("pgbench counts %d transactions; %d gifts were settled, and the ledger is off by %d", n, after-before, off)
	}
	return tps, err
}

var (
	transactions = regexp.MustCompile(`number of transactions actually processed: (\d+)`)
	perSecond    = regexp.MustCompile(`tps = ([0-9.]+) \(without initial connection time\)`)
)

// bench runs pgbench for the time of one load, and gives how many transactions it counted and how many a second. On a machine that
// is so busy that no client gets to work in that time it is given longer.
func (m *machine) bench(ctx context.Context, b *books, script string, clients int, vars map[string]string) (n int64, tps float64, err error) {
	for whole, try := m.loadSeconds(), 0; try < 4 && n == 0; whole, try = 2*whole, try+1 {
		args := []string{"-n", "-M", "prepared", "-c", strconv.Itoa(clients), "-j", "2", "-T", strconv.Itoa(whole), "-D", "payload=" + m.payload}
		for name, value := range vars {
			args = append(args, "-D", name+"="+value)
		}
		var said bytes.Buffer
		if err := m.run(ctx, &said, m.pgbench, append(args, "-f", script, b.admin)...); err != nil {
			return 0, 0, err
		}
		if n, tps, err = rateOf(said.Bytes()); err != nil {
			return 0, 0, fmt.Errorf("pgbench %s: %w:\n%s", script, err, tail(said.String()))
		}
	}
	if n == 0 {
		err = fmt.Errorf("pgbench %s: no client got to work", script)
	}
	return n, tps, err
}

// rateOf reads what pgbench tells; where it counted nothing it tells no rate.
func rateOf(said []byte) (n int64, tps float64, err error) {
	counted, rate := transactions.FindSubmatch(said), perSecond.FindSubmatch(said)
	if counted == nil {
		return 0, 0, errors.New("it does not tell what it did")
	}
	if n, err = strconv.ParseInt(string(counted[1]), 10, 64); n == 0 || err != nil {
		return 0, 0, err
	}
	if rate == nil {
		return 0, 0, errors.New("it does not tell its rate")
	}
	tps, err = strconv.ParseFloat(string(rate[1]), 64)
	return n, tps, err
}
