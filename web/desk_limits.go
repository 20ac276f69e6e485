package web

import (
	"encoding/csv"
	"net/http"
	"strings"

	"dure/civil"
	"dure/compliance"
)

// limitsPage lists who is over a limit or near it.
type limitsPage struct {
	deskFrame
	On     civil.Day
	Limits []limitGroup
}

// limitGroup is the givers of one limit.
type limitGroup struct {
	Rule, Cite, Name string
	Sum              string
	Href             string
	Over             int // how many are over it
	Givers           []nearRow
}

type nearRow struct {
	compliance.NearLimit
	Href string // of the case, where it is this committee's
}

// limits shows who is over a limit, or within a tenth of it.
func (d *Desk) limits(w http.ResponseWriter, r *http.Request, v visit) error {
	frame, err := d.frameOf(r, v, "Cases", "Over the limit")
	if err != nil {
		return err
	}
	near, err := compliance.NearLimits(r.Context(), d.DB, v.Committee.ID, v.Today)
	if err != nil {
		return err
	}
	page := limitsPage{deskFrame: frame, On: v.Today}
	for _, n := range near {
		name := nearName(n)
		last := len(page.Limits) - 1
		if last < 0 || page.Limits[last].Rule != n.Rule.ID || page.Limits[last].Name != name {
			page.Limits = append(page.Limits, limitGroup{
				Rule: n.Rule.ID, Cite: n.Rule.Cite, Name: name, Sum: usd(n.Limit), Href: v.at("law", "us") + "#" + n.Rule.ID,
			})
			last++
		}
		g := &page.Limits[last]
		row := nearRow{NearLimit: n}
		if n.CaseAt == v.Committee.ID && n.Case != "" {
			row.Href = v.at("cases", n.Case)
		}
		if n.Over() > 0 {
			g.Over++
		}
		g.Givers = append(g.Givers, row)
	}
	return d.show(w, r, http.StatusOK, "limits", page)
}

// nearName says in people's words what a limit is for.
func nearName(n compliance.NearLimit) string {
	switch {
	case n.Candidate != "":
		return n.Candidate + ", " + n.Election
	case n.Account != "":
		return "the " + n.Account + " account, in " + n.Year()
	}
	return "the committee, in " + n.Year()
}

// limitsCSV gives the same as a table for other programs; sums are dollars with two decimals.
func (d *Desk) limitsCSV(w http.ResponseWriter, r *http.Request, v visit) error {
	near, err := compliance.NearLimits(r.Context(), d.DB, v.Committee.ID, v.Today)
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", "text/csv; charset=utf-8")
	w.Header().Set("Content-Disposition", `attachment; filename="over-the-limit-`+string(v.Committee.ID)+"-"+v.Today.String()+`.csv"`)
	out := csv.NewWriter(w)
	out.Write([]string{"giver", "person", "limit_rule", "cite", "for", "limit", "known", "under_way", "room", "over", "case", "case_at", "case_due"})
	for _, n := range near {
		due := ""
		if n.Case != "" {
			due = n.DueOn.String()
		}
		out.Write([]string{
			tableWord(n.Giver), string(n.Person), n.Rule.ID, n.Rule.Cite, tableWord(nearName(n)), n.Limit.Plain(), n.Known.Plain(), n.Promised.Plain(), n.Room.Plain(),
			n.Over().Plain(), n.Case, string(n.CaseAt), due,
		})
	}
	out.Flush()
	return nil // who is gone has no use for an answer
}

// tableWord keeps a name from being taken for a formula by a spreadsheet.
func tableWord(s string) string {
	if strings.HasPrefix(s, "=") || strings.HasPrefix(s, "+") || strings.HasPrefix(s, "-") || strings.HasPrefix(s, "@") {
		return "'" + s
	}
	return s
}

// watchPage lists what should be looked at of a committee's money and standing.
type watchPage struct {
	deskFrame
	Seen []watched
}

type watched struct{ Title, Text, Cite string }

var watchTitles = map[string]string{
	"doubtful-money-spent": "Money was spent that is not the committee’s own",
	"earmark-left":         "Something of a forwarded gift came back",
	"multicandidate":       "It became a multicandidate committee",
}

// watch shows what should be looked at.
func (d *Desk) watch(w http.ResponseWriter, r *http.Request, v visit) error {
	frame, err := d.frameOf(r, v, "Cases", "To be looked at")
	if err != nil {
		return err
	}
	page := watchPage{deskFrame: frame}
	found, err := compliance.Watch(r.Context(), d.DB, v.Committee.ID, v.Today)
	if err != nil {
		return err
	}
	for _, f := range found {
		page.Seen = append(page.Seen, watched{orElse(watchTitles[f.Rule], f.Rule), strings.TrimSuffix(f.Text, ".") + ".", f.Cite})
	}
	return d.show(w, r, http.StatusOK, "watch", page)
}
