package stripesim

import (
	"cmp"
	"net/http"
	"slices"
	"time"
)

// indexPage is what the front page shows.
type indexPage struct {
	Now        string
	Offset     time.Duration
	Faults     Faults
	Accounts   []indexAccount
	Cards      []indexCard
	APIVersion string
}

type indexAccount struct {
	ID, Merchant string
	Endpoints    []string
	Sessions     []indexSession
	Returns      []indexReturn
	Deliveries   []indexDelivery
}

type indexSession struct {
	ID, Created, Status, Payment, Intent string
	Amount                               int64
}

// indexReturn is money that left the balance: a refund, a dispute or a payout.
type indexReturn struct {
	Kind, ID, Created, Status, Charge string
	Amount                            int64
}

type indexDelivery struct {
	Type, Event, State, Last string
	Attempts                 int
}

type indexCard struct{ Number, Brand, Country, Funding, Says string }

// recent is how many sessions, deliveries and returns of an account the front page shows.
const recent = 12

func (s *Sim) showIndex(w http.ResponseWriter, _ *http.Request) {
	s.mu.Lock()
	page := indexPage{
		Now: s.now().Format(time.RFC1123), Offset: s.offset.Round(time.Second), Faults: s.faults, APIVersion: APIVersion,
	}
	for _, a := range s.sorted() {
		page.Accounts = append(page.Accounts, a.summary())
	}
	s.mu.Unlock()
	for _, number := range cardOrder {
		c := testCards[number]
		page.Cards = append(page.Cards, indexCard{number, c.Brand, c.Country, c.Funding, c.Says})
	}
	s.html(w, http.StatusOK, "index.html", page)
}

func (a *account) summary() indexAccount {
	out := indexAccount{ID: a.ID, Merchant: a.Merchant}
	for _, e := range a.Endpoints.list {
		if !e.Kept.Deleted {
			out.Endpoints = append(out.Endpoints, e.URL)
		}
	}
	for i := len(a.Sessions.list) - 1; i >= 0 && len(out.Sessions) < recent; i-- {
		c := a.Sessions.list[i]
		line := indexSession{ID: c.ID, Created: dated(c.Created), Status: c.Status, Payment: c.PaymentStatus, Amount: c.AmountTotal}
		if p := a.Intents.find(value(c.PaymentIntent)); p != nil {
			line.Intent = p.Status
		}
		out.Sessions = append(out.Sessions, line)
	}
	out.Returns = a.returns()
	for i := len(a.Deliveries.list) - 1; i >= 0 && len(out.Deliveries) < recent; i-- {
		d := a.Deliveries.list[i]
		line := indexDelivery{Type: d.Type, Event: d.Event, State: d.State, Attempts: len(d.Attempts)}
		if n := len(d.Attempts); n > 0 {
			if line.Last = http.StatusText(d.Attempts[n-1].Status); line.Last == "" {
				line.Last = d.Attempts[n-1].Error
			}
		}
		out.Deliveries = append(out.Deliveries, line)
	}
	return out
}

// returns gives the latest refunds, disputes and payouts, the newest first.
func (a *account) returns() []indexReturn {
	type dating struct {
		at   int64
		line indexReturn
	}
	var all []dating
	for _, r := range a.Refunds.list {
		all = append(all, dating{r.Created, indexReturn{"refund", r.ID, dated(r.Created), r.Status, r.Charge, r.Amount}})
	}
	for _, d := range a.Disputes.list {
		all = append(all, dating{d.Created, indexReturn{"dispute", d.ID, dated(d.Created), d.Status, d.Charge, d.Amount}})
	}
	for _, p := range a.Payouts.list {
		all = append(all, dating{p.Created, indexReturn{"payout", p.ID, dated(p.Created), p.Status, "", p.Amount}})
	}
	slices.SortStableFunc(all, func(x, y dating) int { return cmp.Compare(y.at, x.at) })
	var out []indexReturn
	for _, d := range all[:min(len(all), recent)] {
		out = append(out, d.line)
	}
	return out
}

func dated(at int64) string { return time.Unix(at, 0).UTC().Format(time.DateTime) }
