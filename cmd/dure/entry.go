package main

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"unicode"

	"github.com/jmoiron/sqlx"

	"dure/compliance"
	"dure/compliance/rules"
	"dure/pg"
	"dure/registry"
)

// noun is what is entered by a form: a committee, a candidate, an election or a drive. Its checks are those of the verbs.
type noun[T any] struct {
	name    string // such as committee
	one     string // such as a committee
	blank   T      // what a form that says nothing means
	example T
	form    func(v *T) form
	named   func(id string) T
	id      func(v T) string
	settle  func(v *T) []registry.Fault // fills in what follows from the rest, and tells what only the form can know; may be nil
	acts    func(v T) []string          // the committees on which entering it acts
	find    func(ctx context.Context, q sqlx.QueryerContext, v T) (T, error)
	add     func(ctx context.Context, tx *sqlx.Tx, v T) error
	amend   func(ctx context.Context, tx *sqlx.Tx, v T) error
	lasting []string                                                      // the words that no amendment changes
	follows func(ctx context.Context, tx *sqlx.Tx, v T) ([]string, error) // what else an amendment changes, asked before it; may be nil
	next    func(ctx context.Context, db *sqlx.DB, v T) string            // what comes after it is entered
}

// entryArgs are what every command takes that enters or amends something.
type entryArgs struct {
	File   string `arg:"" help:"The filled-in form, or - for standard input."`
	DryRun bool   `help:"Say what would be done, and do nothing."`
	JSON   bool   `help:"Print one JSON document."`
}

// entry is what came of a form.
type entry struct {
	Noun     string       `json:"noun"`
	ID       string       `json:"id"`
	Outcome  string       `json:"outcome"`           // entered, amended, already so, or refused
	DryRun   bool         `json:"dry_run"`           // nothing was written
	Changes  []difference `json:"changes"`           // by an amendment
	Follows  []string     `json:"follows,omitempty"` // from an amendment, of what else is here
	Findings []finding    `json:"findings"`

	amending bool
	next     string // what comes after it is entered
}

// errUndone ends a transaction of which nothing is to stay.
var errUndone = errors.New("nothing of it stays")

// enter enters what a form says, or amends what is there. What stands in the way is told at once: what can't be read, and what
// the verbs refuse.
func (n noun[T]) enter(ctx context.Context, s *settings, args entryArgs, amending bool) error {
	text, file, err := args.read()
	if err != nil {
		return err
	}
	v := n.blank
	r := n.form(&v).read(text)
	out := entry{Noun: n.name, ID: n.id(v), DryRun: args.DryRun, Changes: []difference{}, amending: amending}
	if !r.broken {
		if err := n.ask(ctx, s, &v, &out, &r); err != nil {
			return err
		}
	}
	if out.Findings = append([]finding{}, r.findings...); len(out.Findings) > 0 {
		out.Outcome, out.Changes, out.Follows = "refused", []difference{}, nil
	}
	if args.JSON {
		err = printJSON(out)
	} else {
		err = out.tell(os.Stdout, file)
	}
	if err == nil && out.Outcome == "refused" {
		return errFindings
	}
	return err
}

// ask has the verbs do it, in a transaction that stays only where nothing was found.
func (n noun[T]) ask(ctx context.Context, s *settings, v *T, out *entry, r *reading) error {
	if n.settle != nil {
		for _, f := range n.settle(v) {
			r.add(f.Field, f.Text)
		}
	}
	db, err := s.database(ctx)
	if err != nil {
		return err
	}
	defer db.Close()
	read := r.findings
	err = pg.InTx(ctx, db, commandLine(), n.acts(*v), func(tx *sqlx.Tx) error {
		out.Changes, out.Follows, r.findings = []difference{}, nil, slices.Clone(read)
		if err := pg.Alone(ctx, tx, n.name+" "+out.ID); err != nil { // whoever sends the same form finds it entered
			return err
		}
		err := n.write(ctx, tx, *v, out, r)
		switch refused, refusal := (*registry.Refused)(nil), (*compliance.Refusal)(nil); {
		case errors.As(err, &refused):
			for _, f := range refused.Faults {
				r.add(f.Field, f.Text)
			}
		case errors.As(err, &refusal):
			for _, f := range refusal.Findings {
				r.add(f.Field, cited(f))
			}
		case err != nil:
			return err
		}
		if len(r.findings) > 0 || out.DryRun {
			return errUndone
		}
		return nil
	})
	switch {
	case errors.Is(err, errUndone):
		return nil
	case err == nil && out.Outcome == "entered":
		out.next = n.next(ctx, db, *v)
	}
	return err
}

// write adds or amends in a transaction.
func (n noun[T]) write(ctx context.Context, tx *sqlx.Tx, v T, out *entry, r *reading) error {
	known, err := n.find(ctx, tx, v)
	if errors.Is(err, sql.ErrNoRows) {
		if out.amending {
			r.add(n.word(), fmt.Sprintf("there is no %s %q here: dure %s list shows those there are, dure %s enter enters one", n.name, n.id(v), n.name, n.name))
			return nil
		}
		out.Outcome = "entered"
		return n.add(ctx, tx, v)
	}
	if err != nil {
		return err
	}
	out.Changes = n.form(&v).differ(n.form(&known))
	switch {
	case len(r.findings) > 0: // of a form that can't be read it is not known what it changes
		return nil
	case len(out.Changes) == 0:
		out.Outcome = "already so"
		return nil
	case out.amending:
		out.Outcome = "amended"
		for _, c := range out.Changes {
			if slices.Contains(n.lasting, c.Word) {
				r.add(c.Word, fmt.Sprintf("it is %q, and stays so; %q is another %s, to be entered", c.Was, c.Is, n.name))
			}
		}
		if n.follows != nil {
			if out.Follows, err = n.follows(ctx, tx, v); err != nil {
				return err
			}
		}
		return n.amend(ctx, tx, v)
	}
	for _, c := range out.Changes {
		r.add(c.Word, fmt.Sprintf("it is %q here, and %q in the form", c.Was, c.Is))
	}
	r.add(n.word(), fmt.Sprintf("there is %s %s already, and it is another: dure %s amend records what has changed", n.one, n.id(v), n.name))
	return nil
}

// word is the word of the form that names what is entered.
func (n noun[T]) word() string { return n.form(new(T)).blanks[0].word }

// cited gives a finding's words with the law that they rest on.
func cited(f compliance.Finding) string {
	if f.Cite == "" {
		return f.Text
	}
	return f.Text + " (" + f.Cite + ")"
}

// add adds what was found of a word, unless what stands there could not be read in the first place.
func (r *reading) add(word, text string) {
	if !slices.ContainsFunc(r.findings, func(f finding) bool { return f.Field == word && word != "" && f.unread }) {
		r.findings = append(r.findings, finding{Line: r.lines[word], Field: word, Text: text})
	}
}

// read gives the form's text, and the name by which it is spoken of.
func (a entryArgs) read() (text []byte, file string, err error) {
	in := os.Stdin
	file = "standard input"
	if a.File != "-" {
		if in, err = os.Open(a.File); err != nil {
			return nil, "", err
		}
		defer in.Close()
		file = filepath.Base(a.File)
	}
	text, err = io.ReadAll(io.LimitReader(in, longestForm+1))
	return text, file, err
}

// tell says what came of the form: each finding with its place, or what is so now and what comes next.
func (e entry) tell(out io.Writer, file string) error {
	w := &strings.Builder{}
	for _, f := range e.Findings {
		switch {
		case f.Line == 0 && f.Field == "":
			fmt.Fprintf(w, "%s: %s\n", file, f.Text)
		case f.Line == 0:
			fmt.Fprintf(w, "%s: %s: %s\n", file, f.Field, f.Text)
		case f.Field == "":
			fmt.Fprintf(w, "%s:%d: %s\n", file, f.Line, f.Text)
		default:
			fmt.Fprintf(w, "%s:%d: %s: %s\n", file, f.Line, f.Field, f.Text)
		}
	}
	for _, c := range e.Changes {
		fmt.Fprintf(w, "%s: was %q, is %q\n", c.Word, c.Was, c.Is)
	}
	for _, f := range e.Follows {
		fmt.Fprintln(w, f)
	}
	var said string
	switch {
	case e.Outcome == "refused":
		said = "Nothing was written."
	case e.Outcome == "already so":
		said = fmt.Sprintf("The %s %s is already so.", e.Noun, e.ID)
	case e.DryRun:
		said = fmt.Sprintf("The %s %s can be %s. Nothing was written.", e.Noun, e.ID, e.Outcome)
	case e.Outcome == "amended":
		said = fmt.Sprintf("The %s %s is amended.", e.Noun, e.ID)
	default:
		said = fmt.Sprintf("The %s %s is entered. %s", e.Noun, e.ID, e.next)
	}
	fmt.Fprintln(w, said)
	_, err := io.WriteString(out, harmless(w.String()))
	return err
}

// harmless gives a text without what a terminal obeys: a form comes from anybody.
func harmless(text string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsControl(r) && r != '\n' || unicode.Is(unicode.Bidi_Control, r) {
			return unicode.ReplacementChar
		}
		return r
	}, text)
}

// formArgs are what every command takes that prints a form.
type formArgs struct {
	ID      string `arg:"" optional:"" help:"Filled in with what is known of this one, to be amended."`
	Example bool   `help:"Filled in with an example, which is fictional."`
}

// print prints the form: blank, filled in with what is known of one, or with the example.
func (n noun[T]) print(ctx context.Context, s *settings, args formArgs) error {
	v := n.blank
	switch {
	case args.ID != "" && args.Example:
		return fmt.Errorf("--example is of nothing that is here: leave it out, or %q", args.ID)
	case args.Example:
		v = n.example
	case args.ID != "":
		db, err := s.database(ctx)
		if err != nil {
			return err
		}
		defer db.Close()
		v, err = n.find(ctx, db, n.named(args.ID))
		if errors.Is(err, sql.ErrNoRows) {
			return fmt.Errorf("there is no %s %q here: dure %s list shows those there are", n.name, args.ID, n.name)
		}
		if err != nil {
			return err
		}
	}
	return n.form(&v).write(os.Stdout)
}

// packFault tells that Dure carries no rules of a jurisdiction.
func packFault(word, id string) []registry.Fault {
	if _, ok := rules.Carried().Pack(id); ok {
		return nil
	}
	var ids []string
	for _, p := range rules.Carried().Packs() {
		ids = append(ids, p.Pack)
	}
	return []registry.Fault{{Field: word, Text: fmt.Sprintf("Dure carries no rules of %q: there are those of %v", id, ids)}}
}

// officeFault tells that the rules of a jurisdiction know no such office: every gift to a candidate for it would wait. What is wrong
// with an office that is empty, or federal, the registry says.
func officeFault(jurisdiction, office string) []registry.Fault {
	pack, ok := rules.Carried().Pack(jurisdiction)
	if !ok || jurisdiction == rules.Federal().Pack || office == "" {
		return nil
	}
	var codes []string
	for _, o := range pack.Offices {
		if office == o.Code || office == o.Class {
			return nil
		}
		codes = append(codes, o.Code)
	}
	if len(codes) == 0 {
		return nil
	}
	return []registry.Fault{{Field: "office", Text: fmt.Sprintf("the rules of %s know no office %q: there are %s", jurisdiction, office, strings.Join(codes, ", "))}}
}
