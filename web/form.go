package web

import (
	"errors"
	"net/mail"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
	"golang.org/x/text/width"

	"dure/compliance/fec"
	"dure/i18n"
	"dure/money"
)

// Form is what a giver wrote on a drive's page, as it came. It goes back into the page when something is to be mended.
type Form struct {
	Token, Lang, Ref      string
	Read                  string // the mark of the sentences that stood on the page
	Amount, AmountOther   string // Amount is a sum in dollars, or the word other
	Every                 string
	GivenName, FamilyName string
	NameOwn               string // in the giver's own script
	Street, City          string
	State, Zip, Country   string
	Email                 string
	ShareEmail            bool
	Work                  string // one of Works, or nothing: then employer and occupation count
	Employer, Occupation  string
	Attested              bool
}

// Problem is a field to mend, with the key of the sentence that says how.
type Problem struct {
	Field string
	Text  string
	Args  []any
	// Advice tells that the field holds what the page suggests, and is to be looked at rather than mended.
	Advice bool
}

// In gives the sentence in a language.
func (p Problem) In(lang i18n.Language) string { return i18n.T(lang, p.Text, p.Args...) }

// other is the answer that leads to the field for a sum of one's own.
const other = "other"

// Longest is how many characters a line about the giver may have. What is longer than a column of the report is
// shortened there; what is longer than this is no name or address.
const Longest = 100

// Works are the one-tap answers about work, in the order of the page. Those who do not work for pay are reported in the
// words that the FEC takes for employer and occupation alike.
var Works = []string{"employed", "self", "retired", "none", "student", "homemaker"}

var reportedWork = map[string]string{"retired": "Retired", "none": "Not employed", "student": "Student", "homemaker": "Homemaker"}

// ReadForm takes the fields of a page as they came.
func ReadForm(v url.Values) Form {
	f := Form{
		Token: v.Get("token"), Lang: v.Get("lang"), Ref: v.Get("ref"), Read: v.Get("read"),
		Amount: strings.TrimSpace(v.Get("amount")), AmountOther: v.Get("amount_other"), Every: v.Get("every"),
		GivenName: v.Get("given_name"), FamilyName: v.Get("family_name"), NameOwn: v.Get("name_own"),
		Street: v.Get("street"), City: v.Get("city"), State: v.Get("state"), Zip: v.Get("zip"), Country: v.Get("country"),
		Email: v.Get("email"), ShareEmail: v.Get("share_email") != "",
		Work: v.Get("work"), Employer: v.Get("employer"), Occupation: v.Get("occupation"),
	}
	for name, values := range v {
		f.Attested = f.Attested || strings.HasPrefix(name, "attest") && slices.ContainsFunc(values, func(s string) bool { return s != "" })
	}
	if f.Amount == "" && strings.TrimSpace(f.AmountOther) != "" {
		f.Amount = other
	}
	return f
}

// Check gives the form with its values in order and the sum in cents, or every problem of the form in the order of the
// page. Values are in order when blanks are single, the state is a code, and work has become employer and occupation.
func (f Form) Check() (Form, money.Cents, []Problem) {
	c := checker{}
	cents := c.amount(f.Amount, f.AmountOther)
	if f.Every != "" && f.Every != "once" {
		c.add("amount", "problem.every")
	}
	f.GivenName = c.line("given_name", f.GivenName, "problem.given-name.empty")
	f.FamilyName = c.line("family_name", f.FamilyName, "problem.family-name.empty")
	f.NameOwn = c.own("name_own", f.NameOwn)
	f.Street = c.line("street", f.Street, "problem.street.empty")
	f.City = c.line("city", f.City, "problem.city.empty")
	f = c.place(f)
	f.Email = c.email(f.Email)
	f = c.work(f)
	if !f.Attested {
		c.add("attest_own", "problem.attest")
	}
	f.Ref = reference(f.Ref)
	return f, cents, c.problems
}

type checker struct{ problems []Problem }

func (c *checker) add(field, text string, args ...any) {
	c.problems = append(c.problems, Problem{Field: field, Text: text, Args: args})
}

func (c *checker) amount(chosen, written string) money.Cents {
	field, s := "amount", chosen
	if chosen == other {
		field, s = "amount_other", written
	}
	cents, err := money.Parse(plainDigits(s))
	switch {
	case errors.Is(err, money.ErrEmpty) && field == "amount":
		c.add(field, "problem.amount.none")
	case errors.Is(err, money.ErrEmpty):
		c.add(field, "problem.amount.empty")
	case errors.Is(err, money.ErrNegative):
		c.add(field, "problem.amount.zero")
	case errors.Is(err, money.ErrTooLarge):
		c.add(field, "problem.amount.large")
	case err != nil:
		c.add(field, "problem.amount.shape")
	default:
		return cents
	}
	return 0
}

// line checks a line that goes into the report, which is ASCII; empty is the sentence for nothing written, and without
// it nothing may be written.
func (c *checker) line(field, s, empty string) string {
	s = norm.NFC.String(strings.Join(strings.Fields(s), " "))
	if s == "" {
		if empty != "" {
			c.add(field, empty)
		}
		return s
	}
	ascii, _ := fec.ASCII(s)
	left := unwritable(s)
	switch {
	case !utf8.ValidString(s):
		c.add(field, "problem.text.unreadable")
	case utf8.RuneCountInString(s) > Longest:
		c.add(field, "problem.text.long", "most", Longest, "n", utf8.RuneCountInString(s))
	case strings.ContainsFunc(s, unicode.IsControl), strings.ContainsFunc(s, invisible):
		c.add(field, "problem.text.invisible")
	case len(left) > 0:
		c.add(field, "problem.text.latin", "characters", some(left))
	case !strings.ContainsFunc(ascii, func(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }):
		c.add(field, "problem.text.letters")
	}
	return s
}

// own checks the name in the giver's own script, which is never reported. Marks of direction are taken away, since the
// page sets the direction; the joiners that some scripts write with stay.
func (c *checker) own(field, s string) string {
	s = strings.Map(func(r rune) rune {
		if invisible(r) && r != '\u200c' && r != '\u200d' {
			return -1
		}
		return r
	}, s)
	s = norm.NFC.String(strings.Join(strings.Fields(s), " "))
	switch {
	case !utf8.ValidString(s) || strings.ContainsRune(s, utf8.RuneError):
		c.add(field, "problem.text.unreadable")
	case strings.ContainsFunc(s, unicode.IsControl):
		c.add(field, "problem.text.invisible")
	case utf8.RuneCountInString(s) > Longest:
		c.add(field, "problem.text.long", "most", Longest, "n", utf8.RuneCountInString(s))
	}
	return s
}

// invisible tells whether a character shows nothing and may turn the text around it: marks of direction, of zero width.
func invisible(r rune) bool { return unicode.Is(unicode.Cf, r) || unicode.Is(unicode.Co, r) }

// unwritable lists the characters of a line that a report has no letters for, as they were written.
func unwritable(s string) []rune {
	var out []rune
	for _, r := range norm.NFC.String(s) {
		if _, left := fec.ASCII(string(r)); len(left) > 0 {
			out = append(out, r)
		}
	}
	return out
}

// some lists a few characters for a sentence.
func some(left []rune) string {
	const few = 5
	var out []rune
	for _, r := range left {
		if !slices.Contains(out, r) && len(out) < few {
			out = append(out, r)
		}
	}
	return string(out)
}

var (
	usZip      = regexp.MustCompile(`^[0-9]{5}([- ]?[0-9]{4})?$`)
	emailShape = regexp.MustCompile("^[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]+@[A-Za-z0-9-]+([.][A-Za-z0-9-]+)+$")
	refShape   = regexp.MustCompile(`^[A-Za-z0-9._-]{1,60}$`)
)

// place checks the state, the ZIP code and the country. Abroad the state is ZZ, as the FEC writes it, and the postal code
// is as the country has it.
func (c *checker) place(f Form) Form {
	f.State = strings.ToUpper(strings.TrimSpace(f.State))
	f.Country = strings.ToUpper(strings.TrimSpace(f.Country))
	f.Zip = strings.TrimSpace(plainDigits(f.Zip))
	switch {
	case f.Country == "":
		f.Country = "US"
	case slices.Contains(territories, f.Country): // Puerto Rico and its like are countries to some browsers
		f.Country, f.State = "US", f.Country
	case !isCountry(f.Country):
		c.add("country", "problem.country")
		return f
	}
	if f.Country != "US" {
		f.State = "ZZ"
		if f.Zip != "" {
			f.Zip = c.line("zip", f.Zip, "")
		}
		const longest = 9 // the column of the report
		if utf8.RuneCountInString(f.Zip) > longest {
			c.add("zip", "problem.zip.abroad")
		}
		return f
	}
	if f.State == "" {
		c.add("state", "problem.state.empty")
	} else if !isState(f.State) {
		c.add("state", "problem.state.unknown")
	}
	switch {
	case f.Zip == "":
		c.add("zip", "problem.zip.empty")
	case !usZip.MatchString(f.Zip):
		c.add("zip", "problem.zip.shape")
	default:
		f.Zip = strings.NewReplacer("-", "", " ", "").Replace(f.Zip)
	}
	return f
}

func (c *checker) email(s string) string {
	s = strings.TrimSpace(width.Narrow.String(s))
	if s == "" {
		c.add("email", "problem.email.empty")
		return s
	}
	const longest = 254 // RFC 5321, 4.5.3.1.3, without the angle brackets
	if a, err := mail.ParseAddress(s); err != nil || a.Address != s || len(s) > longest || !emailShape.MatchString(s) {
		c.add("email", "problem.email.shape")
	}
	return s
}

// work turns the one-tap answer into employer and occupation as they are reported. Without an answer both are asked for.
func (c *checker) work(f Form) Form {
	if said, ok := reportedWork[f.Work]; ok {
		f.Employer, f.Occupation = said, said
		return f
	}
	if f.Work == "self" {
		f.Employer = "Self-employed"
	} else {
		f.Employer = c.line("employer", f.Employer, "problem.employer.empty")
	}
	f.Occupation = c.line("occupation", f.Occupation, "problem.occupation.empty")
	return f
}

// reference keeps the code of a link, and drops what no link of ours has.
func reference(s string) string {
	if refShape.MatchString(s) {
		return s
	}
	return ""
}
