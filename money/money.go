// Package money holds sums of United States dollars as whole cents.
package money

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
)

// Cents is a sum in whole cents. No sum in Dure is ever a fraction of a cent or a float.
type Cents int64

// Max is the largest sum that Parse takes, and that a twelve-character amount of a .fec file can hold: $99,999,999.99.
const Max Cents = 9_999_999_999

// String writes the sum for people: $1,234.50, and -$5.00 below zero.
func (c Cents) String() string {
	sign, n := "", uint64(c)
	if c < 0 {
		sign, n = "-", -uint64(c)
	}
	whole := fmt.Sprint(n / 100)
	var b strings.Builder
	for i, d := range whole {
		if i > 0 && (len(whole)-i)%3 == 0 {
			b.WriteByte(',')
		}
		b.WriteRune(d)
	}
	return fmt.Sprintf("%s$%s.%02d", sign, b.String(), n%100)
}

// Short writes the sum for people without cents where there are none: $25, $1,234.50.
func (c Cents) Short() string {
	return strings.TrimSuffix(c.String(), ".00")
}

// Plain writes the sum for files: 1234.50, and -5.00 below zero.
func (c Cents) Plain() string {
	b, n := make([]byte, 0, 24), uint64(c)
	if c < 0 {
		b, n = append(b, '-'), -n
	}
	b = append(strconv.AppendUint(b, n/100, 10), '.', byte('0'+n%100/10), byte('0'+n%10))
	return string(b)
}

// Why a sum that a person typed is not taken.
var (
	ErrEmpty    = errors.New("no amount was written")
	ErrShape    = errors.New("an amount is dollars and cents, such as 25 or 25.50")
	ErrNegative = errors.New("an amount is above zero")
	ErrTooLarge = errors.New("the amount is too large")
)

// Parse reads a sum as people type it in a form: 25, 25.5, 25.50, $1,234.50, with blanks around it.
// Commas may stand only between groups of three digits, cents have at most two digits, and digits are ASCII.
// The error is one of ErrEmpty, ErrShape, ErrNegative and ErrTooLarge; zero is ErrNegative.
func Parse(s string) (Cents, error) {
	s = strings.TrimSpace(s)
	if s == "" {
		return 0, ErrEmpty
	}
	negative := strings.HasPrefix(s, "-")
	s = strings.TrimPrefix(s, "-")
	s = strings.TrimSpace(strings.TrimPrefix(s, "$"))
	whole, cents, dotted := strings.Cut(s, ".")
	if dotted && (cents == "" || len(cents) > 2) || whole == "" && !dotted {
		return 0, ErrShape
	}
	groups := strings.Split(whole, ",")
	for i, g := range groups {
		if len(groups) > 1 && (i == 0 && (len(g) == 0 || len(g) > 3) || i > 0 && len(g) != 3) {
			return 0, ErrShape
		}
	}
	digits := strings.Join(groups, "") + (cents + "00")[:2]
	var c Cents
	for _, d := range digits {
		if d < '0' || d > '9' {
			return 0, ErrShape
		}
		if c <= Max {
			c = c*10 + Cents(d-'0')
		}
	}
	switch {
	case negative || c == 0:
		return 0, ErrNegative
	case c > Max:
		return 0, ErrTooLarge
	}
	return c, nil
}
