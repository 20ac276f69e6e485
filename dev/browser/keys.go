package browser

import (
	"time"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// Stop is where the keyboard's focus is.
type Stop struct {
	Element string // tag, and #id or [name=...] where there is one: input[name=amount]
	Order   int    // its place among all elements of the page
	Seen    bool   // something shows that the focus is here
}

// stopScript describes the focused element. What shows the focus is an outline, of the element or of what lies beside it in
// its label, that is not there without the focus.
const stopScript = `(() => {
	const e = document.activeElement, all = [...document.querySelectorAll("*")];
	const ring = s => s.outlineStyle === "auto" || s.outlineStyle !== "none" && parseFloat(s.outlineWidth) >= 2;
	let seen = ring(getComputedStyle(e));
	if (!seen && e.closest("label")) {
		const after = e.nextElementSibling && getComputedStyle(e.nextElementSibling, "::after");
		seen = !!after && after.content !== "none" && parseFloat(after.borderTopWidth) >= 2 || ring(getComputedStyle(e.closest("label")));
	}
	const box = e.getBoundingClientRect();
	return {
		Element: e.tagName.toLowerCase() + (e.name ? "[name=" + e.name + "]" : e.id ? "#" + e.id : ""),
		Order: all.indexOf(e),
		Seen: seen && box.width > 0 && box.top < innerHeight && box.bottom > 0,
	};
})()`

// mayStop lists where the tab key should stop: whatever can be used and is shown, of each group of radio buttons one.
const mayStop = `(() => {
	const all = [...document.querySelectorAll("*")], groups = new Map(), out = [];
	for (const e of document.querySelectorAll("a[href], button, input, select, textarea, summary, [tabindex]")) {
		if (e.disabled || e.type === "hidden" || e.tabIndex < 0 || !e.checkVisibility({visibilityProperty: true})) continue;
		if (e.type === "radio") {
			const group = (e.form ? all.indexOf(e.form) : "") + " " + e.name;
			if (!groups.has(group)) { groups.set(group, out.length); out.push(e); } else if (e.checked) out[groups.get(group)] = e;
			continue;
		}
		out.push(e);
	}
	return out.map(e => all.indexOf(e)).sort((a, b) => a - b);
})()`

// Stops tells where the tab key should stop, in the order of the page: numbers as Stop has them in Order.
func (p *Page) Stops() []int {
	p.t.Helper()
	return Eval[[]int](p, mayStop)
}

// Press presses a key, one of chromedp's kb or a letter.
func (p *Page) Press(key string) {
	p.t.Helper()
	p.Do(chromedp.KeyEvent(key))
}

// Focus tells where the focus is.
func (p *Page) Focus() Stop {
	p.t.Helper()
	return Eval[Stop](p, stopScript)
}

// AwaitAutofocus returns when the page has put the focus where it wants it (autofocus), which is some frames after it is loaded; on one
// that doesn't, or where the focus has moved on, within two seconds at most.
func (p *Page) AwaitAutofocus() {
	p.t.Helper()
	const arrived = `(() => { const wanted = document.querySelector("[autofocus]"); return !wanted || wanted === document.activeElement })()`
	for deadline := time.Now().Add(2 * time.Second); !Eval[bool](p, arrived) && time.Now().Before(deadline); {
		time.Sleep(20 * time.Millisecond)
	}
}

// Tabs presses the tab key from the top of the page until the focus leaves it, and gives where it stopped on the way; no more
// than 300 stops.
func (p *Page) Tabs() []Stop {
	p.t.Helper()
	p.AwaitAutofocus()
	Eval[bool](p, `document.body.tabIndex = -1, document.body.focus(), document.body.removeAttribute("tabindex"), scrollTo(0, 0), true`)
	var out []Stop
	for range 300 {
		p.Press(kb.Tab)
		s := p.Focus()
		if s.Element == "body" || len(out) > 0 && s.Order == out[0].Order {
			break
		}
		if len(out) > 0 && s.Order == out[len(out)-1].Order { // the next part of a date
			out[len(out)-1].Seen = out[len(out)-1].Seen || s.Seen
			continue
		}
		out = append(out, s)
	}
	return out
}
