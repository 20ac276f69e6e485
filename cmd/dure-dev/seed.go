package main

import (
	"context"
	"fmt"
	"os"
	"regexp"
	"time"
	_ "time/tzdata" // the clocks of filing run in US Eastern time, also where the machine has no zones

	"dure/civil"
	"dure/dev/seed"
)

// sow fills the database with a fictional committee and its history, unless it is there.
func (s *sandbox) sow(ctx context.Context, told *address) error {
	if !s.home.Sown {
		step("sowing a committee and its history (half a minute)")
	}
	affiliate, err := s.home.account("affiliate")
	if err != nil {
		return err
	}
	now, err := s.now(ctx)
	if err != nil {
		return err
	}
	eastern, err := time.LoadLocation("America/New_York")
	if err != nil {
		return err
	}
	sown, err := seed.Sow(ctx, seed.Options{
		AdminURL: s.AdminDatabaseURL, Today: civil.In(now, eastern), Now: now, SecretsKey: s.home.SecretsKey, PublicURL: told.Site,
		Affiliate: seed.StripeKeys(affiliate), Progress: indented{os.Stdout},
	})
	if err != nil {
		return err
	}
	s.home.Sown = true
	s.home.Stripe[string(sown.Affiliate)] = affiliate
	told.Committee, told.CandidateRoomCents = string(sown.Committee), sown.CandidateRoomCents
	told.Drives = drives{PAC: told.Site + "/give/" + sown.PACDrive, Candidate: told.Site + "/give/" + sown.CandidateDrive}
	s.treasurer = sown.StaffEmail
	return s.home.save()
}

// now is the time of the sandbox, which the simulator's clock may have moved.
func (s *sandbox) now(ctx context.Context) (time.Time, error) {
	var ahead int64
	err := s.db.GetContext(ctx, &ahead, "select offset_us from clock")
	return time.Now().Add(time.Duration(ahead) * time.Microsecond), err
}

// invite has the real command make a link that signs the treasurer in once.
func (s *sandbox) invite(ctx context.Context, told *address) error {
	out, err := s.command(ctx, "staff", "invite", "--email", s.treasurer, "--name", "Treasurer", "--committee", told.Committee, "--role", "treasurer").CombinedOutput()
	if err != nil {
		return fmt.Errorf("dure staff invite: %w\n%s", err, out)
	}
	told.StaffLogin = string(link.Find(out))
	return answers(ctx, told.StaffLogin)
}

var link = regexp.MustCompile(`https?://\S+`)
