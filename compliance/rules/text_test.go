package rules_test

import (
	"slices"
	"testing"

	"dure/civil"
	"dure/compliance/rules"
)

// A text that changes with the law on a known day is two rows: each is required on its own side of the day.
func TestTextsAreRequiredWithinTheirDays(t *testing.T) {
	t.Parallel()
	files := map[string][]byte{}
	for _, name := range []string{"us.yaml", "us-xx.yaml", rules.CalendarsFile} {
		files[name] = []byte(read(t, name))
	}
	files["us.yaml"] = append(files["us.yaml"], `
texts:
  - {id: why, text: why-old, on: [give], purpose: tells why, cite: 1 U.S.C. 1, from: 2000-01-01, until: 2026-06-30, status: published}
  - {id: why, text: why-new, on: [give, letter], purpose: tells why, cite: 1 U.S.C. 1, from: 2026-07-01, status: published}
`...)
	files["us-xx.yaml"] = append(files["us-xx.yaml"], `
texts:
  - {id: xx-phone, text: xx.phone, on: [letter], purpose: names the board, cite: XX Code 2, from: 2026-01-01, status: published}
`...)
	law, err := rules.Load(files)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		jurisdiction, on string
		want             []string
	}{
		{"us", "1999-12-31", nil},
		{"us", "2026-06-30", []string{"us why-old"}},
		{"us", "2026-07-01", []string{"us why-new"}},
		{"us-xx", "2026-07-01", []string{"us why-new", "us-xx xx.phone"}},
		{"us-yy", "2026-07-01", nil},
	} {
		var got []string
		for _, x := range law.TextsOn(c.jurisdiction, civil.MustParse(c.on)) {
			got = append(got, x.Pack+" "+x.Text)
		}
		if !slices.Equal(got, c.want) {
			t.Errorf("TextsOn(%s, %s) = %v, want %v", c.jurisdiction, c.on, got, c.want)
		}
	}
}

func TestTextThatIsNotWholeIsRefused(t *testing.T) {
	t.Parallel()
	const sound = `{id: why, text: why, on: [give], purpose: tells why, cite: 1 U.S.C. 1, from: 2000-01-01, status: published}`
	for says, c := range map[string]struct{ row, want string }{
		"no purpose":      {`{id: why, text: why, on: [give], cite: 1 U.S.C. 1, from: 2000-01-01, status: published}`, `pack us, row "why" from 2000-01-01: it does not say which text, what it is for, or where it stands`},
		"nowhere":         {`{id: why, text: why, purpose: tells why, cite: 1 U.S.C. 1, from: 2000-01-01, status: published}`, `pack us, row "why" from 2000-01-01: it does not say which text, what it is for, or where it stands`},
		"an unknown page": {`{id: why, text: why, on: [wall], purpose: tells why, cite: 1 U.S.C. 1, from: 2000-01-01, status: published}`, `pack us, row "why" from 2000-01-01: unknown place "wall"`},
		"twice":           {sound + "\n  - {id: also, text: why, on: [give], purpose: tells why, cite: 1 U.S.C. 1, from: 2000-01-01, status: published}", `pack us, row "also" from 2000-01-01: row "why" speaks of the text why too`},
	} {
		const last = "\ncovers:"
		got := faultsOf(t, "us.yaml", last, "\ntexts:\n  - "+c.row+last)
		if !slices.Equal(got, []string{c.want}) {
			t.Errorf("%s: %q, want %q", says, got, c.want)
		}
	}
	if got := faultsOf(t, "us.yaml", "\ncovers:", "\ntexts:\n  - "+sound+"\ncovers:"); len(got) != 0 {
		t.Errorf("a sound text is refused: %q", got)
	}
}
