package donations

import (
	"bytes"
	"context"
	"crypto/sha256"
	"database/sql"
	"errors"
	"fmt"
	"image"
	_ "image/jpeg" // copies are photos
	_ "image/png"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/jmoiron/sqlx"

	"dure/civil"
	"dure/compliance"
	"dure/compliance/rules"
	"dure/pg"
	"dure/registry"
)

// What a giver abroad says that they are. Both may give; nobody else abroad may (52 U.S.C. 30121(b)).
const (
	Citizen  = "citizen"  // of the United States, or a national
	Resident = "resident" // lawfully admitted for permanent residence
)

// MostProof is how many bytes a copy may have.
const MostProof = 8 << 20

// keepProof is for how many years after its report a copy is kept: "preserve ... for 3 years after the report or statement is
// filed" (52 U.S.C. 30102(d); 11 CFR 104.14(b)(3)).
const keepProof = 3

// Proof is what is known of the copy that came for a held gift; the copy itself stays sealed.
type Proof struct {
	Committee registry.CommitteeID
	Gift      GiftID
	Standing  string    // Citizen or Resident
	Kind      string    // image/jpeg, image/png or application/pdf
	Size      int64     // in bytes
	Digest    []byte    // SHA-256 of the copy
	SentAt    time.Time `db:"sent_at"`
}

// Copy is what a giver sends: who they are, the number of a citizen's passport, and the copy's bytes.
type Copy struct {
	Standing string
	Number   string
	Bytes    []byte
	Attested Attestation
}

// ProofAct is one thing done with a copy.
type ProofAct struct {
	Act        string // sent, looked, downloaded, shortened or destroyed
	Digest     []byte
	UntilOn    civil.Day `db:"until_on"` // of a shortened time: the last day
	Text       string
	Actor      string
	HappenedAt time.Time `db:"happened_at"`
}

// Saw tells whether by the act a member saw the copy that is kept now.
func (a ProofAct) Saw(p Proof) bool {
	return (a.Act == "looked" || a.Act == "downloaded") && bytes.Equal(a.Digest, p.Digest) && !a.HappenedAt.Before(p.SentAt)
}

// NeedsProof tells whether a gift is held for what the rules let only a passport clear: "a reasonable inquiry" (11 CFR
// 110.20(a)(7)).
func NeedsProof(g Gift) bool {
	if !g.ChargedAt.Valid {
		return false
	}
	return slices.ContainsFunc(rules.Federal().Signals(civil.In(g.ChargedAt.Time, time.UTC)), func(s rules.Signal) bool {
		return s.Need == "passport" && slices.Contains(g.HeldFor, readings[s.Signal].reason)
	})
}

// passportNumber is nine characters, the first of which may be a letter: of books and cards alike.
var passportNumber = regexp.MustCompile(`^[A-Z0-9][0-9]{8}$`)

// PassportNumber gives the number of a U.S. passport without blanks and in capitals, and whether it can be one.
func PassportNumber(written string) (string, bool) {
	n := strings.ToUpper(strings.Join(strings.Fields(written), ""))
	return n, passportNumber.MatchString(n)
}

// Reasons for which the bytes of a copy are not taken.
var (
	ErrCopyEmpty  = errors.New("the file is empty")
	ErrCopyLarge  = errors.New("the file is larger than 8 MB")
	ErrCopyKind   = errors.New("the file is no JPEG, PNG or PDF")
	ErrCopyBroken = errors.New("the picture can't be read")
)

// CopyKind tells by the bytes alone what a copy is: image/jpeg, image/png or application/pdf. The error is one of ErrCopyEmpty,
// ErrCopyLarge, ErrCopyKind and ErrCopyBroken.
func CopyKind(copied []byte) (string, error) {
	switch {
	case len(copied) == 0:
		return "", ErrCopyEmpty
	case len(copied) > MostProof:
		return "", ErrCopyLarge
	}
	switch kind := http.DetectContentType(copied); kind {
	case "application/pdf":
		return kind, nil
	case "image/jpeg", "image/png":
		if size, _, err := image.DecodeConfig(bytes.NewReader(copied)); err != nil || size.Width == 0 || size.Height == 0 {
			return "", ErrCopyBroken
		}
		return kind, nil
	}
	return "", ErrCopyKind
}

// SendProof takes the copy of a held gift's giver, in place of one that they sent before. A *compliance.Refusal tells that the
// gift is held no more, or not for this; what is wrong with the copy is the error of CopyKind.
func SendProof(ctx context.Context, db *sqlx.DB, seal ProofSeal, now time.Time, committee registry.CommitteeID, gift GiftID, c Copy) error {
	kind, err := CopyKind(c.Bytes)
	if err != nil {
		return err
	}
	sealed, err := seal.Close(committee, gift, partCopy, c.Bytes)
	if err != nil {
		return err
	}
	var number []byte
	if c.Standing == Citizen {
		if number, err = seal.Close(committee, gift, partNumber, []byte(c.Number)); err != nil {
			return err
		}
	}
	digest := sha256.Sum256(c.Bytes)
	return pg.InTx(ctx, db, "donor", []string{string(committee)}, func(tx *sqlx.Tx) error {
		g, err := hold(ctx, tx, committee, gift)
		if err != nil {
			return err
		}
		if g.State != Held || !NeedsProof(g) {
			return &compliance.Refusal{Findings: []compliance.Finding{{Rule: "proof-late", Text: "No copy is asked for: this gift is " + string(g.State)}}}
		}
		if err := destroyProof(ctx, tx, committee, gift, now, "The giver sent another"); err != nil {
			return err
		}
		const insert = `
			insert into proofs (committee, gift, standing, number, kind, size, digest, copy, sent_at)
			values ($1, $2, $3, $4, $5, $6, $7, $8, $9)`
		if _, err := tx.ExecContext(ctx, insert, committee, gift, c.Standing, number, kind, len(c.Bytes), digest[:], sealed, now); err != nil {
			return fmt.Errorf("store the proof of %s: %w", gift, err)
		}
		const affirm = `
			insert into attestations (committee, gift, text_id, text_version, language, text, attested_at)
			values ($1, $2, $3, $4, $5, $6, $7)
			on conflict do nothing`
		a := c.Attested
		if _, err := tx.ExecContext(ctx, affirm, committee, gift, a.TextID, a.Version, a.Language, a.Text, now); err != nil {
			return fmt.Errorf("keep what the giver of %s affirmed: %w", gift, err)
		}
		return act(ctx, tx, committee, gift, ProofAct{Act: "sent", Digest: digest[:], HappenedAt: now})
	})
}

// act records what was done with a copy.
func act(ctx context.Context, tx *sqlx.Tx, committee registry.CommitteeID, gift GiftID, a ProofAct) error {
	const insert = `
		insert into proof_acts (committee, id, gift, act, digest, until_on, text, happened_at)
		values ($1, $2, $3, $4, $5, $6, $7, $8)`
	until := any(nil)
	if !a.UntilOn.IsZero() {
		until = a.UntilOn
	}
	if _, err := tx.ExecContext(ctx, insert, committee, pg.NewID('Q'), gift, a.Act, a.Digest, until, a.Text, a.HappenedAt); err != nil {
		return fmt.Errorf("record what was done with the proof of %s: %w", gift, err)
	}
	return nil
}

// FindProof gives what is known of a gift's copy; sql.ErrNoRows when there is none, or none any more.
func FindProof(ctx context.Context, q sqlx.QueryerContext, committee registry.CommitteeID, gift GiftID) (Proof, error) {
	const find = `select committee, gift, standing, kind, size, digest, sent_at from proofs where committee = $1 and gift = $2`
	var p Proof
	if err := sqlx.GetContext(ctx, q, &p, find, committee, gift); err != nil {
		return p, fmt.Errorf("find the proof of %s: %w", gift, err)
	}
	return p, nil
}

// ProofActs lists what was done with the copies of a gift, in order.
func ProofActs(ctx context.Context, q sqlx.QueryerContext, committee registry.CommitteeID, gift GiftID) ([]ProofAct, error) {
	const list = `
		select act, digest, until_on, text, actor, happened_at
		from proof_acts
		where committee = $1 and gift = $2
		order by happened_at, recorded_at, id`
	var out []ProofAct
	if err := sqlx.SelectContext(ctx, q, &out, list, committee, gift); err != nil {
		return nil, fmt.Errorf("list what was done with the proof of %s: %w", gift, err)
	}
	return out, nil
}

// PassportOf gives the number of the passport that a citizen told with their copy, and empty for a resident.
func PassportOf(ctx context.Context, q sqlx.QueryerContext, seal ProofSeal, committee registry.CommitteeID, gift GiftID) (string, error) {
	var sealed []byte
	err := sqlx.GetContext(ctx, q, &sealed, `select number from proofs where committee = $1 and gift = $2`, committee, gift)
	if err != nil {
		return "", fmt.Errorf("find the passport's number of %s: %w", gift, err)
	}
	if sealed == nil {
		return "", nil
	}
	plain, err := seal.Open(committee, gift, partNumber, sealed)
	return string(plain), err
}

// LookAtProof opens a gift's copy for a member, and records that they looked; download tells that they took it away. What
// can't be recorded is not shown.
func LookAtProof(ctx context.Context, db *sqlx.DB, seal ProofSeal, now time.Time, actor string, committee registry.CommitteeID, gift GiftID, download bool) (p Proof, copied []byte, err error) {
	err = pg.InTx(ctx, db, actor, []string{string(committee)}, func(tx *sqlx.Tx) error {
		if p, err = FindProof(ctx, tx, committee, gift); err != nil {
			return err
		}
		var row struct{ Copy, Digest []byte }
		if err := tx.GetContext(ctx, &row, `select copy, digest from proofs where committee = $1 and gift = $2`, committee, gift); err != nil {
			return fmt.Errorf("read the proof of %s: %w", gift, err)
		}
		if copied, err = seal.Open(committee, gift, partCopy, row.Copy); err != nil {
			return err
		}
		a := ProofAct{Act: "looked", Digest: row.Digest, HappenedAt: now}
		if download {
			a.Act = "downloaded"
		}
		return act(ctx, tx, committee, gift, a)
	})
	if err != nil {
		return Proof{}, nil, err
	}
	return p, copied, nil
}

// proofWords name a proof of standing in a decision's note.
var proofWords = regexp.MustCompile(`(?i)\b(passport|green card|permanent resident card|i-551|naturali[sz]ation|certificate of citizenship|birth certificate|birth abroad|consular report)\b`)

// refuseUnproved tells why a gift that needs proof may not be captured: nobody saw the copy that came last, and the note names no
// other proof.
func refuseUnproved(ctx context.Context, q sqlx.QueryerContext, g Gift, note string) error {
	if !NeedsProof(g) || proofWords.MatchString(note) {
		return nil
	}
	const seen = `
		select exists (
			select from proofs p
			join proof_acts a on a.committee = p.committee and a.gift = p.gift and a.digest = p.digest and a.act in ('looked', 'downloaded') and a.happened_at >= p.sent_at
			where p.committee = $1 and p.gift = $2)`
	var ok bool
	if err := sqlx.GetContext(ctx, q, &ok, seen, g.Committee, g.ID); err != nil {
		return fmt.Errorf("find who saw the proof of %s: %w", g.ID, err)
	}
	if ok {
		return nil
	}
	return &compliance.Refusal{Findings: []compliance.Finding{{
		Rule: "proof-unseen", Field: "note", Cite: "11 CFR 110.20(a)(7)",
		Text: "Nobody has looked at a copy of the passport or green card. Look at it first; or name in the note the other proof that you saw: a passport, a green card, a certificate of naturalization or citizenship, a birth certificate",
	}}}
}

// destroyProof deletes a gift's copy, if there is one, and records why.
func destroyProof(ctx context.Context, tx *sqlx.Tx, committee registry.CommitteeID, gift GiftID, now time.Time, why string) error {
	var digest []byte
	err := tx.GetContext(ctx, &digest, `delete from proofs where committee = $1 and gift = $2 returning digest`, committee, gift)
	switch {
	case errors.Is(err, sql.ErrNoRows):
		return nil
	case err != nil:
		return fmt.Errorf("destroy the proof of %s: %w", gift, err)
	}
	return act(ctx, tx, committee, gift, ProofAct{Act: "destroyed", Digest: digest, Text: why, HappenedAt: now})
}
