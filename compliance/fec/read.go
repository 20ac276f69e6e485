package fec

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"
)

// What a Reader takes at most, so that a broken file can't fill the memory.
const (
	maxLine = 1 << 16 // bytes of a line; the longest record of the format has about 4,100
	maxBody = 1 << 20 // bytes between [BEGINTEXT] and [ENDTEXT]; the FEC takes 20,000
)

// ErrOldFormat is the error of a file in the comma-separated format 5.3 or older.
var ErrOldFormat = errors.New("the file is in the comma-separated format 5.3 or older; files from version 8.0 on are read")

// LineError is a line that can't be read. The Reader goes on with the next one.
type LineError struct {
	Line    int
	Rule    string
	Message string
}

// Error names the line and what is wrong with it.
func (e *LineError) Error() string { return fmt.Sprintf("line %d: %s", e.Line, e.Message) }

// Reader reads a filing record by record. It takes LF and CR LF, records with too many or too few columns, records of any form,
// and text in UTF-8 or else Windows-1252; it keeps what it finds. Empty lines are passed over.
type Reader struct {
	in       *bufio.Reader
	line     int
	begun    bool  // the first record was met
	pending  error // to be told before the next record
	findings findings
}

// NewReader gives a Reader of r.
func NewReader(r io.Reader) *Reader {
	return &Reader{in: bufio.NewReaderSize(r, maxLine)}
}

// Next gives the next record. The error is io.EOF at the end, a *LineError for a line that can't be read, ErrOldFormat, or that of the
// underlying reader. After a *LineError the next call goes on.
func (r *Reader) Next() (Record, error) {
	if err := r.pending; err != nil {
		r.pending = nil
		return Record{}, err
	}
	for {
		line, err := r.read()
		if err != nil {
			return Record{}, err
		}
		for !r.begun && bytes.HasPrefix(line, byteOrderMark) {
			line = line[len(byteOrderMark):]
			r.warn("byte-order-mark", "", "a byte order mark before the first record; it is left out")
		}
		if len(bytes.TrimRight(line, " \t\x1a")) == 0 {
			r.warn("empty-line", "", "an empty line; it is passed over")
			continue
		}
		if !r.begun && !bytes.Contains(line, []byte(separator)) && (bytes.HasPrefix(line, []byte("/*")) || bytes.ContainsRune(line, ',')) {
			return Record{}, ErrOldFormat
		}
		r.begun = true
		if startsFreeText(line) {
			return Record{}, &LineError{r.line, "free-text", "free text that doesn't follow its cover directly"}
		}
		rec := Record{Line: r.line}
		var text string
		text, rec.cp1252 = decodeText(line)
		rec.Fields = split(text)
		return rec, r.body(&rec)
	}
}

// split cuts a line at the separators.
func split(line string) []string {
	fields := make([]string, 0, strings.Count(line, separator)+1)
	for {
		i := strings.IndexByte(line, separator[0])
		if i < 0 {
			return append(fields, line)
		}
		fields = append(fields, line[:i])
		line = line[i+1:]
	}
}

// Findings lists what the Reader passed over or put right so far.
func (r *Reader) Findings() []Finding { return r.findings.all() }

func (r *Reader) warn(rule, value, message string) {
	r.findings.add(Finding{Line: r.line, Rule: rule, Value: value, Severity: Warning, Message: message})
}

// read gives the next line without its end. The bytes are good until the next read.
func (r *Reader) read() ([]byte, error) {
	line, err := r.in.ReadSlice('\n')
	if len(line) == 0 && err != nil {
		return nil, err
	}
	r.line++
	switch {
	case err == bufio.ErrBufferFull:
		for err == bufio.ErrBufferFull {
			_, err = r.in.ReadSlice('\n')
		}
		if err != nil && err != io.EOF {
			return nil, err
		}
		return nil, &LineError{r.line, "line-too-long", fmt.Sprintf("a line of more than %d bytes; it is passed over", maxLine)}
	case err != nil && err != io.EOF:
		return nil, err
	}
	return bytes.TrimSuffix(bytes.TrimSuffix(line, []byte("\n")), []byte("\r")), nil
}

// decodeText reads bytes as UTF-8, or as Windows-1252 if they aren't. Bytes that Windows-1252 leaves undefined become the control
// characters of the same number, so that encodeText gives them back.
func decodeText(b []byte) (text string, cp1252 bool) {
	if utf8.Valid(b) {
		return string(b), false
	}
	out := make([]rune, len(b))
	for i, c := range b {
		out[i] = charmap.Windows1252.DecodeByte(c)
		if out[i] == utf8.RuneError {
			out[i] = rune(c)
		}
	}
	return string(out), true
}

// encodeText is the reverse of decodeText.
func encodeText(b []byte, s string, cp1252 bool) []byte {
	if !cp1252 {
		return append(b, s...)
	}
	for _, r := range s {
		c, ok := charmap.Windows1252.EncodeRune(r)
		if !ok {
			c = byte(r)
		}
		b = append(b, c)
	}
	return b
}

var (
	byteOrderMark = []byte("\ufeff")
	beginText     = []byte("[BEGINTEXT]")
	endText       = []byte("[ENDTEXT]")
)

func startsFreeText(line []byte) bool {
	return len(line) >= len(beginText) && bytes.EqualFold(line[:len(beginText)], beginText)
}

// body reads the free text after a record, if there is one. What is wrong with it is told by the next call of Next.
func (r *Reader) body(rec *Record) error {
	if next, _ := r.in.Peek(len(beginText)); !startsFreeText(next) {
		return nil
	}
	begun := r.line + 1
	var body []byte
	for {
		piece, err := r.in.ReadSlice('\n')
		if err != nil && err != io.EOF && err != bufio.ErrBufferFull {
			return err
		}
		if len(piece) > 0 && err != bufio.ErrBufferFull {
			r.line++
		}
		if len(body) <= maxBody {
			body = append(body, piece...)
		}
		ended := bytes.EqualFold(bytes.TrimSpace(piece), endText)
		if ended && len(body) > maxBody {
			r.pending = &LineError{begun, "free-text", fmt.Sprintf("a free text of more than %d bytes; it is passed over", maxBody)}
			return nil
		}
		if !ended && err == io.EOF {
			r.pending = &LineError{begun, "free-text", "[BEGINTEXT] without [ENDTEXT]"}
		}
		if ended || err == io.EOF {
			break
		}
	}
	rec.Body, rec.bodyCP1252 = decodeText(body)
	return nil
}
