package browser

import (
	"cmp"
	"context"
	"strconv"
	"strings"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
)

// Look is how a person meets pages: on what, and with which settings. The zero Look is a light window of 1280 by 800 with
// nothing set.
type Look struct {
	Width, Height int    // of the window in CSS pixels; 1280 by 800 where they are zero
	Dark          bool   // the system is dark
	Zoomed        bool   // the browser zooms to 200 %: half as many CSS pixels lie in the window
	LargeText     bool   // text alone is twice as large as browsers have it (32 px for 16)
	Forced        bool   // the system forces its own few colours (high contrast)
	Still         bool   // the system asks for less motion
	Print         bool   // on paper: a sheet of A4 is 673 pixels wide between margins of 16 mm
	NoScript      bool   // JavaScript is off
	Slow          bool   // a phone of few megahertz, on a line of 400 kbit/s that takes 400 ms to and fro
	Lang          string // what the browser asks for, as Accept-Language has it; English where it is empty
}

// As puts the tab into a look; pages that are opened from then on, and the one that is there, are met so.
func (p *Page) As(l Look) {
	p.t.Helper()
	p.Do(chromedp.Func(func(ctx context.Context, t *chromedp.Target) error { return l.put(ctx, t) }))
}

func (l Look) put(ctx context.Context, t cdp.Session) error {
	window := emulation.SetDeviceMetricsOverrideParams{
		Width: int64(cmp.Or(l.Width, 1280)), Height: int64(cmp.Or(l.Height, 800)), DeviceScaleFactor: 1,
	}
	if l.Zoomed {
		window.Width, window.Height, window.DeviceScaleFactor = window.Width/2, window.Height/2, 2
	}
	letters := page.FontSizes{Standard: 16, Fixed: 13}
	if l.LargeText {
		letters = page.FontSizes{Standard: 32, Fixed: 26}
	}
	either := func(on bool, yes, no string) string {
		if on {
			return yes
		}
		return no
	}
	media := emulation.SetEmulatedMediaParams{Media: either(l.Print, "print", ""), Features: []*emulation.MediaFeature{
		{Name: "prefers-color-scheme", Value: either(l.Dark, "dark", "light")},
		{Name: "prefers-reduced-motion", Value: either(l.Still, "reduce", "no-preference")},
		{Name: "forced-colors", Value: either(l.Forced, "active", "none")},
	}}
	slowness, line := 1.0, network.Conditions{DownloadThroughput: -1, UploadThroughput: -1}
	if l.Slow {
		slowness, line = 6, network.Conditions{Latency: 400, DownloadThroughput: 400_000 / 8, UploadThroughput: 400_000 / 8}
	}
	asks := network.Headers{"Accept-Language": either(l.Lang != "", l.Lang, "en")}
	for _, put := range []error{
		call(ctx, t, emulation.SetDeviceMetricsOverride, window),
		call(ctx, t, page.SetFontSizes, page.SetFontSizesParams{FontSizes: &letters}),
		call(ctx, t, emulation.SetEmulatedMedia, media),
		call(ctx, t, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: l.NoScript}),
		call(ctx, t, emulation.SetCPUThrottlingRate, emulation.SetCPUThrottlingRateParams{Rate: slowness}),
		call(ctx, t, network.EmulateNetworkConditionsByRule, network.EmulateNetworkConditionsByRuleParams{MatchedNetworkConditions: []*network.Conditions{&line}}),
		call(ctx, t, network.SetExtraHTTPHeaders, network.SetExtraHTTPHeadersParams{Headers: asks}),
	} {
		if put != nil {
			return put
		}
	}
	return nil
}

func call[P, R any](ctx context.Context, t cdp.Session, cmd cdp.Command[P, R], params P) error {
	_, err := cdp.Call(ctx, t, cmd, params)
	return err
}

// String names the window's width and what is set: 320 dark zoomed.
func (l Look) String() string {
	words := []string{strconv.Itoa(cmp.Or(l.Width, 1280))}
	for _, one := range []struct {
		on   bool
		name string
	}{
		{l.Dark, "dark"},
		{l.Zoomed, "zoomed"},
		{l.LargeText, "large text"},
		{l.Forced, "forced colours"},
		{l.Still, "less motion"},
		{l.Print, "print"},
		{l.NoScript, "no script"},
		{l.Slow, "slow"},
	} {
		if one.on {
			words = append(words, one.name)
		}
	}
	return strings.Join(words, " ")
}
