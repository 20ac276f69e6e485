package scenarios

import (
	"context"
	"reflect"
	"slices"
	"strings"

	"dure/civil"
)

// Scenario is one case: what is given, what happens, and what is expected of it.
type Scenario struct {
	File  string
	Line  int
	Name  string
	Cites []string

	steps    []*stepped // given and when, in their order
	expected []*awaited
}

// stepped is a step of a file, with what is expected at once after it.
type stepped struct {
	word   string
	line   int
	step   step
	expect []*awaited
}

// awaited is an expectation of a file.
type awaited struct {
	word string
	line int
	what expectation
}

// step is one thing that happens.
type step interface {
	run(ctx context.Context, w *world, d *done) error
}

// expectation is one thing that must then be so. It gives what was found, written as what was expected is: alike when all
// is right.
type expectation interface {
	check(ctx context.Context, w *world, d *done) (outcome, error)
}

// kind is a word of the grammar, and what it stands for.
type kind[T any] struct {
	word string
	help string
	make func() T
}

// Read reads the scenarios of a file, or says all that is wrong with it.
func Read(file string, b []byte) ([]*Scenario, []Fault) {
	docs, faults := documents(file, b)
	var out []*Scenario
	for _, doc := range docs {
		s, wrong := readScenario(file, doc)
		out, faults = append(out, s), append(faults, wrong...)
	}
	if len(faults) > 0 {
		slices.SortStableFunc(faults, func(a, b Fault) int { return a.Line - b.Line })
		return nil, faults
	}
	return out, nil
}

// readScenario reads one document.
func readScenario(file string, doc node) (*Scenario, []Fault) {
	d := &decoder{file: file, names: scope{}}
	s := &Scenario{File: file, Line: max(doc.line, 1)}
	if doc.kind != aMap {
		d.fault(s.Line, "a scenario is a map of scenario, cites, given, when and expected, not %s", doc.kind)
		return s, d.faults
	}
	parts := map[string]node{}
	for _, p := range doc.pairs {
		switch {
		case !slices.Contains([]string{"scenario", "cites", "given", "when", "expected"}, p.word):
			d.fault(p.line, "a scenario has no part %q: it has scenario, cites, given, when and expected", p.word)
		case parts[p.word].kind != "":
			d.fault(p.line, "%q is there twice", p.word)
		default:
			parts[p.word] = p.value
		}
	}
	name := parts["scenario"]
	if s.Name = strings.TrimSpace(name.text); s.Name == "" {
		d.fault(s.Line, "a scenario needs its name: scenario: what it shows")
	}
	s.Cites = d.texts("cites", parts["cites"])
	for _, part := range []string{"given", "when"} {
		s.steps = append(s.steps, d.steps(part, parts[part])...)
	}
	s.expected = d.expectations("expected", parts["expected"], len(s.steps) > 0)
	if len(s.steps) == 0 && len(d.faults) == 0 {
		d.fault(s.Line, "nothing happens in this scenario: it needs given or when")
	}
	if s.expectations() == 0 && len(d.faults) == 0 {
		d.fault(s.Line, "nothing is expected of this scenario: it needs expected")
	}
	d.clocked(s)
	return s, d.faults
}

// expectations counts what is expected, also between the steps.
func (s *Scenario) expectations() int {
	n := len(s.expected)
	for _, st := range s.steps {
		n += len(st.expect)
	}
	return n
}

func (d *decoder) texts(word string, n node) []string {
	var out []string
	switch n.kind {
	case "":
	case aText:
		out = append(out, n.text)
	case aList:
		for _, item := range n.list {
			if item.kind != aText || strings.TrimSpace(item.text) == "" {
				d.fault(max(item.line, n.line), "%s takes a list of texts", word)
			}
			out = append(out, item.text)
		}
	default:
		d.fault(n.line, "%s takes a list of texts", word)
	}
	return out
}

func (d *decoder) items(part string, n node) []node {
	switch n.kind {
	case "":
	case aList:
		return n.list
	default:
		d.fault(n.line, "%s takes a list, each of its items beginning with a dash", part)
	}
	return nil
}

// steps reads a list of steps.
func (d *decoder) steps(part string, n node) []*stepped {
	var out []*stepped
	for _, item := range d.items(part, n) {
		if item.kind != aMap {
			d.fault(max(item.line, n.line), "a step of %s is a word and what it says, such as at: 2026-05-01 10:00", part)
			continue
		}
		var st *stepped
		for _, p := range item.pairs {
			k := find(stepKinds(), p.word)
			switch {
			case p.word == "expect" && st != nil:
				st.expect = d.expectations("expect", p.value, true)
			case p.word == "expect":
				d.fault(p.line, "expect stands after the word of its step")
			case k == nil:
				d.fault(p.line, "there is no step %q: there are %s", p.word, words(stepKinds()))
			case st != nil:
				d.fault(p.line, "this step is %s already: begin another with a dash for %s", st.word, p.word)
			default:
				st = &stepped{word: p.word, line: p.line, step: k.make()}
				d.into(p.word, p.value, st.step)
				out = append(out, st)
			}
		}
	}
	return out
}

// expectations reads a list of expectations; after tells whether there is a step that they can speak of.
func (d *decoder) expectations(part string, n node, after bool) []*awaited {
	var out []*awaited
	for _, item := range d.items(part, n) {
		if item.kind != aMap {
			d.fault(max(item.line, n.line), "%s takes expectations, such as decision: allow", part)
			continue
		}
		for i, p := range item.pairs {
			k := find(expectationKinds(), p.word)
			switch {
			case k == nil:
				d.fault(p.line, "there is no expectation %q: there are %s", p.word, words(expectationKinds()))
			case i > 0:
				d.fault(p.line, "begin another expectation with a dash for %s", p.word)
			case !after:
				d.fault(p.line, "no step comes before this expectation")
			default:
				a := &awaited{word: p.word, line: p.line, what: k.make()}
				d.into(p.word, p.value, a.what)
				out = append(out, a)
			}
		}
	}
	return out
}

func find[T any](kinds []kind[T], word string) *kind[T] {
	at := slices.IndexFunc(kinds, func(k kind[T]) bool { return k.word == word })
	if at < 0 {
		return nil
	}
	return &kinds[at]
}

func words[T any](kinds []kind[T]) string {
	var out []string
	for _, k := range kinds {
		out = append(out, k.word)
	}
	return strings.Join(out, ", ")
}

// timeless steps happen at no time.
type timeless interface{ timeless() }

// clocked refuses a step that happens before any day was said.
func (d *decoder) clocked(s *Scenario) {
	for _, st := range s.steps {
		if _, ok := st.step.(*at); ok {
			return
		}
		if _, ok := st.step.(timeless); ok {
			continue
		}
		v := reflect.ValueOf(st.step).Elem()
		for _, f := range fieldsOf(v.Type()) {
			if day, ok := v.FieldByIndex(f.index).Interface().(civil.Day); ok && f.word == "on" && !day.IsZero() {
				return
			}
		}
		d.fault(st.line, "%s happens before the clock stands: begin with at: 2026-05-01 10:00, or say its day with on", st.word)
		return
	}
}

// Word is a word of the grammar: a step or an expectation, or one of their own words.
type Word struct {
	Word  string
	Says  string // what it means
	Takes string // of a word within another
	Need  bool   // it must be written
	Words []Word // that it takes
}

// Grammar lists the steps and the expectations that there are, with all their words, for the grammar's page.
func Grammar() (steps, expectations []Word) {
	for _, k := range stepKinds() {
		steps = append(steps, Word{Word: k.word, Says: k.help, Words: wordsIn(reflect.TypeOf(k.make()).Elem())})
	}
	for _, k := range expectationKinds() {
		expectations = append(expectations, Word{Word: k.word, Says: k.help, Words: wordsIn(reflect.TypeOf(k.make()).Elem())})
	}
	return steps, expectations
}

func wordsIn(t reflect.Type) []Word {
	var out []Word
	for _, f := range fieldsOf(t) {
		w := Word{Word: f.word, Says: f.help, Takes: f.takes(), Need: f.need}
		if of := f.is; of.Kind() == reflect.Slice && of.Elem().Kind() == reflect.Struct && !isScalar(reflect.Zero(of.Elem()).Interface()) {
			w.Words = wordsIn(of.Elem())
		}
		out = append(out, w)
	}
	return out
}
