package web

import (
	"bytes"
	"compress/flate"
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"net/http"
	"strconv"
	"sync"
)

// hole marks, in a page that is rendered once and sent often, the one place that differs from view to view.
const hole = "<!--the hidden fields of this view-->"

// prepared is a page rendered and compressed once. Its hole is filled as it is sent, in both forms, without compressing
// again: a deflate stream takes bytes as they are between two compressed parts (RFC 1951, 3.2.4).
type prepared struct {
	before, after             []byte
	zippedBefore, zippedAfter []byte
	sum                       uint32 // of before
}

// prepare splits a page at its hole; a page without one is sent as it is.
func prepare(page []byte) (prepared, error) {
	before, after, _ := bytes.Cut(page, []byte(hole))
	p := prepared{before: before, after: after, sum: crc32.ChecksumIEEE(before)}
	var out bytes.Buffer
	w, err := flate.NewWriter(&out, flate.BestCompression)
	if err != nil {
		return p, err
	}
	w.Write(before)
	w.Flush() // ends the part at a whole byte
	p.zippedBefore = bytes.Clone(out.Bytes())
	out.Reset()
	w.Reset(&out)
	w.Write(after)
	w.Close()
	p.zippedAfter = bytes.Clone(out.Bytes())
	return p, nil
}

// send writes the page with its hole filled.
func (p prepared) send(w http.ResponseWriter, r *http.Request, status int, filling []byte) {
	h := w.Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Vary", "Accept-Encoding, Accept-Language")
	whole := bodies.Get().(*[]byte)
	defer bodies.Put(whole)
	body := (*whole)[:0]
	if takesGzip(r) {
		h.Set("Content-Encoding", "gzip")
		body = p.zip(body, filling)
	} else {
		body = append(append(append(body, p.before...), filling...), p.after...)
	}
	*whole = body
	h.Set("Content-Length", strconv.Itoa(len(body)))
	w.WriteHeader(status)
	w.Write(body)
}

// bodies are lent to answers, one at a time.
var bodies = sync.Pool{New: func() any { return new([]byte) }}

// zip adds the page in the gzip format (RFC 1952) to out. The filling is shorter than 64 KiB.
func (p prepared) zip(out, filling []byte) []byte {
	out = append(out, 0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255)
	out = append(out, p.zippedBefore...)
	n := uint16(len(filling))
	out = append(out, 0) // a stored block, not the last
	out = binary.LittleEndian.AppendUint16(out, n)
	out = binary.LittleEndian.AppendUint16(out, ^n)
	out = append(out, filling...)
	out = append(out, p.zippedAfter...)
	sum := crc32.Update(crc32.Update(p.sum, crc32.IEEETable, filling), crc32.IEEETable, p.after)
	out = binary.LittleEndian.AppendUint32(out, sum)
	return binary.LittleEndian.AppendUint32(out, uint32(len(p.before)+len(filling)+len(p.after)))
}

// hiddenFields writes the fields of one view: the token, which is the id of the gift to be, and the code of the link.
// The token has letters and digits only, and a code with any others is dropped.
func hiddenFields(token, ref string) []byte {
	return fmt.Appendf(nil, `<input type="hidden" name="token" value="%s"><input type="hidden" name="ref" value="%s">`, token, reference(ref))
}
