package web

import (
	"context"
	"database/sql"
	"fmt"
	"regexp"
	"sync"
	"time"

	"golang.org/x/sync/singleflight"

	"dure/civil"
	"dure/compliance"
	"dure/compliance/rules"
	"dure/donations"
	"dure/i18n"
	"dure/registry"
)

// appeal is all that the pages of a drive show, as it was at some moment.
type appeal struct {
	Drive     donations.Drive
	Committee registry.Committee
	Candidate registry.Candidate // the zero Candidate where the drive is for the committee itself
	Election  registry.Election
	Total     donations.Total
	Limit     rules.Limit // the most that one person may give here; the zero Limit where the rules have none
	Attest    []rules.Attestation
	Forward   rules.Clock // within which an earmarked gift is forwarded
	Today     civil.Day
	Open      bool
	Languages []i18n.Language // in which the pages can be had: the committee approved every text that the law wants in them
	Texts     []donations.DriveText
}

// Earmarked tells whether the gifts go through the committee to a candidate.
func (a appeal) Earmarked() bool { return a.Drive.Candidate != "" }

// Recipient is the committee that the gifts are for in the end.
func (a appeal) Recipient() string {
	if a.Earmarked() {
		return a.Candidate.CommitteeName
	}
	return a.Committee.Name
}

// says gives what the drive says in a language. Where the organizer wrote nothing in it that is the first text, in English: in
// tells the language of what is given, and is empty where it is the one that was asked for.
func (a appeal) says(lang i18n.Language) (title, story string, in i18n.Language) {
	title, story, in = a.Drive.Title, a.Drive.Story, i18n.English
	for _, t := range a.Texts {
		if t.Language == lang || t.Language == i18n.English && in == i18n.English {
			title, story, in = t.Title, t.Story, t.Language
		}
	}
	if in == lang {
		in = ""
	}
	return title, story, in
}

// electionName says an election in a language: general election of 3 November 2026.
func electionName(lang i18n.Language, e registry.Election) string {
	return i18n.T(lang, "election."+e.Kind, "day", e.HeldOn)
}

func (s *Server) loadAppeal(ctx context.Context, slug string) (appeal, error) {
	drive, err := donations.FindDrive(ctx, s.DB, slug)
	if err != nil {
		return appeal{}, err
	}
	a := appeal{Drive: drive}
	if a.Committee, err = registry.FindCommittee(ctx, s.DB, drive.Committee, time.Time{}); err != nil {
		return appeal{}, err
	}
	if a.Total, err = donations.DriveTotal(ctx, s.DB, drive); err != nil {
		return appeal{}, err
	}
	a.Today = civil.In(s.Now(), a.Committee.Location())
	a.Open = drive.OpenOn(a.Today)
	if a.Languages, err = compliance.Published(ctx, s.DB, a.Committee, a.Today); err != nil {
		return appeal{}, err
	}
	if a.Texts, err = donations.DriveTexts(ctx, s.DB, drive.Committee, drive.Slug); err != nil {
		return appeal{}, err
	}
	a.Attest = rules.Federal().Attested(a.Today)
	a.Forward = rules.Federal().Clock("forward-earmark", a.Today)
	if a.Earmarked() {
		if a.Candidate, err = registry.FindCandidate(ctx, s.DB, drive.Candidate, time.Time{}); err != nil {
			return appeal{}, err
		}
		if a.Election, err = registry.FindElection(ctx, s.DB, drive.Election); err != nil {
			return appeal{}, err
		}
	}
	a.Limit = donations.MostOf(a.Committee, a.Candidate, a.Today)
	return a, nil
}

// slugShape is that of every drive's address (drive_addresses_slug_shape).
var slugShape = regexp.MustCompile(`^[a-z0-9][a-z0-9-]{0,59}$`)

const (
	fresh       = 3 * time.Second // so long a drive is shown as it was read
	shelfWithin = 3 * time.Second // so long the database has to tell how it is now
)

// shelf keeps drives as they were a moment ago, with their pages rendered. A page costs the database nothing while it is
// fresh; then one visitor's request reads anew while the others are served what is there. While the database can't be
// reached the last one known stays, and says that it is away.
type shelf struct {
	now    func() time.Time
	load   func(ctx context.Context, slug string) (appeal, error)
	flight singleflight.Group

	mu     sync.Mutex
	drives map[string]*shelved
}

// shelved is one drive as it was read, and the pages that were made of it.
type shelved struct {
	appeal appeal
	read   time.Time

	mu        sync.Mutex
	renewing  bool
	away      bool // the last time that it was to be read anew the database could not be reached
	pages     map[string]prepared
	languages map[string]i18n.Language // by what a browser reads and a link asks for
}

// mostLanguages is how many ways of asking for a language are remembered while a drive is fresh.
const mostLanguages = 100

// language is that of an answer, among those in which the drive's page can be had.
func (k *shelved) language(accept, asked string) i18n.Language {
	said := accept + "\n" + asked
	k.mu.Lock()
	lang, known := k.languages[said]
	k.mu.Unlock()
	if known {
		return lang
	}
	lang = i18n.Match(accept, asked, k.appeal.Languages)
	k.mu.Lock()
	defer k.mu.Unlock()
	if len(k.languages) < mostLanguages && len(said) < 200 {
		k.languages[said] = lang
	}
	return lang
}

// find gives a drive of the shelf, reading it where there is none or the one there is not fresh.
func (s *shelf) find(ctx context.Context, slug string) (*shelved, error) {
	if !slugShape.MatchString(slug) {
		return nil, fmt.Errorf("find drive %q: %w", slug, sql.ErrNoRows)
	}
	s.mu.Lock()
	known := s.drives[slug]
	s.mu.Unlock()
	if known != nil && (s.isFresh(known) || !known.renew()) {
		return known, nil
	}
	v, err, _ := s.flight.Do(slug, func() (any, error) {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), shelfWithin) // others wait for it too
		defer cancel()
		a, err := s.load(ctx, slug)
		if err != nil {
			return nil, err
		}
		next := &shelved{appeal: a, read: s.now(), pages: map[string]prepared{}, languages: map[string]i18n.Language{}}
		s.mu.Lock()
		s.drives[slug] = next
		s.mu.Unlock()
		return next, nil
	})
	switch {
	case err == nil:
		return v.(*shelved), nil
	case known != nil && unreachable(err):
		known.mu.Lock()
		known.renewing, known.away = false, true
		known.mu.Unlock()
		return known, nil
	}
	s.mu.Lock()
	delete(s.drives, slug)
	s.mu.Unlock()
	return nil, err
}

func (s *shelf) isFresh(k *shelved) bool {
	age := s.now().Sub(k.read)
	return age >= 0 && age < fresh
}

// renew tells whether the caller is the one to read anew.
func (k *shelved) renew() bool {
	k.mu.Lock()
	defer k.mu.Unlock()
	first := !k.renewing
	k.renewing = true
	return first
}

// isAway tells whether the drive is shown from memory, since the database can't be reached.
func (k *shelved) isAway() bool {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.away
}

// mostPages is how many pages of a drive are kept before only those are to which many links lead: any sum and any code may stand
// in a link.
const mostPages = 100

// page gives a page made of the drive, making it where it is not there yet. A common one is kept, another where there is room.
func (k *shelved) page(name string, common bool, render func() ([]byte, error)) (prepared, error) {
	k.mu.Lock()
	p, ok := k.pages[name]
	k.mu.Unlock()
	if ok {
		return p, nil
	}
	html, err := render()
	if err != nil {
		return p, fmt.Errorf("render %s: %w", name, err)
	}
	if p, err = prepare(html); err != nil {
		return p, err
	}
	k.mu.Lock()
	if common || len(k.pages) < mostPages {
		k.pages[name] = p
	}
	k.mu.Unlock()
	return p, nil
}
