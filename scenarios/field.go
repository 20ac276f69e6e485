package scenarios

import (
	"reflect"
	"strings"

	"dure/civil"
)

// field is one word of a step or an expectation, as its struct declares it.
type field struct {
	word  string
	index []int
	need  bool
	short bool
	one   []string
	ref   []string
	names string
	help  string
	is    reflect.Type
}

// fieldsOf lists the fields of a step, an expectation or a part of one, in their order; those of embedded structs too.
func fieldsOf(t reflect.Type) []field {
	var out []field
	for f := range t.Fields() {
		if f.Anonymous {
			for _, inner := range fieldsOf(f.Type) {
				inner.index = append(append([]int{}, f.Index...), inner.index...)
				out = append(out, inner)
			}
			continue
		}
		word := f.Tag.Get("word")
		if word == "" {
			continue
		}
		out = append(out, field{
			word: word, index: f.Index, need: f.Tag.Get("need") != "", short: f.Tag.Get("short") != "",
			one: splitOne(f.Tag.Get("one")), ref: strings.Fields(f.Tag.Get("ref")),
			names: f.Tag.Get("names"), help: f.Tag.Get("help"), is: f.Type,
		})
	}
	return out
}

// splitOne splits the words of a choice, which may have blanks.
func splitOne(tag string) []string {
	if tag == "" {
		return nil
	}
	return strings.Split(tag, "|")
}

func wordsOf(fields []field) string {
	var words []string
	for _, f := range fields {
		words = append(words, f.word)
	}
	return strings.Join(words, ", ")
}

// takes says what is written after the word.
func (f field) takes() string {
	t, many := f.is, ""
	if t.Kind() == reflect.Slice {
		t, many = t.Elem(), "list of "
	}
	switch {
	case len(f.one) > 0:
		return many + "one of " + strings.Join(f.one, ", ")
	case len(f.ref) > 0:
		return many + "name of a " + strings.Join(f.ref, " or a ")
	case f.names != "":
		return "name, for later steps"
	}
	switch reflect.Zero(t).Interface().(type) {
	case dollars:
		return many + "dollars above zero"
	case sum:
		return many + "dollars"
	case most:
		return many + "dollars, or unlimited"
	case number:
		return many + "whole number"
	case answer:
		return "yes or no"
	case civil.Day:
		return many + "day, YYYY-MM-DD"
	case moment:
		return "moment, YYYY-MM-DD HH:MM ZONE"
	case share:
		return "share, 50 % or 1/3"
	case string:
		return many + "text"
	}
	var words []string
	for _, inner := range fieldsOf(t) {
		words = append(words, inner.word)
	}
	return many + "{" + strings.Join(words, ", ") + "}"
}
