// Package webhooks is Stripe's door: it proves, stores and acknowledges what Stripe tells (Receive), and hands it to the
// verbs of donations in batches (Sweep).
package webhooks

import (
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/go-chi/chi/v5"
	"github.com/jmoiron/sqlx"
	"github.com/stripe/stripe-go/v79/webhook"

	"dure/donations"
	"dure/registry"
)

const (
	maxBody   = 512 << 10
	tolerance = 5 * time.Minute // between the signature's moment and ours, both ways
)

// Door takes Stripe's events in.
type Door struct {
	DB       *sqlx.DB
	Accounts *donations.Accounts
	Now      func() time.Time
	Log      *slog.Logger
	Wake     func() // told when an event was stored; may be nil

	inbox inbox
}

// envelope is what must be known of an event to store it.
type envelope struct {
	ID         string
	Object     string
	Type       string
	APIVersion string `json:"api_version"`
	Created    int64
	Data       struct{ Object struct{ ID string } }
}

// open reads the envelope of an event's body, in one pass where all is of its kind. What the event is about has no id of a
// kind that could be stored when it is none.
func open(body []byte) (envelope, error) {
	var e envelope
	var strange *json.UnmarshalTypeError
	err := json.Unmarshal(body, &e)
	if errors.As(err, &strange) {
		var head struct { // without the object, whose kind is not ours to refuse
			ID         string
			Object     string
			Type       string
			APIVersion string `json:"api_version"`
			Created    int64
		}
		err = json.Unmarshal(body, &head)
		e = envelope{ID: head.ID, Object: head.Object, Type: head.Type, APIVersion: head.APIVersion, Created: head.Created}
	}
	if !plainID.MatchString(e.Data.Object.ID) {
		e.Data.Object.ID = ""
	}
	return e, err
}

// lastMoment is the end of the year 9999, in seconds since 1970.
const lastMoment = 253402300799

var plainID = regexp.MustCompile(`^[A-Za-z0-9_.-]{1,255}$`)

// ServeHTTP answers POST /webhooks/stripe and /webhooks/stripe/{committee}: 200 once the event is stored durably, also
// when it was before; 4xx with the reason where it is not Stripe's; 5xx where Stripe should send it again.
func (d *Door) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	ctx := r.Context()
	committee := registry.CommitteeID(chi.URLParam(r, "committee"))
	if committee == "" {
		first, err := d.Accounts.First(ctx)
		if err != nil {
			d.broken(w, "find the first committee", err)
			return
		}
		committee = first
	}
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxBody))
	if err != nil {
		var large *http.MaxBytesError
		if errors.As(err, &large) {
			http.Error(w, "an event is at most 512 KiB", http.StatusRequestEntityTooLarge)
			return
		}
		http.Error(w, "the body ended too soon", http.StatusBadRequest)
		return
	}
	secret, err := d.Accounts.WebhookSecret(ctx, committee)
	switch {
	case errors.Is(err, donations.ErrNoAccount):
		http.Error(w, "no committee takes events here", http.StatusNotFound)
		return
	case err != nil:
		d.broken(w, "find the webhook secret", err)
		return
	}
	if err := verify(body, r.Header.Get("Stripe-Signature"), secret, d.Now()); err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	e, err := open(body)
	if err != nil || !plainID.MatchString(e.ID) || !plainID.MatchString(e.Type) || len(e.APIVersion) > 60 ||
		e.Created < 0 || e.Created > lastMoment {
		http.Error(w, "the body is signed, but is no event", http.StatusBadRequest)
		return
	}
	row := e.row(committee, body)
	if err := d.inbox.store(ctx, d.DB, row); err != nil {
		d.broken(w, "store event "+e.ID, err)
		return
	}
	if d.Wake != nil && row.State == "waiting" {
		d.Wake()
	}
	w.Header().Set("Content-Type", "application/json")
	io.WriteString(w, `{"received":true}`)
}

func (d *Door) broken(w http.ResponseWriter, what string, err error) {
	d.Log.Error("webhook", "doing", what, "error", err)
	http.Error(w, "not stored; send it again", http.StatusInternalServerError)
}

// verify proves that Stripe signed these very bytes, within the tolerance before or after now. (Stripe's own library
// checks the past alone, and by the machine's clock.)
func verify(body []byte, header, secret string, now time.Time) error {
	if header == "" {
		return errors.New("the event is not signed")
	}
	if secret == "" || webhook.ValidatePayloadIgnoringTolerance(body, header, secret) != nil {
		return errors.New("the signature is not Stripe's")
	}
	for part := range strings.SplitSeq(header, ",") {
		if stamp, ok := strings.CutPrefix(strings.TrimSpace(part), "t="); ok {
			seconds, err := strconv.ParseInt(stamp, 10, 64)
			if err != nil {
				return errors.New("the signature's moment can't be read")
			}
			switch off := now.Sub(time.Unix(seconds, 0)); {
			case off > tolerance:
				return errors.New("the signature is too old")
			case off < -tolerance:
				return errors.New("the signature lies in the future")
			}
			return nil
		}
	}
	return errors.New("the signature has no moment")
}
