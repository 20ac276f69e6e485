package web

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"net/http"
	"runtime/debug"
	"strings"
	"time"

	"github.com/go-chi/chi/v5"
	"github.com/go-chi/chi/v5/middleware"
	"github.com/go-chi/httprate"
)

type requestKey struct{}

// requestID is the number under which a request stands in the log, and on the page where it failed.
func requestID(ctx context.Context) string {
	id, _ := ctx.Value(requestKey{}).(string)
	return id
}

// route is the pattern that a request met, such as /give/{drive}; never what a visitor wrote.
func route(r *http.Request) string {
	if c := chi.RouteContext(r.Context()); c != nil {
		return c.RoutePattern()
	}
	return ""
}

// Around is what every request passes: it gets a number, a line in the log without anything of the visitor's, the
// headers that keep browsers strict, and a page where the program broke.
func (s *Server) Around(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		began := time.Now()
		id := rand.Text()[:12]
		r = r.WithContext(context.WithValue(r.Context(), requestKey{}, id))
		out := middleware.NewWrapResponseWriter(w, r.ProtoMajor)
		maps.Copy(out.Header(), s.strict)
		defer func() {
			if broke := recover(); broke != nil {
				if broke == http.ErrAbortHandler {
					panic(broke)
				}
				s.Log.ErrorContext(r.Context(), "broke", "request", id, "method", r.Method, "route", route(r),
					"error", fmt.Sprint(broke), "stack", string(debug.Stack()))
				if out.Status() == 0 {
					s.fail(out, r, http.StatusInternalServerError)
				}
			}
			took := time.Since(began)
			if s.Served != nil {
				s.Served(route(r), out.Status(), took)
			}
			level := slog.LevelInfo
			if r.Method == http.MethodGet && out.Status() < http.StatusBadRequest {
				level = slog.LevelDebug // pages that are only looked at are many and tell little
			}
			if s.Log.Enabled(r.Context(), level) {
				s.Log.Log(r.Context(), level, "served", "request", id, "method", r.Method, "route", route(r),
					"status", out.Status(), "bytes", out.BytesWritten(), "took", took)
			}
		}()
		next.ServeHTTP(out, r)
	})
}

// strictHeaders are the headers of every answer.
func strictHeaders(s Settings) http.Header {
	h := http.Header{}
	h.Set("Content-Security-Policy", contentPolicy(s.CardOrigin))
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("X-Frame-Options", "DENY")
	h.Set("Referrer-Policy", "same-origin")
	h.Set("Cross-Origin-Opener-Policy", "same-origin")
	if strings.HasPrefix(s.PublicURL, "https://") {
		h.Set("Strict-Transport-Security", "max-age=31536000")
	}
	return h
}

// contentPolicy allows style and pictures of our own and no script. Who looks a page over may fetch /robots.txt from it; with no
// script on it nobody else fetches. Browsers hold the address to which a form's answer
// redirects against form-action too, so the card page's origin is in it.
func contentPolicy(cardOrigin string) string {
	policy := "default-src 'none'; style-src 'self'; img-src 'self' data:; connect-src 'self'; base-uri 'none'; frame-ancestors 'none'"
	if cardOrigin != "" {
		policy += "; form-action 'self' " + cardOrigin
	}
	return policy
}

// So long the answers to a request may take, with all that they ask of others: a database that is silent is given up, and
// the page says so.
const (
	lookWithin  = 8 * time.Second  // a page that is only looked at
	giveWithin  = 18 * time.Second // a form, for which the card page is made
	storeWithin = 8 * time.Second  // an event of Stripe's, which waits for so long and then sends it again
	deskWithin  = time.Minute      // the desk, which builds reports
)

// within ends the context of a request.
func within(limit time.Duration) func(http.Handler) http.Handler {
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			ctx, cancel := context.WithTimeout(r.Context(), limit)
			defer cancel()
			next.ServeHTTP(w, r.WithContext(ctx))
		})
	}
}

// left tells whether whoever asked has gone away.
func left(r *http.Request) bool { return errors.Is(r.Context().Err(), context.Canceled) }

// limitGiving lets one address send so many forms in a minute as the settings say.
func (s *Server) limitGiving(next http.Handler) http.Handler {
	if s.GivePerMinute <= 0 {
		return next
	}
	byClient := func(r *http.Request) (string, error) { return s.TrustedProxies.client(r), nil }
	refuse := func(w http.ResponseWriter, r *http.Request) { s.fail(w, r, http.StatusTooManyRequests) }
	return httprate.LimitBy(s.GivePerMinute, time.Minute, byClient, httprate.WithLimitHandler(refuse))(next)
}
