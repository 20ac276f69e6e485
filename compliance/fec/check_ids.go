package fec

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"math"

	"dure/money"
)

// A transaction id may be taken twice, and be referred to before its row comes: ids and the references to them are sorted at the
// end of the file, by id, and each id's mentions are looked at together.

// What a row says of a transaction id.
const (
	hasID      byte = iota // it is the row's own
	refersToID             // it is that of the row's parent
)

// mention is one place where a transaction id stands.
type mention struct {
	id     [20]byte // the id itself, or a digest of one that is too long
	what   byte
	line   int
	kind   *kind  // of the row
	of     string // the parent's form that the row names
	column int    // of the id; the parent's form is in the next one
	amount money.Cents
	party  uint16 // of the other committee's id; the same for the same committee
	marks  byte
}

// What else of a row its mention carries.
const (
	isMemo       byte = 1 << iota
	unexplained       // a memo that neither says why nor has a parent: only a note can
	mirrorsItsSA      // a row of Schedule B that is the other half of its parent, such as the forward of an earmarked receipt
)

// mention keeps what a row says of an id. The id's column may be too long, and in a broken file hold anything.
func (c *checker) mention(id string, m mention) {
	if id == "" {
		return
	}
	if len(id) > len(m.id) || id[len(id)-1] == 0 {
		digest := sha256.Sum256([]byte(id))
		copy(m.id[:], digest[:])
	} else {
		copy(m.id[:], id)
	}
	var e entry
	copy(e[:20], m.id[:])
	e[20] = m.what
	binary.BigEndian.PutUint32(e[21:], uint32(min(c.line, math.MaxUint32)))
	binary.BigEndian.PutUint16(e[25:], c.kind.number)
	binary.BigEndian.PutUint16(e[27:], c.known(m.of).number)
	e[29] = byte(m.column)
	putCents(e[30:37], m.amount)
	binary.BigEndian.PutUint16(e[37:], m.party)
	e[39] = m.marks
	c.keep(&c.mentions, e)
}

func (c *checker) mentionOf(e *entry) mention {
	m := mention{
		what: e[20], line: int(binary.BigEndian.Uint32(e[21:])), kind: c.kinds[binary.BigEndian.Uint16(e[25:])],
		of: c.kinds[binary.BigEndian.Uint16(e[27:])].form, column: int(e[29]), amount: cents(e[30:37]),
		party: binary.BigEndian.Uint16(e[37:]), marks: e[39],
	}
	copy(m.id[:], e[:20])
	return m
}

// value gives the id as it stands in the file, and nothing for one that is too long: that is told where it stands.
func (m *mention) value() string {
	id := bytes.TrimRight(m.id[:], "\x00")
	for _, b := range id {
		if b < ' ' || b > '~' {
			return ""
		}
	}
	return string(id)
}

// same is what is known of one id while its mentions pass.
type same struct {
	id      [20]byte
	met     bool
	first   mention // the row that has the id
	taken   bool    // there is such a row
	unnoted bool    // it is a memo that nothing explains so far
}

// partyOf gives 16 bits of a committee's id, and 0 for what is none. One digit more or less makes another number.
func partyOf(id string) uint16 {
	if !isCommitteeID(id) {
		return 0
	}
	n := uint32(0)
	for _, d := range id[1:] {
		n = n*10 + uint32(d-'0')
	}
	return uint16(n%65_521) + 1
}

// matchIDs looks at every id of the file.
func (c *checker) matchIDs() {
	var s same
	err := c.mentions.each(func(e *entry) {
		m := c.mentionOf(e)
		if !s.met || m.id != s.id {
			c.explained(&s)
			s = same{id: m.id, met: true}
		}
		c.at(m.line, m.kind)
		switch {
		case m.what == refersToID:
			c.resolve(&s, &m)
		case s.taken:
			c.say(m.column, "id-unique", Error, m.value(), fmt.Sprintf("line %d has the same transaction id", s.first.line))
		default:
			s.first, s.taken, s.unnoted = m, true, m.marks&unexplained != 0
		}
	})
	c.explained(&s)
	c.failed(err)
}

// explained checks, when all mentions of an id have passed, that its row is no memo without a word.
func (c *checker) explained(s *same) {
	if s.unnoted {
		c.at(s.first.line, s.first.kind)
		c.say(rolesFor(c.table).memoText, "memo", Warning, "", "a row told for information says why: in its purpose, its memo text or a note on it")
	}
}

// resolve checks a reference to a row by the row that has the id.
func (c *checker) resolve(s *same, ref *mention) {
	parent := &s.first
	switch {
	case !s.taken:
		c.say(ref.column, "back-reference", Error, ref.value(), "no record of this file has this transaction id")
		return
	case parent.line == ref.line:
		c.say(ref.column, "back-reference", Error, ref.value(), "the record refers to itself")
		return
	case ref.of != "" && parent.kind.form != ref.of:
		c.say(ref.column+1, "back-reference", Error, ref.of, fmt.Sprintf("transaction %s is a record %s, on line %d", ref.value(), parent.kind.form, parent.line))
		return
	case c.table == tableText:
		s.unnoted = false
	}
	if ref.marks&mirrorsItsSA == 0 || parent.kind.table != tableSA {
		return
	}
	is := rolesFor(c.table)
	if ref.amount != parent.amount {
		c.say(is.amount, "pair", Warning, ref.amount.Plain(), fmt.Sprintf("its receipt on line %d is of %s", parent.line, parent.amount.Plain()))
	}
	if ref.kind.line == Line23 && ref.party != 0 && parent.party != 0 && ref.party != parent.party {
		c.say(is.committee, "pair", Warning, "", fmt.Sprintf("its receipt on line %d is for another committee", parent.line))
	}
	if ref.marks&isMemo != parent.marks&isMemo {
		c.say(is.memo, "pair", Warning, "", fmt.Sprintf("of this row and its receipt on line %d one is a memo and the other is not", parent.line))
	}
}
