package fec_test

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"dure/compliance/fec"
	"dure/dev/fectest"
)

// readAll reads a text in which | stands for the separator.
func readAll(text string) (records []fec.Record, findings []fec.Finding, err error) {
	r := fec.NewReader(strings.NewReader(strings.ReplaceAll(text, "|", "\x1c")))
	for {
		rec, err := r.Next()
		if err == io.EOF {
			return records, r.Findings(), nil
		}
		if err != nil {
			return records, r.Findings(), err
		}
		records = append(records, rec)
	}
}

func TestReaderTakesWhatFilersWrite(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		name, text string
		want       [][]string
		lines      []int
	}{
		{"CR LF", "HDR|FEC\r\nSA|x\r\n", [][]string{{"HDR", "FEC"}, {"SA", "x"}}, []int{1, 2}},
		{"bare LF", "HDR|FEC\nSA|x\n", [][]string{{"HDR", "FEC"}, {"SA", "x"}}, []int{1, 2}},
		{"no end of the last line", "HDR|FEC\nSA|x", [][]string{{"HDR", "FEC"}, {"SA", "x"}}, []int{1, 2}},
		{"an extra separator at the end", "HDR|FEC|\n", [][]string{{"HDR", "FEC", ""}}, []int{1}},
		{"empty lines", "\nHDR|FEC\n\n  \nSA|x\n\x1a", [][]string{{"HDR", "FEC"}, {"SA", "x"}}, []int{2, 5}},
		{"a byte order mark, twice, and an empty line", "\ufeff\n\ufeff\ufeffHDR|FEC\n", [][]string{{"HDR", "FEC"}}, []int{2}},
		{"a byte order mark", "\ufeffHDR|FEC\n", [][]string{{"HDR", "FEC"}}, []int{1}},
		{"UTF-8", "HDR|Peña\n", [][]string{{"HDR", "Peña"}}, []int{1}},
		{"bytes that Windows-1252 leaves undefined", "HDR|\x81\xff\n", [][]string{{"HDR", "\u0081ÿ"}}, []int{1}},
		{"Windows-1252", "HDR|Pe\xf1a \x93x\x94\n", [][]string{{"HDR", "Peña “x”"}}, []int{1}},
		{"nothing", "", nil, nil},
	} {
		records, _, err := readAll(row.text)
		if err != nil {
			t.Errorf("%s: %v", row.name, err)
		}
		var got [][]string
		var lines []int
		for _, r := range records {
			got, lines = append(got, r.Fields), append(lines, r.Line)
		}
		if diff := cmp.Diff(row.want, got); diff != "" || !cmp.Equal(row.lines, lines) {
			t.Errorf("%s: lines %v, want %v (-want +got):\n%s", row.name, lines, row.lines, diff)
		}
	}
}

func TestReaderTellsWhatItPassesOver(t *testing.T) {
	t.Parallel()
	_, findings, err := readAll("\ufeffHDR|FEC\n\nSA|x\n")
	if err != nil || !has(findings, 1, 0, "byte-order-mark", fec.Warning) || !has(findings, 2, 0, "empty-line", fec.Warning) || len(findings) != 2 {
		t.Errorf("findings %v, %v; want the byte order mark and the empty line", findings, err)
	}
}

func TestFreeTextStaysWithItsCover(t *testing.T) {
	t.Parallel()
	const text = "HDR|FEC|8.5\r\nF99|C00999201\r\n[BEGINTEXT]\r\nDear sirs,\n\n|no column|\r\n[EndText]\r\nTEXT|x\r\n"
	records, _, err := readAll(text)
	if err != nil || len(records) != 3 {
		t.Fatalf("%d records, %v; want 3", len(records), err)
	}
	if want := "[BEGINTEXT]\r\nDear sirs,\n\n\x1cno column\x1c\r\n[EndText]\r\n"; records[1].Body != want {
		t.Errorf("the text is %q, want %q", records[1].Body, want)
	}
	if records[2].Line != 8 {
		t.Errorf("the record after the text is on line %d, want 8", records[2].Line)
	}
	var out bytes.Buffer
	file := strings.ReplaceAll(text, "|", "\x1c")
	if err := fec.Rewrite(&out, strings.NewReader(file)); err != nil || out.String() != file {
		t.Errorf("rewritten: %q, %v; want it as it was", out.String(), err)
	}
}

func TestReaderRefusesAndGoesOn(t *testing.T) {
	t.Parallel()
	long := "HDR|FEC\n" + strings.Repeat("x", 1<<20) + "\nSA|x\n"
	records, _, err := readAll(long)
	var bad *fec.LineError
	if !errors.As(err, &bad) || bad.Line != 2 || bad.Rule != "line-too-long" || len(records) != 1 {
		t.Fatalf("a line of a megabyte: %v after %d records, want line-too-long on line 2", err, len(records))
	}
	if list := checked(t, []byte(strings.ReplaceAll(long, "|", "\x1c"))); !has(list, 2, 0, "line-too-long", fec.Error) || !has(list, 3, 1, "cover", fec.Error) {
		t.Errorf("findings %v, want the long line on line 2 and a missing cover on line 3", list)
	}
	if err := fec.Rewrite(io.Discard, strings.NewReader(long)); !errors.As(err, &bad) {
		t.Errorf("a file with a line that can't be kept is rewritten: %v, want an error", err)
	}
	for name, text := range map[string]string{
		"after an empty line": "HDR|FEC\n\n[BEGINTEXT]\nx\n[ENDTEXT]\n",
		"without its end":     "HDR|FEC\nF99|C1\n[BEGINTEXT]\nDear sirs",
		"too long":            "HDR|FEC\nF99|C1\n[BEGINTEXT]\n" + strings.Repeat("x\n", 1<<20) + "[ENDTEXT]\n",
	} {
		if _, _, err := readAll(text); !errors.As(err, &bad) || bad.Line != 3 || bad.Rule != "free-text" {
			t.Errorf("free text %s: %v, want free-text on line 3", name, err)
		}
	}
}

func TestOldFormatsAreRefused(t *testing.T) {
	t.Parallel()
	for _, text := range []string{"HDR,FEC,5.3,ABC\nF3XN,C1\n", "/* Header\nFEC_Ver_# = 2.02\n", `"HDR","FEC","3.00"` + "\n"} {
		if _, _, err := readAll(text); !errors.Is(err, fec.ErrOldFormat) {
			t.Errorf("%q: %v, want %v", text, err, fec.ErrOldFormat)
		}
		if list := checked(t, []byte(text)); len(list) != 1 || !has(list, 1, 0, "version", fec.Error) {
			t.Errorf("%q: %v, want one error on the version", text, list)
		}
	}
	for _, version := range []string{"6.4", "7.0", "P3.4", "9.0"} {
		list := checked(t, []byte("HDR\x1cFEC\x1c"+version+"\x1c\x1c\x1c\x1c\x1c\nF3XN\x1cC1\nSA11AI\n"))
		if len(list) != 1 || !has(list, 1, 3, "version", fec.Error) {
			t.Errorf("version %s: %v, want one error on the version", version, list)
		}
	}
}

func TestPublicFilingsAreReadCheckedAndWrittenBack(t *testing.T) {
	t.Parallel()
	// The warnings that each filing has; none has an error.
	want := map[string][]string{
		"1238394.fec":         {"2 no-table", "3 no-table"},
		"1238397.fec":         {"1 columns"},
		"federal-refunds.fec": {"1 columns", "3 committee-id", "4 committee-id", "5 committee-id", "6 committee-id"}, // of a body that isn't registered
	}
	for _, folder := range []string{"filings", "worked-month"} {
		paths, err := filepath.Glob(filepath.Join(fectest.Shared(t, "fec", folder), "*.fec"))
		if err != nil || len(paths) < 2 {
			t.Fatalf("%d filings: %v", len(paths), err)
		}
		for _, path := range paths {
			file, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, f := range checked(t, file) {
				if f.Severity == fec.Error {
					t.Errorf("%s: %v", path, f)
				}
				got = append(got, fmt.Sprint(f.Line, " ", f.Rule))
			}
			if diff := cmp.Diff(want[filepath.Base(path)], got); diff != "" {
				t.Errorf("%s: warnings (-want +got):\n%s", path, diff)
			}
			var out bytes.Buffer
			if err := fec.Rewrite(&out, bytes.NewReader(file)); err != nil {
				t.Fatal(err)
			}
			unix := bytes.ReplaceAll(file, []byte("\r\n"), []byte("\n"))
			if !bytes.Equal(bytes.ReplaceAll(out.Bytes(), []byte("\r\n"), []byte("\n")), unix) {
				t.Errorf("%s differs when written back, by more than its line ends", path)
			}
			if !bytes.Equal(unix, file) && !bytes.Equal(out.Bytes(), file) {
				t.Errorf("%s has CR LF and differs when written back", path)
			}
			var shown bytes.Buffer
			if err := fec.Show(&shown, bytes.NewReader(file)); err != nil || shown.Len() == 0 {
				t.Errorf("%s is shown in %d bytes: %v", path, shown.Len(), err)
			}
		}
	}
}
