package stripesim

import (
	"fmt"
	"maps"
	"net/mail"
	"net/url"
	"slices"
	"strconv"
	"strings"
)

// params are a request's parameters as a tree: line_items[0][quantity]=1 is at("line_items", "0", "quantity").
type params struct {
	text   string
	leaf   bool
	fields map[string]*params
}

// parseParams reads form-encoded parameters. A name like types[] counts up: the first is 0.
func parseParams(values url.Values) (*params, *apiError) {
	root := &params{}
	for _, name := range slices.Sorted(maps.Keys(values)) {
		for i, text := range values[name] {
			path, ok := pathOf(name)
			if !ok {
				return nil, invalid("", name, "Invalid parameter name: "+name)
			}
			if path[len(path)-1] == "" {
				path[len(path)-1] = strconv.Itoa(i)
			} else if i > 0 {
				return nil, invalid("", name, "The parameter "+name+" was given twice.")
			}
			at := root
			for _, step := range path {
				if at.fields == nil {
					at.fields = map[string]*params{}
				}
				if at.fields[step] == nil {
					at.fields[step] = &params{}
				}
				at = at.fields[step]
			}
			at.text, at.leaf = text, true
		}
	}
	return root, nil
}

// pathOf splits a[b][0] into a, b, 0.
func pathOf(name string) ([]string, bool) {
	head, rest, nested := strings.Cut(name, "[")
	path := []string{head}
	if head == "" || !nested {
		return path, head != ""
	}
	if !strings.HasSuffix(rest, "]") {
		return nil, false
	}
	return append(path, strings.Split(strings.TrimSuffix(rest, "]"), "][")...), true
}

// at gives what stands at a path, or nil. It is good on a nil tree.
func (p *params) at(path ...string) *params {
	for _, step := range path {
		if p == nil {
			return nil
		}
		p = p.fields[step]
	}
	return p
}

// str gives the text at a path, or "".
func (p *params) str(path ...string) string {
	if at := p.at(path...); at != nil {
		return at.text
	}
	return ""
}

// maybe gives the text at a path, or nil where it was not given.
func (p *params) maybe(path ...string) *string {
	if at := p.at(path...); at != nil && at.leaf {
		return &at.text
	}
	return nil
}

// num gives the number at a path, which was checked before, or a default.
func (p *params) num(otherwise int64, path ...string) int64 {
	if at := p.at(path...); at != nil && at.leaf {
		n, _ := strconv.ParseInt(at.text, 10, 64)
		return n
	}
	return otherwise
}

// list gives the children of a list in the order of their numbers.
func (p *params) list(path ...string) []*params {
	at := p.at(path...)
	if at == nil {
		return nil
	}
	keys := slices.SortedFunc(maps.Keys(at.fields), func(a, b string) int {
		x, _ := strconv.Atoi(a)
		y, _ := strconv.Atoi(b)
		return x - y
	})
	var out []*params
	for _, k := range keys {
		out = append(out, at.fields[k])
	}
	return out
}

// texts gives a list of texts.
func (p *params) texts(path ...string) []string {
	var out []string
	for _, item := range p.list(path...) {
		out = append(out, item.text)
	}
	return out
}

// metadata gives the pairs at a path, never nil.
func (p *params) metadata(path ...string) map[string]string {
	out := map[string]string{}
	if at := p.at(path...); at != nil {
		for k, v := range at.fields {
			if v.text != "" {
				out[k] = v.text
			}
		}
	}
	return out
}

// amend changes metadata as the parameter of that name says: a pair is set, an empty one unset, an empty text unsets all.
// It gives what the changed pairs were before, null where there were none, or nil where nothing was to change.
func (p *params) amend(metadata map[string]string) map[string]any {
	at := p.at("metadata")
	if at == nil {
		return nil
	}
	changes := map[string]string{}
	if at.leaf {
		for key := range metadata {
			changes[key] = ""
		}
	}
	for key, pair := range at.fields {
		changes[key] = pair.text
	}
	var before map[string]any
	for key, text := range changes {
		was, there := metadata[key]
		if was == text {
			continue
		}
		if before == nil {
			before = map[string]any{}
		}
		before[key] = nil
		if there {
			before[key] = was
		}
		if metadata[key] = text; text == "" {
			delete(metadata, key)
		}
	}
	return before
}

type kind int

const (
	text kind = iota
	integer
	boolean
	address_
	email
	object_
	list
	pairs
	notYet
)

// shape is what a parameter may be.
type shape struct {
	kind    kind
	must    bool
	longest int      // of a text; 0 is 5000
	among   []string // a text's allowed values; nil allows all
	least   int64    // of an integer
	most    int64    // of an integer; 0 is none
	fields  fields   // of an object
	item    *shape   // of a list
	orText  bool     // an object that may also be a whole number, as created is
}

type fields map[string]shape

func required(s shape) shape          { s.must = true; return s }
func short(n int) shape               { return shape{longest: n} }
func oneOf(among ...string) shape     { return shape{among: among} }
func listOf(item shape) shape         { return shape{kind: list, item: &item} }
func group(f fields) shape            { return shape{kind: object_, fields: f} }
func between(least, most int64) shape { return shape{kind: integer, least: least, most: most} }

// check holds parameters against the shapes, and gives the first problem as Stripe does.
func (f fields) check(p *params, prefix string) *apiError {
	for _, name := range slices.Sorted(maps.Keys(p.fields)) {
		if _, known := f[name]; !known {
			full := full(prefix, name)
			return &apiError{Status: 400, Type: "invalid_request_error", Code: "parameter_unknown", Param: full, Message: "Received unknown parameter: " + full}
		}
	}
	for _, name := range slices.Sorted(maps.Keys(f)) {
		full, given := full(prefix, name), p.fields[name]
		if given == nil {
			if f[name].must {
				return &apiError{Status: 400, Type: "invalid_request_error", Code: "parameter_missing", Param: full, Message: "Missing required param: " + full + "."}
			}
			continue
		}
		if problem := f[name].check(given, full); problem != nil {
			return problem
		}
	}
	return nil
}

func full(prefix, name string) string {
	if prefix == "" {
		return name
	}
	return prefix + "[" + name + "]"
}

func (s shape) check(p *params, name string) *apiError {
	switch s.kind {
	case notYet:
		return invalid("", name, "The simulator does not do "+name+" yet; Stripe does.")
	case object_:
		if p.leaf && s.orText {
			return shape{kind: integer}.checkText(p.text, name)
		}
		if p.leaf {
			return invalid("", name, "Invalid object: "+name)
		}
		return s.fields.check(p, name)
	case list:
		if p.leaf {
			return invalid("", name, "Invalid array: "+name)
		}
		for _, key := range slices.Sorted(maps.Keys(p.fields)) {
			if _, err := strconv.Atoi(key); err != nil {
				return invalid("", name, "Invalid array: "+name)
			}
			if problem := s.item.check(p.fields[key], full(name, key)); problem != nil {
				return problem
			}
		}
		return nil
	case pairs:
		return checkMetadata(p, name)
	}
	if !p.leaf {
		return invalid("", name, "Invalid string: "+name)
	}
	return s.checkText(p.text, name)
}

func (s shape) checkText(given, name string) *apiError {
	switch s.kind {
	case integer:
		n, err := strconv.ParseInt(given, 10, 64)
		switch {
		case err != nil:
			return invalid("parameter_invalid_integer", name, "Invalid integer: "+given)
		case n < s.least:
			return invalid("parameter_invalid_integer", name, fmt.Sprintf("Invalid integer: %d: this value must be greater than or equal to %d.", n, s.least))
		case s.most > 0 && n > s.most:
			return invalid("parameter_invalid_integer", name, fmt.Sprintf("Invalid integer: %d: this value must be less than or equal to %d.", n, s.most))
		}
		return nil
	case boolean:
		if given != "true" && given != "false" {
			return invalid("", name, "Invalid boolean: "+given)
		}
		return nil
	}
	longest := s.longest
	if longest == 0 {
		longest = 5000
	}
	switch {
	case given == "":
		return invalid("parameter_invalid_empty", name, fmt.Sprintf("You passed an empty string for '%s'. We assume empty values are an attempt to unset a parameter; however '%s' cannot be unset. You should remove '%s' from your request or supply a non-empty value.", name, name, name))
	case len([]rune(given)) > longest:
		return invalid("", name, fmt.Sprintf("Invalid string: %.40s...; must be at most %d characters", given, longest))
	case s.among != nil && !slices.Contains(s.among, given):
		return invalid("", name, fmt.Sprintf("Invalid %s: must be one of %s", name, strings.Join(s.among, ", ")))
	case s.kind == address_ && !absolute(given):
		return invalid("url_invalid", name, "Not a valid URL")
	case s.kind == email:
		if a, err := mail.ParseAddress(given); err != nil || a.Address != given {
			return invalid("email_invalid", name, "Invalid email address: "+given)
		}
	}
	return nil
}

// checkMetadata holds pairs against Stripe's limits: 50 of them, names of 40 letters without brackets, values of 500.
func checkMetadata(p *params, name string) *apiError {
	if p.leaf {
		if p.text == "" {
			return nil // unsets
		}
		return invalid("", name, "Invalid object: "+name)
	}
	if len(p.fields) > 50 {
		return invalid("", name, fmt.Sprintf("You may only specify 50 metadata pairs; you specified %d.", len(p.fields)))
	}
	for _, key := range slices.Sorted(maps.Keys(p.fields)) {
		pair := p.fields[key]
		switch {
		case !pair.leaf:
			return invalid("", full(name, key), "Metadata values must be strings")
		case len([]rune(key)) > 40:
			return invalid("", full(name, key), "Metadata keys must be at most 40 characters: "+key)
		case len([]rune(pair.text)) > 500:
			return invalid("", full(name, key), "Metadata values must be at most 500 characters")
		}
	}
	return nil
}
