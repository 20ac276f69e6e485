package donations

import (
	"context"
	"crypto/sha256"
	"fmt"
	"slices"

	"github.com/jmoiron/sqlx"

	"dure/civil"
	"dure/compliance"
	"dure/i18n"
	"dure/registry"
)

// Version names what can be amended of a drive as it stands: other words, sums or days are another version.
func (d Drive) Version() string {
	h := sha256.New()
	fmt.Fprintf(h, "%q %q %d %d %v %v %q", d.Title, d.Story, d.Goal, d.Amounts, d.OpensOn, d.ClosesOn, d.AuthorizedBy)
	return fmt.Sprintf("%x", h.Sum(nil))[:12]
}

// AmendDrive gives the drive of d's address what d says: title, story, goal, amounts, days, and who authorized it. The audit
// keeps what it was. Whom it is for stays, and the first day too once it has come. seen is the Version that the amender read,
// or empty; a text of its own in English gives way to the drive's. A *compliance.Refusal tells at once all that can't stand, or
// that somebody was faster; sql.ErrNoRows that there is no such drive.
func AmendDrive(ctx context.Context, tx *sqlx.Tx, d Drive, seen string, today civil.Day) error {
	was, err := holdDrive(ctx, tx, d.Committee, d.Slug)
	if err != nil {
		return err
	}
	d = d.tidy()
	d.Candidate, d.Election, d.ElectionDay, d.State = was.Candidate, was.Election, was.ElectionDay, was.State
	texts, err := DriveTexts(ctx, tx, d.Committee, d.Slug)
	if err != nil {
		return err
	}
	own := slices.ContainsFunc(texts, func(t DriveText) bool { return t.Language == i18n.English })
	switch {
	case d.Version() == was.Version() && !own:
		return nil
	case seen != "" && seen != was.Version():
		return &compliance.Refusal{Findings: []compliance.Finding{{Text: "Somebody changed this drive after you opened it. Read it again, then amend it"}}}
	}
	findings := d.unfit()
	changed, err := d.untimelyChange(ctx, tx, was, today)
	if err != nil {
		return err
	}
	if findings = append(findings, changed...); len(findings) > 0 {
		return &compliance.Refusal{Findings: findings}
	}
	const update = `
		update drives
		set title = $3, story = $4, goal_cents = nullif($5, 0), amounts = $6, opens_on = $7, closes_on = $8, authorized_by = $9
		where committee = $1 and slug = $2`
	_, err = tx.ExecContext(ctx, update, d.Committee, d.Slug, d.Title, d.Story, d.Goal, d.Amounts, d.OpensOn, d.ClosesOn, d.AuthorizedBy)
	if err != nil {
		return fmt.Errorf("amend drive %q: %w", d.Slug, err)
	}
	if own {
		return WriteDriveText(ctx, tx, DriveText{Committee: d.Committee, Drive: d.Slug, Language: i18n.English})
	}
	return nil
}

// untimelyChange tells what of an amendment is too late, or more than the law lets anyone give. What stays as it was is asked of
// nothing.
func (d Drive) untimelyChange(ctx context.Context, q sqlx.QueryerContext, was Drive, today civil.Day) ([]compliance.Finding, error) {
	var out []compliance.Finding
	switch {
	case d.OpensOn == was.OpensOn:
	case !today.Before(was.OpensOn):
		out = append(out, compliance.Finding{Field: "opens_on", Text: "It began on " + was.OpensOn.Spoken() + ", and that day stays"})
	case d.OpensOn.Before(today):
		out = append(out, compliance.Finding{Field: "opens_on", Text: d.OpensOn.Spoken() + " is past. A drive begins today or later"})
	}
	if d.ClosesOn != was.ClosesOn && !d.ClosesOn.IsZero() && d.ClosesOn.Before(today) {
		out = append(out, pastEnd(d.ClosesOn))
	}
	asked := d
	if d.OpensOn == was.OpensOn && d.ClosesOn == was.ClosesOn {
		asked.Election = "" // the days stand already
	}
	if slices.Equal(d.Amounts, was.Amounts) {
		asked.Amounts = nil
	}
	untimely, err := asked.untimely(ctx, q, today)
	return append(out, untimely...), err
}

// CloseDrive ends a drive at once: from now on its page says that it takes no more gifts, and a form that is sent is refused; one
// that is being taken in at this moment may pass. Card pages that are open stay so until their time is over: ComingBy counts them. Of a
// drive that is closed already nothing changes. sql.ErrNoRows tells that there is no such drive.
func CloseDrive(ctx context.Context, tx *sqlx.Tx, committee registry.CommitteeID, slug string) error {
	if _, err := holdDrive(ctx, tx, committee, slug); err != nil {
		return err
	}
	return setDriveState(ctx, tx, committee, slug, "closed")
}

// ReopenDrive lets a drive that a person closed take gifts again, within its days. A *compliance.Refusal tells that these are
// over, or that the candidate does not stand in its election any more; sql.ErrNoRows that there is no such drive.
func ReopenDrive(ctx context.Context, tx *sqlx.Tx, committee registry.CommitteeID, slug string, today civil.Day) error {
	d, err := holdDrive(ctx, tx, committee, slug)
	if err != nil {
		return err
	}
	d.State = "open"
	if d.On(today) == Over {
		f := compliance.Finding{Field: "closes_on", Text: "Its last day was " + d.LastDay().Spoken() + ": amend that day first"}
		if d.LastDay() == d.ElectionDay {
			f = compliance.Finding{Field: "election", Text: "Its election is over: gifts after it could only pay its debts", Cite: "11 CFR 110.1(b)(3)(i)"}
		}
		return &compliance.Refusal{Findings: []compliance.Finding{f}}
	}
	findings, err := d.unlawful(ctx, tx)
	if err != nil {
		return err
	}
	asked := d
	asked.OpensOn, asked.ClosesOn = today, civil.Day{} // its days are not over
	vote, err := asked.untimelyVote(ctx, tx, today)
	if err != nil {
		return err
	}
	if findings = append(findings, vote...); len(findings) > 0 {
		return &compliance.Refusal{Findings: findings}
	}
	return setDriveState(ctx, tx, committee, slug, "open")
}

func setDriveState(ctx context.Context, tx *sqlx.Tx, committee registry.CommitteeID, slug, state string) error {
	const update = `update drives set state = $3 where committee = $1 and slug = $2`
	if _, err := tx.ExecContext(ctx, update, committee, slug, state); err != nil {
		return fmt.Errorf("set drive %q %s: %w", slug, state, err)
	}
	return nil
}

// holdDrive gives a committee's drive, locked until the transaction ends.
func holdDrive(ctx context.Context, tx *sqlx.Tx, committee registry.CommitteeID, slug string) (Drive, error) {
	const find = `
		select ` + driveColumns + `
		from drives d
		left join elections e on e.id = d.election
		where d.committee = $1 and d.slug = $2
		for update of d`
	var d Drive
	if err := sqlx.GetContext(ctx, tx, &d, find, committee, slug); err != nil {
		return d, fmt.Errorf("hold drive %q: %w", slug, err)
	}
	return d, nil
}
