package web

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/jmoiron/sqlx"

	"dure/civil"
	"dure/compliance"
	"dure/compliance/fec"
	"dure/donations"
	"dure/ledger"
	"dure/letters"
	"dure/money"
	"dure/registry"
	"dure/staff"
)

// dueItem is one thing that is due, with the one act that settles it.
type dueItem struct {
	Left              int // days
	Clock             clock
	Now               bool // it is time to be loud
	Title, Text, Cite string
	Act, Href         string
}

// due makes an item of a clock of the law.
func due(d compliance.Due) dueItem {
	return dueItem{Left: d.DaysLeft, Clock: clockOf(d.DaysLeft, d.Days), Now: d.Alarm, Cite: d.Cite}
}

type todayPage struct {
	deskFrame
	DayWords, Lead string
	Due            []dueItem
	Latest         []giftRow
	Money          moneyToday
	Held           []heldLine
	HeldSum        money.Cents
	SetAside       int
	GivenUp        []givenUp
	Letters        letters.Box
	NoAccount      bool                     // the committee can't take cards
	Unpublished    []compliance.Publication // languages that were begun, and lack approvals now
}

// moneyToday is where the cash lies, and what of it may be spent.
type moneyToday struct {
	Bank, Stripe, InDispute, Undeposited, Cash money.Cents
	Held, Doubt                                money.Cents // below zero: they are taken off
	Free                                       money.Cents
}

// givenUp is a gift that has not ended, and with it a call to Stripe that was refused for good.
type givenUp struct {
	ID      donations.GiftID
	Name    string
	Verb    string
	Refused string
	Calls   int
}

type heldLine struct {
	ID, Name, Reasons, Left string
	Cents                   money.Cents
}

// today shows what is due. Members who see gifts alone have no Today: they go to the gifts.
func (d *Desk) today(w http.ResponseWriter, r *http.Request, v visit) error {
	if !v.can(staff.SeeBooks) {
		http.Redirect(w, r, v.at("gifts"), http.StatusSeeOther)
		return nil
	}
	ctx := r.Context()
	frame, err := d.frameOf(r, v, "Today", "Today")
	if err != nil {
		return err
	}
	page := todayPage{deskFrame: frame, DayWords: v.Today.Midnight().Format("Monday 2 January")}
	held, err := donations.HeldGifts(ctx, d.DB, v.Committee.ID)
	if err != nil {
		return err
	}
	cases, err := compliance.Cases(ctx, d.DB, v.Committee.ID, v.Today)
	if err != nil {
		return err
	}
	if page.Due, err = d.dueToday(ctx, v, held, cases); err != nil {
		return err
	}
	page.Lead = dueLead(page.Due)
	if page.Money, err = moneyOf(ctx, d.DB, v, cases); err != nil {
		return err
	}
	for _, g := range held {
		page.HeldSum += g.Cents
		page.Held = append(page.Held, heldLine{
			ID: string(g.ID), Name: g.Name(), Cents: g.Cents, Reasons: reasonShort(g),
			Left: untilWords(v.Now, g.ReleaseBy.Time, v.Committee.Location()),
		})
	}
	if page.Latest, _, err = listGifts(ctx, d.DB, v, giftSift{}, 6); err != nil {
		return err
	}
	_, err = d.Accounts.WebhookSecret(ctx, v.Committee.ID)
	if page.NoAccount = errors.Is(err, donations.ErrNoAccount); err != nil && !page.NoAccount {
		return err
	}
	const aside = `select count(*) from events where committee = $1 and state = 'set aside'`
	if err := d.DB.GetContext(ctx, &page.SetAside, aside, v.Committee.ID); err != nil {
		return fmt.Errorf("count events set aside: %w", err)
	}
	if page.GivenUp, err = givenUpLately(ctx, d.DB, v); err != nil {
		return err
	}
	if page.Letters, err = letters.Count(ctx, d.DB, v.Committee.ID); err != nil {
		return err
	}
	if page.Unpublished, err = unpublished(ctx, d.DB, v); err != nil {
		return err
	}
	return d.show(w, r, http.StatusOK, "today", page)
}

// GivenUpCalls is how many calls were given up, of all the gifts.
func (p todayPage) GivenUpCalls() int {
	n := 0
	for _, g := range p.GivenUp {
		n += g.Calls
	}
	return n
}

// givenUpLately lists the gifts whose next step may be stuck: of the last seven days, the last refused first.
func givenUpLately(ctx context.Context, q sqlx.QueryerContext, v visit) ([]givenUp, error) {
	const list = `
		select g.id, g.given_name || ' ' || g.family_name as name,
		       (array_agg(c.verb order by c.done_at desc))[1] as verb,
		       (array_agg(c.last_error order by c.done_at desc))[1] as refused, count(*) as calls
		from owed_calls c
		join gifts g on g.committee = c.committee and g.id = c.gift
		where c.committee = $1 and c.state = 'given up' and c.done_at > $2::timestamptz - interval '7 days'
		  and g.state not in ('settled', 'released', 'lapsed', 'expired')
		group by g.id, g.given_name, g.family_name
		order by max(c.done_at) desc, g.id`
	var out []givenUp
	if err := sqlx.SelectContext(ctx, q, &out, list, v.Committee.ID, v.Now); err != nil {
		return nil, fmt.Errorf("list calls given up: %w", err)
	}
	for i, g := range out {
		out[i].Verb = orElse(callWords[g.Verb], g.Verb)
	}
	return out, nil
}

// dueToday gathers what is due, the most pressing first.
func (d *Desk) dueToday(ctx context.Context, v visit, held []donations.Gift, cases []compliance.Case) ([]dueItem, error) {
	forwards, err := d.forwardsDue(ctx, v)
	if err != nil {
		return nil, err
	}
	checks, err := compliance.Undeposited(ctx, d.DB, v.Committee.ID, v.Today)
	if err != nil {
		return nil, err
	}
	reports, err := d.reportsDue(ctx, v)
	if err != nil {
		return nil, err
	}
	asks, err := d.lacksDue(ctx, v)
	if err != nil {
		return nil, err
	}
	law, err := d.lawDue(ctx, v)
	if err != nil {
		return nil, err
	}
	asked, err := d.askedDue(ctx, v)
	if err != nil {
		return nil, err
	}
	items := slices.Concat(law, asked, forwards, checksDue(v, checks), heldDue(v, held), casesDue(v, cases), asks, reports)
	slices.SortStableFunc(items, func(a, b dueItem) int { return cmp.Compare(a.Left, b.Left) })
	return items, nil
}

func dueLead(items []dueItem) string {
	now := 0
	for _, i := range items {
		if i.Now {
			now++
		}
	}
	switch {
	case len(items) == 0:
		return "Nothing is due."
	case len(items) == 1 && now == 1:
		return "One thing is due, and it presses."
	case len(items) == 1:
		return "One thing is due."
	case now == 0:
		return inWords(len(items)) + " things are due."
	case now == 1:
		return inWords(len(items)) + " things are due. One of them presses."
	}
	return fmt.Sprintf("%s things are due. %s of them press.", inWords(len(items)), inWords(now))
}

// forwardsDue makes one item for each candidate who waits for money; its clock is that of the oldest gift.
func (d *Desk) forwardsDue(ctx context.Context, v visit) ([]dueItem, error) {
	earmarks, err := compliance.ForwardsDue(ctx, d.DB, v.Committee.ID, v.Today)
	if err != nil {
		return nil, err
	}
	var order []registry.CandidateID
	byCandidate := map[registry.CandidateID][]compliance.Earmark{}
	for _, e := range earmarks {
		if byCandidate[e.Candidate] == nil {
			order = append(order, e.Candidate)
		}
		byCandidate[e.Candidate] = append(byCandidate[e.Candidate], e)
	}
	var items []dueItem
	for _, id := range order {
		candidate, err := registry.FindCandidate(ctx, d.DB, id, time.Time{})
		if err != nil {
			return nil, err
		}
		gifts := byCandidate[id]
		var sum money.Cents
		for _, e := range gifts {
			sum += e.Cents
		}
		i := due(gifts[0].Due)
		i.Title = "Forward " + usd(sum) + " to " + candidate.CommitteeName
		which := "An earmarked gift received"
		if len(gifts) > 1 {
			which = plural(len(gifts), "earmarked gift") + ", the oldest received"
		}
		i.Text = fmt.Sprintf("%s %s. Due %s.", which, gifts[0].ReceivedOn.Spoken(), gifts[0].Due.On.Spoken())
		i.Act, i.Href = "Write the forward", v.at("forwards")+"#"+string(id)
		items = append(items, i)
	}
	return items, nil
}

func checksDue(v visit, checks []compliance.Check) []dueItem {
	if len(checks) == 0 {
		return nil
	}
	var sum money.Cents
	for _, c := range checks {
		sum += c.Cents
	}
	i := due(checks[0].Due)
	i.Title = "Deposit " + plural(len(checks), "check") + ", " + usd(sum)
	which := "Of %s, received %s. Due %s."
	if len(checks) > 1 {
		which = "The oldest, of %s, was received %s. Due %s."
	}
	i.Text = fmt.Sprintf(which, checks[0].Giver, checks[0].ReceivedOn.Spoken(), checks[0].Due.On.Spoken())
	i.Act, i.Href = "Record the deposit", v.at("receipts")+"#deposit"
	return []dueItem{i}
}

func heldDue(v visit, held []donations.Gift) []dueItem {
	if len(held) == 0 {
		return nil
	}
	first := held[0]
	i := heldClock(v, first)
	why := reasonsOf(first)
	i.Title = "Decide on one gift that is held"
	i.Text = fmt.Sprintf("%s from %s. %s Let go by itself in %s.", usd(first.Cents), first.Name(), why[0].Text, strings.TrimSuffix(untilWords(v.Now, first.ReleaseBy.Time, v.Committee.Location()), " left"))
	i.Cite, i.Act, i.Href = why[0].Cite, "Decide", v.at("gifts", string(first.ID))+"#decision"
	if len(held) > 1 {
		i.Title = fmt.Sprintf("Decide on %d gifts that are held", len(held))
		i.Text = "The first is " + i.Text
		i.Href = v.at("held")
	}
	return []dueItem{i}
}

// heldClock runs from the charge's authorisation to the moment at which the gift is let go.
func heldClock(v visit, g donations.Gift) dueItem {
	zone := v.Committee.Location()
	ends := civil.In(g.ReleaseBy.Time, zone)
	left := ends.Sub(v.Today)
	return dueItem{Left: left, Clock: clockOf(left, ends.Sub(civil.In(g.ChargedAt.Time, zone))), Now: left <= 2}
}

// casesDue makes an item of each of the first few cases, and one of all others.
func casesDue(v visit, cases []compliance.Case) []dueItem {
	const few = 5
	var items []dueItem
	for n, c := range cases {
		i := due(dueOf(v, c))
		i.Title = "Settle " + caseTitle(c)
		i.Text = caseText(c) + " Due " + c.DueOn.Spoken() + "."
		if c.Kind == paidBack {
			i.Title = fmt.Sprintf("Ask for %s that went back to %s", usd(c.Excess), c.Giver)
			i.Text = caseText(c) + " The candidate’s committee is asked for it. Due " + c.DueOn.Spoken() + "."
		}
		i.Act, i.Href = "Open the case", v.at("cases", c.ID)
		if n == few && len(cases) > few+1 {
			i.Title = fmt.Sprintf("Settle %d more cases", len(cases)-few)
			i.Text = "The first of them is due " + c.DueOn.Spoken() + "."
			i.Act, i.Href = "See the cases", v.at("cases")
			return append(items, i)
		}
		items = append(items, i)
	}
	return items
}

// reportsDue gives the reports whose period is over, and the one that comes next when there is none.
func (d *Desk) reportsDue(ctx context.Context, v visit) ([]dueItem, error) {
	var due, next []dueItem
	for _, year := range []int{v.Today.Year() - 1, v.Today.Year()} {
		list, err := compliance.ReportList(ctx, d.DB, v.Committee.ID, year, v.Now)
		if err != nil {
			return nil, err
		}
		for _, p := range list {
			switch p.State {
			case compliance.PeriodDue:
				due = append(due, reportDue(v, p.Period, "Preview"))
			case compliance.PeriodCurrent:
				next = append(next, reportDue(v, p.Period, "Look ahead"))
			}
		}
	}
	if len(due) > 0 {
		return due, nil
	}
	return next, nil
}

func reportDue(v visit, p compliance.Period, act string) dueItem {
	left := p.Due.Sub(v.Today)
	return dueItem{
		Left: left, Clock: clockOf(left, p.Due.Sub(p.Through)), Now: left <= 3,
		Title: fec.ReportName(p.Code) + " report, " + p.Name,
		Text:  fmt.Sprintf("Covers %s to %s. Due %s, 11:59 p.m. Eastern.", p.From.Spoken(), p.Through.Spoken(), p.Due.Spoken()),
		Cite:  p.Cite, Act: act, Href: v.at("reports", p.Name),
	}
}

// moneyOf asks the books where the cash lies. What is held for candidates, in dispute, or the excess of an open case is
// cash that is not the committee's to spend.
func moneyOf(ctx context.Context, q sqlx.QueryerContext, v visit, cases []compliance.Case) (moneyToday, error) {
	b, err := ledger.Balances(ctx, q, v.Committee.ID, v.Today, time.Time{})
	if err != nil {
		return moneyToday{}, err
	}
	m := moneyToday{
		Bank: b[ledger.Bank], Stripe: b[ledger.Stripe], InDispute: b[ledger.InDispute], Undeposited: b[ledger.Undeposited],
		Cash: ledger.Cash(b), Held: b[ledger.Held], Doubt: -b[ledger.InDispute],
	}
	for _, c := range cases {
		if c.Candidate == "" { // an earmarked excess is among what is held
			m.Doubt -= c.Left
		}
	}
	m.Free = m.Cash + m.Held + m.Doubt
	return m, nil
}
