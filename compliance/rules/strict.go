package rules

import (
	"encoding"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"
)

// decode reads YAML into a value whose types say all that may stand there. It tells every fault at once, each with its
// line. The library's own decoder stops at the first and takes 5000.5 for the whole number 5000.
func decode(b []byte, into any) []error {
	file, err := parser.ParseBytes(b, 0)
	if err != nil {
		return []error{fmt.Errorf("no YAML: %w", err)}
	}
	if len(file.Docs) != 1 || file.Docs[0].Body == nil {
		return []error{errors.New("a file holds one document")}
	}
	s := &strict{}
	s.read(file.Docs[0].Body, reflect.ValueOf(into).Elem())
	return s.faults
}

type strict struct{ faults []error }

func (s *strict) fault(n ast.Node, format string, args ...any) {
	at := n.GetToken().Position
	s.faults = append(s.faults, fmt.Errorf("line %d, column %d: "+format, append([]any{at.Line, at.Column}, args...)...))
}

func (s *strict) read(n ast.Node, v reflect.Value) {
	if text, ok := v.Addr().Interface().(encoding.TextUnmarshaler); ok {
		if word, ok := s.scalar(n); ok {
			if err := text.UnmarshalText([]byte(word)); err != nil {
				s.fault(n, "%w", err)
			}
		}
		return
	}
	switch v.Kind() {
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		s.read(n, v.Elem())
	case reflect.Struct:
		s.readStruct(n, v)
	case reflect.Map:
		s.readMap(n, v)
	case reflect.Slice:
		s.readList(n, v)
	case reflect.String:
		if word, ok := s.scalar(n); ok {
			v.SetString(word)
		}
	case reflect.Bool:
		if b, ok := n.(*ast.BoolNode); ok {
			v.SetBool(b.Value)
		} else {
			s.fault(n, "%s is neither true nor false", shown(n))
		}
	case reflect.Int, reflect.Int64:
		word, _ := s.scalar(n)
		whole, err := strconv.ParseInt(word, 10, 64)
		if _, number := n.(*ast.IntegerNode); !number || err != nil || v.OverflowInt(whole) {
			s.fault(n, "%s is not a whole number", shown(n))
			return
		}
		v.SetInt(whole)
	default:
		panic("a pack has no field of the type " + v.Type().String())
	}
}

// scalar gives a word as it is written.
func (s *strict) scalar(n ast.Node) (string, bool) {
	switch n := n.(type) {
	case *ast.StringNode:
		return n.Value, true
	case *ast.LiteralNode:
		return n.Value.Value, true
	case *ast.IntegerNode, *ast.FloatNode:
		return n.GetToken().Value, true
	default:
		s.fault(n, "%s stands where a word belongs", shown(n))
		return "", false
	}
}

func shown(n ast.Node) string {
	switch n.(type) {
	case *ast.MappingNode, *ast.MappingValueNode:
		return "a list of names and values"
	case *ast.SequenceNode:
		return "a list"
	default:
		return strconv.Quote(n.GetToken().Value)
	}
}

// pairs gives the names and values of a mapping, each name once.
func (s *strict) pairs(n ast.Node) []*ast.MappingValueNode {
	var list []*ast.MappingValueNode
	switch n := n.(type) {
	case *ast.MappingNode:
		list = n.Values
	case *ast.MappingValueNode:
		list = []*ast.MappingValueNode{n}
	default:
		s.fault(n, "%s stands where names and values belong", shown(n))
	}
	var names []string
	return slices.DeleteFunc(slices.Clone(list), func(p *ast.MappingValueNode) bool {
		name := p.Key.GetToken().Value
		if slices.Contains(names, name) {
			s.fault(p.Key, "%q stands twice", name)
			return true
		}
		names = append(names, name)
		return false
	})
}

func (s *strict) readStruct(n ast.Node, v reflect.Value) {
	for _, p := range s.pairs(n) {
		name := p.Key.GetToken().Value
		if field, ok := fieldOf(v, name); ok {
			s.read(p.Value, field)
		} else {
			s.fault(p.Key, "unknown word %q", name)
		}
	}
}

// fieldOf finds the field that a name of the file speaks of: its own name in small letters, or that of its tag.
func fieldOf(v reflect.Value, name string) (reflect.Value, bool) {
	for i := range v.NumField() {
		f := v.Type().Field(i)
		tag := f.Tag.Get("yaml")
		switch {
		case tag == ",inline":
			if inner, ok := fieldOf(v.Field(i), name); ok {
				return inner, true
			}
		case tag == name, tag == "" && strings.ToLower(f.Name) == name:
			return v.Field(i), true
		}
	}
	return reflect.Value{}, false
}

func (s *strict) readMap(n ast.Node, v reflect.Value) {
	v.Set(reflect.MakeMap(v.Type()))
	for _, p := range s.pairs(n) {
		value := reflect.New(v.Type().Elem()).Elem()
		s.read(p.Value, value)
		v.SetMapIndex(reflect.ValueOf(p.Key.GetToken().Value), value)
	}
}

func (s *strict) readList(n ast.Node, v reflect.Value) {
	list, ok := n.(*ast.SequenceNode)
	if !ok {
		if v.Type() == reflect.TypeFor[Words]() {
			if word, ok := s.scalar(n); ok {
				v.Set(reflect.ValueOf(Words{word}))
			}
			return
		}
		s.fault(n, "%s stands where a list belongs", shown(n))
		return
	}
	v.Set(reflect.MakeSlice(v.Type(), len(list.Values), len(list.Values)))
	for i, item := range list.Values {
		s.read(item, v.Index(i))
	}
}
