package fec

import (
	"bufio"
	"fmt"
	"io"
)

// Writer writes a filing, record by record: the header, the cover, then rows in any order. Nothing is kept of a row but its
// transaction id and its aggregate, and those of a large filing in a temporary file, so that a filing of any size can be written.
//
// Every value is fitted to its column: text is put into ASCII and shortened at a blank when it is too long, each with a
// warning; what can't be written leaves its column empty, with an error. Every record then passes through the same checks
// as Check makes of a file. Close tells the outcome.
type Writer struct {
	out     *bufio.Writer
	checker *checker
	buffer  []byte
	fields  []string
	closed  bool
}

// NewWriter gives a Writer onto w. The caller closes w itself.
func NewWriter(w io.Writer) *Writer {
	return &Writer{out: bufio.NewWriterSize(w, 1<<16), checker: newChecker()}
}

// Write adds one record. The error is one of the underlying writer or the temporary file; findings are told by Findings and Close.
func (w *Writer) Write(row Row) error {
	l := row.layout()
	line := w.checker.records + 1
	first := len(w.checker.findings.list)
	w.fields = l.encode(row, w.fields[:0], func(column int, p problem) {
		w.checker.findings.add(l.table.finding(line, "", column, p))
	})
	r := Record{Line: line, Fields: w.fields}
	for i := first; i < len(w.checker.findings.list); i++ {
		w.checker.findings.list[i].Record = r.Form()
	}
	w.checker.record(r)
	if err := w.checker.err; err != nil {
		return fmt.Errorf("check record %d: %w", line, err)
	}
	w.buffer = r.Append(w.buffer[:0])
	if _, err := w.out.Write(w.buffer); err != nil {
		return fmt.Errorf("write record %d: %w", line, err)
	}
	return nil
}

// Lines counts the records written so far.
func (w *Writer) Lines() int { return w.checker.records }

// Findings lists what was found so far; after Close, of the file as a whole too.
func (w *Writer) Findings() []Finding { return w.checker.findings.all() }

// Close ends the file: it writes what is buffered and checks the file as a whole. The error is a *Refusal when there is a finding of
// severity Error; the file is complete all the same, so that people can read it, but must not be filed.
func (w *Writer) Close() error {
	if !w.closed {
		w.closed = true
		w.checker.finish()
		w.checker.close()
	}
	if err := w.out.Flush(); err != nil {
		return fmt.Errorf("end of file: %w", err)
	}
	if err := w.checker.err; err != nil {
		return fmt.Errorf("check the file: %w", err)
	}
	if w.checker.findings.errors > 0 {
		return &Refusal{Findings: w.Findings()}
	}
	return nil
}

// Rewrite copies a file as read: every column as found, with CR LF at each line's end; empty lines are left
// out. It refuses a file of which Reader can't read every line.
func Rewrite(w io.Writer, r io.Reader) error {
	in, out := NewReader(r), bufio.NewWriterSize(w, 1<<16)
	var buffer []byte
	for {
		rec, err := in.Next()
		if err == io.EOF {
			break
		}
		if err != nil {
			return err
		}
		buffer = rec.Append(buffer[:0])
		if _, err := out.Write(buffer); err != nil {
			return fmt.Errorf("rewrite line %d: %w", rec.Line, err)
		}
	}
	return out.Flush()
}
