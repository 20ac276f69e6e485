package letters

import (
	"cmp"
	"html/template"
	"regexp"
	"strings"
	"unicode"

	"dure/i18n"
	"dure/registry"
)

// writing is a letter that grows by paragraphs, as plain text and as HTML at once.
type writing struct {
	lang       i18n.Language
	committee  registry.Committee
	authorizer string // the candidate's committee that approved the drive; empty where none did
	plain      strings.Builder
	html       strings.Builder
}

// contact is where the committee can be written to.
func (w *writing) contact() string { return cmp.Or(w.committee.Email, place(w.committee)) }

// T gives a text of the catalog in the letter's language.
func (w *writing) T(key string, args ...any) string { return i18n.T(w.lang, key, args...) }

// say adds a paragraph of the catalog.
func (w *writing) say(key string, args ...any) { w.text(w.T(key, args...)) }

// text adds a paragraph.
func (w *writing) text(s string) {
	w.plain.WriteString(s + "\n\n")
	w.html.WriteString(`<p style="margin:0 0 16px">` + w.set(s) + "</p>\n")
}

// latinRun is what stands in Latin letters and figures within a text of another script, from its first letter, figure or $ to the
// last.
var latinRun = regexp.MustCompile(`[A-Za-z0-9$\x{C0}-\x{24F}](?:[\x20-\x7e\x{C0}-\x{24F}]*[A-Za-z0-9\x{C0}-\x{24F}])?`)

// set is a text of the letter's language as HTML. In Urdu what is Latin, and each figure, has a Latin face: that of Nastaliq is made
// for its letters. Programs drop the style sheet that would say it once.
func (w *writing) set(s string) string {
	if w.lang != "ur" {
		return template.HTMLEscapeString(s)
	}
	var b strings.Builder
	for {
		at := latinRun.FindStringIndex(s)
		if at == nil {
			return b.String() + template.HTMLEscapeString(s)
		}
		b.WriteString(template.HTMLEscapeString(s[:at[0]]) + `<span style="font-family:` + latin.family + `">` + template.HTMLEscapeString(s[at[0]:at[1]]) + "</span>")
		s = s[at[1]:]
	}
}

// quote adds what a person wrote, in whichever language.
func (w *writing) quote(s string) {
	for _, line := range strings.Split(s, "\n") {
		w.plain.WriteString("  > " + line + "\n")
	}
	w.plain.WriteString("\n")
	w.html.WriteString(`<p class="line" dir="auto" style="margin:0 0 16px;padding:0 16px;border:solid ` + rule + `;border-width:0 3px;white-space:pre-line">` +
		w.set(s) + "</p>\n")
}

// law adds a legal text; below a translation stands the English that it was made from, which is what the law knows.
func (w *writing) law(id string, args ...any) {
	t := i18n.Legal(w.lang, id)
	w.plain.WriteString(t.With(args...) + "\n\n")
	w.html.WriteString(`<p` + w.mark(t.Language) + ` style="margin:0 0 16px">` + w.set(t.With(args...)) + "</p>\n")
	if t.Language == i18n.English {
		return
	}
	english := i18n.Legal(i18n.English, id).With(args...)
	w.plain.WriteString(english + "\n\n")
	w.html.WriteString(`<p class="quiet"` + w.mark(i18n.English) + ` style="margin:0 0 16px;font-family:` + latin.family + `;font-size:15px;line-height:1.5;text-align:left;color:` + quiet + `">` +
		template.HTMLEscapeString(english) + "</p>\n")
}

// mark says the language of a passage that is in another than the letter's.
func (w *writing) mark(lang i18n.Language) string {
	if lang == w.lang {
		return ""
	}
	return ` lang="` + string(lang) + `" dir="` + lang.Dir() + `"`
}

// head adds a heading over what follows.
func (w *writing) head(key string) {
	s := w.T(key)
	w.plain.WriteString(s + "\n" + strings.Repeat("-", 20) + "\n\n")
	w.html.WriteString(`<h2 class="bar" style="margin:28px 0 12px;padding-top:10px;border-top:3px solid ` + ink + `;font-size:20px;line-height:inherit">` +
		w.set(s) + "</h2>\n")
}

func (w *writing) list(items []string) {
	w.html.WriteString(`<ul style="margin:0 0 16px">`)
	for _, s := range items {
		w.plain.WriteString("  - " + s + "\n")
		w.html.WriteString("<li>" + w.set(s) + "</li>")
	}
	w.plain.WriteString("\n")
	w.html.WriteString("</ul>\n")
}

// fact is a line of a receipt: what, and how much or whom. A sum closes what is above it.
type fact struct {
	Label, Value string
	Sum          bool
}

// longWord is how many letters of a single word, such as a gift's number, stand beside their label on a phone.
const longWord = 12

// facts adds the lines of a receipt as a table.
func (w *writing) facts(rows []fact) {
	w.html.WriteString(`<table class="line" style="width:100%;border-collapse:collapse;margin:0 0 16px;line-height:inherit">` + "\n")
	for _, f := range rows {
		f.Value = unjoined(f.Value)
		w.plain.WriteString(w.T("receipt.fact", "label", f.Label, "value", f.Value) + "\n")
		class, border, weight := "line", "border-bottom:1px solid "+rule, "font-weight:400"
		if f.Sum {
			class, border, weight = "bar", "border-bottom:4px double "+ink, "font-weight:700"
		}
		start, end, gap := "left", "right", "8px 12px 8px 0" // the old words, which every mail program knows
		if w.lang.Dir() == "rtl" {
			start, end, gap = end, start, "8px 0 8px 12px"
		}
		cell := ` class="` + class + `" style="` + border + `;vertical-align:top;` + weight
		of, value := "", w.set(f.Value)
		switch {
		case !isLatin(f.Value):
			of = ` dir="` + w.lang.Dir() + `"`
		case faces[w.lang] != (face{}): // the script would lend it its own digits and stops
			of, value = ` dir="ltr" style="font-family:`+latin.family+`"`, template.HTMLEscapeString(f.Value)
		}
		if len(f.Value) > longWord && !strings.Contains(f.Value, " ") { // stays on one line of a phone
			value = `<span style="font-size:15px">` + value + `</span>`
		}
		w.html.WriteString(`<tr><th scope="row"` + cell + `;width:42%;padding:` + gap + `;text-align:` + start + `">` + w.set(f.Label) + `</th>` +
			`<td` + cell + `;padding:8px 0;overflow-wrap:anywhere;text-align:` + end + `"><bdi` + of + `>` + value + "</bdi></td></tr>\n")
	}
	w.plain.WriteString("\n")
	w.html.WriteString("</table>\n")
}

// isLatin tells whether a value has no letter of another script.
func isLatin(s string) bool {
	return !strings.ContainsFunc(s, func(r rune) bool { return r > unicode.MaxLatin1 })
}

// link adds an address; the words stand on its button.
func (w *writing) link(address, words string) {
	w.plain.WriteString("  " + address + "\n\n")
	w.html.WriteString(`<p style="margin:0 0 24px"><a class="btn" href="` + template.HTMLEscapeString(address) +
		`" style="display:inline-block;padding:12px 20px;border-radius:2px;background:` + pine + `;color:` + sheet + `;text-decoration:none;font-weight:700">` +
		w.set(words) + "</a></p>\n")
}

// blanks adds a line to fill in for each thing that a letter on paper asks for.
func (w *writing) blanks(lang i18n.Language, missing []string) {
	for _, m := range missing {
		label := i18n.T(lang, "letter.blank."+m)
		w.plain.WriteString("  " + label + ": ______________________________\n\n")
		w.html.WriteString(`<p style="margin:0 0 24px">` + w.set(label) +
			`: <span style="display:inline-block;min-width:20em;border-bottom:1px solid"> </span></p>` + "\n")
	}
}

// finish signs the letter with the committee's name, address and the payer's line, and gives both bodies. The payer's line is
// English, as the law has it, with a translation below it where there is one.
func (w *writing) finish(title string) (plain, html string) {
	w.plain.WriteString(place(w.committee) + "\n")
	w.html.WriteString(`<p class="line quiet" style="margin:28px 0 0;padding-top:12px;border-top:1px solid ` + rule + `;font-size:15px;color:` + quiet + `"><bdi>` +
		w.set(place(w.committee)) + "</bdi></p>\n")
	english := w.paid(i18n.English)
	w.plain.WriteString(english.words + "\n")
	w.html.WriteString(`<p class="bar"` + w.mark(i18n.English) + ` style="margin:12px 0 0;padding:8px 12px;border:2px solid ` + ink + `;font-family:` + latin.family + `;font-size:15px;line-height:1.5;text-align:left">` +
		template.HTMLEscapeString(english.words) + "</p>\n")
	if own := w.paid(w.lang); own.lang != i18n.English {
		w.plain.WriteString(own.words + "\n")
		w.html.WriteString(`<p class="quiet" style="margin:8px 0 0;font-size:15px;color:` + quiet + `">` + w.set(own.words) + "</p>\n")
	}
	return unjoined(w.plain.String()), unjoined(w.page(title))
}

// unjoined takes away what joins the characters of a day on the site's pages: some mail programs draw a box for it.
func unjoined(s string) string { return strings.ReplaceAll(s, "\u2060", "") }

type passage struct {
	lang  i18n.Language
	words string
}

// paid is the payer's line in a language (11 CFR 110.11(b)).
func (w *writing) paid(lang i18n.Language) passage {
	c := w.committee
	if w.authorizer != "" {
		t := i18n.Legal(lang, "paid.authorized")
		return passage{t.Language, t.With("committee", c.Name, "authorizer", w.authorizer)}
	}
	web := strings.TrimSuffix(strings.TrimPrefix(strings.TrimPrefix(c.Web, "https://"), "http://"), "/")
	t := i18n.Legal(lang, "paid.not-authorized")
	return passage{t.Language, t.With("committee", c.Name, "place", cmp.Or(web, address(c)))}
}
