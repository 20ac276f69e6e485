package fec

import (
	"fmt"
	"strings"

	"dure/money"
)

// Amounts are sums by line; a line that isn't there is zero.
type Amounts map[Line]money.Cents

// Summary is the summary of Form 3X. All sums take rows without memo code only.
type Summary struct {
	A    Amounts // this period
	B    Amounts // calendar year to date
	Year int     // of line 6(a)
}

// NewSummary gives a summary of a year with every line zero.
func NewSummary(year int) Summary {
	return Summary{A: Amounts{}, B: Amounts{}, Year: year}
}

// Of gives the amounts of one of the two columns.
func (s Summary) Of(sum Sum) Amounts {
	if sum == YearToDate {
		return s.B
	}
	return s.A
}

// Formula says what a line is made of: the sum of Plus less the sum of Minus, in one column only when Sum is set.
type Formula struct {
	Line  Line
	Plus  []Line
	Minus []Line
	Sum   Sum
}

// formulas are those of the layout sheet for F3X, in an order in which each uses only lines fed or computed before it.
// Two slips of the sheet are mended as the form itself has them: line 31 includes 30(c), and 7 is 31 in column B too.
var formulas = []Formula{
	{Line: Line11AIII, Plus: []Line{Line11AI, Line11AII}},
	{Line: Line11D, Plus: []Line{Line11AIII, Line11B, Line11C}},
	{Line: Line18C, Plus: []Line{Line18A, Line18B}},
	{Line: Line19, Plus: []Line{Line11D, Line12, Line13, Line14, Line15, Line16, Line17, Line18C}},
	{Line: Line20, Plus: []Line{Line19}, Minus: []Line{Line18C}},
	{Line: Line21C, Plus: []Line{Line21AI, Line21AII, Line21B}},
	{Line: Line28D, Plus: []Line{Line28A, Line28B, Line28C}},
	{Line: Line30C, Plus: []Line{Line30AI, Line30AII, Line30B}},
	{Line: Line31, Plus: []Line{Line21C, Line22, Line23, Line24, Line25, Line26, Line27, Line28D, Line29, Line30C}},
	{Line: Line32, Plus: []Line{Line31}, Minus: []Line{Line21AII, Line30AII}},
	{Line: Line33, Plus: []Line{Line11D}},
	{Line: Line34, Plus: []Line{Line28D}},
	{Line: Line35, Plus: []Line{Line33}, Minus: []Line{Line34}},
	{Line: Line36, Plus: []Line{Line21AI, Line21B}},
	{Line: Line37, Plus: []Line{Line15}},
	{Line: Line38, Plus: []Line{Line36}, Minus: []Line{Line37}},
	{Line: Line6C, Plus: []Line{Line19}},
	{Line: Line6D, Plus: []Line{Line6B, Line6C}, Sum: ThisPeriod},
	{Line: Line6D, Plus: []Line{Line6A, Line6C}, Sum: YearToDate},
	{Line: Line7, Plus: []Line{Line31}},
	{Line: Line8, Plus: []Line{Line6D}, Minus: []Line{Line7}},
}

// Formulas lists the formulas of the summary in an order in which they can be computed.
func Formulas() []Formula { return append([]Formula(nil), formulas...) }

// Computed tells whether a line follows from others by a formula.
func (l Line) Computed() bool {
	for _, f := range formulas {
		if f.Line == l {
			return true
		}
	}
	return false
}

// of computes the formula from the amounts of one column.
func (f Formula) of(a Amounts) money.Cents {
	var c money.Cents
	for _, l := range f.Plus {
		c += a[l]
	}
	for _, l := range f.Minus {
		c -= a[l]
	}
	return c
}

// String writes the formula as the form does: 8 = 6(d) - 7.
func (f Formula) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s =", f.Line)
	for i, l := range f.Plus {
		if i > 0 {
			b.WriteString(" +")
		}
		fmt.Fprintf(&b, " %s", l)
	}
	for _, l := range f.Minus {
		fmt.Fprintf(&b, " - %s", l)
	}
	return b.String()
}

// Compute fills every line that follows from others, in both columns, from the lines that are fed: 6(a) in B, 6(b), 9, 10 in A,
// and in both 11(a)(i), 11(a)(ii), 11(b), 11(c), 12 to 17, 18(a), 18(b), 21(a), 21(b), 22 to 27, 28(a) to (c), 29, 30(a), 30(b).
func (s *Summary) Compute() {
	if s.A == nil {
		s.A = Amounts{}
	}
	if s.B == nil {
		s.B = Amounts{}
	}
	for _, f := range formulas {
		if f.Sum != YearToDate {
			s.A[f.Line] = f.of(s.A)
		}
		if f.Sum != ThisPeriod {
			s.B[f.Line] = f.of(s.B)
		}
	}
}
