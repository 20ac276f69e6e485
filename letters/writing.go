package letters

import (
	"cmp"
	"html/template"
	"strings"

	"dure/i18n"
	"dure/registry"
)

// writing is a letter that grows by paragraphs, as plain text and as HTML at once.
type writing struct {
	lang      i18n.Language
	committee registry.Committee
	plain     strings.Builder
	html      strings.Builder
}

// say adds a paragraph of the catalog.
func (w *writing) say(key string, args ...any) { w.text(i18n.T(w.lang, key, args...)) }

// text adds a paragraph.
func (w *writing) text(s string) {
	w.plain.WriteString(s + "\n\n")
	w.html.WriteString(`<p style="margin:0 0 16px">` + template.HTMLEscapeString(s) + "</p>\n")
}

func (w *writing) list(items []string) {
	w.html.WriteString(`<ul style="margin:0 0 16px">`)
	for _, s := range items {
		w.plain.WriteString("  - " + s + "\n")
		w.html.WriteString("<li>" + template.HTMLEscapeString(s) + "</li>")
	}
	w.plain.WriteString("\n")
	w.html.WriteString("</ul>\n")
}

// link adds an address; the words stand on its button.
func (w *writing) link(address, words string) {
	w.plain.WriteString("  " + address + "\n\n")
	w.html.WriteString(`<p style="margin:0 0 24px"><a href="` + template.HTMLEscapeString(address) +
		`" style="display:inline-block;padding:12px 20px;border-radius:8px;background:#1d4f46;color:#ffffff;text-decoration:none;font-weight:600">` +
		template.HTMLEscapeString(words) + "</a></p>\n")
}

// blanks adds a line to fill in for each thing that a letter on paper asks for.
func (w *writing) blanks(lang i18n.Language, missing []string) {
	for _, m := range missing {
		label := i18n.T(lang, "letter.blank."+m)
		w.plain.WriteString("  " + label + ": ______________________________\n\n")
		w.html.WriteString(`<p style="margin:0 0 24px">` + template.HTMLEscapeString(label) +
			`: <span style="display:inline-block;min-width:20em;border-bottom:1px solid"> </span></p>` + "\n")
	}
}

// finish signs the letter with the committee's name, address and the payer's line, and gives both bodies.
func (w *writing) finish(title string) (plain, html string) {
	c := w.committee
	web := strings.TrimSuffix(strings.TrimPrefix(strings.TrimPrefix(c.Web, "https://"), "http://"), "/")
	paid := i18n.Legal(w.lang, "paid.not-authorized").With("committee", c.Name, "place", cmp.Or(web, address(c)))
	w.plain.WriteString(place(c) + "\n" + paid + "\n")
	w.html.WriteString(`<p style="margin:32px 0 0;padding-top:16px;border-top:1px solid #c9c4b8;font-size:14px">` +
		template.HTMLEscapeString(place(c)) + "<br>" + template.HTMLEscapeString(paid) + "</p>\n")
	html = `<!doctype html><html lang="` + string(w.lang) + `" dir="` + w.lang.Dir() + `"><head><meta charset="utf-8">` +
		`<meta name="viewport" content="width=device-width"><title>` + template.HTMLEscapeString(title) + `</title></head>` +
		`<body style="margin:0;padding:24px;font:17px/1.55 Georgia,'Times New Roman',serif"><div style="max-width:36em;margin:0 auto">` +
		w.html.String() + "</div></body></html>\n"
	return w.plain.String(), html
}
