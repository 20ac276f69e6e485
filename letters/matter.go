package letters

import (
	"cmp"
	"context"
	"database/sql"
	"fmt"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/jmoiron/sqlx"
	"golang.org/x/text/unicode/norm"

	"dure/civil"
	"dure/compliance"
	"dure/donations"
	"dure/i18n"
	"dure/registry"
)

// matter is a gift with all that a letter about it names.
type matter struct {
	donations.Gift
	committee  registry.Committee
	candidate  registry.Candidate // the zero Candidate where the gift is the committee's own
	election   registry.Election
	authorizer string
	site       string
	lang       i18n.Language
}

// earmarked tells whether the gift goes through the committee to a candidate.
func (m matter) earmarked() bool { return m.Candidate != "" }

// recipient is the committee that the gift is for in the end.
func (m matter) recipient() string {
	if m.earmarked() {
		return m.candidate.CommitteeName
	}
	return m.committee.Name
}

// chargedOn is the day of the gift (11 CFR 110.1(b)(6)).
func (m matter) chargedOn() civil.Day { return m.day(m.ChargedAt.Time) }

func (m matter) day(t time.Time) civil.Day { return civil.In(t, m.committee.Location()) }

// thanks is the address of the gift's page, for whoever has the letter.
func (m matter) thanks() string {
	return fmt.Sprintf("%s/thanks/%s?key=%s", m.site, m.ID, url.QueryEscape(m.ThanksKey))
}

// begin greets the giver.
func (m matter) begin() *writing {
	w := &writing{lang: m.lang, committee: m.committee, authorizer: m.authorizer}
	w.say("letter.dear", "name", cmp.Or(greeted(m.lang, m.GivenName, m.FamilyName, m.NameOwn), w.T("letter.friend")))
	return w
}

// greeted is a giver's name as a letter says it: in their own script where they gave one, else in the order of the language; nothing
// where it leads elsewhere.
func greeted(lang i18n.Language, given, family, own string) string {
	return cmp.Or(unlinked(own), unlinked(inOrder(lang, given, family)))
}

// link is what mail programs make a link of.
var link = regexp.MustCompile(`(?i)[@/\\]|www\.|[\p{L}\p{N}-]{2}[.。]\p{L}{2}`)

// unlinked is a name, or nothing where a mail program would make a link of it: whoever fills a form names whichever mailbox they
// like, and no letter of a committee's leads a stranger where they want.
func unlinked(name string) string {
	if name = strings.TrimSpace(name); link.MatchString(norm.NFKC.String(name)) {
		return ""
	}
	return name
}

// inOrder is a name in Latin letters in the order of a language.
func inOrder(lang i18n.Language, given, family string) string {
	if lang.FamilyFirst() {
		return family + " " + given
	}
	return given + " " + family
}

// end makes a letter of what was written.
func (m matter) end(w *writing, kind, about, title string, now time.Time) Letter {
	l := Letter{
		Committee: m.committee.ID, ID: newID(), Kind: kind, Person: m.Person, Gift: sql.NullString{String: string(m.ID), Valid: true}, About: about,
		Language: m.lang, SentBy: ByEmail, Addressee: m.Email, AddresseeName: m.Name(), Sender: m.committee.Email, SenderName: m.committee.Name,
		Subject: title, DueAt: now, WrittenAt: now,
	}
	l.Plain, l.HTML = w.finish(title)
	return l
}

// matters reads gifts with what stands around them, which is the same for many.
type matters struct {
	q          sqlx.QueryerContext
	now        time.Time
	site       string
	published  map[registry.CommitteeID][]i18n.Language
	committees map[registry.CommitteeID]registry.Committee
	candidates map[registry.CandidateID]registry.Candidate
	elections  map[registry.ElectionID]registry.Election
	drives     map[string]donations.Drive
}

func newMatters(q sqlx.QueryerContext, now time.Time, site string) *matters {
	return &matters{
		q: q, now: now, site: site, published: map[registry.CommitteeID][]i18n.Language{}, committees: map[registry.CommitteeID]registry.Committee{}, candidates: map[registry.CandidateID]registry.Candidate{},
		elections: map[registry.ElectionID]registry.Election{}, drives: map[string]donations.Drive{},
	}
}

func (r *matters) find(ctx context.Context, committee registry.CommitteeID, gift donations.GiftID) (matter, error) {
	m := matter{site: r.site}
	var err error
	if m.Gift, err = donations.FindOf(ctx, r.q, committee, gift); err != nil {
		return m, err
	}
	m.committee, err = once(r.committees, committee, func() (registry.Committee, error) {
		return registry.FindCommittee(ctx, r.q, committee, time.Time{})
	})
	if err != nil {
		return m, err
	}
	published, err := once(r.published, committee, func() ([]i18n.Language, error) { return publishedOf(ctx, r.q, m.committee, r.now) })
	if err != nil {
		return m, err
	}
	m.lang = readable(m.Language, published)
	drive, err := once(r.drives, m.Drive, func() (donations.Drive, error) { return donations.FindDrive(ctx, r.q, m.Drive) })
	if err != nil || !m.earmarked() {
		m.authorizer = drive.AuthorizedBy
		return m, err
	}
	m.authorizer = drive.AuthorizedBy
	m.candidate, err = once(r.candidates, m.Candidate, func() (registry.Candidate, error) {
		return registry.FindCandidate(ctx, r.q, m.Candidate, time.Time{})
	})
	if err != nil {
		return m, err
	}
	m.election, err = once(r.elections, m.Election, func() (registry.Election, error) { return registry.FindElection(ctx, r.q, m.Election) })
	return m, err
}

// publishedOf lists the languages in which a committee's letters may be written now: in them it approved every text that the law
// wants.
func publishedOf(ctx context.Context, q sqlx.QueryerContext, c registry.Committee, now time.Time) ([]i18n.Language, error) {
	return compliance.Published(ctx, q, c, civil.In(now, c.Location()))
}

// readable is the language in which somebody gave, where letters may be written in it, else English.
func readable(said string, published []i18n.Language) i18n.Language {
	if lang := i18n.Language(said); slices.Contains(published, lang) {
		return lang
	}
	return i18n.English
}

// once gives what a map has under a key, read where it is not there yet.
func once[K comparable, V any](known map[K]V, key K, read func() (V, error)) (V, error) {
	if v, ok := known[key]; ok {
		return v, nil
	}
	v, err := read()
	if err == nil {
		known[key] = v
	}
	return v, err
}
