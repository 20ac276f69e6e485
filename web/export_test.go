package web

import "net/http"

// Client shows how requests are told apart for the limit.
func Client(r *http.Request) string { return client(r) }

// Broken is a handler with a bug, behind what every request passes.
func (s *Server) Broken() http.Handler {
	return s.Around(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { panic("a bug") }))
}

// Cloth pieces together what a drive has of its goal.
var Cloth = cloth
