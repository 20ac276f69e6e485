package pg

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"net"
	"sync/atomic"

	"github.com/lib/pq"
)

// pqConn is what database/sql asks of a connection of pq.
type pqConn interface {
	driver.Conn
	driver.ConnPrepareContext
	driver.ConnBeginTx
	driver.ExecerContext
	driver.QueryerContext
	driver.NamedValueChecker
	driver.SessionResetter
	driver.Validator
	driver.Pinger
}

// keptStatements is how many statements a connection keeps prepared, the first that come; each costs the server some 100 KB.
const keptStatements = 256

type kept struct{}

// Kept marks the statements of ctx as done again and again: a connection keeps them prepared from their second time, so that the
// server neither parses nor, as a rule, plans them anew. Those of InTx are kept without a word. It is for statements that find their
// rows by an index whatever they are asked; one that reads half a table for one committee, and three rows for the next, is planned better
// for each.
func Kept(ctx context.Context) context.Context { return context.WithValue(ctx, kept{}, true) }

// conn is one of pq's that tells its line for whom it works, and keeps statements prepared.
type conn struct {
	pqConn
	line       *line
	schema     *atomic.Int64          // the connector's
	known      int64                  // schema as the connection was made
	statements map[string]driver.Stmt // kept, by text
	once       map[string]bool        // texts that were done once
	writing    bool                   // in a transaction of InTx
	reading    bool                   // rows are open
	spent      bool                   // a context ended in a statement: what was sent to stop it may hit the next
}

var errReading = errors.New("a statement is done while the rows of another are open")

func (c *conn) QueryContext(ctx context.Context, query string, args []driver.NamedValue) (driver.Rows, error) {
	if c.reading {
		return nil, errReading
	}
	c.line.serve(ctx)
	st, err := c.statement(ctx, query, len(args))
	if err != nil {
		return nil, err
	}
	var got driver.Rows
	if st == nil {
		got, err = c.pqConn.QueryContext(ctx, query, args)
	} else {
		got, err = st.(driver.StmtQueryContext).QueryContext(ctx, args)
	}
	if err != nil {
		c.spent = c.spent || ctx.Err() != nil
		return nil, c.learn(err)
	}
	c.reading = true
	return &rows{got, c, ctx}, nil
}

func (c *conn) ExecContext(ctx context.Context, query string, args []driver.NamedValue) (driver.Result, error) {
	if c.reading {
		return nil, errReading
	}
	c.line.serve(ctx)
	st, err := c.statement(ctx, query, len(args))
	if err != nil {
		return nil, err
	}
	if st == nil {
		return c.pqConn.ExecContext(ctx, query, args)
	}
	result, err := st.(driver.StmtExecContext).ExecContext(ctx, args)
	c.spent = c.spent || ctx.Err() != nil
	return result, c.learn(err)
}

// learn has all connections make room for new ones where one learns that the schema has changed since its statements were prepared.
// Outside a transaction database/sql then does the statement again; InTx begins anew.
func (c *conn) learn(err error) error {
	if !outdated(err) {
		return err
	}
	c.schema.CompareAndSwap(c.known, c.known+1)
	if c.writing {
		return err
	}
	return driver.ErrBadConn
}

// outdated tells whether the server refused a prepared statement whose columns are of other types now, as after a migration, or that it
// has forgotten. Nothing of the statement was done.
func outdated(err error) bool {
	var e *pq.Error
	return errors.As(err, &e) && (e.Code == "26000" || e.Code == "0A000" && e.Routine == "RevalidateCachedQuery")
}

// statement gives query prepared, or nil where it is to be done as it is: it has no arguments, is not kept, or is done for the
// first time.
func (c *conn) statement(ctx context.Context, query string, args int) (driver.Stmt, error) {
	if args == 0 || !c.writing && ctx.Value(kept{}) == nil {
		return nil, nil
	}
	if st, ok := c.statements[query]; ok {
		return st, nil
	}
	if len(c.statements) == keptStatements {
		return nil, nil
	}
	if !c.once[query] {
		if len(c.once) == 4*keptStatements {
			clear(c.once)
		}
		c.once[query] = true
		return nil, nil
	}
	st, err := c.pqConn.PrepareContext(ctx, query)
	if err != nil {
		return nil, err
	}
	delete(c.once, query)
	c.statements[query] = st
	return st, nil
}

// rows keeps its connection from other statements until it is closed.
type rows struct {
	driver.Rows
	conn *conn
	ctx  context.Context
}

func (r *rows) Close() error {
	err := r.Rows.Close()
	r.conn.reading = false
	r.conn.spent = r.conn.spent || r.ctx.Err() != nil
	return err
}

// PrepareContext gives a statement that may outlive ctx, and then is done for nobody's.
func (c *conn) PrepareContext(ctx context.Context, query string) (driver.Stmt, error) {
	c.line.serve(context.Background())
	return c.pqConn.PrepareContext(ctx, query)
}

func (c *conn) Ping(ctx context.Context) error {
	c.line.serve(ctx)
	return c.pqConn.Ping(ctx)
}

// BeginTx tells database/sql to begin on another connection where this one turns out to be cut: nothing was done on it yet.
func (c *conn) BeginTx(ctx context.Context, opts driver.TxOptions) (driver.Tx, error) {
	c.line.serve(ctx)
	tx, err := c.pqConn.BeginTx(ctx, opts)
	if cut := (*net.OpError)(nil); errors.As(err, &cut) && ctx.Err() == nil {
		return nil, driver.ErrBadConn
	}
	if err != nil {
		return nil, err
	}
	c.writing = !opts.ReadOnly && sql.IsolationLevel(opts.Isolation) == sql.LevelDefault
	return transaction{tx, c, ctx}, nil
}

// transaction ends for the context for which it began, whatever its last statement was done for.
type transaction struct {
	driver.Tx
	conn *conn
	ctx  context.Context
}

func (t transaction) Commit() error {
	t.conn.writing = false
	t.conn.line.serve(t.ctx)
	return t.Tx.Commit()
}

func (t transaction) Rollback() error {
	t.conn.writing = false
	t.conn.line.serve(t.ctx)
	return t.Tx.Rollback()
}

// ResetSession is asked before a connection of the pool is used again. One that may be lost makes room for a new one.
func (c *conn) ResetSession(ctx context.Context) error {
	if c.spent || c.known != c.schema.Load() || c.line.suspect() {
		return driver.ErrBadConn
	}
	return c.pqConn.ResetSession(ctx)
}
