package compliance

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/jmoiron/sqlx"

	"dure/compliance/rules"
	"dure/registry"
)

// Signature is that somebody of a committee has read a rule pack and lets it decide.
type Signature struct {
	Pack       string
	Hash       string // of the pack's bytes as they were read
	Note       string
	Actor      string
	RecordedAt time.Time `db:"recorded_at"`
}

// Signatures lists what was signed for a committee, the newest first.
func Signatures(ctx context.Context, q sqlx.QueryerContext, committee registry.CommitteeID) ([]Signature, error) {
	const list = `select pack, hash, note, actor, recorded_at from pack_signatures where committee = $1 order by recorded_at desc, id`
	var out []Signature
	if err := sqlx.SelectContext(ctx, q, &out, list, committee); err != nil {
		return nil, says(committee, "list the signatures", err)
	}
	return out, nil
}

// SignPack records that the actor has read the pack whose bytes have that hash, and lets it decide for the committee. A hash that
// is not the carried pack's is refused: the page was read before the rules changed.
func SignPack(ctx context.Context, tx *sqlx.Tx, committee registry.CommitteeID, pack, hash, note string) error {
	var findings []Finding
	if p, ok := rules.Carried().Pack(pack); !ok || p.Hash != hash {
		findings = append(findings, Finding{Text: "The rules have changed since this page was opened. Read them again, then sign"})
	}
	if strings.TrimSpace(note) == "" {
		findings = append(findings, Finding{Field: "note", Text: "Write who read the rules and against what: the treasurer, counsel, the regulator’s page"})
	}
	if len(findings) > 0 {
		return &Refusal{findings}
	}
	const insert = `insert into pack_signatures (committee, pack, hash, note) values ($1, $2, $3, $4)`
	if _, err := tx.ExecContext(ctx, insert, committee, pack, hash, strings.TrimSpace(note)); err != nil {
		return says(committee, "sign pack "+pack, err)
	}
	return nil
}

// Answered tells whether somebody of the committee signed the pack as it is carried now: with real money no rule decides that
// nobody answers for.
func Answered(ctx context.Context, q sqlx.QueryerContext, committee registry.CommitteeID, pack string) (bool, error) {
	p, ok := rules.Carried().Pack(pack)
	if !ok {
		return false, nil
	}
	var signed bool
	const find = `select exists (select from pack_signatures where committee = $1 and pack = $2 and hash = $3)`
	if err := sqlx.GetContext(ctx, q, &signed, find, committee, pack, p.Hash); err != nil {
		return false, fmt.Errorf("look for the signature under %s: %w", pack, err)
	}
	return signed, nil
}

// MayEarmark refuses a drive for a candidate under a law that is not carried, that knows no conduit, or that is a draft which
// nobody of the committee signed. Silence of the rules is never leave.
func MayEarmark(ctx context.Context, q sqlx.QueryerContext, committee registry.CommitteeID, jurisdiction string) error {
	p, ok := rules.Carried().Pack(jurisdiction)
	if !ok {
		return &Refusal{[]Finding{{Rule: rules.NoPack, Field: "candidate", Text: fmt.Sprintf("Dure carries no rules for %s: no drive for its candidates can be published", jurisdiction)}}}
	}
	law, err := lawOf(ctx, q, committee, jurisdiction)
	if err != nil {
		return err
	}
	var findings []Finding
	allowed := false
	for _, c := range p.Conduits {
		if c.Until.IsZero() && c.Allowed() {
			allowed = true
		}
	}
	if !allowed {
		f := Finding{Rule: "conduit", Field: "candidate", Text: fmt.Sprintf("Under the law of %s a committee may not gather gifts for a candidate, as far as is known", p.Name)}
		if len(p.Conduits) > 0 {
			f.Rule, f.Cite = p.Conduits[len(p.Conduits)-1].ID, p.Conduits[len(p.Conduits)-1].Cite
		}
		findings = append(findings, f)
	}
	if ref, _ := law.Ref(jurisdiction); !ref.Signed {
		findings = append(findings, Finding{Rule: "unsigned", Field: "candidate", Text: fmt.Sprintf("The rules of %s are a draft: a treasurer reads and signs them at the desk first", p.Name)})
	}
	return refuse(findings)
}
