package web

import (
	"net/http"
	"time"

	"dure/civil"
	"dure/compliance"
	"dure/donations"
	"dure/i18n"
	"dure/registry"
)

// homePage lists the drives that take gifts.
type homePage struct {
	Page
	Several bool // committees of the installation
	Drives  []homeDrive
}

type homeDrive struct {
	Page
	progress
	Committee string
	Kicker    []string
}

// home shows the open drives of all committees of the installation, under the name of its first.
func (s *Server) home(w http.ResponseWriter, r *http.Request) error {
	committees, err := registry.Committees(r.Context(), s.DB)
	if err != nil {
		return err
	}
	among := i18n.Languages() // of a page on which nobody speaks yet
	if len(committees) > 0 {
		first := committees[0]
		if among, err = compliance.Published(r.Context(), s.DB, first, civil.In(s.Now(), first.Location())); err != nil {
			return err
		}
	}
	lang := languageOf(r, "", among)
	p := homePage{Page: Page{Lang: lang}}
	if len(committees) > 0 {
		p.Page = pageOf(lang, committees[0])
	}
	p.offer(among)
	p.Title, p.Menu, p.Several = p.T("home.title"), true, len(committees) > 1
	p.Found, p.About = s.found("/"), p.T("home.heading")
	if p.House.Name != "" {
		p.About = p.House.Name + ": " + p.About
	}
	for _, c := range committees {
		drives, err := donations.Drives(r.Context(), s.DB, c.ID)
		if err != nil {
			return err
		}
		today := civil.In(s.Now(), c.Location())
		for _, d := range drives {
			if !d.OpenOn(today) {
				continue
			}
			k, err := s.shelf.find(r.Context(), d.Slug)
			if err != nil {
				return err
			}
			h := homeDrive{Page: p.Page, progress: progressOf(lang, k.appeal), Committee: c.Name}
			if k.appeal.Earmarked() {
				h.Kicker = []string{p.T("give.for-candidate"), electionName(lang, k.appeal.Election)}
			}
			p.Drives = append(p.Drives, h)
		}
	}
	w.Header().Set("Cache-Control", "private, no-cache")
	return s.answer(w, r, http.StatusOK, "home", p)
}

// clockTime is a time of day for people, with its zone.
func clockTime(t time.Time, zone *time.Location) string { return t.In(zone).Format("15:04 MST") }
