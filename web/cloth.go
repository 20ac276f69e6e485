package web

import (
	"hash/fnv"
	"math/rand/v2"

	"dure/money"
)

// The size of the cloth in its own units.
const (
	clothWide = 600
	clothHigh = 52
	sliver    = 4 // what is narrower is not drawn
)

// piece is one piece of the cloth: class c1 to c4 where gifts filled it, c0 where they are awaited.
type piece struct {
	Class      string
	X, Y, W, H float64
}

// cloth pieces together what a drive has of its goal. The seams hang on the drive's address alone, so that the cloth is
// the same each time and only fills; a drive without a goal has none. Past the goal it is whole.
func cloth(slug string, total, goal money.Cents) []piece {
	if goal <= 0 {
		return nil
	}
	h := fnv.New64a()
	h.Write([]byte(slug))
	seams := rand.New(rand.NewPCG(h.Sum64(), 0))
	filled := clothWide * min(1, float64(total)/float64(goal))

	var out []piece
	for x := 0.0; x < clothWide; {
		w := float64(24 + 8*seams.IntN(5))
		if rest := clothWide - x; rest < w+24 {
			w = rest
		}
		rows := rowsOf(seams)
		classes := [3]string{"c1", "c1", "c1"}
		for i := range rows {
			classes[i] = []string{"c1", "c2", "c3", "c3", "c1"}[seams.IntN(5)]
		}
		done := max(0, min(w, filled-x))
		y := 0.0
		for i, share := range rows {
			high := share * clothHigh
			switch class := classes[i]; {
			case done >= w:
				out = append(out, full(class, x, y, w, high))
			case done > w-sliver:
				out = append(out, full("c4", x, y, w, high))
			case done > sliver:
				out = append(out, full("c4", x, y, done, high), open(x+done, y, w-done, high))
			default:
				out = append(out, open(x, y, w, high))
			}
			y += high
		}
		x += w
	}
	return out
}

// rowsOf cuts a column into one, two or three.
func rowsOf(seams *rand.Rand) []float64 {
	cuts := [][]float64{{1}, {.375, .625}, {.625, .375}, {.25, .5, .25}, {.5, .5}}
	return cuts[seams.IntN(len(cuts))]
}

func full(class string, x, y, w, h float64) piece { return piece{class, x + 1, y + 1, w - 2, h - 2} }

// open is an outline, whose stroke lies half outside its edge.
func open(x, y, w, h float64) piece { return piece{"c0", x + .5, y + .5, w - 1, h - 1} }

// percent is how much of its goal a drive has, in whole hundredths, rounded down.
func percent(total, goal money.Cents) int {
	if goal <= 0 {
		return 0
	}
	return int(total * 100 / goal)
}
