package dev.switchgear.families.llm.scan;

/// What tells one conversation from another, as far as one scan of a body finds it: how it began.
/// Offsets are of the body that was scanned; -1 for what is not there.
///
/// @param key the caller's own name for it (`prompt_cache_key`); empty for none
/// @param continued whether a turn of the assistant is among its turns
/// @param beheaded whether something else than the user's or the system's stands before the first turn of
///     the user, as where a client keeps the end of a conversation alone
/// @param systemFrom where the system prompt begins that stands outside the turns
/// @param turnsFrom where its turns begin
/// @param turnsTo behind the first turn of the user; behind all turns where there is none
public record ConversationStart(
        String key,
        boolean continued,
        boolean beheaded,
        int systemFrom,
        int systemTo,
        int turnsFrom,
        int turnsTo) {
    public static final ConversationStart NONE =
            new ConversationStart("", false, false, -1, -1, -1, -1);

    /// Where the first answer may begin.
    public int answersFrom() {
        return Math.max(0, beheaded ? turnsFrom : turnsTo);
    }
}
