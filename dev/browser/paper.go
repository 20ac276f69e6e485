package browser

import (
	"context"
	"regexp"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
)

// Paper is a size of paper, in inches.
type Paper struct{ Width, Height float64 }

// The papers that people have: the one of the United States, and that of everywhere else.
var (
	Letter = Paper{8.5, 11}
	A4     = Paper{8.27, 11.69}
)

// onePage is what each page of a PDF says of itself.
var onePage = regexp.MustCompile(`/Type\s*/Page\b`)

// Printed gives the page as it is printed, a PDF, and on how many sheets.
func (p *Page) Printed(on Paper) (pdf []byte, sheets int) {
	p.t.Helper()
	p.Do(chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
		printed, err := cdp.Call(ctx, t, page.PrintToPDF, page.PrintToPDFParams{PaperWidth: on.Width, PaperHeight: on.Height})
		pdf = printed.Data
		return err
	}))
	return pdf, len(onePage.FindAll(pdf, -1))
}
