package web

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"net"
	"net/http"

	"github.com/lib/pq"

	"dure/i18n"
)

// errorPage tells what went wrong in people's words.
type errorPage struct {
	Page
	Heading, Text string
	Request       string // its number in the log
	Status        int
}

// errorTexts are the statuses that have sentences of their own.
var errorTexts = map[int][2]string{
	http.StatusBadRequest:            {"error.400.heading", "error.400.text"},
	http.StatusForbidden:             {"error.403.heading", "error.403.text"},
	http.StatusNotFound:              {"error.404.heading", "error.404.text"},
	http.StatusMethodNotAllowed:      {"error.405.heading", "error.405.text"},
	http.StatusRequestEntityTooLarge: {"error.413.heading", "error.413.text"},
	http.StatusTooManyRequests:       {"error.429.heading", "error.429.text"},
	http.StatusInternalServerError:   {"error.500.heading", "error.500.text"},
	http.StatusServiceUnavailable:    {"error.503.heading", "error.503.text"},
}

// fail answers with the page of an error's status. It asks the database for nothing.
func (s *Server) fail(w http.ResponseWriter, r *http.Request, status int) {
	lang := languageOf(r, "")
	texts := errorTexts[status]
	page := errorPage{
		Page:    Page{Lang: lang, Title: i18n.T(lang, texts[0])},
		Heading: i18n.T(lang, texts[0]), Text: i18n.T(lang, texts[1]),
		Request: requestID(r.Context()), Status: status,
	}
	w.Header().Set("Cache-Control", "no-store")
	if status == http.StatusServiceUnavailable || status == http.StatusTooManyRequests {
		w.Header().Set("Retry-After", "30")
	}
	if err := s.answer(w, r, status, "error", page); err != nil {
		s.Log.ErrorContext(r.Context(), "show an error", "request", page.Request, "error", err)
		http.Error(w, page.Heading, http.StatusInternalServerError)
	}
}

// page makes a handler of one that may fail: what is not there is 404, a body past its cap 413, an unreachable database
// or card page 503, all else 500. What is not the visitor's doing is logged here, once.
func (s *Server) page(handle func(http.ResponseWriter, *http.Request) error) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		err := handle(w, r)
		if err == nil {
			return
		}
		tooLarge := (*http.MaxBytesError)(nil)
		switch {
		case errors.Is(err, sql.ErrNoRows):
			s.fail(w, r, http.StatusNotFound)
		case errors.As(err, &tooLarge):
			s.fail(w, r, http.StatusRequestEntityTooLarge)
		case errors.Is(err, errUnreadable):
			s.fail(w, r, http.StatusBadRequest)
		case r.Context().Err() != nil: // the visitor left
		case unreachable(err):
			s.logFault(r, err)
			s.fail(w, r, http.StatusServiceUnavailable)
		default:
			s.logFault(r, err)
			s.fail(w, r, http.StatusInternalServerError)
		}
	}
}

func (s *Server) logFault(r *http.Request, err error) {
	s.Log.ErrorContext(r.Context(), "answer", "request", requestID(r.Context()), "method", r.Method, "route", route(r), "error", err)
}

// unreachable tells whether an error says that the database, or the way to it, is not there now.
func unreachable(err error) bool {
	if network := net.Error(nil); errors.As(err, &network) {
		return true
	}
	if errors.Is(err, driver.ErrBadConn) || errors.Is(err, sql.ErrConnDone) || errors.Is(err, context.DeadlineExceeded) {
		return true
	}
	refused := (*pq.Error)(nil)
	if !errors.As(err, &refused) {
		return false
	}
	switch refused.Code.Class() {
	case "08", "53", "57": // connection, resources, operator's intervention
		return true
	}
	return false
}
