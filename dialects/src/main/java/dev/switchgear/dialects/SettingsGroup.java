package dev.switchgear.dialects;

import java.util.List;
import java.util.Set;

/// Settings that say one thing together, and what becomes of them where the model does not take it.
///
/// @param told how a [Wording] begins what it tells of them
/// @param paths of the fields, with a dot before one within an object; the first is what others are
///     renamed to
public record SettingsGroup(Rule rule, Set<String> told, List<String> paths) {
    public SettingsGroup {
        told = Set.copyOf(told);
        paths = List.copyOf(paths);
    }

    /// How a group is fitted.
    public enum Rule {
        /// What would not be written is cut out; what is told of is replaced.
        SETTING,
        /// Only what is told of is replaced, and an older name is changed for models that refuse it.
        BOUND,
        /// As a setting; and tools that may no longer be called are cut out.
        CHOICE,
        /// A form for the answer that the model does not take: the request must be worded anew.
        FORM
    }

    /// A setting that is told of by its name.
    public static SettingsGroup setting(String path) {
        return setting(Set.of(path.substring(path.lastIndexOf('.') + 1)), path);
    }

    public static SettingsGroup setting(Set<String> told, String... paths) {
        return new SettingsGroup(Rule.SETTING, told, List.of(paths));
    }

    public static SettingsGroup bound(Set<String> told, String... paths) {
        return new SettingsGroup(Rule.BOUND, told, List.of(paths));
    }

    public static SettingsGroup choice(String path) {
        return new SettingsGroup(Rule.CHOICE, Set.of("tool_choice"), List.of(path));
    }

    public static SettingsGroup form(String... paths) {
        return new SettingsGroup(Rule.FORM, Set.of("response_format"), List.of(paths));
    }

    /// Whether `note` is about these settings.
    boolean tells(String note) {
        for (String head : told) {
            if (note.startsWith(head)
                    && (note.length() == head.length()
                            || ":.".indexOf(note.charAt(head.length())) >= 0)) {
                return true;
            }
        }
        return false;
    }
}
