package rules

import (
	"slices"

	"dure/civil"
	"dure/money"
)

// Verdict is what the law says of a gift, or one rule of it.
type Verdict string

// The verdicts.
const (
	Allow     Verdict = "allow"
	AllowUpTo Verdict = "allow-up-to" // what fits is Decision.Room
	Refuse    Verdict = "refuse"
	Hold      Verdict = "hold" // a person must look; up to Decision.Room passes without
)

// Asked is one rule that fits a gift, and what it said.
type Asked struct {
	ID        string
	Cite      string
	Pack      string
	Status    string
	Says      Verdict
	Limit     money.Cents // its sum; 0 where it has none
	Known     money.Cents // given and promised before that counts towards it
	Settled   money.Cents // the part of Known that is money received
	Room      money.Cents // what it leaves; meaningless when Unlimited
	Unlimited bool
	Why       string // in plain English, where the sum alone does not say it
}

// Decision is what the law says of a gift, with every rule that was asked.
type Decision struct {
	Verdict   Verdict
	Room      money.Cents // the most that the law lets pass by itself; meaningless when Unlimited
	Unlimited bool
	Rule      string // the id of the rule that binds
	Limit     Limit  // that rule's row; of a rule that is no limit its Row alone
	Asked     []Asked
	Packs     []PackRef // whose rules were asked: the regime's, then those above
}

// IDs of answers that no row gives.
const (
	NoRule    = "no-rule"    // no row fits
	NoPack    = "no-pack"    // no law is carried for the regime
	NoOffice  = "no-office"  // the pack does not know the candidate's office
	NoPast    = "no-past"    // the pack says nothing of elections that are over, or the day of the vote is not known
	BadAmount = "bad-amount" // less than nothing
)

// Decide asks every rule that fits the gift. Prohibitions of the regime and of all above it come first, then windows and
// elections that are over, then the limits; the smallest room binds, and where no row fits a person must look. The gift is
// allowed exactly when it is no more than the room.
func (l *Law) Decide(g Gift) Decision {
	g.Giver, g.ElectionKind = giverKind(g.Giver), ballotKind(g.ElectionKind)
	q := question{law: l, gift: &g, cents: max(g.Cents, 1)}
	q.own = l.packs[g.Regime]
	if q.own == nil {
		q.says(Asked{ID: NoPack, Why: "no law is carried for " + g.Regime}, Limit{}, true)
		return q.decision()
	}
	for _, p := range l.chain(g.Regime) {
		ref, _ := l.Ref(p.Pack)
		q.packs = append(q.packs, ref)
	}
	if g.Cents < 0 {
		q.says(Asked{ID: BadAmount, Why: "a gift is more than nothing"}, Limit{}, true)
		return q.decision()
	}
	at := cell{g.Regime, known(givers, g.Giver), known(recipients, g.To)}
	rows := l.table[at]
	q.asks = make([]answer, 0, len(rows)+2)
	q.askLimits(rows, true)
	q.askWindows()
	if g.To == "candidate" {
		q.askPast()
	}
	q.askLimits(rows, false)
	q.askSilence(at)
	return q.decision()
}

// question is one gift on its way through the rules.
type question struct {
	law      *Law
	gift     *Gift
	own      *Pack
	packs    []PackRef
	cents    money.Cents
	asks     []answer
	unknown  []string // facts that nobody knows and that are tried both ways
	covering []needs  // rows of the regime that fit, by the unknown facts that they need
}

// answer is what a rule said: beyond its room it refuses, or it holds.
type answer struct {
	Asked
	limit Limit
	holds bool
}

// needs is what unknown facts must be for a row to fit: bits of question.unknown.
type needs struct{ care, want uint }

func (q *question) says(a Asked, row Limit, holds bool) {
	switch {
	case a.Unlimited || q.cents <= a.Room:
		a.Says = Allow
	case holds:
		a.Says = Hold
	case a.Room == 0:
		a.Says = Refuse
	default:
		a.Says = AllowUpTo
	}
	q.asks = append(q.asks, answer{a, row, holds})
}

// askLimits asks the prohibitions, or the rows that are none.
func (q *question) askLimits(rows []entry, prohibitions bool) {
	for i := range rows {
		e := &rows[i]
		if (e.row.Sum == Prohibited) == prohibitions && e.narrows(q.gift) {
			q.askLimit(e)
		}
	}
}

func (q *question) askLimit(e *entry) {
	r := e.row
	lapsed, fits := e.inForce(q.gift)
	if !fits {
		return
	}
	need, fits, must := q.stands(e.when)
	if !fits {
		return
	}
	if e.own && !e.side {
		q.covering = append(q.covering, need)
	}
	a := Asked{ID: r.ID, Cite: r.Cite, Pack: e.pack.Pack, Status: r.Status, Limit: r.Cents}
	holds := !q.law.inForce(e.pack) || r.Status != "published"
	switch {
	case r.By != "made" && r.day(q.gift).IsZero():
		holds, a.Why = true, "the day that picks the row is not known"
	case must != "":
		holds, a.Why = true, must+" is not known"
	case lapsed && r.Gap == "hold":
		holds, a.Why = true, "the row ended on "+r.Until.String()+" and no next one is known"
	case r.Sum == Unknown:
		holds, a.Why = true, "what the law allows here is not known"
	case r.Sum == Prohibited:
		if need.care != 0 {
			holds, a.Why = true, "it is prohibited if what is not known is so"
		}
	case r.Per == "election" && q.gift.Election == "":
		holds, a.Why = true, "no election is named"
	case r.Sum == Unlimited:
		a.Unlimited = true
	default:
		a.Known, a.Settled = r.counting(q.gift).sum()
		a.Room = max(0, r.Cents-a.Known)
	}
	if lapsed && r.Gap == "last" {
		holds, a.Why = true, "the row ended on "+r.Until.String()+": its last sum passes, more waits"
	}
	q.says(a, *r, holds)
}

// stands tells whether facts may be as a row needs them, what of the unknown it needs, and which unknown fact makes it hold
// whatever the row says.
func (q *question) stands(when []want) (n needs, fits bool, must string) {
	for _, w := range when {
		if is, known := q.gift.Facts[w.name]; known {
			if is != w.is {
				return needs{}, false, ""
			}
			continue
		}
		switch w.unknown {
		case "no":
			if w.is {
				return needs{}, false, ""
			}
		case "hold":
			must = w.name
			fallthrough
		default:
			at := slices.Index(q.unknown, w.name)
			if at < 0 {
				at = len(q.unknown)
				q.unknown = append(q.unknown, w.name)
			}
			n.care |= 1 << at
			if w.is {
				n.want |= 1 << at
			}
		}
	}
	return n, true, must
}

// askWindows asks whether the recipient may take money on the day at all.
func (q *question) askWindows() {
	g, class := q.gift, q.own.class(q.gift.Office)
	for i := range q.own.Windows {
		w := &q.own.Windows[i]
		if !w.on(g.Made) || !takes(w.To, g.To) || g.ElectionKind != "" && !among(w.Elections, g.ElectionKind) || g.To == "candidate" && !among(w.Offices, class) {
			continue
		}
		need, fits, must := q.stands(q.law.wants(q.own, w.When))
		if !fits {
			continue
		}
		open, sure := q.law.open(w, g)
		if !open {
			continue
		}
		a := Asked{ID: w.ID, Cite: w.Cite, Pack: q.own.Pack, Status: w.Status}
		holds := !q.law.inForce(q.own) || w.Status != "published" || w.Effect == "hold"
		switch {
		case must != "":
			holds, a.Why = true, must+" is not known"
		case need.care != 0:
			holds, a.Why = true, "the window binds if what is not known is so"
		case !sure:
			holds, a.Why = true, "the days of the window are expected, not confirmed"
		}
		q.says(a, Limit{Row: w.Row}, holds)
	}
}

// open tells whether a window is open on the day of the gift, and whether its days are confirmed.
func (l *Law) open(w *Window, g *Gift) (open, sure bool) {
	if w.Election != "" {
		if ballotKind(g.ElectionKind) != w.Election || g.ElectionDay.IsZero() {
			return false, false
		}
		return !g.Made.Before(g.ElectionDay.Add(-w.Before)) && !g.Made.After(g.ElectionDay.Add(w.After)), true
	}
	for _, s := range l.calendars[w.Calendar] {
		if !g.Made.Before(s.From.Add(-w.Before)) && (s.Until.IsZero() || !g.Made.After(s.Until.Add(w.After))) {
			if s.Status == "published" && !s.Until.IsZero() {
				return true, true
			}
			open = true
		}
	}
	return open, false
}

// askPast asks what may still be given for an election that is over.
func (q *question) askPast() {
	g := q.gift
	if g.ElectionDay.IsZero() {
		if g.Election != "" {
			q.says(Asked{ID: NoPast, Pack: q.own.Pack, Why: "the day of the vote is not known"}, Limit{}, true)
		}
		return
	}
	if !g.Made.After(g.ElectionDay) {
		return
	}
	for i := range q.own.Past {
		p := &q.own.Past[i]
		if !p.on(g.Made) || !takes(p.To, g.To) || !among(p.Elections, g.ElectionKind) {
			continue
		}
		a := Asked{ID: p.ID, Cite: p.Cite, Pack: q.own.Pack, Status: p.Status}
		switch {
		case p.Allow != "net-debts":
			a.Why = "the election is over"
		case p.Days > 0 && g.Made.After(g.ElectionDay.Add(p.Days)):
			a.Why = "the election is over, and so is the time for its debts"
		case !g.HasNetDebts:
			a.Why = "the election is over, and no debts of it are attested"
		default:
			a.Limit, a.Room, a.Why = max(0, g.NetDebts), max(0, g.NetDebts), "the election is over: its net debts are the most"
		}
		q.says(a, Limit{Row: p.Row}, !q.law.inForce(q.own) || p.Status != "published")
		return
	}
	q.says(Asked{ID: NoPast, Pack: q.own.Pack, Why: "the pack says nothing of elections that are over"}, Limit{}, true)
}

// askSilence holds where the regime's own rows leave some case of the gift without an answer.
func (q *question) askSilence(at cell) {
	if q.gift.To == "candidate" && len(q.own.Offices) > 0 && q.own.class(q.gift.Office) == "" {
		q.says(Asked{ID: NoOffice, Pack: q.own.Pack, Why: "the pack knows no such office"}, Limit{}, true)
		return
	}
	if at.giver == "" || at.to == "" || len(q.unknown) > 8 || !q.covered() {
		q.says(Asked{ID: NoRule, Pack: q.own.Pack, Why: "no row of the law fits"}, Limit{}, true)
	}
}

// covered tries what is unknown every way: each must find a row.
func (q *question) covered() bool {
	for facts := range uint(1) << len(q.unknown) {
		if !slices.ContainsFunc(q.covering, func(n needs) bool { return facts&n.care == n.want }) {
			return false
		}
	}
	return true
}

var weight = map[Verdict]int{Allow: 0, AllowUpTo: 1, Hold: 2, Refuse: 3}

// decision puts the answers together: the gravest verdict stands, and among its rules the one with the smallest room.
func (q *question) decision() Decision {
	d := Decision{Verdict: Allow, Unlimited: true, Packs: q.packs, Asked: make([]Asked, len(q.asks))}
	binds := -1
	for i := range q.asks {
		a := &q.asks[i]
		d.Asked[i] = a.Asked
		if !a.Unlimited && (d.Unlimited || a.Room < d.Room) {
			d.Unlimited, d.Room = false, a.Room
		}
		if binds < 0 || graver(a, &q.asks[binds]) {
			binds = i
		}
	}
	if binds >= 0 {
		b := &q.asks[binds]
		d.Verdict, d.Rule, d.Limit = b.Says, b.ID, b.limit
	}
	return d
}

func graver(a, b *answer) bool {
	if a.Says != b.Says {
		return weight[a.Says] > weight[b.Says]
	}
	return !a.Unlimited && (b.Unlimited || a.Room < b.Room)
}

// day gives the day of a gift by which a row is picked.
func (r *Limit) day(g *Gift) civil.Day {
	switch r.By {
	case "cycle":
		return g.CycleEnds
	case "vote":
		return g.ElectionDay
	default:
		return g.Made
	}
}
