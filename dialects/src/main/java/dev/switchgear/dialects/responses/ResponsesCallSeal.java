package dev.switchgear.dialects.responses;

import dev.switchgear.families.llm.Dialect;
import dev.switchgear.families.llm.chat.Signature;

/// Carries a tool call's signature through clients of Responses, whose calls have no place for one: as
/// a reasoning item before the call, which they send back with it.
final class ResponsesCallSeal {
    private static final String MARK = "sgcall.";

    private ResponsesCallSeal() {}

    static String of(Signature signature) {
        return MARK + signature.shownTo(Dialect.RESPONSES);
    }

    static boolean is(String encrypted) {
        return encrypted.startsWith(MARK);
    }

    static Signature read(String encrypted) {
        return Signature.readFrom(Dialect.RESPONSES, encrypted.substring(MARK.length()));
    }
}
