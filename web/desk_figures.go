package web

import (
	"strings"

	"dure/civil"
	"dure/compliance/rules"
	"dure/money"
)

// Figures of the law that the desk's texts name are read from the federal pack, as they stand on a day.

// sumOf is the sum of a threshold, in whole dollars where it has no cents: $200.
func sumOf(id string, on civil.Day) string { return plainUSD(rules.Federal().Threshold(id, on).Cents) }

// daysOf is how long a clock runs: 30 days.
func daysOf(id string, on civil.Day) string { return plural(rules.Federal().Clock(id, on).Days, "day") }

// plainUSD writes a sum without cents where it has none.
func plainUSD(c money.Cents) string { return strings.TrimSuffix(usd(c), ".00") }
