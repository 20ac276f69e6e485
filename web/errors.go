package web

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"io"
	"maps"
	"net"
	"net/http"
	"slices"
	"strings"

	"github.com/lib/pq"

	"dure/i18n"
	"dure/pg"
)

// errorPage tells what went wrong in people's words.
type errorPage struct {
	Page
	Heading, Text string
	Request       string // its number in the log
	Status        int
	Retry         string // where to try again; empty where that is of no use
	Again         string // where the form that came is sent once more; empty where there is none
	Kept          []pair // what it holds
}

// pair is a field of a form that is kept, and what was written in it.
type pair struct{ Name, Value string }

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
	texts := errorTexts[status]
	s.showError(w, r, errorPageOf(r, status, texts[0], texts[1]))
}

func errorPageOf(r *http.Request, status int, heading, text string) errorPage {
	lang := languageOf(r, "", i18n.Languages())
	p := errorPage{
		Page:    Page{Lang: lang, Carry: lang != i18n.English, Title: i18n.T(lang, heading), About: i18n.T(lang, text)},
		Heading: i18n.T(lang, heading), Text: i18n.T(lang, text), Request: requestID(r.Context()), Status: status,
	}
	if status == http.StatusServiceUnavailable && r.Method == http.MethodGet {
		p.Retry = r.URL.RequestURI()
	}
	return p
}

// awayAgain is after how many seconds a browser or a program does well to ask again.
const awayAgain = "30"

func (s *Server) showError(w http.ResponseWriter, r *http.Request, page errorPage) {
	w.Header().Set("Cache-Control", "no-store")
	if page.Status == http.StatusServiceUnavailable || page.Status == http.StatusTooManyRequests {
		w.Header().Set("Retry-After", awayAgain)
	}
	if err := s.answer(w, r, page.Status, "error", page); err != nil {
		s.Log.ErrorContext(r.Context(), "show an error", "request", page.Request, "error", err)
		http.Error(w, page.Heading, http.StatusInternalServerError)
	}
}

// keep answers a form that can't be taken now, where the drive's own page can't be had either: all that was written is in
// the page, and is sent once more by its button.
func (s *Server) keep(w http.ResponseWriter, r *http.Request, token string) {
	page := errorPageOf(r, http.StatusServiceUnavailable, "away.heading", "error.503.kept")
	page.Again = r.URL.Path
	for _, name := range slices.Sorted(maps.Keys(r.PostForm)) {
		if name == "token" || len(name) > mostFieldName {
			continue
		}
		for _, value := range r.PostForm[name] {
			page.Kept = append(page.Kept, pair{name, value})
		}
	}
	page.Kept = append(page.Kept, pair{"token", token})
	s.showError(w, r, page)
}

// mostFieldName is longer than the name of any field of ours.
const mostFieldName = 40

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
		case left(r):
		case unreachable(err):
			s.logFault(r, err)
			if strings.HasPrefix(route(r), "/give/") {
				s.showError(w, r, errorPageOf(r, http.StatusServiceUnavailable, "away.heading", "error.503.text"))
				return
			}
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
	for _, gone := range []error{pg.ErrUnconnected, driver.ErrBadConn, sql.ErrConnDone, context.DeadlineExceeded, io.EOF, io.ErrUnexpectedEOF} {
		if errors.Is(err, gone) {
			return true
		}
	}
	refused := (*pq.Error)(nil)
	if !errors.As(err, &refused) {
		return false
	}
	switch refused.Code.Class() {
	case "55": // another holds what is needed, too long
		return refused.Code == "55P03"
	case "08", "53", "57", "58": // connection, resources such as a full disk, operator's intervention, a broken disk
		return true
	}
	return false
}
