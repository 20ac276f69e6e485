package main_test

import (
	"bytes"
	"encoding/json"
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/jmoiron/sqlx"

	"dure/civil"
	"dure/compliance"
	"dure/i18n"
	"dure/pg"
	"dure/registry"
)

func TestHowLanguagesStandIsTold(t *testing.T) {
	t.Parallel()
	r := newReporter(t)
	dure := func(database string, args ...string) (out, wrong string, exit int) {
		t.Helper()
		cmd := exec.CommandContext(t.Context(), r.exe, append([]string{"i18n"}, args...)...)
		cmd.Env = append(slices.DeleteFunc(os.Environ(), func(s string) bool { return strings.HasPrefix(s, "DATABASE_URL=") }), "DATABASE_URL="+database)
		var stdout, stderr bytes.Buffer
		cmd.Stdout, cmd.Stderr = &stdout, &stderr
		if err := cmd.Run(); err != nil && cmd.ProcessState == nil {
			t.Fatal(err)
		}
		return stdout.String(), stderr.String(), cmd.ProcessState.ExitCode()
	}
	type state struct {
		Language                string
		Keys                    int
		Missing, Stale, Unknown []string
		Notices                 []struct {
			Committee string
			Required  int
			Lacking   []string
			Published bool
		}
	}
	read := func(args ...string) []state {
		t.Helper()
		out, wrong, exit := dure(r.url, args...)
		var states []state
		if err := json.Unmarshal([]byte(out), &states); err != nil {
			t.Fatalf("%v: %v\n%s%s", args, err, out, wrong)
		}
		want := 0
		for _, s := range states {
			if len(s.Missing)+len(s.Stale)+len(s.Unknown) > 0 {
				want = 1
			}
		}
		if exit != want {
			t.Errorf("%v: exit %d, want %d", args, exit, want)
		}
		return states
	}
	if all := read("--json"); len(all) != len(i18n.Known()) || all[0].Language != "en" || all[0].Keys != len(i18n.Keys()) || len(all[0].Notices) != 0 {
		t.Errorf("all languages: %+v", all)
	}
	ko := read("--json", "--lang", "ko")
	if len(ko) != 1 || len(ko[0].Notices) != 1 || ko[0].Notices[0].Published || len(ko[0].Notices[0].Lacking) != ko[0].Notices[0].Required || ko[0].Notices[0].Required == 0 {
		t.Fatalf("before anything is approved: %+v", ko)
	}

	const committee = "harbor-light"
	err := pg.InTx(t.Context(), r.db, "test", []string{committee}, func(tx *sqlx.Tx) error {
		c, err := registry.FindCommittee(t.Context(), tx, committee, time.Time{})
		if err != nil {
			return err
		}
		today := civil.In(time.Now(), c.Location())
		all, err := compliance.Notices(t.Context(), tx, c, "ko", today)
		if err != nil {
			return err
		}
		var said []compliance.Approval
		for _, n := range all {
			said = append(said, compliance.Approval{
				Notice: n.Text.Text, Language: "ko", Version: n.Translation.Version, EnglishVersion: n.English.Version,
				Verdict: compliance.Approves, Source: compliance.ByPerson, Approver: "Pat Example", Note: "read both",
			})
		}
		return compliance.JudgeNotices(t.Context(), tx, c, today, said)
	})
	if err != nil {
		t.Fatal(err)
	}
	if ko = read("--json", "--lang", "ko"); !ko[0].Notices[0].Published || len(ko[0].Notices[0].Lacking) != 0 {
		t.Errorf("after all is approved: %+v", ko)
	}
	out, _, _ := dure(r.url, "--lang", "ko,ja")
	for _, want := range []string{"harbor-light 14/14 published", "harbor-light 0/14", "ja not approved by harbor-light: attest.adult", "한국어"} {
		if !strings.Contains(out, want) {
			t.Errorf("the table lacks %q:\n%s", want, out)
		}
	}
	if out, _, _ := dure(""); !strings.Contains(out, "한국어") || strings.Contains(out, "harbor-light") {
		t.Errorf("without a database:\n%s", out)
	}
	if _, wrong, exit := dure("", "--lang", "xx"); exit != 2 || !strings.Contains(wrong, `no language "xx"`) {
		t.Errorf("an unknown language: exit %d, %q", exit, wrong)
	}
}
