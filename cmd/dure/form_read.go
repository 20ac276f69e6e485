package main

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/lexer"
	"github.com/goccy/go-yaml/parser"
	"github.com/goccy/go-yaml/token"
)

// longestForm is the most bytes that a form may have.
const longestForm = 1 << 15

// mostBrackets is how many brackets a form may open: the YAML reader takes the square of their number in time.
const mostBrackets = 1000

// finding is something of a form that a person must mend.
type finding struct {
	Line  int    `json:"line"` // 0 where it speaks of no line
	Field string `json:"field"`
	Text  string `json:"text"`

	unread bool // what stands there could not be read: what else is found of it says nothing
}

// reading is a form that is being read.
type reading struct {
	form     form
	lines    map[string]int // of the words that were there
	findings []finding
	broken   bool // it is no form at all: there is nothing to hold against the books
}

// read fills the form from YAML, and gathers every fault: what is unknown, stands twice or can't be what it should be. All is
// taken as it is written, so that 02110 stays a ZIP code.
func (f form) read(b []byte) (r reading) {
	r = reading{form: f, lines: map[string]int{}}
	defer func() {
		if broken := recover(); broken != nil { // the YAML reader's, on what is no YAML
			r.unfit(1, "this is no YAML: %v", broken)
		}
	}()
	if len(b) > longestForm {
		r.unfit(1, "this is too long for a form: it has at most %d bytes", longestForm)
		return r
	}
	if at := firstInvalid(b); at >= 0 {
		r.unfit(1+bytes.Count(b[:at], []byte("\n")), "this is not UTF-8: save the file as UTF-8")
		return r
	}
	if bytes.Count(b, []byte("["))+bytes.Count(b, []byte("{")) > mostBrackets {
		r.unfit(1, "this has more brackets than a form")
		return r
	}
	b = bytes.ReplaceAll(bytes.TrimPrefix(b, []byte("\ufeff")), []byte("\r\n"), []byte("\n")) // as some editors write
	r.comments(lexer.Tokenize(string(b)))
	file, err := parser.ParseBytes(b, 0, parser.AllowDuplicateMapKey())
	if err != nil {
		line, text := syntax(err)
		r.unfit(line, `this is no YAML: %s; a text with a colon or a # stands in "quotes"`, text)
		return r
	}
	if len(file.Docs) != 1 || file.Docs[0].Body == nil {
		r.unfit(1, "a form has one word a line, such as %s: …", f.blanks[0].word)
		return r
	}
	switch body := file.Docs[0].Body.(type) {
	case *ast.MappingNode:
		for _, p := range body.Values {
			r.pair(p)
		}
	case *ast.MappingValueNode:
		r.pair(body)
	default:
		r.unfit(lineOf(body), "a form has one word a line, such as %s: …", f.blanks[0].word)
	}
	return r
}

// firstInvalid tells where bytes cease to be UTF-8; -1 where they never do.
func firstInvalid(b []byte) int {
	for at := 0; at < len(b); {
		r, size := utf8.DecodeRune(b[at:])
		if r == utf8.RuneError && size <= 1 {
			return at
		}
		at += size
	}
	return -1
}

func syntax(err error) (line int, text string) {
	var at *yaml.SyntaxError
	if errors.As(err, &at) && at.GetToken() != nil {
		return at.GetToken().Position.Line, at.GetMessage()
	}
	return 1, strings.SplitN(err.Error(), "\n", 2)[0]
}

func (r *reading) fault(line int, field, format string, args ...any) {
	r.findings = append(r.findings, finding{line, field, fmt.Sprintf(format, args...), true})
}

// unfit tells why what was read is no form at all.
func (r *reading) unfit(line int, format string, args ...any) {
	r.broken = true
	r.fault(line, "", format, args...)
}

// comments finds texts that YAML would cut short: a # after a blank begins a comment, as in "22 Willowbark Ave #4".
func (r *reading) comments(tokens token.Tokens) {
	said := map[int]string{}
	for _, t := range tokens {
		line := t.Position.Line
		if t.Type != token.CommentType {
			said[line] += t.Value
			continue
		}
		if word, text, ok := strings.Cut(said[line], ":"); ok && text != "" {
			r.fault(line, word, `what follows the # would be left out: put the whole text in "quotes"`)
		}
	}
}

func (r *reading) pair(p *ast.MappingValueNode) {
	word, line := p.Key.GetToken().Value, lineOf(p.Key)
	at := slices.IndexFunc(r.form.blanks, func(b blank) bool { return b.word == word })
	if at < 0 {
		var words []string
		for _, b := range r.form.blanks {
			words = append(words, b.word)
		}
		r.fault(line, word, "there is no such word: there are %s", strings.Join(words, ", "))
		return
	}
	if first, twice := r.lines[word]; twice {
		r.fault(line, word, "it stands in line %d already", first)
		return
	}
	r.lines[word] = line
	items, ok := texts(p.Value)
	switch {
	case !ok:
		r.fault(line, word, `this is more of YAML than a form takes: put the text in "quotes"`)
	case len(items) == 0:
	default:
		if err := r.form.blanks[at].set(items); err != nil {
			r.fault(line, word, "%v", err)
		}
	}
}

// texts gives the text or the list of texts that stands for a word; none where nothing does.
func texts(n ast.Node) ([]string, bool) {
	switch n := n.(type) {
	case nil:
		return nil, true
	case *ast.NullNode:
		if n.GetToken().Type == token.ImplicitNullType {
			return nil, true
		}
		return some(n.GetToken().Value), true // somebody's name may be Null
	case *ast.StringNode:
		return some(n.Value), true
	case *ast.LiteralNode:
		return some(n.Value.Value), true
	case *ast.IntegerNode, *ast.FloatNode, *ast.BoolNode, *ast.InfinityNode, *ast.NanNode:
		return some(n.GetToken().Value), true
	case *ast.SequenceNode:
		var out []string
		for _, v := range n.Values {
			if _, list := v.(*ast.SequenceNode); list {
				return nil, false
			}
			one, ok := texts(v)
			if !ok {
				return nil, false
			}
			out = append(out, one...)
		}
		return out, true
	default:
		return nil, false
	}
}

func some(text string) []string {
	if text = strings.TrimSpace(text); text == "" {
		return nil
	}
	return []string{text}
}

func lineOf(n ast.Node) int {
	if v, ok := n.(*ast.MappingValueNode); ok {
		n = v.Key
	}
	if t := n.GetToken(); t != nil && t.Position != nil {
		return t.Position.Line
	}
	return 1
}
