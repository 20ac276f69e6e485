package donations_test

import (
	"testing"
	"time"

	"github.com/jmoiron/sqlx"

	"dure/civil"
	"dure/compliance"
	"dure/dev/house"
	"dure/pg"
)

// open begins the first committee's books on 1 January of the year.
func open(t *testing.T, h *house.House) {
	t.Helper()
	january := civil.Of(h.Today().Year(), time.January, 1)
	err := pg.InTx(t.Context(), h.DB, "test", []string{string(house.Committee)}, func(tx *sqlx.Tx) error {
		return compliance.OpenBooks(t.Context(), tx, house.Committee, january, 841237)
	})
	if err != nil {
		t.Fatal(err)
	}
}
