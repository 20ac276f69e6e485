// Package web is the door for people: the pages of drives, of thanks and of errors, and the desk of those who work here.
//
// A page is a file of templates, a struct and a handler. Pages work without a script; every sentence is in the catalog.
package web

import (
	"fmt"
	"html/template"
	"log/slog"
	"net/http"
	"time"

	"github.com/jmoiron/sqlx"

	"dure/donations"
)

// Settings are what the pages for donors need to know of the rest.
type Settings struct {
	DB            *sqlx.DB
	Accounts      *donations.Accounts
	Now           func() time.Time
	PublicURL     string // where donors find this site, without a slash at the end
	CardOrigin    string // origin of the card pages, https://checkout.stripe.com: the only place that a form may lead to; empty allows any
	GivePerMinute int    // forms that one address may send in a minute; zero for no limit
	// TrustedProxies tell who sent a request; give the desk the same.
	TrustedProxies Proxies
	Log            *slog.Logger

	// For those who watch over the site; each may be nil, and none may block.
	Metrics http.Handler                                       // answers /metrics, and says itself who may ask
	Served  func(route string, status int, took time.Duration) // told of each answer by its pattern, such as /give/{drive}; empty for no page of ours, status 0 for none sent
	Refused func(rule string)                                  // told of each finding that sent a donor's form back
}

// Server answers donors.
type Server struct {
	Settings
	assets *assets
	pages  map[string]*template.Template
	shelf  *shelf
	strict http.Header // of every answer
}

// New parses the pages and makes the files that go with them ready. An error is a bug of the program's own files.
func New(s Settings) (*Server, error) {
	a, err := loadAssets()
	if err != nil {
		return nil, fmt.Errorf("load the static files: %w", err)
	}
	p, err := parsePages(a)
	if err != nil {
		return nil, fmt.Errorf("parse the pages: %w", err)
	}
	server := &Server{Settings: s, assets: a, pages: p, strict: strictHeaders(s)}
	server.shelf = &shelf{now: s.Now, load: server.loadAppeal, drives: map[string]*shelved{}}
	return server, nil
}
