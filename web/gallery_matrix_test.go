package web_test

import (
	"flag"
	"fmt"
	"html/template"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/chromedp/chromedp"

	"dure/dev/browser"
	"dure/i18n"
)

var galleryFolder = flag.String("gallery", "", "write a picture of every page in every state and language, and index.html, to this folder")

// picture is one of the gallery's.
type picture struct {
	Lang    i18n.Language
	File    string
	Look    string
	Width   int
	Problem string // what kept it from being taken
}

// gallerySheet lays the pictures out: by page, and within a page by language, so that a person can look through one script.
var gallerySheet = template.Must(template.New("").Parse(`<!doctype html>
<html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Every page</title>
<style>body { font: 1rem/1.5 sans-serif; margin: 2rem } nav a { margin-right: 1em } section { margin-top: 3rem; border-top: 4px solid }
figure { display: inline-block; vertical-align: top; margin: 0 1rem 1rem 0 } img { border: 1px solid #888; max-width: 100% }</style>
<h1>Every page, in every state and language</h1>
<nav>{{range .}}<a href="#{{.Name}}">{{.Name}}</a> {{end}}</nav>
{{range .}}<section id="{{.Name}}"><h2>{{.Name}}</h2>
{{range .Languages}}<h3 lang="{{.Lang}}" dir="auto">{{.Lang.Name}} ({{.Lang}})</h3>
{{range .Pictures}}<figure><figcaption>{{.Look}}</figcaption>{{with .Problem}}<p>{{.}}</p>{{else}}<a href="{{.File}}"><img loading="lazy" src="{{.File}}" width="{{.Width}}" alt=""></a>{{end}}</figure>
{{end}}{{end}}</section>
{{end}}</html>
`))

// TestGallery takes the pictures that make gallery shows.
func TestGallery(t *testing.T) {
	if *galleryFolder == "" {
		t.Skip("make gallery runs it")
	}
	if err := os.MkdirAll(*galleryFolder, 0o755); err != nil {
		t.Fatal(err)
	}
	site, donor := donorScenes(t)
	st := newStage(t, site, append(slices.Clone(donor), deskScenes(t)...))
	p := browser.New(t)
	type inLanguage struct {
		Lang     i18n.Language
		Pictures []picture
	}
	type page struct {
		Name      string
		Languages []inLanguage
	}
	var pages []page
	for _, s := range st.scenes {
		one := page{Name: s.name}
		for _, lang := range s.languages() {
			looks := []browser.Look{{Width: 320, Height: 640}, {Width: 1280}}
			if lang == i18n.English {
				looks = append(looks, browser.Look{Width: 320, Height: 640, Dark: true}, browser.Look{Width: 1280, Dark: true})
			}
			in := inLanguage{Lang: lang}
			for _, look := range looks {
				shot := picture{Lang: lang, Look: look.String(), Width: min(look.Width, 640), File: fmt.Sprintf("%s-%s-%d.jpg", s.name, lang, look.Width)}
				if look.Dark {
					shot.File = fmt.Sprintf("%s-%s-%d-dark.jpg", s.name, lang, look.Width)
				}
				p.As(look)
				if got := p.Open(fmt.Sprintf("%s/%s/%s", st.URL, s.name, lang)); got != s.status {
					shot.Problem = fmt.Sprintf("status %d, want %d", got, s.status)
					t.Errorf("%s in %s: %s", s.name, lang, shot.Problem)
				}
				if err := os.WriteFile(filepath.Join(*galleryFolder, shot.File), browser.Run(p, chromedp.FullScreenshot(80)), 0o644); err != nil {
					t.Fatal(err)
				}
				in.Pictures = append(in.Pictures, shot)
			}
			one.Languages = append(one.Languages, in)
		}
		pages = append(pages, one)
	}
	index, err := os.Create(filepath.Join(*galleryFolder, "index.html"))
	if err != nil {
		t.Fatal(err)
	}
	defer index.Close()
	if err := gallerySheet.Execute(index, pages); err != nil {
		t.Fatal(err)
	}
	t.Logf("look at %s", index.Name())
}
