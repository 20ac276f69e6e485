package web_test

import (
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
		reviewed := func(what string) {
			t.Helper()
			p.As(browser.Look{Width: 320, Height: 700, Dark: c.dark})
			p.Open(page)
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
		reviewed("form")
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
