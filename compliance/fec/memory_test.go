package fec_test

import (
	"bufio"
	"bytes"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"testing"
	"time"

	"dure/compliance/fec"
)

var memoryRows = flag.String("memory", "", "measure the memory of filings of these numbers of receipts, such as 100000,1000000,5000000; the default is 100000,200000, and with -short the first of them")

// most is what a process may hold while it writes or checks a filing of any size.
const most = 64 << 20

// A filing of any size is written and checked in the same memory. Each measurement is a process of its own.
func TestMemoryDoesNotGrowWithTheFiling(t *testing.T) {
	if _, err := os.Stat("/proc/self/status"); err != nil {
		t.Skip("SKIPPED: the memory of a process is read from /proc, which isn't there")
	}
	counts := "100000,200000"
	switch {
	case *memoryRows != "":
		counts = *memoryRows
	case testing.Short():
		counts = "100000"
	}
	path := filepath.Join(t.TempDir(), "large.fec")
	for _, count := range strings.Split(counts, ",") {
		for _, what := range []string{"write", "check"} {
			cmd := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestMeasuredAlone$", "-test.v")
			cmd.Env = append(os.Environ(), "FEC_MEASURE="+what, "FEC_ROWS="+count, "FEC_FILE="+path)
			out, err := cmd.CombinedOutput()
			if err != nil {
				t.Fatalf("%s of %s receipts: %v\n%s", what, count, err, out)
			}
			var heap, resident int
			var took string
			_, figures, _ := strings.Cut(string(out), "MEASURED ")
			if _, err := fmt.Sscanf(figures, "%d %d %s", &heap, &resident, &took); err != nil {
				t.Fatalf("%v: %s", err, out)
			}
			t.Logf("%-5s %9s receipts: heap at most %5.1f MiB, resident at most %5.1f MiB, %s", what, count, float64(heap)/(1<<20), float64(resident)/(1<<20), took)
			if resident > most {
				t.Errorf("%s of %s receipts holds %d MiB, want at most %d", what, count, resident>>20, most>>20)
			}
		}
	}
}

// TestMeasuredAlone is the process that the test above starts.
func TestMeasuredAlone(t *testing.T) {
	what, path := os.Getenv("FEC_MEASURE"), os.Getenv("FEC_FILE")
	if what == "" {
		t.Skip("started by TestMemoryDoesNotGrowWithTheFiling only")
	}
	n, err := strconv.Atoi(os.Getenv("FEC_ROWS"))
	if err != nil {
		t.Fatal(err)
	}
	done, peak := make(chan bool), make(chan uint64)
	go func() {
		var highest uint64
		for {
			var m runtime.MemStats
			runtime.ReadMemStats(&m)
			highest = max(highest, m.HeapAlloc)
			select {
			case <-done:
				peak <- highest
				return
			case <-time.After(20 * time.Millisecond):
			}
		}
	}()
	begun := time.Now()
	if what == "write" {
		f, err := os.Create(path)
		if err != nil {
			t.Fatal(err)
		}
		large(t, f, n)
		if err := f.Close(); err != nil {
			t.Fatal(err)
		}
	} else {
		f, err := os.Open(path)
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		list, file, err := fec.Check(bufio.NewReader(f))
		if err != nil || len(list) > 0 || file.Records["SA11AI"] != n {
			t.Fatalf("%d records, %d findings, %v; want %d and none", file.Records["SA11AI"], len(list), err, n)
		}
	}
	took := time.Since(begun).Round(10 * time.Millisecond)
	close(done)
	fmt.Printf("MEASURED %d %d %s\n", <-peak, resident(t), took)
}

// resident gives the most bytes of memory that the process held so far.
func resident(t *testing.T) int {
	t.Helper()
	status, err := os.ReadFile("/proc/self/status")
	if err != nil {
		t.Fatal(err)
	}
	_, high, _ := strings.Cut(string(status), "VmHWM:")
	kib, err := strconv.Atoi(strings.Fields(high)[0])
	if err != nil {
		t.Fatal(err)
	}
	return kib << 10
}

// What is put aside on disk is looked at as what stays in memory: the last rows of a large filing have the same mistakes as the first.
func TestLargeFilingIsCheckedWhole(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	large(t, &out, 180_000) // with notes and references 300,000 mentions of ids
	file := out.Bytes()
	lines := bytes.Count(file, []byte("\n"))
	first, _, _ := bytes.Cut(file, []byte("\x1cSA-0\x1c"))
	line := bytes.Count(first, []byte("\n")) + 1
	row := file[bytes.LastIndexByte(first, '\n')+1:]
	row = row[:bytes.IndexByte(row, '\n')+1]
	file = append(file, row...) // its id is taken, and its aggregate of 100.00 doesn't follow the third one of 300.00
	file = append(file, bytes.Replace(row, []byte("\x1cSA-0\x1c\x1c"), []byte("\x1cSA-NEW\x1cSA-NONE\x1c"), 1)...)
	list := checked(t, file)
	if !has(list, lines+1, 3, "id-unique", fec.Error) || !has(list, lines+2, 4, "back-reference", fec.Error) || !has(list, lines+1, 22, "aggregate", fec.Warning) {
		t.Errorf("a doubled row, a broken reference: %v", list)
	}
	for _, f := range list {
		if f.Rule == "id-unique" && !strings.Contains(f.Message, fmt.Sprintf("line %d ", line)) {
			t.Errorf("%v, want the place of the first on line %d", f, line)
		}
	}
}

func TestFullDiskOfTheTemporaryFileIsToldAsAnError(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("SKIPPED: TMPDIR names the place of temporary files on Unix only")
	}
	t.Setenv("TMPDIR", filepath.Join(t.TempDir(), "not there"))
	var out bytes.Buffer
	rows := sample()
	w := fec.NewWriter(&out)
	a := rows[2].(*fec.ScheduleA)
	var err error
	for i := 0; i < 1<<17+1 && err == nil; i++ {
		a.ID = fmt.Sprint("SA-", i)
		err = w.Write(a)
	}
	if err == nil || !strings.Contains(err.Error(), "put aside") {
		t.Errorf("Write without a place for temporary files = %v, want its error", err)
	}
	if err := w.Close(); err == nil || !strings.Contains(err.Error(), "put aside") {
		t.Errorf("Close = %v, want the same", err)
	}
	if _, _, err := fec.Check(io.MultiReader(bytes.NewReader(out.Bytes()), &endless{})); err == nil || !strings.Contains(err.Error(), "put aside") {
		t.Errorf("Check = %v, want the same", err)
	}
}

// endless is rows of Schedule A with ever new ids.
type endless struct {
	n    int
	left []byte
}

func (e *endless) Read(b []byte) (int, error) {
	if len(e.left) == 0 {
		e.n++
		e.left = fmt.Appendf(nil, "SC/10\x1c%s\x1cSC-%d%s\r\n", filer, e.n, strings.Repeat("\x1c", 35))
	}
	n := copy(b, e.left)
	e.left = e.left[n:]
	return n, nil
}
