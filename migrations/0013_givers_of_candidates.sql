-- What one giver gave one candidate is asked of every gift, of all elections at once: it is found by the giver, however many gave.

-- +goose Up
create index receipts_to_candidates on receipts (candidate, person, election) where candidate is not null;
drop index receipts_by_candidate;
