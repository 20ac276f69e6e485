package fec

import (
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"math"
	"strings"

	"dure/civil"
	"dure/money"
)

// The aggregate of a receipt is the contributor's calendar year with this receipt (11 CFR 104.3(a)(4)), so that from one receipt of a
// contributor to the next it grows by the amount. Receipts that stay without a row may lie between, and refunds, as the FEC's own
// software counts them, lower it: within these bounds it must run. We: a contributor is one committee id, or one name at one
// street and ZIP code; whoever moves within the period begins anew here.

// yearly is one row that has to do with a contributor's year.
type yearly struct {
	key       [16]byte // of the contributor and the sum that the row adds to
	day       civil.Day
	line      int
	kind      *kind
	amount    money.Cents
	aggregate money.Cents
	marks     byte
}

const isRefund = mirrorsItsSA << 1

// sumsOf tells to which of a contributor's yearly sums the rows of a record type add; the FEC's groups GENERAL, LINE_15, LINE_16 and
// OTHER_RECEIPTS.
var sumsOf = map[string]byte{
	"SA11AI": 'G', "SA11AII": 'G', "SA11B": 'G', "SA11C": 'G', "SA12": 'G', "SB28A": 'G', "SB28B": 'G', "SB28C": 'G',
	"SA15": '5', "SA16": '6', "SA17": '7',
}

// addsToYear keeps a receipt that has an aggregate, or a refund.
func (c *checker) addsToYear(is *roles, r Record, y yearly, memo bool) {
	if memo {
		y.marks |= isMemo
	}
	if c.table == tableSB {
		y.marks |= isRefund
		y.aggregate = 0
	}
	sum := c.kind.sum
	if sum == '7' && strings.Contains(strings.ToLower(r.At(is.purpose)), "non-contribution account") {
		sum = 'N' // which the FEC adds up by itself
	}
	key := c.giver(is, r, sum)
	var e entry
	copy(e[:16], key[:])
	since := uint32(max(y.day.Sub(civil.Of(1, 1, 1)), 0))
	binary.BigEndian.PutUint32(e[16:], since<<8) // 24 bits are enough for every year of four digits
	binary.BigEndian.PutUint32(e[19:], uint32(min(c.line, math.MaxUint32)))
	binary.BigEndian.PutUint16(e[23:], c.kind.number)
	putCents(e[25:32], y.amount)
	putCents(e[32:39], y.aggregate)
	e[39] = y.marks
	c.keep(&c.years, e)
}

// giver gives the key of a contributor or payee.
func (c *checker) giver(is *roles, r Record, sum byte) (key [16]byte) {
	b := append(c.scratch[:0], sum)
	if id := r.At(is.committee); !isPerson(r.At(is.entity)) && isCommitteeID(id) {
		b = append(b, id...)
	} else {
		zip := r.At(is.zip)
		for _, column := range []int{is.organization, is.last, is.first, is.middle, is.suffix, is.street} {
			b = append(append(b, r.At(column)...), 0)
		}
		b = append(b, zip[:min(len(zip), 5)]...)
		for i := range b {
			if b[i] >= 'a' && b[i] <= 'z' {
				b[i] -= 'a' - 'A'
			}
		}
	}
	c.scratch = b
	digest := sha256.Sum256(b)
	copy(key[:], digest[:])
	return key
}

// putCents writes an amount of a column, of at most 14 digits, in 7 bytes.
func putCents(b []byte, c money.Cents) {
	var wide [8]byte
	binary.BigEndian.PutUint64(wide[:], uint64(c))
	copy(b[:7], wide[1:])
}

func cents(b []byte) money.Cents {
	var wide [8]byte
	copy(wide[1:], b[:7])
	return money.Cents(binary.BigEndian.Uint64(wide[:])<<8) >> 8
}

func (c *checker) yearlyOf(e *entry) yearly {
	y := yearly{
		day:  civil.Of(1, 1, 1).Add(int(binary.BigEndian.Uint32(e[16:]) >> 8)),
		line: int(binary.BigEndian.Uint32(e[19:])), kind: c.kinds[binary.BigEndian.Uint16(e[23:])],
		amount: cents(e[25:32]), aggregate: cents(e[32:39]), marks: e[39],
	}
	copy(y.key[:], e[:16])
	return y
}

// aggregatesRun checks that each contributor's aggregate runs from row to row, in the order of the days.
func (c *checker) aggregatesRun() {
	var of yearly             // the row before
	var low, high money.Cents // between which the contributor's year stands after it
	var begun bool
	err := c.years.each(func(e *entry) {
		y := c.yearlyOf(e)
		if y.key != of.key || y.day.Year() != of.day.Year() {
			begun = false
		}
		switch {
		case y.marks&isRefund != 0:
			low -= y.amount
		case !begun:
			low, high, begun = y.aggregate, y.aggregate, true
		default:
			least, most := low+y.amount, high+y.amount
			if y.amount < 0 {
				most = high // what comes back of another year's gifts lowers nothing
			}
			if y.marks&isMemo != 0 {
				least = min(least, low) // a memo may count or not
			}
			c.at(y.line, y.kind)
			if y.aggregate < least {
				c.say(rolesSA.aggregate, "aggregate", Warning, y.aggregate.Plain(),
					fmt.Sprintf("the contributor's year was %s on line %d, and with this receipt of %s is not less than %s", of.aggregate.Plain(), of.line, y.amount.Plain(), least.Plain()))
			}
			// 52 U.S.C. 30104(b)(3)(A): once over $200 each receipt of the year has a row, and none lies between.
			if y.aggregate > most && low > 200_00 && y.kind.line == Line11AI && of.kind.line == Line11AI {
				c.say(rolesSA.aggregate, "aggregate", Warning, y.aggregate.Plain(),
					fmt.Sprintf("the contributor's year was %s on line %d, and with this receipt of %s is not more than %s", of.aggregate.Plain(), of.line, y.amount.Plain(), most.Plain()))
			}
			if y.marks&isMemo != 0 {
				low, high = min(low, y.aggregate), max(high, y.aggregate)
			} else {
				low, high = y.aggregate, y.aggregate
			}
		}
		if y.marks&isRefund == 0 || y.key != of.key {
			of = y
		}
	})
	c.failed(err)
}
