package web_test

import (
	"bytes"
	"compress/gzip"
	"io"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"dure/i18n"
)

// mostBytes is what a page may weigh with its style sheet, compressed.
const mostBytes = 30 << 10

// reading gives the scene's page in a language, as HTML and as a tree.
func reading(t *testing.T, s scene, lang i18n.Language) (http.Header, []byte, *html.Node) {
	t.Helper()
	answer, err := s.client.Do(s.request(lang))
	if err != nil {
		t.Fatalf("%s in %s: %v", s.name, lang, err)
	}
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	if err != nil {
		t.Fatal(err)
	}
	if answer.StatusCode != s.status {
		t.Errorf("%s in %s: status %d, want %d", s.name, lang, answer.StatusCode, s.status)
	}
	root, err := html.Parse(bytes.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	return answer.Header, body, root
}

func attribute(n *html.Node, name string) string {
	for _, a := range n.Attr {
		if a.Key == name {
			return a.Val
		}
	}
	return ""
}

// elements are those of a name, in the order of the page.
func elements(root *html.Node, name string) []*html.Node {
	var out []*html.Node
	for n := range root.Descendants() {
		if n.Type == html.ElementNode && n.Data == name {
			out = append(out, n)
		}
	}
	return out
}

func packed(body []byte) int {
	var out bytes.Buffer
	w := gzip.NewWriter(&out)
	w.Write(body)
	w.Close()
	return out.Len()
}

// Every page, in every state and language, says what it is and in which language, weighs little, and asks nobody else for anything.
func TestEveryPageSaysWhatItIsAndIsLight(t *testing.T) {
	t.Parallel()
	site, scenes := donorScenes(t)
	sheets := map[string]int{}
	for _, s := range scenes {
		for _, lang := range s.languages() {
			header, body, root := reading(t, s, lang)
			says := func(what string, args ...any) {
				t.Helper()
				t.Errorf("%s in %s: "+what, append([]any{s.name, lang}, args...)...)
			}
			if !bytes.HasPrefix(body, []byte("<!doctype html>")) || !strings.Contains(string(body), `<meta charset="utf-8">`) {
				says("no doctype, or no charset")
			}
			if page := elements(root, "html")[0]; attribute(page, "lang") != string(lang) || attribute(page, "dir") != lang.Dir() {
				says("the page is marked as %s, %s", attribute(page, "lang"), attribute(page, "dir"))
			}
			if title := elements(root, "title"); len(title) != 1 || title[0].FirstChild == nil || strings.TrimSpace(title[0].FirstChild.Data) == "" {
				says("no title")
			}
			if n := len(elements(root, "h1")); n != 1 {
				says("%d main headings", n)
			}
			about := ""
			for _, m := range elements(root, "meta") {
				if attribute(m, "name") == "description" {
					about = attribute(m, "content")
				}
				if attribute(m, "http-equiv") != "" {
					says("it is sent elsewhere: %v", m.Attr)
				}
			}
			if len([]rune(about)) < 8 {
				says("it says %q of itself", about)
			}
			if n := len(elements(root, "script")); n > 0 || strings.Contains(header.Get("Content-Security-Policy"), "script-src") ||
				!strings.Contains(header.Get("Content-Security-Policy"), "default-src 'none'") {
				says("%d scripts, under %q", n, header.Get("Content-Security-Policy"))
			}
			weight := packed(body)
			for _, l := range elements(root, "link") {
				href := attribute(l, "href")
				switch attribute(l, "rel") {
				case "stylesheet":
					if sheets[href] == 0 {
						sheets[href] = weigh(t, site+href)
					}
					weight += sheets[href]
				case "canonical", "alternate":
				default:
					if !strings.HasPrefix(href, "/static/") {
						says("it asks for %s", href)
					}
				}
			}
			for _, name := range []string{"img", "iframe", "video", "object", "embed", "source"} {
				for _, n := range elements(root, name) {
					says("it asks for %s %s", name, attribute(n, "src"))
				}
			}
			if weight > mostBytes {
				says("it weighs %d bytes with its style, want at most %d", weight, mostBytes)
			}
		}
	}
	for href := range sheets {
		css := fetched(t, site+href)
		if regexp.MustCompile(`url\(|@import`).Match(css) {
			t.Errorf("the style sheet %s asks for more", href)
		}
	}
}

func fetched(t *testing.T, address string) []byte {
	t.Helper()
	answer, err := http.Get(address)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	if err != nil || answer.StatusCode != http.StatusOK {
		t.Fatalf("GET %s = %d, %v", address, answer.StatusCode, err)
	}
	return body
}

func weigh(t *testing.T, address string) int {
	t.Helper()
	return packed(fetched(t, address))
}

func TestSearchEnginesLeaveTheDeskAlone(t *testing.T) {
	t.Parallel()
	s := newSite(t, nil)
	status, h, text := s.get(t, "/robots.txt")
	if status != http.StatusOK || !strings.HasPrefix(h.Get("Content-Type"), "text/plain") || !strings.Contains(text, "User-agent: *\nDisallow: /desk/\n") {
		t.Errorf("%d, %s:\n%s", status, h.Get("Content-Type"), text)
	}
}

// Whoever searches in a language finds the page of that language: the pages of each name all of them, and themselves.
func TestPagesOfOneDriveNameEachOther(t *testing.T) {
	t.Parallel()
	site, scenes := donorScenes(t)
	for name, path := range map[string]string{"home": "/", "give-earmarked": "/give/porch-light"} {
		s := scenes[slices.IndexFunc(scenes, func(s scene) bool { return s.name == name })]
		want := map[string]string{"x-default": site + path}
		for _, lang := range i18n.Known() {
			want[string(lang)] = site + path + "?lang=" + string(lang)
		}
		want["en"] = site + path
		for _, lang := range i18n.Known() {
			_, _, root := reading(t, s, lang)
			got, canonical := map[string]string{}, ""
			for _, l := range elements(root, "link") {
				switch attribute(l, "rel") {
				case "alternate":
					got[attribute(l, "hreflang")] = attribute(l, "href")
				case "canonical":
					canonical = attribute(l, "href")
				}
			}
			for l, address := range want {
				if got[l] != address {
					t.Errorf("%s in %s: in %s it is %q, want %q", name, lang, l, got[l], address)
				}
			}
			if len(got) != len(want) || canonical != want[string(lang)] {
				t.Errorf("%s in %s: %d languages, and itself at %q, want %d and %q", name, lang, len(got), canonical, len(want), want[string(lang)])
			}
			for l, address := range got {
				u, err := url.Parse(address)
				if err != nil || l != "x-default" && l != "en" && u.Query().Get("lang") != l {
					t.Errorf("%s: %s is at %q, %v", name, l, address, err)
				}
			}
		}
	}
}
