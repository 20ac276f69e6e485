package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"reflect"
	"regexp"
	"strings"
	"unicode"

	"github.com/lib/pq"

	"dure/civil"
	"dure/money"
)

// form is what a person fills in to enter something: YAML with one word a line and what stands for it. Its blanks point into the
// value that they fill.
type form struct {
	title  string // what is entered, in a sentence
	verb   string // the command that takes the form, such as dure committee
	blanks []blank
}

// blank is one word of a form.
type blank struct {
	word string
	into any // a *string or a pointer to a type of one, paragraphs, *bool, *int, *money.Cents, *pq.Int64Array of cents, or *civil.Day
	help string
}

// paragraphs is a text that may have more lines than one.
type paragraphs struct{ *string }

// write prints the form as it is filled in, each word below what it asks for.
func (f form) write(w io.Writer) error {
	var b bytes.Buffer
	comment(&b, f.title+` Write behind each colon, and leave empty what does not apply. A text with a colon or a # stands in "quotes". Then:`)
	fmt.Fprintf(&b, "#   %s enter FILE\n", f.verb)
	for _, blank := range f.blanks {
		b.WriteByte('\n')
		comment(&b, blank.help)
		b.WriteString(blank.word + ":")
		switch text := blank.text(); {
		case text == "":
		case reflect.TypeOf(blank.into) == reflect.TypeFor[*pq.Int64Array]():
			b.WriteString(" [" + text + "]")
		case strings.Contains(text, "\n"):
			b.WriteString(" |\n  " + strings.ReplaceAll(text, "\n", "\n  "))
		default:
			b.WriteString(" " + quoted(text))
		}
		b.WriteByte('\n')
	}
	_, err := w.Write(b.Bytes())
	return err
}

// comment writes a text as a YAML comment, in lines that fit a terminal; a line that begins with blanks keeps them.
func comment(b *bytes.Buffer, text string) {
	const width = 110
	for paragraph := range strings.Lines(text) {
		begin := "#" + paragraph[:len(paragraph)-len(strings.TrimLeft(paragraph, " "))]
		line := begin
		for _, word := range strings.Fields(paragraph) {
			if len(line)+1+len(word) > width {
				b.WriteString(line + "\n")
				line = begin
			}
			line += " " + word
		}
		b.WriteString(line + "\n")
	}
}

// plainText is what YAML takes as it stands, where no colon in it has a blank behind it.
var plainText = regexp.MustCompile(`^[A-Za-z0-9]([A-Za-z0-9 .,/@+()'_&:-]*[A-Za-z0-9.)])?$`)

// quoted writes a text of one line so that YAML gives it back; its quotes are those of JSON.
func quoted(text string) string {
	if plainText.MatchString(text) && !strings.Contains(text, ": ") {
		return text
	}
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(text); err != nil {
		panic(err) // a string has JSON
	}
	return strings.TrimSuffix(b.String(), "\n")
}

// text gives what stands in the blank, as a person would write it; nothing where nothing does.
func (b blank) text() string {
	switch p := b.into.(type) {
	case *bool:
		if *p {
			return "yes"
		}
		return ""
	case *int:
		if *p == 0 {
			return ""
		}
		return fmt.Sprint(*p)
	case *money.Cents:
		if *p == 0 {
			return ""
		}
		return strings.TrimSuffix(p.Plain(), ".00")
	case *pq.Int64Array:
		var sums []string
		for _, cents := range *p {
			sums = append(sums, strings.TrimSuffix(money.Cents(cents).Plain(), ".00"))
		}
		return strings.Join(sums, ", ")
	case *civil.Day:
		return p.String()
	case paragraphs:
		return *p.string
	default:
		return reflect.ValueOf(b.into).Elem().String()
	}
}

// set fills the blank; items are more than one only for a list. The error tells the person what belongs there.
func (b blank) set(items []string) error {
	if p, ok := b.into.(*pq.Int64Array); ok {
		*p = nil
		if len(items) == 1 && strings.Contains(items[0], ",") { // one sum of a thousand, or two
			return fmt.Errorf("%q: write sums in brackets, such as [10, 25], and a thousand as 1000", items[0])
		}
		for _, item := range items {
			cents, err := money.Parse(item)
			if err != nil {
				return fmt.Errorf("%q: %w", item, err)
			}
			*p = append(*p, int64(cents))
		}
		return nil
	}
	if len(items) != 1 {
		return errors.New("this is a list: write one text")
	}
	text := items[0]
	if strings.ContainsFunc(text, unseen) {
		return errors.New("it has a sign that nobody sees, such as one that turns the direction: write it by hand")
	}
	if p, ok := b.into.(paragraphs); ok {
		if strings.ContainsFunc(text, func(r rune) bool { return unicode.IsControl(r) && r != '\n' && r != '\t' }) {
			return errors.New("it has a sign that can't be shown")
		}
		*p.string = text
		return nil
	}
	if strings.ContainsFunc(text, unicode.IsControl) {
		return errors.New("it is of one line, without tabs and signs that can't be shown")
	}
	switch p := b.into.(type) {
	case *bool:
		switch text {
		case "yes", "no":
			*p = text == "yes"
		default:
			return fmt.Errorf("%q is neither yes nor no", text)
		}
	case *int:
		n := 0
		for _, r := range text {
			if r < '0' || r > '9' || n > 99_999 {
				return fmt.Errorf("%q is no year", text)
			}
			n = n*10 + int(r-'0')
		}
		*p = n
	case *money.Cents:
		cents, err := money.Parse(text)
		if err != nil {
			return fmt.Errorf("%q: %w", text, err)
		}
		*p = cents
	case *civil.Day:
		day, err := civil.Parse(text)
		if err != nil {
			return err
		}
		*p = day
	default:
		reflect.ValueOf(b.into).Elem().SetString(text)
	}
	return nil
}

// unseen tells whether a sign shows nothing, and may turn the text around it. The joiners and the blanks of no width that some
// scripts are written with are none.
func unseen(r rune) bool {
	return unicode.Is(unicode.Bidi_Control, r) || unicode.Is(unicode.Co, r) || r == '\ufeff'
}

// differ tells where a form is filled in otherwise than another of its kind.
func (f form) differ(other form) []difference {
	out := []difference{}
	for i, b := range f.blanks {
		if is, was := b.text(), other.blanks[i].text(); is != was {
			out = append(out, difference{b.word, was, is})
		}
	}
	return out
}

// difference is a word of which two forms say different things.
type difference struct {
	Word string `json:"field"`
	Was  string `json:"was"`
	Is   string `json:"is"`
}
