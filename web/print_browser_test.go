package web_test

import (
	"fmt"
	"strings"
	"testing"

	"dure/civil"
	"dure/dev/browser"
	"dure/i18n"
)

// onlyOnScreens are those things that paper has no use for, of what it shows.
const onlyOnScreens = `[...document.querySelectorAll(".btn, button, .langs, .tabs, .skip, nav, textarea, summary[lang=en]")].filter(e => e.checkVisibility()).map(e => e.outerHTML.slice(0, 80))`

// coloured are the texts and edges that are not black, or lie on something that is not white.
const coloured = `[...document.querySelectorAll("body, body *:not(svg):not(svg *)")].filter(e => e.checkVisibility()).flatMap(e => {
	const s = getComputedStyle(e), dark = c => Math.max(...c.match(/\d+/g).slice(0, 3)) <= 51, clear = /, 0\)$|^rgb\(255, 255, 255\)$/;
	return dark(s.color) && (clear.test(s.backgroundColor) || e.matches("input:checked")) ? [] : [e.tagName + "." + e.className + " " + s.color + " on " + s.backgroundColor];
})`

// unmarked takes from a text the marks that keep directions apart.
var unmarked = strings.NewReplacer("\u2066", "", "\u2067", "", "\u2068", "", "\u2069", "")

// A receipt on paper has all that a receipt needs, in every language, on one or two sheets; and nothing that only a screen can do.
func TestReceiptsAndFormsOnPaper(t *testing.T) {
	site, donor := donorScenes(t)
	st := newStage(t, site, donor)
	p := browser.New(t)
	open := func(name string, lang i18n.Language, dark bool) {
		t.Helper()
		p.As(browser.Look{Width: 673, Height: 980, Print: true, Dark: dark})
		p.Open(fmt.Sprintf("%s/%s/%s", st.URL, name, lang))
		for what, script := range map[string]string{"is for screens": onlyOnScreens, "is not black on white": coloured} {
			if found := browser.Eval[[]string](p, script); len(found) > 0 {
				t.Errorf("%s in %s on paper %s: %s", name, lang, what, strings.Join(found, "\n"))
			}
		}
		for _, f := range p.Flaws() {
			t.Errorf("%s in %s on paper: %v", name, lang, f)
		}
		if got := browser.Eval[string](p, `[...document.querySelectorAll("tr, .field, .tile, .paid")].map(e => getComputedStyle(e).breakInside).find(b => b !== "avoid") || ""`); got != "" {
			t.Errorf("%s in %s on paper: a row or a field may be parted by the end of a sheet: %s", name, lang, got)
		}
	}
	for n, lang := range i18n.Known() {
		open("thanks-settled", lang, n%2 == 0)
		said := unmarked.Replace(browser.Eval[string](p, "document.body.innerText"))
		for _, fact := range []string{
			"Long Table PAC, C00999103", "12 Sample Street, Exampleton, VA 22999", "help@longtable.example.org",
			"Mina Seo for Congress", "C00999417", "$25.00", "4242", "GTHANKSAAAAAAAAA", unmarked.Replace(i18n.Day(lang, civil.MustParse("2026-05-14"))), "Paid for by Long Table PAC",
		} {
			if !strings.Contains(said, fact) {
				t.Errorf("the receipt in %s on paper lacks %q:\n%s", lang, fact, said)
			}
		}
		if got := browser.Eval[string](p, `getComputedStyle(document.querySelector(".foot span:last-child a"), "::after").content`); !strings.Contains(got, "https://www.fec.gov/data/committee/C00999103/") {
			t.Errorf("the receipt in %s on paper does not say where the filings are: %s", lang, got)
		}
		for _, screens := range []string{i18n.T(lang, "thanks.keep"), i18n.T(lang, "refund-asked.send"), i18n.T(lang, "refund-asked.heading")} {
			if strings.Contains(said, screens) {
				t.Errorf("the receipt in %s on paper says %q", lang, screens)
			}
		}
		p.As(browser.Look{})
		for name, paper := range map[string]browser.Paper{"Letter": browser.Letter, "A4": browser.A4} {
			most := 2
			if lang == i18n.English {
				most = 1
			}
			if _, sheets := p.Printed(paper); sheets > most || sheets == 0 {
				t.Errorf("the receipt in %s takes %d sheets of %s, want at most %d", lang, sheets, name, most)
			}
		}
	}
	for n, name := range []string{"give-earmarked", "give-errors", "answer", "thanks-asked", "thanks-held", "thanks-open", "home"} {
		for _, lang := range []i18n.Language{i18n.English, i18n.Known()[1+n], "ur"} {
			open(name, lang, n%2 == 1)
			if name == "give-earmarked" && !browser.Eval[bool](p, `["amount_other", "given_name", "employer", "attest_own"].every(id => document.getElementById(id).checkVisibility())`) {
				t.Errorf("the form in %s on paper lacks a field to fill in", lang)
			}
		}
	}
}

// What the desk prints are its figures and its record: no tabs, no forms, no table wider than the sheet.
func TestDeskOnPaper(t *testing.T) {
	scenes := deskScenes(t)
	st := newStage(t, newSite(t, nil).URL, scenes)
	p := browser.New(t)
	printed := 0
	for _, s := range scenes {
		switch s.name {
		case "desk-report", "desk-gift-settled", "desk-gift-open", "desk-books", "desk-today", "desk-limits":
		default:
			continue
		}
		printed++
		for _, width := range []int{673, 695} { // A4 and Letter between their margins
			p.As(browser.Look{Width: width, Height: 980, Print: true, Dark: width == 673})
			p.Open(fmt.Sprintf("%s/%s/en", st.URL, s.name))
			for what, script := range map[string]string{
				"is for screens":          onlyOnScreens,
				"has a field to fill in":  `[...document.querySelectorAll("input, select")].filter(e => e.checkVisibility()).map(e => e.outerHTML.slice(0, 80))`,
				"has a table that is cut": `[...document.querySelectorAll(".wide")].filter(e => e.scrollWidth > e.clientWidth + 1).map(e => e.innerText.slice(0, 80))`,
				"may part a row":          `[...document.querySelectorAll("tr, .entry")].filter(e => getComputedStyle(e).breakInside !== "avoid").map(e => e.innerText.slice(0, 80))`,
			} {
				if found := browser.Eval[[]string](p, script); len(found) > 0 {
					t.Errorf("%s on paper %s: %s", s.name, what, strings.Join(found, "\n"))
				}
			}
			if wide := browser.Eval[int](p, "document.documentElement.scrollWidth"); wide > width {
				t.Errorf("%s is %d wide on a sheet of %d", s.name, wide, width)
			}
		}
	}
	if printed != 6 {
		t.Errorf("%d pages were printed, want 6", printed)
	}
}
