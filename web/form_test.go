package web_test

import (
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"dure/i18n"
	"dure/money"
	"dure/web"
)

// whole is a form with nothing to mend.
func whole() url.Values {
	return url.Values{
		"amount": {"25.00"}, "every": {"once"}, "given_name": {"Marigold"}, "family_name": {"Quillfeather"},
		"street": {"40 Placeholder Lane"}, "city": {"Exampleton"}, "state": {"VA"}, "zip": {"22999"}, "country": {"US"},
		"email": {"marigold@example.org"}, "employer": {"Exampleton Library"}, "occupation": {"Librarian"}, "attest_own": {"yes"},
	}
}

// with is the whole form with pairs of a field and a value changed.
func with(pairs ...string) url.Values {
	v := whole()
	for i := 0; i < len(pairs); i += 2 {
		v.Set(pairs[i], pairs[i+1])
	}
	return v
}

func TestWholeFormIsTaken(t *testing.T) {
	f, cents, problems := web.ReadForm(whole()).Check()
	if len(problems) > 0 || cents != 2500 {
		t.Fatalf("a whole form: %v, %v", cents, problems)
	}
	if f.Employer != "Exampleton Library" || f.Country != "US" || !f.Attested {
		t.Errorf("a whole form reads as %+v", f)
	}
}

func TestEveryWrongFieldIsNamed(t *testing.T) {
	long := strings.Repeat("n", 101)
	for _, c := range []struct {
		says  string
		form  url.Values
		wants string // field: key, of each problem
	}{
		{"no amount", with("amount", ""), "amount: problem.amount.none"},
		{"other without a sum", with("amount", "other"), "amount_other: problem.amount.empty"},
		{"other, zero", with("amount", "other", "amount_other", "0"), "amount_other: problem.amount.zero"},
		{"other, below zero", with("amount", "other", "amount_other", "-5"), "amount_other: problem.amount.zero"},
		{"other, words", with("amount", "other", "amount_other", "ten"), "amount_other: problem.amount.shape"},
		{"other, three places", with("amount", "other", "amount_other", "1.234"), "amount_other: problem.amount.shape"},
		{"other, an exponent", with("amount", "other", "amount_other", "1e3"), "amount_other: problem.amount.shape"},
		{"other, a sign between thousands that some read as a point", with("amount", "other", "amount_other", "٢٬٥٠٠"), "amount_other: problem.amount.shape"},
		{"other, digits that no page here is written with", with("amount", "other", "amount_other", "๒๕"), "amount_other: problem.amount.shape"},
		{"other, too large", with("amount", "other", "amount_other", "99999999999999999999"), "amount_other: problem.amount.large"},
		{"a made-up tile", with("amount", "lots"), "amount: problem.amount.shape"},
		{"another frequency", with("every", "month"), "amount: problem.every"},
		{"no name", with("given_name", "  ", "family_name", "\u00a0"), "given_name: problem.given-name.empty family_name: problem.family-name.empty"},
		{"a name that is too long", with("family_name", long), "family_name: problem.text.long"},
		{"a picture in a name", with("given_name", "Mari🌼gold"), "given_name: problem.text.latin"},
		{"a name in Hangul", with("given_name", "미나"), "given_name: problem.text.latin"},
		{"a NUL", with("given_name", "Mari\x00gold"), "given_name: problem.text.invisible"},
		{"a bell", with("city", "Example\aton"), "city: problem.text.invisible"},
		{"a mark that turns text round", with("family_name", "Quill\u202efeather"), "family_name: problem.text.invisible"},
		{"an isolate", with("street", "\u206640 Placeholder Lane\u2069"), "street: problem.text.invisible"},
		{"a zero-width blank", with("occupation", "Libra\u200brian"), "occupation: problem.text.invisible"},
		{"broken UTF-8", with("given_name", "Mari\xffgold"), "given_name: problem.text.unreadable"},
		{"only signs", with("city", "---"), "city: problem.text.letters"},
		{"no street, no city", with("street", "", "city", ""), "street: problem.street.empty city: problem.city.empty"},
		{"no state", with("state", ""), "state: problem.state.empty"},
		{"no such state", with("state", "ZZ"), "state: problem.state.unknown"},
		{"no ZIP", with("zip", ""), "zip: problem.zip.empty"},
		{"four digits", with("zip", "2299"), "zip: problem.zip.shape"},
		{"letters in the ZIP", with("zip", "2299O"), "zip: problem.zip.shape"},
		{"no such country", with("country", "QQ"), "country: problem.country"},
		{"no email", with("email", ""), "email: problem.email.empty"},
		{"no at-sign", with("email", "marigold.example.org"), "email: problem.email.shape"},
		{"a name before the email", with("email", "Marigold <marigold@example.org>"), "email: problem.email.shape"},
		{"two emails", with("email", "a@example.org, b@example.org"), "email: problem.email.shape"},
		{"a header in the email", with("email", "a@example.org\r\nBcc: b@example.org"), "email: problem.email.shape"},
		{"no dot in the host", with("email", "marigold@localhost"), "email: problem.email.shape"},
		{"neither employer nor occupation", with("employer", "", "occupation", ""), "employer: problem.employer.empty occupation: problem.occupation.empty"},
		{"employed without an employer", with("work", "employed", "employer", ""), "employer: problem.employer.empty"},
		{"self-employed without an occupation", with("work", "self", "employer", "", "occupation", ""), "occupation: problem.occupation.empty"},
		{"an unknown answer about work", with("work", "other", "employer", ""), "employer: problem.employer.empty"},
		{"the box unticked", with("attest_own", ""), "attest_own: problem.attest"},
		{"an own name that is too long", with("name_own", strings.Repeat("미", 101)), "name_own: problem.text.long"},
		{"nothing at all", url.Values{}, "amount: problem.amount.none given_name: problem.given-name.empty " +
			"family_name: problem.family-name.empty street: problem.street.empty city: problem.city.empty " +
			"state: problem.state.empty zip: problem.zip.empty email: problem.email.empty employer: problem.employer.empty " +
			"occupation: problem.occupation.empty attest_own: problem.attest"},
	} {
		_, _, problems := web.ReadForm(c.form).Check()
		var got []string
		for _, p := range problems {
			got = append(got, p.Field+": "+p.Text)
			if said := p.In(i18n.English); strings.ContainsAny(said, "{}") || said == p.Text {
				t.Errorf("%s: the sentence is %q", c.says, said)
			}
		}
		if got := strings.Join(got, " "); got != c.wants {
			t.Errorf("%s:\n got %s\nwant %s", c.says, got, c.wants)
		}
	}
}

func TestValuesArePutInOrder(t *testing.T) {
	type values struct {
		Cents                           money.Cents
		Name, Own, Place, Zip, Employer string
		Occupation, Ref, Email          string
	}
	whole := values{
		2500, "Marigold Quillfeather", "", "VA US", "22999", "Exampleton Library", "Librarian", "", "marigold@example.org",
	}
	for _, c := range []struct {
		says   string
		form   url.Values
		change func(*values)
	}{
		{"a sum as people write it", with("amount", "other", "amount_other", " $1,234.50 "), func(v *values) { v.Cents = 123450 }},
		{"a sum without a tile", with("amount", "", "amount_other", "7"), func(v *values) { v.Cents = 700 }},
		{"a tile wins over what stands in the other field", with("amount_other", "7"), func(v *values) {}},
		{"a form without frequency and country", with("every", "", "country", ""), func(v *values) {}},
		{"blanks", with("given_name", "  Marigold ", "family_name", "Quillfeather\t"), func(v *values) {}},
		{"accents and quotes stay", with("given_name", "Zoë", "family_name", "O’Peña-Łuk"), func(v *values) { v.Name = "Zoë O’Peña-Łuk" }},
		{"SQL and HTML are text", with("given_name", "Robert'); drop table gifts;--", "family_name", "<b>x</b>"), func(v *values) {
			v.Name = "Robert'); drop table gifts;-- <b>x</b>"
		}},
		{"an own name without marks of direction", with("name_own", "\u202b مریم \u202c\u200f"), func(v *values) { v.Own = "مریم" }},
		{"a joiner stays in an own name", with("name_own", "می\u200cنا"), func(v *values) { v.Own = "می\u200cنا" }},
		{"a sum in Arabic digits", with("amount", "other", "amount_other", "٢٥٫٥٠"), func(v *values) { v.Cents = 2550 }},
		{"a sum in the digits of Urdu", with("amount", "other", "amount_other", "۲۵.۹۰"), func(v *values) { v.Cents = 2590 }},
		{"a sum in Devanagari digits", with("amount", "other", "amount_other", "१,२३४"), func(v *values) { v.Cents = 123400 }},
		{"a sum in Bengali digits", with("amount", "other", "amount_other", "$২৫"), func(v *values) { v.Cents = 2500 }},
		{"a sum in Khmer digits", with("amount", "other", "amount_other", "៣៩"), func(v *values) { v.Cents = 3900 }},
		{"a sum of full width", with("amount", "other", "amount_other", "＄２５．５０"), func(v *values) { v.Cents = 2550 }},
		{"a ZIP code of full width", with("zip", "２２９９９－１２３４"), func(v *values) { v.Zip = "229991234" }},
		{"an address of full width", with("email", "ｍａｒｉｇｏｌｄ＠example.org"), func(v *values) {}},
		{"nine digits", with("zip", "22999-1234"), func(v *values) { v.Zip = "229991234" }},
		{"a state in small letters", with("state", "va"), func(v *values) {}},
		{"a territory as a country", with("country", "PR", "state", ""), func(v *values) { v.Place = "PR US" }},
		{"military mail", with("state", "AE"), func(v *values) { v.Place = "AE US" }},
		{"abroad", with("country", "KR", "state", "", "zip", "04524"), func(v *values) { v.Place, v.Zip = "ZZ KR", "04524" }},
		{"abroad without a code", with("country", "IE", "zip", ""), func(v *values) { v.Place, v.Zip = "ZZ IE", "" }},
		{"retired", with("work", "retired", "employer", "", "occupation", ""), func(v *values) { v.Employer, v.Occupation = "Retired", "Retired" }},
		{"not employed", with("work", "none"), func(v *values) { v.Employer, v.Occupation = "Not employed", "Not employed" }},
		{"self-employed", with("work", "self", "employer", ""), func(v *values) { v.Employer = "Self-employed" }},
		{"the code of a link", with("ref", "porch-7"), func(v *values) { v.Ref = "porch-7" }},
		{"a code that is none", with("ref", `"><script>`), func(v *values) {}},
		{"a box by another name", with("attest_own", "", "attest_all", "on"), func(v *values) {}},
	} {
		want := whole
		c.change(&want)
		f, cents, problems := web.ReadForm(c.form).Check()
		got := values{
			cents, f.GivenName + " " + f.FamilyName, f.NameOwn, f.State + " " + f.Country, f.Zip, f.Employer, f.Occupation, f.Ref, f.Email,
		}
		if diff := cmp.Diff(want, got); diff != "" || len(problems) > 0 {
			t.Errorf("%s: %v\n%s", c.says, problems, diff)
		}
	}
}

func FuzzForm(f *testing.F) {
	f.Add(whole().Encode())
	f.Add("amount=other&amount_other=1,23&given_name=%00&zip=1&attest=")
	f.Add("given_name=%E2%80%AE&country=kr&email=%22a%22@b")
	f.Fuzz(func(t *testing.T, body string) {
		v, err := url.ParseQuery(body)
		if err != nil {
			return
		}
		form, cents, problems := web.ReadForm(v).Check()
		if len(problems) > 0 {
			for _, p := range problems {
				if !i18n.Has(p.Text) {
					t.Fatalf("a problem without a sentence: %v", p)
				}
			}
			return
		}
		if cents <= 0 || cents > money.Max || !form.Attested {
			t.Fatalf("taken with %v, attested %v", cents, form.Attested)
		}
		lines := []string{form.GivenName, form.FamilyName, form.Street, form.City, form.State, form.Email, form.Employer, form.Occupation}
		for _, line := range lines {
			if line == "" || len([]rune(line)) > 254 || strings.ContainsAny(line, "\x00\n\r\u202e\u200b") {
				t.Fatalf("taken: %q", line)
			}
		}
		if !slices.Contains([]int{0, 5, 9}, len(form.Zip)) && form.Country == "US" {
			t.Fatalf("taken: ZIP %q", form.Zip)
		}
		again, cents2, problems := form.Check()
		if again != form || cents2 != cents || len(problems) > 0 {
			t.Fatalf("what was taken is not taken as it is: %v\n%s", problems, cmp.Diff(form, again))
		}
	})
}
