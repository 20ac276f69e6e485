package fec

import (
	"bufio"
	"bytes"
	"container/heap"
	"encoding/binary"
	"fmt"
	"io"
	"os"
	"slices"
)

// entry is what is kept of a row until the end of the file. Its bytes are laid out so that their order is the order wanted.
type entry [40]byte

// maxEntries is how many entries stay in memory, 1.25 MiB; a file with more of them goes through a temporary file.
const maxEntries = 1 << 15

// sorter gives entries back in their order, however many there are: what doesn't fit in memory is sorted in runs, put aside in a temporary
// file, and merged. The file has no name in the directory where the system has that, and is gone when the process is.
type sorter struct {
	held  []entry
	aside *os.File
	runs  []int64 // where each run ends in the file
}

func (s *sorter) add(e entry) error {
	if len(s.held) == maxEntries {
		if err := s.putAside(); err != nil {
			return err
		}
	}
	s.held = append(s.held, e)
	return nil
}

func (s *sorter) putAside() error {
	if s.aside == nil {
		f, err := os.CreateTemp("", "fec-*")
		if err != nil {
			return fmt.Errorf("put aside what a large filing is checked by: %w", err)
		}
		s.aside = f
		_ = os.Remove(f.Name()) // refused by systems that keep open files; close removes it there
	}
	sortEntries(s.held)
	out := bufio.NewWriterSize(s.aside, 1<<16)
	for i := range s.held {
		if _, err := out.Write(s.held[i][:]); err != nil {
			return fmt.Errorf("put aside what a large filing is checked by: %w", err)
		}
	}
	if err := out.Flush(); err != nil {
		return fmt.Errorf("put aside what a large filing is checked by: %w", err)
	}
	end := int64(len(s.held)) * int64(len(entry{}))
	if n := len(s.runs); n > 0 {
		end += s.runs[n-1]
	}
	s.runs = append(s.runs, end)
	s.held = s.held[:0]
	return nil
}

// each gives every entry in order, and closes the sorter.
func (s *sorter) each(take func(*entry)) error {
	defer s.close()
	if s.aside == nil {
		sortEntries(s.held)
		for i := range s.held {
			take(&s.held[i])
		}
		return nil
	}
	if err := s.putAside(); err != nil {
		return err
	}
	s.held = nil
	var m merge
	from := int64(0)
	for _, end := range s.runs {
		r := &run{in: bufio.NewReaderSize(io.NewSectionReader(s.aside, from, end-from), 1<<14)}
		from = end
		if there, err := r.next(); err != nil {
			return err
		} else if there {
			m = append(m, r)
		}
	}
	heap.Init(&m)
	for len(m) > 0 {
		take(&m[0].first)
		switch there, err := m[0].next(); {
		case err != nil:
			return err
		case there:
			heap.Fix(&m, 0)
		default:
			heap.Pop(&m)
		}
	}
	return nil
}

// close gives up what is held.
func (s *sorter) close() {
	s.held, s.runs = nil, nil
	if s.aside != nil {
		s.aside.Close()
		_ = os.Remove(s.aside.Name()) // mostly gone already
		s.aside = nil
	}
}

// run is a sorted part of the file of which first is the next entry.
type run struct {
	in    *bufio.Reader
	first entry
}

func (r *run) next() (bool, error) {
	switch _, err := io.ReadFull(r.in, r.first[:]); err {
	case nil:
		return true, nil
	case io.EOF:
		return false, nil
	default:
		return false, fmt.Errorf("read what was put aside of a large filing: %w", err)
	}
}

// merge is the runs, that with the least entry first.
type merge []*run

func (m merge) Len() int           { return len(m) }
func (m merge) Less(i, j int) bool { return compareEntries(&m[i].first, &m[j].first) < 0 }
func (m merge) Swap(i, j int)      { m[i], m[j] = m[j], m[i] }
func (m *merge) Push(x any)        { *m = append(*m, x.(*run)) }
func (m *merge) Pop() any {
	last := len(*m) - 1
	r := (*m)[last]
	*m = (*m)[:last]
	return r
}

// sortEntries sorts by way of the first 8 bytes, which mostly decide, and moves each entry once.
func sortEntries(list []entry) {
	type place struct {
		first uint64
		at    uint32
	}
	order := make([]place, len(list))
	for i := range list {
		order[i] = place{binary.BigEndian.Uint64(list[i][:8]), uint32(i)}
	}
	slices.SortFunc(order, func(a, b place) int {
		switch {
		case a.first < b.first:
			return -1
		case a.first > b.first:
			return 1
		}
		return bytes.Compare(list[a.at][8:], list[b.at][8:])
	})
	for i := range order { // along each cycle of the permutation
		if order[i].at == uint32(i) {
			continue
		}
		held, to := list[i], i
		for {
			from := int(order[to].at)
			order[to].at = uint32(to)
			if from == i {
				list[to] = held
				break
			}
			list[to] = list[from]
			to = from
		}
	}
}

func compareEntries(a, b *entry) int {
	x, y := binary.BigEndian.Uint64(a[:8]), binary.BigEndian.Uint64(b[:8])
	switch {
	case x < y:
		return -1
	case x > y:
		return 1
	}
	return bytes.Compare(a[8:], b[8:])
}
