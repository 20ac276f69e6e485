package web_test

import "testing"

// cover gives rows of values, one of each factor, in which every pair of values of every two factors stands at least once;
// sizes tells how many values each factor has. It is the same each time: a row begins with the first pair that is lacking, and
// takes of each further factor the value that brings most pairs that are lacking.
func cover(sizes ...int) [][]int {
	type pair struct{ f, v, g, w int }
	lacking := map[pair]bool{}
	each := func(do func(p pair)) {
		for f := range sizes {
			for g := f + 1; g < len(sizes); g++ {
				for v := range sizes[f] {
					for w := range sizes[g] {
						do(pair{f, v, g, w})
					}
				}
			}
		}
	}
	each(func(p pair) { lacking[p] = true })
	used := make([][]int, len(sizes)) // how often each value has been taken, so that ties spread
	for f, n := range sizes {
		used[f] = make([]int, n)
	}
	var rows [][]int
	each(func(first pair) {
		if !lacking[first] {
			return
		}
		row := make([]int, len(sizes))
		set := make([]bool, len(sizes))
		row[first.f], row[first.g], set[first.f], set[first.g] = first.v, first.w, true, true
		for f := range sizes {
			if set[f] {
				continue
			}
			best, most := 0, -1
			for v := range sizes[f] {
				brings := 0
				for g := range sizes {
					if set[g] && (g < f && lacking[pair{g, row[g], f, v}] || g > f && lacking[pair{f, v, g, row[g]}]) {
						brings++
					}
				}
				if brings > most || brings == most && used[f][v] < used[f][best] {
					best, most = v, brings
				}
			}
			row[f], set[f] = best, true
		}
		for f := range sizes {
			used[f][row[f]]++
			for g := f + 1; g < len(sizes); g++ {
				delete(lacking, pair{f, row[f], g, row[g]})
			}
		}
		rows = append(rows, row)
	})
	return rows
}

func TestEveryPairIsCovered(t *testing.T) {
	t.Parallel()
	for _, sizes := range [][]int{{12, 11, 3, 2, 5}, {25, 3, 2, 5}, {1, 1}, {2, 2, 2}, {3, 5}} {
		rows := cover(sizes...)
		seen := map[[4]int]bool{}
		most, second := 0, 0
		for _, n := range sizes {
			if n > most {
				most, second = n, most
			} else if n > second {
				second = n
			}
		}
		for _, row := range rows {
			for f := range sizes {
				for g := f + 1; g < len(sizes); g++ {
					seen[[4]int{f, row[f], g, row[g]}] = true
				}
			}
		}
		want := 0
		for f := range sizes {
			for g := f + 1; g < len(sizes); g++ {
				want += sizes[f] * sizes[g]
			}
		}
		if len(seen) != want || len(rows) > most*second*5/4 {
			t.Errorf("cover(%v) has %d rows with %d pairs, want at most %d rows with %d", sizes, len(rows), len(seen), most*second*5/4, want)
		}
	}
}
