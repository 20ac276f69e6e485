package browser

import (
	"context"
	"fmt"
	"strings"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/css"
	"github.com/chromedp/cdproto/dom"
	"github.com/chromedp/chromedp"
)

// Lettering is how the text that stands directly in an element is drawn.
type Lettering struct {
	Element string
	Lang    string // under which the text stands
	Text    string
	Fonts   map[string]int // glyphs, by the family of the font that drew them; a box for want of a glyph counts as one
}

// Letterings tells of each piece of visible text with which fonts it is drawn, in the order of the page.
func (p *Page) Letterings() []Lettering {
	p.t.Helper()
	return Run(p, func(ctx context.Context, t *chromedp.Target) ([]Lettering, error) {
		for {
			out, err := allLetterings(ctx, t)
			if err == nil || !strings.Contains(err.Error(), "Could not find node") || ctx.Err() != nil {
				return out, err
			}
			// chromedp has asked for the document too, which numbers its nodes anew
		}
	})
}

func allLetterings(ctx context.Context, t *chromedp.Target) ([]Lettering, error) {
	whole := int64(-1)
	doc, err := cdp.Call(ctx, t, dom.GetDocument, dom.GetDocumentParams{Depth: &whole})
	if err != nil {
		return nil, err
	}
	if err := call(ctx, t, css.Enable, cdp.Empty{}); err != nil {
		return nil, err
	}
	var out []Lettering
	err = letterings(ctx, t, doc.Root, "", &out)
	return out, err
}

// textNode is the nodeType of text in the DOM.
const textNode = 3

func letterings(ctx context.Context, t *chromedp.Target, n *cdp.Node, lang string, out *[]Lettering) error {
	switch n.LocalName {
	case "head", "script", "style", "svg", "option":
		return nil
	}
	for i := 0; i+1 < len(n.Attributes); i += 2 {
		if n.Attributes[i] == "lang" {
			lang = n.Attributes[i+1]
		}
	}
	var text strings.Builder
	for _, child := range n.Children {
		if child.NodeType == textNode {
			text.WriteString(child.NodeValue)
			continue
		}
		if err := letterings(ctx, t, child, lang, out); err != nil {
			return err
		}
	}
	words := strings.Join(strings.Fields(text.String()), " ")
	if words == "" {
		return nil
	}
	used, err := cdp.Call(ctx, t, css.GetPlatformFontsForNode, css.GetPlatformFontsForNodeParams{NodeID: n.NodeID})
	if err != nil {
		return fmt.Errorf("fonts of %s: %w", n.LocalName, err)
	}
	if len(used.Fonts) == 0 { // not shown
		return nil
	}
	l := Lettering{Element: n.LocalName, Lang: lang, Text: words, Fonts: map[string]int{}}
	for _, f := range used.Fonts {
		l.Fonts[f.FamilyName] += int(f.GlyphCount)
	}
	*out = append(*out, l)
	return nil
}
