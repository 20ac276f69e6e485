package scenarios

import (
	"errors"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"

	"dure/civil"
	"dure/money"
)

// What a field of a step or an expectation takes follows from its type; its tags say the rest:
//
//	word:"amount"            how it is written
//	need:"yes"               it must be written
//	short:"yes"              a text instead of the map is this field
//	one:"primary|general"    it is one of these
//	ref:"gift"               it is the name of something that an earlier step named; several kinds by blanks
//	names:"gift"             it gives a name of that kind
//	help:"…"                 what it says, for docs/scenarios.md
type (
	// dollars is a sum above zero, as people write it.
	dollars money.Cents
	// sum is a sum of an expectation: it may be zero or below. Set tells whether it was written.
	sum struct {
		Cents money.Cents
		Set   bool
	}
	// most is a sum, or unlimited.
	most struct {
		Cents     money.Cents
		Unlimited bool
		Set       bool
	}
	// number is a whole number from zero up.
	number struct {
		N   int
		Set bool
	}
	// answer is yes or no.
	answer struct{ Yes, Set bool }
	// moment is a day with a clock in a zone.
	moment struct{ time.Time }
	// share is a part of a whole, such as 50 % or 1/2.
	share struct{ Of, In int64 }
)

// scope is what the steps before have named, and of what kind.
type scope map[string]string

// decoder fills steps and expectations from nodes, and gathers every fault.
type decoder struct {
	file   string
	names  scope
	faults []Fault
}

func (d *decoder) fault(line int, format string, args ...any) {
	d.faults = append(d.faults, Fault{d.file, line, fmt.Sprintf(format, args...)})
}

// into fills a struct from the map, or the short text, that stands under a word.
func (d *decoder) into(word string, n node, target any) {
	v := reflect.ValueOf(target).Elem()
	fields := fieldsOf(v.Type())
	switch n.kind {
	case aText:
		for _, f := range fields {
			if f.short {
				d.field(f, n.line, n, v.FieldByIndex(f.index))
				d.missing(word, n.line, fields, []string{f.word})
				return
			}
		}
		d.fault(n.line, "%s takes a map such as {%s: …}, not the text %q", word, fields[0].word, n.text)
	case aMap:
		var seen []string
		for _, p := range n.pairs {
			at := slices.IndexFunc(fields, func(f field) bool { return f.word == p.word })
			switch {
			case at < 0:
				d.fault(p.line, "%s has no word %q: it takes %s", word, p.word, wordsOf(fields))
			case slices.Contains(seen, p.word):
				d.fault(p.line, "%s has %q twice", word, p.word)
			default:
				d.field(fields[at], p.line, p.value, v.FieldByIndex(fields[at].index))
			}
			seen = append(seen, p.word)
		}
		d.missing(word, n.line, fields, seen)
	case aList:
		d.fault(n.line, "%s takes a map, not a list", word)
	default:
		d.fault(n.line, "%s says nothing: it takes %s", word, wordsOf(fields))
	}
}

func (d *decoder) missing(word string, line int, fields []field, seen []string) {
	for _, f := range fields {
		if f.need && !slices.Contains(seen, f.word) {
			d.fault(line, "%s needs %q: %s", word, f.word, f.help)
		}
	}
}

// field fills one field.
func (d *decoder) field(f field, line int, n node, v reflect.Value) {
	if v.Kind() == reflect.Slice {
		d.many(f, line, n, v)
		return
	}
	if v.Kind() == reflect.Struct && !isScalar(v.Interface()) {
		d.into(f.word, n, v.Addr().Interface())
		return
	}
	if n.kind != aText || strings.TrimSpace(n.text) == "" {
		d.fault(line, "%s is %s: it takes %s", f.word, orNothing(n), f.takes())
		return
	}
	d.scalar(f, n.line, strings.TrimSpace(n.text), v)
}

func orNothing(n node) string {
	if n.kind == aText {
		return string(nothing)
	}
	return string(n.kind)
}

// many fills a list; one text stands for a list of one.
func (d *decoder) many(f field, line int, n node, v reflect.Value) {
	items := n.list
	switch n.kind {
	case aList:
	case aText:
		items = []node{n}
	default:
		d.fault(line, "%s is %s: it takes a list", f.word, n.kind)
		return
	}
	if len(items) == 0 {
		d.fault(line, "%s is an empty list", f.word)
	}
	for _, item := range items {
		one := reflect.New(v.Type().Elem()).Elem()
		if item.line == 0 {
			item.line = line
		}
		d.field(f, item.line, item, one)
		v.Set(reflect.Append(v, one))
	}
}

// scalar fills a field from a text.
func (d *decoder) scalar(f field, line int, text string, v reflect.Value) {
	value, err := read(text, v.Interface())
	if err != nil {
		d.fault(line, "%s: %v", f.word, err)
		return
	}
	v.Set(reflect.ValueOf(value).Convert(v.Type()))
	if len(f.one) > 0 && !slices.Contains(f.one, text) {
		d.fault(line, "%s: %q is none of %s", f.word, text, strings.Join(f.one, ", "))
	}
	if f.names != "" {
		d.name(f, line, text)
	}
	if len(f.ref) > 0 {
		d.refer(f, line, text)
	}
}

func (d *decoder) name(f field, line int, text string) {
	if len(text) > 60 || strings.ContainsAny(text, "\"\n\t{}[]") {
		d.fault(line, "%s: %q is no name: write at most 60 letters, digits and blanks", f.word, text)
	}
	if kind, taken := d.names[text]; taken {
		d.fault(line, "%s: %q is the name of a %s already", f.word, text, kind)
		return
	}
	d.names[text] = f.names
}

func (d *decoder) refer(f field, line int, text string) {
	kind, known := d.names[text]
	wanted := strings.Join(f.ref, " or a ")
	if known && slices.Contains(f.ref, kind) {
		return
	}
	if known {
		d.fault(line, "%s: %q is a %s, not a %s", f.word, text, kind, wanted)
		return
	}
	var there []string
	for _, name := range slices.Sorted(maps.Keys(d.names)) {
		if slices.Contains(f.ref, d.names[name]) {
			there = append(there, name)
		}
	}
	if len(there) == 0 {
		d.fault(line, "%s: no step before has named a %s %q", f.word, wanted, text)
		return
	}
	d.fault(line, "%s: no step before has named a %s %q: there is %s", f.word, wanted, text, strings.Join(there, ", "))
}

// isScalar tells whether a struct is written as a text.
func isScalar(v any) bool {
	switch v.(type) {
	case sum, most, number, answer, moment, share, civil.Day:
		return true
	}
	return false
}

// read reads a text as the type of like.
func read(text string, like any) (any, error) {
	switch like.(type) {
	case string:
		return text, nil
	case dollars:
		c, err := money.Parse(text)
		if err != nil {
			return nil, fmt.Errorf("%q: %w", text, err)
		}
		return dollars(c), nil
	case sum:
		c, err := readSum(text)
		return sum{c, true}, err
	case most:
		if text == unlimited {
			return most{Unlimited: true, Set: true}, nil
		}
		c, err := readSum(text)
		return most{Cents: c, Set: true}, err
	case number:
		n, err := strconv.ParseUint(text, 10, 31)
		if err != nil {
			return nil, fmt.Errorf("%q is no whole number", text)
		}
		return number{int(n), true}, nil
	case answer:
		switch text {
		case "yes", "true":
			return answer{true, true}, nil
		case "no", "false":
			return answer{false, true}, nil
		}
		return nil, fmt.Errorf("%q is neither yes nor no", text)
	case civil.Day:
		return civil.Parse(text)
	case moment:
		return readMoment(text)
	case share:
		return readShare(text)
	}
	panic(fmt.Sprintf("scenarios: no field is read as %T", like)) // a grammar of this package that is wrongly declared
}

// unlimited is how a room without an end is written.
const unlimited = "unlimited"

// String is the sum for people.
func (m most) String() string {
	if m.Unlimited {
		return unlimited
	}
	return m.Cents.String()
}

// readSum reads a sum that may be zero or below.
func readSum(text string) (money.Cents, error) {
	c, err := money.Parse(text)
	switch {
	case err == nil:
		return c, nil
	case !errors.Is(err, money.ErrNegative):
		return 0, fmt.Errorf("%q: %w", text, err)
	case !strings.HasPrefix(text, "-"):
		return 0, nil
	}
	c, err = money.Parse(strings.TrimPrefix(text, "-"))
	if err != nil && !errors.Is(err, money.ErrNegative) {
		return 0, fmt.Errorf("%q: %w", text, err)
	}
	return -c, nil
}

// eastern is the zone of moments that name none: Washington's clocks.
const eastern = "America/New_York"

// readMoment reads 2026-05-01 23:50 America/New_York; a day alone is its noon, no zone is Washington's.
func readMoment(text string) (moment, error) {
	parts := strings.Fields(text)
	day, clock, zone := "", "12:00", eastern
	switch {
	case len(parts) == 1:
		day = parts[0]
	case len(parts) == 2 && strings.Contains(parts[1], ":"):
		day, clock = parts[0], parts[1]
	case len(parts) == 2:
		day, zone = parts[0], parts[1]
	case len(parts) == 3:
		day, clock, zone = parts[0], parts[1], parts[2]
	default:
		return moment{}, fmt.Errorf("%q is no moment: write 2026-05-01 23:50 America/New_York", text)
	}
	if _, err := civil.Parse(day); err != nil {
		return moment{}, err
	}
	where, err := time.LoadLocation(zone)
	if err != nil || zone == "Local" {
		return moment{}, fmt.Errorf("%q is no zone, such as America/New_York", zone)
	}
	for _, layout := range []string{"15:04", "15:04:05"} {
		if t, err := time.ParseInLocation(time.DateOnly+" "+layout, day+" "+clock, where); err == nil {
			return moment{t}, nil
		}
	}
	return moment{}, fmt.Errorf("%q is no time of day, such as 23:50", clock)
}

// readShare reads 50 %, 12.5% or 1/3.
func readShare(text string) (share, error) {
	bad := fmt.Errorf("%q is no share: write 50 %% or 1/3", text)
	if percent, ok := strings.CutSuffix(text, "%"); ok {
		hundredths, err := money.Parse(strings.TrimSpace(percent))
		if err != nil || hundredths > 100_00 {
			return share{}, bad
		}
		return share{int64(hundredths), 100_00}, nil
	}
	of, in, ok := strings.Cut(text, "/")
	a, errA := strconv.ParseUint(strings.TrimSpace(of), 10, 16)
	b, errB := strconv.ParseUint(strings.TrimSpace(in), 10, 16)
	if !ok || errA != nil || errB != nil || a == 0 || b == 0 || a > b {
		return share{}, bad
	}
	return share{int64(a), int64(b)}, nil
}
