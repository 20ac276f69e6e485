package web

import (
	"cmp"
	"context"
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/jmoiron/sqlx"

	"dure/civil"
	"dure/compliance"
	"dure/compliance/fec"
	"dure/i18n"
	"dure/money"
	"dure/pg"
)

// form is what was entered and, field by field, what is wrong with it.
type form struct {
	entered url.Values
	Wrong   []wrong
}

type wrong struct{ Field, Text string }

// newForm is a form with nothing wrong, filled with these values.
func newForm(values url.Values) *form { return &form{entered: values} }

// entered reads the form of a POST. One that can't be read at all is empty, and its fields say that they are missing.
func entered(r *http.Request) *form {
	r.ParseForm()
	return &form{entered: r.PostForm}
}

// Value is what was entered in a field.
func (f *form) Value(name string) string { return f.entered.Get(name) }

// Has tells whether a box of that name and value was ticked.
func (f *form) Has(name, value string) bool { return slices.Contains(f.entered[name], value) }

// Error is what is wrong with a field, or empty.
func (f *form) Error(name string) string {
	for _, w := range f.Wrong {
		if w.Field == name {
			return w.Text
		}
	}
	return ""
}

func (f *form) refuse(field, text string) { f.Wrong = append(f.Wrong, wrong{field, text}) }

func (f *form) ok() bool { return len(f.Wrong) == 0 }

// text reads a line that goes into a report, of at most so many characters there; must is what to say when it is empty, or
// empty where it may be. Reports are ASCII: what has no way to be written so is refused here, not when the report is built.
func (f *form) text(name string, most int, must string) string {
	value := strings.Join(strings.Fields(f.Value(name)), " ")
	ascii, _ := fec.ASCII(value)
	left := unwritable(value)
	switch {
	case value == "":
		if must != "" {
			f.refuse(name, must)
		}
	case !readable(value):
		f.refuse(name, unreadable)
	case len(left) > 0:
		f.refuse(name, "Reports are written in Latin letters. This can’t have: "+some(left))
	case !strings.ContainsFunc(ascii, func(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }):
		f.refuse(name, "Write this with letters or digits.")
	case len(ascii) > most:
		f.refuse(name, fmt.Sprintf("At most %d characters fit in a report; this has %d.", most, len(ascii)))
	}
	return value
}

// note reads what a member writes for the record, in any script and of several lines.
func (f *form) note(name string, most int) string {
	value := strings.TrimSpace(f.Value(name))
	lines := strings.NewReplacer("\n", "", "\r", "", "\t", "", "\u200c", "", "\u200d", "").Replace(value) // the joiners of some scripts stay
	if n := utf8.RuneCountInString(value); n > most {
		f.refuse(name, i18n.T(i18n.English, "problem.text.long", "most", most, "n", n))
	} else if !readable(lines) {
		f.refuse(name, unreadable)
	}
	return value
}

// ids reads the ids that were ticked; one that is none is refused with the words.
func (f *form) ids(name, must string) []string {
	ids := f.entered[name]
	if len(ids) == 0 || slices.ContainsFunc(ids, func(id string) bool { return !readable(id) }) {
		f.refuse(name, must)
		return nil
	}
	return ids
}

const unreadable = "This has characters that can’t be seen or read. Write it again by hand rather than pasting it."

// readable tells whether a line is text that shows all that it has: no broken bytes, controls, marks of direction.
func readable(s string) bool {
	return utf8.ValidString(s) && !strings.ContainsFunc(s, func(r rune) bool {
		return unicode.IsControl(r) || invisible(r) || unicode.In(r, unicode.Zl, unicode.Zp)
	})
}

// matching reads a field that has a shape.
func (f *form) matching(name string, shape *regexp.Regexp, must string) string {
	value := strings.ToUpper(strings.TrimSpace(f.Value(name)))
	if !shape.MatchString(value) {
		f.refuse(name, must)
	}
	return value
}

// one reads a choice among options.
func (f *form) one(name string, options []option, must string) string {
	value := f.Value(name)
	if value == "" || !slices.ContainsFunc(options, func(o option) bool { return o.Value == value }) {
		f.refuse(name, must)
	}
	return value
}

// cents reads a sum.
func (f *form) cents(name string) money.Cents {
	c, err := money.Parse(f.Value(name))
	switch err {
	case nil:
	case money.ErrEmpty:
		f.refuse(name, "Write the amount in dollars.")
	case money.ErrNegative:
		f.refuse(name, "The amount is above zero.")
	case money.ErrTooLarge:
		f.refuse(name, "The amount is too large: at most "+money.Max.String()+".")
	default:
		f.refuse(name, "Write dollars and cents, such as 25 or 25.50.")
	}
	return c
}

// span is the days that a field may name.
type span struct{ from, through civil.Day }

// days are those that the committee's books hold so far: none before they begin, none that lies ahead.
func (d *Desk) days(ctx context.Context, v visit) (span, error) {
	begin, err := compliance.BooksBegin(ctx, d.DB, v.Committee.ID)
	return span{begin, v.Today}, err
}

// day reads a day of the span. One of years ago is a slip of the pen, wherever the books begin.
func (f *form) day(name string, in span, must string) civil.Day {
	today := in.through
	value := strings.TrimSpace(f.Value(name))
	if value == "" {
		f.refuse(name, must)
		return civil.Day{}
	}
	on, err := civil.Parse(value)
	switch {
	case err != nil:
		f.refuse(name, "Write the day as year-month-day, such as "+today.String()+".")
		return civil.Day{}
	case on.After(today):
		f.refuse(name, on.Spoken()+" lies ahead. Today is "+today.Spoken()+".")
	case on.Before(in.from):
		f.refuse(name, "The books begin on "+in.from.Midnight().Format("2 January 2006")+". What came and went before is in their opening cash.")
	case on.Year() < today.Year()-2:
		f.refuse(name, on.Spoken()+" is too long ago: look at the year.")
	}
	return on
}

// id reads the hidden id of the fact to be made, which the form got when it was shown.
func (f *form) id(kind byte) string {
	id := f.Value("id")
	if !idShape.MatchString(id) || id[0] != kind {
		f.refuse("id", "This form was not ours. Open it anew.")
		id = pg.NewID(kind)
		f.entered.Set("id", id)
	}
	return id
}

var (
	idShape    = regexp.MustCompile(`^[A-Z][A-Z2-7]{15}$`)
	zipShape   = regexp.MustCompile(`^[0-9]{5}(-?[0-9]{4})?$`)
	stateShape = regexp.MustCompile(`^[A-Z]{2}$`)
	fecShape   = regexp.MustCompile(`^C[0-9]{8}$`)
)

// option is one choice of a list.
type option struct{ Value, Label string }

// field is one input of a form, for the templates of parts.html.
type field struct {
	Name, Label, Hint, Value, Error, Wide string
	Optional                              bool
	Options                               []option
}

// Field makes the input of a name. wide is how much of the row it takes: "", "half", "third", "four".
func (f *form) Field(name, wide, label, hint string) field {
	return field{Name: name, Label: label, Hint: hint, Value: strings.ToValidUTF8(f.Value(name), "\uFFFD"), Error: f.Error(name), Wide: wide}
}

// Maybe makes an input that may stay empty.
func (f *form) Maybe(name, wide, label, hint string) field {
	in := f.Field(name, wide, label, hint)
	in.Optional = true
	return in
}

// With gives an input a list of what one may write into it.
func (in field) With(options []option) field {
	in.Options = options
	return in
}

// Choice makes a list to choose from.
func (f *form) Choice(name, wide, label, hint string, options []option) field {
	in := f.Field(name, wide, label, hint)
	in.Options = options
	return in
}

// Heading is the first line of the summary of errors.
func (f *form) Heading() string {
	words := []string{"", "One thing", "Two things", "Three things", "Four things", "Five things", "Six things"}
	n := len(f.Wrong)
	if n < len(words) {
		return words[n] + " to mend"
	}
	return fmt.Sprintf("%d things to mend", n)
}

// address reads the fields of an address in the United States.
func (f *form) address() (street, street2, city, state, zip string) {
	street = f.text("street", 34, "Write the street and number.")
	street2 = f.text("street_2", 34, "")
	city = f.text("city", 30, "Write the city.")
	state = f.matching("state", stateShape, "Write the two letters of the state, such as VA.")
	zip = f.matching("zip", zipShape, "Write five digits for the ZIP code, or nine.")
	return street, street2, city, state, strings.ReplaceAll(zip, "-", "")
}

// orElse gives the first that is not empty.
func orElse(values ...string) string { return cmp.Or(values...) }

// found takes what the law or the books refuse, each beside its field.
func (f *form) found(r *compliance.Refusal) {
	for _, x := range r.Findings {
		f.refuse(x.Field, findingText(x))
	}
}

// findingText is a finding as a sentence, with where it stands in the law.
func findingText(x compliance.Finding) string {
	return strings.TrimSpace(strings.TrimSuffix(x.Text, ".") + ". " + x.Cite)
}

// stands tells whether a fact with the id of a form is there already: then the form was sent before. The query asks for
// $1 the committee and $2 the id.
func stands(ctx context.Context, q sqlx.QueryerContext, query string, v visit, id string) (bool, error) {
	var there bool
	if err := sqlx.GetContext(ctx, q, &there, query, v.Committee.ID, id); err != nil {
		return false, fmt.Errorf("look for %s: %w", id, err)
	}
	return there, nil
}
