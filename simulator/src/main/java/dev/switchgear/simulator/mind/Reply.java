package dev.switchgear.simulator.mind;

import java.util.List;

/// What a model says, before a provider renders it.
///
/// @param thoughts what it thought first, one piece for each token; empty for none
/// @param pieces of the text, one for each token
/// @param calls of tools; where there are any, `pieces` is empty
/// @param stop the text the answer ended at, where `end` is `STOP_TEXT`; empty otherwise
public record Reply(
        List<String> thoughts, List<String> pieces, List<Call> calls, End end, String stop) {
    /// Tokens that naming a tool costs.
    private static final int CALL_OVERHEAD = 6;

    /// Why a model stopped.
    public enum End {
        /// It had said everything.
        NATURAL,
        CALLS,
        /// The bound on its tokens.
        LENGTH,
        STOP_TEXT,
        /// It declines; `pieces` say so.
        REFUSED,
        /// A filter stepped in after what it said.
        FILTERED
    }

    /// @param arguments JSON text; free text where the tool takes that
    public record Call(OfferedTool tool, String arguments) {
        /// What the call costs.
        public int tokens() {
            return Tokens.of(arguments).size() + CALL_OVERHEAD;
        }
    }

    public Reply {
        thoughts = List.copyOf(thoughts);
        pieces = List.copyOf(pieces);
        calls = List.copyOf(calls);
    }

    public String text() {
        return String.join("", pieces);
    }

    public String thought() {
        return String.join("", thoughts);
    }

    /// All tokens, the thoughts' included.
    public int tokens() {
        return thoughts.size() + pieces.size() + calls.stream().mapToInt(Reply.Call::tokens).sum();
    }
}
