package dev.switchgear.families.llm.scan;

/// What tells one conversation from another, as far as one scan of a body finds it: how it began.
/// Offsets are of the body that was scanned; -1 for what is not there.
///
/// @param key the caller's own name for it (`prompt_cache_key`); empty for none
/// @param continued whether a turn of the assistant is among its turns
/// @param systemFrom where the system prompt begins that stands outside the turns
/// @param turnsFrom where its turns begin
/// @param turnsTo behind the first turn of the user; behind all turns where there is none
public record ConversationStart(
        String key, boolean continued, int systemFrom, int systemTo, int turnsFrom, int turnsTo) {
    public static final ConversationStart NONE = new ConversationStart("", false, -1, -1, -1, -1);
}
