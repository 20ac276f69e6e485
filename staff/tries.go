package staff

import (
	"sync"
	"time"
)

// tries counts attempts to sign in, in this process. A window begins with the first attempt and lasts a quarter of an
// hour; an attempt counts from its begin, so that many at once don't slip through.
type tries struct {
	mu     sync.Mutex
	counts map[string]count
}

type count struct {
	n     int
	until time.Time
}

// limited is a key with the attempts that it has in one window.
type limited struct {
	key  string
	most int
}

const (
	window = 15 * time.Minute
	crowd  = 10_000 // keys to hold before old ones are swept out
)

// begin counts an attempt under every key, or refuses it when one of them has none left.
func (t *tries) begin(now time.Time, keys []limited) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	if len(t.counts) > crowd {
		for k, c := range t.counts {
			if now.After(c.until) {
				delete(t.counts, k)
			}
		}
	}
	for _, k := range keys {
		if c := t.counts[k.key]; c.n >= k.most && now.Before(c.until) {
			return false
		}
	}
	for _, k := range keys {
		c := t.counts[k.key]
		if !now.Before(c.until) {
			c = count{until: now.Add(window)}
		}
		c.n++
		t.counts[k.key] = c
	}
	return true
}

// forget gives back what a right password used.
func (t *tries) forget(keys []limited) {
	t.mu.Lock()
	defer t.mu.Unlock()
	for i, k := range keys {
		if i == 0 {
			delete(t.counts, k.key)
			continue
		}
		if c, ok := t.counts[k.key]; ok && c.n > 0 {
			c.n--
			t.counts[k.key] = c
		}
	}
}
