-- Up to when calls are known: the last night's begin, or the last call's.
select greatest(
    (select max(started_at) from call),
    (select max(started_at) from night)
);
