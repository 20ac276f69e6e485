package web_test

import (
	"math"
	"testing"

	"dure/money"
	"dure/web"
)

func TestClothFillsAsMoneyComes(t *testing.T) {
	t.Parallel()
	const goal money.Cents = 3000000
	for _, slug := range []string{"porch-light", "walk-together", "a", "past-supper"} {
		before := 0.0
		for total := money.Cents(0); total <= goal+goal/10; total += 1237 {
			filled, awaited := 0.0, 0.0
			for _, p := range web.Cloth(slug, total, goal) {
				if p.W <= 0 || p.H <= 0 || p.X < 0 || p.X+p.W > 600 || p.Y < 0 || p.Y+p.H > 52 {
					t.Fatalf("%s at %v: a piece lies outside: %+v", slug, total, p)
				}
				if p.Class == "c0" {
					awaited += p.W * p.H
				} else {
					filled += p.W * p.H
				}
			}
			share := min(1, float64(total)/float64(goal))
			if got := filled / (filled + awaited); math.Abs(got-share) > .04 {
				t.Fatalf("%s at %v: %.3f of the cloth is filled, want about %.3f", slug, total, got, share)
			}
			if filled < before-1 {
				t.Fatalf("%s at %v: the cloth shrinks from %.1f to %.1f", slug, total, before, filled)
			}
			if before = filled; total >= goal && awaited > 0 {
				t.Fatalf("%s at %v: the goal is reached and %.1f is still awaited", slug, total, awaited)
			}
		}
	}
	if got := web.Cloth("porch-light", 100, 0); got != nil {
		t.Errorf("without a goal there is a cloth: %v", got)
	}
}
