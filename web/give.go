package web

import (
	"context"
	"errors"
	"mime"
	"net/http"
	"strings"

	"github.com/go-chi/chi/v5"

	"dure/compliance"
	"dure/donations"
	"dure/i18n"
	"dure/money"
)

// mostForm is how many bytes a donation form may have; ours has about 2,000.
const mostForm = 64 << 10

// errUnreadable tells that a body is no form.
var errUnreadable = errors.New("the form can't be read")

// getGive shows a drive's page. Unless the link presets a sum of its own, the page is rendered already.
func (s *Server) getGive(w http.ResponseWriter, r *http.Request) error {
	k, err := s.shelf.find(r.Context(), chi.URLParam(r, "drive"))
	if err != nil {
		return err
	}
	asked := r.URL.Query()
	lang := k.language(r.Header.Get("Accept-Language"), asked.Get("lang"))
	w.Header().Set("Cache-Control", "private, no-cache")
	if !k.appeal.Open {
		return s.answer(w, r, http.StatusOK, "closed", closedPageOf(lang, k.appeal))
	}
	if k.isAway() {
		w.Header().Set("Cache-Control", "no-store")
		w.Header().Set("Retry-After", awayAgain)
		return s.answer(w, r, http.StatusServiceUnavailable, "away", awayPageOf(lang, k.appeal))
	}
	f := Form{Every: "once", Country: "US"}
	ref, common := reference(asked.Get("ref")), true // whether many links lead to the very same page
	var asks []string
	if preset, err := money.Parse(asked.Get("amount")); err == nil {
		f.Amount, common = preset.Plain(), offers(k.appeal.Drive, preset)
		asks = append(asks, "amount="+f.Amount)
	}
	if ref != "" && len(k.appeal.Languages) > 1 { // the menu keeps it
		asks, common = append(asks, "ref="+ref), false
	}
	kept := strings.Join(asks, "&")
	page, err := k.page("give/"+string(lang)+"?"+kept, common, func() ([]byte, error) {
		page := givePageOf(lang, k.appeal, f)
		page.Found = s.found(page.Address)
		page.Asks = kept
		return s.render("give", page)
	})
	if err != nil {
		return err
	}
	page.send(w, r, http.StatusOK, hiddenFields(string(donations.NewGiftID()), ref))
	return nil
}

// postGive takes a form: to the card page when it is whole and lawful, else back to the page with all that was written.
func (s *Server) postGive(w http.ResponseWriter, r *http.Request) error {
	if err := readForm(w, r); err != nil {
		return err
	}
	written := ReadForm(r.PostForm)
	if !donations.GiftID(written.Token).Valid() {
		written.Token = string(donations.NewGiftID())
	}
	k, err := s.shelf.find(r.Context(), chi.URLParam(r, "drive"))
	switch {
	case err != nil && unreachable(err) && !left(r):
		s.logFault(r, err)
		s.keep(w, r, written.Token)
		return nil
	case err != nil:
		return err
	}
	lang := languageOf(r, written.Lang, k.appeal.Languages)
	speak := r.PostForm.Get("speak") // from the menu of a form that came back: it is to come back once more
	if speak != "" {
		lang = i18n.Match(r.Header.Get("Accept-Language"), speak, k.appeal.Languages)
	}
	w.Header().Set("Cache-Control", "no-store")
	if speak != "" || written.Read != "" && written.Read != readMark(lang, k.appeal) {
		written.Attested = false // other sentences, or another language, than those that were read
	}
	checked, cents, problems := written.Check()
	if len(problems) > 0 {
		shown, spelt := written.spelt(lang)
		page := givePageOf(lang, k.appeal, shown)
		page.mend(spelt.instead(lang, problems))
		return s.answerGive(w, r, http.StatusUnprocessableEntity, page)
	}
	page := givePageOf(lang, k.appeal, written)
	if k.isAway() {
		return s.later(w, r, page, "mend.away")
	}
	gift, err := s.Accounts.Give(r.Context(), s.Now(), s.PublicURL, pledgeOf(k.appeal, lang, checked, cents))
	refusal := (*compliance.Refusal)(nil)
	switch {
	case errors.As(err, &refusal):
		s.tellRefused(refusal)
		if refusedFor(refusal, "drive-closed") {
			a := k.appeal
			if a.Open { // as it was read a moment ago: somebody has closed it since
				a.Drive.State = "closed"
			}
			return s.answer(w, r, http.StatusGone, "closed", closedPageOf(lang, a))
		}
		page.refuse(refusal.Findings)
		return s.answerGive(w, r, http.StatusUnprocessableEntity, page)
	case errors.Is(err, donations.ErrCardPage):
		if !left(r) {
			s.logFault(r, err)
		}
		return s.later(w, r, page, "mend.later")
	case err != nil && unreachable(err):
		if !left(r) {
			s.logFault(r, err)
		}
		return s.later(w, r, page, "mend.away")
	case err != nil:
		return err
	}
	http.Redirect(w, r, s.next(gift), http.StatusSeeOther)
	return nil
}

// later gives a form back that can't be taken now, with all that was written; texts say why.
func (s *Server) later(w http.ResponseWriter, r *http.Request, page givePage, texts string) error {
	page.Trouble, page.Trouble2 = page.T(texts+".heading"), page.T(texts+".text")
	w.Header().Set("Retry-After", awayAgain)
	return s.answerGive(w, r, http.StatusServiceUnavailable, page)
}

// next is where a giver goes on: the card page while it is open, else the page that tells how the gift stands.
func (s *Server) next(g donations.Gift) string {
	if g.State == donations.Open && g.SessionURL != "" {
		return g.SessionURL
	}
	return inOwn(thanksAddress(s.PublicURL, g), i18n.Language(g.Language))
}

// answerGive sends a page that holds what one giver wrote, with the token under which they wrote it.
func (s *Server) answerGive(w http.ResponseWriter, r *http.Request, status int, page givePage) error {
	page.Resend = true
	html, err := s.render("give", page)
	if err != nil {
		return err
	}
	p, err := prepare(html)
	if err != nil {
		return err
	}
	p.send(w, r, status, hiddenFields(page.Form.Token, page.Form.Ref))
	return nil
}

// readForm reads the body as a form of either kind, up to its cap.
func readForm(w http.ResponseWriter, r *http.Request) error {
	r.Body = http.MaxBytesReader(w, r.Body, mostForm)
	err := r.ParseForm()
	if kind, _, _ := mime.ParseMediaType(r.Header.Get("Content-Type")); err == nil && kind == "multipart/form-data" {
		err = r.ParseMultipartForm(mostForm)
	}
	tooLarge := (*http.MaxBytesError)(nil)
	if err != nil && !errors.As(err, &tooLarge) && !errors.Is(err, context.Canceled) {
		return errors.Join(errUnreadable, err)
	}
	return err
}

// tellRefused tells whoever counts by which rules a form was sent back.
func (s *Server) tellRefused(refusal *compliance.Refusal) {
	if s.Refused == nil {
		return
	}
	for _, f := range refusal.Findings {
		s.Refused(f.Rule)
	}
}

func refusedFor(refusal *compliance.Refusal, rule string) bool {
	for _, f := range refusal.Findings {
		if f.Rule == rule {
			return true
		}
	}
	return false
}

// pledgeOf is what the giver promises, with each sentence that they affirmed in the words that they read.
func pledgeOf(a appeal, lang i18n.Language, f Form, cents money.Cents) donations.Pledge {
	title, _, _ := a.says(lang)
	p := donations.Pledge{
		Drive: a.Drive.Slug, Title: title, Token: donations.GiftID(f.Token), Cents: cents,
		GivenName: f.GivenName, FamilyName: f.FamilyName, NameOwn: f.NameOwn,
		Street: f.Street, City: f.City, Region: f.State, Zip: f.Zip, Country: f.Country, Email: f.Email,
		Employer: f.Employer, Occupation: f.Occupation, ShareEmail: f.ShareEmail && a.Earmarked(),
		Language: string(lang), Ref: f.Ref,
	}
	for _, rule := range a.Attest {
		t := i18n.Legal(lang, "attest."+rule.ID)
		p.Attested = append(p.Attested, donations.Attestation{
			TextID: rule.ID, Version: t.Version, Language: string(t.Language), Text: t.Words,
		})
	}
	return p
}
