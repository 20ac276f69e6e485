package web

import (
	"bytes"
	"cmp"
	"embed"
	"html/template"
	"io/fs"
	"net/http"
	"path"
	"strconv"
	"strings"
	"unicode"

	"dure/i18n"
	"dure/registry"
)

//go:embed templates/*.html templates/parts/*.html
var pageFiles embed.FS

// parsePages reads each page's file together with the layout and the parts that pages share.
func parsePages(a *assets) (map[string]*template.Template, error) {
	shared, err := template.New("").Funcs(template.FuncMap{"asset": a.url}).
		ParseFS(pageFiles, "templates/layout.html", "templates/parts/*.html")
	if err != nil {
		return nil, err
	}
	files, err := fs.Glob(pageFiles, "templates/*.html")
	if err != nil {
		return nil, err
	}
	pages := map[string]*template.Template{}
	for _, file := range files {
		name := strings.TrimSuffix(path.Base(file), ".html")
		if name == "layout" {
			continue
		}
		p, err := shared.Clone()
		if err != nil {
			return nil, err
		}
		if pages[name], err = p.ParseFS(pageFiles, file); err != nil {
			return nil, err
		}
	}
	return pages, nil
}

// Page is what the layout shows around each page; every page's struct has one.
type Page struct {
	Lang     i18n.Language
	Title    string
	About    string // the page in a sentence, for whoever finds it by a search
	Found    string // where the page is found, absolute and without a language; empty where it is not for everybody
	House    House
	Refresh  int    // seconds after which the browser asks again; zero for never
	Next     string // the address for which it asks then; this one where empty
	Menu     bool   // the page can be had in other languages at its own address
	Alone    bool   // the page leads to no other of the site
	PaidFor  i18n.LegalText
	PaidLine string          // in English, as the law gives it
	PaidOwn  string          // the same in the page's language, where that is another
	Offered  []i18n.Language // in which the committee's pages can be had
	Asks     string          // what the page's own address asks for beside the language, such as key=…
	Carry    bool            // links lead on in the page's language
	Resend   bool            // the page holds a form that came back: its menu sends the form again, so that nothing of it is lost (a button before it is the one that Enter presses)
}

// House is who speaks on the page.
type House struct {
	Name, FECID, Address, Email string
}

// refresh is the header by which a browser asks again by itself, and empty for never.
func (p Page) refresh() string {
	switch {
	case p.Refresh == 0:
		return ""
	case p.Next == "":
		return strconv.Itoa(p.Refresh)
	}
	return strconv.Itoa(p.Refresh) + "; url=" + p.Next
}

// T gives a text of the catalog in the page's language.
func (p Page) T(key string, args ...any) string { return i18n.T(p.Lang, key, args...) }

// greeting is a text in which a person's name may stand.
type greeting struct{ Whole, Before, Name, After string }

// naming gives a text of the catalog that may have a value called name.
func (p Page) naming(name, key string, args ...any) greeting {
	const mark = "\x00" // no text has it
	g := greeting{Whole: p.T(key, append(args, "name", name)...)}
	var found bool
	if g.Before, g.After, found = strings.Cut(p.T(key, append(args, "name", mark)...), mark); found {
		g.Name = name
	}
	return g
}

// KeptWhole tells whether the name is to be kept on one line: its script has no spaces, so that a line's end would part it, and it
// fits on a line of the narrowest page.
func (g greeting) KeptWhole() bool {
	const widest = 10 // of which Han and kana take two each
	width, unspaced := 0, false
	for _, r := range g.Name {
		width++
		if unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana) {
			width++
			unspaced = true
		}
		unspaced = unspaced || unicode.Is(unicode.Khmer, r)
	}
	return unspaced && width <= widest
}

// InClauses tells whether the lines of a heading or a button are to end between its clauses: Chinese has no blanks between words, so
// that a line's end would part one. A clause that is too long for the narrowest page is parted anyway, and then as any text is.
func (p Page) InClauses(line string) bool {
	if p.Lang != "zh-Hans" && p.Lang != "zh-Hant" {
		return false
	}
	const longest = 10 // of a heading's letters side by side at 320 px
	run := 0
	for _, r := range line {
		if r <= unicode.MaxLatin1 {
			run = 0
			continue
		}
		if run++; run > longest {
			return false
		}
		if unicode.IsPunct(r) {
			run = 0
		}
	}
	return true
}

// Languages are those of the menu; none where the page is in one language only.
func (p Page) Languages() []i18n.Language {
	if p.Menu && len(p.Offered) > 1 {
		return p.Offered
	}
	return nil
}

// FoundIn is where the page is found in a language. English is what is found without asking for one.
func (p Page) FoundIn(lang i18n.Language) string {
	if lang == i18n.English {
		return p.Found
	}
	return withLanguage(p.Found, lang)
}

// In is the address of this page in another language.
func (p Page) In(lang i18n.Language) string {
	return "?lang=" + string(lang) + strings.TrimSuffix("&"+p.Asks, "&")
}

// To is the address of another page of the site, in the language of this one.
func (p Page) To(path string) string {
	if !p.Carry {
		return path
	}
	return withLanguage(path, p.Lang)
}

// withLanguage has an address ask for a language.
func withLanguage(address string, lang i18n.Language) string {
	if strings.Contains(address, "?") {
		return address + "&lang=" + string(lang)
	}
	return address + "?lang=" + string(lang)
}

// offer tells in which languages the committee's pages can be had. Where there is a choice, what was chosen is kept on the way.
func (p *Page) offer(among []i18n.Language) {
	p.Offered, p.Carry = among, len(among) > 1
}

// Control is what stands one tap away from a legal text that is read in translation: the English, which counts. There is none
// beside English itself.
func (p Page) Control(english ...string) []string {
	if p.Lang == i18n.English {
		return nil
	}
	return english
}

// pageOf begins a page on which a committee speaks.
func pageOf(lang i18n.Language, c registry.Committee) Page {
	street := strings.TrimSpace(c.Street + " " + c.Street2)
	address := street + ", " + c.City + ", " + c.State + " " + zipShown(c.Zip)
	web := strings.TrimSuffix(strings.TrimPrefix(strings.TrimPrefix(c.Web, "https://"), "http://"), "/")
	p := Page{Lang: lang, House: House{Name: c.Name, FECID: c.FECID, Address: address, Email: c.Email}}
	p.paid("paid.not-authorized", "committee", c.Name, "place", cmp.Or(web, address))
	return p
}

// paid says who paid for the page: in English, and below it in the page's language.
func (p *Page) paid(id string, args ...any) {
	p.PaidFor = i18n.Legal(i18n.English, id)
	p.PaidLine, p.PaidOwn = p.PaidFor.With(args...), ""
	if own := i18n.Legal(p.Lang, id); own.Language != i18n.English {
		p.PaidOwn = own.With(args...)
	}
}

// authorized says on the page that the candidate's committee approved it (11 CFR 110.11(b)(2)).
func (p *Page) authorized(by string) {
	p.paid("paid.authorized", "committee", p.House.Name, "authorizer", by)
}

// zipShown writes nine digits as people do.
func zipShown(zip string) string {
	if len(zip) == 9 && !strings.Contains(zip, "-") {
		return zip[:5] + "-" + zip[5:]
	}
	return zip
}

// found is the address at which everybody finds a page of the site; empty where the site does not know its own.
func (s *Server) found(path string) string {
	if s.PublicURL == "" {
		return ""
	}
	return s.PublicURL + path
}

// render writes a page's HTML. An error is a bug of the page.
func (s *Server) render(name string, page any) ([]byte, error) {
	var out bytes.Buffer
	err := s.pages[name].ExecuteTemplate(&out, "layout.html", page)
	return out.Bytes(), err
}

// answer sends a page, whole or not at all.
func (s *Server) answer(w http.ResponseWriter, r *http.Request, status int, name string, page any) error {
	html, err := s.render(name, page)
	if err != nil {
		return err
	}
	h := w.Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Vary", "Accept-Encoding, Accept-Language")
	if again, ok := page.(interface{ refresh() string }); ok && again.refresh() != "" {
		h.Set("Refresh", again.refresh())
	}
	if takesGzip(r) {
		h.Set("Content-Encoding", "gzip")
		html = zipped(html)
	}
	w.WriteHeader(status)
	w.Write(html)
	return nil
}

// languageOf is the language of an answer, of those in which it can be had: what the address asks for, else what was asked
// before, else the browser's.
func languageOf(r *http.Request, asked string, among []i18n.Language) i18n.Language {
	return i18n.Match(r.Header.Get("Accept-Language"), cmp.Or(r.URL.Query().Get("lang"), asked), among)
}
