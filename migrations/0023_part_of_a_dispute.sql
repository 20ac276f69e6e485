-- A bank that took the whole charge after a part of it was refunded may give that part back and keep the rest: Stripe calls the dispute
-- lost all the same. What came back is said with the end of the dispute, so that the rest alone is a negative receipt.

-- +goose Up
alter table dispute_ends add column returned_cents bigint not null default 0;
alter table dispute_ends add constraint dispute_ends_returned_of_lost check (returned_cents >= 0 and (outcome = 'lost' or returned_cents = 0));
