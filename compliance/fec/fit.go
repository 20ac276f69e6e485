package fec

import (
	"fmt"
	"strings"
)

// fit makes a value fit for its column and tells what it did: a change is a warning, a value that can't be written is an error
// and leaves the column empty. Whether the value makes sense in the file is the checker's business.
func (c *Column) fit(value string, report func(problem)) string {
	switch c.Kind {
	case KindAmount, KindDate, KindYear, KindCheck:
		// Made by this package; only too large an amount doesn't fit.
	default:
		plain, left := ASCII(value)
		if len(left) > 0 {
			report(problem{"character", Error, value, fmt.Sprintf("%s can't be written in ASCII", listed(left))})
			return ""
		}
		trimmed := strings.TrimSpace(plain)
		if trimmed != value {
			report(problem{"transliterated", Warning, value, fmt.Sprintf("written as %q", trimmed)})
		}
		value = trimmed
		if c.Kind == KindZip {
			value = strings.ReplaceAll(strings.ReplaceAll(value, "-", ""), " ", "")
		}
	}
	if len(value) <= c.Width {
		return value
	}
	if c.Kind != KindText {
		report(problem{"too-long", Error, value, fmt.Sprintf("%d characters, and the column holds %d", len(value), c.Width)})
		return ""
	}
	short := shorten(value, c.Width)
	report(problem{"shortened", Warning, value, fmt.Sprintf("cut from %d to %d characters: %q", len(value), len(short), short)})
	return short
}

// shorten cuts ASCII text to n characters, at a blank if there is one in the last third.
func shorten(s string, n int) string {
	cut := s[:n]
	if s[n] != ' ' {
		if at := strings.LastIndexByte(cut, ' '); at >= n*2/3 {
			cut = cut[:at]
		}
	}
	return strings.TrimRight(cut, " ,;-")
}

// listed names up to five characters, each once.
func listed(runes []rune) string {
	var out []string
	seen := map[rune]bool{}
	for _, r := range runes {
		if seen[r] {
			continue
		}
		seen[r] = true
		if len(out) == 5 {
			out = append(out, "others")
			break
		}
		if r < ' ' || r >= 0x7f && r < 0xa0 {
			out = append(out, fmt.Sprintf("control character %U", r))
		} else {
			out = append(out, fmt.Sprintf("%q", r))
		}
	}
	return strings.Join(out, ", ")
}
