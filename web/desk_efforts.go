package web

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/go-chi/chi/v5"
	"github.com/jmoiron/sqlx"
	"github.com/lib/pq"

	"dure/civil"
	"dure/compliance"
	"dure/money"
	"dure/pg"
	"dure/registry"
)

// askedFor is what a person left out who gave, and how often they were asked for it.
type askedFor struct {
	Receipt    string
	Giver      string
	Person     registry.PersonID
	Cents      money.Cents
	ReceivedOn civil.Day
	Missing    []string // employer, occupation, name, address
	Efforts    []effort
}

type effort struct {
	Missing pq.StringArray
	SentBy  string    `db:"sent_by"`
	AskedOn civil.Day `db:"asked_on"`
}

// Means is by what the giver was asked.
func (e effort) Means() string {
	for _, o := range effortMeans {
		if o.Value == e.SentBy {
			return strings.ToLower(o.Label)
		}
	}
	return e.SentBy
}

// effortMeans are the ways in which a giver is asked: in writing, or by a phone call that is noted down (11 CFR 104.7(b)(2)).
var effortMeans = []option{{"email", "E-mail"}, {"letter", "Letter"}, {"phone", "Phone call"}}

// askedOf gives what the giver of a receipt left out and was asked for, or nil where nothing is missing and nobody was asked.
func (d *Desk) askedOf(ctx context.Context, v visit, receipt string) (*askedFor, error) {
	var r struct {
		Person     registry.PersonID
		Cents      money.Cents
		ReceivedOn civil.Day `db:"received_on"`
	}
	const find = `select person, cents, received_on from receipts where committee = $1 and id = $2`
	if err := d.DB.GetContext(ctx, &r, find, v.Committee.ID, receipt); err != nil {
		return nil, fmt.Errorf("find receipt %s: %w", receipt, err)
	}
	giver, err := registry.FindContributor(ctx, d.DB, v.Committee.ID, r.Person, time.Time{})
	if err != nil {
		return nil, err
	}
	asked := askedFor{
		Receipt: receipt, Giver: giver.Name(), Person: r.Person, Cents: r.Cents, ReceivedOn: r.ReceivedOn, Missing: compliance.MissingOf(giver),
	}
	const efforts = `
		select missing, sent_by, asked_on
		from efforts
		where committee = $1 and receipt = $2
		order by asked_on, id`
	if err := d.DB.SelectContext(ctx, &asked.Efforts, efforts, v.Committee.ID, receipt); err != nil {
		return nil, fmt.Errorf("list who was asked of %s: %w", receipt, err)
	}
	if len(asked.Missing)+len(asked.Efforts) == 0 {
		return nil, nil
	}
	return &asked, nil
}

type effortPage struct {
	deskFrame
	Asked askedFor
	Form  *form
	Means []option
	Back  string
}

func (d *Desk) effortForm(w http.ResponseWriter, r *http.Request, v visit) error {
	asked, err := d.askedOf(r.Context(), v, chi.URLParam(r, "receipt"))
	if err != nil {
		return err
	}
	if asked == nil || len(asked.Missing) == 0 {
		return d.done(w, r, v.at("receipts"), "Nothing is missing of who gave this.")
	}
	f := newForm(url.Values{"missing": asked.Missing, "sent_by": {"email"}, "asked_on": {v.Today.String()}})
	return d.showEffortForm(w, r, v, http.StatusOK, *asked, f)
}

func (d *Desk) showEffortForm(w http.ResponseWriter, r *http.Request, v visit, status int, asked askedFor, f *form) error {
	frame, err := d.frameOf(r, v, "Receipts", "What "+asked.Giver+" left out")
	if err != nil {
		return err
	}
	return d.show(w, r, status, "effort", effortPage{deskFrame: frame, Asked: asked, Form: f, Means: effortMeans, Back: receiptPage(v, asked.Receipt)})
}

// receiptPage is the page on which a receipt is seen: a card gift's own, or the list.
func receiptPage(v visit, receipt string) string {
	if strings.HasPrefix(receipt, "G") {
		return v.at("gifts", receipt)
	}
	return v.at("receipts")
}

// recordEffort records that the giver was asked for what is missing. The same form sent twice is one effort.
func (d *Desk) recordEffort(w http.ResponseWriter, r *http.Request, v visit) error {
	ctx, f := r.Context(), entered(r)
	asked, err := d.askedOf(ctx, v, chi.URLParam(r, "receipt"))
	if err != nil {
		return err
	}
	if asked == nil || len(asked.Missing) == 0 {
		return d.done(w, r, v.at("receipts"), "Nothing is missing of who gave this. Nothing was recorded.")
	}
	e := compliance.Effort{
		Committee: v.Committee.ID, Receipt: asked.Receipt,
		Missing: f.ids("missing", "Tick what you asked for."),
		SentBy:  f.one("sent_by", effortMeans, "Choose how you asked."),
		AskedOn: f.day("asked_on", span{through: v.Today}, "Write the day on which you asked."),
	}
	if slices.ContainsFunc(e.Missing, func(m string) bool { return !slices.Contains(asked.Missing, m) }) {
		f.refuse("missing", "Tick what is missing, and nothing else.")
	}
	if !e.AskedOn.IsZero() && e.AskedOn.Before(asked.ReceivedOn) {
		f.refuse("asked_on", "The gift came on "+asked.ReceivedOn.Spoken()+": only what is asked after it counts.")
	}
	if !f.ok() {
		return d.showEffortForm(w, r, v, http.StatusUnprocessableEntity, *asked, f)
	}
	slices.Sort(e.Missing)
	e.Missing = slices.Compact(e.Missing)
	e.HappenedAt = v.noon(e.AskedOn)
	fresh, err := d.keepEffort(ctx, v, asked.Person, e)
	switch {
	case err != nil:
		return err
	case !fresh:
		return d.done(w, r, receiptPage(v, e.Receipt), "This was recorded before. Nothing was recorded twice.")
	}
	return d.done(w, r, receiptPage(v, e.Receipt), "Recorded: "+asked.Giver+" was asked for "+strings.Join(e.Missing, " and ")+" on "+e.AskedOn.Spoken()+".")
}

// keepEffort records an effort unless the same stands; the giver is locked meanwhile.
func (d *Desk) keepEffort(ctx context.Context, v visit, giver registry.PersonID, e compliance.Effort) (fresh bool, err error) {
	err = pg.InTx(ctx, d.DB, v.Member.ID.Actor(), []string{string(v.Committee.ID)}, func(tx *sqlx.Tx) error {
		if err := registry.Lock(ctx, tx, giver); err != nil {
			return err
		}
		const same = `
			select not exists (
				select from efforts
				where committee = $1 and receipt = $2 and sent_by = $3 and asked_on = $4 and missing = $5)`
		if err := tx.GetContext(ctx, &fresh, same, e.Committee, e.Receipt, e.SentBy, e.AskedOn, pq.Array(e.Missing)); err != nil {
			return fmt.Errorf("look for the same effort: %w", err)
		}
		if !fresh {
			return nil
		}
		return compliance.RecordEffort(ctx, tx, e)
	})
	return fresh, err
}
