package seed_test

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"github.com/jmoiron/sqlx"

	"dure/civil"
	"dure/dev/pgtest"
	"dure/dev/seed"
)

// sown is a database with the whole seed, whose clock stands at noon of a day in New York.
func sown(t *testing.T, today string) (*sqlx.DB, seed.Options, seed.Result) {
	t.Helper()
	db := pgtest.New(t)
	o := seed.Options{
		AdminURL: pgtest.URLs(t, db).Admin, Today: civil.MustParse(today), SecretsKey: strings.Repeat("5eed", 16),
		PublicURL: "http://127.0.0.1:8080", Affiliate: seed.StripeKeys{Secret: "sk_test_seed", Webhook: "whsec_seed"}, Progress: t.Output(),
	}
	o.Now = o.Today.Midnight().Add(17 * time.Hour)
	const move = `update clock set offset_us = (extract(epoch from $1::timestamptz - clock_timestamp()) * 1000000)::bigint`
	if _, err := pgtest.Admin(t, db).ExecContext(t.Context(), move, o.Now); err != nil {
		t.Fatal(err)
	}
	began := time.Now()
	r, err := seed.Sow(t.Context(), o)
	if err != nil {
		t.Fatalf("Sow(%v): %v", today, err)
	}
	t.Logf("sown for %s in %.1f s", today, time.Since(began).Seconds())
	return db, o, r
}

func TestX(t *testing.T) {
	db, _, r := sown(t, "2026-11-22")
	t.Log(r)
	_ = db
	_ = bytes.Equal
}
