-- A contributor's year runs through this index in its order, without a sort and without the table: the report's running totals and the
-- sums under a limit are read from it alone. It stands in place of one that had less in it, so that a receipt still has as many.

-- +goose Up
create index receipts_of_givers on receipts (committee, person, received_on, happened_at, id collate "C")
    include (cents, line, candidate, made_on, recorded_at);
drop index receipts_by_person;
