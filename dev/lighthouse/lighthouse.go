// Package lighthouse runs Lighthouse over a page in a headless Chromium of its own. It never ships.
package lighthouse

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"

	"dure/dev/browser"
)

// ErrNone tells that Lighthouse, Node.js or Chromium is not here.
var ErrNone = errors.New("NO LIGHTHOUSE: `dev/install browser lighthouse` installs it, with Node.js on the PATH")

// Categories in which Lighthouse scores.
const (
	Performance   = "performance"
	Accessibility = "accessibility"
	BestPractices = "best-practices"
	SEO           = "seo"
)

// Report is what Lighthouse says of a page.
type Report struct {
	Scores map[string]int // by category, of 100
	Faults []Fault        // what took points away
}

// Fault is an audit that a page does not pass.
type Fault struct{ Category, Audit, Title, Where string }

func (f Fault) String() string {
	return fmt.Sprintf("%s: %s: %s %s", f.Category, f.Audit, f.Title, f.Where)
}

// Run scores the page at an address as a phone sees it. The error is ErrNone where something is not installed.
func Run(ctx context.Context, address string, categories ...string) (Report, error) {
	chromium := browser.Program()
	root, err := root()
	if err != nil {
		return Report{}, err
	}
	cli := filepath.Join(root, ".dure", "lighthouse", "node_modules", "lighthouse", "cli", "index.js")
	node, missing := exec.LookPath("node")
	if _, err := os.Stat(cli); err != nil || missing != nil || chromium == "" {
		return Report{}, ErrNone
	}
	for try := 1; ; try++ {
		cmd := exec.CommandContext(ctx, node, cli, address, "--quiet", "--output=json", "--output-path=stdout",
			"--only-categories="+strings.Join(categories, ","), "--chrome-flags=--headless=new --no-sandbox --disable-gpu")
		cmd.Env = append(os.Environ(), "CHROME_PATH="+chromium)
		var said bytes.Buffer
		cmd.Stderr = &said
		out, err := cmd.Output()
		switch {
		case err == nil:
			return read(out)
		case try == tries || ctx.Err() != nil || !strings.Contains(said.String()+string(out), unrecorded):
			return Report{}, fmt.Errorf("lighthouse %s: %w: %s", address, err, said.String())
		}
	}
}

// A browser's recording lacks the moment at which it began now and then, which says nothing of the page: it is recorded again.
const (
	unrecorded = "NO_NAVSTART"
	tries      = 3
)

// read takes out of Lighthouse's result what a Report has.
func read(result []byte) (Report, error) {
	var told struct {
		Categories map[string]struct {
			Score     *float64 `json:"score"`
			AuditRefs []struct {
				ID     string  `json:"id"`
				Weight float64 `json:"weight"`
			} `json:"auditRefs"`
		} `json:"categories"`
		Audits map[string]struct {
			Title        string   `json:"title"`
			Score        *float64 `json:"score"`
			DisplayValue string   `json:"displayValue"`
			Details      struct {
				Items json.RawMessage `json:"items"` // mostly a list
			} `json:"details"`
		} `json:"audits"`
	}
	if err := json.Unmarshal(result, &told); err != nil {
		return Report{}, fmt.Errorf("read what lighthouse says: %w", err)
	}
	out := Report{Scores: map[string]int{}}
	for name, c := range told.Categories {
		if c.Score == nil {
			return out, fmt.Errorf("lighthouse gives no score in %s", name)
		}
		out.Scores[name] = int(math.Round(*c.Score * 100))
		for _, ref := range c.AuditRefs {
			a := told.Audits[ref.ID]
			if ref.Weight == 0 || a.Score == nil || *a.Score >= 1 {
				continue
			}
			f := Fault{Category: name, Audit: ref.ID, Title: a.Title, Where: a.DisplayValue}
			var items []json.RawMessage
			if json.Unmarshal(a.Details.Items, &items) != nil {
				items = []json.RawMessage{a.Details.Items}
			}
			for _, item := range items[:min(3, len(items))] {
				f.Where += fmt.Sprintf("\n    %.300s", item)
			}
			out.Faults = append(out.Faults, f)
		}
	}
	slices.SortFunc(out.Faults, func(a, b Fault) int { return strings.Compare(a.Category+a.Audit, b.Category+b.Audit) })
	return out, nil
}

// root is the folder of the repository, in or above the one that the program runs in.
func root() (string, error) {
	folder, err := os.Getwd()
	if err != nil {
		return "", err
	}
	for {
		if _, err := os.Stat(filepath.Join(folder, "dev", "lighthouse", "package.json")); err == nil {
			return folder, nil
		}
		if folder == filepath.Dir(folder) {
			return "", errors.New("lighthouse: run it in the repository")
		}
		folder = filepath.Dir(folder)
	}
}
