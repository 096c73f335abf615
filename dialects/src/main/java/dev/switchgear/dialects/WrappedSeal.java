package dev.switchgear.dialects;

import dev.switchgear.families.llm.Dialect;
import dev.switchgear.families.llm.chat.Signature;

/// A signature in a place of the client's dialect that has another meaning there, with a mark in front
/// that tells what it is. Old gateways set no [#OPEN], and none on calls towards clients of Anthropic.
///
/// @param is what the signature stands for
public record WrappedSeal(Is is, Signature signature) {
    private static final String CALL = "sgcall.";
    private static final String OPEN = "sgopen.";

    public enum Is {
        /// What its place says.
        USUAL,
        /// The signature of the tool call beside it, where calls have no place for one.
        CALL,
        /// A thought that could be read but has no words, where such a thing is read as a hidden one.
        OPEN
    }

    /// A tool call's, for a client of `dialect`.
    public static String ofCall(Signature signature, Dialect dialect) {
        return CALL + signature.shownTo(dialect);
    }

    /// A thought's without words, for a client of `dialect`; its own as it is.
    public static String ofOpen(Signature signature, Dialect dialect) {
        String shown = signature.shownTo(dialect);
        return signature.signer() == dialect ? shown : OPEN + shown;
    }

    /// What a client of `dialect` sent back.
    public static WrappedSeal read(Dialect dialect, String text) {
        if (text.startsWith(CALL)) {
            return new WrappedSeal(
                    Is.CALL, Signature.readFrom(dialect, text.substring(CALL.length())));
        }
        if (text.startsWith(OPEN)) {
            return new WrappedSeal(
                    Is.OPEN, Signature.readFrom(dialect, text.substring(OPEN.length())));
        }
        return new WrappedSeal(Is.USUAL, Signature.readFrom(dialect, text));
    }
}
