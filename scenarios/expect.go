package scenarios

import (
	"context"
	"fmt"
	"strings"

	"dure/civil"
	"dure/donations"
	"dure/money"
)

// expectationKinds lists the expectations of the grammar, in the order of its page.
func expectationKinds() []kind[expectation] {
	return []kind[expectation]{
		{"decision", "what the law said of a gift", func() expectation { return &decisionIs{} }},
		{"room", "what a giver may still give", func() expectation { return &roomIs{} }},
		{"gift", "where a gift stands, and how it was received", func() expectation { return &giftIs{} }},
		{"refused", "a step did nothing, and why", func() expectation { return &refusedIs{} }},
		{"case", "a case that a gift opened, or that it opened none", func() expectation { return &caseIs{} }},
		{"notice", "a notice that is due about a gift, and by when", func() expectation { return &noticeIs{} }},
		{"designation", "for which election a gift counts", func() expectation { return &designationIs{} }},
		{"attribution", "for whom a gift counts", func() expectation { return &attributionIs{} }},
		{"net-debts-left", "what may still be given for the debts of an election", func() expectation { return &netDebtsLeft{} }},
		{"spendable", "what a committee may spend", func() expectation { return &spendableIs{} }},
		{"multicandidate", "how a committee stands towards multicandidate status", func() expectation { return &multicandidateIs{} }},
		{"balance", "what an account of the books holds", func() expectation { return &balanceIs{} }},
		{"line", "what a line of a report says", func() expectation { return &lineIs{} }},
		{"row", "a row of a report that is about a gift", func() expectation { return &rowIs{} }},
		{"report", "a report that a filer owes, or does not", func() expectation { return &reportIs{} }},
		{"forward-by", "by when an earmarked gift must be with its candidate", func() expectation { return &forwardIs{} }},
		{"fine", "what a fine step came to", func() expectation { return &fineIs{} }},
		{"filed", "how a filed step came out", func() expectation { return &filedIs{} }},
		{"allocated", "what of a joint gift goes where", func() expectation { return &allocatedIs{} }},
		{"answer", "what a threshold, an e-filing or an independent step found", func() expectation { return &answerIs{} }},
		{"due", "the day that a deadline or an independent step found", func() expectation { return &dueIs{} }},
	}
}

// aboutGift speaks of a gift.
type aboutGift struct {
	Of string `word:"of" ref:"gift step" help:"the step that it speaks of; the one it stands under, or the last, where it is not said"`
}

func (a aboutGift) about() string { return a.Of }

// said builds what was expected and what was got from parts of which only those that are asked for count.
type said struct{ expected, got []string }

func (s *said) want(word, expected, got string) {
	s.expected = append(s.expected, word+" "+expected)
	s.got = append(s.got, word+" "+got)
}

func (s *said) text(word, expected, got string) {
	if expected != "" {
		s.want(word, expected, or(got, "none"))
	}
}

func (s *said) sum(word string, expected sum, got money.Cents) {
	if expected.Set {
		s.want(word, expected.Cents.String(), got.String())
	}
}

func (s *said) room(word string, expected most, got *decision) {
	if expected.Set {
		s.want(word, expected.String(), most{Cents: got.room, Unlimited: got.unlimited}.String())
	}
}

func (s *said) day(word string, expected, got civil.Day) {
	if !expected.IsZero() {
		s.want(word, expected.String(), or(got.String(), "none"))
	}
}

func (s *said) yes(word string, expected answer, got bool) {
	if expected.Set {
		s.want(word, yesNo(expected.Yes), yesNo(got))
	}
}

func yesNo(b bool) string {
	if b {
		return "yes"
	}
	return "no"
}

func (s *said) outcome(rules []Said) outcome {
	return outcome{strings.Join(s.expected, ", "), strings.Join(s.got, ", "), rules}
}

// decisionIs is what the law said of a gift.
type decisionIs struct {
	aboutGift
	Says  string `word:"says" need:"yes" short:"yes" one:"allow|allow-up-to|refuse|hold" help:"its verdict"`
	Rule  string `word:"rule" help:"the id of a rule that says so"`
	Room  most   `word:"room" help:"what was left before the gift"`
	Limit sum    `word:"limit" help:"of the rule that binds"`
	Known sum    `word:"known" help:"what was given and promised before"`
	Cite  string `word:"cite" help:"words of the citation of the rule that binds"`
}

func (e *decisionIs) check(_ context.Context, w *world, under *done) (outcome, error) {
	d, err := w.about(e.Of, under)
	if err != nil {
		return outcome{}, err
	}
	if d.decision == nil {
		return outcome{}, fmt.Errorf("the law was not asked about %s", d.said())
	}
	var s said
	s.want("says", e.Says, d.decision.says)
	if e.Rule != "" {
		got := strings.Join(d.decision.rules(), " and ")
		for _, r := range d.decision.rules() {
			if r == e.Rule {
				got = r
			}
		}
		s.text("rule", e.Rule, got)
	}
	s.room("room", e.Room, d.decision)
	s.sum("limit", e.Limit, d.decision.limit)
	s.sum("known", e.Known, d.decision.known)
	if e.Cite != "" {
		got := d.decision.cite
		if strings.Contains(got, e.Cite) {
			got = e.Cite
		}
		s.text("cite", e.Cite, got)
	}
	return s.outcome(d.decision.said), nil
}

// giftIs is where a gift stands.
type giftIs struct {
	aboutGift
	State    string    `word:"state" one:"open|authorised|held|capture owed|release owed|settled|released|lapsed|expired" help:"of a card gift"`
	HeldFor  []string  `word:"held-for" help:"every reason why a card gift is held"`
	Received civil.Day `word:"received" help:"the day of the receipt (11 CFR 102.8)"`
	Made     civil.Day `word:"made" help:"the day on which it was made (11 CFR 110.1(b)(6))"`
	Amount   sum       `word:"amount" help:"of the receipt"`
}

func (e *giftIs) check(ctx context.Context, w *world, under *done) (outcome, error) {
	d, err := w.about(e.Of, under)
	if err != nil {
		return outcome{}, err
	}
	var s said
	if e.State != "" || len(e.HeldFor) > 0 {
		if d.gift == "" {
			return outcome{}, fmt.Errorf("%s is no card gift that was taken", d.said())
		}
		g, err := donations.FindOf(ctx, w.db, d.committee, donations.GiftID(d.gift))
		if err != nil {
			return outcome{}, err
		}
		s.text("state", e.State, string(g.State))
		s.text("held for", strings.Join(e.HeldFor, ", "), strings.Join(g.HeldFor, ", "))
	}
	if e.Received.IsZero() && e.Made.IsZero() && !e.Amount.Set {
		return s.outcome(nil), nil
	}
	if d.receipt == "" {
		return outcome{}, fmt.Errorf("no money came of %s", d.said())
	}
	var r struct {
		Cents      money.Cents
		MadeOn     civil.Day `db:"made_on"`
		ReceivedOn civil.Day `db:"received_on"`
	}
	const find = `select cents, made_on, received_on from receipts where committee = $1 and id = $2`
	if err := w.db.GetContext(ctx, &r, find, d.committee, d.receipt); err != nil {
		return outcome{}, err
	}
	s.day("received", e.Received, r.ReceivedOn)
	s.day("made", e.Made, r.MadeOn)
	s.sum("amount", e.Amount, r.Cents)
	return s.outcome(nil), nil
}

// refusedIs is that a step did nothing.
type refusedIs struct {
	aboutGift
	Rule string `word:"rule" help:"the rule that refused"`
	Why  string `word:"why" short:"yes" help:"words of the reason"`
}

func (e *refusedIs) check(_ context.Context, w *world, under *done) (outcome, error) {
	d, err := w.about(e.Of, under)
	if err != nil {
		return outcome{}, err
	}
	var s said
	if d.refused == nil {
		s.want("refused", "yes", "no")
		return s.outcome(nil), nil
	}
	rules, whys := "", ""
	for _, f := range d.refused.Findings {
		if f.Rule == e.Rule {
			rules = f.Rule
		}
		if strings.Contains(f.Text, e.Why) {
			whys = e.Why
		}
	}
	s.want("refused", "yes", "yes")
	s.text("rule", e.Rule, or(rules, d.decision.rule))
	s.text("why", e.Why, or(whys, d.refused.Error()))
	return s.outcome(refusal(d.refused).said), nil
}
