package stripesim

import "fmt"

// listing is a page of a list.
type listing struct {
	Object  string `json:"object"`
	URL     string `json:"url"`
	HasMore bool   `json:"has_more"`
	Data    []any  `json:"data"`
}

var created = shape{kind: object_, orText: true, fields: fields{
	"gt": {kind: integer}, "gte": {kind: integer}, "lt": {kind: integer}, "lte": {kind: integer},
}}

// listed gives the parameters of a list: its own, paging, and expand.
func listed(own fields) fields {
	all := fields{
		"limit": between(1, 100), "starting_after": short(0), "ending_before": short(0), "expand": listOf(short(0)),
	}
	for name, s := range own {
		all[name] = s
	}
	return all
}

// page gives a page of a shelf, the newest first: limit objects that pass the filter, after or before a cursor.
func page[T object](c *call, kind string, s *shelf[T], when func(T) int64, passes func(T) bool) (any, *apiError) {
	after, before := c.params.str("starting_after"), c.params.str("ending_before")
	from, step := len(s.list)-1, -1
	for _, cursor := range []string{after, before} {
		if _, there := s.place[cursor]; cursor != "" && !there {
			return nil, missing(kind, "starting_after", cursor)
		}
	}
	switch {
	case after != "" && before != "":
		return nil, invalid("", "", "You can only use one of starting_after and ending_before.")
	case after != "":
		from = s.place[after] - 1
	case before != "":
		from, step = s.place[before]+1, 1
	}
	limit := int(c.params.num(10, "limit"))
	out := listing{Object: "list", URL: c.r.URL.Path, Data: []any{}}
	for i := from; i >= 0 && i < len(s.list); i += step {
		o := s.list[i]
		if !c.params.within("created", when(o)) || !passes(o) {
			continue
		}
		if len(out.Data) == limit {
			out.HasMore = true
			break
		}
		out.Data = append(out.Data, o)
	}
	if step > 0 {
		for i, j := 0, len(out.Data)-1; i < j; i, j = i+1, j-1 {
			out.Data[i], out.Data[j] = out.Data[j], out.Data[i]
		}
	}
	return out, nil
}

// within says whether a moment passes a parameter like created: one second, or a range.
func (p *params) within(name string, at int64) bool {
	exactly := p.maybe(name)
	return (exactly == nil || fmt.Sprint(at) == *exactly) &&
		(p.maybe(name, "gt") == nil || at > p.num(0, name, "gt")) &&
		(p.maybe(name, "gte") == nil || at >= p.num(0, name, "gte")) &&
		(p.maybe(name, "lt") == nil || at < p.num(0, name, "lt")) &&
		(p.maybe(name, "lte") == nil || at <= p.num(0, name, "lte"))
}

// matches says whether a filter was not given, or is this.
func (p *params) matches(name, got string) bool {
	wanted := p.maybe(name)
	return wanted == nil || *wanted == got
}
