package web

import (
	"fmt"
	"net/http"
	"strings"

	"dure/compliance"
)

type casesPage struct {
	deskFrame
	Open []openCase
	Seen int // how many things are to be looked at beside
}

type openCase struct {
	compliance.Case
	Title string
	Text  string
	Clock clock
	Now   bool
	Cite  string
}

func (d *Desk) cases(w http.ResponseWriter, r *http.Request, v visit) error {
	frame, err := d.frameOf(r, v, "Cases", "Cases")
	if err != nil {
		return err
	}
	page := casesPage{deskFrame: frame}
	cases, err := compliance.Cases(r.Context(), d.DB, v.Committee.ID, v.Today)
	if err != nil {
		return err
	}
	for _, c := range cases {
		due := dueOf(v, c)
		page.Open = append(page.Open, openCase{Case: c, Title: caseTitle(c), Text: caseText(c), Clock: clockOf(due.DaysLeft, due.Days), Now: due.Alarm, Cite: due.Cite})
	}
	seen, err := compliance.Watch(r.Context(), d.DB, v.Committee.ID, v.Today)
	if err != nil {
		return err
	}
	page.Seen = len(seen)
	return d.show(w, r, http.StatusOK, "cases", page)
}

// paidBack is the kind of a case about a gift that went back to the giver after it had been forwarded.
const paidBack = "paid back after forwarding"

// caseTitle says in a few words what a case is about.
func caseTitle(c compliance.Case) string {
	if words, ok := caseTitles[c.Kind]; ok {
		return usd(c.Excess) + " " + words + " " + c.Giver
	}
	return usd(c.Excess) + " over the limit, from " + c.Giver
}

var caseTitles = map[string]string{
	paidBack:              "paid back after forwarding, to",
	"doubtful source":     "of doubtful source, from",
	"unlawful source":     "that may not be kept, from",
	"general lost":        "for a general election that is lost, from",
	"past election":       "for an election that is over, from",
	"past debts":          "beyond the debts of a past election, from",
	"cash over the limit": "of cash over the limit, from",
	"anonymous cash":      "of cash from nobody known:",
	"missing instruction": "for no election yet, from",
}

// caseText tells how a case came about.
func caseText(c compliance.Case) string {
	gift := fmt.Sprintf("A gift of %s received %s", usd(c.Cents), short(c.ReceivedOn))
	switch c.Kind {
	case paidBack:
		return fmt.Sprintf("The gift of %s was sent on to the candidate’s committee; on %s %s of it went back to the giver.", usd(c.Cents), short(c.ReceivedOn), usd(c.Excess))
	case "doubtful source", "unlawful source":
		return strings.TrimRight(strings.TrimSuffix(gift+": "+c.Note, ": "), ".") + "."
	case "excessive":
		return fmt.Sprintf("%s. With it the giver passes the limit of %s by %s.", gift, usd(c.Limit), usd(c.Excess))
	}
	return gift + "."
}

// dueOf tells how the clock of a case stands. That of a gift paid back runs from the day on which the money left; the last
// ten days of it are loud.
func dueOf(v visit, c compliance.Case) compliance.Due {
	if c.Kind != paidBack {
		return c.Due
	}
	left := c.DueOn.Sub(v.Today)
	return compliance.Due{On: c.DueOn, DaysLeft: left, Days: c.DueOn.Sub(c.ReceivedOn), Alarm: left <= 10, Cite: "11 CFR 110.6"}
}

// asksOf says what the law asks of a case, in the order in which one would do it.
func asksOf(c compliance.Case) []string {
	sum, by := usd(c.Excess), c.DueOn.Spoken()
	switch {
	case c.Kind == paidBack:
		return []string{
			fmt.Sprintf("This gift was sent on to the candidate’s committee. After that, %s of it went back to the giver by a refund or a lost dispute: from this committee’s own money, though the gift was the candidate’s.", sum),
			fmt.Sprintf("The candidate’s committee has the money. Ask it for %s in writing, by %s.", sum, by),
			"Write down below whom you asked and what they answered.",
		}
	case c.Kind == "doubtful source":
		return []string{
			fmt.Sprintf("It is not sure that the giver of these %s may give. Ask them once, in writing or by a call that is noted down, to show that it is lawful.", sum),
			fmt.Sprintf("If they do not, give it back by %s, %s after it was received. Until then the committee may hold it, and may not spend it. 11 CFR 103.3(b)(1), (b)(4).", by, plural(c.Due.Days, "day")),
		}
	case c.Kind == "unlawful source":
		return []string{
			fmt.Sprintf("These %s came from somebody who may not give. Give them back by %s, or pay them to the U.S. Treasury where they can’t go back. 11 CFR 103.3(b)(2).", sum, by),
			"Until then the committee may not spend them.",
		}
	case c.Kind == "missing instruction":
		return []string{
			fmt.Sprintf("The giver of these %s named no election, and none is next, or several on one day. Ask them for which one it is, in a writing that they sign, by %s; the request offers the money back. 11 CFR 110.1(b)(2)-(4), AO 2010-17.", sum, by),
			"Until then it counts for none, or for the one that is next.",
		}
	case c.Kind == "cash over the limit":
		return []string{fmt.Sprintf("More than %s of cash came from one giver. Give %s back at once: by %s at the latest. 11 CFR 110.4(c).", plainUSD(c.Limit), sum, by)}
	case c.Kind == "anonymous cash":
		return []string{fmt.Sprintf("Of cash whose giver nobody knows the committee keeps at most %s. Pay %s to a lawful purpose that has nothing to do with any federal election, by %s. 11 CFR 110.4(c)(3).", plainUSD(c.Limit), sum, by)}
	case c.Candidate != "":
		return []string{
			fmt.Sprintf("%s of this gift is over what one person may give this candidate for the election. Return it to the giver before the gift would have to be forwarded: by %s.", sum, by),
			"Forward no more than the limit allows. What is returned and why stays in the record.",
		}
	case c.Kind != "excessive":
		return []string{fmt.Sprintf("By %s: give %s back, have it redesignated for an election that is ahead, or reattributed to another person who gave it. 11 CFR 110.1(b)(3)(i), 103.3(b)(3).", by, sum)}
	}
	return []string{
		fmt.Sprintf("%s of this gift is over the limit. The committee may keep it in its account while it asks, but may not spend it.", sum),
		fmt.Sprintf("By %s, within %d days of the receipt: refund %s, or have it reattributed to another person who gave it jointly, in a writing that each of them signs. The request offers the refund as well. 11 CFR 110.1(k).", by, c.Due.Days, sum),
		"Redesignation is for gifts to candidates: a gift to this committee is for no election. 11 CFR 110.1(b)(5).",
		"Write down below whom you asked and what they answered.",
	}
}
