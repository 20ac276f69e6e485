package compliance

import (
	"context"

	"github.com/jmoiron/sqlx"

	"dure/compliance/fec"
	"dure/pg"
)

// A large report keeps the database, the reader of its rows and the writer of the file at work at once: what is here lets them.

// proof is what a report is held against.
type proof struct {
	facts facts
	books []books
	err   error
}

// proveBeside begins to ask for the sums of facts and books on a connection beside the one that tells the rows, and gives the function
// that waits for them, and the one that ends the asking. Where no second connection is free they are asked for at once.
func (b *build) proveBeside(ctx context.Context, db *sqlx.DB) (wait func() proof, end func(), err error) {
	tx, rollback, err := pg.Beside(ctx, db, b.tx)
	if err != nil {
		return nil, nil, err
	}
	if tx == nil {
		p := b.prove(ctx)
		return func() proof { return p }, func() {}, p.err
	}
	ctx, cancel := context.WithCancel(ctx)
	beside := *b
	beside.tx = tx
	var p proof
	done := make(chan struct{})
	go func() {
		defer close(done)
		p = beside.prove(ctx)
	}()
	wait = func() proof { <-done; return p }
	return wait, func() { cancel(); <-done; rollback() }, nil
}

func (b *build) prove(ctx context.Context) (p proof) {
	if p.facts, p.err = b.facts(ctx); p.err == nil {
		p.books, p.err = b.books(ctx)
	}
	return p
}

// writing hands rows to a Writer that works beside whoever puts them.
type writing struct {
	batch []fec.Row
	full  chan []fec.Row
	done  chan struct{} // closed when the writer ended, of whom err is then known
	err   error
}

// rowsAhead is how many rows go to the writer together. It has at most two such batches before it.
const rowsAhead = 128

func writeBeside(w *fec.Writer) *writing {
	to := &writing{full: make(chan []fec.Row, 1), done: make(chan struct{})}
	go func() {
		defer close(to.done)
		for rows := range to.full {
			for _, row := range rows {
				if to.err = w.Write(row); to.err != nil {
					return
				}
			}
		}
	}()
	return to
}

// put hands a row over, which is the writer's then. The error is the writer's, of this row or of one before it.
func (to *writing) put(row fec.Row) error {
	if to.batch = append(to.batch, row); len(to.batch) < rowsAhead {
		return nil
	}
	return to.flush()
}

func (to *writing) flush() error {
	select {
	case to.full <- to.batch:
		to.batch = make([]fec.Row, 0, rowsAhead)
		return nil
	case <-to.done:
		return to.err
	}
}

// end waits until all rows are written.
func (to *writing) end() error {
	err := to.flush()
	close(to.full)
	<-to.done
	if err == nil {
		err = to.err
	}
	return err
}
