package web

import (
	"database/sql"
	"errors"
	"log/slog"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"time"

	"github.com/alexedwards/scs/v2"
	"github.com/go-chi/chi/v5"
	"github.com/jmoiron/sqlx"

	"dure/civil"
	"dure/donations"
	"dure/registry"
	"dure/staff"
)

// Desk is the staff's side of the program: what is due, the gifts, the books, the reports.
type Desk struct {
	DB       *sqlx.DB
	Accounts *donations.Accounts
	Now      func() time.Time
	Sessions *scs.SessionManager
	Door     *staff.Door
	Log      *slog.Logger
	// PublicURL is where donors find this site, without a slash at the end: the drives' addresses begin with it.
	PublicURL string
	// TrustedProxies tell who signs in.
	TrustedProxies Proxies
}

// Routes lays the desk's pages under /desk.
func (d *Desk) Routes(r chi.Router) {
	d.Sessions.ErrorFunc = d.fail
	r.Use(private, d.Sessions.LoadAndSave)
	r.Get("/", d.open(d.front))
	r.Get("/sign-in", d.open(d.signInPage))
	r.Post("/sign-in", d.open(d.signIn))
	r.Post("/sign-out", d.open(d.signOut))
	r.Get("/login/{token}", d.open(d.linkPage))
	r.Post("/login/{token}", d.open(d.useLink))
	r.Get("/password", d.open(d.passwordPage))
	r.Post("/password", d.open(d.setPassword))

	r.Route("/{committee}", func(r chi.Router) {
		r.Get("/", d.page(staff.SeeGifts, d.today))
		r.Get("/gifts", d.page(staff.SeeGifts, d.gifts))
		r.Get("/gifts/{gift}", d.page(staff.SeeGifts, d.gift))
		r.Post("/gifts/{gift}/decision", d.page(staff.Decide, d.decide))
		r.Get("/gifts/{gift}/proof", d.page(staff.Decide, d.proof))
		r.Post("/gifts/{gift}/proof", d.page(staff.Decide, d.shortenProof))
		r.Get("/gifts/{gift}/proof/copy", d.page(staff.Decide, d.proofCopy))
		r.Post("/gifts/{gift}/refund", d.page(staff.KeepBooks, d.giveBack))
		r.Get("/gifts/{gift}/asked", d.page(staff.SeeGifts, d.askedBack))
		r.Post("/gifts/{gift}/asked", d.page(staff.KeepBooks, d.declineBack))
		r.Get("/drives", d.page(staff.SeeGifts, d.drives))
		r.Get("/drives/new", d.page(staff.RunDrives, d.driveForm))
		r.Post("/drives/new", d.page(staff.RunDrives, d.openDrive))
		r.Get("/drives/{drive}", d.page(staff.SeeGifts, d.drive))
		r.Get("/drives/{drive}/amend", d.page(staff.RunDrives, d.amendForm))
		r.Post("/drives/{drive}/amend", d.page(staff.RunDrives, d.amendDrive))
		r.Post("/drives/{drive}/close", d.page(staff.RunDrives, d.closeDrive))
		r.Post("/drives/{drive}/open", d.page(staff.RunDrives, d.reopenDrive))
		r.Get("/drives/{drive}/{language}", d.page(staff.SeeGifts, d.driveText))
		r.Post("/drives/{drive}/{language}", d.page(staff.RunDrives, d.writeDriveText))
		r.Get("/languages", d.page(staff.SeeGifts, d.languages))
		r.Get("/languages/{language}", d.page(staff.SeeGifts, d.language))
		r.Post("/languages/{language}", d.page(staff.SignLaw, d.judgeLanguage))
		r.Get("/held", d.page(staff.SeeGifts, d.held))
		r.Get("/cases", d.page(staff.SeeBooks, d.cases))
		r.Get("/cases/{case}", d.page(staff.SeeBooks, d.oneCase))
		r.Get("/cases/{case}/{act}", d.page(staff.KeepBooks, d.oneCase))
		r.Post("/cases/{case}/{act}", d.page(staff.KeepBooks, d.actOnCase))
		r.Get("/candidates", d.page(staff.SeeBooks, d.candidates))
		r.Get("/candidates/{candidate}/{election}/{act}", d.page(staff.KeepBooks, d.candidateActForm))
		r.Post("/candidates/{candidate}/{election}/{act}", d.page(staff.KeepBooks, d.actOnCandidate))
		r.Get("/limits", d.page(staff.SeeBooks, d.limits))
		r.Get("/limits.csv", d.page(staff.SeeBooks, d.limitsCSV))
		r.Get("/watch", d.page(staff.SeeBooks, d.watch))
		r.Get("/forwards", d.page(staff.SeeBooks, d.forwards))
		r.Post("/forwards", d.page(staff.KeepBooks, d.forward))
		r.Get("/receipts", d.page(staff.SeeBooks, d.receipts))
		r.Get("/receipts/new", d.page(staff.KeepBooks, d.receiptForm))
		r.Post("/receipts/new", d.page(staff.KeepBooks, d.receive))
		r.Get("/receipts/in-kind", d.page(staff.KeepBooks, d.inKindForm))
		r.Post("/receipts/in-kind", d.page(staff.KeepBooks, d.receiveInKind))
		r.Get("/receipts/{receipt}/asked", d.page(staff.KeepBooks, d.effortForm))
		r.Post("/receipts/{receipt}/asked", d.page(staff.KeepBooks, d.recordEffort))
		r.Get("/receipts/{receipt}", d.page(staff.SeeBooks, d.receipt))
		r.Get("/receipts/{receipt}/{act}", d.page(staff.KeepBooks, d.receiptActForm))
		r.Post("/receipts/{receipt}/{act}", d.page(staff.KeepBooks, d.actOnReceipt))
		r.Get("/lacks", d.page(staff.SeeBooks, d.lacks))
		r.Get("/letters", d.page(staff.SeeBooks, d.letters))
		r.Post("/letters/again", d.page(staff.KeepBooks, d.sendAgain))
		r.Post("/letters/{letter}/again", d.page(staff.KeepBooks, d.sendAgain))
		r.Get("/letters/{letter}", d.page(staff.SeeBooks, d.letter))
		r.Post("/letters/{letter}/mailed", d.page(staff.KeepBooks, d.mailLetter))
		r.Post("/deposits", d.page(staff.KeepBooks, d.deposit))
		r.Get("/disbursements", d.page(staff.SeeBooks, d.disbursements))
		r.Get("/disbursements/new", d.page(staff.KeepBooks, d.disbursementForm))
		r.Post("/disbursements/new", d.page(staff.KeepBooks, d.disburse))
		r.Get("/books", d.page(staff.SeeBooks, d.books))
		r.Get("/reports", d.page(staff.SeeBooks, d.reports))
		r.Get("/reports/{period}", d.page(staff.SeeBooks, d.report))
		r.Post("/reports/{period}/texts", d.page(staff.KeepBooks, d.tellInReport))
		r.Get("/law", d.page(staff.SeeBooks, d.law))
		r.Get("/law/{pack}", d.page(staff.SeeBooks, d.pack))
		r.Post("/law/{pack}/signature", d.page(staff.SignLaw, d.signPack))
		r.Get("/events", d.page(staff.SeeBooks, d.events))
		r.Get("/events/{event}", d.page(staff.SeeBooks, d.event))
		r.Post("/events/{event}/replay", d.page(staff.Replay, d.replay))
	})
}

// deskBody is the most that a form of the desk may send.
const deskBody = 1 << 20

// private keeps what the desk answers out of every cache, and its addresses out of other sites' logs.
func private(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Cache-Control", "no-store")
		w.Header().Set("Referrer-Policy", "same-origin")
		next.ServeHTTP(w, r)
	})
}

// visit is one request by a member at a committee's desk.
type visit struct {
	Member    staff.Member
	Roles     staff.Roles
	Committee registry.Committee
	Now       time.Time
	Today     civil.Day // in the committee's zone
}

// can tells whether the visitor may do the act for this committee.
func (v visit) can(act staff.Act) bool { return v.Roles.Can(v.Committee.ID, act) }

// at is the address of a page of this committee's desk: v.at("gifts", "G…").
func (v visit) at(parts ...string) string {
	path, _ := url.JoinPath("/desk", append([]string{string(v.Committee.ID)}, parts...)...)
	return path
}

// noon is when a day's desk work is said to have happened.
func (v visit) noon(on civil.Day) time.Time {
	return on.Start(v.Committee.Location()).Add(12 * time.Hour).UTC()
}

// page serves members who may do the act: strangers go to the sign-in page, members without the right see a refusal.
func (d *Desk) page(act staff.Act, handle func(http.ResponseWriter, *http.Request, visit) error) http.HandlerFunc {
	return d.open(func(w http.ResponseWriter, r *http.Request) error {
		m, roles, err := d.member(r.Context())
		if err != nil {
			return err
		}
		if m.ID == "" {
			to := "/desk/sign-in"
			if r.Method == http.MethodGet {
				to += "?next=" + url.QueryEscape(r.URL.RequestURI())
			}
			http.Redirect(w, r, to, http.StatusSeeOther)
			return nil
		}
		id := registry.CommitteeID(chi.URLParam(r, "committee"))
		if len(roles[id]) == 0 {
			return sql.ErrNoRows
		}
		committee, err := registry.FindCommittee(r.Context(), d.DB, id, time.Time{})
		if err != nil {
			return err
		}
		now := d.Now()
		v := visit{Member: m, Roles: roles, Committee: committee, Now: now, Today: civil.In(now, committee.Location())}
		if !v.can(act) {
			return d.refuse(w, r, v)
		}
		return handle(w, r, v)
	})
}

// open turns what a handler returns into a page: not there, or broken. An address of bytes that are no text is nowhere.
func (d *Desk) open(handle func(http.ResponseWriter, *http.Request) error) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		r.Body = http.MaxBytesReader(w, r.Body, deskBody)
		dropUnreadable(r.URL)
		err := sql.ErrNoRows
		if readable(r.URL.Path) {
			err = handle(w, r)
		}
		if err != nil {
			d.fail(w, r, err)
		}
	}
}

// fail answers what a handler did not.
func (d *Desk) fail(w http.ResponseWriter, r *http.Request, err error) {
	number := "In the log this is number " + requestID(r.Context()) + "."
	switch {
	case errors.Is(err, sql.ErrNoRows):
		d.show(w, r, http.StatusNotFound, "message", messagePage{
			plainFrame: plainFrame{Title: "Not here"},
			Text:       "There is no such page, or it is another committee’s.",
			Href:       "/desk", Act: "Go to the desk",
		})
		return
	case left(r):
		return
	}
	d.Log.ErrorContext(r.Context(), "desk", "request", requestID(r.Context()), "method", r.Method, "route", route(r), "error", err)
	switch {
	case unreachable(err) && r.Method == http.MethodGet:
		w.Header().Set("Retry-After", awayAgain)
		d.show(w, r, http.StatusServiceUnavailable, "message", messagePage{
			plainFrame: plainFrame{Title: "The books can’t be reached at the moment"},
			Text:       "The database does not answer. Nothing is lost, and what is recorded stays recorded. Try again in a few minutes. " + number,
			Href:       r.URL.RequestURI(), Act: "Try again",
		})
	case unreachable(err):
		w.Header().Set("Retry-After", awayAgain)
		d.show(w, r, http.StatusServiceUnavailable, "message", messagePage{
			plainFrame: plainFrame{Title: "The books can’t be reached at the moment"},
			Text:       "The database does not answer. What was sent is either recorded whole or not at all: look, in a few minutes, before you send it again; your browser’s way back leads to what you wrote. " + number,
			Href:       "/desk", Act: "Go to the desk",
		})
	default:
		d.show(w, r, http.StatusInternalServerError, "message", messagePage{
			plainFrame: plainFrame{Title: "Something went wrong"},
			Text:       "It is our fault and it is noted. What was sent is either recorded whole or not at all: look before you send it again. " + number,
			Href:       "/desk", Act: "Go to the desk",
		})
	}
}

// dropUnreadable takes the values that are no text out of an address's query, as if they were not asked for.
func dropUnreadable(u *url.URL) {
	query := u.Query()
	before := len(query)
	maps.DeleteFunc(query, func(name string, values []string) bool {
		return !readable(name) || slices.ContainsFunc(values, func(s string) bool { return !readable(s) })
	})
	if len(query) < before {
		u.RawQuery = query.Encode()
	}
}

// refuse tells a member that their role does not allow what they asked for.
func (d *Desk) refuse(w http.ResponseWriter, r *http.Request, v visit) error {
	d.show(w, r, http.StatusForbidden, "message", messagePage{
		plainFrame: plainFrame{Title: "Not with your role"},
		Text:       "You are " + roleWords(v.Roles[v.Committee.ID]) + " of " + v.Committee.Name + ". A treasurer may do this.",
		Href:       v.at("gifts"), Act: "Go to the gifts",
	})
	return nil
}

// front sends a member to the first committee that they work for.
func (d *Desk) front(w http.ResponseWriter, r *http.Request) error {
	m, roles, err := d.member(r.Context())
	if err != nil {
		return err
	}
	if m.ID == "" {
		http.Redirect(w, r, "/desk/sign-in", http.StatusSeeOther)
		return nil
	}
	for _, c := range slices.Sorted(maps.Keys(roles)) {
		http.Redirect(w, r, "/desk/"+string(c), http.StatusSeeOther)
		return nil
	}
	d.show(w, r, http.StatusForbidden, "message", messagePage{
		plainFrame: plainFrame{Title: "No committee", SignOut: true},
		Text:       "You have no role in any committee. A treasurer or the operator can give you one.",
	})
	return nil
}
