package lighthouse_test

import (
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"testing"

	"dure/dev/lighthouse"
)

func TestFaultsOfAPageAreTold(t *testing.T) {
	t.Parallel()
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		fmt.Fprint(w, `<!doctype html><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>A page</title><h1>Words</h1><input>`)
	}))
	t.Cleanup(s.Close)
	r, err := lighthouse.Run(t.Context(), s.URL, lighthouse.Accessibility, lighthouse.SEO)
	if errors.Is(err, lighthouse.ErrNone) {
		t.Skip(err) // make quality, which wants it, fails
	}
	if err != nil {
		t.Fatal(err)
	}
	var audits []string
	for _, f := range r.Faults {
		audits = append(audits, f.Audit)
	}
	for _, want := range []string{"html-has-lang", "label", "meta-description"} {
		if !slices.Contains(audits, want) {
			t.Errorf("the faults are %v, want also %s", r.Faults, want)
		}
	}
	if got := r.Scores[lighthouse.Accessibility]; got >= 98 || got == 0 {
		t.Errorf("a page without a language and a label scores %d", got)
	}
	if len(r.Scores) != 2 {
		t.Errorf("the scores are %v, want two", r.Scores)
	}
}
