package letters

import (
	"cmp"
	"context"
	"fmt"
	"net/url"
	"time"

	"github.com/jmoiron/sqlx"

	"dure/civil"
	"dure/donations"
	"dure/i18n"
	"dure/money"
	"dure/pg"
	"dure/registry"
)

// tellWithin is how long after the bank's leave a giver is still told: later the gift's page has the news.
const tellWithin = 10 * 24 * time.Hour

// news is something of a gift that its giver is to be told in a letter of its own.
type news struct {
	Committee registry.CommitteeID
	Gift      donations.GiftID
	Kind      string
	About     string      // the refund, dispute or request
	Cents     money.Cents // that went back, or did not
	Sum       money.Cents // that went back in all so far
	On        civil.Day
	ByCheck   bool `db:"by_check"`
	Words     string
}

// TellOfHeld writes to the givers whose gifts are held, and to those of whom the bank had set money aside that was let go, once
// each; it tells how many letters it wrote.
func TellOfHeld(ctx context.Context, db *sqlx.DB, now time.Time, publicURL string) (int, error) {
	const find = `
		with news as (
			select committee, id, case when state = 'held' then 'held' else 'released' end as kind
			from gifts
			where state in ('held', 'release owed') and email <> '' and charged_at > $1
			union all
			select committee, id, 'released'
			from gifts
			where state in ('released', 'lapsed') and ended_at > $1 and email <> '' and charged_at > $1)
		select n.committee, n.id as gift, n.kind
		from news n
		where not exists (select from letters l where l.committee = n.committee and l.gift = n.id and l.kind = n.kind)
		order by n.committee, n.id
		limit $2 offset $3`
	return tellAll(ctx, db, now, publicURL, find, now.Add(-tellWithin), func(m matter, n news) Letter { return m.stands(n.Kind, now) })
}

// tellOnce is of how many pieces of news it is asked at a time.
const tellOnce = 200

// tellAll writes a letter of each piece of news since a moment that a question finds. The question is asked again behind those that no
// letter can be written of: they stay where they are, and hold no other.
func tellAll(ctx context.Context, db *sqlx.DB, now time.Time, publicURL, question string, since time.Time, write func(m matter, n news) Letter) (int, error) {
	wrote, stuck := 0, 0
	var wrong error
	for {
		var untold []news
		if err := db.SelectContext(ctx, &untold, question, since, tellOnce, stuck); err != nil {
			return wrote, fmt.Errorf("find what givers were not told: %w", err)
		}
		n, err := tell(ctx, db, now, publicURL, untold, write)
		if ctx.Err() != nil {
			return wrote + n, ctx.Err()
		}
		wrote, stuck, wrong = wrote+n, stuck+len(untold)-n, cmp.Or(wrong, err)
		switch {
		case len(untold) == tellOnce && wrote < tellOnce: // the rest is for the next round
		case wrong != nil:
			return wrote, fmt.Errorf("letters that can't be written, and are tried again: %d, the first: %w", stuck, wrong)
		default:
			return wrote, nil
		}
	}
}

// tell writes a letter of each piece of news, in a transaction of its own: one that can't be written does not hold the others. The
// error is why the first could not.
func tell(ctx context.Context, db *sqlx.DB, now time.Time, publicURL string, untold []news, write func(m matter, n news) Letter) (int, error) {
	read := newMatters(db, now, publicURL)
	wrote := 0
	var wrong error
	for _, n := range untold {
		m, err := read.find(ctx, n.Committee, n.Gift)
		if err == nil {
			err = pg.InTx(ctx, db, "sweep", []string{string(n.Committee)}, func(tx *sqlx.Tx) error { return put(ctx, tx, write(m, n)) })
		}
		if err == nil {
			wrote++
		}
		wrong = cmp.Or(wrong, err)
	}
	return wrote, wrong
}

// stands tells that a gift is held, or was let go.
func (m matter) stands(kind string, now time.Time) Letter {
	w := m.begin()
	w.say("letter."+kind+".text", "amount", m.Cents.Short(), "committee", m.committee.Name)
	if kind == Held {
		if m.ReleaseBy.Valid {
			w.say("letter.held.until", "day", m.day(m.ReleaseBy.Time))
		}
		if donations.NeedsProof(m.Gift) {
			w.say("letter.held.proof")
			w.link(fmt.Sprintf("%s/proof/%s?key=%s", m.site, m.ID, url.QueryEscape(m.ThanksKey)), w.T("letter.held.proof-link"))
		}
		w.say("letter.held.page")
		w.link(m.thanks(), w.T("letter.held.link"))
	}
	return m.end(w, kind, "", i18n.T(m.lang, "letter."+kind+".subject", "committee", m.committee.Name), now)
}
