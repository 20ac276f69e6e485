package letters

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"time"

	"github.com/jmoiron/sqlx"

	"dure/civil"
	"dure/donations"
	"dure/i18n"
	"dure/pg"
	"dure/registry"
)

// tellWithin is how long after the bank's leave a giver is still told: later the gift's page has the news.
const tellWithin = 10 * 24 * time.Hour

// TellOfHeld writes to the givers whose gifts are held, and to those whose held gifts were let go, once each; it tells how many
// letters it wrote.
func TellOfHeld(ctx context.Context, db *sqlx.DB, now time.Time, publicURL string) (int, error) {
	var untold []struct {
		Committee registry.CommitteeID
		ID        donations.GiftID
		Kind      string
	}
	const find = `
		with news as (
			select committee, id, case when state = 'held' then 'held' else 'released' end as kind
			from gifts
			where cardinality(held_for) > 0 and email <> '' and charged_at > $1
			  and state in ('held', 'release owed', 'released', 'lapsed'))
		select n.committee, n.id, n.kind
		from news n
		where not exists (select from letters l where l.committee = n.committee and l.gift = n.id and l.kind = n.kind)
		order by n.committee, n.id
		limit 200`
	if err := db.SelectContext(ctx, &untold, find, now.Add(-tellWithin)); err != nil {
		return 0, fmt.Errorf("find held gifts whose givers were not told: %w", err)
	}
	var failed []error
	for _, u := range untold {
		failed = append(failed, pg.InTx(ctx, db, "sweep", []string{string(u.Committee)}, func(tx *sqlx.Tx) error {
			g, err := donations.FindOf(ctx, tx, u.Committee, u.ID)
			if err != nil {
				return err
			}
			c, err := registry.FindCommittee(ctx, tx, u.Committee, time.Time{})
			if err != nil {
				return err
			}
			l := giftLetter(c, g, u.Kind, publicURL)
			l.DueAt, l.WrittenAt = now, now
			return put(ctx, tx, l)
		}))
	}
	return len(untold), errors.Join(failed...)
}

// giftLetter tells how a gift stands.
func giftLetter(c registry.Committee, g donations.Gift, kind, publicURL string) Letter {
	lang := i18n.Language(g.Language)
	if !slices.Contains(i18n.Languages(), lang) {
		lang = i18n.English
	}
	l := Letter{
		Committee: c.ID, ID: newID(), Kind: kind, Person: g.Person, Gift: sql.NullString{String: string(g.ID), Valid: true}, Language: lang,
		SentBy: ByEmail, Addressee: g.Email, AddresseeName: g.Name(), Sender: c.Email, SenderName: c.Name,
	}
	w := writing{lang: lang, committee: c}
	w.say("letter.dear", "name", orElse(g.NameOwn, g.Name()))
	w.say("letter."+kind+".text", "amount", g.Cents.Short(), "committee", c.Name)
	if kind == Held {
		if g.ReleaseBy.Valid {
			w.say("letter.held.until", "day", civil.In(g.ReleaseBy.Time, c.Location()))
		}
		if donations.NeedsProof(g) {
			w.say("letter.held.proof")
			w.link(fmt.Sprintf("%s/proof/%s?key=%s", publicURL, g.ID, url.QueryEscape(g.ThanksKey)), i18n.T(lang, "letter.held.proof-link"))
		}
		w.say("letter.held.page")
		w.link(fmt.Sprintf("%s/thanks/%s?key=%s", publicURL, g.ID, url.QueryEscape(g.ThanksKey)), i18n.T(lang, "letter.held.link"))
	}
	l.Subject = i18n.T(lang, "letter."+kind+".subject", "committee", c.Name)
	l.Plain, l.HTML = w.finish(l.Subject)
	return l
}
