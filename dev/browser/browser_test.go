package browser_test

import (
	"fmt"
	"image/png"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"

	"dure/dev/browser"
)

const form = `<!doctype html><meta charset="utf-8"><title>A form</title><body style="height:2000px">
<form method="post" action="/sent">
<input name="city" value="old"><select name="state"><option value="OR">Oregon<option value="WA">Washington</select>
<input type="radio" name="amount" value="25"><input type="radio" name="amount" value="50">
<input type="checkbox" name="attest_own" value="yes"><button>Give</button></form>
<p lang="ko">두레</p>`

func site(t *testing.T) string {
	t.Helper()
	mux := http.NewServeMux()
	mux.HandleFunc("GET /", func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, form) })
	mux.HandleFunc("POST /sent", func(w http.ResponseWriter, r *http.Request) {
		w.WriteHeader(http.StatusUnprocessableEntity)
		fmt.Fprintf(w, "<h1>%s %s %s %s</h1>", r.FormValue("city"), r.FormValue("state"), r.FormValue("amount"), r.FormValue("attest_own"))
	})
	s := httptest.NewServer(mux)
	t.Cleanup(s.Close)
	return s.URL
}

func TestAPersonFillsInAFormAndSendsIt(t *testing.T) {
	t.Parallel()
	p := browser.New(t)
	if got := p.Open(site(t)); got != http.StatusOK {
		t.Errorf("the form's status is %d, want 200", got)
	}
	p.Fill("city", "Astoria")
	p.Fill("state", "WA")
	p.Choose("amount", "50")
	p.Check("attest_own")
	p.Check("attest_own") // ticked already: stays so
	if got := p.Follow("button"); got != http.StatusUnprocessableEntity {
		t.Errorf("the answer's status is %d, want 422", got)
	}
	if got, want := p.Text("h1"), "Astoria WA 50 yes"; got != want {
		t.Errorf("the form sent %q, want %q", got, want)
	}
	if got := p.Address(); !strings.HasSuffix(got, "/sent") {
		t.Errorf("after sending, the address is %s", got)
	}
}

func TestAPictureHoldsTheWholePage(t *testing.T) {
	t.Setenv("DURE_ARTIFACTS", t.TempDir())
	p := browser.New(t)
	p.Size(390, 844)
	p.Open(site(t))
	if got := browser.Eval[int](p, "innerWidth"); got != 390 {
		t.Errorf("the window is %d pixels wide, want 390", got)
	}
	f, err := os.Open(p.Shot("form"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	picture, err := png.DecodeConfig(f)
	if err != nil || picture.Width != 390 || picture.Height < 2000 {
		t.Errorf("the picture is %d by %d, %v, want 390 by 2000 or more", picture.Width, picture.Height, err)
	}
}
