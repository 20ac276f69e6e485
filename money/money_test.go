package money_test

import (
	"errors"
	"testing"

	"dure/money"
)

func TestParseTakesWhatPeopleType(t *testing.T) {
	for s, want := range map[string]money.Cents{
		"25": 2500, "25.5": 2550, "25.50": 2550, " $1,234.50 ": 123450, "$ 10": 1000, ".75": 75, "0.01": 1,
		"99999999.99": money.Max, "007": 700,
	} {
		if got, err := money.Parse(s); err != nil || got != want {
			t.Errorf("Parse(%q) = %v, %v, want %d", s, got, err, want)
		}
	}
}

func TestParseRefusesEveryOtherShape(t *testing.T) {
	for s, want := range map[string]error{
		"": money.ErrEmpty, "   ": money.ErrEmpty,
		"0": money.ErrNegative, "0.00": money.ErrNegative, "-5": money.ErrNegative, "-$5": money.ErrNegative,
		"1.234": money.ErrShape, "25.": money.ErrShape, ".": money.ErrShape, "$": money.ErrShape, "1,23": money.ErrShape,
		"1,2345": money.ErrShape, ",123": money.ErrShape, "12,34,567": money.ErrShape, "ten": money.ErrShape, "1e3": money.ErrShape, "٢٥": money.ErrShape,
		"25 00": money.ErrShape, "2\x005": money.ErrShape, "--5": money.ErrShape, "+5": money.ErrShape, "5%": money.ErrShape,
		"100000000": money.ErrTooLarge, "99999999999999999999999999999": money.ErrTooLarge,
	} {
		if got, err := money.Parse(s); !errors.Is(err, want) {
			t.Errorf("Parse(%q) = %v, %v, want the error %q", s, got, err, want)
		}
	}
}

func TestSumsAreWrittenForPeopleAndForFiles(t *testing.T) {
	for c, want := range map[money.Cents][3]string{
		0: {"$0.00", "$0", "0.00"}, 5: {"$0.05", "$0.05", "0.05"}, 2500: {"$25.00", "$25", "25.00"},
		123450: {"$1,234.50", "$1,234.50", "1234.50"}, 100000000: {"$1,000,000.00", "$1,000,000", "1000000.00"},
		-500: {"-$5.00", "-$5", "-5.00"}, -22000: {"-$220.00", "-$220", "-220.00"},
		-9223372036854775808: {"-$92,233,720,368,547,758.08", "-$92,233,720,368,547,758.08", "-92233720368547758.08"},
	} {
		if got := [3]string{c.String(), c.Short(), c.Plain()}; got != want {
			t.Errorf("%d is written %q, want %q", int64(c), got, want)
		}
	}
}

func FuzzParse(f *testing.F) {
	for _, s := range []string{"25", "$1,234.50", ".5", "-3", "1,23", "٢٥"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		c, err := money.Parse(s)
		if err != nil {
			return
		}
		if c <= 0 || c > money.Max {
			t.Fatalf("Parse(%q) = %d, outside what it promises", s, c)
		}
		if back, err := money.Parse(c.String()); err != nil || back != c {
			t.Fatalf("Parse(%q) = %d, yet %q reads as %d, %v", s, c, c.String(), back, err)
		}
	})
}
