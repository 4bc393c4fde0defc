-- What is stored last of the given calls.
with result as (
    select
        call_id, audio_sha256, state, asr_model, segmentation_model, embedding_model,
        phrasebook_sha256, reason_code, voiceprint_sha256, stored_no
    from call_result
    where call_id in (select unnest($call_ids))
),
final as (
    select
        call_id, audio_sha256, state, asr_model, segmentation_model, embedding_model,
        phrasebook_sha256, reason_code, voiceprint_sha256
    from result
    qualify row_number() over (partition by call_id order by stored_no desc) = 1
)
select
    call_id, audio_sha256, state, asr_model, segmentation_model, embedding_model,
    phrasebook_sha256, reason_code, voiceprint_sha256
from final;
