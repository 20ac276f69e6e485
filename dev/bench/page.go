package bench

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"time"
)

// page measures a donation page, each view with a token of its own, against the least that the same router can do.
func (m *machine) page(ctx context.Context, clients int) ([]Row, error) {
	b, err := m.books(ctx, m.base())
	if err != nil {
		return nil, err
	}
	row := Row{Path: fmt.Sprintf("donation page, %d clients", clients), Reference: "chi hello world", Unit: "pages/s", Goal: 0.5}
	ours := func(ctx context.Context, _ int) (float64, error) {
		s, err := m.serve(ctx, b)
		if err != nil {
			return 0, err
		}
		defer s.stop()
		if err := warm(ctx, s.address); err != nil {
			return 0, errors.Join(err, errors.New(s.said()))
		}
		if err := fresh(ctx, s.address); err != nil {
			return 0, err
		}
		return m.views(ctx, s, clients, donationPage)
	}
	theirs := func(ctx context.Context, _ int) (float64, error) {
		s, err := m.hello(ctx)
		if err != nil {
			return 0, err
		}
		defer s.stop()
		return m.views(ctx, s, clients, "/")
	}
	row, err = m.pairs(ctx, row, rates, ours, theirs)
	return some(row, err)
}

const donationPage = "/give/bench"

// warm looks at the donation page until it is there: the first view after a start sums what the drive has brought.
func warm(ctx context.Context, address string) error {
	ctx, cancel := context.WithTimeout(ctx, time.Minute)
	defer cancel()
	for {
		err := answers(ctx, "http://"+address+donationPage)
		if err == nil {
			return nil
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("%s is not there a minute after the start: %w", donationPage, err)
		case <-time.After(100 * time.Millisecond):
		}
	}
}

// views is how many pages a second clients are given.
func (m *machine) views(ctx context.Context, s *served, clients int, path string) (float64, error) {
	request := get(s.address, path)
	done, err := m.load(ctx, s.address, clients, func() []byte { return request })
	if err != nil {
		return 0, errors.Join(err, errors.New(s.said()))
	}
	return float64(done.n) / done.within.Seconds(), nil
}

// get is the whole request in which a browser asks for a page.
func get(address, path string) []byte {
	return fmt.Appendf(nil, "GET %s HTTP/1.1\r\nHost: %s\r\nUser-Agent: Mozilla/5.0\r\nAccept: text/html\r\nAccept-Encoding: gzip\r\nAccept-Language: en\r\n\r\n", path, address)
}

// fresh proves that each of some views of the donation page has a token that no other has. The token stands uncompressed in the
// compressed page.
func fresh(ctx context.Context, address string) error {
	c, err := dial(ctx, address)
	if err != nil {
		return err
	}
	defer c.close()
	seen := map[string]bool{}
	const views = 200
	for range views {
		status, body, err := c.do(get(address, donationPage))
		if err != nil {
			return err
		}
		_, after, found := bytes.Cut(body, []byte(`name="token" value="`))
		if status != 200 || !found || len(after) < 16 {
			return fmt.Errorf("%s: status %d, and a token: %v", donationPage, status, found)
		}
		seen[string(after[:16])] = true
	}
	if len(seen) != views {
		return fmt.Errorf("%s: %d views have %d tokens", donationPage, views, len(seen))
	}
	return nil
}
