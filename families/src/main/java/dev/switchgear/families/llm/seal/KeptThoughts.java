package dev.switchgear.families.llm.seal;

import dev.switchgear.families.llm.chat.Part;
import dev.switchgear.families.llm.chat.Signature;
import java.util.List;
import java.util.Map;

/// What a model thought in an answer with calls of tools, or sealed the text of another with.
///
/// @param thoughts in the order they came; signatures tell where they stood
/// @param calls the signature of each call that had one, by the number of the call from 0
/// @param maker whose they are, to whom alone they go back
public record KeptThoughts(List<Part> thoughts, Map<Integer, Signature> calls, SealMaker maker) {
    /// What an object takes beside its text.
    private static final int EACH = 200;

    public KeptThoughts {
        thoughts = List.copyOf(thoughts);
        calls = Map.copyOf(calls);
    }

    /// Bytes of memory, roughly.
    long weight() {
        long chars = 0;
        for (Part thought : thoughts) {
            if (thought instanceof Part.Thinking(String text, var seal)) {
                chars += text.length();
                chars += seal.map(Signature::value).orElse("").length();
            } else if (thought instanceof Part.HiddenThinking(Signature seal)) {
                chars += seal.value().length();
            }
        }
        for (Signature seal : calls.values()) {
            chars += seal.value().length();
        }
        return chars * 2 + (long) EACH * (1 + thoughts.size() + calls.size());
    }
}
