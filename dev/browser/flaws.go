package browser

import (
	_ "embed"
	"fmt"
)

//go:embed flaws.js
var flawsScript string

// Flaw is something wrong with how a page lies in its window, at an element.
type Flaw struct{ What, Where string }

func (f Flaw) String() string { return fmt.Sprintf("%s at %s", f.What, f.Where) }

// Flaws lists what is wrong with how the page lies in its window: wider than it, text that is cut off, outside its box or on
// other text, targets smaller than 24 by 24 pixels (WCAG 2.2, 2.5.8) or on each other; scripts, web fonts and whatever comes
// from elsewhere; passages of English that are marked as another language. JavaScript has to be on.
func (p *Page) Flaws() []Flaw {
	p.t.Helper()
	return Eval[[]Flaw](p, flawsScript)
}
