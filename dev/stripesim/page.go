package stripesim

import (
	"embed"
	"errors"
	"html/template"
	"maps"
	"net/http"
	"slices"
	"strings"

	"dure/i18n"
	"dure/money"

	"github.com/go-chi/chi/v5"
)

//go:embed templates
var templateFiles embed.FS

var templates = template.Must(template.New("").Funcs(template.FuncMap{
	"dollars": func(cents int64) string { return money.Cents(cents).String() },
}).ParseFS(templateFiles, "templates/*.html"))

// checkoutPage is what the Checkout page shows.
type checkoutPage struct {
	Lang        i18n.Language
	State       string // form, challenge, expired, unknown
	Session     string
	Merchant    string
	Amount      int64
	Description string
	Note        string // the merchant's own words over the button
	Back        string
	Donation    bool
	AsksEmail   bool
	AsksStreet  bool
	Email       string
	Card        Card
	Countries   []country
	Message     string
	Problems    Problems
}

type country struct {
	Code, Name string
	Chosen     bool
}

// showPage is the Checkout page of a session.
func (s *Sim) showPage(w http.ResponseWriter, r *http.Request) {
	page, redirect := s.pageOf(r, chi.URLParam(r, "session"))
	if redirect != "" {
		http.Redirect(w, r, redirect, http.StatusSeeOther)
		return
	}
	s.showCheckout(w, page)
}

func (s *Sim) showCheckout(w http.ResponseWriter, page checkoutPage) {
	status := http.StatusOK
	switch {
	case page.State == "unknown":
		status = http.StatusNotFound
	case page.State == "expired":
		status = http.StatusGone
	case len(page.Problems) > 0:
		status = http.StatusUnprocessableEntity
	case page.Message != "":
		status = http.StatusPaymentRequired
	}
	chosen := page.Card.Country
	if chosen == "" {
		chosen = "US"
	}
	for _, code := range slices.SortedFunc(maps.Keys(countries), func(a, b string) int { return strings.Compare(countries[a], countries[b]) }) {
		page.Countries = append(page.Countries, country{code, countries[code], code == chosen})
	}
	s.html(w, status, "checkout.html", page)
}

// pageOf reads a session for its page; a completed one sends its visitor on.
func (s *Sim) pageOf(r *http.Request, id string) (page checkoutPage, redirect string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	m, c, out := s.arrive(id)
	if c == nil {
		return checkoutPage{State: "unknown", Lang: pageLanguage(nil, r.Header.Get("Accept-Language"))}, ""
	}
	if out.Result == Paid {
		return checkoutPage{}, out.Redirect
	}
	page = checkoutPage{
		State: "form", Lang: pageLanguage(c, r.Header.Get("Accept-Language")), Session: c.ID, Merchant: m.a.Merchant, Amount: c.AmountTotal, Description: c.description(), Back: value(c.CancelURL),
		Donation: value(c.SubmitType) == "donate", AsksEmail: c.CustomerEmail == nil, Email: value(c.CustomerEmail),
		AsksStreet: value(c.BillingAddressCollection) == "required",
	}
	if c.CustomText.Submit != nil {
		page.Note = c.CustomText.Submit.Message
	}
	if out.Result == Over {
		page.State = "expired"
	} else if p := m.a.Intents.find(value(c.PaymentIntent)); p != nil && p.Status == intentChallenged {
		page.State = "challenge"
	}
	return page, ""
}

// submitPage takes the form.
func (s *Sim) submitPage(w http.ResponseWriter, r *http.Request) {
	r.Body = http.MaxBytesReader(w, r.Body, 64<<10)
	if err := r.ParseForm(); err != nil {
		http.Error(w, "The form can't be read.", http.StatusBadRequest)
		return
	}
	field := r.PostForm.Get
	card := Card{
		Number: field("card_number"), Exp: field("exp"), CVC: field("cvc"), Name: field("name"), Zip: field("zip"),
		Country: field("country"), Line1: field("line1"), Email: field("email"),
	}
	out, err := s.Pay(chi.URLParam(r, "session"), card)
	s.afterwards(w, r, card, out, err)
}

// answerChallenge takes the holder's answer to the bank's question.
func (s *Sim) answerChallenge(w http.ResponseWriter, r *http.Request) {
	out, err := s.Authenticate(chi.URLParam(r, "session"), r.PostFormValue("answer") == "complete")
	s.afterwards(w, r, Card{}, out, err)
}

// afterwards sends a payer where the outcome leads, or shows the page again with what was typed.
func (s *Sim) afterwards(w http.ResponseWriter, r *http.Request, card Card, out Outcome, err error) {
	id := chi.URLParam(r, "session")
	switch {
	case errors.Is(err, ErrNoSession):
		s.showCheckout(w, checkoutPage{State: "unknown", Lang: pageLanguage(nil, r.Header.Get("Accept-Language"))})
		return
	case out.Result == Paid:
		http.Redirect(w, r, out.Redirect, http.StatusSeeOther)
		return
	case out.Result == Challenge, out.Result == Refused && len(out.Problems) == 0:
		http.Redirect(w, r, "/c/pay/"+id, http.StatusSeeOther)
		return
	}
	page, redirect := s.pageOf(r, id)
	if redirect != "" {
		http.Redirect(w, r, redirect, http.StatusSeeOther)
		return
	}
	page.Card, page.Message, page.Problems = card, out.Message, out.Problems
	s.showCheckout(w, page)
}

func (s *Sim) html(w http.ResponseWriter, status int, name string, page any) {
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	if err := templates.ExecuteTemplate(w, name, page); err != nil {
		s.log.Error("a page of the simulator can't be shown", "page", name, "error", err)
	}
}
