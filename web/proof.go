package web

import (
	"cmp"
	"context"
	"crypto/subtle"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/go-chi/chi/v5"

	"dure/civil"
	"dure/compliance"
	"dure/donations"
	"dure/i18n"
)

// proofPage asks the giver of a held gift for a copy of their passport or green card.
type proofPage struct {
	Page
	Heading           greeting
	Why, Sent         string
	Closed            string // why no copy can be taken here
	Trouble, Trouble2 string
	Problems          []problem
	Standings         []tile
	Number            input
	CopyErr, StandErr string
	Kept              string
	ThanksHref        string
	Read              string   // tells which sentences are to be affirmed
	English           []string // of them, where the page is in another language
}

// sentProof is what the form of the page holds.
type sentProof struct {
	Lang, Standing, Number string
	Speak                  string // the language that was chosen in the menu of a form that came back: it is to come back once more
	Read                   string // the mark of the sentences that stood on the page
	Copy                   []byte
	TooLarge               bool
}

// uploadWithin is how long a copy may take to come: a photo by a slow phone. It is beneath the server's own limit of a minute.
const uploadWithin = 55 * time.Second

// mostUpload is how many bytes a form with a copy may have before it is cut off. What lies between a copy's most and this is
// read to its end, so that the page that says so arrives.
const mostUpload = 4 * donations.MostProof

func proofAddress(publicURL string, g donations.Gift) string {
	return fmt.Sprintf("%s/proof/%s?key=%s", publicURL, g.ID, url.QueryEscape(g.ThanksKey))
}

// proofOf finds the gift of the address, for whoever has its key. A gift for which no copy is asked has its page of thanks
// instead: then asked is false.
func (s *Server) proofOf(r *http.Request) (g donations.Gift, asked bool, err error) {
	id := donations.GiftID(chi.URLParam(r, "gift"))
	if !id.Valid() {
		return g, false, sql.ErrNoRows
	}
	if g, err = donations.Find(r.Context(), s.DB, id); err != nil {
		return g, false, err
	}
	if subtle.ConstantTimeCompare([]byte(g.ThanksKey), []byte(r.URL.Query().Get("key"))) != 1 {
		return g, false, sql.ErrNoRows
	}
	return g, g.State == donations.Held && donations.NeedsProof(g), nil
}

// openProof finds the gift of which a copy is asked, and its drive; where none is asked it leads to the gift's page, and gives
// no drive.
func (s *Server) openProof(w http.ResponseWriter, r *http.Request) (donations.Gift, *shelved, error) {
	g, asked, err := s.proofOf(r)
	if err != nil {
		return g, nil, err
	}
	w.Header().Set("Cache-Control", "no-store")
	if !asked {
		http.Redirect(w, r, inOwn(thanksAddress(s.PublicURL, g), i18n.Language(g.Language)), http.StatusSeeOther)
		return g, nil, nil
	}
	k, err := s.shelf.find(r.Context(), g.Drive)
	return g, k, err
}

// getProof shows the page.
func (s *Server) getProof(w http.ResponseWriter, r *http.Request) error {
	g, k, err := s.openProof(w, r)
	if err != nil || k == nil {
		return err
	}
	p, err := s.proofPageOf(r, languageOf(r, g.Language, k.appeal.Languages), k.appeal, g, sentProof{})
	if err != nil {
		return err
	}
	return s.answer(w, r, http.StatusOK, "proof", p)
}

// postProof takes a copy. What is wrong is told all at once; the copy itself never comes back.
func (s *Server) postProof(w http.ResponseWriter, r *http.Request) error {
	g, k, err := s.openProof(w, r)
	if err != nil || k == nil {
		return err
	}
	sent, err := readProof(w, r)
	if err != nil {
		return err
	}
	lang := languageOf(r, cmp.Or(sent.Lang, g.Language), k.appeal.Languages)
	if sent.Speak != "" {
		lang = i18n.Match(r.Header.Get("Accept-Language"), sent.Speak, k.appeal.Languages)
		sent.Copy, sent.TooLarge = nil, false
	}
	if sent.Read != "" && sent.Read != proofMark(lang) {
		sent.Standing = "" // other sentences, or another language, than those that were read
	}
	problems := sent.problems()
	if len(problems) > 0 || !s.Accounts.ProofSeal().Ready() {
		p, err := s.proofPageOf(r, lang, k.appeal, g, sent)
		if err != nil {
			return err
		}
		p.mend(problems)
		p.Resend = p.Closed == ""
		return s.answer(w, r, http.StatusUnprocessableEntity, "proof", p)
	}
	number, _ := donations.PassportNumber(sent.Number)
	affirmed := proofTexts(lang)[sent.Standing]
	// The copy may have taken all the time that a page has: what follows has its own.
	ctx, cancel := context.WithTimeout(context.WithoutCancel(r.Context()), lookWithin)
	defer cancel()
	err = donations.SendProof(ctx, s.DB, s.Accounts.ProofSeal(), s.Now(), g.Committee, g.ID, donations.Copy{
		Standing: sent.Standing, Number: number, Bytes: sent.Copy,
		Attested: donations.Attestation{TextID: affirmed.ID, Version: affirmed.Version, Language: string(affirmed.Language), Text: affirmed.Words},
	})
	var late *compliance.Refusal
	switch {
	case errors.As(err, &late):
		http.Redirect(w, r, inOwn(thanksAddress(s.PublicURL, g), i18n.Language(g.Language)), http.StatusSeeOther)
		return nil
	case err != nil:
		return err
	}
	http.Redirect(w, r, inOwn(proofAddress(s.PublicURL, g), lang), http.StatusSeeOther)
	return nil
}

// readProof reads the form part by part, in memory alone: a copy never lies open on a disk.
func readProof(w http.ResponseWriter, r *http.Request) (sentProof, error) {
	r.Body = http.MaxBytesReader(w, r.Body, mostUpload)
	var out sentProof
	parts, err := r.MultipartReader()
	if err != nil {
		return out, errors.Join(errUnreadable, err)
	}
	for {
		part, err := parts.NextPart()
		if errors.Is(err, io.EOF) {
			return out, nil
		}
		if err != nil {
			return out, unreadablePart(err)
		}
		most := int64(1 << 10)
		if part.FormName() == "copy" {
			most = donations.MostProof
		}
		value, err := io.ReadAll(io.LimitReader(part, most+1))
		if err != nil {
			return out, unreadablePart(err)
		}
		large := int64(len(value)) > most
		if large {
			value = nil
			if _, err := io.Copy(io.Discard, part); err != nil {
				return out, unreadablePart(err)
			}
		}
		switch part.FormName() {
		case "copy":
			out.Copy, out.TooLarge = value, large
			if part.FileName() != "" && value == nil {
				out.Copy = []byte{}
			}
			if part.FileName() == "" {
				out.Copy = nil
			}
		case "standing":
			out.Standing = string(value)
		case "number":
			out.Number = string(value)
		case "lang":
			out.Lang = string(value)
		case "read":
			out.Read = string(value)
		case "speak":
			out.Speak = string(value)
		}
	}
}

// unreadablePart tells a body that is no form, or that is larger than any, from one whose sender went away.
func unreadablePart(err error) error {
	tooLarge := (*http.MaxBytesError)(nil)
	if errors.As(err, &tooLarge) || errors.Is(err, context.Canceled) {
		return err
	}
	return errors.Join(errUnreadable, err)
}

// problems lists what is to be mended, in the order of the page.
func (f sentProof) problems() []Problem {
	c := checker{}
	if f.Standing != donations.Citizen && f.Standing != donations.Resident {
		c.add("standing", "proof.problem.standing")
	}
	if _, ok := donations.PassportNumber(f.Number); f.Standing == donations.Citizen && !ok {
		c.add("number", "proof.problem.number")
	}
	_, err := donations.CopyKind(f.Copy)
	switch {
	case f.TooLarge:
		c.add("copy", "proof.problem.large")
	case f.Copy == nil:
		c.add("copy", "proof.problem.none")
	case errors.Is(err, donations.ErrCopyEmpty):
		c.add("copy", "proof.problem.empty")
	case errors.Is(err, donations.ErrCopyLarge):
		c.add("copy", "proof.problem.large")
	case errors.Is(err, donations.ErrCopyBroken):
		c.add("copy", "proof.problem.broken")
	case err != nil:
		c.add("copy", "proof.problem.kind")
	}
	return c.problems
}

// proofTexts are what givers abroad affirm, by what they are.
func proofTexts(lang i18n.Language) map[string]i18n.LegalText {
	return map[string]i18n.LegalText{
		donations.Citizen:  i18n.Legal(lang, "proof.citizen"),
		donations.Resident: i18n.Legal(lang, "proof.resident"),
	}
}

// proofMark tells which sentences a page asks a giver abroad to affirm, as readMark does.
func proofMark(lang i18n.Language) string {
	texts := proofTexts(lang)
	return markOf(texts[donations.Citizen], texts[donations.Resident])
}

func (s *Server) proofPageOf(r *http.Request, lang i18n.Language, a appeal, g donations.Gift, sent sentProof) (proofPage, error) {
	p := proofPage{Page: pageOf(lang, a.Committee), Read: proofMark(lang)}
	p.offer(a.Languages)
	p.Menu, p.Asks, p.ThanksHref = true, "key="+url.QueryEscape(g.ThanksKey), p.To(thanksAddress(s.PublicURL, g))
	if a.Drive.AuthorizedBy != "" {
		p.authorized(a.Drive.AuthorizedBy)
	}
	p.Title = p.T("proof.title")
	p.Heading = p.naming(greeted(p.Lang, g), "proof.heading")
	p.Why = p.T("proof.why", "committee", a.Committee.Name, "amount", g.Cents.Short())
	p.About = p.Why
	p.Kept = p.T("proof.kept.text", "committee", a.Committee.Name)
	if !s.Accounts.ProofSeal().Ready() {
		p.Closed = p.T("proof.closed.plain", "committee", a.Committee.Name, "address", p.House.Address, "gift", string(g.ID))
		if p.House.Email != "" {
			p.Closed = p.T("proof.closed", "committee", a.Committee.Name, "email", p.House.Email, "gift", string(g.ID))
		}
		return p, nil
	}
	texts := proofTexts(lang)
	for _, standing := range []string{donations.Citizen, donations.Resident} {
		p.Standings = append(p.Standings, tile{ID: "is-" + standing, Value: standing, Label: texts[standing].Words, Checked: sent.Standing == standing})
		p.English = append(p.English, p.Control(proofTexts(i18n.English)[standing].Words)...)
	}
	p.Number = input{
		Name: "number", Label: p.T("proof.number"), Hint: p.T("proof.number.hint"), Value: strings.ToValidUTF8(sent.Number, ""), Type: "text",
		Autocomplete: "off", Latin: true, Optional: true,
	}
	before, err := donations.FindProof(r.Context(), s.DB, g.Committee, g.ID)
	switch {
	case errors.Is(err, sql.ErrNoRows):
	case err != nil:
		return p, err
	default:
		p.Sent = p.T("proof.sent", "committee", a.Committee.Name, "day", civil.In(before.SentAt, a.Committee.Location()))
	}
	return p, nil
}

// mend puts problems beside their fields and over the page.
func (p *proofPage) mend(problems []Problem) {
	if len(problems) == 0 {
		return
	}
	p.Trouble, p.Trouble2 = p.T("proof.mend"), p.T("proof.mend.text")
	for _, one := range problems {
		anchor := one.Field
		if anchor == "standing" {
			anchor = "is-" + donations.Citizen
		}
		p.Problems = append(p.Problems, problem{Field: one.Field, Anchor: anchor, Text: one.In(p.Lang)})
		switch one.Field {
		case "standing":
			p.StandErr = one.In(p.Lang)
		case "number":
			p.Number.Err = one.In(p.Lang)
		case "copy":
			p.CopyErr = one.In(p.Lang)
		}
	}
}

// askForProof leads the giver of a held gift to the page that takes their copy.
func (s *Server) askForProof(ctx context.Context, a appeal, g donations.Gift, p *thanksPage) error {
	if g.State != donations.Held || !donations.NeedsProof(g) {
		return nil
	}
	before, err := donations.FindProof(ctx, s.DB, g.Committee, g.ID)
	switch {
	case errors.Is(err, sql.ErrNoRows):
		p.Ask = p.T("proof.thanks", "committee", a.Committee.Name)
		p.GoTo, p.GoText = p.To(proofAddress(s.PublicURL, g)), p.T("proof.thanks.go")
	case err != nil:
		return err
	default:
		p.Ask = p.T("proof.thanks.sent", "day", civil.In(before.SentAt, a.Committee.Location()))
	}
	return nil
}
