package web

import (
	"cmp"
	"net/http"
	"slices"

	"github.com/go-chi/chi/v5"

	"dure/civil"
	"dure/compliance"
	"dure/i18n"
	"dure/letters"
	"dure/registry"
)

// answerPage asks for what a letter asked for, and for nothing else: it leads to no drive (11 CFR 104.7(b)(2)). Its lines are
// those of a drive's page.
type answerPage struct {
	givePage
	Lead string
	Asks map[string]bool // what is missing: employer, occupation, name, address
	Work bool
	Done bool
	Law  string
}

func answerPageOf(lang i18n.Language, q letters.Question, f Form) answerPage {
	p := answerPage{givePage: givePage{Page: pageOf(lang, q.Committee), Form: f, States: states}, Asks: map[string]bool{}, Done: len(q.Missing) == 0}
	p.Alone, p.Title = true, p.T("answer.title")
	for _, m := range q.Missing {
		p.Asks[m] = true
	}
	p.Work = p.Asks[compliance.LacksEmployer] || p.Asks[compliance.LacksOccupation]
	p.Name = p.T("answer.heading", "name", cmp.Or(q.Giver.NameOwn, inOrder(lang, q.Giver.First, q.Giver.Last), q.Giver.Organization, p.T("letter.friend")))
	p.Lead = p.T("answer.lead", "committee", q.Committee.Name)
	if p.Done {
		p.Name, p.Lead = p.T("answer.thanks.heading"), p.T("answer.thanks.text", "committee", q.Committee.Name)
	}
	p.About = p.Lead
	p.Law = i18n.Legal(lang, "best-efforts").Words
	p.English.Notices = p.Control(i18n.Legal(i18n.English, "best-efforts").Words)
	for _, w := range Works {
		p.Works = append(p.Works, tile{ID: "w-" + w, Value: w, Label: p.T("give.work." + w), Checked: f.Work == w, Rests: reportedWork[w] != ""})
	}
	return p
}

// getAnswer shows the page of a letter's link.
func (s *Server) getAnswer(w http.ResponseWriter, r *http.Request) error {
	q, err := letters.FindQuestion(r.Context(), s.DB, chi.URLParam(r, "letter"), r.URL.Query().Get("key"))
	if err != nil {
		return err
	}
	lang, err := s.answerLanguage(r, q)
	if err != nil {
		return err
	}
	w.Header().Set("Cache-Control", "no-store")
	return s.answer(w, r, http.StatusOK, "answer", answerPageOf(lang, q, Form{Employer: q.Giver.Employer, Occupation: q.Giver.Occupation}))
}

// answerLanguage is that of the letter, as long as the committee's pages can be had in it.
func (s *Server) answerLanguage(r *http.Request, q letters.Question) (i18n.Language, error) {
	among, err := compliance.Published(r.Context(), s.DB, q.Committee, civil.In(s.Now(), q.Committee.Location()))
	return languageOf(r, string(q.Language), among), err
}

// postAnswer takes what was told. What is wrong is told all at once, with all that was written kept.
func (s *Server) postAnswer(w http.ResponseWriter, r *http.Request) error {
	if err := readForm(w, r); err != nil {
		return err
	}
	ctx := r.Context()
	q, err := letters.FindQuestion(ctx, s.DB, chi.URLParam(r, "letter"), r.URL.Query().Get("key"))
	if err != nil {
		return err
	}
	w.Header().Set("Cache-Control", "no-store")
	written := ReadForm(r.PostForm)
	told, problems := written.answer(q.Missing)
	if len(problems) > 0 {
		lang, err := s.answerLanguage(r, q)
		if err != nil {
			return err
		}
		page := answerPageOf(lang, q, written)
		page.mend(problems)
		return s.answer(w, r, http.StatusUnprocessableEntity, "answer", page)
	}
	if _, err := q.Take(ctx, s.DB, s.Now(), told); err != nil {
		return err
	}
	http.Redirect(w, r, r.URL.RequestURI(), http.StatusSeeOther)
	return nil
}

// answer checks those parts of a form that a letter asked for.
func (f Form) answer(missing []string) (registry.Contributor, []Problem) {
	c := checker{}
	var told registry.Contributor
	if slices.Contains(missing, compliance.LacksName) {
		told.First = c.line("given_name", f.GivenName, "problem.given-name.empty")
		told.Last = c.line("family_name", f.FamilyName, "problem.family-name.empty")
	}
	if slices.Contains(missing, compliance.LacksAddress) {
		told.Street = c.line("street", f.Street, "problem.street.empty")
		told.City = c.line("city", f.City, "problem.city.empty")
		f = c.place(f)
		told.State, told.Zip = f.State, f.Zip
	}
	if slices.Contains(missing, compliance.LacksEmployer) || slices.Contains(missing, compliance.LacksOccupation) {
		f = c.work(f)
		told.Employer, told.Occupation = f.Employer, f.Occupation
	}
	return told, c.problems
}
