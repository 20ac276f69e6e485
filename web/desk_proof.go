package web

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/go-chi/chi/v5"

	"dure/civil"
	"dure/compliance"
	"dure/donations"
)

// proofView is the copy that a giver abroad sent, as the desk's pages tell of it.
type proofView struct {
	Is     string // what the giver says that they are
	What   string // a photo of 240 kB
	Sent   string
	SeenBy []string // who looked at the copy that is kept now
	Until  string   // the last day on which it is kept
}

// proofOf tells of a gift's copy, or nil where there is none.
func (d *Desk) proofOf(ctx context.Context, v visit, gift donations.GiftID) (*proofView, error) {
	p, err := donations.FindProof(ctx, d.DB, v.Committee.ID, gift)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	out := &proofView{Is: standingWords[p.Standing], What: fmt.Sprintf("%s of %d kB", kindWords[p.Kind], (p.Size+999)/1000), Sent: moment(p.SentAt, v.Committee.Location())}
	acts, err := donations.ProofActs(ctx, d.DB, v.Committee.ID, gift)
	if err != nil {
		return nil, err
	}
	names := map[string]string{}
	for _, a := range acts {
		if !a.Saw(p) {
			continue
		}
		name, err := d.actorName(ctx, names, a.Actor)
		if err != nil {
			return nil, err
		}
		if !slices.Contains(out.SeenBy, name) {
			out.SeenBy = append(out.SeenBy, name)
		}
	}
	until, err := donations.ProofTime(ctx, d.DB, v.Committee.ID, gift)
	if err == nil && !until.IsZero() {
		out.Until = spoken(until)
	}
	return out, err
}

var (
	standingWords = map[string]string{donations.Citizen: "U.S. citizen or national", donations.Resident: "permanent resident (green card)"}
	kindWords     = map[string]string{"image/jpeg": "a photo", "image/png": "a picture", "application/pdf": "a PDF"}
	proofActWords = map[string]string{
		"sent": "A copy came", "looked": "Looked at on the desk", "downloaded": "Downloaded", "shortened": "To be destroyed sooner", "destroyed": "Destroyed",
	}
)

// deskProofPage shows the copy to a treasurer, with all who looked before.
type deskProofPage struct {
	deskFrame
	GiftID, Name string
	Proof        *proofView
	Picture      bool // it can be shown on the page; a PDF is downloaded
	Number       string
	Held         bool
	Charged      bool // its time runs
	Acts         []storyLine
	Form         *form
}

func (d *Desk) proof(w http.ResponseWriter, r *http.Request, v visit) error {
	page, err := d.proofPageOf(r, v, newForm(url.Values{}))
	if err != nil {
		return err
	}
	return d.show(w, r, http.StatusOK, "proof", page)
}

func (d *Desk) proofPageOf(r *http.Request, v visit, f *form) (deskProofPage, error) {
	ctx := r.Context()
	g, err := donations.FindOf(ctx, d.DB, v.Committee.ID, donations.GiftID(chi.URLParam(r, "gift")))
	if err != nil {
		return deskProofPage{}, err
	}
	acts, err := donations.ProofActs(ctx, d.DB, v.Committee.ID, g.ID)
	if err != nil {
		return deskProofPage{}, err
	}
	if len(acts) == 0 {
		return deskProofPage{}, sql.ErrNoRows
	}
	name := who(g.GivenName, g.FamilyName, g.NameOwn)
	frame, err := d.frameOf(r, v, "Gifts", "Proof of "+name)
	if err != nil {
		return deskProofPage{}, err
	}
	page := deskProofPage{
		deskFrame: frame, GiftID: string(g.ID), Name: name, Form: f,
		Held: g.State == donations.Held, Charged: g.State == donations.Settled,
	}
	names := map[string]string{}
	for _, a := range acts {
		by, err := d.actorName(ctx, names, a.Actor)
		if err != nil {
			return page, err
		}
		line := storyLine{Text: orElse(proofActWords[a.Act], a.Act), When: moment(a.HappenedAt, v.Committee.Location()), By: by}
		if !a.UntilOn.IsZero() {
			line.Text += ", after " + spoken(a.UntilOn)
		}
		if a.Text != "" {
			line.Text += ". " + a.Text
		}
		page.Acts = append(page.Acts, line)
	}
	if page.Proof, err = d.proofOf(ctx, v, g.ID); err != nil || page.Proof == nil {
		return page, err
	}
	known, err := donations.FindProof(ctx, d.DB, v.Committee.ID, g.ID)
	if err != nil {
		return page, err
	}
	page.Picture = known.Kind != "application/pdf"
	page.Number, err = donations.PassportOf(ctx, d.DB, d.Accounts.ProofSeal(), v.Committee.ID, g.ID)
	return page, err
}

// proofExtensions end the names of downloaded copies.
var proofExtensions = map[string]string{"image/jpeg": ".jpg", "image/png": ".png", "application/pdf": ".pdf"}

// proofCopy opens the copy for a treasurer, and records that they looked: a picture within the page, or a file to keep.
func (d *Desk) proofCopy(w http.ResponseWriter, r *http.Request, v visit) error {
	id := donations.GiftID(chi.URLParam(r, "gift"))
	known, err := donations.FindProof(r.Context(), d.DB, v.Committee.ID, id)
	if err != nil {
		return err
	}
	h := w.Header()
	download := r.URL.Query().Has("download") || known.Kind == "application/pdf"
	h.Set("Content-Security-Policy", "default-src 'none'; sandbox")
	h.Set("Cross-Origin-Resource-Policy", "same-origin")
	if r.Method == http.MethodHead { // nothing is shown, so nobody looked
		h.Set("Content-Type", known.Kind)
		return nil
	}
	p, copied, err := donations.LookAtProof(r.Context(), d.DB, d.Accounts.ProofSeal(), v.Now, v.Member.ID.Actor(), v.Committee.ID, id, download)
	if err != nil {
		return err
	}
	h.Set("Content-Type", p.Kind)
	if download {
		h.Set("Content-Disposition", `attachment; filename="proof-`+string(id)+proofExtensions[p.Kind]+`"`)
	}
	w.Write(copied)
	return nil
}

// shortenProof lets a copy be destroyed sooner, on counsel's note.
func (d *Desk) shortenProof(w http.ResponseWriter, r *http.Request, v visit) error {
	id := donations.GiftID(chi.URLParam(r, "gift"))
	f := entered(r)
	note := f.note("counsel", 2000)
	until, err := civil.Parse(strings.TrimSpace(f.Value("until")))
	if err != nil {
		f.refuse("until", "Write the last day on which it is kept as year-month-day, such as "+v.Today.String()+".")
	}
	if note == "" {
		f.refuse("counsel", "Write who advised it, when, and where the note is on file.")
	}
	if f.ok() {
		err := donations.ShortenProof(r.Context(), d.DB, v.Now, v.Member.ID.Actor(), v.Committee.ID, id, until, note)
		var refusal *compliance.Refusal
		switch {
		case err == nil:
			return d.done(w, r, v.at("gifts", string(id), "proof"), "Recorded: the copy is destroyed after "+spoken(until)+".")
		case !errors.As(err, &refusal):
			return err
		}
		f.found(refusal)
	}
	page, err := d.proofPageOf(r, v, f)
	if err != nil {
		return err
	}
	return d.show(w, r, http.StatusUnprocessableEntity, "proof", page)
}
