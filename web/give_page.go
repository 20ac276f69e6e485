package web

import (
	"cmp"
	"crypto/sha256"
	"fmt"
	"html/template"
	"slices"
	"strconv"
	"strings"

	"dure/compliance"
	"dure/donations"
	"dure/i18n"
	"dure/money"
)

// givePage is a drive's page with its form.
type givePage struct {
	Page
	progress
	Kicker    []string // whom and which election it is for; none for the committee itself
	Story     []string
	Read      string // tells which texts, in which language, are above the giver's word
	Forwards  string // what the committee does with the money
	Form      Form
	Amounts   []tile
	Other     bool // a sum of the giver's own is chosen
	Works     []tile
	Share     string // with whom the email may be shared; empty where there is nobody
	Attest    []string
	English   english
	Public    string
	Room      room
	Trouble   string // what stands over the problems; empty when there is nothing to mend
	Trouble2  string
	Problems  []problem
	Notices   []string
	States    []place
	Countries []place
	Hidden    template.HTML // where the hidden fields of the view go
}

// progress is how far a drive has come.
type progress struct {
	Name      string        // the drive's title
	NameIn    i18n.Language // of the title and the story, where it is not the page's
	Address   string        // of the page
	Cloth     []piece
	ClothText string
	Given     money.Cents
	Goal      money.Cents
	People    []string // from how many it came, and until when it may
}

// tile is one answer to choose.
type tile struct {
	ID, Value, Label string
	Small            string
	Say              string // the button's sentence when it is chosen
	Checked, Wide    bool
	Rests            bool // no employer and occupation are asked for with this answer
}

// room is what one person may still give here.
type room struct {
	Summary            string
	Limit, Known, Left money.Cents
	Asked              bool // Known and Left are this giver's
	Per                string
	Note               string
}

// english are the control texts of the legal texts of a page that is in another language.
type english struct{ Attest, Public, Notices []string }

// readMark tells which sentences, in which language, a page asks a giver to affirm. A form brings it back: what is kept as affirmed
// is what was read.
func readMark(lang i18n.Language, a appeal) string {
	texts := make([]i18n.LegalText, len(a.Attest))
	for i, rule := range a.Attest {
		texts[i] = i18n.Legal(lang, "attest."+rule.ID)
	}
	return markOf(texts...)
}

func markOf(texts ...i18n.LegalText) string {
	h := sha256.New()
	for _, t := range texts {
		fmt.Fprintln(h, t.ID, t.Language, t.Version)
	}
	return fmt.Sprintf("%x", h.Sum(nil))[:12]
}

// problem is a field to mend, in the page's words.
type problem struct {
	Field, Anchor, Text string
	Advice              bool
}

func progressOf(lang i18n.Language, a appeal) progress {
	title, _, in := a.says(lang)
	p := progress{
		Name: title, NameIn: in, Address: "/give/" + a.Drive.Slug,
		Cloth: cloth(a.Drive.Slug, a.Total.Cents, a.Drive.Goal), Given: a.Total.Cents, Goal: a.Drive.Goal,
		People: []string{i18n.T(lang, "progress.people", "n", a.Total.People)},
	}
	if a.Total.People == 0 {
		p.People = []string{i18n.T(lang, "progress.nobody")}
	}
	p.ClothText = i18n.T(lang, "progress.cloth", "given", p.Given.Short(), "goal", p.Goal.Short(), "percent", percent(p.Given, p.Goal))
	switch {
	case a.Drive.ClosesOn.IsZero():
	case a.Today.After(a.Drive.ClosesOn):
		p.People = append(p.People, i18n.T(lang, "progress.closed", "day", a.Drive.ClosesOn))
	case a.Drive.On(a.Today) != donations.Closed: // of one that a person closed the last day says nothing
		p.People = append(p.People, i18n.T(lang, "progress.closes", "day", a.Drive.ClosesOn))
	}
	return p
}

func givePageOf(lang i18n.Language, a appeal, f Form) givePage {
	p := givePage{
		Page: pageOf(lang, a.Committee), progress: progressOf(lang, a), Form: f,
		States: states, Countries: countries, Hidden: hole, Read: readMark(lang, a),
	}
	_, story, _ := a.says(lang)
	p.Story = paragraphs(story)
	p.Title, p.Menu = p.Name, true
	p.offer(a.Languages)
	if a.Drive.AuthorizedBy != "" {
		p.authorized(a.Drive.AuthorizedBy)
	}
	committee := a.Committee.Name
	p.Forwards = p.T("give.keeps", "committee", committee)
	public, about := "public.committee", []any{"committee", committee}
	if a.Earmarked() {
		p.Kicker = []string{p.T("give.for-candidate"), electionName(lang, a.Election)}
		p.Forwards = p.T("give.forwards", "committee", committee, "recipient", a.Candidate.CommitteeName,
			"candidate", a.Candidate.Name(), "days", a.Forward.Days)
		p.Share = p.T("give.share", "recipient", a.Candidate.CommitteeName)
		public, about = "public.earmarked", append(about, "recipient", a.Candidate.CommitteeName)
	}
	p.About = p.Forwards
	p.Public = i18n.Legal(lang, public).With(about...)
	p.English.Public = p.Control(i18n.Legal(i18n.English, public).With(about...))
	for _, rule := range a.Attest {
		p.Attest = append(p.Attest, i18n.Legal(lang, "attest."+rule.ID).Words)
		p.English.Attest = append(p.English.Attest, p.Control(i18n.Legal(i18n.English, "attest."+rule.ID).Words)...)
	}
	for _, id := range []string{"best-efforts", "federal", "not-deductible"} {
		p.Notices = append(p.Notices, i18n.Legal(lang, id).With("committee", committee))
		p.English.Notices = append(p.English.Notices, p.Control(i18n.Legal(i18n.English, id).With("committee", committee))...)
	}
	p.Room = roomOf(lang, a)
	p.sums(a.Drive)
	for _, w := range Works {
		p.Works = append(p.Works, tile{
			ID: "w-" + w, Value: w, Label: p.T("give.work." + w), Checked: f.Work == w, Rests: reportedWork[w] != "",
		})
	}
	return p
}

// offers tells whether a drive has a tile for a sum.
func offers(d donations.Drive, c money.Cents) bool { return slices.Contains(d.Amounts, int64(c)) }

// sums lays out the drive's sums and chooses the one that the form names; any other goes into the giver's own field.
func (p *givePage) sums(d donations.Drive) {
	chosen, err := money.Parse(p.Form.Amount)
	for i, a := range d.Amounts {
		c := money.Cents(a)
		p.Amounts = append(p.Amounts, tile{
			ID: "a" + strconv.Itoa(i+1), Value: c.Plain(), Label: c.Short(), Say: p.T("give.button", "amount", c.Short()),
			Checked: err == nil && c == chosen,
		})
	}
	p.Other = p.Form.Amount == other
	if err == nil && !offers(d, chosen) || err != nil && !p.Other && strings.TrimSpace(p.Form.Amount) != "" {
		p.Other, p.Form.AmountOther = true, strings.TrimSuffix(p.Form.Amount, ".00")
	}
}

// Roomy tells whether a sum is too long for three in a row on a phone.
func (p givePage) Roomy() bool {
	return slices.ContainsFunc(p.Amounts, func(t tile) bool { return len(t.Label) > len("$250") && !t.Wide })
}

// roomOf says what the law lets anyone give here; what is known of this giver comes with a refusal.
func roomOf(lang i18n.Language, a appeal) room {
	if a.Limit.Cents == 0 {
		return room{}
	}
	per := "room." + a.Limit.Per
	return room{
		Limit: a.Limit.Cents, Per: i18n.T(lang, per+".limit"),
		Summary: i18n.T(lang, per+".summary", "limit", a.Limit.Cents.Short()),
		Note:    i18n.T(lang, per+".note", "committee", a.Committee.Name, "recipient", a.Recipient()),
	}
}

// mend puts problems beside their fields and over the page.
func (p *givePage) mend(problems []Problem) {
	for _, one := range problems {
		p.Problems = append(p.Problems, problem{one.Field, anchors[one.Field], one.In(p.Lang), one.Advice})
	}
	for i, one := range p.Problems {
		if i > 0 && one.Field == "family_name" && p.Problems[i-1].Field == "given_name" && p.Lang.FamilyFirst() {
			p.Problems[i-1], p.Problems[i] = one, p.Problems[i-1] // as the page has them
		}
	}
	p.Trouble = p.T("mend.heading", "n", len(p.Problems))
	p.Trouble2 = p.T("mend.kept")
}

// anchors are the ids to which the summary leads, where they are not the field's name.
var anchors = map[string]string{"": "form"}

// refuse says what the law found. The room that is left becomes an answer of its own, and sums that no longer fit go;
// of a private finding the page tells no sum.
func (p *givePage) refuse(findings []compliance.Finding) {
	for _, f := range findings {
		field := f.Field
		if strings.HasPrefix(field, "attest") {
			field = "attest_own"
		}
		if f.Private { // the sums are somebody's whom this form does not prove to be its writer
			text := i18n.T(p.Lang, f.Text+".private", "contact", cmp.Or(p.House.Email, p.House.Name))
			p.Problems = append(p.Problems, problem{Field: field, Anchor: anchors[field], Text: text})
			continue
		}
		text := i18n.T(p.Lang, f.Text, "limit", f.Limit.Short(), "known", f.Known.Short(), "room", f.Room.Short())
		if f.Rule == "least" || f.Limit == 0 {
			p.Problems = append(p.Problems, problem{Field: field, Anchor: anchors[field], Text: text})
			continue
		}
		if f.Room == 0 {
			text = i18n.T(p.Lang, f.Text+".none", "limit", f.Limit.Short())
		}
		p.Problems = append(p.Problems, problem{Field: field, Anchor: anchors[field], Text: text})
		p.fit(f)
	}
	p.Trouble = p.T("mend.heading", "n", len(p.Problems))
	p.Trouble2 = p.T("mend.kept")
}

// fit keeps the sums that still fit and offers all that is left.
func (p *givePage) fit(f compliance.Finding) {
	p.Room.Asked, p.Room.Known, p.Room.Left = true, f.Known, f.Room
	p.Amounts = slices.DeleteFunc(p.Amounts, func(t tile) bool {
		c, _ := money.Parse(t.Value)
		if c > f.Room && t.Checked {
			p.Other, p.Form.AmountOther = true, c.Plain()
		}
		return c > f.Room
	})
	if f.Room > 0 && !slices.ContainsFunc(p.Amounts, func(t tile) bool { return t.Value == f.Room.Plain() }) {
		p.Amounts = slices.Insert(p.Amounts, 0, tile{
			ID: "ar", Value: f.Room.Plain(), Label: f.Room.Short(), Small: p.T("give.all-left"),
			Say: p.T("give.button", "amount", f.Room.Short()), Wide: true,
		})
	}
}

// Err is what is wrong with a field, or nothing.
func (p givePage) Err(field string) string {
	for _, one := range p.Problems {
		if one.Field == field && !one.Advice {
			return one.Text
		}
	}
	return ""
}

// input is one line to write in.
type input struct {
	Name, Label, Value       string
	Type, Autocomplete, Mode string
	Class, Hint, Err         string
	Advice                   string // the id of a sentence that stands elsewhere on the page
	Latin                    bool   // written from left to right in every language
	Own                      bool   // written in any script, which sets the direction
	Optional                 bool
}

// DescribedBy lists the ids of the sentences that belong to the field.
func (i input) DescribedBy() string {
	var ids []string
	if i.Err != "" {
		ids = append(ids, i.Name+"-err")
	}
	if i.Hint != "" {
		ids = append(ids, i.Name+"-hint")
	}
	if i.Advice != "" {
		ids = append(ids, i.Advice)
	}
	return strings.Join(ids, " ")
}

// Input gives the line of a field. A name that is not there is a bug of the page.
func (p givePage) Input(name string) input {
	f := p.Form
	in := map[string]input{
		"amount_other": {Label: p.T("give.amount-other"), Value: f.AmountOther, Mode: "decimal", Autocomplete: "off"},
		"given_name":   {Label: p.T("give.given-name"), Value: f.GivenName, Autocomplete: "given-name", Class: "half", Latin: true},
		"family_name":  {Label: p.T("give.family-name"), Value: f.FamilyName, Autocomplete: "family-name", Class: "half", Latin: true},
		"name_own":     {Label: p.T("give.name-own"), Hint: p.T("give.name-own.hint"), Value: f.NameOwn, Autocomplete: "nickname", Optional: true, Own: true},
		"street":       {Label: p.T("give.street"), Value: f.Street, Autocomplete: "street-address", Latin: true},
		"city":         {Label: p.T("give.city"), Value: f.City, Autocomplete: "address-level2", Class: "third", Latin: true},
		"zip":          {Label: p.T("give.zip"), Value: f.Zip, Autocomplete: "postal-code", Class: "third keep", Latin: true},
		"email":        {Label: p.T("give.email"), Hint: p.T("give.email.hint"), Value: f.Email, Type: "email", Autocomplete: "email", Latin: true},
		"employer":     {Label: p.T("give.employer"), Value: f.Employer, Autocomplete: "organization", Class: "half if-employer", Latin: true},
		"occupation":   {Label: p.T("give.occupation"), Value: f.Occupation, Autocomplete: "organization-title", Class: "half", Latin: true},
	}[name]
	if in.Label == "" {
		panic("no field is called " + name)
	}
	in.Name, in.Err = name, p.Err(name)
	if in.Type == "" {
		in.Type = "text"
	}
	return in
}

// Advice is what the page says about the name that it suggests, or nothing.
func (p givePage) Advice() string {
	for _, one := range p.Problems {
		if one.Advice {
			return one.Text
		}
	}
	return ""
}

// Names are the lines of the name, in the order of the language.
func (p givePage) Names() []input {
	names := []input{p.Input("given_name"), p.Input("family_name")}
	if p.Advice() != "" {
		names[0].Advice, names[1].Advice = "name-advice", "name-advice"
	}
	if p.Lang.FamilyFirst() {
		slices.Reverse(names)
	}
	return names
}

func paragraphs(s string) []string {
	return strings.FieldsFunc(strings.ReplaceAll(s, "\r\n", "\n"), func(r rune) bool { return r == '\n' })
}

// awayPage tells that no gift can be taken at the moment, and has no form: what is written in it would be for nothing.
type awayPage struct {
	Page
	progress
}

func awayPageOf(lang i18n.Language, a appeal) awayPage {
	p := awayPage{Page: pageOf(lang, a.Committee), progress: progressOf(lang, a)}
	p.Title, p.About, p.Menu, p.Refresh = p.Name, p.T("away.heading"), true, 60
	p.offer(a.Languages)
	if a.Drive.AuthorizedBy != "" {
		p.authorized(a.Drive.AuthorizedBy)
	}
	return p
}

// closedPage tells that a drive takes no gifts now.
type closedPage struct {
	Page
	progress
	Text string
}

func closedPageOf(lang i18n.Language, a appeal) closedPage {
	p := closedPage{Page: pageOf(lang, a.Committee), progress: progressOf(lang, a)}
	p.Title, p.Menu = p.Name, true
	p.offer(a.Languages)
	if a.Drive.AuthorizedBy != "" {
		p.authorized(a.Drive.AuthorizedBy)
	}
	if a.Drive.On(a.Today) == donations.Ahead {
		p.Text = p.T("closed.not-yet", "day", a.Drive.OpensOn)
	} else {
		p.Text = p.T("closed.over")
	}
	p.About = p.Text
	return p
}
