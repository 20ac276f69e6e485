package web

import (
	"net/http"

	"dure/donations"
)

// Client shows how requests are told apart for the limit.
func (p Proxies) Client(r *http.Request) string { return p.client(r) }

// ReasonTexts is why a gift is held, as the desk tells it.
func ReasonTexts(g donations.Gift) string {
	var out string
	for _, why := range reasonsOf(g) {
		out += why.Text + " " + why.Cite + "\n"
	}
	return out
}

// Broken is a handler with a bug, behind what every request passes.
func (s *Server) Broken() http.Handler {
	return s.Around(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { panic("a bug") }))
}

// Cloth pieces together what a drive has of its goal.
var Cloth = cloth
