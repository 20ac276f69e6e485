package dure_test

import (
	"encoding/json"
	"errors"
	"io"
	"os/exec"
	"strings"
	"testing"
)

// floors is the staircase, top first. A room imports only from floors below its own.
var floors = []string{
	8: "cmd/dure  cmd/dure-dev",
	7: "web  scenarios  dev/*",
	6: "webhooks  letters",
	5: "donations  organizing",
	4: "compliance",
	3: "ledger  staff  compliance/fec  compliance/rules",
	2: "registry  i18n/latin",
	1: "money  civil  pg  i18n  migrations",
}

// dev tells whether a room never ships.
func dev(room string) bool { return strings.HasPrefix(room, "dev/") }

// floor tells on which floor a room stands; a room that no floor names is 0.
func floor(room string) int {
	if dev(room) {
		room = "dev/*"
	}
	for n, rooms := range floors {
		for _, r := range strings.Fields(rooms) {
			if r == room {
				return n
			}
		}
	}
	return 0
}

// mayImport says what is wrong with an import, and nothing where it is allowed.
func mayImport(room, other string) string {
	switch {
	case dev(other) && room != "cmd/dure-dev" && !dev(room):
		return "only cmd/dure-dev, dev/ and tests import what never ships"
	case dev(other) || floor(other) < floor(room):
		return ""
	default:
		return "imports go down only: turn it round, or move what both need to a floor below both"
	}
}

func TestImportsGoDownTheStaircase(t *testing.T) {
	t.Parallel()
	out, err := exec.CommandContext(t.Context(), "go", "list", "-json=ImportPath,Imports", "./...").Output()
	if err != nil {
		t.Fatalf("go list: %v", err)
	}
	for d := json.NewDecoder(strings.NewReader(string(out))); ; {
		var p struct {
			ImportPath string
			Imports    []string
		}
		if err := d.Decode(&p); errors.Is(err, io.EOF) {
			return
		} else if err != nil {
			t.Fatal(err)
		}
		room, ok := strings.CutPrefix(p.ImportPath, "dure/")
		if !ok {
			continue // the root holds this test alone
		}
		if floor(room) == 0 {
			t.Errorf("no floor knows the room %s: put the code into a room that is there, or give the new room its place "+
				"in floors_test.go, as low as what it imports allows", room)
			continue
		}
		for _, path := range p.Imports {
			if other, ours := strings.CutPrefix(path, "dure/"); ours {
				if wrong := mayImport(room, other); wrong != "" {
					t.Errorf("%s (floor %d) imports %s (floor %d): %s", room, floor(room), other, floor(other), wrong)
				}
			}
		}
	}
}

func TestTheFloorsRefuse(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		room, other string
		allowed     bool
	}{
		{"donations", "compliance", true},
		{"compliance", "compliance/rules", true},
		{"dev/pgtest", "dev/cluster", true},
		{"dev/seed", "donations", true},
		{"cmd/dure-dev", "dev/seed", true},
		{"dev/fectest", "compliance/fec", true},
		{"compliance", "dev/fectest", false},
		{"compliance", "donations", false},
		{"ledger", "compliance/rules", false},
		{"web", "scenarios", false},
		{"web", "webhooks", true},
		{"webhooks", "letters", false},
		{"web", "dev/pgtest", false},
		{"cmd/dure", "dev/cluster", false},
		{"dev/seed", "web", false},
	} {
		if got := mayImport(c.room, c.other) == ""; got != c.allowed {
			t.Errorf("%s may import %s: %v, want %v", c.room, c.other, got, c.allowed)
		}
	}
}
