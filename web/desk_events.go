package web

import (
	"net/http"
	"time"

	"github.com/go-chi/chi/v5"

	"dure/webhooks"
)

// eventRow is an event of Stripe's in a list.
type eventRow struct {
	ID, Type, State, Reason string
	Attempts                int
	CreatedAt               time.Time `db:"created_at"`
}

type eventsPage struct {
	deskFrame
	Rows []webhooks.Event
}

// eventsShown is how many events a list shows, the last received first.
const eventsShown = 200

func (d *Desk) events(w http.ResponseWriter, r *http.Request, v visit) error {
	frame, err := d.frameOf(r, v, "Events", "Events set aside")
	if err != nil {
		return err
	}
	page := eventsPage{deskFrame: frame}
	if page.Rows, err = webhooks.List(r.Context(), d.DB, v.Committee.ID, "set aside", eventsShown); err != nil {
		return err
	}
	return d.show(w, r, http.StatusOK, "events", page)
}

type eventPage struct {
	deskFrame
	Event webhooks.Event
	JSON  string
}

func (d *Desk) event(w http.ResponseWriter, r *http.Request, v visit) error {
	e, err := webhooks.Show(r.Context(), d.DB, v.Committee.ID, chi.URLParam(r, "event"))
	if err != nil {
		return err
	}
	frame, err := d.frameOf(r, v, "Events", e.Type)
	if err != nil {
		return err
	}
	return d.show(w, r, http.StatusOK, "event", eventPage{deskFrame: frame, Event: e, JSON: indented(e.Payload)})
}

func (d *Desk) replay(w http.ResponseWriter, r *http.Request, v visit) error {
	id := chi.URLParam(r, "event")
	if _, err := webhooks.Show(r.Context(), d.DB, v.Committee.ID, id); err != nil {
		return err
	}
	n, err := webhooks.Replay(r.Context(), d.DB, v.Member.ID.Actor(), v.Committee.ID, []string{id}, v.Now)
	if err != nil {
		return err
	}
	if n == 0 {
		return d.done(w, r, v.at("events", id), "It can’t be applied: it is of another API version than this program reads.")
	}
	return d.done(w, r, v.at("events", id), "It waits to be applied again. Reload to see what became of it.")
}
