// Package scenarios tries the law as Dure has it: files that say what is given, what happens and what is expected, played
// against the real rules and the real database code in a scratch database that is dropped at the end.
//
// What a file can't say is a Fault with its line, and never a pass. docs/scenarios.md is the grammar.
package scenarios

import "fmt"

// Fault is a place of a file that can't be read, or that asks for what can't be done.
type Fault struct {
	File string `json:"file"`
	Line int    `json:"line"`
	Text string `json:"text"`
}

// String is the fault as editors find it: file:line: text.
func (f Fault) String() string { return fmt.Sprintf("%s:%d: %s", f.File, f.Line, f.Text) }
