package staff

import "time"

// Attempt counts one attempt to sign in from an address, and tells whether it may go on.
func (d *Door) Attempt(now time.Time, from string) bool {
	return d.tries.begin(now, []limited{{under("from", from), 30}})
}

// Held is how many keys the door has attempts of.
func (d *Door) Held() int { return len(d.tries.counts) }

// Crowd is the most that it holds.
const Crowd = crowd
