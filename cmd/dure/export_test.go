package main

import (
	"bytes"
	"fmt"

	"dure/donations"
	"dure/registry"
)

// What tests see of this program beside its commands.
var (
	Near          = near
	WithoutValues = withoutValues
)

// Questions are those that the metrics ask the database, by gauge.
func Questions() map[string]string {
	out := map[string]string{}
	for _, g := range gauges {
		out[g.name] = g.ask
	}
	return out
}

// ThereAndBack writes the form of a drive and reads it again; said is what could not be read.
func ThereAndBack(d donations.Drive) (back donations.Drive, said []string) {
	var b bytes.Buffer
	if err := driveForm(&d).write(&b); err != nil {
		return back, []string{err.Error()}
	}
	for _, f := range driveForm(&back).read(b.Bytes()).findings {
		said = append(said, fmt.Sprintf("%d: %s: %s", f.Line, f.Field, f.Text))
	}
	return back, said
}

// Unread tells how many faults a form has that can't be read.
func Unread(b []byte) int { return len(committeeForm(&registry.Committee{}).read(b).findings) }
