package web

import (
	"cmp"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/go-chi/chi/v5"
	"github.com/jmoiron/sqlx"

	"dure/civil"
	"dure/compliance"
	"dure/compliance/rules"
	"dure/pg"
)

// lawPage lists the rule packs, and how each stands for the committee.
type lawPage struct {
	deskFrame
	Packs []packRow
}

type packRow struct {
	*rules.Pack
	Rules  int
	Mark   string // of the badge
	Stands string
	By     string // who signed it, and when
}

// packRows tells how each pack stands.
func (d *Desk) packRows(ctx context.Context, v visit) ([]packRow, error) {
	signed, err := compliance.Signatures(ctx, d.DB, v.Committee.ID)
	if err != nil {
		return nil, err
	}
	names := map[string]string{}
	var out []packRow
	for _, p := range rules.Carried().Packs() {
		row := packRow{Pack: p, Stands: "advises: a draft that nobody signed", Mark: "look"}
		for _, s := range p.Sections() {
			for _, r := range s.Rows {
				if inForce(r, v.Today) {
					row.Rules++
				}
			}
		}
		if p.Status == "published" {
			row.Stands, row.Mark = "in force, not signed yet", "ok"
		}
		for _, s := range signed {
			switch {
			case s.Pack != p.Pack:
				continue
			case s.Hash == p.Hash:
				row.Stands, row.Mark = "in force, signed", "ok"
			default:
				row.Stands, row.Mark = cmp.Or(map[bool]string{true: "in force; signed in an older edition"}[p.Status == "published"], "advises: it has changed since it was signed"), "look"
			}
			name, err := d.actorName(ctx, names, s.Actor)
			if err != nil {
				return nil, err
			}
			row.By = fmt.Sprintf("Signed by %s on %s: %s", name, moment(s.RecordedAt, v.Committee.Location()), s.Note)
			break
		}
		out = append(out, row)
	}
	return out, nil
}

func inForce(r rules.Row, on civil.Day) bool {
	return !on.Before(r.From) && (r.Until.IsZero() || !on.After(r.Until))
}

func (d *Desk) law(w http.ResponseWriter, r *http.Request, v visit) error {
	frame, err := d.frameOf(r, v, "Law", "The law")
	if err != nil {
		return err
	}
	page := lawPage{deskFrame: frame}
	if page.Packs, err = d.packRows(r.Context(), v); err != nil {
		return err
	}
	return d.show(w, r, http.StatusOK, "law", page)
}

// packPage is one pack, every rule of it that is in force on a day.
type packPage struct {
	deskFrame
	Row      packRow
	On       civil.Day
	Limits   []ruleRow
	Sections []ruleSection
	Form     *form
}

// Early tells whether the day is before the one from which the pack answers whole.
func (p packPage) Early() bool { return p.On.Before(p.Row.Since()) }

type ruleSection struct {
	Name string
	Rows []ruleRow
}

// ruleRow is a rule as people read it.
type ruleRow struct {
	rules.Row
	Says   string
	Whom   string // of a limit: from whom to whom
	Source string
}

func (d *Desk) pack(w http.ResponseWriter, r *http.Request, v visit) error {
	page, err := d.packPageOf(r, v)
	if err != nil {
		return err
	}
	page.Form = newForm(url.Values{})
	return d.show(w, r, http.StatusOK, "pack", page)
}

func (d *Desk) packPageOf(r *http.Request, v visit) (packPage, error) {
	rows, err := d.packRows(r.Context(), v)
	if err != nil {
		return packPage{}, err
	}
	i := slices.IndexFunc(rows, func(p packRow) bool { return p.Pack.Pack == chi.URLParam(r, "pack") })
	if i < 0 {
		return packPage{}, sql.ErrNoRows
	}
	frame, err := d.frameOf(r, v, "Law", rows[i].Name)
	if err != nil {
		return packPage{}, err
	}
	page := packPage{deskFrame: frame, Row: rows[i], On: v.Today}
	if asked, err := civil.Parse(r.URL.Query().Get("on")); err == nil {
		page.On = asked
	}
	page.Sections = rulesOf(rows[i].Pack, page.On)
	return page, nil
}

// rulesOf writes the rules of a pack that are in force on a day, section by section.
func rulesOf(p *rules.Pack, on civil.Day) []ruleSection {
	says := map[string]ruleRow{}
	key := func(r rules.Row) string { return r.ID + "|" + r.From.String() }
	for _, l := range slices.Concat(p.Limits, p.Instruments) {
		says[key(l.Row)] = ruleRow{Says: limitSays(l), Whom: limitWhom(l)}
	}
	for _, t := range p.Thresholds {
		how := "more than "
		if t.Test == "at-least" {
			how = "at least "
		}
		says[key(t.Row)] = ruleRow{Says: how + usd(t.Cents) + per(t.Per)}
	}
	for _, c := range p.Clocks {
		says[key(c.Row)] = ruleRow{Says: plural(c.Days, "day") + " from " + cmp.Or(clockStarts[c.Starts], c.Starts)}
	}
	for _, s := range p.SignalRows {
		says[key(s.Row)] = ruleRow{Says: spaced(s.Signal) + ": " + s.Action}
	}
	for _, f := range p.FieldRows {
		says[key(f.Row)] = ruleRow{Says: strings.Join(f.Fields, ", ")}
	}
	for _, w := range p.Windows {
		says[key(w.Row)] = ruleRow{Says: w.Effect + cmp.Or(map[bool]string{true: " about the election"}[w.Election != ""], " in session")}
	}
	for _, n := range p.Notices {
		says[key(n.Row)] = ruleRow{Says: n.Text}
	}
	for _, x := range p.Texts {
		says[key(x.Row)] = ruleRow{Says: x.Purpose + " (" + x.Text + ")"}
	}
	for _, c := range p.Conduits {
		says[key(c.Row)] = ruleRow{Says: "gathering gifts for a candidate: " + spaced(c.Policy)}
	}
	for _, s := range p.Past {
		says[key(s.Row)] = ruleRow{Says: "after the vote: " + spaced(s.Allow)}
	}
	for _, a := range p.Attribution {
		says[key(a.Row)] = ruleRow{Says: spaced(a.Case) + ": " + spaced(a.Rule)}
	}
	for _, d := range p.Reports {
		words := "due " + plural(d.Due, "day") + " after the last day of the period"
		if d.Closes > 0 {
			side := strings.TrimSuffix(d.Counts, "-vote")
			words = fmt.Sprintf("closes %s %s the vote, due %s %s it", plural(d.Closes, "day"), side, plural(d.Due, "day"), side)
		}
		says[key(d.Row)] = ruleRow{Says: words}
	}
	for _, e := range p.EFiling {
		says[key(e.Row)] = ruleRow{Says: fmt.Sprintf("reports are filed electronically over %s of contributions or of expenditures in a calendar year, and for %s after it; expected over %s in the first quarter, or %s in the first half",
			usd(e.Cents), plural(e.Years, "year"), usd(e.Quarter), usd(e.Half))}
	}
	for _, x := range p.Fines {
		low, high := x.Brackets[0], x.Brackets[len(x.Brackets)-1]
		says[key(x.Row)] = ruleRow{Says: fmt.Sprintf("%d brackets by activity: from %s and %s a day late, %s not filed, to %s and %s a day, %s not filed; each earlier violation adds %d percent; later than %s, or within %s of the vote, is not filed",
			len(x.Brackets), usd(low.Late), usd(low.PerDay), usd(low.NotFiled), usd(high.Late), usd(high.PerDay), usd(high.NotFiled), x.PriorPercent, plural(x.LateDays, "day"), plural(x.DaysBeforeBallot, "day"))}
	}
	for _, q := range p.Standings {
		says[key(q.Row)] = ruleRow{Says: fmt.Sprintf("registered for %s, gifts from %d persons, given to %d candidates", plural(q.Months, "month"), q.Contributors, q.Candidates)}
	}
	for _, a := range p.Attestations {
		says[key(a.Row)] = ruleRow{Says: "affirmed " + a.Need}
	}
	for _, g := range p.Registration {
		says[key(g.Row)] = ruleRow{Says: g.Who + " registers before " + g.Before}
	}
	var out []ruleSection
	for _, s := range p.Sections() {
		section := ruleSection{Name: cmp.Or(map[string]string{"efiling": "Electronic filing"}[s.Name], strings.ToUpper(s.Name[:1])+s.Name[1:])}
		for _, r := range s.Rows {
			if !inForce(r, on) {
				continue
			}
			row := says[key(r)]
			row.Row = r
			for _, k := range r.Source {
				row.Source = strings.TrimPrefix(row.Source+"; "+p.Sources[k].Title, "; ")
			}
			if row.Source == r.Cite {
				row.Source = ""
			}
			section.Rows = append(section.Rows, row)
		}
		if len(section.Rows) > 0 {
			out = append(out, section)
		}
	}
	return out
}

var clockStarts = map[string]string{
	"receipt": "the receipt", "treasurer": "the treasurer’s receipt", "discovery": "the discovery", "vote": "the vote", "status": "the day of the standing",
	"change": "the change", "duty": "the day of the duty",
}

// limitSays is the sum of a limit in words.
func limitSays(l rules.Limit) string {
	switch l.Sum {
	case rules.Unlimited:
		return "no limit"
	case rules.Prohibited:
		return "may not give"
	case rules.Unknown:
		return "a person must look"
	}
	return usd(l.Cents) + per(l.Per)
}

func per(span string) string {
	if span == "" {
		return ""
	}
	return " " + cmp.Or(map[string]string{
		"calendar-year": "in a calendar year", "election": "for each election", "cycle": "in the office’s election cycle", "span": "in a span of years", "gift": "in one gift",
		"report": "in one report",
	}[span], "per "+span)
}

// limitWhom says from whom to whom a limit speaks, and when it fits.
func limitWhom(l rules.Limit) string {
	words := spaced(strings.Join(l.Who, ", ")) + " → " + spaced(strings.Join(l.To, ", "))
	if len(l.Offices) > 0 {
		words += " (" + strings.Join(l.Offices, ", ") + ")"
	}
	if len(l.Elections) > 0 {
		words += ", " + spaced(strings.Join(l.Elections, ", "))
	}
	if len(l.Instrument) > 0 {
		words += ", " + strings.Join(l.Instrument, ", ")
	}
	for _, fact := range slices.Sorted(maps.Keys(l.When)) {
		words += "; " + spaced(fact)
		if !l.When[fact] {
			words += ": no"
		}
	}
	return words
}

// spaced writes the word of a pack for people.
func spaced(s string) string { return strings.ReplaceAll(s, "-", " ") }

// signPack keeps a member's signature under a pack.
func (d *Desk) signPack(w http.ResponseWriter, r *http.Request, v visit) error {
	page, err := d.packPageOf(r, v)
	if err != nil {
		return err
	}
	f := entered(r)
	note := f.text("note", 400, "Write who read the rules and against what: the treasurer, counsel, the regulator’s page.")
	if f.Value("read") == "" {
		f.refuse("read", "Tick that you have read every rule below.")
	}
	if f.ok() {
		err := pg.InTx(r.Context(), d.DB, v.Member.ID.Actor(), []string{string(v.Committee.ID)}, func(tx *sqlx.Tx) error {
			return compliance.SignPack(r.Context(), tx, v.Committee.ID, page.Row.Pack.Pack, f.Value("hash"), note)
		})
		refusal := (*compliance.Refusal)(nil)
		switch {
		case errors.As(err, &refusal):
			f.found(refusal)
		case err != nil:
			return err
		default:
			return d.done(w, r, v.at("law", page.Row.Pack.Pack), "Signed. These rules decide for "+v.Committee.Name+" from now on.")
		}
	}
	page.Form = f
	return d.show(w, r, http.StatusUnprocessableEntity, "pack", page)
}

// lawDue asks for a signature where real money waits for one.
func (d *Desk) lawDue(ctx context.Context, v visit) ([]dueItem, error) {
	live, err := d.Accounts.Live(ctx, v.Committee.ID)
	if err != nil || !live {
		return nil, err
	}
	signed, err := compliance.Answered(ctx, d.DB, v.Committee.ID, v.Committee.Regime)
	if err != nil || signed {
		return nil, err
	}
	return []dueItem{{
		Now: true, Clock: clockOf(0, 1), Title: "Read and sign the rules", Text: "No gift is taken with a live key before a treasurer of this committee has signed the rules that decide on it.",
		Act: "Read the rules", Href: v.at("law", v.Committee.Regime),
	}}, nil
}
