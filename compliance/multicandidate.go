package compliance

import (
	"context"
	"fmt"
	"time"

	"github.com/jmoiron/sqlx"

	"dure/civil"
	"dure/registry"
)

// MulticandidateStatus is how a committee stands on a day towards 52 U.S.C. 30116(a)(4).
type MulticandidateStatus struct {
	Is           bool
	Since        civil.Day            // the day on which the last test was met, or an affiliate's status reached it
	SixMonths    civil.Day            // the day on which it is registered six months; none where its registration is not entered
	Contributors int                  // persons who gave to it, by that day
	Candidates   int                  // federal candidates to whom it gave of its own, by that day
	FormDue      civil.Day            // Form 1M, ten days after Since
	Notice       bool                 // each gift to a candidate or party is accompanied by a written notice of it
	Marked       bool                 // the committee's registration says so already
	Through      registry.CommitteeID // the affiliate whose status it shares, where it has none of its own
	Cite         string
}

// Multicandidate tells whether, and since when, a committee is a multicandidate committee on a day. The status comes by
// itself on the day on which the last test is met, or on which the committee is affiliated with one that has it (11 CFR
// 100.5(e)(3), (g)(4)). Forwarded earmarks are nobody's contribution to a candidate but the giver's.
func Multicandidate(ctx context.Context, q sqlx.QueryerContext, committee registry.CommitteeID, on civil.Day) (MulticandidateStatus, error) {
	c, err := registry.FindCommittee(ctx, q, committee, time.Time{})
	if err != nil {
		return MulticandidateStatus{}, err
	}
	out, err := multicandidateOf(ctx, q, c, on)
	if err != nil {
		return out, err
	}
	group, err := registry.Affiliates(ctx, q, committee, on)
	if err != nil {
		return out, err
	}
	for _, id := range group {
		if id == committee || c.Kind == registry.Authorised {
			continue
		}
		other, err := registry.FindCommittee(ctx, q, id, time.Time{})
		if err != nil {
			return out, err
		}
		if other.Kind == registry.Authorised {
			continue
		}
		theirs, err := multicandidateOf(ctx, q, other, on)
		if err != nil {
			return out, err
		}
		if !theirs.Is {
			continue
		}
		together, err := affiliatedSince(ctx, q, committee, id, on)
		if err != nil {
			return out, err
		}
		if since := later(theirs.Since, together); !out.Is || since.Before(out.Since) {
			out.Is, out.Since, out.Through = true, since, id
		}
	}
	if out.Is {
		clock := law().Clock("form-1m", out.Since)
		out.FormDue, out.Notice = clock.Due(out.Since), true
	}
	return out, nil
}

// multicandidateOf asks a committee's own standing.
func multicandidateOf(ctx context.Context, q sqlx.QueryerContext, c registry.Committee, on civil.Day) (MulticandidateStatus, error) {
	tests := law().Qualification("multicandidate", on)
	out := MulticandidateStatus{Marked: c.Multicandidate, Cite: tests.Cite}
	if !c.Registered.IsZero() {
		out.SixMonths = monthsAfter(c.Registered, tests.Months)
	}
	const count = `
		with recursive root(person, top) as (
			select person, person from contributors where committee = $1
			union
			select r.person, j.same_as from root r join person_joins j on j.person = r.top),
		standing as (
			select person, top from root where not exists (select from person_joins j where j.person = root.top)),
		givers as (
			select s.top, min(r.received_on) as first_on
			from receipts r
			join standing s on s.person = r.person
			where r.committee = $1 and r.candidate is null and r.line in ('11(a)', '11(b)', '11(c)') and r.received_on <= $2
			group by s.top),
		candidates as (
			select d.candidate, min(d.paid_on) as first_on
			from disbursements d
			join lateral (
				select jurisdiction
				from candidate_versions
				where candidate = d.candidate
				order by recorded_at desc, id desc
				limit 1) v on v.jurisdiction = 'us'
			where d.committee = $1 and d.line = '23' and d.paid_on <= $2
			group by d.candidate)
		select (select count(*) from givers) as contributors, (select count(*) from candidates) as candidates,
		       (select first_on from givers order by first_on offset $3 limit 1) as givers_on,
		       (select first_on from candidates order by first_on offset $4 limit 1) as candidates_on`
	var met struct {
		Contributors, Candidates int
		GiversOn                 civil.Day `db:"givers_on"`
		CandidatesOn             civil.Day `db:"candidates_on"`
	}
	if err := sqlx.GetContext(ctx, q, &met, count, c.ID, on, tests.Contributors-1, tests.Candidates-1); err != nil {
		return out, fmt.Errorf("how %s stands towards multicandidate status: %w", c.ID, err)
	}
	out.Contributors, out.Candidates = met.Contributors, met.Candidates
	if c.Kind == registry.Authorised || c.Kind == registry.SuperPAC || out.SixMonths.IsZero() || met.GiversOn.IsZero() {
		return out, nil
	}
	since := later(out.SixMonths, met.GiversOn)
	if c.Kind != registry.StateParty {
		if met.CandidatesOn.IsZero() {
			return out, nil
		}
		since = later(since, met.CandidatesOn)
	}
	if !since.After(on) {
		out.Is, out.Since = true, since
	}
	return out, nil
}

// monthsAfter gives the day of the same number some months on; the last of the month where it has none such.
func monthsAfter(d civil.Day, months int) civil.Day {
	y, m, n := d.Date()
	to := civil.Of(y, m+time.Month(months), n)
	if _, _, got := to.Date(); got != n {
		return to.Add(-got) // it ran over into the next month
	}
	return to
}

// affiliatedSince gives the day since which two committees are of one group without a break, as of a day on which they are.
func affiliatedSince(ctx context.Context, q sqlx.QueryerContext, a, b registry.CommitteeID, on civil.Day) (civil.Day, error) {
	const list = `
		with spans as (
			select group_id, committee, on_day, member,
			       lead(on_day) over (partition by group_id, committee order by on_day) as until
			from affiliations
			where committee in ($1, $2) and on_day <= $3),
		standing as (
			select group_id, committee, max(on_day) as on_day from spans where member and until is null group by group_id, committee)
		select min(greatest(x.on_day, y.on_day))
		from standing x
		join standing y on y.group_id = x.group_id and y.committee = $2
		where x.committee = $1`
	var day civil.Day
	if err := sqlx.GetContext(ctx, q, &day, list, a, b, on); err != nil {
		return day, fmt.Errorf("since when %s and %s are affiliated: %w", a, b, err)
	}
	return day, nil
}
