package browser

import (
	_ "embed"
	"fmt"
	"strings"
)

// axeScript is axe-core 4.14.1 (MPL 2.0, see axe/LICENSE), as its npm package has it.
//
//go:embed axe/axe.min.js
var axeScript string

// Violation is a rule of axe-core that a page breaks.
type Violation struct {
	Rule   string // its name: color-contrast
	Impact string // minor, moderate, serious or critical
	Help   string // the rule in a sentence
	Where  []Place
}

// Place is an element that breaks a rule.
type Place struct {
	Selector string
	HTML     string // how it begins
	Why      string
}

// String is the violation as one reads it in a test's report.
func (v Violation) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "axe: %s (%s): %s", v.Rule, v.Impact, v.Help)
	for _, p := range v.Where {
		fmt.Fprintf(&b, "\n    %s  %s\n        %s", p.Selector, p.HTML, strings.ReplaceAll(p.Why, "\n", "\n        "))
	}
	return b.String()
}

// axeRun holds the page against every rule of WCAG 2.0 to 2.2, A and AA, and against axe-core's own good practice.
const axeRun = `(async () => {
	const found = await axe.run(document, {resultTypes: ["violations"], rules: {"target-size": {enabled: true}}});
	return found.violations.map(v => ({
		Rule: v.id, Impact: v.impact, Help: v.help,
		Where: v.nodes.slice(0, 10).map(n => ({Selector: n.target.flat().join(" > "), HTML: n.html.slice(0, 120), Why: n.failureSummary})),
	}));
})()`

// Axe runs axe-core over the page and gives what it finds; of each rule the first ten places. JavaScript has to be on.
func (p *Page) Axe() []Violation {
	p.t.Helper()
	if !Eval[bool](p, "!!window.axe") {
		Eval[bool](p, axeScript+"\n;true")
	}
	return Eval[[]Violation](p, axeRun)
}

// AxeVersion is the version of axe-core that Axe runs.
func AxeVersion() string {
	first, _, _ := strings.Cut(axeScript, "\n")
	return strings.TrimPrefix(first, "/*! axe v")
}
