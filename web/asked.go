package web

import (
	"cmp"
	"context"
	"crypto/subtle"
	"database/sql"
	"net/http"
	"net/url"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/go-chi/chi/v5"
	"golang.org/x/text/unicode/norm"

	"dure/civil"
	"dure/donations"
	"dure/i18n"
)

// moneyBack is the part of a receipt's page that tells what went back of a gift, and where its giver asks for it.
type moneyBack struct {
	Heading string
	Lines   []string // how it stands, in order
	Words   string   // what somebody wrote to the giver
	Again   bool     // they may ask once more
	Form    bool
	Lead    string
	Reason  string // as it was written
	Err     string
}

// longestReason is how many characters a giver may write.
const longestReason = 500

// moneyBackOf tells what became of a settled gift's money. All of a gift that went back is told over the page too.
func (s *Server) moneyBackOf(ctx context.Context, a appeal, g donations.Gift, p *thanksPage) error {
	b, err := donations.FindBack(ctx, s.DB, g)
	if err != nil {
		return err
	}
	m, zone := &moneyBack{Heading: p.T("refund-asked.stands")}, a.Committee.Location()
	say := func(key string, args ...any) { m.Lines = append(m.Lines, p.T(key, args...)) }
	contact := cmp.Or(p.House.Email, a.Committee.Name+", "+p.House.Address)
	back := b.UnderWay
	for _, r := range b.Returned {
		if r.Failed {
			say("refund-asked.failed", "amount", r.Cents, "day", r.On, "contact", contact)
			continue
		}
		back += r.Cents
		say("refund-asked.went", "amount", r.Cents, "day", r.On)
	}
	if b.UnderWay > 0 {
		say("refund-asked.under-way", "amount", b.UnderWay)
	}
	switch {
	case back >= g.Cents:
		p.Badge, p.BadgeClass = p.T("refund-asked.all.badge"), ""
		p.Heading = p.naming(greeted(p.Lang, g), "refund-asked.all.heading", "amount", g.Cents.Short())
		p.Text, p.Title = p.T("refund-asked.all.text", "recipient", a.Recipient()), p.Heading.Whole
		p.About = p.Text
	case b.Disputed:
		say("refund-asked.disputed")
	case !b.ForwardedOn.IsZero():
		say("refund-asked.forwarded", "committee", a.Committee.Name, "recipient", a.Recipient(), "day", b.ForwardedOn)
	}
	switch last := b.Last; {
	case last == nil:
	case last.Open:
		say("refund-asked.open", "day", civil.In(last.AskedAt, zone), "committee", a.Committee.Name)
	case last.DeclinedAt.Valid && back < g.Cents:
		say("refund-asked.declined", "asked", civil.In(last.AskedAt, zone), "day", civil.In(last.DeclinedAt.Time, zone), "committee", a.Committee.Name)
		m.Words = last.Words
		m.Again = b.MayAsk()
	}
	if b.MayAsk() {
		m.Form, m.Heading, m.Lead = true, p.T("refund-asked.heading"), p.T("refund-asked.lead", "committee", a.Committee.Name)
	}
	if m.Form || len(m.Lines) > 0 {
		p.Back = m
	}
	return nil
}

// askBack takes the form of a receipt's page. Whatever comes of it, the page tells.
func (s *Server) askBack(w http.ResponseWriter, r *http.Request) error {
	if err := readForm(w, r); err != nil {
		return err
	}
	id := donations.GiftID(chi.URLParam(r, "gift"))
	if !id.Valid() {
		return sql.ErrNoRows
	}
	g, err := donations.Find(r.Context(), s.DB, id)
	if err != nil {
		return err
	}
	if subtle.ConstantTimeCompare([]byte(g.ThanksKey), []byte(r.URL.Query().Get("key"))) != 1 {
		return sql.ErrNoRows
	}
	k, err := s.shelf.find(r.Context(), g.Drive)
	if err != nil {
		return err
	}
	lang := languageOf(r, g.Language, k.appeal.Languages)
	speak := r.PostForm.Get("speak") // from the menu of a form that came back: it is to come back once more
	if speak != "" {
		lang = i18n.Match(r.Header.Get("Accept-Language"), speak, k.appeal.Languages)
	}
	reason, problem := reasonOf(r.PostForm.Get("reason"))
	if problem != nil || speak != "" {
		p, err := s.thanksOf(r, lang, k.appeal, g)
		if err != nil {
			return err
		}
		if p.Back != nil && p.Back.Form {
			p.Resend, p.Back.Reason = true, strings.ToValidUTF8(r.PostForm.Get("reason"), "")
			status := http.StatusOK
			if problem != nil {
				status, p.Back.Err = http.StatusUnprocessableEntity, problem.In(lang)
			}
			w.Header().Set("Cache-Control", "no-store")
			return s.answer(w, r, status, "thanks", p)
		}
	} else if _, err := donations.AskBack(r.Context(), s.DB, s.Now(), g.Committee, g.ID, reason, string(lang)); err != nil {
		return err
	}
	to := url.Values{"key": {g.ThanksKey}}
	if asked := r.URL.Query().Get("lang"); asked != "" {
		to.Set("lang", asked)
	}
	http.Redirect(w, r, "/thanks/"+string(g.ID)+"?"+to.Encode()+"#back", http.StatusSeeOther)
	return nil
}

// reasonOf puts what a giver wrote in order: lines stay, what shows nothing goes.
func reasonOf(s string) (string, *Problem) {
	if !utf8.ValidString(s) || strings.ContainsRune(s, utf8.RuneError) {
		return "", &Problem{Field: "reason", Text: "problem.text.unreadable"}
	}
	s = strings.Map(func(r rune) rune {
		switch {
		case r == '\n':
			return r
		case unicode.IsSpace(r):
			return ' '
		case unicode.IsControl(r) || invisible(r) && r != '\u200c' && r != '\u200d':
			return -1
		}
		return r
	}, norm.NFC.String(strings.ReplaceAll(s, "\r\n", "\n")))
	s = strings.TrimSpace(s)
	if n := utf8.RuneCountInString(s); n > longestReason {
		return "", &Problem{Field: "reason", Text: "problem.text.long", Args: []any{"most", longestReason, "n", n}}
	}
	return s, nil
}
