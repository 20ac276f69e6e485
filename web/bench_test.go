package web_test

import (
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/go-chi/chi/v5"

	"dure/web"
)

// BenchmarkDrivesPage is a drive's page, plain and compressed, beside the least that the router can do.
func BenchmarkDrivesPage(b *testing.B) {
	quiet := slog.New(slog.NewTextHandler(io.Discard, &slog.HandlerOptions{Level: slog.LevelInfo}))
	s := newSite(b, func(o *web.Settings) { o.Log = quiet })
	least := chi.NewRouter()
	least.Get("/give/{drive}", func(w http.ResponseWriter, _ *http.Request) { io.WriteString(w, "hello world") })
	for _, c := range []struct {
		name, encoding string
		handler        http.Handler
	}{
		{"plain", "", s.Config.Handler},
		{"compressed", "gzip", s.Config.Handler},
		{"hello world", "", least},
	} {
		b.Run(c.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				r := httptest.NewRequest(http.MethodGet, "/give/porch-light", nil)
				r.Header.Set("Accept-Encoding", c.encoding)
				w := httptest.NewRecorder()
				if c.handler.ServeHTTP(w, r); w.Code != http.StatusOK {
					b.Fatalf("status %d", w.Code)
				}
			}
		})
	}
}
