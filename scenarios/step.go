package scenarios

import (
	"context"

	"dure/civil"
)

// stepKinds lists the steps of the grammar, in the order of its page.
func stepKinds() []kind[step] {
	return []kind[step]{
		{"at", "the clock moves on", func() step { return &at{} }},
		{"committee", "a committee of this installation", func() step { return &committee{} }},
		{"books", "the books of a committee begin", func() step { return &books{} }},
		{"sign", "a treasurer or counsel answers for a rule pack", func() step { return &sign{} }},
		{"affiliation", "a committee joins, or leaves, a group of affiliated committees", func() step { return &affiliation{} }},
		{"candidate", "somebody stands for office", func() step { return &candidate{} }},
		{"election", "an election with a limit of its own", func() step { return &election{} }},
		{"outcome", "how a candidate came out of an election", func() step { return &outcomeOf{} }},
		{"donor", "somebody who gives", func() step { return &donor{} }},
		{"status", "what is known of a donor, on which the law hangs", func() step { return &status{} }},
		{"ask", "the law is asked about a gift; nothing is stored", func() step { return &ask{} }},
		{"recurring", "an instalment falls due: the law is asked, and with taken the card is charged all the same", func() step { return &recurring{} }},
		{"card", "a gift by card on a page: the form, the authorisation, the judgement, the capture", func() step { return &card{} }},
		{"decide", "a person decides on a held card gift", func() step { return &decide{} }},
		{"vendor", "a card gift by a page of somebody else, who takes a fee", func() step { return &vendor{} }},
		{"check", "a check that came", func() step { return &check{} }},
		{"cash", "cash that came", func() step { return &cash{} }},
		{"wire", "a transfer that came to the bank", func() step { return &wire{} }},
		{"in-kind", "goods or services that were given", func() step { return &inKind{} }},
		{"deposit", "checks and cash go to the bank", func() step { return &deposit{} }},
		{"refund", "money goes back to the giver", func() step { return &refund{} }},
		{"dispute", "a cardholder's bank takes a card gift back", func() step { return &dispute{} }},
		{"transfer", "money goes from one committee of the installation to another", func() step { return &transfer{} }},
		{"expenditure", "a committee pays somebody", func() step { return &expenditure{} }},
		{"contribution", "a committee gives of its own to a candidate", func() step { return &contribution{} }},
		{"forward", "earmarked gifts are sent on", func() step { return &forward{} }},
		{"arrival", "forwarded gifts come to the candidate's own committee", func() step { return &arrival{} }},
		{"attribute", "a gift is shared out among partners", func() step { return &attribute{} }},
		{"designate", "the giver says after all for which election a gift is", func() step { return &designate{} }},
		{"redesignate", "a part of a gift is to count for another election", func() step { return &redesignate{} }},
		{"reattribute", "a part of a gift is to count for another person", func() step { return &reattribute{} }},
		{"doubt", "a gift may come from somebody who may not give", func() step { return &doubt{} }},
		{"discover", "a gift is found to be unlawful", func() step { return &discover{} }},
		{"kind", "the giver of a gift is found to be of another kind", func() step { return &otherKind{} }},
		{"act", "something is done about a gift's open case", func() step { return &act{} }},
		{"disgorge", "money of a gift goes to the Treasury", func() step { return &disgorge{} }},
		{"net-debts", "a campaign attests the debts of an election that is over", func() step { return &netDebts{} }},
		{"deadline", "the law is asked when something is due", func() step { return &deadline{} }},
		{"filed", "a report was accepted: the law is asked whether that was in time", func() step { return &filed{} }},
		{"fine", "the law is asked what a late report costs", func() step { return &fine{} }},
		{"threshold", "the law is asked whether a sum sets a duty off", func() step { return &threshold{} }},
		{"e-filing", "the law is asked whether a committee must file electronically", func() step { return &eFiling{} }},
		{"independent", "an independent expenditure is distributed: the law is asked whether a notice of 48 or 24 hours is owed", func() step { return &independent{} }},
		{"joint", "a gift to a joint fundraiser is shared by its formula", func() step { return &joint{} }},
		{"question", "the law alone is asked about a gift: no committee, no database", func() step { return &question{} }},
	}
}

// at moves the clock.
type at struct {
	Moment moment `word:"moment" need:"yes" short:"yes" help:"where the clock stands from now on; a day alone is its noon, no zone is Washington's"`
}

func (s *at) run(ctx context.Context, w *world, _ *done) error {
	if s.Moment.Before(w.now) {
		return errBack
	}
	return w.moveTo(ctx, s.Moment.Time)
}

func (*at) timeless() {}

// onDay is the day of a step.
type onDay struct {
	On civil.Day `word:"on" help:"its day; the clock's where it is not said; the clock moves there if it stands before"`
}
