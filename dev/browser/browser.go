// Package browser drives a headless Chromium for tests of what people walk through. Each page is a browser of its own;
// whatever goes wrong fails the test at the line that asked for it. It never ships.
package browser

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
)

// patience is how long a single step may take; a machine that does much else is slow.
const patience = 30 * time.Second

// Page is the one tab of a browser.
type Page struct {
	t   testing.TB
	ctx context.Context
}

// New starts a browser with a 1280 by 800 window, which ends with the test. Where there is no Chromium the test is
// skipped, and with CI=true fails, saying what installs one.
func New(t testing.TB) *Page {
	t.Helper()
	program := Program()
	if program == "" {
		const what = "NO BROWSER: this test needs Chromium and was not run; `dev/install browser` installs it, or set CHROMIUM to its path"
		if os.Getenv("CI") == "true" {
			t.Fatal(what)
		}
		t.Skip(what)
	}
	options := append(chromedp.DefaultExecAllocatorOptions[:len(chromedp.DefaultExecAllocatorOptions):len(chromedp.DefaultExecAllocatorOptions)],
		chromedp.ExecPath(program), chromedp.NoSandbox, chromedp.DisableGPU, chromedp.Flag("disable-component-update", true),
		chromedp.WindowSize(1280, 800),
	)
	ctx, cancel := chromedp.NewContext(context.Background(), chromedp.WithAllocatorOptions(options...))
	if err := chromedp.Do(ctx); err != nil { // starts it
		cancel() // and not chromedp.Cancel, which would wait for a browser that never was
		t.Fatalf("start %s: %v", program, err)
	}
	t.Cleanup(func() {
		defer cancel()
		if err := chromedp.Cancel(ctx); err != nil {
			t.Logf("end the browser: %v", err)
		}
	})
	return &Page{t: t, ctx: ctx}
}

// Program gives the path of a Chromium or Chrome, and nothing where there is none.
func Program() string {
	if p := os.Getenv("CHROMIUM"); p != "" {
		return p
	}
	for _, name := range []string{
		"chromium", "chromium-browser", "google-chrome", "/Applications/Chromium.app/Contents/MacOS/Chromium",
		"/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
	} {
		if p, err := exec.LookPath(name); err == nil {
			return p
		}
	}
	return ""
}

// Context is the tab's, for what chromedp can do and Page has no verb for.
func (p *Page) Context() context.Context { return p.ctx }

// Do takes steps of chromedp one after the other.
func (p *Page) Do(steps ...chromedp.Action[chromedp.Void]) {
	p.t.Helper()
	ctx, cancel := context.WithTimeout(p.ctx, patience)
	defer cancel()
	if err := chromedp.Do(ctx, steps...); err != nil {
		p.fail(err)
	}
}

// Run takes one step and gives what it yields.
func Run[T any](p *Page, step chromedp.Action[T]) T {
	p.t.Helper()
	ctx, cancel := context.WithTimeout(p.ctx, patience)
	defer cancel()
	v, err := chromedp.Run(ctx, step)
	if err != nil {
		p.fail(err)
	}
	return v
}

// Eval gives the value of a JavaScript expression; a promise is waited for.
func Eval[T any](p *Page, expression string) T {
	p.t.Helper()
	return Run(p, chromedp.Evaluate[T](expression, chromedp.EvalAwaitPromise))
}

// fail ends the test, with a picture of what the page showed.
func (p *Page) fail(err error) {
	p.t.Helper()
	shown := ""
	if picture, err := chromedp.Run(p.ctx, chromedp.FullScreenshot(100)); err == nil {
		if path, err := keep(p.t.Name()+"-failed", picture); err == nil {
			shown = "; the page: " + path
		}
	}
	p.t.Fatalf("in the browser: %v%s", err, shown)
}

// Size makes the window that wide and high, in CSS pixels: 390 by 844 is a phone.
func (p *Page) Size(width, height int) {
	p.t.Helper()
	p.Do(chromedp.EmulateViewport(int64(width), int64(height)))
}

// Open goes to an address, waits until it is loaded, and gives its HTTP status, after redirects.
func (p *Page) Open(address string) int {
	p.t.Helper()
	return int(Run(p, chromedp.NavigateResponse(address)).Status)
}

// Fill types a value into the field of that name, in place of what stands there; of a select it chooses the value.
func (p *Page) Fill(name, value string) {
	p.t.Helper()
	field := named(name)
	if Run(p, chromedp.JavascriptAttribute[string](field, "tagName")) == "SELECT" {
		p.Do(chromedp.SetValue(field, value))
		return
	}
	p.Do(chromedp.Clear(field), chromedp.SendKeys(field, value))
}

// Choose clicks the radio button or box of that name and value.
func (p *Page) Choose(name, value string) {
	p.t.Helper()
	p.Click(fmt.Sprintf("[name=%q][value=%q]", name, value))
}

// Check clicks the box of that name unless it is ticked.
func (p *Page) Check(name string) {
	p.t.Helper()
	if !Run(p, chromedp.JavascriptAttribute[bool](named(name), "checked")) {
		p.Do(chromedp.Click(named(name)))
	}
}

func named(name string) chromedp.CSS { return chromedp.CSS(fmt.Sprintf("[name=%q]", name)) }

// Click clicks the first element of a CSS selector, as soon as it is visible.
func (p *Page) Click(selector string) {
	p.t.Helper()
	p.Do(chromedp.Click(chromedp.CSS(selector), chromedp.NodeVisible))
}

// Follow clicks, waits for the page that this leads to, and gives its HTTP status, after redirects.
func (p *Page) Follow(selector string) int {
	p.t.Helper()
	ctx, cancel := context.WithTimeout(p.ctx, patience)
	defer cancel()
	res, err := chromedp.RunResponse(ctx, chromedp.Click(chromedp.CSS(selector), chromedp.NodeVisible))
	if err != nil {
		p.fail(err)
	}
	return int(res.Status)
}

// Wait returns when an element of the selector is visible.
func (p *Page) Wait(selector string) {
	p.t.Helper()
	p.Do(chromedp.WaitVisible(chromedp.CSS(selector)))
}

// Text is what a person reads in the first element of the selector.
func (p *Page) Text(selector string) string {
	p.t.Helper()
	return Run(p, chromedp.Text(chromedp.CSS(selector)))
}

// Address is where the tab is.
func (p *Page) Address() string {
	p.t.Helper()
	return Run(p, chromedp.Location())
}

// Shot keeps a picture of the whole page as NAME.png in DURE_ARTIFACTS, or in testout at the repository's root, and gives
// its path.
func (p *Page) Shot(name string) string {
	p.t.Helper()
	path, err := keep(name, Run(p, chromedp.FullScreenshot(100)))
	if err != nil {
		p.t.Fatal(err)
	}
	return path
}

func keep(name string, picture []byte) (string, error) {
	folder := os.Getenv("DURE_ARTIFACTS")
	if folder == "" {
		root, err := os.Getwd()
		if err != nil {
			return "", err
		}
		for !exists(filepath.Join(root, "go.mod")) && root != filepath.Dir(root) {
			root = filepath.Dir(root)
		}
		folder = filepath.Join(root, "testout")
	}
	if err := os.MkdirAll(folder, 0o755); err != nil {
		return "", err
	}
	path := filepath.Join(folder, strings.ReplaceAll(name, "/", "-")+".png")
	return path, os.WriteFile(path, picture, 0o644)
}

func exists(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}
