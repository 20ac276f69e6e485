package staff

import (
	"crypto/sha256"
	"sync"
	"time"
)

// tries counts attempts to sign in, in this process. A window begins with the first attempt and lasts a quarter of an
// hour; an attempt counts from its begin, so that many at once don't slip through.
type tries struct {
	mu     sync.Mutex
	counts map[tried]count
	began  []window // the windows in the order in which they end
}

// tried is what attempts are counted under, as its digest: all are of one size, whatever was written.
type tried [sha256.Size]byte

type count struct {
	n     int
	until time.Time
}

// window is a key's count from its first attempt on.
type window struct {
	key   tried
	until time.Time
}

// limited is a key with the attempts that it has in one window.
type limited struct {
	key  tried
	most int
}

// under makes the key of attempts that have these parts in common.
func under(parts ...string) tried {
	h := sha256.New()
	for _, p := range parts {
		part := sha256.Sum256([]byte(p))
		h.Write(part[:])
	}
	return tried(h.Sum(nil))
}

const (
	windowLasts = 15 * time.Minute
	crowd       = 100_000 // windows to hold: then the one that ends first makes way
)

// begin counts an attempt under every key, or refuses it when one of them has none left. Its work does not grow with the
// keys that are held.
func (t *tries) begin(now time.Time, keys []limited) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.sweep(now, crowd)
	for _, k := range keys {
		if c := t.counts[k.key]; c.n >= k.most && now.Before(c.until) {
			return false
		}
	}
	for _, k := range keys {
		c := t.counts[k.key]
		if !now.Before(c.until) {
			c = count{until: now.Add(windowLasts)}
			t.began = append(t.began, window{k.key, c.until})
		}
		c.n++
		t.counts[k.key] = c
	}
	return true
}

// sweep forgets the windows that are over, and the oldest of more than most. Each window is begun once and swept once.
func (t *tries) sweep(now time.Time, most int) {
	over := 0
	for over < len(t.began) && (len(t.began)-over > most || !now.Before(t.began[over].until)) {
		w := t.began[over]
		if t.counts[w.key].until.Equal(w.until) { // else the key was given back, and has a newer window or none
			delete(t.counts, w.key)
		}
		over++
	}
	t.began = t.began[over:]
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
