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
	"time"

	"github.com/go-chi/chi/v5"
	"github.com/jmoiron/sqlx"

	"dure/civil"
	"dure/compliance"
	"dure/donations"
	"dure/i18n"
	"dure/money"
	"dure/pg"
	"dure/registry"
)

// driveFormPage is the form that opens a drive, or amends one.
type driveFormPage struct {
	deskFrame
	Drive donations.Drive // that is amended; the zero Drive where one is opened
	For   []option        // whom the gifts of a new one may be for
	Whom  string          // whom those of the amended one are for: that stays
	Begun bool            // its first day has come, and stays
	Form  *form
}

// New tells whether the form opens a drive.
func (p driveFormPage) New() bool { return p.Drive.Slug == "" }

// Earmarks tells whether the candidate's committee may have approved the page.
func (p driveFormPage) Earmarks() bool { return len(p.For) > 2 || p.Drive.Candidate != "" }

// Sums are the inputs of the sums that the page offers.
func (p driveFormPage) Sums() []field {
	var out []field
	for i, label := range [donations.MostAmounts]string{"First", "Second", "Third", "Fourth", "Fifth"} {
		out = append(out, p.Form.Field(amountField(i), "third", label, ""))
	}
	return out
}

func amountField(i int) string { return fmt.Sprintf("amount_%d", i+1) }

// toCommittee is the choice of a drive whose gifts are the committee's own.
const toCommittee = "committee"

func (d *Desk) driveForm(w http.ResponseWriter, r *http.Request, v visit) error {
	values := url.Values{"id": {pg.NewID('W')}, "opens_on": {v.Today.String()}}
	for i, c := range []string{"10", "25", "50", "100", "250"} {
		values.Set(amountField(i), c)
	}
	return d.showDriveForm(w, r, v, http.StatusOK, newForm(values))
}

func (d *Desk) showDriveForm(w http.ResponseWriter, r *http.Request, v visit, status int, f *form) error {
	frame, err := d.frameOf(r, v, "Drives", "Open a drive")
	if err != nil {
		return err
	}
	page := driveFormPage{deskFrame: frame, Form: f}
	if page.For, err = d.recipients(r.Context(), v); err != nil {
		return err
	}
	return d.show(w, r, status, "drive_form", page)
}

// recipients lists whom the gifts of a new drive may be for: the committee, or a candidate with an election ahead.
func (d *Desk) recipients(ctx context.Context, v visit) ([]option, error) {
	out := []option{{"", "Choose"}, {toCommittee, v.Committee.Name + " itself"}}
	all, err := registry.Candidates(ctx, d.DB)
	if err != nil {
		return nil, err
	}
	next, err := registry.NextOfEach(ctx, d.DB, all, v.Today)
	if err != nil {
		return nil, err
	}
	for _, c := range all {
		if c.ID == v.Committee.Candidate {
			continue
		}
		for _, e := range next[c.ID] {
			out = append(out, option{string(c.ID) + " " + string(e.ID), c.Name() + ", " + candidateRow{Candidate: c}.Seat() + ": " + e.Name()})
		}
	}
	return out, nil
}

// openDrive publishes a drive. The same form sent twice opens one.
func (d *Desk) openDrive(w http.ResponseWriter, r *http.Request, v visit) error {
	ctx, f := r.Context(), entered(r)
	one := donations.Drive{Committee: v.Committee.ID, Form: f.id('W')}
	again := func(slug string) error {
		return d.done(w, r, v.at("drives", slug), "This form opened the drive before. Nothing was opened twice.")
	}
	switch slug, err := d.openedBy(ctx, v, one.Form); {
	case err != nil:
		return err
	case slug != "":
		return again(slug)
	}
	if err := d.readRecipient(ctx, f, v, &one); err != nil {
		return err
	}
	f.driveWords(&one)
	one.OpensOn = f.calendarDay("opens_on", "Write the day on which it begins.")
	if err := d.readAddress(ctx, f, &one); err != nil {
		return err
	}
	err := d.tryDrive(ctx, f, v, func(tx *sqlx.Tx) error { return donations.Launch(ctx, tx, one, v.Today) })
	if pg.Violates(err, "drives_form_once") {
		err = nil
		f.refuse("id", "This form was sent before.")
	}
	if err != nil {
		return err
	}
	if f.ok() {
		return d.done(w, r, v.at("drives", one.Slug), "Opened: "+one.Title+".")
	}
	switch slug, err := d.openedBy(ctx, v, one.Form); { // sent twice at once, and the other was first
	case err != nil:
		return err
	case slug != "":
		return again(slug)
	}
	return d.showDriveForm(w, r, v, http.StatusUnprocessableEntity, f)
}

// openedBy gives the address of the drive that a form opened, or nothing.
func (d *Desk) openedBy(ctx context.Context, v visit, form string) (string, error) {
	var slug string
	const find = `select slug from drives where committee = $1 and form = $2`
	err := d.DB.GetContext(ctx, &slug, find, v.Committee.ID, form)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return "", fmt.Errorf("look for the drive of form %s: %w", form, err)
	}
	return slug, nil
}

// tryDrive lets a transaction do what a form asks for. It is rolled back where the form has something to mend, which then also
// holds all that was found in it.
func (d *Desk) tryDrive(ctx context.Context, f *form, v visit, do func(tx *sqlx.Tx) error) error {
	err := pg.InTx(ctx, d.DB, v.Member.ID.Actor(), []string{string(v.Committee.ID)}, func(tx *sqlx.Tx) error {
		if err := do(tx); err != nil {
			return err
		}
		if !f.ok() {
			return errToMend
		}
		return nil
	})
	refusal := (*compliance.Refusal)(nil)
	switch {
	case errors.Is(err, errToMend):
		return nil
	case errors.As(err, &refusal):
		f.driveFound(refusal)
		return nil
	}
	return err
}

// errToMend rolls back what a form asks for while something in it is to be mended.
var errToMend = errors.New("the form is to be mended")

// driveFields are the fields of the form that are not called as the drive's own.
var driveFields = map[string]string{"candidate": "for", "election": "for", "authorized_by": "authorized"}

// driveFound takes what keeps a drive from standing, each beside its field; where the form itself has said already what is wrong
// with a field, that is enough.
func (f *form) driveFound(r *compliance.Refusal) {
	said := slices.Clone(f.Wrong)
	for _, x := range r.Findings {
		if x.Field == "slug" && f.Value("slug") == "" {
			continue // it is made from the title, which lacks too
		}
		field := orElse(driveFields[x.Field], x.Field)
		if !slices.ContainsFunc(said, func(w wrong) bool { return w.Field == field && field != "" }) {
			f.refuse(field, findingText(x))
		}
	}
	slices.SortStableFunc(f.Wrong, func(a, b wrong) int {
		return slices.Index(driveOrder, a.Field) - slices.Index(driveOrder, b.Field)
	})
}

// driveOrder are the fields as they stand on the page.
var driveOrder = []string{
	"id", "for", "authorized", "title", "slug", "story", "amounts", "amount_1", "amount_2", "amount_3", "amount_4", "amount_5",
	"goal", "opens_on", "closes_on",
}

// driveWords reads what a new drive and an amended one have alike.
func (f *form) driveWords(one *donations.Drive) {
	one.Title, one.Story = f.inScript("title"), f.inScript("story")
	if strings.TrimSpace(f.Value("goal")) != "" {
		one.Goal = f.cents("goal")
	}
	for i := range donations.MostAmounts {
		name := amountField(i)
		if strings.TrimSpace(f.Value(name)) == "" {
			continue
		}
		if c := f.cents(name); f.Error(name) == "" {
			one.Amounts = append(one.Amounts, int64(c))
		}
	}
	one.ClosesOn = f.calendarDay("closes_on", "")
}

// calendarDay reads a day of any year; must is what to say when it is empty, or empty where it may be.
func (f *form) calendarDay(name, must string) civil.Day {
	value := strings.TrimSpace(f.Value(name))
	if value == "" {
		if must != "" {
			f.refuse(name, must)
		}
		return civil.Day{}
	}
	on, err := civil.Parse(value)
	if err != nil {
		f.refuse(name, "Write the day as year-month-day, such as 2026-11-03.")
	}
	return on
}

// readRecipient reads whom a new drive's gifts are for, and whether their committee approved the page.
func (d *Desk) readRecipient(ctx context.Context, f *form, v visit, one *donations.Drive) error {
	options, err := d.recipients(ctx, v)
	if err != nil {
		return err
	}
	chosen := f.one("for", options, "Choose whom the gifts are for.")
	candidate, election, earmarked := strings.Cut(chosen, " ")
	if f.Error("for") != "" {
		return nil
	}
	if !earmarked {
		if f.Value("authorized") != "" {
			f.refuse("authorized", "No candidate’s committee approves a page for the committee itself. Choose the candidate, or take the tick away.")
		}
		return nil
	}
	one.Candidate, one.Election = registry.CandidateID(candidate), registry.ElectionID(election)
	return d.readAuthorized(ctx, f, one)
}

// readAuthorized reads whether the candidate's committee approved the page (11 CFR 110.11(b)(2)).
func (d *Desk) readAuthorized(ctx context.Context, f *form, one *donations.Drive) error {
	switch {
	case f.Value("authorized") == "":
		one.AuthorizedBy = ""
	case one.AuthorizedBy == "":
		candidate, err := registry.FindCandidate(ctx, d.DB, one.Candidate, time.Time{})
		if err != nil {
			return err
		}
		one.AuthorizedBy = candidate.CommitteeName
	}
	return nil
}

// readAddress reads a new drive's address. An empty one is made from the title: it, or the first of it with a number that is
// free.
func (d *Desk) readAddress(ctx context.Context, f *form, one *donations.Drive) error {
	one.Slug = strings.TrimSpace(f.Value("slug"))
	if one.Slug != "" {
		return nil
	}
	base := donations.AddressOf(one.Title)
	switch {
	case strings.TrimSpace(one.Title) == "":
		return nil // without a title there is nothing to make one of
	case base == "":
		f.refuse("slug", "Write the address: the title has no Latin letters to make one of.")
		return nil
	}
	for n := 1; n < 100; n++ {
		slug := base
		if n > 1 {
			slug = fmt.Sprintf("%s-%d", base[:min(len(base), 57)], n)
		}
		if slug == "new" {
			continue
		}
		free, err := donations.FreeAddress(ctx, d.DB, slug)
		if err != nil {
			return err
		}
		if free {
			one.Slug = slug
			f.entered.Set("slug", slug)
			return nil
		}
	}
	f.refuse("slug", "Write the address: those that the title suggests are taken.")
	return nil
}

func (d *Desk) amendForm(w http.ResponseWriter, r *http.Request, v visit) error {
	page, err := d.amendPageOf(r, v)
	if err != nil {
		return err
	}
	one := page.Drive
	values := url.Values{
		"seen": {one.Version()}, "title": {one.Title}, "story": {one.Story}, "opens_on": {one.OpensOn.String()},
		"goal": {plainSum(one.Goal)},
	}
	texts, err := donations.DriveTexts(r.Context(), d.DB, v.Committee.ID, one.Slug)
	if err != nil {
		return err
	}
	for _, t := range texts {
		if t.Language == i18n.English { // which givers read instead of the first text
			values.Set("title", t.Title)
			values.Set("story", t.Story)
		}
	}
	if !one.ClosesOn.IsZero() {
		values.Set("closes_on", one.ClosesOn.String())
	}
	if one.AuthorizedBy != "" {
		values.Set("authorized", "yes")
	}
	for i, a := range one.Amounts {
		values.Set(amountField(i), plainSum(money.Cents(a)))
	}
	page.Form = newForm(values)
	return d.show(w, r, http.StatusOK, "drive_form", page)
}

// plainSum is a sum as a person writes it into a form: nothing for none, and no cents where there are none.
func plainSum(c money.Cents) string {
	if c == 0 {
		return ""
	}
	return strings.TrimSuffix(c.Plain(), ".00")
}

func (d *Desk) amendPageOf(r *http.Request, v visit) (driveFormPage, error) {
	ctx := r.Context()
	one, err := d.driveOf(ctx, v, chi.URLParam(r, "drive"))
	if err != nil {
		return driveFormPage{}, err
	}
	frame, err := d.frameOf(r, v, "Drives", "Amend "+one.Title)
	if err != nil {
		return driveFormPage{}, err
	}
	page := driveFormPage{deskFrame: frame, Drive: one, Whom: v.Committee.Name, Begun: !v.Today.Before(one.OpensOn)}
	if one.Candidate != "" {
		candidate, err := registry.FindCandidate(ctx, d.DB, one.Candidate, time.Time{})
		if err != nil {
			return page, err
		}
		page.Whom = candidate.CommitteeName
	}
	return page, nil
}

// amendDrive gives a drive other words, sums or days.
func (d *Desk) amendDrive(w http.ResponseWriter, r *http.Request, v visit) error {
	ctx, f := r.Context(), entered(r)
	page, err := d.amendPageOf(r, v)
	if err != nil {
		return err
	}
	page.Form = f
	one := donations.Drive{
		Committee: v.Committee.ID, Slug: page.Drive.Slug, OpensOn: page.Drive.OpensOn,
		Candidate: page.Drive.Candidate, AuthorizedBy: page.Drive.AuthorizedBy,
	}
	f.driveWords(&one)
	if !page.Begun {
		one.OpensOn = f.calendarDay("opens_on", "Write the day on which it begins.")
	}
	if one.Candidate != "" {
		if err := d.readAuthorized(ctx, f, &one); err != nil {
			return err
		}
	}
	err = d.tryDrive(ctx, f, v, func(tx *sqlx.Tx) error { return donations.AmendDrive(ctx, tx, one, f.Value("seen"), v.Today) })
	if err != nil {
		return err
	}
	if !f.ok() {
		return d.show(w, r, http.StatusUnprocessableEntity, "drive_form", page)
	}
	return d.done(w, r, v.at("drives", one.Slug), "Amended. Givers read it within seconds.")
}
