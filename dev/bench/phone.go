package bench

import (
	"context"
	"errors"
	"fmt"

	"dure/dev/lighthouse"
)

// mostPoints is what Lighthouse gives at most.
const mostPoints = 100

// phone has Lighthouse score how fast the donation page is there on a phone with a slow line.
func (m *machine) phone(ctx context.Context) ([]Row, error) {
	b, err := m.books(ctx, m.base())
	if err != nil {
		return nil, err
	}
	s, err := m.serve(ctx, b)
	if err != nil {
		return nil, err
	}
	defer s.stop()
	if err := warm(ctx, s.address); err != nil {
		return nil, errors.Join(err, errors.New(s.said()))
	}
	var r rounds
	r.of = make([][]float64, 2)
	for run := range min(m.o.Runs, 3) {
		report, err := lighthouse.Run(ctx, "http://"+s.address+donationPage, lighthouse.Performance)
		if err != nil {
			return nil, err
		}
		points := report.Scores[lighthouse.Performance]
		r.of[0], r.of[1] = append(r.of[0], float64(points)), append(r.of[1], mostPoints)
		if l, ok := load(); ok {
			r.loads = append(r.loads, l)
		}
		m.say("  a slow phone, %d: %d points", run+1, points)
	}
	row := Row{Path: "donation page, a slow phone", Reference: fmt.Sprintf("Lighthouse's %d", mostPoints), Unit: "points", Goal: 98}
	return some(r.fill(row, 1, func(ours, _ float64) float64 { return ours }), nil)
}
