package donations

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"time"

	"dure/money"
)

// onItsWay is how long what Stripe did may be unknown here without a question: its event is still to come, or to be applied.
const onItsWay = time.Hour

// need is a fact that Stripe knows and the books do not: what to ask Stripe for, and of which gift it is.
type need struct {
	part part // charge, refund, dispute, payout, or intent
	id   string
	gift GiftID
	at   time.Time
}

const partIntent part = "intent"

func (n need) key() key { return key{n.part, n.id} }

// rows are the kinds of movement in the order in which a treasurer reads them.
var rows = []struct {
	part part
	what string
}{
	{partCharge, "Gifts charged"},
	{partFee, "Fees that Stripe kept"},
	{partRefund, "Refunds"},
	{partRefundFailed, "Refunds that came back"},
	{partDispute, "Taken for disputes"},
	{partDisputeWon, "Given back for disputes won"},
	{partPayout, "Payouts to the bank"},
	{partPayoutFailed, "Payouts that came back"},
	{partOther, "Other movements"},
}

// pair is one movement as both sides have it.
type pair struct {
	key
	books, stripe    money.Cents
	inBooks, atThere bool
	m                movement // as Stripe tells it first
	p                posted
}

func (p *pair) difference() money.Cents { return p.books - p.stripe }

// when is the moment of a movement.
func (p *pair) when() time.Time {
	if p.atThere {
		return p.m.at
	}
	return p.p.on.Midnight()
}

// comparison holds a view of the books against a statement. It is arithmetic: it asks nobody.
type comparison struct {
	v     *view
	s     statement
	now   time.Time
	tried map[key]error // what asking Stripe for it has brought
	r     Reconciliation
	needs []need
	pairs []*pair
}

// compare tells how books and statement stand against each other, and what Stripe must be asked for to mend the books.
func compare(v *view, s statement, now time.Time, tried map[key]error) (Reconciliation, []need) {
	c := &comparison{v: v, s: s, now: now, tried: tried}
	c.r = Reconciliation{At: v.cutoff, Since: s.since, Books: v.balance, Stripe: s.balance}
	c.pairUp()
	strangers := map[string][]*pair{}
	for _, p := range c.pairs {
		if p.books == p.stripe && p.inBooks == p.atThere {
			continue
		}
		switch {
		case !p.atThere:
			c.onlyInBooks(p)
		case p.inBooks:
			c.differs(p)
		case p.part == partPayout || p.part == partPayoutFailed:
			c.payout(p)
		case c.gift(p) != nil:
			c.onlyAtStripe(p)
		default:
			by := cmp.Or(p.m.charge, p.m.transaction)
			strangers[by] = append(strangers[by], p)
		}
	}
	c.strangers(strangers)
	c.authorisations()
	c.disputes()
	c.sums()
	return c.r, c.needs
}

// pairUp brings together what is one movement on both sides, in the order of time.
func (c *comparison) pairUp() {
	byKey := map[key]*pair{}
	of := func(k key) *pair {
		if byKey[k] == nil {
			byKey[k] = &pair{key: k}
			c.pairs = append(c.pairs, byKey[k])
		}
		return byKey[k]
	}
	there := func(k key, cents money.Cents, m movement) {
		p := of(k)
		if !p.atThere || m.at.Before(p.m.at) {
			p.m = m
		}
		p.atThere, p.stripe = true, p.stripe+cents
	}
	for _, m := range c.s.moves {
		there(m.key, m.cents, m)
		if m.fee != 0 {
			there(key{partFee, m.transaction}, -m.fee, m)
		}
	}
	for k, e := range c.v.entries {
		p := of(k)
		p.inBooks, p.books, p.p = true, e.cents, e
	}
	slices.SortFunc(c.pairs, func(a, b *pair) int {
		return cmp.Or(a.when().Compare(b.when()), cmp.Compare(a.part, b.part), cmp.Compare(a.id, b.id))
	})
}

func (c *comparison) gift(p *pair) *stands { return c.v.giftOf(p.m.charge, p.m.intent, p.m.gift) }

// onlyInBooks is what Stripe's balance does not have.
func (c *comparison) onlyInBooks(p *pair) {
	charge, listed := c.s.charges[p.id]
	switch {
	case p.part == partCharge && listed && charge.captured && charge.transaction == "":
		c.named(Clearing, p.difference(), p.difference(), p.id)
		return
	case p.part == partCharge && listed:
		c.unexplained(p, "The books have it as money; at Stripe it was never captured",
			"Look at the charge in Stripe's dashboard. Nothing was received: tell whoever keeps this program, and amend what was reported.")
		return
	}
	c.unexplained(p, "The books have it, Stripe does not know it",
		"Is this the right Stripe account (dure committee stripe)? Look for the id in Stripe's dashboard; if it is not there, the entry has no money behind it.")
}

func (c *comparison) differs(p *pair) {
	c.unexplained(p, "Books and Stripe have different sums",
		"Look at both: the entry of the books ("+p.p.source+") and the transaction in Stripe's dashboard. Facts are not changed here: correct it by an entry at the desk.")
}

// payout is a payout, or its coming back, of which the books know nothing.
func (c *comparison) payout(p *pair) {
	_, booked := c.v.entries[key{partPayout, p.id}]
	switch p.m.status {
	case "pending", "in_transit":
		c.named(PayoutOnItsWay, p.difference(), p.difference(), p.id)
	case "paid":
		c.needed(p, need{part: partPayout, id: p.id, at: p.m.at})
	case "failed", "canceled":
		if booked {
			c.needed(p, need{part: partPayout, id: p.id, at: p.m.at})
			return
		}
		c.named(PayoutNeverArrived, max(p.difference(), 0), p.difference(), p.id) // gone and back: two movements that are nothing together
	default:
		c.unexplained(p, "A payout in a state that this program does not know: "+p.m.status, "Look at it in Stripe's dashboard.")
	}
}

// onlyAtStripe is a movement of a gift's money that is not booked.
func (c *comparison) onlyAtStripe(p *pair) {
	g := c.gift(p)
	n := need{part: p.part, id: p.id, gift: g.ID, at: p.m.at}
	switch p.part {
	case partCharge:
		if p.m.whole != g.Cents {
			c.unexplained(p, fmt.Sprintf("The charge is of %v, its gift %s of %v", p.m.whole, g.ID, g.Cents),
				"It can't be booked as this gift. Refund it in Stripe's dashboard, or find out how the sums came to differ.")
			return
		}
		if g.Charge != "" && g.Charge != p.id {
			c.unexplained(p, fmt.Sprintf("A second charge of gift %s, whose money came by %s", g.ID, g.Charge), "The giver was charged twice: refund this one in Stripe's dashboard.")
			return
		}
	case partFee:
		n.part, n.id = partCharge, p.m.charge
		if p.m.part == partDispute || p.m.part == partDisputeWon {
			n.part, n.id = partDispute, p.m.id
		} else if p.m.part != partCharge {
			c.unexplained(p, "A fee of Stripe's for "+p.m.kind, "Look at it in Stripe's dashboard: no fee of this kind is booked here.")
			return
		} else if p.m.whole != g.Cents || g.Charge != "" && g.Charge != p.m.charge {
			c.unexplained(p, "The fee of a charge that can't be booked", "See the charge "+p.m.charge+".")
			return
		}
	case partRefundFailed:
		n.part = partRefund
	case partDisputeWon:
		n.part = partDispute
	}
	c.needed(p, n)
}

// needed is a difference that asking Stripe mends: young, it is on its way; else it waits for somebody who asks.
func (c *comparison) needed(p *pair, n need) {
	c.needs = append(c.needs, n)
	do := "Run dure reconcile without --dry-run: it asks Stripe and books it."
	switch err := c.tried[n.key()]; {
	case err != nil:
		do = "It could not be booked: " + err.Error()
	case c.now.Sub(p.m.at) < onItsWay:
		c.named(EventToCome, p.difference(), p.difference(), p.id)
		return
	}
	c.unexplained(p, "Stripe has it, the books do not", do)
}

// strangers are movements of nobody's gift, those of one charge together: such money is in no book and no report.
func (c *comparison) strangers(by map[string][]*pair) {
	for _, id := range sortedKeys(by) {
		u := Unexplained{
			What: "Money of nobody's gift: no gift here is paid by it", At: by[id][0].when(), IDs: []string{id},
			Do: "Find out in Stripe's dashboard what it was. A gift must be refunded there, or asked for again on a donation page; nothing but gifts to the committee belongs on this account.",
		}
		for _, p := range by[id] {
			u.Books, u.Stripe = u.Books+p.books, u.Stripe+p.stripe
			if p.m.part == partOther {
				u.What, u.Do = "A movement of Stripe's own: "+p.m.kind, "Look at it in Stripe's dashboard, and tell whoever keeps this program: it has no place in the books yet."
			}
			if p.m.gift != "" {
				u.Gift = p.m.gift
				u.What = fmt.Sprintf("Money of gift %s, which is not here", p.m.gift)
				u.Do = "Was the database restored from before it? Restore a later backup; what can't be restored must be refunded in Stripe's dashboard."
				if g := c.v.gifts[p.m.gift]; g != nil {
					u.What = fmt.Sprintf("A second payment of gift %s, which is paid by %s", g.ID, g.Intent)
					u.Do = "The giver was charged twice: refund this one in Stripe's dashboard."
				}
			}
			if p.id != id {
				u.IDs = append(u.IDs, p.id)
			}
		}
		slices.Sort(u.IDs[1:])
		u.IDs = slices.Compact(u.IDs)
		if u.Books != u.Stripe {
			c.r.Unexplained = append(c.r.Unexplained, u)
		}
	}
}

// authorisations holds charges that moved no money yet, or never did, against the gifts: each charge has one state of ours.
func (c *comparison) authorisations() {
	sums := map[string]*ChargeSum{}
	count := func(state string, cents money.Cents) {
		if sums[state] == nil {
			sums[state] = &ChargeSum{State: state}
		}
		sums[state].Count++
		sums[state].Cents += cents
	}
	for _, p := range c.pairs {
		if p.part != partCharge || !p.atThere {
			continue
		}
		if g := c.gift(p); g != nil && (g.Charge == p.id || g.Charge == "") {
			count(string(g.State), p.stripe)
		} else {
			count("nobody's", p.stripe)
		}
	}
	for _, id := range sortedKeys(c.s.charges) {
		charge := c.s.charges[id]
		if charge.captured && charge.transaction != "" {
			continue // counted as a movement
		}
		g := c.v.giftOf(charge.id, charge.intent, charge.gift)
		switch {
		case !charge.paid:
			count("declined", charge.cents)
		case g == nil:
			count("nobody's", charge.cents)
			if !charge.gone && !charge.captured {
				c.named(StrangeAuthorisation, charge.cents, 0, id)
			}
		default:
			count(string(g.State), charge.cents)
			c.authorisation(charge, g)
		}
	}
	for _, s := range sums {
		c.r.Charges = append(c.r.Charges, *s)
	}
	slices.SortFunc(c.r.Charges, func(a, b ChargeSum) int { return cmp.Compare(a.State, b.State) })
	for _, id := range sortedKeys(c.v.gifts) {
		g := c.v.gifts[id]
		_, listed := c.s.charges[g.Charge]
		if g.Charge != "" && !listed && !g.State.Ended() && g.Charged.Before(c.v.cutoff) {
			c.unexplain(Unexplained{
				What: "A gift is " + string(g.State) + " here by a charge that Stripe does not know", Gift: g.ID, IDs: []string{g.Charge}, At: g.Charged,
				Do: "Is this the right Stripe account (dure committee stripe)? Nothing is charged and nothing is booked.",
			})
		}
	}
}

// authorisation is a charge of a gift's that is not in the balance.
func (c *comparison) authorisation(charge charged, g *stands) {
	waits := g.State == Authorised || g.State == Held || g.State == CaptureOwed || g.State == ReleaseOwed
	switch {
	case g.Changed.After(c.v.cutoff), charge.captured && g.State == Settled, charge.gone && g.State.Ended() && g.State != Settled:
		return // it went on while we looked, or both agree; money in the books is told of there
	case !charge.gone && !charge.captured && waits:
		c.named(map[State]string{Authorised: NotCaptured, Held: HeldForPerson, CaptureOwed: NotCaptured, ReleaseOwed: BeingReleased}[g.State], charge.cents, 0, charge.id)
		return
	case g.State == Settled && g.Charge == charge.id:
		return
	}
	n := need{part: partIntent, id: charge.intent, gift: g.ID, at: charge.at}
	c.needs = append(c.needs, n)
	if c.now.Sub(charge.at) < onItsWay {
		c.named(EventToCome, charge.cents, 0, charge.id)
		return
	}
	how := "authorised"
	if charge.captured {
		how = "captured"
	} else if charge.gone {
		how = "let go"
	}
	do := "Run dure reconcile without --dry-run: it asks Stripe and takes the answer."
	if c.tried != nil {
		do = "If the charge still holds the giver's money, cancel it in Stripe's dashboard."
	}
	if err := c.tried[n.key()]; err != nil {
		do = "Stripe was asked: " + err.Error()
	}
	c.unexplain(Unexplained{What: "At Stripe the charge is " + how + ", here its gift is " + string(g.State), Gift: g.ID, IDs: []string{charge.id}, At: charge.at, Do: do})
}

// disputes are decided at Stripe and not here: a loss moves no money there, and yet must be booked.
func (c *comparison) disputes() {
	status := map[string]string{}
	for _, m := range c.s.moves {
		if m.part == partDispute {
			status[m.id] = m.status
		}
	}
	maps.Copy(status, c.s.disputes)
	for _, id := range sortedKeys(c.v.open) {
		if status[id] != "lost" {
			continue
		}
		n := need{part: partDispute, id: id, gift: c.v.open[id], at: c.now}
		c.needs = append(c.needs, n)
		do := "Run dure reconcile without --dry-run: it books the loss."
		if err := c.tried[n.key()]; err != nil {
			do = "It could not be booked: " + err.Error()
		}
		c.unexplain(Unexplained{What: "The dispute is lost at Stripe, and open in the books", Gift: n.gift, IDs: []string{id}, At: c.now, Do: do})
	}
}

// sums adds up both sides by kind; what is left over moved before the comparison begins.
func (c *comparison) sums() {
	byPart := map[part]*Row{}
	var books, stripe money.Cents
	for _, p := range c.pairs {
		if byPart[p.part] == nil {
			byPart[p.part] = &Row{}
		}
		byPart[p.part].Books += p.books
		byPart[p.part].Stripe += p.stripe
		books, stripe = books+p.books, stripe+p.stripe
	}
	for _, row := range rows {
		if r := byPart[row.part]; r != nil {
			c.r.Rows = append(c.r.Rows, Row{row.what, r.Books, r.Stripe})
		}
	}
	rest := Row{"All before", c.r.Books - books, c.r.Stripe - stripe}
	c.r.rest = rest.Difference()
	switch {
	case !c.s.since.IsZero():
		c.r.Rows = append(c.r.Rows, rest)
		if c.r.rest != 0 {
			c.unexplain(Unexplained{
				What: "Books and Stripe part before the day from which movements were compared", Books: rest.Books, Stripe: rest.Stripe, At: c.s.since,
				Do: "Run dure reconcile with an earlier --since, or without it.",
			})
		}
	case c.r.rest != 0:
		c.unexplain(Unexplained{
			What: "Stripe's balance is not the sum of its movements", Books: rest.Books, Stripe: rest.Stripe, At: c.now,
			Do: "Run dure reconcile again; if it stays, ask Stripe's support for the balance of this account.",
		})
	}
	for _, currency := range sortedKeys(c.s.foreign) {
		c.unexplain(Unexplained{
			What: fmt.Sprintf("The account holds %v in %s", c.s.foreign[currency].Plain(), currency), At: c.now,
			Do: "The books are in United States dollars alone: find out in Stripe's dashboard whose it is.",
		})
	}
}

func (c *comparison) named(kind string, cents, difference money.Cents, id string) {
	i := slices.IndexFunc(c.r.Named, func(n Named) bool { return n.Kind == kind })
	if i < 0 {
		c.r.Named = append(c.r.Named, Named{Kind: kind})
		i = len(c.r.Named) - 1
	}
	n := &c.r.Named[i]
	n.Cents += cents
	n.Difference += difference
	if !slices.Contains(n.IDs, id) { // a payout and its coming back have one
		n.IDs = append(n.IDs, id)
	}
	n.Count = len(n.IDs)
}

func (c *comparison) unexplained(p *pair, what, do string) {
	u := Unexplained{What: string(p.part) + ": " + what, IDs: []string{p.id}, Books: p.books, Stripe: p.stripe, At: p.when(), Do: do}
	if p.m.charge != "" && p.m.charge != p.id {
		u.IDs = append(u.IDs, p.m.charge)
	}
	if g := c.gift(p); g != nil {
		u.Gift = g.ID
	} else if g := c.v.byCharge[p.id]; g != nil {
		u.Gift = g.ID
	}
	c.unexplain(u)
}

func (c *comparison) unexplain(u Unexplained) { c.r.Unexplained = append(c.r.Unexplained, u) }
