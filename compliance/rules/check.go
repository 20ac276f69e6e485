package rules

import (
	"iter"
	"maps"
	"regexp"
	"slices"

	"dure/civil"
	"dure/money"
)

// What no row of law reaches: these guard against a slip of the pen and are no rules.
var (
	earliest = civil.Of(1900, 1, 1)
	latest   = civil.Of(2100, 1, 1)
)

const hugest money.Cents = 1_000_000_000_00

const longest = 3660 // days

var (
	idShape   = regexp.MustCompile(`^[a-z][a-z0-9-]*$`)
	packShape = regexp.MustCompile(`^us(-[a-z0-9]+)*$`)
)

// rows gives every row of the pack.
func (p *Pack) rows() iter.Seq[*Row] {
	return func(yield func(*Row) bool) {
		for _, list := range p.lists() {
			for _, r := range list.rows {
				if !yield(r) {
					return
				}
			}
		}
	}
}

type section struct {
	name string
	rows []*Row
}

// lists gives the rows of the pack by section; ids are timelines within one.
func (p *Pack) lists() []section {
	return []section{
		{"limits", rowsOf(p.Limits, func(r *Limit) *Row { return &r.Row })},
		{"instruments", rowsOf(p.Instruments, func(r *Limit) *Row { return &r.Row })},
		{"windows", rowsOf(p.Windows, func(r *Window) *Row { return &r.Row })},
		{"past", rowsOf(p.Past, func(r *Past) *Row { return &r.Row })},
		{"thresholds", rowsOf(p.Thresholds, func(r *Threshold) *Row { return &r.Row })},
		{"clocks", rowsOf(p.Clocks, func(r *Clock) *Row { return &r.Row })},
		{"attestations", rowsOf(p.Attestations, func(r *Attestation) *Row { return &r.Row })},
		{"signals", rowsOf(p.SignalRows, func(r *Signal) *Row { return &r.Row })},
		{"fields", rowsOf(p.FieldRows, func(r *Field) *Row { return &r.Row })},
		{"conduit", rowsOf(p.Conduits, func(r *Conduit) *Row { return &r.Row })},
		{"registration", rowsOf(p.Registration, func(r *Registration) *Row { return &r.Row })},
		{"attribution", rowsOf(p.Attribution, func(r *Attribution) *Row { return &r.Row })},
		{"standings", rowsOf(p.Standings, func(r *Qualification) *Row { return &r.Row })},
		{"notices", rowsOf(p.Notices, func(r *Notice) *Row { return &r.Row })},
		{"texts", rowsOf(p.Texts, func(r *Text) *Row { return &r.Row })},
		{"reports", rowsOf(p.Reports, func(r *ReportDays) *Row { return &r.Row })},
		{"efiling", rowsOf(p.EFiling, func(r *EFiling) *Row { return &r.Row })},
		{"fines", rowsOf(p.Fines, func(r *Fines) *Row { return &r.Row })},
	}
}

func rowsOf[T any](list []T, row func(*T) *Row) []*Row {
	out := make([]*Row, len(list))
	for i := range list {
		out[i] = row(&list[i])
	}
	return out
}

// checker looks at one pack.
type checker struct {
	*faults
	law  *Law
	pack *Pack
}

func (l *Law) check(p *Pack, f *faults) {
	c := checker{f, l, p}
	c.head()
	for _, s := range p.lists() {
		for _, r := range s.rows {
			c.row(s.name, r)
		}
		c.timelines(s)
	}
	c.ids()
	for i := range p.Limits {
		c.limit(&p.Limits[i])
		if len(p.Limits[i].Instrument) > 0 {
			c.at(&p.Limits[i].Row, "an instrument stands under instruments, not under limits")
		}
	}
	for i := range p.Instruments {
		c.limit(&p.Instruments[i])
		c.words(&p.Instruments[i].Row, "instrument", p.Instruments[i].Instrument, instruments, false)
		if len(p.Instruments[i].Instrument) == 0 {
			c.at(&p.Instruments[i].Row, "it does not say of which instrument it speaks")
		}
	}
	c.duties()
	c.tables()
	c.conflicts()
	c.parents()
	c.matrix()
	c.tests()
}

// at adds a fault of a row.
func (c *checker) at(r *Row, format string, args ...any) {
	c.add("pack %s, row %q from %v: "+format, append([]any{c.pack.Pack, r.ID, r.From}, args...)...)
}

func (c *checker) head() {
	p := c.pack
	if !packShape.MatchString(p.Pack) {
		c.add("pack %q: its id is no us, us-xx or us-xx-yyy", p.Pack)
	}
	if p.Name == "" || p.Version.IsZero() {
		c.add("pack %s: its name or the day of its version is missing", p.Pack)
	}
	if !slices.Contains([]string{"federal", "state", "county", "city"}, p.Level) {
		c.add("pack %s: unknown level %q", p.Pack, p.Level)
	}
	if p.Status != "published" && p.Status != "draft" {
		c.add("pack %s: unknown status %q", p.Pack, p.Status)
	}
	for _, key := range slices.Sorted(maps.Keys(p.Sources)) {
		s := p.Sources[key]
		if s.Title == "" || s.For == "" {
			c.add("pack %s, source %q: its title or the time that it speaks for is missing", p.Pack, key)
		}
		if !slices.Contains([]string{"statute", "regulator", "rule", "secondary", "press", "compilation"}, s.Tier) {
			c.add("pack %s, source %q: unknown tier %q", p.Pack, key, s.Tier)
		}
	}
	var facts []string
	for _, f := range p.Facts {
		if !idShape.MatchString(f.Name) || slices.Contains(facts, f.Name) {
			c.add("pack %s, fact %q: it is named badly or twice", p.Pack, f.Name)
		}
		facts = append(facts, f.Name)
		if !slices.Contains([]string{"giver", "recipient", "race", "gift"}, f.About) {
			c.add("pack %s, fact %q: it is about %q, which is unknown", p.Pack, f.Name, f.About)
		}
		if !slices.Contains([]string{"strictest", "hold", "no"}, f.Unknown) {
			c.add("pack %s, fact %q: unknown word %q for when nobody knows it", p.Pack, f.Name, f.Unknown)
		}
	}
	for _, o := range p.Offices {
		if o.Code == "" || o.Class == "" || o.Years < 0 {
			c.add("pack %s, office %q: it is not whole", p.Pack, o.Code)
		}
	}
	for _, o := range p.Open {
		if o.Question == "" || o.Does == "" {
			c.add("pack %s, open question %q: it does not say what the program does meanwhile", p.Pack, o.Question)
		}
	}
}

// row checks what every row carries.
func (c *checker) row(section string, r *Row) {
	if !idShape.MatchString(r.ID) {
		c.at(r, "its id is not lower case words joined by hyphens")
	}
	if r.Cite == "" && len(r.Source) == 0 {
		c.at(r, "it has neither a citation nor a source")
	}
	for _, s := range r.Source {
		if _, ok := c.pack.Sources[s]; !ok {
			c.at(r, "the pack has no source %q", s)
		}
	}
	if !slices.Contains(statuses, r.Status) {
		c.at(r, "unknown status %q", r.Status)
	}
	if !slices.Contains([]string{"", "high", "medium", "low"}, r.Conf) {
		c.at(r, "unknown confidence %q", r.Conf)
	}
	switch {
	case r.From.IsZero():
		c.at(r, "the day from which it holds is missing")
	case r.From.Before(earliest) || r.From.After(latest) || r.Until.After(latest):
		c.at(r, "its days are out of every calendar of law")
	case !r.Until.IsZero() && r.Until.Before(r.From):
		c.at(r, "it ends on %v, before it begins", r.Until)
	}
	if r.Conf == "low" && section == "instruments" {
		c.at(r, "nothing is enforced by a row of low confidence")
	}
}

// timelines refuses gaps and overlaps between the rows of an id.
func (c *checker) timelines(s section) {
	byID := map[string][]*Row{}
	for _, r := range s.rows {
		byID[r.ID] = append(byID[r.ID], r)
	}
	for _, id := range slices.Sorted(maps.Keys(byID)) {
		rows := byID[id]
		slices.SortStableFunc(rows, func(a, b *Row) int { return a.From.Sub(b.From) })
		for i, r := range rows[1:] {
			before := rows[i]
			switch {
			case before.Until.IsZero() || !before.Until.Before(r.From):
				c.at(r, "it overlaps the row of the same id from %v", before.From)
			case before.Until.Add(1) != r.From:
				c.at(r, "there is a gap from %v to %v before it", before.Until.Add(1), r.From.Add(-1))
			}
		}
	}
}

// ids refuses one id in the two sections that the engine asks alike.
func (c *checker) ids() {
	for i := range c.pack.Instruments {
		r := &c.pack.Instruments[i]
		if slices.ContainsFunc(c.pack.Limits, func(l Limit) bool { return l.ID == r.ID }) {
			c.at(&r.Row, "a limit has the same id")
		}
	}
}

func (c *checker) words(r *Row, what string, words, known []string, any bool) {
	for _, w := range words {
		if !slices.Contains(known, w) && (!any || w != "any") {
			c.at(r, "unknown %s %q", what, w)
		}
	}
}

func (c *checker) when(r *Row, when map[string]bool) {
	for _, name := range slices.Sorted(maps.Keys(when)) {
		if c.law.fact(c.pack, name).Name == "" {
			c.at(r, "the fact %q is declared nowhere", name)
		}
	}
}

func (c *checker) limit(l *Limit) {
	r := &l.Row
	if len(l.Who) == 0 || len(l.To) == 0 {
		c.at(r, "it does not say who gives, or to whom")
	}
	c.words(r, "giver", l.Who, givers, true)
	c.words(r, "recipient", l.To, recipients, true)
	c.words(r, "class of office", l.Offices, c.pack.classes(), false)
	c.words(r, "kind of election", l.Elections, ballots, false)
	c.when(r, l.When)
	c.sum(l)
	if !slices.Contains([]string{"made", "cycle", "vote"}, l.By) {
		c.at(r, "unknown day %q to pick the row by", l.By)
	}
	if l.Reach != "own" && l.Reach != "below" {
		c.at(r, "unknown reach %q", l.Reach)
	}
	last := c.pack.last(l)
	switch {
	case !slices.Contains([]string{"", "hold", "last", "ends"}, l.Gap):
		c.at(r, "unknown gap %q", l.Gap)
	case last && !l.Until.IsZero() && l.Gap == "":
		c.at(r, "it ends on %v with no row after it, and does not say what follows: hold, last or ends", l.Until)
	case (!last || l.Until.IsZero()) && l.Gap != "":
		c.at(r, "it names a gap, and none follows it")
	}
	if l.Conf == "low" && l.Sum != Unknown {
		c.at(r, "nothing is enforced, and nothing let through, by a row of low confidence: its sum is unknown")
	}
}

func (c *checker) sum(l *Limit) {
	r := &l.Row
	switch l.Sum {
	case "":
		switch {
		case l.Cents <= 0:
			c.at(r, "its sum of %d cents is not more than nothing", int64(l.Cents))
		case l.Cents > hugest:
			c.at(r, "its sum of %d cents is beyond every law", int64(l.Cents))
		}
		if !slices.Contains([]string{"calendar-year", "election", "cycle", "span", "gift"}, l.Per) {
			c.at(r, "unknown span %q", l.Per)
		}
		if !slices.Contains([]string{"recipient", "candidate", "everybody"}, l.Scope) {
			c.at(r, "unknown scope %q", l.Scope)
		}
		if (l.Per == "span") != (l.Span != Span{}) || l.Per == "span" && (l.Span.Years <= 0 || l.Span.Years > 100 || l.Span.First.Before(earliest) || l.Span.First.After(latest)) {
			c.at(r, "its span of years is not whole, or belongs to no row per span")
		}
	case Unlimited, Prohibited, Unknown:
		if l.Cents != 0 || l.Per != "" || l.Scope != "" || l.Span != (Span{}) {
			c.at(r, "it says %s and a sum, a span or a scope beside", l.Sum)
		}
		if l.Sum == Prohibited && len(l.Elections) > 0 {
			c.at(r, "a prohibition does not hang on the kind of election")
		}
	default:
		c.at(r, "unknown sum %q", l.Sum)
	}
}
