package web_test

import (
	"math"
	"os"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

var colour = regexp.MustCompile(`--([a-z0-9-]+): (#[0-9a-f]{6});`)

// colours gives the colours of the part of tokens.css that begins with the selector.
func colours(t *testing.T, selector string) map[string]string {
	t.Helper()
	css, err := os.ReadFile("static/tokens.css")
	if err != nil {
		t.Fatal(err)
	}
	_, after, ok := strings.Cut(string(css), selector+" {")
	if !ok {
		t.Fatalf("tokens.css has no %s", selector)
	}
	block, _, _ := strings.Cut(after, "}")
	out := map[string]string{}
	for _, m := range colour.FindAllStringSubmatch(block, -1) {
		out[m[1]] = m[2]
	}
	return out
}

func TestBothDarkBlocksAreEqual(t *testing.T) {
	asked, chosen := colours(t, ":root:not([data-theme=light])"), colours(t, ":root[data-theme=dark]")
	if len(asked) == 0 || len(asked) != len(chosen) {
		t.Fatalf("%d and %d colours", len(asked), len(chosen))
	}
	for name, c := range asked {
		if chosen[name] != c {
			t.Errorf("--%s is %s where the system is dark, and %s where dark was chosen", name, c, chosen[name])
		}
	}
}

// Text has 4.5:1 on whatever it lies on, and the edges of controls 3:1 (WCAG 2.2, 1.4.3 and 1.4.11).
func TestContrastIsEnough(t *testing.T) {
	for _, theme := range []string{":root", ":root[data-theme=dark]"} {
		c := colours(t, theme)
		for _, pair := range []struct {
			front, back string
			least       float64
		}{
			{"ink", "paper", 4.5},
			{"ink", "sheet", 4.5},
			{"ink", "persimmon-wash", 4.5},
			{"ink", "pine-wash", 4.5},
			{"ink-2", "paper", 4.5},
			{"ink-2", "sheet", 4.5},
			{"ink-2", "pine-wash", 4.5},
			{"pine", "paper", 4.5},
			{"pine", "sheet", 4.5},
			{"on-pine", "pine", 4.5},
			{"on-pine", "pine-2", 4.5},
			{"persimmon", "sheet", 4.5},
			{"persimmon", "persimmon-wash", 4.5},
			{"sheet", "persimmon", 4.5},
			{"edge", "sheet", 3},
			{"edge", "paper", 3},
		} {
			if got := contrast(t, c[pair.front], c[pair.back]); got < pair.least {
				t.Errorf("%s: --%s on --%s has %.1f:1, want %.1f:1", theme, pair.front, pair.back, got, pair.least)
			}
		}
	}
}

// contrast is the ratio of two colours' relative luminance (WCAG 2.2, definitions).
func contrast(t *testing.T, a, b string) float64 {
	t.Helper()
	luminance := func(hex string) float64 {
		n, err := strconv.ParseUint(strings.TrimPrefix(hex, "#"), 16, 32)
		if err != nil {
			t.Fatalf("colour %q: %v", hex, err)
		}
		sum := 0.0
		for shift, weight := range map[uint]float64{16: .2126, 8: .7152, 0: .0722} {
			v := float64(n>>shift&0xff) / 255
			if v <= .04045 {
				v /= 12.92
			} else {
				v = math.Pow((v+.055)/1.055, 2.4)
			}
			sum += weight * v
		}
		return sum
	}
	la, lb := luminance(a), luminance(b)
	return (max(la, lb) + .05) / (min(la, lb) + .05)
}
