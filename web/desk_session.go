package web

import (
	"context"
	"database/sql"
	"errors"
	"net/http"
	"strings"
	"time"

	"github.com/alexedwards/scs/postgresstore"
	"github.com/alexedwards/scs/v2"
	"github.com/go-chi/chi/v5"
	"github.com/jmoiron/sqlx"

	"dure/staff"
)

// How long a browser stays signed in: unused, and at most.
const (
	sessionIdle = 4 * time.Hour
	sessionMost = 14 * time.Hour
)

// What a session keeps.
const (
	sessionMember = "member" // the member's id
	sessionSeal   = "seal"   // the member's seal at sign-in: another password ends the session
	sessionLink   = "link"   // a link opened it: a new password may be set without the old one
	sessionSaid   = "said"   // what the next page tells of what was done
)

// NewSessions keeps signed-in browsers in the table sessions, by the digest of their token. secure is for sites that are
// reached by https. The store sweeps out old rows every five minutes, until the program ends.
func NewSessions(db *sqlx.DB, secure bool) *scs.SessionManager {
	s := scs.New()
	s.Store = sessionStore{postgresstore.New(db.DB), db}
	s.HashTokenInStore = true
	s.IdleTimeout = sessionIdle
	s.Lifetime = sessionMost
	s.Cookie.Name = "dure_desk"
	s.Cookie.Path = "/desk"
	s.Cookie.HttpOnly = true
	s.Cookie.SameSite = http.SameSiteLaxMode
	s.Cookie.Secure = secure
	s.Cookie.Persist = false
	return s
}

// member gives who is signed in and what they may do; the zero Member is a stranger.
func (d *Desk) member(ctx context.Context) (staff.Member, staff.Roles, error) {
	id := staff.ID(d.Sessions.GetString(ctx, sessionMember))
	if id == "" {
		return staff.Member{}, nil, nil
	}
	m, err := staff.Find(ctx, d.DB, id)
	if errors.Is(err, sql.ErrNoRows) || err == nil && m.Seal() != d.Sessions.GetString(ctx, sessionSeal) {
		return staff.Member{}, nil, nil
	}
	if err != nil {
		return staff.Member{}, nil, err
	}
	roles, err := staff.RolesOf(ctx, d.DB, id)
	return m, roles, err
}

// begin signs the member in, under a new token, so that one planted before is worth nothing.
func (d *Desk) begin(ctx context.Context, m staff.Member) error {
	if err := d.Sessions.RenewToken(ctx); err != nil {
		return err
	}
	d.Sessions.Put(ctx, sessionMember, string(m.ID))
	d.Sessions.Put(ctx, sessionSeal, m.Seal())
	d.Sessions.Remove(ctx, sessionLink)
	return nil
}

type signInPage struct {
	plainFrame
	Email, Next, Error string
}

func (d *Desk) signInPage(w http.ResponseWriter, r *http.Request) error {
	return d.show(w, r, http.StatusOK, "sign_in", signInPage{plainFrame: plainFrame{Title: "Sign in"}, Next: ownPath(r.URL.Query().Get("next"))})
}

func (d *Desk) signIn(w http.ResponseWriter, r *http.Request) error {
	email, next := r.PostFormValue("email"), ownPath(r.PostFormValue("next"))
	m, err := d.Door.SignIn(r.Context(), d.DB, d.Now(), d.TrustedProxies.client(r), email, r.PostFormValue("password"))
	page := signInPage{plainFrame: plainFrame{Title: "Sign in"}, Email: email, Next: next}
	switch {
	case errors.Is(err, staff.ErrTooOften):
		page.Error = "There were too many attempts. Wait a quarter of an hour, or ask for a sign-in link."
		return d.show(w, r, http.StatusTooManyRequests, "sign_in", page)
	case errors.Is(err, staff.ErrWrong):
		page.Error = "This e-mail address and this password don’t belong together."
		return d.show(w, r, http.StatusUnprocessableEntity, "sign_in", page)
	case err != nil:
		return err
	}
	if err := d.begin(r.Context(), m); err != nil {
		return err
	}
	http.Redirect(w, r, next, http.StatusSeeOther)
	return nil
}

func (d *Desk) signOut(w http.ResponseWriter, r *http.Request) error {
	if err := d.Sessions.Destroy(r.Context()); err != nil {
		return err
	}
	http.Redirect(w, r, "/desk/sign-in", http.StatusSeeOther)
	return nil
}

type linkPage struct {
	plainFrame
	Used bool // the link is worth nothing
}

// linkPage has one button and asks the database nothing: mail programs open links to look at them, and that must not
// use them up.
func (d *Desk) linkPage(w http.ResponseWriter, r *http.Request) error {
	w.Header().Set("Referrer-Policy", "no-referrer")
	return d.show(w, r, http.StatusOK, "link", linkPage{plainFrame: plainFrame{Title: "Sign in by link"}})
}

func (d *Desk) useLink(w http.ResponseWriter, r *http.Request) error {
	m, err := staff.UseLink(r.Context(), d.DB, chi.URLParam(r, "token"))
	if errors.Is(err, staff.ErrLink) {
		return d.show(w, r, http.StatusGone, "link", linkPage{plainFrame: plainFrame{Title: "This link signs nobody in"}, Used: true})
	}
	if err != nil {
		return err
	}
	if err := d.begin(r.Context(), m); err != nil {
		return err
	}
	d.Sessions.Put(r.Context(), sessionLink, true)
	http.Redirect(w, r, "/desk", http.StatusSeeOther)
	return nil
}

type passwordPage struct {
	plainFrame
	Email  string
	AskOld bool
	Errors []string
}

func (d *Desk) passwordPage(w http.ResponseWriter, r *http.Request) error {
	m, _, err := d.member(r.Context())
	if err != nil {
		return err
	}
	if m.ID == "" {
		http.Redirect(w, r, "/desk/sign-in?next=/desk/password", http.StatusSeeOther)
		return nil
	}
	return d.show(w, r, http.StatusOK, "password", d.passwordPageOf(r.Context(), m))
}

func (d *Desk) passwordPageOf(ctx context.Context, m staff.Member) passwordPage {
	return passwordPage{
		plainFrame: plainFrame{Title: "Your password"},
		Email:      m.Email,
		AskOld:     m.PasswordHash != "" && !d.Sessions.GetBool(ctx, sessionLink),
	}
}

func (d *Desk) setPassword(w http.ResponseWriter, r *http.Request) error {
	m, _, err := d.member(r.Context())
	if err != nil {
		return err
	}
	if m.ID == "" {
		http.Redirect(w, r, "/desk/sign-in?next=/desk/password", http.StatusSeeOther)
		return nil
	}
	password := r.PostFormValue("password")
	page := d.passwordPageOf(r.Context(), m)
	if page.AskOld {
		_, err := d.Door.SignIn(r.Context(), d.DB, d.Now(), d.TrustedProxies.client(r), m.Email, r.PostFormValue("old"))
		switch {
		case errors.Is(err, staff.ErrTooOften), errors.Is(err, staff.ErrWrong):
			page.Errors = append(page.Errors, "The password until now is another.")
		case err != nil:
			return err
		}
	}
	if err := staff.CheckPassword(m, password); err != nil {
		for _, line := range strings.Split(err.Error(), "\n") {
			page.Errors = append(page.Errors, sentence(line))
		}
	}
	if password != r.PostFormValue("again") {
		page.Errors = append(page.Errors, "The two are not the same.")
	}
	if len(page.Errors) > 0 {
		return d.show(w, r, http.StatusUnprocessableEntity, "password", page)
	}
	m, err = d.Door.SetPassword(r.Context(), d.DB, m, password)
	if err != nil {
		return err
	}
	if err := d.begin(r.Context(), m); err != nil {
		return err
	}
	d.Sessions.Put(r.Context(), sessionSaid, "Your password is set. Every other browser that was signed in as you is signed out.")
	http.Redirect(w, r, "/desk", http.StatusSeeOther)
	return nil
}

// ownPath lets nobody be sent off the desk after signing in.
func ownPath(next string) string {
	if !strings.HasPrefix(next, "/desk/") || strings.ContainsAny(next, "\\\r\n") || strings.Contains(next, "..") {
		return "/desk"
	}
	return next
}

// sentence makes a sentence of an error's words.
func sentence(words string) string {
	return strings.ToUpper(words[:1]) + words[1:] + "."
}
