package main_test

import (
	"net/http"
	"strings"
	"sync"
	"testing"

	"dure/dev/house"
)

// TestTwoHundredFormsAtOnce sends $100 two hundred times at once from one person by HTTP: as many pass as the room holds,
// and the rest are told what is left. A form that a busy site could not take in time is sent again, as its page asks.
func TestTwoHundredFormsAtOnce(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name   string
		drives []string
		want   int
		room   string
	}{
		{"to a candidate", []string{house.ToCandidate}, 35, "$3,500"},
		{"to a candidate through two committees", []string{house.ToCandidate, house.ViaOther}, 35, "$3,500"},
		{"to two affiliated committees", []string{house.ToCommittee, house.ToAffiliate}, 50, "$5,000"},
	} {
		t.Run(c.name, func(t *testing.T) { // one crowd after the other: three at once try the machine, and prove no more
			s := serveHouse(t, "DURE_GIVE_PER_MINUTE=0")
			var wg sync.WaitGroup
			var mu sync.Mutex
			answers := map[int]int{}
			for i := range 200 {
				wg.Go(func() {
					body := form("amount", "other", "amount_other", "100").Encode()
					send := func() (int, string) {
						return s.post("/give/"+c.drives[i%len(c.drives)], "application/x-www-form-urlencoded", body)
					}
					status, page := send()
					for try := 0; try < 5 && status == http.StatusServiceUnavailable; try++ {
						status, page = send()
					}
					mu.Lock()
					defer mu.Unlock()
					answers[status]++
					if status == http.StatusUnprocessableEntity && (!strings.Contains(page, c.room) || !strings.Contains(page, "Marigold")) {
						t.Errorf("a refusal tells neither the limit %s nor keeps what was written", c.room)
					}
				})
			}
			wg.Wait()
			if len(answers) != 2 || answers[http.StatusSeeOther] != c.want || answers[http.StatusUnprocessableEntity] != 200-c.want {
				t.Errorf("two hundred forms are answered %v, want %d times 303 and the rest 422", answers, c.want)
			}
		})
	}
}
