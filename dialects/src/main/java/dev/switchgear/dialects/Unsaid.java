package dev.switchgear.dialects;

import dev.switchgear.families.llm.chat.ChatEvent;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/// What of an answer its client's dialect has no place for, each thing once. For one thread.
public final class Unsaid {
    private static final int NAMES_MAX = 100;

    private final Set<String> names = new LinkedHashSet<>();

    public void add(String name) {
        if (names.size() < NAMES_MAX) {
            names.add(name);
        }
    }

    /// Something that only its provider's dialect has.
    public void add(ChatEvent.Omitted omitted) {
        add(omitted.what());
    }

    /// An image or a sound that cannot be shown.
    public void add(ChatEvent.Made made) {
        add(made.what());
    }

    public List<String> names() {
        return List.copyOf(names);
    }
}
