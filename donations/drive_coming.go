package donations

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/jmoiron/sqlx"

	"dure/registry"
)

// Coming are the gifts of a drive that may still settle without another form being sent, also once it is closed.
type Coming struct {
	Pages int       // card pages that can be paid: open, or about to open
	Until time.Time // when the last of them ends; the zero Time where there is none
	Taken int       // gifts for which the bank has set the money aside, not charged yet: being judged, or held for a person
}

// ComingBy counts what may still come by a committee's drive. A page that its giver left without a word stands among the open ones
// until its time is over.
func ComingBy(ctx context.Context, q sqlx.QueryerContext, committee registry.CommitteeID, slug string) (Coming, error) {
	const count = `
		select count(*) filter (where state in ('pledged', 'open')) as pages,
		       coalesce(max(coalesce(session_expires_at, pledged_at + $3 * interval '1 second')) filter (where state in ('pledged', 'open')), '0001-01-01') as until,
		       count(*) filter (where state in ('authorised', 'held', 'capture owed')) as taken
		from gifts
		where committee = $1 and drive = $2 and state in ('pledged', 'open', 'authorised', 'held', 'capture owed')`
	var c Coming
	if err := sqlx.GetContext(ctx, q, &c, count, committee, slug, sessionLasts.Seconds()); err != nil {
		return c, fmt.Errorf("count what comes by drive %q: %w", slug, err)
	}
	return c, nil
}

// Words tells of them in a sentence, with times of day in a zone; it is empty where nothing may come.
func (c Coming) Words(now time.Time, zone *time.Location) string {
	var said []string
	if c.Pages > 0 {
		page, last := fmt.Sprintf("%d card pages that are open already can still be paid", c.Pages), ", the last until "
		if c.Pages == 1 {
			page, last = "One card page that is open already can still be paid", ", until "
		}
		if c.Until.After(now) { // else Stripe is about to tell how it ended
			page += last + strings.NewReplacer("am", "a.m.", "pm", "p.m.").Replace(c.Until.In(zone).Format("3:04 pm MST"))
		}
		said = append(said, page)
	}
	switch {
	case c.Taken == 1:
		said = append(said, "One gift is set aside at its bank and not charged yet")
	case c.Taken > 1:
		said = append(said, fmt.Sprintf("%d gifts are set aside at their banks and not charged yet", c.Taken))
	}
	if len(said) == 0 {
		return ""
	}
	return strings.Join(said, ". ") + "."
}
