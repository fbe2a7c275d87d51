-- A paper is looked up by its name, by the primary key alone: the index for lists has the same first columns, and where a
-- table has no statistics yet a server took that one, and read all papers of an institution for each of them.

drop index if exists paper_owner;
-- Bills of a day, visits of an institution. Only a statement that says the same of the moment is answered from it.
create index if not exists paper_listed on paper (kind, owner_id, listed_ms) where listed_ms > 0;
