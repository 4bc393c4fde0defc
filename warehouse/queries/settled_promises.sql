-- All promises with what became of them, as pipeline.promise.settle says, as far as a filter leaves
-- them. any_contact and grace_s are its rules.
with known as (
    select coalesce(
        greatest((select max(started_at) from call), (select max(started_at) from night)),
        timestamptz '0001-01-01 00:00:00+00'
    ) as until
),
made as (
    select
        *, coalesce(started_at_offset_s, 0) as offset_s,
        due_at + to_seconds($grace_s) as limit_at
    from promise
    where ($agent_id = '' or agent_id = $agent_id)
        and ($customer_ref = '' or customer_ref = $customer_ref)
),
contact as (
    select
        made.call_id, made.promise_no, call.started_at, call.call_id as contact_id,
        case
            when $any_contact then true
            when call.direction is not null then call.direction = 'outbound'
            when call.purpose in ('callback', 'absence', 'satisfaction') then true
            when call.purpose is null or call.purpose = 'other' then null
            else false
        end as counts
    from made
    inner join call
        on made.customer_ref = call.customer_ref
        and made.call_id <> call.call_id
        and call.started_at >= made.spoken_at
),
first_contact as (
    select
        call_id, promise_no,
        min(started_at) filter (where counts) as kept_at,
        arg_min(contact_id, (started_at, contact_id)) filter (where counts) as kept_by,
        min(started_at) filter (where counts is null) as maybe_at
    from contact
    group by call_id, promise_no
),
settled as (
    select
        made.*, first_contact.kept_at, first_contact.kept_by,
        case
            when made.customer_ref is null or made.kind = 'deed' or made.spoken_at is null
                then 'unverifiable'
            when made.time_text is null and first_contact.kept_at is null then 'open'
            when made.time_text is null then 'kept'
            when made.due_at is null then 'unverifiable'
            when first_contact.kept_at <= made.limit_at then 'kept'
            when first_contact.maybe_at <= made.limit_at then 'unverifiable'
            when first_contact.kept_at is not null then 'late'
            when known.until > made.limit_at then 'broken'
            else 'open'
        end as state
    from made
    cross join known
    left join first_contact
        on made.call_id = first_contact.call_id and made.promise_no = first_contact.promise_no
)
select
    call_id, promise_no, agent_id, agent_name, team, customer_ref, turn_no, start_s, end_s, quote,
    kind, time_text, spoken_at, due_at, offset_s, state,
    case when state in ('kept', 'late') then kept_by end as kept_by,
    case when state in ('kept', 'late') then kept_at end as kept_at
from settled
where ($state = '' or state = $state)
    and (
        $call_backs_on is null
        or (
            kind = 'contact'
            and (
                state = 'broken'
                or (
                    state = 'open'
                    and (
                        due_at is null
                        or cast(due_at + to_seconds(offset_s) as date) <= $call_backs_on
                    )
                )
            )
        )
    );
