package letters

import (
	"context"
	"errors"
	"time"

	"github.com/jmoiron/sqlx"

	"dure/i18n"
)

// backWithin is how long after its day a giver is still told that money went back.
const backWithin = 30 * 24 * time.Hour

// TellOfBack writes to givers of what became of money that was to go back: refunds, refunds that the bank did not take, disputes
// that were lost, and requests that were declined; it tells how many letters it wrote. What was before letters about gifts were
// begun with is told to nobody.
func TellOfBack(ctx context.Context, db *sqlx.DB, now time.Time, publicURL string) (int, error) {
	began, err := Begin(ctx, db, now)
	if err != nil {
		return 0, err
	}
	since := latest(began.Truncate(time.Second), now.Add(-backWithin)) // Stripe tells moments in whole seconds
	wrote := 0
	var failed []error
	for _, ask := range []string{refundsUntold, failuresUntold, lossesUntold, declinesUntold} {
		n, err := tellAll(ctx, db, now, publicURL, ask, since, func(m matter, n news) Letter {
			switch n.Kind {
			case Refunded:
				return m.refunded(n, now)
			case RefundFailed:
				return m.refundFailed(n, now)
			case DisputeLost:
				return m.disputeLost(n, now)
			}
			return m.declined(n, now)
		})
		wrote += n
		failed = append(failed, err)
	}
	return wrote, errors.Join(failed...)
}

// Each question goes through an index of days, a committee at a time, and a day further back than the moments that count: a day
// of a committee may begin before that of the clock.
const (
	refundsUntold = `
		select b.committee, b.receipt as gift, 'refunded' as kind, b.id as about, b.cents, b.refunded_on as "on", b.stripe_refund is null as by_check,
		       (select sum(s.cents)::bigint
		        from refunds s
		        where s.committee = b.committee and s.receipt = b.receipt and (s.happened_at, s.id) <= (b.happened_at, b.id)
		          and not exists (select from refund_failures f where f.committee = s.committee and f.refund = s.id)) as sum
		from committees c
		join refunds b on b.committee = c.id and b.refunded_on >= $1::date - 1
		join gifts g on g.committee = b.committee and g.id = b.receipt
		where b.happened_at >= $1 and g.email <> ''
		  and not exists (select from refund_failures f where f.committee = b.committee and f.refund = b.id)
		  and not exists (select from letters l where l.committee = b.committee and l.gift = b.receipt and l.kind = 'refunded' and l.about = b.id)
		order by b.happened_at, b.id
		limit $2 offset $3`
	failuresUntold = `
		select b.committee, b.receipt as gift, 'refund failed' as kind, b.id as about, b.cents
		from refund_failures f
		join refunds b on b.committee = f.committee and b.id = f.refund
		join gifts g on g.committee = b.committee and g.id = b.receipt
		where f.happened_at >= $1 and g.email <> ''
		  and not exists (select from letters l where l.committee = b.committee and l.gift = b.receipt and l.kind = 'refund failed' and l.about = b.id)
		order by f.happened_at, b.id
		limit $2 offset $3`
	lossesUntold = `
		select d.committee, d.receipt as gift, 'dispute lost' as kind, d.id as about, d.cents - e.returned_cents as cents
		from committees c
		join dispute_ends e on e.committee = c.id and e.ended_on >= $1::date - 1
		join disputes d on d.committee = e.committee and d.id = e.dispute
		join gifts g on g.committee = d.committee and g.id = d.receipt
		where e.outcome = 'lost' and e.happened_at >= $1 and g.email <> ''
		  and not exists (select from letters l where l.committee = d.committee and l.gift = d.receipt and l.kind = 'dispute lost' and l.about = d.id)
		order by e.happened_at, d.id
		limit $2 offset $3`
	declinesUntold = `
		select r.committee, r.gift, 'refund declined' as kind, r.number::text as about,
		       (r.asked_at at time zone v.zone)::date as "on", d.words
		from refund_declines d
		join refund_requests r on r.committee = d.committee and r.gift = d.gift and r.number = d.number
		join gifts g on g.committee = r.committee and g.id = r.gift
		join lateral (
			select zone from committee_versions v where v.committee = r.committee order by recorded_at desc limit 1) v on true
		where d.declined_at >= $1 and g.email <> ''
		  and not exists (select from letters l where l.committee = r.committee and l.gift = r.gift and l.kind = 'refund declined' and l.about = r.number::text)
		order by d.declined_at, r.gift
		limit $2 offset $3`
)

// refunded tells that money goes back, and what is left of the gift.
func (m matter) refunded(n news, now time.Time) Letter {
	title := i18n.T(m.lang, "receipt.refunded.subject", "amount", n.Cents)
	w := m.begin()
	if n.Cents == m.Cents {
		w.say("receipt.refunded.whole", "amount", n.Cents, "recipient", m.recipient())
	} else {
		w.say("receipt.refunded.part", "amount", n.Cents, "whole", m.Cents, "recipient", m.recipient())
	}
	if n.ByCheck {
		w.say("receipt.refunded.check")
	} else {
		w.say("receipt.refunded.card")
	}
	w.facts([]fact{
		{Label: w.T("receipt.number"), Value: string(m.ID)},
		{Label: w.T("receipt.day"), Value: i18n.Day(m.lang, m.chargedOn())},
		{Label: w.T("receipt.amount"), Value: m.Cents.String()},
		{Label: w.T("receipt.refunded.day"), Value: i18n.Day(m.lang, n.On)},
		{Label: w.T("receipt.refunded.now"), Value: n.Cents.String()},
		{Label: w.T("receipt.refunded.sum"), Value: n.Sum.String()},
		{Label: w.T("receipt.refunded.stays"), Value: (m.Cents - n.Sum).String(), Sum: true},
	})
	w.say("receipt.refunded.public")
	w.say("receipt.page")
	w.link(m.thanks(), w.T("receipt.page.link"))
	return m.end(w, Refunded, n.About, title, now)
}

// refundFailed tells that the bank did not take the money, and asks where it may go.
func (m matter) refundFailed(n news, now time.Time) Letter {
	w := m.begin()
	w.say("receipt.refund-failed.text", "amount", n.Cents, "recipient", m.recipient())
	w.say("receipt.refund-failed.next", "contact", w.contact())
	w.facts([]fact{{Label: w.T("receipt.number"), Value: string(m.ID)}})
	w.say("receipt.page")
	w.link(m.thanks(), w.T("receipt.page.link"))
	return m.end(w, RefundFailed, n.About, i18n.T(m.lang, "receipt.refund-failed.subject", "amount", n.Cents), now)
}

// disputeLost tells that a gift counts no more.
func (m matter) disputeLost(n news, now time.Time) Letter {
	w := m.begin()
	w.say("receipt.disputed.text", "amount", n.Cents, "recipient", m.recipient())
	w.say("receipt.disputed.not-you", "contact", w.contact())
	w.facts([]fact{{Label: w.T("receipt.number"), Value: string(m.ID)}})
	return m.end(w, DisputeLost, n.About, i18n.T(m.lang, "receipt.disputed.subject", "recipient", m.recipient()), now)
}

// declined answers a request with the words of whoever looked at it.
func (m matter) declined(n news, now time.Time) Letter {
	w := m.begin()
	w.say("receipt.declined.text", "day", n.On, "amount", m.Cents, "recipient", m.recipient(), "committee", m.committee.Name)
	w.say("receipt.declined.words")
	w.quote(n.Words)
	w.say("receipt.declined.next", "contact", w.contact())
	w.link(m.thanks(), w.T("receipt.page.link"))
	return m.end(w, Declined, n.About, i18n.T(m.lang, "receipt.declined.subject", "recipient", m.recipient()), now)
}
