package web

import (
	"strings"

	"golang.org/x/text/width"
)

// zeros are the digits zero of the scripts in which givers write: Arabic, its form for Urdu, Devanagari, Bengali and
// Khmer. The nine others follow each.
var zeros = []rune{'٠', '۰', '०', '০', '០'}

// plainDigits writes the digits of these scripts, and signs of full width as Japanese and Chinese keyboards have them, as
// 0 to 9 and ASCII; the Arabic decimal sign becomes a point. All else stays, and is for who reads the sum or the code.
func plainDigits(s string) string {
	return strings.Map(func(r rune) rune {
		for _, zero := range zeros {
			if r >= zero && r <= zero+9 {
				return '0' + r - zero
			}
		}
		if r == '٫' {
			return '.'
		}
		return r
	}, width.Narrow.String(s))
}
