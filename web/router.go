package web

import (
	"context"
	"fmt"
	"net/http"

	"github.com/go-chi/chi/v5"
	"github.com/go-chi/chi/v5/middleware"
)

// Routes lays out every address of the site. stripe takes the events of Stripe; ready tells whether the site can take
// gifts now.
func (s *Server) Routes(desk *Desk, stripe http.Handler, ready func(context.Context) error) (http.Handler, error) {
	guard, err := s.sameOrigin()
	if err != nil {
		return nil, err
	}
	r := chi.NewRouter()
	r.Use(s.Around, guard, middleware.GetHead)
	r.NotFound(func(w http.ResponseWriter, r *http.Request) { s.fail(w, r, http.StatusNotFound) })
	r.MethodNotAllowed(func(w http.ResponseWriter, r *http.Request) { s.fail(w, r, http.StatusMethodNotAllowed) })

	look := r.With(within(lookWithin))
	look.Get("/", s.page(s.home))
	r.Get("/give/{drive}", s.page(s.getGive)) // the shelf has its own limit
	r.With(s.limitGiving, within(giveWithin)).Post("/give/{drive}", s.page(s.postGive))
	look.Get("/thanks/{gift}", s.page(s.thanks))
	r.With(s.limitGiving, within(lookWithin)).Post("/thanks/{gift}", s.page(s.askBack))
	look.Get("/answer/{letter}", s.page(s.getAnswer))
	r.With(s.limitGiving, within(lookWithin)).Post("/answer/{letter}", s.page(s.postAnswer))
	look.Get("/proof/{gift}", s.page(s.getProof))
	r.With(s.limitGiving, within(uploadWithin)).Post("/proof/{gift}", s.page(s.postProof))
	r.Get("/static/*", s.static)

	r.With(within(deskWithin)).Route("/desk", desk.Routes)

	hooks := r.With(within(storeWithin))
	hooks.Post("/webhooks/stripe", stripe.ServeHTTP)
	hooks.Post("/webhooks/stripe/{committee}", stripe.ServeHTTP)

	if s.Metrics != nil {
		r.Get("/metrics", s.Metrics.ServeHTTP)
	}
	r.Get("/robots.txt", func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, robots) })
	r.Get("/healthz", func(w http.ResponseWriter, _ *http.Request) { fmt.Fprintln(w, "alive") })
	r.Get("/readyz", func(w http.ResponseWriter, r *http.Request) {
		if err := ready(r.Context()); err != nil {
			http.Error(w, err.Error(), http.StatusServiceUnavailable)
			return
		}
		fmt.Fprintln(w, "ready")
	})
	return r, nil
}

// robots asks search engines to leave the desk alone. The page of a gift is found by nobody who has not its key.
const robots = "User-agent: *\nDisallow: /desk/\n"

// sameOrigin refuses forms that another site's page sends. Stripe's events have no origin, and prove themselves.
func (s *Server) sameOrigin() (func(http.Handler) http.Handler, error) {
	p := http.NewCrossOriginProtection()
	if s.PublicURL != "" {
		if err := p.AddTrustedOrigin(s.PublicURL); err != nil {
			return nil, fmt.Errorf("the site's public address: %w", err)
		}
	}
	p.AddInsecureBypassPattern("POST /webhooks/stripe")
	p.AddInsecureBypassPattern("POST /webhooks/stripe/{committee}")
	p.SetDenyHandler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { s.fail(w, r, http.StatusForbidden) }))
	return p.Handler, nil
}
