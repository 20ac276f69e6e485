package main

import (
	"io"
	"maps"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"slices"
	"strings"
	"testing"

	"golang.org/x/net/html"
)

// visitor walks the site as a script would that knows only its HTML and the names that people may rely on.
type visitor struct {
	t      *testing.T
	client *http.Client
}

func newVisitor(t *testing.T) *visitor {
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	return &visitor{t, &http.Client{Jar: jar}}
}

// sight is a page as it was answered.
type sight struct {
	Address *url.URL
	Status  int
	Body    string
	Root    *html.Node
}

func (v *visitor) see(res *http.Response, err error) sight {
	v.t.Helper()
	if err != nil {
		v.t.Fatal(err)
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		v.t.Fatal(err)
	}
	root, err := html.Parse(strings.NewReader(string(body)))
	if err != nil {
		v.t.Fatal(err)
	}
	return sight{res.Request.URL, res.StatusCode, string(body), root}
}

func (v *visitor) open(address string) sight {
	v.t.Helper()
	return v.see(v.client.Get(address))
}

// submit fills in the form of a page that has all the fields, over what stands in it, and sends it.
func (v *visitor) submit(s sight, fields map[string]string) sight {
	v.t.Helper()
	for form := range find(s.Root, "form") {
		values := url.Values{}
		names := map[string]bool{}
		for in := range find(form, "input", "select", "textarea", "button") {
			name, kind := attr(in, "name"), attr(in, "type")
			names[name] = true
			_, checked := attrs(in)["checked"]
			if name != "" && in.Data == "input" && (kind != "radio" && kind != "checkbox" && kind != "submit" || checked) {
				values.Set(name, attr(in, "value"))
			}
		}
		if !slices.ContainsFunc(slices.Collect(maps.Keys(fields)), func(f string) bool { return !names[f] }) {
			for name, value := range fields {
				values.Set(name, value)
			}
			to, err := s.Address.Parse(attr(form, "action"))
			if err != nil {
				v.t.Fatal(err)
			}
			return v.see(v.client.PostForm(to.String(), values))
		}
	}
	v.t.Fatalf("%s has no form with the fields %v:\n%s", s.Address, fields, s.Body)
	return sight{}
}

// find walks the elements of the names, in the order of the page.
func find(n *html.Node, names ...string) func(yield func(*html.Node) bool) {
	return func(yield func(*html.Node) bool) {
		for d := range n.Descendants() {
			if d.Type == html.ElementNode && slices.Contains(names, d.Data) && !yield(d) {
				return
			}
		}
	}
}

func attrs(n *html.Node) map[string]string {
	out := map[string]string{}
	for _, a := range n.Attr {
		out[a.Key] = a.Val
	}
	return out
}

func attr(n *html.Node, name string) string { return attrs(n)[name] }

// words is the text of a page, for people.
func (s sight) words() string {
	var b strings.Builder
	for d := range s.Root.Descendants() {
		if d.Type == html.TextNode && d.Parent.Data != "style" && d.Parent.Data != "script" {
			b.WriteString(d.Data)
		}
	}
	return strings.Join(strings.Fields(b.String()), " ")
}
