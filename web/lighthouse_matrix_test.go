package web_test

import (
	"flag"
	"fmt"
	"strings"
	"testing"

	"github.com/jmoiron/sqlx"

	"dure/dev/lighthouse"
	"dure/i18n"
	"dure/pg"
)

var withLighthouse = flag.Bool("lighthouse", false, "hold the pages against Lighthouse, which dev/install lighthouse installs; minutes")

// leastScore is what Lighthouse gives each page at least, of 100.
const leastScore = 98

func TestLighthouseFindsNothing(t *testing.T) {
	if !*withLighthouse {
		t.Skip("make quality runs it")
	}
	s := newSite(t, nil)
	publishAll(t, s.DB, noon)
	thanks := pledged(t, s, "porch-light")
	err := pg.InTx(t.Context(), s.DB, "test", []string{"long-table"}, func(tx *sqlx.Tx) error {
		const settle = `update gifts set state = 'settled', charge = 'ch_sample', charged_at = '2026-05-14 13:05Z', settled_at = '2026-05-14 13:06Z' where id = 'GAAAAAAAAAAAAAAA'`
		_, err := tx.ExecContext(t.Context(), settle)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	for name, path := range map[string]string{"give": "/give/porch-light", "thanks": thanks, "home": "/"} {
		for _, lang := range []i18n.Language{"en", "ko", "ur"} {
			t.Run(fmt.Sprintf("%s in %s", name, lang), func(t *testing.T) {
				r, err := lighthouse.Run(t.Context(), inLanguage(s.URL+path, lang), lighthouse.Accessibility, lighthouse.BestPractices, lighthouse.SEO)
				if err != nil {
					t.Fatal(err)
				}
				for category, score := range r.Scores {
					if score < leastScore {
						t.Errorf("%s = %d, want at least %d", category, score, leastScore)
					}
				}
				var found []string
				for _, f := range r.Faults {
					found = append(found, f.String())
				}
				t.Logf("%v\n%s", r.Scores, strings.Join(found, "\n"))
			})
		}
	}
}
