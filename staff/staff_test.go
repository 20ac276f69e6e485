package staff_test

import (
	"encoding/base64"
	"errors"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/alexedwards/argon2id"
	"github.com/google/go-cmp/cmp"
	"github.com/jmoiron/sqlx"

	"dure/dev/pgtest"
	"dure/pg"
	"dure/registry"
	"dure/staff"
)

var cheap = &argon2id.Params{Memory: 64, Iterations: 1, Parallelism: 1, SaltLength: 16, KeyLength: 32}

var noon = time.Date(2026, 5, 14, 16, 0, 0, 0, time.UTC)

func withCommittees(t *testing.T) *sqlx.DB {
	t.Helper()
	db := pgtest.New(t)
	err := pg.InTx(t.Context(), db, "test", nil, func(tx *sqlx.Tx) error {
		for fecID, id := range map[string]registry.CommitteeID{"C00999103": "long-table", "C00999104": "porch-light"} {
			c := registry.Committee{
				ID: id, FECID: fecID, Name: "Long Table PAC", Kind: "nonconnected", Filer: "monthly", Zone: "America/New_York",
				Street: "1 Sample Street", City: "Exampleton", State: "VA", Zip: "22903", TreasurerLast: "Quince", TreasurerFirst: "Hazel",
			}
			if err := registry.AddCommittee(t.Context(), tx, c); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return db
}

func invite(t *testing.T, db *sqlx.DB, email string, committee registry.CommitteeID, role staff.Role) string {
	t.Helper()
	token, err := staff.Invite(t.Context(), db, "operator", email, "Hazel Quince", committee, role)
	if err != nil {
		t.Fatalf("Invite(%q): %v", email, err)
	}
	return token
}

func TestALinkSignsInOnce(t *testing.T) {
	t.Parallel()
	db := withCommittees(t)
	token := invite(t, db, " Hazel@Example.org ", "long-table", staff.Treasurer)

	var won atomic.Int32
	var crowd sync.WaitGroup
	for range 8 {
		crowd.Go(func() {
			m, err := staff.UseLink(t.Context(), db, token)
			switch {
			case err == nil && m.Email == "hazel@example.org" && m.Name == "Hazel Quince":
				won.Add(1)
			case !errors.Is(err, staff.ErrLink):
				t.Errorf("UseLink = %v, %v, want ErrLink", m, err)
			}
		})
	}
	crowd.Wait()
	if won.Load() != 1 {
		t.Errorf("of eight who used one link at once %d were signed in, want 1", won.Load())
	}
	if _, err := staff.UseLink(t.Context(), db, "made-up"); !errors.Is(err, staff.ErrLink) {
		t.Errorf("UseLink(made up) = %v, want ErrLink", err)
	}
}

func TestAnOldLinkSignsNobodyIn(t *testing.T) {
	t.Parallel()
	db := withCommittees(t)
	token := invite(t, db, "hazel@example.org", "long-table", staff.Treasurer)
	pgtest.Admin(t, db).MustExecContext(t.Context(), `update login_links set expires_at = clock_timestamp() - interval '1 second'`)
	if m, err := staff.UseLink(t.Context(), db, token); !errors.Is(err, staff.ErrLink) {
		t.Errorf("UseLink(too old) = %v, %v, want ErrLink", m, err)
	}
}

func TestTheTokenIsNotInTheDatabase(t *testing.T) {
	t.Parallel()
	db := withCommittees(t)
	token := invite(t, db, "hazel@example.org", "long-table", staff.Treasurer)
	raw, err := base64.RawURLEncoding.DecodeString(token)
	if err != nil || len(raw) != 32 {
		t.Fatalf("the token has %d bytes, %v, want 32", len(raw), err)
	}
	var stored []byte
	if err := db.GetContext(t.Context(), &stored, `select token_hash from login_links`); err != nil {
		t.Fatal(err)
	}
	if strings.Contains(string(stored), token) || string(stored) == string(raw) {
		t.Errorf("login_links holds the token itself: %x", stored)
	}
}

func TestInviteTwiceIsOneMemberWithTwoRoles(t *testing.T) {
	t.Parallel()
	db := withCommittees(t)
	invite(t, db, "hazel@example.org", "long-table", staff.Treasurer)
	invite(t, db, "HAZEL@example.org", "porch-light", staff.Viewer)
	m, err := staff.UseLink(t.Context(), db, invite(t, db, "hazel@example.org", "long-table", staff.Treasurer))
	if err != nil {
		t.Fatal(err)
	}
	got, err := staff.RolesOf(t.Context(), db, m.ID)
	want := staff.Roles{"long-table": {staff.Treasurer}, "porch-light": {staff.Viewer}}
	if diff := cmp.Diff(want, got); err != nil || diff != "" {
		t.Errorf("RolesOf: %v (-want +got)\n%s", err, diff)
	}
	for _, c := range []struct {
		committee registry.CommitteeID
		act       staff.Act
		want      bool
	}{
		{"long-table", staff.KeepBooks, true},
		{"porch-light", staff.SeeBooks, true},
		{"porch-light", staff.KeepBooks, false},
		{"elsewhere", staff.SeeGifts, false},
	} {
		if got.Can(c.committee, c.act) != c.want {
			t.Errorf("Can(%s, %s) = %v, want %v", c.committee, c.act, !c.want, c.want)
		}
	}
	list, err := staff.List(t.Context(), db)
	if err != nil || len(list) != 2 || list[1].Committee != "porch-light" || list[1].Role != staff.Viewer {
		t.Errorf("List = %v, %v, want two rows, the second a viewer of porch-light", list, err)
	}
}

func TestInviteTellsAllThatIsWrong(t *testing.T) {
	t.Parallel()
	db := withCommittees(t)
	_, err := staff.Invite(t.Context(), db, "operator", "hazel.example.org", " ", "nowhere", "king")
	for _, want := range []error{staff.ErrEmail, staff.ErrName, staff.ErrCommittee, staff.ErrRole} {
		if !errors.Is(err, want) {
			t.Errorf("Invite = %v, want it to say %q", err, want)
		}
	}
}

func TestSignInByPassword(t *testing.T) {
	t.Parallel()
	db := withCommittees(t)
	door := staff.NewDoor(cheap)
	m, err := staff.UseLink(t.Context(), db, invite(t, db, "hazel@example.org", "long-table", staff.Treasurer))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := door.SignIn(t.Context(), db, noon, "198.51.100.7", m.Email, ""); !errors.Is(err, staff.ErrWrong) {
		t.Errorf("SignIn without a password set = %v, want ErrWrong", err)
	}
	waiting := invite(t, db, "hazel@example.org", "long-table", staff.Treasurer)
	sealed := m.Seal()
	m, err = door.SetPassword(t.Context(), db, m, "correct horse, long table")
	if err != nil {
		t.Fatal(err)
	}
	if m.Seal() == sealed {
		t.Error("Seal is the same after SetPassword, want another: old sessions must end")
	}
	if _, err := staff.UseLink(t.Context(), db, waiting); !errors.Is(err, staff.ErrLink) {
		t.Errorf("UseLink of a link from before the password = %v, want ErrLink", err)
	}
	for _, c := range []struct {
		name, email, password string
		want                  error
	}{
		{"the right one", "Hazel@Example.org", "correct horse, long table", nil},
		{"a wrong one", "hazel@example.org", "correct horse, long chair", staff.ErrWrong},
		{"an address that nobody has", "rowan@example.org", "correct horse, long table", staff.ErrWrong},
		{"a very long one", "hazel@example.org", strings.Repeat("x", 100_000), staff.ErrWrong},
	} {
		got, err := door.SignIn(t.Context(), db, noon, "198.51.100.7", c.email, c.password)
		if !errors.Is(err, c.want) || c.want == nil && got.ID != m.ID {
			t.Errorf("%s: SignIn = %v, %v, want %v", c.name, got.ID, err, c.want)
		}
	}
}

func TestWhoGuessesMustWait(t *testing.T) {
	t.Parallel()
	db := withCommittees(t)
	door := staff.NewDoor(cheap)
	m, err := staff.UseLink(t.Context(), db, invite(t, db, "hazel@example.org", "long-table", staff.Treasurer))
	if err != nil {
		t.Fatal(err)
	}
	const right = "correct horse, long table"
	if _, err := door.SetPassword(t.Context(), db, m, right); err != nil {
		t.Fatal(err)
	}
	signIn := func(after time.Duration, from, password string) error {
		_, err := door.SignIn(t.Context(), db, noon.Add(after), from, m.Email, password)
		return err
	}
	for i := range 5 {
		if err := signIn(0, "198.51.100.7", "a wrong guess"); !errors.Is(err, staff.ErrWrong) {
			t.Fatalf("guess %d: %v, want ErrWrong", i+1, err)
		}
	}
	if err := signIn(0, "198.51.100.7", right); !errors.Is(err, staff.ErrTooOften) {
		t.Errorf("the sixth attempt: %v, want ErrTooOften", err)
	}
	if err := signIn(0, "203.0.113.9", right); err != nil {
		t.Errorf("from elsewhere: %v, want to be let in", err)
	}
	if err := signIn(15*time.Minute, "198.51.100.7", right); err != nil {
		t.Errorf("a quarter of an hour later: %v, want to be let in", err)
	}
}

func TestPasswordsThatAreRefused(t *testing.T) {
	t.Parallel()
	m := staff.Member{Email: "hazel@example.org"}
	for _, c := range []struct {
		password string
		want     error
	}{
		{"elevenchars", staff.ErrPasswordShort},
		{"twelve chars", nil},
		{"열두자가되어야합니다정말로", nil},
		{strings.Repeat("가", 201), staff.ErrPasswordLong},
		{"Hazel@Example.org", staff.ErrPasswordEmail},
	} {
		if err := staff.CheckPassword(m, c.password); !errors.Is(err, c.want) {
			t.Errorf("CheckPassword(%q) = %v, want %v", c.password, err, c.want)
		}
	}
}

func TestTheAuditNamesWhoInvitedAndHoldsNoPassword(t *testing.T) {
	t.Parallel()
	db := withCommittees(t)
	m, err := staff.UseLink(t.Context(), db, invite(t, db, "hazel@example.org", "long-table", staff.Treasurer))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := staff.NewDoor(cheap).SetPassword(t.Context(), db, m, "correct horse, long table"); err != nil {
		t.Fatal(err)
	}
	var rows []struct{ Actor, Table, Row string }
	const read = `
		select actor, table_name as table, coalesce(new::text, '') as row
		from audit
		where table_name in ('staff', 'staff_roles')
		order by at`
	if err := db.SelectContext(t.Context(), &rows, read); err != nil || len(rows) < 2 {
		t.Fatalf("the audit has %d rows, %v, want at least 2", len(rows), err)
	}
	for _, r := range rows {
		if strings.Contains(r.Row, "argon2id") || strings.Contains(r.Row, "password") {
			t.Errorf("the audit of %s holds a password: %s", r.Table, r.Row)
		}
	}
	if rows[0].Actor != "operator" {
		t.Errorf("the first row's actor = %q, want operator", rows[0].Actor)
	}
}
