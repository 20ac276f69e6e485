package stripesim

import (
	"cmp"
	"encoding/json"
	"errors"
	"io"
	"maps"
	"net/http"
	"slices"
	"time"
)

// clockNow is what GET /_sim/clock tells.
type clockNow struct {
	Now    string `json:"now"`       // RFC 3339 with nanoseconds, UTC
	Offset int64  `json:"offset_ns"` // how far the shared clock stands from the real one
}

func (s *Sim) clockNow() clockNow {
	s.mu.Lock()
	defer s.mu.Unlock()
	return clockNow{s.now().Format(time.RFC3339Nano), int64(s.offset)}
}

func (s *Sim) showClock(w http.ResponseWriter, _ *http.Request) {
	answerJSON(w, http.StatusOK, s.clockNow())
}

func (s *Sim) advanceClock(w http.ResponseWriter, r *http.Request) {
	var by struct {
		Days    float64 `json:"days"`
		Seconds float64 `json:"seconds"`
	}
	if !readJSON(w, r, &by, small) {
		return
	}
	const longest = 100 * 366 // days, so that the sum stays a duration
	if days := by.Days + by.Seconds/86400; days < 0 || days > longest {
		answerJSON(w, http.StatusBadRequest, map[string]string{"error": "the clock moves forward, at most a hundred years at once"})
		return
	}
	_, err := s.Advance(time.Duration(by.Days*24*float64(time.Hour)) + time.Duration(by.Seconds*float64(time.Second)))
	if err != nil {
		answerJSON(w, http.StatusInternalServerError, map[string]string{"error": err.Error()})
		return
	}
	answerJSON(w, http.StatusOK, s.clockNow())
}

func (s *Sim) showFaults(w http.ResponseWriter, _ *http.Request) {
	s.mu.Lock()
	faults := s.faults
	s.mu.Unlock()
	answerJSON(w, http.StatusOK, faults)
}

// setFaults replaces all faults: what is not named is off.
func (s *Sim) setFaults(w http.ResponseWriter, r *http.Request) {
	var f Faults
	if !readJSON(w, r, &f, small) {
		return
	}
	if err := s.SetFaults(f); err != nil {
		answerJSON(w, http.StatusBadRequest, map[string]string{"error": err.Error()})
		return
	}
	answerJSON(w, http.StatusOK, f)
}

// state is everything, as GET /_sim/state tells it.
type state struct {
	Clock    clockNow `json:"clock"`
	Version  string   `json:"api_version"`
	Faults   Faults   `json:"faults"`
	Doors    []string `json:"doors"`           // what POST can bring about
	Owed     int      `json:"deliveries_owed"` // on their way or waiting
	Accounts []tree   `json:"accounts"`
}

func (s *Sim) showState(w http.ResponseWriter, _ *http.Request) {
	clock := s.clockNow()
	s.mu.Lock()
	all := state{Clock: clock, Version: APIVersion, Faults: s.faults, Doors: doors, Owed: s.flying + len(s.queue), Accounts: []tree{}}
	for _, a := range s.sorted() {
		for _, movement := range a.Transactions.list {
			movement.ripen(s.now())
		}
		for _, d := range a.Disputes.list {
			d.lapse(s.now())
		}
		t := s.plain(a)
		delete(t, "idempotent_replies")
		all.Accounts = append(all.Accounts, t)
	}
	s.mu.Unlock()
	answerJSON(w, http.StatusOK, all)
}

// sorted gives the accounts in the order of their ids. The lock is held.
func (s *Sim) sorted() []*account {
	return slices.SortedFunc(maps.Values(s.accounts), func(a, b *account) int { return cmp.Compare(a.ID, b.ID) })
}

// small is the most that a control's body has, but for a history.
const small = 64 << 10

// readJSON reads a strict JSON body of at most so many bytes; where it can't, it has answered 400.
func readJSON(w http.ResponseWriter, r *http.Request, into any, most int64) bool {
	d := json.NewDecoder(http.MaxBytesReader(w, r.Body, most))
	d.DisallowUnknownFields()
	err := d.Decode(into)
	if err == nil && d.Decode(&struct{}{}) != io.EOF {
		err = errors.New("more than one JSON value")
	}
	if err != nil {
		answerJSON(w, http.StatusBadRequest, map[string]string{"error": "the body is one JSON object: " + err.Error()})
		return false
	}
	return true
}

func answerJSON(w http.ResponseWriter, status int, v any) {
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	e := json.NewEncoder(w)
	e.SetIndent("", "  ")
	e.Encode(v) // an error is the reader's going away
}
