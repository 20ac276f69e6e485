package web_test

import (
	"flag"
	"fmt"
	"slices"
	"strings"
	"testing"

	"dure/dev/browser"
	"dure/i18n"
)

var wholeMatrix = flag.Bool("matrix", false, "look at every page in every state and language, at every width, light and dark; 20 minutes")

// modes are the settings, beside width and scheme, with which givers look; at the desk letters are made larger by zooming.
var (
	modes     = []browser.Look{{}, {Zoomed: true}, {LargeText: true}, {Forced: true}, {Still: true}}
	deskModes = []browser.Look{{}, {Zoomed: true}, {Forced: true}, {Still: true}}
)

var widths = []int{320, 390, 1280}

// sight is one look at one scene in one language.
type sight struct {
	scene scene
	lang  i18n.Language
	look  browser.Look
}

func (s sight) String() string { return fmt.Sprintf("%s in %s at %s", s.scene.name, s.lang, s.look) }

// lookAt puts a mode at a width. A phone's window is not zoomed narrower than 320: a page of that width, twice as large, is
// what reflow asks for (WCAG 2.2, 1.4.10).
func lookAt(mode browser.Look, width int, dark bool) browser.Look {
	mode.Width, mode.Height, mode.Dark = width, 800, dark
	if mode.Zoomed && width < 640 {
		mode.Width, mode.Height = 2*width, 1600
	}
	return mode
}

// sights pairs up scenes, languages, widths, schemes and modes.
func sights(scenes []scene, langs []i18n.Language, modes []browser.Look) []sight {
	var out []sight
	for _, row := range cover(len(scenes), len(langs), len(widths), 2, len(modes)) {
		out = append(out, sight{scenes[row[0]], langs[row[1]], lookAt(modes[row[4]], widths[row[2]], row[3] == 1)})
	}
	return out
}

// everySight is each scene in each of its languages at each width, light and dark.
func everySight(scenes []scene) []sight {
	var out []sight
	for _, s := range scenes {
		for _, lang := range s.languages() {
			for _, width := range widths {
				for _, dark := range []bool{false, true} {
					out = append(out, sight{s, lang, lookAt(browser.Look{}, width, dark)})
				}
			}
		}
	}
	return out
}

// lowTargets are the buttons, fields and choices that a thumb may miss.
const lowTargets = `[...document.querySelectorAll(".btn, .tile, .box, summary, select, textarea, input[type=text], input[type=email], input[type=file]")]
	.filter(e => e.checkVisibility() && e.getBoundingClientRect().height < 43.5).map(e => e.tagName + " " + (e.name || e.innerText))`

// see opens what is to be seen and tells what is wrong with it.
func see(p *browser.Page, st *stage, s sight) []string {
	var wrong []string
	p.As(s.look)
	if got := p.Open(fmt.Sprintf("%s/%s/%s", st.URL, s.scene.name, s.lang)); got != s.scene.status {
		return []string{fmt.Sprintf("status %d, want %d", got, s.scene.status)}
	}
	root := browser.Eval[struct{ Lang, Dir string }](p, `({Lang: document.documentElement.lang, Dir: getComputedStyle(document.documentElement).direction})`)
	if root.Lang != string(s.lang) || root.Dir != s.lang.Dir() {
		wrong = append(wrong, fmt.Sprintf("the page is marked as %q and runs %s, want %q and %s", root.Lang, root.Dir, s.lang, s.lang.Dir()))
	}
	for _, v := range p.Axe() {
		wrong = append(wrong, v.String())
	}
	for _, f := range p.Flaws() {
		wrong = append(wrong, f.String())
	}
	if low := browser.Eval[[]string](p, lowTargets); !s.scene.english && len(low) > 0 {
		wrong = append(wrong, fmt.Sprintf("lower than 44 pixels: %s", strings.Join(low, ", ")))
	}
	return wrong
}

// share looks at every nth of the sights in a browser of its own.
func share(t *testing.T, st *stage, all []sight) {
	t.Helper()
	const browsers = 2
	for i := range browsers {
		t.Run(fmt.Sprintf("browser %d", i+1), func(t *testing.T) {
			t.Parallel()
			p := browser.New(t)
			for n := i; n < len(all); n += browsers {
				if wrong := see(p, st, all[n]); len(wrong) > 0 {
					t.Errorf("%s:\n  %s", all[n], strings.Join(wrong, "\n  "))
				}
			}
		})
	}
}

// Whoever looks, with whatever they have set, can read and use every page: every pair of page, language, width, scheme and mode
// is seen at least once. The states that are not in the core are seen once each.
func TestPagesAreForEveryone(t *testing.T) {
	site, donor := donorScenes(t)
	desk := deskScenes(t)
	st := newStage(t, site, append(slices.Clone(donor), desk...))
	var core, rest []scene
	for _, s := range donor {
		if s.core || *wholeMatrix {
			core = append(core, s)
		} else {
			rest = append(rest, s)
		}
	}
	all := append(sights(core, i18n.Known(), modes), sights(desk, []i18n.Language{i18n.English}, deskModes)...)
	for i, s := range rest {
		all = append(all, sight{s, i18n.Known()[i%len(i18n.Known())], lookAt(modes[i%len(modes)], widths[i%len(widths)], i%2 == 1)})
	}
	if *wholeMatrix {
		all = append(all, everySight(st.scenes)...)
	}
	t.Logf("%d looks at %d pages and states", len(all), len(st.scenes))
	share(t, st, all)
}
