package web

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"embed"
	"fmt"
	"mime"
	"net/http"
	"path"
	"strings"
)

//go:embed static
var staticFiles embed.FS

// sheets are the style sheets of donors' pages, sent as one.
var sheets = []string{"tokens.css", "app.css"}

// asset is a file that goes with the pages.
type asset struct {
	body, zipped []byte
	kind         string
	hash         string
}

// assets are found by name; site.css is all of sheets.
type assets struct{ byName map[string]asset }

func loadAssets() (*assets, error) {
	a := &assets{byName: map[string]asset{}}
	entries, err := staticFiles.ReadDir("static")
	if err != nil {
		return nil, err
	}
	for _, e := range entries {
		body, err := staticFiles.ReadFile("static/" + e.Name())
		if err != nil {
			return nil, err
		}
		a.byName[e.Name()] = newAsset(e.Name(), body)
	}
	var all []byte
	for _, name := range sheets {
		all = append(all, a.byName[name].body...)
	}
	a.byName["site.css"] = newAsset("site.css", all)
	return a, nil
}

func newAsset(name string, body []byte) asset {
	return asset{
		body: body, zipped: zipped(body), kind: mime.TypeByExtension(path.Ext(name)),
		hash: fmt.Sprintf("%x", sha256.Sum256(body))[:12],
	}
}

func zipped(body []byte) []byte {
	var out bytes.Buffer
	w, _ := gzip.NewWriterLevel(&out, gzip.BestCompression)
	w.Write(body)
	w.Close()
	return out.Bytes()
}

// url is the address of a file, with the hash of its content in it, so that browsers may keep it for good. A name that
// is not there is a bug of a page.
func (a *assets) url(name string) (string, error) {
	f, ok := a.byName[name]
	if !ok {
		return "", fmt.Errorf("no static file is called %q", name)
	}
	ext := path.Ext(name)
	return "/static/" + strings.TrimSuffix(name, ext) + "." + f.hash + ext, nil
}

// static serves the files under both addresses: the one with the hash for good, the plain one to be asked for again.
func (s *Server) static(w http.ResponseWriter, r *http.Request) {
	name := strings.TrimPrefix(r.URL.Path, "/static/")
	keep := "no-cache"
	f, ok := s.assets.byName[name]
	if !ok {
		ext := path.Ext(name)
		stem := strings.TrimSuffix(name, ext)
		hash := path.Ext(stem)
		f, ok = s.assets.byName[strings.TrimSuffix(stem, hash)+ext]
		ok = ok && hash == "."+f.hash
		keep = "public, max-age=31536000, immutable"
	}
	if !ok {
		s.fail(w, r, http.StatusNotFound)
		return
	}
	h := w.Header()
	h.Set("Cache-Control", keep)
	h.Set("Content-Type", f.kind)
	h.Set("Vary", "Accept-Encoding")
	body := f.body
	etag := `"` + f.hash + `"`
	if takesGzip(r) {
		body, etag = f.zipped, `"`+f.hash+`-gzip"`
		h.Set("Content-Encoding", "gzip")
	}
	h.Set("ETag", etag)
	if r.Header.Get("If-None-Match") == etag {
		h.Del("Content-Encoding")
		w.WriteHeader(http.StatusNotModified)
		return
	}
	h.Set("Content-Length", fmt.Sprint(len(body)))
	w.Write(body)
}

func takesGzip(r *http.Request) bool {
	accept := r.Header.Get("Accept-Encoding")
	return strings.Contains(accept, "gzip") && !strings.Contains(accept, "gzip;q=0")
}
