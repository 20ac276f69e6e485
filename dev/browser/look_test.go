package browser_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp/kb"

	"dure/dev/browser"
)

// serving gives the address of a site with one page.
func serving(t *testing.T, page string) string {
	t.Helper()
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'")
		fmt.Fprintf(w, page, r.Header.Get("Accept-Language"))
	}))
	t.Cleanup(s.Close)
	return s.URL
}

func TestALookIsWhatThePageMeets(t *testing.T) {
	t.Parallel()
	address := serving(t, `<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>A page</title>
<style>p { width: 10rem }</style><h1>%s</h1><p>Words</p>`)
	p := browser.New(t)
	media := func(query string) string { return fmt.Sprintf("matchMedia(%q).matches", query) }
	for _, c := range []struct {
		look browser.Look
		is   string
	}{
		{browser.Look{Width: 320, Height: 640}, "innerWidth === 320 && innerHeight === 640"},
		{browser.Look{}, "innerWidth === 1280 && " + media("(prefers-color-scheme: light)")},
		{browser.Look{Dark: true}, media("(prefers-color-scheme: dark)")},
		{browser.Look{Zoomed: true}, "innerWidth === 640 && devicePixelRatio === 2"},
		{browser.Look{LargeText: true}, "document.querySelector('p').offsetWidth === 320"},
		{browser.Look{}, "document.querySelector('p').offsetWidth === 160"},
		{browser.Look{Forced: true}, media("(forced-colors: active)")},
		{browser.Look{Still: true}, media("(prefers-reduced-motion: reduce)")},
		{browser.Look{Still: true, Dark: true}, media("(prefers-reduced-motion: reduce)") + "&&" + media("(prefers-color-scheme: dark)")},
		{browser.Look{}, "!" + media("(prefers-reduced-motion: reduce)") + "&& !" + media("(forced-colors: active)")},
		{browser.Look{Lang: "ko-KR,ko;q=0.9"}, "document.querySelector('h1').textContent === 'ko-KR,ko;q=0.9'"},
	} {
		p.As(c.look)
		p.Open(address)
		if !browser.Eval[bool](p, c.is) {
			t.Errorf("in the look %+v it does not hold that %s", c.look, c.is)
		}
	}
	began := time.Now()
	p.As(browser.Look{Slow: true})
	p.Open(address)
	if took := time.Since(began); took < 400*time.Millisecond {
		t.Errorf("over a slow line a page takes %v, want 400 ms or more", took)
	}
}

func TestWithoutScriptAPageRunsNone(t *testing.T) {
	t.Parallel()
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html")
		fmt.Fprint(w, `<p>plain</p><script>document.querySelector("p").textContent = "run"</script><form action="/next"><input name="city"><button>Go</button></form>`)
	}))
	t.Cleanup(s.Close)
	p := browser.New(t)
	p.Open(s.URL)
	if got := p.Text("p"); got != "run" {
		t.Errorf("with script the page says %q", got)
	}
	p.As(browser.Look{NoScript: true})
	p.Open(s.URL)
	if got := p.Text("p"); got != "plain" {
		t.Errorf("without script the page says %q", got)
	}
	p.Fill("city", "Astoria")
	p.Follow("button")
	if got := p.Address(); !strings.HasSuffix(got, "/next?city=Astoria") {
		t.Errorf("without script a form leads to %s", got)
	}
}

const planted = `<!doctype html><html lang="ko"><meta charset="utf-8"><title>A page</title>
<style>body { margin: 0 } .faint { color: #ccc } .cut { width: 60px; overflow: hidden; white-space: nowrap } .out { display: block; width: 40px; white-space: nowrap }
.small { display: block; width: 10px; height: 10px; padding: 0 } .on { position: absolute; top: 300px; left: 5px; width: 50px; height: 30px }
.wide { width: 2000px } #no-ring:focus { outline: 0 } .p1, .p2 { position: absolute; top: 400px; margin: 0 }</style>
<main><h1>%.0s</h1><p class="faint">Faint words</p><img alt src="x.png"><input name="city">
<p class="cut">Words that are cut off</p><p class="out">Words that run out of their box</p><button class="small"></button>
<button class="on" id="a">A</button><button class="on" id="b">B</button><p class="p1">One</p><p class="p2">Two</p>
<p>These words are English and the page says that they are not</p><div class="wide">두레</div><a href="/" id="no-ring">no ring</a></main>`

func TestPlantedFaultsAreFound(t *testing.T) {
	t.Parallel()
	p := browser.New(t)
	p.As(browser.Look{Width: 390})
	p.Open(serving(t, planted))

	var rules []string
	for _, v := range p.Axe() {
		rules = append(rules, v.Rule)
		if v.Help == "" || len(v.Where) == 0 || v.Where[0].Selector == "" || v.Where[0].Why == "" {
			t.Errorf("the violation can't be read: %s", v)
		}
	}
	for _, want := range []string{"color-contrast", "label", "button-name", "empty-heading"} {
		if !slices.Contains(rules, want) {
			t.Errorf("axe-core %s finds %v, want also %s", browser.AxeVersion(), rules, want)
		}
	}

	var said strings.Builder
	for _, f := range p.Flaws() {
		fmt.Fprintln(&said, f)
	}
	for _, want := range []string{
		"the page is 2000 wide in a window of 390", "text is cut off", "out of its box", "target of 10 × 10", "targets lie on each other", "text lies on other text",
		"English marked as ko: These words",
	} {
		if !strings.Contains(said.String(), want) {
			t.Errorf("the flaws lack %q:\n%s", want, said.String())
		}
	}

	stops := p.Tabs()
	var names []string
	for _, s := range stops {
		names = append(names, s.Element)
		if s.Seen == (s.Element == "a#no-ring") {
			t.Errorf("%s: the focus is seen: %v", s.Element, s.Seen)
		}
	}
	if got, want := strings.Join(names, " "), "input[name=city] button button#a button#b a#no-ring"; got != want {
		t.Errorf("the tab key stops at %s, want %s", got, want)
	}
}

func TestAGoodPageHasNoFlaws(t *testing.T) {
	t.Parallel()
	p := browser.New(t)
	p.As(browser.Look{Width: 320})
	p.Open(serving(t, `<!doctype html><html lang="ko"><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>쪽</title>
<main><h1>두레</h1><p>여럿이 함께 <a href="/">나누는</a> 일</p><p lang="en">These are words of English and the page says that they are</p>
<form><label for="city">도시</label> <input id="city" name="city" style="height:2rem"> <button style="height:2rem">보내기</button></form><p hidden>%s</p></main>`))
	for _, v := range p.Axe() {
		t.Error(v)
	}
	for _, f := range p.Flaws() {
		t.Error(f)
	}
	drawn := p.Letterings()
	if len(drawn) < 5 || drawn[0].Text != "두레" || drawn[0].Fonts["Noto Sans CJK KR"]+drawn[0].Fonts["Noto Serif CJK KR"] != 2 && len(drawn[0].Fonts) != 1 {
		t.Errorf("the page is drawn as %+v", drawn)
	}
	p.Press(kb.Tab)
	p.Press(kb.Tab)
	if got := p.Focus().Element; got != "input[name=city]" {
		t.Errorf("the second tab leads to %s", got)
	}
}
