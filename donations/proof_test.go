package donations_test

import (
	"bytes"
	"database/sql"
	"errors"
	"image"
	"image/jpeg"
	"image/png"
	"strings"
	"testing"
	"time"

	"github.com/jmoiron/sqlx"

	"dure/civil"
	"dure/compliance"
	"dure/dev/house"
	"dure/donations"
	"dure/pg"
)

func sealOf(t *testing.T, key string) donations.ProofSeal {
	t.Helper()
	s, err := donations.NewProofSeal(key)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestSealedProofOpensInItsPlaceAlone(t *testing.T) {
	t.Parallel()
	const gift = donations.GiftID("GAAAAAAAAAAAAAAA")
	seal := sealOf(t, strings.Repeat("0f", 32))
	plain := []byte("a fictional passport")
	sealed, err := seal.Close("long-table", gift, "copy", plain)
	if err != nil || bytes.Contains(sealed, plain) {
		t.Fatalf("Close = %q, %v, want what does not show the copy", sealed, err)
	}
	if got, err := seal.Open("long-table", gift, "copy", sealed); err != nil || !bytes.Equal(got, plain) {
		t.Errorf("Open = %q, %v, want what was closed", got, err)
	}
	again, err := seal.Close("long-table", gift, "copy", plain)
	if err != nil || bytes.Equal(sealed, again) {
		t.Errorf("the same copy twice is sealed alike: the nonce is not random")
	}
	changed := bytes.Clone(sealed)
	changed[len(changed)/2] ^= 1
	for name, open := range map[string]func() ([]byte, error){
		"another committee": func() ([]byte, error) { return seal.Open("porch-light", gift, "copy", sealed) },
		"another gift":      func() ([]byte, error) { return seal.Open("long-table", "GBBBBBBBBBBBBBBB", "copy", sealed) },
		"another part":      func() ([]byte, error) { return seal.Open("long-table", gift, "number", sealed) },
		"another key": func() ([]byte, error) {
			return sealOf(t, strings.Repeat("f0", 32)).Open("long-table", gift, "copy", sealed)
		},
		"no key":      func() ([]byte, error) { return sealOf(t, "").Open("long-table", gift, "copy", sealed) },
		"changed":     func() ([]byte, error) { return seal.Open("long-table", gift, "copy", changed) },
		"cut short":   func() ([]byte, error) { return seal.Open("long-table", gift, "copy", sealed[:20]) },
		"hardly any":  func() ([]byte, error) { return seal.Open("long-table", gift, "copy", sealed[:5]) },
		"nothing yet": func() ([]byte, error) { return sealOf(t, "").Close("long-table", gift, "copy", plain) },
	} {
		if got, err := open(); err == nil {
			t.Errorf("%s: opened as %q, want a refusal", name, got)
		}
	}
	for _, key := range []string{"0f", strings.Repeat("0f", 33), strings.Repeat("zz", 32)} {
		if _, err := donations.NewProofSeal(key); err == nil {
			t.Errorf("NewProofSeal(%q) took what is no key", key)
		}
	}
}

func photo(t *testing.T) []byte {
	t.Helper()
	var out bytes.Buffer
	if err := jpeg.Encode(&out, image.NewGray(image.Rect(0, 0, 40, 30)), nil); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func TestCopyIsWhatItsBytesAre(t *testing.T) {
	t.Parallel()
	var shot bytes.Buffer
	if err := png.Encode(&shot, image.NewGray(image.Rect(0, 0, 2, 2))); err != nil {
		t.Fatal(err)
	}
	sized := func(n int) []byte { return append([]byte("%PDF-1.7\n"), make([]byte, n-9)...) }
	for _, c := range []struct {
		name   string
		copied []byte
		kind   string
		err    error
	}{
		{"a photo", photo(t), "image/jpeg", nil},
		{"a screen", shot.Bytes(), "image/png", nil},
		{"a PDF", []byte("%PDF-1.7\nbody"), "application/pdf", nil},
		{"a PDF of 8 MB", sized(donations.MostProof), "application/pdf", nil},
		{"a byte more", sized(donations.MostProof + 1), "", donations.ErrCopyLarge},
		{"nothing", nil, "", donations.ErrCopyEmpty},
		{"a page that calls itself a photo", []byte("<html><script>alert(1)</script>"), "", donations.ErrCopyKind},
		{"a drawing", []byte(`<svg xmlns="http://www.w3.org/2000/svg"/>`), "", donations.ErrCopyKind},
		{"a moving picture", []byte("GIF89a\x01\x00\x01\x00"), "", donations.ErrCopyKind},
		{"half a photo", photo(t)[:12], "", donations.ErrCopyBroken},
	} {
		if kind, err := donations.CopyKind(c.copied); kind != c.kind || !errors.Is(err, c.err) {
			t.Errorf("%s: %q, %v, want %q, %v", c.name, kind, err, c.kind, c.err)
		}
	}
}

func TestPassportNumber(t *testing.T) {
	t.Parallel()
	for written, want := range map[string]string{"123456789": "123456789", " a1234 5678 ": "A12345678", "C00000001": "C00000001"} {
		if got, ok := donations.PassportNumber(written); !ok || got != want {
			t.Errorf("PassportNumber(%q) = %q, %v, want %q", written, got, ok, want)
		}
	}
	for _, written := range []string{"", "12345678", "1234567890", "AB1234567", "１２３４５６７８９", "12345678A"} {
		if got, ok := donations.PassportNumber(written); ok {
			t.Errorf("PassportNumber(%q) takes %q", written, got)
		}
	}
}

// fromAbroad lets a gift be held for a Canadian card, and its giver send a copy.
func fromAbroad(t *testing.T, h *house.House, name string) donations.Gift {
	t.Helper()
	g := h.MustGive(h.Pledge(house.ToCommittee, 2500, house.By(name)))
	h.Pay(g, "4000001240000000")
	h.Quiet()
	sendCopy(t, h, g, photo(t))
	return h.Gift(g.ID)
}

func sendCopy(t *testing.T, h *house.House, g donations.Gift, copied []byte) {
	t.Helper()
	err := donations.SendProof(t.Context(), h.DB, h.Accounts.ProofSeal(), h.Sim.Now(), g.Committee, g.ID, donations.Copy{
		Standing: donations.Citizen, Number: "A12345678", Bytes: copied,
		Attested: donations.Attestation{TextID: "proof.citizen", Version: "1", Language: "en", Text: "I am a U.S. citizen."},
	})
	if err != nil {
		t.Fatalf("SendProof = %v", err)
	}
}

const treasurer = "staff:test"

func charge(t *testing.T, h *house.House, g donations.Gift, note string) error {
	t.Helper()
	return donations.Decide(t.Context(), h.DB, h.Sim.Now(), treasurer, g.Committee, g.ID, true, note)
}

func TestGiftFromAbroadIsChargedOnceItsProofIsSeen(t *testing.T) {
	t.Parallel()
	h := house.New(t)
	g := fromAbroad(t, h, "Juniper")
	look := func(download bool) {
		t.Helper()
		p, copied, err := donations.LookAtProof(t.Context(), h.DB, h.Accounts.ProofSeal(), h.Sim.Now(), treasurer, g.Committee, g.ID, download)
		if err != nil || p.Kind != "image/jpeg" || len(copied) == 0 {
			t.Fatalf("LookAtProof = %+v, %d bytes, %v", p, len(copied), err)
		}
	}
	unseen := func(what string) {
		t.Helper()
		var no *compliance.Refusal
		if err := charge(t, h, g, "They answered by mail"); !errors.As(err, &no) || no.Findings[0].Rule != "proof-unseen" {
			t.Errorf("%s: Decide = %v, want the refusal that nobody saw the copy", what, err)
		}
	}
	unseen("before anybody looked")
	look(false)
	h.Advance(time.Minute)
	sendCopy(t, h, g, append(photo(t), 0))
	unseen("after another copy came")
	look(true)
	if err := charge(t, h, g, "They answered by mail"); err != nil {
		t.Fatalf("after the copy was seen: Decide = %v", err)
	}
	h.Quiet()
	if s := h.Gift(g.ID).State; s != donations.Settled {
		t.Errorf("the gift is %s, want settled", s)
	}
	if number, err := donations.PassportOf(t.Context(), h.DB, h.Accounts.ProofSeal(), g.Committee, g.ID); err != nil || number != "A12345678" {
		t.Errorf("PassportOf = %q, %v", number, err)
	}
	acts, err := donations.ProofActs(t.Context(), h.DB, g.Committee, g.ID)
	if err != nil {
		t.Fatal(err)
	}
	var said []string
	for _, a := range acts {
		said = append(said, a.Act+" by "+a.Actor)
	}
	got := strings.Join(said, ", ")
	for _, want := range []string{"sent by donor", "looked by " + treasurer, "destroyed by donor", "downloaded by " + treasurer} {
		if !strings.Contains(got, want) {
			t.Errorf("the record is %s, want it to have %q", got, want)
		}
	}
	var no *compliance.Refusal
	err = donations.SendProof(t.Context(), h.DB, h.Accounts.ProofSeal(), h.Sim.Now(), g.Committee, g.ID, donations.Copy{Standing: donations.Resident, Bytes: photo(t)})
	if !errors.As(err, &no) {
		t.Errorf("a copy for a charged gift: %v, want a refusal", err)
	}
	// Nothing of the copy is anywhere but sealed: not in the audit, and not as it came.
	if n := h.Count(`select count(*) from audit where table_name = 'proofs'`); n != 0 {
		t.Errorf("the audit has %d rows of copies", n)
	}
	if n := h.Count(`select count(*) from proofs where position($1::bytea in copy) > 0 or position('A12345678'::bytea in number) > 0`, photo(t)); n != 0 {
		t.Error("the copy or the number stands open in the database")
	}
}

func TestAnotherProofIsNamedInTheNote(t *testing.T) {
	t.Parallel()
	h := house.New(t)
	for note, taken := range map[string]bool{
		"Looks fine to me":                             false,
		"Showed her green card at the office":          true,
		"Certificate of Naturalization, seen on 3 May": true,
	} {
		g := h.MustGive(h.Pledge(house.ToCommittee, 2500, house.By("Giver"+string(rune('a'+len(note)%26)))))
		h.Pay(g, "4000001240000000")
		h.Quiet()
		if err := charge(t, h, g, note); (err == nil) != taken {
			t.Errorf("without a copy, with the note %q: Decide = %v, want it taken: %v", note, err, taken)
		}
	}
}

func TestCopyOfAGiftThatIsLetGoIsGoneAtOnce(t *testing.T) {
	t.Parallel()
	h := house.New(t)
	gone := func(g donations.Gift, how string) {
		t.Helper()
		if _, err := donations.FindProof(t.Context(), h.DB, g.Committee, g.ID); !errors.Is(err, sql.ErrNoRows) {
			t.Errorf("%s: FindProof = %v, want it gone", how, err)
		}
		if n := h.Count(`select count(*) from proof_acts where gift = $1 and act = 'destroyed' and text = 'The gift was not taken'`, g.ID); n != 1 {
			t.Errorf("%s: %d records of the destruction, want 1", how, n)
		}
	}
	decided := fromAbroad(t, h, "Juniper")
	if err := donations.Decide(t.Context(), h.DB, h.Sim.Now(), treasurer, decided.Committee, decided.ID, false, "An expired passport"); err != nil {
		t.Fatal(err)
	}
	gone(decided, "let go by a person")
	overdue := fromAbroad(t, h, "Rowan")
	h.Advance(7 * 24 * time.Hour)
	if n, err := donations.ReleaseOverdue(t.Context(), h.DB, h.Sim.Now()); err != nil || n != 1 {
		t.Fatalf("ReleaseOverdue = %d, %v", n, err)
	}
	gone(overdue, "let go by the clock")
	// One that ended without either, as when the bank's leave ran out first.
	lapsed := fromAbroad(t, h, "Sorrel")
	err := pg.InTx(t.Context(), h.DB, "test", nil, func(tx *sqlx.Tx) error {
		_, err := tx.Exec(`update gifts set state = 'lapsed', ended_at = charged_at where id = $1`, lapsed.ID)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if n, err := donations.DestroyProofs(t.Context(), h.DB, h.Sim.Now()); err != nil || n != 1 {
		t.Errorf("DestroyProofs = %d, %v, want the lapsed gift's", n, err)
	}
	gone(lapsed, "lapsed")
}

func TestCopyIsKeptThreeYearsAfterItsReport(t *testing.T) {
	t.Parallel()
	h := house.New(t)
	long, short := fromAbroad(t, h, "Juniper"), fromAbroad(t, h, "Rowan")
	for _, g := range []donations.Gift{long, short} {
		if err := charge(t, h, g, "Saw the passport"); err != nil {
			t.Fatal(err)
		}
	}
	h.Quiet()
	until, err := donations.ProofTime(t.Context(), h.DB, long.Committee, long.ID)
	if err != nil {
		t.Fatal(err)
	}
	reports, err := compliance.ReportList(t.Context(), h.DB, long.Committee, h.Today().Year(), h.Sim.Now())
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range reports {
		if r.Holds(h.Today()) {
			if want := civil.Of(r.Due.Year()+3, r.Due.Midnight().Month(), r.Due.Midnight().Day()); until != want {
				t.Errorf("kept until %v, want %v: three years after %v", until, want, r.Due)
			}
		}
	}
	today := h.Today()
	var no *compliance.Refusal
	for _, c := range []struct {
		until civil.Day
		note  string
		wrong int
	}{{until, "Counsel's letter", 1}, {today.Add(-1), "", 2}, {today.Add(30), "", 1}} {
		err := donations.ShortenProof(t.Context(), h.DB, h.Sim.Now(), treasurer, short.Committee, short.ID, c.until, c.note)
		if !errors.As(err, &no) || len(no.Findings) != c.wrong {
			t.Errorf("ShortenProof(%v, %q) = %v, want %d findings", c.until, c.note, err, c.wrong)
		}
	}
	if err := donations.ShortenProof(t.Context(), h.DB, h.Sim.Now(), treasurer, short.Committee, short.ID, today.Add(30), "Counsel's letter of today, binder 2"); err != nil {
		t.Fatal(err)
	}
	zone, err := time.LoadLocation("America/New_York")
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name      string
		at        time.Time
		destroyed int
	}{
		{"on the shortened day's last second", today.Add(31).Start(zone).Add(-time.Second), 0},
		{"when it is over", today.Add(31).Start(zone), 1},
		{"on the lawful day's last second", until.Add(1).Start(zone).Add(-time.Second), 0},
		{"when that is over", until.Add(1).Start(zone), 1},
		{"after that", until.Add(2).Start(zone), 0},
	} {
		if n, err := donations.DestroyProofs(t.Context(), h.DB, c.at); err != nil || n != c.destroyed {
			t.Errorf("%s: DestroyProofs = %d, %v, want %d", c.name, n, err, c.destroyed)
		}
	}
}

func TestCopyIsNeverChangedInItsPlace(t *testing.T) {
	t.Parallel()
	h := house.New(t)
	g := fromAbroad(t, h, "Juniper")
	for _, query := range []string{`update proofs set kind = 'image/png'`, `delete from proof_acts`, `update proof_acts set act = 'looked'`} {
		if _, err := h.DB.ExecContext(t.Context(), query); err == nil {
			t.Errorf("the role that serves may %s, as for gift %s", query, g.ID)
		}
	}
}
