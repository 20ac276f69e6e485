package web

import (
	"context"
	"fmt"
	"time"

	"dure/donations"
	"dure/i18n"
)

// attested is a sentence that the giver affirmed, in the words that they read. Beside another language stands the English, which
// counts.
type attested struct {
	TextID      string `db:"text_id"`
	TextVersion string `db:"text_version"`
	Language    i18n.Language
	Text        string
	AttestedAt  time.Time `db:"attested_at"`
	HeldAgainst string    `db:"held_against"` // the version of the English beside which the translation was approved, before it was affirmed
	English     string    `db:"-"`            // empty where English was read, and where there is none any more
	Relates     string    `db:"-"`            // how the English has to do with what was read
}

// affirmedOf lists what the giver affirmed.
func (d *Desk) affirmedOf(ctx context.Context, g donations.Gift) ([]attested, error) {
	const list = `
		select s.text_id, s.text_version, s.language, s.text, s.attested_at, coalesce(a.english_version, '') as held_against
		from attestations s
		left join lateral (
			select english_version
			from notice_approvals
			where committee = s.committee and language = s.language and notice = 'attest.' || s.text_id and version = s.text_version
			  and verdict = 'approved' and recorded_at <= s.attested_at
			order by recorded_at desc, id
			limit 1) a on true
		where s.committee = $1 and s.gift = $2
		order by s.text_id`
	var out []attested
	if err := d.DB.SelectContext(ctx, &out, list, g.Committee, g.ID); err != nil {
		return nil, fmt.Errorf("attestations of %s: %w", g.ID, err)
	}
	for i := range out {
		out[i].besideEnglish()
	}
	return out, nil
}

// besideEnglish finds the English of what was read in another language. That is the control text of today: what another version
// said is not carried any more, and the page says so.
func (a *attested) besideEnglish() {
	id := "attest." + a.TextID
	switch {
	case a.Language == i18n.English:
		return
	case !i18n.Has("legal." + id):
		a.Relates = "The English of this text is carried no more."
		return
	}
	english := i18n.Legal(i18n.English, id)
	a.English = english.Words
	switch a.HeldAgainst {
	case english.Version:
		a.Relates = "The English, version " + english.Version + ", beside which the translation was approved."
	case "":
		a.Relates = "The English of today, version " + english.Version + ". No approval of the translation is on record."
	default:
		a.Relates = "The English of today, version " + english.Version + ". The translation was approved beside version " + a.HeldAgainst + "."
	}
}
