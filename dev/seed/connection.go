package seed

import (
	"context"
	"fmt"
	"net/url"

	"github.com/jmoiron/sqlx"

	"dure/pg"
)

// open connects as the owner of the schema, in a way that suits some three hundred thousand statements, of which few differ: no
// commit waits for the disk (a seed that a crash cuts off is sown anew), and a plan that is made while a table is small must not read
// it whole once it is large.
func open(ctx context.Context, admin string) (*sqlx.DB, error) {
	u, err := url.Parse(admin)
	if err != nil {
		return nil, fmt.Errorf("read the database's address: %w", err)
	}
	q := u.Query()
	q.Set("options", "-c synchronous_commit=off -c plan_cache_mode=force_generic_plan -c enable_seqscan=off")
	u.RawQuery = q.Encode()
	return pg.Open(ctx, u.String())
}
