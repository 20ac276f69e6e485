package web_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/jmoiron/sqlx"

	"dure/compliance"
	"dure/dev/browser"
	"dure/dev/house"
	"dure/donations"
	"dure/i18n"
	"dure/pg"
	"dure/registry"
)

// Asking for money back in a browser without JavaScript, in a script from the left and one from the right; and each state of the
// part that tells of it, held against axe-core and the window of a phone.
func TestAskingForMoneyBackInABrowser(t *testing.T) {
	h, w, _ := houseDesk(t)
	approve(t, h, "ur")
	p := browser.New(t)
	other := map[i18n.Language]i18n.Language{"en": "ur", "ur": "en"}
	for _, c := range []struct {
		lang i18n.Language
		by   string
		dark bool
	}{{"en", "Bram", true}, {"ur", "Cleo", false}} {
		g := h.MustGive(h.Pledge(house.ToCommittee, 2500, house.By(c.by), func(p *donations.Pledge) { p.Language = string(c.lang) }))
		h.Pay(g, house.Good)
		h.Quiet()
		g = h.Gift(g.ID)
		page := w.site.URL + thanksOf(g)
		seen := func(what string) {
			t.Helper()
			if got := browser.Eval[string](p, "document.documentElement.lang"); got != string(c.lang) {
				t.Fatalf("the page is in %q, want %q", got, c.lang)
			}
			for _, v := range p.Axe() {
				t.Errorf("%s in %s: %v", what, c.lang, v)
			}
			for _, f := range p.Flaws() {
				if strings.HasSuffix(f.What, "web fonts") {
					continue // those of the style sheet are the device's own, by another name
				}
				t.Errorf("%s in %s: %v", what, c.lang, f)
			}
			p.Shot("asked-" + string(c.lang) + "-" + what)
		}
		reviewed := func(what string) {
			t.Helper()
			p.As(browser.Look{Width: 320, Height: 700, Dark: c.dark})
			p.Open(page)
			seen(what)
		}
		reviewed("form")
		// A reason that is too long comes back whole, and stays when the page is read in the other language and back.
		browser.Eval[bool](p, `(document.getElementById("reason").value = "12 ".repeat(200), true)`)
		for _, step := range []string{"#back button", `.langs button[value="` + string(other[c.lang]) + `"]`, `.langs button[value="` + string(c.lang) + `"]`} {
			browser.Eval[bool](p, `(document.querySelector(".langs").open = true)`)
			if got := p.Follow(step); got != http.StatusUnprocessableEntity || browser.Eval[int](p, `document.getElementById("reason").value.length`) != 600 {
				t.Errorf("in %s %s leads to %d, or loses what was written", c.lang, step, got)
			}
		}
		seen("mend")
		p.As(browser.Look{Width: 390, Height: 844, NoScript: true})
		p.Open(page)
		p.Follow("#back button")
		reviewed("open")
		if err := donations.DeclineRequest(t.Context(), h.DB, h.Sim.Now(), "staff:test", house.Committee, g.ID, "It was spent on stamps."); err != nil {
			t.Fatal(err)
		}
		reviewed("declined")
		if err := donations.Refund(t.Context(), h.DB, h.Sim.Now(), "staff:test", house.Committee, g.ID, 2500); err != nil {
			t.Fatal(err)
		}
		h.Quiet()
		reviewed("back")
	}
}

// approve has the house's committee speak a language.
func approve(t *testing.T, h *house.House, lang i18n.Language) {
	t.Helper()
	err := pg.InTx(t.Context(), h.DB, "test", []string{string(house.Committee)}, func(tx *sqlx.Tx) error {
		c, err := registry.FindCommittee(t.Context(), tx, house.Committee, time.Time{})
		if err != nil {
			return err
		}
		all, err := compliance.Notices(t.Context(), tx, c, lang, h.Today())
		if err != nil {
			return err
		}
		var said []compliance.Approval
		for _, n := range all {
			said = append(said, compliance.Approval{
				Notice: n.Text.Text, Language: lang, Version: n.Translation.Version, EnglishVersion: n.English.Version,
				Verdict: compliance.Approves, Source: compliance.ByPerson, Approver: "Iris Sample", Note: "read both",
			})
		}
		return compliance.JudgeNotices(t.Context(), tx, c, h.Today(), said)
	})
	if err != nil {
		t.Fatal(err)
	}
}
