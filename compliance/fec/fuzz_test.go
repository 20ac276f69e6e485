package fec_test

import (
	"bytes"
	"errors"
	"io"
	"testing"
	"unicode/utf8"

	"dure/compliance/fec"
)

func seeds(f *testing.F) {
	file, _ := written(f, sample())
	for _, s := range []string{
		string(file), "", "\n", "\r\n\r\n", "HDR\x1cFEC\x1c8.5\nF99\x1cC00999201\n[BEGINTEXT]\nbody\n[ENDTEXT]\n", "HDR\x1cFEC\x1c8.5\nF99\n[BEGINTEXT]",
		"HDR,FEC,5.3\n", "HDR\x1cFEC\x1c8.3\x1c\x1c\nF3XA\x1cPe\xf1a\nSE\x1c\x1cX\nSC/10\nTEXT\x1c\x1cA\x1cA\x1cTEXT\x1c\n", "\ufeffHDR\x1c\x1c\n\x1a",
	} {
		f.Add([]byte(s))
	}
}

// What is read and written again reads as the same, and a second writing changes nothing.
func FuzzRead(f *testing.F) {
	seeds(f)
	f.Fuzz(func(t *testing.T, file []byte) {
		var once, twice bytes.Buffer
		if err := fec.Rewrite(&once, bytes.NewReader(file)); err != nil {
			var bad *fec.LineError
			if !errors.As(err, &bad) && !errors.Is(err, fec.ErrOldFormat) {
				t.Fatalf("rewrite: %v", err)
			}
			return
		}
		if err := fec.Rewrite(&twice, bytes.NewReader(once.Bytes())); err != nil {
			t.Fatalf("rewrite of what was written: %v", err)
		}
		if !bytes.Equal(once.Bytes(), twice.Bytes()) {
			t.Fatalf("written %q, then %q", once.Bytes(), twice.Bytes())
		}
		for r := fec.NewReader(bytes.NewReader(file)); ; {
			rec, err := r.Next()
			if err == io.EOF {
				return
			}
			if err != nil {
				t.Fatalf("read %q: %v, though it is rewritten", file, err)
			}
			if len(rec.Fields) == 0 || rec.Line < 1 {
				t.Fatalf("a record without a place or a column: %+v", rec)
			}
			for _, row := range []fec.Row{&fec.Header{}, &fec.F3X{}, &fec.ScheduleA{}, &fec.ScheduleB{}, &fec.Text{}} {
				_ = rec.Decode(row) // may refuse, and must not panic
			}
		}
	})
}

func FuzzCheck(f *testing.F) {
	seeds(f)
	f.Fuzz(func(t *testing.T, file []byte) {
		list, _, err := fec.Check(bytes.NewReader(file))
		if err != nil {
			t.Fatalf("check: %v", err)
		}
		lines := bytes.Count(file, []byte("\n")) + 1
		for _, x := range list {
			if x.Line < 0 || x.Line > lines || x.Column < 0 || x.Rule == "" || x.Message == "" || x.Severity != fec.Error && x.Severity != fec.Warning {
				t.Fatalf("a finding without a place or a reason: %+v", x)
			}
		}
		if err := fec.Show(io.Discard, bytes.NewReader(file)); err != nil && !errors.Is(err, fec.ErrOldFormat) && !errors.Is(err, fec.ErrNoCover) {
			t.Fatalf("show: %v", err)
		}
	})
}

// What ASCII gives back holds only what a .fec file may hold, and is left alone the second time.
func FuzzASCII(f *testing.F) {
	for _, s := range []string{"Peña", "Nguyễn", "D’Arcy", `"x"`, "ß", "김", "½", "´", "\x00", "\xff", "ﷺ"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		out, left := fec.ASCII(s)
		for _, r := range out {
			if r < ' ' || r > '~' || r == '"' {
				t.Fatalf("ASCII(%q) = %q, which holds %q", s, out, r)
			}
		}
		if again, none := fec.ASCII(out); again != out || none != nil {
			t.Fatalf("ASCII(%q) = %q, then %q and %q", s, out, again, none)
		}
		if !utf8.ValidString(s) && len(left) == 0 {
			t.Fatalf("ASCII(%q) = %q, though it is no text", s, out)
		}
	})
}
