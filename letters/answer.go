package letters

import (
	"context"
	"database/sql"
	"time"

	"github.com/jmoiron/sqlx"

	"dure/civil"
	"dure/compliance"
	"dure/i18n"
	"dure/pg"
	"dure/registry"
)

// Question is what a letter asks of whoever has its key.
type Question struct {
	Letter    Letter
	Committee registry.Committee
	Giver     registry.Contributor // as known now
	Missing   []string             // still; none once it was answered
	Language  i18n.Language
}

// FindQuestion gives what a letter asks. sql.ErrNoRows says that there is no such letter, or that the key is not its own.
func FindQuestion(ctx context.Context, q sqlx.QueryerContext, id, key string) (Question, error) {
	var found Question
	const find = `select ` + columns + ` from letters where id = $1 and kind = 'effort'`
	if err := sqlx.GetContext(ctx, q, &found.Letter, find, id); err != nil {
		return found, err
	}
	if !found.Letter.opens(key) {
		return Question{}, sql.ErrNoRows
	}
	var err error
	if found.Committee, err = registry.FindCommittee(ctx, q, found.Letter.Committee, time.Time{}); err != nil {
		return found, err
	}
	if found.Giver, err = registry.FindContributor(ctx, q, found.Letter.Committee, found.Letter.Person, time.Time{}); err != nil {
		return found, err
	}
	found.Missing, found.Language = compliance.MissingOf(found.Giver), found.Letter.Language
	return found, nil
}

// Take records what the giver told. Only what was missing is taken from told: a link in a mailbox changes nothing that
// the committee knows already. It gives what was new.
func (a Question) Take(ctx context.Context, db *sqlx.DB, now time.Time, told registry.Contributor) ([]string, error) {
	var taken []string
	err := pg.InTx(ctx, db, "donor", []string{string(a.Committee.ID)}, func(tx *sqlx.Tx) error {
		if err := registry.Lock(ctx, tx, a.Letter.Person); err != nil {
			return err
		}
		giver, err := registry.FindContributor(ctx, tx, a.Committee.ID, a.Letter.Person, time.Time{})
		if err != nil {
			return err
		}
		for _, m := range compliance.MissingOf(giver) {
			switch m {
			case compliance.LacksEmployer:
				giver.Employer = told.Employer
			case compliance.LacksOccupation:
				giver.Occupation = told.Occupation
			case compliance.LacksName:
				giver.First, giver.Last = told.First, told.Last
			case compliance.LacksAddress:
				if told.Street != "" && told.City != "" && told.Zip != "" {
					giver.Street, giver.Street2, giver.City, giver.State, giver.Zip = told.Street, told.Street2, told.City, told.State, told.Zip
				}
			}
		}
		taken, err = compliance.RecordAnswer(ctx, tx, compliance.Answer{
			Committee: a.Committee.ID, Letter: a.Letter.ID, Giver: giver,
			AnsweredOn: civil.In(now, a.Committee.Location()), HappenedAt: now,
		})
		return err
	})
	return taken, err
}
