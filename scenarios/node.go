package scenarios

import (
	"errors"
	"fmt"
	"strings"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"
)

// node is a piece of a file: a text, a list or a map. Of YAML no more is taken: no anchors, tags or merges.
type node struct {
	line  int
	text  string // of a text
	list  []node // of a list
	pairs []pair // of a map
	kind  nodeKind
}

type nodeKind string

const (
	nothing nodeKind = "nothing"
	aText   nodeKind = "a text"
	aList   nodeKind = "a list"
	aMap    nodeKind = "a map"
)

// pair is a word and what it says.
type pair struct {
	word  string
	line  int
	value node
}

// deepest is how far a file may nest: the grammar needs five.
const deepest = 20

// documents reads the YAML documents of a file.
func documents(file string, b []byte) (docs []node, faults []Fault) {
	defer func() {
		if r := recover(); r != nil { // the YAML reader's, on what is no YAML
			docs, faults = nil, []Fault{{file, 1, fmt.Sprintf("this is no YAML: %v", r)}}
		}
	}()
	if strings.Count(string(b), "[")+strings.Count(string(b), "{") > 100_000 || len(b) > 1<<20 {
		return nil, []Fault{{file, 1, "this file is too large for a scenario"}}
	}
	f, err := parser.ParseBytes(b, 0)
	if err != nil {
		return nil, []Fault{syntaxFault(file, err)}
	}
	r := &reader{file: file}
	for _, d := range f.Docs {
		if d == nil || d.Body == nil {
			continue
		}
		docs = append(docs, r.node(d.Body, 0))
	}
	if len(docs) == 0 && len(r.faults) == 0 {
		r.fault(1, "there is no scenario in this file")
	}
	return docs, r.faults
}

func syntaxFault(file string, err error) Fault {
	var syntax *yaml.SyntaxError
	if errors.As(err, &syntax) && syntax.GetToken() != nil {
		return Fault{file, syntax.GetToken().Position.Line, "this is no YAML: " + syntax.GetMessage()}
	}
	return Fault{file, 1, "this is no YAML: " + strings.SplitN(err.Error(), "\n", 2)[0]}
}

// reader turns the YAML reader's tree into ours.
type reader struct {
	file   string
	faults []Fault
}

func (r *reader) fault(line int, format string, args ...any) {
	r.faults = append(r.faults, Fault{r.file, line, fmt.Sprintf(format, args...)})
}

func (r *reader) node(n ast.Node, depth int) node {
	if n == nil {
		return node{kind: nothing}
	}
	out := node{line: lineOf(n)}
	if depth > deepest {
		r.fault(out.line, "this is nested too deep")
		return out
	}
	switch n := n.(type) {
	case *ast.NullNode:
		out.kind = nothing
	case *ast.StringNode:
		out.kind, out.text = aText, n.Value
	case *ast.LiteralNode:
		out.kind, out.text = aText, strings.TrimSpace(n.Value.Value)
	case *ast.IntegerNode, *ast.FloatNode, *ast.BoolNode, *ast.InfinityNode, *ast.NanNode:
		out.kind, out.text = aText, n.GetToken().Value // as it was written
	case *ast.SequenceNode:
		out.kind = aList
		for _, v := range n.Values {
			out.list = append(out.list, r.node(v, depth+1))
		}
	case *ast.MappingNode:
		out.kind = aMap
		for _, v := range n.Values {
			out.pairs = append(out.pairs, r.pair(v, depth))
		}
	case *ast.MappingValueNode:
		out.kind, out.pairs = aMap, []pair{r.pair(n, depth)}
	default:
		out.kind = nothing
		r.fault(out.line, "%s is more of YAML than scenarios use: write texts, lists and maps", strings.ToLower(n.Type().String()))
	}
	return out
}

func (r *reader) pair(v *ast.MappingValueNode, depth int) pair {
	key, ok := v.Key.(*ast.StringNode)
	if !ok {
		line := lineOf(v)
		r.fault(line, "%q is no word of scenarios", v.Key.String())
		return pair{line: line, value: node{kind: nothing, line: line}}
	}
	p := pair{word: key.Value, line: lineOf(key), value: r.node(v.Value, depth+1)}
	if p.value.line == 0 || p.value.kind != aText {
		p.value.line = p.line // of lists and maps the line of their word is the one to name
	}
	return p
}

func lineOf(n ast.Node) int {
	if v, ok := n.(*ast.MappingValueNode); ok {
		n = v.Key
	}
	if v, ok := n.(*ast.MappingNode); ok && len(v.Values) > 0 {
		n = v.Values[0].Key
	}
	if t := n.GetToken(); t != nil && t.Position != nil {
		return t.Position.Line
	}
	return 1
}
